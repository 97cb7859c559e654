/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/box.h - the upright box around something on the map: a window, a cell, a polygon.
 *
 * Its border belongs to it. No box crosses 180 degrees.
 */
#ifndef LINLI_BASE_GEO_BOX_H
#define LINLI_BASE_GEO_BOX_H

#include "base/geo/point.h"

struct box {
    struct point least; /* south-west corner, inside */
    struct point most;  /* north-east corner, inside */
};

bool box_has(const struct box *box, struct point p);

/* Do they share at least a point? */
bool box_meets(const struct box *a, const struct box *b);

#endif
