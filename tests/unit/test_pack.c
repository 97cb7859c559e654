/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies as they lie in the database: what goes in comes out, every value at the edge of its form,
 * and of bytes that were changed none passes for the event's own. */
#include "check.h"

#include "engine/ledger/pack.h"

#include "base/source.h"

#include <string.h>

enum { ROUNDS = 3000, LISTED = 70, FIELDS = 12 };

static const int64_t edges[] = {0,
                                1,
                                31,
                                32,
                                63,
                                64,
                                -1,
                                -32,
                                127,
                                128,
                                -128,
                                255,
                                256,
                                32767,
                                65536,
                                1 << 20,
                                -(1 << 20),
                                1795348651176329,
                                137438991505,
                                999999999999999999,
                                -999999999999999999};
enum { EDGES = sizeof edges / sizeof edges[0] };

static const char *const texts[] = {
    "",
    "state",
    "to_dispatch",
    "W06-040",
    "20261122",
    "0",
    "00",
    "ab",
    "AB",
    "abc",
    "曲阳路街道",
    "\"\\\n\t",
    "x\x01y",
    "SP-D-20261122-0007-3",
    "9da6b94d233821cc460e84b40b63e541b3b64ea83236c52c08a5bb47ecd57bbe",
    "9da6b94d233821cc460e84b40b63e541b3b64ea83236c52c08a5bb47ecd57bbe00",
    "a text of more than thirty bytes, so that its length stands beside it"};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static const char *const keys[] = {"case",        "state",
                                   "no_such_key", "k",
                                   "text_commit", "a_key_that_is_longer_than_thirty_one_bytes"};
enum { KEYS = sizeof keys / sizeof keys[0] };

static uint64_t below(struct source *source, uint64_t n) {
    uint64_t value;

    source->fill(source, &value, sizeof value);
    return value % n;
}

static void add_any(struct event *e, struct source *source) {
    const char *key = keys[below(source, KEYS)];
    int64_t list[LISTED];
    size_t n = (size_t)below(source, LISTED);

    switch (below(source, 3)) {
    case 0:
        event_add_int(e, key, edges[below(source, EDGES)]);
        break;
    case 1:
        event_add_text(e, key, str_of(texts[below(source, TEXTS)]));
        break;
    default:
        for (size_t i = 0; i < n; i++) {
            list[i] = edges[below(source, EDGES)];
        }
        event_add_list(e, key, list, n);
    }
}

static struct event *any_event(struct arena *a, struct source *source) {
    struct event *e = arena_new(a, struct event);

    e->arena = a;
    for (uint64_t n = below(source, FIELDS); n > 0; n--) {
        add_any(e, source);
    }
    return e;
}

static void test_what_goes_in_comes_out(void **state) {
    struct arena *a = arena_open();
    struct source source = source_fixed(0, 4);

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct event *e = any_event(a, &source);
        struct event *again = arena_new(a, struct event);
        struct str json = event_write(e);
        struct str body;

        assert_true(pack_read_exact(a, pack_write(e), again, &body));
        assert_true(str_eq(body, json));
        assert_true(pack_read_exact(a, json, again, &body)); /* as before version 4 */
        assert_true(str_eq(body, json) && again->count == e->count);
        assert_true(pack_write(e).n <= json.n);
        arena_reset(a);
    }
    arena_close(a);
}

static void test_what_was_changed_does_not_pass(void **state) {
    struct arena *a = arena_open();
    struct source source = source_fixed(0, 5);
    int read = 0;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct event *e = any_event(a, &source);
        struct event *again = arena_new(a, struct event);
        struct str json = event_write(e);
        struct str packed = pack_write(e);
        char *changed = arena_bytes(a, packed.n);
        struct str body;

        memcpy(changed, packed.p, packed.n);
        changed[below(&source, packed.n)] ^= (char)(1u << below(&source, 8));
        if (pack_read_exact(a, (struct str){changed, packed.n}, again, &body)) {
            assert_false(str_eq(body, json));
            read++;
        }
        if (pack_read_exact(a, str_slice(packed, 0, below(&source, packed.n)), again, &body)) {
            assert_false(str_eq(body, json));
        }
        arena_reset(a);
    }
    assert_in_range(read, 1, ROUNDS - 1); /* both ends were tried */
    arena_close(a);
}

static void test_other_forms_of_the_same_are_refused(void **state) {
    static const struct str forms[] = {
        {"\x01\x01\x20\x02", 4},      /* 1 in a byte of its own */
        {"\x01\x01\x21\x00\x80", 5},  /* 64 in two bytes */
        {"\x01\x02\x48to_close", 11}, /* a known word letter by letter */
        {"\x01\x00\x04"
         "case\x05",
         8},                         /* a known key letter by letter */
        {"\x01\x01\x61\x80\x00", 5}, /* 0 in two sevens */
        {"\x01\x01\x42"
         "ab",
         5}, /* digits as a text */
    };
    struct arena *a = arena_open();

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct event *e = arena_new(a, struct event);
        struct str body;

        assert_true(pack_read(a, forms[i], e));
        assert_int_equal(e->count, 1);
        assert_false(pack_read_exact(a, forms[i], e, &body));
    }
    assert_false(pack_read(a, (struct str){0}, arena_new(a, struct event)));
    arena_close(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_goes_in_comes_out),
        cmocka_unit_test(test_what_was_changed_does_not_pass),
        cmocka_unit_test(test_other_forms_of_the_same_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
