/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/map.h"

#include "base/geo/cell.h"
#include "engine/query/choose.h"
#include "engine/query/map_read.h"

#include <assert.h>
#include <stdlib.h>

struct map_bounds map_bounds = {
    .dots = 300, .rows = 2000, .square = 99, .passed = 1000, .listed = 2000};

static int compare_cells(const void *x, const void *y) {
    const struct map_met *a = x;
    const struct map_met *b = y;

    return (a->cell > b->cell) - (a->cell < b->cell);
}

/* Half a square lies between it and the squares around, so that two bunches keep apart. */
static int32_t keep_inside(int64_t value, int32_t least, int32_t most) {
    int64_t edge = (most - (int64_t)least) / 4;

    return (int32_t)(value < least + edge  ? least + edge
                     : value > most - edge ? most - edge
                                           : value);
}

static struct map_bunch bunch_of(const struct map_work *w, const struct map_met *rows, size_t n) {
    struct map_bunch bunch = {.cell = rows[0].cell >> w->shift, .count = (int64_t)n};
    struct box square = cell_box(bunch.cell, w->question->level);
    int64_t lat = 0;
    int64_t lon = 0;

    for (size_t i = 0; i < n; i++) {
        struct point at = cell_corner(rows[i].cell);

        lat += at.wgs84_lat;
        lon += at.wgs84_lon;
        bunch.late += rows[i].late;
    }
    bunch.at = (struct point){
        keep_inside(lat / (int64_t)n, square.least.wgs84_lat, square.most.wgs84_lat),
        keep_inside(lon / (int64_t)n, square.least.wgs84_lon, square.most.wgs84_lon)};
    return bunch;
}

/* A square with a single case keeps its dot, which comes to the front of `rows`: gives how many. Of
 * one with more than are counted, as much is said as of any other such. */
static size_t make_bunches(struct map_work *w) {
    bool is_short = map_is_crowded(w) && w->out->is_listable;
    size_t singles = 0;

    if (!w->is_sorted) {
        qsort(w->rows, w->count, sizeof *w->rows, compare_cells);
    }
    w->out->bunches = arena_array(w->arena, struct map_bunch, w->count / 2 + 1);
    for (size_t from = 0, to; from < w->count; from = to) {
        int64_t square = w->rows[from].cell >> w->shift;
        size_t n;

        for (to = from + 1; to < w->count && w->rows[to].cell >> w->shift == square; to++) {
        }
        n = to - from;
        if (n == 1) {
            w->rows[singles++] = w->rows[from];
            continue;
        }
        if (is_short && n > map_bounds.square) {
            n = map_bounds.square;
        }
        w->out->bunches[w->out->bunch_count] = bunch_of(w, &w->rows[from], n);
        w->out->bunches[w->out->bunch_count++].has_more = n < to - from;
    }
    return singles;
}

bool map_make(struct store *store, struct arena *a, const struct map_question *question,
              struct map_view *out, struct err *err) {
    struct map_work w = {.store = store,
                         .arena = a,
                         .question = question,
                         .out = out,
                         .shift = cell_shift(question->level)};

    assert(question->level >= MAP_LEVEL_LEAST);
    *out = (struct map_view){0};
    if (!choose_predicate(store, a, question->scope, question->filter, PURPOSE_PAGE, &w.predicate,
                          &out->capped, err)) {
        return false;
    }
    out->is_listable = filter_openness(question->filter) == FILTER_OPEN_ONLY;
    if (!(w.predicate.driver == DRIVER_OPEN ? map_read_open(&w, err) : map_read_listed(&w, err))) {
        return false;
    }
    out->read = w.count;
    return map_read_dots(
        &w, map_is_crowded(&w) || w.count > map_bounds.dots ? make_bunches(&w) : w.count, err);
}
