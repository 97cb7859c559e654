/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/mutate.h - hostile variants of good texts: bytes flipped, cut out, doubled, words of
 * the format thrown in.
 *
 * Seeded, so a failure comes back with its round; LINLI_FUZZ_ROUNDS asks for more rounds than the
 * everyday number.
 */
#ifndef LINLI_TESTS_MUTATE_H
#define LINLI_TESTS_MUTATE_H

#include "base/arena.h"
#include "base/source.h"

#include <stdlib.h>
#include <string.h>

enum { MUTATE_BYTES_MAX = 4096 };

struct mutate {
    struct source source;
    const struct str *seeds; /* good texts to begin with, each at most half of MUTATE_BYTES_MAX */
    size_t seed_count;
    const char *const *words; /* pieces of the format */
    size_t word_count;
};

static inline size_t mutate_below(struct mutate *m, size_t n) {
    uint64_t value;

    m->source.fill(&m->source, &value, sizeof value);
    return (size_t)(value % n);
}

static inline size_t mutate_insert(char *text, size_t n, size_t at, const char *piece,
                                   size_t length) {
    length = n + length > MUTATE_BYTES_MAX ? MUTATE_BYTES_MAX - n : length;
    memmove(text + at + length, text + at, n - at);
    memcpy(text + at, piece, length);
    return n + length;
}

static inline size_t mutate_once(struct mutate *m, char *text, size_t n) {
    size_t at = mutate_below(m, n + 1);
    size_t length = mutate_below(m, 16) + 1;
    char piece[64];

    switch (mutate_below(m, 6)) {
    case 0: /* any byte */
        piece[0] = (char)mutate_below(m, 256);
        return mutate_insert(text, n, at, piece, 1);
    case 1: /* another byte */
        if (at < n) {
            text[at] = (char)mutate_below(m, 256);
        }
        return n;
    case 2: /* something lost */
        length = at + length > n ? n - at : length;
        memmove(text + at, text + at + length, n - at - length);
        return n - length;
    case 3: /* something twice */
        length = at + length > n ? n - at : length;
        memcpy(piece, text + at, length);
        return mutate_insert(text, n, mutate_below(m, n + 1), piece, length);
    case 4: /* the end lost */
        return mutate_below(m, 8) == 0 ? at : n;
    default: {
        const char *word = m->words[mutate_below(m, m->word_count)];

        return mutate_insert(text, n, at, word, strlen(word));
    }
    }
}

/* A variant in the arena, in memory of just its size, so that reading beyond it is noticed. */
static inline struct str mutate_text(struct mutate *m, struct arena *a) {
    static char text[MUTATE_BYTES_MAX];
    struct str seed = m->seeds[mutate_below(m, m->seed_count)];
    size_t n = seed.n;
    char *copy;

    memcpy(text, seed.p, n);
    for (size_t i = mutate_below(m, 6); i > 0; i--) {
        n = mutate_once(m, text, n);
    }
    copy = malloc(n + (n == 0));
    arena_on_close(a, free, copy);
    memcpy(copy, text, n);
    return (struct str){copy, n};
}

static inline int mutate_rounds(int everyday) {
    const char *more = getenv("LINLI_FUZZ_ROUNDS");

    return more == NULL ? everyday : atoi(more);
}

#endif
