/* SPDX-License-Identifier: Apache-2.0 */
/* A question of the same form is read by SQLite once, and nothing of who asked before stays in
 * it. */
#include "engine/store/sqlite_text.h"
#include "engine/store/store.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static sqlite3 *handle;
static struct sqlite_texts texts;

static int open_texts(void **state) {
    (void)state;
    texts = (struct sqlite_texts){.uses = 0};
    return sqlite3_open(":memory:", &handle);
}

static int close_texts(void **state) {
    (void)state;
    sqlite_text_drop(&texts);
    return sqlite3_close(handle); /* not when a statement is left */
}

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *q = NULL;

    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &q, NULL), SQLITE_OK);
    return q;
}

static const char *numbered(int n) {
    static char sql[64];

    snprintf(sql, sizeof sql, "SELECT ?1, %d", n);
    return sql;
}

static void the_same_text_gives_the_same_statement(void **state) {
    sqlite3_stmt *one = prepared(numbered(1));

    (void)state;
    assert_null(sqlite_text_take(&texts, str_of(numbered(1))));
    sqlite_text_keep(&texts, one);
    assert_null(sqlite_text_take(&texts, str_of(numbered(2))));
    assert_ptr_equal(sqlite_text_take(&texts, str_of(numbered(1))), one);
    assert_null(sqlite_text_take(&texts, str_of(numbered(1)))); /* it is in use */
    sqlite_text_keep(&texts, one);
}

static void nothing_bound_stays(void **state) {
    sqlite3_stmt *q = prepared(numbered(1));

    (void)state;
    assert_int_equal(sqlite3_bind_text(q, 1, "张三", -1, SQLITE_STATIC), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    sqlite_text_keep(&texts, q);
    q = sqlite_text_take(&texts, str_of(numbered(1)));
    assert_int_equal(sqlite3_stmt_busy(q), 0);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_int_equal(sqlite3_column_type(q, 0), SQLITE_NULL);
    sqlite_text_keep(&texts, q);
}

static void what_was_not_used_for_longest_goes(void **state) {
    (void)state;
    for (int i = 0; i < SQLITE_TEXTS_MOST; i++) {
        sqlite_text_keep(&texts, prepared(numbered(i)));
    }
    sqlite_text_keep(&texts, sqlite_text_take(&texts, str_of(numbered(0))));
    sqlite_text_keep(&texts, prepared(numbered(SQLITE_TEXTS_MOST)));
    assert_null(sqlite_text_take(&texts, str_of(numbered(1))));
    for (int i = 0; i <= SQLITE_TEXTS_MOST; i += i == 0 ? 2 : 1) {
        sqlite3_stmt *q = sqlite_text_take(&texts, str_of(numbered(i)));

        assert_non_null(q);
        sqlite3_finalize(q);
    }
}

static void a_long_text_is_not_kept(void **state) {
    char sql[SQLITE_TEXT_BYTES_MOST + 64];

    (void)state;
    snprintf(sql, sizeof sql, "SELECT 1 --%*d", SQLITE_TEXT_BYTES_MOST, 1);
    sqlite_text_keep(&texts, prepared(sql));
    assert_null(sqlite_text_take(&texts, str_of(sql)));
}

/* Through a connection: one in use is not given twice, and the table may have changed since. */
static void a_connection_keeps_its_texts(void **state) {
    struct err err = {0};
    struct store *s = store_open("", STORE_SCRATCH, &err);
    struct str sql = STR("SELECT name FROM pragma_table_info('offices') WHERE cid > ?1");
    struct stmt *one;
    struct stmt *two;

    (void)state;
    assert_non_null(s);
    for (int i = 0; i < 3; i++) {
        one = store_text(s, sql);
        stmt_bind_int(one, 1, -1);
        assert_true(stmt_next(one));
        two = store_text(s, sql);
        stmt_bind_int(two, 1, 1000);
        assert_false(stmt_next(two));
        assert_true(stmt_next(one));
        assert_true(stmt_end(two, &err) && stmt_end(one, &err));
    }
    one = store_text(s, STR("SELECT nothing FROM nowhere"));
    assert_false(stmt_next(one));
    assert_false(stmt_end(one, &err));
    assert_true(store_snapshot(s, &err) && store_release(s, &err));
    assert_true(store_snapshot(s, &err) && store_release(s, &err));
    store_close(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_text_gives_the_same_statement, open_texts,
                                        close_texts),
        cmocka_unit_test_setup_teardown(nothing_bound_stays, open_texts, close_texts),
        cmocka_unit_test_setup_teardown(what_was_not_used_for_longest_goes, open_texts,
                                        close_texts),
        cmocka_unit_test_setup_teardown(a_long_text_is_not_kept, open_texts, close_texts),
        cmocka_unit_test(a_connection_keeps_its_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
