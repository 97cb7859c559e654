/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/verify_walk.h - what the two halves of verify share: the walk that is under way.
 *
 * verify.c proves the chain and compares the derived tables; verify_beside.c proves what lies
 * beside the ledger: words, vault, photos; verify_roots.c reckons the daily roots.
 *
 * The database may be served meanwhile, and SQLite's journal begins anew only while nobody reads:
 * so everything is read in pieces, each in a view of its own (verify_begin, verify_end). What was
 * compared is true of the moment of its piece: before derived rows are looked at, the replay is
 * brought up to the ledgers as they stand in that very view.
 * Memory   `arena` is reset after each row; a difference is told at once and not kept.
 */
#ifndef LINLI_ENGINE_VERIFY_WALK_H
#define LINLI_ENGINE_VERIFY_WALK_H

#include "engine/door/erasure.h"
#include "engine/door/verify.h"
#include "engine/ledger/ledger.h"

enum { OFFICES_MOST = 65536 };

/* Entries and rows that are read in one view of the database. */
enum { PIECE_ENTRIES = 2000, PIECE_ROWS = 10000 };

struct walk {
    const struct verify_setup *setup;
    struct verify_result *result;
    struct store *replay; /* the tables made anew from the ledger */
    struct arena *arena;
    const struct verify_teller *teller; /* NULL = nobody is told */
    struct ledger_walk *ledgers;        /* how far each office is replayed, by office */
    size_t ledger_count;
    bool is_blind;                /* which ledgers there are cannot be read */
    struct verify_erased *erased; /* what the office at hand erased */
};

void verify_report(struct walk *w, const struct difference *d);

/* One view of the database, and its end: `ok` says whether the reading went well. Between two
 * pieces a writer gets a moment. */
bool verify_begin(struct walk *w, struct err *err);
bool verify_end(struct walk *w, bool ok, struct err *err);
void verify_rest(struct walk *w);

/* A table that cannot be read is told, and the rest is looked at all the same. */
bool verify_go_on(struct walk *w, const char *table, bool ok, struct err *err);

/* Each value fits its commitment and belongs to those of whom its event speaks; each commitment has
 * its value. */
bool verify_beside(struct walk *w, struct err *err);

/* Each ledger comes to its daily roots, and to those that were kept outside. Of a ledger the first
 * day that does not fit is told: all behind it follow from it. */
bool verify_roots(struct walk *w, struct err *err);

#endif
