/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/filter_order.h - the one order of terms and values, so that equal filters have equal
 * text. */
#ifndef LINLI_ENGINE_QUERY_FILTER_ORDER_H
#define LINLI_ENGINE_QUERY_FILTER_ORDER_H

#include "engine/query/filter.h"

/* A copy of the values, sorted, each once. */
const struct filter_value *filter_values_make(struct arena *a, struct filter_value *values,
                                              size_t count, size_t *unique);

/* Sorts the terms in place and takes repeated ones out; gives how many are left. */
size_t filter_terms_order(struct filter_term *terms, size_t count);

#endif
