/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search_behind.h - the search index and its texts; SQLite's follows the commits.
 *
 * Words are committed with their case; their documents come into the index in batches right behind,
 * since many in one transaction cost a fraction. How far the index has come is the greatest id in
 * it: ids of words grow, so what lies above (the tail) is what is missing, also after a crash, and
 * whoever searches looks through the tail itself. A shared store (PostgreSQL) indexes at once and
 * has no tail.
 *
 * Invariants  every text is in the index or in the tail.
 * Memory      the given arena, rewound.
 * Failure     E_DATABASE; what was not indexed is the tail still.
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_BEHIND_H
#define LINLI_ENGINE_QUERY_SEARCH_BEHIND_H

#include "engine/query/search.h"
#include "engine/store/store.h"

/* The words.id up to which the index is complete; INT64_MAX where nothing can be missing. */
bool search_mark(struct store *s, int64_t *mark, struct err *err);

/* Puts at most `most` texts of the tail into the index, in a transaction of its own; *count says
 * how many there were. */
bool search_catch_up(struct store *s, struct arena *a, size_t most, size_t *count, struct err *err);

/* Each batch leaves a piece of index beside the others, and a search asks every one for every word.
 * Makes fewer of many, by so many pages of 4 KB; *more: that is not all. */
bool search_tidy(struct store *s, int64_t pages, bool *more, struct err *err);

/* Takes a text out of the index if it has come there; text and community are those of
 * search_document. */
bool search_delete(struct store *store, struct arena *a, int64_t office, int64_t words_id,
                   struct str text, int64_t community, struct err *err);

/* Are texts of this field in the index? */
bool search_is_indexed(struct str field);

/* Makes the index of an office anew; it must hold none of its texts. For a database that was
 * restored. */
bool search_rebuild(struct store *store, int64_t office, struct err *err);

/* A case went to another community: its texts are found there from now on, and no more where they
 * were said. */
struct search_move {
    int64_t case_id; /* 0 = none moved */
    int64_t from;    /* community under which its texts are in the index, 0 = unknown */
    int64_t to;
};
bool search_take_along(struct store *store, struct arena *a, const struct search_move *move,
                       struct err *err);

#endif
