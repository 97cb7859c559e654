/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/mistake.h - what is wrong in a definition or a table, where, and what to do
 * about it.
 *
 * Readers and checks do not stop at the first mistake: they add it here and go on. The sentences
 * and remedies stand in mistakes.csv in both languages; {0} {1} {2} in them are the arguments.
 *
 * Memory   in the arena; at most `room` mistakes are kept, the rest are only counted.
 */
#ifndef LINLI_ENGINE_CATALOGUE_MISTAKE_H
#define LINLI_ENGINE_CATALOGUE_MISTAKE_H

#include "base/buf.h"
#include "base/err.h"
#include "engine/catalogue/spot.h"
#include "mistake_codes.h" /* enum mistake_code, made from mistakes.csv */

enum { MISTAKES_ROOM = 200, MISTAKE_ARGS = 3 };

struct mistake {
    struct spot spot;
    enum mistake_code code;
    struct str args[MISTAKE_ARGS];
};

struct mistakes {
    struct arena *arena;
    struct mistake *items;
    size_t kept;  /* in items */
    size_t room;  /* items that fit */
    size_t count; /* found in all */
};

struct mistakes mistakes_make(struct arena *a, size_t room);

/* Always false, so that a reader may say `return mistake_add(...)`. The arguments are copied, long
 * ones cut. */
bool mistake_add(struct mistakes *m, struct spot spot, enum mistake_code code, struct str a,
                 struct str b, struct str c);

#define mistake0(m, spot, code)       mistake_add((m), (spot), (code), STR(""), STR(""), STR(""))
#define mistake1(m, spot, code, a)    mistake_add((m), (spot), (code), (a), STR(""), STR(""))
#define mistake2(m, spot, code, a, b) mistake_add((m), (spot), (code), (a), (b), STR(""))

/* By file, line and column, as a person goes through them. */
void mistakes_sort(struct mistakes *m);

struct str mistake_sentence(struct arena *a, const struct mistake *m, enum language language);
struct str mistake_remedy(struct arena *a, const struct mistake *m, enum language language);

/* `file:line:column: sentence` and below it the remedy, for each, and how many more there are. */
void mistakes_write(struct buf *out, const struct mistakes *m, enum language language);

#endif
