/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/public_json.h - a case as a resident reads it: public steps in plain words, the promise, the answer.
 *
 * Never in it: other people's words, names of colleagues, internal notes, exact points. The poster reads back the own words.
 */
#ifndef LINLI_GATE_WEB_PUBLIC_JSON_H
#define LINLI_GATE_WEB_PUBLIC_JSON_H

#include "gate/web/case_json.h"

struct public_voice {
    int64_t id;
    int64_t solved; /* 0 not said */
    int64_t rating; /* 0 = not rated */
    bool is_poster; /* came by the tracking link: may read the own words, rate, add */
};

bool public_answer_track(struct case_view *v, const struct case_file *c, const struct public_voice *voice, struct err *err);

/* Where it is, as far as the public may know: estate or community, without the address where the class is sensitive. */
struct str public_where(const struct case_view *v, const struct case_file *c);

/* Only the public steps, as member "steps" or "public_steps". */
bool public_write_steps(struct case_view *v, struct json_out *o, const char *name, const struct case_file *c,
                        bool is_poster, struct err *err);

#endif
