/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/geojson.h"

#include "base/geo/geos.h"
#include "base/limits.h"

#include <inttypes.h>

/* What is being read; counts run through all parts. */
struct reader {
    struct arena *arena;
    struct ring *rings;
    size_t ring_count;
    size_t point_count;
};

static struct str number_text(struct reader *r, size_t number) {
    return arena_format(r->arena, "%zu", number);
}

static bool read_number(const struct json *value, double *out) {
    if (value == NULL || (value->kind != KIND_INT && value->kind != KIND_REAL)) {
        return false;
    }
    *out = value->kind == KIND_INT ? (double)value->integer : value->real;
    return true;
}

static bool read_position(const struct json *value, struct point *out) {
    struct degrees d;
    struct err ignored;

    return value->kind == KIND_LIST && value->count >= 2 && value->count <= 4 &&
           read_number(value->child, &d.lon) && read_number(value->child->next, &d.lat) &&
           point_from_degrees(d, DATUM_WGS84, out, &ignored);
}

static bool read_ring(struct reader *r, const struct json *value, bool is_hole, struct err *err) {
    struct ring *ring = &r->rings[r->ring_count++];
    struct point *points;
    size_t number = 0;

    if (value->kind != KIND_LIST || value->count == 0) {
        return fail1(err, E_RING, "geometry", number_text(r, r->ring_count));
    }
    points = arena_array(r->arena, struct point, value->count);
    for (const struct json *position = value->child; position != NULL; position = position->next) {
        struct point *next = &points[ring->count];

        number++;
        if (!read_position(position, next)) {
            return fail2(err, E_COORDINATE, "geometry", number_text(r, r->ring_count),
                         number_text(r, number));
        }
        ring->count += ring->count == 0 || !point_eq(next[-1], *next);
    }
    if (ring->count < 4 || !point_eq(points[0], points[ring->count - 1])) {
        return fail1(err, E_RING, "geometry", number_text(r, r->ring_count));
    }
    ring->points = points;
    ring->is_hole = is_hole;
    return true;
}

static bool read_part(struct reader *r, const struct json *rings, struct err *err) {
    for (const struct json *ring = rings->child; ring != NULL; ring = ring->next) {
        if (!read_ring(r, ring, ring != rings->child, err)) {
            return false;
        }
    }
    return true;
}

static void count_ring(const struct json *ring, size_t *rings, size_t *points) {
    (*rings)++;
    *points += ring->kind == KIND_LIST ? ring->count : 0;
}

/* Everything is counted before anything is reserved. */
static void count_rings(const struct json *coordinates, bool is_multi, size_t *rings,
                        size_t *points) {
    for (const struct json *item = coordinates->child; item != NULL; item = item->next) {
        if (!is_multi) {
            count_ring(item, rings, points);
            continue;
        }
        for (const struct json *ring = item->child; ring != NULL; ring = ring->next) {
            count_ring(ring, rings, points);
        }
    }
}

static struct box box_of(const struct ring *rings, size_t count) {
    struct box box = {rings[0].points[0], rings[0].points[0]};

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < rings[i].count; k++) {
            struct point p = rings[i].points[k];

            box.least.wgs84_lat =
                p.wgs84_lat < box.least.wgs84_lat ? p.wgs84_lat : box.least.wgs84_lat;
            box.least.wgs84_lon =
                p.wgs84_lon < box.least.wgs84_lon ? p.wgs84_lon : box.least.wgs84_lon;
            box.most.wgs84_lat =
                p.wgs84_lat > box.most.wgs84_lat ? p.wgs84_lat : box.most.wgs84_lat;
            box.most.wgs84_lon =
                p.wgs84_lon > box.most.wgs84_lon ? p.wgs84_lon : box.most.wgs84_lon;
        }
    }
    return box;
}

static bool is_too_wide(const struct box *box) {
    int64_t most = (int64_t)LIMIT_POLYGON_DEGREES * POINT_PER_DEGREE;

    return (int64_t)box->most.wgs84_lat - box->least.wgs84_lat > most ||
           (int64_t)box->most.wgs84_lon - box->least.wgs84_lon > most;
}

static bool fail_size(struct reader *r, struct err *err) {
    return fail2(err, E_POLYGON_SIZE, "geometry", number_text(r, LIMIT_POLYGON_POINTS),
                 number_text(r, LIMIT_POLYGON_DEGREES));
}

static bool read_rings(struct reader *r, const struct json *coordinates, bool is_multi,
                       struct err *err) {
    size_t rings = 0;
    size_t points = 0;

    count_rings(coordinates, is_multi, &rings, &points);
    if (points > LIMIT_POLYGON_POINTS || rings > LIMIT_POLYGON_POINTS) {
        return fail_size(r, err);
    }
    r->rings = arena_array(r->arena, struct ring, rings + 1);
    if (!is_multi) {
        return read_part(r, coordinates, err);
    }
    for (const struct json *part = coordinates->child; part != NULL; part = part->next) {
        if (part->kind != KIND_LIST || !read_part(r, part, err)) {
            return part->kind == KIND_LIST
                       ? false
                       : fail1(err, E_RING, "geometry", number_text(r, r->ring_count + 1));
        }
    }
    return true;
}

/* Drawn rightly: no edge crosses another, holes lie inside, shells apart. */
static bool check_drawing(struct reader *r, const struct polygon *polygon, struct err *err) {
    struct point at;
    struct str reason;
    struct degrees d;

    if (geos_is_valid(r->arena, polygon, &at, &reason)) {
        return true;
    }
    d = point_to_degrees(at, DATUM_WGS84);
    fail1(err, E_POLYGON, "geometry", arena_format(r->arena, "%.7f,%.7f", d.lon, d.lat));
    return err_detail(err, "%.*s", STR_ARG(reason));
}

bool geojson_polygon(struct arena *a, const struct json *value, struct polygon *out,
                     struct err *err) {
    const struct json *geometry = value;
    const struct json *coordinates;
    struct reader r = {.arena = a};
    struct str type = json_text_of(geometry, "type");
    bool is_multi;

    if (str_is(type, "Feature")) {
        geometry = json_member(value, "geometry");
        type = json_text_of(geometry, "type");
    }
    is_multi = str_is(type, "MultiPolygon");
    coordinates = json_member(geometry, "coordinates");
    if ((!is_multi && !str_is(type, "Polygon")) || coordinates == NULL ||
        coordinates->kind != KIND_LIST || coordinates->count == 0) {
        return fail1(err, E_GEOMETRY, "geometry", type);
    }
    if (!read_rings(&r, coordinates, is_multi, err)) {
        return false;
    }
    if (r.ring_count == 0) {
        return fail1(err, E_RING, "geometry", STR("1"));
    }
    *out = (struct polygon){r.rings, r.ring_count, box_of(r.rings, r.ring_count)};
    return is_too_wide(&out->box) ? fail_size(&r, err) : check_drawing(&r, out, err);
}

bool geojson_polygon_parse(struct arena *a, struct str text, struct polygon *out, struct err *err) {
    const struct json *value;

    return json_read(a, text, &value, err) && geojson_polygon(a, value, out, err);
}

static bool is_id(const struct json *value, struct str id) {
    int64_t number;

    if (value == NULL) {
        return false;
    }
    return value->kind == KIND_TEXT
               ? str_eq(value->text, id)
               : value->kind == KIND_INT && str_to_int(id, &number) && number == value->integer;
}

const struct json *geojson_find_feature(const struct json *collection, struct str id) {
    const struct json *features = json_member(collection, "features");

    if (features == NULL || features->kind != KIND_LIST) {
        return NULL;
    }
    for (const struct json *feature = features->child; feature != NULL; feature = feature->next) {
        if (is_id(json_member(feature, "id"), id)) {
            return feature;
        }
    }
    return NULL;
}

/* ---- writing */

static void write_ring(struct json_out *o, const struct ring *ring) {
    json_open(o, NULL, '[');
    for (size_t i = 0; i < ring->count; i++) {
        json_open(o, NULL, '[');
        json_fixed(o, NULL, ring->points[i].wgs84_lon, 7);
        json_fixed(o, NULL, ring->points[i].wgs84_lat, 7);
        json_close(o, ']');
    }
    json_close(o, ']');
}

void geojson_write(struct json_out *o, const char *name, const struct polygon *polygon) {
    size_t shells = 0;

    for (size_t i = 0; i < polygon->ring_count; i++) {
        shells += !polygon->rings[i].is_hole;
    }
    json_open(o, name, '{');
    json_str(o, "type", shells > 1 ? STR("MultiPolygon") : STR("Polygon"));
    json_open(o, "coordinates", '[');
    for (size_t i = 0; i < polygon->ring_count; i++) {
        bool is_first = !polygon->rings[i].is_hole;

        if (shells > 1 && is_first && i > 0) {
            json_close(o, ']');
        }
        if (shells > 1 && is_first) {
            json_open(o, NULL, '[');
        }
        write_ring(o, &polygon->rings[i]);
    }
    if (shells > 1) {
        json_close(o, ']');
    }
    json_close(o, ']');
    json_close(o, '}');
}
