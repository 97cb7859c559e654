/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/engine.h - what an engine behind store.h must do; the meaning of each stands there.
 *
 * An engine's own store and stmt begin with these two structs.
 */
#ifndef LINLI_ENGINE_STORE_ENGINE_H
#define LINLI_ENGINE_STORE_ENGINE_H

#include "engine/store/store.h"

struct store_engine {
    bool is_shared;
    void (*close)(struct store *s);
    struct stmt *(*sql)(struct store *s, enum sql_id id);
    struct stmt *(*text)(struct store *s, struct str sql);
    int64_t (*last_id)(struct store *s);
    bool (*begin)(struct store *s, struct err *err);
    bool (*commit)(struct store *s, struct err *err);
    void (*rollback)(struct store *s);
    bool (*snapshot)(struct store *s, struct err *err);
    bool (*release)(struct store *s, struct err *err);
    void (*hurry)(struct store *s, bool is_hurried); /* NULL: it locks single rows */
    bool (*lock)(struct store *s, enum store_lock what, int64_t number, struct err *err);
    bool (*check)(struct store *s, struct arena *a, struct str *flaw,
                  struct err *err); /* NULL: the engine does so by itself */
    int64_t (*bytes)(struct store *s);
    void (*forget)(struct store *s); /* NULL with ahead */
    /* NULL: nobody shares it */
    bool (*lead)(struct store *s, const char *what);
    bool (*join)(struct store *s, const char *what, bool is_alone, bool *is, struct err *err);
    bool (*notify)(struct store *s, struct str text, struct err *err);
    bool (*listen)(struct store *s, struct err *err);
    bool (*await)(struct store *s, int ms, struct arena *a, struct str *text, struct err *err);
    bool (*checkpoint)(struct store *s, struct err *err);
    bool (*execute)(struct store *s, const char *sql, struct err *err);
    void (*send)(struct store *s); /* NULL: rows go one by one */
    void (*bind_int)(struct stmt *q, int n, int64_t value);
    void (*bind_text)(struct stmt *q, int n, struct str value);
    void (*bind_bytes)(struct stmt *q, int n, struct str value);
    void (*bind_null)(struct stmt *q, int n);
    void (*ahead)(struct stmt *q); /* NULL: nothing is far away */
    void (*stream)(struct stmt *q);
    bool (*next)(struct stmt *q);
    int64_t (*int_at)(struct stmt *q, int column);
    struct str (*view)(struct stmt *q, int column);
    int (*columns)(struct stmt *q);
    const char *(*name)(struct stmt *q, int column);
    int (*kind)(struct stmt *q, int column);
    bool (*end)(struct stmt *q, struct err *err);
    bool (*run)(struct stmt *q, struct err *err);
    bool (*run_one)(struct stmt *q, struct err *err);
};

struct store {
    const struct store_engine *engine;
    struct store_kept kept;
    int64_t transactions;
    store_write *owed[STORE_SLOTS]; /* NULL: that slot owes nothing */
    struct err owed_failure;        /* of writing it before a statement; code 0 = none */
};

struct stmt {
    const struct store_engine *engine;
};

/* A statement of the .sql files. */
struct sql_row {
    const char *name;
    const char *text;
    const char *postgres; /* its text for PostgreSQL, NULL where one serves both */
    const char *types;    /* of its parameters: i integer, t text, b bytes */
    bool gives_rows;
    bool asks_owed;      /* reads a table whose rows may be owed (store_owe) */
    const char *many;    /* on PostgreSQL: its text for lists of rows, NULL = it goes alone */
    uint32_t many_bit;   /* 0 = it goes alone */
    uint32_t many_names; /* the bits of those whose table it names */
};
extern const struct sql_row store_statements[SQL_COUNT];

extern const char store_schema[];                   /* SQLite */
extern const char store_schema_postgres[];          /* the same tables */
extern const char *const store_upgrades[];          /* SQLite, from version 1 on */
extern const char *const store_upgrades_postgres[]; /* from SCHEMA_FIRST_ON_POSTGRES on */

/* Of a file of this mode. */
const char *store_schema_of(enum store_mode mode);

struct store *sqlite_open(const char *path, enum store_mode mode, struct err *err);
struct store *postgres_open(const char *address, enum store_mode mode, struct err *err);

extern const char *const store_office_tables[]; /* ended by NULL */
bool postgres_spread(struct store *s, int64_t partitions, int64_t *count, struct err *err);
/* In a transaction: tables that an upgrade made are spread as the ledger is. */
bool postgres_spread_new(struct store *s, struct err *err);

/* Calls what store_on_unsure was given with the error's detail; false. */
bool store_tell_unsure(const struct err *err);
bool postgres_drop(const char *address, struct err *err);

/* The version of a database that was opened is not this program's. */
bool store_fail_version(enum err_code code, int version, struct err *err);

#endif
