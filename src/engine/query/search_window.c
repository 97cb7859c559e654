/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_window.h"

#include <inttypes.h>

enum {
    WINDOW_FIRST = 4000, /* documents: some 2 ms of a walk that looks at each */
    WIDER_MOST = 32,     /* how many times as wide the next window is when there was nothing */
    STRETCHES_MOST = 33, /* that a window names: of the next larger kind there are fewer */
};

/* The kinds of stretches that the index of PostgreSQL knows: 1 << bits ids, by their letter. */
static const struct {
    int bits;
    char letter;
} stretches[] = {{12, 'a'}, {17, 'b'}, {22, 'c'}};

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

bool search_window_open(struct store *store, int64_t office, int64_t before, int64_t oldest,
                        int64_t most, struct search_window *w, struct err *err) {
    int64_t first;
    int64_t last;

    *w = (struct search_window){
        .office = office, .from = oldest, .lowest = oldest, .before = before};
    if (!store_is_shared(store)) {
        return true;
    }
    if (!find_ends(store, office, &first, &last, err)) {
        return false;
    }
    w->most = most;
    w->lowest = first > oldest ? first : oldest;
    w->before = before <= last ? before : last + 1;
    w->from = below(w->before, WINDOW_FIRST, w->lowest);
    return true;
}

static void put_stretches(struct buf *b, const struct search_window *w, int bits, char letter) {
    int64_t last = (w->before - 1) >> bits;

    buf_c(b, " AND (");
    for (int64_t i = w->from >> bits; i <= last; i++) {
        buf_format(b, "\"%c%" PRId64 ":%" PRId64 "\"%s", letter, w->office, i,
                   i < last ? " OR " : ")");
    }
}

struct str search_window_match(struct store *store, struct arena *a, const struct search_window *w,
                               struct str match) {
    struct buf b;

    if (!store_is_shared(store) || w->before <= w->from) {
        return match;
    }
    b = buf_make(a, match.n + 4096);
    buf_c(&b, "(");
    buf_put(&b, match);
    buf_c(&b, ")");
    for (size_t k = 0; k < sizeof stretches / sizeof stretches[0]; k++) {
        int bits = stretches[k].bits;

        if (((w->before - 1) >> bits) - (w->from >> bits) < STRETCHES_MOST) {
            put_stretches(&b, w, bits, stretches[k].letter);
            break;
        }
    }
    return buf_str(&b);
}

void search_window_put(struct store *store, struct sql *s, const struct search_window *w) {
    bool is_shared = store_is_shared(store);

    sql_put(s, is_shared ? " AND search.id < " : " AND search.rowid < ");
    sql_int(s, w->before);
    if (is_shared || w->from > 0) {
        sql_put(s, is_shared ? " AND search.id >= " : " AND search.rowid >= ");
        sql_int(s, w->from);
    }
    sql_put(s, is_shared ? " ORDER BY search.id DESC" : " ORDER BY search.rowid DESC");
    if (w->most > 0) {
        sql_put(s, " LIMIT ");
        sql_int(s, w->most);
    }
}

void search_window_note(struct search_window *w, int64_t id) {
    w->rows++;
    w->last = id;
}

bool search_window_next(struct search_window *w) {
    int64_t size = w->before - w->from;
    int64_t wider = w->rows == 0 ? WIDER_MOST : w->most / w->rows;

    if (w->most > 0 &&
        w->rows == w->most) { /* there may be more between the last one and its end */
        w->before = w->last;
    } else if (w->from > w->lowest) {
        w->before = w->from;
        size *= wider > WIDER_MOST ? WIDER_MOST : wider;
    } else {
        return false;
    }
    w->from = below(w->before, size, w->lowest);
    w->rows = 0;
    return w->before > w->from;
}
