/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/store.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *text;
} statements[] = {
#include "sql_texts.h"
};

static const char schema[] =
#include "schema_text.h"
    ;

/* What brings version 1 to 2, 2 to 3 ... */
static const char *const upgrades[] = {
#include "schema_upgrades.h"
};
static_assert(sizeof upgrades / sizeof upgrades[0] == SCHEMA_VERSION - 1,
              "a version is an upgrade away from the one before");

const char *const store_derived_tables[] = {
#include "schema_derived.h"
    NULL};

enum { STATEMENTS = sizeof statements / sizeof statements[0], BUSY_MS = 5000 };

struct stmt {
    struct store *store;
    sqlite3_stmt *handle; /* NULL: it could not be prepared */
    int result;           /* last result of the library */
    bool is_cached;       /* false: finalised at the end */
};

struct store {
    sqlite3 *handle;
    struct stmt cached[STATEMENTS];
};

static bool store_fail(struct store *s, struct err *err) {
    int code = s->handle == NULL ? SQLITE_NOMEM : sqlite3_errcode(s->handle);

    if ((code & 0xff) == SQLITE_FULL) {
        return fail(err, E_FULL_DISK, "");
    }
    if ((code & 0xff) == SQLITE_NOTADB) {
        return fail1(err, E_NOT_OURS, "", str_of(sqlite3_db_filename(s->handle, "main")));
    }
    fail(err, E_DATABASE, "");
    return err_detail(err, "sqlite %d: %s", sqlite3_extended_errcode(s->handle),
                      sqlite3_errmsg(s->handle));
}

bool store_execute(struct store *s, const char *sql, struct err *err) {
    return sqlite3_exec(s->handle, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(s, err);
}

static bool read_version(struct store *s, int *version, struct err *err) {
    sqlite3_stmt *q;
    bool ok = sqlite3_prepare_v2(s->handle, "PRAGMA user_version", -1, &q, NULL) == SQLITE_OK &&
              sqlite3_step(q) == SQLITE_ROW;

    *version = ok ? sqlite3_column_int(q, 0) : -1;
    sqlite3_finalize(q);
    return ok || store_fail(s, err);
}

static bool write_version(struct store *s, struct err *err) {
    char text[64];

    sqlite3_snprintf(sizeof text, text, "PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
    return store_execute(s, text, err);
}

/* All or nothing; what another process did in the meantime counts. */
static bool upgrade(struct store *s, struct err *err) {
    int version;
    bool ok = store_execute(s, "BEGIN IMMEDIATE", err) && read_version(s, &version, err);

    for (int i = version; ok && i < SCHEMA_VERSION; i++) {
        ok = store_execute(s, upgrades[i - 1], err);
    }
    ok = ok && write_version(s, err);
    store_rollback(s);
    return ok;
}

static bool fail_version(enum err_code code, int version, struct err *err) {
    char has[16];
    char knows[16];

    sqlite3_snprintf(sizeof has, has, "%d", version);
    sqlite3_snprintf(sizeof knows, knows, "%d", SCHEMA_VERSION);
    return fail2(err, code, "", str_of(has), str_of(knows));
}

static bool check_version(struct store *s, enum store_mode mode, struct err *err) {
    int version;

    if (!read_version(s, &version, err)) {
        return false;
    }
    if (version == SCHEMA_VERSION) {
        return true;
    }
    if (version == 0 && (mode == STORE_CREATE || mode == STORE_SCRATCH)) {
        return store_execute(s, "BEGIN", err) && store_execute(s, schema, err) &&
               write_version(s, err);
    }
    if (version <= 0) {
        return fail1(err, E_NOT_OURS, "", str_of(sqlite3_db_filename(s->handle, "main")));
    }
    if (version > SCHEMA_VERSION) {
        return fail_version(E_SCHEMA, version, err);
    }
    return mode == STORE_WRITE ? upgrade(s, err) : fail_version(E_SCHEMA_OLD, version, err);
}

/* The version is looked at before anything is written to a file that may not be ours. */
static bool prepare(struct store *s, enum store_mode mode, struct err *err) {
    bool is_new = mode == STORE_CREATE || mode == STORE_SCRATCH;

    if (mode == STORE_SCRATCH) {
        return store_execute(s,
                             "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA "
                             "cache_size = -16000",
                             err) &&
               check_version(s, mode, err);
    }
    return (is_new || check_version(s, mode, err)) &&
           store_execute(
               s,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
               "PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY",
               err) &&
           (!is_new || check_version(s, mode, err)) &&
           (mode != STORE_READ || store_execute(s, "PRAGMA query_only = ON", err));
}

/* Nobody asks the library how much memory it has, and counting it takes a lock of the whole process
 * at each allocation of each connection. */
static void set_library(void) {
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct store *store_open(const char *path, enum store_mode mode, struct err *err) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct store *s = calloc(1, sizeof *s);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;

    if (s == NULL) {
        abort();
    }
    pthread_once(&once, set_library);
    if (mode == STORE_CREATE || mode == STORE_SCRATCH) {
        flags |= SQLITE_OPEN_CREATE;
    }
    if (sqlite3_open_v2(mode == STORE_SCRATCH ? "" : path, &s->handle, flags, NULL) != SQLITE_OK) {
        store_fail(s, err);
        store_close(s);
        return NULL;
    }
    sqlite3_busy_timeout(s->handle, BUSY_MS);
    sqlite3_extended_result_codes(s->handle, 1);
    if (!prepare(s, mode, err)) {
        store_close(s);
        return NULL;
    }
    return s;
}

void store_close(struct store *s) {
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(s->cached[i].handle);
    }
    sqlite3_close_v2(s->handle);
    free(s);
}

struct stmt *store_sql(struct store *s, enum sql_id id) {
    struct stmt *q = &s->cached[id];

    assert((size_t)id < STATEMENTS);
    q->store = s;
    q->is_cached = true;
    q->result = SQLITE_OK;
    if (q->handle == NULL) {
        q->result = sqlite3_prepare_v3(s->handle, statements[id].text, -1,
                                       SQLITE_PREPARE_PERSISTENT, &q->handle, NULL);
    }
    return q;
}

struct stmt *store_text(struct store *s, struct str sql) {
    struct stmt *q = calloc(1, sizeof *q);

    if (q == NULL) {
        abort();
    }
    q->store = s;
    q->result = sqlite3_prepare_v2(s->handle, sql.p, (int)sql.n, &q->handle, NULL);
    return q;
}

static void note_result(struct stmt *q, int result) {
    if (q->result == SQLITE_OK && result != SQLITE_OK) {
        q->result = result;
    }
}

void stmt_bind_int(struct stmt *q, int n, int64_t value) {
    note_result(q, sqlite3_bind_int64(q->handle, n, value));
}

void stmt_bind_text(struct stmt *q, int n, struct str value) {
    note_result(q, sqlite3_bind_text64(q->handle, n, value.n == 0 ? "" : value.p, value.n,
                                       SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_bind_bytes(struct stmt *q, int n, struct str value) {
    note_result(q, sqlite3_bind_blob64(q->handle, n, value.n == 0 ? "" : value.p, value.n,
                                       SQLITE_TRANSIENT));
}

void stmt_bind_null(struct stmt *q, int n) {
    note_result(q, sqlite3_bind_null(q->handle, n));
}

bool stmt_next(struct stmt *q) {
    if (q->result != SQLITE_OK && q->result != SQLITE_ROW) {
        return false;
    }
    q->result = sqlite3_step(q->handle);
    return q->result == SQLITE_ROW;
}

int64_t stmt_int(struct stmt *q, int column) {
    return sqlite3_column_int64(q->handle, column);
}

struct str stmt_view(struct stmt *q, int column) {
    const char *p = sqlite3_column_blob(q->handle, column);
    int n = sqlite3_column_bytes(q->handle, column);

    return (struct str){p, (size_t)n};
}

struct str stmt_text(struct stmt *q, int column, struct arena *a) {
    return arena_str(a, stmt_view(q, column));
}

bool stmt_is_null(struct stmt *q, int column) {
    return sqlite3_column_type(q->handle, column) == SQLITE_NULL;
}

int stmt_columns(struct stmt *q) {
    return sqlite3_column_count(q->handle);
}

const char *stmt_name(struct stmt *q, int column) {
    return sqlite3_column_name(q->handle, column);
}

int stmt_kind(struct stmt *q, int column) {
    switch (sqlite3_column_type(q->handle, column)) {
    case SQLITE_INTEGER:
        return 'i';
    case SQLITE_TEXT:
        return 't';
    case SQLITE_BLOB:
        return 'b';
    default:
        return 'n';
    }
}

bool stmt_end(struct stmt *q, struct err *err) {
    bool ok = q->result == SQLITE_OK || q->result == SQLITE_ROW || q->result == SQLITE_DONE;

    if (!ok) {
        store_fail(q->store, err);
    }
    if (q->is_cached) {
        sqlite3_reset(q->handle);
    } else {
        sqlite3_finalize(q->handle);
        free(q);
    }
    return ok;
}

bool stmt_run(struct stmt *q, struct err *err) {
    while (stmt_next(q)) {
    }
    return stmt_end(q, err);
}

bool stmt_run_one(struct stmt *q, struct err *err) {
    struct store *s = q->store;

    if (!stmt_run(q, err)) {
        return false;
    }
    if (sqlite3_changes(s->handle) != 1) {
        fail(err, E_DATABASE, "");
        return err_detail(err, "%d rows changed where one was meant", sqlite3_changes(s->handle));
    }
    return true;
}

int64_t store_last_id(struct store *s) {
    return sqlite3_last_insert_rowid(s->handle);
}

bool store_begin(struct store *s, struct err *err) {
    return store_execute(s, "BEGIN IMMEDIATE", err);
}

bool store_commit(struct store *s, struct err *err) {
    return store_execute(s, "COMMIT", err);
}

void store_rollback(struct store *s) {
    struct err ignored;

    if (!sqlite3_get_autocommit(s->handle)) {
        store_execute(s, "ROLLBACK", &ignored);
    }
}

bool store_checkpoint(struct store *s, struct err *err) {
    return store_execute(s, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}
