/* SPDX-License-Identifier: Apache-2.0 */
/* Ways up by blocks: of days of many lengths they lead to the root that the whole day comes to,
 * whether the tops are kept, missing, or altered. */
#include "check.h"

#include "engine/ledger/blocks.h"
#include "engine/ledger/ledger.h"

#include <string.h>

enum { OFFICE = 1, DAY = 20261122, ENTRIES_MOST = 9 * BLOCK_LEAVES + 20 };

static struct arena *arena;
static struct store *store;
static struct hash key;

static int set_up(void **state) {
    struct ledger_head head = {0};
    struct err err;

    (void)state;
    arena = arena_open();
    key = hash_sha256(STR("key"));
    store = store_open("", STORE_SCRATCH, &err);
    assert_non_null(store);
    assert_true(store_begin(store, &err));
    for (int i = 0; i < ENTRIES_MOST; i++) {
        struct event *e = arena_new(arena, struct event);

        *e = (struct event){.arena = arena, .name = STR("entry/1"), .office = OFFICE};
        event_add_int(e, "value", i);
        assert_true(ledger_append(store, &head, e, (struct str){0}, (struct str){0}, &err));
    }
    assert_true(store_commit(store, &err));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    store_close(store);
    arena_close(arena);
    return 0;
}

/* A day of `n` entries behind the first seven, with its root as the whole of it comes to. */
static struct root_day day_of(int64_t n) {
    struct root_day day = {.office = OFFICE, .day = DAY, .first = 8, .last = 7 + n};
    struct root_sum sum;
    struct err err;

    assert_true(root_reckon(store, &key, &day, &sum, &err));
    day.root = hex_write(arena, hash_bytes(&sum.root));
    return day;
}

static struct hash leaf_of(const struct root_day *day, uint64_t leaf) {
    int64_t number = day->first + (int64_t)leaf;
    struct hash salt = root_salt(&key, OFFICE, number);
    struct stmt *q = store_sql(store, SQL_ROOT_ENTRY);
    struct hash entry;
    struct err err;

    stmt_bind_int(q, 1, OFFICE);
    stmt_bind_int(q, 2, number);
    assert_true(stmt_next(q));
    memcpy(entry.b, stmt_view(q, 1).p, HASH_BYTES);
    assert_true(stmt_end(q, &err));
    return tree_leaf(&salt, &entry);
}

/* The first leaf, the last one, and some on both sides of a border. */
static void check_climb(const struct root_day *day) {
    static const uint64_t asked[] = {0, 1, BLOCK_LEAVES - 1, BLOCK_LEAVES, 2 * BLOCK_LEAVES + 5};
    uint64_t leaves = (uint64_t)(day->last - day->first + 1);
    struct tree_path paths[6] = {0};
    struct root_sum sum;
    struct err err;
    size_t n = 0;

    for (size_t i = 0; i < 5; i++) {
        if (asked[i] + 1 < leaves) {
            paths[n++].leaf = asked[i];
        }
    }
    paths[n++].leaf = leaves - 1;
    assert_true(blocks_climb(store, arena, &key, day, paths, n, &sum, &err));
    assert_true(str_eq(hex_write(arena, hash_bytes(&sum.root)), day->root));
    for (size_t i = 0; i < n; i++) {
        struct hash leaf = leaf_of(day, paths[i].leaf);
        struct hash at = tree_climb(&leaf, &paths[i]);

        assert_true(hash_eq(&at, &sum.top));
    }
}

static void keep(const struct root_day *day) {
    struct blocks b;
    struct err err;

    assert_true(blocks_reckon(store, arena, &key, day, &b, &err));
    assert_true(blocks_keep(store, day, &b, &err));
}

static void a_way_up_leads_to_the_root_of_the_whole_day(void **state) {
    static const int64_t lengths[] = {1, 2, 255, 256, 257, 511, 512, 513, 700, 1024, 1500, 2304};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct root_day day = day_of(lengths[i]);

        check_climb(&day); /* none are kept, or those of another length */
        keep(&day);
        check_climb(&day);
    }
}

static void an_empty_day_has_a_root_and_no_blocks(void **state) {
    struct root_day day = day_of(0);
    struct root_sum sum;
    struct err err;

    (void)state;
    assert_true(blocks_climb(store, arena, &key, &day, NULL, 0, &sum, &err));
    assert_true(str_eq(hex_write(arena, hash_bytes(&sum.root)), day.root));
}

static void an_altered_top_is_not_believed(void **state) {
    struct root_day day = day_of(1500);
    struct err err;

    (void)state;
    keep(&day);
    assert_true(
        store_execute(store, "UPDATE root_blocks SET hash = zeroblob(32) WHERE block = 2", &err));
    check_climb(&day);
    keep(&day);
    assert_true(store_execute(store, "DELETE FROM root_blocks WHERE block = 1", &err));
    check_climb(&day);
}

/* Else a proof would read the whole day: of 1,500 entries the ways of three lie in three blocks. */
static void only_the_blocks_that_are_asked_for_are_read(void **state) {
    struct root_day day = day_of(1500);
    struct tree_path path = {.leaf = 3 * BLOCK_LEAVES};
    struct root_sum sum;
    struct err err;

    (void)state;
    keep(&day);
    assert_true(store_begin(store, &err));
    assert_true(
        store_execute(store, "UPDATE ledger SET hash = zeroblob(32) WHERE number = 20", &err));
    assert_true(blocks_climb(store, arena, &key, &day, &path, 1, &sum, &err));
    assert_true(str_eq(hex_write(arena, hash_bytes(&sum.root)), day.root));
    path.leaf = 30;
    assert_true(blocks_climb(store, arena, &key, &day, &path, 1, &sum, &err));
    assert_false(str_eq(hex_write(arena, hash_bytes(&sum.root)), day.root));
    store_rollback(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_up_leads_to_the_root_of_the_whole_day),
        cmocka_unit_test(an_empty_day_has_a_root_and_no_blocks),
        cmocka_unit_test(an_altered_top_is_not_believed),
        cmocka_unit_test(only_the_blocks_that_are_asked_for_are_read),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
