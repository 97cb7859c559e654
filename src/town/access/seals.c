/* SPDX-License-Identifier: Apache-2.0 */
#include "town/access/seals.h"

#include "engine/words/words.h"
#include "town/access/audit.h"

#include <inttypes.h>
#include <string.h>

enum { ROW_BYTES = 16 << 10 };

/* The two kinds of rows. */
static const struct kind {
    const char *table;
    const char *id;   /* its key */
    const char *what; /* of the entries in the log */
    enum sql_id one;
    enum sql_id all;
} kinds[] = {
    [SEAL_PASSWORD] = {"credentials", "account", "password_sealed", SQL_SEAL_PASSWORD,
                       SQL_SEAL_PASSWORDS},
    [SEAL_KEY] = {"api_keys", "id", "key_sealed", SQL_SEAL_KEY, SQL_SEAL_KEYS},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Every cell of the row at hand, each with its length: none can pass for two. */
static struct str seal_row(struct arena *a, const struct keys *keys, const struct kind *k,
                           struct stmt *q) {
    struct hash key = keys_seals(keys);
    struct buf b = buf_make(a, ROW_BYTES);
    struct hash seal;

    buf_format(&b, "%s", k->table);
    for (int column = 0; column < stmt_columns(q); column++) {
        struct str cell = stmt_kind(q, column) == 'i'
                              ? arena_format(a, "%" PRId64, stmt_int(q, column))
                              : stmt_text(q, column, a);

        buf_format(&b, " %zu:", cell.n);
        buf_put(&b, cell);
    }
    seal = hash_hmac(hash_bytes(&key), buf_str(&b));
    return hex_write(a, hash_bytes(&seal));
}

static bool put(struct store *s, const struct kind *k, int64_t now, int64_t id, struct str seal,
                struct err *err) {
    return audit_add(s, now, ACTOR_SYSTEM, k->what, id, seal, err);
}

bool seals_put(struct installation *i, struct store *s, enum seal_of of, int64_t id,
               struct err *err) {
    const struct kind *k = &kinds[of];
    struct source *source = installation_source(i);
    struct arena *a = arena_open();
    struct stmt *q = store_sql(s, k->one);
    struct str seal = {0};
    bool ok;

    stmt_bind_int(q, 1, id);
    if (stmt_next(q)) {
        seal = seal_row(a, installation_keys(i), k, q);
    }
    ok = stmt_end(q, err) && (seal.n > 0 || fail(err, E_INTERNAL, "seal")) &&
         put(s, k, source->now_us(source), id, seal, err);
    arena_close(a);
    return ok;
}

/* ---- rows of before */

struct row {
    int64_t id;
    struct str seal;
};

/* The seals that the rows of a table ought to have, in the order of their keys. */
static bool seal_all(struct arena *a, struct store *s, const struct keys *keys,
                     const struct kind *k, struct row **rows, size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, k->all);
    size_t room = 0;

    *rows = NULL;
    *count = 0;
    while (stmt_next(q)) {
        if (*count == room) {
            struct row *more = arena_array(a, struct row, room = room * 2 + 64);

            if (*count > 0) {
                memcpy(more, *rows, sizeof *more * *count);
            }
            *rows = more;
        }
        (*rows)[(*count)++] = (struct row){stmt_int(q, 0), seal_row(a, keys, k, q)};
    }
    return stmt_end(q, err);
}

static bool has_seals(struct store *s, bool *has, struct err *err) {
    struct stmt *q = store_sql(s, SQL_SEAL_ANY);

    *has = stmt_next(q);
    return stmt_end(q, err);
}

static bool begin(struct installation *i, struct store *s, struct err *err) {
    struct source *source = installation_source(i);
    int64_t now = source->now_us(source);
    struct arena *a = arena_open();
    bool has = false;
    bool ok = has_seals(s, &has, err);

    for (size_t n = 0; ok && !has && n < KINDS; n++) {
        struct row *rows;
        size_t count;

        ok = seal_all(a, s, installation_keys(i), &kinds[n], &rows, &count, err);
        for (size_t r = 0; ok && r < count; r++) {
            ok = put(s, &kinds[n], now, rows[r].id, rows[r].seal, err);
        }
    }
    arena_close(a);
    return ok;
}

bool seals_begin(struct installation *i, struct err *err) {
    struct store *s = installation_side(i);
    bool has;
    bool ok = has_seals(s, &has, err) &&
              (has || (store_begin(s, err) && store_lock(s, STORE_LOCK_AUDIT, 0, err) &&
                       begin(i, s, err) && store_commit(s, err)));

    store_rollback(s);
    installation_return_side(i);
    return ok;
}

/* ---- the keys */

static bool opens_vault(struct store *s, const struct keys *keys, bool *is_empty) {
    struct arena *a = arena_open();
    struct stmt *q = store_sql(s, SQL_VAULT_SOME);
    struct err unread;
    bool opens = false;

    *is_empty = true;
    while (stmt_next(q)) {
        struct str salt;
        struct str value;

        *is_empty = false;
        opens = vault_open(a, keys, stmt_int(q, 0), stmt_int(q, 1), stmt_text(q, 2, a),
                           stmt_int(q, 3), stmt_text(q, 4, a), stmt_text(q, 5, a), &salt, &value) ||
                opens;
    }
    opens = !stmt_end(q, &unread) || opens;
    arena_close(a);
    return opens;
}

static void say_nothing(void *context, const struct difference *d) {
    (void)context;
    (void)d;
}

bool seals_know(struct store *s, const struct keys *keys, struct str folder, struct err *err) {
    struct seals_proof proof = {.store = s, .keys = keys, .found = say_nothing};
    struct err unread;
    bool is_empty;
    bool has = false;

    return opens_vault(s, keys, &is_empty) || !has_seals(s, &has, &unread) || (is_empty && !has) ||
           (has && (!seals_prove(&proof, &unread) || proof.seals > 0)) ||
           fail1(err, E_KEYS_OTHER, "", folder);
}

/* ---- the proof */

static void tell(struct seals_proof *p, struct arena *a, const char *table, const char *key,
                 int64_t id, const char *column, const char *is, const char *should) {
    p->flaws++;
    p->found(p->context, &(struct difference){.table = str_of(table),
                                              .key = arena_format(a, "%s=%" PRId64, key, id),
                                              .column = str_of(column),
                                              .is = str_of(is),
                                              .should = str_of(should)});
}

static bool list_seals(struct arena *a, struct store *s, const struct kind *k, struct row **seals,
                       size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_SEAL_NEWEST);
    size_t room = 0;

    *seals = NULL;
    *count = 0;
    stmt_bind_text(q, 1, str_of(k->what));
    while (stmt_next(q)) {
        if (*count == room) {
            struct row *more = arena_array(a, struct row, room = room * 2 + 64);

            if (*count > 0) {
                memcpy(more, *seals, sizeof *more * *count);
            }
            *seals = more;
        }
        (*seals)[(*count)++] = (struct row){stmt_int(q, 0), stmt_text(q, 1, a)};
    }
    return stmt_end(q, err);
}

/* Both sides go along in the order of the keys. */
static bool prove_kind(struct seals_proof *p, struct arena *a, const struct kind *k,
                       struct err *err) {
    struct row *rows;
    struct row *seals;
    size_t row_count;
    size_t seal_count;
    size_t r = 0;
    size_t n = 0;

    if (!seal_all(a, p->store, p->keys, k, &rows, &row_count, err) ||
        !list_seals(a, p->store, k, &seals, &seal_count, err)) {
        return false;
    }
    while (r < row_count || n < seal_count) {
        if (n == seal_count || (r < row_count && rows[r].id < seals[n].id)) {
            tell(p, a, k->table, k->id, rows[r++].id, "", "row", "no row");
        } else if (r == row_count || seals[n].id < rows[r].id) {
            tell(p, a, k->table, k->id, seals[n++].id, "", "no row", "row");
        } else if (!str_eq(rows[r].seal, seals[n].seal)) {
            tell(p, a, k->table, k->id, rows[r].id, "", "altered", "as it was sealed");
            r++;
            n++;
        } else {
            p->seals++;
            r++;
            n++;
        }
    }
    return true;
}

static bool prove_kept(struct seals_proof *p, struct arena *a, struct err *err) {
    struct stmt *q = store_sql(p->store, SQL_AUDIT_KEPT_LIST);

    while (stmt_next(q)) {
        struct str is = stmt_is_null(q, 2) ? (struct str){0} : hex_write(a, stmt_view(q, 2));

        if (!str_eq(is, stmt_text(q, 1, a))) {
            tell(p, a, "audit", "number", stmt_int(q, 0), "hash", is.n == 0 ? "no row" : "altered",
                 "as the ledger kept it");
        }
    }
    return stmt_end(q, err);
}

bool seals_prove(struct seals_proof *p, struct err *err) {
    struct arena *a = arena_open();
    bool has = false;
    bool ok = store_snapshot(p->store, err);

    ok = ok && prove_kept(p, a, err) && has_seals(p->store, &has, err);
    for (size_t n = 0; ok && has && n < KINDS; n++) {
        ok = prove_kind(p, a, &kinds[n], err);
    }
    if (!ok || !store_release(p->store, err)) {
        store_rollback(p->store);
        ok = false;
    }
    arena_close(a);
    return ok;
}
