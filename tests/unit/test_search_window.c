/* SPDX-License-Identifier: Apache-2.0 */
/* The windows in which a server's search index is asked: one behind the other down to the lowest id
 * or up to the highest, none left out, as wide as what was found says. */
#include "check.h"
#include "engine/query/search_window.h"

enum { LOWEST = 1000, END = 80000000, FIRST = 16000 };

/* The first window, as search_window_open leaves it on a server. */
static struct search_window begin(bool is_up) {
    struct search_window w = {
        .office = 1, .is_up = is_up, .lowest = LOWEST, .end = END, .most = 100, .wanted = 100};

    w.from = is_up ? LOWEST : END - FIRST;
    w.before = is_up ? LOWEST + FIRST : END;
    return w;
}

static int64_t width(const struct search_window *w) {
    return w->before - w->from;
}

/* As if the window had given so many documents, not as many as it may. */
static void give(struct search_window *w, int64_t rows) {
    for (int64_t i = 1; i <= rows; i++) {
        search_window_note(w, w->is_up ? w->before - 1 : w->from, true);
    }
}

static void each_begins_where_the_one_before_ended(void **state) {
    (void)state;
    for (int is_up = 0; is_up < 2; is_up++) {
        struct search_window w = begin(is_up);
        struct search_window before = w;
        int windows = 1;

        for (; search_window_next(&w); windows++) {
            assert_true(w.from < w.before);
            assert_int_equal(is_up ? w.from : w.before, is_up ? before.before : before.from);
            before = w;
        }
        assert_int_equal(is_up ? w.before : w.from, is_up ? END : LOWEST);
        assert_int_equal(windows, 4); /* of what nobody wrote */
    }
}

/* The index gives all of a stretch anyway: 262,144 ids are some stretches of 131,072. */
static void a_wide_window_ends_with_a_stretch(void **state) {
    struct search_window w = begin(false);

    (void)state;
    give(&w, 3);
    assert_true(search_window_next(&w));
    assert_true(width(&w) >= 8 * FIRST);
    assert_int_equal(w.from % (1 << 17), 0);
    w = begin(true);
    give(&w, 3);
    assert_true(search_window_next(&w));
    assert_int_equal(w.before % (1 << 17), 0);
}

/* Six in the first 16,000: a page of fifty wants 44 more, and a quarter is added. */
static void two_windows_fill_a_page(void **state) {
    struct search_window w = begin(false);

    (void)state;
    give(&w, 6);
    assert_true(search_window_next(&w));
    assert_in_range(width(&w) * 6 / FIRST, 44, 100);
}

/* Ids that nobody has (a server's sequence leaves them) say nothing of how thick texts lie: forty
 * of fifty were found, and the rest is not far. */
static void a_gap_is_not_taken_for_a_rare_word(void **state) {
    struct search_window w = begin(false);
    int64_t before;

    (void)state;
    give(&w, 40);
    assert_true(search_window_next(&w));
    before = width(&w);
    for (int gaps = 0; gaps < 3; gaps++) {
        assert_true(search_window_next(&w)); /* nothing was in it */
        assert_in_range(width(&w), before * 3 / 2, before * 6);
        before = width(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_begins_where_the_one_before_ended),
        cmocka_unit_test(a_wide_window_ends_with_a_stretch),
        cmocka_unit_test(two_windows_fill_a_page),
        cmocka_unit_test(a_gap_is_not_taken_for_a_rare_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
