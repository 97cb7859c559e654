/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/export.h"

#include "engine/query/choose.h"
#include "engine/query/list_part.h"
#include "engine/query/search_cases.h"

enum { CHUNK_ROWS = 500 };

/* In the order of read_row; id and reported_at come before. */
static const char columns[] =
    ", number, procedure, state, channel, class, condition, community, grid, estate, unit, "
    "filed_at, dispatched_at,"
    " handled_at, closed_at, due_at, first_contact_due_at, first_contact_at, external_number, "
    "external_due_at,"
    " late, late_after, returns, reworks, outcome, solved, rating, voices, confidential";

static struct export_row read_row(struct stmt *q, struct arena *a, int64_t as_of) {
    struct export_row row = {.id = stmt_int(q, 0), .reported_at = stmt_int(q, 1)};
    int64_t late_after = stmt_int(q, 22);

    row.number = stmt_text(q, 2, a);
    row.procedure = stmt_text(q, 3, a);
    row.state = stmt_text(q, 4, a);
    row.channel = stmt_text(q, 5, a);
    row.class = stmt_text(q, 6, a);
    row.condition = stmt_int(q, 7);
    row.community = stmt_int(q, 8);
    row.grid = stmt_int(q, 9);
    row.estate = stmt_int(q, 10);
    row.unit = stmt_int(q, 11);
    row.filed_at = stmt_int(q, 12);
    row.dispatched_at = stmt_int(q, 13);
    row.handled_at = stmt_int(q, 14);
    row.closed_at = stmt_int(q, 15);
    row.due_at = stmt_int(q, 16);
    row.first_contact_due_at = stmt_int(q, 17);
    row.first_contact_at = stmt_int(q, 18);
    row.external_number = stmt_text(q, 19, a);
    row.external_due_at = stmt_int(q, 20);
    row.late = stmt_int(q, 21) == 1 || (late_after > 0 && late_after < as_of);
    row.returns = stmt_int(q, 23);
    row.reworks = stmt_int(q, 24);
    row.outcome = stmt_text(q, 25, a);
    row.solved = stmt_int(q, 26);
    row.rating = stmt_int(q, 27);
    row.voices = stmt_int(q, 28);
    row.confidential = stmt_int(q, 29) == 1;
    return row;
}

struct chunk {
    struct store *store;
    struct arena *arena;
    const struct predicate *predicate;
    struct list_key last;
    int rows;
    export_function *each;
    void *ctx;
};

static bool export_chunk(struct chunk *c, struct err *err) {
    struct sql s = sql_make(c->arena);
    struct stmt *q;
    bool ok = true;

    list_part_compile(&s, c->predicate, STRETCH_NEWEST, columns, c->last, CHUNK_ROWS);
    q = sql_open(c->store, &s);
    c->rows = 0;
    while (ok && stmt_next(q)) {
        struct arena_mark mark = arena_mark(c->arena);
        struct export_row row = read_row(q, c->arena, c->predicate->filter->as_of);

        ok = c->each(c->ctx, &row, err);
        c->last = (struct list_key){row.reported_at, row.id};
        c->rows++;
        arena_rewind(c->arena, mark);
    }
    return ok ? stmt_end(q, err) : (stmt_end(q, &(struct err){0}), false);
}

bool export_cases(struct store *store, struct arena *a, const struct scope *scope,
                  const struct filter *filter, export_function *each, void *ctx, struct err *err) {
    struct predicate predicate;
    struct chunk c = {
        .store = store, .arena = a, .predicate = &predicate, .each = each, .ctx = ctx};
    bool capped;

    if (!choose_predicate(store, a, scope, filter, PURPOSE_PAGE, &predicate, &capped, err)) {
        return false;
    }
    if (capped) {
        return search_fail_common(filter, err);
    }
    c.last = list_part_start(STRETCH_NEWEST);
    do {
        struct arena_mark mark = arena_mark(a);

        if (!export_chunk(&c, err)) {
            return false;
        }
        arena_rewind(a, mark);
    } while (c.rows == CHUNK_ROWS);
    return true;
}
