/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/service.h"

#include "gate/web/quota.h"
#include "town/cases/case_scope.h"

#include <string.h>

struct held {
    struct service *service;
    const struct town *town;
    struct store *store;
};

static void give_back(void *object) {
    struct held *h = object;

    if (h->store != NULL) {
        installation_return_reader(h->service->installation, h->store);
        h->store = NULL;
    }
    if (h->town != NULL) {
        installation_release(h->service->installation, h->town);
        h->town = NULL;
    }
}

/* What a request holds hangs on rq->session, which the gatekeeper sets for every request before its
 * handler. */
struct presence {
    struct visitor visitor;
    struct held held;
    int64_t office; /* that the request turned out to be about, 0 = not said */
};

static struct presence *presence_of(struct request *rq) {
    if (rq->session == NULL) {
        struct presence *p = arena_new(rq->arena, struct presence);

        p->held.service = rq->app;
        rq->session = p;
        arena_on_close(rq->arena, give_back, &p->held);
    }
    return rq->session;
}

struct service *visit_service(const struct request *rq) {
    return rq->app;
}

const struct town *visit_town(struct request *rq) {
    struct held *h = &presence_of(rq)->held;

    if (h->town == NULL) {
        h->town = installation_town(h->service->installation);
    }
    return h->town;
}

struct store *visit_store(struct request *rq) {
    struct held *h = &presence_of(rq)->held;

    if (h->store == NULL) {
        h->store = installation_reader(h->service->installation);
    }
    return h->store;
}

void visit_done(struct request *rq) {
    struct held *h = &presence_of(rq)->held;

    if (h->store != NULL) {
        installation_return_reader(h->service->installation, h->store);
        h->store = NULL;
    }
}

const struct account *visit_account(const struct request *rq) {
    const struct presence *p = rq->session;

    return p == NULL ? NULL : p->visitor.account;
}

const struct session *visit_session(const struct request *rq) {
    const struct presence *p = rq->session;

    return p == NULL || p->visitor.account == NULL ? NULL : &p->visitor.session;
}

int64_t visit_office(const struct request *rq) {
    const struct presence *p = rq->session;
    const struct account *a = visit_account(rq);

    return p != NULL && p->office > 0 ? p->office
           : a != NULL                ? a->office
                                      : visit_service(rq)->office;
}

void visit_turn_to(struct request *rq, int64_t office) {
    presence_of(rq)->office = office;
}

struct actor visit_actor(struct request *rq) {
    const struct account *a = visit_account(rq);

    return (struct actor){
        .account = a == NULL ? ACTOR_RESIDENT : a->id, .person = a, .language = rq->language};
}

bool visit_command(struct request *rq, const struct command_row *row, const struct actor *actor,
                   const void *input, struct command *c, struct err *err) {
    struct service *s = visit_service(rq);
    struct str key = request_header(rq, "Idempotency-Key");

    if (str_characters(key) > 80) {
        return fail2(err, E_TOO_LONG, "Idempotency-Key", STR("Idempotency-Key"), STR("80"));
    }
    visit_done(rq);
    *c = (struct command){
        .row = row,
        .actor = *actor,
        .office = visit_office(rq),
        .client_id = key,
        .about = arena_format(rq->arena, " %.*s %.*s\n", STR_ARG(rq->verb), STR_ARG(rq->path)),
        .body = rq->body,
        .input = input};
    return door_submit(installation_door(s->installation), c, err);
}

bool visit_may_see(struct request *rq, const struct case_file *c, struct err *err) {
    const struct account *a = visit_account(rq);

    if (a != NULL && case_scope_has(visit_town(rq), a, c)) {
        return true;
    }
    return fail1(err, E_NOT_FOUND, "", arena_format(rq->arena, "%lld", (long long)c->id));
}

/* ---- the gatekeeper */

static bool find_visitor(struct request *rq, struct visitor *v, struct err *err) {
    struct service *s = visit_service(rq);
    struct str cookie = request_cookie(rq, "linli_session");

    if (cookie.n == 0) {
        return fail(err, E_SIGN_IN, "");
    }
    if (!sign_in_find(s->installation, rq->arena, cookie, &v->session, err)) {
        return false;
    }
    v->account = town_account(visit_town(rq), v->session.account);
    if (v->account == NULL || !v->account->active) {
        v->account = NULL;
        return fail(err, E_SIGN_IN, "");
    }
    return true;
}

static bool check_csrf(const struct request *rq, const struct visitor *v, struct err *err) {
    if (rq->method == METHOD_GET || rq->method == METHOD_HEAD) {
        return true;
    }
    return str_eq(request_header(rq, "X-CSRF-Token"), v->session.csrf) || fail(err, E_CSRF, "");
}

static bool check_quota(struct request *rq, const struct route *route, struct err *err) {
    struct service *s = visit_service(rq);
    struct source *source = installation_source(s->installation);
    int64_t address;

    if (route->per_minute == 0 || s->quota == NULL) {
        return true;
    }
    address = quota_address(rq->client, route->index);
    return address == 0 ||
           quota_take(s->quota, address, route->per_minute, source->now_us(source), err);
}

bool service_gatekeeper(struct request *rq, const struct route *route, struct err *err) {
    struct presence *p = presence_of(rq);

    if (!check_quota(rq, route, err)) {
        return false;
    }
    if (route->right == RIGHT_NONE) {
        return true;
    }
    if (!find_visitor(rq, &p->visitor, err)) {
        return false;
    }
    if (request_header(rq, "Accept-Language").n == 0) {
        rq->language = p->visitor.account->language;
    }
    if (!check_csrf(rq, &p->visitor, err)) {
        return false;
    }
    if (p->visitor.session.must_change_password &&
        !str_starts(str_of(route->path), STR("/api/v1/session"))) {
        return fail(err, E_MUST_CHANGE, "");
    }
    return access_may(p->visitor.account, (enum right)route->right) ||
           fail2(err, E_FORBIDDEN, "", access_right_name((enum right)route->right, rq->language),
                 term_names(rq->arena, TERMS_ROLE, access_right_roles((enum right)route->right),
                            rq->language));
}

const char *service_right_name(int right) {
    return access_right_code((enum right)right).p;
}
