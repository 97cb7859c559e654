/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/list_part.h - one ordered stretch of a list as SQL, for list.c and export.c alone.
 *
 * The order "due" has two stretches, the others one. A stretch is walked by key and id, so that a
 * page or a chunk goes on where the one before ended.
 */
#ifndef LINLI_ENGINE_QUERY_LIST_PART_H
#define LINLI_ENGINE_QUERY_LIST_PART_H

#include "engine/query/compile.h"
#include "engine/query/list.h"
#include "engine/query/window.h"

enum list_stretch {
    STRETCH_DUE,    /* open with a running deadline, the earliest first */
    STRETCH_REST,   /* all others, newest first */
    STRETCH_NEWEST, /* everything */
    STRETCH_OLDEST,
};

struct list_key {
    int64_t key; /* next_due_at or reported_at */
    int64_t id;
};

/* Where a stretch begins, before its first case. */
struct list_key list_part_start(enum list_stretch stretch);

/* What sets the stretch apart, " AND ..." or "". */
const char *list_part_condition(enum list_stretch stretch, enum filter_openness openness);

/* "SELECT cases.id, <key><columns> FROM ... LIMIT n": what stands behind `after` in the stretch.
 * `columns` is a literal. */
void list_part_compile(struct sql *s, const struct predicate *p, enum list_stretch stretch,
                       const char *columns, struct list_key after, int64_t limit);

/* The same of what was reported within the window; for the stretches by time of report. */
void list_part_compile_within(struct sql *s, const struct predicate *p, enum list_stretch stretch,
                              const struct window *within, struct list_key after, int64_t limit);

/* Does the stretch go from the latest report to the earliest? */
bool list_part_is_down(enum list_stretch stretch);

#endif
