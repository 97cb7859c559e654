/* SPDX-License-Identifier: Apache-2.0 */
/* What several processes on one server need of each other: a lock for a transaction, one leader for
 * a job, a word to all with a commit. */
#include "engine/store/postgres.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>

static struct postgres_store *own(struct store *s) {
    return (struct postgres_store *)s;
}

bool postgres_lock(struct store *store, enum store_lock what, int64_t number, struct err *err) {
    struct postgres_store *s = own(store);
    char words[96];

    assert(s->is_open);
    snprintf(words, sizeof words, "SELECT pg_advisory_xact_lock(%d, %lld)", (int)what,
             (long long)number);
    postgres_send(s, words);
    return postgres_is_well(s) || postgres_give_failure(s, err);
}

/* The lock belongs to the connection: when that breaks another process takes over. */
bool postgres_lead(struct store *store, const char *what) {
    struct stmt *q;
    struct err err = {0};
    bool leads;

    if (own(store)->leads && postgres_is_ready(own(store)) && own(store)->leads) {
        return true;
    }
    q = store_text(store, STR("SELECT pg_try_advisory_lock(0, hashtext(?1))"));
    stmt_bind_text(q, 1, str_of(what));
    leads = stmt_next(q) && stmt_int(q, 0) != 0;
    own(store)->leads = stmt_end(q, &err) && leads;
    return own(store)->leads;
}

bool postgres_join(struct store *store, const char *what, bool is_alone, bool *is,
                   struct err *err) {
    struct stmt *q =
        store_text(store, is_alone ? STR("SELECT pg_try_advisory_lock(0, hashtext(?1))")
                                   : STR("SELECT pg_try_advisory_lock_shared(0, hashtext(?1))"));

    stmt_bind_text(q, 1, str_of(what));
    *is = stmt_next(q) && stmt_int(q, 0) != 0;
    return stmt_end(q, err);
}

bool postgres_notify(struct store *store, struct str text, struct err *err) {
    struct postgres_store *s = own(store);
    char words[160];

    assert(s->is_open);
    snprintf(words, sizeof words, "SELECT pg_notify('linli', '%.*s')", STR_ARG(text));
    postgres_send(s, words);
    return postgres_is_well(s) || postgres_give_failure(s, err);
}

bool postgres_listen(struct store *store, struct err *err) {
    return store_execute(store, "LISTEN linli", err);
}

/* A connection that broke listens no more: the caller opens a new one. */
bool postgres_await(struct store *store, int ms, struct arena *a, struct str *text,
                    struct err *err) {
    struct postgres_store *s = own(store);
    PGnotify *word = PQnotifies(s->connection);

    if (word == NULL) {
        struct pollfd ready = {.fd = PQsocket(s->connection), .events = POLLIN};

        if (poll(&ready, 1, ms) > 0 && !PQconsumeInput(s->connection)) {
            postgres_note_lost(s);
            return postgres_give_failure(s, err);
        }
        word = PQnotifies(s->connection);
    }
    if (word != NULL) {
        *text = arena_str(a, str_of(word->extra));
        PQfreemem(word);
    }
    return true;
}
