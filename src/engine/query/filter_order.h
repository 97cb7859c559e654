/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/filter_order.h - the one order of terms and values, so that equal filters have equal
 * text. */
#ifndef LINLI_ENGINE_QUERY_FILTER_ORDER_H
#define LINLI_ENGINE_QUERY_FILTER_ORDER_H

#include "engine/query/filter.h"

/* A copy of the values, sorted, each once. */
const struct filter_value *filter_values_make(struct arena *a, struct filter_value *values,
                                              size_t count, size_t *unique);

/* A filter's text with where each of its terms ends, so that one term more is written into it
 * without writing the others again: figures have thousands of texts for some tens of filters. */
struct filter_written {
    struct filter filter;
    struct str text;
    const size_t *ends; /* of filter.count */
};
struct filter_written filter_write_apart(struct arena *a, const struct filter *f,
                                         enum filter_form form);
/* The same as filter_and and filter_write of both; `text` is that of the term alone. */
struct str filter_write_with(struct arena *a, const struct filter_written *written,
                             const struct filter_term *term, struct str text);

/* Sorts the terms in place and takes repeated ones out; gives how many are left. */
size_t filter_terms_order(struct filter_term *terms, size_t count);

#endif
