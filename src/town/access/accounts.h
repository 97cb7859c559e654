/* SPDX-License-Identifier: Apache-2.0 */
/* town/access/accounts.h - what an administrator does with accounts: open one with its roles, give
 * and take roles, end an account and open it again, reset a password.
 *
 * All but the password are commands of the common ledger. Whoever administers does not see cases:
 * nobody gives roles to himself, so a second person has to agree and the ledger names both. The
 * last active administrator can neither be ended nor lose the role.
 *
 * Failure  E_FORBIDDEN, E_LOGIN (form or taken), E_REQUIRED, E_UNIT, E_PLACE, E_PROCEDURE,
 *          E_CHOICE, E_ROLE_HELD, E_ROLE_OWN, E_LAST_ADMINISTRATOR, E_NOT_FOUND.
 */
#ifndef LINLI_TOWN_ACCOUNTS_H
#define LINLI_TOWN_ACCOUNTS_H

#include "town/installation.h"

enum { ACCOUNT_ROLES = 8, LOGIN_MIN = 2, LOGIN_MAX = 40 }; /* roles at opening; characters */

/* A new account with its first roles, in one command: the ids are given here. */
struct account_open {
    int64_t office;
    struct str login;
    struct str name;
    int64_t unit; /* 0 = none */
    enum language language;
    struct grant grants[ACCOUNT_ROLES]; /* their account is left out */
    size_t grant_count;
};
extern const struct command_row account_open;

/* A role more; its id is given here. */
extern const struct command_row account_role_give; /* input: struct grant */

struct account_role_take {
    int64_t account;
    int64_t grant; /* its id */
};
extern const struct command_row account_role_take;

/* Nobody signs in with an ended account; all that it did stays with its name. */
struct account_activity {
    int64_t id;
    bool active;
};
extern const struct command_row account_end_or_reopen;

/* A one-time password, random and without characters that are taken for one another; the sessions
 * of the account end, its tries are forgotten. Written into the audit log under `actor`. */
bool account_reset_password(struct installation *i, struct arena *a, int64_t actor,
                            const struct account *account, struct str *password, struct err *err);

/* The first id that nothing of the common ledger has. */
bool accounts_first_free_id(struct store *s, int64_t *id, struct err *err);

bool account_ended_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);
bool account_reopened_apply(struct store *s, struct arena *a, const struct event *e,
                            struct err *err);
bool account_ungranted_apply(struct store *s, struct arena *a, const struct event *e,
                             struct err *err);

#endif
