/* SPDX-License-Identifier: Apache-2.0 */
/* One table of a city on SQLite to the same table on PostgreSQL, which loses what it had: for
 * measuring the same ten million cases on both. `linli move` is the way for an office: it copies
 * the ledger alone and proves what it makes of it.
 *
 * Rows go as COPY takes them in its binary form, which needs no words for numbers. The table of the
 * search index, which SQLite keeps in another form, is made of the words.
 * usage: bench_copy DATABASE URL TABLE
 */
#include "base/arena.h"
#include "engine/query/search.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS_MOST = 64,
    SEND_BYTES = 1 << 20,
    OFFICES_MOST = 64,
    OFFICE_BITS = 37,
    GRAMS_MOST = 65536,
    TOLD_ROWS = 5000000,
};

enum kind { KIND_SMALL, KIND_INTEGER, KIND_BIG, KIND_BYTES };

struct column {
    char name[64];
    enum kind kind;
};

static sqlite3 *from;
static PGconn *to;
static struct column columns[COLUMNS_MOST];
static int column_count;
static char *out;
static size_t used;
static size_t room;

static void stop(const char *what) {
    fprintf(stderr, "bench_copy: %s: %s%s\n", what, from == NULL ? "" : sqlite3_errmsg(from),
            to == NULL ? "" : PQerrorMessage(to));
    exit(1);
}

/* ---- what COPY takes */

static void send_out(void) {
    if (used > 0 && PQputCopyData(to, out, (int)used) != 1) {
        stop("COPY");
    }
    used = 0;
}

static void put(const void *bytes, size_t n) {
    if (used + n > room) {
        room = (used + n) * 2;
        out = realloc(out, room);
    }
    memcpy(out + used, bytes, n);
    used += n;
}

static void put_number(uint64_t value, int bytes) {
    unsigned char b[8];

    for (int i = 0; i < bytes; i++) {
        b[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
    }
    put(b, (size_t)bytes);
}

static void put_sized(const void *bytes, size_t n) {
    put_number(n, 4);
    put(bytes, n);
}

static void put_integer(int64_t value, enum kind kind) {
    static const int sizes[] = {[KIND_SMALL] = 2, [KIND_INTEGER] = 4, [KIND_BIG] = 8};

    put_number((uint64_t)sizes[kind], 4);
    put_number((uint64_t)value, sizes[kind]);
}

static void execute(const char *sql) {
    PGresult *r = PQexec(to, sql);

    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_COPY_IN) {
        stop(sql);
    }
    PQclear(r);
}

/* In one transaction with emptying it, so that the rows need neither log nor VACUUM. */
static void begin_copy(const char *table, const char *names) {
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
    char sql[4096];

    execute("BEGIN");
    snprintf(sql, sizeof sql, "TRUNCATE %s", table);
    execute(sql);
    snprintf(sql, sizeof sql, "COPY %s (%s) FROM STDIN (FORMAT binary, FREEZE)", table, names);
    execute(sql);
    put(head, 19);
}

static void end_copy(const char *table, int64_t rows) {
    PGresult *r;

    put_number(0xFFFF, 2);
    send_out();
    if (PQputCopyEnd(to, NULL) != 1) {
        stop("COPY");
    }
    r = PQgetResult(to);
    if (PQresultStatus(r) != PGRES_COMMAND_OK) {
        stop(table);
    }
    while (r != NULL) {
        PQclear(r);
        r = PQgetResult(to);
    }
    execute("COMMIT");
    printf("%s %" PRId64 "\n", table, rows);
}

static void end_row(const char *table, int64_t *rows) {
    if (used > SEND_BYTES) {
        send_out();
    }
    if (++*rows % TOLD_ROWS == 0) {
        fprintf(stderr, "%s %" PRId64 "\n", table, *rows);
    }
}

static sqlite3_stmt *ask(const char *sql) {
    sqlite3_stmt *q;

    if (sqlite3_prepare_v2(from, sql, -1, &q, NULL) != SQLITE_OK) {
        stop(sql);
    }
    return q;
}

/* ---- a table that both have */

static void read_columns(const char *table, char *names, size_t size) {
    const char *values[] = {table};
    PGresult *r = PQexecParams(to,
                               "SELECT column_name, data_type FROM information_schema.columns WHERE"
                               " table_schema = current_schema() AND table_name = $1 ORDER BY"
                               " ordinal_position",
                               1, NULL, values, NULL, NULL, 0);
    size_t length = 0;

    column_count = PQntuples(r);
    if (column_count == 0 || column_count > COLUMNS_MOST) {
        stop("this table is not there");
    }
    names[0] = 0;
    for (int i = 0; i < column_count; i++) {
        const char *type = PQgetvalue(r, i, 1);

        snprintf(columns[i].name, sizeof columns[i].name, "%s", PQgetvalue(r, i, 0));
        columns[i].kind = strcmp(type, "smallint") == 0  ? KIND_SMALL
                          : strcmp(type, "integer") == 0 ? KIND_INTEGER
                          : strcmp(type, "bigint") == 0  ? KIND_BIG
                                                         : KIND_BYTES;
        length += (size_t)snprintf(names + length, size - length, "%s%s", i > 0 ? ", " : "",
                                   columns[i].name);
        if (length >= size) {
            stop("its columns have long names");
        }
    }
    PQclear(r);
}

static int64_t copy_table(const char *table) {
    char names[2048];
    char sql[4096];
    sqlite3_stmt *q;
    int64_t rows = 0;

    read_columns(table, names, sizeof names);
    snprintf(sql, sizeof sql, "SELECT %s FROM %s NOT INDEXED", names, table);
    q = ask(sql);
    begin_copy(table, names);
    while (sqlite3_step(q) == SQLITE_ROW) {
        put_number((uint64_t)column_count, 2);
        for (int i = 0; i < column_count; i++) {
            if (sqlite3_column_type(q, i) == SQLITE_NULL) {
                put_number(UINT32_MAX, 4);
            } else if (columns[i].kind == KIND_BYTES) {
                const void *bytes = sqlite3_column_blob(q, i);

                put_sized(bytes, (size_t)sqlite3_column_bytes(q, i));
            } else {
                put_integer(sqlite3_column_int64(q, i), columns[i].kind);
            }
        }
        end_row(table, &rows);
    }
    if (sqlite3_finalize(q) != SQLITE_OK) {
        stop(table);
    }
    return rows;
}

/* ---- the search index */

static int compare_grams(const void *left, const void *right) {
    const struct str *a = left;
    const struct str *b = right;
    size_t least = a->n < b->n ? a->n : b->n;
    int order = memcmp(a->p, b->p, least);

    return order != 0 ? order : (a->n > b->n) - (a->n < b->n);
}

/* A document's grams as a tsvector: sorted, each once, without places. */
static void put_grams(struct str document) {
    static struct str grams[GRAMS_MOST];
    size_t count = 0;
    uint32_t different = 0;
    size_t length_at = used;

    for (size_t at = 0; at < document.n;) {
        const char *end = memchr(document.p + at, ' ', document.n - at);
        size_t n = end == NULL ? document.n - at : (size_t)(end - document.p) - at;

        if (n > 0 && count < GRAMS_MOST) {
            grams[count++] = (struct str){document.p + at, n};
        }
        at += n + 1;
    }
    qsort(grams, count, sizeof grams[0], compare_grams);
    put_number(0, 8);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !str_eq(grams[i - 1], grams[i])) {
            put(grams[i].p, grams[i].n);
            put_number(0, 1 + 2);
            different++;
        }
    }
    for (int i = 0; i < 4; i++) {
        out[length_at + (size_t)i] = (char)((used - length_at - 4) >> (24 - 8 * i));
        out[length_at + 4 + (size_t)i] = (char)(different >> (24 - 8 * i));
    }
}

/* Community of each case, by office and number. */
static int32_t *communities[OFFICES_MOST];
static int64_t community_ends[OFFICES_MOST];

static void read_communities(void) {
    sqlite3_stmt *q = ask("SELECT id, community FROM cases INDEXED BY cases_community");

    while (sqlite3_step(q) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(q, 0);
        int64_t office = id >> OFFICE_BITS;
        int64_t number = id & (((int64_t)1 << OFFICE_BITS) - 1);

        if (office >= OFFICES_MOST) {
            stop("so many offices");
        }
        if (number >= community_ends[office]) {
            int64_t end = number * 2 + 1024;

            communities[office] = realloc(communities[office], (size_t)end * sizeof(int32_t));
            memset(communities[office] + community_ends[office], 0,
                   (size_t)(end - community_ends[office]) * sizeof(int32_t));
            community_ends[office] = end;
        }
        communities[office][number] = (int32_t)sqlite3_column_int64(q, 1) + 1;
    }
    sqlite3_finalize(q);
}

static int64_t copy_search(void) {
    struct arena *a = arena_open();
    sqlite3_stmt *q;
    int64_t rows = 0;

    read_communities();
    q = ask("SELECT office, id, subject, text FROM words NOT INDEXED"
            " WHERE field IN ('text', 'address', 'reason', 'answer')");
    begin_copy("search", "office, id, grams");
    while (sqlite3_step(q) == SQLITE_ROW) {
        int64_t subject = sqlite3_column_int64(q, 2);
        int64_t office = subject >> OFFICE_BITS;
        int64_t number = subject & (((int64_t)1 << OFFICE_BITS) - 1);
        struct str text = {(const char *)sqlite3_column_text(q, 3),
                           (size_t)sqlite3_column_bytes(q, 3)};

        if (office < OFFICES_MOST && number < community_ends[office] &&
            communities[office][number] > 0) {
            put_number(3, 2);
            put_integer(sqlite3_column_int64(q, 0), KIND_BIG);
            put_integer(sqlite3_column_int64(q, 1), KIND_BIG);
            put_grams(search_document(a, text, communities[office][number] - 1));
            arena_reset(a);
            end_row("search", &rows);
        }
    }
    if (sqlite3_finalize(q) != SQLITE_OK) {
        stop("search");
    }
    arena_close(a);
    return rows;
}

int main(int argc, char **argv) {
    const char *table = argc == 4 ? argv[3] : "";
    char name[4096];

    if (argc != 4) {
        fprintf(stderr, "usage: bench_copy DATABASE URL TABLE\n");
        return 2;
    }
    snprintf(name, sizeof name, "file:%s?immutable=1", argv[1]);
    if (sqlite3_open_v2(name, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK) {
        stop(argv[1]);
    }
    to = PQconnectdb(argv[2]);
    if (PQstatus(to) != CONNECTION_OK) {
        stop(argv[2]);
    }
    end_copy(table, strcmp(table, "search") == 0 ? copy_search() : copy_table(table));
    PQfinish(to);
    sqlite3_close(from);
    return 0;
}
