/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_cases.h"

#include "base/limits.h"
#include "engine/query/search_behind.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    MATCH_BYTES = 256 * 1024,
    SET_SLOTS = 32768, /* a power of two, thrice the most that stand in it */
    ID_BYTES = 21,
    OLD_CASES = 100, /* open for longest */
};
static_assert(SET_SLOTS > 3 * LIMIT_SEARCH_CASES, "the set must stay loose");

#define TEXT_OF_CASE                                                                               \
    " AND cases.id = words.subject AND words.field IN ('text', 'address', 'reason', 'answer')"

/* Case ids, each once; 0 marks an empty slot. */
struct id_set {
    int64_t *slots;
    size_t count;
};

static void set_add(struct id_set *set, int64_t id) {
    size_t at = ((uint64_t)id * 0x9E3779B97F4A7C15u) >> 49;

    static_assert(SET_SLOTS == 1 << 15, "the shift above gives 15 bits");
    while (set->slots[at] != 0 && set->slots[at] != id) {
        at = (at + 1) % SET_SLOTS;
    }
    set->count += set->slots[at] == 0;
    set->slots[at] = id;
}

static bool is_wanted(const struct filter_term *term, bool is_not) {
    return term->key == FILTER_WORDS && term->is_not == is_not;
}

static void put_term(struct buf *b, struct arena *a, const struct filter_term *term) {
    buf_c(b, "(");
    for (size_t v = 0; v < term->value_count; v++) {
        buf_c(b, v > 0 ? ") OR (" : "(");
        buf_put(b, search_match(a, term->values[v].text));
    }
    buf_c(b, "))");
}

/* Words must all stand in a text; of left-out words one is enough. */
static struct str match_expression(struct arena *a, const struct filter *filter, bool is_not) {
    struct buf b = buf_make(a, MATCH_BYTES);

    for (size_t i = 0; i < filter->count; i++) {
        if (is_wanted(&filter->terms[i], is_not)) {
            buf_c(&b, b.n == 0 ? "" : is_not ? " OR " : " AND ");
            put_term(&b, a, &filter->terms[i]);
        }
    }
    assert(b.n > 0 && !b.is_full);
    return buf_str(&b);
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
        if (is_wanted(&filter->terms[i], is_not) && has_one(a, text, &filter->terms[i]) == is_not) {
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

/* Columns subject and text. */
static bool add_not_cases(struct stmt *q, struct arena *a, const struct filter *filter,
                          struct id_set *set, bool *capped, struct err *err) {
    while (!*capped && stmt_next(q)) {
        if (text_fits(a, stmt_view(q, 1), filter, true)) {
            set_add(set, stmt_int(q, 0));
            *capped = set->count > LIMIT_SEARCH_CASES;
        }
    }
    return stmt_end(q, err);
}

bool search_not_cases(struct store *store, struct arena *a, int64_t office,
                      const struct filter *filter, struct str *ids, bool *capped, struct err *err) {
    struct id_set set = {.slots = arena_array(a, int64_t, SET_SLOTS)};
    struct stmt *q;
    int64_t mark;
    bool ok;

    *capped = false;
    if (!search_mark(store, &mark, err)) {
        return false;
    }
    if (mark != INT64_MAX) {
        q = store_sql(store, SQL_SEARCH_TAIL_NEWEST);
        stmt_bind_int(q, 1, office);
        stmt_bind_int(q, 2, mark);
        if (!add_not_cases(q, a, filter, &set, capped, err)) {
            return false;
        }
    }
    q = store_sql(store, SQL_QUERY_SEARCH_NEWEST);
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, match_expression(a, filter, true));
    ok = add_not_cases(q, a, filter, &set, capped, err);
    *ids = write_ids(a, &set);
    return ok;
}

bool search_fail_common(const struct filter *filter, struct err *err) {
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->terms[i].key == FILTER_WORDS) {
            return fail1(err, E_FILTER_COMMON, "filter", filter->terms[i].values[0].text);
        }
    }
    return fail(err, E_INTERNAL, "");
}

/* Whether a later text of the case fits as well: then it stood on a page before this one. */
static bool has_newer(struct store *store, struct arena *a, const struct filter *filter,
                      int64_t case_id, int64_t words_id, bool *has, struct err *err) {
    struct stmt *q = store_sql(store, SQL_QUERY_WORDS_NEWER);

    *has = false;
    stmt_bind_int(q, 1, case_id);
    stmt_bind_int(q, 2, words_id);
    while (!*has && stmt_next(q)) {
        *has = text_fits(a, stmt_view(q, 0), filter, false);
    }
    return stmt_end(q, err);
}

/* A search within one community asks the index for it: the token of the case's, or of none. */
static void put_community(struct sql *s, struct arena *a, const struct scope *scope,
                          struct str match) {
    struct buf b = buf_make(a, MATCH_BYTES + 1000);
    bool is_narrow = scope->unit == 0 && scope->grant_count > 0 && scope->grant_count <= 8;

    for (size_t i = 0; i < scope->grant_count; i++) {
        is_narrow = is_narrow && scope->grants[i].area.level == AREA_COMMUNITY;
    }
    buf_c(&b, "(");
    buf_put(&b, match);
    buf_c(&b, ")");
    for (size_t i = 0; is_narrow && i < scope->grant_count; i++) {
        buf_c(&b, i == 0 ? " AND (\"p:0\" OR " : " OR ");
        buf_format(&b, "\"p:%" PRId64 "\"", scope->grants[i].area.id);
    }
    buf_c(&b, is_narrow ? ")" : "");
    sql_text(s, buf_str(&b));
}

/* The one statement of this folder whose words differ: SQLite, PostgreSQL. */
static const struct {
    const char *from;
    const char *match;
    const char *below;
    const char *order;
} stream_words[] = {
    {"SELECT search.rowid, cases.id, words.text FROM search"
     " CROSS JOIN words ON words.id = search.rowid CROSS JOIN cases ON cases.id = words.subject",
     " AND search MATCH ", " AND search.rowid < ", " ORDER BY search.rowid DESC"},
    {"SELECT search.id, cases.id, words.text FROM search"
     " JOIN words ON words.office = search.office AND words.id = search.id"
     " JOIN cases ON cases.office = search.office AND cases.id = words.subject",
     " AND search.grams @@ search_query(", ") AND search.id < ", " ORDER BY search.id DESC"},
};

/* Texts that may have the words, of cases that fit, the newest text first: words.id, case, text. */
static struct stmt *open_index(struct store *store, struct arena *a, const struct predicate *p,
                               const char *also, int64_t before, int64_t oldest) {
    struct str match = match_expression(a, p->filter, false);
    struct sql s = sql_make(a);
    struct stmt *q;

    sql_put(&s, stream_words[store_is_shared(store)].from);
    compile_where(&s, p);
    sql_put(&s, also);
    sql_put(&s, stream_words[store_is_shared(store)].match);
    put_community(&s, a, p->scope, match);
    sql_put(&s, stream_words[store_is_shared(store)].below);
    sql_int(&s, before);
    if (oldest > 0) {
        sql_put(&s, " AND search.rowid >= ");
        sql_int(&s, oldest);
    }
    sql_put(&s, stream_words[store_is_shared(store)].order);
    q = sql_open(store, &s);
    stmt_stream(q); /* the caller stops when its page is full */
    return q;
}

/* Where only open cases are asked for, the oldest text that one of them can have, so that nobody
 * walks down through the years; else 0. The texts of the OLD_CASES oldest are looked at singly. */
static bool find_oldest(struct store *store, const struct predicate *p, int64_t *oldest,
                        struct err *err) {
    struct stmt *q;

    *oldest = 0;
    if (store_is_shared(store) || filter_openness(p->filter) != FILTER_OPEN_ONLY) {
        return true;
    }
    q = store_sql(store, SQL_SEARCH_OLDEST_OPEN);
    stmt_bind_int(q, 1, p->scope->office);
    stmt_bind_int(q, 2, OLD_CASES);
    *oldest = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

/* The same where the index has not come yet. */
static struct stmt *open_tail(struct store *store, struct arena *a, const struct predicate *p,
                              const char *also, int64_t mark, int64_t before) {
    struct sql s = sql_make(a);

    sql_put(&s, "SELECT words.id, cases.id, words.text FROM words CROSS JOIN cases");
    compile_where(&s, p);
    sql_put(&s, also);
    sql_put(&s, TEXT_OF_CASE " AND words.id > ");
    sql_int(&s, mark);
    sql_put(&s, " AND words.id < ");
    sql_int(&s, before);
    sql_put(&s, " ORDER BY words.id DESC");
    return sql_open(store, &s);
}

/* The texts of the open cases that have been open for longest, as far as they lie lower. */
static struct stmt *open_old(struct store *store, struct arena *a, const struct predicate *p,
                             const char *also, int64_t before, int64_t oldest) {
    struct sql s = sql_make(a);

    sql_put(&s, "SELECT words.id, cases.id, words.text FROM cases CROSS JOIN words");
    compile_where(&s, p);
    sql_put(&s, also);
    sql_put(&s, " AND cases.id IN (SELECT id FROM cases WHERE office = ");
    sql_int(&s, p->scope->office);
    sql_put(&s, " AND " SQL_IS_OPEN " ORDER BY id LIMIT ");
    sql_int(&s, OLD_CASES);
    sql_put(&s, ")" TEXT_OF_CASE " AND words.id < ");
    sql_int(&s, before < oldest ? before : oldest);
    sql_put(&s, " ORDER BY words.id DESC");
    return sql_open(store, &s);
}

/* In this order a text that is indexed in between is met twice, never missed. */
enum part { PART_TAIL, PART_INDEX, PART_OLD };

struct stream {
    struct store *store;
    struct arena *arena;
    const struct predicate *predicate;
    const char *also;
    int64_t before;
    int64_t oldest;
    struct stmt *q;
    enum part part;
    bool failed;
    struct err *err;
};

static struct stmt *open_part(const struct stream *s, int64_t mark) {
    switch (s->part) {
    case PART_TAIL:
        return open_tail(s->store, s->arena, s->predicate, s->also, mark, s->before);
    case PART_INDEX:
        return open_index(s->store, s->arena, s->predicate, s->also, s->before, s->oldest);
    case PART_OLD:
        return open_old(s->store, s->arena, s->predicate, s->also, s->before, s->oldest);
    }
    return NULL;
}

static struct stream open_stream(struct store *store, struct arena *a, const struct predicate *p,
                                 const char *also, int64_t before, struct err *err) {
    struct stream s = {
        .store = store, .arena = a, .predicate = p, .also = also, .before = before, .err = err};
    int64_t mark;

    s.failed = !search_mark(store, &mark, err) || !find_oldest(store, p, &s.oldest, err);
    s.part = s.failed || mark == INT64_MAX ? PART_INDEX : PART_TAIL;
    s.q = s.failed ? NULL : open_part(&s, mark);
    return s;
}

static bool stream_next(struct stream *s) {
    const enum part last = s->oldest == 0 ? PART_INDEX : PART_OLD;

    while (!s->failed && !stmt_next(s->q)) {
        if (s->part == last) {
            return false;
        }
        s->part++;
        s->failed = !stmt_end(s->q, s->err);
        s->q = s->failed ? NULL : open_part(s, 0);
    }
    return !s->failed;
}

static bool stream_end(struct stream *s) {
    return s->q == NULL ? !s->failed : stmt_end(s->q, s->err);
}

bool search_cases(struct store *store, struct arena *a, const struct predicate *p, size_t limit,
                  struct str *ids, bool *capped, struct err *err) {
    struct id_set set = {.slots = arena_array(a, int64_t, SET_SLOTS)};
    struct stream s = open_stream(store, a, p, "", INT64_MAX, err);

    assert(p->driver == DRIVER_WORDS && !p->has_words && limit <= LIMIT_SEARCH_CASES);
    *capped = false;
    while (!*capped && stream_next(&s)) {
        if (text_fits(a, stmt_view(s.q, 2), p->filter, false)) {
            set_add(&set, stmt_int(s.q, 1));
            *capped = set.count > limit;
        }
    }
    if (!stream_end(&s)) {
        return false;
    }
    *ids = write_ids(a, &set);
    return true;
}

static bool is_on_page(const struct search_page *page, int64_t case_id) {
    for (size_t i = 0; i < page->count; i++) {
        if (page->ids[i] == case_id) {
            return true;
        }
    }
    return false;
}

/* A case stands where its newest fitting text stands; the first page has met all newer ones. */
static bool is_repeated(struct store *store, struct arena *a, const struct predicate *p,
                        const struct search_page *page, int64_t case_id, int64_t words_id,
                        bool is_first, bool *repeated, struct err *err) {
    *repeated = is_on_page(page, case_id);
    return *repeated || is_first ||
           has_newer(store, a, p->filter, case_id, words_id, repeated, err);
}

bool search_page(struct store *store, struct arena *a, const struct predicate *p,
                 struct search_page *page, struct err *err) {
    bool is_first = page->before == INT64_MAX;
    struct stream s = open_stream(store, a, p, page->also, page->before, err);
    bool ok = true;

    page->count = 0;
    page->before = 0;
    while (ok && stream_next(&s)) {
        int64_t words_id = stmt_int(s.q, 0);
        int64_t case_id = stmt_int(s.q, 1);
        bool repeated = false;

        if (!text_fits(a, stmt_view(s.q, 2), p->filter, false)) {
            continue;
        }
        ok = is_repeated(store, a, p, page, case_id, words_id, is_first, &repeated, err);
        if (!ok || repeated) {
            continue;
        }
        if (page->count == page->max) {
            page->before = words_id + 1;
            break;
        }
        page->ids[page->count++] = case_id;
    }
    return stream_end(&s) && ok;
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

bool search_among(struct store *store, struct arena *a, int64_t office, const struct filter *filter,
                  const int64_t *ids, size_t count, bool **has, struct err *err) {
    struct own_text *texts;
    struct stmt *q;
    size_t n;
    size_t at = 0;
    int64_t mark;
    bool ok = true;

    *has = arena_array(a, bool, count + 1);
    if (!search_mark(store, &mark, err) ||
        !list_texts(store, a, office, write_list(a, ids, count), &texts, &n, err) ||
        !mark_tail(store, a, filter, office, mark, texts, n, *has, err)) {
        return false;
    }
    q = store_sql(store, SQL_QUERY_SEARCH_IDS);
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, match_expression(a, filter, false));
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
