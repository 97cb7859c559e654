/* SPDX-License-Identifier: Apache-2.0 */
/* Does again what record.c has written of the writer's connection: the same SQL with the same
 * values and the same commits, in one thread and with nothing else. That is the raw rate of
 * DESIGN.md 10.
 *
 * The writer is the connection that adds to the ledger. Each SQL is prepared once, before the time
 * is taken; the time runs from the first BEGIN to the end. One line of JSON says how long it took.
 * usage: bench_replay TRACE DATABASE [statements]   with `statements` also the time of each SQL
 */
#include "trace.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STATEMENTS_MOST = 512, ADDRESSES_MOST = 4096 };

struct statement {
    sqlite3_stmt *handle;
    const char *sql;
    size_t bytes;
    int64_t steps;
    int64_t ns; /* in its steps and resets, when asked for */
};

struct act {
    struct statement *statement;
    const char *p;
    int64_t value;
    uint32_t bytes;
    uint16_t n;
    uint16_t call;
};

static sqlite3 *db;
static struct statement statements[STATEMENTS_MOST];
static size_t statement_count;
static struct {
    uint64_t address;
    struct statement *statement;
} addresses[ADDRESSES_MOST]; /* of prepared statements in the recorded process */
static size_t address_count;
static struct act *acts;
static size_t act_count;
static size_t first_begin; /* index of the act where the time begins */
static bool wants_times;

static void stop(const char *what) {
    fprintf(stderr, "bench_replay: %s: %s\n", what, db == NULL ? "" : sqlite3_errmsg(db));
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- reading */

static char *read_file(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    char *bytes;

    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        stop(path);
    }
    *n = (size_t)ftell(f);
    rewind(f);
    bytes = malloc(*n + 1);
    if (bytes == NULL || fread(bytes, 1, *n, f) != *n) {
        stop(path);
    }
    fclose(f);
    return bytes;
}

/* The record at *at; its bytes stand behind it. false at the end. */
static bool next_record(const char *file, size_t n, size_t *at, struct trace *t,
                        const char **bytes) {
    if (*at + sizeof *t > n) {
        return false;
    }
    memcpy(t, file + *at, sizeof *t);
    *bytes = file + *at + sizeof *t;
    *at += sizeof *t + t->bytes;
    return *at <= n;
}

static bool begins(const char *sql, size_t n, const char *with) {
    return n >= strlen(with) && memcmp(sql, with, strlen(with)) == 0;
}

static uint64_t find_writer(const char *file, size_t n) {
    const char *bytes;
    struct trace t;

    for (size_t at = 0; next_record(file, n, &at, &t, &bytes);) {
        if (t.call == TRACE_PREPARE && begins(bytes, t.bytes, "INSERT INTO ledger")) {
            return (uint64_t)t.value;
        }
    }
    stop("nothing was added to the ledger");
    return 0;
}

static struct statement *statement_of(const char *sql, size_t n) {
    struct statement *s = &statements[statement_count];

    for (size_t i = 0; i < statement_count; i++) {
        if (statements[i].bytes == n && memcmp(statements[i].sql, sql, n) == 0) {
            return &statements[i];
        }
    }
    if (statement_count == STATEMENTS_MOST ||
        sqlite3_prepare_v3(db, sql, (int)n, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL) !=
            SQLITE_OK) {
        stop("a statement cannot be prepared");
    }
    s->sql = sql;
    s->bytes = n;
    statement_count++;
    return s;
}

/* The statement at an address: NULL when another connection's. */
static struct statement *find_address(uint64_t address) {
    for (size_t i = address_count; i-- > 0;) {
        if (addresses[i].address == address) {
            return addresses[i].statement;
        }
    }
    return NULL;
}

static void note_address(const struct trace *t, struct statement *s) {
    size_t i = 0;

    while (i < address_count && addresses[i].address != t->object) {
        i++;
    }
    if (i == ADDRESSES_MOST) {
        stop("too many statements");
    }
    address_count += i == address_count;
    addresses[i].address = t->object;
    addresses[i].statement = s;
}

static void add_act(struct statement *s, const struct trace *t, const char *bytes) {
    static size_t room;

    if (act_count == room) {
        room = room * 2 + 65536;
        acts = realloc(acts, room * sizeof *acts);
    }
    acts[act_count++] = (struct act){s, bytes, t->value, t->bytes, t->n, t->call};
}

static void read_execution(const struct trace *t, const char *bytes) {
    if (begins(bytes, t->bytes, "PRAGMA")) { /* settings of the connection, not timed */
        char *sql = sqlite3_mprintf("%.*s", (int)t->bytes, bytes);

        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
            stop(sql);
        }
        sqlite3_free(sql);
        return;
    }
    if (first_begin == 0 && begins(bytes, t->bytes, "BEGIN")) {
        first_begin = act_count;
    }
    add_act(statement_of(bytes, t->bytes), t, bytes);
}

static void read_trace(const char *path) {
    size_t n;
    const char *file = read_file(path, &n);
    uint64_t writer = find_writer(file, n);
    const char *bytes;
    struct trace t;

    for (size_t at = 0; next_record(file, n, &at, &t, &bytes);) {
        struct statement *s;

        if (t.call == TRACE_EXECUTE) {
            if (t.object == writer) {
                read_execution(&t, bytes);
            }
        } else if (t.call == TRACE_PREPARE) {
            note_address(&t, (uint64_t)t.value == writer ? statement_of(bytes, t.bytes) : NULL);
        } else if (t.call != TRACE_FINALIZE && (s = find_address(t.object)) != NULL) {
            add_act(s, &t, bytes);
        }
    }
}

/* ---- doing it */

static void step(struct statement *s, bool to_end) {
    int result;

    s->steps++;
    do {
        result = sqlite3_step(s->handle);
    } while (to_end && result == SQLITE_ROW);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        stop(s->sql);
    }
    if (to_end) {
        sqlite3_reset(s->handle);
    }
}

static void do_act(const struct act *a) {
    sqlite3_stmt *q = a->statement->handle;

    switch (a->call) {
    case TRACE_EXECUTE:
        step(a->statement, true);
        break;
    case TRACE_INT:
        sqlite3_bind_int64(q, a->n, a->value);
        break;
    case TRACE_TEXT:
        sqlite3_bind_text64(q, a->n, a->p, a->bytes, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case TRACE_BYTES:
        sqlite3_bind_blob64(q, a->n, a->p, a->bytes, SQLITE_STATIC);
        break;
    case TRACE_NULL:
        sqlite3_bind_null(q, a->n);
        break;
    case TRACE_STEP:
        step(a->statement, false);
        break;
    default:
        sqlite3_reset(q);
        break;
    }
}

static void do_acts(size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        int64_t began = wants_times ? now_ns() : 0;

        do_act(&acts[i]);
        acts[i].statement->ns += wants_times ? now_ns() - began : 0;
    }
}

static int by_time(const void *x, const void *y) {
    const struct statement *a = x;
    const struct statement *b = y;

    return (a->ns < b->ns) - (a->ns > b->ns);
}

static void print_times(void) {
    qsort(statements, statement_count, sizeof *statements, by_time);
    for (size_t i = 0; i < statement_count; i++) {
        const struct statement *s = &statements[i];

        fprintf(stderr, "%9.1f ms %8" PRId64 " steps  %.*s\n", (double)s->ns / 1e6, s->steps,
                (int)(s->bytes < 70                ? s->bytes
                      : strcspn(s->sql, "\n") < 70 ? strcspn(s->sql, "\n")
                                                   : 70),
                s->sql);
    }
}

int main(int argc, char **argv) {
    int64_t commits = 0;
    int64_t steps = 0;
    int64_t began;
    double seconds;

    if (argc < 3) {
        fprintf(stderr, "usage: bench_replay TRACE DATABASE [statements]\n");
        return 2;
    }
    wants_times = argc > 3;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* as engine/store does */
    if (sqlite3_open_v2(argv[2], &db, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) !=
        SQLITE_OK) {
        stop(argv[2]);
    }
    read_trace(argv[1]);
    do_acts(0, first_begin);
    began = now_ns();
    do_acts(first_begin, act_count);
    seconds = (double)(now_ns() - began) / 1e9;
    for (size_t i = 0; i < statement_count; i++) {
        steps += statements[i].steps;
        commits +=
            begins(statements[i].sql, statements[i].bytes, "COMMIT") ? statements[i].steps : 0;
    }
    if (wants_times) {
        print_times();
    }
    printf("{\"seconds\": %.6f, \"commits\": %" PRId64 ", \"steps\": %" PRId64 "}\n", seconds,
           commits, steps);
    for (size_t i = 0; i < statement_count; i++) {
        sqlite3_finalize(statements[i].handle);
    }
    sqlite3_close(db);
    return 0;
}
