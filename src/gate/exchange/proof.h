/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/proof.h - the proof of a case, as a file of its own: each entry's hash, its salt,
 * the way up the tree of its day, and the root that this leads to.
 *
 * Nothing in it was written by a person, names one, or comes from another case: of the neighbours
 * in the tree there are salted hashes. docs/check_proof.py verifies it; docs/proof.md explains it.
 * Entries of a day that is not closed yet stand under `open`.
 * Limits   PROOF_ENTRIES: further entries of a case are left out.
 */
#ifndef LINLI_GATE_EXCHANGE_PROOF_H
#define LINLI_GATE_EXCHANGE_PROOF_H

#include "base/json.h"
#include "engine/ledger/roots.h"

enum { PROOF_ENTRIES = 400, PROOF_BYTES = 4 << 20 };

struct proof_of {
    int64_t office;
    int64_t case_id;
    struct str number; /* of the case */
    int64_t voice; /* who asks: public entries and the own ones alone; 0 = all, for the office */
    int offset_minutes;
};

/* The members of the proof, without braces. */
bool proof_write(struct arena *a, struct store *s, const struct hash *key,
                 const struct proof_of *of, struct json_out *o, struct err *err);

/* Name of the file: linli-proof-NUMBER.json */
struct str proof_file_name(struct arena *a, struct str number);

/* The entry that brought the case, for its receipt: number 0 when there is none. */
bool proof_receipt(struct store *s, int64_t office, int64_t case_id, int64_t *number,
                   struct hash *hash, struct err *err);

#endif
