/* SPDX-License-Identifier: Apache-2.0 */
#include "town/access/accounts.h"

#include "base/limits.h"
#include "town/access/sign_in.h"

#include <assert.h>
#include <inttypes.h>

/* ---- what is checked */

static bool check_actor(const struct decide *d, struct err *err) {
    const struct actor *actor = &d->actor;

    return actor->account == ACTOR_SYSTEM || access_may(actor->person, RIGHT_ADMINISTER) ||
           fail2(err, E_FORBIDDEN, "", access_right_name(RIGHT_ADMINISTER, actor->language),
                 term_names(d->arena, TERMS_ROLE, access_right_roles(RIGHT_ADMINISTER),
                            actor->language));
}

static bool is_login(struct str login) {
    for (size_t i = 0; i < login.n; i++) {
        char c = login.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
              c == '_')) {
            return false;
        }
    }
    return login.n >= LOGIN_MIN && login.n <= LOGIN_MAX;
}

/* In the store, not in the generation at hand: a batch may hold two commands for one name. */
static bool check_login(struct decide *d, struct str login, struct err *err) {
    struct stmt *q;
    bool taken;

    if (!is_login(login)) {
        return fail1(err, E_LOGIN, "login", login);
    }
    q = store_sql(d->store, SQL_ACCOUNT_NAMED);
    stmt_bind_text(q, 1, login);
    taken = stmt_next(q);
    return stmt_end(q, err) && (!taken || fail1(err, E_LOGIN, "login", login));
}

static bool fail_id(struct decide *d, enum err_code code, const char *field, int64_t id,
                    struct err *err) {
    return fail1(err, code, field, arena_format(d->arena, "%" PRId64, id));
}

static bool check_grant(struct decide *d, const struct grant *g, struct err *err) {
    const struct town *t = d->town;
    uint32_t roles = access_right_roles(RIGHT_SIGNED_IN) & ~TERM_BIT(ROLE_RESIDENT);
    const struct place *p = g->place == 0 ? NULL : town_place(t, g->place);

    if (!TERM_HAS(roles, g->role)) {
        return fail3(err, E_CHOICE, "role", STR("role"), term_code(TERMS_ROLE, (int)g->role),
                     term_list(d->arena, TERMS_ROLE, roles));
    }
    if (g->place != 0 && p == NULL) {
        return fail_id(d, E_PLACE, "place", g->place, err);
    }
    return g->procedure.n == 0 || catalogue_procedure(town_catalogue(t, 0), g->procedure) != NULL ||
           fail1(err, E_PROCEDURE, "procedure", g->procedure);
}

static bool fetch_account(struct decide *d, int64_t id, const struct account **out,
                          struct err *err) {
    *out = town_account(d->town, id);
    return *out != NULL || fail_id(d, E_NOT_FOUND, "", id, err);
}

/* Is there an active administrator besides `without`, as the store has it now? */
static bool check_other_administrator(struct decide *d, int64_t without, int64_t without_grant,
                                      struct err *err) {
    struct stmt *q = store_sql(d->store, SQL_ADMINISTRATORS_BESIDES);
    bool other;

    stmt_bind_int(q, 1, without);
    stmt_bind_int(q, 2, without_grant);
    other = stmt_next(q);
    return stmt_end(q, err) && (other || fail(err, E_LAST_ADMINISTRATOR, ""));
}

bool accounts_first_free_id(struct store *s, int64_t *id, struct err *err) {
    struct stmt *q = store_sql(s, SQL_COMMON_LAST_ID);

    *id = stmt_next(q) ? stmt_int(q, 0) + 1 : 1;
    return stmt_end(q, err);
}

/* ---- open */

static void emit_grant(struct decide *d, int64_t id, const struct grant *g, int64_t account,
                       int64_t office) {
    struct event *e = decide_emit(d, "account.granted/1");

    event_add_int(e, "id", id);
    event_add_int(e, "office", office);
    event_add_int(e, "account", account);
    event_add_text(e, "role", term_code(TERMS_ROLE, (int)g->role));
    event_add_int(e, "place", g->place);
    event_add_text(e, "procedure", g->procedure);
}

static bool is_same_grant(const struct grant *a, const struct grant *b) {
    return a->role == b->role && a->place == b->place && str_eq(a->procedure, b->procedure);
}

static bool check_grants(struct decide *d, const struct account_open *o, struct err *err) {
    for (size_t i = 0; i < o->grant_count; i++) {
        if (!check_grant(d, &o->grants[i], err)) {
            return false;
        }
        for (size_t k = 0; k < i; k++) {
            if (is_same_grant(&o->grants[k], &o->grants[i])) {
                return fail1(err, E_ROLE_HELD, "roles",
                             term_name(TERMS_ROLE, (int)o->grants[i].role, d->actor.language));
            }
        }
    }
    return o->grant_count > 0 || fail1(err, E_REQUIRED, "roles", STR("roles"));
}

static bool decide_open(struct decide *d, const void *input, struct err *err) {
    const struct account_open *o = input;
    const struct unit *u = o->unit == 0 ? NULL : town_unit(d->town, o->unit);
    struct event *e;
    int64_t id;

    static_assert(ACCOUNT_ROLES + 1 <= DECIDE_EVENTS, "an account with its roles is one command");
    if (!check_actor(d, err) || !check_login(d, o->login, err) || !check_grants(d, o, err)) {
        return false;
    }
    if (o->name.n == 0) {
        return fail1(err, E_REQUIRED, "name", STR("name"));
    }
    if (o->unit != 0 && u == NULL) {
        return fail_id(d, E_UNIT, "unit", o->unit, err);
    }
    if (!accounts_first_free_id(d->store, &id, err)) {
        return false;
    }
    assert(town_office(d->town, o->office) != NULL);
    e = decide_emit(d, "account.created/1");
    event_add_int(e, "id", id);
    event_add_int(e, "office", o->office);
    event_add_text(e, "login", o->login);
    event_add_int(e, "unit", o->unit);
    event_add_text(e, "language", o->language == LANGUAGE_EN ? STR("en") : STR("zh"));
    decide_words(d, e, "name", id, o->name, WORDS_HIDDEN);
    for (size_t i = 0; i < o->grant_count; i++) {
        emit_grant(d, id + 1 + (int64_t)i, &o->grants[i], id, o->office);
    }
    return true;
}

/* ---- roles */

static bool check_not_held(struct decide *d, const struct account *a, const struct grant *g,
                           struct err *err) {
    for (size_t i = 0; i < a->grant_count; i++) {
        if (is_same_grant(&a->grants[i], g)) {
            return fail1(err, E_ROLE_HELD, "role",
                         term_name(TERMS_ROLE, (int)g->role, d->actor.language));
        }
    }
    return a->grant_count < LIMIT_SCOPE_GRANTS ||
           fail2(err, E_TOO_MANY, "roles", STR("roles"),
                 arena_format(d->arena, "%d", LIMIT_SCOPE_GRANTS));
}

static bool decide_role_give(struct decide *d, const void *input, struct err *err) {
    const struct grant *g = input;
    const struct account *a;
    int64_t id;

    if (!check_actor(d, err) || !fetch_account(d, g->account, &a, err) || !check_grant(d, g, err) ||
        !check_not_held(d, a, g, err)) {
        return false;
    }
    if (d->actor.account == a->id) {
        return fail(err, E_ROLE_OWN, "");
    }
    if (!accounts_first_free_id(d->store, &id, err)) {
        return false;
    }
    emit_grant(d, id, g, a->id, a->office);
    return true;
}

static bool decide_role_take(struct decide *d, const void *input, struct err *err) {
    const struct account_role_take *take = input;
    const struct account *a;
    const struct grant *g = NULL;
    struct event *e;

    if (!check_actor(d, err) || !fetch_account(d, take->account, &a, err)) {
        return false;
    }
    for (size_t i = 0; i < a->grant_count; i++) {
        g = a->grants[i].id == take->grant ? &a->grants[i] : g;
    }
    if (g == NULL) {
        return fail_id(d, E_NOT_FOUND, "", take->grant, err);
    }
    if (g->role == ROLE_ADMINISTRATOR && a->active &&
        !check_other_administrator(d, 0, g->id, err)) {
        return false;
    }
    e = decide_emit(d, "account.ungranted/1");
    event_add_int(e, "id", g->id);
    event_add_int(e, "account", a->id);
    return true;
}

bool account_ungranted_apply(struct store *s, struct arena *a, const struct event *e,
                             struct err *err) {
    struct stmt *q = store_sql(s, SQL_GRANT_DELETE);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    return stmt_run_one(q, err);
}

/* ---- end and open again */

static bool decide_activity(struct decide *d, const void *input, struct err *err) {
    const struct account_activity *change = input;
    const struct account *a;
    struct event *e;

    if (!check_actor(d, err) || !fetch_account(d, change->id, &a, err)) {
        return false;
    }
    if (!change->active && TERM_HAS(a->roles, ROLE_ADMINISTRATOR) &&
        !check_other_administrator(d, a->id, 0, err)) {
        return false;
    }
    e = decide_emit(d, change->active ? "account.reopened/1" : "account.ended/1");
    event_add_int(e, "id", a->id);
    return true;
}

static bool set_active(struct store *s, const struct event *e, bool active, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ACCOUNT_ACTIVE);

    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_int(q, 2, active);
    return stmt_run_one(q, err);
}

bool account_ended_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    (void)a;
    return set_active(s, e, false, err);
}

bool account_reopened_apply(struct store *s, struct arena *a, const struct event *e,
                            struct err *err) {
    (void)a;
    return set_active(s, e, true, err);
}

/* ---- passwords */

bool account_reset_password(struct installation *i, struct arena *a, int64_t actor,
                            const struct account *account, struct str *password, struct err *err) {
    *password = password_random(a, installation_source(i));
    return password_set(i, account->id, *password, true, err) &&
           tries_forget(i, arena_format(a, "login:%.*s", STR_ARG(account->login)), err) &&
           audit_write(i, actor, "password", account->id, STR("reset"), err);
}

const struct command_row account_open = {.name = "account.open", .decide = decide_open};
const struct command_row account_role_give = {.name = "account.role_give",
                                              .decide = decide_role_give};
const struct command_row account_role_take = {.name = "account.role_take",
                                              .decide = decide_role_take};
const struct command_row account_end_or_reopen = {.name = "account.end_or_reopen",
                                                  .decide = decide_activity};
