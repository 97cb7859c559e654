/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/postgres.h"
#include "engine/store/postgres_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FETCH_FIRST = 64,  /* rows of a stream that are asked for at a time, at first */
    FETCH_MORE = 2000, /* and then */
    NAME_BYTES = 64,
};

static const struct store_engine *own_engine;

static struct postgres_store *own(struct store *s) {
    return (struct postgres_store *)s;
}

static struct postgres_statement *own_stmt(struct stmt *q) {
    return (struct postgres_statement *)q;
}

/* ---- statements */

static void *more(void *old, size_t count, size_t size) {
    void *p = reallocarray(old, count, size);

    if (p == NULL) {
        abort();
    }
    return p;
}

static void make_room(struct postgres_statement *q, int n) {
    if (n > q->room) {
        size_t room = (size_t)(n > 8 ? 2 * n : 8);

        q->values = more(q->values, room, sizeof *q->values);
        q->lengths = more(q->lengths, room, sizeof *q->lengths);
        q->formats = more(q->formats, room, sizeof *q->formats);
        q->types = more(q->types, room, sizeof *q->types);
        q->numbers = more(q->numbers, room, sizeof *q->numbers);
        q->room = (int)room;
    }
    q->count = n > q->count ? n : q->count;
}

void postgres_statement_free(struct postgres_statement *q) {
    free(q->values);
    free(q->lengths);
    free(q->formats);
    free(q->types);
    free(q->numbers);
    free(q->text);
    postgres_many_free(q);
    PQclear(q->result);
}

static Oid type_of(char letter) {
    return letter == 'i' ? OID_INT8 : letter == 't' ? OID_TEXT : OID_BYTEA;
}

static void reset(struct postgres_statement *q) {
    q->at = -1;
    q->has_run = false;
    q->has_failed = false;
    q->is_stream = false;
    q->cursor = 0;
}

struct stmt *postgres_statement_sql(struct store *store, enum sql_id id) {
    struct postgres_store *s = own(store);
    struct postgres_statement *q = &s->cached[id];

    if (q->base.engine == NULL) {
        const char *types = store_statements[id].types;

        q->base.engine = own_engine;
        q->store = s;
        q->id = id;
        q->is_cached = true;
        make_room(q, (int)strlen(types));
        for (int i = 0; types[i] != 0; i++) {
            q->types[i] = type_of(types[i]);
            q->formats[i] = 1;
        }
    }
    reset(q);
    return &q->base;
}

struct stmt *postgres_statement_text(struct store *store, struct str sql) {
    struct postgres_statement *q = more(NULL, 1, sizeof *q);
    size_t size = sql.n + 64;

    *q = (struct postgres_statement){.base.engine = own_engine, .store = own(store)};
    q->text = more(NULL, size, 1);
    reset(q);
    q->has_failed = !postgres_words(sql, q->text, size);
    return &q->base;
}

static void bind(struct stmt *stmt, int n, Oid type, const char *value, size_t length) {
    struct postgres_statement *q = own_stmt(stmt);

    make_room(q, n);
    q->values[n - 1] = value;
    q->lengths[n - 1] = (int)length;
    if (!q->is_cached) {
        q->formats[n - 1] = 1;
        q->types[n - 1] = type;
    }
}

static void postgres_bind_int(struct stmt *stmt, int n, int64_t value) {
    struct postgres_statement *q = own_stmt(stmt);

    make_room(q, n);
    postgres_put_int(q->numbers[n - 1], value);
    bind(stmt, n, OID_INT8, q->numbers[n - 1], 8);
}

static void postgres_bind_text(struct stmt *stmt, int n, struct str value) {
    bind(stmt, n, OID_TEXT, value.n == 0 ? "" : value.p, value.n);
}

static void postgres_bind_bytes(struct stmt *stmt, int n, struct str value) {
    bind(stmt, n, OID_BYTEA, value.n == 0 ? "" : value.p, value.n);
}

static void postgres_bind_null(struct stmt *stmt, int n) {
    bind(stmt, n, 0, NULL, 0); /* of whatever type the column is */
}

/* ---- running */

/* Numbers may have moved while room was made. */
static const char *const *values_of(struct postgres_statement *q) {
    for (int i = 0; i < q->count; i++) {
        if (q->types[i] == OID_INT8 && q->values[i] != NULL) {
            q->values[i] = q->numbers[i];
        }
    }
    return q->values;
}

static bool prepare(struct postgres_statement *q) {
    struct postgres_store *s = q->store;
    const struct sql_row *row = &store_statements[q->id];
    struct str text = str_of(row->postgres != NULL ? row->postgres : row->text);
    size_t size = text.n + 64;
    char *words;
    bool ok;

    if (s->is_prepared[q->id]) {
        return true;
    }
    words = more(NULL, size, 1);
    ok = postgres_words(text, words, size) &&
         PQsendPrepare(s->connection, row->name, words, q->count, q->types);
    free(words);
    if (ok) {
        s->is_prepared[q->id] = true;
        postgres_expect(s, (struct pending){.kind = PENDING_PREPARE, .id = q->id});
    }
    return ok;
}

static bool send_statement(struct postgres_statement *q) {
    struct postgres_store *s = q->store;

    postgres_many_send(s, q->is_cached ? store_statements[q->id].many_names : MANY_ALL);
    if (!q->is_cached) {
        return PQsendQueryParams(s->connection, q->text, q->count, q->types, values_of(q),
                                 q->lengths, q->formats, 1) != 0;
    }
    return prepare(q) && PQsendQueryPrepared(s->connection, store_statements[q->id].name, q->count,
                                             values_of(q), q->lengths, q->formats, 1) != 0;
}

static void send_declare(struct postgres_statement *q) {
    const struct sql_row *row = &store_statements[q->is_cached ? q->id : 0];
    struct str text = str_of(!q->is_cached           ? q->text
                             : row->postgres != NULL ? row->postgres
                                                     : row->text);
    size_t size = text.n + NAME_BYTES + 64;
    char *words = more(NULL, size, 1);
    char *cursor = more(NULL, size, 1);

    postgres_many_send(q->store, MANY_ALL);
    q->cursor = ++q->store->cursors;
    snprintf(cursor, size, "DECLARE c%d NO SCROLL CURSOR FOR %.*s", q->cursor, STR_ARG(text));
    if (postgres_words(str_of(cursor), words, size) &&
        PQsendQueryParams(q->store->connection, words, q->count, q->types, values_of(q), q->lengths,
                          q->formats, 1)) {
        postgres_expect(q->store, (struct pending){.kind = PENDING_RUN});
    } else {
        postgres_note_lost(q->store);
    }
    free(words);
    free(cursor);
}

static void fetch(struct postgres_statement *q, int count) {
    char words[NAME_BYTES];

    snprintf(words, sizeof words, "FETCH FORWARD %d FROM c%d", count, q->cursor);
    if (PQsendQueryParams(q->store->connection, words, 0, NULL, NULL, NULL, NULL, 1)) {
        postgres_expect(q->store, (struct pending){.kind = PENDING_ROWS});
    } else {
        postgres_note_lost(q->store);
    }
    PQclear(q->result);
    q->result = NULL;
    postgres_collect(q->store, &q->result);
    q->at = -1;
}

/* ---- asked ahead */

void postgres_statement_forget(struct postgres_store *s) {
    for (int i = 0; i < s->ahead_count; i++) {
        free(s->ahead[i].values);
        PQclear(s->ahead[i].answer);
        s->ahead[i] = (struct ahead){0};
    }
    s->ahead_count = 0;
    s->ahead_next = 0;
    s->ahead_unread = 0;
}

static size_t write_values(const struct postgres_statement *q, char *out) {
    size_t n = 0;

    for (int i = 0; i < q->count; i++) {
        size_t length = (size_t)q->lengths[i];

        if (out != NULL) {
            memcpy(out + n, &q->lengths[i], sizeof q->lengths[i]);
            memcpy(out + n + sizeof q->lengths[i], q->values[i], length);
        }
        n += sizeof q->lengths[i] + length;
    }
    return n;
}

static void postgres_ahead(struct stmt *stmt) {
    struct postgres_statement *q = own_stmt(stmt);
    struct postgres_store *s = q->store;
    struct ahead *a = &s->ahead[s->ahead_count];

    if (!q->is_cached || s->ahead_count == STORE_AHEAD || !postgres_is_ready(s)) {
        return;
    }
    if (!send_statement(q)) {
        postgres_note_lost(s);
        return;
    }
    a->id = q->id;
    a->size = write_values(q, NULL);
    a->values = more(NULL, a->size + 1, 1);
    write_values(q, a->values);
    a->answer = NULL;
    s->ahead_unread++;
    postgres_expect(s, (struct pending){.kind = PENDING_AHEAD, .place = s->ahead_count++});
}

/* The answer that came ahead, the statement's from now on; NULL when it is to be asked. */
static PGresult *take_ahead(struct postgres_statement *q) {
    struct postgres_store *s = q->store;
    size_t size = q->is_cached && s->ahead_count > 0 ? write_values(q, NULL) : 0;
    PGresult *answer = NULL;

    for (int k = 0; size > 0 && k < s->ahead_count; k++) {
        int place = (s->ahead_next + k) % s->ahead_count;
        struct ahead *a = &s->ahead[place];
        char *values;

        if (a->id != q->id || a->size != size || a->values == NULL) {
            continue;
        }
        values = more(NULL, size, 1);
        write_values(q, values);
        if (memcmp(a->values, values, size) == 0) {
            if (a->answer == NULL) {
                postgres_collect(s, NULL);
            }
            answer = a->answer;
            free(a->values);
            *a = (struct ahead){.id = a->id};
            s->ahead_next = place + 1;
            k = s->ahead_count;
            if (--s->ahead_unread == 0) { /* room for others */
                postgres_statement_forget(s);
            }
        }
        free(values);
    }
    if (answer != NULL && PQresultStatus(answer) != PGRES_TUPLES_OK) {
        PQclear(answer);
        answer = NULL;
    }
    return answer;
}

/* A read that finds the connection broken outside a transaction is asked once more. */
static void run_rows(struct postgres_statement *q) {
    struct postgres_store *s = q->store;

    q->result = take_ahead(q);
    if (q->result != NULL) {
        return;
    }
    for (int turn = 0; turn < 2; turn++) {
        if (!postgres_is_ready(s)) {
            break;
        }
        if (send_statement(q)) {
            postgres_expect(s, (struct pending){.kind = PENDING_ROWS});
            postgres_collect(s, &q->result);
        } else {
            postgres_note_lost(s);
        }
        if (s->is_open || !s->is_lost) {
            break;
        }
    }
    q->has_failed = !postgres_is_well(s);
}

static void start(struct postgres_statement *q) {
    struct err err = {0};

    q->has_run = true;
    if (q->has_failed) {
        return;
    }
    if (!q->is_stream) {
        run_rows(q);
        return;
    }
    if (!postgres_snapshot(&q->store->base, &err)) {
        q->has_failed = true;
        return;
    }
    send_declare(q);
    fetch(q, FETCH_FIRST);
    q->has_failed = !postgres_is_well(q->store);
}

static void postgres_stream(struct stmt *stmt) {
    own_stmt(stmt)->is_stream = true;
}

static bool postgres_next(struct stmt *stmt) {
    struct postgres_statement *q = own_stmt(stmt);

    if (!q->has_run) {
        start(q);
    }
    if (q->has_failed || q->result == NULL) {
        return false;
    }
    if (++q->at < PQntuples(q->result)) {
        return true;
    }
    if (q->is_stream &&
        (PQntuples(q->result) == FETCH_FIRST || PQntuples(q->result) == FETCH_MORE)) {
        fetch(q, FETCH_MORE);
        q->has_failed = !postgres_is_well(q->store);
        return !q->has_failed && q->result != NULL && ++q->at < PQntuples(q->result);
    }
    return false;
}

static bool postgres_end(struct stmt *stmt, struct err *err) {
    struct postgres_statement *q = own_stmt(stmt);
    struct postgres_store *s = q->store;
    bool ok = !q->has_failed || postgres_give_failure(s, err);

    PQclear(q->result);
    q->result = NULL;
    if (q->is_stream && q->has_run) {
        char words[NAME_BYTES];
        struct err ignored = {0};

        snprintf(words, sizeof words, "CLOSE c%d", q->cursor);
        if (ok && q->cursor > 0) {
            postgres_send(s, words);
        }
        ok = postgres_release(&s->base, ok ? err : &ignored) && ok;
    }
    if (!q->is_cached) {
        postgres_statement_free(q);
        free(q);
    }
    return ok;
}

/* In a transaction what gives no rows is not waited for. */
static bool run(struct stmt *stmt, bool is_one, struct err *err) {
    struct postgres_statement *q = own_stmt(stmt);
    struct postgres_store *s = q->store;
    bool is_open = s->is_open;
    bool ok;

    if (q->is_cached && store_statements[q->id].gives_rows) {
        while (postgres_next(stmt)) {
        }
        return postgres_end(stmt, err);
    }
    ok = postgres_is_ready(s) && !q->has_failed;
    if (ok && is_open && q->is_cached && store_statements[q->id].many_bit != 0) {
        postgres_many_add(q);
    } else if (ok && send_statement(q)) {
        postgres_expect(s, (struct pending){.kind = is_one ? PENDING_ONE : PENDING_RUN});
        if (!is_open) {
            postgres_collect(s, NULL);
        }
    } else if (ok) {
        postgres_note_lost(s);
    }
    ok = postgres_is_well(s) && !q->has_failed;
    q->has_failed = !ok;
    return postgres_end(stmt, err);
}

static bool postgres_run(struct stmt *stmt, struct err *err) {
    return run(stmt, false, err);
}

static bool postgres_run_one(struct stmt *stmt, struct err *err) {
    return run(stmt, true, err);
}

/* ---- values */

static int64_t postgres_int_at(struct stmt *stmt, int column) {
    struct postgres_statement *q = own_stmt(stmt);

    return postgres_get_int(PQftype(q->result, column), PQgetvalue(q->result, q->at, column),
                            PQgetlength(q->result, q->at, column));
}

static struct str postgres_view(struct stmt *stmt, int column) {
    struct postgres_statement *q = own_stmt(stmt);

    return (struct str){PQgetvalue(q->result, q->at, column),
                        (size_t)PQgetlength(q->result, q->at, column)};
}

static int postgres_columns(struct stmt *stmt) {
    return PQnfields(own_stmt(stmt)->result);
}

static const char *postgres_name(struct stmt *stmt, int column) {
    return PQfname(own_stmt(stmt)->result, column);
}

static int postgres_kind_at(struct stmt *stmt, int column) {
    struct postgres_statement *q = own_stmt(stmt);

    return PQgetisnull(q->result, q->at, column) ? 'n' : postgres_kind(PQftype(q->result, column));
}

static void postgres_forget(struct store *store) {
    struct postgres_store *s = own(store);

    if (s->ahead_count > 0) {
        if (s->pending_count > 0) {
            postgres_collect(s, NULL);
        }
        postgres_statement_forget(s);
    }
}

void postgres_statement_fill(struct store_engine *engine) {
    engine->bind_int = postgres_bind_int;
    engine->bind_text = postgres_bind_text;
    engine->bind_bytes = postgres_bind_bytes;
    engine->bind_null = postgres_bind_null;
    engine->ahead = postgres_ahead;
    engine->forget = postgres_forget;
    engine->stream = postgres_stream;
    engine->next = postgres_next;
    engine->int_at = postgres_int_at;
    engine->view = postgres_view;
    engine->columns = postgres_columns;
    engine->name = postgres_name;
    engine->kind = postgres_kind_at;
    engine->end = postgres_end;
    engine->run = postgres_run;
    engine->run_one = postgres_run_one;
    own_engine = engine;
}
