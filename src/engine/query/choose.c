/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/choose.h"

#include "base/limits.h"
#include "engine/query/search_cases.h"
#include "engine/query/tally_read.h"
#include "engine/query/window.h"

#include <assert.h>

/* Measured by benchmarks/query.c: an entry of a wide index 0.2 us, a row fetched from the table 1
 * to 2 us. */
enum {
    WALK_COST = 60000, /* what a walk through an office is taken for at least */
    SEEK_COST = 8,     /* a row fetched costs as much as so many entries of a wide index */
    SAMPLE_FITS = 25,  /* of a thousand: a page then ends within some two thousand entries */
};

struct choose_bounds choose_bounds = {
    .narrow = 1500, .middle = 6000, .probe = 20000, .sample = 1000, .part = 125, .share = 200};

struct choice {
    struct store *store;
    struct arena *arena;
    struct predicate *predicate;
    int64_t bound; /* how far is counted */
    int64_t least; /* cost of the best so far */
    bool is_page;
    bool is_sampled;
    bool is_thick; /* among the newest cases many fit */
};

static bool all_listed(const struct filter_term *term, enum filter_kind kind) {
    for (size_t i = 0; i < term->value_count; i++) {
        if (term->values[i].kind != kind || term->values[i].level != term->values[0].level) {
            return false;
        }
    }
    return true;
}

/* The index that leads to the cases of this term; DRIVER_COUNT when none does. */
static enum driver driver_of(const struct filter_term *term) {
    static const enum driver areas[] = {
        [AREA_OFFICE] = DRIVER_COUNT,
        [AREA_COMMUNITY] = DRIVER_COMMUNITY,
        [AREA_GRID] = DRIVER_GRID,
        [AREA_ESTATE] = DRIVER_ESTATE,
    };
    enum filter_kind kind = term->values[0].kind;
    bool is_range = term->value_count == 1 && (kind == FILTER_IS_PREFIX || kind == FILTER_IS_RANGE);
    bool is_list = (kind == FILTER_IS_CODE || kind == FILTER_IS_ID) && all_listed(term, kind);
    bool is_set = (term->key == FILTER_RATING || term->key == FILTER_LEADER) &&
                  kind == FILTER_IS_YES && term->value_count == 1;

    if (term->is_not || !(is_range || is_list || is_set)) {
        return DRIVER_COUNT;
    }
    switch (term->key) {
    case FILTER_PLACE:
        return areas[term->values[0].level];
    case FILTER_UNIT:
        return DRIVER_UNIT;
    case FILTER_CLASS:
        return DRIVER_CLASS;
    case FILTER_CLOSED:
        return DRIVER_CLOSED;
    case FILTER_OPENED:
        return DRIVER_NEWEST;
    case FILTER_CELL:
        return DRIVER_CELL;
    case FILTER_NUMBER:
        return DRIVER_NUMBER;
    case FILTER_EXTERNAL:
        return DRIVER_EXTERNAL;
    case FILTER_RATING:
        return DRIVER_RATING;
    case FILTER_LEADER:
        return DRIVER_LEADER;
    default:
        return DRIVER_COUNT;
    }
}

static enum driver driver_of_area(enum area_level level) {
    static const enum driver areas[] = {
        [AREA_OFFICE] = DRIVER_NEWEST,
        [AREA_COMMUNITY] = DRIVER_COMMUNITY,
        [AREA_GRID] = DRIVER_GRID,
        [AREA_ESTATE] = DRIVER_ESTATE,
    };

    return areas[level];
}

/* The index of the one value that is asked for, where its entries stand by the time of report. */
static enum driver driver_in_order(const struct filter_term *term) {
    enum filter_kind kind = term->values[0].kind;
    bool is_one = term->value_count == 1 && (kind == FILTER_IS_ID || kind == FILTER_IS_CODE);
    enum driver driver = driver_of(term);

    switch (driver) {
    case DRIVER_COMMUNITY:
    case DRIVER_GRID:
    case DRIVER_ESTATE:
    case DRIVER_UNIT:
    case DRIVER_CLASS:
    case DRIVER_RATING:
        return is_one ? driver : DRIVER_NEWEST;
    case DRIVER_LEADER:
        return driver;
    default:
        return DRIVER_NEWEST;
    }
}

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
        p->in_order = driver_in_order(&p->filter->terms[0]);
    } else if (p->filter->count == 0 && is_one_place(scope)) {
        p->in_order = driver_of_area(scope->grants[0].area.level);
    }
    return p->in_order != DRIVER_NEWEST;
}

/* How many cases `driver` leads to by this part of the predicate alone, counted up to the bound. */
static bool probe(struct choice *c, enum driver driver, const struct scope *scope,
                  const struct filter *filter, int64_t *n, struct err *err) {
    struct predicate part = {.scope = scope, .filter = filter, .driver = driver};
    struct sql s = sql_make(c->arena);

    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    compile_from(&s, &part);
    sql_put(&s, " LIMIT ");
    sql_int(&s, c->bound + 1);
    sql_put(&s, ") AS few");
    return sql_number(c->store, &s, n, err);
}

static void consider(struct choice *c, enum driver driver, int64_t cost) {
    if (cost < c->least) {
        c->least = cost;
        c->predicate->driver = driver;
    }
}

/* Most is answered from the index itself. */
static bool is_wide(enum driver driver) {
    return driver == DRIVER_NEWEST || driver == DRIVER_CELL;
}

static bool try_terms(struct choice *c, struct err *err) {
    const struct scope_grant everything = {.area = {.level = AREA_OFFICE}};
    struct scope office = {
        .office = c->predicate->scope->office, .grants = &everything, .grant_count = 1};
    const struct filter *filter = c->predicate->filter;

    for (size_t i = 0; i < filter->count; i++) {
        struct filter one = {.terms = &filter->terms[i], .count = 1, .as_of = filter->as_of};
        enum driver driver = driver_of(&filter->terms[i]);
        int64_t n;

        if (driver == DRIVER_COUNT) {
            continue;
        }
        if (!probe(c, driver, &office, &one, &n, err)) {
            return false;
        }
        if (n <= c->bound) {
            consider(c, driver, is_wide(driver) ? n : n * SEEK_COST);
        }
    }
    return true;
}

/* Adds up the parts of the scope on their indexes, so that a wide one is known at the first wide
 * part. */
static bool try_scope(struct choice *c, struct err *err) {
    const struct scope *scope = c->predicate->scope;
    const struct filter none = {0};
    int64_t sum = 0;
    int64_t n;

    if (scope_is_whole(scope)) {
        return true;
    }
    for (size_t i = 0; i < scope->grant_count && sum <= c->bound; i++) {
        struct scope part = {
            .office = scope->office, .grants = &scope->grants[i], .grant_count = 1};

        if (scope->grants[i].area.level == AREA_OFFICE) {
            return true;
        }
        if (!probe(c, driver_of_area(scope->grants[i].area.level), &part, &none, &n, err)) {
            return false;
        }
        sum += n;
    }
    if (scope->unit != 0 && sum <= c->bound) {
        struct stmt *q = store_sql(c->store, SQL_QUERY_UNIT_TASKS);

        stmt_bind_int(q, 1, scope->office);
        stmt_bind_int(q, 2, scope->unit);
        stmt_bind_int(q, 3, c->bound + 1);
        sum += stmt_next(q) ? stmt_int(q, 0) : 0;
        if (!stmt_end(q, err)) {
            return false;
        }
    }
    if (sum <= c->bound) {
        consider(c, DRIVER_SCOPE, sum * SEEK_COST);
    }
    return true;
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
    return c->is_thick || (try_terms(c, err) && try_scope(c, err));
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
                      driver_in_order(&p->filter->terms[i]), &least, err);
    }
    return ok && (!is_one_place(p->scope) ||
                  try_part(c, (struct predicate){.scope = p->scope, .filter = &none},
                           driver_of_area(p->scope->grants[0].area.level), &least, err));
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
    return try_terms(&c, err) && try_scope(&c, err) &&
           (purpose != PURPOSE_PAGE || look_further(&c, err)) &&
           (purpose == PURPOSE_ALL || judge_walk(&c, purpose, err)) &&
           shorten_walk(&c, purpose, err);
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
