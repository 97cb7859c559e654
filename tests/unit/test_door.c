/* SPDX-License-Identifier: Apache-2.0 */
/* The door with threads before it: numbers are given once, also by two doors of one server,
 * whatever was asked ahead; a repeat has the whole answer; batches of a server keep their distance.
 * On PostgreSQL with its address in LINLI_TEST_DATABASE (tests/scenario/test_on_a_server.py). */
#include "engine/door/door.h"
#include "engine/ledger/ledger.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { DOORS = 2, THREADS = 4, EACH = 60 };

static char folder[] = "/tmp/linli-door-XXXXXX";
static char path[64];
static bool is_shared;
static struct source source;
static struct keys keys;

/* Two ids and a number of the day, as a report takes them; every second command takes ids alone. */
static bool take_numbers(struct decide *d, const void *input, struct err *err) {
    const bool *takes_number = input;
    struct event *e = decide_emit(d, "test.taken/1");
    int64_t id;
    int64_t voice;
    int64_t number;

    if (!decide_next_id(d, &id, err) || !decide_next_id(d, &voice, err)) {
        return false;
    }
    event_add_int(e, "id", id);
    event_add_int(e, "voice", voice);
    if (*takes_number) {
        if (!decide_counter(d, "day", &number, err)) {
            return false;
        }
        event_add_int(e, "of_day", number);
        event_add_text(e, "number", arena_format(d->arena, "%lld", (long long)number));
    }
    return true;
}

static bool taken(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    int64_t number = event_int(e, "of_day", 0);

    (void)a;
    return number == 0 || counter_set(s, e->office, "day", number, err);
}

static const struct command_row take_row = {.name = "test.take", .decide = take_numbers};
static const struct event_row rows[] = {{"test.taken/1", taken}, {NULL, NULL}};

static int make_store(void **state) {
    const char *address = getenv("LINLI_TEST_DATABASE");
    struct err err = {0};
    struct store *s;

    (void)state;
    source = source_system();
    keys = keys_make(&source);
    if (address == NULL && mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(path, sizeof path, "%s/linli.db", folder);
    s = store_open(address == NULL ? path : address, STORE_CREATE, &err);
    if (s == NULL) {
        return 1;
    }
    is_shared = store_is_shared(s);
    store_close(s);
    return 0;
}

static int remove_store(void **state) {
    char command[96];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return is_shared ? 0 : system(command);
}

static struct door *open_door(void) {
    struct err err = {0};
    struct door_setup setup = {.path = is_shared ? getenv("LINLI_TEST_DATABASE") : path,
                               .node = "test",
                               .source = &source,
                               .keys = &keys,
                               .events = rows};
    struct door *d = door_open(&setup, &err);

    assert_non_null(d);
    assert_true(door_start(d, &err));
    return d;
}

struct client {
    pthread_t thread;
    struct door *door;
    int64_t office;
    struct command done[EACH];
    bool ok;
};

static void *submit_all(void *context) {
    static const bool with_number[2] = {true, false};
    struct client *c = context;
    struct err err = {0};

    c->ok = true;
    for (int i = 0; c->ok && i < EACH; i++) {
        c->done[i] =
            (struct command){.row = &take_row, .office = c->office, .input = &with_number[i % 2]};
        c->ok = door_submit(c->door, &c->done[i], &err);
    }
    return NULL;
}

static void run(struct client *clients) {
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&clients[i].thread, NULL, submit_all, &clients[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(clients[i].thread, NULL);
        assert_true(clients[i].ok);
    }
}

/* Each of 1..count once: `value` was given. */
static void note(bool *given, int64_t count, int64_t value) {
    assert_in_range(value, 1, count);
    assert_false(given[value]);
    given[value] = true;
}

static void every_number_is_given_once(void **state) {
    enum { COUNT = THREADS * EACH };
    static struct client clients[THREADS];
    static bool ids[2 * COUNT + 1];
    static bool numbers[COUNT / 2 + 1];
    struct door *doors[DOORS];
    int count = is_shared ? DOORS : 1; /* a file has one writer */

    (void)state;
    for (int i = 0; i < count; i++) {
        doors[i] = open_door();
    }
    for (int i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.door = doors[i % count], .office = 1};
    }
    run(clients);
    for (int i = 0; i < COUNT; i++) {
        const struct command *c = &clients[i / EACH].done[i % EACH];

        note(ids, 2 * COUNT, c->subject & (((int64_t)1 << ID_COUNTER_BITS) - 1));
        note(ids, 2 * COUNT, c->voice & (((int64_t)1 << ID_COUNTER_BITS) - 1));
        if (c->number[0] != 0) {
            note(numbers, COUNT / 2, atoll(c->number));
        }
    }
    for (int i = 0; i < count; i++) {
        door_close(doors[i]);
    }
}

static void a_repeat_has_the_whole_answer(void **state) {
    static const bool with_number = true;
    struct err err = {0};
    struct command first = {
        .row = &take_row, .office = 2, .input = &with_number, .client_id = STR("once")};
    struct command again = first;
    struct door *d = open_door();

    (void)state;
    assert_true(door_submit(d, &first, &err) && door_submit(d, &again, &err));
    assert_true(again.is_repeat && !first.is_repeat);
    assert_true(first.voice > first.subject);
    assert_int_equal(again.subject, first.subject);
    assert_int_equal(again.voice, first.voice);
    assert_string_equal(again.number, first.number);
    door_close(d);
}

/* However slow a batch is: the time that went by holds so many and no more. */
static void batches_of_a_server_keep_their_distance(void **state) {
    static struct client clients[THREADS];
    struct door *d = open_door();
    int64_t began = source.steady_us(&source);
    int64_t waiting;
    int64_t batches;
    int64_t commands;

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        clients[i] = (struct client){.door = d, .office = 3 + i};
    }
    run(clients);
    door_numbers(d, &waiting, &batches, &commands);
    assert_int_equal(commands, THREADS * EACH);
    if (is_shared) {
        assert_true((batches - 1) * DOOR_REST_US <= source.steady_us(&source) - began);
    }
    door_close(d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_given_once),
        cmocka_unit_test(a_repeat_has_the_whole_answer),
        cmocka_unit_test(batches_of_a_server_keep_their_distance),
    };

    return cmocka_run_group_tests(tests, make_store, remove_store);
}
