/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/choose.h"

#include "base/limits.h"
#include "engine/query/choose_probe.h"
#include "engine/query/search_cases.h"
#include "engine/query/tally_read.h"
#include "engine/query/window.h"

#include <assert.h>

/* Measured by benchmarks/query.c: an entry of a wide index 0.2 us, a row fetched from the table 1
 * to 2 us. */
enum {
    WALK_COST = 60000, /* what a walk through an office is taken for at least */
    SAMPLE_FITS = 25,  /* of a thousand: a page then ends within some two thousand entries */
};

struct choose_bounds choose_bounds = {
    .narrow = 1500, .middle = 6000, .probe = 20000, .sample = 1000, .part = 125, .share = 200};

static bool is_one_place(const struct scope *scope) {
    return scope->grant_count == 1 && scope->unit == 0 && scope->grants[0].procedure.n == 0;
}

/* One thing is asked for, or one place is all that may be seen, and an index has just that in the
 * order of the report: the walk passes nothing by, however rare it is. */
static bool leads_in_order(struct predicate *p) {
    const struct scope *scope = p->scope;

    if (p->has_not_words) {
        return false;
    }
    if (p->filter->count == 1 && scope_is_whole(scope)) {
        p->in_order = choose_probe_in_order(&p->filter->terms[0]);
    } else if (p->filter->count == 0 && is_one_place(scope)) {
        p->in_order = choose_probe_area(scope->grants[0].area.level);
    }
    return p->in_order != DRIVER_NEWEST;
}

static bool has_words(const struct filter *filter, bool is_not) {
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->terms[i].key == FILTER_WORDS && filter->terms[i].is_not == is_not) {
            return true;
        }
    }
    return false;
}

static bool look_up_not_words(struct store *store, struct arena *a, struct predicate *p,
                              struct err *err) {
    bool capped;

    p->has_not_words = has_words(p->filter, true);
    return !p->has_not_words || (search_not_cases(store, a, p->scope->office, p->filter,
                                                  &p->not_word_ids, &capped, err) &&
                                 (!capped || search_fail_common(p->filter, err)));
}

/* The words lead: what they find within everything else that is asked is the answer. */
static bool choose_words(struct store *store, struct arena *a, enum purpose purpose,
                         struct predicate *p, bool *capped, struct err *err) {
    p->driver = DRIVER_WORDS;
    if (!search_cases(store, a, p,
                      purpose == PURPOSE_COUNT ? LIMIT_COUNT_WORD_CASES : LIMIT_SEARCH_CASES,
                      &p->word_ids, capped, err)) {
        return false;
    }
    p->has_words = true;
    return true;
}

/* Whether a walk in order may have to pass many cases for each that fits: several things are asked,
 * or a month of closing, which lies far down. */
static bool is_long_walk(const struct predicate *p) {
    size_t asked =
        p->filter->count + (scope_is_whole(p->scope) ? 0 : 1) + (p->has_not_words ? 1 : 0);

    for (size_t i = 0; i < p->filter->count; i++) {
        asked += p->filter->terms[i].key == FILTER_CLOSED;
    }
    return asked > 1;
}

/* When the oldest was reported of the newest few cases of a time, or of its ended ones: the newest
 * are all open where many come in a day. Later than all times where there are none. */
static bool sample_from(struct choice *c, const struct scope *scope, const struct window *asked,
                        bool is_ended, int64_t *from, struct err *err) {
    struct sql s = sql_make(c->arena);

    sql_put(&s, "SELECT coalesce(min(reported_at), 9223372036854775807) FROM (SELECT reported_at"
                " FROM cases INDEXED BY cases_newest WHERE office = ");
    sql_int(&s, scope->office);
    sql_put(&s, " AND reported_at >= ");
    sql_int(&s, asked->from);
    sql_put(&s, " AND reported_at < ");
    sql_int(&s, asked->to);
    sql_put(&s, is_ended ? " AND " SQL_IS_ENDED : "");
    sql_put(&s, " ORDER BY reported_at DESC LIMIT ");
    sql_int(&s, choose_bounds.sample);
    sql_put(&s, ") AS newest");
    return sql_number(c->store, &s, from, err);
}

/* Among the newest cases of the time that is asked for, do many fit? Where they lie thick a walk in
 * order is short, however many the narrowest term leads to. Two statements: PostgreSQL must know
 * how short a time it is, or it goes along another index. */
static bool sample_fits(struct choice *c, struct predicate walk, int64_t most, int64_t *fits,
                        struct err *err) {
    struct sql s = sql_make(c->arena);
    struct filter rest;
    struct window asked = window_of_periods(c->arena, walk.filter, &rest);
    int64_t from;

    if (!sample_from(c, walk.scope, &asked, filter_openness(&rest) == FILTER_ENDED_ONLY, &from,
                     err)) {
        return false;
    }
    walk.driver = DRIVER_NEWEST;
    walk.filter = &rest;
    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    compile_from(&s, &walk);
    sql_put(&s, " AND reported_at < ");
    sql_int(&s, asked.to);
    sql_put(&s, " AND reported_at >= ");
    sql_int(&s, from);
    sql_put(&s, " LIMIT ");
    sql_int(&s, most);
    sql_put(&s, ") AS few");
    return sql_number(c->store, &s, fits, err);
}

/* The tallies may know it without passing a case: a look at the newest ended ones passes all that
 * are open, which are many where many come in a day. A count goes on where a page ends. */
static bool judge_by_tallies(struct choice *c, struct err *err) {
    const struct predicate *p = c->predicate;
    struct tally_share share;

    if (!tally_share_find(c->store, c->arena, p->scope, p->filter, &share, err)) {
        return false;
    }
    if (share.cases > 0 && share.cases >= choose_bounds.sample && !p->has_not_words) {
        c->is_sampled = true;
        c->is_thick = share.fits * choose_bounds.share >= share.cases * (c->is_page ? 1 : 5);
    }
    return true;
}

static bool sample(struct choice *c, struct err *err) {
    int64_t fits;

    if (!c->is_sampled && !judge_by_tallies(c, err)) {
        return false;
    }
    if (c->is_sampled) {
        return true;
    }
    if (!sample_fits(c, *c->predicate, SAMPLE_FITS, &fits, err)) {
        return false;
    }
    c->is_sampled = true;
    c->is_thick = fits >= SAMPLE_FITS;
    return true;
}

/* Is the walk in order short or long? A page is not fetched and sorted when it is short. */
static bool judge_walk(struct choice *c, enum purpose purpose, struct err *err) {
    struct predicate *p = c->predicate;
    bool may_sort = purpose == PURPOSE_PAGE && p->driver != DRIVER_NEWEST &&
                    p->driver != DRIVER_OPEN && c->least > SEEK_COST * choose_bounds.narrow;

    if (!may_sort && !window_is_wanted(p)) {
        return true;
    }
    if (!sample(c, err)) {
        return false;
    }
    p->is_thin = p->driver == DRIVER_NEWEST && !c->is_thick;
    p->driver = c->is_thick ? DRIVER_NEWEST : p->driver;
    return true;
}

/* A page that several things are asked of and nothing narrow leads to: where they lie thick among
 * the newest the walk is short, else more is counted. */
static bool look_further(struct choice *c, struct err *err) {
    if (c->predicate->driver != DRIVER_NEWEST || !is_long_walk(c->predicate)) {
        return true;
    }
    if (!sample(c, err)) {
        return false;
    }
    c->bound = choose_bounds.middle;
    c->least = SEEK_COST * (c->bound + 1);
    return c->is_thick || (choose_probe_terms(c, err) && choose_probe_scope(c, err));
}

/* Is what `part` asks for a small part of the newest cases, the smallest so far? */
static bool try_part(struct choice *c, struct predicate part, enum driver driver, int64_t *least,
                     struct err *err) {
    int64_t fits;

    if (driver == DRIVER_NEWEST) {
        return true;
    }
    if (!sample_fits(c, part, *least, &fits, err)) {
        return false;
    }
    if (fits < *least) {
        *least = fits;
        c->predicate->in_order = driver;
    }
    return true;
}

/* Where no tally knows what is asked, the walk goes along the narrowest thing that has an index in
 * the order of the report. */
static bool lead_by_part(struct choice *c, struct err *err) {
    const struct scope_grant everything = {.area = {.level = AREA_OFFICE}};
    const struct predicate *p = c->predicate;
    struct scope office = {.office = p->scope->office, .grants = &everything, .grant_count = 1};
    const struct filter none = {.as_of = p->filter->as_of};
    int64_t least = choose_bounds.part;
    bool ok = true;

    for (size_t i = 0; ok && i < p->filter->count; i++) {
        struct filter one = {.terms = &p->filter->terms[i], .count = 1, .as_of = p->filter->as_of};

        ok = try_part(c, (struct predicate){.scope = &office, .filter = &one},
                      choose_probe_in_order(&p->filter->terms[i]), &least, err);
    }
    return ok && (!is_one_place(p->scope) ||
                  try_part(c, (struct predicate){.scope = p->scope, .filter = &none},
                           choose_probe_area(p->scope->grants[0].area.level), &least, err));
}

/* A walk through the office that nothing made short. */
static bool shorten_walk(struct choice *c, enum purpose purpose, struct err *err) {
    struct predicate *p = c->predicate;
    bool is_page = purpose == PURPOSE_PAGE;
    bool is_long = p->driver == DRIVER_NEWEST || (is_page && p->driver != DRIVER_OPEN &&
                                                  c->least > SEEK_COST * choose_bounds.narrow);

    if (is_long && filter_is_marked(p->filter) && !(is_page && c->is_thick)) {
        p->is_thin = false;
        p->driver = is_page ? DRIVER_NEWEST : DRIVER_MARKED;
        p->in_order = is_page ? DRIVER_MARKED : DRIVER_NEWEST;
        return true;
    }
    if (p->driver != DRIVER_NEWEST || (is_page && c->is_thick)) {
        return true;
    }
    return !is_page || p->is_thin || !c->is_sampled || lead_by_part(c, err);
}

/* What reading everything costs without an index that leads: so much more than that may be counted
 * of what one leads to. */
static bool weigh_walk(struct choice *c, struct err *err) {
    struct stmt *q = store_sql(c->store, SQL_QUERY_ENDED_ABOUT);
    int64_t ended;

    stmt_bind_int(q, 1, c->predicate->scope->office);
    ended = stmt_next(q) ? stmt_int(q, 0) : 0;
    c->bound = choose_bounds.probe;
    c->least = WALK_COST;
    if (ended > WALK_COST) {
        c->least = ended;
        c->bound = ended / SEEK_COST > c->bound ? ended / SEEK_COST : c->bound;
    }
    return stmt_end(q, err);
}

/* The newest are all open where many come in a day. On a server an index knows the others; SQLite
 * passes a wide entry sooner than it fetches a row. */
static void pass_open_by(struct choice *c) {
    struct predicate *p = c->predicate;

    if (c->is_page && store_is_shared(c->store) && p->driver == DRIVER_NEWEST &&
        p->in_order == DRIVER_NEWEST && filter_openness(p->filter) == FILTER_ENDED_ONLY) {
        p->in_order = DRIVER_ENDED;
    }
}

static bool choose_driver(struct store *store, struct arena *a, enum purpose purpose,
                          struct predicate *out, struct err *err) {
    struct choice c = {
        .store = store, .arena = a, .predicate = out, .is_page = purpose == PURPOSE_PAGE};

    c.bound = choose_bounds.narrow;
    c.least = SEEK_COST * (c.bound + 1);
    if (purpose != PURPOSE_PAGE && !weigh_walk(&c, err)) {
        return false;
    }
    if (purpose == PURPOSE_PAGE && leads_in_order(out)) {
        return true;
    }
    if (filter_openness(out->filter) ==
        FILTER_OPEN_ONLY) { /* open cases are few, and their index is wide */
        out->driver = DRIVER_OPEN;
        c.bound = choose_bounds.narrow;
        c.least = choose_bounds.narrow;
    }
    if (!choose_probe_terms(&c, err) || !choose_probe_scope(&c, err) ||
        (purpose == PURPOSE_PAGE && !look_further(&c, err)) ||
        (purpose != PURPOSE_ALL && !judge_walk(&c, purpose, err)) ||
        !shorten_walk(&c, purpose, err)) {
        return false;
    }
    pass_open_by(&c);
    return true;
}

bool choose_predicate(struct store *store, struct arena *a, const struct scope *scope,
                      const struct filter *filter, enum purpose purpose, struct predicate *out,
                      bool *capped, struct err *err) {
    assert(filter != NULL && filter->as_of > 0);
    *out = (struct predicate){.scope = scope, .filter = filter, .driver = DRIVER_NEWEST};
    *capped = false;
    if (!scope_check(scope, err) || !look_up_not_words(store, a, out, err)) {
        return false;
    }
    return has_words(filter, false) ? choose_words(store, a, purpose, out, capped, err)
                                    : choose_driver(store, a, purpose, out, err);
}

bool choose_stream(struct store *store, struct arena *a, const struct scope *scope,
                   const struct filter *filter, struct predicate *out, struct err *err) {
    *out = (struct predicate){.scope = scope, .filter = filter, .driver = DRIVER_WORDS};
    return scope_check(scope, err) && look_up_not_words(store, a, out, err);
}
