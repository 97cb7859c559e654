/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <assert.h>
#include <string.h>

struct str str_of(const char *c) {
    return (struct str){c, c == NULL ? 0 : strlen(c)};
}

bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *c) {
    return str_eq(a, str_of(c));
}

int str_compare(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    if (order != 0) {
        return order;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(struct str s, struct str prefix) {
    return s.n >= prefix.n && str_eq(str_slice(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix) {
    return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

ptrdiff_t str_find(struct str s, struct str needle) {
    if (needle.n == 0) {
        return 0;
    }
    for (size_t i = 0; i + needle.n <= s.n; i++) {
        if (s.p[i] == needle.p[0] && memcmp(s.p + i, needle.p, needle.n) == 0) {
            return (ptrdiff_t)i;
        }
    }
    return -1;
}

struct str str_slice(struct str s, size_t from, size_t to) {
    assert(from <= to && to <= s.n);
    return (struct str){s.p + from, to - from};
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_trim(struct str s) {
    while (s.n > 0 && is_space(s.p[0])) {
        s = str_slice(s, 1, s.n);
    }
    while (s.n > 0 && is_space(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

struct str str_cut(struct str *rest, char separator) {
    struct str whole = *rest;

    for (size_t i = 0; i < whole.n; i++) {
        if (whole.p[i] == separator) {
            *rest = str_slice(whole, i + 1, whole.n);
            return str_slice(whole, 0, i);
        }
    }
    *rest = (struct str){0};
    return whole;
}

/* Length of the UTF-8 sequence at p (n bytes left), or 0 when it is not one. */
static size_t sequence_length(const unsigned char *p, size_t n) {
    if (p[0] < 0x80) {
        return p[0] == 0 ? 0 : 1;
    }
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        return n >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
    }
    if ((p[0] & 0xF0) == 0xE0) {
        bool tail = n >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80;
        bool overlong = p[0] == 0xE0 && tail && p[1] < 0xA0;
        bool surrogate = p[0] == 0xED && tail && p[1] > 0x9F;

        return tail && !overlong && !surrogate ? 3 : 0;
    }
    if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        bool tail =
            n >= 4 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 && (p[3] & 0xC0) == 0x80;
        bool overlong = p[0] == 0xF0 && tail && p[1] < 0x90;
        bool beyond = p[0] == 0xF4 && tail && p[1] > 0x8F;

        return tail && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

bool str_is_text(struct str s) {
    for (size_t i = 0; i < s.n;) {
        size_t length = sequence_length((const unsigned char *)s.p + i, s.n - i);

        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

size_t str_characters(struct str s) {
    size_t count = 0;

    for (size_t i = 0; i < s.n; i++) {
        count += (s.p[i] & 0xC0) != 0x80;
    }
    return count;
}

struct str str_first_characters(struct str s, size_t n) {
    size_t seen = 0;

    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] & 0xC0) != 0x80 && seen++ == n) {
            return str_slice(s, 0, i);
        }
    }
    return s;
}

uint32_t str_next_character(struct str s, size_t *at) {
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t length = sequence_length(p, s.n - *at);

    assert(*at < s.n && length > 0);
    *at += length;
    switch (length) {
    case 1:
        return p[0];
    case 2:
        return ((uint32_t)(p[0] & 0x1F) << 6) | (p[1] & 0x3F);
    case 3:
        return ((uint32_t)(p[0] & 0x0F) << 12) | ((uint32_t)(p[1] & 0x3F) << 6) | (p[2] & 0x3F);
    default:
        return ((uint32_t)(p[0] & 0x07) << 18) | ((uint32_t)(p[1] & 0x3F) << 12) |
               ((uint32_t)(p[2] & 0x3F) << 6) | (p[3] & 0x3F);
    }
}

bool str_to_int(struct str s, int64_t *out) {
    bool minus = s.n > 0 && s.p[0] == '-';
    uint64_t value = 0;

    if (minus) {
        s = str_slice(s, 1, s.n);
    }
    if (s.n == 0 || s.n > 18) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = minus ? -(int64_t)value : (int64_t)value;
    return true;
}
