/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/geos.h - GEOS, the geometry library, behind this one file: is a polygon drawn rightly,
 * and what is left of areas added, taken away from one another, or laid over one another.
 *
 * Everything is on one precision, whole units of 10^-7 degrees: edges that meet in a point between
 * grid points would otherwise leave slivers. Areas come in square units; whoever asks knows the
 * latitude.
 *
 * Memory   a session is for one thread and ends with its arena; shapes end with the session, parts
 *          are plain values.
 * Failure  E_INTERNAL with the library's words in the detail; it does not happen with valid
 *          polygons.
 */
#ifndef LINLI_BASE_GEO_GEOS_H
#define LINLI_BASE_GEO_GEOS_H

#include "base/geo/polygon.h"

/* Edges do not cross or coincide, holes lie inside, shells apart. If not: where (about), and why,
 * in English. */
bool geos_is_valid(struct arena *a, const struct polygon *polygon, struct point *at,
                   struct str *reason);

struct geos;  /* a session */
struct shape; /* an area */

struct geos *geos_open(struct arena *a);

bool geos_shape(struct geos *g, const struct polygon *polygon, struct shape **out, struct err *err);

/* All together as one. */
bool geos_join(struct geos *g, struct shape *const *shapes, size_t count, struct shape **out,
               struct err *err);

/* One connected piece of a result. */
struct geos_part {
    double square_units; /* area in (10^-7 degrees)^2 */
    double around_units; /* length of its border in 10^-7 degrees */
    struct point at;     /* a point inside */
};

typedef void geos_take(void *ctx, const struct geos_part *part);

/* Gives `take` each piece of what `a` has and `b` has not, of what both have. */
bool geos_minus(struct geos *g, const struct shape *a, const struct shape *b, geos_take *take,
                void *ctx, struct err *err);
bool geos_common(struct geos *g, const struct shape *a, const struct shape *b, geos_take *take,
                 void *ctx, struct err *err);

#endif
