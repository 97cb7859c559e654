/* SPDX-License-Identifier: Apache-2.0 */
/* Rows from one database into another, whatever engine is behind either, and their digest. */
#include "engine/door/backup.h"

#include "base/buf.h"

#include <inttypes.h>

enum { ROWS_AT_ONCE = 50, COLUMNS_MOST = 64, ROW_BYTES = 32 << 20 };

const struct backup_table backup_tables[] = {
    {"ledger", "number"},  {"words", "event"}, {"vault", "event"}, {"attachments", "event"},
    {"credentials", NULL}, {"api_keys", NULL}, {"audit", NULL},    {0},
};

struct cell {
    int kind; /* i t b n */
    int64_t integer;
    struct str bytes;
};

struct rows {
    struct arena *arena; /* reset behind each statement */
    struct store *into;
    const char *table;
    bool may_replace; /* an id that an erased row had may come again: the newer row is meant */
    const char *names[COLUMNS_MOST];
    int columns;
    struct cell cells[ROWS_AT_ONCE * COLUMNS_MOST];
    int count;
};

static struct str insert_text(const struct rows *r) {
    struct buf b = buf_make(r->arena, 64 << 10);

    buf_format(&b, "INSERT %sINTO %s (", r->may_replace ? "OR REPLACE " : "", r->table);
    for (int c = 0; c < r->columns; c++) {
        buf_format(&b, "%s%s", c > 0 ? ", " : "", r->names[c]);
    }
    buf_c(&b, ") VALUES ");
    for (int n = 0; n < r->count; n++) {
        buf_c(&b, n > 0 ? ", (" : "(");
        for (int c = 0; c < r->columns; c++) {
            buf_format(&b, "%s?%d", c > 0 ? ", " : "", n * r->columns + c + 1);
        }
        buf_c(&b, ")");
    }
    return buf_str(&b);
}

static bool put_rows(struct rows *r, struct err *err) {
    bool ok = true;

    if (r->count > 0 && r->into != NULL) {
        struct stmt *q = store_text(r->into, insert_text(r));

        for (int n = 0; n < r->count * r->columns; n++) {
            const struct cell *cell = &r->cells[n];

            if (cell->kind == 'i') {
                stmt_bind_int(q, n + 1, cell->integer);
            } else if (cell->kind == 't') {
                stmt_bind_text(q, n + 1, cell->bytes);
            } else if (cell->kind == 'b') {
                stmt_bind_bytes(q, n + 1, cell->bytes);
            } else {
                stmt_bind_null(q, n + 1);
            }
        }
        ok = stmt_run(q, err);
    }
    r->count = 0;
    arena_reset(r->arena);
    return ok;
}

static void take_row(struct rows *r, struct stmt *from) {
    for (int c = 0; c < r->columns; c++) {
        struct cell *cell = &r->cells[r->count * r->columns + c];

        cell->kind = stmt_kind(from, c);
        cell->integer = cell->kind == 'i' ? stmt_int(from, c) : 0;
        cell->bytes =
            cell->kind == 't' || cell->kind == 'b' ? stmt_text(from, c, r->arena) : (struct str){0};
    }
    r->count++;
}

/* Each row goes on from the digest of those before it. */
static void digest_row(const struct rows *r, int row, struct hash *digest) {
    struct buf b = buf_make(r->arena, ROW_BYTES);
    struct str parts[2];

    for (int c = 0; c < r->columns; c++) {
        const struct cell *cell = &r->cells[row * r->columns + c];

        buf_format(&b, "%c%" PRId64 " %zu:", cell->kind, cell->integer, cell->bytes.n);
        buf_put(&b, cell->bytes);
    }
    parts[0] = hash_bytes(digest);
    parts[1] = buf_str(&b);
    *digest = hash_sha256_parts(parts, 2);
}

bool backup_copy(struct stmt *from, struct store *into, const char *table, int64_t *rows,
                 struct hash *digest, struct err *err) {
    struct arena *a = arena_open();
    struct rows *r = arena_new(a, struct rows);
    bool ok = true;

    r->arena = arena_open();
    r->into = into;
    r->table = table;
    r->may_replace = digest == NULL;
    stmt_stream(from);
    while (ok && stmt_next(from)) {
        if (r->columns == 0) {
            r->columns = stmt_columns(from) < COLUMNS_MOST ? stmt_columns(from) : COLUMNS_MOST;
            for (int c = 0; c < r->columns; c++) {
                r->names[c] = arena_c(a, str_of(stmt_name(from, c)));
            }
        }
        take_row(r, from);
        if (digest != NULL) {
            digest_row(r, r->count - 1, digest);
        }
        ++*rows;
        ok = r->count < ROWS_AT_ONCE || put_rows(r, err);
    }
    ok = ok && put_rows(r, err);
    arena_close(r->arena);
    arena_close(a);
    return stmt_end(from, ok ? err : &(struct err){0}) && ok;
}

struct str backup_fingerprint(struct arena *a, const struct keys *keys) {
    struct hash h = hash_hmac(key_str(keys->master), STR("linli backup"));

    return hex_write(a, hash_bytes(&h));
}
