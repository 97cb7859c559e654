/* SPDX-License-Identifier: Apache-2.0 */
/* Cases on the map: dots while they are few, else how many are in each square. */
#include "gate/web/desk.h"

#include "base/geo/cell.h"
#include "engine/query/map.h"

#include <inttypes.h>

/* The square of a screen's 64 pixels, and the nearest that people zoom in. */
enum { LEVEL_BEYOND_ZOOM = 2, ZOOM_MOST = 20 };

static void write_dot(struct desk *d, struct json_out *o, const struct map_dot *dot) {
    json_open(o, NULL, '{');
    json_int(o, "id", dot->id);
    json_fixed(o, "lat", dot->wgs84_lat, 7);
    json_fixed(o, "lon", dot->wgs84_lon, 7);
    json_str(o, "state", dot->state);
    json_bool(o, "late", dot->late);
    write_time(&d->view, o, "due", dot->next_due_at);
    json_close(o, '}');
}

static void write_bunch(struct desk *d, struct json_out *o, const struct map_bunch *bunch,
                        int level, bool is_listable) {
    struct box square = cell_box(bunch->cell, level);

    json_open(o, NULL, '{');
    json_str(o, "cell",
             is_listable ? arena_format(d->view.rq->arena, "%d-%" PRId64, level, bunch->cell)
                         : (struct str){0});
    json_fixed(o, "lat", bunch->at.wgs84_lat, 7);
    json_fixed(o, "lon", bunch->at.wgs84_lon, 7);
    json_int(o, "count", bunch->count);
    json_int(o, "late", bunch->late);
    json_bool(o, "has_more", bunch->has_more);
    json_fixed(o, "south", square.least.wgs84_lat, 7);
    json_fixed(o, "west", square.least.wgs84_lon, 7);
    json_fixed(o, "north", square.most.wgs84_lat, 7);
    json_fixed(o, "east", square.most.wgs84_lon, 7);
    json_close(o, '}');
}

static struct box window_of(const struct request *rq) {
    return (struct box){
        .least = {(int32_t)query_degrees(rq, "south"), (int32_t)query_degrees(rq, "west")},
        .most = {(int32_t)query_degrees(rq, "north"), (int32_t)query_degrees(rq, "east")}};
}

/* The same cases as the list by deadline. */
static bool get_points(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    struct box window = window_of(rq);
    bool has_window = query_has(rq, "south") && query_has(rq, "west") && query_has(rq, "north") &&
                      query_has(rq, "east");
    struct filter filter;
    struct map_question question = {.scope = &d.scope,
                                    .filter = &filter,
                                    .level = query_has(rq, "zoom")
                                                 ? (int)query_int(rq, "zoom", 0) + LEVEL_BEYOND_ZOOM
                                                 : MAP_LEVEL_USUAL,
                                    .window = has_window ? &window : NULL};
    struct map_view map;
    struct json_out o;

    if (!desk_filter(&d, query_str(rq, "filter"), &filter, err) ||
        !map_make(d.view.store, rq->arena, &question, &map, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "points", '[');
    for (size_t i = 0; i < map.dot_count; i++) {
        write_dot(&d, &o, &map.dots[i]);
    }
    json_close(&o, ']');
    json_open(&o, "bunches", '[');
    for (size_t i = 0; i < map.bunch_count; i++) {
        write_bunch(&d, &o, &map.bunches[i], question.level, map.is_listable);
    }
    json_close(&o, ']');
    json_int(&o, "without_point", map.without);
    json_bool(&o, "capped", map.capped);
    write_time(&d.view, &o, "as_of", d.view.now);
    return answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct field_row points_query[] = {{.name = "filter", .kind = FIELD_TEXT, .max = 2000},
                                                {.name = "zoom",
                                                 .kind = FIELD_INT,
                                                 .min = MAP_LEVEL_LEAST - LEVEL_BEYOND_ZOOM,
                                                 .max = ZOOM_MOST},
                                                {.name = "south", .kind = FIELD_DEGREES},
                                                {.name = "west", .kind = FIELD_DEGREES},
                                                {.name = "north", .kind = FIELD_DEGREES},
                                                {.name = "east", .kind = FIELD_DEGREES},
                                                {0}};
static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/cases/points",
     .handler = get_points,
     .right = RIGHT_CASES,
     .query = points_query,
     .output = "Points",
     .summary = {"地图上的点", "Points on the map"}},
};

const struct route_table map_routes = ROUTE_TABLE(rows);
