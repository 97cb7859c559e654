/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/geos.h"

#include <geos_c.h>
#include <math.h>
#include <stdio.h>

static const double one_unit = 1.0; /* the precision: points are whole numbers */

struct geos {
    GEOSContextHandle_t handle;
    struct arena *arena;
    char words[160]; /* what the library said last */
};

struct shape {
    struct geos *geos;
    GEOSGeometry *geometry;
};

/* ---- session */

static void note_words(const char *words, void *ctx) {
    struct geos *g = ctx;

    snprintf(g->words, sizeof g->words, "%s", words);
}

static void close_session(void *object) {
    GEOS_finish_r(((struct geos *)object)->handle);
}

static void close_shape(void *object) {
    struct shape *shape = object;

    GEOSGeom_destroy_r(shape->geos->handle, shape->geometry);
}

struct geos *geos_open(struct arena *a) {
    struct geos *g = arena_new(a, struct geos);

    g->arena = a;
    g->handle = GEOS_init_r();
    GEOSContext_setErrorMessageHandler_r(g->handle, note_words, g);
    arena_on_close(a, close_session, g);
    return g;
}

static bool fail_geos(struct geos *g, struct err *err) {
    fail(err, E_INTERNAL, "");
    return err_detail(err, "geos: %s", g->words);
}

/* Takes a geometry into the session, NULL = the library failed. */
static bool keep(struct geos *g, GEOSGeometry *geometry, struct shape **out, struct err *err) {
    if (geometry == NULL) {
        return fail_geos(g, err);
    }
    *out = arena_new(g->arena, struct shape);
    **out = (struct shape){g, geometry};
    arena_on_close(g->arena, close_shape, *out);
    return true;
}

/* ---- building; the library takes over what it is given, also when it fails */

static GEOSGeometry *build_ring(struct geos *g, const struct ring *ring) {
    GEOSCoordSequence *points = GEOSCoordSeq_create_r(g->handle, (unsigned)ring->count, 2);

    if (points == NULL) {
        return NULL;
    }
    for (unsigned i = 0; i < ring->count; i++) {
        (void)GEOSCoordSeq_setXY_r(g->handle, points, i, ring->points[i].wgs84_lon,
                                   ring->points[i].wgs84_lat);
    }
    return GEOSGeom_createLinearRing_r(g->handle, points);
}

/* One shell with the holes behind it; `*next` moves to the next shell. */
static GEOSGeometry *build_part(struct geos *g, const struct polygon *polygon, size_t *next) {
    GEOSGeometry *shell = build_ring(g, &polygon->rings[(*next)++]);
    size_t first = *next;
    GEOSGeometry **holes;

    while (*next < polygon->ring_count && polygon->rings[*next].is_hole) {
        (*next)++;
    }
    holes = arena_array(g->arena, GEOSGeometry *, *next - first + 1);
    for (size_t i = first; i < *next; i++) {
        holes[i - first] = build_ring(g, &polygon->rings[i]);
    }
    return GEOSGeom_createPolygon_r(g->handle, shell, holes, (unsigned)(*next - first));
}

static GEOSGeometry *build(struct geos *g, const struct polygon *polygon) {
    GEOSGeometry **parts = arena_array(g->arena, GEOSGeometry *, polygon->ring_count);
    size_t count = 0;

    for (size_t next = 0; next < polygon->ring_count;) {
        parts[count++] = build_part(g, polygon, &next);
    }
    return GEOSGeom_createCollection_r(g->handle, GEOS_MULTIPOLYGON, parts, (unsigned)count);
}

bool geos_shape(struct geos *g, const struct polygon *polygon, struct shape **out,
                struct err *err) {
    return keep(g, build(g, polygon), out, err);
}

/* ---- questions */

static struct point point_of(struct geos *g, const GEOSGeometry *geometry) {
    double x = 0.0;
    double y = 0.0;

    if (geometry != NULL) {
        (void)GEOSGeomGetX_r(g->handle, geometry, &x);
        (void)GEOSGeomGetY_r(g->handle, geometry, &y);
    }
    return (struct point){.wgs84_lat = (int32_t)lround(y), .wgs84_lon = (int32_t)lround(x)};
}

bool geos_is_valid(struct arena *a, const struct polygon *polygon, struct point *at,
                   struct str *reason) {
    struct arena *scratch = arena_open();
    struct geos *g = geos_open(scratch);
    GEOSGeometry *geometry = build(g, polygon);
    GEOSGeometry *where = NULL;
    char *why = NULL;
    bool is_valid =
        geometry != NULL && GEOSisValidDetail_r(g->handle, geometry, 0, &why, &where) == 1;

    if (!is_valid) {
        *at = where != NULL ? point_of(g, where) : polygon->rings[0].points[0];
        *reason = arena_str(a, str_of(why != NULL ? why : g->words));
    }
    GEOSFree_r(g->handle, why);
    GEOSGeom_destroy_r(g->handle, where);
    GEOSGeom_destroy_r(g->handle, geometry);
    arena_close(scratch);
    return is_valid;
}

bool geos_join(struct geos *g, struct shape *const *shapes, size_t count, struct shape **out,
               struct err *err) {
    GEOSGeometry **copies = arena_array(g->arena, GEOSGeometry *, count + 1);
    struct shape *all = NULL;

    for (size_t i = 0; i < count; i++) {
        copies[i] = GEOSGeom_clone_r(g->handle, shapes[i]->geometry);
    }
    return keep(g,
                GEOSGeom_createCollection_r(g->handle, GEOS_GEOMETRYCOLLECTION, copies,
                                            (unsigned)count),
                &all, err) &&
           keep(g, GEOSUnaryUnionPrec_r(g->handle, all->geometry, one_unit), out, err);
}

static void take_piece(struct geos *g, const GEOSGeometry *piece, geos_take *take, void *ctx) {
    struct geos_part part = {0};
    GEOSGeometry *inside;

    if (GEOSArea_r(g->handle, piece, &part.square_units) != 1 || part.square_units <= 0.0) {
        return; /* lines and points are no area */
    }
    (void)GEOSLength_r(g->handle, piece, &part.around_units);
    inside = GEOSPointOnSurface_r(g->handle, piece);
    part.at = point_of(g, inside);
    GEOSGeom_destroy_r(g->handle, inside);
    take(ctx, &part);
}

/* Tells the pieces of a result and gives it back to the library. */
static bool tell(struct geos *g, GEOSGeometry *result, geos_take *take, void *ctx,
                 struct err *err) {
    int count = result == NULL ? -1 : GEOSGetNumGeometries_r(g->handle, result);

    if (count < 0) {
        GEOSGeom_destroy_r(g->handle, result);
        return fail_geos(g, err);
    }
    for (int i = 0; i < count; i++) {
        take_piece(g, GEOSGetGeometryN_r(g->handle, result, i), take, ctx);
    }
    GEOSGeom_destroy_r(g->handle, result);
    return true;
}

bool geos_minus(struct geos *g, const struct shape *a, const struct shape *b, geos_take *take,
                void *ctx, struct err *err) {
    return tell(g, GEOSDifferencePrec_r(g->handle, a->geometry, b->geometry, one_unit), take, ctx,
                err);
}

bool geos_common(struct geos *g, const struct shape *a, const struct shape *b, geos_take *take,
                 void *ctx, struct err *err) {
    return tell(g, GEOSIntersectionPrec_r(g->handle, a->geometry, b->geometry, one_unit), take, ctx,
                err);
}
