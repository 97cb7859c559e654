/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/case_import.h - a table of cases that another system kept, through the door.
 *
 * Every row is read and judged first; nothing is written while a row is refused, unless `keep_good`
 * says so. Rows whose external number the office has already are passed over, so that an import may
 * be run again, also after it was broken off. Cases come in by the order of their times.
 * Memory   some 1 KB a row in the caller's arena.
 * Failure  E_SHEET for a column that is not there, E_IMPORT when rows were refused; the door's
 *          errors.
 * Limits   IMPORT_ROWS rows, IMPORT_BYTES of text.
 */
#ifndef LINLI_GATE_CASE_IMPORT_H
#define LINLI_GATE_CASE_IMPORT_H

#include "gate/exchange/case_map.h"
#include "town/installation.h"

enum { IMPORT_ROWS = 500000, IMPORT_BYTES = 512 << 20, IMPORT_COLUMNS = 200 };

struct case_import_job {
    struct installation *installation; /* its door must not be started */
    int64_t office;
    const struct case_map *map;
    struct str file; /* its name, for what is said about rows */
    struct str text; /* CSV with a header row */
    bool keep_good;
    bool dry_run;
    enum language language; /* of what is said about rows that are no CSV */
    void (*refused)(void *context, int line,
                    const struct err *why); /* why->code 0: the sentence stands in why->detail */
    void (*progress)(void *context, size_t done, size_t all);
    void *context;
};

struct case_import_result {
    size_t rows; /* without the header */
    size_t good; /* that may come in, those known already included */
    size_t refused;
    size_t left_out; /* by the map */
    size_t known;    /* the office has them already */
    size_t made;
    size_t closed;   /* of the good ones */
    size_t no_point; /* of the good ones, where the map names coordinates */
};

bool case_import_run(struct arena *a, const struct case_import_job *job,
                     struct case_import_result *result, struct err *err);

#endif
