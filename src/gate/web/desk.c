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

static const struct {
    const char *key;
    const char *filter;
} groups[] = {
    {"not_contacted", "state:open contacted:no"},
    {"due_today", "state:open due:today"},
    {"redo", "state:open redo:yes"},
    {"night", "state:open opened:last-night"},
    {"leader", "state:open leader:yes"},
};

static bool write_group(struct desk *d, struct json_out *o, const char *key, struct str text,
                        struct err *err) {
    struct list_request request = {.order = LIST_DUE, .limit = MORNING_ITEMS};
    struct list_page page;
    struct list_total total;
    struct filter filter;

    if (!desk_filter(d, text, &filter, err) ||
        !list_count(d->view.store, d->view.rq->arena, &d->scope, &filter, &total, err) ||
        !list_cases(d->view.store, d->view.rq->arena, &d->scope, &filter, &request, &page, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_str(o, "key", str_of(key));
    json_str(o, "filter", text);
    json_int(o, "count", total.count);
    json_bool(o, "capped", total.capped);
    json_open(o, "items", '[');
    if (!case_write_items(&d->view, o, page.ids, page.count, err)) {
        return false;
    }
    json_close(o, ']');
    json_close(o, '}');
    return true;
}

static bool get_morning(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');

    write_time(&d.view, &o, "as_of", d.view.now);
    json_open(&o, "groups", '[');
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (!write_group(&d, &o, groups[i].key, str_of(groups[i].filter), err)) {
            return false;
        }
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- the board */

static const struct {
    const char *key;
    const char *filter;
} counters[] = {
    {"to_accept", "state:reported,verified"}, {"to_dispatch", "state:to_dispatch"},
    {"handling", "state:to_sign,handling"},   {"late", "state:open late:yes"},
    {"to_check", "state:to_check"},           {"to_close", "state:to_close"},
    {"verifying", "state:verifying"},         {"follow_up", "state:follow_up"},
    {"closed_today", "closed:today"},
};

static bool get_board(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');

    write_time(&d.view, &o, "as_of", d.view.now);
    json_open(&o, "counters", '[');
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        struct list_total total;
        struct filter filter;

        if (!desk_filter(&d, str_of(counters[i].filter), &filter, err) ||
            !list_count(d.view.store, rq->arena, &d.scope, &filter, &total, err)) {
            return false;
        }
        json_open(&o, NULL, '{');
        json_str(&o, "key", str_of(counters[i].key));
        json_str(&o, "filter", str_of(counters[i].filter));
        json_int(&o, "count", total.count);
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
