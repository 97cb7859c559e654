/* SPDX-License-Identifier: Apache-2.0 */
/* Does the database have what the program makes, and nothing that acts by itself? A server keeps
 * its pages whole; who may write to it can hang a trigger on a table, or take away the index that
 * refuses a command the second time. */
#include "engine/store/postgres.h"

static const char acts_by_itself[] =
    "SELECT CAST(t.tgname AS TEXT) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND NOT t.tgisinternal"
    " UNION ALL SELECT CAST(rulename AS TEXT) FROM pg_rules WHERE schemaname = current_schema()"
    " ORDER BY 1 LIMIT 1";

static bool check_alone(struct store *s, struct arena *a, struct str *flaw, struct err *err) {
    struct stmt *q = store_text(s, str_of(acts_by_itself));

    if (stmt_next(q)) {
        *flaw = arena_format(a, "schema: %.*s", STR_ARG(stmt_view(q, 0)));
    }
    return stmt_end(q, err);
}

/* The index that a line of the schema makes is there, may be used and is unique where it says so.
 */
static bool check_index(struct store *s, struct arena *a, struct str line, struct str *flaw,
                        struct err *err) {
    static const struct str begins[] = {STR_INIT("CREATE INDEX "),
                                        STR_INIT("CREATE UNIQUE INDEX ")};

    for (size_t i = 0; i < 2; i++) {
        if (str_starts(line, begins[i])) {
            struct str rest = str_slice(line, begins[i].n, line.n);
            struct str name = str_cut(&rest, ' ');
            struct str sql = arena_format(
                a,
                "SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname ="
                " current_schema() AND c.relname = '%.*s' AND x.indisvalid AND x.indisunique = %s",
                STR_ARG(name), i == 1 ? "TRUE" : "FALSE");
            int64_t count;

            if (!postgres_ask_number(s, sql, &count, err)) {
                return false;
            }
            if (count != 1) {
                *flaw = arena_format(a, "schema: %.*s", STR_ARG(name));
            }
        }
    }
    return true;
}

bool postgres_check(struct store *s, struct arena *a, struct str *flaw, struct err *err) {
    struct str rest = str_of(store_schema_postgres);
    bool ok = check_alone(s, a, flaw, err);

    while (ok && flaw->n == 0 && rest.n > 0) {
        ok = check_index(s, a, str_cut(&rest, '\n'), flaw, err);
    }
    return ok;
}
