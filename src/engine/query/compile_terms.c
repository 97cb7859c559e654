/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/compile.h"

#include <assert.h>

/* The night shift hands over at eight; what came in since eight in the evening is its. */
#define SQL_IS_NIGHT "(hour >= 20 OR hour < 8)"

enum column_type { COLUMN_TEXT, COLUMN_INT };

struct column {
    const char *name;
    enum column_type type;
};

static const struct column columns[FILTER_KEY_COUNT] = {
    [FILTER_PROCEDURE] = {"procedure", COLUMN_TEXT},
    [FILTER_STATE] = {"state", COLUMN_TEXT},
    [FILTER_CLASS] = {"class", COLUMN_TEXT},
    [FILTER_UNIT] = {"unit", COLUMN_INT},
    [FILTER_CHANNEL] = {"channel", COLUMN_TEXT},
    [FILTER_OPENED] = {"reported_at", COLUMN_INT},
    [FILTER_CLOSED] = {"closed_at", COLUMN_INT},
    [FILTER_DUE] = {"next_due_at", COLUMN_INT},
    [FILTER_NUMBER] = {"number", COLUMN_TEXT},
    [FILTER_EXTERNAL] = {"external_number", COLUMN_TEXT},
    [FILTER_RATING] = {"rating", COLUMN_INT},
    [FILTER_CELL] = {"cell", COLUMN_INT},
};

/* Keys that are true or not, each in the one way in which the whole program says it. */
static void put_flag(struct sql *s, enum filter_key key, int64_t as_of) {
    switch (key) {
    case FILTER_LATE:
        sql_put(s, "(late = 1 OR (late_after > 0 AND late_after < ");
        sql_int(s, as_of);
        sql_put(s, "))");
        break;
    case FILTER_SHOULD_CLOSE:
        sql_put(s, "(state = 'closed' OR (" SQL_IS_OPEN " AND ");
        put_flag(s, FILTER_LATE, as_of);
        sql_put(s, "))");
        break;
    case FILTER_RETURNED:
        sql_put(s, "returns > 0");
        break;
    case FILTER_REDO:
        sql_put(s, "reworks > 0");
        break;
    case FILTER_LEADER:
        sql_put(s, "leader_waiting = 1");
        break;
    case FILTER_SOLVED:
        sql_put(s, "solved = 1");
        break;
    default:
        assert(key == FILTER_NIGHT);
        sql_put(s, SQL_IS_NIGHT);
    }
}

static void put_contacted(struct sql *s, enum filter_kind kind, int64_t as_of) {
    switch (kind) {
    case FILTER_IS_YES:
        sql_put(s, "first_contact_at > 0");
        break;
    case FILTER_IS_NO:
        sql_put(s, "(first_contact_due_at > 0 AND first_contact_at = 0)");
        break;
    case FILTER_IS_IN_TIME:
        sql_put(s, "(first_contact_at > 0 AND first_contact_at <= first_contact_due_at)");
        break;
    default:
        sql_put(s, "(first_contact_due_at > 0 AND (first_contact_at > first_contact_due_at OR "
                   "(first_contact_at = 0 AND first_contact_due_at < ");
        sql_int(s, as_of);
        sql_put(s, ")))");
    }
}

static void put_range(struct sql *s, const char *column, const struct filter_value *value) {
    sql_put(s, "(");
    sql_put(s, column);
    sql_put(s, " >= ");
    sql_int(s, value->from < 1 ? 1 : value->from); /* 0 = not yet, or none */
    if (value->to != INT64_MAX) {
        sql_put(s, " AND ");
        sql_put(s, column);
        sql_put(s, " < ");
        sql_int(s, value->to);
    }
    sql_put(s, ")");
}

/* Begins with: from the prefix up to the prefix and the last character that there is. */
static void put_prefix(struct sql *s, const char *column, struct str prefix) {
    sql_put(s, "(");
    sql_put(s, column);
    sql_put(s, " >= ");
    sql_text(s, prefix);
    sql_put(s, " AND ");
    sql_put(s, column);
    sql_put(s, " < ");
    sql_text(s, arena_format(s->text.arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(prefix)));
    sql_put(s, ")");
}

static bool is_listed(const struct filter_value *value, enum area_level level) {
    return value->kind == FILTER_IS_CODE || (value->kind == FILTER_IS_ID && value->level == level);
}

/* column IN (all codes or ids of the term); gives whether there were any. */
static bool put_list(struct sql *s, const struct column *column, const struct filter_term *term,
                     enum area_level level) {
    size_t n = 0;

    for (size_t i = 0; i < term->value_count; i++) {
        const struct filter_value *value = &term->values[i];

        if (!is_listed(value, level)) {
            continue;
        }
        if (n++ == 0) {
            sql_put(s, column->name);
            sql_put(s, " IN (");
        } else {
            sql_put(s, ",");
        }
        if (column->type == COLUMN_TEXT) {
            sql_text(s, value->text);
        } else {
            sql_int(s, value->id);
        }
    }
    sql_put(s, n > 0 ? ")" : "");
    return n > 0;
}

static void put_some(struct sql *s, const struct column *column, const char *comparison) {
    sql_put(s, column->name);
    sql_put(s, comparison);
    sql_put(s, column->type == COLUMN_TEXT ? "''" : "0");
}

static void put_value(struct sql *s, enum filter_key key, const struct filter_value *value,
                      int64_t as_of) {
    bool is_flag = columns[key].name == NULL && key != FILTER_PLACE;

    if (key == FILTER_CONTACTED) {
        put_contacted(s, value->kind, as_of);
    } else if (key == FILTER_SOLVED && value->kind != FILTER_IS_YES) {
        sql_put(s, value->kind == FILTER_IS_NO ? "solved = 2" : "solved = 0");
    } else if (is_flag) {
        sql_put(s, value->kind == FILTER_IS_NO ? "NOT " : "");
        put_flag(s, key, as_of);
    } else if (value->kind == FILTER_IS_OPEN) {
        sql_put(s, SQL_IS_OPEN);
    } else if (value->kind == FILTER_IS_RANGE) {
        put_range(s, columns[key].name, value);
    } else if (value->kind == FILTER_IS_PREFIX) {
        put_prefix(s, columns[key].name, value->text);
    } else if (key == FILTER_PLACE) {
        sql_put(s, value->kind == FILTER_IS_NONE ? "community = 0" : "TRUE");
    } else {
        put_some(s, &columns[key],
                 value->kind == FILTER_IS_NONE ? " = "
                 : key == FILTER_EXTERNAL      ? " <> "
                                               : " > ");
    }
}

static size_t put_lists(struct sql *s, const struct filter_term *term) {
    static const struct column places[] = {
        [AREA_COMMUNITY] = {"community", COLUMN_INT},
        [AREA_GRID] = {"grid", COLUMN_INT},
        [AREA_ESTATE] = {"estate", COLUMN_INT},
    };
    size_t lists = 0;

    if (term->key != FILTER_PLACE) {
        return columns[term->key].name != NULL &&
                       put_list(s, &columns[term->key], term, AREA_OFFICE)
                   ? 1
                   : 0;
    }
    for (int level = AREA_COMMUNITY; level <= AREA_ESTATE; level++) {
        bool any = false;

        for (size_t i = 0; i < term->value_count; i++) {
            any |= is_listed(&term->values[i], (enum area_level)level);
        }
        if (any) {
            sql_put(s, lists++ > 0 ? " OR " : "");
            put_list(s, &places[level], term, (enum area_level)level);
        }
    }
    return lists;
}

void compile_term(struct sql *s, const struct filter_term *term, int64_t as_of) {
    size_t parts;

    assert(term->key < FILTER_WORDS && term->value_count > 0);
    sql_put(s, term->is_not ? "NOT (" : "(");
    parts = put_lists(s, term);
    for (size_t i = 0; i < term->value_count; i++) {
        const struct filter_value *value = &term->values[i];
        bool in_list = value->kind == FILTER_IS_CODE ||
                       (value->kind == FILTER_IS_ID &&
                        (term->key != FILTER_PLACE || value->level != AREA_OFFICE));

        if (!in_list) {
            sql_put(s, parts++ > 0 ? " OR " : "");
            put_value(s, term->key, value, as_of);
        }
    }
    sql_put(s, ")");
}

/* "state:open" and nothing else, as the partial indexes of open cases say it too. */
static bool says_open(const struct filter_term *term) {
    return term->key == FILTER_STATE && !term->is_not && term->value_count == 1 &&
           term->values[0].kind == FILTER_IS_OPEN;
}

void compile_terms(struct sql *s, const struct filter *filter, bool is_open) {
    size_t n = 0;

    for (size_t i = 0; i < filter->count; i++) {
        if (filter->terms[i].key != FILTER_WORDS && !(is_open && says_open(&filter->terms[i]))) {
            sql_put(s, n++ > 0 ? " AND " : "");
            compile_term(s, &filter->terms[i], filter->as_of);
        }
    }
    sql_put(s, n == 0 ? "TRUE" : "");
}
