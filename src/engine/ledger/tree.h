/* SPDX-License-Identifier: Apache-2.0 */
/* engine/ledger/tree.h - a Merkle tree over leaves that come one after the other, and the way from
 * one leaf up to the top.
 *
 * The shape is that of RFC 9162 (Certificate Transparency): of n leaves the left side holds the
 * greatest power of two below n, so a node without a partner is handed up as it is.
 *     leaf = SHA-256(0x00 | salt | entry)     node = SHA-256(0x01 | left | right)
 *     of no leaves at all: SHA-256 of nothing
 * The first byte keeps leaves and nodes apart, so that no node passes for a leaf.
 * Memory   a builder holds a node a level: 64 of them, whatever the number of leaves.
 */
#ifndef LINLI_ENGINE_TREE_H
#define LINLI_ENGINE_TREE_H

#include "base/hash.h"

enum { TREE_LEVELS = 64 };

/* A step on the way up: what is put beside, and on which side it stands. */
struct tree_step {
    struct hash hash;
    bool is_left;
};

/* The way up from one leaf. */
struct tree_path {
    uint64_t leaf; /* from 0 */
    struct tree_step steps[TREE_LEVELS];
    size_t count; /* of steps */
};

struct tree {
    struct hash nodes[TREE_LEVELS]; /* whole subtrees by their height, those that `count` names */
    uint64_t count;                 /* leaves so far */
    struct tree_path *paths;        /* the caller's: `leaf` is set, the rest is filled in */
    size_t path_count;
};

struct hash tree_leaf(const struct hash *salt, const struct hash *entry);
struct hash tree_node(const struct hash *left, const struct hash *right);

struct tree tree_begin(struct tree_path *paths, size_t path_count);
void tree_add(struct tree *t, const struct hash *leaf);

/* The top; the paths are whole then. */
struct hash tree_end(struct tree *t);

/* Where a leaf comes to by its path. */
struct hash tree_climb(const struct hash *leaf, const struct tree_path *path);

#endif
