/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ledger/blocks.h"

#include <assert.h>
#include <string.h>

static_assert((BLOCK_LEAVES & (BLOCK_LEAVES - 1)) == 0, "a whole block is a node of the tree");

static size_t count_blocks(const struct root_day *day) {
    return day->last < day->first ? 0 : (size_t)((day->last - day->first) / BLOCK_LEAVES + 1);
}

/* Block `number` of the day, from 0: its top, and the ways from its leaves up to there. */
static bool grow_block(struct store *s, const struct hash *key, const struct root_day *day,
                       size_t number, struct tree *tree, struct err *err) {
    int64_t first = day->first + (int64_t)number * BLOCK_LEAVES;
    int64_t last = first + BLOCK_LEAVES - 1;

    return root_grow(s, key, day->office, first, last < day->last ? last : day->last, tree, err);
}

void blocks_begin(struct arena *a, const struct root_day *day, struct blocks *b) {
    *b = (struct blocks){.tops = arena_array(a, struct hash, count_blocks(day) + 1)};
}

bool blocks_grow(struct store *s, const struct hash *key, const struct root_day *day, size_t most,
                 struct blocks *b, bool *is_whole, struct err *err) {
    size_t wanted = count_blocks(day);
    bool ok = true;

    for (; ok && b->count < wanted && most > 0; most--) {
        struct tree tree = tree_begin(NULL, 0);

        ok = grow_block(s, key, day, b->count, &tree, err);
        b->tops[b->count++] = tree_end(&tree);
    }
    *is_whole = b->count == wanted;
    return ok;
}

bool blocks_reckon(struct store *s, struct arena *a, const struct hash *key,
                   const struct root_day *day, struct blocks *b, struct err *err) {
    bool is_whole;

    blocks_begin(a, day, b);
    return blocks_grow(s, key, day, SIZE_MAX, b, &is_whole, err);
}

/* The tree over the tops; of no tops at all it is the empty one, as a day's. */
static struct hash join(const struct blocks *b, struct tree_path *paths, size_t path_count) {
    struct tree tree = tree_begin(paths, path_count);

    for (size_t i = 0; i < b->count; i++) {
        tree_add(&tree, &b->tops[i]);
    }
    return tree_end(&tree);
}

struct hash blocks_top(const struct blocks *b) {
    return join(b, NULL, 0);
}

/* ---- those that are kept */

static bool load(struct store *s, struct arena *a, const struct root_day *day, struct blocks *b,
                 struct err *err) {
    size_t wanted = blocks_are_kept(day) ? count_blocks(day) : 0;
    struct stmt *q;
    bool is_whole = true;

    *b = (struct blocks){.tops = arena_array(a, struct hash, wanted + 1)};
    if (wanted == 0) {
        return true;
    }
    q = store_sql(s, SQL_ROOT_BLOCKS);
    stmt_bind_int(q, 1, day->office);
    stmt_bind_int(q, 2, day->day);
    while (is_whole && stmt_next(q)) {
        struct str top = stmt_view(q, 0);

        is_whole = b->count < wanted && top.n == HASH_BYTES;
        if (is_whole) {
            memcpy(b->tops[b->count++].b, top.p, HASH_BYTES);
        }
    }
    b->count = is_whole && b->count == wanted ? wanted : 0;
    return stmt_end(q, err);
}

bool blocks_keep(struct store *s, const struct root_day *day, const struct blocks *b,
                 struct err *err) {
    struct stmt *q;
    bool ok = store_begin(s, err);

    if (ok) {
        q = store_sql(s, SQL_ROOT_BLOCKS_DELETE);
        stmt_bind_int(q, 1, day->office);
        stmt_bind_int(q, 2, day->day);
        ok = stmt_run(q, err);
    }
    for (size_t i = 0; ok && i < b->count; i++) {
        q = store_sql(s, SQL_ROOT_BLOCK_INSERT);
        stmt_bind_int(q, 1, day->office);
        stmt_bind_int(q, 2, day->day);
        stmt_bind_int(q, 3, (int64_t)i);
        stmt_bind_bytes(q, 4, hash_bytes(&b->tops[i]));
        ok = stmt_run_one(q, err);
    }
    ok = ok && store_commit(s, err);
    store_rollback(s);
    return ok;
}

bool blocks_missing(struct store *s, struct arena *a, int64_t office, int64_t before,
                    struct root_day *day, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_BLOCKS_MISSING);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, before);
    stmt_bind_int(q, 3, BLOCK_LEAVES);
    return root_read(q, a, office, day, err);
}

/* ---- the ways up */

struct climb {
    struct store *store;
    const struct hash *key;
    const struct root_day *day;
    struct tree_path *paths;
    size_t count;
};

/* From the leaves to the tops of their blocks. *fits: each block comes to its top. */
static bool climb_blocks(const struct climb *c, const struct blocks *b, bool *fits,
                         struct err *err) {
    size_t to;

    *fits = true;
    for (size_t from = 0; *fits && from < c->count; from = to) {
        size_t number = (size_t)(c->paths[from].leaf / BLOCK_LEAVES);
        struct tree tree;
        struct hash top;
        bool ok;

        for (to = from; to < c->count && c->paths[to].leaf / BLOCK_LEAVES == number; to++) {
            c->paths[to].leaf %= BLOCK_LEAVES;
        }
        tree = tree_begin(&c->paths[from], to - from);
        ok = grow_block(c->store, c->key, c->day, number, &tree, err);
        top = tree_end(&tree);
        *fits = ok && number < b->count && hash_eq(&top, &b->tops[number]);
        for (size_t i = from; i < to; i++) {
            c->paths[i].leaf += number * BLOCK_LEAVES;
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* And from there on to the top of the day. */
static struct hash climb_tops(struct arena *a, const struct climb *c, const struct blocks *b) {
    struct tree_path *upper = arena_array(a, struct tree_path, c->count + 1);
    struct hash top;

    for (size_t i = 0; i < c->count; i++) {
        upper[i].leaf = c->paths[i].leaf / BLOCK_LEAVES;
    }
    top = join(b, upper, c->count);
    for (size_t i = 0; i < c->count; i++) {
        struct tree_path *path = &c->paths[i];

        assert(path->count + upper[i].count <= TREE_LEVELS);
        memcpy(&path->steps[path->count], upper[i].steps, sizeof *path->steps * upper[i].count);
        path->count += upper[i].count;
    }
    return top;
}

bool blocks_climb(struct store *s, struct arena *a, const struct hash *key,
                  const struct root_day *day, struct tree_path *paths, size_t path_count,
                  struct root_sum *sum, struct err *err) {
    struct climb c = {s, key, day, paths, path_count};
    struct blocks b;
    struct hash top;
    bool fits = false;

    if (!load(s, a, day, &b, err)) {
        return false;
    }
    if (b.count > 0) {
        top = blocks_top(&b);
        if (!root_seal(s, key, day, &top, sum, err)) {
            return false;
        }
        if (str_eq(hex_write(a, hash_bytes(&sum->root)), day->root) &&
            !climb_blocks(&c, &b, &fits, err)) {
            return false;
        }
    }
    if (!fits && (!blocks_reckon(s, a, key, day, &b, err) || !climb_blocks(&c, &b, &fits, err))) {
        return false;
    }
    top = climb_tops(a, &c, &b);
    return root_seal(s, key, day, &top, sum, err);
}
