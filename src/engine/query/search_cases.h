/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search_cases.h - the free words of a filter looked up in the index, newest text
 * first, or oldest.
 *
 * All positive words must stand in one and the same text of a case (each word may have
 * alternatives, `路灯,灯杆`); a case is left out when any of its texts has a word with a minus.
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_CASES_H
#define LINLI_ENGINE_QUERY_SEARCH_CASES_H

#include "engine/query/compile.h"
#include "engine/query/search.h"

/* The cases that fit the predicate and have its words, each once, as a JSON list for compile;
 * *capped when there are more than `limit` (at most LIMIT_SEARCH_CASES), and then the list holds
 * those of the newest texts. So too where `limit` is no more than a count wants, and more texts
 * would have to be looked through than a page does. */
bool search_cases(struct store *store, struct arena *a, const struct predicate *p, size_t limit,
                  struct str *ids, bool *capped, struct err *err);

/* The same for the left-out words of the filter, wherever they stand in the office. */
bool search_not_cases(struct store *store, struct arena *a, int64_t office,
                      const struct filter *filter, struct str *ids, bool *capped, struct err *err);

/* E_FILTER_COMMON, naming a free word of the filter. */
bool search_fail_common(const struct filter *filter, struct err *err);

/* One page of cases in the order of their newest fitting text, going up of their oldest: fills
 * `ids` (room for `max`), *count, and *at with where to go on (words.id; 0 = that was all). Begin
 * with INT64_MAX, going up with 0. A page may be short, even empty: search_bounds says how many
 * texts one looks through, and the next goes on behind them. */
struct search_page {
    int64_t *ids;
    size_t max;
    size_t count;
    bool is_up;             /* the oldest first */
    int64_t at;             /* words.id */
    int64_t looked_back_to; /* when the last text was written that a short page looked at; else 0 */
    const char *also;       /* literal of a further condition on the cases, " AND ..." or "" */
};
bool search_page(struct store *store, struct arena *a, const struct predicate *p,
                 struct search_page *page, struct err *err);

/* Which of these cases have the words: *has gets one for each. For few cases: their own texts are
 * compared with what the index gives, the words themselves are read only where both agree. */
bool search_among(struct store *store, struct arena *a, int64_t office, const struct filter *filter,
                  const int64_t *ids, size_t count, bool **has, struct err *err);

#endif
