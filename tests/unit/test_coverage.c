/* SPDX-License-Identifier: Apache-2.0 */
/* Whether grids tile their street: faults put in by hand, then random cuts of a street. */
#include "drawing.h"

#include "base/file.h"
#include "base/geo/coverage.h"

#include <math.h>
#include <stdlib.h>

static struct coverage cover(const struct polygon *parent, const struct polygon_item *items,
                             size_t count) {
    struct coverage c = {0};
    struct err err = {0};

    assert_true(coverage_check(a, parent, items, count, &c, &err));
    return c;
}

static void print_faults(struct coverage c) {
    for (size_t i = 0; i < c.fault_count; i++) {
        print_error("kind %d ids %ld %ld area %ld\n", c.faults[i].kind, (long)c.faults[i].id,
                    (long)c.faults[i].other_id, (long)c.faults[i].area_m2);
    }
}

static void gaps_overlaps_and_what_sticks_out_are_found(void **state) {
    const struct polygon *parent = rectangle(0, 0, 20000, 10000);
    struct polygon_item whole[] = {{1, rectangle(0, 0, 10000, 10000)},
                                   {2, rectangle(10000, 0, 20000, 10000)}};
    struct polygon_item gap[] = {{1, rectangle(0, 0, 10000, 10000)},
                                 {2, rectangle(10300, 0, 20000, 10000)}};
    struct polygon_item overlap[] = {{2, rectangle(0, 0, 10300, 10000)},
                                     {1, rectangle(10000, 0, 20000, 10000)}};
    struct polygon_item outside[] = {{1, rectangle(0, 0, 10000, 10300)},
                                     {2, rectangle(10000, 0, 20000, 10000)}};
    struct coverage c = cover(parent, whole, 2);

    (void)state;
    assert_int_equal(c.fault_count, 0);
    assert_int_equal(c.covered_m2, c.parent_m2);
    c = cover(parent, gap, 2);
    assert_int_equal(c.fault_count, 1);
    assert_int_equal(c.faults[0].kind, COVERAGE_GAP);
    assert_int_equal(c.faults[0].id + c.faults[0].other_id, 3);
    assert_int_equal(c.faults[0].area_m2, 317); /* 2.85 by 111.2 m */
    assert_int_equal(c.parent_m2 - c.covered_m2, 317);
    assert_int_equal(polygon_locate(rectangle(10000, 0, 10300, 10000), c.faults[0].at),
                     POLYGON_INSIDE);
    c = cover(parent, overlap, 2);
    assert_int_equal(c.fault_count, 1);
    assert_int_equal(c.faults[0].kind, COVERAGE_OVERLAP);
    assert_int_equal(c.faults[0].id, 1);
    assert_int_equal(c.faults[0].other_id, 2);
    assert_int_equal(c.faults[0].area_m2, 317);
    c = cover(parent, outside, 2);
    assert_int_equal(c.fault_count, 1);
    assert_int_equal(c.faults[0].kind, COVERAGE_OUTSIDE);
    assert_int_equal(c.faults[0].id, 1);
    c = cover(parent, whole, 0);
    assert_int_equal(c.fault_count, 1);
    assert_int_equal(c.faults[0].area_m2, c.parent_m2);
    assert_int_equal(c.covered_m2, 0);
}

static void a_hair_between_two_borders_is_not_a_gap_but_a_hand_is(void **state) {
    const struct polygon *parent = rectangle(0, 0, 20000, 10000);
    struct polygon_item hair[] = {{1, rectangle(0, 0, 10000, 10000)},
                                  {2, rectangle(10001, 0, 20000, 10000)}};
    struct polygon_item hand[] = {{1, rectangle(0, 0, 10000, 10000)},
                                  {2, rectangle(10008, 0, 20000, 10000)}};
    struct coverage c = cover(parent, hair, 2);

    (void)state;
    assert_int_equal(c.fault_count, 0);
    assert_int_equal(c.parent_m2 - c.covered_m2, 1); /* it is not counted as covered all the same */
    c = cover(parent, hand, 2);
    assert_int_equal(c.fault_count, 1);
    assert_int_equal(c.faults[0].area_m2, 8);
}

struct piece {
    struct point points[64];
    size_t count; /* without the first again */
};

/* Where the edge from p to q meets the line through o along (dx, dy), rounded as a map program
 * rounds. */
static struct point meet(struct point p, struct point q, double side_p, double side_q) {
    double part = side_p / (side_p - side_q);

    return (struct point){
        (int32_t)lround(p.wgs84_lat + part * ((double)q.wgs84_lat - p.wgs84_lat)),
        (int32_t)lround(p.wgs84_lon + part * ((double)q.wgs84_lon - p.wgs84_lon))};
}

/* Cuts a convex piece along a random line through its middle; what is left of the line stays. */
static struct piece cut(struct source *s, struct piece *piece) {
    double angle = (double)random_below(s, 3600) * M_PI / 1800.0;
    double lat = 0.0;
    double lon = 0.0;
    struct piece left = {0};
    struct piece right = {0};

    for (size_t i = 0; i < piece->count; i++) {
        lat += (double)piece->points[i].wgs84_lat / (double)piece->count;
        lon += (double)piece->points[i].wgs84_lon / (double)piece->count;
    }
    for (size_t i = 0; i < piece->count; i++) {
        struct point p = piece->points[i];
        struct point q = piece->points[(i + 1) % piece->count];
        double side_p = cos(angle) * (p.wgs84_lat - lat) - sin(angle) * (p.wgs84_lon - lon);
        double side_q = cos(angle) * (q.wgs84_lat - lat) - sin(angle) * (q.wgs84_lon - lon);
        struct piece *mine = side_p >= 0.0 ? &left : &right;

        mine->points[mine->count++] = p;
        if ((side_p >= 0.0) != (side_q >= 0.0)) {
            left.points[left.count++] = right.points[right.count++] = meet(p, q, side_p, side_q);
        }
    }
    *piece = left;
    return right;
}

/* A street of about 2 by 2 km, cut again and again: borders meet in T, as drawn maps have them. */
static size_t cut_street(struct source *s, struct polygon_item *items, size_t count) {
    struct piece *pieces = arena_array(a, struct piece, count);

    pieces[0] = (struct piece){
        {spot(0, 0), spot(210000, 3000), spot(205000, 180000), spot(-4000, 170000)}, 4};
    for (size_t i = 1; i < count; i++) {
        pieces[i] = cut(s, &pieces[random_below(s, (int64_t)i)]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct polygon *p;

        pieces[i].points[pieces[i].count] = pieces[i].points[0];
        p = polygon_from(pieces[i].points, pieces[i].count + 1);
        assert_non_null(p);
        items[i] = (struct polygon_item){(int64_t)i + 1, p};
    }
    return count;
}

static void random_cuts_of_a_street_tile_it(void **state) {
    struct source s = source_fixed(0, 10);
    struct point corners[] = {spot(0, 0), spot(210000, 3000), spot(205000, 180000),
                              spot(-4000, 170000), spot(0, 0)};
    const struct polygon *street = polygon_from(corners, 5);

    (void)state;
    for (int round = 0; round < 30; round++) {
        struct polygon_item items[60];
        size_t count = cut_street(&s, items, 10 + (size_t)random_below(&s, 50));
        double sum = 0.0;
        struct coverage c = cover(street, items, count);
        size_t without = (size_t)random_below(&s, (int64_t)count);
        int64_t lost = llround(polygon_area_m2(items[without].polygon));

        for (size_t i = 0; i < count; i++) {
            sum += polygon_area_m2(items[i].polygon);
        }
        print_faults(c);
        assert_int_equal(c.fault_count, 0);
        assert_true(fabs(sum - polygon_area_m2(street)) <
                    100.0); /* of 3.8 km2: one centimetre along the borders */
        items[without] = items[count - 1];
        c = cover(street, items, count - 1);
        assert_int_equal(c.fault_count, 1);
        assert_int_equal(c.faults[0].kind, COVERAGE_GAP);
        assert_true(llabs(c.faults[0].area_m2 - lost) <= 30);
    }
}

static void a_gap_of_two_square_metres_is_found(void **state) {
    struct source s = source_fixed(0, 11);
    struct point corners[] = {spot(0, 0), spot(210000, 3000), spot(205000, 180000),
                              spot(-4000, 170000), spot(0, 0)};
    const struct polygon *street = polygon_from(corners, 5);
    struct polygon_item items[41];
    size_t count = cut_street(&s, items, 40);
    struct polygon *holed = arena_new(a, struct polygon);
    struct ring *rings = arena_array(a, struct ring, 2);
    struct point m = {0};
    struct coverage c;

    (void)state;
    m = items[7].polygon->rings[0].points[0];
    for (size_t i = 1; i < 3; i++) { /* the middle of a triangle of a convex piece lies in it */
        m.wgs84_lat += (items[7].polygon->rings[0].points[i].wgs84_lat -
                        items[7].polygon->rings[0].points[0].wgs84_lat) /
                       3;
        m.wgs84_lon += (items[7].polygon->rings[0].points[i].wgs84_lon -
                        items[7].polygon->rings[0].points[0].wgs84_lon) /
                       3;
    }
    rings[0] = items[7].polygon->rings[0];
    rings[1] = *rectangle(m.wgs84_lon - DRAWING_LON, m.wgs84_lat - DRAWING_LAT,
                          m.wgs84_lon - DRAWING_LON + 149, m.wgs84_lat - DRAWING_LAT + 127)
                    ->rings;
    rings[1].is_hole = true;
    *holed = (struct polygon){rings, 2, items[7].polygon->box};
    items[7].polygon = holed;
    c = cover(street, items, count);
    print_faults((struct coverage){c.faults, c.fault_count > 1 ? c.fault_count : 0, 0, 0});
    assert_int_equal(c.fault_count, 1);
    assert_int_equal(c.faults[0].kind, COVERAGE_GAP);
    assert_int_equal(c.faults[0].area_m2, 2);
    assert_int_equal(c.faults[0].id, 8);
}

/* The demonstration has grids for a part of the street only, so gaps are no fault there. */
static void the_grids_that_ship_are_drawn_rightly_and_do_not_overlap(void **state) {
    const struct json *root = NULL;
    struct polygon_item items[32];
    struct str text = {0};
    struct err err = {0};
    struct coverage c;
    size_t count = 0;

    (void)state;
    assert_true(file_read(a, "catalogue/demo/grids.geojson", 1 << 20, &text, &err));
    assert_true(json_read(a, text, &root, &err));
    for (const struct json *f = json_member(root, "features")->child; f != NULL; f = f->next) {
        struct polygon *p = arena_new(a, struct polygon);

        assert_true(count < 32 && geojson_polygon(a, f, p, &err));
        items[count] = (struct polygon_item){(int64_t)count + 1, p};
        count++;
    }
    assert_true(count > 0);
    c = cover(rectangle(-200000, -200000, 200000, 200000), items, count);
    for (size_t i = 0; i < c.fault_count; i++) {
        print_faults((struct coverage){&c.faults[i], c.faults[i].kind != COVERAGE_GAP, 0, 0});
        assert_int_equal(c.faults[i].kind, COVERAGE_GAP);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_overlaps_and_what_sticks_out_are_found),
        cmocka_unit_test(a_hair_between_two_borders_is_not_a_gap_but_a_hand_is),
        cmocka_unit_test(random_cuts_of_a_street_tile_it),
        cmocka_unit_test(the_grids_that_ship_are_drawn_rightly_and_do_not_overlap),
        cmocka_unit_test(a_gap_of_two_square_metres_is_found),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
