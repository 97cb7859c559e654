/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/verify_walk.h - what the parts of verify share: the walk that is under way.
 *
 * verify.c proves the chain and compares the derived tables; verify_beside.c proves what lies
 * beside the ledger: words, vault, photos; verify_roots.c reckons the daily roots; verify_run.c is
 * the whole, in two halves with a walk each.
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

#include <pthread.h>
#include <stdatomic.h>

enum { OFFICES_MOST = 65536 };

/* Entries and rows that are read in one view of the database. */
enum { PIECE_ENTRIES = 2000, PIECE_ROWS = 10000 };
enum { REPLAY_ENTRIES = 100000 }; /* of one transaction of the replay */

/* Of both halves. */
struct verify_turns {
    pthread_rwlock_t views; /* read: somebody has one; written: nobody has */
    _Atomic int64_t rested_at;
    atomic_bool is_held; /* a view that lasts: no rest is to be had */
    atomic_bool is_over; /* a half failed: the other begins nothing more */
};
void verify_turns_open(struct verify_turns *t);
void verify_turns_close(struct verify_turns *t);

struct walk {
    const struct verify_setup *setup;
    struct verify_result *result;
    struct store *replay; /* the tables made anew from the ledger */
    struct arena *arena;
    struct ledger_walk *ledgers; /* how far each office is replayed, by office */
    size_t ledger_count;
    bool is_blind;                /* which ledgers there are cannot be read */
    struct verify_erased *erased; /* what the office at hand erased */
    struct verify_turns *turns;   /* NULL where no view is begun */
    bool has_view;
};

void verify_report(struct walk *w, const struct difference *d);
void verify_tell(struct walk *w, enum verify_part part, int64_t done);

/* One view of the database, and its end: `ok` says whether the reading went well. E_DRAINING when
 * the other half failed. Between pieces a writer gets a moment, some times a second. */
bool verify_begin(struct walk *w, struct err *err);
bool verify_end(struct walk *w, bool ok, struct err *err);
void verify_rest(struct walk *w);

/* A table that cannot be read is told, and the rest is looked at all the same. */
bool verify_go_on(struct walk *w, const char *table, bool ok, struct err *err);

/* The office with a ledger behind `*office`. */
bool verify_next_office(struct store *s, int64_t *office, bool *found, struct err *err);

/* The chains are whole: each entry is replayed. Then each cell of each derived table equals the
 * replay. */
bool verify_ledgers(struct walk *w, struct err *err);
bool verify_tables(struct walk *w, struct err *err);

/* Each value fits its commitment and belongs to those of whom its event speaks; each commitment has
 * its value. */
bool verify_beside(struct walk *w, struct err *err);

/* Each ledger comes to its daily roots, and to those that were kept outside. Of a ledger the first
 * day that does not fit is told: all behind it follow from it. */
bool verify_roots(struct walk *w, struct err *err);

#endif
