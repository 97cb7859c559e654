/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/case_timeline.h - what happened with a case, worded at display from codes and values. */
#ifndef LINLI_GATE_WEB_CASE_TIMELINE_H
#define LINLI_GATE_WEB_CASE_TIMELINE_H

#include "gate/web/case_json.h"

struct case_entry {
    const struct event *event;
    struct str code;
    bool is_public;
    const struct case_entry *next;
};

/* All entries of the case, the oldest first; those that the view has are not read again. */
bool case_entries(struct case_view *v, const struct case_file *c, const struct case_entry **first,
                  struct err *err);

/* "timeline": every entry, internal ones too; for staff. */
bool timeline_write(struct case_view *v, struct json_out *o, const struct case_file *c,
                    struct err *err);

enum step timeline_step(struct str code); /* of a note's code */
struct str timeline_actor(const struct case_view *v,
                          int64_t actor); /* colleague's name, or what kind of actor */
struct str timeline_line(const struct case_view *v, const struct event *e,
                         enum step step); /* values in words, may be empty */

#endif
