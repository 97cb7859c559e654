/* SPDX-License-Identifier: Apache-2.0 */
/* Points, their datums and their cells. */
#include "check.h"
#include "shared.h"

#include "base/geo/cell.h"
#include "base/json.h"
#include "base/source.h"

#include <math.h>

static struct arena *a;

static int open_arena(void **state) {
    (void)state;
    a = arena_open();
    return 0;
}

static int close_arena(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

static struct point at(double lat, double lon) {
    struct point p = {0};
    struct err err = {0};

    assert_true(point_from_degrees((struct degrees){lat, lon}, DATUM_WGS84, &p, &err));
    return p;
}

static int64_t random_below(struct source *s, int64_t n) {
    uint64_t value;

    s->fill(s, &value, sizeof value);
    return (int64_t)(value % (uint64_t)n);
}

static struct point random_point(struct source *s, struct box box) {
    return (struct point){
        (int32_t)(box.least.wgs84_lat +
                  random_below(s, (int64_t)box.most.wgs84_lat - box.least.wgs84_lat + 1)),
        (int32_t)(box.least.wgs84_lon +
                  random_below(s, (int64_t)box.most.wgs84_lon - box.least.wgs84_lon + 1)),
    };
}

/* ---- datums */

static void published_pairs_are_met(void **state) {
    static const struct {
        enum datum from, to;
        struct degrees in, out;
    } rows[] = {
        {DATUM_WGS84, DATUM_GCJ02, {39.915, 116.404}, {39.91640428150164, 116.41024449916938}},
        {DATUM_GCJ02, DATUM_WGS84, {39.915, 116.404}, {39.91359571849836, 116.39775550083061}},
        {DATUM_GCJ02, DATUM_BD09, {39.915, 116.404}, {39.92133699351021, 116.41036949371029}},
        {DATUM_BD09, DATUM_GCJ02, {39.915, 116.404}, {39.90865673957631, 116.39762729119315}},
        {DATUM_WGS84, DATUM_GCJ02, {40.7128, -74.0060}, {40.7128, -74.0060}},
        {DATUM_WGS84, DATUM_BD09, {40.7128, -74.0060}, {40.7128, -74.0060}},
    };
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct point p;
        struct degrees d;
        /* the published inverses are first guesses, right to some metres */
        bool is_guess = rows[i].from != DATUM_WGS84 && rows[i].to != DATUM_BD09;

        assert_true(point_from_degrees(rows[i].in, rows[i].from, &p, &err));
        d = point_to_degrees(p, rows[i].to);
        assert_true(fabs(d.lat - rows[i].out.lat) < (is_guess ? 2e-5 : 2e-7));
        assert_true(fabs(d.lon - rows[i].out.lon) < (is_guess ? 2e-5 : 2e-7));
    }
}

static void there_and_back_ends_where_it_began(void **state) {
    const struct box china = {at(3.0, 74.0), at(53.5, 135.0)};
    struct source s = source_fixed(0, 3);
    struct err err = {0};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct point p = random_point(&s, china);
        enum datum datum = (enum datum)random_below(&s, DATUM_COUNT);
        struct point back;

        assert_true(point_from_degrees(point_to_degrees(p, datum), datum, &back, &err));
        assert_true(abs(back.wgs84_lat - p.wgs84_lat) <= 1);
        assert_true(abs(back.wgs84_lon - p.wgs84_lon) <= 1);
    }
}

/* Longitude and latitude of all positions below a value, one after another. */
static void collect(const struct json *value, struct degrees *out, size_t *count) {
    if (value->kind == KIND_LIST && value->count == 2 && value->child->kind != KIND_LIST) {
        const struct json *lat = value->child->next;
        const struct json *lon = value->child;

        out[(*count)++] =
            (struct degrees){lat->kind == KIND_INT ? (double)lat->integer : lat->real,
                             lon->kind == KIND_INT ? (double)lon->integer : lon->real};
        return;
    }
    for (const struct json *child = value->child; child != NULL; child = child->next) {
        if (!str_is(child->name, "properties")) {
            collect(child, out, count);
        }
    }
}

static size_t positions_of(const char *name, struct degrees **out) {
    const struct json *root = NULL;
    struct err err = {0};
    struct str text = shared_file(a, name);
    size_t count = 0;

    assert_true(json_read(a, text, &root, &err));
    *out = arena_array(a, struct degrees, text.n / 8);
    collect(json_member(root, "features"), *out, &count);
    return count;
}

static void the_real_borders_of_eight_districts_agree(void **state) {
    struct degrees *wgs;
    struct degrees *gcj;
    size_t count = positions_of("data/boundaries.geojson", &wgs);
    struct err err = {0};

    (void)state;
    assert_int_equal(count, positions_of("data/boundaries.gcj02.geojson", &gcj));
    assert_true(count > 700);
    for (size_t i = 0; i < count; i++) {
        struct point p;
        struct degrees d;

        assert_true(point_from_degrees(gcj[i], DATUM_GCJ02, &p, &err));
        d = point_to_degrees(p, DATUM_WGS84);
        assert_true(fabs(d.lat - wgs[i].lat) < 6e-7 &&
                    fabs(d.lon - wgs[i].lon) < 6e-7); /* 6 decimals */
        assert_true(point_from_degrees(wgs[i], DATUM_WGS84, &p, &err));
        d = point_to_degrees(p, DATUM_GCJ02);
        assert_true(fabs(d.lat - gcj[i].lat) < 6e-7 && fabs(d.lon - gcj[i].lon) < 6e-7);
    }
}

static void what_is_no_degree_is_refused(void **state) {
    static const struct degrees bad[] = {{90.1, 0}, {-90.1, 0}, {0, 180.1},   {0, -180.1},
                                         {NAN, 0},  {0, NAN},   {INFINITY, 0}};
    struct point p;
    enum datum datum;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};

        assert_false(point_from_degrees(bad[i], DATUM_WGS84, &p, &err));
        assert_int_equal(err.code, E_RANGE);
    }
    assert_true(point_datum_parse(STR("gcj02"), &datum));
    assert_int_equal(datum, DATUM_GCJ02);
    assert_false(point_datum_parse(STR("GCJ"), &datum));
}

/* ---- distances and rounding */

static void distances_are_those_of_the_map(void **state) {
    struct point tongji = at(31.2822, 121.5062);

    (void)state;
    assert_int_equal(point_distance_m(tongji, tongji), 0);
    assert_int_equal(point_distance_m(tongji, at(31.2831, 121.5062)), 100);
    assert_int_equal(point_distance_m(tongji, at(31.2822, 121.50725)), 100);
    assert_int_equal(point_distance_m(at(39.9042, 116.4074), at(31.2304, 121.4737)), 1067312);
    assert_int_equal(point_distance_m(at(0, -180), at(0, 180)), 0);
    assert_int_equal(point_distance_m(at(90, 0), at(-90, 0)), 20015114);
}

static void the_public_sees_whole_thousandths_of_a_degree(void **state) {
    struct source s = source_fixed(0, 4);
    const struct box world = {at(-90, -180), at(90, 180)};

    (void)state;
    assert_true(point_eq(point_rounded(at(31.28214, 121.50651)), at(31.282, 121.507)));
    assert_true(point_eq(point_rounded(at(-31.28214, -121.50651)), at(-31.282, -121.507)));
    for (int i = 0; i < 1000; i++) {
        struct point p = random_point(&s, world);
        struct point seen = point_rounded(p);

        assert_true(point_eq(point_rounded(seen), seen));
        assert_true(abs(seen.wgs84_lat - p.wgs84_lat) <= 5000 &&
                    abs(seen.wgs84_lon - p.wgs84_lon) <= 5000);
    }
}

/* ---- cells */

static void a_cell_holds_its_point_at_every_level(void **state) {
    struct source s = source_fixed(0, 5);
    const struct box world = {at(-90, -180), at(90, 180)};

    (void)state;
    assert_int_equal(cell_of((struct point){0, 0}), 0);
    assert_true(cell_of(world.least) > 0 && cell_of(world.most) > 0);
    assert_true(cell_of(at(31.2822, 121.5062)) ==
                INT64_C(3716082676138321)); /* stands in ledgers: never changes */
    for (int i = 0; i < 2000; i++) {
        struct point p = random_point(&s, world);
        int64_t cell = cell_of(p);

        assert_true(cell > 0 && cell < INT64_C(1) << 52);
        assert_int_equal(cell_corner(cell).wgs84_lat, cell_box(cell, CELL_LEVELS).least.wgs84_lat);
        assert_int_equal(cell_corner(cell).wgs84_lon, cell_box(cell, CELL_LEVELS).least.wgs84_lon);
        for (int level = 0; level <= CELL_LEVELS; level++) {
            struct box box = cell_box(cell >> cell_shift(level), level);

            /* +180 degrees is the last column, whose box ends a unit before */
            assert_true(box_has(&box, p) || p.wgs84_lon == world.most.wgs84_lon);
        }
    }
}

static bool is_covered(const struct cell_range *ranges, size_t count, int64_t cell) {
    for (size_t i = 0; i < count; i++) {
        if (cell >= ranges[i].first && cell <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static struct box random_window(struct source *s) {
    int64_t width = 1 + random_below(s, INT64_C(1) << random_below(s, 28));
    int64_t height = 1 + random_below(s, INT64_C(1) << random_below(s, 28));
    struct point corner = random_point(s, (struct box){at(-60, -150), at(60, 150)});

    return (struct box){
        corner, {(int32_t)(corner.wgs84_lat + height), (int32_t)(corner.wgs84_lon + width)}};
}

static void ranges_hold_a_window_and_not_much_more(void **state) {
    struct source s = source_fixed(0, 6);
    struct cell_range ranges[CELL_RANGES_MAX];
    struct box reversed = {at(31.3, 121.5), at(31.2, 121.6)};

    (void)state;
    assert_int_equal(cell_cover(&reversed, ranges), 0);
    for (int i = 0; i < 3000; i++) {
        struct box window = random_window(&s);
        size_t count = cell_cover(&window, ranges);

        assert_true(count >= 1 && count <= CELL_RANGES_MAX);
        for (size_t k = 1; k < count; k++) {
            assert_true(ranges[k].first > ranges[k - 1].last + 1);
        }
        for (int k = 0; k < 20; k++) {
            assert_true(is_covered(ranges, count, cell_of(random_point(&s, window))));
        }
        assert_true(is_covered(ranges, count, cell_of(window.least)));
        assert_true(is_covered(ranges, count, cell_of(window.most)));
    }
}

static void a_screen_reads_little_beyond_its_window(void **state) {
    struct source s = source_fixed(0, 7);
    struct cell_range ranges[CELL_RANGES_MAX];
    double most = 0.0;
    double sum = 0.0;

    (void)state;
    for (int i = 0; i < 1000; i++) { /* 1,600 by 1,000 m anywhere in the city */
        struct point corner = random_point(&s, (struct box){at(31.0, 121.2), at(31.5, 121.8)});
        struct box window = {corner, {corner.wgs84_lat + 90000, corner.wgs84_lon + 168000}};
        size_t count = cell_cover(&window, ranges);
        double cells = 0.0;
        double needed = 90000.0 * 168000.0 / pow(3600000000.0 / (1 << CELL_LEVELS), 2);

        for (size_t k = 0; k < count; k++) {
            cells += (double)(ranges[k].last - ranges[k].first + 1);
        }
        most = fmax(most, cells / needed);
        sum += cells / needed;
    }
    assert_true(most < 6.0);
    assert_true(sum / 1000.0 < 3.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_pairs_are_met),
        cmocka_unit_test(there_and_back_ends_where_it_began),
        cmocka_unit_test(the_real_borders_of_eight_districts_agree),
        cmocka_unit_test(what_is_no_degree_is_refused),
        cmocka_unit_test(distances_are_those_of_the_map),
        cmocka_unit_test(the_public_sees_whole_thousandths_of_a_degree),
        cmocka_unit_test(a_cell_holds_its_point_at_every_level),
        cmocka_unit_test(ranges_hold_a_window_and_not_much_more),
        cmocka_unit_test(a_screen_reads_little_beyond_its_window),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
