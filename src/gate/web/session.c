/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in and out: /api/v1/session. */
#include "base/limits.h"
#include "gate/web/quota.h"
#include "gate/web/service.h"

#include <string.h>

enum { COOKIE_AGE_S = SESSION_HOURS * 3600 };

static void write_rights(struct json_out *o, const struct account *a) {
    json_open(o, "rights", '[');
    for (int right = RIGHT_SIGNED_IN; right < RIGHT_COUNT; right++) {
        if (access_may(a, (enum right)right)) {
            json_str(o, NULL, access_right_code((enum right)right));
        }
    }
    json_close(o, ']');
}

static void write_account(struct json_out *o, const struct town *t, const struct account *a,
                          bool must_change, enum language language) {
    const struct unit *u = town_unit(t, a->unit);

    json_open(o, "account", '{');
    json_int(o, "id", a->id);
    json_str(o, "name", a->name);
    json_str(o, "login", a->login);
    if (u != NULL) {
        json_open(o, "unit", '{');
        json_int(o, "id", u->id);
        json_str(o, "name", u->name[language]);
        json_close(o, '}');
    }
    json_open(o, "roles", '[');
    for (int role = 1; role < ROLE_COUNT; role++) {
        if (TERM_HAS(a->roles, role)) {
            json_str(o, NULL, term_code(TERMS_ROLE, role));
        }
    }
    json_close(o, ']');
    write_rights(o, a);
    json_str(o, "language", a->language == LANGUAGE_EN ? STR("en") : STR("zh"));
    json_bool(o, "must_change_password", must_change);
    json_close(o, '}');
}

/* The others of the installation, to which a case may be handed over. */
static void write_offices(struct json_out *o, const struct town *t, const struct office *own,
                          enum language language) {
    json_open(o, "offices", '[');
    for (size_t i = 0; i < t->office_count; i++) {
        if (t->offices[i].id != own->id) {
            json_open(o, NULL, '{');
            json_str(o, "code", t->offices[i].code);
            json_str(o, "name", t->offices[i].name[language]);
            json_close(o, '}');
        }
    }
    json_close(o, ']');
}

static bool answer_session(struct request *rq, const struct account *a,
                           const struct session *session, struct err *err) {
    const struct town *t = visit_town(rq);
    const struct office *office = town_office(t, a->office);
    struct json_out o = answer_json_begin(rq, 200, '{');

    write_account(&o, t, a, session->must_change_password, a->language);
    json_str(&o, "csrf", session->csrf);
    json_open(&o, "office", '{');
    json_str(&o, "code", office->code);
    json_str(&o, "name", office->name[a->language]);
    json_str(&o, "short", office->code);
    json_str(&o, "telephone", office->telephone);
    json_close(&o, '}');
    write_offices(&o, t, office, a->language);
    return answer_json_end(rq, &o, err);
}

/* What its address may do in a minute is counted for sign-ins that fail: a whole office sits behind
 * one address, and all of it comes at half past eight. */
static void count_not(struct request *rq) {
    struct service *s = visit_service(rq);
    int64_t address = quota_address(rq->client, rq->route->index);

    if (s->quota != NULL && address > 0) {
        quota_give(s->quota, address, rq->route->per_minute);
    }
}

static bool post_session(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);
    struct session session = {0};
    struct str cookie;
    const struct account *a;

    if (!sign_in(s->installation, rq->arena, input_str(rq, "login"), input_str(rq, "password"),
                 &cookie, &session, err)) {
        return false;
    }
    count_not(rq);
    a = town_account(visit_town(rq), session.account);
    if (a == NULL) {
        return fail(err, E_SIGN_IN, "");
    }
    answer_cookie(rq, "linli_session", cookie, COOKIE_AGE_S);
    return answer_session(rq, a, &session, err);
}

static bool get_session(struct request *rq, struct err *err) {
    return answer_session(rq, visit_account(rq), visit_session(rq), err);
}

static bool patch_session(struct request *rq, struct err *err) {
    struct account_speak change = {
        .id = visit_account(rq)->id,
        .language = str_is(input_str(rq, "language"), "en") ? LANGUAGE_EN : LANGUAGE_ZH};
    struct command c = {
        .row = &account_speak, .actor = visit_actor(rq), .office = 0, .input = &change};
    struct account changed =
        *visit_account(rq); /* the request still holds the town before the change */

    changed.language = change.language;
    visit_done(rq);
    return door_submit(installation_door(visit_service(rq)->installation), &c, err) &&
           answer_session(rq, &changed, visit_session(rq), err);
}

static bool delete_session(struct request *rq, struct err *err) {
    if (!sign_out(visit_service(rq)->installation, request_cookie(rq, "linli_session"), err)) {
        return false;
    }
    change_end(visit_service(rq), visit_account(rq)->id);
    answer_cookie(rq, "linli_session", STR("-"), 0);
    return answer_none(rq, 204);
}

static bool post_password(struct request *rq, struct err *err) {
    const struct account *a = visit_account(rq);
    const struct password_change change = {.account = a->id,
                                           .login = a->login,
                                           .cookie = request_cookie(rq, "linli_session"),
                                           .old = input_str(rq, "old"),
                                           .new_one = input_str(rq, "new")};

    if (!password_change(visit_service(rq)->installation, rq->arena, &change, err)) {
        return false;
    }
    change_password(visit_service(rq), a->id);
    return answer_none(rq, 204);
}

static const struct field_row sign_in_input[] = {
    {.name = "login", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 60},
    {.name = "password", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 200},
    {0}};

static const struct field_row password_input[] = {
    {.name = "old", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 200},
    {.name = "new", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 200},
    {0}};

static const struct field_row language_input[] = {
    {.name = "language", .kind = FIELD_CHOICE, .flags = FIELD_REQUIRED, .choices = "zh|en"}, {0}};

static const struct route rows[] = {
    {.method = "POST",
     .path = "/api/v1/session",
     .handler = post_session,
     .right = RIGHT_NONE,
     .per_minute = LIMIT_SIGN_IN_FAILURES,
     .input = sign_in_input,
     .output = "Session",
     .summary = {"登录", "Sign in"}},
    {.method = "GET",
     .path = "/api/v1/session",
     .handler = get_session,
     .right = RIGHT_SIGNED_IN,
     .output = "Session",
     .summary = {"当前登录", "Who is signed in"}},
    {.method = "PATCH",
     .path = "/api/v1/session",
     .handler = patch_session,
     .right = RIGHT_SIGNED_IN,
     .input = language_input,
     .output = "Session",
     .summary = {"选择语言", "Choose the language"}},
    {.method = "DELETE",
     .path = "/api/v1/session",
     .handler = delete_session,
     .right = RIGHT_SIGNED_IN,
     .status = 204,
     .summary = {"退出登录", "Sign out"}},
    {.method = "POST",
     .path = "/api/v1/session/password",
     .handler = post_password,
     .right = RIGHT_SIGNED_IN,
     .input = password_input,
     .status = 204,
     .summary = {"修改密码", "Change the password"}},
};

const struct route_table session_routes = ROUTE_TABLE(rows);
