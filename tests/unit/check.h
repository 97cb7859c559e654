/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/check.h - cmocka with what it needs before it, and its macro `fail` out of the way of
 * base/err.h. */
#ifndef LINLI_TESTS_CHECK_H
#define LINLI_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail

#include "base/str.h"

/* ./test NAME runs the tests whose name fits this pattern. */
__attribute__((constructor)) static void check_use_filter(void) {
    const char *pattern = getenv("LINLI_TEST_FILTER");

    if (pattern) {
        cmocka_set_test_filter(pattern);
    }
}

#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        struct str actual_ = (actual);                                                             \
        if (!str_is(actual_, (expected))) {                                                        \
            print_error("is       \"%.*s\"\nexpected \"%s\"\n", STR_ARG(actual_), (expected));     \
        }                                                                                          \
        assert_true(str_is(actual_, (expected)));                                                  \
    } while (0)

#endif
