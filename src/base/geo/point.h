/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/point.h - a place on the earth: WGS-84 degrees times 10^7 as integers, about 1 cm.
 *
 * Inside the house every point is WGS-84 (CGCS2000 is the same within centimetres). Web maps in
 * China speak GCJ-02 (Amap, Tencent; some 500 m away) or BD-09 (Baidu; GCJ-02 and some 900 m more):
 * points are converted at the edge, by the datum that the source says, and nowhere else.
 *
 * Invariants  back and forth through another datum ends within 1e-7 degrees of where it began.
 * Memory      plain values.
 * Failure     point_from_degrees refuses what is no degree (E_RANGE).
 * Limits      GCJ-02 shifts a box around China and nothing outside it; conversions are not exact at
 *             the edge of that box, which lies in other countries and at sea.
 * Source      GCJ-02 as published by several hands since 2010; the two constants are of the
 *             Krasovsky 1940 ellipsoid.
 */
#ifndef LINLI_BASE_GEO_POINT_H
#define LINLI_BASE_GEO_POINT_H

#include "base/err.h"

enum { POINT_PER_DEGREE = 10000000 };

#define EARTH_RADIUS_M 6371008.8 /* mean radius, IUGG */

struct point {
    int32_t wgs84_lat; /* degrees * 10^7, north positive, -900000000..900000000 */
    int32_t wgs84_lon; /* degrees * 10^7, east positive, -1800000000..1800000000 */
};                     /* both 0 = no point */

enum datum { DATUM_WGS84, DATUM_GCJ02, DATUM_BD09, DATUM_COUNT };

struct degrees {
    double lat; /* decimal degrees of some datum */
    double lon;
};

/* `wgs84`, `gcj02` or `bd09`. */
bool point_datum_parse(struct str name, enum datum *out);

/* A point from degrees of a datum, rounded to 10^-7 degrees. */
bool point_from_degrees(struct degrees from, enum datum datum, struct point *out, struct err *err);
struct degrees point_to_degrees(struct point p, enum datum datum);

bool point_is_set(struct point p);
bool point_eq(struct point a, struct point b);

/* Metres between two points on a sphere of the earth's mean radius (at most 0.5 % off). */
int64_t point_distance_m(struct point a, struct point b);

/* What the public sees of a point that may not be shown exactly: the nearest whole thousandth of a
 * degree, about 100 m. Always the same for the same point, so asking again reveals nothing. */
struct point point_rounded(struct point p);

#endif
