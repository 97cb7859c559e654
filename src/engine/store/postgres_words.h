/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/postgres_words.h - statements and values in PostgreSQL's form, without its library.
 *
 * docs/sql.md names the rules.
 */
#ifndef LINLI_ENGINE_STORE_POSTGRES_WORDS_H
#define LINLI_ENGINE_STORE_POSTGRES_WORDS_H

#include "base/str.h"

/* Types of columns that the statements give, by their numbers in PostgreSQL's catalogue. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_BYTEA_ARRAY = 1001,
    OID_TEXT_ARRAY = 1009,
    OID_INT8_ARRAY = 1016,
    OID_NUMERIC = 1700,
    OID_VOID = 2278,
};

/* ?1 becomes $1; INDEXED BY name and NOT INDEXED go. `out` has room for size bytes and gets a zero
 * at its end; false when it does not fit. Quoted text is left alone. */
bool postgres_words(struct str sql, char *out, size_t size);

void postgres_put_int(char out[8], int64_t value); /* big-endian */

/* A whole number of any of the types above, in binary form. */
int64_t postgres_get_int(unsigned type, const char *p, int length);

/* 'i' integer, 't' text, 'b' bytes */
int postgres_kind(unsigned type);

#endif
