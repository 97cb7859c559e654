/* SPDX-License-Identifier: Apache-2.0 */
/* One's own tasks: a unit's, and those of the grids one works in. */
#include "gate/web/desk.h"

#include <stdlib.h>

enum { TASKS_MOST = 100 };

struct own_task {
    int64_t id;
    int64_t case_id;
    struct str kind;
    int64_t due_at; /* 0 = none, after all that have one */
};

/* The tasks that are due first, out of as many sources as one has. */
struct own_tasks {
    struct own_task *items; /* room for two sources */
    size_t count;
    bool is_capped; /* there were more */
};

static int by_due(const void *x, const void *y) {
    const struct own_task *a = x;
    const struct own_task *b = y;
    int64_t at_a = a->due_at > 0 ? a->due_at : INT64_MAX;
    int64_t at_b = b->due_at > 0 ? b->due_at : INT64_MAX;

    return at_a != at_b ? (at_a < at_b ? -1 : 1) : (a->id > b->id) - (a->id < b->id);
}

/* Takes in a source, itself in order and cut at TASKS_MOST + 1. */
static bool add_tasks(struct desk *d, struct stmt *q, struct own_tasks *all, struct err *err) {
    while (stmt_next(q)) {
        struct own_task *t = &all->items[all->count++];

        t->id = stmt_int(q, 0);
        t->case_id = stmt_int(q, 1);
        t->kind = stmt_text(q, 2, d->view.rq->arena);
        t->due_at = stmt_int(q, 3);
    }
    qsort(all->items, all->count, sizeof all->items[0], by_due);
    all->is_capped = all->is_capped || all->count > TASKS_MOST;
    all->count = all->count > TASKS_MOST ? TASKS_MOST : all->count;
    return stmt_end(q, err);
}

static bool add_unit_tasks(struct desk *d, int64_t unit, struct own_tasks *all, struct err *err) {
    static const char *const states[] = {"sent", "signed"};

    for (size_t i = 0; i < 2; i++) {
        struct stmt *q = store_sql(d->view.store, SQL_TASKS_OF_UNIT);

        stmt_bind_int(q, 1, d->scope.office);
        stmt_bind_int(q, 2, unit);
        stmt_bind_text(q, 3, str_of(states[i]));
        stmt_bind_int(q, 4, TASKS_MOST + 1);
        if (!add_tasks(d, q, all, err)) {
            return false;
        }
    }
    return true;
}

static bool add_grid_tasks(struct desk *d, const struct account *a, struct own_tasks *all,
                           struct err *err) {
    for (size_t i = 0; i < a->grant_count; i++) {
        if (a->grants[i].role != ROLE_GRID_WORKER) {
            continue;
        }
        for (size_t k = 0; k < d->view.town->place_count; k++) {
            const struct place *p = &d->view.town->places[k];
            struct stmt *q;

            if ((p->level != LEVEL_GRID && p->level != LEVEL_COMMUNITY) ||
                p->office != d->scope.office ||
                (a->grants[i].place != 0 &&
                 !town_is_within(d->view.town, p->id, a->grants[i].place))) {
                continue;
            }
            q = store_sql(d->view.store, SQL_TASKS_OF_GRID);
            stmt_bind_int(q, 1, d->scope.office);
            stmt_bind_int(q, 2, p->id);
            stmt_bind_int(q, 3, TASKS_MOST + 1);
            if (!add_tasks(d, q, all, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool write_task(struct desk *d, struct json_out *o, const struct own_task *t,
                       const struct case_file *c, struct err *err) {
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

static bool write_tasks(struct desk *d, struct json_out *o, const struct own_tasks *all,
                        struct err *err) {
    int64_t *ids = arena_array(d->view.rq->arena, int64_t, all->count + 1);
    const struct case_file **files;

    for (size_t i = 0; i < all->count; i++) {
        ids[i] = all->items[i].case_id;
    }
    if (!case_page(&d->view, ids, all->count, &files, err)) {
        return false;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (files[i] != NULL && !write_task(d, o, &all->items[i], files[i], err)) {
            return false;
        }
    }
    return true;
}

static bool get_tasks(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    const struct account *a = visit_account(rq);
    struct own_tasks all = {.items = arena_array(rq->arena, struct own_task, 2 * TASKS_MOST + 1)};
    struct json_out o;

    if ((a->unit > 0 && TERM_HAS(a->roles, ROLE_HANDLER) &&
         !add_unit_tasks(&d, a->unit, &all, err)) ||
        !add_grid_tasks(&d, a, &all, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "items", '[');
    if (!write_tasks(&d, &o, &all, err)) {
        return false;
    }
    json_close(&o, ']');
    json_bool(&o, "capped", all.is_capped);
    write_time(&d.view, &o, "as_of", d.view.now);
    return answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/tasks",
     .handler = get_tasks,
     .right = RIGHT_SIGNED_IN,
     .output = "Tasks",
     .summary = {"我的任务", "My tasks"}},
};

const struct route_table task_routes = ROUTE_TABLE(rows);
