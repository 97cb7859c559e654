/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { CASE_BYTES = 1 << 20, FILE_BYTES = 4 << 20 };

static bool give_up(struct golden *g, const char *why, struct str line) {
    g->err.code = E_FILE;
    return err_detail(&g->err, "%s: %s: %.*s", g->path, why, STR_ARG(line));
}

/* ---- the little language of edits */

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static struct str repeated(struct arena *a, struct str *rest) {
    struct buf b = buf_make(a, FILE_BYTES);
    struct str number = str_cut(rest, '(');
    struct str text = str_cut(rest, ')');
    int64_t times = 0;

    str_to_int(number, &times);
    for (int64_t i = 0; i < times; i++) {
        buf_put(&b, text);
    }
    return buf_str(&b);
}

static struct str unescaped(struct arena *a, struct str line) {
    struct buf b = buf_make(a, FILE_BYTES);

    while (line.n > 0) {
        struct str before = str_cut(&line, '\\');

        buf_put(&b, before);
        if (line.n >= 3 && line.p[0] == 'x') {
            buf_byte(&b, (char)(hex_digit(line.p[1]) * 16 + hex_digit(line.p[2])));
            line = str_slice(line, 3, line.n);
        } else if (line.n > 0 && line.p[0] == '*') {
            line = str_slice(line, 1, line.n);
            buf_put(&b, repeated(a, &line));
        } else if (line.n > 0) {
            buf_byte(&b, line.p[0] == 't' ? '\t' : line.p[0] == 'r' ? '\r' : line.p[0]);
            line = str_slice(line, 1, line.n);
        }
    }
    return buf_str(&b);
}

struct cursor {
    struct catalogue_text *file; /* the one edited */
    size_t at;                   /* byte where lines come in */
};

static bool choose_file(struct golden *g, struct cursor *cursor, struct str name) {
    for (size_t i = 0; i < g->count; i++) {
        if (str_eq(g->files[i].name, name)) {
            *cursor = (struct cursor){&g->files[i], g->files[i].text.n};
            return true;
        }
    }
    if (g->count == GOLDEN_FILES) {
        return give_up(g, "too many files", name);
    }
    g->files[g->count] = (struct catalogue_text){name, STR("")};
    *cursor = (struct cursor){&g->files[g->count++], 0};
    return true;
}

static bool remove_line(struct golden *g, struct cursor *cursor, struct str line) {
    struct str text = cursor->file->text;

    for (size_t from = 0; from < text.n;) {
        struct str rest = str_slice(text, from, text.n);
        struct str here = str_cut(&rest, '\n');

        if (str_eq(here, line)) {
            cursor->file->text = arena_format(g->a, "%.*s%.*s", (int)from, text.p, STR_ARG(rest));
            cursor->at = from;
            return true;
        }
        from += here.n + 1;
    }
    return give_up(g, "no such line in the file", line);
}

static void add_line(struct golden *g, struct cursor *cursor, struct str line) {
    struct str text = cursor->file->text;
    struct str added = unescaped(g->a, line);
    struct buf b = buf_make(g->a, FILE_BYTES);

    buf_put(&b, str_slice(text, 0, cursor->at));
    buf_put(&b, added);
    buf_byte(&b, '\n');
    buf_put(&b, str_slice(text, cursor->at, text.n));
    cursor->file->text = buf_str(&b);
    cursor->at += added.n + 1;
}

static bool edit(struct golden *g, struct cursor *cursor, struct str line) {
    struct str rest = str_slice(line, line.n < 2 ? line.n : 2, line.n);

    if (line.n == 0) {
        return true;
    }
    if (line.p[0] == '=') {
        return choose_file(g, cursor, rest);
    }
    if (cursor->file == NULL) {
        return give_up(g, "choose a file first", line);
    }
    switch (line.p[0]) {
    case '-':
        return remove_line(g, cursor, rest);
    case '+':
        add_line(g, cursor, rest);
        return true;
    case 'x':
        *cursor->file = g->files[--g->count];
        cursor->file = NULL;
        return true;
    default:
        return give_up(g, "unknown edit", line);
    }
}

/* ---- the case */

bool golden_read(struct arena *a, const char *path, const struct catalogue_folder *base,
                 struct golden *out) {
    struct cursor cursor = {0};
    struct str text;
    struct str whole;
    struct str *part = NULL;

    *out = (struct golden){.a = a, .path = path, .count = base->count};
    memcpy(out->files, base->texts, base->count * sizeof *base->texts);
    if (!file_read(a, path, CASE_BYTES, &text, &out->err)) {
        return false;
    }
    whole = text;
    out->about = str_cut(&text, '\n');
    while (text.n > 0) {
        const char *from = text.p;
        struct str line = str_cut(&text, '\n');

        if (str_is(line, "zh") || str_is(line, "en")) {
            part = &out->expected[str_is(line, "zh") ? LANGUAGE_ZH : LANGUAGE_EN];
            *part = (struct str){text.p, 0};
            if (str_is(line, "zh")) {
                out->edits = (struct str){whole.p, (size_t)(from - whole.p)};
            }
        } else if (part != NULL) {
            part->n =
                (size_t)(line.p + line.n - part->p) + (text.n > 0 || whole.p[whole.n - 1] == '\n');
        } else if (!edit(out, &cursor, line)) {
            return false;
        }
    }
    if (part == NULL) {
        out->edits = whole;
    }
    return true;
}

bool golden_write(struct golden *g, const struct str actual[2]) {
    struct str text = arena_format(g->a, "%.*szh\n%.*sen\n%.*s", STR_ARG(g->edits),
                                   STR_ARG(actual[0]), STR_ARG(actual[1]));

    return file_write(g->a, g->path, text, 0644, &g->err);
}
