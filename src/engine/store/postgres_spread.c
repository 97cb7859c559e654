/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of offices spread over partitions by office. Each is made anew from the schema's own
 * words, so that every name of an index, a key and a sequence is what it is without partitions. */
#include "engine/store/engine.h"

#include "base/buf.h"

#include <inttypes.h>

enum { WORDS_BYTES = 256 << 10 };

/* The next statement of the schema, with its semicolon; false at the end. */
static bool next_statement(struct str *rest, struct str *statement) {
    static const struct str end = {";\n", 2};
    int64_t at = str_find(*rest, end);

    if (at < 0) {
        return false;
    }
    *statement = str_slice(*rest, 0, (size_t)at + 1);
    *rest = str_slice(*rest, (size_t)at + end.n, rest->n);
    return true;
}

/* The name of the index when the statement makes one of this table, else empty. */
static struct str index_of(struct arena *a, struct str statement, const char *table) {
    static const struct str begins[] = {{"CREATE INDEX ", 13}, {"CREATE UNIQUE INDEX ", 20}};

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        if (str_starts(statement, begins[i])) {
            struct str rest = str_slice(statement, begins[i].n, statement.n);
            struct str name = str_cut(&rest, ' ');

            return str_starts(rest, arena_format(a, "ON %s ", table)) ? name : (struct str){0};
        }
    }
    return (struct str){0};
}

static void put_aside(struct buf *b, struct arena *a, const char *table) {
    struct str rest = str_of(store_schema_postgres);
    struct str statement;

    buf_format(b, "ALTER TABLE %s RENAME TO %s_before; ALTER INDEX %s_pkey RENAME TO ", table,
               table, table);
    buf_format(b, "%s_before_pkey;\n", table);
    while (next_statement(&rest, &statement)) {
        struct str name = index_of(a, statement, table);

        if (name.n > 0) {
            buf_format(b, "ALTER INDEX %.*s RENAME TO %.*s_before;\n", STR_ARG(name),
                       STR_ARG(name));
        }
    }
}

static void put_indexes(struct buf *b, struct arena *a, const char *table) {
    struct str rest = str_of(store_schema_postgres);
    struct str statement;

    while (next_statement(&rest, &statement)) {
        if (index_of(a, statement, table).n > 0) {
            buf_put(b, statement);
            buf_byte(b, '\n');
        }
    }
}

/* What the schema sets of a table is set of each of its partitions; the table itself has none. */
static void put_settings(struct buf *b, struct arena *a, const char *table, int64_t partitions) {
    struct str begin = arena_format(a, "ALTER TABLE %s SET (", table);
    struct str rest = str_of(store_schema_postgres);
    struct str statement;

    while (next_statement(&rest, &statement)) {
        struct str settings;

        if (!str_starts(statement, begin)) {
            continue;
        }
        settings = str_slice(statement, begin.n - 1, statement.n);
        for (int64_t k = 0; partitions > 1 && k < partitions; k++) {
            buf_format(b, "ALTER TABLE %s_%" PRId64 "_%" PRId64 " SET %.*s\n", table, partitions, k,
                       STR_ARG(settings));
        }
        if (partitions <= 1) {
            buf_put(b, statement);
            buf_byte(b, '\n');
        }
    }
}

/* What other accounts were granted of the table is granted of the new one. */
static void put_grants(struct buf *b, const char *table) {
    buf_format(
        b,
        "DO $$ DECLARE words TEXT; BEGIN FOR words IN SELECT format('GRANT %%s ON %s TO %%s',"
        " string_agg(x.privilege_type, ', '), CASE WHEN x.grantee = 0 THEN 'PUBLIC'"
        " ELSE quote_ident(pg_get_userbyid(x.grantee)) END) FROM pg_class c,"
        " aclexplode(c.relacl) x WHERE c.oid = CAST('%s_before' AS regclass)"
        " AND x.grantee <> c.relowner GROUP BY x.grantee"
        " LOOP EXECUTE words; END LOOP; END $$;\n",
        table, table);
}

static struct str table_statement(struct arena *a, const char *table) {
    struct str rest = str_of(store_schema_postgres);
    struct str begin = arena_format(a, "CREATE TABLE %s (", table);
    struct str statement;

    while (next_statement(&rest, &statement)) {
        if (str_starts(statement, begin)) {
            return statement;
        }
    }
    return (struct str){0};
}

static struct str spreading(struct arena *a, const char *table, int64_t partitions) {
    struct buf b = buf_make(a, WORDS_BYTES);
    struct str made = table_statement(a, table);
    bool has_ids = str_find(made, STR("AS IDENTITY")) >= 0;

    put_aside(&b, a, table);
    if (has_ids) {
        buf_format(&b, "ALTER SEQUENCE %s_id_seq RENAME TO %s_before_id_seq;\n", table, table);
    }
    buf_put(&b, str_slice(made, 0, made.n - 1));
    buf_c(&b, partitions > 1 ? " PARTITION BY HASH (office);\n" : ";\n");
    for (int64_t k = 0; partitions > 1 && k < partitions; k++) {
        buf_format(&b, "CREATE TABLE %s_%" PRId64 "_%" PRId64 " PARTITION OF %s ", table,
                   partitions, k, table);
        buf_format(&b, "FOR VALUES WITH (MODULUS %" PRId64 ", REMAINDER %" PRId64 ");\n",
                   partitions, k);
    }
    buf_format(&b, "INSERT INTO %s SELECT * FROM %s_before;\n", table, table);
    put_indexes(&b, a, table);
    put_settings(&b, a, table, partitions);
    if (has_ids) {
        buf_format(&b, "SELECT setval('%s_id_seq', last_value, is_called) FROM %s_before_id_seq;\n",
                   table, table);
    }
    put_grants(&b, table);
    buf_format(&b, "DROP TABLE %s_before;\n", table);
    return buf_str(&b);
}

static bool count_partitions(struct store *s, struct arena *a, const char *table, int64_t *count,
                             struct err *err) {
    struct stmt *q = store_text(
        s,
        arena_format(a, "SELECT count(*) FROM pg_inherits WHERE inhparent = CAST('%s' AS regclass)",
                     table));

    *count = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

static bool spread_all(struct store *s, struct arena *a, int64_t partitions, int64_t *count,
                       struct err *err) {
    int64_t wanted = partitions > 1 ? partitions : 0;
    bool ok = true;

    *count = 0;
    for (const char *const *table = store_office_tables; ok && *table != NULL; table++) {
        struct arena_mark mark = arena_mark(a);
        int64_t has = 0;

        ok = count_partitions(s, a, *table, &has, err);
        if (ok && has != wanted) {
            ok = store_execute(s, spreading(a, *table, partitions).p, err);
            ++*count;
        }
        arena_rewind(a, mark);
    }
    return ok;
}

bool postgres_spread(struct store *s, int64_t partitions, int64_t *count, struct err *err) {
    struct arena *a = arena_open();
    bool ok =
        store_begin(s, err) && spread_all(s, a, partitions, count, err) && store_commit(s, err);

    store_rollback(s);
    if (ok && *count > 0) {
        store_learn(s);
    }
    arena_close(a);
    return ok;
}

bool postgres_spread_new(struct store *s, struct err *err) {
    struct arena *a = arena_open();
    int64_t has;
    int64_t count;
    bool ok = count_partitions(s, a, "ledger", &has, err) &&
              (has == 0 || spread_all(s, a, has, &count, err));

    arena_close(a);
    return ok;
}
