/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_few.h"

#include "engine/query/choose_probe.h"
#include "engine/query/window.h"

#include <assert.h>

enum { ID_BYTES = 21 };

struct search_few_bounds search_few_bounds = {.led = 4000, .read = 1000, .span = 100000};

static bool list_few(struct store *store, struct arena *a, const struct predicate *led,
                     struct search_few *out, struct err *err) {
    struct buf ids = buf_make(a, ID_BYTES * ((size_t)search_few_bounds.read + 2));
    struct sql s = sql_make(a);
    int64_t count = 0;
    struct stmt *q;

    sql_put(&s, "SELECT cases.id FROM ");
    compile_from(&s, led);
    q = sql_open(store, &s);
    out->lowest = INT64_MAX;
    while (stmt_next(q)) {
        int64_t id = stmt_int(q, 0);

        out->lowest = id < out->lowest ? id : out->lowest;
        if (count++ < search_few_bounds.read) {
            buf_c(&ids, count == 1 ? "[" : ",");
            buf_int(&ids, id);
        }
    }
    buf_c(&ids, "]");
    assert(!ids.is_full);
    if (count > 0 && count <= search_few_bounds.read) {
        out->ids = buf_str(&ids);
    }
    return stmt_end(q, err);
}

/* The lowest id of what was reported since the beginning of the time that is asked for. */
static bool find_lowest(struct store *store, struct arena *a, const struct predicate *p,
                        struct search_few *out, struct err *err) {
    struct filter rest;
    struct window asked = window_of_periods(a, p->filter, &rest);
    struct sql s = sql_make(a);
    struct stmt *q;

    if (asked.from == INT64_MIN) {
        return true;
    }
    sql_put(&s, "SELECT coalesce(min(id), 9223372036854775807), count(*) FROM"
                " (SELECT id FROM cases INDEXED BY cases_newest WHERE office = ");
    sql_int(&s, p->scope->office);
    sql_put(&s, " AND reported_at >= ");
    sql_int(&s, asked.from);
    sql_put(&s, " AND reported_at < ");
    sql_int(&s, asked.to);
    sql_put(&s, " LIMIT ");
    sql_int(&s, search_few_bounds.span + 1);
    sql_put(&s, ") AS span");
    q = sql_open(store, &s);
    if (stmt_next(q) && stmt_int(q, 1) <= search_few_bounds.span) {
        out->lowest = stmt_int(q, 0);
    }
    return stmt_end(q, err);
}

bool search_few_find(struct store *store, struct arena *a, const struct predicate *p,
                     struct search_few *out, struct err *err) {
    const int64_t least = SEEK_COST * (search_few_bounds.led + 1);
    struct predicate led = *p;
    struct choice c = {.store = store,
                       .arena = a,
                       .predicate = &led,
                       .bound = search_few_bounds.led,
                       .least = least};

    assert(!p->has_words);
    *out = (struct search_few){0};
    led.driver = DRIVER_NEWEST;
    return choose_probe_terms(&c, err) && choose_probe_open(&c, err) &&
           choose_probe_scope(&c, err) &&
           (c.least < least ? list_few(store, a, &led, out, err)
                            : find_lowest(store, a, p, out, err));
}
