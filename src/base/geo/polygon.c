/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/polygon.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIANS (M_PI / 180.0 / POINT_PER_DEGREE)

/* ---- one polygon */

static bool is_between(int32_t value, int32_t a, int32_t b) {
    return a < b ? value >= a && value <= b : value >= b && value <= a;
}

/* Twice the area of the triangle a b p, positive when p lies left of a -> b. Exact:
 * LIMIT_POLYGON_DEGREES keeps both products below 2^56. */
static int64_t turn(struct point a, struct point b, struct point p) {
    return ((int64_t)b.wgs84_lon - a.wgs84_lon) * ((int64_t)p.wgs84_lat - a.wgs84_lat) -
           ((int64_t)p.wgs84_lon - a.wgs84_lon) * ((int64_t)b.wgs84_lat - a.wgs84_lat);
}

/* Counts the edges that a ray to the east crosses; an edge owns its southern end and not its
 * northern one. */
static enum polygon_side locate_in_ring(const struct ring *ring, struct point p, bool *is_odd) {
    for (size_t i = 1; i < ring->count; i++) {
        struct point a = ring->points[i - 1];
        struct point b = ring->points[i];
        int64_t side = turn(a, b, p);

        if (side == 0 && is_between(p.wgs84_lat, a.wgs84_lat, b.wgs84_lat) &&
            is_between(p.wgs84_lon, a.wgs84_lon, b.wgs84_lon)) {
            return POLYGON_EDGE;
        }
        if ((a.wgs84_lat > p.wgs84_lat) != (b.wgs84_lat > p.wgs84_lat)) {
            *is_odd ^= b.wgs84_lat > a.wgs84_lat ? side > 0 : side < 0;
        }
    }
    return *is_odd ? POLYGON_INSIDE : POLYGON_OUTSIDE;
}

enum polygon_side polygon_locate(const struct polygon *polygon, struct point p) {
    bool is_odd = false;

    if (!box_has(&polygon->box, p)) {
        return POLYGON_OUTSIDE;
    }
    for (size_t i = 0; i < polygon->ring_count; i++) {
        if (locate_in_ring(&polygon->rings[i], p, &is_odd) == POLYGON_EDGE) {
            return POLYGON_EDGE;
        }
    }
    return is_odd ? POLYGON_INSIDE : POLYGON_OUTSIDE;
}

/* Metres of 10^-7 degrees at a latitude: over a street the earth is a plane. */
struct plane {
    double north_m;
    double east_m;
};

static struct plane plane_at(int32_t lat) {
    return (struct plane){EARTH_RADIUS_M * RADIANS, EARTH_RADIUS_M * RADIANS * cos(lat * RADIANS)};
}

static double segment_distance_m(struct plane plane, struct point a, struct point b,
                                 struct point p) {
    double x = ((double)p.wgs84_lon - a.wgs84_lon) * plane.east_m;
    double y = ((double)p.wgs84_lat - a.wgs84_lat) * plane.north_m;
    double along_x = ((double)b.wgs84_lon - a.wgs84_lon) * plane.east_m;
    double along_y = ((double)b.wgs84_lat - a.wgs84_lat) * plane.north_m;
    double length2 = along_x * along_x + along_y * along_y;
    double part = length2 > 0.0 ? (x * along_x + y * along_y) / length2 : 0.0;

    part = part < 0.0 ? 0.0 : part > 1.0 ? 1.0 : part;
    return hypot(x - part * along_x, y - part * along_y);
}

static double edge_distance_m(const struct polygon *polygon, struct point p) {
    struct plane plane = plane_at(p.wgs84_lat);
    double least = INFINITY;

    for (size_t i = 0; i < polygon->ring_count; i++) {
        const struct ring *ring = &polygon->rings[i];

        for (size_t k = 1; k < ring->count; k++) {
            least = fmin(least, segment_distance_m(plane, ring->points[k - 1], ring->points[k], p));
        }
    }
    return least;
}

int64_t polygon_edge_m(const struct polygon *polygon, struct point p) {
    assert(polygon->ring_count > 0);
    return llround(edge_distance_m(polygon, p));
}

/* The strip between an edge and the equator, summed up, on a sphere. */
static double ring_area_m2(const struct ring *ring) {
    double sum = 0.0;

    for (size_t i = 1; i < ring->count; i++) {
        struct point a = ring->points[i - 1];
        struct point b = ring->points[i];

        sum += ((double)b.wgs84_lon - a.wgs84_lon) * RADIANS *
               (sin(a.wgs84_lat * RADIANS) + sin(b.wgs84_lat * RADIANS));
    }
    return fabs(sum) * EARTH_RADIUS_M * EARTH_RADIUS_M / 2.0;
}

double polygon_area_m2(const struct polygon *polygon) {
    double area = 0.0;

    for (size_t i = 0; i < polygon->ring_count; i++) {
        double part = ring_area_m2(&polygon->rings[i]);

        area += polygon->rings[i].is_hole ? -part : part;
    }
    return area;
}

/* ---- many polygons */

/* The box around all of them is cut into side * side buckets; each lists the polygons whose box
 * touches it, by id. */
struct polygon_set {
    struct polygon_item *items; /* ascending by id */
    size_t count;
    struct box box;
    int side;
    uint32_t *start;  /* side * side + 1 places in `listed` */
    uint32_t *listed; /* indexes of items */
};

enum { SIDE_MAX = 32, RIGHT_ANGLE = 90 * POINT_PER_DEGREE };

struct span {
    int south, north, west, east; /* rows and columns of buckets, inside */
};

static int bucket_index(int32_t value, int32_t least, int32_t most, int side) {
    return (int)(((int64_t)value - least) * side / ((int64_t)most - least + 1));
}

static struct span span_of(const struct polygon_set *set, const struct box *box) {
    const struct box *all = &set->box;

    return (struct span){
        .south = bucket_index(box->least.wgs84_lat, all->least.wgs84_lat, all->most.wgs84_lat,
                              set->side),
        .north =
            bucket_index(box->most.wgs84_lat, all->least.wgs84_lat, all->most.wgs84_lat, set->side),
        .west = bucket_index(box->least.wgs84_lon, all->least.wgs84_lon, all->most.wgs84_lon,
                             set->side),
        .east =
            bucket_index(box->most.wgs84_lon, all->least.wgs84_lon, all->most.wgs84_lon, set->side),
    };
}

static int compare_ids(const void *a, const void *b) {
    const struct polygon_item *x = a;
    const struct polygon_item *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

static int32_t least_of(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static int32_t most_of(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static struct box box_around(const struct polygon_item *items, size_t count) {
    struct box box = items[0].polygon->box;

    for (size_t i = 1; i < count; i++) {
        const struct box *next = &items[i].polygon->box;

        box.least.wgs84_lat = least_of(box.least.wgs84_lat, next->least.wgs84_lat);
        box.least.wgs84_lon = least_of(box.least.wgs84_lon, next->least.wgs84_lon);
        box.most.wgs84_lat = most_of(box.most.wgs84_lat, next->most.wgs84_lat);
        box.most.wgs84_lon = most_of(box.most.wgs84_lon, next->most.wgs84_lon);
    }
    return box;
}

/* Walks all buckets of all items: the first time counting, the second time listing. */
static void walk_buckets(struct polygon_set *set, uint32_t *next, bool is_listing) {
    for (size_t i = 0; i < set->count; i++) {
        struct span span = span_of(set, &set->items[i].polygon->box);

        for (int row = span.south; row <= span.north; row++) {
            for (int column = span.west; column <= span.east; column++) {
                uint32_t *at = &next[row * set->side + column];

                if (is_listing) {
                    set->listed[*at] = (uint32_t)i;
                }
                (*at)++;
            }
        }
    }
}

static void fill_buckets(struct arena *a, struct polygon_set *set) {
    size_t buckets = (size_t)(set->side * set->side);
    uint32_t *next = arena_array(a, uint32_t, buckets + 1);

    set->start = arena_array(a, uint32_t, buckets + 1);
    walk_buckets(set, next, false);
    for (size_t i = 0; i < buckets; i++) {
        set->start[i + 1] = set->start[i] + next[i];
        next[i] = set->start[i];
    }
    set->listed = arena_array(a, uint32_t, set->start[buckets] + 1);
    walk_buckets(set, next, true);
}

const struct polygon_set *polygon_set_make(struct arena *a, const struct polygon_item *items,
                                           size_t count) {
    struct polygon_set *set = arena_new(a, struct polygon_set);

    if (count == 0) {
        return set;
    }
    set->items = arena_array(a, struct polygon_item, count);
    set->count = count;
    memcpy(set->items, items, count * sizeof items[0]);
    qsort(set->items, count, sizeof set->items[0], compare_ids);
    assert(set->items[0].id > 0);
    set->box = box_around(items, count);
    set->side = 1 + (int)sqrt((double)count);
    set->side = set->side > SIDE_MAX ? SIDE_MAX : set->side;
    fill_buckets(a, set);
    return set;
}

struct polygon_hit polygon_set_find(const struct polygon_set *set, struct point p) {
    struct span span;
    size_t bucket;

    if (set->count == 0 || !box_has(&set->box, p)) {
        return (struct polygon_hit){0};
    }
    span = span_of(set, &(struct box){p, p});
    bucket = (size_t)(span.south * set->side + span.west);
    for (uint32_t i = set->start[bucket]; i < set->start[bucket + 1]; i++) {
        const struct polygon_item *item = &set->items[set->listed[i]];
        enum polygon_side side = polygon_locate(item->polygon, p);

        if (side != POLYGON_OUTSIDE) {
            return (struct polygon_hit){item->id, side == POLYGON_EDGE};
        }
    }
    return (struct polygon_hit){0};
}

static int32_t moved(int32_t value, double by, int32_t most) {
    double there = fmax(-most, fmin(most, value + by));

    return (int32_t)there;
}

/* A box with everything that is within some metres of a point. */
static struct box box_within(struct plane plane, struct point p, double metres) {
    double north = metres / plane.north_m + 1.0;
    double east = metres / plane.east_m + 1.0;

    return (struct box){
        .least = {moved(p.wgs84_lat, -north, RIGHT_ANGLE),
                  moved(p.wgs84_lon, -east, 2 * RIGHT_ANGLE)},
        .most = {moved(p.wgs84_lat, north, RIGHT_ANGLE), moved(p.wgs84_lon, east, 2 * RIGHT_ANGLE)},
    };
}

struct polygon_near polygon_set_nearest(const struct polygon_set *set, struct point p,
                                        int64_t except_id, int64_t within_m) {
    struct plane plane = plane_at(p.wgs84_lat);
    struct polygon_near near = {0};
    double least = (double)within_m;
    struct box reach = box_within(plane, p, least);

    for (size_t i = 0; i < set->count; i++) {
        const struct polygon_item *item = &set->items[i];
        double distance = 0.0;

        if (item->id == except_id || !box_meets(&reach, &item->polygon->box)) {
            continue;
        }
        if (polygon_locate(item->polygon, p) == POLYGON_OUTSIDE) {
            distance = edge_distance_m(item->polygon, p);
        }
        if (distance < least || (near.id == 0 && distance <= least)) {
            near = (struct polygon_near){item->id, llround(distance)};
            least = distance;
            reach = box_within(plane, p, least);
        }
    }
    return near;
}
