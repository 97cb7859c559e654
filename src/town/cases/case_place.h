/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_place.h - where a case lies: community, grid and estate of its time, from a place
 * or from a point.
 *
 * A place that the reporter chose goes before the point; the point then only gives coordinates and
 * cell, and the grid when the place has none. A point beyond every known grid and no place:
 * outside, accepted all the same and handed over.
 * Failure  E_PLACE for an id that is not there.
 */
#ifndef LINLI_TOWN_CASE_PLACE_H
#define LINLI_TOWN_CASE_PLACE_H

#include "town/town.h"

struct case_place {
    int64_t community; /* place ids, 0 = unknown */
    int64_t estate;
    int64_t grid;
    int64_t cell; /* of the point, 0 = no point */
    bool outside; /* the point lies beyond the street */
};

bool case_place_find(const struct town *t, int64_t office, int64_t place, bool has_point,
                     int64_t wgs84_lat, int64_t wgs84_lon, struct case_place *out, struct err *err);

#endif
