/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/postgres.h - what the files of the PostgreSQL engine share: postgres.c has the
 * connection, its pipeline and transactions, postgres_statement.c the statements, postgres_many.c
 * rows that are sent together,
 * postgres_version.c what is asked of a database when it is opened, postgres_check.c what a
 * proof asks of its tables. Nobody else includes this, or libpq.
 *
 * A connection is always in pipeline mode: what gives no rows is sent without waiting while a
 * transaction is open; a read, a commit or a full pipeline collects what was answered.
 */
#ifndef LINLI_ENGINE_STORE_POSTGRES_H
#define LINLI_ENGINE_STORE_POSTGRES_H

#include "engine/store/engine.h"

#include <libpq-fe.h>

enum {
    PENDING_MOST = 512, /* answers that may be outstanding */
};

/* What was sent and has not been answered. */
struct pending {
    enum {
        PENDING_PREPARE,
        PENDING_RUN,
        PENDING_ONE,
        PENDING_ROWS,
        PENDING_AHEAD,
        PENDING_COMMIT
    } kind;
    enum sql_id id; /* PENDING_PREPARE */
    int place;      /* PENDING_AHEAD; PENDING_PREPARE: 1 = of its text for many rows */
};

/* Rows that wait to be sent together: a list for each parameter, as PostgreSQL reads arrays. */
struct postgres_list {
    char *p;
    size_t n;
    size_t room;
    bool has_null;
};

struct postgres_statement {
    struct stmt base;
    struct postgres_store *store;
    enum sql_id id;
    bool is_cached; /* false: built at run time, freed at the end */
    char *text;     /* of one built at run time */
    int count;      /* parameters bound */
    int room;
    const char **values;
    int *lengths;
    int *formats;
    Oid *types;
    char (*numbers)[8];
    PGresult *result;
    int at; /* row, -1 before the first */
    bool has_run;
    bool has_failed;
    bool is_stream;
    int cursor; /* of a stream, 0 = none */
    struct postgres_list
        *lists;  /* of one marked "many": for each parameter; NULL before the first */
    int waiting; /* rows in them */
};

/* What was asked ahead, and its answer. */
struct ahead {
    enum sql_id id;
    char *values; /* of the parameters, each with its length */
    size_t size;
    PGresult *answer;
};

struct postgres_store {
    struct store base;
    PGconn *connection;
    enum store_mode mode;
    bool is_open;       /* a transaction */
    int snapshots;      /* how deep */
    bool own_open;      /* the outermost snapshot opened the transaction */
    bool is_lost;       /* the connection broke */
    bool leads;         /* it holds the lock of a job */
    struct err failure; /* the first of the transaction; code 0 = none */
    struct pending pending[PENDING_MOST];
    int pending_count;
    struct ahead ahead[STORE_AHEAD];
    int ahead_count;
    int ahead_next;   /* where the next one is looked for first */
    int ahead_unread; /* asked ahead and not read yet */
    int cursors;
    bool is_prepared[SQL_COUNT];
    bool is_prepared_many[SQL_COUNT];
    uint32_t waiting;           /* the bits of statements that have rows waiting */
    enum sql_id waiting_of[32]; /* by the place of the bit */
    struct postgres_statement cached[SQL_COUNT];
};

/* Before anything is sent: connects again when the connection broke outside a transaction. */
bool postgres_is_ready(struct postgres_store *s);
bool postgres_is_well(const struct postgres_store *s); /* nothing failed in this transaction */

/* Fills err with what failed first; always false. */
bool postgres_give_failure(struct postgres_store *s, struct err *err);
void postgres_note_lost(struct postgres_store *s);
void postgres_expect(struct postgres_store *s, struct pending p);
void postgres_send(struct postgres_store *s, const char *words); /* without values and rows */

/* Collects every outstanding answer; *rows gets that of the last PENDING_ROWS. */
void postgres_collect(struct postgres_store *s, PGresult **rows);

bool postgres_lock(struct store *store, enum store_lock what, int64_t number, struct err *err);
bool postgres_lead(struct store *store, const char *what);
bool postgres_join(struct store *store, const char *what, bool is_alone, bool *is, struct err *err);
bool postgres_notify(struct store *store, struct str text, struct err *err);
bool postgres_listen(struct store *store, struct err *err);
bool postgres_await(struct store *store, int ms, struct arena *a, struct str *text,
                    struct err *err);
bool postgres_snapshot(struct store *store, struct err *err);
bool postgres_release(struct store *store, struct err *err);

bool postgres_ask_number(struct store *s, struct str sql, int64_t *number, struct err *err);
bool postgres_check_version(struct store *s, enum store_mode mode, struct err *err);
bool postgres_check(struct store *s, struct arena *a, struct str *flaw, struct err *err);

/* Rows that go together (postgres_many.c): one more; those of statements with one of the bits are
 * sent; they are forgotten, and nothing is prepared any more. */
#define MANY_ALL UINT32_MAX
void postgres_many_add(struct postgres_statement *q);
void postgres_many_send(struct postgres_store *s, uint32_t bits);
void postgres_many_forget(struct postgres_store *s);
void postgres_many_free(struct postgres_statement *q);

/* The statements' part of the engine. */
struct stmt *postgres_statement_sql(struct store *store, enum sql_id id);
struct stmt *postgres_statement_text(struct store *store, struct str sql);
void postgres_statement_fill(struct store_engine *engine);
void postgres_statement_forget(struct postgres_store *s); /* what was asked ahead */
void postgres_statement_free(struct postgres_statement *q);

#endif
