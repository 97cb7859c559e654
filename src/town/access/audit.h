/* SPDX-License-Identifier: Apache-2.0 */
/* town/access/audit.h - the audit log: sign-ins, reveals, exports, what was done to passwords and
 * keys.
 *
 * It is a chain of its own beside the ledger: hash(n) = SHA-256( hash(n-1) | "number at actor what
 * subject\n" | remark ). So that nobody cuts off its end or writes it anew, its newest hash is kept
 * in the common ledger while it grows, at most an hour behind (audit.kept/1), and with the ledger
 * in the daily roots.
 * All of it runs on the side connection but the command that keeps it.
 * Failure  E_DATABASE.
 * Source   docs/decisions/081-seals.md.
 */
#ifndef LINLI_TOWN_AUDIT_H
#define LINLI_TOWN_AUDIT_H

#include "town/keeper.h"

bool audit_write(struct installation *i, int64_t actor, const char *what, int64_t subject,
                 struct str remark, struct err *err);

/* The same in a transaction at hand, which holds STORE_LOCK_AUDIT. */
bool audit_add(struct store *s, int64_t at, int64_t actor, const char *what, int64_t subject,
               struct str remark, struct err *err);

struct audit_entry {
    int64_t number; /* 1, 2, 3 ... */
    int64_t at;     /* UTC microseconds */
    int64_t actor;  /* account, or an ACTOR_ */
    struct str what;
    int64_t subject; /* account, voice, key, or the number of rows */
    struct str remark;
};

/* The newest `most` entries before number `before` (0 = the end), of one kind (empty = all). */
bool audit_page(struct store *s, struct arena *a, int64_t before, struct str what, size_t most,
                struct audit_entry *out, size_t *count, struct err *err);

/* Walks the audit chain; *bad = number of the first entry that does not fit, 0 when all do. */
bool audit_prove(struct store *s, int64_t *entries, int64_t *bad, struct err *err);

/* ---- kept in the ledger */

struct audit_head {
    int64_t number; /* 0 = the log is empty */
    struct hash hash;
};

/* Puts the log's newest hash into the common ledger; E_STALE when it stands there. */
extern const struct command_row audit_keep;
bool audit_kept_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);

/* Does it within an hour of the last time, and when it is woken: a password was changed. */
#define AUDIT_JOB "audit"
struct keeper_job audit_job(void);

#endif
