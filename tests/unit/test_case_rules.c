/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a case, with a clock that is turned: what is late stays late, whose deadline rules,
 * what a step needs. Each test has a street of its own with nothing in it. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "check.h"

#include "ledger_story.h"
#include "town/cases/case_commands.h"

#include "base/file.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Monday 2026-03-02, 09:00 in China. */
#define BEGINS 1772413200000000LL

static const char *make_folder(struct arena *a) {
    char folder[] = "/tmp/linli-rules-XXXXXX";

    assert_non_null(mkdtemp(folder));
    return arena_c(a, str_of(folder));
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *where) {
    (void)s;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_folder(const char *folder) {
    assert_int_equal(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

struct street {
    const char *folder;
    struct arena *a;
    struct source source;
    struct installation *i;
    struct case_file c; /* the case as it was loaded last */
    struct err err;     /* of the last command */
};

static struct street *open_street_of(const char *catalogue) {
    struct arena *a = arena_open();
    struct street *s = arena_new(a, struct street);

    s->a = a;
    s->source = source_fixed(BEGINS, 7);
    s->folder = make_folder(a);
    s->i = ledger_story_street(a, s->folder, catalogue, &s->source, &s->err);
    if (s->i == NULL) {
        print_error("%s: %s\n", err_row(s->err.code)->name, s->err.detail);
    }
    assert_non_null(s->i);
    return s;
}

static struct street *open_street(void) {
    return open_street_of("catalogue");
}

static void close_street(struct street *s) {
    installation_close(s->i);
    remove_folder(s->folder);
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

/* ---- what a step needs */

/* The shipped definitions, with a note of a city matter that needs what the test says. */
static const char *catalogue_with_note(struct arena *a, const char *need) {
    static const char *const names[] = {
        "city-matter/procedure.yaml", "common/categories.csv", "common/classes.csv",
        "common/conditions.csv",      "common/routes.csv",     "common/templates.csv",
        "common/workdays.csv",        "order/procedure.yaml",  "request/procedure.yaml"};
    static const char *const folders[] = {"city-matter", "common", "order", "request"};
    const char *folder = make_folder(a);
    struct str there = str_of(folder);
    struct err err;

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        assert_true(folder_make(path_join(a, there, str_of(folders[i])).p, &err));
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct str text;

        assert_true(
            file_read(a, path_join(a, STR("catalogue"), str_of(names[i])).p, 1 << 20, &text, &err));
        if (i == 0) {
            const char *note = strstr(arena_c(a, text), "{step: note");
            const char *text_needed = note == NULL ? NULL : strstr(note, "needs: [text]");
            struct buf b = buf_make(a, 1 << 16);

            assert_non_null(text_needed);
            buf_put(&b, str_slice(text, 0, text.n - strlen(text_needed)));
            buf_format(&b, "needs: [%s]", need);
            buf_c(&b, text_needed + strlen("needs: [text]"));
            text = buf_str(&b);
        }
        assert_true(file_write(a, path_join(a, there, str_of(names[i])).p, text, 0644, &err));
    }
    return folder;
}

/* A word at the window: neither class nor place is known. */
static int64_t words_alone(struct street *s) {
    return reported(s, STORY_ACCEPTOR,
                    (struct case_report){.procedure = STR("city-matter"),
                                         .channel = CHANNEL_WINDOW,
                                         .text = STR("有人乱倒东西")});
}

/* Every need refuses a step without it and lets one with it through. */
static void test_every_need_can_refuse(void **state) {
    static const struct step_input all = {.step = STEP_NOTE,
                                          .given = TERM_ALL(NEED_COUNT),
                                          .reason = STR_INIT("理由"),
                                          .text = STR_INIT("说明"),
                                          .answer = STR_INIT("答复"),
                                          .class = STR_INIT("W06-042"),
                                          .condition = 1,
                                          .place = STORY_GRID,
                                          .unit = STORY_TEAM,
                                          .outcome = OUTCOME_EXPLAINED, /* no photo then */
                                          .office = STR_INIT("HD"),
                                          .main = 1,
                                          .same = SAME_CAUSE,
                                          .solved = 1,
                                          .grade = 5};

    (void)state;
    for (int need = 1; need < NEED_COUNT; need++) {
        bool is_photo = need == NEED_PHOTO || need == NEED_CLASS_PHOTO;
        struct arena *a = arena_open();
        const char *code = arena_c(a, term_code(TERMS_NEED, need));
        const char *catalogue = catalogue_with_note(a, code);
        struct street *s = open_street_of(catalogue);
        int64_t id = is_photo ? matter(s) : words_alone(s);
        enum err_code wanted = is_photo              ? E_PHOTO_NEEDED
                               : need == NEED_REASON ? E_REASON
                                                     : E_REQUIRED;

        if (step(s, id, STORY_ACCEPTOR, S(NOTE)) != wanted) {
            print_error("a note without %s was taken\n", code);
        }
        assert_int_equal(s->err.code, wanted);
        assert_string_equal(s->err.field, is_photo ? "photos" : code);
        if (need != NEED_PHOTO) {
            assert_int_equal(step(s, id, STORY_ACCEPTOR, all), E_NONE);
        }
        close_street(s);
        remove_folder(catalogue);
        arena_close(a);
    }
}

static int64_t to_be_checked(struct street *s) {
    int64_t id = matter(s);

    file_and_dispatch(s, id, STORY_TEAM);
    TAKE(s, id, STORY_CAPTAIN, HANDLE, .text = STR("已清"), .outcome = OUTCOME_EXPLAINED);
    return id;
}

static void test_who_looks_on_the_spot_brings_a_photo(void **state) {
    struct street *s = open_street();
    int64_t id = to_be_checked(s);

    (void)state;
    REFUSED(s, id, STORY_GRID_WORKER, E_PHOTO_NEEDED, CHECK, .given = TERM_BIT(NEED_PASS),
            .pass = true);
    TAKE(s, id, STORY_GRID_WORKER, CHECK, .given = TERM_BIT(NEED_PASS), .text = STR("还有两袋"));
    id = to_be_checked(s);
    TAKE(s, id, STORY_SHIFT_LEADER, CHECK, .given = TERM_BIT(NEED_PASS), .pass = true);
    close_street(s);
}

static void test_the_question_of_the_rating_must_be_answered(void **state) {
    struct street *s = open_street();
    int64_t id = to_be_checked(s);

    (void)state;
    TAKE(s, id, STORY_SHIFT_LEADER, CHECK, .given = TERM_BIT(NEED_PASS), .pass = true);
    REFUSED(s, id, STORY_ACCEPTOR, E_REQUIRED, CLOSE, .answer = STR("好了"));
    assert_string_equal(s->err.field, "outcome");
    TAKE(s, id, STORY_ACCEPTOR, CLOSE, .answer = STR("好了"), .outcome = OUTCOME_SOLVED);
    REFUSED(s, id, STORY_ACCEPTOR, E_REQUIRED, RATE, .grade = 5);
    assert_string_equal(s->err.field, "solved");
    TAKE(s, id, STORY_ACCEPTOR, RATE, .solved = 1);
    close_street(s);
}

/* ---- verified, put right on the spot */

static int64_t litter(struct street *s, enum channel channel, bool verified) {
    return reported(s, STORY_ACCEPTOR,
                    (struct case_report){.procedure = STR("city-matter"),
                                         .channel = channel,
                                         .class = STR("W06-042"),
                                         .place = STORY_GRID,
                                         .text = STR("垃圾满溢"),
                                         .verified_on_spot = verified});
}

static void test_what_residents_say_is_looked_at_first(void **state) {
    static const enum channel said[] = {CHANNEL_WINDOW, CHANNEL_TELEPHONE, CHANNEL_COMMUNITY};
    struct street *s = open_street();

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        assert_int_equal(load(s, litter(s, said[i], false))->state, STATE_VERIFYING);
        assert_int_equal(load(s, litter(s, said[i], true))->state, STATE_REPORTED);
        assert_int_equal(s->c.found, 1);
    }
    assert_int_equal(load(s, litter(s, CHANNEL_PATROL, false))->state, STATE_REPORTED);
    close_street(s);
}

static void test_put_right_on_the_spot_is_handling_like_any_other(void **state) {
    struct case_report r = {.procedure = STR("request"),
                            .channel = CHANNEL_WINDOW,
                            .place = STORY_GRID,
                            .text = STR("楼道没人扫"),
                            .fixed_on_spot = true};
    struct street *s = open_street();

    (void)state;
    assert_int_equal(run(s, &case_report, STORY_ACCEPTOR, &r, NULL), E_REQUIRED);
    assert_string_equal(s->err.field, "class");
    r.class = STR("R01-02");
    assert_int_equal(run(s, &case_report, STORY_ACCEPTOR, &r, NULL), E_REQUIRED);
    assert_string_equal(s->err.field, "fixed_text");
    r.fixed_text = STR("当场扫净");
    assert_int_equal(run(s, &case_report, STORY_ACCEPTOR, &r, NULL), E_PHOTO_NEEDED);
    assert_int_equal(run(s, &case_report, STORY_GRID_WORKER, &r, NULL), E_FORBIDDEN);
    r.class = STR("R01-03"); /* asks for no photo */
    load(s, reported(s, STORY_ACCEPTOR, r));
    assert_int_equal(s->c.state, STATE_TO_CLOSE);
    assert_int_equal(s->c.condition, 1);
    close_street(s);
}

/* ---- times */

static void test_what_is_long_past_is_not_written_down(void **state) {
    struct case_report r = {.procedure = STR("city-matter"),
                            .channel = CHANNEL_PATROL,
                            .place = STORY_GRID,
                            .text = STR("垃圾满溢"),
                            .occurred_at = 1};
    struct street *s = open_street();
    int64_t id = matter(s);

    (void)state;
    assert_int_equal(run(s, &case_report, STORY_GRID_WORKER, &r, NULL), E_TOO_OLD);
    r.occurred_at = now(s) - 14 * DAY_US;
    assert_int_equal(load(s, reported(s, STORY_GRID_WORKER, r))->reported_at, r.occurred_at);
    REFUSED(s, id, STORY_GRID_WORKER, E_TOO_OLD, NOTE, .text = STR("?"),
            .occurred_at = now(s) - 367 * DAY_US);
    REFUSED(s, id, STORY_GRID_WORKER, E_BEFORE_REPORT, NOTE, .text = STR("?"),
            .occurred_at = now(s) - HOUR_US);
    TAKE(s, id, STORY_GRID_WORKER, NOTE, .text = STR("?"), .occurred_at = now(s) - MINUTE_US);
    close_street(s);
}

/* ---- rated twice */

static void test_what_is_done_again_is_rated_again(void **state) {
    struct street *s = open_street();
    int64_t id = matter(s);

    (void)state;
    for (int round = 0; round < 2; round++) {
        if (round == 0) {
            TAKE(s, id, STORY_SHIFT_LEADER, FILE, .class = STR("W06-042"), .condition = 1);
        }
        TAKE(s, id, STORY_SHIFT_LEADER, DISPATCH, .unit = STORY_TEAM);
        TAKE(s, id, STORY_CAPTAIN, HANDLE, .text = STR("已清"), .outcome = OUTCOME_EXPLAINED);
        TAKE(s, id, STORY_SHIFT_LEADER, CHECK, .given = TERM_BIT(NEED_PASS), .pass = true);
        TAKE(s, id, STORY_ACCEPTOR, CLOSE, .answer = STR("好了"), .outcome = OUTCOME_SOLVED);
        TAKE(s, id, ACTOR_RESIDENT, RATE, .solved = round == 0 ? 2 : 1,
             .grade = round == 0 ? 1 : 5);
        assert_int_equal(load(s, id)->rating, round == 0 ? 1 : 5);
        if (round == 0) {
            TAKE(s, id, STORY_DISPATCHER, FOLLOW_UP, .given = TERM_BIT(NEED_REDO), .redo = true,
                 .text = STR("再办一次"));
        }
    }
    REFUSED(s, id, ACTOR_RESIDENT, E_RATED, RATE, .solved = 1, .grade = 5);
    close_street(s);
}

/* ---- who acted meanwhile */

static void test_a_stale_page_is_told_who_acted(void **state) {
    struct street *s = open_street();
    int64_t id = matter(s);
    struct case_steps steps = {.case_id = id, .count = 1};

    (void)state;
    steps.steps[0] = S(FILE, .class = STR("W06-042"), .condition = 1);
    steps.seen = load(s, id)->last_event;
    TAKE(s, id, ACTOR_RESIDENT, NOTE, .text = STR("越来越多了"));
    assert_int_equal(run(s, &case_step, STORY_ACCEPTOR, &steps, NULL), E_STALE);
    assert_str(str_of(s->err.args[0]), "报告人 · 备注");
    close_street(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_return_after_the_deadline_leaves_the_case_late),
        cmocka_unit_test(test_another_unit_after_the_deadline_leaves_the_case_late),
        cmocka_unit_test(test_an_order_that_came_late_is_late),
        cmocka_unit_test(test_an_order_that_came_back_keeps_the_deadline_from_above),
        cmocka_unit_test(test_every_need_can_refuse),
        cmocka_unit_test(test_who_looks_on_the_spot_brings_a_photo),
        cmocka_unit_test(test_the_question_of_the_rating_must_be_answered),
        cmocka_unit_test(test_what_residents_say_is_looked_at_first),
        cmocka_unit_test(test_put_right_on_the_spot_is_handling_like_any_other),
        cmocka_unit_test(test_what_is_long_past_is_not_written_down),
        cmocka_unit_test(test_what_is_done_again_is_rated_again),
        cmocka_unit_test(test_a_stale_page_is_told_who_acted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
