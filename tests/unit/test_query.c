/* SPDX-License-Identifier: Apache-2.0 */
/* One predicate: list, count, figure and export agree with each other and with a plain model, for many filters, scopes
 * and orders; two people asking the same see each their own. Rows are written straight into the tables. */
#include "query_model.h"

#include "engine/query/export.h"
#include "engine/query/figures.h"
#include "engine/query/list.h"

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

/* Walks all pages of an order; each id once, in the model's order. */
static void check_list(const struct question *q, enum list_order order) {
    struct list_request request = {.order = order,
                                   .limit = 37 + (int64_t)(q->filter.count % 3) * 60};
    const int64_t *expected;
    size_t expected_count = model_list(a, &model, q, order, &expected);
    struct list_page page;
    struct err err = {0};
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
        request.cursor = page.next;
    } while (page.next.n > 0);
    if (n != expected_count) {
        fail_with("the list is too short", q, NULL);
    }
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

/* Each figure of each row equals the model's, and the filter that it carries counts just as many. */
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
            !filter_parse(a, text, &world_names, world_clock, &linked.filter, &err)) {
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

static void list_count_figure_and_export_agree(void **state) {
    struct source random = source_fixed(0, 42);
    int64_t found = 0;

    (void)state;
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
    assert_true(found > 20 * QUESTIONS); /* else the filters ask for nothing */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_count_figure_and_export_agree),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
