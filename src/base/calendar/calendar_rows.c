/* SPDX-License-Identifier: Apache-2.0 */
#include "base/calendar/calendar_rows.h"

#include "base/calendar/calendar.h"
#include "base/limits.h"
#include "base/source.h"
#include "base/time_text.h"

#include <stdlib.h>

struct reader {
    struct arena *arena;        /* of the rows */
    struct calendar_rows *rows; /* read so far */
    int64_t day_count;          /* days of the years that a calendar knows */
    int *line_of_day;           /* where a day was listed, 0 = not yet */
    struct str line_text;       /* number of the line at hand, for messages */
};

static bool read_date(struct reader *r, struct str cell, int64_t *day, struct err *err) {
    int64_t us = 0;

    if (cell.n > 10 || !time_read(cell, 0, &us) || us / DAY_US >= r->day_count) {
        return fail2(err, E_CALENDAR_DATE, "date", r->line_text, cell);
    }
    *day = us / DAY_US;
    return true;
}

/* A cell in double quotes, `""` standing for one; anything else as it is. */
static bool read_name(struct reader *r, struct str cell, struct str *name, struct err *err) {
    bool is_quoted = cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"';
    char *copy = arena_bytes(r->arena, cell.n + 1);
    size_t n = 0;

    for (size_t i = is_quoted; i + is_quoted < cell.n; i++) {
        bool is_quote = cell.p[i] == '"';

        if (is_quote && (!is_quoted || i + 2 >= cell.n || cell.p[++i] != '"')) {
            return fail1(err, E_CALENDAR_NAME, "name", r->line_text);
        }
        copy[n++] = cell.p[i];
    }
    *name = str_trim((struct str){copy, n});
    if (name->n == 0 || str_characters(*name) > LIMIT_SHORT_CHARACTERS) {
        return fail1(err, E_CALENDAR_NAME, "name", r->line_text);
    }
    return true;
}

static bool read_row(struct reader *r, int line, struct str text, struct err *err) {
    struct calendar_row row = {.line = line};
    struct str date = str_trim(str_cut(&text, ','));
    struct str kind = str_trim(str_cut(&text, ','));
    int *listed;

    if (!read_date(r, date, &row.day, err)) {
        return false;
    }
    row.works = str_is(kind, "workday");
    if (!row.works && !str_is(kind, "holiday")) {
        return fail2(err, E_CALENDAR_KIND, "kind", r->line_text, kind);
    }
    if (!read_name(r, str_trim(text), &row.name, err)) {
        return false;
    }
    listed = &r->line_of_day[row.day];
    if (*listed > 0) {
        return fail3(err, E_CALENDAR_TWICE, "date", r->line_text, date,
                     arena_format(r->arena, "%d", *listed));
    }
    *listed = line;
    r->rows->row[r->rows->count++] = row;
    return true;
}

static int compare_days(const void *a, const void *b) {
    const struct calendar_row *x = a;
    const struct calendar_row *y = b;

    return (x->day > y->day) - (x->day < y->day);
}

/* Lines of a text, but no more than `most`: there cannot be more rows than days. */
static size_t count_lines(struct str text, size_t most) {
    size_t lines = 1;

    for (size_t i = 0; i < text.n && lines < most; i++) {
        lines += text.p[i] == '\n';
    }
    return lines;
}

static bool read_line(struct reader *r, int line, struct str text, struct err *err) {
    if (!str_is_text(text)) {
        return fail(err, E_TEXT, "");
    }
    text = str_trim(text);
    if (line == 1) {
        return str_is(text, "date,kind,name") || fail1(err, E_CALENDAR_HEADER, "", text);
    }
    return text.n == 0 || read_row(r, line, text, err);
}

static size_t read_lines(struct reader *r, struct arena *scratch, struct str text,
                         calendar_tell *tell, void *ctx) {
    size_t mistakes = 0;

    for (int line = 1; line == 1 || text.n > 0; line++) {
        struct arena_mark mark = arena_mark(scratch);
        struct err err = {0};

        r->line_text = arena_format(scratch, "%d", line);
        if (!read_line(r, line, str_cut(&text, '\n'), &err)) {
            mistakes++;
            if (tell != NULL) {
                tell(ctx, line, &err);
            }
        }
        arena_rewind(scratch, mark);
    }
    return mistakes;
}

size_t calendar_rows_read(struct arena *a, struct str text, struct calendar_rows *out,
                          calendar_tell *tell, void *ctx) {
    int64_t day_count = days_from_civil(CALENDAR_LAST_YEAR + 1, 1, 1);
    struct arena *scratch = arena_open();
    struct reader r = {.arena = a, .rows = out, .day_count = day_count};
    size_t mistakes;

    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        text = str_slice(text, 3, text.n);
    }
    *out = (struct calendar_rows){0};
    out->row = arena_array(a, struct calendar_row, count_lines(text, (size_t)day_count));
    r.line_of_day = arena_array(scratch, int, (size_t)day_count);
    mistakes = read_lines(&r, scratch, text, tell, ctx);
    qsort(out->row, out->count, sizeof out->row[0], compare_days);
    arena_close(scratch);
    return mistakes;
}
