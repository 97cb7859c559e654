/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/verify.h - the proof: the chains are whole, every cell of every derived table equals
 * the replay of the ledger, and every value beside the ledger fits its commitment.
 *
 * Differences are reported one by one: a table, the key of its row, a column and both values.
 * Reading runs beside a serving process; memory is bounded, the replay goes into a temporary
 * database.
 */
#ifndef LINLI_ENGINE_VERIFY_H
#define LINLI_ENGINE_VERIFY_H

#include "engine/door/door.h"

struct difference {
    struct str table;  /* derived table, "ledger", "words", "vault", "attachments" */
    struct str key;    /* primary key of the row, as text */
    struct str column; /* empty: the whole row */
    struct str is;     /* value in the database */
    struct str should; /* value of the replay or commitment */
};

struct verify_result {
    int64_t offices;     /* ledgers walked */
    int64_t events;      /* entries whose place in the chain is right */
    int64_t rows;        /* rows of derived tables compared */
    int64_t values;      /* words, vault values and photos that fit their commitment */
    int64_t differences; /* 0 = everything holds */
};

struct verify_setup {
    struct store *store;
    const struct event_row *events;
    const struct keys
        *keys; /* NULL: vault values are only counted against their commitments' presence */
    const char *attachments; /* folder, NULL: pictures are not read */
    void (*found)(void *context, const struct difference *d);
    void *context;
};

bool verify_run(const struct verify_setup *setup, struct verify_result *result, struct err *err);

/* Makes the derived tables anew from the ledger, in one transaction of the given store. */
bool verify_rebuild(struct store *s, const struct event_row *events, struct err *err);

#endif
