/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_window.h"

#include <inttypes.h>

enum {
    WINDOW_FIRST = 16000,  /* ids: of a common word more than a page has */
    WIDER_MOST = 64,       /* how many times as wide the next window is when there was never any */
    GUESS_MOST = 8,        /* the same where there was something, which may lie thicker below */
    DOCUMENTS_MOST = 4000, /* that one statement looks at */
    STRETCHES_MOST = 9,    /* that a window names: of the next larger kind there are fewer */
};

/* The kinds of stretches that the index of PostgreSQL knows: 1 << bits ids, by their letter. */
static const struct {
    int bits;
    char letter;
} stretches[] = {{12, 'a'}, {17, 'b'}, {22, 'c'}};

enum { STRETCH_KINDS = sizeof stretches / sizeof stretches[0] };

/* The smallest kind of which the window takes few. */
static size_t kind_of(const struct search_window *w) {
    size_t k = 0;

    while (k < STRETCH_KINDS &&
           ((w->before - 1) >> stretches[k].bits) - (w->from >> stretches[k].bits) >=
               STRETCHES_MOST) {
        k++;
    }
    return k;
}

static bool find_ends(struct store *store, int64_t office, int64_t *first, int64_t *last,
                      struct err *err) {
    struct stmt *q = store_sql(store, SQL_SEARCH_ENDS);

    stmt_bind_int(q, 1, office);
    *first = INT64_MAX;
    *last = 0;
    if (stmt_next(q)) {
        *first = stmt_int(q, 0);
        *last = stmt_int(q, 1);
    }
    return stmt_end(q, err);
}

static int64_t below(int64_t id, int64_t size, int64_t lowest) {
    return id - lowest > size ? id - size : lowest;
}

static int64_t above(int64_t id, int64_t size, int64_t end) {
    return end - id > size ? id + size : end;
}

bool search_window_open(struct store *store, struct search_window *w, int64_t at, struct err *err) {
    int64_t last = INT64_MAX - 1;

    if (store_is_shared(store)) {
        if (!find_ends(store, w->office, &w->lowest, &last, err)) {
            return false;
        }
        w->most = w->wanted;
    }
    w->end = last + 1;
    if (w->is_up) {
        search_window_begin(w, at);
    } else {
        w->before = at <= last ? at : last + 1;
        w->from = w->most == 0 ? 0 : below(w->before, WINDOW_FIRST, w->lowest);
    }
    return true;
}

void search_window_begin(struct search_window *w, int64_t at) {
    w->from = at > w->lowest ? at : w->lowest;
    w->before = w->most == 0 ? w->end : above(w->from, WINDOW_FIRST, w->end);
    w->rows = 0;
    w->fits = 0;
}

void search_window_shorten(struct search_window *w, int64_t from) {
    if (w->most == 0 && from > w->from) {
        w->from = from;
    }
}

void search_window_raise(struct search_window *w, int64_t lowest) {
    if (lowest > w->lowest) {
        w->lowest = lowest;
    }
}

static void put_stretches(struct buf *b, const struct search_window *w, int bits, char letter) {
    int64_t last = (w->before - 1) >> bits;

    for (int64_t i = w->from >> bits; i <= last; i++) {
        buf_format(b, "\"%c%" PRId64 ":%" PRId64 "\"%s", letter, w->office, i,
                   i < last ? " OR " : "");
    }
}

/* The stretches that have the window: of the smallest kind of which it takes few; "" where it is
 * wider than all. */
static struct str stretches_of(struct arena *a, const struct search_window *w) {
    struct buf b = buf_make(a, 4096);
    size_t k = kind_of(w);

    if (k < STRETCH_KINDS) {
        put_stretches(&b, w, stretches[k].bits, stretches[k].letter);
    }
    return buf_str(&b);
}

static void put_range(struct sql *s, const struct search_window *w, const char *id) {
    sql_put(s, " AND ");
    sql_put(s, id);
    sql_put(s, " < ");
    sql_int(s, w->before);
    if (w->from > 0) {
        sql_put(s, " AND ");
        sql_put(s, id);
        sql_put(s, " >= ");
        sql_int(s, w->from);
    }
}

static void put_match(struct sql *s, struct str expression) {
    sql_put(s, " AND search_stretch(office, id, grams) @@ search_query(");
    sql_text(s, expression);
    sql_put(s, ")");
}

/* The documents of the window. Words and stretches are two conditions: the index then goes through
 * what has the words within the stretches, and through nothing else of either. The sums keep
 * PostgreSQL, which takes the newest ids for fewer than they are, from walking through the key (2.4
 * us each), LIMIT from beginning with the cases. A window of no ids asks for none: it would look at
 * all that has the words. */
static void from_shared(struct arena *a, struct sql *s, const struct search_window *w,
                        struct str match) {
    struct str within = stretches_of(a, w);

    sql_put(s, "(SELECT office, id FROM search WHERE office = ");
    sql_int(s, w->office);
    put_match(s, match);
    if (within.n > 0) {
        put_match(s, within);
    }
    put_range(s, w, "id + 0");
    sql_put(s, w->is_up ? " ORDER BY id + 0 LIMIT " : " ORDER BY id + 0 DESC LIMIT ");
    sql_int(s, w->from < w->before ? w->most : 0);
    sql_put(s, ") AS search");
}

void search_window_from(struct store *store, struct arena *a, struct sql *s,
                        const struct search_window *w, struct str match) {
    if (store_is_shared(store)) {
        from_shared(a, s, w, match);
    } else {
        sql_put(s, "search");
    }
}

void search_window_put(struct store *store, struct sql *s, const struct search_window *w,
                       struct str match) {
    const char *id = store_is_shared(store) ? "search.id" : "search.rowid";

    if (!store_is_shared(store)) {
        sql_put(s, " AND search MATCH ");
        sql_text(s, match);
        put_range(s, w, id);
    }
    sql_put(s, " ORDER BY ");
    sql_put(s, id);
    sql_put(s, w->is_up ? "" : " DESC");
}

void search_window_note(struct search_window *w, int64_t id, bool fits) {
    w->rows++;
    w->fits += fits;
    w->sum += fits;
    w->last = id;
}

/* As many documents as it takes for what is still wanted and a quarter more, or one would often be
 * missing, as thick as cases that fit lay among those of the last window, or of all where that had
 * none. */
static int64_t next_most(const struct search_window *w) {
    int64_t rows = w->rows > 0 ? w->rows : w->met;
    int64_t fits = w->rows > 0 ? w->fits : w->sum;
    int64_t least = w->wanted / 8;
    int64_t left = w->wanted / 2 - w->sum > least ? (w->wanted / 2 - w->sum) * 5 / 4 : least;
    int64_t most = GUESS_MOST * rows;

    if (fits * GUESS_MOST > left) {
        most = left * rows / fits;
    }
    return most < DOCUMENTS_MOST ? most : DOCUMENTS_MOST;
}

/* Rather as many stretches of one kind as a window names than less than half of one of the next. */
static int64_t fit(int64_t size) {
    for (size_t k = 0; k + 1 < STRETCH_KINDS; k++) {
        int64_t most = (int64_t)(STRETCHES_MOST - 1) << stretches[k].bits;

        if (size > most && size < (int64_t)1 << (stretches[k + 1].bits - 1)) {
            return most;
        }
    }
    return size;
}

/* As wide as it takes for so many, as thick as they lay in the same; no less than twice as wide
 * behind a window that had none. */
static int64_t next_size(struct search_window *w, int64_t looked_at, int64_t most) {
    int64_t size = looked_at * WIDER_MOST;

    if (w->rows > 0) {
        size = looked_at * most / w->rows;
    } else if (w->met > 0) {
        size = (w->passed + looked_at) * most / w->met;
        size = size > 2 * looked_at ? size : 2 * looked_at;
    }
    w->met += w->rows;
    w->passed += looked_at;
    return size > WINDOW_FIRST ? fit(size) : WINDOW_FIRST;
}

/* To the edge of its last stretch, from which the index gives all anyway. */
static void take_whole(struct search_window *w) {
    size_t k = w->most == 0 ? STRETCH_KINDS : kind_of(w);
    int64_t size = k < STRETCH_KINDS ? (int64_t)1 << stretches[k].bits : 1;

    if (w->is_up) {
        w->before = above(w->before - 1, size - (w->before - 1) % size, w->end);
    } else {
        w->from = below(w->from, w->from % size, w->lowest);
    }
}

/* On SQLite: all that is left. */
static void go_down(struct search_window *w, int64_t edge, int64_t most) {
    w->from =
        w->most == 0 ? w->lowest : below(edge, next_size(w, w->before - edge, most), w->lowest);
    w->before = edge;
}

static void go_up(struct search_window *w, int64_t edge, int64_t most) {
    w->before = w->most == 0 ? w->end : above(edge, next_size(w, edge - w->from, most), w->end);
    w->from = edge;
}

bool search_window_next(struct search_window *w) {
    bool is_cut = w->most > 0 && w->rows == w->most; /* there may be more before its end */
    int64_t most = next_most(w);
    int64_t edge = w->is_up ? (is_cut ? w->last + 1 : w->before) : is_cut ? w->last : w->from;

    if (w->is_up ? edge >= w->end : edge <= w->lowest) {
        return false;
    }
    if (w->is_up) {
        go_up(w, edge, most);
    } else {
        go_down(w, edge, most);
    }
    take_whole(w);
    if (w->most > 0) {
        w->most = most > w->wanted ? most : w->wanted;
    }
    w->rows = 0;
    w->fits = 0;
    return true;
}
