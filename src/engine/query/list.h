/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/list.h - which cases fit a filter within a scope: a page at a time, or how many.
 *
 * Pages are cut by keys, never by offsets: the cursor carries the key of the last case and fits
 * only the same filter and order. A page and a count are separate questions (FEATURES.md 2.1):
 * nothing is counted to show a page.
 *
 * Order   due      cases with a running deadline, the most overdue first; then the others, newest
 *                  first
 *         newest   by time of report; with free words by the newest text that has them, so too the
 *                  others of "due"
 *         oldest   by time of report; with free words by the oldest text that has them
 * Memory  the given arena.
 * Failure E_CURSOR for a cursor of another filter, order or making; those of choose.h.
 */
#ifndef LINLI_ENGINE_QUERY_LIST_H
#define LINLI_ENGINE_QUERY_LIST_H

#include "engine/query/scope.h"
#include "engine/store/store.h"

enum list_order { LIST_DUE, LIST_NEWEST, LIST_OLDEST, LIST_ORDER_COUNT };

/* "due", "newest", "oldest"; empty is due. E_CHOICE. */
bool list_order_parse(struct str text, enum list_order *out, struct err *err);

struct list_request {
    enum list_order order;
    struct str cursor; /* from the page before, empty = the first page */
    int64_t limit;     /* cases wanted, 1..LIMIT_PAGE_ITEMS */
};

struct list_page {
    int64_t *ids;
    size_t count;
    struct str next;        /* cursor of the next page, empty = there is none */
    int64_t looked_back_to; /* with words: 0, or the page is short, perhaps empty, because it has
                               looked through enough texts, those written since then, oldest first
                               until then; the next goes on behind them */
    bool capped; /* by deadline with words and more running deadlines than LIMIT_SEARCH_CASES: only
                    the first of these are in it */
};

bool list_cases(struct store *store, struct arena *a, const struct scope *scope,
                const struct filter *filter, const struct list_request *request,
                struct list_page *page, struct err *err);

struct list_total {
    int64_t count; /* at most LIMIT_COUNT_CASES, with free words LIMIT_COUNT_WORD_CASES */
    bool capped;   /* there are more, or with free words may be: not all texts were looked at */
};

bool list_count(struct store *store, struct arena *a, const struct scope *scope,
                const struct filter *filter, struct list_total *total, struct err *err);

/* The same of several filters, totals in their order. Those about open cases are counted in one
 * walk. */
bool list_counts(struct store *store, struct arena *a, const struct scope *scope,
                 const struct filter *filters, size_t count, struct list_total *totals,
                 struct err *err);

/* Whether one case is in the scope: for pages of a case, attachments, live updates. */
bool list_has(struct store *store, struct arena *a, const struct scope *scope, int64_t case_id,
              bool *has, struct err *err);

#endif
