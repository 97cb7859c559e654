/* SPDX-License-Identifier: Apache-2.0 */
/* What a desk looks at: the morning page and the board's counters. */
#include "gate/web/desk.h"

#include "engine/query/list.h"

#include <string.h>

enum { MORNING_ITEMS = 8 };

struct desk desk_make(struct request *rq) {
    struct desk d = {.view = case_view_make(rq)};

    d.scope = case_scope(d.view.town, rq->arena, visit_account(rq), visit_office(rq));
    return d;
}

bool desk_filter(struct desk *d, struct str text, struct filter *filter, struct err *err) {
    return case_filter(d->view.town, d->view.rq->arena, d->scope.office, text, d->view.now, filter,
                       err);
}

/* ---- the morning page, in one order */

struct counter {
    const char *key;
    const char *filter;
};

static const struct counter groups[] = {
    {"not_contacted", "state:open contacted:no"},
    {"due_today", "state:open due:today"},
    {"redo", "state:open redo:yes"},
    {"night", "state:open opened:last-night"},
    {"leader", "state:open leader:yes"},
};

enum { GROUPS = sizeof groups / sizeof groups[0] };

/* How many fit each, and the filters themselves. */
static bool count_each(struct desk *d, const struct counter *counters, size_t count,
                       struct filter *filters, struct list_total *totals, struct err *err) {
    for (size_t i = 0; i < count; i++) {
        if (!desk_filter(d, str_of(counters[i].filter), &filters[i], err)) {
            return false;
        }
    }
    return list_counts(d->view.store, d->view.rq->arena, &d->scope, filters, count, totals, err);
}

/* The first cases of all groups, read as one page. */
struct morning {
    struct filter filters[GROUPS];
    struct list_total totals[GROUPS];
    int64_t ids[GROUPS * MORNING_ITEMS];
    size_t counts[GROUPS];
    const struct case_file **files;
};

static bool read_morning(struct desk *d, struct morning *m, struct err *err) {
    struct list_request request = {.order = LIST_DUE, .limit = MORNING_ITEMS};
    size_t n = 0;

    if (!count_each(d, groups, GROUPS, m->filters, m->totals, err)) {
        return false;
    }
    for (size_t i = 0; i < GROUPS; i++) {
        struct list_page page;

        if (!list_cases(d->view.store, d->view.rq->arena, &d->scope, &m->filters[i], &request,
                        &page, err)) {
            return false;
        }
        m->counts[i] = page.count;
        for (size_t k = 0; k < page.count; k++) {
            m->ids[n++] = page.ids[k];
        }
    }
    return case_page(&d->view, m->ids, n, &m->files, err);
}

static void open_counter(struct json_out *o, const struct counter *counter,
                         const struct list_total *total) {
    json_open(o, NULL, '{');
    json_str(o, "key", str_of(counter->key));
    json_str(o, "filter", str_of(counter->filter));
    json_int(o, "count", total->count);
}

static bool get_morning(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');
    struct morning m;
    const struct case_file **file;

    if (!read_morning(&d, &m, err)) {
        return false;
    }
    file = m.files;
    write_time(&d.view, &o, "as_of", d.view.now);
    json_open(&o, "groups", '[');
    for (size_t i = 0; i < GROUPS; i++) {
        open_counter(&o, &groups[i], &m.totals[i]);
        json_bool(&o, "capped", m.totals[i].capped);
        json_open(&o, "items", '[');
        for (size_t k = 0; k < m.counts[i]; k++, file++) {
            if (*file != NULL && !case_write_item(&d.view, &o, NULL, *file, err)) {
                return false;
            }
        }
        json_close(&o, ']');
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- the board */

static const struct counter counters[] = {
    {"to_accept", "state:reported,verified"}, {"to_dispatch", "state:to_dispatch"},
    {"handling", "state:to_sign,handling"},   {"late", "state:open late:yes"},
    {"to_check", "state:to_check"},           {"to_close", "state:to_close"},
    {"verifying", "state:verifying"},         {"follow_up", "state:follow_up"},
    {"closed_today", "closed:today"},
};

enum { COUNTERS = sizeof counters / sizeof counters[0] };

static bool get_board(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');
    struct filter filters[COUNTERS];
    struct list_total totals[COUNTERS];

    if (!count_each(&d, counters, COUNTERS, filters, totals, err)) {
        return false;
    }
    write_time(&d.view, &o, "as_of", d.view.now);
    json_open(&o, "counters", '[');
    for (size_t i = 0; i < COUNTERS; i++) {
        open_counter(&o, &counters[i], &totals[i]);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/morning",
     .handler = get_morning,
     .right = RIGHT_CASES,
     .output = "Morning",
     .summary = {"早班页", "The morning page"}},
    {.method = "GET",
     .path = "/api/v1/board",
     .handler = get_board,
     .right = RIGHT_CASES,
     .output = "Board",
     .summary = {"派遣台计数", "Counters of the board"}},
};

const struct route_table desk_routes = ROUTE_TABLE(rows);
