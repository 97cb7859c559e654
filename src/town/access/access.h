/* SPDX-License-Identifier: Apache-2.0 */
/* town/access/access.h - accounts, the roles granted to them per place and procedure, and what a
 * role may do.
 *
 * There is one place for rights: `access_has_role` for the steps of a procedure (the definition
 * names the roles), and the table in access.c for everything else. A grant covers its place and all
 * below it; place 0 is the whole office; an empty procedure is every procedure.
 */
#ifndef LINLI_TOWN_ACCESS_H
#define LINLI_TOWN_ACCESS_H

#include "town/place/place.h"

enum right {
    RIGHT_NONE, /* everybody, signed in or not */
    RIGHT_SIGNED_IN,
    RIGHT_CASES,  /* see the cases of one's scope */
    RIGHT_INTAKE, /* take in reports at the window, by telephone, on patrol */
    RIGHT_IMPORT, /* bring in orders from above */
    RIGHT_REVEAL, /* look up a reporter's telephone for a case one handles */
    RIGHT_ERASE,  /* delete what a reporter said and who it was */
    RIGHT_FIGURES,
    RIGHT_EXPORT,
    RIGHT_LINKS,      /* show a one-task link again */
    RIGHT_RECEIPTS,   /* hand out the tracking link, with which one speaks as the resident */
    RIGHT_ADMINISTER, /* accounts, keys, definitions in force; no cases */
    RIGHT_AUDIT,      /* who signed in, looked something up, exported */
    RIGHT_COUNT
};

struct grant {
    int64_t account;
    enum role role;
    int64_t place;        /* 0 = the whole office */
    struct str procedure; /* empty = all */
    int64_t id;           /* 0 = not given yet */
};

struct account {
    int64_t id;
    int64_t office;
    struct str login;
    struct str name; /* colleagues know each other's names; kept in words */
    int64_t unit;    /* 0 = none */
    enum language language;
    bool active;
    int64_t event;  /* that created it */
    uint32_t roles; /* every role granted anywhere, for menus */
    const struct grant *grants;
    size_t grant_count;
};

struct town;

/* Does the account hold one of `roles` for this place (community, grid or estate; 0 = anywhere) and
 * procedure? */
bool access_has_role(const struct town *t, const struct account *a, uint32_t roles,
                     const int64_t *places, size_t place_count, struct str procedure);

/* Rights that do not depend on the case. */
bool access_may(const struct account *a, enum right right);
struct str access_right_code(enum right right);
struct str access_right_name(enum right right, enum language language);
uint32_t access_right_roles(enum right right); /* who has it, for the sentence of a refusal */

/* ---- commands of the common ledger */

struct account_create {
    int64_t id;
    int64_t office;
    struct str login;
    struct str name;
    int64_t unit;
    enum language language;
};
extern const struct command_row account_create;

/* The language in which an account is spoken to. */
struct account_speak {
    int64_t id;
    enum language language;
};
extern const struct command_row account_speak;

struct grant_give {
    int64_t id;
    struct grant grant;
    int64_t office;
};
extern const struct command_row account_grant;

bool account_created_apply(struct store *s, struct arena *a, const struct event *e,
                           struct err *err);
bool account_spoken_to_apply(struct store *s, struct arena *a, const struct event *e,
                             struct err *err);
bool account_granted_apply(struct store *s, struct arena *a, const struct event *e,
                           struct err *err);

#endif
