/* SPDX-License-Identifier: Apache-2.0 */
/* A library to be preloaded (LD_PRELOAD) into the program: it writes the calls to SQLite of the
 * connections that may write into the file that LINLI_BENCH_TRACE names. replay.c does them again.
 *
 * Calls that SQLite makes to itself inside a call are left out: they come again by themselves.
 * Connections that only read say so with PRAGMA query_only and are left out from there on.
 */
#include "trace.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READERS_MOST = 64, FILE_BUFFER_BYTES = 1 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *file;
static sqlite3 *readers[READERS_MOST];
static size_t reader_count;
static _Thread_local int depth; /* calls of SQLite that are running in this thread */

/* The function of SQLite's own that the one here stands before. */
#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
    if (real == NULL) {                                                                            \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                                 \
    }

static bool is_reader(sqlite3 *db) {
    for (size_t i = 0; i < reader_count; i++) {
        if (readers[i] == db) {
            return true;
        }
    }
    return false;
}

static void note(sqlite3 *db, struct trace t, const void *bytes) {
    const char *path = depth > 0 ? NULL : getenv("LINLI_BENCH_TRACE");

    if (path == NULL) {
        return;
    }
    pthread_mutex_lock(&lock);
    if (file == NULL) {
        file = fopen(path, "wb");
        if (file == NULL) {
            abort();
        }
        setvbuf(file, NULL, _IOFBF, FILE_BUFFER_BYTES);
    }
    if (!is_reader(db)) {
        fwrite(&t, sizeof t, 1, file);
        fwrite(bytes, 1, t.bytes, file);
    }
    pthread_mutex_unlock(&lock);
}

static void note_statement(sqlite3_stmt *q, enum trace_call call) {
    note(sqlite3_db_handle(q), (struct trace){.object = (uintptr_t)q, .call = (uint16_t)call}, "");
}

static void note_value(sqlite3_stmt *q, enum trace_call call, int n, const void *p,
                       sqlite3_uint64 bytes) {
    note(sqlite3_db_handle(q),
         (struct trace){.object = (uintptr_t)q,
                        .bytes = (uint32_t)bytes,
                        .n = (uint16_t)n,
                        .call = (uint16_t)call},
         p);
}

static void note_prepared(sqlite3 *db, const char *sql, int n, sqlite3_stmt *q) {
    size_t bytes = n < 0 ? strlen(sql) : strnlen(sql, (size_t)n);

    note(db,
         (struct trace){.object = (uintptr_t)q,
                        .value = (int64_t)(uintptr_t)db,
                        .bytes = (uint32_t)bytes,
                        .call = TRACE_PREPARE},
         sql);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **),
                 void *context, char **message) {
    REAL(sqlite3_exec)
    int result;

    if (depth == 0 && strstr(sql, "query_only") != NULL) {
        pthread_mutex_lock(&lock);
        if (reader_count < READERS_MOST) {
            readers[reader_count++] = db;
        }
        pthread_mutex_unlock(&lock);
    }
    note(db,
         (struct trace){
             .object = (uintptr_t)db, .bytes = (uint32_t)strlen(sql), .call = TRACE_EXECUTE},
         sql);
    depth++;
    result = real(db, sql, row, context, message);
    depth--;
    return result;
}

int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **q, const char **rest) {
    REAL(sqlite3_prepare_v2)
    int result;

    depth++;
    result = real(db, sql, n, q, rest);
    depth--;
    note_prepared(db, sql, n, *q);
    return result;
}

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **q,
                       const char **rest) {
    REAL(sqlite3_prepare_v3)
    int result;

    depth++;
    result = real(db, sql, n, flags, q, rest);
    depth--;
    note_prepared(db, sql, n, *q);
    return result;
}

int sqlite3_bind_int64(sqlite3_stmt *q, int n, sqlite3_int64 value) {
    REAL(sqlite3_bind_int64)

    note(
        sqlite3_db_handle(q),
        (struct trace){.object = (uintptr_t)q, .value = value, .n = (uint16_t)n, .call = TRACE_INT},
        "");
    return real(q, n, value);
}

int sqlite3_bind_text64(sqlite3_stmt *q, int n, const char *p, sqlite3_uint64 bytes,
                        void (*done)(void *), unsigned char encoding) {
    REAL(sqlite3_bind_text64)

    note_value(q, TRACE_TEXT, n, p, bytes);
    return real(q, n, p, bytes, done, encoding);
}

int sqlite3_bind_blob64(sqlite3_stmt *q, int n, const void *p, sqlite3_uint64 bytes,
                        void (*done)(void *)) {
    REAL(sqlite3_bind_blob64)

    note_value(q, TRACE_BYTES, n, p, bytes);
    return real(q, n, p, bytes, done);
}

int sqlite3_bind_null(sqlite3_stmt *q, int n) {
    REAL(sqlite3_bind_null)

    note_value(q, TRACE_NULL, n, "", 0);
    return real(q, n);
}

int sqlite3_step(sqlite3_stmt *q) {
    REAL(sqlite3_step)
    int result;

    note_statement(q, TRACE_STEP);
    depth++;
    result = real(q);
    depth--;
    return result;
}

int sqlite3_reset(sqlite3_stmt *q) {
    REAL(sqlite3_reset)
    int result;

    note_statement(q, TRACE_RESET);
    depth++;
    result = real(q);
    depth--;
    return result;
}

int sqlite3_finalize(sqlite3_stmt *q) {
    REAL(sqlite3_finalize)
    int result;

    if (q != NULL) {
        note_statement(q, TRACE_FINALIZE);
    }
    depth++;
    result = real(q);
    depth--;
    return result;
}

int sqlite3_close_v2(sqlite3 *db) {
    REAL(sqlite3_close_v2)
    int result;

    pthread_mutex_lock(&lock);
    if (file != NULL && fflush(file) != 0) {
        abort();
    }
    pthread_mutex_unlock(&lock);
    depth++;
    result = real(db);
    depth--;
    return result;
}
