/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/golden_text.h - text that must stay as it is written down in tests/golden/.
 *
 * When a change is meant, run the test once with GOLDEN_UPDATE=1 and read the difference before
 * committing it.
 */
#ifndef LINLI_TESTS_GOLDEN_TEXT_H
#define LINLI_TESTS_GOLDEN_TEXT_H

#include "check.h"

#include "base/file.h"

#include <stdlib.h>

static void check_golden(struct arena *a, const char *path, struct str actual) {
    const char *mode = getenv("GOLDEN_UPDATE");
    struct str expected = {0};
    struct str rest;
    struct str other;
    struct err err = {0};

    if (mode != NULL && str_is(str_of(mode), "1")) {
        assert_true(file_write(a, path, actual, 0644, &err));
    }
    assert_true(file_read(a, path, 1 << 20, &expected, &err));
    rest = actual;
    other = expected;
    for (int line = 1; rest.n > 0 || other.n > 0; line++) {
        struct str is = str_cut(&rest, '\n');
        struct str should = str_cut(&other, '\n');

        if (!str_eq(is, should)) {
            print_error("%s:%d\n  is        %.*s\n  should be %.*s\n", path, line, STR_ARG(is),
                        STR_ARG(should));
            assert_true(str_eq(is, should));
        }
    }
}

#endif
