/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct buf buf_make(struct arena *a, size_t ceiling) {
    return (struct buf){.arena = a, .ceiling = ceiling};
}

static bool grow(struct buf *b, size_t more) {
    size_t room = b->room == 0 ? 256 : b->room;
    char *p;

    if (b->is_full || more > b->ceiling - b->n) {
        b->is_full = true;
        return false;
    }
    if (b->room - b->n >= more) {
        return true;
    }
    while (room - b->n < more) {
        room *= 2;
    }
    p = arena_bytes(b->arena, room);
    if (b->n > 0) {
        memcpy(p, b->p, b->n);
    }
    b->p = p;
    b->room = room;
    return true;
}

void buf_put(struct buf *b, struct str s) {
    if (s.n > 0 && grow(b, s.n)) {
        memcpy(b->p + b->n, s.p, s.n);
        b->n += s.n;
    }
}

void buf_c(struct buf *b, const char *c) {
    buf_put(b, str_of(c));
}

void buf_byte(struct buf *b, char c) {
    if (grow(b, 1)) {
        b->p[b->n++] = c;
    }
}

void buf_figures(struct buf *b, uint64_t value, size_t least) {
    char digits[BUF_FIGURES_MOST];
    size_t at = sizeof digits;

    for (; value > 0 || at == sizeof digits; value /= 10) {
        digits[--at] = (char)('0' + value % 10);
    }
    while (sizeof digits - at < least && at > 0) {
        digits[--at] = '0';
    }
    buf_put(b, (struct str){digits + at, sizeof digits - at});
}

void buf_int(struct buf *b, int64_t value) {
    if (value < 0) {
        buf_byte(b, '-');
    }
    buf_figures(b, value < 0 ? -(uint64_t)value : (uint64_t)value, 1);
}

/* Into the room that there is; measured first only when that is too small. */
void buf_format(struct buf *b, const char *format, ...) {
    size_t room = b->room - b->n;
    va_list args;
    va_list again;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(room > 0 ? b->p + b->n : NULL, room, format, args);
    va_end(args);
    if (n >= 0 && grow(b, (size_t)n + 1)) {
        if ((size_t)n >= room) {
            vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        }
        b->n += (size_t)n;
    }
    va_end(again);
}

struct str buf_str(const struct buf *b) {
    return (struct str){b->p, b->n};
}

void csv_cell(struct buf *b, struct str s) {
    bool formula = s.n > 0 && strchr("=+-@\t\r", s.p[0]) != NULL;
    bool quote = formula;

    for (size_t i = 0; i < s.n && !quote; i++) {
        quote = s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
    }
    if (!quote) {
        buf_put(b, s);
        return;
    }
    buf_c(b, formula ? "\"'" : "\"");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') {
            buf_byte(b, '"');
        }
        buf_byte(b, s.p[i]);
    }
    buf_byte(b, '"');
}

/* U+FFFE and U+FFFF, which XML has no way to write. */
static bool is_noncharacter(struct str s, size_t i) {
    return i + 2 < s.n && (unsigned char)s.p[i] == 0xEF && (unsigned char)s.p[i + 1] == 0xBF &&
           (unsigned char)s.p[i + 2] >= 0xBE;
}

void xml_text(struct buf *b, struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        switch (c) {
        case '&':
            buf_c(b, "&amp;");
            break;
        case '<':
            buf_c(b, "&lt;");
            break;
        case '>':
            buf_c(b, "&gt;");
            break;
        case '"':
            buf_c(b, "&quot;");
            break;
        default:
            if (is_noncharacter(s, i)) {
                i += 2;
            } else if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t' || c == '\r') {
                buf_byte(b, c);
            }
        }
    }
}
