/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/verify_walk.h - what the two halves of verify share: the walk that is under way.
 *
 * verify.c proves the chain and compares the derived tables; verify_beside.c proves what lies
 * beside the ledger: words, vault, photos; verify_roots.c reckons the daily roots.
 * Memory   `arena` is reset after each row; a difference is told at once and not kept.
 */
#ifndef LINLI_ENGINE_VERIFY_WALK_H
#define LINLI_ENGINE_VERIFY_WALK_H

#include "engine/door/erasure.h"
#include "engine/door/verify.h"

enum { OFFICES_MOST = 65536 };

struct walk {
    const struct verify_setup *setup;
    struct verify_result *result;
    struct store *replay; /* the tables made anew from the ledger */
    struct arena *arena;
    const struct verify_teller *teller; /* NULL = nobody is told */
    struct erasure_item *erased;        /* what the office at hand erased, by event */
    size_t erased_count;
};

void verify_report(struct walk *w, const struct difference *d);

/* A table that cannot be read is told, and the rest is looked at all the same. */
bool verify_go_on(struct walk *w, const char *table, bool ok, struct err *err);

/* Every office that has a ledger, and how many entries. */
bool verify_offices(struct store *s, struct arena *a, int64_t **offices, int64_t **counts,
                    size_t *n, struct err *err);

/* Each value fits its commitment and belongs to those of whom its event speaks; each commitment has
 * its value. */
bool verify_beside(struct walk *w, struct err *err);

/* Each ledger comes to its daily roots, and to those that were kept outside. Of a ledger the first
 * day that does not fit is told: all behind it follow from it. */
bool verify_roots(struct walk *w, struct err *err);

#endif
