/* SPDX-License-Identifier: Apache-2.0 */
/* engine/ledger/ledger.h - one chain of events per office.
 *
 * hash(n) = SHA-256( hash(n-1) | "office number accepted_at at actor name\n" | body ), hash(0) = 32
 * zero bytes.
 * Invariants  numbers run 1, 2, 3 ... without a gap; accepted_at never goes back; stored bytes are
 *             never changed.
 * Failure     E_DATABASE; ledger_prove reports the first bad entry instead of failing.
 */
#ifndef LINLI_ENGINE_LEDGER_H
#define LINLI_ENGINE_LEDGER_H

#include "base/hash.h"
#include "engine/ledger/event.h"
#include "engine/store/store.h"

struct ledger_head {
    int64_t number;      /* 0 = the ledger is empty */
    int64_t accepted_at; /* of the last entry */
    struct hash hash;
};

bool ledger_head(struct store *s, int64_t office, struct ledger_head *head, struct err *err);

/* Appends e (office, at, accepted_at, actor, name, fields set): gives it its number and moves the
 * head on. client_id and digest stand with the first event of a command only; both may be empty. */
bool ledger_append(struct store *s, struct ledger_head *head, struct event *e, struct str client_id,
                   struct str digest, struct err *err);

bool ledger_fetch(struct store *s, struct arena *a, int64_t office, int64_t number, struct event *e,
                  struct err *err);

/* Calls `each` with the entries first .. last, without looking at the chain. */
typedef bool (*ledger_each)(void *context, const struct event *e, struct err *err);
bool ledger_between(struct store *s, int64_t office, int64_t first, int64_t last, ledger_each each,
                    void *context, struct err *err);

/* Has this actor sent this client id before? 0 = no; else the number of the event, with the digest
 * of its command. */
/* Asks ahead for what ledger_find_client will ask (stmt_ahead). */
void ledger_client_ahead(struct store *s, int64_t office, int64_t actor, struct str client_id);
bool ledger_find_client(struct store *s, int64_t office, int64_t actor, struct str client_id,
                        int64_t *number, struct hash *digest, struct err *err);

struct hash ledger_entry_hash(const struct hash *before, const struct event *e, struct str body);

/* A walk along one office's ledger, which may be taken in pieces. */
struct ledger_walk {
    int64_t office;
    struct ledger_head at; /* the last entry that was right; number 0 = before the first */
    int64_t bad_number;    /* the first entry whose place is not right, 0 = none so far */
};

/* Goes on behind walk->at by up to `most` entries (LEDGER_ALL: to the end), calls `each` with every
 * entry whose place in the chain is right, and stops at the first that is not. A walk that met one
 * goes no further. */
static const int64_t LEDGER_ALL = INT64_MAX;
bool ledger_walk(struct store *s, struct ledger_walk *walk, int64_t most, ledger_each each,
                 void *context, struct err *err);

#endif
