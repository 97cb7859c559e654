/* SPDX-License-Identifier: Apache-2.0 */
/* Live updates for staff: GET /live says which case changed, to those who may see it. */
#include "gate/web/live.h"
#include "gate/web/service.h"
#include "town/cases/case_scope.h"

struct live_scope {
    const struct town *town;       /* held by the stream's request until it ends */
    const struct account *account;
};

bool change_fits(const void *scope, const struct live_news *news) {
    const struct live_scope *s = scope;
    const struct case_file *c = news->about;

    return c == NULL || case_scope_has(s->town, s->account, c);
}

void change_tell(struct service *s, const struct event *e) {
    int64_t id = event_int(e, "case", 0);
    struct live_news news = {.case_id = id, .event = e->number};
    struct arena *a;
    struct case_file *c;
    struct err err;
    bool found = false;

    if (id == 0 || s->live == NULL || live_count(s->live) == 0) {
        return;
    }
    a = arena_open();
    c = arena_new(a, struct case_file);
    if (case_load(door_store(installation_door(s->installation)), a, id, c, &found, &err) && found) {
        news.about = c;
        live_publish(s->live, &news);
    }
    arena_close(a);
}

static bool get_live(struct request *rq, struct err *err) {
    struct live_scope *scope = arena_new(rq->arena, struct live_scope);

    scope->town = visit_town(rq);
    scope->account = visit_account(rq);
    visit_done(rq);
    return live_answer(visit_service(rq)->live, rq, scope, err);
}

static const struct route rows[] = {
    {.method = "GET", .path = "/live", .handler = get_live, .right = RIGHT_CASES, .flags = ROUTE_STREAM,
     .produces = "text/event-stream", .summary = {"实时更新", "Live updates"}},
};

const struct route_table change_routes = ROUTE_TABLE(rows);
