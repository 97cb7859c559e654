/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/case_json.h - a case as the pages read it: the item of a list, and the whole with its
 * clocks, tasks, voices and timeline. Names come in the caller's language; people are masked.
 */
#ifndef LINLI_GATE_WEB_CASE_JSON_H
#define LINLI_GATE_WEB_CASE_JSON_H

#include "gate/web/service.h"

struct case_on_page {
    int64_t id;
    struct str report; /* what was said first; empty: nothing, or no more */
    int64_t main_case; /* that a merged one goes on with; 0 = none */
    struct str main_number;
};

struct case_view {
    struct request *rq;
    const struct town *town;
    struct store *store;
    const struct catalogue *catalogue; /* of the version in force, for names */
    int64_t now;
    bool may_reveal;           /* of the whole case: the visitor may look up who raised it */
    bool hides_reporter;       /* it is confidential and the visitor may not */
    struct case_on_page *page; /* asked in one turn by case_page */
    size_t page_count;
    int64_t entries_of; /* the case whose whole page this is, and its entries (case_timeline.h) */
    const struct case_entry *entries;
};

struct case_view case_view_make(struct request *rq);

/* The cases of a page, of one office, in the order of the ids, with what their items need: the
 * database is asked in one turn however many they are. NULL where there is none. */
bool case_page(struct case_view *v, const int64_t *ids, size_t count,
               const struct case_file ***files, struct err *err);

/* The same of those that were merged into one case, with their tasks; their main case is known. */
bool case_page_merged(struct case_view *v, const int64_t *ids, size_t count,
                      const struct case_file ***files, struct err *err);

/* One item; opened and closed with braces. `name` NULL inside a list. */
bool case_write_item(struct case_view *v, struct json_out *o, const char *name,
                     const struct case_file *c, struct err *err);
/* The items of a page in a list; those that are gone are left out. */
bool case_write_items(struct case_view *v, struct json_out *o, const int64_t *ids, size_t count,
                      struct err *err);

/* The members of an item without braces, for objects that add their own. */
bool case_write_members(struct case_view *v, struct json_out *o, const struct case_file *c,
                        struct err *err);

/* The first line of what was said, else the class. */
bool case_write_title(struct case_view *v, struct json_out *o, const struct case_file *c,
                      struct err *err);

bool case_answer_full(struct case_view *v, const struct case_file *c, struct err *err);

/* ---- small shared shapes */
void write_ref(struct json_out *o, const char *name, int64_t id,
               struct str text); /* {"id","name"}; nothing when id is 0 */
void write_time(struct case_view *v, struct json_out *o, const char *name,
                int64_t at_us); /* nothing when 0 */
struct str view_place_name(const struct case_view *v, int64_t place);
struct str view_unit_name(const struct case_view *v, int64_t unit);
struct str view_class_name(const struct case_view *v, struct str class);

/* The whole time of a clock; of a deadline set above what was left when it started, 0 = none. */
int64_t view_limit_us(enum limit_unit unit, int64_t amount, int64_t started_at, int64_t due_at);

extern const struct schema case_schemas[];

#endif
