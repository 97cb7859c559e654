/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/geojson.h - polygons in and out as GeoJSON (RFC 7946), WGS-84, longitude first.
 *
 * Reading rounds to 10^-7 degrees (one precision for all that is drawn), drops repeated points and
 * a third ordinate, and refuses what is no valid polygon, naming the ring, the point or the spot on
 * the map.
 *
 * Memory   the polygon lives in the arena and needs nothing of the JSON it was read from.
 * Failure  E_GEOMETRY, E_COORDINATE, E_RING, E_POLYGON, E_POLYGON_SIZE; E_JSON, E_TEXT from text.
 *          Rings and points count from 1, rings through all parts of a MultiPolygon.
 */
#ifndef LINLI_BASE_GEO_GEOJSON_H
#define LINLI_BASE_GEO_GEOJSON_H

#include "base/geo/polygon.h"
#include "base/json.h"

/* From a Polygon, a MultiPolygon, or a Feature that has one. */
bool geojson_polygon(struct arena *a, const struct json *value, struct polygon *out,
                     struct err *err);
bool geojson_polygon_parse(struct arena *a, struct str text, struct polygon *out, struct err *err);

/* The feature of a FeatureCollection whose `id` is that text or number, NULL when there is none. */
const struct json *geojson_find_feature(const struct json *collection, struct str id);

/* A geometry as a value: Polygon when it has one shell, else MultiPolygon. */
void geojson_write(struct json_out *o, const char *name, const struct polygon *polygon);

#endif
