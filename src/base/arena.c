/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK_BYTES = 8192, NEXT_CHUNK_BYTES = 65536, ALIGN_BYTES = 16 };

struct chunk {
    struct chunk *before; /* the chunk filled before this one, NULL for the first */
    size_t size;          /* bytes in data */
    size_t used;          /* bytes handed out */
    _Alignas(ALIGN_BYTES) char data[];
};

struct closer {
    struct closer *before;
    void (*close)(void *);
    void *object;
};

struct arena {
    struct chunk *chunk;    /* the chunk in use */
    struct closer *closers; /* last registered first */
};

static void *must(void *p) {
    if (p == NULL) {
        fputs("{\"level\":\"fatal\",\"code\":\"OUT_OF_MEMORY\"}\n", stderr);
        abort();
    }
    return p;
}

static struct chunk *chunk_open(struct chunk *before, size_t size) {
    struct chunk *c = must(malloc(sizeof *c + size));

    c->before = before;
    c->size = size;
    c->used = 0;
    return c;
}

struct arena *arena_open(void) {
    struct arena *a = must(malloc(sizeof *a));

    a->chunk = chunk_open(NULL, FIRST_CHUNK_BYTES);
    a->closers = NULL;
    return a;
}

static void run_closers(struct arena *a) {
    while (a->closers != NULL) {
        struct closer *c = a->closers;

        a->closers = c->before;
        c->close(c->object);
    }
}

void arena_reset(struct arena *a) {
    run_closers(a);
    while (a->chunk->before != NULL) {
        struct chunk *c = a->chunk;

        a->chunk = c->before;
        free(c);
    }
    a->chunk->used = 0;
}

void arena_close(struct arena *a) {
    if (a == NULL) {
        return;
    }
    arena_reset(a);
    free(a->chunk);
    free(a);
}

void *arena_bytes(struct arena *a, size_t n) {
    size_t need = (n + ALIGN_BYTES - 1) & ~(size_t)(ALIGN_BYTES - 1);
    void *p;

    assert(a != NULL && need >= n);
    if (a->chunk->size - a->chunk->used < need) {
        size_t size = need > NEXT_CHUNK_BYTES ? need : NEXT_CHUNK_BYTES;

        a->chunk = chunk_open(a->chunk, size);
    }
    p = a->chunk->data + a->chunk->used;
    a->chunk->used += need;
    memset(p, 0, need);
    return p;
}

struct str arena_str(struct arena *a, struct str s) {
    char *copy = arena_bytes(a, s.n + 1);

    if (s.n > 0) {
        memcpy(copy, s.p, s.n);
    }
    return (struct str){copy, s.n};
}

const char *arena_c(struct arena *a, struct str s) {
    return arena_str(a, s).p;
}

struct str arena_format(struct arena *a, const char *format, ...) {
    char most[160]; /* enough for nearly all; what is longer is made twice */
    va_list args;
    va_list again;
    int n;
    char *text;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(most, sizeof most, format, args);
    va_end(args);
    assert(n >= 0);
    text = arena_bytes(a, (size_t)n + 1);
    if ((size_t)n < sizeof most) {
        memcpy(text, most, (size_t)n + 1);
    } else {
        vsnprintf(text, (size_t)n + 1, format, again);
    }
    va_end(again);
    return (struct str){text, (size_t)n};
}

void arena_on_close(struct arena *a, void (*close)(void *), void *object) {
    struct closer *c = arena_new(a, struct closer);

    c->before = a->closers;
    c->close = close;
    c->object = object;
    a->closers = c;
}

struct arena_mark arena_mark(const struct arena *a) {
    return (struct arena_mark){a->chunk, a->chunk->used};
}

void arena_rewind(struct arena *a, struct arena_mark mark) {
    while (a->chunk != mark.chunk) {
        struct chunk *c = a->chunk;

        assert(c->before != NULL);
        a->chunk = c->before;
        free(c);
    }
    a->chunk->used = mark.used;
}

size_t arena_used(const struct arena *a) {
    size_t used = 0;

    for (const struct chunk *c = a->chunk; c != NULL; c = c->before) {
        used += c->used;
    }
    return used;
}
