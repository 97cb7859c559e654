/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/window.h - when cases that fit several terms were reported, for list.c alone.
 *
 * Terms that are common each and rare together make a walk in order of the report pass a whole
 * office for one page. The tallies know of every month and every two of community, class, unit and
 * channel (with procedure and state) whether any ended case fits, so the walk passes by the months
 * where two of the terms never met. Open cases are in no tally: they are few, and those that fit
 * open windows of their own. What remains is walked along the index of the narrowest term, in the
 * same order, where that is less work.
 *
 * Invariants  every case that fits was reported within a window, as the data stand in the snapshot
 *             that the caller holds from here to the last statement.
 * Memory      the given arena.
 * Failure     E_DATABASE.
 * Limits      WINDOWS_MOST: the nearest windows are taken for one rather than to have more.
 */
#ifndef LINLI_ENGINE_QUERY_WINDOW_H
#define LINLI_ENGINE_QUERY_WINDOW_H

#include "engine/query/compile.h"

enum { WINDOWS_MOST = 24 };

/* Cases with from <= reported_at < to. */
struct window {
    int64_t from;
    int64_t to;
};

struct windows {
    struct window list[WINDOWS_MOST]; /* apart from each other, the earliest first */
    size_t count;                     /* 0 = nothing fits */
    struct predicate predicate;       /* the question; its terms on the time of the report are in
                                         the windows and no more in it */
    struct filter filter;             /* of that predicate */
};

/* The filter's terms on the time of the report as one window, INT64_MIN and INT64_MAX where it is
 * open; *rest gets the other terms. Two ranges on one column would leave it to the database by
 * which of them it enters the index. */
struct window window_of_periods(struct arena *a, const struct filter *filter, struct filter *rest);

/* May the question be long for all that is known of it, and can windows help? */
bool window_is_wanted(const struct predicate *p);

/* `p` is led by DRIVER_NEWEST. */
bool window_find(struct store *store, struct arena *a, const struct predicate *p,
                 struct windows *out, struct err *err);

#endif
