/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/figures.h"

#include "base/limits.h"
#include "base/source.h"
#include "engine/query/choose.h"
#include "engine/query/figures_group.h"

#include <assert.h>

/* Each figure in the words of the filter language; empty = all that the question asks for. */
static const struct {
    const char *name;
    struct str filter;
} figures[FIGURE_COUNT] = {
    [FIGURE_REPORTED] = {"reported", STR_INIT("")},
    [FIGURE_OPEN] = {"open", STR_INIT("state:open")},
    [FIGURE_LATE] = {"late", STR_INIT("late:yes")},
    [FIGURE_CLOSED] = {"closed", STR_INIT("state:closed")},
    [FIGURE_DECLINED] = {"declined", STR_INIT("state:declined")},
    [FIGURE_CLOSED_IN_TIME] = {"closed_in_time", STR_INIT("state:closed late:no")},
    [FIGURE_SHOULD_CLOSE] = {"should_close", STR_INIT("should-close:yes")},
    [FIGURE_RETURNS] = {"returns", STR_INIT("returned:yes")},
    [FIGURE_REWORKS] = {"reworks", STR_INIT("redo:yes")},
    [FIGURE_RATED] = {"rated", STR_INIT("rating:yes")},
    [FIGURE_SOLVED] = {"solved", STR_INIT("solved:yes")},
    [FIGURE_ASKED] = {"asked", STR_INIT("solved:yes,no")},
    [FIGURE_CONTACTED_IN_TIME] = {"contacted_in_time", STR_INIT("contacted:in-time")},
    [FIGURE_CONTACT_DUE] = {"contact_due", STR_INIT("contacted:in-time,late")},
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

/* The filter of a figure alone. */
static bool read_figure(struct arena *a, enum figure figure, int64_t as_of, struct filter *out,
                        struct err *err) {
    const struct filter_names names = {.find_code = same_word};

    return filter_parse(a, figures[figure].filter, &names, (struct filter_clock){.as_of = as_of},
                        out, err);
}

/* All figures of one case as bits, figure n in bit n. */
static bool put_bits(struct sql *s, struct arena *a, int64_t as_of, struct err *err) {
    struct filter filter;

    for (int i = 0; i < FIGURE_COUNT; i++) {
        if (!read_figure(a, (enum figure)i, as_of, &filter, err)) {
            return false;
        }
        sql_put(s, i > 0 ? "+(" : "(");
        compile_terms(s, &filter);
        sql_put(s, arena_format(a, ")*%d", 1 << i).p);
    }
    return true;
}

static void add_row(struct figures_row *row, int64_t bits, int64_t rating) {
    for (int i = 0; i < FIGURE_COUNT; i++) {
        row->values[i] += bits >> i & 1;
    }
    row->rating_sum += rating;
}

bool figures_make(struct store *store, struct arena *a, const struct figures_question *question,
                  struct figures *out, struct err *err) {
    struct sql s = sql_make(a);
    struct figures_group group = figures_group_make(a, question->by);
    struct predicate predicate;
    struct stmt *q;
    bool fits = true;

    *out =
        (struct figures){.by = question->by, .filter = question->filter, .names = question->names};
    out->offset_minutes = question->offset_minutes;
    if (!choose_predicate(store, a, question->scope, question->filter, PURPOSE_ALL, &predicate,
                          &out->capped, err)) {
        return false;
    }
    sql_put(&s, "SELECT ");
    sql_put(&s, by_columns[question->by]);
    sql_put(&s, ", rating, ");
    if (!put_bits(&s, a, question->filter->as_of, err)) {
        return false;
    }
    sql_put(&s, " FROM ");
    compile_from(&s, &predicate);
    q = sql_open(store, &s);
    while (fits && stmt_next(q)) {
        struct figures_row *row = figures_group_row(&group, stmt_int(q, 0), stmt_view(q, 0));

        fits = row != NULL;
        if (fits) {
            add_row(row, stmt_int(q, 2), stmt_int(q, 1));
        }
    }
    if (!stmt_end(q, err)) {
        return false;
    }
    if (!fits) {
        return fail2(err, E_TOO_MANY, "by", str_of(by_names[question->by]), STR("5000"));
    }
    out->rows = figures_group_sorted(&group, &out->count);
    return true;
}

bool figures_filter(struct arena *a, const struct figures *f, const struct figures_row *row,
                    enum figure figure, struct str *text, struct err *err) {
    struct filter own;
    struct filter of_group;
    struct filter sum;

    if (!read_figure(a, figure, f->filter->as_of, &own, err) ||
        !figures_group_filter(a, f, row, &of_group, err) ||
        !filter_and(a, f->filter, &of_group, &sum, err) || !filter_and(a, &sum, &own, &sum, err)) {
        return false;
    }
    *text = filter_write(a, &sum, FILTER_FIXED);
    return true;
}
