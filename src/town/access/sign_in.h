/* SPDX-License-Identifier: Apache-2.0 */
/* town/access/sign_in.h - passwords, sessions and tries.
 *
 * Passwords are Argon2id hashes beside the ledger. A session is a random cookie of which only the
 * SHA-256 is kept, ends after 30 minutes without use or 12 hours in all, and carries a CSRF token.
 * Five failures lock a name for 15 minutes (GB/T 22239-2019 level 2). A new password ends the
 * account's sessions; the one that changed it goes on. Each stored password has a seal
 * (access/seals.h). All of it runs on the side connection.
 * Failure  E_PASSWORD (the same for an unknown name, and after the same time), E_OLD_PASSWORD,
 *          E_LOCKED, E_PASSWORD_WEAK, E_SIGN_IN.
 */
#ifndef LINLI_TOWN_SIGN_IN_H
#define LINLI_TOWN_SIGN_IN_H

#include "town/access/audit.h"

enum { TRIES_MOST = 5, LOCK_MINUTES = 15, IDLE_MINUTES = 30, SESSION_HOURS = 12 };

struct session {
    int64_t account;
    struct str csrf;
    bool must_change_password;
};

/* On success *cookie is the value for the browser. */
bool sign_in(struct installation *i, struct arena *a, struct str login, struct str password,
             struct str *cookie, struct session *session, struct err *err);
bool sign_in_find(struct installation *i, struct arena *a, struct str cookie,
                  struct session *session, struct err *err);
bool sign_out(struct installation *i, struct str cookie, struct err *err);

/* Every session of the account. */
bool sign_out_account(struct installation *i, int64_t account, struct err *err);

/* One-time passwords: random, without characters that are taken for one another. */
struct str password_random(struct arena *a, struct source *source);
bool password_set(struct installation *i, int64_t account, struct str password, bool must_change,
                  struct err *err);
bool password_set_hash(struct installation *i, int64_t account, struct str hash, bool must_change,
                       struct err *err);

/* The same for every account of an office that has none. */
bool password_give(struct installation *i, int64_t office, struct str password, bool must_change,
                   struct err *err);

struct password_change {
    int64_t account;
    struct str login;
    struct str cookie; /* of the session that goes on; the account's others end */
    struct str old;
    struct str new_one;
};
bool password_change(struct installation *i, struct arena *a, const struct password_change *c,
                     struct err *err);

/* Tries of a name (login:NAME, password:ACCOUNT, pin:TASK, find:CASE): refused while locked;
 * counted; forgotten on success. */
bool tries_check(struct installation *i, struct str name, struct err *err);
bool tries_failed(struct installation *i, struct str name, int64_t *left, struct err *err);
bool tries_forget(struct installation *i, struct str name, struct err *err);

#endif
