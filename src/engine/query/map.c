/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/map.h"

#include "base/geo/cell.h"
#include "engine/query/choose.h"
#include "engine/query/list_part.h"

#include <assert.h>
#include <stdlib.h>

#define COLUMNS ", cell, state, late, late_after, next_due_at, wgs84_lat, wgs84_lon"

enum { STRETCH_ROWS = 1000 }; /* of one statement: a server gives them all at once */

struct map_bounds map_bounds = {.dots = 300, .rows = 2000, .square = 99, .listed = 2000};

struct work {
    struct store *store;
    struct arena *arena;
    const struct map_question *question;
    struct predicate predicate;
    struct map_view *out;
    struct map_dot *rows; /* the cases with a point that were met */
    size_t count;
    size_t room;
    int shift;      /* from a cell to its square */
    bool is_short;  /* known before the walk: there are more than are all counted */
    bool is_sorted; /* the rows come by cell and id */
};

/* Cases beside each other are often in the same state: its code is kept once. Of a row that is not
 * counted yet. */
static struct str state_of(struct work *w, struct stmt *q) {
    struct str state = stmt_view(q, 3);

    if (w->count > 0 && str_eq(state, w->rows[w->count - 1].state)) {
        return w->rows[w->count - 1].state;
    }
    return arena_str(w->arena, state);
}

static void add_row(struct work *w, struct stmt *q) {
    int64_t late_after = stmt_int(q, 5);
    struct str state = state_of(w, q);

    if (w->count == w->room) {
        struct map_dot *grown = arena_array(w->arena, struct map_dot, 2 * w->room);

        for (size_t i = 0; i < w->count; i++) {
            grown[i] = w->rows[i];
        }
        w->rows = grown;
        w->room *= 2;
    }
    w->rows[w->count++] = (struct map_dot){
        .id = stmt_int(q, 0),
        .cell = stmt_int(q, 2),
        .state = state,
        .late = stmt_int(q, 4) == 1 || (late_after > 0 && late_after < w->question->filter->as_of),
        .next_due_at = stmt_int(q, 6),
        .wgs84_lat = stmt_int(q, 7),
        .wgs84_lon = stmt_int(q, 8)};
}

/* ---- open cases, square by square */

void map_put_walk(struct sql *s, int64_t cell, int64_t id, int64_t last, int64_t limit) {
    if (id == 0) { /* a pair is compared again at each row */
        sql_put(s, " AND cell >= ");
        sql_int(s, cell);
    } else {
        sql_put(s, " AND (cell, cases.id) > (");
        sql_int(s, cell);
        sql_put(s, ", ");
        sql_int(s, id);
        sql_put(s, ")");
    }
    sql_put(s, " AND cell <= ");
    sql_int(s, last);
    sql_put(s, " ORDER BY cell, cases.id LIMIT ");
    sql_int(s, limit);
}

/* A walk through one range of cells. It enters the index at the cell, whatever the id: at a cell
 * before it would pass all of that one, and of cell 0, where those without a point are, thousands.
 */
struct walk {
    int64_t cell; /* from this one on */
    int64_t id;   /* behind this one in it */
    int64_t last;
    int64_t square; /* of the row before */
    int64_t met;    /* in that square */
    bool is_done;
};

/* Goes on to the next square when this one is known to have more than are counted. */
static bool walk_stretch(struct work *w, struct walk *k, struct err *err) {
    int64_t limit = w->is_short ? (int64_t)map_bounds.square + 1 : STRETCH_ROWS;
    struct sql s = sql_make(w->arena);
    struct stmt *q;
    int64_t n = 0;
    bool is_full = false;

    sql_put(&s, "SELECT cases.id, 0" COLUMNS " FROM ");
    compile_from(&s, &w->predicate);
    map_put_walk(&s, k->cell, k->id, k->last, limit);
    q = sql_open(w->store, &s);
    while (!is_full && stmt_next(q)) {
        n++;
        add_row(w, q);
        k->cell = w->rows[w->count - 1].cell;
        k->id = w->rows[w->count - 1].id;
        k->met = k->cell >> w->shift == k->square ? k->met + 1 : 1;
        k->square = k->cell >> w->shift;
        is_full =
            (w->is_short || w->count > map_bounds.rows) && k->met > (int64_t)map_bounds.square;
    }
    if (is_full) {
        k->cell = (k->square + 1) << w->shift;
        k->id = 0;
    }
    k->is_done = !is_full && n < limit;
    return stmt_end(q, err);
}

/* PostgreSQL finds them first: it would go through all that a community ever had. */
static bool count_without(struct work *w, struct err *err) {
    struct sql s = sql_make(w->arena);

    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    if (store_is_shared(w->store)) {
        sql_put(&s, "(SELECT * FROM cases WHERE office = ");
        sql_int(&s, w->predicate.scope->office);
        sql_put(&s, " AND " SQL_IS_OPEN " AND cell = 0 OFFSET 0) AS cases");
        compile_where(&s, &w->predicate);
    } else {
        compile_from(&s, &w->predicate);
    }
    sql_put(&s, " AND cell = 0 LIMIT ");
    sql_int(&s, MAP_WITHOUT_MOST + 1);
    sql_put(&s, ") AS few");
    if (!sql_number(w->store, &s, &w->out->without, err)) {
        return false;
    }
    if (w->out->without > MAP_WITHOUT_MOST) {
        w->out->without = MAP_WITHOUT_MOST;
        w->out->capped = true;
    }
    return true;
}

/* What the window needs, in whole squares: a bunch counts all of its own. */
static size_t cover(const struct work *w, struct cell_range out[CELL_RANGES_MAX]) {
    int64_t part = (INT64_C(1) << w->shift) - 1;
    size_t count = cell_cover(w->question->window, out);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        struct cell_range range = {out[i].first & ~part, out[i].last | part};

        if (n > 0 && range.first <= out[n - 1].last + 1) {
            out[n - 1].last = range.last > out[n - 1].last ? range.last : out[n - 1].last;
        } else {
            out[n++] = range;
        }
    }
    return n;
}

/* Are there more than are all counted? An entry passed costs a tenth of one that is read. Only
 * where every open case fits, so that none is passed twice for nothing. */
static bool look_ahead(struct work *w, const struct cell_range *ranges, size_t count,
                       struct err *err) {
    int64_t left = (int64_t)map_bounds.rows + 1;

    if (w->question->filter->count > 1 || !scope_is_whole(w->question->scope)) {
        return true;
    }
    for (size_t i = 0; i < count && left > 0; i++) {
        struct sql s = sql_make(w->arena);
        int64_t n;

        sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
        compile_from(&s, &w->predicate);
        sql_put(&s, " AND cell >= ");
        sql_int(&s, ranges[i].first > 1 ? ranges[i].first : 1);
        sql_put(&s, " AND cell <= ");
        sql_int(&s, ranges[i].last);
        sql_put(&s, " LIMIT ");
        sql_int(&s, left);
        sql_put(&s, ") AS few");
        if (!sql_number(w->store, &s, &n, err)) {
            return false;
        }
        left -= n;
    }
    w->is_short = left == 0;
    return true;
}

static bool gather_open(struct work *w, struct err *err) {
    struct cell_range ranges[CELL_RANGES_MAX] = {{1, INT64_MAX}};
    size_t count = w->question->window == NULL ? 1 : cover(w, ranges);

    w->predicate.driver = DRIVER_CELL;
    w->is_sorted = true;
    if (!look_ahead(w, ranges, count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t first = ranges[i].first > 1 ? ranges[i].first : 1;
        struct walk k = {.cell = first, .last = ranges[i].last, .square = -1};

        while (!k.is_done) {
            if (!walk_stretch(w, &k, err)) {
                return false;
            }
        }
    }
    return count_without(w, err);
}

/* ---- the others: the first of the list by deadline */

static bool gather_listed(struct work *w, struct err *err) {
    static const enum list_stretch stretches[] = {STRETCH_DUE, STRETCH_REST};
    int64_t left = (int64_t)map_bounds.listed;

    for (size_t i = 0; i < 2; i++) {
        struct sql s = sql_make(w->arena);
        struct stmt *q;

        list_part_compile(&s, &w->predicate, stretches[i], COLUMNS, list_part_start(stretches[i]),
                          left + 1);
        q = sql_open(w->store, &s);
        while (left >= 0 && stmt_next(q)) {
            if (left-- == 0) {
                w->out->capped = true;
            } else if (stmt_int(q, 2) > 0) {
                add_row(w, q);
            } else {
                w->out->without++;
            }
        }
        if (!stmt_end(q, err)) {
            return false;
        }
    }
    return true;
}

/* ---- dots and bunches */

static int compare_cells(const void *x, const void *y) {
    const struct map_dot *a = x;
    const struct map_dot *b = y;

    return a->cell != b->cell ? (a->cell > b->cell) - (a->cell < b->cell)
                              : (a->id > b->id) - (a->id < b->id);
}

/* Half a square lies between it and the squares around, so that two bunches keep apart. */
static int32_t keep_inside(int64_t value, int32_t least, int32_t most) {
    int64_t edge = (most - (int64_t)least) / 4;

    return (int32_t)(value < least + edge  ? least + edge
                     : value > most - edge ? most - edge
                                           : value);
}

static struct map_bunch bunch_of(const struct work *w, const struct map_dot *rows, size_t n) {
    struct map_bunch bunch = {.cell = rows[0].cell >> w->shift, .count = (int64_t)n};
    struct box square = cell_box(bunch.cell, w->question->level);
    int64_t lat = 0;
    int64_t lon = 0;

    for (size_t i = 0; i < n; i++) {
        lat += rows[i].wgs84_lat;
        lon += rows[i].wgs84_lon;
        bunch.late += rows[i].late;
    }
    bunch.at = (struct point){
        keep_inside(lat / (int64_t)n, square.least.wgs84_lat, square.most.wgs84_lat),
        keep_inside(lon / (int64_t)n, square.least.wgs84_lon, square.most.wgs84_lon)};
    return bunch;
}

/* A square with a single case keeps its dot. Of one with more than are counted, as much is said as
 * of any other such. */
static void make_bunches(struct work *w) {
    bool is_short = (w->is_short || w->count > map_bounds.rows) && w->out->is_listable;

    if (!w->is_sorted) {
        qsort(w->rows, w->count, sizeof *w->rows, compare_cells);
    }
    w->out->dots = arena_array(w->arena, struct map_dot, w->count + 1);
    w->out->bunches = arena_array(w->arena, struct map_bunch, w->count / 2 + 1);
    for (size_t from = 0, to; from < w->count; from = to) {
        int64_t square = w->rows[from].cell >> w->shift;
        size_t n;

        for (to = from + 1; to < w->count && w->rows[to].cell >> w->shift == square; to++) {
        }
        n = to - from;
        if (n == 1) {
            w->out->dots[w->out->dot_count++] = w->rows[from];
            continue;
        }
        if (is_short && n > map_bounds.square) {
            n = map_bounds.square;
        }
        w->out->bunches[w->out->bunch_count] = bunch_of(w, &w->rows[from], n);
        w->out->bunches[w->out->bunch_count++].has_more = n < to - from;
    }
}

bool map_make(struct store *store, struct arena *a, const struct map_question *question,
              struct map_view *out, struct err *err) {
    struct work w = {.store = store,
                     .arena = a,
                     .question = question,
                     .out = out,
                     .rows = arena_array(a, struct map_dot, STRETCH_ROWS),
                     .room = STRETCH_ROWS,
                     .shift = cell_shift(question->level)};

    assert(question->level >= MAP_LEVEL_LEAST);
    *out = (struct map_view){0};
    if (!choose_predicate(store, a, question->scope, question->filter, PURPOSE_PAGE, &w.predicate,
                          &out->capped, err)) {
        return false;
    }
    out->is_listable = filter_openness(question->filter) == FILTER_OPEN_ONLY;
    if (!(w.predicate.driver == DRIVER_OPEN ? gather_open(&w, err) : gather_listed(&w, err))) {
        return false;
    }
    out->read = w.count;
    if (w.is_short || w.count > map_bounds.dots) {
        make_bunches(&w);
    } else {
        out->dots = w.rows;
        out->dot_count = w.count;
    }
    return true;
}
