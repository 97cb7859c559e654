/* SPDX-License-Identifier: Apache-2.0 */
/* Each case of tests/golden/definitions: one slip in a right catalogue, and exactly what is said
 * about it. */
#include "check.h"

#include "golden.h"

#include "base/file.h"
#include "engine/catalogue/check.h"

#include <dirent.h>
#include <stdlib.h>

#define CASES "tests/golden/definitions"

enum { CASES_MOST = 200, CASES_LEAST = 25, OUTPUT_BYTES = 1 << 20 };

static void tell_all(struct arena *a, const struct golden *g, struct str out[2]) {
    struct mistakes m = mistakes_make(a, MISTAKES_ROOM);

    catalogue_check_all(a, g->files, g->count, NULL, &m);
    for (int language = 0; language < 2; language++) {
        struct buf b = buf_make(a, OUTPUT_BYTES);

        mistakes_write(&b, &m, (enum language)language);
        out[language] = buf_str(&b);
    }
}

static bool is_as_expected(const struct golden *g, const struct str actual[2]) {
    bool same = true;

    for (int language = 0; language < 2; language++) {
        if (!str_eq(actual[language], g->expected[language])) {
            print_error("%s\nis\n%.*sexpected\n%.*s\n", g->path, STR_ARG(actual[language]),
                        STR_ARG(g->expected[language]));
            same = false;
        }
    }
    return same;
}

static bool run_case(struct arena *a, const char *path, const struct catalogue_folder *base) {
    struct golden g;
    struct str actual[2];

    if (!golden_read(a, path, base, &g)) {
        print_error("%s\n", g.err.detail);
        return false;
    }
    tell_all(a, &g, actual);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        return golden_write(&g, actual);
    }
    return actual[0].n > 0 && is_as_expected(&g, actual);
}

static void every_slip_is_told_in_both_languages(void **state) {
    struct arena *a = arena_open();
    struct catalogue_folder base;
    struct err err = {0};
    DIR *dir = opendir(CASES);
    int cases = 0;
    int wrong = 0;

    (void)state;
    assert_non_null(dir);
    assert_true(catalogue_load(a, CASES "/base", true, NULL, &base, &err));
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        struct str name = str_of(entry->d_name);

        if (str_ends(name, STR(".txt"))) {
            cases++;
            wrong += !run_case(a, path_join(a, STR(CASES), name).p, &base);
        }
    }
    closedir(dir);
    arena_close(a);
    assert_int_equal(wrong, 0);
    assert_in_range(cases, CASES_LEAST, CASES_MOST);
}

static void the_base_of_the_cases_has_no_mistake(void **state) {
    struct arena *a = arena_open();
    struct mistakes m = mistakes_make(a, MISTAKES_ROOM);
    struct catalogue_folder base;
    struct err err = {0};

    (void)state;
    assert_true(catalogue_load(a, CASES "/base", true, &m, &base, &err));
    catalogue_check_all(a, base.texts, base.count, NULL, &m);
    assert_int_equal(m.count, 0);
    arena_close(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_of_the_cases_has_no_mistake),
        cmocka_unit_test(every_slip_is_told_in_both_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
