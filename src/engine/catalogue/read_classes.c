/* SPDX-License-Identifier: Apache-2.0 */
/* categories.csv, classes.csv and conditions.csv: what a case can be about, and how long it may
 * take. */
#include "engine/catalogue/build.h"
#include "engine/catalogue/sheet.h"

#include "base/limits.h"

#include <ctype.h>

enum { LIMIT_MOST = 1000 };

/* ---- categories */

enum { CATEGORY_CODE, CATEGORY_KIND, CATEGORY_ZH, CATEGORY_EN, CATEGORY_COLUMNS };

static const struct column category_columns[CATEGORY_COLUMNS] = {
    [CATEGORY_CODE] = {"code", CELL_CODE, .required = true, .is_key = true},
    [CATEGORY_KIND] = {"kind", CELL_TERM, .required = true, .terms = TERMS_CLASS_KIND},
    [CATEGORY_ZH] = {"name_zh", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    [CATEGORY_EN] = {"name_en", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
};

/* A code begins with the letter of its kind: that is how people and routes tell W06-042 from
 * P06-042. */
static void check_kind(struct build *b, const struct sheet *s, size_t row, size_t code_column,
                       int kind) {
    struct str code = sheet_text(s, row, code_column);

    if (kind != KIND_NONE && code.n > 0 && !str_starts(code, term_code(TERMS_CLASS_KIND, kind))) {
        mistake2(b->m, sheet_spot(s, row, code_column), MISTAKE_CODE_KIND, code,
                 term_code(TERMS_CLASS_KIND, kind));
    }
}

void read_categories(struct build *b, struct str file, struct str text) {
    struct catalogue_category *items;
    struct sheet s;
    size_t first;

    if (!sheet_read(b->m, file, text, category_columns, CATEGORY_COLUMNS, &s)) {
        b->c->unread++;
        return;
    }
    items = arena_array(b->a, struct catalogue_category, s.table.row_count);
    b->index->categories = codes_make(b->a, s.table.row_count);
    for (size_t row = 0; row < s.table.row_count; row++) {
        struct catalogue_category *item = &items[b->c->category_count];

        *item = (struct catalogue_category){
            .code = sheet_text(&s, row, CATEGORY_CODE),
            .kind = (enum class_kind)sheet_term(&s, row, CATEGORY_KIND),
            .name = {sheet_text(&s, row, CATEGORY_ZH), sheet_text(&s, row, CATEGORY_EN)},
            .spot = sheet_spot(&s, row, CATEGORY_CODE),
        };
        check_kind(b, &s, row, CATEGORY_CODE, (int)item->kind);
        if (item->code.n > 0 &&
            codes_add(b->index->categories, item->code, b->c->category_count, &first)) {
            b->c->category_count++;
        }
    }
    b->categories = items;
    b->c->categories = items;
}

/* ---- classes */

enum {
    CLASS_CODE,
    CLASS_KIND,
    CLASS_CATEGORY,
    CLASS_ZH,
    CLASS_EN,
    CLASS_VERIFY,
    CLASS_PHOTO,
    CLASS_SENSITIVE,
    CLASS_COORDINATES,
    CLASS_PUBLIC,
    CLASS_KEYWORDS,
    CLASS_COLUMNS
};

static const struct column class_columns[CLASS_COLUMNS] = {
    [CLASS_CODE] = {"code", CELL_CODE, .required = true, .is_key = true},
    [CLASS_KIND] = {"kind", CELL_TERM, .required = true, .terms = TERMS_CLASS_KIND},
    [CLASS_CATEGORY] = {"category", CELL_CODE, .required = true},
    [CLASS_ZH] = {"name_zh", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    [CLASS_EN] = {"name_en", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    [CLASS_VERIFY] = {"verify", CELL_YES_NO, .required = true},
    [CLASS_PHOTO] = {"photo", CELL_YES_NO, .required = true},
    [CLASS_SENSITIVE] = {"sensitive", CELL_YES_NO, .required = true},
    [CLASS_COORDINATES] = {"coordinates", CELL_TERM, .required = true, .terms = TERMS_COORDINATES},
    [CLASS_PUBLIC] = {"public", CELL_YES_NO, .required = true},
    [CLASS_KEYWORDS] = {"keywords", CELL_TEXT},
};

static const struct catalogue_category *category_of(struct build *b, const struct sheet *s,
                                                    size_t row, enum class_kind kind) {
    struct str code = sheet_text(s, row, CLASS_CATEGORY);
    struct spot spot = sheet_spot(s, row, CLASS_CATEGORY);
    size_t at = codes_find(b->index->categories, code);

    if (at == CODES_NONE) {
        if (code.n > 0 && !b->lost_classes) {
            mistake1(b->m, spot, MISTAKE_NO_CATEGORY, code);
        }
        return NULL;
    }
    if (kind != KIND_NONE && b->c->categories[at].kind != kind) {
        mistake2(b->m, spot, MISTAKE_CATEGORY_KIND, code,
                 term_code(TERMS_CLASS_KIND, (int)b->c->categories[at].kind));
    }
    return &b->c->categories[at];
}

static const struct str wide_semicolon = STR_INIT("；");

static void check_keywords(struct build *b, const struct sheet *s, size_t row,
                           const struct catalogue_class *class) {
    struct spot spot = sheet_spot(s, row, CLASS_KEYWORDS);
    struct codes *seen = codes_make(b->a, class->keyword_count);
    size_t first;

    for (size_t i = 0; i < class->keyword_count; i++) {
        if (!codes_add(seen, class->keywords[i], i, &first)) {
            mistake2(b->m, spot, MISTAKE_LISTED_TWICE, STR("keywords"), class->keywords[i]);
        }
    }
    if (str_find(sheet_text(s, row, CLASS_KEYWORDS), wide_semicolon) >= 0) {
        mistake2(b->m, spot, MISTAKE_FULL_WIDTH, wide_semicolon, STR(";"));
    }
}

static struct catalogue_class class_at(struct build *b, const struct sheet *s, size_t row) {
    struct catalogue_class class = {
        .code = sheet_text(s, row, CLASS_CODE),
        .kind = (enum class_kind)sheet_term(s, row, CLASS_KIND),
        .name = {sheet_text(s, row, CLASS_ZH), sheet_text(s, row, CLASS_EN)},
        .verify = sheet_yes(s, row, CLASS_VERIFY),
        .photo = sheet_yes(s, row, CLASS_PHOTO),
        .sensitive = sheet_yes(s, row, CLASS_SENSITIVE),
        .is_public = sheet_yes(s, row, CLASS_PUBLIC),
        .coordinates = (enum coordinates)sheet_term(s, row, CLASS_COORDINATES),
        .spot = sheet_spot(s, row, CLASS_CODE),
    };

    class.keyword_count = sheet_words(b->a, sheet_text(s, row, CLASS_KEYWORDS), &class.keywords);
    class.category = category_of(b, s, row, class.kind);
    check_kind(b, s, row, CLASS_CODE, (int)class.kind);
    check_keywords(b, s, row, &class);
    if (class.sensitive && class.coordinates == COORDINATES_EXACT) {
        mistake1(b->m, sheet_spot(s, row, CLASS_COORDINATES), MISTAKE_SENSITIVE_EXACT, class.code);
    }
    return class;
}

void read_classes(struct build *b, struct str file, struct str text) {
    struct catalogue_class *items;
    struct sheet s;
    size_t first;

    if (!sheet_read(b->m, file, text, class_columns, CLASS_COLUMNS, &s)) {
        b->c->unread++;
        return;
    }
    items = arena_array(b->a, struct catalogue_class, s.table.row_count);
    b->index->classes = codes_make(b->a, s.table.row_count);
    for (size_t row = 0; row < s.table.row_count; row++) {
        struct catalogue_class class = class_at(b, &s, row);

        if (class.code.n > 0 && codes_find(b->index->categories, class.code) != CODES_NONE) {
            mistake1(b->m, class.spot, MISTAKE_CLASS_IS_CATEGORY, class.code);
            continue;
        }
        if (class.code.n > 0 &&
            codes_add(b->index->classes, class.code, b->c->class_count, &first)) {
            class.index = b->c->class_count;
            items[b->c->class_count++] = class;
        }
    }
    b->classes = items;
    b->c->classes = items;
}

/* ---- conditions */

enum {
    CONDITION_CLASS,
    CONDITION_ROW,
    CONDITION_ZH,
    CONDITION_EN,
    CONDITION_LIMIT,
    CONDITION_UNIT,
    CONDITION_CLOSING_ZH,
    CONDITION_CLOSING_EN,
    CONDITION_SOURCE,
    CONDITION_COLUMNS
};

static const struct column condition_columns[CONDITION_COLUMNS] = {
    [CONDITION_CLASS] = {"class", CELL_CODE, .required = true},
    [CONDITION_ROW] = {"row", CELL_INT, .required = true, .least = 1, .most = 20},
    [CONDITION_ZH] = {"condition_zh", CELL_TEXT, .required = true, .most = LIMIT_TEXT_CHARACTERS},
    [CONDITION_EN] = {"condition_en", CELL_TEXT, .required = true, .most = LIMIT_TEXT_CHARACTERS},
    [CONDITION_LIMIT] = {"limit", CELL_INT, .required = true, .least = 1, .most = LIMIT_MOST},
    [CONDITION_UNIT] = {"limit_unit", CELL_TERM, .required = true, .terms = TERMS_LIMIT_UNIT},
    [CONDITION_CLOSING_ZH] = {"closing_zh", CELL_TEXT, .required = true,
                              .most = LIMIT_TEXT_CHARACTERS},
    [CONDITION_CLOSING_EN] = {"closing_en", CELL_TEXT, .required = true,
                              .most = LIMIT_TEXT_CHARACTERS},
    [CONDITION_SOURCE] = {"source", CELL_TEXT, .required = true, .most = LIMIT_TEXT_CHARACTERS},
};

static const struct str default_label[2] = {STR_INIT("默认"), STR_INIT("Default")};

/* A default that people take for the rule is worse than none: it says that it is one. */
static void check_label(struct build *b, const struct sheet *s, size_t row,
                        const struct catalogue_condition *item) {
    for (int i = 0; i < 2; i++) {
        if (str_find(item->text[i], default_label[i]) < 0) {
            mistake1(b->m, sheet_spot(s, row, (size_t)CONDITION_ZH + (size_t)i),
                     MISTAKE_DEFAULT_LABEL, default_label[i]);
        }
    }
}

static void add_default(struct build *b, const struct sheet *s, size_t row, size_t category,
                        struct catalogue_condition *item) {
    struct catalogue_category *items = b->categories;

    item->is_default = true;
    check_label(b, s, row, item);
    if (items[category].standard != NULL || item->row > 1) {
        mistake1(b->m, sheet_spot(s, row, CONDITION_CLASS), MISTAKE_DEFAULT_MORE, item->of);
        return;
    }
    items[category].standard = item;
}

static void add_row(struct build *b, const struct sheet *s, size_t row, size_t class,
                    struct catalogue_condition *item) {
    struct catalogue_class *items = b->classes;
    struct catalogue_class *owner = &items[class];
    int expected = (int)owner->condition_count + 1;

    if (owner->condition_count > 0 && owner->conditions + owner->condition_count != item) {
        mistake1(b->m, sheet_spot(s, row, CONDITION_CLASS), MISTAKE_ROWS_APART, item->of);
        return;
    }
    if (item->row != expected) {
        mistake2(b->m, sheet_spot(s, row, CONDITION_ROW), MISTAKE_ROW_NUMBER, item->of,
                 arena_format(b->a, "%d", expected));
        return;
    }
    if (owner->condition_count == 0) {
        owner->conditions = item;
    }
    owner->condition_count++;
}

static struct catalogue_condition condition_at(struct build *b, const struct sheet *s, size_t row) {
    struct catalogue_condition item = {
        .of = sheet_text(s, row, CONDITION_CLASS),
        .row = sheet_int(s, row, CONDITION_ROW),
        .text = {sheet_text(s, row, CONDITION_ZH), sheet_text(s, row, CONDITION_EN)},
        .limit = {.amount = sheet_int(s, row, CONDITION_LIMIT),
                  .unit = (enum limit_unit)sheet_term(s, row, CONDITION_UNIT)},
        .closing = {sheet_text(s, row, CONDITION_CLOSING_ZH),
                    sheet_text(s, row, CONDITION_CLOSING_EN)},
        .source = sheet_text(s, row, CONDITION_SOURCE),
        .spot = sheet_spot(s, row, CONDITION_CLASS),
    };

    if (item.limit.unit == UNIT_MINUTE) {
        mistake0(b->m, sheet_spot(s, row, CONDITION_UNIT), MISTAKE_MINUTES);
    }
    return item;
}

/* Classes without rows of their own show their category's default as row 1. */
static void lend_defaults(struct build *b) {
    struct catalogue_class *items = b->classes;

    for (size_t i = 0; i < b->c->class_count; i++) {
        if (items[i].condition_count == 0 && items[i].category != NULL &&
            items[i].category->standard != NULL) {
            items[i].conditions = items[i].category->standard;
            items[i].condition_count = 1;
        }
    }
    for (size_t i = 0; i < b->c->category_count; i++) {
        if (b->c->categories[i].standard == NULL) {
            mistake1(b->m, b->c->categories[i].spot, MISTAKE_DEFAULT_NONE,
                     b->c->categories[i].code);
        }
    }
}

void read_conditions(struct build *b, struct str file, struct str text) {
    struct catalogue_condition *items;
    struct sheet s;

    if (!sheet_read(b->m, file, text, condition_columns, CONDITION_COLUMNS, &s)) {
        b->c->unread++;
        return;
    }
    items = arena_array(b->a, struct catalogue_condition, s.table.row_count);
    for (size_t row = 0; row < s.table.row_count; row++) {
        struct catalogue_condition *item = &items[row];
        size_t category = codes_find(b->index->categories, sheet_text(&s, row, CONDITION_CLASS));
        size_t class = codes_find(b->index->classes, sheet_text(&s, row, CONDITION_CLASS));

        *item = condition_at(b, &s, row);
        if (class != CODES_NONE) {
            add_row(b, &s, row, class, item);
        } else if (category != CODES_NONE) {
            add_default(b, &s, row, category, item);
        } else if (item->of.n > 0 && !b->lost_classes) {
            mistake1(b->m, sheet_spot(&s, row, CONDITION_CLASS), MISTAKE_NO_CLASS, item->of);
        }
    }
    b->c->conditions = items;
    b->c->condition_count = s.table.row_count;
    lend_defaults(b);
}
