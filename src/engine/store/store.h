/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/store.h - the database behind one interface: named statements, bound values, rows.
 *
 * A store is one connection and belongs to one thread at a time. Statements are named in the .sql
 * files (enum sql_id), prepared once and reused. Failure is sticky inside a statement: bind and
 * step freely, ask stmt_end once. Behind it stand SQLite (sqlite.c: a file of one machine) and
 * PostgreSQL (postgres.c: a server that several nodes share); docs/sql.md says how one text serves
 * both.
 * Invariants  no value ever becomes part of a statement's text; only engine/query builds text at
 *             run time.
 * Memory      text and bytes of a row live until the next step; stmt_text copies into the arena
 *             that it is given. What is bound must live until the statement has run.
 * Failure     E_DATABASE with the engine's message in detail, E_DAMAGED when the file's own
 *             structure is broken; E_FULL_DISK when there is no room and E_READ_ONLY when nothing
 *             may be written: nothing was, and it goes on when that is over; E_DISK when it is no
 *             longer known what is on the disk (a failed fsync): see store_on_unsure;
 *             E_SCHEMA for a newer database, E_SCHEMA_OLD for a reader of an older one (the writer
 *             brings it up to date, all or nothing), E_FOLDER_*; E_DATABASE_AWAY when a server
 *             cannot be reached, E_DATABASE_STANDBY when it cannot be written to: a commit that
 *             failed so may have happened or not.
 *             Inside a transaction PostgreSQL is told of changes without waiting for each: what it
 *             refuses then shows at the next read or at store_commit, which fails.
 */
#ifndef LINLI_ENGINE_STORE_H
#define LINLI_ENGINE_STORE_H

#include "base/err.h"
#include "sql_ids.h" /* enum sql_id, made by tools/make_sql.py */

enum { SCHEMA_VERSION = 7, SCHEMA_FIRST_ON_POSTGRES = 3 };

enum store_mode {
    STORE_READ,    /* reads beside the writer */
    STORE_WRITE,   /* the one writer: WAL, synchronous=FULL; upgrades an older database */
    STORE_CREATE,  /* as STORE_WRITE on a new file */
    STORE_SCRATCH, /* a temporary database with the schema */
    STORE_REPLAY,  /* the same without the indexes that only questions need */
    STORE_BACKUP,  /* a backup's file, of this version or an older one: only read */
    STORE_FILL,    /* as STORE_WRITE, also where store_mark_filling was called; upgrades nothing */
};

static inline bool store_is_temporary(enum store_mode mode) {
    return mode == STORE_SCRATCH || mode == STORE_REPLAY;
}

struct store;
struct stmt;

/* Ids hold their office: office << ID_COUNTER_BITS | counter. */
enum { ID_COUNTER_BITS = 37 };

static inline int64_t id_office(int64_t id) {
    return id >> ID_COUNTER_BITS;
}

/* `place` is a file, or the postgresql://... address of a server; a temporary database is always a
 * file. */
struct store *store_open(const char *place, enum store_mode mode, struct err *err);
void store_close(struct store *s);
bool store_is_address(const char *place); /* of a server */
/* Takes away a database that was just made: a making that failed may be tried again. */
bool store_drop(const char *place, struct err *err);
/* The server cannot be reached or written now: what was asked may be tried again. */
static inline bool store_is_away(enum err_code code) {
    return code == E_DATABASE_AWAY || code == E_DATABASE_STANDBY;
}

bool store_is_shared(const struct store *s); /* other nodes may write at the same time */

/* A database that is being filled from elsewhere bears its version negative, so that nobody serves
 * from it before it is whole. */
bool store_is_filling(struct store *s, bool *is, struct err *err);
bool store_mark_filling(struct store *s, bool is, struct err *err);

/* How many other connections of Linli a server's database has; 0 of a file, whose folder has a
 * lock. Waits ten seconds for one that is just ending. */
bool store_count_others(struct store *s, int64_t *count, struct err *err);

/* Makes of every table of offices one that is spread by office over so many partitions, 1 = plain
 * tables; all or nothing, the rows stay. *tables: how many were made anew, 0 = they were so.
 * E_PARTITIONS_FILE for a file. */
enum { PARTITIONS_MOST = 128 };
bool store_spread(struct store *s, int64_t partitions, int64_t *tables, struct err *err);

/* May the account of a server's database read and write every table? Asked before anybody is
 * served: else it shows with the first who signs in. E_DATABASE_RIGHTS names one that is amiss. */
bool store_may_write(struct store *s, struct err *err);

/* The tables that have ids of the engine's own: those after the greatest go on from there. */
bool store_settle_ids(struct store *s, struct err *err);

/* A server plans by what it knows of its tables. Behind many rows at once it is told, so that the
 * first questions are not planned for empty tables (a search took 20 s); by itself it looks within
 * minutes, so that nothing fails where this does. Nothing to do for a file, whose statements name
 * their indexes. Not in a transaction. */
void store_learn(struct store *s);

/* What to call before E_DISK is given, in whatever connection it happened. A serving process ends
 * itself there: only the recovery of the next start tells what was kept. */
void store_on_unsure(void (*stop)(const char *detail));

struct stmt *store_sql(struct store *s, enum sql_id id);      /* ready to bind */
struct stmt *store_text(struct store *s, struct str sql);     /* built by engine/query */
void stmt_bind_int(struct stmt *q, int n, int64_t value);     /* n from 1 */
void stmt_bind_text(struct stmt *q, int n, struct str value); /* empty text, never NULL */
void stmt_bind_bytes(struct stmt *q, int n, struct str value);
void stmt_bind_null(struct stmt *q, int n);
/* Asks ahead, after binding, instead of stepping: a server works on it while more is asked, and the
 * same statement with the same values finds its answer there. For what is read right behind, and in
 * a transaction for what nothing written in it changes; at most STORE_AHEAD at a time, what is more
 * is asked when it is read. */
enum { STORE_AHEAD = 400 };
void stmt_ahead(struct stmt *q);
void store_forget(struct store *s); /* what was asked ahead and not read */

/* There may be many rows: a server is asked for some at a time, in a view of the data that lasts
 * until the end. Before the first step. */
void stmt_stream(struct stmt *q);
bool stmt_next(struct stmt *q);                                    /* true: there is a row */
int64_t stmt_int(struct stmt *q, int column);                      /* column from 0 */
struct str stmt_text(struct stmt *q, int column, struct arena *a); /* a copy */
struct str stmt_view(struct stmt *q, int column);                  /* until the next step */
bool stmt_is_null(struct stmt *q, int column);
int stmt_columns(struct stmt *q);
const char *stmt_name(struct stmt *q, int column);
int stmt_kind(struct stmt *q, int column);      /* 'i' integer, 't' text, 'b' bytes, 'n' null */
bool stmt_end(struct stmt *q, struct err *err); /* false: it failed somewhere */
bool stmt_run(struct stmt *q, struct err *err); /* step to the end and end */
bool stmt_run_one(struct stmt *q,
                  struct err *err); /* as stmt_run; exactly one row must have changed */

/* That the last insert gave its row; 0 from a server, whose statements ask it by themselves. */
int64_t store_last_id(struct store *s);
bool store_begin(struct store *s, struct err *err);
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);
/* One view of the data over several reads, also within a transaction; calls may nest. */
bool store_snapshot(struct store *s, struct err *err);
bool store_release(struct store *s, struct err *err);

/* Until it is taken back: what must wait for the writer fails soon (E_DATABASE). */
void store_hurry(struct store *s, bool is_hurried);

/* The unit of work: memory beside a connection, as long as the connection. What was read or written
 * in a transaction need not be asked for again in it; what was changed may be owed to the database
 * and written once, however often it changed: the owner of a slot says so with store_owe, and its
 * function is called before the commit, and before a statement that asks a table with such rows
 * (tools/make_sql.py knows which) or was built at run time. A rollback forgets it, and the owner
 * knows by the number of the transaction. Statements marked "kept" are those by which an owner asks
 * for what it does not have. */
enum store_slot { STORE_SLOT_COUNTERS, STORE_SLOT_CASES, STORE_SLOT_TALLIES, STORE_SLOTS };
struct store_kept {
    struct arena *arena;
    int64_t transaction; /* number of the open one, 0 = none: nothing is to be kept then */
    void *slots[STORE_SLOTS];
};
struct store_kept *store_kept(struct store *s);

/* `write` writes every row that the slot owes; it asks nothing. What fails there before a statement
 * shows at the commit. */
typedef bool store_write(struct store *s, struct err *err);
void store_owe(struct store *s, enum store_slot slot, store_write *write);

/* Rows of statements marked "many" (tools/make_sql.py) go to a server together, at the latest
 * before a statement that names their table and before the commit. Two rows of one key cannot go
 * together: whoever adds to rows (ON CONFLICT) calls this when the next ones may have the same
 * keys. */
void store_send(struct store *s);

/* Until the end of the transaction nobody else has this: what an office's chain is appended to by,
 * or the audit log's. Waits. SQLite has one writer anyway. */
enum store_lock { STORE_LOCK_OFFICE = 1, STORE_LOCK_AUDIT };
bool store_lock(struct store *s, enum store_lock what, int64_t number, struct err *err);

/* Among processes that share a server: is this connection the one that does `what`? It stays so as
 * long as it lives. Always on SQLite. */
bool store_lead(struct store *s, const char *what);

/* Joins those who do `what` on this server, for as long as the connection lives. *is = false: not
 * while another one is alone, nor, when this one is to be alone, while there is another. */
bool store_join(struct store *s, const char *what, bool is_alone, bool *is, struct err *err);

/* A word to every listening process with the commit; nothing on SQLite. */
bool store_notify(struct store *s, struct str text, struct err *err);
bool store_listen(struct store *s, struct err *err);

/* Waits up to `ms` for a word; *text is empty when none came. Only behind store_listen. */
bool store_await(struct store *s, int ms, struct arena *a, struct str *text, struct err *err);
/* Is the file itself whole: its pages, its indexes, its tables as the program made them? The first
 * flaw in the engine's words, empty when there is none. Reads everything. */
bool store_check(struct store *s, struct arena *a, struct str *flaw, struct err *err);
int64_t store_bytes(struct store *s); /* how large the database is, -1 when it is not known */
bool store_checkpoint(struct store *s, struct err *err);
bool store_execute(struct store *s, const char *sql,
                   struct err *err); /* several statements without values */

/* The derived tables by name, ended by NULL, for verify and rebuild. */
extern const char *const store_derived_tables[];

#endif
