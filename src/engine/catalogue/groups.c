/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are for a class, a category, a kind or everything: how they name it, and how they are
 * found again. */
#include "engine/catalogue/build.h"

bool groups_pattern(const struct build *b, struct str text, struct str *of) {
    struct str stem = text;

    if (codes_find(b->index->classes, text) != CODES_NONE ||
        codes_find(b->index->categories, text) != CODES_NONE) {
        *of = text;
        return true;
    }
    if (!str_ends(stem, STR("*"))) {
        return false;
    }
    stem.n--;
    if (stem.n == 0) {
        *of = STR("*");
        return true;
    }
    if (str_ends(stem, STR("-"))) {
        stem.n--;
    }
    *of = stem;
    return codes_find(b->index->categories, stem) != CODES_NONE ||
           term_find(TERMS_CLASS_KIND, stem) != 0;
}

struct groups groups_make(struct arena *a, const struct str *codes, size_t count) {
    struct groups g = {codes_make(a, count), arena_array(a, struct group, count), 0};
    size_t *group_of = arena_array(a, size_t, count);
    size_t *rows = arena_array(a, size_t, count);

    for (size_t i = 0; i < count; i++) {
        if (codes_add(g.codes, codes[i], g.count, &group_of[i])) {
            group_of[i] = g.count;
            g.items[g.count++].of = codes[i];
        }
        g.items[group_of[i]].count++;
    }
    for (size_t i = 0; i < g.count; i++) {
        g.items[i].rows = rows;
        rows += g.items[i].count;
        g.items[i].count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct group *group = &g.items[group_of[i]];
        group->rows[group->count++] = i;
    }
    return g;
}

const struct group *groups_find(const struct groups *g, struct str code) {
    size_t at = codes_find(g->codes, code);

    return at == CODES_NONE ? NULL : &g->items[at];
}
