/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a day: every number of leaves from none to forty, each leaf's way up, and nothing
 * else that leads to the same top. */
#include "check.h"

#include "engine/ledger/tree.h"

#include <string.h>

enum { LEAVES_MOST = 40 };

static struct hash leaf(uint64_t i) {
    unsigned char b[2] = {(unsigned char)i, (unsigned char)(i >> 8)};
    struct hash entry = hash_sha256((struct str){(const char *)b, sizeof b});
    struct hash salt = hash_sha256(hash_bytes(&entry));

    return tree_leaf(&salt, &entry);
}

/* As RFC 9162 2.1.1 defines it: the greatest power of two below n goes to the left. */
static struct hash by_definition(uint64_t from, uint64_t n) {
    uint64_t left = 1;
    struct hash a;
    struct hash b;

    if (n == 0) {
        return hash_sha256((struct str){0});
    }
    if (n == 1) {
        return leaf(from);
    }
    while (left * 2 < n) {
        left *= 2;
    }
    a = by_definition(from, left);
    b = by_definition(from + left, n - left);
    return tree_node(&a, &b);
}

static struct hash grow(uint64_t n, struct tree_path *paths, size_t path_count) {
    struct tree t = tree_begin(paths, path_count);

    for (uint64_t i = 0; i < n; i++) {
        struct hash l = leaf(i);

        tree_add(&t, &l);
    }
    return tree_end(&t);
}

static void a_tree_of_any_size_has_the_shape_of_the_standard(void **state) {
    (void)state;
    for (uint64_t n = 0; n <= LEAVES_MOST; n++) {
        struct hash is = grow(n, NULL, 0);
        struct hash should = by_definition(0, n);

        assert_true(hash_eq(&is, &should));
    }
}

static void each_leaf_climbs_to_the_top_and_only_there(void **state) {
    struct tree_path paths[LEAVES_MOST] = {0};

    (void)state;
    for (uint64_t n = 1; n <= LEAVES_MOST; n++) {
        struct hash top;

        for (uint64_t i = 0; i < n; i++) {
            paths[i].leaf = i;
        }
        top = grow(n, paths, n);
        for (uint64_t i = 0; i < n; i++) {
            for (uint64_t k = 0; k < n; k++) {
                struct hash l = leaf(k);
                struct hash at = tree_climb(&l, &paths[i]);

                assert_int_equal(hash_eq(&at, &top), i == k);
            }
        }
    }
}

static void a_flipped_bit_anywhere_is_noticed(void **state) {
    struct tree_path path = {.leaf = 9};
    struct hash top = grow(21, &path, 1);
    struct hash l = leaf(9);

    (void)state;
    assert_int_equal(path.count, 5);
    for (size_t step = 0; step <= path.count; step++) {
        struct hash *where = step == path.count ? &l : &path.steps[step].hash;

        for (size_t byte = 0; byte < HASH_BYTES; byte++) {
            struct hash at;

            where->b[byte] ^= (unsigned char)(1 << byte % 8);
            at = tree_climb(&l, &path);
            assert_false(hash_eq(&at, &top));
            where->b[byte] ^= (unsigned char)(1 << byte % 8);
        }
    }
    for (size_t step = 0; step < path.count; step++) {
        struct hash at;

        path.steps[step].is_left = !path.steps[step].is_left;
        at = tree_climb(&l, &path);
        assert_false(hash_eq(&at, &top));
        path.steps[step].is_left = !path.steps[step].is_left;
    }
}

/* Two nodes' bytes as salt and entry of a leaf: without the byte in front, the leaf would be the
 * node above them. */
static void a_node_never_passes_for_a_leaf(void **state) {
    struct hash a = leaf(0);
    struct hash b = leaf(1);
    struct hash as_leaf = tree_leaf(&a, &b);
    struct hash as_node = tree_node(&a, &b);

    (void)state;
    assert_false(hash_eq(&as_leaf, &as_node));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_of_any_size_has_the_shape_of_the_standard),
        cmocka_unit_test(each_leaf_climbs_to_the_top_and_only_there),
        cmocka_unit_test(a_flipped_bit_anywhere_is_noticed),
        cmocka_unit_test(a_node_never_passes_for_a_leaf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
