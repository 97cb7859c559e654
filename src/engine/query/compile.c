/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/compile.h"

#include <assert.h>

static const char *const indexes[DRIVER_COUNT] = {
    [DRIVER_NEWEST] = "cases_newest",
    [DRIVER_OPEN] = "cases_open",
    [DRIVER_COMMUNITY] = "cases_community",
    [DRIVER_GRID] = "cases_grid",
    [DRIVER_ESTATE] = "cases_estate",
    [DRIVER_UNIT] = "cases_unit",
    [DRIVER_CLASS] = "cases_class",
    [DRIVER_CLOSED] = "cases_closed",
    [DRIVER_NUMBER] = "cases_number",
    [DRIVER_EXTERNAL] = "cases_external",
    [DRIVER_RATING] = "cases_rating",
    [DRIVER_LEADER] = "cases_leader",
    [DRIVER_MARKED] = "cases_marked",
    [DRIVER_CELL] = "cases_cell",
    [DRIVER_UNCONTACTED] = "cases_uncontacted",
    [DRIVER_OVERDUE] = "cases_overdue",
    [DRIVER_ENDED] = "cases_ended",
};

static const char *const area_columns[] = {
    [AREA_COMMUNITY] = "community",
    [AREA_GRID] = "grid",
    [AREA_ESTATE] = "estate",
};

const char *compile_driver_index(enum driver driver) {
    assert(driver < DRIVER_COUNT);
    return indexes[driver];
}

static void put_grant(struct sql *s, const struct scope_grant *grant) {
    sql_put(s, "(");
    if (grant->area.level == AREA_OFFICE) {
        sql_put(s, "TRUE");
    } else {
        sql_put(s, area_columns[grant->area.level]);
        sql_put(s, " = ");
        sql_int(s, grant->area.id);
    }
    if (grant->procedure.n > 0) {
        sql_put(s, " AND procedure = ");
        sql_text(s, grant->procedure);
    }
    sql_put(s, ")");
}

/* The places of one level that are granted for every procedure, as one list. */
static bool put_grants_of(struct sql *s, const struct scope *scope, enum area_level level,
                          const char *before) {
    size_t n = 0;

    for (size_t i = 0; i < scope->grant_count; i++) {
        const struct scope_grant *grant = &scope->grants[i];

        if (grant->area.level != level || grant->procedure.n > 0) {
            continue;
        }
        if (n++ == 0) {
            sql_put(s, before);
            sql_put(s, area_columns[level]);
            sql_put(s, " IN (");
        } else {
            sql_put(s, ",");
        }
        sql_int(s, grant->area.id);
    }
    sql_put(s, n > 0 ? ")" : "");
    return n > 0;
}

/* Whether this very case is in the scope. One kind of grant alone stands alone, so that an index
 * can lead by it. */
static void put_scope(struct sql *s, const struct scope *scope) {
    bool any = false;

    sql_put(s, "(");
    for (int level = AREA_COMMUNITY; level <= AREA_ESTATE; level++) {
        any |= put_grants_of(s, scope, (enum area_level)level, any ? " OR " : "");
    }
    for (size_t i = 0; i < scope->grant_count; i++) {
        if (scope->grants[i].procedure.n > 0) {
            sql_put(s, any ? " OR " : "");
            put_grant(s, &scope->grants[i]);
            any = true;
        }
    }
    if (scope->unit != 0) {
        sql_put(s, any ? " OR " : "");
        sql_put(s, "EXISTS (SELECT 1 FROM tasks INDEXED BY tasks_scope WHERE tasks.office = ");
        sql_int(s, scope->office);
        sql_put(s, " AND tasks.unit = ");
        sql_int(s, scope->unit);
        sql_put(s, " AND tasks.case_id = cases.id)");
        any = true;
    }
    sql_put(s, any ? ")" : "FALSE)");
}

void compile_scope_ids(struct sql *s, const struct scope *scope) {
    assert(!scope_is_whole(scope));
    for (size_t i = 0; i < scope->grant_count; i++) {
        enum area_level level = scope->grants[i].area.level;

        sql_put(s, i > 0 ? " UNION " : "");
        sql_put(s, "SELECT id FROM cases INDEXED BY cases_");
        sql_put(s, level == AREA_OFFICE ? "newest" : area_columns[level]);
        sql_put(s, " WHERE office = ");
        sql_int(s, scope->office);
        sql_put(s, " AND ");
        put_grant(s, &scope->grants[i]);
    }
    if (scope->unit != 0) {
        sql_put(s, scope->grant_count > 0 ? " UNION " : "");
        sql_put(s, "SELECT case_id FROM tasks INDEXED BY tasks_scope WHERE office = ");
        sql_int(s, scope->office);
        sql_put(s, " AND unit = ");
        sql_int(s, scope->unit);
    }
    if (scope->grant_count == 0 && scope->unit == 0) {
        sql_put(s, "SELECT 0 WHERE FALSE");
    }
}

static void put_ids(struct sql *s, const char *operator, struct str ids) {
    sql_put(s, " AND cases.id ");
    sql_put(s, operator);
    sql_put(s, " (SELECT value FROM json_each(");
    sql_text(s, ids);
    sql_put(s, "))");
}

/* What a partial index asks to be said in its own words before it may lead. Never a range of the
 * column that leads: SQLite would begin at that one instead of the filter's (seen on tasks and
 * closed_at). */
static const char *const index_conditions[DRIVER_COUNT] = {
    [DRIVER_OPEN] = " AND " SQL_IS_OPEN,
    [DRIVER_EXTERNAL] = " AND external_number <> ''",
    [DRIVER_LEADER] = " AND leader_waiting = 1",
    [DRIVER_MARKED] = " AND " SQL_IS_MARKED,
    [DRIVER_CELL] = " AND " SQL_IS_OPEN,
    [DRIVER_UNCONTACTED] = " AND first_contact_at = 0 AND first_contact_due_at <> 0",
    [DRIVER_OVERDUE] = " AND late = 0 AND late_after <> 0 AND " SQL_IS_OPEN,
    [DRIVER_ENDED] = " AND " SQL_IS_ENDED,
};

/* Its index says already that a case is open. */
static bool leads_open(enum driver driver) {
    return driver == DRIVER_OPEN || driver == DRIVER_CELL || driver == DRIVER_OVERDUE;
}

void compile_conditions(struct sql *s, const struct predicate *p) {
    sql_put(s, "cases.office = ");
    sql_int(s, p->scope->office);
    if (index_conditions[p->driver] != NULL) {
        sql_put(s, index_conditions[p->driver]);
    }
    if (p->driver == DRIVER_SCOPE) {
        sql_put(s, " AND cases.id IN (");
        compile_scope_ids(s, p->scope);
        sql_put(s, ")");
    }
    if (p->has_words) {
        put_ids(s, "IN", p->word_ids);
    }
    if (p->filter->count > 0) {
        sql_put(s, " AND ");
        compile_terms(s, p->filter, leads_open(p->driver));
    }
    if (p->has_not_words) {
        put_ids(s, "NOT IN", p->not_word_ids);
    }
    if (p->driver != DRIVER_SCOPE && !scope_is_whole(p->scope)) {
        sql_put(s, " AND ");
        put_scope(s, p->scope);
    }
}

void compile_where(struct sql *s, const struct predicate *p) {
    sql_put(s, " WHERE ");
    compile_conditions(s, p);
}

void compile_from(struct sql *s, const struct predicate *p) {
    const char *index = compile_driver_index(p->driver);

    assert(p->scope != NULL && p->scope->office > 0);
    sql_put(s, "cases ");
    sql_put(s, index == NULL ? "NOT INDEXED" : "INDEXED BY ");
    if (index != NULL) {
        sql_put(s, index);
    }
    compile_where(s, p);
}

void compile_tallies(struct sql *s, const struct scope *scope, const struct filter *filter) {
    assert(scope->office > 0 && (scope->unit == 0 || scope_is_whole(scope)));
    sql_put(s, " AND office = ");
    sql_int(s, scope->office);
    sql_put(s, " AND ");
    compile_terms(s, filter, false);
    if (!scope_is_whole(scope)) {
        sql_put(s, " AND ");
        put_scope(s, scope);
    }
}
