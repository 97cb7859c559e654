/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/window.h"

#include "base/source.h"
#include "base/time_text.h"
#include "engine/query/tally_read.h"

#include <assert.h>
#include <stdlib.h>

enum {
    MONTHS_MOST = 480, /* of an office; behind that one window holds everything */
    OPEN_MOST = 5000,  /* open cases that fit; more are not rare */
    LEAD_COST = 8,     /* a row fetched costs as much as so many entries of the wide index */
};

struct search {
    struct store *store;
    struct arena *arena;
    const struct predicate *predicate; /* as it was asked */
    struct windows *out;
    struct window asked;  /* what the terms on the time of the report leave, and the office has */
    struct window *found; /* not yet in order */
    size_t count;
    size_t room;
};

/* ---- the terms on the time of the report become a window */

static bool is_period(const struct filter_term *term) {
    return term->key == FILTER_OPENED && !term->is_not && term->value_count == 1 &&
           term->values[0].kind == FILTER_IS_RANGE;
}

bool window_is_wanted(const struct predicate *p) {
    bool is_known = tally_apart_scope(p->scope) > 0;

    for (size_t i = 0; i < p->filter->count; i++) {
        is_known = is_known || tally_apart(&p->filter->terms[i]) >= 0;
    }
    return p->driver == DRIVER_NEWEST && is_known && !p->has_words;
}

struct window window_of_periods(struct arena *a, const struct filter *filter, struct filter *rest) {
    struct filter_term *terms = arena_array(a, struct filter_term, filter->count + 1);
    struct window w = {INT64_MIN, filter_reported_before(filter)};
    size_t n = 0;

    for (size_t i = 0; i < filter->count; i++) {
        const struct filter_value *value = &filter->terms[i].values[0];

        if (!is_period(&filter->terms[i])) {
            terms[n++] = filter->terms[i];
            continue;
        }
        w.from = value->from > w.from ? value->from : w.from;
        w.from = w.from < 1 ? 1 : w.from; /* as compile_term has it */
        w.to = value->to < w.to ? value->to : w.to;
    }
    *rest = (struct filter){.terms = terms, .count = n, .as_of = filter->as_of};
    return w;
}

/* From the first report of the office to its last. */
static bool cut_to_office(struct search *s, struct err *err) {
    struct stmt *q = store_sql(s->store, SQL_QUERY_REPORTED_SPAN);

    stmt_bind_int(q, 1, s->predicate->scope->office);
    if (stmt_next(q)) {
        int64_t first = stmt_int(q, 0);
        int64_t last = stmt_int(q, 1);

        s->asked.from = first > s->asked.from ? first : s->asked.from;
        s->asked.to = last < s->asked.to ? last + 1 : s->asked.to;
    }
    return stmt_end(q, err);
}

static void add(struct search *s, int64_t from, int64_t to) {
    from = from > s->asked.from ? from : s->asked.from;
    to = to < s->asked.to ? to : s->asked.to;
    if (from >= to) {
        return;
    }
    assert(s->count < s->room);
    s->found[s->count++] = (struct window){from, to};
}

/* ---- months in which ended cases can fit */

static int64_t month_begins_at(int64_t month) { /* yyyymm, in UTC */
    struct civil c = {.year = (int)(month / 100), .month = (int)(month % 100), .day = 1};

    return us_from_civil(c, 0);
}

static int64_t month_of(int64_t us) {
    struct civil c = civil_from_us(us, 0);

    return c.year * 100 + c.month;
}

static int64_t month_behind(int64_t month) {
    return month % 100 == 12 ? month + 89 : month + 1;
}

/* "FROM (VALUES ...) AS spans": the months that are asked for, or their years. Each is a key of the
 * tallies; a range of spans would read all rows of a cube. */
static void put_spans(struct search *s, struct sql *sql, bool of_years) {
    int64_t last = month_of(s->asked.to + DAY_US);
    int64_t before = 0;

    sql_put(sql, " FROM (VALUES ");
    for (int64_t m = month_of(s->asked.from - DAY_US); m <= last; m = month_behind(m)) {
        int64_t span = of_years ? m / 100 : m;

        if (span != before) {
            sql_put(sql, before == 0 ? "(" : ", (");
            sql_int(sql, span);
            sql_put(sql, ")");
        }
        before = span;
    }
    sql_put(sql, ") AS spans");
}

/* The columns that a cube does not tell apart stand empty; said, they let its key be used. */
static void put_not_apart(struct sql *s, int apart) {
    static const struct {
        int apart;
        const char *condition;
    } columns[] = {
        {TALLY_COMMUNITY, " AND community = 0"},
        {TALLY_CLASS, " AND class = ''"},
        {TALLY_UNIT, " AND unit = 0"},
        {TALLY_CHANNEL, " AND channel = ''"},
    };

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        sql_put(s, (apart & columns[i].apart) == 0 ? columns[i].condition : "");
    }
}

/* The terms that rows of this cube answer; *asked gets what they tell apart. */
static struct filter filter_for(struct search *s, int apart, int *asked) {
    const struct filter *filter = &s->out->filter;
    struct filter_term *terms = arena_array(s->arena, struct filter_term, filter->count + 1);
    size_t n = 0;

    for (size_t i = 0; i < filter->count; i++) {
        int of_term = tally_apart(&filter->terms[i]);

        if (of_term >= 0 && (of_term & ~apart) == 0) {
            terms[n++] = filter->terms[i];
            *asked |= of_term;
        }
    }
    return (struct filter){.terms = terms, .count = n, .as_of = filter->as_of};
}

static const struct scope_grant everything = {.area = {.level = AREA_OFFICE}};

static bool has_only(const struct filter_term *term, enum filter_kind kind) {
    for (size_t i = 0; i < term->value_count; i++) {
        if (term->values[i].kind != kind) {
            return false;
        }
    }
    return !term->is_not;
}

/* What tallies do not tell apart they count: where nothing was sent back nothing fits. */
static void put_facts(struct sql *sql, const struct filter *filter) {
    for (size_t i = 0; i < filter->count; i++) {
        const struct filter_term *term = &filter->terms[i];

        if (term->key == FILTER_RETURNED && has_only(term, FILTER_IS_YES)) {
            sql_put(sql, " AND returned > 0");
        } else if (term->key == FILTER_REDO && has_only(term, FILTER_IS_YES)) {
            sql_put(sql, " AND reworked > 0");
        } else if (term->key == FILTER_RATING && has_only(term, FILTER_IS_ID)) {
            sql_put(sql, " AND rated > 0");
        } else if (term->key == FILTER_SOLVED && has_only(term, FILTER_IS_YES)) {
            sql_put(sql, " AND solved > 0");
        } else if (term->key == FILTER_SOLVED && has_only(term, FILTER_IS_NO)) {
            sql_put(sql, " AND asked > solved");
        }
    }
}

/* " ... FROM tallies WHERE ...": the rows of the cube that the question fits, where span is said
 * behind. */
static void put_rows(struct search *s, struct sql *sql, const struct tally_cube *cube) {
    const struct scope *scope = s->predicate->scope;
    struct scope office = {.office = scope->office, .grants = &everything, .grant_count = 1};
    int of_scope = tally_apart_scope(scope);
    int asked = 0;
    struct filter filter = filter_for(s, cube->apart, &asked);

    sql_put(sql, " FROM tallies WHERE cube = ");
    sql_int(sql, cube->apart);
    put_not_apart(sql, cube->apart);
    put_facts(sql, &s->out->filter);
    compile_tallies(sql, of_scope >= 0 && (of_scope & ~cube->apart) == 0 ? scope : &office,
                    &filter);
}

/* Does the cube tell something of the question that no other one tells? All of two, or one where
 * the question has no two. */
static bool is_asked(int apart, int of_question) {
    bool has_two = (of_question & (of_question - 1)) != 0;
    bool tells_two = (apart & (apart - 1)) != 0;

    return has_two ? (apart & ~of_question) == 0 && tells_two
                   : (apart & of_question) == of_question;
}

static int apart_of_question(const struct search *s) {
    int of_scope = tally_apart_scope(s->predicate->scope);
    int apart = of_scope < 0 ? 0 : of_scope;

    for (size_t i = 0; i < s->out->filter.count; i++) {
        int of_term = tally_apart(&s->out->filter.terms[i]);

        apart |= of_term < 0 ? 0 : of_term;
    }
    return apart;
}

static struct sql select_months(struct search *s) {
    struct sql sql = sql_make(s->arena);
    int of_question = apart_of_question(s);

    sql_put(&sql, "SELECT column1");
    put_spans(s, &sql, false);
    sql_put(&sql, " WHERE TRUE");
    for (size_t i = 0, told = 0; i < TALLY_CUBES; i++) {
        const struct tally_cube *cube = &tally_cubes[i];
        bool is_enough = told > 0 && (of_question & (of_question - 1)) == 0;

        if ((cube->spans & TALLY_MONTHS) == 0 || is_enough || !is_asked(cube->apart, of_question)) {
            continue;
        }
        sql_put(&sql, " AND EXISTS (SELECT 1");
        put_rows(s, &sql, cube);
        sql_put(&sql, " AND span = column1)");
        told++;
    }
    return sql;
}

static bool add_months(struct search *s, struct err *err) {
    struct sql sql = select_months(s);
    struct stmt *q = sql_open(s->store, &sql);

    while (stmt_next(q)) {
        int64_t month = stmt_int(q, 0);

        add(s, month_begins_at(month) - DAY_US, month_begins_at(month_behind(month)) + DAY_US);
    }
    return stmt_end(q, err);
}

/* ---- open cases that fit */

static bool add_open(struct search *s, bool *too_many, struct err *err) {
    struct predicate open = s->out->predicate;
    struct sql sql = sql_make(s->arena);
    struct stmt *q;
    int64_t n = 0;

    open.driver = DRIVER_OPEN;
    sql_put(&sql, "SELECT reported_at FROM ");
    compile_from(&sql, &open);
    sql_put(&sql, " LIMIT ");
    sql_int(&sql, OPEN_MOST + 1);
    q = sql_open(s->store, &sql);
    while (n <= OPEN_MOST && stmt_next(q)) {
        int64_t at = stmt_int(q, 0);

        *too_many = ++n > OPEN_MOST;
        if (!*too_many) {
            add(s, at, at + 1);
        }
    }
    return stmt_end(q, err);
}

/* ---- in order, and not too many */

static int compare_windows(const void *x, const void *y) {
    const struct window *a = x;
    const struct window *b = y;

    return (a->from > b->from) - (a->from < b->from);
}

/* Windows nearer to each other than `gap` become one. */
static size_t join(struct window *list, size_t count, int64_t gap) {
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (n > 0 && list[i].from - list[n - 1].to <= gap) {
            list[n - 1].to = list[i].to > list[n - 1].to ? list[i].to : list[n - 1].to;
        } else {
            list[n++] = list[i];
        }
    }
    return n;
}

static void give(struct search *s) {
    qsort(s->found, s->count, sizeof *s->found, compare_windows);
    s->count = join(s->found, s->count, 0);
    for (int64_t gap = DAY_US; s->count > WINDOWS_MOST; gap *= 2) {
        s->count = join(s->found, s->count, gap);
    }
    for (size_t i = 0; i < s->count; i++) {
        s->out->list[i] = s->found[i];
    }
    s->out->count = s->count;
}

/* ---- the narrowest term whose index has the order of the list */

/* How many ended cases of those years the term or the scope leaves. */
static bool count_ended(struct search *s, int apart, const struct filter_term *term,
                        const struct scope *scope, int64_t *n, struct err *err) {
    struct filter filter = {
        .terms = term, .count = term == NULL ? 0 : 1, .as_of = s->out->filter.as_of};
    struct sql sql = sql_make(s->arena);

    sql_put(&sql, "SELECT coalesce(sum(cases), 0)");
    put_spans(s, &sql, true);
    sql_put(&sql, " CROSS JOIN tallies WHERE span = column1 AND cube = ");
    sql_int(&sql, apart | TALLY_CHANNEL);
    put_not_apart(&sql, apart | TALLY_CHANNEL);
    compile_tallies(&sql, scope, &filter);
    return sql_number(s->store, &sql, n, err);
}

static bool has_one(const struct filter_term *term, enum filter_kind kind) {
    return !term->is_not && term->value_count == 1 && term->values[0].kind == kind;
}

static enum driver driver_in_order(const struct filter_term *term, int *apart) {
    *apart = tally_apart(term);
    switch (term->key) {
    case FILTER_CLASS:
        return has_one(term, FILTER_IS_CODE) ? DRIVER_CLASS : DRIVER_COUNT;
    case FILTER_UNIT:
        return has_one(term, FILTER_IS_ID) ? DRIVER_UNIT : DRIVER_COUNT;
    case FILTER_PLACE:
        return has_one(term, FILTER_IS_ID) && term->values[0].level == AREA_COMMUNITY
                   ? DRIVER_COMMUNITY
                   : DRIVER_COUNT;
    default:
        return DRIVER_COUNT;
    }
}

static bool is_one_community(const struct scope *scope) {
    return scope->grant_count == 1 && scope->unit == 0 && scope->grants[0].procedure.n == 0 &&
           scope->grants[0].area.level == AREA_COMMUNITY;
}

static bool choose_lead(struct search *s, struct err *err) {
    const struct scope *scope = s->predicate->scope;
    struct scope office = {.office = scope->office, .grants = &everything, .grant_count = 1};
    int64_t least;
    int64_t n;

    if (!count_ended(s, 0, NULL, &office, &least, err)) {
        return false;
    }
    least /= LEAD_COST;
    for (size_t i = 0; i < s->out->filter.count; i++) {
        const struct filter_term *term = &s->out->filter.terms[i];
        int apart;
        enum driver driver = driver_in_order(term, &apart);

        if (driver == DRIVER_COUNT) {
            continue;
        }
        if (!count_ended(s, apart, term, &office, &n, err)) {
            return false;
        }
        if (n < least) {
            least = n;
            s->out->predicate.driver = driver;
        }
    }
    if (is_one_community(scope)) {
        if (!count_ended(s, TALLY_COMMUNITY, NULL, scope, &n, err)) {
            return false;
        }
        s->out->predicate.driver = n < least ? DRIVER_COMMUNITY : s->out->predicate.driver;
    }
    return true;
}

bool window_find(struct store *store, struct arena *a, const struct predicate *p,
                 struct windows *out, struct err *err) {
    struct search s = {
        .store = store, .arena = a, .predicate = p, .out = out, .room = MONTHS_MOST + OPEN_MOST};
    bool too_many = false;

    assert(p->driver == DRIVER_NEWEST && !p->has_words);
    *out = (struct windows){.count = 0};
    out->predicate = *p;
    out->predicate.filter = &out->filter;
    s.asked = window_of_periods(a, p->filter, &out->filter);
    if (!cut_to_office(&s, err)) {
        return false;
    }
    if (s.asked.from >= s.asked.to) {
        return true;
    }
    s.found = arena_array(a, struct window, s.room);
    if (!add_open(&s, &too_many, err)) {
        return false;
    }
    if (too_many || (s.asked.to - s.asked.from) / (28 * DAY_US) + 3 > MONTHS_MOST) {
        s.count = 0;
        add(&s, s.asked.from, s.asked.to);
        give(&s);
        return true;
    }
    if (!add_months(&s, err)) {
        return false;
    }
    give(&s);
    return s.count == 0 || choose_lead(&s, err);
}
