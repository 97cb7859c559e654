/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/engine.h"
#include "engine/store/sqlite_back.h"
#include "engine/store/sqlite_check.h"
#include "engine/store/sqlite_text.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 5000, HURRIED_MS = 50 };

struct sqlite_statement {
    struct stmt base;
    struct sqlite_store *store;
    sqlite3_stmt *handle; /* NULL: it could not be prepared */
    int result;           /* last result of the library */
    bool is_cached;       /* false: goes to the texts at the end */
};

struct sqlite_store {
    struct store base;
    sqlite3 *handle;
    struct sqlite_back *back; /* of a writer */
    struct sqlite_statement cached[SQL_COUNT];
    struct sqlite_texts texts;
    bool is_still; /* on a disk that can only be read: sqlite_is_still */
};

static const struct store_engine sqlite_engine;

static struct sqlite_store *own(struct store *s) {
    return (struct sqlite_store *)s;
}

static struct sqlite_statement *own_stmt(struct stmt *q) {
    return (struct sqlite_statement *)q;
}

/* ---- what failed */

static bool fail_unsure(struct sqlite_store *s, struct err *err) {
    fail(err, E_DISK, "");
    err_detail(err, "sqlite %d: %s", sqlite3_extended_errcode(s->handle),
               sqlite3_errmsg(s->handle));
    return store_tell_unsure(err);
}

static bool sqlite_fail_at(struct sqlite_store *s, bool is_commit, struct err *err) {
    int extended = s->handle == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(s->handle);
    enum err_code refusal = s->handle == NULL ? E_NONE : sqlite_refusal(s->handle, extended);

    if (is_commit && extended == SQLITE_IOERR_SHMSIZE) {
        return fail_unsure(s, err);
    }
    if (refusal != E_NONE) {
        return fail(err, refusal, "");
    }
    if (sqlite_is_unsure(extended, is_commit)) {
        return fail_unsure(s, err);
    }
    if ((extended & 0xff) == SQLITE_NOTADB) {
        return fail1(err, E_NOT_OURS, "", str_of(sqlite3_db_filename(s->handle, "main")));
    }
    fail(err, (extended & 0xff) == SQLITE_CORRUPT ? E_DAMAGED : E_DATABASE, "");
    return err_detail(err, "sqlite %d: %s", extended, sqlite3_errmsg(s->handle));
}

static bool sqlite_fail(struct sqlite_store *s, struct err *err) {
    return sqlite_fail_at(s, false, err);
}

static bool execute(struct sqlite_store *s, const char *sql, struct err *err) {
    return sqlite3_exec(s->handle, sql, NULL, NULL, NULL) == SQLITE_OK || sqlite_fail(s, err);
}

/* The first that is asked of a file, and a query, so that the library reads its head: an error
 * without a kind (a file format that does not exist) is the file's own fault. */
static bool read_version(struct sqlite_store *s, int *version, struct err *err) {
    sqlite3_stmt *q;
    bool ok = sqlite3_prepare_v2(s->handle, "SELECT user_version FROM pragma_user_version", -1, &q,
                                 NULL) == SQLITE_OK &&
              sqlite3_step(q) == SQLITE_ROW;

    *version = ok ? sqlite3_column_int(q, 0) : -1;
    sqlite3_finalize(q);
    return ok || ((sqlite3_errcode(s->handle) & 0xff) == SQLITE_ERROR
                      ? fail1(err, E_NOT_OURS, "", str_of(sqlite3_db_filename(s->handle, "main")))
                      : sqlite_fail(s, err));
}

static bool write_version(struct sqlite_store *s, struct err *err) {
    char text[64];

    sqlite3_snprintf(sizeof text, text, "PRAGMA user_version = %d; COMMIT", SCHEMA_VERSION);
    return execute(s, text, err);
}

static void rollback(struct sqlite_store *s) {
    struct err ignored;

    if (!sqlite3_get_autocommit(s->handle)) {
        execute(s, "ROLLBACK", &ignored);
    }
}

/* All or nothing; what another process did in the meantime counts. */
static bool upgrade(struct sqlite_store *s, struct err *err) {
    int version;
    bool ok = execute(s, "BEGIN IMMEDIATE", err) && read_version(s, &version, err);

    for (int i = version; ok && i < SCHEMA_VERSION; i++) {
        ok = execute(s, store_upgrades[i - 1], err);
    }
    ok = ok && write_version(s, err);
    rollback(s);
    return ok;
}

/* What stands negative is a backup, or a database that a move or a restore has not filled to its
 * end. */
static bool fail_not_served(struct sqlite_store *s, int version, struct err *err) {
    sqlite3_stmt *q = NULL;
    bool is_backup =
        sqlite3_prepare_v2(s->handle, "SELECT 1 FROM backup", -1, &q, NULL) == SQLITE_OK;

    sqlite3_finalize(q);
    return version == 0 || is_backup
               ? fail1(err, E_NOT_OURS, "", str_of(sqlite3_db_filename(s->handle, "main")))
               : fail(err, E_MOVE_UNFINISHED, "");
}

static bool check_version(struct sqlite_store *s, enum store_mode mode, struct err *err) {
    int version;

    if (!read_version(s, &version, err)) {
        return false;
    }
    if (mode == STORE_BACKUP) { /* theirs is negative: nobody serves from one */
        version = version < 0 ? -version : 0;
    }
    if (mode == STORE_FILL && version < 0) {
        version = -version;
    }
    if (version == SCHEMA_VERSION ||
        (mode == STORE_BACKUP && version > 0 && version < SCHEMA_VERSION)) {
        return true;
    }
    if (version == 0 && (mode == STORE_CREATE || store_is_temporary(mode))) {
        return execute(s, "BEGIN", err) && execute(s, store_schema_of(mode), err) &&
               write_version(s, err);
    }
    if (version <= 0) {
        return fail_not_served(s, version, err);
    }
    if (version > SCHEMA_VERSION) {
        return store_fail_version(E_SCHEMA, version, err);
    }
    return mode == STORE_WRITE ? upgrade(s, err) : store_fail_version(E_SCHEMA_OLD, version, err);
}

/* The version is looked at before anything is written to a file that may not be ours. */
static bool prepare(struct sqlite_store *s, enum store_mode mode, struct err *err) {
    bool is_new = mode == STORE_CREATE || store_is_temporary(mode);

    if (store_is_temporary(mode)) {
        return execute(s,
                       "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA "
                       "cache_size = -64000",
                       err) &&
               check_version(s, mode, err);
    }
    if (mode == STORE_BACKUP || s->is_still) {
        return check_version(s, mode, err);
    }
    return (is_new || check_version(s, mode, err)) &&
           execute(
               s,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
               "PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY",
               err) &&
           (!is_new || check_version(s, mode, err)) &&
           (mode != STORE_READ || execute(s, "PRAGMA query_only = ON", err));
}

/* Nobody asks the library how much memory it has, and counting it takes a lock of the whole process
 * at each allocation of each connection. */
static void set_library(void) {
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static void sqlite_close(struct store *store) {
    struct sqlite_store *s = own(store);

    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(s->cached[i].handle);
    }
    sqlite_text_drop(&s->texts);
    sqlite_back_close(s->back);
    sqlite3_close_v2(s->handle);
    free(s);
}

static bool open_handle(struct sqlite_store *s, const char *path, enum store_mode mode) {
    struct arena *a = arena_open();
    int flags = SQLITE_OPEN_NOMUTEX;
    bool ok;

    s->is_still = mode == STORE_READ && sqlite_is_still(path);
    flags |= s->is_still            ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
             : mode == STORE_BACKUP ? SQLITE_OPEN_READONLY
                                    : SQLITE_OPEN_READWRITE;
    if (mode == STORE_CREATE || store_is_temporary(mode)) {
        flags |= SQLITE_OPEN_CREATE;
    }
    ok = sqlite3_open_v2(s->is_still                ? sqlite_still_name(a, path).p
                         : store_is_temporary(mode) ? ""
                                                    : path,
                         &s->handle, flags, NULL) == SQLITE_OK;
    arena_close(a);
    return ok;
}

struct store *sqlite_open(const char *path, enum store_mode mode, struct err *err) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sqlite_store *s = calloc(1, sizeof *s);

    if (s == NULL) {
        abort();
    }
    s->base.engine = &sqlite_engine;
    pthread_once(&once, set_library);
    if (!open_handle(s, path, mode)) {
        sqlite_fail(s, err);
        sqlite_close(&s->base);
        return NULL;
    }
    sqlite3_busy_timeout(s->handle, BUSY_MS);
    sqlite3_extended_result_codes(s->handle, 1);
    if (mode == STORE_WRITE || mode == STORE_CREATE || mode == STORE_FILL) {
        s->back = sqlite_back_open(path);
        sqlite3_wal_hook(s->handle, sqlite_back_note, s->back);
    }
    if (!prepare(s, mode, err)) {
        sqlite_close(&s->base);
        return NULL;
    }
    return &s->base;
}

static struct stmt *sqlite_sql(struct store *store, enum sql_id id) {
    struct sqlite_store *s = own(store);
    struct sqlite_statement *q = &s->cached[id];

    assert((size_t)id < SQL_COUNT);
    q->base.engine = &sqlite_engine;
    q->store = s;
    q->is_cached = true;
    q->result = SQLITE_OK;
    if (q->handle == NULL) {
        q->result = sqlite3_prepare_v3(s->handle, store_statements[id].text, -1,
                                       SQLITE_PREPARE_PERSISTENT, &q->handle, NULL);
    }
    return &q->base;
}

static struct stmt *sqlite_text(struct store *store, struct str sql) {
    struct sqlite_statement *q = calloc(1, sizeof *q);

    if (q == NULL) {
        abort();
    }
    q->base.engine = &sqlite_engine;
    q->store = own(store);
    q->handle = sqlite_text_take(&q->store->texts, sql);
    if (q->handle == NULL) {
        q->result = sqlite3_prepare_v3(q->store->handle, sql.p, (int)sql.n,
                                       SQLITE_PREPARE_PERSISTENT, &q->handle, NULL);
    }
    return &q->base;
}

static void note_result(struct sqlite_statement *q, int result) {
    if (q->result == SQLITE_OK && result != SQLITE_OK) {
        q->result = result;
    }
}

static void sqlite_bind_int(struct stmt *stmt, int n, int64_t value) {
    struct sqlite_statement *q = own_stmt(stmt);

    note_result(q, sqlite3_bind_int64(q->handle, n, value));
}

static void sqlite_bind_text(struct stmt *stmt, int n, struct str value) {
    struct sqlite_statement *q = own_stmt(stmt);

    note_result(q, sqlite3_bind_text64(q->handle, n, value.n == 0 ? "" : value.p, value.n,
                                       SQLITE_TRANSIENT, SQLITE_UTF8));
}

static void sqlite_bind_bytes(struct stmt *stmt, int n, struct str value) {
    struct sqlite_statement *q = own_stmt(stmt);

    note_result(q, sqlite3_bind_blob64(q->handle, n, value.n == 0 ? "" : value.p, value.n,
                                       SQLITE_TRANSIENT));
}

static void sqlite_bind_null(struct stmt *stmt, int n) {
    struct sqlite_statement *q = own_stmt(stmt);

    note_result(q, sqlite3_bind_null(q->handle, n));
}

/* Every statement comes row by row. */
static void sqlite_stream(struct stmt *stmt) {
    (void)stmt;
}

static bool sqlite_next(struct stmt *stmt) {
    struct sqlite_statement *q = own_stmt(stmt);

    if (q->result != SQLITE_OK && q->result != SQLITE_ROW) {
        return false;
    }
    q->result = sqlite3_step(q->handle);
    return q->result == SQLITE_ROW;
}

static int64_t sqlite_int_at(struct stmt *stmt, int column) {
    return sqlite3_column_int64(own_stmt(stmt)->handle, column);
}

static struct str sqlite_view(struct stmt *stmt, int column) {
    struct sqlite_statement *q = own_stmt(stmt);
    const char *p = sqlite3_column_blob(q->handle, column);
    int n = sqlite3_column_bytes(q->handle, column);

    return (struct str){p, (size_t)n};
}

static int sqlite_columns(struct stmt *stmt) {
    return sqlite3_column_count(own_stmt(stmt)->handle);
}

static const char *sqlite_name(struct stmt *stmt, int column) {
    return sqlite3_column_name(own_stmt(stmt)->handle, column);
}

static int sqlite_kind(struct stmt *stmt, int column) {
    switch (sqlite3_column_type(own_stmt(stmt)->handle, column)) {
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

static bool sqlite_end(struct stmt *stmt, struct err *err) {
    struct sqlite_statement *q = own_stmt(stmt);
    bool ok = q->result == SQLITE_OK || q->result == SQLITE_ROW || q->result == SQLITE_DONE;

    if (!ok) {
        sqlite_fail(q->store, err);
    }
    if (q->is_cached) {
        sqlite3_reset(q->handle);
        return ok;
    }
    if (ok && q->handle != NULL) {
        sqlite_text_keep(&q->store->texts, q->handle);
    } else {
        sqlite3_finalize(q->handle);
    }
    free(q);
    return ok;
}

static bool sqlite_run(struct stmt *stmt, struct err *err) {
    while (sqlite_next(stmt)) {
    }
    return sqlite_end(stmt, err);
}

static bool sqlite_run_one(struct stmt *stmt, struct err *err) {
    struct sqlite_store *s = own_stmt(stmt)->store;

    if (!sqlite_run(stmt, err)) {
        return false;
    }
    if (sqlite3_changes(s->handle) != 1) {
        fail(err, E_DATABASE, "");
        return err_detail(err, "%d rows changed where one was meant", sqlite3_changes(s->handle));
    }
    return true;
}

static int64_t sqlite_last_id(struct store *s) {
    return sqlite3_last_insert_rowid(own(s)->handle);
}

static bool sqlite_execute(struct store *s, const char *sql, struct err *err) {
    return execute(own(s), sql, err);
}

static bool sqlite_begin(struct store *s, struct err *err) {
    return execute(own(s), "BEGIN IMMEDIATE", err);
}

static bool sqlite_commit(struct store *s, struct err *err) {
    return sqlite3_exec(own(s)->handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ||
           sqlite_fail_at(own(s), true, err);
}

static void sqlite_rollback(struct store *s) {
    rollback(own(s));
}

/* A savepoint, for the caller may have a transaction of his own. */
static bool sqlite_snapshot(struct store *s, struct err *err) {
    return sqlite_run(sqlite_text(s, STR("SAVEPOINT snapshot")), err);
}

static bool sqlite_release(struct store *s, struct err *err) {
    return sqlite_run(sqlite_text(s, STR("RELEASE snapshot")), err);
}

static void sqlite_hurry(struct store *s, bool is_hurried) {
    sqlite3_busy_timeout(own(s)->handle, is_hurried ? HURRIED_MS : BUSY_MS);
}

static bool sqlite_lock(struct store *s, enum store_lock what, int64_t number, struct err *err) {
    (void)s;
    (void)what;
    (void)number;
    (void)err;
    return true;
}

static bool sqlite_check(struct store *s, struct arena *a, struct str *flaw, struct err *err) {
    return sqlite_check_file(own(s)->handle, a, flaw) || sqlite_fail(own(s), err);
}

static int64_t sqlite_bytes(struct store *s) {
    const char *path = sqlite3_db_filename(own(s)->handle, "main");
    int64_t sum = 0;

    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? path : sqlite3_filename_wal(path);
        struct stat st;

        sum += name != NULL && stat(name, &st) == 0 ? (int64_t)st.st_size : 0;
    }
    return sum;
}

static bool sqlite_checkpoint(struct store *s, struct err *err) {
    return execute(own(s), "PRAGMA wal_checkpoint(TRUNCATE)", err);
}

static const struct store_engine sqlite_engine = {
    .close = sqlite_close,
    .sql = sqlite_sql,
    .text = sqlite_text,
    .last_id = sqlite_last_id,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .snapshot = sqlite_snapshot,
    .release = sqlite_release,
    .hurry = sqlite_hurry,
    .lock = sqlite_lock,
    .check = sqlite_check,
    .bytes = sqlite_bytes,
    .checkpoint = sqlite_checkpoint,
    .execute = sqlite_execute,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_bytes = sqlite_bind_bytes,
    .bind_null = sqlite_bind_null,
    .stream = sqlite_stream,
    .next = sqlite_next,
    .int_at = sqlite_int_at,
    .view = sqlite_view,
    .columns = sqlite_columns,
    .name = sqlite_name,
    .kind = sqlite_kind,
    .end = sqlite_end,
    .run = sqlite_run,
    .run_one = sqlite_run_one,
};
