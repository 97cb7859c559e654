/* SPDX-License-Identifier: Apache-2.0 */
/* Is the database ours, and of this version? An older one is brought up to date by who writes. */
#include "engine/store/postgres.h"

#include <stdio.h>
#include <string.h>

/* The one number that a statement gives; false when it gives none. */
bool postgres_ask_number(struct store *s, struct str sql, int64_t *number, struct err *err) {
    struct stmt *q = store_text(s, sql);
    bool found = stmt_next(q);

    *number = found ? stmt_int(q, 0) : -1;
    return stmt_end(q, err) && found;
}

/* Text compares byte by byte in both engines, or keys would not be walked in the same order. */
static bool check_order(struct store *s, struct err *err) {
    struct stmt *q = store_text(
        s, STR("SELECT CAST(datcollate AS TEXT), CAST(pg_encoding_to_char(encoding) AS TEXT)"
               " FROM pg_database WHERE datname = current_database()"));
    char collate[64] = "";
    char encoding[64] = "";
    bool fits;

    if (stmt_next(q)) {
        snprintf(collate, sizeof collate, "%.*s", STR_ARG(stmt_view(q, 0)));
        snprintf(encoding, sizeof encoding, "%.*s", STR_ARG(stmt_view(q, 1)));
    }
    if (!stmt_end(q, err)) {
        return false;
    }
    fits = strcmp(encoding, "UTF8") == 0 &&
           (strcmp(collate, "C") == 0 || strcmp(collate, "POSIX") == 0 ||
            strcmp(collate, "C.UTF-8") == 0 || strcmp(collate, "C.utf8") == 0);
    return fits || fail2(err, E_DATABASE_ORDER, "", str_of(encoding), str_of(collate));
}

static bool make_schema(struct store *s, struct err *err) {
    char words[64];

    snprintf(words, sizeof words, "INSERT INTO schema_version VALUES (%d)", SCHEMA_VERSION);
    return check_order(s, err) && store_begin(s, err) &&
           store_execute(s, store_schema_postgres, err) && store_execute(s, words, err) &&
           store_commit(s, err);
}

/* All or nothing; of several nodes that start at once the first does it, the others wait for it. */
static bool upgrade(struct store *s, struct err *err) {
    char words[64];
    int64_t version = 0;
    bool ok;

    if (!store_begin(s, err)) {
        return false;
    }
    ok = store_execute(s, "LOCK TABLE schema_version", err) &&
         postgres_ask_number(s, STR("SELECT version FROM schema_version"), &version, err);
    for (int64_t i = version; ok && i < SCHEMA_VERSION; i++) {
        ok = store_execute(s, store_upgrades_postgres[i - SCHEMA_FIRST_ON_POSTGRES], err);
    }
    snprintf(words, sizeof words, "UPDATE schema_version SET version = %d", SCHEMA_VERSION);
    ok = ok && postgres_spread_new(s, err);
    if (ok && store_execute(s, words, err) && store_commit(s, err)) {
        return true;
    }
    store_rollback(s);
    return false;
}

/* Whose table schema_version is there: other programs have one of that name too. The catalogue is
 * asked, not information_schema, which hides what the account may not read. */
enum tables { TABLES_NONE, TABLES_OURS, TABLES_FOREIGN };

static bool find_tables(struct store *s, enum tables *found, struct err *err) {
    static const char ours[] =
        "SELECT CASE WHEN current_schema() IS NULL THEN -1 WHEN count(*) = 0 THEN 0"
        " WHEN min(CAST(a.atttypid AS BIGINT)) = 20 AND EXISTS (SELECT 1 FROM pg_class l"
        " JOIN pg_namespace m ON m.oid = l.relnamespace"
        " WHERE m.nspname = current_schema() AND l.relname = 'ledger') THEN 1 ELSE 2 END"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a"
        " ON a.attrelid = c.oid AND a.attname = 'version'"
        " WHERE n.nspname = current_schema() AND c.relname = 'schema_version'";
    int64_t number;

    *found = TABLES_NONE;
    if (!postgres_ask_number(s, str_of(ours), &number, err)) {
        return false;
    }
    if (number < 0) {
        return fail1(err, E_DATABASE_RIGHTS, "", STR("USAGE ON SCHEMA public"));
    }
    *found = (enum tables)number;
    return true;
}

bool postgres_check_version(struct store *s, enum store_mode mode, struct err *err) {
    enum tables tables;
    int64_t version;

    if (!find_tables(s, &tables, err)) {
        return false;
    }
    if (tables == TABLES_FOREIGN) {
        return fail1(err, E_DATABASE_FOREIGN, "", STR("schema_version"));
    }
    if (mode == STORE_CREATE) {
        return tables == TABLES_NONE ? make_schema(s, err) : fail(err, E_DATABASE_USED, "");
    }
    if (tables == TABLES_NONE) {
        return fail(err, E_DATABASE_EMPTY, "");
    }
    fail1(err, E_DATABASE_FOREIGN, "", STR("schema_version")); /* where it has no row */
    if (!postgres_ask_number(s, STR("SELECT version FROM schema_version"), &version, err)) {
        return false;
    }
    if (mode == STORE_FILL && version < 0) {
        version = -version;
    }
    if (version < 0) {
        return fail(err, E_MOVE_UNFINISHED, "");
    }
    if (version > SCHEMA_VERSION) {
        return store_fail_version(E_SCHEMA, (int)version, err);
    }
    if (version == SCHEMA_VERSION) {
        return true;
    }
    return mode == STORE_WRITE && version >= SCHEMA_FIRST_ON_POSTGRES
               ? upgrade(s, err)
               : store_fail_version(E_SCHEMA_OLD, (int)version, err);
}
