/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/choose_probe.h"

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

enum driver choose_probe_area(enum area_level level) {
    static const enum driver areas[] = {
        [AREA_OFFICE] = DRIVER_NEWEST,
        [AREA_COMMUNITY] = DRIVER_COMMUNITY,
        [AREA_GRID] = DRIVER_GRID,
        [AREA_ESTATE] = DRIVER_ESTATE,
    };

    return areas[level];
}

enum driver choose_probe_in_order(const struct filter_term *term) {
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

/* Most is answered from the index itself. */
static bool is_wide(enum driver driver) {
    return driver == DRIVER_NEWEST || driver == DRIVER_CELL;
}

/* So many cases fetched one by one may still be the least work. */
static int64_t seeks_most(const struct choice *c) {
    int64_t most = c->least / SEEK_COST;

    return most < c->bound ? most : c->bound;
}

static bool may_lead(const struct choice *c, int64_t cases) {
    return cases <= seeks_most(c);
}

/* How many cases `driver` leads to by this part of the predicate alone, counted up to the bound and
 * no further than may lead. */
static bool probe(struct choice *c, enum driver driver, const struct scope *scope,
                  const struct filter *filter, int64_t *n, struct err *err) {
    bool is_walk = is_wide(driver) || driver == DRIVER_OPEN;
    int64_t most = !is_walk ? seeks_most(c) : c->least < c->bound ? c->least : c->bound;
    struct predicate part = {.scope = scope, .filter = filter, .driver = driver};
    struct sql s = sql_make(c->arena);

    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    compile_from(&s, &part);
    sql_put(&s, " LIMIT ");
    sql_int(&s, 1 + most);
    sql_put(&s, ") AS few");
    return sql_number(c->store, &s, n, err);
}

static void consider(struct choice *c, enum driver driver, int64_t cost) {
    if (cost < c->least) {
        c->least = cost;
        c->predicate->driver = driver;
    }
}

bool choose_probe_terms(struct choice *c, struct err *err) {
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

bool choose_probe_open(struct choice *c, struct err *err) {
    const struct scope_grant everything = {.area = {.level = AREA_OFFICE}};
    struct scope office = {
        .office = c->predicate->scope->office, .grants = &everything, .grant_count = 1};
    const struct filter none = {0};
    int64_t n;

    if (filter_openness(c->predicate->filter) != FILTER_OPEN_ONLY) {
        return true;
    }
    if (!probe(c, DRIVER_OPEN, &office, &none, &n, err)) {
        return false;
    }
    if (n <= c->bound) {
        consider(c, DRIVER_OPEN, n);
    }
    return true;
}

bool choose_probe_scope(struct choice *c, struct err *err) {
    const struct scope *scope = c->predicate->scope;
    const struct filter none = {0};
    int64_t sum = 0;
    int64_t n;

    if (scope_is_whole(scope)) {
        return true;
    }
    for (size_t i = 0; i < scope->grant_count && may_lead(c, sum); i++) {
        struct scope part = {
            .office = scope->office, .grants = &scope->grants[i], .grant_count = 1};

        if (scope->grants[i].area.level == AREA_OFFICE) {
            return true;
        }
        if (!probe(c, choose_probe_area(scope->grants[i].area.level), &part, &none, &n, err)) {
            return false;
        }
        sum += n;
    }
    if (scope->unit != 0 && may_lead(c, sum)) {
        struct stmt *q = store_sql(c->store, SQL_QUERY_UNIT_TASKS);

        stmt_bind_int(q, 1, scope->office);
        stmt_bind_int(q, 2, scope->unit);
        stmt_bind_int(q, 3, 1 + seeks_most(c));
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
