/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/postgres.h"

#include "base/mask.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct postgres_store *own(struct store *s) {
    return (struct postgres_store *)s;
}

/* ---- failures */

static enum err_code code_of(const char *state) {
    static const struct {
        const char *begins;
        enum err_code code;
    } codes
        [] =
            {
                {"53100", E_FULL_DISK},        {"42501", E_DATABASE_RIGHTS},
                {"08", E_DATABASE_AWAY},       {"57P0", E_DATABASE_AWAY},
                {"25006", E_DATABASE_STANDBY}, /* the server became a replica */
                {"53300", E_DATABASE_AWAY},    /* too many connections */
                {"42P07", E_DATABASE_FOREIGN}, /* a table of the name */
            };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strncmp(state, codes[i].begins, strlen(codes[i].begins)) == 0) {
            return codes[i].code;
        }
    }
    return E_DATABASE;
}

static void note_failure(struct postgres_store *s, const char *state, const char *message) {
    enum err_code code = code_of(state);

    if (store_is_away(code)) {
        s->is_lost = true;
    }
    if (s->failure.code == 0) {
        fail1(&s->failure, code, "", str_trim(str_of(message)));
        err_detail(&s->failure, "postgresql %s: %s", state, message);
    }
}

bool postgres_give_failure(struct postgres_store *s, struct err *err) {
    *err = s->failure;
    if (!s->is_open) {
        s->failure.code = 0;
    }
    return false;
}

/* The library's own words for a server that may not be written to: dial asks for one that may. */
static bool tells_standby(struct str why) {
    return str_find(why, STR("session is read-only")) >= 0 ||
           str_find(why, STR("server is in hot standby mode")) >= 0;
}

void postgres_note_lost(struct postgres_store *s) {
    const char *why = PQerrorMessage(s->connection);

    s->is_lost = true;
    s->pending_count = 0;
    note_failure(s, tells_standby(str_of(why)) ? "25006" : "08006", why);
}

bool postgres_is_well(const struct postgres_store *s) {
    return !s->is_lost && s->failure.code == 0;
}

/* ---- the pipeline */

static void check_answer(struct postgres_store *s, const struct pending *p, PGresult *answer) {
    ExecStatusType status = PQresultStatus(answer);
    bool is_done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!is_done && p->kind == PENDING_PREPARE) {
        (p->place == 1 ? s->is_prepared_many : s->is_prepared)[p->id] = false;
    }
    if (status == PGRES_FATAL_ERROR) {
        const char *state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);

        note_failure(s, state == NULL ? "08006" : state,
                     state == NULL ? PQresultErrorMessage(answer)
                                   : PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY));
    } else if (is_done && p->kind == PENDING_ONE && strcmp(PQcmdTuples(answer), "1") != 0) {
        note_failure(s, "P0002", "not exactly one row changed");
    } else if (is_done && p->kind == PENDING_COMMIT && strcmp(PQcmdStatus(answer), "COMMIT") != 0) {
        note_failure(s, "40000", "the transaction was taken back");
    }
}

void postgres_collect(struct postgres_store *s, PGresult **rows) {
    int count = s->pending_count;

    if (s->is_lost || !PQpipelineSync(s->connection)) {
        postgres_note_lost(s);
        return;
    }
    s->pending_count = 0;
    for (int i = 0; i < count; i++) {
        PGresult *answer = PQgetResult(s->connection);

        if (answer == NULL || PQstatus(s->connection) != CONNECTION_OK) {
            PQclear(answer);
            postgres_note_lost(s);
            return;
        }
        check_answer(s, &s->pending[i], answer);
        if (s->pending[i].kind == PENDING_AHEAD) {
            s->ahead[s->pending[i].place].answer = answer;
        } else if (s->pending[i].kind == PENDING_ROWS && rows != NULL) {
            PQclear(*rows);
            *rows = answer;
        } else {
            PQclear(answer);
        }
        PQclear(PQgetResult(s->connection)); /* the end of this one */
    }
    PQclear(PQgetResult(s->connection)); /* the sync */
    if (PQstatus(s->connection) != CONNECTION_OK) {
        postgres_note_lost(s);
    }
}

void postgres_expect(struct postgres_store *s, struct pending p) {
    s->pending[s->pending_count++] = p;
    if (s->pending_count >= PENDING_MOST - 4) {
        postgres_collect(s, NULL);
    }
}

/* Words without values and without rows: BEGIN, CLOSE ... */
void postgres_send(struct postgres_store *s, const char *words) {
    if (!s->is_lost) {
        if (PQsendQueryParams(s->connection, words, 0, NULL, NULL, NULL, NULL, 1)) {
            postgres_expect(s, (struct pending){.kind = PENDING_RUN});
        } else {
            postgres_note_lost(s);
        }
    }
}

/* ---- the connection */

static void say_nothing(void *context, const char *message) {
    (void)context;
    (void)message;
}

/* Outside the pipeline, several statements at once. */
static bool execute_words(struct postgres_store *s, const char *sql) {
    PGresult *answer;

    postgres_many_send(s, MANY_ALL);
    postgres_collect(s, NULL);
    if (!postgres_is_well(s)) {
        return false;
    }
    PQexitPipelineMode(s->connection);
    answer = PQexec(s->connection, sql);
    check_answer(s, &(struct pending){.kind = PENDING_RUN}, answer);
    PQclear(answer);
    if (PQstatus(s->connection) != CONNECTION_OK) {
        postgres_note_lost(s);
        return false;
    }
    PQenterPipelineMode(s->connection);
    return postgres_is_well(s);
}

/* Our questions are short: making code for them, or calling helpers, takes longer than they do. */
static bool settle(struct postgres_store *s) {
    s->is_lost = PQstatus(s->connection) != CONNECTION_OK;
    s->pending_count = 0;
    s->leads = false;
    memset(s->is_prepared, 0, sizeof s->is_prepared);
    memset(s->is_prepared_many, 0, sizeof s->is_prepared_many);
    if (s->is_lost) {
        postgres_note_lost(s);
        return false;
    }
    PQsetNoticeProcessor(s->connection, say_nothing, NULL);
    PQenterPipelineMode(s->connection);
    return execute_words(s, "SET jit = off; SET max_parallel_workers_per_gather = 0") &&
           (s->mode != STORE_READ || execute_words(s, "SET default_transaction_read_only = on"));
}

bool postgres_is_ready(struct postgres_store *s) {
    if (s->is_open) {
        return postgres_is_well(s);
    }
    s->failure.code = 0;
    if (s->is_lost || PQstatus(s->connection) != CONNECTION_OK) {
        PQreset(s->connection);
        return settle(s);
    }
    return true;
}

/* ---- transactions */

static bool postgres_begin(struct store *store, struct err *err) {
    struct postgres_store *s = own(store);

    assert(!s->is_open);
    if (!postgres_is_ready(s)) {
        return postgres_give_failure(s, err);
    }
    postgres_send(s, "BEGIN");
    s->is_open = true;
    return postgres_is_well(s) || postgres_give_failure(s, err);
}

static void postgres_rollback(struct store *store) {
    struct postgres_store *s = own(store);

    if (!s->is_open) {
        return;
    }
    postgres_many_forget(s);
    if (!s->is_lost) {
        postgres_send(s, "ROLLBACK");
        postgres_collect(s, NULL);
    }
    s->is_open = false;
    s->snapshots = 0;
    s->own_open = false;
    s->failure.code = 0;
}

static bool postgres_commit(struct store *store, struct err *err) {
    struct postgres_store *s = own(store);

    postgres_many_send(s, MANY_ALL);
    if (postgres_is_well(s) &&
        PQsendQueryParams(s->connection, "COMMIT", 0, NULL, NULL, NULL, NULL, 1)) {
        postgres_expect(s, (struct pending){.kind = PENDING_COMMIT});
        postgres_collect(s, NULL);
    }
    if (!postgres_is_well(s)) {
        *err = s->failure;
        return false; /* the caller rolls back */
    }
    s->is_open = false;
    return true;
}

bool postgres_snapshot(struct store *store, struct err *err) {
    struct postgres_store *s = own(store);

    if (s->snapshots == 0 && !s->is_open) {
        if (!postgres_is_ready(s)) {
            return postgres_give_failure(s, err);
        }
        postgres_send(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        s->is_open = true;
        s->own_open = true;
    }
    s->snapshots++;
    return postgres_is_well(s) || postgres_give_failure(s, err);
}

bool postgres_release(struct store *store, struct err *err) {
    struct postgres_store *s = own(store);

    if (s->snapshots == 0 || --s->snapshots > 0 || !s->own_open) {
        return postgres_is_well(s) || postgres_give_failure(s, err);
    }
    s->own_open = false;
    if (!postgres_commit(store, err)) {
        postgres_rollback(store);
        return false;
    }
    return true;
}

static void postgres_send_many(struct store *store) {
    postgres_many_send(own(store), MANY_ALL);
}

static bool postgres_checkpoint(struct store *store, struct err *err) {
    (void)store;
    (void)err;
    return true;
}

static bool postgres_execute(struct store *store, const char *sql, struct err *err) {
    struct postgres_store *s = own(store);

    return (postgres_is_ready(s) && execute_words(s, sql)) || postgres_give_failure(s, err);
}

/* Statements that need the id of a row just inserted say lastval() for 0. */
static int64_t postgres_last_id(struct store *store) {
    (void)store;
    return 0;
}

/* ---- opening */

static void postgres_close(struct store *store) {
    struct postgres_store *s = own(store);

    postgres_statement_forget(s);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        postgres_statement_free(&s->cached[i]);
    }
    PQfinish(s->connection);
    free(s);
}

static int64_t postgres_bytes(struct store *store) {
    int64_t bytes;
    struct err err;

    return postgres_ask_number(store, STR("SELECT pg_database_size(current_database())"), &bytes,
                               &err)
               ? bytes
               : -1;
}

static struct store_engine engine = {
    .is_shared = true,
    .close = postgres_close,
    .sql = postgres_statement_sql,
    .text = postgres_statement_text,
    .last_id = postgres_last_id,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .snapshot = postgres_snapshot,
    .release = postgres_release,
    .lock = postgres_lock,
    .lead = postgres_lead,
    .join = postgres_join,
    .notify = postgres_notify,
    .listen = postgres_listen,
    .await = postgres_await,
    .check = postgres_check,
    .bytes = postgres_bytes,
    .checkpoint = postgres_checkpoint,
    .execute = postgres_execute,
    .send = postgres_send_many,
};

/* Another server of the address is taken only when it may be written to: after a fail-over the
 * replica that became the primary. A server that cannot be reached any more is given up after ten
 * seconds, also while it is waited for: then nothing is under way that could fail to arrive, and
 * only keep-alives find out. What the address itself says goes before. */
static PGconn *dial(const char *address) {
    static const char *const keywords[] = {"application_name", "connect_timeout",
                                           "client_encoding",  "tcp_user_timeout",
                                           "keepalives_idle",  "keepalives_interval",
                                           "keepalives_count", "target_session_attrs",
                                           "dbname",           NULL};
    const char *values[] = {"linli", "5", "UTF8",       "10000", "4",
                            "2",     "3", "read-write", address, NULL};

    return PQconnectdbParams(keywords, values, 1);
}

/* What a server said itself: in the line of its address, behind its word for FATAL in whatever
 * language, a colon and two blanks; of the last that answered. Empty where none did. */
static struct str words_of_server(struct str message) {
    struct str words = {0};

    while (message.n > 0) {
        struct str line = str_trim(str_cut(&message, '\n'));
        ptrdiff_t at = str_find(line, STR(" failed: ")) < 0 ? -1 : str_find(line, STR(":  "));

        words = at < 0 ? words : str_slice(line, (size_t)at + 3, line.n);
    }
    return words;
}

/* Why a server that answered lets nobody in: it tells its code only when it is asked once more. */
static enum err_code code_of_refusal(struct postgres_store *s) {
    char state[6] = "";

    if (PQconnectionNeedsPassword(s->connection)) {
        return E_DATABASE_SIGN_IN;
    }
    PQsetErrorVerbosity(s->connection, PQERRORS_SQLSTATE);
    PQreset(s->connection);
    PQsetErrorVerbosity(s->connection, PQERRORS_DEFAULT);
    snprintf(state, sizeof state, "%.*s",
             STR_ARG(words_of_server(str_of(PQerrorMessage(s->connection)))));
    return strcmp(state, "3D000") == 0    ? E_DATABASE_NONE
           : strncmp(state, "28", 2) == 0 ? E_DATABASE_SIGN_IN
           : code_of(state) != E_DATABASE ? code_of(state)
                                          : E_DATABASE_AWAY;
}

/* A server that cannot be reached now may be later; a name or a password that is wrong stays so. */
static bool fail_closed(struct postgres_store *s, struct err *err) {
    struct arena *a = arena_open();
    struct str why = arena_str(a, str_trim(str_of(PQerrorMessage(s->connection))));
    struct str said = words_of_server(why);
    enum err_code code = str_starts(why, STR("invalid ")) ? E_DATABASE_ADDRESS
                         : said.n > 0 || PQconnectionNeedsPassword(s->connection)
                             ? code_of_refusal(s)
                         : tells_standby(why) ? E_DATABASE_STANDBY
                                              : E_DATABASE_AWAY;

    fail1(err, code, "",
          code == E_DATABASE_NONE      ? str_of(PQdb(s->connection))
          : code == E_DATABASE_SIGN_IN ? str_of(PQuser(s->connection))
          : code == E_DATABASE_ADDRESS ? why
                                       : said);
    err_detail(err, "%.*s", STR_ARG(why));
    arena_close(a);
    return false;
}

static bool check_address(const char *address, struct err *err) {
    struct arena *a = arena_open();
    char *why = NULL;
    PQconninfoOption *parts = PQconninfoParse(address, &why);
    struct str reason = str_trim(str_of(why));
    bool ok = parts != NULL ||
              fail1(err, E_DATABASE_ADDRESS, "database",
                    str_find(reason, STR("://")) < 0 ? reason : mask_password(a, str_of(address)));

    PQconninfoFree(parts);
    PQfreemem(why);
    arena_close(a);
    return ok;
}

struct store *postgres_open(const char *address, enum store_mode mode, struct err *err) {
    struct postgres_store *s;

    if (!check_address(address, err)) {
        return NULL;
    }
    s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    postgres_statement_fill(&engine);
    s->base.engine = &engine;
    s->mode = mode;
    s->connection = dial(address);
    if ((PQstatus(s->connection) != CONNECTION_OK && !fail_closed(s, err)) ||
        (!settle(s) && !postgres_give_failure(s, err)) ||
        !postgres_check_version(&s->base, mode, err)) {
        postgres_close(&s->base);
        return NULL;
    }
    return &s->base;
}

/* Every table and function of the schema by its name, and nothing else that may stand there. */
bool postgres_drop(const char *address, struct err *err) {
    struct store *s = postgres_open(address, STORE_FILL, err);
    struct str rest = str_of(store_schema_postgres);
    bool ok = s != NULL && store_begin(s, err);

    while (ok && rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str what = str_starts(line, STR("CREATE TABLE "))      ? STR("TABLE")
                          : str_starts(line, STR("CREATE FUNCTION ")) ? STR("FUNCTION")
                                                                      : (struct str){0};
        char words[256];

        if (what.n > 0) {
            struct str name = str_slice(line, sizeof "CREATE " + what.n, line.n);
            struct str of = {0};

            if (what.n == 5) {
                name = str_cut(&name, ' ');
            } else { /* with its parameters: the server has others of the name */
                of = name;
                name = str_cut(&of, '(');
                of = str_cut(&of, ')');
            }
            snprintf(words, sizeof words, "DROP %.*s IF EXISTS %.*s%s%.*s%s", STR_ARG(what),
                     STR_ARG(name), what.n == 5 ? "" : "(", STR_ARG(of), what.n == 5 ? "" : ")");
            ok = store_execute(s, words, err);
        }
    }
    ok = ok && store_commit(s, err);
    store_close(s);
    return ok;
}
