/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a case, with a clock that is turned: what is late stays late, whose deadline rules,
 * what a step needs. Each test has a street of its own with nothing in it. */
#include "check.h"

#include "ledger_story.h"
#include "town/cases/case_commands.h"

#include <string.h>

/* Monday 2026-03-02, 09:00 in China. */
#define BEGINS 1772413200000000LL

struct street {
    struct arena *a;
    struct source source;
    struct installation *i;
    struct case_file c; /* the case as it was loaded last */
    struct err err;     /* of the last command */
};

static struct street *open_street(void) {
    struct arena *a = arena_open();
    struct street *s = arena_new(a, struct street);
    char folder[] = "/tmp/linli-rules-XXXXXX";

    s->a = a;
    s->source = source_fixed(BEGINS, 7);
    assert_non_null(mkdtemp(folder));
    s->i = ledger_story_street(a, folder, "catalogue", &s->source, &s->err);
    if (s->i == NULL) {
        print_error("%s: %s\n", err_row(s->err.code)->name, s->err.detail);
    }
    assert_non_null(s->i);
    return s;
}

static void close_street(struct street *s) {
    installation_close(s->i);
    arena_close(s->a);
}

static void pass(struct street *s, int64_t minutes) {
    s->source.fixed_now_us += minutes * MINUTE_US;
}

static int64_t now(const struct street *s) {
    return s->source.fixed_now_us;
}

static enum err_code run(struct street *s, const struct command_row *row, int64_t account,
                         const void *input, int64_t *subject) {
    const struct town *t = installation_town(s->i);
    struct command c = {.row = row, .office = STORY_OFFICE, .input = input};

    c.actor =
        (struct actor){.account = account, .person = account > 0 ? town_account(t, account) : NULL};
    (void)door_run(installation_door(s->i), &c, 1);
    installation_release(s->i, t);
    s->err = c.err;
    if (subject != NULL) {
        *subject = c.subject;
    }
    return c.ok ? E_NONE : c.err.code;
}

static const struct case_file *load(struct street *s, int64_t id) {
    struct err err;
    bool found;

    assert_true(case_load(door_store(installation_door(s->i)), s->a, id, &s->c, &found, &err));
    assert_true(found);
    return &s->c;
}

static int64_t reported(struct street *s, int64_t account, struct case_report r) {
    int64_t id = 0;

    pass(s, 1);
    if (run(s, &case_report, account, &r, &id) != E_NONE) {
        print_error("report: %s %s\n", err_row(s->err.code)->name, s->err.field);
    }
    assert_int_equal(s->err.code, E_NONE);
    return id;
}

static enum err_code step(struct street *s, int64_t id, int64_t account, struct step_input in) {
    struct case_steps steps = {.case_id = id, .steps = {in}, .count = 1};

    pass(s, 1);
    return run(s, &case_step, account, &steps, NULL);
}

#define S(kind, ...) ((struct step_input){.step = STEP_##kind, __VA_ARGS__})
#define TAKE(s, id, account, ...)                                                                  \
    do {                                                                                           \
        if (step(s, id, account, S(__VA_ARGS__)) != E_NONE) {                                      \
            print_error("line %d: %s %s\n", __LINE__, err_row((s)->err.code)->name,                \
                        (s)->err.field);                                                           \
        }                                                                                          \
        assert_int_equal((s)->err.code, E_NONE);                                                   \
    } while (0)
#define REFUSED(s, id, account, code, ...)                                                         \
    assert_int_equal(step(s, id, account, S(__VA_ARGS__)), code)

/* Found on patrol: refuse overflowing, 12 working hours at most. */
static int64_t matter(struct street *s) {
    return reported(s, STORY_GRID_WORKER,
                    (struct case_report){.procedure = STR("city-matter"),
                                         .channel = CHANNEL_PATROL,
                                         .class = STR("W06-042"),
                                         .place = STORY_GRID,
                                         .text = STR("垃圾满溢")});
}

static int64_t order(struct street *s, int64_t due_at) {
    return reported(s, STORY_ACCEPTOR,
                    (struct case_report){.procedure = STR("order"),
                                         .channel = CHANNEL_HOTLINE,
                                         .class = STR("R01-02"),
                                         .place = STORY_COMMUNITY,
                                         .text = STR("楼道堆物"),
                                         .external_number = STR("20260302YP1"),
                                         .external_due_at = due_at});
}

static void file_and_dispatch(struct street *s, int64_t id, int64_t unit) {
    TAKE(s, id, STORY_SHIFT_LEADER, FILE, .class = load(s, id)->class, .condition = 1);
    TAKE(s, id, STORY_SHIFT_LEADER, DISPATCH, .unit = unit);
}

/* ---- lateness */

static void test_a_return_after_the_deadline_leaves_the_case_late(void **state) {
    struct street *s = open_street();
    int64_t id = matter(s);

    (void)state;
    file_and_dispatch(s, id, STORY_TEAM);
    TAKE(s, id, STORY_CAPTAIN, BOUNCE, .reason = STR("不属本队"));
    assert_int_equal(load(s, id)->late, 0); /* in time: nobody is late yet */
    TAKE(s, id, STORY_DISPATCHER, DISPATCH, .unit = STORY_TEAM);
    s->source.fixed_now_us = load(s, id)->due_at + DAY_US;
    TAKE(s, id, STORY_CAPTAIN, BOUNCE, .reason = STR("又不属本队"));
    assert_int_equal(load(s, id)->late, 1);
    TAKE(s, id, STORY_DISPATCHER, DISPATCH, .unit = STORY_TEAM);
    assert_true(load(s, id)->due_at > now(s)); /* the unit has its own time ... */
    TAKE(s, id, STORY_CAPTAIN, HANDLE, .text = STR("已清运"), .outcome = OUTCOME_EXPLAINED);
    assert_int_equal(load(s, id)->late, 1); /* ... and the case was late all the same */
    assert_int_equal(load(s, id)->returns, 2);
    close_street(s);
}

static void test_another_unit_after_the_deadline_leaves_the_case_late(void **state) {
    struct street *s = open_street();
    int64_t id = matter(s);

    (void)state;
    file_and_dispatch(s, id, STORY_DRAINAGE);
    s->source.fixed_now_us = load(s, id)->due_at + MINUTE_US;
    TAKE(s, id, STORY_DISPATCHER, DISPATCH, .unit = STORY_TEAM);
    assert_int_equal(load(s, id)->late, 1);
    close_street(s);
}

/* ---- theirs rules */

static void test_an_order_that_came_late_is_late(void **state) {
    struct street *s = open_street();
    int64_t id = order(s, BEGINS - HOUR_US);

    (void)state;
    file_and_dispatch(s, id, STORY_TEAM);
    assert_int_equal(load(s, id)->due_at, BEGINS - HOUR_US);
    assert_int_equal(load(s, id)->late_after, BEGINS - HOUR_US);
    TAKE(s, id, STORY_DISPATCHER, HANDLE, .text = STR("已清"), .outcome = OUTCOME_EXPLAINED,
         .person = STR("物业"), .called_at = now(s));
    assert_int_equal(load(s, id)->late, 1);
    close_street(s);
}

static void test_an_order_that_came_back_keeps_the_deadline_from_above(void **state) {
    struct street *s = open_street();
    int64_t due_at = BEGINS + 5 * HOUR_US;
    int64_t id = order(s, due_at);

    (void)state;
    file_and_dispatch(s, id, STORY_DRAINAGE);
    assert_int_equal(load(s, id)->due_at, due_at);
    s->source.fixed_now_us = due_at + HOUR_US;
    TAKE(s, id, STORY_DISPATCHER, DISPATCH, .unit = STORY_FIRM);
    assert_int_equal(load(s, id)->due_at, due_at);
    assert_int_equal(load(s, id)->late, 1);
    close_street(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_return_after_the_deadline_leaves_the_case_late),
        cmocka_unit_test(test_another_unit_after_the_deadline_leaves_the_case_late),
        cmocka_unit_test(test_an_order_that_came_late_is_late),
        cmocka_unit_test(test_an_order_that_came_back_keeps_the_deadline_from_above),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
