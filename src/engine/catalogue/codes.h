/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/codes.h - from a code to its position: a hash table that is filled once and then
 * only read.
 *
 * Memory   in the arena; the codes are views of the texts. Fixed room, given when made.
 */
#ifndef LINLI_ENGINE_CATALOGUE_CODES_H
#define LINLI_ENGINE_CATALOGUE_CODES_H

#include "base/arena.h"

struct codes;

#define CODES_NONE ((size_t)-1)

struct codes *codes_make(struct arena *a, size_t room);

/* false when the code is there already; then `*first` is the position it was added with. */
bool codes_add(struct codes *c, struct str code, size_t position, size_t *first);

/* The position, or CODES_NONE. `c` may be NULL: nothing is known then. */
size_t codes_find(const struct codes *c, struct str code);

#endif
