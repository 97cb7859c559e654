/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/suggest.h - who should handle it, by the routing table: line first, then class, then
 * the nearer place. */
#ifndef LINLI_TOWN_SUGGEST_H
#define LINLI_TOWN_SUGGEST_H

#include "town/cases/case_file.h"

struct suggestion {
    const struct catalogue_class *class; /* NULL: the class is not known, so nothing is suggested */
    const struct catalogue_condition *condition; /* the chosen row, else the first */
    const struct unit *unit;                     /* NULL: no route fits; a person decides */
    const struct unit *assists[ROUTE_ASSISTS];
    size_t assist_count;
    const struct catalogue_route *route; /* its line number is the reason; NULL with
                                            unit, and for a place beyond the border */
    struct deadline due;                 /* if dispatched now */
};

/* For a class at a place, before or after there is a case. */
void suggest_for(const struct town *t, int64_t office, int64_t version, struct str class,
                 int64_t condition, int64_t place, int64_t external_due_at, int64_t now,
                 struct suggestion *out);

/* A place beyond the border goes to those who answer for it, whatever the routes say. */
void case_suggest(const struct town *t, const struct case_file *c, int64_t now,
                  struct suggestion *out);

#endif
