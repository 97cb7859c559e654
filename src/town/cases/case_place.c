/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_place.h"

static void from_place(const struct town *t, const struct place *p, struct case_place *out) {
    out->community = town_ancestor(t, p->id, LEVEL_COMMUNITY);
    out->grid = town_ancestor(t, p->id, LEVEL_GRID);
    out->estate = town_ancestor(t, p->id, LEVEL_ESTATE);
}

bool case_place_find(const struct town *t, int64_t office, int64_t place, bool has_point, int64_t wgs84_lat,
                     int64_t wgs84_lon, struct case_place *out, struct err *err) {
    const struct place *p = place == 0 ? NULL : town_place(t, place);

    *out = (struct case_place){0};
    (void)has_point;
    (void)wgs84_lat;
    (void)wgs84_lon;
    if (place != 0 && (p == NULL || p->office != office)) {
        return fail1(err, E_PLACE, "place", STR("place"));
    }
    if (p != NULL) {
        from_place(t, p, out);
    }
    return true;
}
