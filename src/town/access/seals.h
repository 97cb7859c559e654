/* SPDX-License-Identifier: Apache-2.0 */
/* town/access/seals.h - that the program alone changed a password or a program's key.
 *
 * Neither stands in the ledger. Each time one is written, the audit log gets a seal of its row, an
 * HMAC over every column under a key that the database does not hold: an entry `password_sealed` or
 * `key_sealed` in the same transaction, which tells nothing of the password. The newest seal of a
 * row must fit it; the log itself is a chain whose end the ledger keeps (access/audit.h). So a row
 * that was edited, put back to what it was, taken away or put in by hand is named by verify.
 * A folder of before has none until the program first writes to it: what lies there then is sealed
 * as it is. Once there is one seal every row must have its own.
 * Failure  E_DATABASE.
 * Source   docs/decisions/081-seals.md.
 */
#ifndef LINLI_TOWN_SEALS_H
#define LINLI_TOWN_SEALS_H

#include "engine/door/verify.h"

struct installation;

enum seal_of { SEAL_PASSWORD, SEAL_KEY };

/* Seals the row of an account or a key that was just written, in the transaction at hand, which
 * holds STORE_LOCK_AUDIT. */
bool seals_put(struct installation *i, struct store *s, enum seal_of of, int64_t id,
               struct err *err);

/* Seals what there is, unless there are seals already. */
bool seals_begin(struct installation *i, struct err *err);

/* Does every row fit its seal, and the log what the ledger kept of it? Differences are told like
 * those of verify_run. */
struct seals_proof {
    struct store *store;
    const struct keys *keys;
    void (*found)(void *context, const struct difference *d);
    void *context;
    int64_t seals; /* rows that fit their seal */
    int64_t flaws;
};
bool seals_prove(struct seals_proof *p, struct err *err);

/* Are these the keys of this installation? With others its contacts and links cannot be opened, and
 * what they seal neither by the true ones. They are when they open a value of the vault or fit the
 * seal of a password, or where nothing is sealed yet; what cannot be read is left to verify.
 * Failure  E_KEYS_OTHER, which names the folder. */
bool seals_know(struct store *s, const struct keys *keys, struct str folder, struct err *err);

#endif
