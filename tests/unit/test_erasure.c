/* SPDX-License-Identifier: Apache-2.0 */
/* Erasures are walked to the last one, however many there are. */
#include "check.h"

#include "engine/door/erasure.h"
#include "engine/ledger/ledger.h"

enum { OFFICE = 1, ERASURES = 2500 };

struct seen {
    int64_t count;
    int64_t last;
};

static bool see(void *context, const struct event *e, struct err *err) {
    struct seen *s = context;

    (void)err;
    assert_true(e->number > s->last);
    s->last = e->number;
    s->count++;
    return true;
}

/* Every second entry is one. */
static struct store *open_ledger(struct arena *a) {
    struct ledger_head head = {0};
    struct err err;
    struct store *s = store_open("", STORE_SCRATCH, &err);

    assert_non_null(s);
    assert_true(store_begin(s, &err));
    for (int i = 0; i < 2 * ERASURES; i++) {
        struct event *e = arena_new(a, struct event);

        *e = (struct event){
            .arena = a, .name = i % 2 == 0 ? STR(ERASURE_EVENT) : STR("entry/1"), .office = OFFICE};
        assert_true(ledger_append(s, &head, e, (struct str){0}, (struct str){0}, &err));
    }
    assert_true(store_commit(s, &err));
    return s;
}

static void all_are_walked_in_order(void **state) {
    struct arena *a = arena_open();
    struct store *s = open_ledger(a);
    const struct erasure_span spans[] = {{OFFICE, 0, INT64_MAX}, {OFFICE, 1, 2 * ERASURES - 3}};
    const int64_t counts[] = {ERASURES, ERASURES - 2};
    struct err err;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct seen seen = {0};

        assert_true(erasure_walk(s, &spans[i], see, &seen, &err));
        assert_int_equal(seen.count, counts[i]);
    }
    store_close(s);
    arena_close(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_are_walked_in_order)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
