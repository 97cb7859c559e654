/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/box.h"

bool box_has(const struct box *box, struct point p) {
    return box_meets(box, &(struct box){p, p});
}

bool box_meets(const struct box *a, const struct box *b) {
    return a->least.wgs84_lat <= b->most.wgs84_lat && b->least.wgs84_lat <= a->most.wgs84_lat &&
           a->least.wgs84_lon <= b->most.wgs84_lon && b->least.wgs84_lon <= a->most.wgs84_lon;
}
