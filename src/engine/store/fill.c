/* SPDX-License-Identifier: Apache-2.0 */
/* What a database needs that is filled from elsewhere (linli move), whatever engine is behind it.
 */
#include "engine/store/engine.h"

#include <stdio.h>
#include <time.h>

enum { WAIT_TURNS = 100, WAIT_MS = 100, TABLES_MOST = 64 };

static bool ask_number(struct store *s, const char *sql, int64_t *number, struct err *err) {
    struct stmt *q = store_text(s, str_of(sql));

    *number = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

bool store_is_filling(struct store *s, bool *is, struct err *err) {
    int64_t version;
    bool ok = ask_number(s,
                         store_is_shared(s) ? "SELECT version FROM schema_version"
                                            : "SELECT user_version FROM pragma_user_version",
                         &version, err);

    *is = version < 0;
    return ok;
}

bool store_mark_filling(struct store *s, bool is, struct err *err) {
    char words[64];

    snprintf(words, sizeof words,
             store_is_shared(s) ? "UPDATE schema_version SET version = %d"
                                : "PRAGMA user_version = %d",
             is ? -SCHEMA_VERSION : SCHEMA_VERSION);
    return store_execute(s, words, err);
}

bool store_count_others(struct store *s, int64_t *count, struct err *err) {
    bool ok = true;

    *count = store_is_shared(s);
    for (int turn = 0; ok && *count > 0 && turn < WAIT_TURNS; turn++) {
        if (turn > 0) {
            nanosleep(&(struct timespec){.tv_nsec = WAIT_MS * 1000000L}, NULL);
        }
        ok = ask_number(s,
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        " AND application_name = 'linli' AND pid <> pg_backend_pid()",
                        count, err);
    }
    return ok;
}

/* The names of the tables that the schema makes, each between two quotes, with commas between. */
static struct str table_names(struct arena *a, const char *quote) {
    static const struct str begins = STR_INIT("CREATE TABLE ");
    struct str rest = str_of(store_schema_postgres);
    struct str names = {0};

    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');

        if (str_starts(line, begins)) {
            struct str after = str_slice(line, begins.n, line.n);
            struct str name = str_cut(&after, ' ');

            names = arena_format(a, "%.*s%s%s%.*s%s", STR_ARG(names), names.n > 0 ? ", " : "",
                                 quote, STR_ARG(name), quote);
        }
    }
    return names;
}

/* Of these everybody who works changes and takes away rows; of others an administrator may keep the
 * account from it. */
#define REWRITTEN "c.relname IN ('sessions', 'tallies')"

bool store_may_write(struct store *s, struct err *err) {
    struct arena *a = arena_open();
    struct str table = {0};
    struct stmt *q;
    bool ok = true;

    if (store_is_shared(s)) {
        q = store_text(s, arena_format(a,
                                       "SELECT CAST(c.relname AS TEXT), CASE WHEN " REWRITTEN
                                       " THEN ', UPDATE, DELETE' ELSE '' END FROM pg_class c"
                                       " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                       " WHERE n.nspname = current_schema() AND c.relname IN (%.*s)"
                                       " AND NOT (has_table_privilege(c.oid, 'SELECT')"
                                       " AND has_table_privilege(c.oid, 'INSERT')"
                                       " AND (NOT " REWRITTEN
                                       " OR (has_table_privilege(c.oid, 'UPDATE')"
                                       " AND has_table_privilege(c.oid, 'DELETE'))))"
                                       " ORDER BY 1 LIMIT 1",
                                       STR_ARG(table_names(a, "'"))));
        if (stmt_next(q)) {
            struct str name = stmt_text(q, 0, a);
            struct str more = stmt_text(q, 1, a);

            table = arena_format(a, "SELECT, INSERT%.*s ON %.*s", STR_ARG(more), STR_ARG(name));
        }
        ok = stmt_end(q, err) && (table.n == 0 || fail1(err, E_DATABASE_RIGHTS, "", table));
    }
    arena_close(a);
    return ok;
}

void store_learn(struct store *s) {
    struct arena *a = arena_open();
    struct err ignored;

    if (store_is_shared(s)) {
        store_execute(s, arena_format(a, "ANALYZE %.*s", STR_ARG(table_names(a, ""))).p, &ignored);
    }
    arena_close(a);
}

bool store_settle_ids(struct store *s, struct err *err) {
    struct arena *a = arena_open();
    struct str names[TABLES_MOST];
    size_t count = 0;
    bool ok = true;

    if (store_is_shared(s)) {
        struct stmt *q = store_text(
            s, STR("SELECT CAST(table_name AS TEXT) FROM information_schema.columns WHERE"
                   " table_schema = current_schema() AND is_identity = 'YES'"));

        while (count < TABLES_MOST && stmt_next(q)) {
            names[count++] = stmt_text(q, 0, a);
        }
        ok = stmt_end(q, err);
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = store_execute(s,
                           arena_format(a,
                                        "SELECT setval(pg_get_serial_sequence('%.*s', 'id'),"
                                        " coalesce(max(id), 0) + 1, false) FROM %.*s",
                                        STR_ARG(names[i]), STR_ARG(names[i]))
                               .p,
                           err);
    }
    arena_close(a);
    return ok;
}
