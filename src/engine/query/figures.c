/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/figures.h"

#include "base/limits.h"
#include "base/source.h"
#include "engine/query/choose.h"
#include "engine/query/figures_group.h"
#include "engine/query/filter_order.h"
#include "engine/query/tally_read.h"

#include <assert.h>

/* What is known of a case when it is counted; the columns of `fact_columns` in their order. */
struct facts {
    bool is_closed;
    bool is_merged;
    bool is_open;
    bool is_late;
    int64_t returns;
    int64_t reworks;
    int64_t rating;
    int64_t solved;
    int64_t contact_due_at;
    int64_t contact_at;
    int64_t contact_as_of;
};

/* When it is asked what is late and what should have been contacted. */
struct moments {
    int64_t late;
    int64_t contact;
};

/* As the tallies count: nothing is late by the clock, every first contact is due. */
static const struct moments as_tallied = {.late = 0, .contact = INT64_MAX};

static const char fact_columns[] = ", state, late, late_after, returns, reworks, rating, solved, "
                                   "first_contact_due_at, first_contact_at";

static bool is_any(const struct facts *f) {
    (void)f;
    return true;
}

static bool is_open(const struct facts *f) {
    return f->is_open;
}

static bool is_late(const struct facts *f) {
    return f->is_late;
}

static bool is_closed(const struct facts *f) {
    return f->is_closed;
}

static bool is_declined(const struct facts *f) {
    return !f->is_open && !f->is_closed && !f->is_merged;
}

static bool is_merged(const struct facts *f) {
    return f->is_merged;
}

static bool is_closed_in_time(const struct facts *f) {
    return f->is_closed && !f->is_late;
}

static bool is_should_close(const struct facts *f) {
    return f->is_closed || (f->is_open && f->is_late);
}

static bool is_returned(const struct facts *f) {
    return f->returns > 0;
}

static bool is_reworked(const struct facts *f) {
    return f->reworks > 0;
}

static bool is_rated(const struct facts *f) {
    return f->rating > 0;
}

static bool is_solved(const struct facts *f) {
    return f->solved == 1;
}

static bool is_asked(const struct facts *f) {
    return f->solved == 1 || f->solved == 2;
}

static bool is_contacted_in_time(const struct facts *f) {
    return f->contact_at > 0 && f->contact_at <= f->contact_due_at;
}

static bool is_contact_due(const struct facts *f) {
    return f->contact_due_at > 0 && (f->contact_at > 0 || f->contact_due_at < f->contact_as_of);
}

/* Each figure twice, side by side: in the words of the filter language for its link, and for
 * counting many at once (thrice as fast as SQL). The test of 1,000 questions holds each pair equal.
 */
static const struct {
    const char *name;
    struct str filter; /* empty = all that the question asks for */
    bool (*fits)(const struct facts *f);
} figures[FIGURE_COUNT] = {
    [FIGURE_REPORTED] = {"reported", STR_INIT(""), is_any},
    [FIGURE_OPEN] = {"open", STR_INIT("state:open"), is_open},
    [FIGURE_LATE] = {"late", STR_INIT("late:yes"), is_late},
    [FIGURE_CLOSED] = {"closed", STR_INIT("state:closed"), is_closed},
    [FIGURE_DECLINED] = {"declined", STR_INIT("state:declined"), is_declined},
    [FIGURE_MERGED] = {"merged", STR_INIT("state:merged"), is_merged},
    [FIGURE_CLOSED_IN_TIME] = {"closed_in_time", STR_INIT("state:closed late:no"),
                               is_closed_in_time},
    [FIGURE_SHOULD_CLOSE] = {"should_close", STR_INIT("should-close:yes"), is_should_close},
    [FIGURE_RETURNS] = {"returns", STR_INIT("returned:yes"), is_returned},
    [FIGURE_REWORKS] = {"reworks", STR_INIT("redo:yes"), is_reworked},
    [FIGURE_RATED] = {"rated", STR_INIT("rating:yes"), is_rated},
    [FIGURE_SOLVED] = {"solved", STR_INIT("solved:yes"), is_solved},
    [FIGURE_ASKED] = {"asked", STR_INIT("solved:yes,no"), is_asked},
    [FIGURE_CONTACTED_IN_TIME] = {"contacted_in_time", STR_INIT("contacted:in-time"),
                                  is_contacted_in_time},
    [FIGURE_CONTACT_DUE] = {"contact_due", STR_INIT("contacted:in-time,late"), is_contact_due},
};

static const char *const by_names[BY_COUNT] = {
    [BY_NONE] = "none",         [BY_COMMUNITY] = "community",
    [BY_CATEGORY] = "category", [BY_CLASS] = "class",
    [BY_UNIT] = "unit",         [BY_CHANNEL] = "channel",
    [BY_MONTH] = "month",       [BY_DAY] = "day",
};

/* What the rows are gathered by; categories are cut from classes afterwards. */
static const char *const by_columns[BY_COUNT] = {
    [BY_NONE] = "0",    [BY_COMMUNITY] = "community", [BY_CATEGORY] = "class", [BY_CLASS] = "class",
    [BY_UNIT] = "unit", [BY_CHANNEL] = "channel",     [BY_MONTH] = "day/100",  [BY_DAY] = "day",
};

const char *figures_name(enum figure figure) {
    assert(figure < FIGURE_COUNT);
    return figures[figure].name;
}

bool figures_by_parse(struct str text, enum figures_by *out, struct err *err) {
    *out = BY_NONE;
    for (int i = 0; i < BY_COUNT; i++) {
        if (str_is(text, by_names[i])) {
            *out = (enum figures_by)i;
            return true;
        }
    }
    return text.n == 0 || fail3(err, E_CHOICE, "by", STR("by"), text,
                                STR("none community category class unit channel month day"));
}

int64_t figures_rate(int64_t part, int64_t whole) {
    return whole == 0 ? -1 : (part * 20000 + whole) / (2 * whole);
}

static struct str same_word(void *ctx, enum filter_key key, struct str word) {
    (void)ctx;
    (void)key;
    return word;
}

/* The question and what each figure adds to it, which the links of all rows share. */
static bool write_texts(struct arena *a, struct figures *f, struct err *err) {
    const struct filter_names names = {.find_code = same_word};
    struct filter_clock clock = {.as_of = f->filter->as_of};
    struct filter_written *texts = arena_array(a, struct filter_written, FIGURE_COUNT);

    for (int i = 0; i < FIGURE_COUNT; i++) {
        struct filter own;
        struct filter sum;

        if (!filter_parse(a, figures[i].filter, &names, clock, &own, err) ||
            !filter_and(a, f->filter, &own, &sum, err)) {
            return false;
        }
        texts[i] = filter_write_apart(a, &sum, FILTER_FIXED);
    }
    f->texts = texts;
    return true;
}

static struct facts read_facts(struct stmt *q, struct moments as_of) {
    struct str state = stmt_view(q, 1);
    int64_t late_after = stmt_int(q, 3);
    struct facts f = {.contact_as_of = as_of.contact};

    f.is_closed = str_is(state, "closed");
    f.is_merged = str_is(state, "merged");
    f.is_open = !f.is_closed && !f.is_merged && !str_is(state, "declined");
    f.is_late = stmt_int(q, 2) == 1 || (late_after > 0 && late_after < as_of.late);
    f.returns = stmt_int(q, 4);
    f.reworks = stmt_int(q, 5);
    f.rating = stmt_int(q, 6);
    f.solved = stmt_int(q, 7);
    f.contact_due_at = stmt_int(q, 8);
    f.contact_at = stmt_int(q, 9);
    return f;
}

static void add_case(struct figures_row *row, const struct facts *facts) {
    for (int i = 0; i < FIGURE_COUNT; i++) {
        row->values[i] += figures[i].fits(facts);
    }
    row->rating_sum += facts->rating;
}

/* ---- the cases, each by itself */

struct gathering {
    struct store *store;
    struct arena *arena;
    const struct figures_question *question;
    struct figures_group group;
};

static struct moments moments_of(const struct gathering *g) {
    int64_t as_of = g->question->filter->as_of;

    return (struct moments){as_of, as_of};
}

static struct sql select_facts(const struct gathering *g) {
    struct sql s = sql_make(g->arena);

    sql_put(&s, "SELECT ");
    sql_put(&s, by_columns[g->question->by]);
    sql_put(&s, fact_columns);
    sql_put(&s, " FROM ");
    return s;
}

/* A key is read as what it is: an engine would write a number as text for each row. */
static struct figures_row *row_of(struct gathering *g, struct stmt *q, struct err *err) {
    struct figures_row *row = figures_group_is_by_code(g->group.by)
                                  ? figures_group_row(&g->group, 0, stmt_view(q, 0))
                                  : figures_group_row(&g->group, stmt_int(q, 0), (struct str){0});

    if (row == NULL) {
        fail2(err, E_TOO_MANY, "by", str_of(by_names[g->question->by]), STR("5000"));
    }
    return row;
}

static bool add_cases(struct gathering *g, const struct sql *s, struct moments as_of,
                      struct err *err) {
    struct stmt *q = sql_open(g->store, s);
    bool ok = true;

    while (ok && stmt_next(q)) {
        struct facts facts = read_facts(q, as_of);
        struct figures_row *row = row_of(g, q, err);

        ok = row != NULL;
        if (ok) {
            add_case(row, &facts);
        }
    }
    return stmt_end(q, err) && ok;
}

static bool gather_cases(struct gathering *g, bool *capped, struct err *err) {
    const struct figures_question *question = g->question;
    struct predicate predicate;
    struct sql s;

    if (!choose_predicate(g->store, g->arena, question->scope, question->filter, PURPOSE_ALL,
                          &predicate, capped, err)) {
        return false;
    }
    s = select_facts(g);
    compile_from(&s, &predicate);
    return add_cases(g, &s, moments_of(g), err);
}

/* ---- from the tallies */

/* What the rows of an answer tell apart, and the widest span that still does. */
static const struct {
    const char *column;
    int apart;
    int widest;
} by_tallies[BY_COUNT] = {
    [BY_NONE] = {"0", 0, TALLY_YEARS},
    [BY_COMMUNITY] = {"community", TALLY_COMMUNITY, TALLY_YEARS},
    [BY_CATEGORY] = {"class", TALLY_CLASS, TALLY_YEARS},
    [BY_CLASS] = {"class", TALLY_CLASS, TALLY_YEARS},
    [BY_UNIT] = {"unit", TALLY_UNIT, TALLY_YEARS},
    [BY_CHANNEL] = {"channel", TALLY_CHANNEL, TALLY_YEARS},
    [BY_MONTH] = {"CASE WHEN span > 999999 THEN span/100 ELSE span END", 0, TALLY_MONTHS},
    [BY_DAY] = {"span", 0, TALLY_DAYS},
};

static const char tally_columns[] = ", state, cases, late, returned, reworked, rated, rating_sum, "
                                    "solved, asked, contacted_in_time, contact_due";

static void add_tally(struct figures_row *row, struct stmt *q) {
    struct str state = stmt_view(q, 1);
    bool is_closed = str_is(state, "closed");
    bool is_merged = str_is(state, "merged");
    bool is_open = str_is(state, "open");
    int64_t cases = stmt_int(q, 2);
    int64_t late = stmt_int(q, 3);

    row->values[FIGURE_REPORTED] += cases;
    row->values[FIGURE_OPEN] += is_open ? cases : 0;
    row->values[FIGURE_LATE] += late;
    row->values[FIGURE_CLOSED] += is_closed ? cases : 0;
    row->values[FIGURE_DECLINED] += is_closed || is_merged || is_open ? 0 : cases;
    row->values[FIGURE_MERGED] += is_merged ? cases : 0;
    row->values[FIGURE_CLOSED_IN_TIME] += is_closed ? cases - late : 0;
    row->values[FIGURE_SHOULD_CLOSE] += is_closed ? cases : is_open ? late : 0;
    row->values[FIGURE_RETURNS] += stmt_int(q, 4);
    row->values[FIGURE_REWORKS] += stmt_int(q, 5);
    row->values[FIGURE_RATED] += stmt_int(q, 6);
    row->rating_sum += stmt_int(q, 7);
    row->values[FIGURE_SOLVED] += stmt_int(q, 8);
    row->values[FIGURE_ASKED] += stmt_int(q, 9);
    row->values[FIGURE_CONTACTED_IN_TIME] += stmt_int(q, 10);
    row->values[FIGURE_CONTACT_DUE] += stmt_int(q, 11);
}

static bool add_tallies(struct gathering *g, const struct tally_plan *plan, struct err *err) {
    struct sql s = sql_make(g->arena);
    struct stmt *q;
    bool ok = true;

    sql_put(&s, "SELECT ");
    sql_put(&s, by_tallies[g->question->by].column);
    sql_put(&s, tally_columns);
    tally_plan_compile(&s, g->question->scope, plan);
    q = sql_open(g->store, &s);
    while (ok && stmt_next(q)) {
        struct figures_row *row = row_of(g, q, err);

        ok = row != NULL;
        if (ok) {
            add_tally(row, q);
        }
    }
    return stmt_end(q, err) && ok;
}

/* Cases of days that no tally holds. */
static bool add_edges(struct gathering *g, const struct tally_plan *plan, struct err *err) {
    struct predicate all = {
        .scope = g->question->scope, .filter = &plan->filter, .driver = DRIVER_NEWEST};
    bool ok = true;

    for (size_t i = 0; ok && i < plan->edge_count; i++) {
        struct sql s = select_facts(g);

        compile_from(&s, &all);
        sql_put(&s, plan->open == TALLY_OPEN_KEPT ? "" : " AND " SQL_IS_ENDED);
        sql_put(&s, " AND reported_at >= ");
        sql_int(&s, plan->edges[i].from);
        sql_put(&s, " AND reported_at < ");
        sql_int(&s, plan->edges[i].to);
        ok = add_cases(g, &s, as_tallied, err);
    }
    return ok;
}

static bool add_open(struct gathering *g, struct err *err) {
    struct predicate open = {
        .scope = g->question->scope, .filter = g->question->filter, .driver = DRIVER_OPEN};
    struct sql s = select_facts(g);

    compile_from(&s, &open);
    return add_cases(g, &s, moments_of(g), err);
}

/* The cases of an index by a deadline, on this side of the moment or beyond it. */
struct by_clock {
    enum driver driver;
    const char *condition; /* the moment follows */
    enum figure figures[2];
    int64_t change;
};

static const struct by_clock overdue = {
    DRIVER_OVERDUE, " AND late_after < ", {FIGURE_LATE, FIGURE_SHOULD_CLOSE}, 1};
static const struct by_clock not_yet_due_to_contact = {
    DRIVER_UNCONTACTED, " AND first_contact_due_at >= ", {FIGURE_CONTACT_DUE, FIGURE_COUNT}, -1};
/* Where open cases are looked at one by one. */
static const struct by_clock ended_and_not_yet_due = {DRIVER_UNCONTACTED,
                                                      " AND " SQL_IS_ENDED
                                                      " AND first_contact_due_at >= ",
                                                      {FIGURE_CONTACT_DUE, FIGURE_COUNT},
                                                      -1};

/* What the tallies, which know no clock, count otherwise than the moment that is asked about. A
 * server counts them; SQLite would sort them for it, and gives them faster one by one. */
static bool add_by_clock(struct gathering *g, const struct by_clock *what, struct err *err) {
    struct predicate cases = {
        .scope = g->question->scope, .filter = g->question->filter, .driver = what->driver};
    bool is_parted = g->question->by != BY_NONE;
    bool is_counted = !is_parted || store_is_shared(g->store);
    struct sql s = sql_make(g->arena);
    struct stmt *q;
    bool ok = true;

    sql_put(&s, "SELECT ");
    sql_put(&s, by_columns[g->question->by]);
    sql_put(&s, is_counted ? ", count(*) FROM " : ", 1 FROM ");
    compile_from(&s, &cases);
    sql_put(&s, what->condition);
    sql_int(&s, g->question->filter->as_of);
    sql_put(&s, is_parted && is_counted ? " GROUP BY 1" : "");
    q = sql_open(g->store, &s);
    while (ok && stmt_next(q)) {
        struct figures_row *row = row_of(g, q, err);

        ok = row != NULL;
        for (size_t i = 0; ok && i < 2 && what->figures[i] != FIGURE_COUNT; i++) {
            row->values[what->figures[i]] += what->change * stmt_int(q, 1);
        }
    }
    return stmt_end(q, err) && ok;
}

static bool add_what_clocks_say(struct gathering *g, enum tally_open open, struct err *err) {
    switch (open) {
    case TALLY_OPEN_NONE:
        return add_by_clock(g, &not_yet_due_to_contact, err);
    case TALLY_OPEN_LEFT:
        return add_open(g, err) && add_by_clock(g, &ended_and_not_yet_due, err);
    default:
        return add_by_clock(g, &overdue, err) && add_by_clock(g, &not_yet_due_to_contact, err);
    }
}

static bool gather(struct gathering *g, bool *capped, struct err *err) {
    const struct figures_question *question = g->question;
    struct tally_question asked = {.scope = question->scope, .filter = question->filter};
    struct tally_plan plan;
    bool can;

    asked.apart = by_tallies[question->by].apart;
    asked.widest = by_tallies[question->by].widest;
    asked.offset_minutes = question->offset_minutes;
    if (!scope_check(question->scope, err) ||
        !tally_plan_make(g->store, g->arena, &asked, &plan, &can, err)) {
        return false;
    }
    if (!can) {
        return gather_cases(g, capped, err);
    }
    return add_tallies(g, &plan, err) && add_edges(g, &plan, err) &&
           add_what_clocks_say(g, plan.open, err);
}

/* Several statements, one view of the data: a case that ends meanwhile is neither missed nor
 * counted twice. */
static bool gather_at_once(struct gathering *g, bool *capped, struct err *err) {
    struct err ignored;
    bool ok = store_snapshot(g->store, err);

    if (ok) {
        ok = gather(g, capped, err);
        ok = store_release(g->store, ok ? err : &ignored) && ok;
    }
    return ok;
}

bool figures_make(struct store *store, struct arena *a, const struct figures_question *question,
                  struct figures *out, struct err *err) {
    struct gathering g = {.store = store, .arena = a, .question = question};
    struct figures_row *rows;

    *out =
        (struct figures){.by = question->by, .filter = question->filter, .names = question->names};
    out->offset_minutes = question->offset_minutes;
    g.group = figures_group_make(a, question->by);
    if (!gather_at_once(&g, &out->capped, err)) {
        return false;
    }
    rows = figures_group_sorted(&g.group, &out->count);
    out->rows = rows;
    return write_texts(a, out, err) && figures_group_name(a, out, rows, err);
}

bool figures_filter(struct arena *a, const struct figures *f, const struct figures_row *row,
                    enum figure figure, struct str *text, struct err *err) {
    const struct filter_written *written;

    assert(figure < FIGURE_COUNT);
    written = &f->texts[figure];
    if (row->own != NULL && written->filter.count == LIMIT_FILTER_TERMS) {
        return fail(err, E_FILTER_SIZE, "filter");
    }
    *text =
        row->own == NULL ? written->text : filter_write_with(a, written, row->own, row->own_text);
    return true;
}
