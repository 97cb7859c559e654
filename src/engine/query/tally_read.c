/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/tally_read.h"

#include "base/source.h"
#include "base/time_text.h"

#include <assert.h>

/* A day before all and one behind all, as spans: both begin a year, so that nothing is cut off. */
enum { FIRST_DAY = 10000101, LAST_DAY = 99990101 };

/* Civil days [from, to) as yyyymmdd. */
struct period {
    int64_t from;
    int64_t to;
};

static bool is_community(const struct filter_term *term) {
    for (size_t i = 0; i < term->value_count; i++) {
        const struct filter_value *value = &term->values[i];

        if (value->kind == FILTER_IS_ID && value->level != AREA_COMMUNITY &&
            value->level != AREA_OFFICE) {
            return false;
        }
    }
    return true;
}

int tally_apart(const struct filter_term *term) {
    switch (term->key) {
    case FILTER_PLACE:
        return is_community(term) ? TALLY_COMMUNITY : -1;
    case FILTER_CLASS:
        return TALLY_CLASS;
    case FILTER_UNIT:
        return TALLY_UNIT;
    case FILTER_CHANNEL:
        return TALLY_CHANNEL;
    case FILTER_PROCEDURE:
    case FILTER_STATE:
        return 0;
    default:
        return -1;
    }
}

int tally_apart_scope(const struct scope *scope) {
    int apart = 0;

    if (scope_is_whole(scope)) {
        return 0;
    }
    for (size_t i = 0; i < scope->grant_count; i++) {
        enum area_level level = scope->grants[i].area.level;

        if (level != AREA_OFFICE && level != AREA_COMMUNITY) {
            return -1;
        }
        apart |= level == AREA_COMMUNITY ? TALLY_COMMUNITY : 0;
    }
    return scope->unit == 0 && scope->grant_count > 0 ? apart : -1;
}

/* The civil day that begins at this very instant; 0 when none does. */
static int64_t day_that_begins(int64_t us, int offset_minutes) {
    struct civil c = civil_from_us(us, offset_minutes);
    struct civil day = {.year = c.year, .month = c.month, .day = c.day};

    return us_from_civil(day, offset_minutes) == us ? c.year * 10000 + c.month * 100 + c.day : 0;
}

static int64_t day_begins_at(int64_t day, int offset_minutes) {
    struct civil c = {
        .year = (int)(day / 10000), .month = (int)(day / 100 % 100), .day = (int)(day % 100)};

    return us_from_civil(c, offset_minutes);
}

/* Nothing was reported at `us` or later. */
static bool is_behind_all(struct store *store, int64_t office, int64_t us, bool *is_behind,
                          struct err *err) {
    struct stmt *q = store_sql(store, SQL_QUERY_REPORTED_SINCE);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, us);
    *is_behind = !stmt_next(q);
    return stmt_end(q, err);
}

/* Cuts the period to a term on the time of the report; *can false when it is not one row of whole
 * days. */
static bool cut_period(struct store *store, const struct tally_question *question,
                       const struct filter_term *term, struct period *period, bool *can,
                       struct err *err) {
    const struct filter_value *value = &term->values[0];
    int64_t from = FIRST_DAY;
    int64_t to = LAST_DAY;
    bool is_behind = true;

    if (term->is_not || term->value_count != 1 || value->kind != FILTER_IS_RANGE) {
        *can = false;
        return true;
    }
    if (value->to != INT64_MAX &&
        !is_behind_all(store, question->scope->office, value->to, &is_behind, err)) {
        return false;
    }
    if (value->from > 0) {
        from = day_that_begins(value->from, question->offset_minutes);
    }
    if (!is_behind) {
        to = day_that_begins(value->to, question->offset_minutes);
    }
    *can = from > 0 && to > 0;
    period->from = from > period->from ? from : period->from;
    period->to = to < period->to ? to : period->to;
    return true;
}

/* The name of the first cube of open or of ended cases that tells so much apart by such spans; 0
 * when there is none. */
static int cube_of(int apart, int spans, bool is_open) {
    for (size_t i = 0; i < TALLY_CUBES; i++) {
        const struct tally_cube *cube = &tally_cubes[i];

        if ((cube->apart & apart) == apart &&
            ((is_open ? cube->open_spans : cube->spans) & spans) == spans) {
            return cube->apart | (is_open ? TALLY_OPEN : 0);
        }
    }
    return 0;
}

static void add_part(struct tally_plan *plan, int cube, int64_t from, int64_t to) {
    if (from < to) {
        assert(plan->part_count < TALLY_PARTS);
        plan->parts[plan->part_count++] = (struct tally_part){cube, from, to};
    }
}

/* What is being cut: the question's ended cases or its open ones. */
struct cut {
    struct tally_plan *plan;
    const struct tally_question *question;
    int apart;
    bool is_open;
};

static void add_days(const struct cut *c, int64_t from, int64_t to) {
    int cube = cube_of(c->apart, TALLY_DAYS, c->is_open);
    struct tally_plan *plan = c->plan;

    if (cube != 0) {
        add_part(plan, cube, from, to);
    } else if (from < to) {
        assert(plan->edge_count < TALLY_EDGES);
        plan->edges[plan->edge_count++] =
            (struct tally_edge){day_begins_at(from, c->question->offset_minutes),
                                day_begins_at(to, c->question->offset_minutes)};
    }
}

/* The first month that begins at or behind the day. */
static int64_t month_from(int64_t day) {
    int64_t month = day / 100;

    return day % 100 == 1 ? month : month % 100 == 12 ? month + 89 : month + 1;
}

static int64_t year_from(int64_t month) {
    return month % 100 == 1 ? month / 100 : month / 100 + 1;
}

static void cut_months(const struct cut *c, int cube, int64_t from, int64_t to) {
    bool has_years = c->question->widest == TALLY_YEARS && !c->is_open;
    int64_t first = year_from(from);
    int64_t last = to / 100;

    if (!has_years || first >= last) {
        add_part(c->plan, cube, from, to);
        return;
    }
    add_part(c->plan, cube, from, first * 100 + 1);
    add_part(c->plan, cube, first, last);
    add_part(c->plan, cube, last * 100 + 1, to);
}

/* Both cuts leave the same days to the cases. */
static void cut_days(const struct cut *c, struct period period) {
    int cube = cube_of(c->apart, TALLY_MONTHS, c->is_open);
    int64_t first = month_from(period.from);
    int64_t last = period.to / 100;

    c->plan->edge_count = 0;
    if (c->question->widest == TALLY_DAYS || cube == 0 || first >= last) {
        add_days(c, period.from, period.to);
        return;
    }
    add_days(c, period.from, first * 100 + 1);
    cut_months(c, cube, first, last);
    add_days(c, last * 100 + 1, period.to);
}

static void cut_all(struct tally_plan *plan, const struct tally_question *question, int apart,
                    struct period period) {
    struct cut cut = {plan, question, apart, false};

    if (plan->open == TALLY_OPEN_KEPT && cube_of(apart, TALLY_MONTHS, true) == 0) {
        plan->open = TALLY_OPEN_LEFT;
    }
    if (plan->has_ended) {
        cut_days(&cut, period);
    }
    if (plan->open == TALLY_OPEN_KEPT) {
        cut.is_open = true;
        cut_days(&cut, period);
    }
}

static struct tally_plan plan_for(const struct filter *filter) {
    enum filter_openness openness = filter_openness(filter);

    return (struct tally_plan){.filter = {.as_of = filter->as_of},
                               .has_ended = openness != FILTER_OPEN_ONLY,
                               .open = openness == FILTER_ENDED_ONLY ? TALLY_OPEN_NONE
                                       : filter_parts_open(filter)   ? TALLY_OPEN_LEFT
                                                                     : TALLY_OPEN_KEPT};
}

bool tally_plan_make(struct store *store, struct arena *a, const struct tally_question *question,
                     struct tally_plan *out, bool *can, struct err *err) {
    const struct filter *filter = question->filter;
    struct filter_term *terms = arena_array(a, struct filter_term, filter->count);
    struct period period = {FIRST_DAY, LAST_DAY};
    int apart = tally_apart_scope(question->scope);
    size_t n = 0;

    *out = plan_for(filter);
    out->filter.terms = terms;
    *can = apart >= 0 && (out->has_ended || out->open == TALLY_OPEN_KEPT);
    apart |= question->apart;
    for (size_t i = 0; *can && i < filter->count; i++) {
        const struct filter_term *term = &filter->terms[i];

        if (term->key == FILTER_OPENED) {
            if (!cut_period(store, question, term, &period, can, err)) {
                return false;
            }
            continue;
        }
        terms[n++] = *term;
        apart |= tally_apart(term);
        *can = apart >= 0;
    }
    if (*can) {
        out->filter.count = n;
        cut_all(out, question, apart, period);
        *can = out->part_count > 0;
    }
    return true;
}

void tally_plan_compile(struct sql *s, const struct scope *scope, const struct tally_plan *plan) {
    sql_put(s, " FROM (VALUES ");
    for (size_t i = 0; i < plan->part_count; i++) {
        sql_put(s, i > 0 ? ", (" : "(");
        sql_int(s, plan->parts[i].cube);
        sql_put(s, ", ");
        sql_int(s, plan->parts[i].from);
        sql_put(s, ", ");
        sql_int(s, plan->parts[i].to);
        sql_put(s, ")");
    }
    sql_put(s, ") AS parts CROSS JOIN tallies WHERE cube = column1 AND span >= column2 AND span < "
               "column3");
    compile_tallies(s, scope, &plan->filter);
}

/* ---- how thick */

enum { SHARE_DAYS = 7, SHARE_MONTH_DAYS = 31 };

/* What rows must tell apart to answer a question for ended cases alone; -1: no cube does. */
static int apart_of_ended(const struct scope *scope, const struct filter *filter) {
    int apart = tally_apart_scope(scope);

    if (filter_openness(filter) != FILTER_ENDED_ONLY) {
        return -1;
    }
    for (size_t i = 0; apart >= 0 && i < filter->count; i++) {
        int of_term = tally_apart(&filter->terms[i]);

        apart = of_term < 0 ? -1 : apart | of_term;
    }
    return apart;
}

static int64_t day_of(int64_t us) {
    struct civil c = civil_from_us(us, 0);

    return c.year * 10000 + c.month * 100 + c.day;
}

static bool sum_part(struct store *store, struct arena *a, const struct scope *scope,
                     const struct filter *filter, struct tally_part part, int64_t *n,
                     struct err *err) {
    struct sql s = sql_make(a);

    sql_put(&s, "SELECT coalesce(sum(cases), 0) FROM tallies WHERE cube = ");
    sql_int(&s, part.cube);
    sql_put(&s, " AND span >= ");
    sql_int(&s, part.from);
    sql_put(&s, " AND span < ");
    sql_int(&s, part.to);
    compile_tallies(&s, scope, filter);
    return sql_number(store, &s, n, err);
}

bool tally_share_find(struct store *store, struct arena *a, const struct scope *scope,
                      const struct filter *filter, struct tally_share *out, struct err *err) {
    static const struct scope_grant everything = {.area = {.level = AREA_OFFICE}};
    const struct scope office = {.office = scope->office, .grants = &everything, .grant_count = 1};
    const struct filter none = {.as_of = filter->as_of};
    int apart = apart_of_ended(scope, filter);
    int64_t behind = day_of(filter->as_of + 2 * DAY_US); /* whatever the office's civil time */
    struct tally_part part = {.from = day_of(filter->as_of - SHARE_DAYS * DAY_US), .to = behind};

    *out = (struct tally_share){.cases = 0};
    part.cube = apart < 0 ? 0 : cube_of(apart, TALLY_DAYS, false);
    if (apart >= 0 && part.cube == 0) {
        part.cube = cube_of(apart, TALLY_MONTHS, false);
        part.from = day_of(filter->as_of - SHARE_MONTH_DAYS * DAY_US) / 100;
        part.to = behind / 100 + 1;
    }
    if (part.cube == 0) {
        return true;
    }
    return sum_part(store, a, scope, filter, part, &out->fits, err) &&
           sum_part(store, a, &office, &none,
                    (struct tally_part){TALLY_CHANNEL, part.from, part.to}, &out->cases, err);
}
