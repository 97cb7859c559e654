/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/coverage.h"

#include "base/geo/geos.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIANS       (M_PI / 180.0 / POINT_PER_DEGREE)
#define LEAST_M2      0.5
#define LEAST_WIDTH_M 0.03

struct check {
    struct arena *arena; /* of the faults */
    struct geos *geos;
    const struct polygon_item *items;
    size_t count;
    struct shape **shapes; /* of the items */
    struct shape *parent;
    struct coverage_fault *faults;
    size_t fault_count;
    size_t room;
    struct coverage_fault now; /* kind and ids of what is being looked for */
    double gap_m2;             /* all gaps, small ones too */
};

/* A strip three centimetres wide is two borders that mean the same line: points are rounded to one
 * centimetre. */
static bool is_hair(const struct geos_part *part) {
    return 2.0 * part->square_units / part->around_units * EARTH_RADIUS_M * RADIANS < LEAST_WIDTH_M;
}

static double square_metres(double square_units, int32_t lat) {
    double north_m = EARTH_RADIUS_M * RADIANS;

    return square_units * north_m * north_m * cos(lat * RADIANS);
}

static void add_fault(struct check *c, struct coverage_fault fault) {
    if (c->fault_count == c->room) {
        size_t room = c->room == 0 ? 16 : c->room * 2;
        struct coverage_fault *more = arena_array(c->arena, struct coverage_fault, room);

        if (c->fault_count > 0) {
            memcpy(more, c->faults, c->fault_count * sizeof more[0]);
        }
        c->faults = more;
        c->room = room;
    }
    c->faults[c->fault_count++] = fault;
}

static void take_fault(void *ctx, const struct geos_part *part) {
    struct check *c = ctx;
    double area = square_metres(part->square_units, part->at.wgs84_lat);

    c->gap_m2 += c->now.kind == COVERAGE_GAP ? area : 0.0;
    if (area >= LEAST_M2 && !is_hair(part)) {
        c->now.area_m2 = llround(area);
        c->now.at = part->at;
        add_fault(c, c->now);
    }
}

/* Whose border runs along a gap: the two items nearest to it. */
static void name_neighbours(struct check *c) {
    const struct polygon_set *set = polygon_set_make(c->arena, c->items, c->count);

    for (size_t i = 0; i < c->fault_count; i++) {
        struct coverage_fault *f = &c->faults[i];

        if (f->kind == COVERAGE_GAP) {
            f->id = polygon_set_nearest(set, f->at, 0, INT32_MAX).id;
            f->other_id = polygon_set_nearest(set, f->at, f->id, INT32_MAX).id;
        }
    }
}

static bool find_gaps(struct check *c, struct err *err) {
    struct shape *all;

    c->now = (struct coverage_fault){.kind = COVERAGE_GAP};
    return geos_join(c->geos, c->shapes, c->count, &all, err) &&
           geos_minus(c->geos, c->parent, all, take_fault, c, err);
}

static bool find_overlaps(struct check *c, struct err *err) {
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = i + 1; k < c->count; k++) {
            int64_t a = c->items[i].id;
            int64_t b = c->items[k].id;

            if (!box_meets(&c->items[i].polygon->box, &c->items[k].polygon->box)) {
                continue;
            }
            c->now =
                (struct coverage_fault){COVERAGE_OVERLAP, a < b ? a : b, a < b ? b : a, 0, {0}};
            if (!geos_common(c->geos, c->shapes[i], c->shapes[k], take_fault, c, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool find_outside(struct check *c, struct err *err) {
    for (size_t i = 0; i < c->count; i++) {
        c->now = (struct coverage_fault){.kind = COVERAGE_OUTSIDE, .id = c->items[i].id};
        if (!geos_minus(c->geos, c->shapes[i], c->parent, take_fault, c, err)) {
            return false;
        }
    }
    return true;
}

static int compare_faults(const void *a, const void *b) {
    const struct coverage_fault *x = a;
    const struct coverage_fault *y = b;

    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    return (x->area_m2 < y->area_m2) - (x->area_m2 > y->area_m2);
}

static bool build_shapes(struct check *c, struct arena *scratch, const struct polygon *parent,
                         struct err *err) {
    c->shapes = arena_array(scratch, struct shape *, c->count + 1);
    for (size_t i = 0; i < c->count; i++) {
        if (!geos_shape(c->geos, c->items[i].polygon, &c->shapes[i], err)) {
            return false;
        }
    }
    return geos_shape(c->geos, parent, &c->parent, err);
}

bool coverage_check(struct arena *a, const struct polygon *parent, const struct polygon_item *items,
                    size_t count, struct coverage *out, struct err *err) {
    struct arena *scratch = arena_open();
    struct check c = {.arena = a, .geos = geos_open(scratch), .items = items, .count = count};
    bool ok = build_shapes(&c, scratch, parent, err) && find_gaps(&c, err) &&
              find_overlaps(&c, err) && find_outside(&c, err);
    double parent_m2 = polygon_area_m2(parent);

    arena_close(scratch);
    if (!ok) {
        return false;
    }
    name_neighbours(&c);
    if (c.fault_count > 0) {
        qsort(c.faults, c.fault_count, sizeof c.faults[0], compare_faults);
    }
    *out = (struct coverage){c.faults, c.fault_count, llround(parent_m2),
                             llround(parent_m2 - c.gap_m2)};
    return true;
}
