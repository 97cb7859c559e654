/* SPDX-License-Identifier: Apache-2.0 */
/* How SQLite goes about it: the plan of every way that leads through the cases, with each kind of
 * scope. A line that begins with SCAN cases, or that sorts where an index gives the order, is a
 * defect. */
#include "golden_text.h"
#include "query_model.h"

#include "engine/query/choose.h"
#include "engine/query/list_part.h"
#include "engine/query/map_read.h"
#include "engine/query/search_cases.h"
#include "engine/query/tally_read.h"
#include "engine/store/engine.h"

static struct arena *a;
static struct store *store;
static struct model model;

static int open_world(void **state) {
    (void)state;
    a = arena_open();
    store = model_store(a, &model, 200, 1);
    return store == NULL;
}

static int close_world(void **state) {
    (void)state;
    store_close(store);
    arena_close(a);
    return 0;
}

static void explain(struct buf *out, const char *name, const struct sql *s) {
    struct sql asked = *s;
    struct stmt *q;
    struct err err = {0};

    asked.text = buf_make(a, SQL_BYTES + 100);
    buf_c(&asked.text, "EXPLAIN QUERY PLAN ");
    buf_put(&asked.text, buf_str(&s->text));
    buf_format(out, "%s\n", name);
    q = sql_open(store, &asked);
    while (stmt_next(q)) {
        buf_c(out, "    ");
        buf_put(out, stmt_view(q, 3));
        buf_c(out, "\n");
    }
    if (!stmt_end(q, &err)) {
        print_error("%s: %s\n%.*s\n", name, err.detail, STR_ARG(buf_str(&s->text)));
    }
    assert_int_equal(err.code, E_NONE);
}

static const struct scope_grant whole[] = {{.area = {.level = AREA_OFFICE}}};
static const struct scope_grant areas[] = {{.area = {11, AREA_COMMUNITY}},
                                           {.area = {22, AREA_GRID}}};

static const struct {
    const char *name;
    struct scope scope;
} scopes[] = {
    {"the whole office", {MODEL_OFFICE, whole, 1, 0}},
    {"two places", {MODEL_OFFICE, areas, 2, 0}},
    {"a unit's tasks", {MODEL_OFFICE, NULL, 0, 42}},
    {"two places and a unit's tasks", {MODEL_OFFICE, areas, 2, 42}},
};

static const struct {
    enum driver driver;
    const char *filter;
} leads[] = {
    {DRIVER_NEWEST, "opened:2026-10 late:yes"},
    {DRIVER_OPEN, "state:open late:yes contacted:no"},
    {DRIVER_SCOPE, "state:closed"},
    {DRIVER_COMMUNITY, "place:C11 late:yes"},
    {DRIVER_GRID, "place:G22"},
    {DRIVER_ESTATE, "place:E33"},
    {DRIVER_UNIT, "unit:环卫"},
    {DRIVER_CLASS, "class:W06*"},
    {DRIVER_CLOSED, "closed:2026-10"},
    {DRIVER_NUMBER, "number:SP2026*"},
    {DRIVER_EXTERNAL, "external:12345-0001"},
    {DRIVER_RATING, "rating:1,2"},
    {DRIVER_LEADER, "leader:yes"},
    {DRIVER_MARKED, "returned:yes redo:yes"},
    {DRIVER_CELL, "state:open cell:14-221496129"},
    {DRIVER_UNCONTACTED, "opened:2026-10"},
    {DRIVER_OVERDUE, "opened:2026-10 class:W06* -channel:hotline"},
};

static struct predicate predicate_of(size_t lead, size_t scope, struct filter *filter) {
    struct err err = {0};

    assert_true(
        filter_parse(a, str_of(leads[lead].filter), &world_names, world_clock, filter, &err));
    return (struct predicate){
        .scope = &scopes[scope].scope, .filter = filter, .driver = leads[lead].driver};
}

static void every_lead_uses_its_index(void **state) {
    struct buf out = buf_make(a, 1 << 20);

    (void)state;
    for (size_t lead = 0; lead < WORLD_COUNT(leads); lead++) {
        for (size_t scope = 0; scope < WORLD_COUNT(scopes); scope++) {
            struct filter filter;
            struct predicate p = predicate_of(lead, scope, &filter);
            struct sql s = sql_make(a);

            if (p.driver == DRIVER_SCOPE && scope == 0) {
                continue;
            }
            sql_put(&s, "SELECT count(*) FROM ");
            compile_from(&s, &p);
            explain(&out, arena_format(a, "count %s, %s", leads[lead].filter, scopes[scope].name).p,
                    &s);
        }
    }
    assert_int_equal(str_find(buf_str(&out), STR("SCAN cases")), -1);
    check_golden(a, "tests/golden/query_plans_count.txt", buf_str(&out));
}

static void pages_come_in_the_order_of_an_index(void **state) {
    static const char *const names[] = {"due", "rest", "newest", "oldest"};
    struct buf out = buf_make(a, 1 << 20);

    (void)state;
    for (int stretch = STRETCH_DUE; stretch <= STRETCH_OLDEST; stretch++) {
        for (size_t scope = 0; scope < WORLD_COUNT(scopes); scope++) {
            struct filter filter;
            struct predicate p = predicate_of(0, scope, &filter);
            struct sql s = sql_make(a);

            list_part_compile(&s, &p, (enum list_stretch)stretch, "",
                              list_part_start((enum list_stretch)stretch), 51);
            explain(&out, arena_format(a, "page %s, %s", names[stretch], scopes[scope].name).p, &s);
        }
    }
    for (size_t scope = 0; scope < WORLD_COUNT(scopes); scope++) {
        struct filter filter;
        struct predicate p = predicate_of(1, scope, &filter);
        struct sql s = sql_make(a);

        p.driver = DRIVER_CELL;
        sql_put(&s, "SELECT cases.id, cell FROM ");
        compile_from(&s, &p);
        map_put_walk(&s, 0, INT64_MAX, INT64_MAX, 51);
        explain(&out, arena_format(a, "map, %s", scopes[scope].name).p, &s);
    }
    assert_int_equal(str_find(buf_str(&out), STR("SCAN cases")), -1);
    assert_int_equal(str_find(buf_str(&out), STR("TEMP B-TREE")), -1);
    check_golden(a, "tests/golden/query_plans_page.txt", buf_str(&out));
}

static void tallies_are_read_by_their_key(void **state) {
    static const char *const questions[] = {"", "opened:2025-11-05..2026-10-20 class:W06*"};
    struct buf out = buf_make(a, 1 << 16);

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(questions); i++) {
        for (size_t scope = 0; scope < 2; scope++) {
            static const struct scope_grant community[] = {{.area = {11, AREA_COMMUNITY}}};
            struct scope one = {MODEL_OFFICE, scope == 0 ? whole : community, 1, 0};
            struct tally_question question = {
                .scope = &one, .widest = TALLY_YEARS, .offset_minutes = CHINA_OFFSET_MINUTES};
            struct sql s = sql_make(a);
            struct tally_plan plan;
            struct filter filter;
            struct err err = {0};
            bool can;

            assert_true(
                filter_parse(a, str_of(questions[i]), &world_names, world_clock, &filter, &err));
            question.filter = &filter;
            assert_true(tally_plan_make(store, a, &question, &plan, &can, &err) && can);
            sql_put(&s, "SELECT span, cases");
            tally_plan_compile(&s, &one, &plan);
            explain(&out,
                    arena_format(a, "figures %s, %s", questions[i],
                                 scope == 0 ? "the whole office" : "a community")
                        .p,
                    &s);
        }
    }
    assert_int_equal(str_find(buf_str(&out), STR("SCAN tallies")), -1);
    check_golden(a, "tests/golden/query_plans_tallies.txt", buf_str(&out));
}

/* A page of a list asks for its cases by their ids: an index that knows of them only the office
 * would be read from end to end. */
static void cases_of_a_list_are_fetched_by_their_ids(void **state) {
    static const enum sql_id asked[] = {SQL_CASES_FETCH, SQL_CASE_REPORT_TEXTS, SQL_CLOCKS_LIST,
                                        SQL_TASKS_LIST, SQL_QUERY_WORDS_OF};
    struct buf out = buf_make(a, 1 << 16);

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(asked); i++) {
        struct sql s = sql_make(a);

        sql_put(&s, store_statements[asked[i]].text);
        explain(&out, store_statements[asked[i]].name, &s);
    }
    if (str_find(buf_str(&out), STR("(office=?)")) >= 0) {
        print_error("%.*s", STR_ARG(buf_str(&out)));
        assert_true(false);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lead_uses_its_index),
        cmocka_unit_test(pages_come_in_the_order_of_an_index),
        cmocka_unit_test(tallies_are_read_by_their_key),
        cmocka_unit_test(cases_of_a_list_are_fetched_by_their_ids),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
