/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/csv.h"

#include <assert.h>

struct reader {
    struct mistakes *m;
    struct str file;
    struct str text;
    size_t at;  /* next byte */
    int line;   /* of that byte */
    int column; /* of that byte, in characters */
    struct csv_bounds bounds;
    struct csv_field *fields; /* room for one row */
    size_t count;             /* cells of the row being read */
    bool is_broken; /* a quote that hides where the cells end: nothing behind it can be trusted */
};

static struct spot here(const struct reader *r) {
    return (struct spot){r->file, r->line, r->column};
}

static bool is_at_end(const struct reader *r) {
    return r->at >= r->text.n;
}

/* Length of the line end at the reader: 0, 1 (LF) or 2 (CRLF). */
static size_t line_end(const struct reader *r) {
    struct str rest = str_slice(r->text, r->at, r->text.n);

    return str_starts(rest, STR("\n")) ? 1 : str_starts(rest, STR("\r\n")) ? 2 : 0;
}

static void step_on(struct reader *r) {
    if (r->text.p[r->at] == '\n') {
        r->line++;
        r->column = 1;
        r->at++;
        return;
    }
    str_next_character(r->text, &r->at);
    r->column++;
}

static void skip_line_end(struct reader *r) {
    for (size_t n = line_end(r); n > 0; n--) {
        step_on(r);
    }
}

/* "a ""b"" c": the view between the quotes, with doubled quotes made single in a copy. */
static struct str read_quoted(struct reader *r) {
    struct spot start = here(r);
    struct buf copy = buf_make(r->m->arena, r->bounds.text.bytes);
    size_t from = r->at + 1;
    bool doubled = false;

    step_on(r);
    for (size_t part = from; !is_at_end(r); step_on(r)) {
        if (r->text.p[r->at] != '"') {
            continue;
        }
        if (r->at + 1 < r->text.n && r->text.p[r->at + 1] == '"') {
            doubled = true;
            buf_put(&copy, str_slice(r->text, part, r->at + 1));
            step_on(r);
            part = r->at + 1;
            continue;
        }
        buf_put(&copy, doubled ? str_slice(r->text, part, r->at) : STR(""));
        step_on(r);
        return doubled ? buf_str(&copy) : str_slice(r->text, from, r->at - 1);
    }
    r->is_broken = true;
    mistake0(r->m, start, MISTAKE_QUOTE_OPEN);
    return (struct str){0};
}

static struct str read_plain(struct reader *r) {
    size_t from = r->at;

    while (!is_at_end(r) && r->text.p[r->at] != ',' && line_end(r) == 0) {
        if (r->text.p[r->at] == '"') {
            r->is_broken = true;
            mistake0(r->m, here(r), MISTAKE_QUOTE_INSIDE);
            return (struct str){0};
        }
        step_on(r);
    }
    return str_slice(r->text, from, r->at);
}

static void read_field(struct reader *r) {
    struct csv_field field = {.line = r->line, .column = r->column};
    bool quoted = !is_at_end(r) && r->text.p[r->at] == '"';

    field.text = quoted ? read_quoted(r) : read_plain(r);
    if (!r->is_broken && !is_at_end(r) && r->text.p[r->at] != ',' && line_end(r) == 0) {
        r->is_broken = true;
        mistake0(r->m, here(r), MISTAKE_QUOTE_AFTER);
    }
    if (r->count < r->bounds.columns) {
        r->fields[r->count] = field;
    }
    r->count++;
}

static struct csv_row read_row(struct reader *r) {
    struct csv_row row = {.line = r->line};
    struct csv_field *kept;
    size_t held;

    r->count = 0;
    read_field(r);
    while (!r->is_broken && !is_at_end(r) && r->text.p[r->at] == ',') {
        step_on(r);
        read_field(r);
    }
    skip_line_end(r);
    row.count = r->count;
    held = row.count < r->bounds.columns ? row.count : r->bounds.columns;
    kept = arena_array(r->m->arena, struct csv_field, held);
    for (size_t i = 0; i < held; i++) {
        kept[i] = r->fields[i];
    }
    row.fields = kept;
    return row;
}

static void skip_empty_lines(struct reader *r) {
    while (!is_at_end(r) && line_end(r) > 0) {
        skip_line_end(r);
    }
}

static bool read_header(struct reader *r, struct csv_table *out) {
    skip_empty_lines(r);
    if (is_at_end(r)) {
        return mistake0(r->m, ((struct spot){r->file, 0, 0}), MISTAKE_FILE_EMPTY);
    }
    out->header = read_row(r);
    if (out->header.count > r->bounds.columns) {
        mistake1(r->m, ((struct spot){r->file, out->header.line, 0}), MISTAKE_COLUMNS,
                 arena_format(r->m->arena, "%zu", r->bounds.columns));
        r->is_broken = true;
    }
    return !r->is_broken;
}

/* An upper bound of the rows in the text: no row without a line of its own. */
static size_t count_lines(struct str text) {
    size_t lines = 1;

    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n';
    }
    return lines;
}

static void read_rows(struct reader *r, struct csv_table *out) {
    size_t lines = count_lines(r->text);
    size_t room = lines < r->bounds.rows ? lines : r->bounds.rows;
    struct csv_row *rows = arena_array(r->m->arena, struct csv_row, room + 1);

    out->rows = rows;
    for (skip_empty_lines(r); !is_at_end(r) && !r->is_broken; skip_empty_lines(r)) {
        struct csv_row row;

        if (out->row_count == room) {
            mistake1(r->m, ((struct spot){r->file, r->line, 0}), MISTAKE_ROWS,
                     arena_format(r->m->arena, "%zu", r->bounds.rows));
            return;
        }
        row = read_row(r);
        if (r->is_broken) {
            return;
        }
        if (row.count != out->header.count) {
            mistake2(r->m, ((struct spot){r->file, row.line, 0}), MISTAKE_CELLS,
                     arena_format(r->m->arena, "%zu", row.count),
                     arena_format(r->m->arena, "%zu", out->header.count));
            continue;
        }
        rows[out->row_count++] = row;
    }
}

bool csv_read(struct mistakes *m, struct str file, struct str text, struct csv_bounds bounds,
              struct csv_table *out) {
    struct reader r = {.m = m, .file = file, .line = 1, .column = 1, .bounds = bounds};

    assert(bounds.columns > 0 && bounds.rows > 0);
    *out = (struct csv_table){0};
    if (!text_check(m, file, &text, bounds.text)) {
        return false;
    }
    r.text = text;
    r.fields = arena_array(m->arena, struct csv_field, bounds.columns);
    if (!read_header(&r, out)) {
        *out = (struct csv_table){0};
        return false;
    }
    read_rows(&r, out);
    return true;
}

int csv_column(const struct csv_table *table, const char *name) {
    for (size_t i = 0; i < table->header.count; i++) {
        if (str_is(table->header.fields[i].text, name)) {
            return (int)i;
        }
    }
    return -1;
}
