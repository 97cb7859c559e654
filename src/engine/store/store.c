/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/engine.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct sql_row store_statements[SQL_COUNT] = {
#include "sql_texts.h"
};

const char store_schema[] =
#include "schema_text.h"
    ;

static const char schema_replay[] =
#include "schema_replay.h"
    ;

const char *store_schema_of(enum store_mode mode) {
    return mode == STORE_REPLAY ? schema_replay : store_schema;
}

const char store_schema_postgres[] =
#include "schema_postgres.h"
    ;

/* What brings version 1 to 2, 2 to 3 ... */
const char *const store_upgrades[] = {
#include "schema_upgrades.h"
};
static_assert(sizeof store_upgrades / sizeof store_upgrades[0] == SCHEMA_VERSION - 1,
              "a version is an upgrade away from the one before");

/* What brings version 3, the first on PostgreSQL, to 4, and so on. */
const char *const store_upgrades_postgres[] = {
#include "schema_upgrades_postgres.h"
};
static_assert(sizeof store_upgrades_postgres / sizeof store_upgrades_postgres[0] ==
                  SCHEMA_VERSION - SCHEMA_FIRST_ON_POSTGRES,
              "a version is an upgrade away from the one before");

const char *const store_derived_tables[] = {
#include "schema_derived.h"
    NULL};

bool store_is_address(const char *place) {
    return str_starts(str_of(place), STR("postgresql://")) ||
           str_starts(str_of(place), STR("postgres://"));
}

struct store *store_open(const char *place, enum store_mode mode, struct err *err) {
    return !store_is_temporary(mode) && store_is_address(place) ? postgres_open(place, mode, err)
                                                                : sqlite_open(place, mode, err);
}

static void (*stop_unsure)(const char *detail);

void store_on_unsure(void (*stop)(const char *detail)) {
    stop_unsure = stop;
}

bool store_tell_unsure(const struct err *err) {
    if (stop_unsure != NULL) {
        stop_unsure(err->detail);
    }
    return false;
}

static bool drop_file(const char *path, struct err *err) {
    static const char *const endings[] = {"-wal", "-shm", ""};
    char name[4096];

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        if (unlink(name) != 0 && errno != ENOENT) {
            return file_refuse(err, "", str_of(name), errno);
        }
    }
    return true;
}

bool store_drop(const char *place, struct err *err) {
    return store_is_address(place) ? postgres_drop(place, err) : drop_file(place, err);
}

bool store_fail_version(enum err_code code, int version, struct err *err) {
    char has[16];
    char knows[16];

    snprintf(has, sizeof has, "%d", version);
    snprintf(knows, sizeof knows, "%d", SCHEMA_VERSION);
    return fail2(err, code, "", str_of(has), str_of(knows));
}

void store_close(struct store *s) {
    if (s != NULL) {
        arena_close(s->kept.arena);
        s->engine->close(s);
    }
}

struct store_kept *store_kept(struct store *s) {
    if (s->kept.arena == NULL) {
        s->kept.arena = arena_open();
    }
    return &s->kept;
}

const char *const store_office_tables[] = {
#include "schema_offices.h"
    NULL};

bool store_spread(struct store *s, int64_t partitions, int64_t *tables, struct err *err) {
    return s->engine->is_shared ? postgres_spread(s, partitions, tables, err)
                                : fail(err, E_PARTITIONS_FILE, "partitions");
}

bool store_is_shared(const struct store *s) {
    return s->engine->is_shared;
}

void store_owe(struct store *s, enum store_slot slot, store_write *write) {
    assert(s->kept.transaction != 0);
    s->owed[slot] = write;
}

/* Writes what is owed. A failure stays until the end of the transaction. */
static bool pay(struct store *s) {
    for (size_t i = 0; i < STORE_SLOTS && s->owed_failure.code == 0; i++) {
        store_write *write = s->owed[i];

        s->owed[i] = NULL;
        if (write != NULL && !write(s, &s->owed_failure)) {
            assert(s->owed_failure.code != 0);
        }
    }
    return s->owed_failure.code == 0;
}

static void owe_nothing(struct store *s) {
    memset(s->owed, 0, sizeof s->owed);
    s->owed_failure.code = 0;
}

struct stmt *store_sql(struct store *s, enum sql_id id) {
    if (store_statements[id].asks_owed) {
        pay(s);
    }
    return s->engine->sql(s, id);
}

struct stmt *store_text(struct store *s, struct str sql) {
    pay(s);
    return s->engine->text(s, sql);
}

void store_send(struct store *s) {
    if (s->engine->send != NULL) {
        s->engine->send(s);
    }
}

int64_t store_last_id(struct store *s) {
    return s->engine->last_id(s);
}

bool store_begin(struct store *s, struct err *err) {
    bool ok = s->engine->begin(s, err);

    owe_nothing(s);
    s->kept.transaction = ok ? ++s->transactions : 0;
    return ok;
}

bool store_commit(struct store *s, struct err *err) {
    bool ok;

    if (!pay(s)) {
        *err = s->owed_failure;
        return false;
    }
    ok = s->engine->commit(s, err);
    s->kept.transaction = 0;
    store_forget(s);
    return ok;
}

void store_rollback(struct store *s) {
    s->engine->rollback(s);
    owe_nothing(s);
    s->kept.transaction = 0;
    store_forget(s);
}

bool store_snapshot(struct store *s, struct err *err) {
    return s->engine->snapshot(s, err);
}

bool store_release(struct store *s, struct err *err) {
    return s->engine->release(s, err);
}

void store_hurry(struct store *s, bool is_hurried) {
    if (s->engine->hurry != NULL) {
        s->engine->hurry(s, is_hurried);
    }
}

bool store_lock(struct store *s, enum store_lock what, int64_t number, struct err *err) {
    return s->engine->lock(s, what, number, err);
}

bool store_check(struct store *s, struct arena *a, struct str *flaw, struct err *err) {
    *flaw = (struct str){0};
    return s->engine->check == NULL || s->engine->check(s, a, flaw, err);
}

bool store_lead(struct store *s, const char *what) {
    return s->engine->lead == NULL || s->engine->lead(s, what);
}

bool store_join(struct store *s, const char *what, bool is_alone, bool *is, struct err *err) {
    *is = true;
    return s->engine->join == NULL || s->engine->join(s, what, is_alone, is, err);
}

bool store_notify(struct store *s, struct str text, struct err *err) {
    return s->engine->notify == NULL || s->engine->notify(s, text, err);
}

bool store_listen(struct store *s, struct err *err) {
    return s->engine->listen == NULL || s->engine->listen(s, err);
}

bool store_await(struct store *s, int ms, struct arena *a, struct str *text, struct err *err) {
    *text = (struct str){0};
    return s->engine->await == NULL || s->engine->await(s, ms, a, text, err);
}

int64_t store_bytes(struct store *s) {
    return s->engine->bytes(s);
}

bool store_checkpoint(struct store *s, struct err *err) {
    return s->engine->checkpoint(s, err);
}

bool store_execute(struct store *s, const char *sql, struct err *err) {
    if (!pay(s)) {
        *err = s->owed_failure;
        return false;
    }
    return s->engine->execute(s, sql, err);
}

void stmt_bind_int(struct stmt *q, int n, int64_t value) {
    q->engine->bind_int(q, n, value);
}

void stmt_bind_text(struct stmt *q, int n, struct str value) {
    q->engine->bind_text(q, n, value);
}

void stmt_bind_bytes(struct stmt *q, int n, struct str value) {
    q->engine->bind_bytes(q, n, value);
}

void stmt_bind_null(struct stmt *q, int n) {
    q->engine->bind_null(q, n);
}

void store_forget(struct store *s) {
    if (s->engine->forget != NULL) {
        s->engine->forget(s);
    }
}

void stmt_ahead(struct stmt *q) {
    if (q->engine->ahead != NULL) {
        q->engine->ahead(q);
    }
}

void stmt_stream(struct stmt *q) {
    q->engine->stream(q);
}

bool stmt_next(struct stmt *q) {
    return q->engine->next(q);
}

int64_t stmt_int(struct stmt *q, int column) {
    return q->engine->int_at(q, column);
}

struct str stmt_view(struct stmt *q, int column) {
    return q->engine->view(q, column);
}

int stmt_columns(struct stmt *q) {
    return q->engine->columns(q);
}

const char *stmt_name(struct stmt *q, int column) {
    return q->engine->name(q, column);
}

int stmt_kind(struct stmt *q, int column) {
    return q->engine->kind(q, column);
}

bool stmt_end(struct stmt *q, struct err *err) {
    return q->engine->end(q, err);
}

bool stmt_run(struct stmt *q, struct err *err) {
    return q->engine->run(q, err);
}

bool stmt_run_one(struct stmt *q, struct err *err) {
    return q->engine->run_one(q, err);
}

struct str stmt_text(struct stmt *q, int column, struct arena *a) {
    return arena_str(a, stmt_view(q, column));
}

bool stmt_is_null(struct stmt *q, int column) {
    return stmt_kind(q, column) == 'n';
}
