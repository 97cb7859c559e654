/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests a question means: those reported in its time, or with updated_* those that changed
 * in its time. */
#include "gate/web/open311.h"

#include "base/limits.h"
#include "engine/query/filter_order.h"
#include "engine/query/list.h"
#include "town/cases/merge.h"

#include <assert.h>

/* ---- candidates, a page at a time, latest first */

struct walk {
    struct open311_reader *reader;
    const struct open311_question *question;
    struct scope scope;
    struct filter filter;
    struct str cursor; /* of the next page of a list */
    int64_t key;       /* of the last candidate by its time of change */
    int64_t below;     /* and its id */
    bool is_over;
};

/* Procedures that are open to programs, wherever in the office. */
static struct scope public_scope(const struct open311_reader *r) {
    const struct catalogue *c = r->view.catalogue;
    struct scope_grant *grants =
        arena_array(r->view.rq->arena, struct scope_grant, c->procedure_count + 1);
    struct scope scope = {.office = visit_office(r->view.rq), .grants = grants};

    for (size_t i = 0; i < c->procedure_count; i++) {
        if (open311_is_open_to(&c->procedures[i])) {
            grants[scope.grant_count].area.level = AREA_OFFICE;
            grants[scope.grant_count++].procedure = c->procedures[i].code;
        }
    }
    return scope;
}

/* A merged request is as open as the one that it goes on with: that is looked at row by row. */
static struct filter_term state_term(struct arena *a, bool open) {
    static const enum state ended[] = {STATE_MERGED, STATE_CLOSED, STATE_DECLINED};
    struct filter_value *values = arena_array(a, struct filter_value, 3);
    struct filter_term term = {.key = FILTER_STATE};
    size_t count = open ? 1 : sizeof ended / sizeof ended[0];

    for (size_t i = 0; i < count; i++) {
        values[i] = (struct filter_value){.kind = FILTER_IS_CODE,
                                          .text = term_code(TERMS_STATE, (int)ended[i])};
    }
    if (open) {
        values[count++] = (struct filter_value){.kind = FILTER_IS_OPEN, .text = STR("open")};
    }
    term.values = filter_values_make(a, values, count, &term.value_count);
    return term;
}

static struct filter_term class_term(struct arena *a, const struct open311_question *q) {
    struct filter_value *values = arena_array(a, struct filter_value, q->code_count);
    struct filter_term term = {.key = FILTER_CLASS};

    for (size_t i = 0; i < q->code_count; i++) {
        values[i] = (struct filter_value){.kind = FILTER_IS_CODE, .text = q->codes[i]};
    }
    term.values = filter_values_make(a, values, q->code_count, &term.value_count);
    return term;
}

static struct filter_term time_term(struct arena *a, const struct open311_question *q) {
    struct filter_value *value = arena_new(a, struct filter_value);

    *value = (struct filter_value){.kind = FILTER_IS_RANGE, .from = q->start, .to = q->end};
    value->text = arena_format(a, "%lld..%lld", (long long)q->start, (long long)q->end);
    return (struct filter_term){.key = FILTER_OPENED, .values = value, .value_count = 1};
}

/* In the order of the keys, as every filter has them. */
static struct filter filter_of(struct open311_reader *r, const struct open311_question *q) {
    struct arena *a = r->view.rq->arena;
    struct filter_term *terms = arena_array(a, struct filter_term, 3);
    struct filter filter = {.terms = terms, .as_of = r->view.now};

    if (q->open != q->closed) {
        terms[filter.count++] = state_term(a, q->open);
    }
    if (q->code_count > 0) {
        terms[filter.count++] = class_term(a, q);
    }
    terms[filter.count++] = time_term(a, q);
    return filter;
}

static bool next_reported(struct walk *w, int64_t *ids, size_t *count, struct err *err) {
    struct list_request request = {
        .order = LIST_NEWEST, .cursor = w->cursor, .limit = LIMIT_PAGE_ITEMS};
    struct open311_reader *r = w->reader;
    struct list_page page;

    if (!list_cases(r->view.store, r->view.rq->arena, &w->scope, &w->filter, &request, &page,
                    err)) {
        return false;
    }
    for (size_t i = 0; i < page.count; i++) {
        ids[i] = page.ids[i];
    }
    *count = page.count;
    w->cursor = page.next;
    w->is_over = page.next.n == 0;
    return true;
}

static bool next_changed(struct walk *w, int64_t *ids, size_t *count, struct err *err) {
    struct stmt *q = store_sql(w->reader->view.store, SQL_CASES_UPDATED);

    stmt_bind_int(q, 1, w->scope.office);
    stmt_bind_int(q, 2, w->question->updated_start);
    stmt_bind_int(q, 3, w->key);
    stmt_bind_int(q, 4, w->below);
    stmt_bind_int(q, 5, LIMIT_PAGE_ITEMS);
    for (*count = 0; stmt_next(q); ++*count) {
        assert(*count < LIMIT_PAGE_ITEMS);
        ids[*count] = stmt_int(q, 0);
        w->below = stmt_int(q, 0);
        w->key = stmt_int(q, 1);
    }
    w->is_over = *count < LIMIT_PAGE_ITEMS;
    return stmt_end(q, err);
}

static struct walk walk_make(struct open311_reader *r, const struct open311_question *q) {
    struct walk w = {
        .reader = r, .question = q, .scope = public_scope(r), .filter = filter_of(r, q)};

    w.key = q->updated_end - 1;
    w.below = INT64_MAX;
    return w;
}

/* ---- what of them is wanted and may be seen */

static bool has_code(const struct open311_question *q, struct str code) {
    for (size_t i = 0; i < q->code_count; i++) {
        if (str_eq(q->codes[i], code)) {
            return true;
        }
    }
    return q->code_count == 0;
}

/* `on` is the case that a merged one goes on with. */
static bool is_wanted(const struct open311_question *q, const struct case_file *c,
                      const struct case_file *on) {
    return (open311_is_closed(on) ? q->closed : q->open) && has_code(q, c->class) &&
           c->reported_at >= q->start && c->reported_at < q->end;
}

static struct stmt *ask_row(struct open311_reader *r, int64_t id) {
    struct stmt *q = store_sql(r->view.store, SQL_CASE_FETCH);

    stmt_bind_int(q, 1, id);
    return q;
}

static bool load_row(struct open311_reader *r, int64_t id, struct case_file *c, struct err *err) {
    struct stmt *q = ask_row(r, id);

    c->id = 0;
    if (stmt_next(q)) {
        case_read_row(q, r->view.rq->arena, c);
    }
    return stmt_end(q, err);
}

struct count {
    int64_t skip; /* requests of the pages before, still to be passed over */
    int64_t left; /* still to be written */
};

static bool take_case(struct open311_reader *r, struct open311_out *o, const struct case_file *c,
                      struct count *n, struct err *err) {
    enum open311_share share;
    int64_t own_event;
    bool written;

    if (n->skip == 0) {
        if (!open311_write_case(r, o, c, &written, err)) {
            return false;
        }
        n->left -= written;
        return true;
    }
    if (!open311_share_of(r, c, &share, &own_event, err)) {
        return false;
    }
    n->skip -= share != OPEN311_NOTHING;
    return true;
}

static bool take_wanted(struct walk *w, struct open311_out *o, const struct case_file *c,
                        struct count *n, struct err *err) {
    struct open311_reader *r = w->reader;
    const struct case_file *on;

    return merge_follow(r->view.store, r->view.rq->arena, c, &on, err) &&
           (!is_wanted(w->question, c, on) || take_case(r, o, c, n, err));
}

/* What was merged into a case changes with it, so it follows it in the order of changes. */
static bool take_merged(struct walk *w, struct open311_out *o, int64_t main_case, struct count *n,
                        struct err *err) {
    struct open311_reader *r = w->reader;
    struct case_file *c = arena_new(r->view.rq->arena, struct case_file);
    int64_t *ids;
    size_t count;

    if (!merge_list(r->view.store, r->view.rq->arena, main_case, LIMIT_VOICES_PER_CASE, &ids,
                    &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && n->left > 0; i++) {
        if (!load_row(r, ids[i], c, err) || (c->id > 0 && !take_wanted(w, o, c, n, err))) {
            return false;
        }
    }
    return true;
}

static bool take_one(struct walk *w, struct open311_out *o, const struct case_file *c,
                     struct count *n, struct err *err) {
    bool by_change = w->question->updated_start > 0;

    if (c->id == 0 || (by_change && c->state == STATE_MERGED)) {
        return true;
    }
    return take_wanted(w, o, c, n, err) &&
           (!by_change || c->voices == 1 || take_merged(w, o, c->id, n, err));
}

/* The document grows in an arena of its own (open311_begin), so what one case needed can be given
 * back behind it. */
static bool take_page(struct walk *w, struct open311_out *o, const int64_t *ids, size_t count,
                      struct count *n, struct err *err) {
    struct open311_reader *r = w->reader;
    struct arena *a = r->view.rq->arena;
    struct case_file *c = arena_new(a, struct case_file);

    for (size_t i = 0; i < count && (int64_t)i < n->skip + n->left; i++) {
        stmt_ahead(ask_row(r, ids[i]));
    }
    for (size_t i = 0; i < count && n->left > 0; i++) {
        struct arena_mark mark = arena_mark(a);

        if (!load_row(r, ids[i], c, err) || !take_one(w, o, c, n, err)) {
            return false;
        }
        arena_rewind(a, mark);
    }
    return true;
}

bool open311_write_list(struct open311_reader *r, struct open311_out *o,
                        const struct open311_question *question, struct err *err) {
    struct walk w = walk_make(r, question);
    struct count n = {.skip = (question->page - 1) * question->page_size,
                      .left = question->page_size};
    int64_t ids[LIMIT_PAGE_ITEMS];
    size_t count;

    assert(question->page >= 1 && question->page_size >= 1);
    while (!w.is_over && n.left > 0) {
        bool ok = question->updated_start > 0 ? next_changed(&w, ids, &count, err)
                                              : next_reported(&w, ids, &count, err);

        if (!ok || !take_page(&w, o, ids, count, &n, err)) {
            return false;
        }
    }
    return true;
}
