/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and the keys of programs, for the administrator: each change a command of the common
 * ledger; passwords and keys are shown once, in the answer that made them. */
#include "gate/web/service.h"

#include "base/limits.h"
#include "base/time_text.h"
#include "town/access/accounts.h"
#include "town/access/api_keys.h"

#include <inttypes.h>

/* ---- reading */

static void write_named(struct json_out *o, const char *name, int64_t id, struct str text) {
    json_open(o, name, '{');
    json_int(o, "id", id);
    json_str(o, "name", text);
    json_close(o, '}');
}

static void write_role(struct request *rq, struct json_out *o, const struct grant *g) {
    const struct town *t = visit_town(rq);
    const struct place *p = town_place(t, g->place);
    const struct procedure *procedure =
        g->procedure.n == 0 ? NULL : catalogue_procedure(town_catalogue(t, 0), g->procedure);

    json_open(o, NULL, '{');
    json_int(o, "id", g->id);
    json_str(o, "role", term_code(TERMS_ROLE, (int)g->role));
    if (p != NULL) {
        write_named(o, "place", p->id, p->name[rq->language]);
    }
    if (g->procedure.n > 0) {
        json_str(o, "procedure", g->procedure);
        json_str(o, "procedure_name",
                 procedure == NULL ? g->procedure : procedure->name[rq->language]);
    }
    json_close(o, '}');
}

static void write_account(struct request *rq, struct json_out *o, const struct account *a) {
    const struct unit *u = town_unit(visit_town(rq), a->unit);

    json_open(o, NULL, '{');
    json_int(o, "id", a->id);
    json_str(o, "login", a->login);
    json_str(o, "name", a->name);
    json_bool(o, "active", a->active);
    json_str(o, "language", a->language == LANGUAGE_EN ? STR("en") : STR("zh"));
    if (u != NULL) {
        write_named(o, "unit", u->id, u->name[rq->language]);
    }
    json_open(o, "roles", '[');
    for (size_t i = 0; i < a->grant_count; i++) {
        write_role(rq, o, &a->grants[i]);
    }
    json_close(o, ']');
    json_close(o, '}');
}

static bool get_accounts(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_open(&o, "accounts", '[');
    for (size_t i = 0; i < t->account_count; i++) {
        if (t->accounts[i].office == visit_office(rq)) {
            write_account(rq, &o, &t->accounts[i]);
        }
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- changing */

/* A command of the common ledger. */
static bool command(struct request *rq, const struct command_row *row, const void *input,
                    struct command *c, struct err *err) {
    *c = (struct command){.row = row, .actor = visit_actor(rq), .office = 0, .input = input};
    visit_done(rq);
    return door_submit(installation_door(visit_service(rq)->installation), c, err);
}

static bool fetch_account(struct request *rq, int64_t id, const struct account **out,
                          struct err *err) {
    *out = town_account(visit_town(rq), id);
    return (*out != NULL && (*out)->office == visit_office(rq)) ||
           fail1(err, E_NOT_FOUND, "", arena_format(rq->arena, "%" PRId64, id));
}

static struct grant read_grant(const struct json *item) {
    return (struct grant){.role = (enum role)term_find(TERMS_ROLE, json_text_of(item, "role")),
                          .place = json_int_of(item, "place", 0),
                          .procedure = json_text_of(item, "procedure")};
}

static bool answer_password(struct request *rq, int status, int64_t id, struct str password,
                            struct err *err) {
    struct json_out o = answer_json_begin(rq, status, '{');

    json_int(&o, "id", id);
    json_str(&o, "password", password);
    return answer_json_end(rq, &o, err);
}

static bool post_account(struct request *rq, struct err *err) {
    struct installation *inst = visit_service(rq)->installation;
    struct account_open open = {.office = visit_office(rq),
                                .login = str_trim(input_str(rq, "login")),
                                .name = str_trim(input_str(rq, "name")),
                                .unit = input_id(rq, "unit"),
                                .language = str_is(input_str(rq, "language"), "en") ? LANGUAGE_EN
                                                                                    : LANGUAGE_ZH};
    struct account made = {.login = open.login};
    struct str password;
    struct command done;

    for (const struct json *item = input_list(rq, "roles"); item != NULL; item = item->next) {
        open.grants[open.grant_count++] = read_grant(item);
    }
    if (!command(rq, &account_open, &open, &done, err)) {
        return false;
    }
    made.id = done.subject;
    if (!account_reset_password(inst, rq->arena, visit_account(rq)->id, &made, &password, err)) {
        return false;
    }
    change_password(visit_service(rq), made.id);
    return answer_password(rq, 201, made.id, password, err);
}

static bool post_password(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);
    const struct account *a;
    struct str password;

    if (!fetch_account(rq, path_id(rq), &a, err) ||
        !account_reset_password(s->installation, rq->arena, visit_account(rq)->id, a, &password,
                                err)) {
        return false;
    }
    change_password(s, a->id);
    return answer_password(rq, 200, a->id, password, err);
}

static bool post_active(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);
    struct account_activity change = {.id = path_id(rq), .active = input_bool(rq, "active")};
    const struct account *a;
    struct command done;

    if (!fetch_account(rq, change.id, &a, err) ||
        !command(rq, &account_end_or_reopen, &change, &done, err)) {
        return false;
    }
    if (!change.active) {
        change_end(s, a->id);
        if (!sign_out_account(s->installation, a->id, err)) {
            return false;
        }
    }
    return answer_none(rq, 204);
}

static bool post_role(struct request *rq, struct err *err) {
    struct grant g = read_grant(rq->input);
    const struct account *a;
    struct command done;

    g.account = path_id(rq);
    return fetch_account(rq, g.account, &a, err) &&
           command(rq, &account_role_give, &g, &done, err) && answer_none(rq, 204);
}

static bool delete_role(struct request *rq, struct err *err) {
    struct account_role_take take = {.account = path_id(rq), .grant = path_number(rq, "role_id")};
    const struct account *a;
    struct command done;

    if (!fetch_account(rq, take.account, &a, err) ||
        !command(rq, &account_role_take, &take, &done, err)) {
        return false;
    }
    change_end(visit_service(rq), a->id); /* its stream showed more than it may see now */
    return answer_none(rq, 204);
}

/* ---- keys of programs */

static bool get_keys(struct request *rq, struct err *err) {
    int offset = town_office(visit_town(rq), visit_office(rq))->offset_minutes;
    struct api_key *keys;
    size_t count;
    struct json_out o;

    if (!api_key_list(visit_store(rq), rq->arena, &keys, &count, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "keys", '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&o, NULL, '{');
        json_int(&o, "id", keys[i].id);
        json_str(&o, "name", keys[i].name);
        json_int(&o, "per_minute", keys[i].per_minute);
        json_str(&o, "made_at", time_write(rq->arena, keys[i].made_at, offset));
        if (keys[i].ended_at > 0) {
            json_str(&o, "ended_at", time_write(rq->arena, keys[i].ended_at, offset));
        }
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

static bool post_key(struct request *rq, struct err *err) {
    struct installation *inst = visit_service(rq)->installation;
    struct str secret = api_key_random(rq->arena, installation_source(inst));
    struct str name = str_trim(input_str(rq, "name"));
    struct json_out o;

    if (!api_key_add(inst, visit_account(rq)->id, name, secret, input_int(rq, "per_minute", 0),
                     err)) {
        return false;
    }
    change_sealed(visit_service(rq));
    o = answer_json_begin(rq, 201, '{');
    json_str(&o, "name", name);
    json_str(&o, "secret", secret);
    return answer_json_end(rq, &o, err);
}

static bool post_key_end(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);

    if (!api_key_end(s->installation, visit_account(rq)->id, str_trim(input_str(rq, "name")),
                     err)) {
        return false;
    }
    change_sealed(s);
    return answer_none(rq, 204);
}

/* ---- the table */

#define ROLES "acceptor|dispatcher|shift_leader|grid_worker|handler|leader|auditor|administrator"

static const struct field_row role_input[] = {
    {.name = "role", .kind = FIELD_CHOICE, .flags = FIELD_REQUIRED, .choices = ROLES},
    {.name = "place", .kind = FIELD_ID},
    {.name = "procedure", .kind = FIELD_TEXT, .max = 40},
    {0}};
static const struct field_row account_input[] = {
    {.name = "login", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = LOGIN_MAX},
    {.name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 40},
    {.name = "unit", .kind = FIELD_ID},
    {.name = "language", .kind = FIELD_CHOICE, .choices = "zh|en"},
    {.name = "roles",
     .kind = FIELD_OBJECT,
     .flags = FIELD_REQUIRED | FIELD_LIST,
     .rows = role_input,
     .max_items = ACCOUNT_ROLES},
    {0}};
static const struct field_row active_input[] = {
    {.name = "active", .kind = FIELD_BOOL, .flags = FIELD_REQUIRED}, {0}};
static const struct field_row key_input[] = {
    {.name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 60},
    {.name = "per_minute", .kind = FIELD_INT, .min = 1, .max = 100000},
    {0}};
static const struct field_row key_end_input[] = {
    {.name = "name", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = LIMIT_SHORT_CHARACTERS},
    {0}};

#define ROW(method_, path_, handler_, input_, output_, status_, zh_, en_)                          \
    {                                                                                              \
        .method = method_, .path = path_, .handler = handler_, .right = RIGHT_ADMINISTER,          \
        .input = input_, .output = output_, .status = status_, .summary = {zh_, en_},              \
    }

static const struct route rows[] = {
    ROW("GET", "/api/v1/admin/accounts", get_accounts, NULL, "AdminAccounts", 0, "账号",
        "Accounts"),
    ROW("POST", "/api/v1/admin/accounts", post_account, account_input, "OneTimePassword", 201,
        "新开账号，口令只显示一次", "Open an account; its password is shown once"),
    ROW("POST", "/api/v1/admin/accounts/{id}/password", post_password, NULL, "OneTimePassword", 0,
        "重设口令，只显示一次", "Reset a password, shown once"),
    ROW("POST", "/api/v1/admin/accounts/{id}/active", post_active, active_input, NULL, 204,
        "停用或恢复账号", "End or reopen an account"),
    ROW("POST", "/api/v1/admin/accounts/{id}/roles", post_role, role_input, NULL, 204, "加一个角色",
        "Give a role"),
    ROW("DELETE", "/api/v1/admin/accounts/{id}/roles/{role_id}", delete_role, NULL, NULL, 204,
        "去掉一个角色", "Take a role away"),
    ROW("GET", "/api/v1/admin/keys", get_keys, NULL, "AdminKeys", 0, "Open311 程序的密钥",
        "Keys of Open311 programs"),
    ROW("POST", "/api/v1/admin/keys", post_key, key_input, "NewKey", 201, "新的密钥，只显示一次",
        "Make a key, shown once"),
    ROW("POST", "/api/v1/admin/keys/end", post_key_end, key_end_input, NULL, 204, "停用密钥",
        "End a key"),
};

const struct route_table admin_routes = ROUTE_TABLE(rows);
