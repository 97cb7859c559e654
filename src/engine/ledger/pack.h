/* SPDX-License-Identifier: Apache-2.0 */
/* engine/ledger/pack.h - how a body lies in the database: the fields of its flat JSON in a third of
 * the bytes. What is hashed, shown and proved is the JSON, as event_write makes it.
 *
 * A packed body is the byte 1 and then for each field its key and its value:
 *     key     the number of a word in pack.c (1 .. 255), or 0, a length and the bytes
 *     value   a byte of kind (high three bits) and n (low five), and what the kind says:
 *         0   the integer n
 *         1   an integer in n + 1 bytes, zigzag, highest first, as few as it takes
 *         2   a text of n bytes
 *         3   a list of n integers, each zigzag in sevens, lowest first, high bit = more follows
 *         4   a text of n + 1 bytes written in lower case hexadecimal digits
 *         5   a word in pack.c, whose number is the next byte
 * An n of 31 in kinds 2 and 3, like the length of a key, is said by an integer in sevens instead.
 * One event has one packed form: bytes that would read alike and are not that form are refused.
 * A body that begins with '{' is the JSON itself: so they stood up to version 3 of the schema.
 */
#ifndef LINLI_ENGINE_PACK_H
#define LINLI_ENGINE_PACK_H

#include "engine/ledger/event.h"

struct str pack_write(const struct event *e);

/* The fields of a stored body, packed or not; false when it is neither. */
bool pack_read(struct arena *a, struct str stored, struct event *e);

/* The same, and the JSON that the ledger's hash is about; false also when the stored bytes are not
 * the ones that pack_write would make. */
bool pack_read_exact(struct arena *a, struct str stored, struct event *e, struct str *body);

#endif
