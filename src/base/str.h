/* SPDX-License-Identifier: Apache-2.0 */
/* base/str.h - text as a view: a pointer and a length, by value.
 *
 * A str owns nothing and need not end in NUL. Text that came through a door is valid UTF-8 without
 * U+0000 (str_is_text); inside the house nobody checks again.
 */
#ifndef LINLI_BASE_STR_H
#define LINLI_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *p; /* first byte; may be NULL when n is 0 */
    size_t n;      /* bytes */
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
    { (literal), sizeof(literal) - 1 } /* for static tables */
#define STR_ARG(s) (int)(s).n, (s).p   /* for "%.*s" */

/* The view of a C string; NULL gives the empty text. */
struct str str_of(const char *c);

bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *c);
int str_compare(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Position of the first `needle` in `s`, or -1. */
ptrdiff_t str_find(struct str s, struct str needle);
struct str str_slice(struct str s, size_t from, size_t to);
struct str str_trim(struct str s);

/* Cuts `*rest` at the first `separator`: returns what stood before, leaves what stands behind.
 * Returns the whole and leaves the empty text when there is none. */
struct str str_cut(struct str *rest, char separator);

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms) and no U+0000. */
bool str_is_text(struct str s);

/* Unicode code points in `s`, which must be text. */
size_t str_characters(struct str s);

/* The first `n` code points of `s`. */
struct str str_first_characters(struct str s, size_t n);

/* Reads the code point at `*at` and moves `*at` behind it. `s` must be text and *at inside it. */
uint32_t str_next_character(struct str s, size_t *at);

/* Whole-text decimal integer; false when it is not one or does not fit. */
bool str_to_int(struct str s, int64_t *out);

#endif
