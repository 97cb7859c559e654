/* SPDX-License-Identifier: Apache-2.0 */
/* What a desk looks at: the morning page, the board's counters and points, figures, one's own tasks. */
#include "gate/web/case_json.h"

#include "engine/query/figures.h"
#include "engine/query/list.h"
#include "town/cases/case_scope.h"

#include <string.h>

enum { MORNING_ITEMS = 8, POINTS_MOST = 2000, TASKS_MOST = 100 };

struct desk {
    struct case_view view;
    struct scope scope;
};

static struct desk desk_of(struct request *rq) {
    struct desk d = {.view = case_view_make(rq)};

    d.scope = case_scope(d.view.town, rq->arena, visit_account(rq), visit_service(rq)->office);
    return d;
}

static bool parse(struct desk *d, struct str text, struct filter *filter, struct err *err) {
    return case_filter(d->view.town, d->view.rq->arena, d->scope.office, text, d->view.now, filter, err);
}

/* ---- the morning page, in one order */

static const struct {
    const char *key;
    const char *filter;
} groups[] = {
    {"not_contacted", "state:open contacted:no procedure:order,request"},
    {"due_today", "state:open due:today"},
    {"redo", "state:open redo:yes"},
    {"night", "state:open night:yes opened:last-2-days"},
    {"leader", "state:open leader:yes"},
};

static bool write_group(struct desk *d, struct json_out *o, const char *key, struct str text, struct err *err) {
    struct list_request request = {.order = LIST_DUE, .limit = MORNING_ITEMS};
    struct list_page page;
    struct list_total total;
    struct filter filter;

    if (!parse(d, text, &filter, err) || !list_count(d->view.store, d->view.rq->arena, &d->scope, &filter, &total, err) ||
        !list_cases(d->view.store, d->view.rq->arena, &d->scope, &filter, &request, &page, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_str(o, "key", str_of(key));
    json_str(o, "filter", text);
    json_int(o, "count", total.count);
    json_bool(o, "capped", total.capped);
    json_open(o, "items", '[');
    for (size_t i = 0; i < page.count; i++) {
        if (!case_write_item_id(&d->view, o, NULL, page.ids[i], err)) {
            return false;
        }
    }
    json_close(o, ']');
    json_close(o, '}');
    return true;
}

static bool get_morning(struct request *rq, struct err *err) {
    struct desk d = desk_of(rq);
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
    {"to_accept", "state:reported,verified"}, {"to_dispatch", "state:to_dispatch"}, {"handling", "state:to_sign,handling"},
    {"late", "state:open late:yes"},          {"to_check", "state:to_check"},       {"to_close", "state:to_close"},
    {"verifying", "state:verifying"},         {"follow_up", "state:follow_up"},     {"closed_today", "closed:today"},
};

static bool get_board(struct request *rq, struct err *err) {
    struct desk d = desk_of(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');

    write_time(&d.view, &o, "as_of", d.view.now);
    json_open(&o, "counters", '[');
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        struct list_total total;
        struct filter filter;

        if (!parse(&d, str_of(counters[i].filter), &filter, err) ||
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

static void write_point(struct desk *d, struct json_out *o, const struct case_file *c) {
    json_open(o, NULL, '{');
    json_int(o, "id", c->id);
    json_fixed(o, "lat", c->wgs84_lat, 7);
    json_fixed(o, "lon", c->wgs84_lon, 7);
    json_str(o, "state", term_code(TERMS_STATE, (int)c->state));
    json_bool(o, "late", c->late != 0 || (c->late_after > 0 && c->late_after < d->view.now));
    write_time(&d->view, o, "due", c->next_due_at);
    json_close(o, '}');
}

static bool load_row(struct desk *d, int64_t id, struct case_file *c, struct err *err) {
    struct stmt *q = store_sql(d->view.store, SQL_CASE_FETCH);

    stmt_bind_int(q, 1, id);
    if (stmt_next(q)) {
        case_read_row(q, d->view.rq->arena, c);
    }
    return stmt_end(q, err);
}

/* The same cases as the list, page by page, up to as many as a map can show. */
static bool get_points(struct request *rq, struct err *err) {
    struct desk d = desk_of(rq);
    struct list_request request = {.order = LIST_DUE, .limit = LIMIT_PAGE_ITEMS};
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct json_out o = answer_json_begin(rq, 200, '{');
    struct filter filter;
    int64_t without = 0;
    int64_t count = 0;
    bool more = true;

    if (!parse(&d, query_str(rq, "filter"), &filter, err)) {
        return false;
    }
    json_open(&o, "points", '[');
    while (more && count < POINTS_MOST) {
        struct list_page page;

        if (!list_cases(d.view.store, rq->arena, &d.scope, &filter, &request, &page, err)) {
            return false;
        }
        for (size_t i = 0; i < page.count; i++) {
            if (!load_row(&d, page.ids[i], c, err)) {
                return false;
            }
            if (c->cell > 0) {
                write_point(&d, &o, c);
            }
            without += c->cell == 0;
        }
        count += (int64_t)page.count;
        request.cursor = page.next;
        more = page.next.n > 0;
    }
    json_close(&o, ']');
    json_int(&o, "without_point", without);
    json_bool(&o, "capped", more);
    write_time(&d.view, &o, "as_of", d.view.now);
    return answer_json_end(rq, &o, err);
}

/* ---- figures: every value with the filter that lists exactly its cases */

static struct str row_name(const struct desk *d, enum figures_by by, const struct figures_row *row) {
    enum language language = d->view.rq->language;
    const struct catalogue_category *category;

    switch (by) {
    case BY_COMMUNITY:
        return row->id == 0 ? STR("-") : view_place_name(&d->view, row->id);
    case BY_UNIT:
        return row->id == 0 ? STR("-") : view_unit_name(&d->view, row->id);
    case BY_CATEGORY:
        category = catalogue_category(d->view.catalogue, row->code);
        return category == NULL ? STR("-") : category->name[language];
    case BY_CLASS:
        return row->code.n == 0 ? STR("-") : view_class_name(&d->view, row->code);
    case BY_CHANNEL:
        return term_name(TERMS_CHANNEL, term_find(TERMS_CHANNEL, row->code), language);
    case BY_MONTH:
        return arena_format(d->view.rq->arena, "%04d-%02d", (int)(row->id / 100), (int)(row->id % 100));
    case BY_DAY:
        return arena_format(d->view.rq->arena, "%04d-%02d-%02d", (int)(row->id / 10000), (int)(row->id / 100 % 100), (int)(row->id % 100));
    default:
        return (struct str){0};
    }
}

static bool write_value(struct desk *d, struct json_out *o, const struct figures *f, const struct figures_row *row,
                        enum figure figure, struct err *err) {
    struct str text;

    if (!figures_filter(d->view.rq->arena, f, row, figure, &text, err)) {
        return false;
    }
    json_open(o, figures_name(figure), '{');
    json_int(o, "value", row->values[figure]);
    json_str(o, "filter", text);
    json_close(o, '}');
    return true;
}

/* A rate as a part of one with four decimals, null where nothing is to be divided by; opens the cases of its base. */
static bool write_rate(struct desk *d, struct json_out *o, const char *name, const struct figures *f, const struct figures_row *row,
                       enum figure part, enum figure whole, struct err *err) {
    int64_t rate = figures_rate(row->values[part], row->values[whole]);
    struct str part_text;
    struct str whole_text;

    if (!figures_filter(d->view.rq->arena, f, row, part, &part_text, err) ||
        !figures_filter(d->view.rq->arena, f, row, whole, &whole_text, err)) {
        return false;
    }
    json_open(o, name, '{');
    if (rate < 0) {
        json_none(o, "value");
    } else {
        json_fixed(o, "value", rate, 4);
    }
    json_str(o, "filter", whole_text);
    json_int(o, "part", row->values[part]);
    json_str(o, "part_filter", part_text);
    json_int(o, "whole", row->values[whole]);
    json_close(o, '}');
    return true;
}

static bool write_mean(struct desk *d, struct json_out *o, const struct figures *f, const struct figures_row *row, struct err *err) {
    int64_t rated = row->values[FIGURE_RATED];
    struct str text;

    if (!figures_filter(d->view.rq->arena, f, row, FIGURE_RATED, &text, err)) {
        return false;
    }
    json_open(o, "rating_mean", '{');
    if (rated == 0) {
        json_none(o, "value");
    } else {
        json_fixed(o, "value", (row->rating_sum * 200 + rated) / (2 * rated), 2);
    }
    json_str(o, "filter", text);
    json_close(o, '}');
    return true;
}

static bool write_row(struct desk *d, struct json_out *o, const struct figures *f, const struct figures_row *row, struct err *err) {
    static const enum figure plain[] = {FIGURE_REPORTED, FIGURE_OPEN, FIGURE_LATE, FIGURE_CLOSED, FIGURE_DECLINED, FIGURE_RETURNS, FIGURE_REWORKS, FIGURE_RATED};
    struct str text;

    if (!figures_filter(d->view.rq->arena, f, row, FIGURE_REPORTED, &text, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_str(o, "key", row->code.n > 0 ? row->code : arena_format(d->view.rq->arena, "%lld", (long long)row->id));
    json_str(o, "name", row_name(d, f->by, row));
    json_str(o, "filter", text);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        json_int(o, figures_name(plain[i]), row->values[plain[i]]);
    }
    json_open(o, "figures", '{');
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (!write_value(d, o, f, row, plain[i], err)) {
            return false;
        }
    }
    if (!write_rate(d, o, "on_time_rate", f, row, FIGURE_CLOSED_IN_TIME, FIGURE_SHOULD_CLOSE, err) ||
        !write_rate(d, o, "solved_rate", f, row, FIGURE_SOLVED, FIGURE_ASKED, err) ||
        !write_rate(d, o, "contact_rate", f, row, FIGURE_CONTACTED_IN_TIME, FIGURE_CONTACT_DUE, err) || !write_mean(d, o, f, row, err)) {
        return false;
    }
    json_close(o, '}');
    json_close(o, '}');
    return true;
}

static bool get_figures(struct request *rq, struct err *err) {
    struct desk d = desk_of(rq);
    struct filter_names names = case_filter_names(d.view.town, rq->arena, d.scope.office);
    const struct office *office = town_office(d.view.town, d.scope.office);
    struct figures_question question = {.scope = &d.scope, .names = &names, .offset_minutes = office->offset_minutes};
    struct figures f;
    struct filter filter;
    struct json_out o;

    if (!parse(&d, query_str(rq, "filter"), &filter, err) || !figures_by_parse(query_str(rq, "by"), &question.by, err)) {
        return false;
    }
    question.filter = &filter;
    if (!figures_make(d.view.store, rq->arena, &question, &f, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    write_time(&d.view, &o, "as_of", d.view.now);
    json_str(&o, "filter", filter_write(rq->arena, &filter, FILTER_FIXED));
    json_bool(&o, "capped", f.capped);
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < f.count; i++) {
        if (!write_row(&d, &o, &f, &f.rows[i], err)) {
            return false;
        }
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- one's own tasks: a unit's, and those of the grids one works in */

struct own_task {
    int64_t id;
    int64_t case_id;
    struct str kind;
    int64_t due_at;
};

static bool add_tasks(struct desk *d, struct stmt *q, struct own_task *list, size_t *count, struct err *err) {
    while (*count < TASKS_MOST && stmt_next(q)) {
        struct own_task *t = &list[(*count)++];

        t->id = stmt_int(q, 0);
        t->case_id = stmt_int(q, 1);
        t->kind = stmt_text(q, 2, d->view.rq->arena);
        t->due_at = stmt_int(q, 3);
    }
    return stmt_end(q, err);
}

static bool add_unit_tasks(struct desk *d, int64_t unit, struct own_task *list, size_t *count, struct err *err) {
    static const char *const states[] = {"sent", "signed"};

    for (size_t i = 0; i < 2; i++) {
        struct stmt *q = store_sql(d->view.store, SQL_TASKS_OF_UNIT);

        stmt_bind_int(q, 1, d->scope.office);
        stmt_bind_int(q, 2, unit);
        stmt_bind_text(q, 3, str_of(states[i]));
        stmt_bind_int(q, 4, TASKS_MOST);
        if (!add_tasks(d, q, list, count, err)) {
            return false;
        }
    }
    return true;
}

static bool add_grid_tasks(struct desk *d, const struct account *a, struct own_task *list, size_t *count, struct err *err) {
    for (size_t i = 0; i < a->grant_count; i++) {
        if (a->grants[i].role != ROLE_GRID_WORKER) {
            continue;
        }
        for (size_t k = 0; k < d->view.town->place_count; k++) {
            const struct place *p = &d->view.town->places[k];
            struct stmt *q;

            if ((p->level != LEVEL_GRID && p->level != LEVEL_COMMUNITY) || p->office != d->scope.office ||
                (a->grants[i].place != 0 && !town_is_within(d->view.town, p->id, a->grants[i].place))) {
                continue;
            }
            q = store_sql(d->view.store, SQL_TASKS_OF_GRID);
            stmt_bind_int(q, 1, d->scope.office);
            stmt_bind_int(q, 2, p->id);
            stmt_bind_int(q, 3, TASKS_MOST);
            if (!add_tasks(d, q, list, count, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool write_task(struct desk *d, struct json_out *o, const struct own_task *t, struct err *err) {
    struct case_file *c = arena_new(d->view.rq->arena, struct case_file);

    if (!load_row(d, t->case_id, c, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    if (!case_write_members(&d->view, o, c, err)) {
        return false;
    }
    json_int(o, "voices", c->voices);
    json_open(o, "task", '{');
    json_int(o, "id", t->id);
    json_str(o, "kind", str_is(t->kind, "lead") ? STR("handle") : t->kind);
    write_time(&d->view, o, "due_at", t->due_at);
    json_close(o, '}');
    json_close(o, '}');
    return true;
}

static bool get_tasks(struct request *rq, struct err *err) {
    struct desk d = desk_of(rq);
    const struct account *a = visit_account(rq);
    struct own_task *list = arena_array(rq->arena, struct own_task, TASKS_MOST);
    struct json_out o;
    size_t count = 0;

    if ((a->unit > 0 && TERM_HAS(a->roles, ROLE_HANDLER) && !add_unit_tasks(&d, a->unit, list, &count, err)) ||
        !add_grid_tasks(&d, a, list, &count, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "items", '[');
    for (size_t i = 0; i < count; i++) {
        if (!write_task(&d, &o, &list[i], err)) {
            return false;
        }
    }
    json_close(&o, ']');
    write_time(&d.view, &o, "as_of", d.view.now);
    return answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct field_row filter_query[] = {{.name = "filter", .kind = FIELD_TEXT, .max = 2000}, {0}};
static const struct field_row figures_query[] = {
    {.name = "filter", .kind = FIELD_TEXT, .max = 2000},
    {.name = "by", .kind = FIELD_CHOICE, .choices = "none|community|category|class|unit|channel|month|day"},
    {0}};

static const struct route rows[] = {
    {.method = "GET", .path = "/api/v1/morning", .handler = get_morning, .right = RIGHT_CASES, .output = "Morning",
     .summary = {"早班页", "The morning page"}},
    {.method = "GET", .path = "/api/v1/board", .handler = get_board, .right = RIGHT_CASES, .output = "Board",
     .summary = {"派遣台计数", "Counters of the board"}},
    {.method = "GET", .path = "/api/v1/cases/points", .handler = get_points, .right = RIGHT_CASES, .query = filter_query,
     .output = "Points", .summary = {"地图上的点", "Points on the map"}},
    {.method = "GET", .path = "/api/v1/figures", .handler = get_figures, .right = RIGHT_FIGURES, .query = figures_query,
     .output = "Figures", .summary = {"指标，每个数都能点开", "Figures, each of which opens its cases"}},
    {.method = "GET", .path = "/api/v1/tasks", .handler = get_tasks, .right = RIGHT_SIGNED_IN, .output = "Tasks",
     .summary = {"我的任务", "My tasks"}},
};

const struct route_table desk_routes = ROUTE_TABLE(rows);
