/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_place.h"

#include "base/geo/cell.h"

#include <inttypes.h>
#include <stdio.h>

static void fill(const struct town *t, int64_t place, struct case_place *out) {
    out->community = town_ancestor(t, place, LEVEL_COMMUNITY);
    out->grid = town_ancestor(t, place, LEVEL_GRID);
    out->estate = town_ancestor(t, place, LEVEL_ESTATE);
}

static bool check_place(const struct town *t, int64_t office, int64_t place, struct err *err) {
    const struct place *p = town_place(t, place);
    char text[24];

    if (p != NULL && p->office == office) {
        return true;
    }
    snprintf(text, sizeof text, "%" PRId64, place);
    return fail1(err, E_PLACE, "place", str_of(text));
}

bool case_place_find(const struct town *t, int64_t office, int64_t place, bool has_point,
                     int64_t wgs84_lat, int64_t wgs84_lon, struct case_place *out,
                     struct err *err) {
    struct point point = {(int32_t)wgs84_lat, (int32_t)wgs84_lon};
    int64_t grid;

    *out = (struct case_place){0};
    if (place != 0) {
        if (!check_place(t, office, place, err)) {
            return false;
        }
        fill(t, place, out);
    }
    if (!has_point) {
        return true;
    }
    if (wgs84_lat < -900000000 || wgs84_lat > 900000000 || wgs84_lon < -1800000000 ||
        wgs84_lon > 1800000000) {
        return fail2(err, E_RANGE, "lat", STR("lat, lon"), STR("-90..90, -180..180"));
    }
    out->cell = cell_of(point);
    grid = town_grid_at(t, office, point);
    if (grid > 0 && out->grid == 0) {
        int64_t estate = out->estate;
        bool same =
            out->community == 0 || town_ancestor(t, grid, LEVEL_COMMUNITY) == out->community;

        if (same) {
            fill(t, grid, out);
            out->estate = estate;
        }
    }
    out->outside = place == 0 && town_neighbour(t, office, point) != NULL;
    return true;
}
