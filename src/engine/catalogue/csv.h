/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/csv.h - RFC 4180 tables in, strictly, with the line and column of each cell.
 *
 * The first row is the header. Rows end in LF or CRLF; empty lines are passed over; a byte order
 * mark is taken away. A quote stands only around a whole cell and doubled inside it; every row has
 * as many cells as the header. What breaks a rule is a mistake, and reading goes on behind it where
 * it can. Used for definitions and for imports.
 *
 * Memory   cells are views into the text; only cells with doubled quotes are copied. The table
 *          lives in the arena.
 * Limits   given by the caller.
 * Source   RFC 4180 part 2.
 */
#ifndef LINLI_ENGINE_CATALOGUE_CSV_H
#define LINLI_ENGINE_CATALOGUE_CSV_H

#include "engine/catalogue/mistake.h"
#include "engine/catalogue/text.h"

struct csv_bounds {
    struct text_bounds text;
    size_t rows;    /* without the header */
    size_t columns; /* of a row */
};

struct csv_field {
    struct str text;
    int line;   /* of its first character */
    int column; /* in characters from 1 */
};

struct csv_row {
    const struct csv_field *fields;
    size_t count; /* that of the header, except in rows that were told as mistakes */
    int line;
};

struct csv_table {
    struct csv_row header;
    const struct csv_row *rows; /* those with the right number of cells */
    size_t row_count;
};

/* false when nothing could be read (then the table is empty); mistakes in single rows leave the
 * others. */
bool csv_read(struct mistakes *m, struct str file, struct str text, struct csv_bounds bounds,
              struct csv_table *out);

/* The number of the column called `name`, or -1. */
int csv_column(const struct csv_table *table, const char *name);

#endif
