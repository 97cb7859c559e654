/* SPDX-License-Identifier: Apache-2.0 */
#include "town/access/access.h"

#include "town/town.h"

#define STAFF  TERM_ALL(ROLE_COUNT)
#define CENTRE (TERM_BIT(ROLE_ACCEPTOR) | TERM_BIT(ROLE_DISPATCHER) | TERM_BIT(ROLE_SHIFT_LEADER))

static const struct {
    const char *code;
    const char *name[2];
    uint32_t roles;
} rights[RIGHT_COUNT] = {
    [RIGHT_NONE] = {"public", {"公开页面", "public pages"}, 0},
    [RIGHT_SIGNED_IN] = {"signed_in", {"登录后的页面", "pages for staff"}, STAFF},
    [RIGHT_CASES] = {"cases", {"查看案件", "see cases"}, STAFF & ~TERM_BIT(ROLE_ADMINISTRATOR)},
    [RIGHT_INTAKE] = {"intake",
                      {"登记案件", "take in reports"},
                      CENTRE | TERM_BIT(ROLE_GRID_WORKER) | TERM_BIT(ROLE_HANDLER)},
    [RIGHT_IMPORT] = {"import", {"导入工单", "import orders"}, CENTRE},
    [RIGHT_REVEAL] = {"reveal",
                      {"查看联系方式", "look up contacts"},
                      CENTRE | TERM_BIT(ROLE_HANDLER) | TERM_BIT(ROLE_GRID_WORKER)},
    [RIGHT_ERASE] = {"erase",
                     {"删除报告人的信息", "erase a reporter's data"},
                     TERM_BIT(ROLE_SHIFT_LEADER)},
    [RIGHT_FIGURES] = {"figures",
                       {"查看统计", "see figures"},
                       CENTRE | TERM_BIT(ROLE_LEADER) | TERM_BIT(ROLE_AUDITOR) |
                           TERM_BIT(ROLE_HANDLER)},
    [RIGHT_EXPORT] = {"export",
                      {"导出", "export"},
                      CENTRE | TERM_BIT(ROLE_LEADER) | TERM_BIT(ROLE_AUDITOR)},
    [RIGHT_LINKS] = {"links", {"一次性任务链接", "one-task links"}, CENTRE},
    [RIGHT_RECEIPTS] = {"receipts",
                        {"打印回执", "print receipts"},
                        TERM_BIT(ROLE_ACCEPTOR) | TERM_BIT(ROLE_SHIFT_LEADER)},
    [RIGHT_ADMINISTER] = {"administer", {"系统管理", "administer"}, TERM_BIT(ROLE_ADMINISTRATOR)},
    [RIGHT_AUDIT] = {"audit",
                     {"查看留痕", "see the audit log"},
                     TERM_BIT(ROLE_ADMINISTRATOR) | TERM_BIT(ROLE_AUDITOR)},
};

bool access_may(const struct account *a, enum right right) {
    return right == RIGHT_NONE || (a != NULL && a->active && (a->roles & rights[right].roles) != 0);
}

struct str access_right_code(enum right right) {
    return str_of(rights[right].code);
}

struct str access_right_name(enum right right, enum language language) {
    return str_of(rights[right].name[language]);
}

uint32_t access_right_roles(enum right right) {
    return rights[right].roles;
}

static bool covers(const struct town *t, const struct grant *g, const int64_t *places,
                   size_t count) {
    if (g->place == 0 || count == 0) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        if (town_is_within(t, places[i], g->place)) {
            return true;
        }
    }
    return false;
}

bool access_has_role(const struct town *t, const struct account *a, uint32_t roles,
                     const int64_t *places, size_t place_count, struct str procedure) {
    if (a == NULL || !a->active) {
        return false;
    }
    for (size_t i = 0; i < a->grant_count; i++) {
        const struct grant *g = &a->grants[i];

        if (TERM_HAS(roles, g->role) && (g->procedure.n == 0 || str_eq(g->procedure, procedure)) &&
            covers(t, g, places, place_count)) {
            return true;
        }
    }
    return false;
}

static bool decide_account(struct decide *d, const void *input, struct err *err) {
    const struct account_create *c = input;
    struct event *e;

    if (c->login.n == 0) {
        return fail1(err, E_REQUIRED, "login", STR("login"));
    }
    e = decide_emit(d, "account.created/1");
    event_add_int(e, "id", c->id);
    event_add_int(e, "office", c->office);
    event_add_text(e, "login", c->login);
    event_add_int(e, "unit", c->unit);
    event_add_text(e, "language", c->language == LANGUAGE_EN ? STR("en") : STR("zh"));
    decide_words(d, e, "name", c->id, c->name, WORDS_HIDDEN);
    return true;
}

bool account_created_apply(struct store *s, struct arena *a, const struct event *e,
                           struct err *err) {
    struct stmt *q = store_sql(s, SQL_ACCOUNT_INSERT);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_int(q, 2, event_int(e, "office", 0));
    stmt_bind_text(q, 3, event_text(e, "login"));
    stmt_bind_int(q, 4, event_int(e, "unit", 0));
    stmt_bind_text(q, 5, event_text(e, "language"));
    stmt_bind_int(q, 6, e->number);
    return stmt_run_one(q, err);
}

static bool decide_speak(struct decide *d, const void *input, struct err *err) {
    const struct account_speak *change = input;
    struct event *e;

    if (town_account(d->town, change->id) == NULL) {
        return fail1(err, E_NOT_FOUND, "", STR("account"));
    }
    e = decide_emit(d, "account.spoken_to/1");
    event_add_int(e, "id", change->id);
    event_add_text(e, "language", change->language == LANGUAGE_EN ? STR("en") : STR("zh"));
    return true;
}

bool account_spoken_to_apply(struct store *s, struct arena *a, const struct event *e,
                             struct err *err) {
    struct stmt *q = store_sql(s, SQL_ACCOUNT_SPEAK);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_text(q, 2, event_text(e, "language"));
    return stmt_run_one(q, err);
}

static bool decide_grant(struct decide *d, const void *input, struct err *err) {
    const struct grant_give *g = input;
    struct event *e;

    if (g->grant.role == ROLE_NONE || g->grant.role == ROLE_RESIDENT) {
        return fail3(err, E_CHOICE, "role", STR("role"), term_code(TERMS_ROLE, (int)g->grant.role),
                     term_list(d->arena, TERMS_ROLE, STAFF & ~TERM_BIT(ROLE_RESIDENT)));
    }
    e = decide_emit(d, "account.granted/1");
    event_add_int(e, "id", g->id);
    event_add_int(e, "office", g->office);
    event_add_int(e, "account", g->grant.account);
    event_add_text(e, "role", term_code(TERMS_ROLE, (int)g->grant.role));
    event_add_int(e, "place", g->grant.place);
    event_add_text(e, "procedure", g->grant.procedure);
    return true;
}

bool account_granted_apply(struct store *s, struct arena *a, const struct event *e,
                           struct err *err) {
    struct stmt *q = store_sql(s, SQL_GRANT_INSERT);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_int(q, 2, event_int(e, "office", 0));
    stmt_bind_int(q, 3, event_int(e, "account", 0));
    stmt_bind_text(q, 4, event_text(e, "role"));
    stmt_bind_int(q, 5, event_int(e, "place", 0));
    stmt_bind_text(q, 6, event_text(e, "procedure"));
    return stmt_run_one(q, err);
}

const struct command_row account_create = {.name = "account.create", .decide = decide_account};
const struct command_row account_speak = {.name = "account.speak", .decide = decide_speak};
const struct command_row account_grant = {.name = "account.grant", .decide = decide_grant};
