/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/sheet.h"

#include "base/limits.h"
#include "engine/catalogue/codes.h"

#include <assert.h>
#include <ctype.h>

enum { CODE_BYTES = 64 };

bool sheet_is_code(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '.') {
            return false;
        }
    }
    return s.n > 0 && s.n <= CODE_BYTES;
}

/* ---- the header */

static bool is_known(const struct column *columns, size_t count, struct str name) {
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, columns[i].name)) {
            return true;
        }
    }
    return false;
}

static struct str column_names(struct arena *a, const struct column *columns, size_t count) {
    struct buf b = buf_make(a, 1024);

    for (size_t i = 0; i < count; i++) {
        buf_c(&b, i > 0 ? "," : "");
        buf_c(&b, columns[i].name);
    }
    return buf_str(&b);
}

static void check_header(struct mistakes *m, const struct sheet *s) {
    const struct csv_row *header = &s->table.header;

    for (size_t i = 0; i < header->count; i++) {
        const struct csv_field *field = &header->fields[i];

        if (!is_known(s->columns, s->column_count, field->text)) {
            mistake2(m, ((struct spot){s->file, field->line, field->column}),
                     MISTAKE_COLUMN_UNKNOWN, field->text,
                     column_names(m->arena, s->columns, s->column_count));
        }
        for (size_t k = 0; k < i; k++) {
            if (str_eq(header->fields[k].text, field->text)) {
                mistake1(m, ((struct spot){s->file, field->line, field->column}),
                         MISTAKE_COLUMN_TWICE, field->text);
                break;
            }
        }
    }
}

static bool find_columns(struct mistakes *m, struct sheet *s) {
    bool fine = true;

    for (size_t i = 0; i < s->column_count; i++) {
        s->at[i] = csv_column(&s->table, s->columns[i].name);
        if (s->at[i] < 0) {
            fine = mistake2(m, ((struct spot){s->file, s->table.header.line, 0}),
                            MISTAKE_COLUMN_MISSING, str_of(s->columns[i].name),
                            column_names(m->arena, s->columns, s->column_count));
        }
    }
    return fine;
}

/* ---- the cells */

static const struct csv_field *field_of(const struct sheet *s, size_t row, size_t column) {
    assert(row < s->table.row_count && column < s->column_count && s->at[column] >= 0);
    return &s->table.rows[row].fields[s->at[column]];
}

struct str sheet_text(const struct sheet *s, size_t row, size_t column) {
    return field_of(s, row, column)->text;
}

struct spot sheet_spot(const struct sheet *s, size_t row, size_t column) {
    const struct csv_field *field = field_of(s, row, column);

    return (struct spot){s->file, field->line, field->column};
}

int sheet_line(const struct sheet *s, size_t row) {
    return s->table.rows[row].line;
}

int sheet_int(const struct sheet *s, size_t row, size_t column) {
    const struct column *c = &s->columns[column];
    int64_t value;

    if (!str_to_int(sheet_text(s, row, column), &value) || value < c->least || value > c->most) {
        return 0;
    }
    return (int)value;
}

bool sheet_yes(const struct sheet *s, size_t row, size_t column) {
    return str_is(sheet_text(s, row, column), "yes");
}

int sheet_term(const struct sheet *s, size_t row, size_t column) {
    return term_find(s->columns[column].terms, sheet_text(s, row, column));
}

static bool check_int(struct mistakes *m, struct spot spot, const struct column *c, struct str s) {
    int64_t value;

    if (!str_to_int(s, &value)) {
        return mistake2(m, spot, MISTAKE_NUMBER, str_of(c->name), s);
    }
    if (value < c->least || value > c->most) {
        return mistake_add(m, spot, MISTAKE_RANGE, str_of(c->name), s,
                           arena_format(m->arena, "%d..%d", c->least, c->most));
    }
    return true;
}

static bool check_text(struct mistakes *m, struct spot spot, const struct column *c, struct str s) {
    if (c->most > 0 && str_characters(s) > (size_t)c->most) {
        return mistake2(m, spot, MISTAKE_TEXT_LONG, str_of(c->name),
                        arena_format(m->arena, "%d", c->most));
    }
    if (s.n > 0 && str_trim(s).n != s.n) {
        return mistake1(m, spot, MISTAKE_BLANKS, str_of(c->name));
    }
    return true;
}

static bool check_cell(struct mistakes *m, const struct sheet *s, size_t row, size_t column) {
    const struct column *c = &s->columns[column];
    struct str text = sheet_text(s, row, column);
    struct spot spot = sheet_spot(s, row, column);
    struct str name = str_of(c->name);

    if (text.n == 0) {
        return !c->required || mistake1(m, spot, MISTAKE_REQUIRED, name);
    }
    switch (c->kind) {
    case CELL_INT:
        return check_int(m, spot, c, text);
    case CELL_CODE:
        return sheet_is_code(text) || text_tell_full_width(m, spot, text) ||
               mistake2(m, spot, MISTAKE_CODE, name, text);
    case CELL_YES_NO:
        return str_is(text, "yes") || str_is(text, "no") ||
               mistake2(m, spot, MISTAKE_YES_NO, name, text);
    case CELL_TERM:
        return sheet_term(s, row, column) > 0 ||
               mistake_add(m, spot, MISTAKE_TERM, name, text,
                           term_list(m->arena, c->terms, TERM_ALL(term_count(c->terms))));
    case CELL_TEXT:
        break;
    }
    return check_text(m, spot, c, text);
}

static void check_keys(struct mistakes *m, const struct sheet *s, size_t column) {
    struct codes *codes = codes_make(m->arena, s->table.row_count);

    for (size_t row = 0; row < s->table.row_count; row++) {
        struct str code = sheet_text(s, row, column);
        size_t first;

        if (code.n > 0 && !codes_add(codes, code, row, &first)) {
            mistake_add(m, sheet_spot(s, row, column), MISTAKE_TWICE,
                        str_of(s->columns[column].name), code,
                        arena_format(m->arena, "%d", sheet_line(s, first)));
        }
    }
}

static void check_cells(struct mistakes *m, const struct sheet *s) {
    for (size_t row = 0; row < s->table.row_count; row++) {
        for (size_t column = 0; column < s->column_count; column++) {
            check_cell(m, s, row, column);
        }
    }
    for (size_t column = 0; column < s->column_count; column++) {
        if (s->columns[column].is_key) {
            check_keys(m, s, column);
        }
    }
}

bool sheet_read(struct mistakes *m, struct str file, struct str text, const struct column *columns,
                size_t column_count, struct sheet *out) {
    struct csv_bounds bounds = {
        {LIMIT_DEFINITION_BYTES, LIMIT_LINE_BYTES}, LIMIT_DEFINITION_ROWS, SHEET_COLUMNS};

    assert(column_count <= SHEET_COLUMNS);
    *out = (struct sheet){.file = file, .columns = columns, .column_count = column_count};
    if (!text_check(m, file, &text, bounds.text) ||
        text_tell_full_width(m, (struct spot){file, 1, 1}, text_line(text, 1)) ||
        !csv_read(m, file, text, bounds, &out->table)) {
        return false;
    }
    check_header(m, out);
    if (!find_columns(m, out)) {
        out->table.row_count = 0;
        return false;
    }
    check_cells(m, out);
    return true;
}

size_t sheet_words(struct arena *a, struct str cell, const struct str **out) {
    size_t room = 1;
    size_t count = 0;
    struct str *words;

    for (size_t i = 0; i < cell.n; i++) {
        room += cell.p[i] == ';';
    }
    words = arena_array(a, struct str, room);
    while (cell.n > 0) {
        struct str word = str_trim(str_cut(&cell, ';'));

        if (word.n > 0) {
            words[count++] = word;
        }
    }
    *out = words;
    return count;
}
