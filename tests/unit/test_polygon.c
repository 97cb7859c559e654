/* SPDX-License-Identifier: Apache-2.0 */
/* Polygons: reading, validity, whose ground a point is. */
#include "drawing.h"
#include "shared.h"

#include "base/limits.h"

#include <geos_c.h> /* a second opinion on polygon_locate, which does without it */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static const struct polygon *polygon_of(const char *text) {
    struct polygon *p = arena_new(a, struct polygon);
    struct err err = {0};

    if (!geojson_polygon_parse(a, str_of(text), p, &err)) {
        print_error("%s: %s\n", text, err_row(err.code)->name);
    }
    assert_int_equal(err.code, E_NONE);
    return p;
}

/* ---- reading */

static void each_wrong_geometry_is_named(void **state) {
    static const struct {
        const char *text;
        enum err_code code;
        const char *first; /* what the sentence is told */
    } rows[] = {
        {"{\"type\":\"Point\",\"coordinates\":[1,2]}", E_GEOMETRY, "Point"},
        {"{\"type\":\"Feature\",\"geometry\":null}", E_GEOMETRY, ""},
        {"{\"type\":\"Polygon\"}", E_GEOMETRY, "Polygon"},
        {"{\"type\":\"Polygon\",\"coordinates\":[]}", E_GEOMETRY, "Polygon"},
        {"[]", E_GEOMETRY, ""},
        {"{\"type\":\"Polygon\",\"coordinates\":[[]]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[7]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[0,0]]]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[0,0],[1,0],[1,0],[0,0]]]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],[0,0]],[[1,1],[2,1]]]}", E_RING,
         "2"},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[[]]}", E_RING, "1"},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[{\"a\":[]}]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[31.28,121.5],[1,0],[1,1],[31.28,121.5]]]}",
         E_COORDINATE, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,\"0\"],[1,1],[0,0]]]}", E_COORDINATE,
         "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1],[1,1],[0,0]]]}", E_COORDINATE, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],{\"x\":1,\"y\":2},[1,1],[0,0]]]}",
         E_COORDINATE, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[21,0],[21,1],[0,0]]]}", E_POLYGON_SIZE,
         "20000"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}", E_POLYGON,
         "1.0000000,1.0000000"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[0,0],[0,0]]]}", E_RING, "1"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4],[0,0]],"
         "[[5,5],[6,5],[6,6],[5,5]]]}",
         E_POLYGON, "5.0000000,5.0000000"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4],[0,0]],"
         "[[1,1],[6,1],[6,2],[1,1]]]}",
         E_POLYGON, "4.0000000,1.0000000"},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[4,0],[4,4],[0,0]]],"
         "[[[1,0.5],[2,0.5],[2,1],[1,0.5]]]]}",
         E_POLYGON, "1.0000000,0.5000000"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[2,1],[2,2],[0,2],[0,0]]]}",
         E_POLYGON, "2.0000000,2.0000000"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct polygon p;
        struct err err = {0};
        bool ok = geojson_polygon_parse(a, str_of(rows[i].text), &p, &err);

        if (ok || err.code != rows[i].code || !str_is(str_of(err.args[0]), rows[i].first)) {
            print_error("%s: %s %s\n", rows[i].text, err_row(err.code)->name, err.args[0]);
        }
        assert_false(ok);
        assert_int_equal(err.code, rows[i].code);
        assert_str(str_of(err.args[0]), rows[i].first);
    }
}

static void a_wrong_coordinate_is_counted_to(void **state) {
    struct polygon p;
    struct err err = {0};

    (void)state;
    assert_false(geojson_polygon_parse(a,
                                       STR("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,"
                                           "0],[1,1],[0,0]]],[[[3,3],[4,3],[4,91],[3,3]]]]}"),
                                       &p, &err));
    assert_str(err_sentence(a, &err, LANGUAGE_EN),
               "Ring 2 point 3 of the geometry is no coordinate.");
}

static void too_many_points_are_refused_before_they_are_kept(void **state) {
    struct buf b = buf_make(a, 4 << 20);
    struct polygon p;
    struct err err = {0};

    (void)state;
    buf_c(&b, "{\"type\":\"Polygon\",\"coordinates\":[[");
    for (int i = 0; i <= LIMIT_POLYGON_POINTS; i++) {
        buf_c(&b, i == 0 ? "[0,0]" : ",[1,1]");
    }
    buf_c(&b, "]]}");
    assert_false(geojson_polygon_parse(a, buf_str(&b), &p, &err));
    assert_int_equal(err.code, E_POLYGON_SIZE);
}

static void what_is_written_is_read_again(void **state) {
    static const char *const texts[] = {
        "{\"type\":\"Polygon\",\"coordinates\":[[[121.5000000,31.2800000],[121.5100000,31.2800000],"
        "[121.5100000,31.2900000],[121.5000000,31.2800000]]]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0.0000000,0.0000000],[4.0000000,0.0000000],"
        "[4.0000000,4.0000000],[0.0000000,0.0000000]],[[2.0000000,1.0000000],[3.0000000,1.0000000],"
        "[3.0000000,2.0000000],[2.0000000,1.0000000]]],[[[-5.0000000,-5.0000000],[-4.0000000,-5."
        "0000000],"
        "[-4.0000000,-4.1234567],[-5.0000000,-5.0000000]]]]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct buf b = buf_make(a, 10000);
        struct json_out o = json_out(&b);

        geojson_write(&o, NULL, polygon_of(texts[i]));
        assert_str(buf_str(&b), texts[i]);
    }
}

static void features_are_found_by_id(void **state) {
    const struct json *root;
    struct err err = {0};
    struct polygon p;

    (void)state;
    assert_true(
        json_read(a,
                  STR("{\"type\":\"FeatureCollection\",\"features\":[{\"id\":\"way/1\"},{\"id\":7},"
                      "{\"type\":\"Feature\",\"id\":\"way/2\",\"geometry\":{\"type\":\"Polygon\","
                      "\"coordinates\":[[[0,0,9],[1,0,9],[1,1,9],[0,0,9]]]}}]}"),
                  &root, &err));
    assert_null(geojson_find_feature(root, STR("way/3")));
    assert_non_null(geojson_find_feature(root, STR("7")));
    assert_null(geojson_find_feature(NULL, STR("7")));
    assert_true(geojson_polygon(a, geojson_find_feature(root, STR("way/2")), &p, &err));
    assert_int_equal(p.ring_count, 1);
    assert_int_equal(p.rings[0].count, 4);
}

/* ---- inside or outside */

static GEOSGeometry *geos_of(const struct polygon *p) {
    struct buf b = buf_make(a, 1 << 20);

    /* through text, so that nothing is shared with what is tested */
    buf_c(&b, "MULTIPOLYGON(((");
    for (size_t i = 0; i < p->ring_count; i++) {
        if (i > 0) {
            buf_c(&b, p->rings[i].is_hole ? "),(" : ")),((");
        }
        for (size_t k = 0; k < p->rings[i].count; k++) {
            buf_format(&b, "%s%d %d", k > 0 ? "," : "", p->rings[i].points[k].wgs84_lon,
                       p->rings[i].points[k].wgs84_lat);
        }
    }
    buf_c(&b, ")))");
    return GEOSGeomFromWKT(arena_c(a, buf_str(&b)));
}

static enum polygon_side geos_side(const GEOSGeometry *g, struct point p) {
    GEOSGeometry *point = GEOSGeom_createPointFromXY(p.wgs84_lon, p.wgs84_lat);
    bool has = GEOSContains(g, point) == 1;
    bool touches = GEOSIntersects(g, point) == 1;

    GEOSGeom_destroy(point);
    return has ? POLYGON_INSIDE : touches ? POLYGON_EDGE : POLYGON_OUTSIDE;
}

/* Points around a middle, each further round, on a grid so small that points lie on edges all the
 * time. */
static size_t random_star(struct source *s, struct point *out, int64_t radius) {
    size_t count = 5 + (size_t)random_below(s, 12);

    for (size_t i = 0; i < count; i++) {
        double angle = 2.0 * M_PI * (double)i / (double)count;
        double r = (double)(2 + random_below(s, radius));

        out[i] = spot(lround(r * cos(angle)), lround(r * sin(angle)));
    }
    out[count] = out[0];
    return count + 1;
}

static void which_side_agrees_with_the_library(void **state) {
    struct source s = source_fixed(0, 8);
    int valid = 0;
    int edges = 0;

    (void)state;
    initGEOS(NULL, NULL);
    for (int i = 0; i < 300; i++) {
        struct point *points = arena_array(a, struct point, 32);
        const struct polygon *p = polygon_from(points, random_star(&s, points, 20));
        GEOSGeometry *g;

        if (p == NULL) {
            continue;
        }
        valid++;
        g = geos_of(p);
        for (int64_t x = -23; x <= 23; x++) {
            for (int64_t y = -23; y <= 23; y += 3) {
                enum polygon_side side = polygon_locate(p, spot(x, y));

                edges += side == POLYGON_EDGE;
                assert_int_equal(side, geos_side(g, spot(x, y)));
            }
        }
        GEOSGeom_destroy(g);
    }
    finishGEOS();
    assert_true(valid > 100 && edges > 1000);
}

static void holes_and_islands_are_told_apart(void **state) {
    const struct polygon *p = polygon_of("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0]"
                                         ",[9,9],[0,9],[0,0]],[[3,3],[6,3],[6,6],[3,6],[3,3]]],"
                                         "[[[4,4],[5,4],[5,5],[4,5],[4,4]]]]}");
    static const struct {
        double lat, lon;
        enum polygon_side side;
    } rows[] = {
        {1, 1, POLYGON_INSIDE},   {3.5, 3.5, POLYGON_OUTSIDE}, {4.5, 4.5, POLYGON_INSIDE},
        {3, 4, POLYGON_EDGE},     {9, 9, POLYGON_EDGE},        {9.0000001, 9, POLYGON_OUTSIDE},
        {0, 4.5, POLYGON_EDGE},   {-1, 4.5, POLYGON_OUTSIDE},  {4, 1, POLYGON_INSIDE},
        {4, 10, POLYGON_OUTSIDE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct point at = {(int32_t)lround(rows[i].lat * 1e7), (int32_t)lround(rows[i].lon * 1e7)};

        assert_int_equal(polygon_locate(p, at), rows[i].side);
    }
}

static void areas_and_distances_are_in_metres(void **state) {
    /* 100 by 100 m at 31.28 north: 8,993 units north, 10,522 east */
    const struct polygon *p = rectangle(0, 0, 10522, 8993);

    (void)state;
    assert_int_equal(lround(polygon_area_m2(p)), 9999);
    assert_int_equal(polygon_edge_m(p, spot(5261, 4496)), 50);
    assert_int_equal(polygon_edge_m(p, spot(5261, 8093)), 10);
    assert_int_equal(polygon_edge_m(p, spot(-5261, 4496)), 50);
    assert_int_equal(polygon_edge_m(p, spot(-10522, -8993)), 141);
    assert_int_equal(polygon_edge_m(p, spot(0, 100)), 0);
}

/* ---- sets */

enum { TILES = 12, TILE = 1000 };

static const struct polygon_set *tiles(struct polygon_item *items) {
    for (int i = 0; i < TILES * TILES; i++) {
        int64_t x = i % TILES * TILE;
        int64_t y = i / TILES * TILE;

        /* ids fall from the south-west to the north-east and are handed over in no order */
        items[(i * 5) % (TILES * TILES)] =
            (struct polygon_item){TILES * TILES - i, rectangle(x, y, x + TILE, y + TILE)};
    }
    return polygon_set_make(a, items, TILES * TILES);
}

static void a_point_on_an_edge_goes_to_the_lowest_id(void **state) {
    struct polygon_item items[TILES * TILES];
    const struct polygon_set *set = tiles(items);
    struct source s = source_fixed(0, 9);

    (void)state;
    for (int i = 0; i < 20000; i++) {
        /* every other point lies on edges, some on corners */
        int64_t step = i % 2 == 0 ? TILE / 2 : 1;
        struct point p = spot(random_below(&s, (TILES + 2) * TILE) / step * step - TILE,
                              random_below(&s, (TILES + 2) * TILE) / step * step - TILE);
        struct polygon_hit hit = polygon_set_find(set, p);
        struct polygon_hit expected = {0};

        for (int k = 0; k < TILES * TILES; k++) {
            enum polygon_side side = polygon_locate(items[k].polygon, p);

            if (side != POLYGON_OUTSIDE && (expected.id == 0 || items[k].id < expected.id)) {
                expected = (struct polygon_hit){items[k].id, side == POLYGON_EDGE};
            }
        }
        assert_int_equal(hit.id, expected.id);
        assert_int_equal(hit.on_edge, expected.on_edge);
    }
    assert_int_equal(polygon_set_find(set, spot(TILE, TILE)).id, TILES * TILES - TILES - 1);
    assert_int_equal(polygon_set_find(polygon_set_make(a, NULL, 0), spot(0, 0)).id, 0);
}

static void the_neighbour_over_the_border_is_named(void **state) {
    struct polygon_item items[] = {{11, rectangle(0, 0, 10522, 8993)},
                                   {12, rectangle(10522, 0, 21044, 8993)},
                                   {13, rectangle(31566, 0, 42088, 8993)}};
    const struct polygon_set *set = polygon_set_make(a, items, 3);
    struct polygon_near near = polygon_set_nearest(set, spot(9470, 4000), 11, 15);

    (void)state;
    assert_int_equal(near.id, 12);
    assert_int_equal(near.distance_m, 10);
    assert_int_equal(polygon_set_nearest(set, spot(9470, 4000), 11, 9).id, 0);
    assert_int_equal(polygon_set_nearest(set, spot(9470, 4000), 0, 9).id, 11); /* inside: 0 m */
    /* on the road between two areas, in neither: the nearer one is offered */
    near = polygon_set_nearest(set, spot(22096, 4000), 0, 200);
    assert_int_equal(near.id, 12);
    assert_int_equal(near.distance_m, 10);
    near = polygon_set_nearest(set, spot(10522, 4000), 0, 15); /* on the edge of both */
    assert_int_equal(near.id, 11);
    assert_int_equal(near.distance_m, 0);
}

static void the_nearest_of_many_is_the_nearest_of_all(void **state) {
    struct polygon_item items[TILES * TILES];
    const struct polygon_set *set = tiles(items);
    struct source s = source_fixed(0, 12);

    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct point p = spot(random_below(&s, (TILES + 40) * TILE) - 20 * TILE,
                              random_below(&s, (TILES + 40) * TILE) - 20 * TILE);
        int64_t within = 1 + random_below(&s, 200);
        int64_t except = polygon_set_find(set, p).id;
        struct polygon_near near = polygon_set_nearest(set, p, except, within);
        int64_t least = INT64_MAX;
        int64_t of_id = INT64_MAX;

        for (int k = 0; k < TILES * TILES; k++) {
            bool is_outside = polygon_locate(items[k].polygon, p) == POLYGON_OUTSIDE;
            int64_t distance = is_outside ? polygon_edge_m(items[k].polygon, p) : 0;

            least = items[k].id != except && distance < least ? distance : least;
            of_id = items[k].id == near.id ? distance : of_id;
        }
        assert_true(near.id > 0 ? near.distance_m == least && near.distance_m == of_id
                                : least >= within);
    }
}

/* ---- real borders */

static const struct polygon *district(const char *file, const char *id) {
    const struct json *root = NULL;
    struct polygon *p = arena_new(a, struct polygon);
    struct err err = {0};

    assert_true(json_read(a, shared_file(a, file), &root, &err));
    assert_true(geojson_polygon(a, geojson_find_feature(root, str_of(id)), p, &err));
    return p;
}

static void eight_real_districts_have_their_size(void **state) {
    const struct json *root = NULL;
    static const double km2[] = {26.0, 29.5, 220.0, 68.8, 55.8, 61.2, 120.6, 99.0};
    struct err err = {0};
    size_t i = 0;

    (void)state;
    assert_true(json_read(a, shared_file(a, "data/boundaries.geojson"), &root, &err));
    for (const struct json *f = json_member(root, "features")->child; f != NULL; f = f->next) {
        struct polygon p;

        assert_true(geojson_polygon(a, f, &p, &err));
        assert_true(fabs(polygon_area_m2(&p) / 1e6 - km2[i]) < km2[i] * 0.015);
        i++;
    }
    assert_int_equal(i, 8);
}

/* The nodes of one way of an OpenStreetMap extract. */
static size_t way_nodes(const char *way, struct point *out, size_t most) {
    gzFile file = gzopen(shared_path(a, "data/osm-siping.osm.gz"), "rb");
    char *text = arena_bytes(a, 8u << 20);
    int n = gzread(file, text, (8u << 20) - 1);
    struct err err = {0};
    size_t count = 0;
    const char *p;

    assert_true(n > 0);
    gzclose(file);
    p = strstr(text, way);
    assert_non_null(p);
    for (p = strstr(p, "<nd ref="); p != NULL && count < most; p = strstr(p, "<nd ref=")) {
        char key[64];
        long id = strtol(p + 9, NULL, 10);
        const char *end = strstr(p, "</way>");
        const char *next = strstr(p + 1, "<nd ref=");
        const char *node;

        snprintf(key, sizeof key, "<node id=\"%ld\"", id);
        node = strstr(text, key);
        if (node != NULL) {
            struct degrees d = {strtod(strstr(node, "lat=\"") + 5, NULL),
                                strtod(strstr(node, "lon=\"") + 5, NULL)};

            assert_true(point_from_degrees(d, DATUM_WGS84, &out[count++], &err));
        }
        if (next == NULL || end < next) {
            break;
        }
        p = next;
    }
    return count;
}

static void a_border_surveyed_by_others_lies_where_the_conversion_says(void **state) {
    const struct polygon *yangpu = district("data/boundaries.geojson", "310110");
    const struct polygon *shifted = district("data/boundaries.gcj02.geojson", "310110");
    struct point nodes[64];
    size_t count = way_nodes("<way id=\"49202330\"", nodes, 64);
    int64_t near = 0;
    int64_t far = 0;

    (void)state;
    assert_int_equal(count, 16);
    for (size_t i = 0; i < count; i++) {
        near += polygon_edge_m(yangpu, nodes[i]);
        far += polygon_edge_m(shifted, nodes[i]);
    }
    assert_true(near / 16 >= 16 && near / 16 <= 20);
    assert_true(far / 16 >= 460 && far / 16 <= 470);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_geometry_is_named),
        cmocka_unit_test(a_wrong_coordinate_is_counted_to),
        cmocka_unit_test(too_many_points_are_refused_before_they_are_kept),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(features_are_found_by_id),
        cmocka_unit_test(which_side_agrees_with_the_library),
        cmocka_unit_test(holes_and_islands_are_told_apart),
        cmocka_unit_test(areas_and_distances_are_in_metres),
        cmocka_unit_test(a_point_on_an_edge_goes_to_the_lowest_id),
        cmocka_unit_test(the_neighbour_over_the_border_is_named),
        cmocka_unit_test(the_nearest_of_many_is_the_nearest_of_all),
        cmocka_unit_test(eight_real_districts_have_their_size),
        cmocka_unit_test(a_border_surveyed_by_others_lies_where_the_conversion_says),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
