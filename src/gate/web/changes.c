/* SPDX-License-Identifier: Apache-2.0 */
/* Live updates for staff: GET /live says which case changed, to those who may see it. */
#include "gate/web/live.h"
#include "gate/web/service.h"
#include "town/cases/case_scope.h"

struct live_scope {
    const struct town *town; /* held by the stream's request until it ends */
    const struct account *account;
};

bool change_fits(const void *scope, const struct live_news *news) {
    const struct live_scope *s = scope;
    const struct case_file *c = news->about;

    return c == NULL || case_scope_has(s->town, s->account, c);
}

/* On the hub's thread: the case as it is now. */
bool change_load(void *context, struct arena *a, int64_t case_id, const void **about) {
    struct service *s = context;
    struct store *store = installation_reader(s->installation);
    struct case_file *c = arena_new(a, struct case_file);
    struct err err;
    bool found = false;
    bool is_loaded = case_load(store, a, case_id, c, &found, &err);

    installation_return_reader(s->installation, store);
    *about = c;
    return is_loaded && found;
}

static bool is_anybody(const void *scope, const void *what) {
    (void)scope;
    (void)what;
    return true;
}

void change_tell(struct service *s, const struct event *e) {
    int64_t id = event_int(e, "case", 0);

    if (s->live == NULL || event_is(e, "day.closed/1") || event_is(e, "audit.kept/1")) {
        return; /* nobody sees anything else because of it */
    }
    if (e->office == 0) { /* places, accounts or grants changed: every scope is asked for anew */
        live_end(s->live, is_anybody, NULL);
    } else if (id != 0) {
        live_publish(s->live, id, e->number);
    }
}

static bool is_account(const void *scope, const void *what) {
    return ((const struct live_scope *)scope)->account->id == *(const int64_t *)what;
}

void change_end(struct service *s, int64_t account) {
    if (s->live != NULL) {
        live_end(s->live, is_account, &account);
    }
}

void change_password(struct service *s, int64_t account) {
    change_end(s, account);
    change_sealed(s);
}

void change_sealed(struct service *s) {
    if (s->keeper != NULL) {
        keeper_wake(s->keeper, AUDIT_JOB);
    }
}

static bool get_live(struct request *rq, struct err *err) {
    struct live_scope *scope = arena_new(rq->arena, struct live_scope);

    scope->town = visit_town(rq);
    scope->account = visit_account(rq);
    visit_done(rq);
    return live_answer(visit_service(rq)->live, rq, scope, err);
}

static const struct route rows[] = {
    {.method = "GET",
     .path = "/live",
     .handler = get_live,
     .right = RIGHT_CASES,
     .flags = ROUTE_STREAM,
     .produces = "text/event-stream",
     .summary = {"实时更新", "Live updates"}},
};

const struct route_table change_routes = ROUTE_TABLE(rows);
