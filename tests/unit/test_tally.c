/* SPDX-License-Identifier: Apache-2.0 */
/* The running counts are what counting anew would give, after any history; and they
 * are what figures are answered from. */
#include "query_model.h"

#include "base/time_text.h"
#include "engine/query/choose.h"
#include "engine/query/tally_read.h"

#include <stdlib.h>
#include <string.h>

static struct arena *a;
static struct store *store;
static struct model model;

enum { CASES = 400, CHANGES = 6000 };

static int open_world(void **state) {
    (void)state;
    a = arena_open();
    store = model_store(a, &model, CASES, 7);
    return store == NULL;
}

static int close_world(void **state) {
    (void)state;
    store_close(store);
    arena_close(a);
    return 0;
}

static int64_t number_of(const char *sql) {
    struct stmt *q = store_text(store, str_of(sql));
    struct err err = {0};
    int64_t n = stmt_next(q) ? stmt_int(q, 0) : -1;

    assert_true(stmt_end(q, &err));
    return n;
}

static void run(const char *sql) {
    struct err err = {0};

    if (!store_execute(store, sql, &err)) {
        print_error("%s\n", err.detail);
        assert_true(false);
    }
}

/* The statement of an upgrade that fills the tallies, from the file itself. */
static const char *filling(const char *path, char *text, size_t size) {
    FILE *f = fopen(path, "rb");
    const char *insert;

    assert_non_null(f);
    text[fread(text, 1, size - 1, f)] = 0;
    fclose(f);
    insert = strstr(text, "INSERT INTO tallies");
    assert_non_null(insert);
    return insert;
}

/* Version 5 fills in open cases, and ended ones by one column from those by two. */
static const char *fill_in_5(void) {
    static char text[16384];

    return filling("src/engine/store/upgrade_5.sql", text, sizeof text);
}

/* Version 2 filled in the others; since version 4 merged ones have ended too. */
static const char *count_ended(void) {
    static const char then[] = "('closed','declined')";
    static const char now[] = "('closed','declined','merged')";
    static char text[16384];
    static char made[16384];
    const char *insert = filling("src/engine/store/upgrade_2.sql", text, sizeof text);

    assert_non_null(strstr(insert, then));
    snprintf(made, sizeof made, "%.*s%s%s", (int)(strstr(insert, then) - insert), insert, now,
             strstr(insert, then) + strlen(then));
    return made;
}

static void save(const struct model_case *c) {
    struct stmt *q = store_text(
        store, STR("UPDATE cases SET state = ?2, class = ?3, unit = ?4, community = ?5, late = ?6,"
                   " returns = ?7, reworks = ?8, rating = ?9, solved = ?10,"
                   " first_contact_due_at = ?11, first_contact_at = ?12 WHERE id = ?1"));
    const int64_t numbers[] = {c->unit,   c->community, c->late,           c->returns,   c->reworks,
                               c->rating, c->solved,    c->contact_due_at, c->contact_at};
    struct err err = {0};

    stmt_bind_int(q, 1, c->id);
    stmt_bind_text(q, 2, c->state);
    stmt_bind_text(q, 3, c->class);
    for (size_t i = 0; i < WORLD_COUNT(numbers); i++) {
        stmt_bind_int(q, 4 + (int)i, numbers[i]);
    }
    assert_true(stmt_run_one(q, &err));
}

/* What can happen to a case: it ends, is merged, is opened again, is filed elsewhere, returned,
 * rated. */
static void change(struct model_case *c, struct source *random) {
    uint32_t x[2];

    random->fill(random, x, sizeof x);
    switch (x[0] % 8) {
    case 0:
    case 1:
    case 2:
        c->state = world_states[x[1] % WORLD_COUNT(world_states)][0];
        break;
    case 3:
        c->class = world_classes[x[1] % WORLD_COUNT(world_classes)][0];
        c->unit = 41 + x[1] % 5;
        break;
    case 4:
        c->community = x[1] % 5 == 0 ? 0 : 10 + x[1] % 5;
        c->late = x[1] % 2;
        break;
    case 5:
        c->returns += x[1] % 2;
        c->reworks += x[1] % 3 == 0;
        break;
    case 6:
        c->rating = x[1] % 6;
        c->solved = x[1] % 3;
        break;
    default:
        c->contact_due_at = x[1] % 3 == 0 ? 0 : MODEL_AS_OF;
        c->contact_at = x[1] % 2 == 0 ? 0 : MODEL_AS_OF + (int64_t)(x[1] % 3) - 1;
    }
}

static void change_one(struct source *random) {
    struct model_case *c;
    struct tally_case before;
    struct tally_case after;
    struct err err = {0};
    uint32_t x;

    random->fill(random, &x, sizeof x);
    c = &model.cases[x % CASES];
    before = model_tally(c);
    change(c, random);
    after = model_tally(c);
    assert_true(tally_move(store, &before, &after, &err));
}

/* One change for itself, or many in one transaction, in which more keys come and go than are kept
 * in memory. */
static void after_any_history_they_are_what_counting_anew_gives(void **state) {
    struct source random = source_fixed(0, 99);
    struct err err = {0};
    int64_t rows;

    (void)state;
    for (int i = 0; i < CHANGES; i++) {
        change_one(&random);
    }
    for (int turn = 0; turn < 4; turn++) {
        assert_true(store_begin(store, &err));
        for (int i = 0; i < CHANGES; i++) {
            change_one(&random);
        }
        assert_true(store_commit(store, &err));
    }
    for (size_t i = 0; i < CASES; i++) {
        save(&model.cases[i]);
    }
    rows = number_of("SELECT count(*) FROM tallies");
    assert_true(rows > 500);
    run("CREATE TEMP TABLE kept AS SELECT * FROM tallies; DELETE FROM tallies");
    run(count_ended());
    run(fill_in_5());
    assert_int_equal(number_of("SELECT count(*) FROM tallies"), rows);
    assert_int_equal(
        number_of("SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM tallies)"), 0);
    assert_int_equal(
        number_of("SELECT count(*) FROM (SELECT * FROM tallies EXCEPT SELECT * FROM kept)"), 0);
}

static const struct scope_grant whole[] = {{.area = {.level = AREA_OFFICE}}};
static const struct scope_grant communities[] = {{.area = {11, AREA_COMMUNITY}},
                                                 {.area = {12, AREA_COMMUNITY}}};
static const struct scope_grant grid[] = {{.area = {22, AREA_GRID}}};

static struct tally_plan plan_of(const char *text, struct scope scope, int apart, int widest,
                                 bool *can) {
    struct tally_question question = {
        .scope = &scope, .apart = apart, .widest = widest, .offset_minutes = CHINA_OFFSET_MINUTES};
    struct tally_plan plan;
    struct filter filter;
    struct err err = {0};

    assert_true(filter_parse(a, str_of(text), &world_names, world_clock, &filter, &err));
    question.filter = &filter;
    assert_true(tally_plan_make(store, a, &question, &plan, can, &err));
    return plan;
}

static void a_period_is_cut_into_years_months_and_days(void **state) {
    static const struct {
        const char *filter;
        int apart;
        int widest;
        const char *parts; /* cube from..before */
        size_t edges;      /* stretches of days that cases must answer */
    } rows[] = {
        {"state:closed", 0, TALLY_YEARS, "8 1000..9999", 0},
        {"", 0, TALLY_YEARS, "8 1000..9999 28 100001..999901", 0},
        {"state:open", 0, TALLY_YEARS, "28 100001..999901", 0},
        {"state:handling,closed", 0, TALLY_YEARS, "8 1000..9999", 0},
        {"", 0, TALLY_MONTHS, "8 100001..999901 28 100001..999901", 0},
        {"", 0, TALLY_DAYS, "8 10000101..99990101 24 10000101..99990101", 0},
        {"opened:2026-10", 0, TALLY_YEARS, "8 202610..202611 28 202610..202611", 0},
        {"opened:2025-12", TALLY_CLASS, TALLY_YEARS, "2 202512..202601 19 202512..202601", 0},
        {"opened:2026-10-05..2026-10-20", 0, TALLY_YEARS,
         "8 20261005..20261021 24 20261005..20261021", 0},
        {"opened:2026-09-28..2026-10-03", TALLY_UNIT, TALLY_YEARS,
         "4 20260928..20261004 20 20260928..20261004", 0},
        {"opened:2025-11-30..2026-02-01", 0, TALLY_YEARS,
         "8 20251130..20251201 8 202512..202602 8 20260201..20260202 "
         "24 20251130..20251201 28 202512..202602 24 20260201..20260202",
         0},
        {"opened:2024-12-31..2026-02-01", TALLY_COMMUNITY, TALLY_YEARS,
         "1 20241231..20250101 1 2025..2026 1 202601..202602 1 20260201..20260202 "
         "17 20241231..20250101 25 202501..202602 17 20260201..20260202",
         0},
        {"opened:2024-12-31..2026-02-01 channel:hotline class:W06*", 0, TALLY_YEARS,
         "10 2025..2026 10 202601..202602", 2},
        {"opened:2025-10.. opened:..2026-03 unit:环卫", TALLY_COMMUNITY, TALLY_YEARS,
         "5 202510..202604 21 202510..202604", 0},
        {"opened:2026-10..2030", 0, TALLY_YEARS, "8 202610..202701 8 2027..9999 28 202610..999901",
         0},
    };
    const struct scope scope = {MODEL_OFFICE, whole, 1, 0};

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows); i++) {
        struct buf b = buf_make(a, 1000);
        bool can;
        struct tally_plan plan =
            plan_of(rows[i].filter, scope, rows[i].apart, rows[i].widest, &can);

        assert_true(can);
        for (size_t k = 0; k < plan.part_count; k++) {
            buf_format(&b, "%s%d %lld..%lld", k > 0 ? " " : "", plan.parts[k].cube,
                       (long long)plan.parts[k].from, (long long)plan.parts[k].to);
        }
        if (!str_is(buf_str(&b), rows[i].parts) || plan.edge_count != rows[i].edges) {
            print_error("%s: %.*s, %zu\n", rows[i].filter, STR_ARG(buf_str(&b)), plan.edge_count);
            assert_true(false);
        }
    }
}

static void what_they_know_nothing_of_is_left_to_the_cases(void **state) {
    static const char *const filters[] = {"路灯",
                                          "place:G22",
                                          "late:yes",
                                          "closed:2026-10",
                                          "-opened:2026-10",
                                          "opened:2026-02,2026-05",
                                          "state:handling",
                                          "opened:2026-02-01T10:00:00+08:00..",
                                          "rating:1",
                                          "class:W06* unit:环卫 channel:hotline"};
    const struct scope office = {MODEL_OFFICE, whole, 1, 0};
    const struct scope scopes[] = {
        {MODEL_OFFICE, grid, 1, 0}, {MODEL_OFFICE, communities, 2, 44}, {MODEL_OFFICE, NULL, 0, 0}};
    bool can;

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(filters); i++) {
        plan_of(filters[i], office, 0, TALLY_YEARS, &can);
        if (can) {
            print_error("%s\n", filters[i]);
        }
        assert_false(can);
    }
    for (size_t i = 0; i < WORLD_COUNT(scopes); i++) {
        plan_of("", scopes[i], 0, TALLY_YEARS, &can);
        assert_false(can);
    }
    plan_of("class:W06*", (struct scope){MODEL_OFFICE, communities, 2, 0}, 0, TALLY_YEARS, &can);
    assert_true(can);
    plan_of("class:W06*", (struct scope){MODEL_OFFICE, communities, 2, 0}, TALLY_UNIT, TALLY_YEARS,
            &can);
    assert_false(can);
}

static struct str day_before(int64_t us) {
    struct civil c = civil_from_us(us, 0);

    return arena_format(a, "%04d%02d%02d", c.year, c.month, c.day);
}

/* Ended cases of the days that the share is about, counted one by one. */
static int64_t counted(int64_t as_of, bool of_months, const char *more) {
    struct str from = day_before(as_of - (of_months ? 31 : 7) * DAY_US);
    struct str to = day_before(as_of + 2 * DAY_US);

    return number_of(arena_format(a,
                                  "SELECT count(*) FROM cases WHERE office = 1 AND state IN "
                                  "('closed','declined','merged') AND day/%d >= %.*s/%d AND "
                                  "day/%d < %.*s/%d + %d %s",
                                  of_months ? 100 : 1, STR_ARG(from), of_months ? 100 : 1,
                                  of_months ? 100 : 1, STR_ARG(to), of_months ? 100 : 1,
                                  of_months ? 1 : 0, more)
                         .p);
}

static void they_know_how_thick_a_question_lies(void **state) {
    static const struct {
        const char *filter;
        struct scope scope;
        bool is_known;
        bool of_months;
        const char *more;
    } rows[] = {
        {"class:W06* state:closed",
         {MODEL_OFFICE, whole, 1, 0},
         true,
         false,
         "AND state = 'closed' AND class LIKE 'W06-%'"},
        {"state:closed,declined,merged",
         {MODEL_OFFICE, communities, 2, 0},
         true,
         false,
         "AND community IN (11, 12)"},
        {"place:C11 -channel:hotline state:declined",
         {MODEL_OFFICE, whole, 1, 0},
         true,
         true,
         "AND state = 'declined' AND community = 11 AND channel <> 'hotline'"},
        {"class:W06*", {MODEL_OFFICE, whole, 1, 0}, false, false, ""},
        {"late:yes state:closed", {MODEL_OFFICE, whole, 1, 0}, false, false, ""},
        {"opened:2026 state:closed", {MODEL_OFFICE, whole, 1, 0}, false, false, ""},
        {"class:W06* place:C11 unit:环卫 state:closed",
         {MODEL_OFFICE, whole, 1, 0},
         false,
         false,
         ""},
        {"state:closed", {MODEL_OFFICE, grid, 1, 0}, false, false, ""},
    };
    int64_t fitted = 0;

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows) * 12; i++) {
        const size_t r = i / 12;
        struct tally_share share;
        struct filter filter;
        struct err err = {0};

        assert_true(
            filter_parse(a, str_of(rows[r].filter), &world_names, world_clock, &filter, &err));
        filter.as_of -= (int64_t)(i % 12) * 9 * DAY_US;
        assert_true(tally_share_find(store, a, &rows[r].scope, &filter, &share, &err));
        if (!rows[r].is_known) {
            assert_int_equal(share.cases, 0);
            continue;
        }
        assert_int_equal(share.cases, counted(filter.as_of, rows[r].of_months, ""));
        assert_int_equal(share.fits, counted(filter.as_of, rows[r].of_months, rows[r].more));
        fitted += share.fits;
    }
    assert_true(fitted > 20);
}

static bool is_thin(const char *text, int64_t as_of) {
    const struct scope office = {MODEL_OFFICE, whole, 1, 0};
    struct predicate predicate;
    struct filter filter;
    struct err err = {0};
    bool capped;

    assert_true(filter_parse(a, str_of(text), &world_names, world_clock, &filter, &err));
    filter.as_of = as_of;
    assert_true(
        choose_predicate(store, a, &office, &filter, PURPOSE_PAGE, &predicate, &capped, &err));
    return predicate.is_thin;
}

/* A page of ended cases is judged by the tallies, and no case is passed for it: where they tell of
 * none, the cases that there are make no difference. */
static void a_page_is_judged_by_them(void **state) {
    const struct choose_bounds usual = choose_bounds;
    int64_t as_of = world_clock.as_of;

    (void)state;
    choose_bounds = (struct choose_bounds){.sample = 1, .share = 200};
    while (counted(as_of, false, "AND class LIKE 'W06-%'") == 0) {
        as_of -= DAY_US;
        assert_true(as_of > 0);
    }
    assert_false(is_thin("class:W06* state:closed,declined,merged", as_of));
    run("BEGIN; UPDATE tallies SET class = 'A01-' || class WHERE cube = 2");
    assert_true(is_thin("class:W06* state:closed,declined,merged", as_of));
    run("ROLLBACK");
    choose_bounds = usual;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_any_history_they_are_what_counting_anew_gives),
        cmocka_unit_test(they_know_how_thick_a_question_lies),
        cmocka_unit_test(a_page_is_judged_by_them),
        cmocka_unit_test(a_period_is_cut_into_years_months_and_days),
        cmocka_unit_test(what_they_know_nothing_of_is_left_to_the_cases),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
