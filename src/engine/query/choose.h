/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/choose.h - makes a predicate ready: looks the words up and decides what leads
 * through the table.
 *
 * SQLite here has no statistics of values and cannot know that one unit has three cases and another
 * ten thousand. So each candidate is counted on its own index, up to a bound (some ten
 * microseconds), and the narrow one leads. For a page of a list a walk in the order of the list is
 * best unless a candidate is narrow; for counts and figures the least work. Where the newest cases
 * say that such a walk may be long the predicate is_thin, and window.h knows what to do.
 */
#ifndef LINLI_ENGINE_QUERY_CHOOSE_H
#define LINLI_ENGINE_QUERY_CHOOSE_H

#include "engine/query/compile.h"

enum purpose {
    PURPOSE_PAGE,  /* the first few in an order */
    PURPOSE_COUNT, /* how many, up to a bound */
    PURPOSE_ALL,   /* every one that fits, in any order */
};

/* How many cases are still few. Tests make it less, so that few cases go every way. */
struct choose_bounds {
    int64_t narrow; /* few enough to fetch and sort for one page rather than walk in order */
    int64_t middle; /* the same where further terms make a walk in order long */
    int64_t probe;  /* how far candidates are counted for what is more than a page */
    int64_t sample; /* the newest, looked at to know how thick what fits lies among them */
    int64_t part;   /* of these: fewer are worth a row each, fetched along an index of their own */
    int64_t share; /* where one ended case of so many of the last days fits a walk in order is short
                     */
};
extern struct choose_bounds choose_bounds;

/* Fills `out`. *capped: the words fit more than LIMIT_SEARCH_CASES cases (LIMIT_COUNT_WORD_CASES
 * for a count), and only those of the newest texts are looked at.
 * Failure: E_DATABASE, E_FILTER_COMMON, E_INTERNAL for what cannot be a scope. */
bool choose_predicate(struct store *store, struct arena *a, const struct scope *scope,
                      const struct filter *filter, enum purpose purpose, struct predicate *out,
                      bool *capped, struct err *err);

/* The same without looking the positive words up, for a stream that the search leads. */
bool choose_stream(struct store *store, struct arena *a, const struct scope *scope,
                   const struct filter *filter, struct predicate *out, struct err *err);

#endif
