/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/point.h"

#include <math.h>

#define KRASOVSKY_RADIUS_M     6378245.0
#define KRASOVSKY_ECCENTRICITY 0.00669342162296594323 /* squared */
#define BD09_PI                (M_PI * 3000.0 / 180.0)

enum { PUBLIC_STEP = POINT_PER_DEGREE / 1000, INVERSE_ROUNDS = 12 };

static double radians(double degrees) {
    return degrees * M_PI / 180.0;
}

/* ---- datums */

static bool is_shifted(struct degrees d) {
    return d.lon >= 72.004 && d.lon <= 137.8347 && d.lat >= 0.8293 && d.lat <= 55.8271;
}

static double waves(double x, double y) {
    return (20.0 * sin(6.0 * x * M_PI) + 20.0 * sin(2.0 * x * M_PI)) * 2.0 / 3.0 + 0.1 * x * y;
}

static double shift_north_m(double x, double y) {
    return -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.2 * sqrt(fabs(x)) + waves(x, y) +
           (20.0 * sin(y * M_PI) + 40.0 * sin(y / 3.0 * M_PI)) * 2.0 / 3.0 +
           (160.0 * sin(y / 12.0 * M_PI) + 320.0 * sin(y * M_PI / 30.0)) * 2.0 / 3.0;
}

static double shift_east_m(double x, double y) {
    return 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * sqrt(fabs(x)) + waves(x, y) +
           (20.0 * sin(x * M_PI) + 40.0 * sin(x / 3.0 * M_PI)) * 2.0 / 3.0 +
           (150.0 * sin(x / 12.0 * M_PI) + 300.0 * sin(x / 30.0 * M_PI)) * 2.0 / 3.0;
}

static struct degrees gcj_of_wgs(struct degrees d) {
    double x = d.lon - 105.0;
    double y = d.lat - 35.0;
    double sine = sin(radians(d.lat));
    double magic = 1.0 - KRASOVSKY_ECCENTRICITY * sine * sine;
    double meridian = KRASOVSKY_RADIUS_M * (1.0 - KRASOVSKY_ECCENTRICITY) / (magic * sqrt(magic));
    double parallel = KRASOVSKY_RADIUS_M / sqrt(magic) * cos(radians(d.lat));

    if (!is_shifted(d)) {
        return d;
    }
    return (struct degrees){
        .lat = d.lat + shift_north_m(x, y) * 180.0 / (meridian * M_PI),
        .lon = d.lon + shift_east_m(x, y) * 180.0 / (parallel * M_PI),
    };
}

static struct degrees bd_of_gcj(struct degrees d) {
    double z = hypot(d.lon, d.lat) + 0.00002 * sin(d.lat * BD09_PI);
    double theta = atan2(d.lat, d.lon) + 0.000003 * cos(d.lon * BD09_PI);

    return (struct degrees){.lat = z * sin(theta) + 0.006, .lon = z * cos(theta) + 0.0065};
}

static struct degrees bd_of_wgs(struct degrees d) {
    return is_shifted(d) ? bd_of_gcj(gcj_of_wgs(d)) : d;
}

/* The shift changes slowly, so what is wrong with a guess tells the next one; a round gains two
 * digits. */
static struct degrees invert(struct degrees (*forward)(struct degrees), struct degrees target) {
    struct degrees guess = target;

    for (int i = 0; i < INVERSE_ROUNDS; i++) {
        struct degrees there = forward(guess);

        guess.lat += target.lat - there.lat;
        guess.lon += target.lon - there.lon;
    }
    return guess;
}

bool point_datum_parse(struct str name, enum datum *out) {
    static const char *const names[DATUM_COUNT] = {"wgs84", "gcj02", "bd09"};

    for (int i = 0; i < DATUM_COUNT; i++) {
        if (str_is(name, names[i])) {
            *out = (enum datum)i;
            return true;
        }
    }
    return false;
}

bool point_from_degrees(struct degrees from, enum datum datum, struct point *out, struct err *err) {
    struct degrees d = from;

    if (!(from.lat >= -90.0 && from.lat <= 90.0)) {
        return fail2(err, E_RANGE, "lat", STR("lat"), STR("-90..90"));
    }
    if (!(from.lon >= -180.0 && from.lon <= 180.0)) {
        return fail2(err, E_RANGE, "lon", STR("lon"), STR("-180..180"));
    }
    if (datum != DATUM_WGS84) {
        d = invert(datum == DATUM_GCJ02 ? gcj_of_wgs : bd_of_wgs, from);
    }
    *out = (struct point){
        .wgs84_lat = (int32_t)lround(d.lat * POINT_PER_DEGREE),
        .wgs84_lon = (int32_t)lround(d.lon * POINT_PER_DEGREE),
    };
    return true;
}

struct degrees point_to_degrees(struct point p, enum datum datum) {
    struct degrees d = {
        .lat = (double)p.wgs84_lat / POINT_PER_DEGREE,
        .lon = (double)p.wgs84_lon / POINT_PER_DEGREE,
    };

    switch (datum) {
    case DATUM_GCJ02:
        return gcj_of_wgs(d);
    case DATUM_BD09:
        return bd_of_wgs(d);
    case DATUM_WGS84:
    case DATUM_COUNT:
    default:
        return d;
    }
}

/* ---- points */

bool point_is_set(struct point p) {
    return p.wgs84_lat != 0 || p.wgs84_lon != 0;
}

bool point_eq(struct point a, struct point b) {
    return a.wgs84_lat == b.wgs84_lat && a.wgs84_lon == b.wgs84_lon;
}

/* Haversine: exact for short distances, where the cosine rule is not. */
int64_t point_distance_m(struct point a, struct point b) {
    struct degrees from = point_to_degrees(a, DATUM_WGS84);
    struct degrees to = point_to_degrees(b, DATUM_WGS84);
    double north = sin(radians(to.lat - from.lat) / 2.0);
    double east = sin(radians(to.lon - from.lon) / 2.0);
    double h = north * north + cos(radians(from.lat)) * cos(radians(to.lat)) * east * east;

    return llround(2.0 * EARTH_RADIUS_M * asin(sqrt(h > 1.0 ? 1.0 : h)));
}

static int32_t nearest_step(int32_t value) {
    int32_t half = value < 0 ? -PUBLIC_STEP / 2 : PUBLIC_STEP / 2;

    return (value + half) / PUBLIC_STEP * PUBLIC_STEP;
}

struct point point_rounded(struct point p) {
    return (struct point){nearest_step(p.wgs84_lat), nearest_step(p.wgs84_lon)};
}
