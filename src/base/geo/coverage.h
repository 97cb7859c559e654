/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/coverage.h - do the grids tile the street: no gap, no overlap, nothing outside.
 *
 * Each fault is one piece of ground with its area, a point in it and the ids of whom it concerns,
 * so that a person finds it on the map. Pieces below half a square metre and strips narrower than
 * three centimetres are left out: rounding leaves them where two borders mean the same line.
 *
 * Memory   the faults lie in the arena; everything else is given back before the answer.
 * Failure  E_INTERNAL when the geometry library gives up.
 * Cost     two or three seconds for 2,500 grids.
 */
#ifndef LINLI_BASE_GEO_COVERAGE_H
#define LINLI_BASE_GEO_COVERAGE_H

#include "base/geo/polygon.h"

enum coverage_kind {
    COVERAGE_GAP,     /* ground of the parent that no item has; ids: the nearest two items */
    COVERAGE_OVERLAP, /* ground that two items have; ids: both, the lower one first */
    COVERAGE_OUTSIDE  /* ground of an item beyond the parent; id: the item */
};

struct coverage_fault {
    enum coverage_kind kind;
    int64_t id;       /* 0 = none */
    int64_t other_id; /* 0 = none */
    int64_t area_m2;  /* rounded */
    struct point at;  /* a point in it */
};

struct coverage {
    const struct coverage_fault *faults; /* by kind, then the largest first */
    size_t fault_count;
    int64_t parent_m2;  /* area of the parent */
    int64_t covered_m2; /* of it, what the items cover */
};

/* `items` of one level inside `parent`. true with no fault = they tile it. */
bool coverage_check(struct arena *a, const struct polygon *parent, const struct polygon_item *items,
                    size_t count, struct coverage *out, struct err *err);

#endif
