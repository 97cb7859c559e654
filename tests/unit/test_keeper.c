/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper: a clock that is turned by hand, jobs that work, fail, last long and are woken. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "check.h"

#include "ledger_story.h"
#include "town/keeper.h"

#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

enum { WAIT_MS = 10000, EVERY_H = 24 };

static struct arena *arena;
static struct source source;
static struct installation *installation;
static const char *folder;

/* A day's work; what it does is told from outside. */
struct work {
    _Atomic int64_t due_at;
    atomic_bool fails;
    atomic_bool lasts;
    atomic_size_t code_bytes; /* of the office's code, as the turn's town has it */
};

static void sleep_ms(void) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static bool work_next(const struct keeper_turn *t, int64_t *due_at, struct err *err) {
    struct work *w = t->context;

    (void)err;
    *due_at = w->due_at;
    return true;
}

static bool work_run(const struct keeper_turn *t, struct err *err) {
    struct work *w = t->context;

    w->code_bytes = town_office(t->town, STORY_OFFICE)->code.n;
    w->due_at = t->now + EVERY_H * HOUR_US;
    while (atomic_load(&w->lasts)) {
        if (keeper_is_ending(t)) {
            return fail(err, E_DRAINING, "");
        }
        sleep_ms();
    }
    return !atomic_load(&w->fails) || fail(err, E_FULL_DISK, "");
}

static struct keeper *keep(struct work *first, struct work *second) {
    const struct keeper_job jobs[] = {{"first", work_next, work_run, HOUR_US, first},
                                      {"second", work_next, work_run, HOUR_US, second},
                                      {0}};
    struct keeper *k = NULL;
    struct err err = {0};

    assert_true(keeper_open(installation, jobs, &k, &err));
    return k;
}

static struct keeper_figures figures_of(struct keeper *k, size_t n) {
    struct keeper_figures list[KEEPER_JOBS];

    assert_int_equal(keeper_list(k, list), 2);
    return list[n];
}

/* Turns are counted when they end. */
static void wait_for_turns(struct keeper *k, size_t n, int64_t turns) {
    for (int ms = 0; ms < WAIT_MS && figures_of(k, n).turns < turns; ms++) {
        sleep_ms();
    }
    assert_int_equal(figures_of(k, n).turns, turns);
}

static void turn_clock(struct keeper *k, int64_t by_us) {
    source.fixed_now_us += by_us;
    keeper_wake(k, NULL);
}

static void test_a_job_runs_when_its_time_has_come_and_not_before(void **state) {
    struct work due = {.due_at = 0};
    struct work later = {.due_at = source.fixed_now_us + HOUR_US};
    struct keeper *k = keep(&due, &later);

    (void)state;
    wait_for_turns(k, 0, 1);
    assert_int_equal(due.code_bytes, 2);
    assert_int_equal(figures_of(k, 1).turns, 0);
    assert_int_equal(figures_of(k, 0).good_at, source.fixed_now_us);
    turn_clock(k, 2 * HOUR_US);
    wait_for_turns(k, 1, 1);
    assert_int_equal(figures_of(k, 0).turns, 1);
    turn_clock(k, EVERY_H * HOUR_US);
    wait_for_turns(k, 0, 2);
    assert_true(keeper_close(k, 5 * SECOND_US));
}

static void test_a_failed_turn_is_told_and_tried_again(void **state) {
    struct work fails = {.due_at = 0, .fails = true};
    struct work other = {.due_at = INT64_MAX};
    struct keeper *k = keep(&fails, &other);

    (void)state;
    wait_for_turns(k, 0, 1);
    assert_int_equal(figures_of(k, 0).failures, 1);
    assert_true(figures_of(k, 0).failed_at_last);
    assert_int_equal(figures_of(k, 0).last.code, E_FULL_DISK);
    assert_int_equal(figures_of(k, 0).due_at, source.fixed_now_us + HOUR_US);
    atomic_store(&fails.fails, false);
    fails.due_at = 0;
    turn_clock(k, HOUR_US);
    wait_for_turns(k, 0, 2);
    assert_false(figures_of(k, 0).failed_at_last);
    assert_int_equal(figures_of(k, 0).failures, 1);
    assert_true(keeper_close(k, 5 * SECOND_US));
}

static void test_a_long_turn_holds_up_no_other_job_and_ends_when_told(void **state) {
    struct work lasts = {.due_at = 0, .lasts = true};
    struct work other = {.due_at = INT64_MAX};
    struct keeper *k = keep(&lasts, &other);

    (void)state;
    keeper_wake(k, "second");
    wait_for_turns(k, 1, 1);
    for (int ms = 0; ms < WAIT_MS && !figures_of(k, 0).is_running; ms++) {
        sleep_ms();
    }
    assert_true(figures_of(k, 0).is_running);
    assert_int_equal(figures_of(k, 0).turns, 0);
    assert_true(keeper_close(k, 5 * SECOND_US)); /* it asks, and gives up its work */
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *where) {
    (void)s;
    (void)kind;
    (void)where;
    return remove(path);
}

static int make_street(void **state) {
    char name[] = "/tmp/linli-keeper-XXXXXX";
    struct err err = {0};

    (void)state;
    arena = arena_open();
    source = source_fixed(1772413200000000LL, 7);
    assert_non_null(mkdtemp(name));
    folder = arena_c(arena, str_of(name));
    installation = ledger_story_street(arena, folder, "catalogue", &source, &err);
    assert_non_null(installation);
    return 0;
}

static int end_street(void **state) {
    (void)state;
    installation_close(installation);
    assert_int_equal(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    arena_close(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_job_runs_when_its_time_has_come_and_not_before),
        cmocka_unit_test(test_a_failed_turn_is_told_and_tried_again),
        cmocka_unit_test(test_a_long_turn_holds_up_no_other_job_and_ends_when_told),
    };

    return cmocka_run_group_tests(tests, make_street, end_street);
}
