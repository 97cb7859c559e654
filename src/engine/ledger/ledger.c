/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ledger/ledger.h"

#include "engine/ledger/pack.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 100 }; /* of an event; a damaged entry may hold anything */

bool ledger_head(struct store *s, int64_t office, struct ledger_head *head, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_HEAD);

    memset(head, 0, sizeof *head);
    stmt_bind_int(q, 1, office);
    if (stmt_next(q)) {
        struct str hash = stmt_view(q, 2);

        head->number = stmt_int(q, 0);
        head->accepted_at = stmt_int(q, 1);
        if (hash.n == HASH_BYTES) {
            memcpy(head->hash.b, hash.p, HASH_BYTES);
        }
    }
    return stmt_end(q, err);
}

struct hash ledger_entry_hash(const struct hash *before, const struct event *e, struct str body) {
    char line[256];
    int n = snprintf(line, sizeof line,
                     "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %.*s\n",
                     e->office, e->number, e->accepted_at, e->at, e->actor, STR_ARG(e->name));
    struct str parts[3] = {hash_bytes(before), {line, (size_t)n}, body};

    assert(n > 0 && (size_t)n < sizeof line);
    return hash_sha256_parts(parts, 3);
}

bool ledger_append(struct store *s, struct ledger_head *head, struct event *e, struct str client_id,
                   struct str digest, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_INSERT);
    struct str body = event_write(e);

    assert(e->accepted_at >= head->accepted_at);
    e->number = head->number + 1;
    head->hash = ledger_entry_hash(&head->hash, e, body);
    head->number = e->number;
    head->accepted_at = e->accepted_at;
    stmt_bind_int(q, 1, e->office);
    stmt_bind_int(q, 2, e->number);
    stmt_bind_int(q, 3, e->accepted_at);
    stmt_bind_int(q, 4, e->at);
    stmt_bind_int(q, 5, e->actor);
    stmt_bind_text(q, 6, e->name);
    stmt_bind_bytes(q, 7, pack_write(e));
    if (client_id.n > 0) {
        stmt_bind_text(q, 8, client_id);
        stmt_bind_bytes(q, 9, digest);
    } else {
        stmt_bind_null(q, 8);
        stmt_bind_null(q, 9);
    }
    stmt_bind_bytes(q, 10, hash_bytes(&head->hash));
    return stmt_run_one(q, err);
}

/* Columns number, accepted_at, at, actor, name from 0 on; the body is the sixth. */
static bool read_head(struct stmt *q, struct arena *a, int64_t office, struct event *e) {
    e->office = office;
    e->number = stmt_int(q, 0);
    e->accepted_at = stmt_int(q, 1);
    e->at = stmt_int(q, 2);
    e->actor = stmt_int(q, 3);
    e->name = stmt_text(q, 4, a);
    return e->name.n <= NAME_BYTES;
}

static bool read_entry(struct stmt *q, struct arena *a, int64_t office, struct event *e) {
    return read_head(q, a, office, e) && pack_read(a, stmt_text(q, 5, a), e);
}

bool ledger_fetch(struct store *s, struct arena *a, int64_t office, int64_t number, struct event *e,
                  struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_FETCH);
    bool found;

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, number);
    found = stmt_next(q) && read_entry(q, a, office, e);
    if (!stmt_end(q, err)) {
        return false;
    }
    return found || fail(err, E_INTERNAL, "event");
}

void ledger_client_ahead(struct store *s, int64_t office, int64_t actor, struct str client_id) {
    struct stmt *q = store_sql(s, SQL_LEDGER_CLIENT);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, actor);
    stmt_bind_text(q, 3, client_id);
    stmt_ahead(q);
}

bool ledger_find_client(struct store *s, int64_t office, int64_t actor, struct str client_id,
                        int64_t *number, struct hash *digest, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_CLIENT);

    *number = 0;
    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, actor);
    stmt_bind_text(q, 3, client_id);
    if (stmt_next(q)) {
        struct str bytes = stmt_view(q, 1);

        *number = stmt_int(q, 0);
        memset(digest, 0, sizeof *digest);
        if (bytes.n == HASH_BYTES) {
            memcpy(digest->b, bytes.p, HASH_BYTES);
        }
    }
    return stmt_end(q, err);
}

bool ledger_between(struct store *s, int64_t office, int64_t first, int64_t last, ledger_each each,
                    void *context, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_BETWEEN);
    struct arena *a = arena_open();
    struct err ignored;
    bool ok = true;

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, first);
    stmt_bind_int(q, 3, last);
    while (ok && stmt_next(q)) {
        struct event *e = arena_new(a, struct event);

        ok = read_entry(q, a, office, e) ? each(context, e, err) : fail(err, E_INTERNAL, "event");
        arena_reset(a);
    }
    arena_close(a);
    return stmt_end(q, ok ? err : &ignored) && ok;
}

/* Is this entry the one that follows? Then it is the last that was right. */
static bool follows(struct ledger_head *at, const struct event *e, struct str body,
                    struct str stored) {
    struct hash hash = ledger_entry_hash(&at->hash, e, body);

    if (e->number != at->number + 1 || (at->number > 0 && e->accepted_at < at->accepted_at) ||
        !str_eq(stored, hash_bytes(&hash))) {
        return false;
    }
    *at = (struct ledger_head){e->number, e->accepted_at, hash};
    return true;
}

bool ledger_walk(struct store *s, struct ledger_walk *walk, int64_t most, ledger_each each,
                 void *context, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_RANGE);
    struct arena *a = arena_open();
    bool ok = true;
    struct err ignored;

    stmt_bind_int(q, 1, walk->office);
    stmt_bind_int(q, 2, walk->at.number);
    stmt_bind_int(q, 3, most);
    stmt_stream(q);
    while (ok && walk->bad_number == 0 && stmt_next(q)) {
        struct event *e = arena_new(a, struct event);
        struct str body;

        if (read_head(q, a, walk->office, e) && pack_read_exact(a, stmt_text(q, 5, a), e, &body) &&
            follows(&walk->at, e, body, stmt_view(q, 6))) {
            ok = each == NULL || each(context, e, err);
        } else {
            walk->bad_number = walk->at.number + 1;
        }
        arena_reset(a);
    }
    arena_close(a);
    return stmt_end(q, ok ? err : &ignored) && ok;
}
