/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_cases.h"

#include "base/limits.h"
#include "engine/query/search_behind.h"
#include "engine/query/search_stream.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    SET_SLOTS = 32768, /* a power of two, thrice the most that stand in it */
    ID_BYTES = 21,
    ROWS_MOST = 2000, /* of a window, where all are wanted */
    PAGE_SPARE =
        50, /* rows of a window beyond a page: several texts of one case, pairs without the word */
};
static_assert(SET_SLOTS > 3 * LIMIT_SEARCH_CASES, "the set must stay loose");

/* Case ids, each once; 0 marks an empty slot. */
struct id_set {
    int64_t *slots;
    size_t count;
};

static size_t set_place(const struct id_set *set, int64_t id) {
    size_t at = ((uint64_t)id * 0x9E3779B97F4A7C15u) >> 49;

    static_assert(SET_SLOTS == 1 << 15, "the shift above gives 15 bits");
    while (set->slots[at] != 0 && set->slots[at] != id) {
        at = (at + 1) % SET_SLOTS;
    }
    return at;
}

static bool set_has(const struct id_set *set, int64_t id) {
    return set->slots[set_place(set, id)] != 0;
}

static void set_add(struct id_set *set, int64_t id) {
    size_t at = set_place(set, id);

    set->count += set->slots[at] == 0;
    set->slots[at] = id;
}

static bool has_one(struct arena *a, struct str text, const struct filter_term *term) {
    for (size_t v = 0; v < term->value_count; v++) {
        if (search_has_word(a, text, term->values[v].text)) {
            return true;
        }
    }
    return false;
}

static bool text_fits(struct arena *a, struct str text, const struct filter *filter, bool is_not) {
    for (size_t i = 0; i < filter->count; i++) {
        if (search_is_wanted(&filter->terms[i], is_not) &&
            has_one(a, text, &filter->terms[i]) == is_not) {
            return is_not;
        }
    }
    return !is_not;
}

static struct str write_list(struct arena *a, const int64_t *ids, size_t count) {
    struct buf b = buf_make(a, ID_BYTES * (count + 1));

    buf_byte(&b, '[');
    for (size_t i = 0; i < count; i++) {
        buf_c(&b, i > 0 ? "," : "");
        buf_int(&b, ids[i]);
    }
    buf_byte(&b, ']');
    assert(!b.is_full);
    return buf_str(&b);
}

static struct str write_ids(struct arena *a, const struct id_set *set) {
    int64_t *ids = arena_array(a, int64_t, set->count + 1);
    size_t n = 0;

    for (size_t i = 0; i < SET_SLOTS; i++) {
        if (set->slots[i] != 0) {
            ids[n++] = set->slots[i];
        }
    }
    return write_list(a, ids, n);
}

static void add_not_case(struct stmt *q, struct arena *a, const struct filter *filter,
                         struct id_set *set, bool *capped) {
    if (text_fits(a, stmt_view(q, 1), filter, true)) {
        set_add(set, stmt_int(q, 0));
        *capped = set->count > LIMIT_SEARCH_CASES;
    }
}

static bool add_not_tail(struct store *store, struct arena *a, int64_t office,
                         const struct filter *filter, int64_t mark, struct id_set *set,
                         bool *capped, struct err *err) {
    struct stmt *q = store_sql(store, SQL_SEARCH_TAIL_NEWEST);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, mark);
    while (!*capped && stmt_next(q)) {
        add_not_case(q, a, filter, set, capped);
    }
    return stmt_end(q, err);
}

bool search_not_cases(struct store *store, struct arena *a, int64_t office,
                      const struct filter *filter, struct str *ids, bool *capped, struct err *err) {
    struct id_set set = {.slots = arena_array(a, int64_t, SET_SLOTS)};
    struct str match = search_expression(a, filter, true);
    struct search_window w = {.office = office, .wanted = ROWS_MOST};
    int64_t mark;

    *capped = false;
    if (!search_mark(store, &mark, err) ||
        (mark != INT64_MAX && !add_not_tail(store, a, office, filter, mark, &set, capped, err)) ||
        !search_window_open(store, &w, INT64_MAX, err)) {
        return false;
    }
    do {
        struct stmt *q = search_newest(store, a, office, match, &w);

        while (!*capped && stmt_next(q)) {
            search_window_note(&w, stmt_int(q, 2), true);
            add_not_case(q, a, filter, &set, capped);
        }
        if (!stmt_end(q, err)) {
            return false;
        }
    } while (!*capped && search_window_next(&w));
    *ids = write_ids(a, &set);
    return true;
}

bool search_fail_common(const struct filter *filter, struct err *err) {
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->terms[i].key == FILTER_WORDS) {
            return fail1(err, E_FILTER_COMMON, "filter", filter->terms[i].values[0].text);
        }
    }
    return fail(err, E_INTERNAL, "");
}

/* Whether a later text of this one's case fits as well, going up an earlier: then it stood on a
 * page before. */
static bool stood_before(const struct search_stream *s, bool *stood, struct err *err) {
    int64_t words_id = stmt_int(s->q, 0);
    struct stmt *q = store_sql(s->store, SQL_QUERY_WORDS_BETWEEN);

    *stood = false;
    stmt_bind_int(q, 1, stmt_int(s->q, 1));
    stmt_bind_int(q, 2, s->asked.is_up ? 0 : words_id);
    stmt_bind_int(q, 3, s->asked.is_up ? words_id : INT64_MAX);
    while (!*stood && stmt_next(q)) {
        *stood = text_fits(s->arena, stmt_view(q, 0), s->asked.predicate->filter, false);
    }
    return stmt_end(q, err);
}

bool search_cases(struct store *store, struct arena *a, const struct predicate *p, size_t limit,
                  struct str *ids, bool *capped, struct err *err) {
    struct id_set set = {.slots = arena_array(a, int64_t, SET_SLOTS)};
    struct search_stream s = search_stream_open(
        store, a,
        (struct search_asked){.predicate = p, .also = "", .at = INT64_MAX, .rows = ROWS_MOST}, err);

    assert(p->driver == DRIVER_WORDS && !p->has_words && limit <= LIMIT_SEARCH_CASES);
    if (limit <= LIMIT_COUNT_WORD_CASES) {
        search_stream_bound(&s);
    }
    *capped = false;
    while (!*capped && search_stream_next(&s)) {
        if (text_fits(a, stmt_view(s.q, 2), p->filter, false)) {
            set_add(&set, stmt_int(s.q, 1));
            *capped = set.count > limit;
        }
    }
    *capped |= s.is_short;
    if (!search_stream_end(&s)) {
        return false;
    }
    *ids = write_ids(a, &set);
    return true;
}

/* A case stands where its newest fitting text stands, going up its oldest; the first page has met
 * all before it, and no page asks twice about a case. */
static bool is_repeated(struct search_stream *s, struct id_set *met, bool is_first, bool *repeated,
                        struct err *err) {
    int64_t case_id = stmt_int(s->q, 1);

    *repeated = set_has(met, case_id);
    if (*repeated) {
        return true;
    }
    if (met->count < SET_SLOTS / 2) {
        set_add(met, case_id);
    }
    return is_first || stood_before(s, repeated, err);
}

/* Where a page goes on that has looked through as many texts as it may. */
static bool end_short(struct search_stream *s, struct search_page *page, struct err *err) {
    struct stmt *q;

    if (!s->is_short) {
        return true;
    }
    page->at = page->is_up ? s->window.last + 1 : s->window.last;
    q = store_sql(s->store, SQL_SEARCH_WRITTEN_AT);
    stmt_bind_int(q, 1, s->asked.predicate->scope->office);
    stmt_bind_int(q, 2, s->window.last);
    page->looked_back_to = stmt_next(q) ? stmt_int(q, 0) : 1;
    return stmt_end(q, err);
}

bool search_page(struct store *store, struct arena *a, const struct predicate *p,
                 struct search_page *page, struct err *err) {
    struct search_asked asked = {.predicate = p,
                                 .also = page->also,
                                 .is_up = page->is_up,
                                 .at = page->at,
                                 .rows = (int64_t)page->max + PAGE_SPARE};
    bool is_first = page->at == (page->is_up ? 0 : INT64_MAX);
    struct search_stream s = search_stream_open(store, a, asked, err);
    struct id_set met = {.slots = arena_array(a, int64_t, SET_SLOTS)};
    bool ok = true;

    page->count = 0;
    page->at = 0;
    page->looked_back_to = 0;
    search_stream_bound(&s);
    while (ok && search_stream_next(&s)) {
        bool repeated = false;

        if (!text_fits(a, stmt_view(s.q, 2), p->filter, false)) {
            continue;
        }
        ok = is_repeated(&s, &met, is_first, &repeated, err);
        if (!ok || repeated) {
            continue;
        }
        if (page->count == page->max) {
            page->at = stmt_int(s.q, 0) + (page->is_up ? 0 : 1);
            break;
        }
        page->ids[page->count++] = stmt_int(s.q, 1);
    }
    return search_stream_end(&s) && ok && end_short(&s, page, err);
}

/* ---- the words among few cases */

struct own_text {
    int64_t id;   /* words.id */
    size_t place; /* of its case in the list */
};

static int compare_texts(const void *x, const void *y) { /* newest first */
    const struct own_text *a = x;
    const struct own_text *b = y;

    return (a->id < b->id) - (a->id > b->id);
}

static bool list_texts(struct store *store, struct arena *a, int64_t office, struct str ids,
                       struct own_text **texts, size_t *count, struct err *err) {
    struct stmt *q = store_sql(store, SQL_QUERY_WORDS_OF);
    size_t room = 1024;

    *texts = arena_array(a, struct own_text, room);
    *count = 0;
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, ids);
    while (stmt_next(q)) {
        if (*count == room) {
            struct own_text *grown = arena_array(a, struct own_text, 2 * room);

            memcpy(grown, *texts, room * sizeof *grown);
            *texts = grown;
            room *= 2;
        }
        (*texts)[(*count)++] =
            (struct own_text){.id = stmt_int(q, 0), .place = (size_t)stmt_int(q, 1)};
    }
    qsort(*texts, *count, sizeof **texts, compare_texts);
    return stmt_end(q, err);
}

static bool text_has_words(struct store *store, struct arena *a, const struct filter *filter,
                           int64_t office, int64_t id, bool *has, struct err *err) {
    struct stmt *q = store_sql(store, SQL_QUERY_TEXT);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, id);
    *has = stmt_next(q) && text_fits(a, stmt_view(q, 0), filter, false);
    return stmt_end(q, err);
}

/* What of their texts the index does not have yet is read itself. */
static bool mark_tail(struct store *store, struct arena *a, const struct filter *filter,
                      int64_t office, int64_t mark, const struct own_text *texts, size_t n,
                      bool *has, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && i < n && texts[i].id > mark; i++) {
        bool *of_case = &has[texts[i].place];

        ok = *of_case || text_has_words(store, a, filter, office, texts[i].id, of_case, err);
    }
    return ok;
}

/* Their own texts, all of them. */
static bool read_among(struct store *store, struct arena *a, int64_t office,
                       const struct filter *filter, struct str ids, bool *has, struct err *err) {
    struct stmt *q = store_sql(store, SQL_QUERY_TEXTS_OF);

    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, ids);
    while (stmt_next(q)) {
        bool *of_case = &has[stmt_int(q, 0)];

        *of_case = *of_case || text_fits(a, stmt_view(q, 1), filter, false);
    }
    return stmt_end(q, err);
}

bool search_among(struct store *store, struct arena *a, int64_t office, const struct filter *filter,
                  const int64_t *ids, size_t count, bool **has, struct err *err) {
    struct own_text *texts;
    struct stmt *q;
    size_t n;
    size_t at = 0;
    int64_t mark;
    bool ok = true;

    *has = arena_array(a, bool, count + 1);
    if (store_is_shared(store)) {
        return read_among(store, a, office, filter, write_list(a, ids, count), *has, err);
    }
    if (!search_mark(store, &mark, err) ||
        !list_texts(store, a, office, write_list(a, ids, count), &texts, &n, err) ||
        !mark_tail(store, a, filter, office, mark, texts, n, *has, err)) {
        return false;
    }
    q = store_sql(store, SQL_QUERY_SEARCH_IDS);
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, search_expression(a, filter, false));
    stmt_bind_int(q, 3, n == 0 ? INT64_MAX : texts[n - 1].id);
    while (ok && at < n && stmt_next(q)) {
        int64_t id = stmt_int(q, 0);

        while (at < n && texts[at].id > id) {
            at++;
        }
        if (at < n && texts[at].id == id && !(*has)[texts[at].place]) {
            ok = text_has_words(store, a, filter, office, id, &(*has)[texts[at].place], err);
        }
    }
    return stmt_end(q, err) && ok;
}
