/* SPDX-License-Identifier: Apache-2.0 */
/* engine/ledger/blocks.h - the way up from an entry to its day's root, whose price does not grow
 * with the day.
 *
 * A day's tree is cut into blocks of BLOCK_LEAVES leaves. As that is a power of two, a whole block
 * is a node of the tree (tree.h), what is left over at the end is one too, and the tree over the
 * tops of the blocks is the upper part of the day's. The tops of a closed day with more than one
 * block are kept (table root_blocks, 32 bytes for each BLOCK_LEAVES entries); a way up then reads
 * them and the blocks that hold the entries asked for.
 * Invariants  kept tops are taken only when they come to the day's published root, and so does the
 *             block under each: what is missing or altered is reckoned anew from the ledger. So
 *             they need no proof of their own, and the table may be emptied at any time.
 * Memory      tops in the given arena: 32 bytes each.
 * Failure     E_DATABASE.
 * Source      docs/decisions/080-blocks-of-a-day.md.
 */
#ifndef LINLI_ENGINE_BLOCKS_H
#define LINLI_ENGINE_BLOCKS_H

#include "engine/ledger/roots.h"

enum { BLOCK_LEAVES = 256 };

struct blocks {
    struct hash *tops; /* of each block, in their order */
    size_t count;      /* 0 = the day has no entries, or none are kept */
};

/* The tops of a day from its ledger, some more at each call, so that who closes a day can be
 * stopped in the middle of one with millions of entries. */
void blocks_begin(struct arena *a, const struct root_day *day, struct blocks *b);
bool blocks_grow(struct store *s, const struct hash *key, const struct root_day *day, size_t most,
                 struct blocks *b, bool *is_whole, struct err *err);

/* The same at once: reads the whole day. */
bool blocks_reckon(struct store *s, struct arena *a, const struct hash *key,
                   const struct root_day *day, struct blocks *b, struct err *err);

/* The top of the day's tree. */
struct hash blocks_top(const struct blocks *b);

/* Are the tops of this day to be kept? */
static inline bool blocks_are_kept(const struct root_day *day) {
    return day->last - day->first >= BLOCK_LEAVES;
}

/* In the place of those that are there, in one transaction. */
bool blocks_keep(struct store *s, const struct root_day *day, const struct blocks *b,
                 struct err *err);

/* The newest closed day before `before` whose tops are to be kept and are not; day 0 = none. */
bool blocks_missing(struct store *s, struct arena *a, int64_t office, int64_t before,
                    struct root_day *day, struct err *err);

/* The ways up from entries of one closed day: paths[].leaf counts from day->first, the rest is
 * filled in. */
bool blocks_climb(struct store *s, struct arena *a, const struct hash *key,
                  const struct root_day *day, struct tree_path *paths, size_t path_count,
                  struct root_sum *sum, struct err *err);

#endif
