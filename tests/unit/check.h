/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/check.h - cmocka with what it needs before it, and its macro `fail` out of the way of base/err.h. */
#ifndef LINLI_TESTS_CHECK_H
#define LINLI_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail

#include "base/str.h"

#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        struct str actual_ = (actual);                                                             \
        if (!str_is(actual_, (expected))) {                                                        \
            print_error("is       \"%.*s\"\nexpected \"%s\"\n", STR_ARG(actual_), (expected));     \
        }                                                                                          \
        assert_true(str_is(actual_, (expected)));                                                  \
    } while (0)

#endif
