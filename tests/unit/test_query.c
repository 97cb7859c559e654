/* SPDX-License-Identifier: Apache-2.0 */
/* One predicate: list, count, figure and export agree with each other and with a plain model, for
 * many filters, scopes and orders; two people asking the same see each their own. Rows are written
 * straight into the tables. */
#include "query_model.h"

#include "engine/query/choose.h"
#include "engine/query/search_few.h"
#include "engine/query/search_stream.h"
#include "engine/query/export.h"
#include "engine/query/figures.h"
#include "engine/query/list.h"
#include "engine/query/search_behind.h"
#include "engine/query/search_cases.h"

static struct arena *a;
static struct store *store;
static struct model model;

enum { CASES = 1500, QUESTIONS = 1000 };

static int open_world(void **state) {
    (void)state;
    a = arena_open();
    store = model_store(a, &model, CASES, 20261122);
    return store == NULL;
}

static int close_world(void **state) {
    (void)state;
    store_close(store);
    arena_close(a);
    return 0;
}

static void fail_with(const char *what, const struct question *q, const struct err *err) {
    print_error("%s\n  filter %.*s\n  scope  %.*s\n", what, STR_ARG(q->text),
                STR_ARG(model_scope_text(a, &q->scope)));
    if (err != NULL && err->code != E_NONE) {
        print_error("  %.*s %s\n", STR_ARG(err_sentence(a, err, LANGUAGE_EN)), err->detail);
    }
    assert_true(false);
}

/* Walks all pages of an order; each id once, in the model's order. Gives how many were short. */
static int check_pages(const struct question *q, enum list_order order, int64_t limit) {
    struct list_request request = {.order = order, .limit = limit};
    const int64_t *expected;
    size_t expected_count = model_list(a, &model, q, order, &expected);
    struct list_page page;
    struct err err = {0};
    int short_pages = 0;
    size_t n = 0;

    do {
        if (!list_cases(store, a, &q->scope, &q->filter, &request, &page, &err)) {
            fail_with("the list failed", q, &err);
        }
        for (size_t i = 0; i < page.count; i++, n++) {
            if (n >= expected_count || page.ids[i] != expected[n]) {
                print_error("order %d, place %zu of %zu: %lld\n", order, n, expected_count,
                            (long long)page.ids[i]);
                fail_with("the list differs", q, NULL);
            }
        }
        short_pages += page.looked_back_to > 0;
        if (page.looked_back_to > 0 ? page.next.n == 0
                                    : page.next.n > 0 && (int64_t)page.count < request.limit) {
            fail_with("a page is short and does not say so", q, NULL);
        }
        request.cursor = page.next;
    } while (page.next.n > 0);
    if (n != expected_count) {
        fail_with("the list is too short", q, NULL);
    }
    return short_pages;
}

static int check_list(const struct question *q, enum list_order order) {
    return check_pages(q, order, 37 + (int64_t)(q->filter.count % 3) * 60);
}

static int64_t count_of(const struct question *q) {
    struct list_total total;
    struct err err = {0};

    if (!list_count(store, a, &q->scope, &q->filter, &total, &err)) {
        fail_with("the count failed", q, &err);
    }
    assert_false(total.capped);
    return total.count;
}

static bool add_row(void *ctx, const struct export_row *row, struct err *err) {
    struct model_seen *seen = ctx;

    (void)err;
    model_see(seen, &model, row->id);
    seen->late += row->late;
    return true;
}

static void check_export(const struct question *q, int64_t expected, int64_t late) {
    struct model_seen seen = {0};
    struct err err = {0};

    if (!export_cases(store, a, &q->scope, &q->filter, add_row, &seen, &err)) {
        fail_with("the export failed", q, &err);
    }
    if (seen.count != expected || seen.repeated > 0 || seen.late != late) {
        fail_with("the export differs", q, NULL);
    }
}

/* Each figure of each row equals the model's, and the filter that it carries counts just as many.
 */
static void check_figures(struct question *q, enum figures_by by, int round) {
    struct figures_question question = {&q->scope, &q->filter, by, &world_names,
                                        CHINA_OFFSET_MINUTES};
    struct figures figures;
    struct err err = {0};
    int64_t sum = 0;

    if (!figures_make(store, a, &question, &figures, &err)) {
        fail_with("the figures failed", q, &err);
    }
    for (size_t r = 0; r < figures.count; r++) {
        const struct figures_row *row = &figures.rows[r];
        enum figure figure = (enum figure)((round + (int)r) % FIGURE_COUNT);
        struct question linked = *q;
        struct str text;

        sum += row->values[FIGURE_REPORTED];
        if (r % (figures.count / 4 + 1) !=
            0) { /* the links of five rows of each table are opened */
            continue;
        }
        if (!figures_filter(a, &figures, row, figure, &text, &err) ||
            !filter_parse(a, text, &world_names, model_clock(), &linked.filter, &err)) {
            fail_with("the figure's filter failed", q, &err);
        }
        linked.text = text;
        if (count_of(&linked) != row->values[figure] ||
            model_count(&model, &linked) != row->values[figure]) {
            print_error("figure %s = %lld\n", figures_name(figure), (long long)row->values[figure]);
            fail_with("the figure is not the length of its list", &linked, NULL);
        }
    }
    assert_int_equal(sum, model_count(&model, q));
}

/* Each question in all its forms; gives how many cases were found. */
static int64_t ask_many(uint64_t seed) {
    struct source random = source_fixed(0, seed);
    int64_t found = 0;

    for (int round = 0; round < QUESTIONS; round++) {
        struct arena_mark mark = arena_mark(a);
        struct question q = model_question(a, &random, round);
        int64_t expected = model_count(&model, &q);

        found += expected;
        if (count_of(&q) != expected) {
            print_error("count %lld, model %lld\n", (long long)count_of(&q), (long long)expected);
            fail_with("the count differs", &q, NULL);
        }
        check_list(&q, (enum list_order)(round % LIST_ORDER_COUNT));
        check_export(&q, expected, model_late(&model, &q));
        check_figures(&q, (enum figures_by)(round % BY_COUNT), round);
        arena_rewind(a, mark);
    }
    return found;
}

static void list_count_figure_and_export_agree(void **state) {
    (void)state;
    assert_true(ask_many(42) > 20 * QUESTIONS); /* else the filters ask for nothing */
}

/* In an office of a million no term is narrow and the newest cases say little: what is asked is
 * looked for in the months in which it can be, along the narrowest term. */
static void they_agree_where_everything_is_wide(void **state) {
    const struct choose_bounds usual = choose_bounds;
    const struct search_bounds usual_search = search_bounds;

    (void)state;
    choose_bounds = (struct choose_bounds){.part = 1};
    search_bounds = (struct search_bounds){.open_first = 10, .old = 2, .few_after = 5};
    assert_true(ask_many(43) > 20 * QUESTIONS);
    choose_bounds = usual;
    search_bounds = usual_search;
}

static struct question ask(const char *text, struct scope scope);

static const struct scope_grant whole[] = {{.area = {.level = AREA_OFFICE}}};

/* A page looks through a few texts and says so; whoever follows it to the end misses nothing and
 * meets nothing twice, and a count says no more than it saw. */
static void what_is_looked_for_in_parts_is_found_whole(void **state) {
    const struct search_bounds usual = search_bounds;
    const struct search_few_bounds usual_few = search_few_bounds;
    struct source random = source_fixed(0, 44);
    int short_pages = 0;

    (void)state;
    for (int round = 0; round < QUESTIONS; round++) {
        struct arena_mark mark = arena_mark(a);
        struct question q = model_question(a, &random, round);
        struct list_total total;
        struct err err = {0};

        search_bounds.looked = 1 + round % 40;
        search_bounds.open_first = round % 3 == 0 ? 10 : usual.open_first;
        search_bounds.old = round % 2 == 0 ? 2 : usual.old;
        search_bounds.few_after = round % 4 * 3;
        search_few_bounds.read = round % 5 * 40;
        search_few_bounds.led = round % 2 == 0 ? 10 : usual_few.led;
        short_pages += check_list(&q, LIST_NEWEST);
        short_pages += check_list(&q, LIST_DUE);
        short_pages += check_list(&q, LIST_OLDEST);
        assert_true(list_count(store, a, &q.scope, &q.filter, &total, &err));
        assert_true(total.capped ? total.count <= model_count(&model, &q)
                                 : total.count == model_count(&model, &q));
        arena_rewind(a, mark);
    }
    search_bounds = usual;
    search_few_bounds = usual_few;
    assert_true(short_pages > QUESTIONS);
}

/* Of the older cases all but the first three that have the word have ended. */
static void end_old_cases(struct model *m, size_t old) {
    struct err err = {0};
    int kept = 0;

    for (size_t i = 0; i < old; i++) {
        struct stmt *q = store_text(store, STR("UPDATE cases SET state = ?2 WHERE id = ?1"));
        bool stays = kept < 3 && m->cases[i].office == MODEL_OFFICE &&
                     str_starts(m->cases[i].texts[0], STR("路灯"));

        kept += stays;
        m->cases[i].state = stays ? STR("handling") : STR("closed");
        stmt_bind_int(q, 1, m->cases[i].id);
        stmt_bind_text(q, 2, m->cases[i].state);
        assert_true(stmt_run(q, &err));
    }
}

/* More cases are open than few: a page ends all the same where the oldest open ones can have been
 * written about, and the texts of a few that have been open for longer are read singly; wherever
 * that lies among what was looked through already, nothing is missed and nothing comes twice. */
static void words_among_many_open_cases_end_with_the_oldest_of_them(void **state) {
    const struct search_bounds usual = search_bounds;
    const struct search_few_bounds usual_few = search_few_bounds;
    struct store *usual_store = store;
    struct model usual_model = model;
    struct question q = ask("state:open 路灯", (struct scope){MODEL_OFFICE, whole, 1, 0});
    struct list_total total;
    struct err err = {0};

    (void)state;
    store = model_store(a, &model, CASES, 45);
    assert_non_null(store);
    end_old_cases(&model, CASES - 300);
    search_few_bounds.led = 10;
    search_bounds.old = 3;
    search_bounds.few_after = 5;
    search_bounds.looked = 250; /* the newest texts with the word: all that were reported since, and
                                   the answers; with those of all years there are more */
    assert_int_equal(check_pages(&q, LIST_NEWEST, 200), 0);
    assert_int_equal(check_pages(&q, LIST_DUE, 200), 0);
    assert_int_equal(check_pages(&q, LIST_OLDEST, 200), 0);
    assert_true(list_count(store, a, &q.scope, &q.filter, &total, &err));
    assert_false(total.capped);
    assert_int_equal(total.count, model_count(&model, &q));
    for (int round = 0; round < 200; round++) {
        search_bounds.looked = 1 + round % 71;
        search_bounds.few_after = 1 + round % 90;
        search_bounds.open_first = round % 4 == 0 ? 10 : round % 4 == 1 ? 300 : usual.open_first;
        check_pages(&q, (enum list_order)(round % LIST_ORDER_COUNT), 1 + round % 7);
    }
    store_close(store);
    store = usual_store;
    model = usual_model;
    search_bounds = usual;
    search_few_bounds = usual_few;
}

/* Two things of a case that are rare together have an index of their own. */
static void two_rare_things_are_found_together(void **state) {
    static const char *const things[] = {"late:yes",   "returned:yes", "redo:yes",
                                         "rating:1",   "rating:1,2",   "solved:no",
                                         "rating:2,3", "-redo:yes",    "returned:yes,no"};
    static const char *const others[] = {"", "state:closed", "place:E33", "place:C11 opened:2026"};
    static const struct scope_grant all[] = {{.area = {.level = AREA_OFFICE}}};
    static const struct scope_grant grid[] = {{.area = {22, AREA_GRID}}};
    const struct choose_bounds usual = choose_bounds;
    size_t count = WORLD_COUNT(things);

    (void)state;
    for (size_t i = 0; i < count * count * WORLD_COUNT(others) * 4; i++) {
        struct arena_mark mark = arena_mark(a);
        const char *one = things[i / 4 % count];
        const char *two = things[i / 4 / count % count];
        const char *other = others[i / 4 / count / count];
        struct scope scope = {MODEL_OFFICE, i % 2 == 0 ? all : grid, 1, 0};
        struct question q = ask(arena_format(a, "%s %s %s", one, two, other).p, scope);
        int64_t expected = model_count(&model, &q);

        choose_bounds = i % 4 < 2 ? usual : (struct choose_bounds){.part = 1};
        if (count_of(&q) != expected) {
            fail_with("the count differs", &q, NULL);
        }
        for (int order = 0; order < LIST_ORDER_COUNT; order++) {
            check_list(&q, (enum list_order)order);
        }
        check_export(&q, expected, model_late(&model, &q));
        arena_rewind(a, mark);
    }
    choose_bounds = usual;
}

static struct question ask(const char *text, struct scope scope) {
    struct question q = {.text = str_of(text), .scope = scope};
    struct err err = {0};

    assert_true(filter_parse(a, q.text, &world_names, model_clock(), &q.filter, &err));
    return q;
}

static const struct scope_grant one_community[] = {{.area = {11, AREA_COMMUNITY}}};
static const struct scope_grant one_procedure[] = {
    {.area = {.level = AREA_OFFICE}, .procedure = STR_INIT("request")}};

/* Every figure of every row, asked about one moment. */
static int64_t check_all_figures(struct question *q, enum figures_by by) {
    struct figures_question question = {&q->scope, &q->filter, by, &world_names,
                                        CHINA_OFFSET_MINUTES};
    struct figures figures;
    struct err err = {0};
    int64_t sum = 0;

    assert_true(figures_make(store, a, &question, &figures, &err));
    for (size_t i = 0; i < figures.count * FIGURE_COUNT; i++) {
        const struct figures_row *row = &figures.rows[i / FIGURE_COUNT];
        enum figure figure = (enum figure)(i % FIGURE_COUNT);
        struct question linked = *q;

        assert_true(
            figures_filter(a, &figures, row, figure, &linked.text, &err) &&
            filter_parse(a, linked.text, &world_names, model_clock(), &linked.filter, &err));
        if (model_count(&model, &linked) != row->values[figure]) {
            print_error("figure %s = %lld\n", figures_name(figure), (long long)row->values[figure]);
            fail_with("the figure is not what the model counts", &linked, NULL);
        }
        sum += row->values[figure] * (1 + (int64_t)(i % FIGURE_COUNT));
    }
    return sum;
}

/* Nothing is written between the moments: what is late and what should have been contacted changes
 * by the clock alone, of open cases too. */
static void clocks_pass_between_two_askings(void **state) {
    static const int64_t moments[] = {
        -1200 * HOUR_US, -300 * HOUR_US, -HOUR_US,      -SECOND_US,    0,
        SECOND_US,       HOUR_US,        HOUR_US * 300, HOUR_US * 1200};
    static const char *const questions[] = {"",
                                            "state:open",
                                            "opened:2026-10-05..",
                                            "-state:merged place:C11",
                                            "state:open,closed opened:..2026-11 unit:环卫",
                                            "state:handling"};
    int64_t changes = 0;

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(questions); i++) {
        for (int by = BY_NONE; by < BY_DAY; by++) {
            int64_t before = -1;

            for (size_t m = 0; m < WORLD_COUNT(moments); m++) {
                struct arena_mark mark = arena_mark(a);
                struct question q;
                int64_t sum;

                model_as_of = MODEL_AS_OF + moments[m];
                q = ask(questions[i], (struct scope){MODEL_OFFICE, whole, 1, 0});
                sum = check_all_figures(&q, (enum figures_by)by);
                changes += before >= 0 && sum != before;
                before = sum;
                arena_rewind(a, mark);
            }
        }
    }
    model_as_of = MODEL_AS_OF;
    assert_true(changes > 150); /* else the clock says nothing */
}

static size_t words_asked;

static struct str counted_place_word(void *ctx, int64_t id) {
    words_asked++;
    return world_names.place_word(ctx, id);
}

/* The name of a place is looked for among all of an office: once a row, not for each of its links.
 * A link is canonical wherever the row's own term stands in it. */
static void the_links_of_a_row_name_its_place_once(void **state) {
    static const char *const questions[] = {
        "", "place:C11,C12 state:closed", "-place:C11 class:W06* opened:2026-10-05..",
        "rating:yes solved:yes late:no", "opened:..2026-11 state:open"};
    struct filter_names names = world_names;

    (void)state;
    names.place_word = counted_place_word;
    for (size_t i = 0; i < WORLD_COUNT(questions) * BY_COUNT; i++) {
        struct question q = ask(questions[i / BY_COUNT], (struct scope){MODEL_OFFICE, whole, 1, 0});
        struct figures_question question = {&q.scope, &q.filter, (enum figures_by)(i % BY_COUNT),
                                            &names, CHINA_OFFSET_MINUTES};
        struct figures figures;
        struct err err = {0};

        words_asked = 0;
        assert_true(figures_make(store, a, &question, &figures, &err) && figures.count > 0);
        for (size_t n = 0; n < figures.count * FIGURE_COUNT; n++) {
            struct filter linked;
            struct str text;

            assert_true(figures_filter(a, &figures, &figures.rows[n / FIGURE_COUNT],
                                       (enum figure)(n % FIGURE_COUNT), &text, &err) &&
                        filter_parse(a, text, &world_names, model_clock(), &linked, &err));
            assert_str(text, filter_write(a, &linked, FILTER_FIXED).p);
        }
        assert_true(words_asked <= figures.count);
    }
}

static void two_people_asking_the_same_see_each_their_own(void **state) {
    static const struct {
        const char *who;
        struct scope scope;
    } people[] = {
        {"the centre", {MODEL_OFFICE, whole, 1, 0}},
        {"a social worker", {MODEL_OFFICE, one_community, 1, 0}},
        {"a firm", {MODEL_OFFICE, NULL, 0, 44}},
        {"the service window", {MODEL_OFFICE, one_procedure, 1, 0}},
        {"somebody without any grant", {MODEL_OFFICE, NULL, 0, 0}},
        {"another street", {2, whole, 1, 0}},
    };
    int64_t seen[WORLD_COUNT(people)];

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(people); i++) {
        struct question q = ask("late:yes 路灯,垃圾房", people[i].scope);

        seen[i] = count_of(&q);
        assert_int_equal(seen[i], model_count(&model, &q));
        check_list(&q, LIST_DUE);
        check_list(&q, LIST_NEWEST);
        for (size_t c = 0; c < model.count; c += 97) {
            struct question everything = ask("", people[i].scope);
            struct question one = ask(
                arena_format(a, "number:%.*s", STR_ARG(model.cases[c].number)).p, people[i].scope);
            struct err err = {0};
            bool has;

            assert_true(list_has(store, a, &people[i].scope, model.cases[c].id, &has, &err));
            assert_int_equal(has, model_count(&model, &one));
            assert_true(count_of(&everything) >= has);
        }
    }
    assert_true(seen[0] > seen[1] && seen[1] > 0 && seen[2] > 0 && seen[3] > 0);
    assert_int_equal(seen[4], 0);
}

static void nothing_is_asked_without_a_scope(void **state) {
    const struct filter everything = {.as_of = MODEL_AS_OF};
    const struct scope no_office = {.grants = whole, .grant_count = 1};
    struct list_request request = {.limit = 10};
    struct figures_question question = {&no_office, &everything, BY_NONE, &world_names, 480};
    struct figures figures;
    struct list_total total;
    struct list_page page;
    struct err err = {0};

    (void)state;
    assert_false(list_cases(store, a, NULL, &everything, &request, &page, &err));
    assert_false(list_cases(store, a, &no_office, &everything, &request, &page, &err));
    assert_false(list_count(store, a, &no_office, &everything, &total, &err));
    assert_false(figures_make(store, a, &question, &figures, &err));
    assert_false(export_cases(store, a, &no_office, &everything, add_row, &total, &err));
    assert_int_equal(err.code, E_INTERNAL);
}

static void a_cursor_fits_only_its_own_list(void **state) {
    struct scope scope = {MODEL_OFFICE, whole, 1, 0};
    struct question q = ask("state:closed", scope);
    struct question other = ask("state:open", scope);
    struct list_request request = {.order = LIST_NEWEST, .limit = 10};
    static const char *const wrong[] = {"x", "!!!!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "路灯",
                                        "AA=="};
    struct list_page page;
    struct list_page next;
    struct err err = {0};

    (void)state;
    assert_true(list_cases(store, a, &q.scope, &q.filter, &request, &page, &err));
    assert_true(page.next.n > 0);
    request.cursor = page.next;
    assert_true(list_cases(store, a, &q.scope, &q.filter, &request, &next, &err));
    assert_false(list_cases(store, a, &other.scope, &other.filter, &request, &next, &err));
    assert_int_equal(err.code, E_CURSOR);
    request.order = LIST_OLDEST;
    assert_false(list_cases(store, a, &q.scope, &q.filter, &request, &next, &err));
    assert_int_equal(err.code, E_CURSOR);
    for (size_t i = 0; i < WORLD_COUNT(wrong); i++) {
        request =
            (struct list_request){.order = LIST_NEWEST, .limit = 10, .cursor = str_of(wrong[i])};
        assert_false(list_cases(store, a, &q.scope, &q.filter, &request, &next, &err));
        assert_int_equal(err.code, E_CURSOR);
    }
    request = (struct list_request){.limit = LIMIT_PAGE_ITEMS + 1};
    assert_false(list_cases(store, a, &q.scope, &q.filter, &request, &next, &err));
    assert_int_equal(err.code, E_RANGE);
}

/* Words that would mean something to the index or to SQL are only words. */
static void hostile_words_are_only_words(void **state) {
    static const char *const words[] = {
        "\"NEAR(路灯 清波)\"",
        "AND",
        "OR",
        "NOT",
        "路灯*",
        "\"grams:路灯\"",
        "\"路灯 OR 1=1\"",
        "');DROP",
        "p0",
        "\"p:0\"",
        "\"^路灯\"",
        "路灯-清波",
        "x'00'",
        "\"{a b}:路灯\"",
        "%路灯%",
        "_路灯_",
        "-AND",
        "路灯\xF0\xAB\xA0\xA0灯",
    };
    struct scope scope = {MODEL_OFFICE, one_community, 1, 0};

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(words); i++) {
        for (int order = 0; order < LIST_ORDER_COUNT; order++) {
            struct question q = ask(words[i], scope);
            struct list_request request = {.order = (enum list_order)order, .limit = 50};
            struct list_page page;
            struct err err = {0};

            if (!list_cases(store, a, &q.scope, &q.filter, &request, &page, &err)) {
                fail_with("the list failed", &q, &err);
            }
            (void)count_of(&q);
        }
    }
}

static void an_erased_text_is_not_found_any_more(void **state) {
    struct scope scope = {MODEL_OFFICE, whole, 1, 0};
    struct question q = ask("程冬莲", scope);
    struct err err = {0};
    size_t at = 0;
    int64_t before;

    (void)state;
    while (model.cases[at].office != MODEL_OFFICE ||
           str_find(model.cases[at].texts[0], STR("程冬莲")) < 0 ||
           str_find(model.cases[at].texts[1], STR("程冬莲")) >= 0) {
        at++;
    }
    before = count_of(&q);
    assert_true(store_begin(store, &err));
    assert_true(search_delete(store, a, MODEL_OFFICE, model.cases[at].text_ids[0],
                              model.cases[at].texts[0], model_indexed_community(&model.cases[at]),
                              &err));
    assert_int_equal(count_of(&q), before - 1);
    store_rollback(store);
    assert_int_equal(count_of(&q), before);
}

static void rates_are_rounded_and_null_where_nothing_is(void **state) {
    (void)state;
    assert_int_equal(figures_rate(0, 0), -1);
    assert_int_equal(figures_rate(0, 7), 0);
    assert_int_equal(figures_rate(2, 3), 6667);
    assert_int_equal(figures_rate(1, 3), 3333);
    assert_int_equal(figures_rate(5, 5), 10000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_count_figure_and_export_agree),
        cmocka_unit_test(they_agree_where_everything_is_wide),
        cmocka_unit_test(what_is_looked_for_in_parts_is_found_whole),
        cmocka_unit_test(words_among_many_open_cases_end_with_the_oldest_of_them),
        cmocka_unit_test(clocks_pass_between_two_askings),
        cmocka_unit_test(the_links_of_a_row_name_its_place_once),
        cmocka_unit_test(two_rare_things_are_found_together),
        cmocka_unit_test(two_people_asking_the_same_see_each_their_own),
        cmocka_unit_test(nothing_is_asked_without_a_scope),
        cmocka_unit_test(a_cursor_fits_only_its_own_list),
        cmocka_unit_test(hostile_words_are_only_words),
        cmocka_unit_test(an_erased_text_is_not_found_any_more),
        cmocka_unit_test(rates_are_rounded_and_null_where_nothing_is),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
