/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/map_read.h"

#include "base/geo/cell.h"
#include "engine/query/list_part.h"

#include <inttypes.h>
#include <string.h>

/* Since when a case is late: 1 when it is for good, 0 when it will never be. What is only counted
 * is read without the rest, in less than half the time. */
#define PLACE_COLUMNS "cell, CASE WHEN late = 1 THEN 1 ELSE late_after END AS late_since"
#define WALK_COLUMNS  PLACE_COLUMNS ", cases.id" /* to go on behind it */
#define DOT_COLUMNS   WALK_COLUMNS ", state, next_due_at, wgs84_lat, wgs84_lon"

enum { STRETCH_ROWS = 1000 }; /* of one statement: a server gives them all at once */

static void *grow(struct map_work *w, const void *rows, size_t size) {
    void *out = arena_bytes(w->arena, w->room * size);

    if (w->count > 0) {
        memcpy(out, rows, w->count * size);
    }
    return out;
}

static bool is_late(const struct map_work *w, int64_t since) {
    return since > 0 && since < w->question->filter->as_of;
}

/* DOT_COLUMNS from `at` on. Cases beside each other are often in the same state: its code is kept
 * once. */
static struct map_dot read_dot(struct map_work *w, struct stmt *q, int at,
                               const struct map_dot *before) {
    struct str state = stmt_view(q, at + 3);

    return (struct map_dot){.id = stmt_int(q, at + 2),
                            .late = is_late(w, stmt_int(q, at + 1)),
                            .state = before != NULL && str_eq(state, before->state)
                                         ? before->state
                                         : arena_str(w->arena, state),
                            .next_due_at = stmt_int(q, at + 4),
                            .wgs84_lat = stmt_int(q, at + 5),
                            .wgs84_lon = stmt_int(q, at + 6)};
}

static void add_row(struct map_work *w, struct stmt *q, int at) {
    size_t n = w->count;

    if (n == w->room) {
        w->room = n == 0 ? STRETCH_ROWS : 2 * n;
        w->rows = grow(w, w->rows, sizeof *w->rows);
        w->dots = w->reading == MAP_READ_DOTS ? grow(w, w->dots, sizeof *w->dots) : NULL;
    }
    if (w->reading == MAP_READ_DOTS) {
        w->dots[n] = read_dot(w, q, at, n > 0 ? &w->dots[n - 1] : NULL);
    }
    w->rows[n] = (struct map_met){stmt_int(q, at), is_late(w, stmt_int(q, at + 1)), n};
    w->count++;
}

bool map_is_crowded(const struct map_work *w) {
    return w->reading == MAP_READ_CROWD || w->is_cut_short || w->count > map_bounds.rows;
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
static bool walk_stretch(struct map_work *w, struct walk *k, struct err *err) {
    bool is_crowd = w->reading == MAP_READ_CROWD;
    int64_t limit = is_crowd ? (int64_t)map_bounds.square + 1 : STRETCH_ROWS;
    struct sql s = sql_make(w->arena);
    struct stmt *q;
    int64_t n = 0;
    bool is_full = false;

    sql_put(&s, is_crowd ? "SELECT " WALK_COLUMNS " FROM " : "SELECT " DOT_COLUMNS " FROM ");
    compile_from(&s, &w->predicate);
    map_put_walk(&s, k->cell, k->id, k->last, limit);
    q = sql_open(w->store, &s);
    while (!is_full && stmt_next(q)) {
        n++;
        add_row(w, q, 0);
        k->cell = w->rows[w->count - 1].cell;
        k->id = stmt_int(q, 2);
        k->met = k->cell >> w->shift == k->square ? k->met + 1 : 1;
        k->square = k->cell >> w->shift;
        is_full = (is_crowd || w->count > map_bounds.rows) && k->met > (int64_t)map_bounds.square;
    }
    if (is_full) {
        k->cell = (k->square + 1) << w->shift;
        k->id = 0;
    }
    k->is_done = !is_full && n < limit;
    return stmt_end(q, err);
}

static void put_square(const struct map_work *w, struct sql *s) {
    sql_put(s, "cell >> CAST(");
    sql_int(s, w->shift);
    sql_put(s, " AS INTEGER) FROM ");
}

static void put_behind_square(const struct map_work *w, struct sql *s, const char *compared) {
    sql_put(s, compared);
    sql_put(s, "(square + 1) << CAST(");
    sql_int(s, w->shift);
    sql_put(s, " AS INTEGER)");
}

/* A server is asked for all squares at once: for each the first case behind the square before, then
 * as many of the square as are counted. */
static bool walk_squares(struct map_work *w, int64_t first, int64_t last, struct err *err) {
    bool is_crowd = w->reading == MAP_READ_CROWD;
    struct sql s = sql_make(w->arena);
    struct stmt *q;

    sql_put(&s, "WITH RECURSIVE squares (square) AS ((SELECT ");
    put_square(w, &s);
    compile_from(&s, &w->predicate);
    map_put_walk(&s, first, 0, last, 1);
    sql_put(&s, ") UNION ALL SELECT (SELECT ");
    put_square(w, &s);
    compile_from(&s, &w->predicate);
    put_behind_square(w, &s, " AND cell >= ");
    sql_put(&s, " AND cell <= ");
    sql_int(&s, last);
    sql_put(&s, " ORDER BY cell, cases.id LIMIT 1) FROM squares WHERE square IS NOT NULL)"
                " SELECT met.* FROM squares CROSS JOIN LATERAL (SELECT ");
    sql_put(&s, is_crowd ? WALK_COLUMNS " FROM " : DOT_COLUMNS " FROM ");
    compile_from(&s, &w->predicate);
    sql_put(&s, " AND cell >= square << CAST(");
    sql_int(&s, w->shift);
    sql_put(&s, " AS INTEGER)");
    put_behind_square(w, &s, " AND cell < ");
    sql_put(&s, " ORDER BY cell, cases.id LIMIT ");
    sql_int(&s, (int64_t)map_bounds.square + 1);
    sql_put(&s, ") AS met WHERE square IS NOT NULL ORDER BY met.cell, met.id");
    q = sql_open(w->store, &s);
    while (stmt_next(q)) {
        add_row(w, q, 0);
    }
    w->is_cut_short = true;
    return stmt_end(q, err);
}

/* From where a walk that has come so far is gone on with by whole squares. */
static int64_t take_back_square(struct map_work *w, const struct walk *k) {
    if (k->id == 0) {
        return k->cell;
    }
    w->count -= (size_t)k->met;
    return k->square << w->shift;
}

static bool walk_range(struct map_work *w, const struct cell_range *range, struct err *err) {
    struct walk k = {.cell = range->first, .last = range->last, .square = -1};

    while (!k.is_done) {
        if (map_is_crowded(w) && store_is_shared(w->store)) {
            return walk_squares(w, take_back_square(w, &k), k.last, err);
        }
        if (!walk_stretch(w, &k, err)) {
            return false;
        }
    }
    return true;
}

/* What look_ahead has counted, in one go. */
static bool read_places(struct map_work *w, const struct cell_range *range, struct err *err) {
    int64_t left = (int64_t)map_bounds.rows + 1;
    struct sql s = sql_make(w->arena);
    struct stmt *q;

    sql_put(&s, "SELECT " PLACE_COLUMNS " FROM ");
    compile_from(&s, &w->predicate);
    map_put_walk(&s, range->first, 0, range->last, left);
    q = sql_open(w->store, &s);
    for (; left > 0 && stmt_next(q); left--) {
        add_row(w, q, 0);
    }
    w->out->capped |= left == 0; /* more came in the meantime */
    return stmt_end(q, err);
}

/* One thing at most is asked of the whole office: most open cases fit. */
static bool is_broad(const struct map_work *w) {
    return w->question->filter->count <= 1 && scope_is_whole(w->question->scope);
}

/* The case without a point down to which is looked, by id, 0 = all: a filter or scope may fit few
 * of them. */
static bool first_without(struct map_work *w, int64_t *first, struct err *err) {
    const struct scope_grant everywhere = {.area = {.level = AREA_OFFICE}};
    struct scope office = {w->predicate.scope->office, &everywhere, 1, 0};
    struct filter all = {.as_of = w->question->filter->as_of};
    struct predicate p = {.scope = &office, .filter = &all, .driver = DRIVER_CELL};
    struct sql s = sql_make(w->arena);

    *first = 0;
    if (is_broad(w)) {
        return true;
    }
    sql_put(&s, "SELECT coalesce(max(id), 0) FROM (SELECT cases.id FROM ");
    compile_from(&s, &p);
    sql_put(&s, " AND cell = 0 ORDER BY cell DESC, cases.id DESC LIMIT 1 OFFSET ");
    sql_int(&s, (int64_t)map_bounds.passed);
    sql_put(&s, ") AS before");
    return sql_number(w->store, &s, first, err);
}

/* PostgreSQL finds them first: it would go through all that a community ever had. */
static bool count_without(struct map_work *w, struct err *err) {
    struct sql s = sql_make(w->arena);
    int64_t first;

    if (!first_without(w, &first, err)) {
        return false;
    }
    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    if (store_is_shared(w->store)) {
        sql_put(&s, "(SELECT * FROM cases WHERE office = ");
        sql_int(&s, w->predicate.scope->office);
        sql_put(&s, " AND " SQL_IS_OPEN " AND cell = 0 AND id > ");
        sql_int(&s, first);
        sql_put(&s, " OFFSET 0) AS cases");
        compile_where(&s, &w->predicate);
    } else {
        compile_from(&s, &w->predicate);
    }
    sql_put(&s, " AND cell = 0 AND cases.id > ");
    sql_int(&s, first);
    sql_put(&s, " LIMIT ");
    sql_int(&s, MAP_WITHOUT_MOST + 1);
    sql_put(&s, ") AS few");
    if (!sql_number(w->store, &s, &w->out->without, err)) {
        return false;
    }
    w->out->capped |= first != 0 || w->out->without > MAP_WITHOUT_MOST;
    if (w->out->without > MAP_WITHOUT_MOST) {
        w->out->without = MAP_WITHOUT_MOST;
    }
    return true;
}

/* What the window needs, in whole squares: a bunch counts all of its own. */
static size_t cover(const struct map_work *w, struct cell_range out[CELL_RANGES_MAX]) {
    int64_t part = (INT64_C(1) << w->shift) - 1;
    size_t count = cell_cover(w->question->window, out);
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t first = out[i].first & ~part;
        struct cell_range range = {first > 0 ? first : 1, out[i].last | part};

        if (n > 0 && range.first <= out[n - 1].last + 1) {
            out[n - 1].last = range.last > out[n - 1].last ? range.last : out[n - 1].last;
        } else {
            out[n++] = range;
        }
    }
    return n;
}

/* Adds how many of `left` more are there; with `is_whether` none or one: whether the last of them
 * is, which takes half as long. */
static bool count_ahead(struct map_work *w, const struct cell_range *range, int64_t left,
                        bool is_whether, int64_t *n, struct err *err) {
    struct sql s = sql_make(w->arena);
    int64_t found;

    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    compile_from(&s, &w->predicate);
    sql_put(&s, " AND cell >= ");
    sql_int(&s, range->first);
    sql_put(&s, " AND cell <= ");
    sql_int(&s, range->last);
    sql_put(&s, " LIMIT ");
    sql_int(&s, is_whether ? 1 : left);
    if (is_whether) {
        sql_put(&s, " OFFSET ");
        sql_int(&s, left - 1);
    }
    sql_put(&s, ") AS few");
    if (!sql_number(w->store, &s, &found, err)) {
        return false;
    }
    *n += found;
    return true;
}

/* Are there more than are all counted, more than are each a dot? Only where most open cases fit, so
 * that few are passed again for nothing. */
static bool look_ahead(struct map_work *w, const struct cell_range *ranges, size_t count,
                       struct err *err) {
    int64_t dots = (int64_t)map_bounds.dots + 1;
    int64_t rows = (int64_t)map_bounds.rows + 1;
    int64_t n = 0;
    bool ok = true;

    if (!is_broad(w)) {
        return true;
    }
    if (count == 1) {
        ok = count_ahead(w, &ranges[0], dots, true, &n, err) &&
             (n == 0 || count_ahead(w, &ranges[0], rows, true, &n, err));
        w->reading = (enum map_reading)n;
        return ok;
    }
    for (size_t i = 0; ok && i < count && n < rows; i++) {
        ok = count_ahead(w, &ranges[i], rows - n, false, &n, err);
    }
    w->reading = n < dots ? MAP_READ_DOTS : n < rows ? MAP_READ_PLACES : MAP_READ_CROWD;
    return ok;
}

bool map_read_open(struct map_work *w, struct err *err) {
    struct cell_range ranges[CELL_RANGES_MAX] = {{1, INT64_MAX}};
    size_t count = w->question->window == NULL ? 1 : cover(w, ranges);
    bool ok;

    w->predicate.driver = DRIVER_CELL;
    w->is_sorted = true;
    ok = look_ahead(w, ranges, count, err);
    for (size_t i = 0; ok && i < count; i++) {
        ok = w->reading == MAP_READ_PLACES ? read_places(w, &ranges[i], err)
                                           : walk_range(w, &ranges[i], err);
    }
    return ok && count_without(w, err);
}

/* ---- the others: the first of the list by deadline */

bool map_read_listed(struct map_work *w, struct err *err) {
    static const enum list_stretch stretches[] = {STRETCH_DUE, STRETCH_REST};
    int64_t left = (int64_t)map_bounds.listed;

    for (size_t i = 0; i < 2; i++) {
        struct sql s = sql_make(w->arena);
        struct stmt *q;

        list_part_compile(&s, &w->predicate, stretches[i], ", " DOT_COLUMNS,
                          list_part_start(stretches[i]), left + 1);
        q = sql_open(w->store, &s);
        while (left >= 0 && stmt_next(q)) {
            if (left-- == 0) {
                w->out->capped = true;
            } else if (stmt_int(q, 2) > 0) {
                add_row(w, q, 2);
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

/* ---- dots */

/* What a dot says of itself, of cases whose places alone are known: they are few. All that fit in
 * such a place are among them; one that came in since the places were read is a dot too. */
static bool fetch_dots(struct map_work *w, size_t count, struct err *err) {
    struct sql s = sql_make(w->arena);
    struct buf cells = buf_make(w->arena, 20 * count + 4);
    struct stmt *q;

    for (size_t i = 0; i < count; i++) {
        buf_format(&cells, "%c%" PRId64, i == 0 ? '[' : ',', w->rows[i].cell);
    }
    buf_c(&cells, "]");
    sql_put(&s, "SELECT " DOT_COLUMNS " FROM ");
    compile_from(&s, &w->predicate);
    sql_put(&s, " AND cell IN (SELECT value FROM json_each(");
    sql_text(&s, buf_str(&cells));
    sql_put(&s, ")) ORDER BY cell, cases.id LIMIT ");
    sql_int(&s, 2 * (int64_t)count);
    q = sql_open(w->store, &s);
    while (stmt_next(q)) {
        w->out->dots[w->out->dot_count] = read_dot(w, q, 0, NULL);
        w->out->dot_count++;
    }
    return stmt_end(q, err);
}

bool map_read_dots(struct map_work *w, size_t count, struct err *err) {
    w->out->dots = arena_array(w->arena, struct map_dot, 2 * count + 1);
    if (w->reading != MAP_READ_DOTS) {
        return count == 0 || fetch_dots(w, count, err);
    }
    for (size_t i = 0; i < count; i++) {
        w->out->dots[i] = w->dots[w->rows[i].dot];
    }
    w->out->dot_count = count;
    return true;
}
