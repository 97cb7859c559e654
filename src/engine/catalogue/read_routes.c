/* SPDX-License-Identifier: Apache-2.0 */
/* routes.csv and templates.csv: who handles what, and what the answer says. Both name classes by
 * pattern. */
#include "engine/catalogue/build.h"
#include "engine/catalogue/sheet.h"

#include "base/limits.h"

/* ---- routes */

enum {
    ROUTE_CLASS,
    ROUTE_LINE,
    ROUTE_PLACE,
    ROUTE_UNIT,
    ROUTE_ASSIST,
    ROUTE_REMARK,
    ROUTE_COLUMNS
};

static const struct column route_columns[ROUTE_COLUMNS] = {
    [ROUTE_CLASS] = {"class", CELL_TEXT, .required = true, .most = 64},
    [ROUTE_LINE] = {"line", CELL_TEXT, .most = 64},
    [ROUTE_PLACE] = {"place", CELL_TEXT, .required = true, .most = 64},
    [ROUTE_UNIT] = {"unit", CELL_TEXT, .required = true, .most = 64},
    [ROUTE_ASSIST] = {"assist", CELL_TEXT},
    [ROUTE_REMARK] = {"remark_zh", CELL_TEXT, .most = LIMIT_SHORT_CHARACTERS},
};

/* Unit codes are only looked up where the units are known; the three words always mean the same. */
static bool is_unit(const struct build *b, struct str line, struct str unit) {
    if (str_is(unit, "@community") || str_is(unit, "@estate") ||
        (str_is(unit, "@line") && line.n > 0)) {
        return true;
    }
    return sheet_is_code(unit) &&
           (b->known.units == NULL || codes_find(b->known.units, unit) != CODES_NONE);
}

static void check_unit(struct build *b, struct spot spot, struct str line, struct str unit) {
    if (unit.n > 0 && !is_unit(b, line, unit)) {
        mistake1(b->m, spot, MISTAKE_NO_UNIT, unit);
    }
}

static void read_assists(struct build *b, const struct sheet *s, size_t row,
                         struct catalogue_route *route) {
    struct spot spot = sheet_spot(s, row, ROUTE_ASSIST);
    const struct str *words;
    size_t count = sheet_words(b->a, sheet_text(s, row, ROUTE_ASSIST), &words);

    if (count > ROUTE_ASSISTS) {
        mistake1(b->m, spot, MISTAKE_ASSISTS, arena_format(b->a, "%d", ROUTE_ASSISTS));
        count = ROUTE_ASSISTS;
    }
    for (size_t i = 0; i < count; i++) {
        check_unit(b, spot, route->line, words[i]);
        if (str_eq(words[i], route->unit)) {
            mistake1(b->m, spot, MISTAKE_ASSIST_LEADS, words[i]);
        }
        route->assists[route->assist_count++] = words[i];
    }
}

static struct catalogue_route route_at(struct build *b, const struct sheet *s, size_t row) {
    struct catalogue_route route = {
        .line = sheet_text(s, row, ROUTE_LINE),
        .place = sheet_text(s, row, ROUTE_PLACE),
        .unit = sheet_text(s, row, ROUTE_UNIT),
        .remark_zh = sheet_text(s, row, ROUTE_REMARK),
        .spot = sheet_spot(s, row, ROUTE_CLASS),
    };
    struct str pattern = sheet_text(s, row, ROUTE_CLASS);

    if (!groups_pattern(b, pattern, &route.of)) {
        route.of = STR("");
        if (pattern.n > 0 && !b->lost_classes) {
            mistake1(b->m, route.spot, MISTAKE_NO_PATTERN, pattern);
        }
    }
    if (route.place.n > 0 && !str_is(route.place, "*") && b->known.places != NULL &&
        codes_find(b->known.places, route.place) == CODES_NONE) {
        mistake1(b->m, sheet_spot(s, row, ROUTE_PLACE), MISTAKE_NO_PLACE, route.place);
    }
    check_unit(b, sheet_spot(s, row, ROUTE_UNIT), route.line, route.unit);
    read_assists(b, s, row, &route);
    return route;
}

/* Two rows for the same class, line and place: the second would never be used, and nobody would
 * notice. */
static void check_twins(struct build *b, const struct sheet *s, const struct str *keys) {
    struct codes *seen = codes_make(b->a, s->table.row_count);
    size_t first;

    for (size_t row = 0; row < s->table.row_count; row++) {
        if (!codes_add(seen, keys[row], row, &first)) {
            mistake1(b->m, sheet_spot(s, row, ROUTE_CLASS), MISTAKE_ROUTE_TWICE,
                     arena_format(b->a, "%d", sheet_line(s, first)));
        }
    }
}

void read_routes(struct build *b, struct str file, struct str text) {
    struct catalogue_route *items;
    struct str *codes;
    struct str *keys;
    struct sheet s;

    if (!sheet_read(b->m, file, text, route_columns, ROUTE_COLUMNS, &s)) {
        b->c->unread++;
        return;
    }
    items = arena_array(b->a, struct catalogue_route, s.table.row_count);
    codes = arena_array(b->a, struct str, s.table.row_count);
    keys = arena_array(b->a, struct str, s.table.row_count);
    for (size_t row = 0; row < s.table.row_count; row++) {
        items[row] = route_at(b, &s, row);
        codes[row] = items[row].of;
        keys[row] = arena_format(b->a, "%.*s,%.*s,%.*s", STR_ARG(sheet_text(&s, row, ROUTE_CLASS)),
                                 STR_ARG(items[row].line), STR_ARG(items[row].place));
    }
    check_twins(b, &s, keys);
    b->c->routes = items;
    b->c->route_count = s.table.row_count;
    b->index->routes = groups_make(b->a, codes, s.table.row_count);
}

/* ---- templates */

enum { TEMPLATE_CLASS, TEMPLATE_OUTCOME, TEMPLATE_ZH, TEMPLATE_EN, TEMPLATE_COLUMNS };

static const struct column template_columns[TEMPLATE_COLUMNS] = {
    [TEMPLATE_CLASS] = {"class", CELL_TEXT, .required = true, .most = 64},
    [TEMPLATE_OUTCOME] = {"outcome", CELL_TERM, .required = true, .terms = TERMS_OUTCOME},
    [TEMPLATE_ZH] = {"zh", CELL_TEXT, .required = true, .most = LIMIT_TEXT_CHARACTERS},
    [TEMPLATE_EN] = {"en", CELL_TEXT, .required = true, .most = LIMIT_TEXT_CHARACTERS},
};

/* The set of placeholders in a text; what stands in braces and is none is a mistake. */
static bool find_placeholders(struct build *b, struct spot spot, struct str text, uint32_t *found) {
    *found = 0;

    for (size_t at = 0; at < text.n; at++) {
        struct str rest = str_slice(text, at + 1, text.n);
        ptrdiff_t end = text.p[at] == '{' ? str_find(rest, STR("}")) : -1;
        struct str name = str_slice(rest, 0, end < 0 ? 0 : (size_t)end);
        int number = term_find(TERMS_PLACEHOLDER, name);

        if (text.p[at] != '{' && text.p[at] != '}') {
            continue;
        }
        if (number == 0) {
            return mistake2(b->m, spot, MISTAKE_PLACEHOLDER,
                            end < 0 ? str_slice(text, at, at + 1) : name,
                            term_list(b->a, TERMS_PLACEHOLDER, TERM_ALL(PLACEHOLDER_COUNT)));
        }
        *found |= TERM_BIT(number);
        at += (size_t)end + 1;
    }
    return true;
}

static void check_placeholders(struct build *b, const struct sheet *s, size_t row) {
    struct str zh = sheet_text(s, row, TEMPLATE_ZH);
    struct str en = sheet_text(s, row, TEMPLATE_EN);
    struct spot spot = sheet_spot(s, row, TEMPLATE_EN);
    uint32_t in_zh;
    uint32_t in_en;
    bool fine = find_placeholders(b, sheet_spot(s, row, TEMPLATE_ZH), zh, &in_zh);

    fine = find_placeholders(b, spot, en, &in_en) && fine;
    if (fine && in_zh != in_en && zh.n > 0 && en.n > 0) {
        mistake2(b->m, spot, MISTAKE_PLACEHOLDERS_DIFFER, term_list(b->a, TERMS_PLACEHOLDER, in_zh),
                 term_list(b->a, TERMS_PLACEHOLDER, in_en));
    }
}

static struct catalogue_template template_at(struct build *b, const struct sheet *s, size_t row) {
    struct catalogue_template item = {
        .outcome = (enum outcome)sheet_term(s, row, TEMPLATE_OUTCOME),
        .text = {sheet_text(s, row, TEMPLATE_ZH), sheet_text(s, row, TEMPLATE_EN)},
        .spot = sheet_spot(s, row, TEMPLATE_ZH),
    };
    struct str pattern = sheet_text(s, row, TEMPLATE_CLASS);

    check_placeholders(b, s, row);
    if (!groups_pattern(b, pattern, &item.of)) {
        item.of = STR("");
        if (pattern.n > 0 && !b->lost_classes) {
            mistake1(b->m, sheet_spot(s, row, TEMPLATE_CLASS), MISTAKE_NO_PATTERN, pattern);
        }
    }
    return item;
}

void read_templates(struct build *b, struct str file, struct str text) {
    struct catalogue_template *items;
    struct str *codes;
    struct codes *seen;
    struct sheet s;

    if (!sheet_read(b->m, file, text, template_columns, TEMPLATE_COLUMNS, &s)) {
        b->c->unread++;
        return;
    }
    items = arena_array(b->a, struct catalogue_template, s.table.row_count);
    codes = arena_array(b->a, struct str, s.table.row_count);
    seen = codes_make(b->a, s.table.row_count);
    for (size_t row = 0; row < s.table.row_count; row++) {
        size_t first;
        struct str key =
            arena_format(b->a, "%.*s,%.*s", STR_ARG(sheet_text(&s, row, TEMPLATE_CLASS)),
                         STR_ARG(sheet_text(&s, row, TEMPLATE_OUTCOME)));

        items[row] = template_at(b, &s, row);
        codes[row] = items[row].of;
        if (!codes_add(seen, key, row, &first)) {
            mistake1(b->m, sheet_spot(&s, row, TEMPLATE_CLASS), MISTAKE_TEMPLATE_TWICE,
                     arena_format(b->a, "%d", sheet_line(&s, first)));
        }
    }
    b->c->templates = items;
    b->c->template_count = s.table.row_count;
    b->index->templates = groups_make(b->a, codes, s.table.row_count);
}
