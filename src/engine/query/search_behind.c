/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search_behind.h"

#include <assert.h>

enum { PIECES_MOST = 8 };

struct text {
    int64_t office;
    int64_t id;
    struct str text;
    int64_t community;
};

bool search_mark(struct store *s, int64_t *mark, struct err *err) {
    struct stmt *q;

    *mark = INT64_MAX;
    if (store_is_shared(s)) {
        return true;
    }
    q = store_sql(s, SQL_SEARCH_MARK);
    *mark = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

static bool read_tail(struct store *s, struct arena *a, struct text *texts, size_t most,
                      size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_SEARCH_TAIL);
    int64_t mark;

    if (!search_mark(s, &mark, err)) {
        return false;
    }
    stmt_bind_int(q, 1, mark);
    stmt_bind_int(q, 2, (int64_t)most);
    while (*count < most && stmt_next(q)) {
        texts[(*count)++] = (struct text){
            .office = stmt_int(q, 0),
            .id = stmt_int(q, 1),
            .text = stmt_text(q, 2, a),
            .community = stmt_int(q, 3),
        };
    }
    return stmt_end(q, err);
}

static bool insert(struct store *store, struct arena *a, int64_t office, int64_t words_id,
                   struct str text, int64_t community, struct err *err) {
    struct stmt *q = store_sql(store, SQL_WORDS_INDEX);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, words_id);
    stmt_bind_int(q, 3, 0); /* the row's id says it */
    stmt_bind_text(q, 4, (struct str){0});
    stmt_bind_text(q, 5, search_document(a, text, community));
    return stmt_run(q, err);
}

bool search_catch_up(struct store *s, struct arena *a, size_t most, size_t *count,
                     struct err *err) {
    struct arena_mark mark = arena_mark(a);
    struct text *texts = arena_array(a, struct text, most);
    bool ok;

    assert(most > 0);
    *count = 0;
    if (store_is_shared(s)) {
        return true;
    }
    ok = store_begin(s, err) && read_tail(s, a, texts, most, count, err);
    for (size_t i = 0; ok && i < *count; i++) {
        ok = insert(s, a, texts[i].office, texts[i].id, texts[i].text, texts[i].community, err);
    }
    ok = ok && store_commit(s, err);
    store_rollback(s);
    arena_rewind(a, mark);
    return ok;
}

static bool ask(struct store *s, enum sql_id id, int64_t *n, struct err *err) {
    struct stmt *q = store_sql(s, id);

    *n = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

bool search_tidy(struct store *s, int64_t pages, bool *more, struct err *err) {
    int64_t pieces;
    int64_t before = 0;
    int64_t after = 0;
    bool ok;

    *more = false;
    if (store_is_shared(s)) {
        return true;
    }
    if (!ask(s, SQL_SEARCH_PIECES, &pieces, err)) {
        return false;
    }
    if (pieces <= PIECES_MOST) {
        return true;
    }
    ok = store_begin(s, err) && ask(s, SQL_SEARCH_CHANGES, &before, err);
    if (ok) {
        struct stmt *q = store_sql(s, SQL_SEARCH_MERGE);

        stmt_bind_int(q, 1, pages);
        ok = stmt_run(q, err) && ask(s, SQL_SEARCH_CHANGES, &after, err) && store_commit(s, err);
    }
    store_rollback(s);
    *more = ok && after - before >= 2;
    return ok;
}

bool search_delete(struct store *store, struct arena *a, int64_t office, int64_t words_id,
                   struct str text, int64_t community, struct err *err) {
    struct stmt *q;
    int64_t mark;

    if (!search_mark(store, &mark, err)) {
        return false;
    }
    if (words_id > mark) {
        return true;
    }
    q = store_sql(store, SQL_QUERY_SEARCH_DELETE);
    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, words_id);
    stmt_bind_text(q, 3, search_document(a, text, community));
    return stmt_run(q, err);
}

bool search_take_along(struct store *store, struct arena *a, const struct search_move *move,
                       struct err *err) {
    struct stmt *q;
    int64_t office = id_office(move->case_id);
    int64_t mark_id;
    bool ok = true;

    assert(move->case_id > 0);
    if (!search_mark(store, &mark_id, err)) {
        return false;
    }
    q = store_sql(store, SQL_QUERY_WORDS_INDEXED);
    stmt_bind_int(q, 1, move->case_id);
    while (ok && stmt_next(q)) {
        struct arena_mark mark = arena_mark(a);
        int64_t id = stmt_int(q, 0);
        struct str text = stmt_text(q, 1, a);

        /* The tail is indexed under the community that the case has by then. */
        ok = id > mark_id || (search_delete(store, a, office, id, text, move->from, err) &&
                              insert(store, a, office, id, text, move->to, err));
        arena_rewind(a, mark);
    }
    return stmt_end(q, ok ? err : &(struct err){0}) && ok;
}

bool search_is_indexed(struct str field) {
    static const char *const names[] = {"text", "address", "reason", "answer"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_is(field, names[i])) {
            return true;
        }
    }
    return false;
}

bool search_rebuild(struct store *store, int64_t office, struct err *err) {
    struct arena *a = arena_open();
    struct stmt *q = store_sql(store, SQL_QUERY_WORDS_FINDABLE);
    bool ok = true;

    stmt_bind_int(q, 1, office);
    stmt_stream(q);
    while (ok && stmt_next(q)) {
        ok = insert(store, a, office, stmt_int(q, 0), stmt_text(q, 1, a), stmt_int(q, 2), err);
        arena_reset(a);
    }
    arena_close(a);
    return stmt_end(q, ok ? err : &(struct err){0}) && ok;
}
