/* SPDX-License-Identifier: Apache-2.0 */
/* What a map shows is the cases that fit: each once, as a dot or within the number of its square,
 * and the list behind a square is as long as its number says. */
#include "query_model.h"

#include "base/geo/cell.h"
#include "engine/query/choose.h"
#include "engine/query/map.h"

#include <stdlib.h>

static struct arena *a;
static struct store *store;
static struct model model;

enum { CASES = 1500, QUESTIONS = 500, PASSED_USUAL = 1000 };
static int cut_short; /* answers that do not know all without a point */

static int open_world(void **state) {
    (void)state;
    a = arena_open();
    store = model_store(a, &model, CASES, 20261123);
    return store == NULL;
}

static int close_world(void **state) {
    (void)state;
    store_close(store);
    arena_close(a);
    return 0;
}

static void fail_with(const char *what, const struct question *q) {
    print_error("%s\n  filter %.*s\n  scope  %.*s\n", what, STR_ARG(q->text),
                STR_ARG(model_scope_text(a, &q->scope)));
    assert_true(false);
}

static struct map_view ask_map(const struct question *q, int level, const struct box *window) {
    struct map_question question = {&q->scope, &q->filter, level, window};
    struct map_view map;
    struct err err = {0};

    if (!map_make(store, a, &question, &map, &err)) {
        print_error("%.*s %s\n", STR_ARG(err_sentence(a, &err, LANGUAGE_EN)), err.detail);
        fail_with("the map failed", q);
    }
    return map;
}

static int64_t count_of(const struct question *q) {
    struct list_total total;
    struct err err = {0};

    if (!list_count(store, a, &q->scope, &q->filter, &total, &err)) {
        fail_with("the count failed", q);
    }
    return total.count;
}

/* A bunch stands where its cases are, to a metre, but for half a square from its neighbours. */
static void check_place(const struct question *q, int level, const struct map_bunch *bunch) {
    struct box square = cell_box(bunch->cell, level);
    int64_t edge = (square.most.wgs84_lat - square.least.wgs84_lat) / 4;
    int64_t lat = 0;

    for (size_t i = 0; i < model.count; i++) {
        const struct model_case *c = &model.cases[i];

        if (c->cell >> cell_shift(level) == bunch->cell && model_fits(c, q)) {
            lat += c->wgs84_lat;
        }
    }
    lat /= bunch->count;
    if (lat > square.least.wgs84_lat + edge && lat < square.most.wgs84_lat - edge &&
        llabs(bunch->at.wgs84_lat - lat) > 100) {
        fail_with("a bunch stands elsewhere", q);
    }
}

/* The list that opens behind a bunch. */
static void check_bunch(const struct question *q, int level, const struct map_bunch *bunch) {
    struct question behind = *q;
    struct err err = {0};
    int64_t count;

    behind.text =
        arena_format(a, "%.*s cell:%d-%lld", STR_ARG(q->text), level, (long long)bunch->cell);
    assert_true(filter_parse(a, behind.text, &world_names, world_clock, &behind.filter, &err));
    count = model_count(&model, &behind);
    if (count_of(&behind) != count || bunch->count > count ||
        bunch->has_more != (bunch->count < count) ||
        (!bunch->has_more && bunch->late != model_late(&model, &behind))) {
        print_error("bunch of %lld, list of %lld\n", (long long)bunch->count, (long long)count);
        fail_with("the bunch is not its list", &behind);
    }
    if (!bunch->has_more) {
        check_place(&behind, level, bunch);
    }
}

static bool shows(const struct map_view *map, int level, const struct model_case *c) {
    for (size_t i = 0; i < map->bunch_count; i++) {
        if (map->bunches[i].cell == c->cell >> cell_shift(level)) {
            return true;
        }
    }
    for (size_t i = 0; i < map->dot_count; i++) {
        if (map->dots[i].id == c->id) {
            return map->dots[i].wgs84_lat == c->wgs84_lat &&
                   map->dots[i].wgs84_lon == c->wgs84_lon && str_eq(map->dots[i].state, c->state);
        }
    }
    return false;
}

/* Every case that fits and lies within the window is shown; gives how many lie anywhere. */
static int64_t check_shown(const struct question *q, const struct map_view *map, int level,
                           const struct box *window) {
    int64_t with_point = 0;

    for (size_t i = 0; i < model.count; i++) {
        const struct model_case *c = &model.cases[i];
        struct point p = {(int32_t)c->wgs84_lat, (int32_t)c->wgs84_lon};

        if (!model_fits(c, q) || c->cell == 0) {
            continue;
        }
        with_point++;
        if ((window == NULL || box_has(window, p)) && !shows(map, level, c)) {
            fail_with("a case is not on the map", q);
        }
    }
    return with_point;
}

static void check_map(const struct question *q, int level, const struct box *window) {
    struct map_view map = ask_map(q, level, window);
    int64_t with_point = check_shown(q, &map, level, window);
    int64_t shown = (int64_t)map.dot_count;
    int64_t without;
    bool has_more = false;

    for (size_t i = 0; i < map.bunch_count; i++) {
        shown += map.bunches[i].count;
        has_more |= map.bunches[i].has_more;
        assert_true(map.bunches[i].count > 1 || map_bounds.square == 1);
        if (map.is_listable) {
            check_bunch(q, level, &map.bunches[i]);
        }
    }
    without = model_count(&model, q) - with_point;
    if (map.capped ? map.without > without : map.without != without) {
        fail_with("those without a point are miscounted", q);
    }
    cut_short += map.is_listable && map.capped;
    if (map_bounds.passed == PASSED_USUAL) { /* all of them are looked at */
        assert_int_equal(map.capped, map.is_listable && without > MAP_WITHOUT_MOST);
    }
    if (window == NULL && (has_more ? shown >= with_point : shown != with_point)) {
        print_error("%lld shown of %lld\n", (long long)shown, (long long)with_point);
        fail_with("the map is not the list", q);
    }
}

static void ask_many(uint64_t seed) {
    static const struct box window = {{312850000, 1215050000}, {312909999, 1215123456}};
    struct source random = source_fixed(0, seed);

    for (int round = 0; round < QUESTIONS; round++) {
        struct arena_mark mark = arena_mark(a);
        struct question q = model_question(a, &random, round);

        check_map(&q, 14 + round % 9, round % 3 == 0 ? &window : NULL);
        arena_rewind(a, mark);
    }
}

static void dots_while_they_are_few(void **state) {
    (void)state;
    ask_many(7);
}

/* All that a dense street has, with few cases: bunches, and squares that are not counted out. */
static void bunches_where_there_are_many(void **state) {
    const struct map_bounds usual = map_bounds;
    const struct choose_bounds usual_choice = choose_bounds;

    (void)state;
    map_bounds.dots = 20;
    ask_many(8);
    choose_bounds = (struct choose_bounds){0};
    map_bounds.rows = 100;
    map_bounds.square = 5;
    ask_many(9);
    assert_int_equal(map_bounds.passed, PASSED_USUAL);
    cut_short = 0;
    map_bounds.passed = 30;
    ask_many(11);
    assert_true(cut_short > QUESTIONS / 20);
    map_bounds.dots = 0;
    map_bounds.square = 1;
    ask_many(10);
    map_bounds = usual;
    choose_bounds = usual_choice;
}

/* What an answer costs follows the squares that are shown: where not all are counted, no square is
 * read further than its number says, the first as little as the last. */
static void a_crowd_is_not_read_before_it_is_cut_short(void **state) {
    const struct map_bounds usual = map_bounds;
    static const struct scope_grant everywhere = {.area = {.level = AREA_OFFICE}};
    static const struct box window = {{312850000, 1215050000}, {312909999, 1215123456}};
    struct question q = {.scope = {MODEL_OFFICE, &everywhere, 1, 0}, .text = STR("state:open")};
    struct err err = {0};

    (void)state;
    assert_true(filter_parse(a, q.text, &world_names, world_clock, &q.filter, &err));
    map_bounds.dots = 20;
    check_map(&q, 17, NULL); /* all counted, few of them a dot */
    map_bounds.rows = 100;
    map_bounds.square = 5;
    for (int level = 14; level < 20; level++) {
        struct map_view map = ask_map(&q, level, NULL);

        check_map(&q, level, NULL);
        check_map(&q, level, &window);
        assert_true(map.read <= (map.dot_count + map.bunch_count) * (map_bounds.square + 1));
    }
    map_bounds = usual;
}

static void a_square_is_asked_of_open_cases_alone(void **state) {
    static const struct {
        const char *filter;
        enum err_code code;
    } rows[] = {
        {"state:open cell:16-3543938068", E_NONE},
        {"状态:处置中 方格:0-0", E_NONE},
        {"cell:16-3543938068", E_FILTER_CELL},
        {"state:closed cell:16-3543938068", E_FILTER_CELL},
        {"state:open cell:27-0", E_FILTER_CELL},
        {"state:open cell:1-4", E_FILTER_CELL},
        {"state:open cell:16", E_FILTER_CELL},
        {"state:open cell:-1-1", E_FILTER_CELL},
        {"state:open cell:", E_FILTER},
    };

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows); i++) {
        struct filter filter;
        struct err err = {0};

        filter_parse(a, str_of(rows[i].filter), &world_names, world_clock, &filter, &err);
        if (err.code != rows[i].code) {
            print_error("%s: %d\n", rows[i].filter, (int)err.code);
            assert_true(false);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_while_they_are_few),
        cmocka_unit_test(bunches_where_there_are_many),
        cmocka_unit_test(a_crowd_is_not_read_before_it_is_cut_short),
        cmocka_unit_test(a_square_is_asked_of_open_cases_alone),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
