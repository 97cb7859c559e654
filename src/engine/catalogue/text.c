/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/text.h"

#include <assert.h>
#include <string.h>

static const struct {
    struct str wide;
    struct str ascii;
} punctuation[] = {
    {STR_INIT("："), STR_INIT(":")}, {STR_INIT("，"), STR_INIT(",")},
    {STR_INIT("；"), STR_INIT(";")}, {STR_INIT("“"), STR_INIT("\"")},
    {STR_INIT("”"), STR_INIT("\"")}, {STR_INIT("‘"), STR_INIT("'")},
    {STR_INIT("’"), STR_INIT("'")},  {STR_INIT("｛"), STR_INIT("{")},
    {STR_INIT("｝"), STR_INIT("}")}, {STR_INIT("［"), STR_INIT("[")},
    {STR_INIT("］"), STR_INIT("]")}, {STR_INIT("【"), STR_INIT("[")},
    {STR_INIT("】"), STR_INIT("]")}, {STR_INIT("＃"), STR_INIT("#")},
    {STR_INIT("－"), STR_INIT("-")},
};

/* Bytes of the character at the start of `s`; 0 when there is none that is UTF-8 and not U+0000. */
static size_t character_bytes(struct str s) {
    for (size_t n = 1; n <= 4 && n <= s.n; n++) {
        if (str_is_text((struct str){s.p, n})) {
            return n;
        }
    }
    return 0;
}

static bool is_control(unsigned char c) {
    return c == 0x7F || (c < ' ' && c != '\t');
}

static bool has_control(struct str line) {
    for (size_t i = 0; i < line.n; i++) {
        if (is_control((unsigned char)line.p[i])) {
            return true;
        }
    }
    return false;
}

/* What is wrong with one line; `column` says where. MISTAKE_COUNT = nothing. */
static enum mistake_code line_fault(struct str line, size_t line_bytes, int *column) {
    *column = 0;
    if (line.n > line_bytes) {
        return MISTAKE_LINE_LONG;
    }
    if (str_is_text(line) && !has_control(line)) {
        return MISTAKE_COUNT;
    }
    *column = 1;
    for (size_t at = 0; at < line.n; ++*column) {
        unsigned char c = (unsigned char)line.p[at];
        size_t n = character_bytes(str_slice(line, at, line.n));

        if (is_control(c)) {
            return MISTAKE_CONTROL;
        }
        if (n == 0) {
            return MISTAKE_UTF8;
        }
        at += n;
    }
    return MISTAKE_COUNT;
}

/* One mistake of these kinds is told for each file: the rest of the file would only echo it. */
static bool check_lines(struct mistakes *m, struct str file, struct str rest, size_t line_bytes) {
    for (int number = 1; rest.n > 0; number++) {
        struct str line = str_cut(&rest, '\n');
        enum mistake_code fault;
        int column;

        if (line.n > 0 && line.p[line.n - 1] == '\r') {
            line.n--;
        }
        fault = line_fault(line, line_bytes, &column);
        if (fault != MISTAKE_COUNT) {
            return mistake1(m, ((struct spot){file, number, column}), fault,
                            arena_format(m->arena, "%zu", line_bytes / 1024));
        }
    }
    return true;
}

bool text_check(struct mistakes *m, struct str file, struct str *text, struct text_bounds bounds) {
    struct str mark = STR("\xEF\xBB\xBF");

    assert(bounds.bytes > 0 && bounds.line_bytes > 0);
    if (text->n > bounds.bytes) {
        return mistake1(m, ((struct spot){file, 0, 0}), MISTAKE_FILE_SIZE,
                        arena_format(m->arena, "%zu", bounds.bytes / 1024));
    }
    if (str_starts(*text, mark)) {
        *text = str_slice(*text, mark.n, text->n);
    }
    return check_lines(m, file, *text, bounds.line_bytes);
}

struct str text_line(struct str text, int number) {
    struct str line = {0};

    for (int i = 0; i < number; i++) {
        line = str_cut(&text, '\n');
    }
    return line;
}

static bool is_full_width(struct str rest, struct str *found, struct str *meant) {
    for (size_t i = 0; i < sizeof punctuation / sizeof punctuation[0]; i++) {
        if (str_starts(rest, punctuation[i].wide)) {
            *found = punctuation[i].wide;
            *meant = punctuation[i].ascii;
            return true;
        }
    }
    return false;
}

bool text_find_full_width(struct str line, int *column, struct str *found, struct str *meant) {
    char quote = 0;

    *column = 1;
    for (size_t at = 0; at < line.n; ++*column) {
        char c = line.p[at];

        if (quote == 0 && c == '#' && (at == 0 || line.p[at - 1] == ' ')) {
            return false; /* a comment */
        }
        if (quote == 0 && is_full_width(str_slice(line, at, line.n), found, meant)) {
            return true;
        }
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote != 0 ? 0 : c;
        }
        str_next_character(line, &at);
    }
    return false;
}

bool text_tell_full_width(struct mistakes *m, struct spot spot, struct str word) {
    struct str found;
    struct str meant;
    int column;

    if (!text_find_full_width(word, &column, &found, &meant)) {
        return false;
    }
    spot.column += column - 1;
    mistake2(m, spot, MISTAKE_FULL_WIDTH, found, meant);
    return true;
}
