/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/export.h - every case that fits, row by row, for CSV and XLSX writers.
 *
 * The same predicate as list and count; newest first. Read in chunks by key, each an own short
 * statement, so that memory is bounded and the database can tidy up in between; a case is given
 * once even when others come in meanwhile.
 *
 * Memory  a row and its texts live until the function returns; nothing grows with the number of
 *         rows.
 * Failure those of choose.h, E_FILTER_COMMON when the free words fit more cases than are looked at,
 * and what the row
 *         function fails with, which ends the export.
 */
#ifndef LINLI_ENGINE_QUERY_EXPORT_H
#define LINLI_ENGINE_QUERY_EXPORT_H

#include "engine/query/scope.h"
#include "engine/store/store.h"

struct export_row {
    int64_t id;
    struct str number;
    struct str procedure; /* codes, as are state, channel, class, outcome */
    struct str state;
    struct str channel;
    struct str class;
    int64_t condition; /* 0 = not chosen */
    int64_t community; /* place ids, 0 = unknown */
    int64_t grid;
    int64_t estate;
    int64_t unit;        /* 0 = none yet */
    int64_t reported_at; /* UTC microseconds, here and below; 0 = not yet */
    int64_t filed_at;
    int64_t dispatched_at;
    int64_t handled_at;
    int64_t closed_at;
    int64_t due_at;
    int64_t first_contact_due_at;
    int64_t first_contact_at;
    struct str external_number; /* empty = none */
    int64_t external_due_at;
    bool late; /* at the filter's as_of */
    int64_t returns;
    int64_t reworks;
    struct str outcome; /* empty = open */
    int64_t solved;     /* 0 not said, 1 yes, 2 no */
    int64_t rating;     /* 0 = none */
    int64_t voices;
    bool confidential;
};

typedef bool export_function(void *ctx, const struct export_row *row, struct err *err);

bool export_cases(struct store *store, struct arena *a, const struct scope *scope,
                  const struct filter *filter, export_function *each, void *ctx, struct err *err);

#endif
