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

struct tree tree_begin(struct tree_path *paths, size_t path_count) {
    for (size_t i = 0; i < path_count; i++) {
        paths[i].count = 0;
    }
    return (struct tree){.paths = paths, .path_count = path_count};
}

static void keep_step(struct tree_path *path, const struct hash *hash, bool is_left) {
    struct tree_step *step = &path->steps[path->count++];

    assert(path->count <= TREE_LEVELS);
    step->hash = *hash;
    step->is_left = is_left;
}

/* Two neighbours become one: leaves begin..middle below `left`, middle..end below `right`. */
static struct hash join(struct tree *t, const struct hash *left, const struct hash *right,
                        const uint64_t bounds[3]) {
    for (size_t i = 0; i < t->path_count; i++) {
        struct tree_path *path = &t->paths[i];

        if (path->leaf >= bounds[0] && path->leaf < bounds[1]) {
            keep_step(path, right, false);
        } else if (path->leaf >= bounds[1] && path->leaf < bounds[2]) {
            keep_step(path, left, true);
        }
    }
    return tree_node(left, right);
}

void tree_add(struct tree *t, const struct hash *leaf) {
    struct hash node = *leaf;
    unsigned height = 0;

    for (uint64_t n = t->count; (n & 1) != 0; n >>= 1) {
        uint64_t end = t->count + 1;
        uint64_t size = (uint64_t)1 << height;

        node = join(t, &t->nodes[height++], &node, (uint64_t[3]){end - 2 * size, end - size, end});
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
            top = join(t, &t->nodes[height], &top, (uint64_t[3]){begin - size, begin, t->count});
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
