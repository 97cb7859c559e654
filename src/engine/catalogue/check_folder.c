/* SPDX-License-Identifier: Apache-2.0 */
/* The whole folder: the definitions, and the tables beside them that other parts load. Their
 * columns stand here as tables, so that a slip in a spreadsheet is told by `linli check` and not by
 * the import in the evening.
 */
#include "engine/catalogue/check.h"
#include "engine/catalogue/codes.h"
#include "engine/catalogue/sheet.h"

#include "base/limits.h"
#include "base/time_text.h"

/* ---- the tables beside the definitions */

static const struct column workday_columns[] = {
    {"date", CELL_TEXT, .required = true, .is_key = true, .most = 10},
    {"kind", CELL_TEXT, .required = true, .most = 20},
    {"name", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
};

static const struct column unit_columns[] = {
    {"code", CELL_CODE, .required = true, .is_key = true},
    {"parent", CELL_CODE},
    {"name_zh", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    {"name_en", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    {"kind", CELL_CODE, .required = true},
    {"has_accounts", CELL_YES_NO, .required = true},
    {"line", CELL_TEXT, .most = LIMIT_SHORT_CHARACTERS},
    {"area", CELL_TEXT, .most = LIMIT_TEXT_CHARACTERS},
    {"telephone", CELL_TEXT, .most = 40},
};

static const struct column place_columns[] = {
    {"code", CELL_CODE, .required = true, .is_key = true},
    {"parent", CELL_CODE},
    {"level", CELL_TEXT, .required = true, .most = 20},
    {"name_zh", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    {"name_en", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    {"kind", CELL_TEXT, .most = 40},
    {"geometry", CELL_TEXT, .most = LIMIT_SHORT_CHARACTERS},
    {"firm", CELL_CODE},
};

static const struct column account_columns[] = {
    {"login", CELL_CODE, .required = true, .is_key = true},
    {"unit", CELL_CODE, .required = true},
    {"name", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    {"roles", CELL_TEXT, .required = true},
    {"place", CELL_CODE, .required = true},
};

enum { KEY = 0, PARENT = 1, LEVEL = 2, ACCOUNT_UNIT = 1, ACCOUNT_ROLES = 3, ACCOUNT_PLACE = 4 };

static const struct catalogue_text *find_text(const struct catalogue_text *texts, size_t count,
                                              const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (str_is(texts[i].name, name)) {
            return &texts[i];
        }
    }
    return NULL;
}

static bool read_table(struct mistakes *m, const struct catalogue_text *texts, size_t count,
                       const char *name, const struct column *columns, size_t column_count,
                       struct sheet *out) {
    const struct catalogue_text *text = find_text(texts, count, name);

    return text != NULL && sheet_read(m, text->name, text->text, columns, column_count, out);
}

static struct codes *codes_in(struct arena *a, const struct sheet *s) {
    struct codes *codes = codes_make(a, s->table.row_count);
    size_t first;

    for (size_t row = 0; row < s->table.row_count; row++) {
        codes_add(codes, sheet_text(s, row, KEY), row, &first);
    }
    return codes;
}

static void check_parents(struct mistakes *m, const struct sheet *s, const struct codes *codes) {
    for (size_t row = 0; row < s->table.row_count; row++) {
        struct str parent = sheet_text(s, row, PARENT);

        if (parent.n > 0 && codes_find(codes, parent) == CODES_NONE) {
            mistake1(m, sheet_spot(s, row, PARENT), MISTAKE_NO_PARENT, parent);
        }
    }
}

static void check_levels(struct mistakes *m, const struct sheet *s) {
    static const char *const levels[] = {"district", "street", "community", "grid", "estate"};

    for (size_t row = 0; row < s->table.row_count; row++) {
        struct str level = sheet_text(s, row, LEVEL);
        bool known = level.n == 0;

        for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
            known = known || str_is(level, levels[i]);
        }
        if (!known) {
            mistake_add(m, sheet_spot(s, row, LEVEL), MISTAKE_TERM, STR("level"), level,
                        STR("district, street, community, grid, estate"));
        }
    }
}

/* Roles are granted to accounts; a resident has none. */
static void check_roles(struct arena *a, struct mistakes *m, const struct sheet *s, size_t row) {
    const struct str *words;
    size_t count = sheet_words(a, sheet_text(s, row, ACCOUNT_ROLES), &words);

    for (size_t i = 0; i < count; i++) {
        int role = term_find(TERMS_ROLE, words[i]);

        if (role == ROLE_NONE || role == ROLE_RESIDENT) {
            mistake_add(m, sheet_spot(s, row, ACCOUNT_ROLES), MISTAKE_TERM, STR("roles"), words[i],
                        term_list(a, TERMS_ROLE, TERM_ALL(ROLE_COUNT) & ~TERM_BIT(ROLE_RESIDENT)));
        }
    }
}

static void check_accounts(struct arena *a, struct mistakes *m, const struct sheet *s,
                           const struct catalogue_known *known) {
    for (size_t row = 0; row < s->table.row_count; row++) {
        struct str unit = sheet_text(s, row, ACCOUNT_UNIT);
        struct str place = sheet_text(s, row, ACCOUNT_PLACE);

        check_roles(a, m, s, row);
        if (known->units != NULL && unit.n > 0 && codes_find(known->units, unit) == CODES_NONE) {
            mistake1(m, sheet_spot(s, row, ACCOUNT_UNIT), MISTAKE_NO_UNIT, unit);
        }
        if (known->places != NULL && place.n > 0 &&
            codes_find(known->places, place) == CODES_NONE) {
            mistake1(m, sheet_spot(s, row, ACCOUNT_PLACE), MISTAKE_NO_PLACE, place);
        }
    }
}

static void check_workdays(struct mistakes *m, const struct sheet *s) {
    for (size_t row = 0; row < s->table.row_count; row++) {
        struct str date = sheet_text(s, row, 0);
        struct str kind = sheet_text(s, row, 1);
        int64_t at;

        if (date.n != 10 || date.p[4] != '-' || !time_read(date, CHINA_OFFSET_MINUTES, &at)) {
            mistake1(m, sheet_spot(s, row, 0), MISTAKE_DATE, date);
        }
        if (kind.n > 0 && !str_is(kind, "holiday") && !str_is(kind, "workday")) {
            mistake_add(m, sheet_spot(s, row, 1), MISTAKE_TERM, STR("kind"), kind,
                        STR("holiday, workday"));
        }
    }
}

#define COLUMNS(columns) (columns), sizeof(columns) / sizeof((columns)[0])

const struct catalogue *catalogue_check_all(struct arena *a, const struct catalogue_text *texts,
                                            size_t count, const struct catalogue_known *office,
                                            struct mistakes *m) {
    struct catalogue_known known = {0};
    const struct catalogue *c;
    struct sheet s;

    if (read_table(m, texts, count, "demo/units.csv", COLUMNS(unit_columns), &s)) {
        known.units = codes_in(a, &s);
        check_parents(m, &s, known.units);
    }
    if (read_table(m, texts, count, "demo/places.csv", COLUMNS(place_columns), &s)) {
        known.places = codes_in(a, &s);
        check_parents(m, &s, known.places);
        check_levels(m, &s);
    }
    if (read_table(m, texts, count, "demo/accounts.csv", COLUMNS(account_columns), &s)) {
        check_accounts(a, m, &s, &known);
    }
    if (read_table(m, texts, count, "common/workdays.csv", COLUMNS(workday_columns), &s)) {
        check_workdays(m, &s);
    }
    c = catalogue_read(a, texts, count, office != NULL ? office : &known, m);
    catalogue_check(a, c, m);
    mistakes_sort(m);
    return c;
}
