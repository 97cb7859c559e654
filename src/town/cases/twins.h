/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/twins.h - which open cases may be the same problem, each with its reasons: the place,
 * the class, the words, the time.
 *
 * Looked for are the newest of the estate, of the grid and of the class (TWINS_READ of each, by an
 * index in order of time), so it costs the same however many cases there are. A place and besides
 * the class or the words must agree; older than TWINS_DAYS, confidential and ended ones are never
 * offered, and none that somebody said is another (step tell_apart).
 * Memory  the given arena.  Failure  E_DATABASE.
 */
#ifndef LINLI_TOWN_TWINS_H
#define LINLI_TOWN_TWINS_H

#include "town/cases/case_file.h"

enum { TWINS_MOST = 5, TWINS_READ = 60, TWINS_DAYS = 30, TWINS_METRES = 150 };

struct twin_question {
    int64_t office;
    int64_t self; /* the case itself, 0 = it is not reported yet */
    struct str class;
    struct str text;
    int64_t community; /* place ids, 0 = unknown */
    int64_t estate;
    int64_t grid;
    int64_t wgs84_lat; /* 0 with wgs84_lon 0 = no point */
    int64_t wgs84_lon;
    int64_t reported_at;
    const struct account *account; /* only what this one may see */
};

struct twin {
    int64_t id;
    int64_t score; /* the higher the likelier */
    bool same_estate;
    int64_t metres; /* between the points, -1 = one of them is not known or they are far apart */
    bool same_class;
    bool same_category; /* the class's big and small class: W06 */
    int64_t words;      /* per cent of the pairs of characters that are common, 0 = few */
    int64_t days;       /* between the reports, begun ones counted */
};

/* Up to TWINS_MOST, the likeliest first. */
bool twins_find(struct store *s, struct arena *a, const struct town *t,
                const struct twin_question *question, struct twin out[TWINS_MOST], size_t *count,
                struct err *err);

#endif
