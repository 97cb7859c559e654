/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/verify.h - the proof: the chains are whole, every cell of every derived table equals
 * the replay of the ledger, every value beside the ledger fits its commitment, and every daily root
 * is what its ledger comes to.
 *
 * Differences are reported one by one: a table, the key of its row, a column and both values.
 * Reading runs beside a serving process, in pieces, so that SQLite's journal is written back
 * meanwhile; each piece is compared as of its own moment. Memory is bounded, the replay goes into a
 * temporary database. Source: docs/decisions/064-verify-in-pieces.md.
 */
#ifndef LINLI_ENGINE_VERIFY_H
#define LINLI_ENGINE_VERIFY_H

#include "engine/door/door.h"

struct difference {
    struct str table;  /* derived table, "ledger", "words", "vault", "attachments"; "database":
                          the file itself */
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
    int64_t days;        /* daily roots that the ledgers come to, from the first on */
    int64_t kept;        /* roots kept outside that fit */
    int64_t bad_day;     /* the first day whose root does not fit, yyyymmdd; 0 = none */
    int64_t differences; /* 0 = everything holds */
};

/* A daily root that somebody kept outside. */
struct verify_kept {
    int64_t day;     /* yyyymmdd */
    struct str root; /* hex, small letters */
    bool fits;       /* set by verify_run: one of the ledgers comes to it */
};

/* Told now and then how many entries were replayed, rows compared, values proved so far. The values
 * are told by a thread of their own. */
enum verify_part { VERIFY_ENTRIES, VERIFY_ROWS, VERIFY_VALUES, VERIFY_PARTS };
struct verify_teller {
    void (*told)(void *context, enum verify_part part, int64_t done);
    void *context;
};

struct verify_setup {
    struct store *store;
    struct store *second; /* another connection: the halves of the proof go on side by side, and
                             what the second half finds is told at the end; NULL = one behind the
                             other */
    const struct event_row *events;
    const struct keys *keys; /* NULL: vault values are only counted against their commitments'
                                presence, and roots are not reckoned */
    const char *attachments; /* folder, NULL: pictures are not read */
    struct verify_kept *kept;
    size_t kept_count;
    void (*found)(void *context, const struct difference *d);
    void *context;
    const struct verify_teller *teller; /* NULL = nobody is told how far it is */
};

/* How many entries there are to replay; fewer where a damaged file does not tell. */
int64_t verify_entries(struct store *s);

bool verify_run(const struct verify_setup *setup, struct verify_result *result, struct err *err);

/* Makes the derived tables anew from the ledger, in one transaction of the given store; `teller`
 * may be NULL. */
bool verify_rebuild(struct store *s, const struct event_row *events,
                    const struct verify_teller *teller, struct err *err);

/* One hash over every cell of every derived table, in the order of their keys: the same whatever
 * engine is behind the store. */
bool verify_digest(struct store *s, struct hash *digest, int64_t *rows, struct err *err);

#endif
