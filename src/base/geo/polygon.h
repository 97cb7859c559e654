/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/polygon.h - the ground that a place covers, and which place a point lies in.
 *
 * A polygon is one or more shells with holes, made by geojson.h, which lets only valid ones in. A
 * set of them answers which one a point belongs to. Tie rule: a point on an edge belongs to every
 * polygon that has the edge, and where several polygons hold a point the one with the lowest id
 * wins. So each point has one answer, the same each time.
 *
 * Which side of an edge a point lies on is decided in whole numbers (10^-7 degrees), so it is
 * exact.
 *
 * Invariants  never changes once made, so many threads may read it.
 * Memory      in the arena given; a set refers to the polygons, which must live as long.
 * Failure     none.
 * Limits      LIMIT_POLYGON_POINTS, LIMIT_POLYGON_DEGREES; no polygon crosses 180 degrees.
 */
#ifndef LINLI_BASE_GEO_POLYGON_H
#define LINLI_BASE_GEO_POLYGON_H

#include "base/geo/box.h"

struct ring {
    const struct point *points; /* the last is the first again */
    size_t count;               /* 4 or more */
    bool is_hole;               /* of the last ring before that is none; the first ring never is */
};

struct polygon {
    const struct ring *rings;
    size_t ring_count; /* 1 or more */
    struct box box;    /* the least box around it */
};

enum polygon_side { POLYGON_OUTSIDE, POLYGON_EDGE, POLYGON_INSIDE };

enum polygon_side polygon_locate(const struct polygon *polygon, struct point p);

/* Metres to the nearest edge, from inside or outside. */
int64_t polygon_edge_m(const struct polygon *polygon, struct point p);

/* Square metres on a sphere of the earth's mean radius (at most 0.5 % off). */
double polygon_area_m2(const struct polygon *polygon);

/* ---- many polygons */

struct polygon_item {
    int64_t id; /* of the place, above 0 */
    const struct polygon *polygon;
};

struct polygon_set;

const struct polygon_set *polygon_set_make(struct arena *a, const struct polygon_item *items,
                                           size_t count);

struct polygon_hit {
    int64_t id;   /* of the polygon, 0 = none */
    bool on_edge; /* the point lies exactly on an edge of it */
};

/* Whose ground the point is, after the tie rule; id 0 when nobody's. */
struct polygon_hit polygon_set_find(const struct polygon_set *set, struct point p);

struct polygon_near {
    int64_t id;         /* of the polygon, 0 = none within the distance */
    int64_t distance_m; /* 0 inside it or on its edge */
};

/* The nearest polygon but `except_id` within so many metres, the lowest id among equals. With the
 * id that polygon_set_find gave: who is just over the border; with 0: whom a point outside all may
 * have meant. */
struct polygon_near polygon_set_nearest(const struct polygon_set *set, struct point p,
                                        int64_t except_id, int64_t within_m);

#endif
