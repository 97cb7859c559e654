/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_stream.h"

#include "engine/query/search.h"
#include "engine/query/search_behind.h"
#include "engine/query/search_few.h"

#include <assert.h>
#include <inttypes.h>

enum {
    MATCH_BYTES = 256 * 1024,
    OLD_MOST = 100,
    ID_BYTES = 21,
};

struct search_bounds search_bounds = {.open_first = 300000,
                                      .few_after = 2000,
                                      .old = OLD_MOST,
                                      .looked = 15000,
                                      .looked_shared = 6000};

#define TEXT_OF_CASE                                                                               \
    " AND cases.id = words.subject AND words.field IN ('text', 'address', 'reason', 'answer')"

/* The parts whose words differ: SQLite, PostgreSQL. Each document is a row, also of a case that
 * does not fit, so that whoever reads knows how far down it has come. */
struct stream_parts {
    const char *columns;
    const char *words;
    const char *before_cases;
    const char *behind_cases;
};
static const struct stream_parts stream_parts[] = {
    {"SELECT search.rowid", " CROSS JOIN words ON words.id = search.rowid",
     " LEFT JOIN cases ON cases.id = words.subject AND ", " WHERE TRUE"},
    {"SELECT search.id", " JOIN words ON words.office = search.office AND words.id = search.id",
     " LEFT JOIN LATERAL (SELECT cases.id FROM cases WHERE cases.id = words.subject AND ",
     " OFFSET 0) AS cases ON TRUE"}};

static const char *const newest_joins[] = {
    " CROSS JOIN words ON words.id = search.rowid WHERE words.office = ",
    " JOIN words ON words.office = search.office AND words.id = search.id WHERE words.office = "};

bool search_is_wanted(const struct filter_term *term, bool is_not) {
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

struct str search_expression(struct arena *a, const struct filter *filter, bool is_not) {
    struct buf b = buf_make(a, MATCH_BYTES);

    for (size_t i = 0; i < filter->count; i++) {
        if (search_is_wanted(&filter->terms[i], is_not)) {
            buf_c(&b, b.n == 0 ? "" : is_not ? " OR " : " AND ");
            put_term(&b, a, &filter->terms[i]);
        }
    }
    assert(b.n > 0 && !b.is_full);
    return buf_str(&b);
}

struct stmt *search_newest(struct store *store, struct arena *a, int64_t office, struct str match,
                           const struct search_window *w) {
    struct sql s = sql_make(a);

    sql_put(&s, "SELECT words.subject, words.text, words.id FROM ");
    search_window_from(store, a, &s, w, match);
    sql_put(&s, newest_joins[store_is_shared(store)]);
    sql_int(&s, office);
    search_window_put(store, &s, w, match);
    return sql_open(store, &s);
}

/* A search within one community asks the index for it: the token of the case's, or of none. */
static struct str within_community(struct arena *a, const struct scope *scope, struct str match) {
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
    return buf_str(&b);
}

/* Texts that may have the words, in the order of the window: words.id, case, text; case 0 and no
 * text where the case does not fit. */
static struct stmt *open_index(struct store *store, struct arena *a,
                               const struct search_asked *asked, const struct search_window *w) {
    const struct predicate *p = asked->predicate;
    struct str match = within_community(a, p->scope, search_expression(a, p->filter, false));
    const struct stream_parts *parts = &stream_parts[store_is_shared(store)];
    struct sql s = sql_make(a);
    struct stmt *q;

    sql_put(&s, parts->columns);
    sql_put(&s, ", coalesce(cases.id, 0), CASE WHEN cases.id > 0 THEN words.text ELSE '' END");
    sql_put(&s, " FROM ");
    search_window_from(store, a, &s, w, match);
    sql_put(&s, parts->words);
    sql_put(&s, parts->before_cases);
    if (!store_is_shared(store)) { /* its index knows no offices: before the case is fetched */
        sql_put(&s, "words.office = ");
        sql_int(&s, p->scope->office);
        sql_put(&s, " AND ");
    }
    compile_conditions(&s, p);
    sql_put(&s, asked->also);
    sql_put(&s, parts->behind_cases);
    search_window_put(store, &s, w, match);
    q = sql_open(store, &s);
    if (w->most == 0) {
        stmt_stream(q); /* the caller stops when its page is full */
    }
    return q;
}

static bool is_open_only(const struct predicate *p) {
    return filter_openness(p->filter) == FILTER_OPEN_ONLY;
}

/* The open cases that have been open for longest, and the one behind them: INT64_MAX where there
 * are no more. */
static bool list_old(struct search_stream *s, int64_t *behind) {
    struct stmt *q = store_sql(s->store, SQL_SEARCH_OPEN_LONGEST);
    struct buf ids = buf_make(s->arena, ID_BYTES * (OLD_MOST + 2));
    int64_t count = 0;

    *behind = INT64_MAX;
    stmt_bind_int(q, 1, s->asked.predicate->scope->office);
    stmt_bind_int(q, 2, search_bounds.old + 1);
    while (stmt_next(q)) {
        if (count == search_bounds.old) {
            *behind = stmt_int(q, 0);
        } else {
            buf_c(&ids, count++ == 0 ? "[" : ",");
            buf_int(&ids, stmt_int(q, 0));
        }
    }
    buf_c(&ids, count == 0 ? "[]" : "]");
    s->few = buf_str(&ids);
    return stmt_end(q, s->err);
}

/* No case with a lower id is wanted. */
static bool raise_to(struct search_stream *s, int64_t lowest) {
    struct stmt *q = store_sql(s->store, SQL_SEARCH_FIRST_TEXT);

    stmt_bind_int(q, 1, s->asked.predicate->scope->office);
    stmt_bind_int(q, 2, lowest);
    search_window_raise(&s->window, stmt_next(q) ? stmt_int(q, 0) : 0);
    return stmt_end(q, s->err);
}

/* Where only open cases are asked for, the oldest text that one of them can have, so that nobody
 * walks down through the years. The texts of the few oldest are looked at singly. */
static bool find_oldest(struct search_stream *s) {
    int64_t behind;

    s->is_bounded = true;
    s->last = SEARCH_OLD;
    return list_old(s, &behind) && raise_to(s, behind);
}

/* The same where the newest documents had few of the words. On PostgreSQL, where a wide window
 * costs what it has of them, the texts of all open cases that lie lower are looked at singly. */
static bool find_oldest_below(struct search_stream *s) {
    if (!store_is_shared(s->store)) {
        return find_oldest(s);
    }
    s->is_bounded = true;
    s->last = SEARCH_OLD;
    search_window_raise(&s->window, s->window.from);
    return true;
}

static int64_t higher(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t lower(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void put_texts(struct sql *sql, const struct search_stream *s, int64_t from,
                      int64_t before) {
    sql_put(sql, TEXT_OF_CASE " AND words.id >= ");
    sql_int(sql, from);
    sql_put(sql, " AND words.id < ");
    sql_int(sql, before);
    sql_put(sql, s->asked.is_up ? " ORDER BY words.id" : " ORDER BY words.id DESC");
}

/* Such texts where the index has not come yet. */
static struct stmt *open_tail(const struct search_stream *s) {
    int64_t from = s->mark + 1;
    struct sql sql = sql_make(s->arena);

    if (s->asked.is_up) {
        from = higher(from, higher(s->asked.at, s->window.lowest));
    }
    sql_put(&sql, "SELECT words.id, cases.id, words.text FROM words CROSS JOIN cases");
    compile_where(&sql, s->asked.predicate);
    sql_put(&sql, s->asked.also);
    put_texts(&sql, s, from, s->asked.is_up ? INT64_MAX : s->asked.at);
    return sql_open(s->store, &sql);
}

/* The index has given what lies here and higher: it ended with its window, or where the bound was
 * found, which may lie above what it had given by then. */
static int64_t given_down_to(const struct search_window *w) {
    return higher(lower(w->last, w->lowest), w->from);
}

/* The texts of the cases that are looked at singly, as far as they lie lower; going up as far as
 * they lie behind what was given, and below what the index will give. */
static struct stmt *open_old(const struct search_stream *s) {
    bool is_up = s->asked.is_up;
    int64_t from = is_up ? higher(s->asked.at, s->window.last + 1) : 0;
    int64_t before = is_up ? s->window.lowest : lower(s->asked.at, given_down_to(&s->window));
    struct sql sql = sql_make(s->arena);

    sql_put(&sql, "SELECT words.id, cases.id, words.text FROM cases NOT INDEXED CROSS JOIN words");
    compile_where(&sql, s->asked.predicate);
    sql_put(&sql, s->asked.also);
    if (store_is_shared(s->store)) {
        sql_put(&sql, " AND words.office = cases.office");
    }
    if (s->few.n > 0) {
        sql_put(&sql, " AND cases.id IN (SELECT value FROM json_each(");
        sql_text(&sql, s->few);
        sql_put(&sql, "))");
    }
    put_texts(&sql, s, from, before);
    return sql_open(s->store, &sql);
}

static void open_part(struct search_stream *s) {
    switch (s->part) {
    case SEARCH_TAIL:
        s->q = open_tail(s);
        break;
    case SEARCH_INDEX:
        s->q = open_index(s->store, s->arena, &s->asked, &s->window);
        break;
    case SEARCH_OLD:
        s->q = open_old(s);
        break;
    }
}

/* Going down the index begins below the newest documents that it does not have yet; where only open
 * cases are asked for it looks at the newest first before anybody asks how far down these go. */
static void begin_down(struct search_stream *s) {
    s->begin = lower(s->window.before, s->mark);
    if (!s->is_bounded) {
        search_window_shorten(&s->window, s->begin - search_bounds.open_first);
    }
    s->last = SEARCH_INDEX;
    s->part = s->mark == INT64_MAX ? SEARCH_INDEX : SEARCH_TAIL;
}

/* Going up the oldest open cases are asked for at once: below what the others can have is nothing
 * else. */
static bool begin_up(struct search_stream *s) {
    s->part = SEARCH_INDEX;
    if (!s->is_bounded) {
        if (!find_oldest(s)) {
            return false;
        }
        search_window_begin(&s->window, s->asked.at);
        s->part = SEARCH_OLD;
    }
    s->last = s->mark == INT64_MAX ? SEARCH_INDEX : SEARCH_TAIL;
    return true;
}

struct search_stream search_stream_open(struct store *store, struct arena *a,
                                        struct search_asked asked, struct err *err) {
    struct search_stream s = {.store = store,
                              .arena = a,
                              .asked = asked,
                              .is_bounded = !is_open_only(asked.predicate),
                              .window = {.office = asked.predicate->scope->office,
                                         .is_up = asked.is_up,
                                         .wanted = asked.rows},
                              .err = err};

    s.has_failed = !search_mark(store, &s.mark, err) ||
                   !search_window_open(store, &s.window, asked.at, err) ||
                   (asked.is_up && !begin_up(&s));
    if (!s.has_failed) {
        if (!asked.is_up) {
            begin_down(&s);
        }
        open_part(&s);
    }
    return s;
}

/* To the next stretch of the index, but where it cannot have anything. */
static bool window_next(struct search_stream *s) {
    if (!s->is_bounded && s->window.from <= s->begin - search_bounds.open_first &&
        !find_oldest_below(s)) {
        s->has_failed = true;
        return false;
    }
    return search_window_next(&s->window);
}

static bool end_part(struct search_stream *s) {
    s->has_failed = !stmt_end(s->q, s->err);
    s->q = NULL;
    return !s->has_failed;
}

/* What comes behind the last row of a statement. */
static bool open_next(struct search_stream *s) {
    bool goes_on = end_part(s) && s->part == SEARCH_INDEX && window_next(s);

    if (s->has_failed || (!goes_on && s->part == s->last)) {
        return false;
    }
    if (!goes_on) {
        s->part = s->asked.is_up ? s->part - 1 : s->part + 1;
    }
    open_part(s);
    return true;
}

/* How far down those that fit can lie. */
static bool find_bound(struct search_stream *s, const struct search_few *few) {
    if (few->ids.n > 0) {
        search_window_raise(&s->window, INT64_MAX); /* their texts are read instead */
        return true;
    }
    return few->lowest > 0 ? raise_to(s, few->lowest) : s->is_bounded || find_oldest(s);
}

/* So many documents, and still more are wanted: the texts of few cases are read instead, or it is
 * known how far down those of more can lie, to which a walk up goes at once. True: something else
 * was opened. */
static bool ask_for_few(struct search_stream *s) {
    struct search_few few = {0};
    bool jumps;

    s->has_asked = true;
    s->has_failed = !search_few_find(s->store, s->arena, s->asked.predicate, &few, s->err) ||
                    !find_bound(s, &few);
    jumps = s->asked.is_up && s->window.lowest > s->window.last;
    if (!s->has_failed && few.ids.n == 0 && !jumps) {
        return false;
    }
    s->has_failed = !stmt_end(s->q, s->has_failed ? &(struct err){0} : s->err) || s->has_failed;
    s->q = NULL;
    if (s->has_failed) {
        return true;
    }
    if (few.ids.n > 0) {
        s->few = few.ids;
        s->part = s->last = SEARCH_OLD;
    } else {
        search_window_begin(&s->window, s->window.lowest);
    }
    open_part(s);
    return true;
}

static bool is_time_to_ask(const struct search_stream *s) {
    return !s->has_asked && s->looked > 0 && s->looked == search_bounds.few_after;
}

/* One document more; false where no more may be looked at. */
static bool look(struct search_stream *s) {
    if (s->most > 0 && s->looked == s->most) {
        s->is_short = end_part(s);
        return false;
    }
    s->looked++;
    search_window_note(&s->window, stmt_int(s->q, 0), stmt_int(s->q, 1) > 0);
    return true;
}

void search_stream_bound(struct search_stream *s) {
    s->most = store_is_shared(s->store) ? search_bounds.looked_shared : search_bounds.looked;
}

/* What lies there is of no case that fits. */
static bool is_below(const struct search_stream *s) {
    return s->part == SEARCH_INDEX && stmt_int(s->q, 0) < s->window.lowest;
}

bool search_stream_next(struct search_stream *s) {
    while (!s->has_failed) {
        if (!stmt_next(s->q) || is_below(s)) {
            if (!open_next(s)) {
                return false;
            }
        } else if (s->part != SEARCH_INDEX) {
            return true;
        } else if (is_time_to_ask(s) && ask_for_few(s)) {
            continue;
        } else if (!look(s)) {
            return false;
        } else if (stmt_int(s->q, 1) > 0) {
            return true;
        }
    }
    return false;
}

bool search_stream_end(struct search_stream *s) {
    return s->q == NULL ? !s->has_failed : stmt_end(s->q, s->err);
}
