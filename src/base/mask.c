/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mask.h"

#include "base/buf.h"

struct str mask_name(struct arena *a, struct str name) {
    struct buf b = buf_make(a, 256);
    size_t characters = str_characters(name);

    if (characters == 0) {
        return name;
    }
    buf_put(&b, str_first_characters(name, 1));
    for (size_t i = 1; i < characters && i < 4; i++) {
        buf_byte(&b, '*');
    }
    return buf_str(&b);
}

struct str mask_telephone(struct arena *a, struct str telephone) {
    struct buf b = buf_make(a, 256);
    size_t keep = telephone.n >= 11 ? 3 : 0;
    size_t tail = telephone.n >= 7 ? 4 : 0;

    for (size_t i = 0; i < telephone.n; i++) {
        buf_byte(&b, i < keep || i + tail >= telephone.n ? telephone.p[i] : '*');
    }
    return buf_str(&b);
}

/* ---- addresses of servers */

/* `line` without what lies between from and to. */
static struct str without(struct arena *a, struct str line, size_t from, size_t to) {
    return arena_format(a, "%.*s%.*s", (int)from, line.p, (int)(line.n - to), line.p + to);
}

struct str mask_password(struct arena *a, struct str line) {
    static const char word[] = "password=";
    ptrdiff_t scheme = str_find(line, STR("://"));
    ptrdiff_t said = str_find(line, STR(word));
    size_t from = scheme < 0 ? 0 : (size_t)scheme + 3;
    size_t at = line.n;

    if (said >= 0) {
        size_t begin = (size_t)said + sizeof word - 1;
        size_t end = begin;

        while (end < line.n && line.p[end] != '&' && line.p[end] != ' ') {
            end++;
        }
        line = without(a, line, begin, end);
        at = line.n;
    }
    while (at > from && line.p[at - 1] != '@') {
        at--;
    }
    while (from < at && line.p[from] != ':') {
        from++;
    }
    return at > from ? without(a, line, from, at - 1) : line;
}

/* ---- numbers in free text */

enum { NUMBER_DIGITS_MIN = 7, NUMBER_DIGITS_MAX = 21 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where the number that begins at `from` ends; its digits in *digits, an X at the end counted. */
static size_t number_end(struct str text, size_t from, size_t *digits) {
    size_t end = from;

    *digits = 0;
    for (size_t i = from; i < text.n; i++) {
        if (is_digit(text.p[i])) {
            ++*digits;
            end = i + 1;
        } else if ((text.p[i] != ' ' && text.p[i] != '-') || i > end) {
            break;
        }
    }
    if (end < text.n && (text.p[end] == 'X' || text.p[end] == 'x')) {
        ++*digits;
        end++;
    }
    return end;
}

/* Does it stand by itself, and not inside a code? */
static bool stands_alone(struct str text, size_t from, size_t end) {
    char before = from > 0 ? text.p[from - 1] : ' ';
    char after = end < text.n ? text.p[end] : ' ';

    return !is_letter(before) && before != '-' && !is_letter(after);
}

struct str mask_numbers(struct arena *a, struct str text) {
    struct buf b = buf_make(a, text.n + 1);

    for (size_t i = 0; i < text.n;) {
        size_t digits = 0;
        size_t end = is_digit(text.p[i]) ? number_end(text, i, &digits) : i + 1;
        bool is_number = digits >= NUMBER_DIGITS_MIN && digits <= NUMBER_DIGITS_MAX &&
                         stands_alone(text, i, end);

        for (size_t k = i; k < end && !is_number; k++) {
            buf_byte(&b, text.p[k]);
        }
        for (size_t k = 0; k < digits && is_number; k++) {
            buf_byte(&b, '*');
        }
        i = end;
    }
    return buf_str(&b);
}
