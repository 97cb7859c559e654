/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/drawing.h - polygons for tests, drawn in units of 10^-7 degrees (about a centimetre)
 * near the street of the demonstration. They go through the reader of GeoJSON, so a wrong drawing
 * is no polygon (NULL). */
#ifndef LINLI_TESTS_DRAWING_H
#define LINLI_TESTS_DRAWING_H

#include "check.h"

#include "base/geo/geojson.h"
#include "base/source.h"

enum { DRAWING_LAT = 312800000, DRAWING_LON = 1215000000 };

static struct arena *a; /* of the test program */

static inline int open_arena(void **state) {
    (void)state;
    a = arena_open();
    return 0;
}

static inline int close_arena(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

static inline int64_t random_below(struct source *s, int64_t n) {
    uint64_t value;

    s->fill(s, &value, sizeof value);
    return (int64_t)(value % (uint64_t)n);
}

static inline struct point spot(int64_t x, int64_t y) {
    return (struct point){(int32_t)(DRAWING_LAT + y), (int32_t)(DRAWING_LON + x)};
}

static inline const struct polygon *polygon_from(struct point *points, size_t count) {
    struct polygon *p = arena_new(a, struct polygon);
    struct ring *ring = arena_new(a, struct ring);
    struct buf b = buf_make(a, 1 << 20);
    struct json_out o = json_out(&b);
    struct err err = {0};

    *ring = (struct ring){points, count, false};
    *p = (struct polygon){ring, 1, {points[0], points[0]}};
    geojson_write(&o, NULL, p);
    return geojson_polygon_parse(a, buf_str(&b), p, &err) ? p : NULL;
}

static inline const struct polygon *rectangle(int64_t west, int64_t south, int64_t east,
                                              int64_t north) {
    struct point *p = arena_array(a, struct point, 5);

    p[0] = p[4] = spot(west, south);
    p[1] = spot(east, south);
    p[2] = spot(east, north);
    p[3] = spot(west, north);
    return polygon_from(p, 5);
}

#endif
