/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search_few.h - where words lie thick and what fits the rest of a question is rare:
 * which cases fit, when they are few, or how old these can be.
 *
 * Asked when a search has looked through a good deal of texts and its page is not full: the texts
 * of few cases are read sooner than the index is walked to its end, and the walk ends where none of
 * them can have a text.
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_FEW_H
#define LINLI_ENGINE_QUERY_SEARCH_FEW_H

#include "engine/query/compile.h"

struct search_few {
    struct str ids; /* a JSON list of all that fit everything but the words; empty = too many */
    int64_t lowest; /* none that fits has a lower id; 0 = not known, INT64_MAX = none fits */
};

/* As many are few. Tests make them less. */
struct search_few_bounds {
    int64_t led;  /* an index leads to so many: each of them is looked at */
    int64_t read; /* so many that fit: their texts are read */
    int64_t span; /* reported in the time that is asked for: the lowest id is looked for */
};
extern struct search_few_bounds search_few_bounds;

bool search_few_find(struct store *store, struct arena *a, const struct predicate *p,
                     struct search_few *out, struct err *err);

#endif
