/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/figures.h - how many, by what: figures of which each is the length of the list
 * behind it.
 *
 * A figure is a filter. Its value is the count of the cases that fit scope, question, group and
 * figure together, and the link that it carries (figures_filter) is that same filter as text. Rates
 * and means are quotients of figures and are null where nothing is to be divided by. Classes are
 * codes with a hyphen; what stands before it is the category.
 *
 *     on-time rate         closed in time / should be closed (closed, or open and late)
 *     DOMAIN.md 1.8
 *     solved rate          said to be solved / asked and answered
 *     first-contact rate   contacted in time / contacted, or not although the time has passed
 *
 * Memory  the given arena.  Failure  those of choose.h, E_TOO_MANY above LIMIT_FIGURE_ROWS,
 *         E_CHOICE.
 * Cost    one statement for all figures of all rows, on one index that covers it.
 */
#ifndef LINLI_ENGINE_QUERY_FIGURES_H
#define LINLI_ENGINE_QUERY_FIGURES_H

#include "engine/query/scope.h"
#include "engine/store/store.h"

enum figure {
    FIGURE_REPORTED,
    FIGURE_OPEN,
    FIGURE_LATE, /* late, open or closed */
    FIGURE_CLOSED,
    FIGURE_DECLINED,
    FIGURE_MERGED, /* goes on as part of another case, which is the one that counts as closed */
    FIGURE_CLOSED_IN_TIME,
    FIGURE_SHOULD_CLOSE,
    FIGURE_RETURNS, /* cases returned at least once */
    FIGURE_REWORKS, /* cases done over at least once */
    FIGURE_RATED,
    FIGURE_SOLVED,
    FIGURE_ASKED, /* answered whether it is solved */
    FIGURE_CONTACTED_IN_TIME,
    FIGURE_CONTACT_DUE,
    FIGURE_COUNT
};

enum figures_by {
    BY_NONE,
    BY_COMMUNITY,
    BY_CATEGORY, /* the class up to the hyphen */
    BY_CLASS,
    BY_UNIT,
    BY_CHANNEL,
    BY_MONTH, /* civil month of the report */
    BY_DAY,
    BY_COUNT
};

/* "none", "community" ...; empty is none. E_CHOICE. */
bool figures_by_parse(struct str text, enum figures_by *out, struct err *err);

struct figures_row {
    int64_t id;      /* community, unit; month yyyymm, day yyyymmdd; 0 = none of them */
    struct str code; /* category, class, channel; empty = none */
    int64_t values[FIGURE_COUNT];
    int64_t rating_sum;            /* over FIGURE_RATED */
    const struct filter_term *own; /* what the row adds to the question; NULL = nothing */
    struct str own_text;
};

struct figures {
    enum figures_by by;
    const struct filter *filter; /* the question; its as_of is that of every figure */
    const struct filter_names *names;
    const struct filter_written *texts; /* FIGURE_COUNT: the question and what each figure adds */
    int offset_minutes;                 /* of the office's civil time */
    const struct figures_row *rows;     /* by id or code; BY_NONE has exactly one */
    size_t count;
    bool capped; /* a free word of the question was looked for in the newest cases alone */
};

struct figures_question {
    const struct scope *scope;
    const struct filter *filter;
    enum figures_by by;
    const struct filter_names *names; /* only place_word and unit_word are used */
    int offset_minutes;
};

bool figures_make(struct store *store, struct arena *a, const struct figures_question *question,
                  struct figures *out, struct err *err);

/* The text that lists exactly the cases of this figure of this row, dates fixed. E_FILTER_SIZE. */
bool figures_filter(struct arena *a, const struct figures *f, const struct figures_row *row,
                    enum figure figure, struct str *text, struct err *err);

/* "reported", "on_time" ...: the member's name in the API. */
const char *figures_name(enum figure figure);

/* part / whole in ten-thousandths, rounded half up; -1 when whole is 0. */
int64_t figures_rate(int64_t part, int64_t whole);

#endif
