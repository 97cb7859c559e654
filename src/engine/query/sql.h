/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/sql.h - a statement in the making: text of the program's own words, values always
 * bound.
 *
 * Only engine/query builds statements at run time. Text given to sql_put must be a literal or a
 * name from a table of this folder; everything else goes through sql_int and sql_text, which write
 * ?1, ?2 ... and keep the value.
 *
 * Limits      SQL_VALUES values and SQL_BYTES of text: above what a filter and a scope can ask for,
 *             which one statement of the map says three times (asserted).
 */
#ifndef LINLI_ENGINE_QUERY_SQL_H
#define LINLI_ENGINE_QUERY_SQL_H

#include "base/buf.h"
#include "engine/store/store.h"

enum { SQL_VALUES = 3 * 4096, SQL_BYTES = 256 * 1024 };

struct sql_value {
    bool is_text;
    int64_t integer;
    struct str text;
};

struct sql {
    struct buf text;
    struct sql_value *values; /* of ?1, ?2 ... */
    size_t count;
    size_t room;
};

struct sql sql_make(struct arena *a);
void sql_put(struct sql *s, const char *literal);
void sql_int(struct sql *s, int64_t value);
void sql_text(struct sql *s, struct str value);

/* Prepared and bound; the caller steps it and ends it. */
struct stmt *sql_open(struct store *store, const struct sql *s);

/* The one number that the statement gives. */
bool sql_number(struct store *store, const struct sql *s, int64_t *out, struct err *err);

#endif
