/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and values in PostgreSQL's form (engine/store/postgres_words.h), without a server. */
#include "check.h"
#include "engine/store/postgres_words.h"

#include <string.h>

static void becomes(const char *sql, const char *should) {
    char words[256];

    assert_true(postgres_words(str_of(sql), words, sizeof words));
    assert_string_equal(words, should);
}

static void parameters_are_dollars_and_hints_go(void **state) {
    (void)state;
    becomes("SELECT a FROM t WHERE b = ?1 AND c > ?12", "SELECT a FROM t WHERE b = $1 AND c > $12");
    becomes("FROM cases INDEXED BY cases_newest WHERE id = ?1", "FROM cases  WHERE id = $1");
    becomes("FROM cases NOT INDEXED WHERE id = ?1", "FROM cases  WHERE id = $1");
    becomes("unit = ?1 AND likely(unit > 0)", "unit = $1 AND (unit > 0)");
    becomes("WHERE +office = ?1 AND (+id > ?2)", "WHERE office = $1 AND (id > $2)");
    becomes("id + 0, a+b, '+office'", "id + 0, a+b, '+office'");
    becomes("note = 'likely(x)'", "note = 'likely(x)'");
    becomes("FROM t INDEXED BY t_2", "FROM t ");
}

static void quoted_text_is_left_alone(void **state) {
    (void)state;
    becomes("SELECT '?1', \"a?b\", 'it''s ?', ?2", "SELECT '?1', \"a?b\", 'it''s ?', $2");
    becomes("SELECT 'INDEXED BY x' WHERE a = ?1", "SELECT 'INDEXED BY x' WHERE a = $1");
}

static void what_does_not_fit_is_said(void **state) {
    char words[8];

    (void)state;
    assert_true(postgres_words(STR("1234567"), words, sizeof words));
    assert_false(postgres_words(STR("12345678"), words, sizeof words));
}

static void whole_numbers_of_every_width(void **state) {
    static const int64_t values[] = {0,      1,         -1,        127,       -128,      32767,
                                     -32768, 1LL << 52, INT64_MIN, INT64_MAX, 123456789, -42};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char bytes[8];

        postgres_put_int(bytes, values[i]);
        assert_int_equal(postgres_get_int(OID_INT8, bytes, 8), values[i]);
        if (values[i] >= -32768 && values[i] <= 32767) {
            assert_int_equal(postgres_get_int(OID_INT2, bytes + 6, 2), values[i]);
            assert_int_equal(postgres_get_int(OID_INT4, bytes + 4, 4), values[i]);
        }
    }
    assert_int_equal(postgres_get_int(OID_BOOL, "\1", 1), 1);
    assert_int_equal(postgres_get_int(OID_BOOL, "\0", 1), 0);
}

/* count, weight, sign, scale, digits to the base 10,000: what sum() of BIGINT gives */
static void sums_are_numerics(void **state) {
    (void)state;
    assert_int_equal(postgres_get_int(OID_NUMERIC, "\0\0\0\0\0\0\0\0", 8), 0);
    assert_int_equal(postgres_get_int(OID_NUMERIC, "\0\1\0\0\0\0\0\0\0\7", 10), 7);
    assert_int_equal(postgres_get_int(OID_NUMERIC, "\0\2\0\1\0\0\0\0\0\1\0\2", 12), 10002);
    assert_int_equal(postgres_get_int(OID_NUMERIC, "\0\1\0\1\0\0\0\0\0\3", 10), 30000);
    assert_int_equal(postgres_get_int(OID_NUMERIC, "\0\1\0\0\100\0\0\0\0\5", 10), -5);
    assert_int_equal(postgres_kind(OID_NUMERIC), 'i');
    assert_int_equal(postgres_kind(OID_BYTEA), 'b');
    assert_int_equal(postgres_kind(OID_TEXT), 't');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_dollars_and_hints_go),
        cmocka_unit_test(quoted_text_is_left_alone),
        cmocka_unit_test(what_does_not_fit_is_said),
        cmocka_unit_test(whole_numbers_of_every_width),
        cmocka_unit_test(sums_are_numerics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
