/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ledger/tree.h"

#include <assert.h>

struct hash tree_leaf(const struct hash *salt, const struct hash *entry) {
    struct str parts[3] = {{"\x00", 1}, hash_bytes(salt), hash_bytes(entry)};

    return hash_sha256_parts(parts, 3);
}

struct hash tree_node(const struct hash *left, const struct hash *right) {
    struct str parts[3] = {{"\x01", 1}, hash_bytes(left), hash_bytes(right)};

    return hash_sha256_parts(parts, 3);
}

struct tree tree_begin(uint64_t wanted) {
    return (struct tree){.wanted = wanted};
}

static void keep_step(struct tree *t, const struct hash *hash, bool is_left) {
    struct tree_step *step = &t->path.steps[t->path.count++];

    assert(t->path.count <= TREE_LEVELS);
    step->hash = *hash;
    step->is_left = is_left;
}

/* Two subtrees of `height` become one; `end` is the leaf behind them. */
static struct hash join(struct tree *t, unsigned height, uint64_t end, const struct hash *right) {
    uint64_t middle = end - ((uint64_t)1 << height);
    uint64_t begin = middle - ((uint64_t)1 << height);

    if (t->wanted >= begin && t->wanted < middle) {
        keep_step(t, right, false);
    } else if (t->wanted >= middle && t->wanted < end) {
        keep_step(t, &t->nodes[height], true);
    }
    return tree_node(&t->nodes[height], right);
}

void tree_add(struct tree *t, const struct hash *leaf) {
    struct hash node = *leaf;
    unsigned height = 0;

    for (uint64_t n = t->count; (n & 1) != 0; n >>= 1) {
        node = join(t, height++, t->count + 1, &node);
    }
    t->nodes[height] = node;
    t->count++;
}

struct hash tree_end(struct tree *t) {
    struct hash top = hash_sha256((struct str){0});
    uint64_t begin = t->count; /* first leaf below `top` */
    bool is_empty = true;

    for (unsigned height = 0; height < TREE_LEVELS && t->count >> height != 0; height++) {
        uint64_t size = (uint64_t)1 << height;

        if ((t->count & size) == 0) {
            continue;
        }
        if (is_empty) {
            top = t->nodes[height];
            is_empty = false;
        } else {
            if (t->wanted >= begin && t->wanted < t->count) {
                keep_step(t, &t->nodes[height], true);
            } else if (t->wanted >= begin - size && t->wanted < begin) {
                keep_step(t, &top, false);
            }
            top = tree_node(&t->nodes[height], &top);
        }
        begin -= size;
    }
    return top;
}

struct hash tree_climb(const struct hash *leaf, const struct tree_path *path) {
    struct hash at = *leaf;

    for (size_t i = 0; i < path->count; i++) {
        const struct tree_step *s = &path->steps[i];

        at = s->is_left ? tree_node(&s->hash, &at) : tree_node(&at, &s->hash);
    }
    return at;
}
