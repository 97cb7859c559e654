/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.h - memory with a lifetime: a request, a generation of definitions, the process.
 *
 * Nobody frees single things. What is not memory (a file, a statement, a library's object)
 * registers a closer, which runs at reset, last in first out. A loop over many rows marks and
 * rewinds (no closer may be registered in between). Memory is zeroed. If the system has none left
 * the process stops with a line in the log: the ledger has lost nothing.
 */
#ifndef LINLI_BASE_ARENA_H
#define LINLI_BASE_ARENA_H

#include "base/str.h"

struct arena;

struct arena *arena_open(void);
void arena_reset(struct arena *a); /* runs the closers, keeps one chunk for the next use */
void arena_close(struct arena *a); /* runs the closers, gives everything back; NULL is allowed */

void *arena_bytes(struct arena *a, size_t n);
#define arena_new(a, type)          ((type *)arena_bytes((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_bytes((a), sizeof(type) * (count)))

struct str arena_str(struct arena *a, struct str s); /* a copy, NUL behind it */
const char *arena_c(struct arena *a, struct str s);  /* a C string */
struct str arena_format(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void arena_on_close(struct arena *a, void (*close)(void *), void *object);

struct arena_mark {
    void *chunk; /* the chunk in use */
    size_t used; /* bytes of it in use */
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* Bytes handed out since the last reset, for /metrics and tests. */
size_t arena_used(const struct arena *a);

#endif
