/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/sheet.h - a CSV file whose columns are known: by name, in any order, each cell
 * with its kind.
 *
 * The columns are a table; reading checks the header and every cell against it once, so that who
 * takes a value out gets one that fits its kind, or the zero of that kind where a mistake was told.
 *
 * Memory   in the arena of `m`.
 */
#ifndef LINLI_ENGINE_CATALOGUE_SHEET_H
#define LINLI_ENGINE_CATALOGUE_SHEET_H

#include "engine/catalogue/csv.h"
#include "engine/catalogue/terms.h"

enum { SHEET_COLUMNS = 24 };

enum cell_kind {
    CELL_TEXT, /* at most `most` characters, 0 = any number */
    CELL_CODE, /* ASCII letters, digits, - _ . ; unique in the sheet when `is_key` */
    CELL_INT,  /* least..most */
    CELL_YES_NO,
    CELL_TERM, /* a code of `terms` */
};

struct column {
    const char *name;
    enum cell_kind kind;
    bool required; /* must not be empty */
    bool is_key;   /* no two rows may share it */
    enum term_set terms;
    int least;
    int most;
};

struct sheet {
    struct str file;
    struct csv_table table;
    const struct column *columns;
    size_t column_count;
    int at[SHEET_COLUMNS]; /* where a column stands in the file; -1 = missing */
};

/* false when nothing of it can be used; cells at fault are told and read as zero. */
bool sheet_read(struct mistakes *m, struct str file, struct str text, const struct column *columns,
                size_t column_count, struct sheet *out);

/* `column` is the position in the table of columns. */
struct str sheet_text(const struct sheet *s, size_t row, size_t column);
int sheet_int(const struct sheet *s, size_t row, size_t column);
bool sheet_yes(const struct sheet *s, size_t row, size_t column);
int sheet_term(const struct sheet *s, size_t row, size_t column);
struct spot sheet_spot(const struct sheet *s, size_t row, size_t column);
int sheet_line(const struct sheet *s, size_t row);

/* The words of a cell that are separated by `;`, trimmed, without empty ones; gives their number.
 */
size_t sheet_words(struct arena *a, struct str cell, const struct str **out);

/* A code: 1..64 of ASCII letters, digits, '-', '_', '.'. */
bool sheet_is_code(struct str s);

#endif
