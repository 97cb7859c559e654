/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/tally.h"

#include <assert.h>
#include <string.h>

const struct tally_cube tally_cubes[TALLY_CUBES] = {
    {TALLY_CHANNEL, TALLY_DAYS | TALLY_MONTHS | TALLY_YEARS},
    {TALLY_UNIT, TALLY_DAYS},
    {TALLY_COMMUNITY, TALLY_DAYS},
    {TALLY_CLASS, TALLY_DAYS},
    {TALLY_UNIT | TALLY_CHANNEL, TALLY_MONTHS | TALLY_YEARS},
    {TALLY_COMMUNITY | TALLY_CHANNEL, TALLY_MONTHS | TALLY_YEARS},
    {TALLY_COMMUNITY | TALLY_UNIT, TALLY_MONTHS | TALLY_YEARS},
    {TALLY_CLASS | TALLY_CHANNEL, TALLY_MONTHS | TALLY_YEARS},
    {TALLY_CLASS | TALLY_UNIT, TALLY_MONTHS | TALLY_YEARS},
    {TALLY_COMMUNITY | TALLY_CLASS, TALLY_MONTHS | TALLY_YEARS},
};

static const struct {
    int spans;
    int64_t divisor; /* of a day yyyymmdd */
} span_kinds[] = {{TALLY_DAYS, 1}, {TALLY_MONTHS, 100}, {TALLY_YEARS, 10000}};

enum {
    COUNT_CASES,
    COUNT_LATE,
    COUNT_RETURNED,
    COUNT_REWORKED,
    COUNT_RATED,
    COUNT_RATING_SUM,
    COUNT_SOLVED,
    COUNT_ASKED,
    COUNT_CONTACTED_IN_TIME,
    COUNT_CONTACT_DUE,
    COUNTS
};

/* The columns that are counted, in the order of tally_add in query.sql. */
struct counts {
    int64_t of[COUNTS];
};

static bool is_ended(const struct tally_case *c) {
    return c != NULL && (str_is(c->state, "closed") || str_is(c->state, "declined"));
}

static struct counts counts_of(const struct tally_case *c) {
    struct counts n = {{0}};

    n.of[COUNT_CASES] = 1;
    n.of[COUNT_LATE] = c->late == 1;
    n.of[COUNT_RETURNED] = c->returns > 0;
    n.of[COUNT_REWORKED] = c->reworks > 0;
    n.of[COUNT_RATED] = c->rating > 0;
    n.of[COUNT_RATING_SUM] = c->rating;
    n.of[COUNT_SOLVED] = c->solved == 1;
    n.of[COUNT_ASKED] = c->solved == 1 || c->solved == 2;
    n.of[COUNT_CONTACTED_IN_TIME] =
        c->first_contact_at > 0 && c->first_contact_at <= c->first_contact_due_at;
    n.of[COUNT_CONTACT_DUE] = c->first_contact_due_at > 0;
    return n;
}

static bool is_same_key(const struct tally_case *x, const struct tally_case *y) {
    return x->office == y->office && x->day == y->day && x->community == y->community &&
           x->unit == y->unit && str_eq(x->class, y->class) && str_eq(x->channel, y->channel) &&
           str_eq(x->procedure, y->procedure) && str_eq(x->state, y->state);
}

static void bind_key(struct stmt *q, const struct tally_case *c, int apart, int64_t divisor) {
    const struct str none = {0};

    stmt_bind_int(q, 1, c->office);
    stmt_bind_int(q, 2, apart);
    stmt_bind_int(q, 3, c->day / divisor);
    stmt_bind_int(q, 4, apart & TALLY_COMMUNITY ? c->community : 0);
    stmt_bind_text(q, 5, apart & TALLY_CLASS ? c->class : none);
    stmt_bind_int(q, 6, apart & TALLY_UNIT ? c->unit : 0);
    stmt_bind_text(q, 7, apart & TALLY_CHANNEL ? c->channel : none);
    stmt_bind_text(q, 8, c->procedure);
    stmt_bind_text(q, 9, c->state);
}

static bool add_row(struct store *s, const struct tally_case *c, int apart, int64_t divisor,
                    const struct counts *n, struct err *err) {
    struct stmt *q = store_sql(s, SQL_TALLY_ADD);

    bind_key(q, c, apart, divisor);
    for (int i = 0; i < COUNTS; i++) {
        stmt_bind_int(q, 10 + i, n->of[i]);
    }
    if (!stmt_run_one(q, err)) {
        return false;
    }
    if (n->of[COUNT_CASES] >= 0) {
        return true;
    }
    q = store_sql(s, SQL_TALLY_DROP);
    bind_key(q, c, apart, divisor);
    return stmt_run(q, err);
}

static bool add_all(struct store *s, const struct tally_case *c, const struct counts *n,
                    struct err *err) {
    bool ok = true;

    assert(c->office > 0 && c->day > 0);
    for (size_t i = 0; ok && i < TALLY_CUBES; i++) {
        for (size_t k = 0; ok && k < sizeof span_kinds / sizeof span_kinds[0]; k++) {
            ok = (tally_cubes[i].spans & span_kinds[k].spans) == 0 ||
                 add_row(s, c, tally_cubes[i].apart, span_kinds[k].divisor, n, err);
        }
    }
    return ok;
}

static struct counts less(struct counts a, const struct counts *b) {
    for (int i = 0; i < COUNTS; i++) {
        a.of[i] -= b->of[i];
    }
    return a;
}

bool tally_move(struct store *s, const struct tally_case *before, const struct tally_case *after,
                struct err *err) {
    const struct counts none = {{0}};
    struct counts old = is_ended(before) ? counts_of(before) : none;
    struct counts new_one = is_ended(after) ? counts_of(after) : none;

    if (is_ended(before) && is_ended(after) && is_same_key(before, after)) {
        struct counts change = less(new_one, &old);

        return memcmp(&change, &none, sizeof none) == 0 || add_all(s, after, &change, err);
    }
    old = less(none, &old);
    return (!is_ended(before) || add_all(s, before, &old, err)) &&
           (!is_ended(after) || add_all(s, after, &new_one, err));
}
