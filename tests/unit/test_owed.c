/* SPDX-License-Identifier: Apache-2.0 */
/* What a transaction changes is written once: before the commit, or before a question that it
 * bears on; and a rollback leaves nothing of it. On PostgreSQL, where rows go together besides,
 * with its address in LINLI_TEST_DATABASE (tests/scenario/test_on_a_server.py). */
#include "engine/door/door.h"
#include "engine/ledger/ledger.h"
#include "engine/query/tally.h"
#include "town/cases/case_kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena *a;
static struct store *s;
static struct err err;

static int open_store(void **state) {
    const char *address = getenv("LINLI_TEST_DATABASE");

    (void)state;
    a = arena_open();
    s = address == NULL ? store_open("", STORE_SCRATCH, &err)
                        : store_open(address, STORE_CREATE, &err);
    return s == NULL;
}

static int close_store(void **state) {
    (void)state;
    store_close(s);
    arena_close(a);
    return 0;
}

static int64_t number_of(const char *sql) {
    struct stmt *q = store_text(s, str_of(sql));
    int64_t n = stmt_next(q) ? stmt_int(q, 0) : -1;

    assert_true(stmt_end(q, &err));
    return n;
}

static int64_t id_of(int64_t counter) {
    return (int64_t)1 << ID_COUNTER_BITS | counter;
}

static struct case_file *case_of(int64_t counter, const char *external) {
    struct case_file *c = arena_new(a, struct case_file);

    *c = (struct case_file){.id = id_of(counter), .office = 1, .is_new = true};
    c->number = arena_format(a, "SP-%lld", (long long)counter);
    c->external_number = str_of(external);
    c->clocks[c->clock_count++] = (struct case_clock){.number = 1, .is_new = true};
    return c;
}

static struct case_file *load(int64_t counter) {
    struct case_file *c = arena_new(a, struct case_file);
    bool found;

    assert_true(case_load(s, a, id_of(counter), c, &found, &err) && found);
    return c;
}

static int64_t changes(void) {
    return store_is_shared(s) ? 0 : number_of("SELECT total_changes()"); /* nobody counts there */
}

static void what_changes_often_is_written_once(void **state) {
    struct tally_case open = {.office = 1, .day = 20261122, .state = STR("handling")};
    struct tally_case ended = {.office = 1, .day = 20261122, .state = STR("closed")};
    int64_t before = changes();

    (void)state;
    assert_true(store_begin(s, &err));
    assert_true(case_save(s, case_of(1, ""), &err));
    for (int i = 1; i <= 9; i++) {
        struct case_file *c = load(1);

        c->returns = i;
        c->class = arena_format(a, "W%d", i);
        c->clocks[0].stopped_at = i;
        c->clocks[0].is_changed = true;
        assert_true(case_save(s, c, &err) && counter_set(s, 1, "id", i, &err) &&
                    tally_move(s, &open, &ended, &err));
    }
    assert_true(tally_move(s, &ended, &open, &err));
    assert_true(store_commit(s, &err));
    assert_true(store_is_shared(s) ||
                changes() - before == 1 + 1 + 1 + TALLY_ROWS + TALLY_OPEN_ROWS);
    assert_int_equal(number_of("SELECT returns FROM cases WHERE class = 'W9'"), 9);
    assert_int_equal(number_of("SELECT stopped_at FROM clocks"), 9);
    assert_int_equal(number_of("SELECT value FROM counters"), 9);
    assert_int_equal(number_of("SELECT cases FROM tallies WHERE span = 2026 AND cube = 8"), 8);
}

static void a_question_sees_it_before_the_commit(void **state) {
    struct case_twin twin;

    (void)state;
    assert_true(store_begin(s, &err));
    assert_true(case_save(s, case_of(2, "T-2"), &err));
    assert_true(case_find_external(s, a, 1, STR("T-2"), &twin, &err));
    assert_int_equal(twin.id, id_of(2));
    assert_int_equal(number_of("SELECT count(*) FROM cases WHERE external_number = 'T-2'"), 1);
    assert_true(case_find_external(s, a, 1, STR("T-2"), &twin, &err));
    assert_int_equal(twin.id, id_of(2));
    assert_true(store_commit(s, &err));
}

static void a_rollback_leaves_nothing_of_it(void **state) {
    struct case_twin twin;

    (void)state;
    assert_true(store_begin(s, &err));
    assert_true(case_save(s, case_of(3, "T-3"), &err) && counter_set(s, 1, "id", 77, &err));
    store_rollback(s);
    assert_true(store_begin(s, &err));
    assert_true(case_find_external(s, a, 1, STR("T-3"), &twin, &err));
    assert_int_equal(twin.id, 0);
    assert_true(store_commit(s, &err));
    assert_int_equal(number_of("SELECT count(*) FROM cases WHERE number = 'SP-3'"), 0);
    assert_int_equal(number_of("SELECT value FROM counters"), 9);
}

static void what_cannot_be_written_fails_the_commit(void **state) {
    (void)state;
    assert_true(store_begin(s, &err));
    assert_true(case_save(s, case_of(4, "T-4"), &err) && case_save(s, case_of(1, "T-1"), &err));
    (void)store_sql(s, SQL_CASES_COUNT); /* has them written: the second is there already */
    assert_false(store_commit(s, &err));
    assert_int_equal(err.code, E_DATABASE);
    store_rollback(s);
}

/* What was asked for at once is what one by one gives, and nothing that was changed is lost. */
static void many_are_loaded_at_once(void **state) {
    const int64_t ids[] = {id_of(22), id_of(20), id_of(21), id_of(20), id_of(99)};
    struct case_file *c;

    (void)state;
    assert_true(store_begin(s, &err));
    for (int i = 20; i <= 22; i++) {
        c = case_of(i, "");
        c->tasks[c->task_count++] =
            (struct case_task){.id = id_of(30 + i), .kind = TASK_LEAD, .unit = i, .is_new = true};
        assert_true(case_save(s, c, &err));
    }
    assert_true(store_commit(s, &err) && store_begin(s, &err));
    c = load(21);
    c->voices = 7;
    assert_true(case_save(s, c, &err));
    assert_true(case_load_many(s, a, ids, sizeof ids / sizeof ids[0], &err));
    assert_true(case_kept_has(s, id_of(20)) && case_kept_has(s, id_of(22)));
    assert_false(case_kept_has(s, id_of(99)));
    for (int i = 20; i <= 22; i++) {
        c = load(i);
        assert_int_equal(c->voices, i == 21 ? 7 : 0);
        assert_true(c->clock_count == 1 && c->task_count == 1 && c->tasks[0].unit == i);
    }
    assert_true(store_commit(s, &err));
    assert_int_equal(number_of("SELECT voices FROM cases WHERE number = 'SP-21'"), 7);
}

/* More cases than there are places, and each of them twice. */
static void who_needs_the_place_has_the_other_written(void **state) {
    enum { FIRST = 1000, CASES = 2 * KEPT_CASES + 7 };

    (void)state;
    assert_true(store_begin(s, &err));
    for (int i = 0; i < CASES; i++) {
        assert_true(case_save(s, case_of(FIRST + i, ""), &err));
    }
    for (int i = 0; i < CASES; i++) {
        struct case_file *c = load(FIRST + i);

        c->reworks = i;
        assert_true(case_save(s, c, &err));
    }
    assert_true(store_commit(s, &err));
    assert_int_equal(
        number_of("SELECT count(*) FROM cases WHERE reworks = id % 137438953472 - 1000"), CASES);
}

/* More than go together at a time, some without a value, and a question in between. */
static void rows_of_a_transaction_are_all_there(void **state) {
    enum { COUNTERS = 2600, ENTRIES = 1203 };
    struct ledger_head head = {0};

    (void)state;
    assert_true(store_begin(s, &err));
    for (int i = 0; i < COUNTERS; i++) {
        char name[32];

        snprintf(name, sizeof name, "row %d", i % 2500);
        assert_true(counter_set(s, 3, name, i, &err));
    }
    for (int i = 0; i < ENTRIES; i++) {
        struct event *e = arena_new(a, struct event);
        char client[32];

        *e = (struct event){
            .arena = a, .name = STR("test.said/1"), .office = 3, .at = i, .accepted_at = i};
        snprintf(client, sizeof client, "client %d", i);
        assert_true(ledger_append(s, &head, e, i % 3 == 0 ? str_of(client) : (struct str){0},
                                  STR("digest"), &err));
        if (i == 700) {
            assert_int_equal(number_of("SELECT count(*) FROM ledger WHERE office = 3"), 701);
        }
    }
    assert_true(store_commit(s, &err));
    assert_int_equal(number_of("SELECT count(*) FROM counters WHERE office = 3"), 2500);
    assert_int_equal(number_of("SELECT sum(value) FROM counters WHERE office = 3"),
                     (COUNTERS - 1) * COUNTERS / 2 - 99 * 100 / 2);
    assert_int_equal(number_of("SELECT count(*) FROM ledger WHERE office = 3"), ENTRIES);
    assert_int_equal(number_of("SELECT count(*) FROM ledger WHERE office = 3 AND client_id IS NULL"
                               " AND digest IS NULL"),
                     ENTRIES - (ENTRIES + 2) / 3);
    assert_int_equal(number_of("SELECT count(*) FROM ledger WHERE office = 3 AND number = at + 1"),
                     ENTRIES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changes_often_is_written_once),
        cmocka_unit_test(a_question_sees_it_before_the_commit),
        cmocka_unit_test(a_rollback_leaves_nothing_of_it),
        cmocka_unit_test(what_cannot_be_written_fails_the_commit),
        cmocka_unit_test(many_are_loaded_at_once),
        cmocka_unit_test(who_needs_the_place_has_the_other_written),
        cmocka_unit_test(rows_of_a_transaction_are_all_there),
    };

    return cmocka_run_group_tests(tests, open_store, close_store);
}
