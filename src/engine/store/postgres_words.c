/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/postgres_words.h"

#include <string.h>

static bool is_name_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* How much of the text at `at` is a hint for SQLite alone; 0 when none begins there. */
static size_t hint_length(struct str sql, size_t at) {
    static const struct str hints[] = {{"INDEXED BY ", 11}, {"NOT INDEXED", 11}, {"likely(", 7}};
    struct str rest = {sql.p + at, sql.n - at};
    size_t n;

    if (at > 0 && is_name_letter(sql.p[at - 1])) {
        return 0;
    }
    if (rest.n > 1 && rest.p[0] == '+' && is_name_letter(rest.p[1]) && at > 0 &&
        strchr(" (", sql.p[at - 1]) != NULL) {
        return 1; /* +office: no index by it */
    }
    if (str_starts(rest, hints[1])) {
        return hints[1].n;
    }
    if (str_starts(rest, hints[2])) {
        return hints[2].n - 1; /* the bracket stays */
    }
    if (!str_starts(rest, hints[0])) {
        return 0;
    }
    for (n = hints[0].n; n < rest.n && is_name_letter(rest.p[n]); n++) {
    }
    return n;
}

bool postgres_words(struct str sql, char *out, size_t size) {
    char quote = 0;
    size_t n = 0;
    size_t at;

    for (at = 0; at < sql.n && n + 1 < size; at++) {
        char c = sql.p[at];
        size_t hint = quote == 0 ? hint_length(sql, at) : 0;

        if (hint > 0) {
            at += hint - 1;
            continue;
        }
        if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        }
        out[n++] = quote == 0 && c == '?' ? '$' : c;
    }
    out[n] = 0;
    return at == sql.n;
}

void postgres_put_int(char out[8], int64_t value) {
    for (int i = 0; i < 8; i++) {
        out[i] = (char)(unsigned char)((uint64_t)value >> (56 - 8 * i));
    }
}

static int64_t big_endian(const char *p, int length) {
    uint64_t value = length > 0 && (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (int i = 0; i < length; i++) {
        value = value << 8 | (unsigned char)p[i];
    }
    return (int64_t)value;
}

/* Digits to the base 10,000: count, weight of the first, sign, scale, digits; what stands behind
 * the point is cut off. */
static int64_t numeric(const char *p, int length) {
    int64_t count = length >= 8 ? big_endian(p, 2) : 0;
    int64_t weight = length >= 8 ? big_endian(p + 2, 2) : 0;
    bool is_negative = length >= 8 && big_endian(p + 4, 2) != 0;
    int64_t value = 0;

    for (int64_t i = 0; i <= weight; i++) {
        value = value * 10000 + (i < count ? big_endian(p + 8 + 2 * i, 2) : 0);
    }
    return is_negative ? -value : value;
}

int64_t postgres_get_int(unsigned type, const char *p, int length) {
    return type == OID_NUMERIC ? numeric(p, length) : big_endian(p, length);
}

int postgres_kind(unsigned type) {
    switch (type) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_NUMERIC:
        return 'i';
    case OID_BYTEA:
        return 'b';
    default:
        return 't';
    }
}
