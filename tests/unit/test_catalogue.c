/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "engine/catalogue/check.h"
#include "engine/catalogue/csv.h"
#include "engine/catalogue/folder.h"

#include "base/source.h"

#include <stdlib.h>
#include <string.h>

static struct arena *a;
static struct catalogue_folder shipped;
static const struct catalogue *c;

static int read_shipped(void **state) {
    struct err err = {0};

    (void)state;
    a = arena_open();
    return catalogue_load(a, "catalogue", false, NULL, &shipped, &err) &&
                   catalogue_make(a, shipped.texts, shipped.count, &c, &err)
               ? 0
               : -1;
}

static int close_arena(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

/* ---- terms */

static void each_term_has_a_code_and_both_names(void **state) {
    (void)state;
    for (int set = 0; set < TERMS_COUNT; set++) {
        for (int i = 1; i < term_count((enum term_set)set); i++) {
            const struct term *row = term_row((enum term_set)set, i);

            assert_true(row->code.n > 0 && row->name[0].n > 0 && row->name[1].n > 0);
            assert_int_equal(term_find((enum term_set)set, row->code), i);
            assert_int_equal(term_find_word((enum term_set)set, row->name[LANGUAGE_ZH]), i);
        }
        assert_int_equal(term_find((enum term_set)set, STR("")), 0);
        assert_int_equal(term_find_word((enum term_set)set, STR("")), 0);
    }
    assert_int_equal(term_find_word(TERMS_STATE, STR("Being Handled")), STATE_HANDLING);
}

static void limits_are_worded_in_both_languages(void **state) {
    (void)state;
    assert_str(limit_text(a, 4, UNIT_WORK_HOUR, LANGUAGE_ZH), "4 工作时");
    assert_str(limit_text(a, 1, UNIT_WORK_DAY, LANGUAGE_EN), "1 working day");
    assert_str(limit_text(a, 2, UNIT_URGENT_HOUR, LANGUAGE_EN), "2 urgent hours");
    assert_int_equal(limit_text(a, 0, UNIT_NONE, LANGUAGE_ZH).n, 0);
}

/* ---- the shipped catalogue */

static void the_shipped_catalogue_has_no_mistake(void **state) {
    struct mistakes m = mistakes_make(a, MISTAKES_ROOM);
    struct buf out = buf_make(a, 1 << 20);
    struct catalogue_folder all;
    struct err err = {0};

    (void)state;
    assert_true(catalogue_load(a, "catalogue", true, &m, &all, &err));
    catalogue_check_all(a, all.texts, all.count, NULL, &m);
    mistakes_write(&out, &m, LANGUAGE_EN);
    assert_str(buf_str(&out), "");
}

static void the_published_texts_fit_in_one_event(void **state) {
    size_t bytes = 0;

    (void)state;
    for (size_t i = 0; i < shipped.count; i++) {
        bytes += shipped.texts[i].text.n;
    }
    assert_in_range(bytes, 1, 512 * 1024);
}

static void all_matters_and_components_of_the_standard_are_there(void **state) {
    size_t matters = 0;
    size_t components = 0;

    (void)state;
    for (size_t i = 0; i < c->class_count; i++) {
        matters += c->classes[i].kind == KIND_MATTER;
        components += c->classes[i].kind == KIND_COMPONENT;
    }
    assert_int_equal(matters, 51 + 7 + 16 + 21 + 2); /* GB/T 47678.5-2026, categories 06 to 10 */
    assert_int_equal(components, 153);
    assert_null(catalogue_class(c, STR("W06-031"))); /* left out by the standard */
    assert_null(catalogue_class(c, STR("W06")));
    assert_null(catalogue_class(c, STR("")));
}

static void a_class_without_rows_has_its_category_default(void **state) {
    const struct catalogue_class *own = catalogue_class(c, STR("W06-042"));
    const struct catalogue_class *lent = NULL;

    (void)state;
    for (size_t i = 0; i < c->class_count; i++) {
        assert_true(c->classes[i].condition_count > 0);
        lent = c->classes[i].conditions->is_default ? &c->classes[i] : lent;
    }
    assert_non_null(own);
    assert_non_null(lent);
    assert_false(catalogue_condition(own, 1)->is_default);
    assert_ptr_equal(catalogue_condition(own, 0), catalogue_condition(own, 1));
    assert_null(catalogue_condition(own, (int)own->condition_count + 1));
    assert_null(catalogue_condition(own, -1));
    assert_ptr_equal(catalogue_condition(lent, 1), lent->category->standard);
    assert_null(catalogue_condition(lent, 2));
}

static void procedures_say_what_they_take(void **state) {
    const struct procedure *matter = catalogue_procedure(c, STR("city-matter"));
    const struct procedure *request = catalogue_procedure(c, STR("request"));
    const struct procedure *order = catalogue_procedure(c, STR("order"));
    const struct catalogue_class *bins = catalogue_class(c, STR("W06-042"));

    (void)state;
    assert_true(matter != NULL && request != NULL && order != NULL && bins != NULL);
    assert_null(catalogue_procedure(c, STR("orders")));
    assert_true(procedure_takes_class(matter, bins) && procedure_takes_class(order, bins));
    assert_false(procedure_takes_class(request, bins));
    assert_true(procedure_takes_channel(order, CHANNEL_HOTLINE));
    assert_false(procedure_takes_channel(order, CHANNEL_WEB));
    assert_false(procedure_takes_channel(order, CHANNEL_NONE));
    assert_non_null(catalogue_step(matter, STEP_VERIFY));
    assert_null(catalogue_step(order, STEP_VERIFY));
    assert_int_equal(catalogue_step(matter, STEP_CHECK)->otherwise, STATE_HANDLING);
    assert_int_equal(catalogue_step(matter, STEP_REPORT)->from, 0);
    assert_true(procedure_clock(matter, CLOCK_HANDLE)->limit.from_class);
    assert_int_equal(procedure_clock(order, CLOCK_FIRST_CONTACT)->limit.unit, UNIT_WORK_DAY);
    assert_int_equal(order->reply_limit, 500);
    assert_str(order->face[STATE_CLOSED][LANGUAGE_ZH], "已办结");
}

/* ---- routes */

static const char routes_text[] = "class,line,place,unit,assist,remark_zh\n"
                                  "*,,*,any,,\n"
                                  "W*,,*,kind,,\n"
                                  "W06-*,,*,category,,\n"
                                  "W06-*,,G1,category-grid,,\n"
                                  "W06-042,,*,class,,\n"
                                  "W06-042,,S1,class-street,,\n"
                                  "W06-042,,G1,class-grid,@community;@estate,\n"
                                  "W09-*,line,S1,line-street,,\n"
                                  "W09-005,,G1,no-line,,\n"
                                  "W09-*,line,*,line-anywhere,,\n";

/* The shipped texts with another table of routes. */
static const struct catalogue *with_routes(const char *routes) {
    struct catalogue_text *texts = arena_array(a, struct catalogue_text, shipped.count);
    const struct catalogue *made;
    struct err err = {0};

    for (size_t i = 0; i < shipped.count; i++) {
        texts[i] = shipped.texts[i];
        if (str_is(texts[i].name, "common/routes.csv")) {
            texts[i].text = str_of(routes);
        }
    }
    assert_true(catalogue_make(a, texts, shipped.count, &made, &err));
    return made;
}

static void the_route_that_fits_best_is_taken(void **state) {
    static const struct str here[] = {STR_INIT("G1"), STR_INIT("C1"), STR_INIT("S1")};
    static const struct {
        const char *class;
        const char *line;
        size_t places; /* how many of G1 C1 S1 the case has, counted from the street */
        const char *unit;
    } rows[] = {
        {"W06-042", "", 3, "class-grid"},
        {"W06-042", "", 2, "class-street"},
        {"W06-042", "", 0, "class"},
        {"W06-013", "", 3, "category-grid"},
        {"W06-013", "", 2, "category"},
        {"W07-001", "", 3, "kind"},
        {"P01-002", "", 3, "any"},
        {"W09-005", "", 3, "line-street"},
        {"W09-005", "line", 3, "line-street"},
        {"W09-005", "other", 3, "no-line"},
        {"W09-001", "other", 3, "kind"},
        {"W09-001", "", 0, "line-anywhere"},
    };
    const struct catalogue *made = with_routes(routes_text);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct route_question q = {catalogue_class(made, str_of(rows[i].class)),
                                   str_of(rows[i].line), here + 3 - rows[i].places, rows[i].places};

        assert_str(catalogue_route(made, &q)->unit, rows[i].unit);
    }
}

static void a_route_names_its_assisting_units_and_its_line(void **state) {
    static const struct str here[] = {STR_INIT("G1")};
    const struct catalogue *made = with_routes(routes_text);
    struct route_question q = {catalogue_class(made, STR("W06-042")), {0}, here, 1};
    const struct catalogue_route *route = catalogue_route(made, &q);

    (void)state;
    assert_int_equal(route->assist_count, 2);
    assert_str(route->assists[1], "@estate");
    assert_int_equal(route->spot.line, 8);
}

static void a_cover_that_nobody_owns_has_no_route(void **state) {
    struct route_question q = {catalogue_class(c, STR("P01-023")), {0}, NULL, 0};

    (void)state;
    assert_null(catalogue_route(c, &q));
}

/* ---- replies */

static void the_closest_reply_counts(void **state) {
    const struct catalogue_class *building = catalogue_class(c, STR("W06-001"));
    const struct catalogue_class *bins = catalogue_class(c, STR("W06-042"));
    struct str values[PLACEHOLDER_COUNT] = {[PLACEHOLDER_NUMBER] = STR_INIT("C-1")};

    (void)state;
    assert_str(catalogue_template(c, building, OUTCOME_SOLVED)->of, "W06-001");
    assert_str(catalogue_template(c, bins, OUTCOME_HANDED_OVER)->of, "W06");
    assert_null(catalogue_template(c, bins, OUTCOME_NONE));
    assert_str(template_fill(a, STR("编号{number}。{unit}{"), values), "编号C-1。{");
    assert_str(template_fill(a, STR("没有占位词"), values), "没有占位词");
}

/* ---- which class do these words mean? */

static void words_of_residents_find_their_class(void **state) {
    static const struct {
        const char *words;
        const char *class;
    } rows[] = {
        {"垃圾桶满了好几天没人来收", "W06-042"},       {"门口路面坑坑洼洼，老人绊倒了", "W06-013"},
        {"楼下水果店东西都摆到人行道上了", "W09-005"}, {"饭店油烟味太大，窗都不敢开", "W06-027"},
        {"路灯不亮了，黑漆漆的", "P01-037"},           {"污水井盖没了，很危险", "P01-002"},
        {"有人在天井里砌墙搭房子", "W06-001"},         {"工地半夜还在打桩", "W08-001"},
        {"共享单车堆满了人行道", "W09-011"},           {"消防通道被车堵住了", "W09-012"},
    };
    struct proposal found[5];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct propose_question q = {.words = str_of(rows[i].words), .max = 3};
        size_t count = catalogue_propose(a, c, &q, found);
        bool there = false;

        for (size_t k = 0; k < count; k++) {
            there = there || str_is(found[k].class->code, rows[i].class);
        }
        if (!there) {
            print_error("%s: %zu found, first %.*s\n", rows[i].words, count,
                        count > 0 ? (int)found[0].class->code.n : 0,
                        count > 0 ? found[0].class->code.p : "");
        }
        assert_true(there);
    }
}

static void proposals_keep_to_what_is_asked(void **state) {
    struct proposal found[400];
    struct propose_question q = {.words = STR_INIT("垃圾 路灯 停车 井盖 噪声 电梯"), .max = 400};
    size_t all = catalogue_propose(a, c, &q, found);
    struct propose_question none = {.words = STR_INIT("zzz"), .max = 5};

    (void)state;
    for (size_t i = 1; i < all; i++) {
        assert_true(found[i - 1].score >= found[i].score);
    }
    q.kinds = TERM_BIT(KIND_REQUEST);
    q.only_public = true;
    q.max = 5;
    for (size_t i = catalogue_propose(a, c, &q, found); i-- > 0;) {
        assert_true(found[i].class->kind == KIND_REQUEST && found[i].class->is_public);
    }
    assert_int_equal(catalogue_propose(a, c, &none, found), 0);
    q.max = 0;
    assert_int_equal(catalogue_propose(a, c, &q, found), 0);
}

/* ---- bundles */

static void the_hash_is_that_of_names_and_texts_in_any_order(void **state) {
    struct catalogue_text one[] = {{STR_INIT("a"), STR_INIT("1")}, {STR_INIT("b"), STR_INIT("2")}};
    struct catalogue_text other[] = {{STR_INIT("b"), STR_INIT("2")},
                                     {STR_INIT("a"), STR_INIT("1")}};
    struct catalogue_text moved[] = {{STR_INIT("a"), STR_INIT("1b")},
                                     {STR_INIT(""), STR_INIT("2")}};
    struct hash h = catalogue_hash(a, one, 2);
    struct hash same = catalogue_hash(a, other, 2);
    struct hash different = catalogue_hash(a, moved, 2);

    (void)state;
    assert_true(hash_eq(&h, &same));
    assert_false(hash_eq(&h, &different));
}

static void texts_that_cannot_be_read_are_refused(void **state) {
    struct catalogue_text texts[] = {{STR_INIT("request/procedure.yaml"), STR_INIT("{")}};
    const struct catalogue *made;
    struct err err = {0};

    (void)state;
    assert_false(catalogue_make(a, texts, 1, &made, &err));
    assert_int_equal(err.code, E_DEFINITION);
    assert_false(catalogue_make(a, texts, 0, &made, &err));
}

/* ---- tables for imports */

static void tables_are_read_with_their_places(void **state) {
    struct csv_bounds bounds = {{1000, 1000}, 3, 3};
    struct mistakes m = mistakes_make(a, 10);
    struct csv_table t;

    (void)state;
    assert_true(csv_read(&m, STR("x.csv"),
                         STR("\xEF\xBB\xBF编号,说明\r\n1,\"甲\n\"\"乙\"\"\"\r\n\r\n2,丙"), bounds,
                         &t));
    assert_int_equal(m.count, 0);
    assert_int_equal(t.row_count, 2);
    assert_str(t.rows[0].fields[1].text, "甲\n\"乙\"");
    assert_str(t.rows[1].fields[1].text, "丙");
    assert_int_equal(t.rows[1].line, 5);
    assert_int_equal(t.rows[1].fields[1].column, 3);
    assert_int_equal(csv_column(&t, "说明"), 1);
    assert_int_equal(csv_column(&t, "无"), -1);
}

static void tables_keep_within_their_bounds(void **state) {
    static const struct {
        const char *text;
        enum mistake_code code;
        size_t rows;
    } rows[] = {
        {"a,b\n1,2\n3,4\n5,6\n7,8\n", MISTAKE_ROWS, 3},
        {"a,b,c,d\n", MISTAKE_COLUMNS, 0},
        {"a\n12345678901234567890\n", MISTAKE_LINE_LONG, 0},
        {"a,b\n1,2,3\n3,4\n", MISTAKE_CELLS, 1},
        {"a\n0123456789012345\n0123456789012345\n0123456789012345\n0123456789012345\n",
         MISTAKE_FILE_SIZE, 0},
        {"\n\r\n", MISTAKE_FILE_EMPTY, 0},
    };
    struct csv_bounds bounds = {{60, 18}, 3, 3};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mistakes m = mistakes_make(a, 10);
        struct csv_table t;

        csv_read(&m, STR("x.csv"), str_of(rows[i].text), bounds, &t);
        assert_int_equal(m.count, 1);
        assert_int_equal(m.items[0].code, rows[i].code);
        assert_int_equal(t.row_count, rows[i].rows);
    }
}

static void mistakes_beyond_the_room_are_counted(void **state) {
    struct mistakes m = mistakes_make(a, 2);
    struct buf out = buf_make(a, 4096);

    (void)state;
    for (int i = 3; i > 0; i--) {
        mistake0(&m, ((struct spot){STR("x"), i, 0}), MISTAKE_FILE_EMPTY);
    }
    mistakes_sort(&m);
    mistakes_write(&out, &m, LANGUAGE_EN);
    assert_int_equal(m.items[0].spot.line, 2);
    assert_true(str_ends(buf_str(&out), STR("1 more are not listed.\n")));
}

/* ---- hostile texts */

/* A few bytes of one file changed, moved, doubled or cut: whatever comes of it, it is answered and
 * nothing breaks. */
static struct str disturbed(struct arena *scratch, struct source *random, struct str text) {
    static const char favourites[] = "\"',:;{}[]-&*!#|>%@`?\n\r\t \0\xE4\xFF\xEF\xBC\x9A";
    struct str copy = arena_str(scratch, text);
    unsigned char dice[8];
    char *p = (char *)(uintptr_t)copy.p;

    random->fill(random, dice, 1);
    for (int changes = dice[0] % 6; changes >= 0 && copy.n > 0; changes--) {
        size_t at;

        random->fill(random, dice, sizeof dice);
        at = (dice[0] | (size_t)dice[1] << 8 | (size_t)dice[2] << 16) % copy.n;
        switch (dice[3] % 4) {
        case 0:
            p[at] = (char)(p[at] ^ (1 << dice[4] % 8));
            break;
        case 1:
            p[at] = favourites[dice[4] % (sizeof favourites - 1)];
            break;
        case 2:
            memmove(p + at, text.p + (at / 2), (copy.n - at < dice[4]) ? copy.n - at : dice[4]);
            break;
        default:
            copy.n = dice[4] == 0 ? at : copy.n;
        }
    }
    return copy;
}

static void no_text_breaks_the_reader(void **state) {
    const char *wanted = getenv("HOSTILE_ROUNDS");
    int rounds = wanted != NULL ? atoi(wanted) : 120;
    struct source random = source_fixed(0, 20261122);
    struct arena *scratch = arena_open();
    struct catalogue_text *texts = arena_array(a, struct catalogue_text, shipped.count);
    int wrong = 0;

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct mistakes m = mistakes_make(scratch, 20);
        struct buf out = buf_make(scratch, 1 << 20);
        size_t victim = (size_t)i % shipped.count;

        memcpy(texts, shipped.texts, shipped.count * sizeof *texts);
        texts[victim].text = disturbed(scratch, &random, texts[victim].text);
        catalogue_check_all(scratch, texts, shipped.count, NULL, &m);
        mistakes_write(&out, &m, LANGUAGE_ZH);
        assert_true(str_is_text(buf_str(&out)));
        wrong += m.count > 0;
        arena_reset(scratch);
    }
    arena_close(scratch);
    assert_true(wrong > rounds / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_term_has_a_code_and_both_names),
        cmocka_unit_test(limits_are_worded_in_both_languages),
        cmocka_unit_test(the_shipped_catalogue_has_no_mistake),
        cmocka_unit_test(the_published_texts_fit_in_one_event),
        cmocka_unit_test(all_matters_and_components_of_the_standard_are_there),
        cmocka_unit_test(a_class_without_rows_has_its_category_default),
        cmocka_unit_test(procedures_say_what_they_take),
        cmocka_unit_test(the_route_that_fits_best_is_taken),
        cmocka_unit_test(a_route_names_its_assisting_units_and_its_line),
        cmocka_unit_test(a_cover_that_nobody_owns_has_no_route),
        cmocka_unit_test(the_closest_reply_counts),
        cmocka_unit_test(words_of_residents_find_their_class),
        cmocka_unit_test(proposals_keep_to_what_is_asked),
        cmocka_unit_test(the_hash_is_that_of_names_and_texts_in_any_order),
        cmocka_unit_test(texts_that_cannot_be_read_are_refused),
        cmocka_unit_test(tables_are_read_with_their_places),
        cmocka_unit_test(tables_keep_within_their_bounds),
        cmocka_unit_test(mistakes_beyond_the_room_are_counted),
        cmocka_unit_test(no_text_breaks_the_reader),
    };

    return cmocka_run_group_tests(tests, read_shipped, close_arena);
}
