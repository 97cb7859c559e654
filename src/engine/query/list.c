/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/list.h"

#include "base/hash.h"
#include "base/limits.h"
#include "engine/query/choose.h"
#include "engine/query/list_part.h"
#include "engine/query/search_cases.h"

#include <assert.h>
#include <string.h>

static const char *const order_names[LIST_ORDER_COUNT] = {
    [LIST_DUE] = "due",
    [LIST_NEWEST] = "newest",
    [LIST_OLDEST] = "oldest",
};

bool list_order_parse(struct str text, enum list_order *out, struct err *err) {
    *out = LIST_DUE;
    for (int i = 0; i < LIST_ORDER_COUNT; i++) {
        if (str_is(text, order_names[i])) {
            *out = (enum list_order)i;
            return true;
        }
    }
    return text.n == 0 || fail3(err, E_CHOICE, "sort", STR("sort"), text, STR("due newest oldest"));
}

/* ---- the cursor: a mark of filter, order and office, the stretch, the key; base64url */

enum { MARK_BYTES = 8, CURSOR_BYTES = MARK_BYTES + 1 + 8 + 8 };
/* A cursor is the client's word: numbers that none of ours can be are refused. */
#define KEY_MOST (INT64_C(1) << 62)

struct cursor {
    enum list_stretch stretch;
    struct list_key key; /* of a stream of words: the words.id below which, oldest first with which,
                            it goes on */
};

static struct str cursor_mark(struct arena *a, const struct scope *scope,
                              const struct filter *filter, enum list_order order) {
    char office[8];
    struct hash hash;

    memcpy(office, &scope->office, sizeof office);
    hash = hash_sha256_parts((struct str[]){STR("linli cursor 2"),
                                            {office, sizeof office},
                                            str_of(order_names[order]),
                                            filter_write(a, filter, FILTER_AS_SAID)},
                             4);
    return arena_str(a, (struct str){(const char *)hash.b, MARK_BYTES});
}

static void put_number(char *p, int64_t value) {
    for (int i = 0; i < 8; i++) {
        p[i] = (char)(unsigned char)((uint64_t)value >> (56 - 8 * i));
    }
}

static int64_t get_number(const char *p) {
    uint64_t value = 0;

    for (int i = 0; i < 8; i++) {
        value = value << 8 | (unsigned char)p[i];
    }
    return (int64_t)value;
}

static struct str cursor_write(struct arena *a, struct str mark, struct cursor cursor) {
    char bytes[CURSOR_BYTES];

    memcpy(bytes, mark.p, MARK_BYTES);
    bytes[MARK_BYTES] = (char)cursor.stretch;
    put_number(bytes + MARK_BYTES + 1, cursor.key.key);
    put_number(bytes + MARK_BYTES + 9, cursor.key.id);
    return base64url_write(a, (struct str){bytes, sizeof bytes});
}

/* INT64_MAX: before the first that comes down. */
static bool is_place(int64_t number) {
    return (number >= 0 && number < KEY_MOST) || number == INT64_MAX;
}

static bool cursor_read(struct arena *a, struct str text, struct str mark, enum list_stretch first,
                        struct cursor *out, struct err *err) {
    struct str bytes;

    if (!base64url_read(a, text, &bytes) || bytes.n != CURSOR_BYTES ||
        !str_eq(str_slice(bytes, 0, MARK_BYTES), mark)) {
        return fail(err, E_CURSOR, "cursor");
    }
    out->stretch = (enum list_stretch)bytes.p[MARK_BYTES];
    out->key = (struct list_key){get_number(bytes.p + MARK_BYTES + 1),
                                 get_number(bytes.p + MARK_BYTES + 9)};
    return (is_place(out->key.key) && is_place(out->key.id) &&
            (out->stretch == first || (first == STRETCH_DUE && out->stretch == STRETCH_REST))) ||
           fail(err, E_CURSOR, "cursor");
}

/* ---- pages */

static bool has_words(const struct filter *filter) {
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->terms[i].key == FILTER_WORDS && !filter->terms[i].is_not) {
            return true;
        }
    }
    return false;
}

struct page_work {
    struct store *store;
    struct arena *arena;
    const struct predicate *predicate;
    const struct windows *windows; /* to walk through; NULL = everything */
    struct str mark;
    size_t limit;
};

/* Newest text first, or oldest, straight from the index: a common word costs no more than a rare
 * one. */
static bool list_stream(struct page_work *work, struct cursor at, struct list_page *page,
                        struct err *err) {
    struct search_page found = {
        .ids = page->ids + page->count,
        .max = work->limit - page->count,
        .is_up = at.stretch == STRETCH_OLDEST,
        .at = at.key.id,
        .also = list_part_condition(at.stretch, filter_openness(work->predicate->filter))};

    if (!search_page(work->store, work->arena, work->predicate, &found, err)) {
        return false;
    }
    page->count += found.count;
    page->looked_back_to = found.looked_back_to;
    if (found.at != 0) {
        at.key = (struct list_key){0, found.at};
        page->next = cursor_write(work->arena, work->mark, at);
    }
    return true;
}

struct due_cases {
    int64_t *ids;
    int64_t *keys; /* next_due_at */
    size_t count;
    bool capped;
};

/* All with a running deadline that fit everything but the words, the first deadline first. */
static bool list_due(struct page_work *work, struct list_key after, struct due_cases *out,
                     struct err *err) {
    struct predicate open = *work->predicate;
    struct sql s = sql_make(work->arena);
    struct stmt *q;

    *out = (struct due_cases){.ids = arena_array(work->arena, int64_t, LIMIT_SEARCH_CASES),
                              .keys = arena_array(work->arena, int64_t, LIMIT_SEARCH_CASES)};
    if (open.scope->grant_count == 0 && open.scope->unit == 0) {
        return true;
    }
    open.driver = DRIVER_OPEN;
    list_part_compile(&s, &open, STRETCH_DUE, "", after, LIMIT_SEARCH_CASES + 1);
    q = sql_open(work->store, &s);
    while (!out->capped && stmt_next(q)) {
        out->capped = out->count == LIMIT_SEARCH_CASES;
        if (!out->capped) {
            out->ids[out->count] = stmt_int(q, 0);
            out->keys[out->count++] = stmt_int(q, 1);
        }
    }
    return stmt_end(q, err);
}

/* By deadline with words: those with a running deadline are few and asked for the words, the others
 * come as from the index, newest text first. */
static bool list_due_stream(struct page_work *work, struct cursor at, struct list_page *page,
                            struct err *err) {
    struct due_cases due;
    bool *has;

    if (at.stretch == STRETCH_REST) {
        return list_stream(work, at, page, err);
    }
    if (!list_due(work, at.key, &due, err) ||
        !search_among(work->store, work->arena, work->predicate->scope->office,
                      work->predicate->filter, due.ids, due.count, &has, err)) {
        return false;
    }
    page->capped = due.capped;
    for (size_t i = 0; i < due.count; i++) {
        if (has[i] && page->count == work->limit) {
            page->next = cursor_write(work->arena, work->mark, at);
            return true;
        }
        if (has[i]) {
            page->ids[page->count++] = due.ids[i];
            at.key = (struct list_key){due.keys[i], due.ids[i]};
        }
    }
    at = (struct cursor){STRETCH_REST, list_part_start(STRETCH_REST)};
    if (page->count == work->limit) {
        page->next = cursor_write(work->arena, work->mark, at);
        return true;
    }
    return list_stream(work, at, page, err);
}

/* Adds what the statement gives; *has_more: it gave more than the page has room for. */
static bool add_part(struct page_work *work, const struct sql *s, struct list_page *page,
                     struct list_key *last, bool *has_more, struct err *err) {
    struct stmt *q = sql_open(work->store, s);

    while (!*has_more && stmt_next(q)) {
        *has_more = page->count == work->limit;
        if (!*has_more) {
            page->ids[page->count++] = stmt_int(q, 0);
            *last = (struct list_key){stmt_int(q, 1), stmt_int(q, 0)};
        }
    }
    return stmt_end(q, err);
}

static bool list_windows(struct page_work *work, struct cursor at, struct list_page *page,
                         struct list_key *last, bool *has_more, struct err *err) {
    const struct windows *windows = work->windows;
    bool is_down = list_part_is_down(at.stretch);

    for (size_t i = 0; i < windows->count && !*has_more; i++) {
        const struct window *w = &windows->list[is_down ? windows->count - 1 - i : i];
        struct sql s = sql_make(work->arena);

        if (is_down ? w->from > at.key.key : w->to <= at.key.key) {
            continue; /* on a page before */
        }
        list_part_compile_within(&s, &windows->predicate, at.stretch, w, at.key,
                                 (int64_t)(work->limit - page->count) + 1);
        if (!add_part(work, &s, page, last, has_more, err)) {
            return false;
        }
    }
    return true;
}

static bool list_stretch(struct page_work *work, struct cursor at, struct list_page *page,
                         struct list_key *last, bool *has_more, struct err *err) {
    struct sql s;

    if (work->windows != NULL && at.stretch != STRETCH_DUE) {
        return list_windows(work, at, page, last, has_more, err);
    }
    s = sql_make(work->arena);
    list_part_compile(&s, work->predicate, at.stretch, "", at.key,
                      (int64_t)(work->limit - page->count) + 1);
    return add_part(work, &s, page, last, has_more, err);
}

static bool list_stretches(struct page_work *work, struct cursor at, struct list_page *page,
                           struct err *err) {
    struct list_key last = at.key;

    for (;;) {
        bool has_more = false;

        if (!list_stretch(work, at, page, &last, &has_more, err)) {
            return false;
        }
        if (has_more) {
            at.key = last;
            page->next = cursor_write(work->arena, work->mark, at);
            return true;
        }
        if (at.stretch != STRETCH_DUE) {
            return true;
        }
        at = (struct cursor){STRETCH_REST, list_part_start(STRETCH_REST)};
        last = at.key;
    }
}

/* Several statements, one view of the data: a case that ends meanwhile is in the windows of the
 * open ones or in those of the others. */
static bool list_thin(struct page_work *work, struct cursor at, struct list_page *page,
                      struct err *err) {
    struct windows windows;
    bool ok = store_snapshot(work->store, err);

    if (!ok) {
        return false;
    }
    work->windows = &windows;
    ok = window_find(work->store, work->arena, work->predicate, &windows, err) &&
         list_stretches(work, at, page, err);
    return store_release(work->store, ok ? err : &(struct err){0}) && ok;
}

static enum list_stretch first_stretch(enum list_order order) {
    return order == LIST_DUE ? STRETCH_DUE : order == LIST_NEWEST ? STRETCH_NEWEST : STRETCH_OLDEST;
}

bool list_cases(struct store *store, struct arena *a, const struct scope *scope,
                const struct filter *filter, const struct list_request *request,
                struct list_page *page, struct err *err) {
    enum list_stretch first = first_stretch(request->order);
    bool is_stream = has_words(filter);
    struct cursor at = {first, list_part_start(first)};
    struct predicate predicate;
    struct page_work work = {.store = store, .arena = a, .predicate = &predicate};
    bool capped = false;

    if (request->limit < 1 || request->limit > LIMIT_PAGE_ITEMS) {
        return fail2(err, E_RANGE, "limit", STR("limit"), STR("1..200"));
    }
    if (is_stream
            ? !choose_stream(store, a, scope, filter, &predicate, err)
            : !choose_predicate(store, a, scope, filter, PURPOSE_PAGE, &predicate, &capped, err)) {
        return false;
    }
    work.mark = cursor_mark(a, scope, filter, request->order);
    work.limit = (size_t)request->limit;
    if (request->cursor.n > 0 && !cursor_read(a, request->cursor, work.mark, first, &at, err)) {
        return false;
    }
    *page = (struct list_page){.ids = arena_array(a, int64_t, work.limit), .capped = capped};
    return predicate.is_thin            ? list_thin(&work, at, page, err)
           : !is_stream                 ? list_stretches(&work, at, page, err)
           : request->order == LIST_DUE ? list_due_stream(&work, at, page, err)
                                        : list_stream(&work, at, page, err);
}

/* ---- how many */

/* Up to `most` of what fits, and of the window where one is given. */
static bool count_part(struct store *store, struct arena *a, const struct predicate *p,
                       const struct window *within, int64_t most, int64_t *n, struct err *err) {
    struct sql s = sql_make(a);

    sql_put(&s, "SELECT count(*) FROM (SELECT 1 FROM ");
    compile_from(&s, p);
    if (within != NULL) {
        sql_put(&s, " AND reported_at >= ");
        sql_int(&s, within->from);
        sql_put(&s, " AND reported_at < ");
        sql_int(&s, within->to);
    }
    sql_put(&s, " LIMIT ");
    sql_int(&s, most);
    sql_put(&s, ") AS few");
    return sql_number(store, &s, n, err);
}

static bool count_windows(struct store *store, struct arena *a, const struct predicate *p,
                          int64_t most, int64_t *sum, struct err *err) {
    struct windows windows;
    bool ok = window_find(store, a, p, &windows, err);

    *sum = 0;
    for (size_t i = 0; ok && i < windows.count && *sum < most; i++) {
        int64_t n;

        ok = count_part(store, a, &windows.predicate, &windows.list[i], most - *sum, &n, err);
        *sum += ok ? n : 0;
    }
    return ok;
}

static bool count_thin(struct store *store, struct arena *a, const struct predicate *p,
                       int64_t most, int64_t *n, struct err *err) {
    bool ok = store_snapshot(store, err);

    if (!ok) {
        return false;
    }
    ok = count_windows(store, a, p, most, n, err);
    return store_release(store, ok ? err : &(struct err){0}) && ok;
}

bool list_count(struct store *store, struct arena *a, const struct scope *scope,
                const struct filter *filter, struct list_total *total, struct err *err) {
    int64_t most = LIMIT_COUNT_CASES + 1;
    struct predicate predicate;
    bool capped;

    if (!choose_predicate(store, a, scope, filter, PURPOSE_COUNT, &predicate, &capped, err) ||
        !(predicate.is_thin ? count_thin(store, a, &predicate, most, &total->count, err)
                            : count_part(store, a, &predicate, NULL, most, &total->count, err))) {
        return false;
    }
    most = capped ? LIMIT_COUNT_WORD_CASES : LIMIT_COUNT_CASES;
    total->capped = capped || total->count > most;
    total->count = total->count < most ? total->count : most;
    return true;
}

static bool is_of_open_cases(const struct filter *filter) {
    bool is = filter_openness(filter) == FILTER_OPEN_ONLY;

    for (size_t i = 0; i < filter->count; i++) {
        is = is && filter->terms[i].key != FILTER_WORDS;
    }
    return is;
}

/* One walk through all open cases counts what fits each of the filters that ask for such; there is
 * one. */
static bool count_open(struct store *store, struct arena *a, const struct scope *scope,
                       const struct filter *filters, size_t count, struct list_total *totals,
                       struct err *err) {
    const struct filter everything = {.as_of = filters[0].as_of};
    const struct predicate open = {.scope = scope, .filter = &everything, .driver = DRIVER_OPEN};
    struct sql s = sql_make(a);
    struct stmt *q;
    int column = 0;

    sql_put(&s, "SELECT 0");
    for (size_t i = 0; i < count; i++) {
        if (is_of_open_cases(&filters[i])) {
            sql_put(&s, ", count(*) FILTER (WHERE ");
            compile_terms(&s, &filters[i], true);
            sql_put(&s, ")");
        }
    }
    sql_put(&s, " FROM ");
    compile_from(&s, &open);
    q = sql_open(store, &s);
    if (stmt_next(q)) {
        for (size_t i = 0; i < count; i++) {
            int64_t n = is_of_open_cases(&filters[i]) ? stmt_int(q, ++column) : 0;

            totals[i].capped = n > LIMIT_COUNT_CASES;
            totals[i].count = totals[i].capped ? LIMIT_COUNT_CASES : n;
        }
    }
    return stmt_end(q, err);
}

bool list_counts(struct store *store, struct arena *a, const struct scope *scope,
                 const struct filter *filters, size_t count, struct list_total *totals,
                 struct err *err) {
    bool is_together = count > 0;

    if (is_together &&
        (!scope_check(scope, err) || !count_open(store, a, scope, filters, count, totals, err))) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!(is_together && is_of_open_cases(&filters[i])) &&
            !list_count(store, a, scope, &filters[i], &totals[i], err)) {
            return false;
        }
    }
    return true;
}

bool list_has(struct store *store, struct arena *a, const struct scope *scope, int64_t case_id,
              bool *has, struct err *err) {
    const struct filter everything = {0};
    struct predicate predicate = {.scope = scope, .filter = &everything, .driver = DRIVER_WORDS};
    struct sql s = sql_make(a);
    int64_t n;

    if (!scope_check(scope, err)) {
        return false;
    }
    sql_put(&s, "SELECT count(*) FROM ");
    compile_from(&s, &predicate);
    sql_put(&s, " AND cases.id = ");
    sql_int(&s, case_id);
    if (!sql_number(store, &s, &n, err)) {
        return false;
    }
    *has = n > 0;
    return true;
}
