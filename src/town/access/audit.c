/* SPDX-License-Identifier: Apache-2.0 */
#include "town/access/audit.h"

#include "base/time_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { AUDIT_AT_ONCE = 20000, COMMON_LEDGER = 0 }; /* entries that are proved in one reading */

static int64_t now_of(struct installation *i) {
    struct source *source = installation_source(i);

    return source->now_us(source);
}

/* ---- the chain */

static struct hash audit_hash(const struct hash *before, int64_t number, int64_t at, int64_t actor,
                              struct str what, int64_t subject, struct str remark) {
    char line[256];
    int n = snprintf(line, sizeof line, "%" PRId64 " %" PRId64 " %" PRId64 " %.*s %" PRId64 "\n",
                     number, at, actor, STR_ARG(what), subject);
    struct str parts[3] = {hash_bytes(before), {line, (size_t)n}, remark};

    return hash_sha256_parts(parts, 3);
}

bool audit_add(struct store *s, int64_t at, int64_t actor, const char *what, int64_t subject,
               struct str remark, struct err *err) {
    struct stmt *q = store_sql(s, SQL_AUDIT_HEAD);
    struct hash before = {0};
    int64_t number = 1;

    if (stmt_next(q)) {
        number = stmt_int(q, 0) + 1;
        memcpy(before.b, stmt_view(q, 1).p, HASH_BYTES);
    }
    if (!stmt_end(q, err)) {
        return false;
    }
    before = audit_hash(&before, number, at, actor, str_of(what), subject, remark);
    q = store_sql(s, SQL_AUDIT_INSERT);
    stmt_bind_int(q, 1, number);
    stmt_bind_int(q, 2, at);
    stmt_bind_int(q, 3, actor);
    stmt_bind_text(q, 4, str_of(what));
    stmt_bind_int(q, 5, subject);
    stmt_bind_text(q, 6, remark);
    stmt_bind_bytes(q, 7, hash_bytes(&before));
    return stmt_run_one(q, err);
}

bool audit_write(struct installation *i, int64_t actor, const char *what, int64_t subject,
                 struct str remark, struct err *err) {
    struct store *s = installation_side(i);
    bool ok = store_begin(s, err) && store_lock(s, STORE_LOCK_AUDIT, 0, err) &&
              audit_add(s, now_of(i), actor, what, subject, remark, err) && store_commit(s, err);

    store_rollback(s);
    installation_return_side(i);
    return ok;
}

bool audit_page(struct store *s, struct arena *a, int64_t before, struct str what, size_t most,
                struct audit_entry *out, size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_AUDIT_PAGE);

    *count = 0;
    stmt_bind_int(q, 1, before > 0 ? before : INT64_MAX);
    stmt_bind_text(q, 2, what);
    stmt_bind_int(q, 3, (int64_t)most);
    while (stmt_next(q) && *count < most) {
        out[(*count)++] = (struct audit_entry){.number = stmt_int(q, 0),
                                               .at = stmt_int(q, 1),
                                               .actor = stmt_int(q, 2),
                                               .what = stmt_text(q, 3, a),
                                               .subject = stmt_int(q, 4),
                                               .remark = stmt_text(q, 5, a)};
    }
    return stmt_end(q, err);
}

/* What stands behind the entries so far, in one reading: the journal cannot be written back under a
 * reader. */
static bool prove_piece(struct store *s, struct arena *a, struct hash *before, int64_t *entries,
                        int64_t *bad, struct err *err) {
    struct stmt *q = store_sql(s, SQL_AUDIT_LIST);

    stmt_bind_int(q, 1, *entries == 0 ? INT64_MIN : *entries);
    stmt_bind_int(q, 2, AUDIT_AT_ONCE);
    while (*bad == 0 && stmt_next(q)) {
        int64_t number = stmt_int(q, 0);

        *before = audit_hash(before, number, stmt_int(q, 1), stmt_int(q, 2), stmt_text(q, 3, a),
                             stmt_int(q, 4), stmt_text(q, 5, a));
        ++*entries;
        if (number != *entries || !str_eq(stmt_view(q, 6), hash_bytes(before))) {
            *bad = *entries;
        }
        arena_reset(a);
    }
    return stmt_end(q, err);
}

bool audit_prove(struct store *s, int64_t *entries, int64_t *bad, struct err *err) {
    struct arena *a = arena_open();
    struct hash before = {0};
    int64_t done = -1;
    bool ok = true;

    *entries = 0;
    *bad = 0;
    while (ok && *bad == 0 && *entries > done) {
        done = *entries;
        ok = prove_piece(s, a, &before, entries, bad, err);
    }
    arena_close(a);
    return ok;
}

/* ---- kept in the ledger */

static bool read_head(struct store *s, struct audit_head *head, struct err *err) {
    struct stmt *q = store_sql(s, SQL_AUDIT_HEAD);

    *head = (struct audit_head){0};
    if (stmt_next(q) && stmt_view(q, 1).n == HASH_BYTES) {
        head->number = stmt_int(q, 0);
        memcpy(head->hash.b, stmt_view(q, 1).p, HASH_BYTES);
    }
    return stmt_end(q, err);
}

/* The newest that the ledger keeps, and when it was put there; number 0 = none. */
static bool read_kept(struct store *s, int64_t *number, int64_t *at, struct err *err) {
    struct stmt *q = store_sql(s, SQL_AUDIT_KEPT_NEWEST);
    bool found = stmt_next(q);

    *number = found ? stmt_int(q, 0) : 0;
    *at = found ? stmt_int(q, 1) : 0;
    return stmt_end(q, err);
}

static bool decide_keep(struct decide *d, const void *input, struct err *err) {
    struct audit_head head;
    struct event *e;
    int64_t kept;
    int64_t at;

    (void)input;
    if (!read_head(d->store, &head, err) || !read_kept(d->store, &kept, &at, err)) {
        return false;
    }
    if (head.number <= kept) {
        return fail(err, E_STALE, "");
    }
    e = decide_emit(d, "audit.kept/1");
    event_add_int(e, "number", head.number);
    event_add_text(e, "hash", hex_write(d->arena, hash_bytes(&head.hash)));
    return true;
}

bool audit_kept_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_AUDIT_KEPT_INSERT);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "number", 0));
    stmt_bind_text(q, 2, event_text(e, "hash"));
    stmt_bind_int(q, 3, e->accepted_at);
    stmt_bind_int(q, 4, e->number);
    return stmt_run_one(q, err);
}

const struct command_row audit_keep = {"audit.keep", decide_keep};

/* ---- the job */

static bool next(const struct keeper_turn *t, int64_t *due_at, struct err *err) {
    struct audit_head head;
    int64_t kept;
    int64_t at;

    if (!read_head(t->store, &head, err) || !read_kept(t->store, &kept, &at, err)) {
        return false;
    }
    *due_at = head.number > kept ? at + HOUR_US : t->now + HOUR_US;
    return true;
}

static bool run(const struct keeper_turn *t, struct err *err) {
    struct command c = {
        .row = &audit_keep, .actor = {.account = ACTOR_SYSTEM}, .office = COMMON_LEDGER};

    return door_submit(installation_door(t->installation), &c, err) || err->code == E_STALE;
}

struct keeper_job audit_job(void) {
    return (struct keeper_job){.name = AUDIT_JOB, .next = next, .run = run};
}
