/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/codes.h"

#include <assert.h>

struct entry {
    struct str code; /* p NULL = free */
    size_t position;
};

struct codes {
    struct entry *entries;
    size_t mask; /* entries - 1, a power of two less one */
    size_t count;
};

struct codes *codes_make(struct arena *a, size_t room) {
    struct codes *c = arena_new(a, struct codes);
    size_t size = 16;

    while (size < room * 2) {
        size *= 2;
    }
    c->entries = arena_array(a, struct entry, size);
    c->mask = size - 1;
    return c;
}

/* FNV-1a: short keys, no adversary worth the trouble (an office writes its own codes). */
static size_t hash_of(struct str s) {
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    }
    return (size_t)(h ^ (h >> 32));
}

static struct entry *place_of(const struct codes *c, struct str code) {
    size_t at = hash_of(code) & c->mask;

    while (c->entries[at].code.p != NULL && !str_eq(c->entries[at].code, code)) {
        at = (at + 1) & c->mask;
    }
    return &c->entries[at];
}

bool codes_add(struct codes *c, struct str code, size_t position, size_t *first) {
    struct entry *entry = place_of(c, code);

    assert(code.p != NULL);
    if (entry->code.p != NULL) {
        *first = entry->position;
        return false;
    }
    assert(++c->count <= c->mask); /* one stays free, so that a search ends */
    *entry = (struct entry){code, position};
    return true;
}

size_t codes_find(const struct codes *c, struct str code) {
    const struct entry *entry = c == NULL || code.p == NULL ? NULL : place_of(c, code);

    return entry == NULL || entry->code.p == NULL ? CODES_NONE : entry->position;
}
