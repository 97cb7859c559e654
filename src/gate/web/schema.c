/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/schema.h"

#include "base/limits.h"
#include "base/time_text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_MAX ((INT64_C(1) << 53) - 1)

enum { PATH_BYTES = 128 };

/* What a check carries: the way to the value at hand, and the language of the caller. */
struct check {
    enum language language;
    struct err *err;
    bool is_loose;         /* names that no row knows are let pass */
    char path[PATH_BYTES]; /* `steps[0].text`, cut when it is longer */
    size_t n;              /* bytes of it */
};

static const char *const kind_words[][2] = {
    [FIELD_TEXT] = {"文字", "text"},
    [FIELD_ID] = {"编号（整数）", "an identifier (integer)"},
    [FIELD_INT] = {"整数", "an integer"},
    [FIELD_REAL] = {"数字", "a number"},
    [FIELD_DEGREES] = {"经纬度（小数）", "decimal degrees"},
    [FIELD_BOOL] = {"是或否（true/false）", "true or false"},
    [FIELD_TIME] = {"时间文字", "a time as text"},
    [FIELD_DATE] = {"日期文字", "a date as text"},
    [FIELD_CHOICE] = {"文字", "text"},
    [FIELD_OBJECT] = {"一组字段", "an object"},
};
static const char *const list_words[] = {"列表", "a list"};

static size_t path_push(struct check *c, const char *format, int index, struct str name) {
    size_t before = c->n;
    int n = format == NULL ? snprintf(c->path + c->n, PATH_BYTES - c->n, "%s%.*s",
                                      c->n == 0 ? "" : ".", STR_ARG(name))
                           : snprintf(c->path + c->n, PATH_BYTES - c->n, format, index);

    c->n = c->n + (size_t)n < PATH_BYTES ? c->n + (size_t)n : PATH_BYTES - 1;
    return before;
}

static void path_pop(struct check *c, size_t before) {
    c->n = before;
    c->path[before] = '\0';
}

static struct str label(const struct check *c, const struct field_row *row) {
    return str_of(row->label[c->language] != NULL ? row->label[c->language] : c->path);
}

static bool wrong_kind(struct check *c, const struct field_row *row) {
    return fail2(c->err, E_FIELD_TYPE, c->path, label(c, row),
                 str_of(kind_words[row->kind][c->language]));
}

static bool out_of_range(struct check *c, const struct field_row *row, int64_t least,
                         int64_t most) {
    char range[64];

    snprintf(range, sizeof range, "%lld–%lld", (long long)least, (long long)most);
    return fail2(c->err, E_RANGE, c->path, label(c, row), str_of(range));
}

static bool too_many(struct check *c, enum err_code code, const struct field_row *row,
                     int64_t most) {
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)most);
    return fail2(c->err, code, c->path, label(c, row), str_of(number));
}

static bool has_control(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char b = (unsigned char)s.p[i];

        if ((b < 0x20 && b != '\n' && b != '\r' && b != '\t') || b == 0x7F) {
            return true;
        }
    }
    return false;
}

static bool check_text(struct check *c, const struct field_row *row, const struct json *value) {
    int64_t most = row->max > 0 ? row->max : LIMIT_SHORT_CHARACTERS;

    if (value->kind != KIND_TEXT) {
        return wrong_kind(c, row);
    }
    if (has_control(value->text)) {
        return fail(c->err, E_TEXT, c->path);
    }
    if ((row->flags & FIELD_REQUIRED) != 0 && str_trim(value->text).n == 0) {
        return fail1(c->err, E_REQUIRED, c->path, label(c, row));
    }
    return str_characters(value->text) <= (size_t)most || too_many(c, E_TOO_LONG, row, most);
}

static bool check_int(struct check *c, const struct field_row *row, const struct json *value,
                      int64_t least, int64_t most) {
    if (value->kind != KIND_INT) {
        return wrong_kind(c, row);
    }
    return (value->integer >= least && value->integer <= most) || out_of_range(c, row, least, most);
}

static bool check_number(struct check *c, const struct field_row *row, const struct json *value) {
    double x = value->kind == KIND_INT ? (double)value->integer : value->real;

    if (value->kind != KIND_INT && value->kind != KIND_REAL) {
        return wrong_kind(c, row);
    }
    return row->kind == FIELD_REAL || fabs(x) <= 180 || out_of_range(c, row, -180, 180);
}

static bool check_moment(struct check *c, const struct field_row *row, const struct json *value) {
    int64_t us;

    if (value->kind != KIND_TEXT) {
        return wrong_kind(c, row);
    }
    if (!time_read(value->text, CHINA_OFFSET_MINUTES, &us) ||
        (row->kind == FIELD_DATE && value->text.n != sizeof "2026-11-22" - 1)) {
        return fail1(c->err, E_TIME, c->path, value->text);
    }
    return true;
}

struct str schema_choice(struct str *rest) {
    return str_cut(rest, '|');
}

static bool check_choice(struct check *c, const struct field_row *row, const struct json *value) {
    struct str rest = str_of(row->choices);

    if (value->kind != KIND_TEXT) {
        return wrong_kind(c, row);
    }
    while (rest.n > 0) {
        if (str_eq(schema_choice(&rest), value->text)) {
            return true;
        }
    }
    return fail3(c->err, E_CHOICE, c->path, label(c, row), value->text, str_of(row->choices));
}

static bool check_members(struct check *c, const struct field_row *rows, const struct json *object);

static bool check_one(struct check *c, const struct field_row *row, const struct json *value) {
    switch (row->kind) {
    case FIELD_TEXT:
        return check_text(c, row, value);
    case FIELD_ID:
        return check_int(c, row, value, 1, ID_MAX);
    case FIELD_INT:
        return check_int(c, row, value, row->min, row->max != 0 ? row->max : ID_MAX);
    case FIELD_REAL:
    case FIELD_DEGREES:
        return check_number(c, row, value);
    case FIELD_BOOL:
        return value->kind == KIND_BOOL || wrong_kind(c, row);
    case FIELD_TIME:
    case FIELD_DATE:
        return check_moment(c, row, value);
    case FIELD_CHOICE:
        return check_choice(c, row, value);
    case FIELD_OBJECT:
        return value->kind == KIND_OBJECT ? check_members(c, row->rows, value) : wrong_kind(c, row);
    case FIELD_ANY:
        return value->kind != KIND_TEXT || !has_control(value->text) ||
               fail(c->err, E_TEXT, c->path);
    case FIELD_NONE:
        break;
    }
    return true;
}

static bool check_list(struct check *c, const struct field_row *row, const struct json *list,
                       int depth) {
    int64_t most = row->max_items > 0 && depth == 1 ? row->max_items : FIELD_ITEMS;
    int index = 0;

    if (list->kind != KIND_LIST) {
        return fail2(c->err, E_FIELD_TYPE, c->path, label(c, row), str_of(list_words[c->language]));
    }
    if (list->count > (size_t)most) {
        return too_many(c, E_TOO_MANY, row, most);
    }
    if (depth == 1 && list->count == 0 && (row->flags & FIELD_REQUIRED) != 0) {
        return fail1(c->err, E_REQUIRED, c->path, label(c, row));
    }
    for (const struct json *item = list->child; item != NULL; item = item->next) {
        size_t before = path_push(c, "[%d]", index++, (struct str){0});
        bool is_good = depth == 1 && (row->flags & FIELD_TABLE) != 0
                           ? check_list(c, row, item, depth + 1)
                           : check_one(c, row, item);

        if (!is_good) {
            return false;
        }
        path_pop(c, before);
    }
    return true;
}

static const struct field_row *find_row(const struct field_row *rows, struct str name) {
    for (const struct field_row *row = rows; row->name != NULL; row++) {
        if (str_is(name, row->name) ||
            ((row->flags & FIELD_PREFIX) != 0 && str_starts(name, str_of(row->name)))) {
            return row;
        }
    }
    return NULL;
}

static bool is_blank(const struct json *value) {
    return value == NULL || value->kind == KIND_NULL;
}

static bool check_member(struct check *c, const struct field_row *row, const struct json *value,
                         struct str name) {
    size_t before = path_push(c, NULL, 0, name);
    bool is_good = true;

    if (!is_blank(value)) {
        is_good = (row->flags & (FIELD_LIST | FIELD_TABLE)) != 0 ? check_list(c, row, value, 1)
                                                                 : check_one(c, row, value);
    } else if ((row->flags & FIELD_REQUIRED) != 0) {
        is_good = fail1(c->err, E_REQUIRED, c->path, label(c, row));
    }
    if (is_good) {
        path_pop(c, before);
    }
    return is_good;
}

static bool check_members(struct check *c, const struct field_row *rows,
                          const struct json *object) {
    for (const struct json *m = object->child; m != NULL; m = m->next) {
        if (!c->is_loose && find_row(rows, m->name) == NULL) {
            path_push(c, NULL, 0, m->name);
            return fail1(c->err, E_UNKNOWN_FIELD, c->path, str_of(c->path));
        }
    }
    for (const struct field_row *row = rows; row->name != NULL; row++) {
        if ((row->flags & FIELD_PREFIX) == 0 &&
            !check_member(c, row, json_member(object, row->name), str_of(row->name))) {
            return false;
        }
    }
    for (const struct json *m = object->child; m != NULL; m = m->next) {
        const struct field_row *row = find_row(rows, m->name);

        if (row != NULL && (row->flags & FIELD_PREFIX) != 0 && !check_member(c, row, m, m->name)) {
            return false;
        }
    }
    return true;
}

static const struct field_row whole_body = {"", FIELD_OBJECT, .label = {"提交的内容", "The body"}};

bool schema_check(const struct field_row *rows, const struct json *object, enum language language,
                  struct err *err) {
    struct check c = {.language = language, .err = err};

    assert(rows != NULL && object != NULL);
    return object->kind == KIND_OBJECT ? check_members(&c, rows, object)
                                       : wrong_kind(&c, &whole_body);
}

static bool read_number(struct arena *a, struct str text, struct json *to) {
    const char *c = arena_c(a, text);
    char *end;

    if (str_to_int(text, &to->integer)) {
        to->kind = KIND_INT;
        return true;
    }
    if (strspn(c, "+-.0123456789") != text.n) {
        return false;
    }
    to->real = strtod(c, &end);
    to->kind = KIND_REAL;
    return *end == '\0' && end != c;
}

static bool read_truth(struct str text, struct json *to) {
    static const char *const yes[] = {"true", "1", "yes"};
    static const char *const no[] = {"false", "0", "no"};

    to->kind = KIND_BOOL;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        to->truth = str_is(text, yes[i]);
        if (to->truth || str_is(text, no[i])) {
            return true;
        }
    }
    return false;
}

/* The value as its row's kind; text when it is not, which the check then refuses by name. A file
 * stands there with its name alone, and only where the row takes anything; its bytes are in the
 * form's parts. */
static struct json *value_make(struct arena *a, const struct field_row *row,
                               const struct pair *pair) {
    struct json *value = arena_new(a, struct json);
    bool is_file = pair->file_name.p != NULL;
    struct str text = is_file ? pair->file_name : pair->value;
    bool is_read = true;

    if (is_file && row != NULL && row->kind != FIELD_ANY) {
        value->kind = KIND_LIST;
        return value;
    }

    if (row != NULL && (row->kind == FIELD_ID || row->kind == FIELD_INT)) {
        is_read = str_to_int(text, &value->integer);
        value->kind = KIND_INT;
    } else if (row != NULL && (row->kind == FIELD_REAL || row->kind == FIELD_DEGREES)) {
        is_read = read_number(a, text, value);
    } else if (row != NULL && row->kind == FIELD_BOOL) {
        is_read = read_truth(text, value);
    } else {
        is_read = false;
    }
    if (!is_read) {
        value->kind = KIND_TEXT;
        value->text = text;
    }
    return value;
}

static bool is_first(const struct pair *pairs, size_t i) {
    for (size_t k = 0; k < i; k++) {
        if (str_eq(pairs[k].name, pairs[i].name)) {
            return false;
        }
    }
    return true;
}

static struct json *list_make(struct arena *a, const struct field_row *row,
                              const struct pair *pairs, size_t count, size_t first) {
    struct json *list = arena_new(a, struct json);

    list->kind = KIND_LIST;
    for (size_t i = count; i-- > first;) {
        if (pairs[i].value.n > 0 && str_eq(pairs[i].name, pairs[first].name)) {
            struct json *item = value_make(a, row, &pairs[i]);

            item->next = list->child;
            list->child = item;
            list->count++;
        }
    }
    return list;
}

static bool is_repeated(const struct pair *pairs, size_t count, size_t first) {
    for (size_t i = first + 1; i < count; i++) {
        if (str_eq(pairs[i].name, pairs[first].name)) {
            return true;
        }
    }
    return false;
}

bool schema_read_pairs(struct arena *a, const struct field_row *rows, const struct pair *pairs,
                       size_t count, bool is_loose, enum language language, const struct json **out,
                       struct err *err) {
    static const struct field_row none[] = {{0}};
    const struct field_row *known = rows == NULL ? none : rows;
    struct json *object = arena_new(a, struct json);
    struct check c = {.language = language, .err = err, .is_loose = is_loose};

    object->kind = KIND_OBJECT;
    for (size_t i = count; i-- > 0;) {
        const struct field_row *row = find_row(known, pairs[i].name);
        bool is_list = row != NULL && (row->flags & FIELD_LIST) != 0;
        struct json *value;

        if (!is_first(pairs, i) || (pairs[i].value.n == 0 && !is_list)) {
            continue;
        }
        if (row != NULL && !is_list && is_repeated(pairs, count, i)) {
            return fail2(err, E_TOO_MANY, row->name, pairs[i].name, STR("1"));
        }
        value = is_list ? list_make(a, row, pairs, count, i) : value_make(a, row, &pairs[i]);
        value->name = pairs[i].name;
        value->next = object->child;
        object->child = value;
        object->count++;
    }
    *out = object;
    return check_members(&c, known, object);
}
