/* SPDX-License-Identifier: Apache-2.0 */
/* base/calendar/calendar_rows.h - reads the text of a workdays.csv and tells every mistake with its
 * line.
 *
 * The first line is `date,kind,name`. A byte order mark, CRLF, empty lines and dates as
 * spreadsheets rewrite them (2026/10/1) are accepted; a name with a comma stands in double quotes.
 * A day may be listed once.
 *
 * Memory   rows and names in the arena, in the order of the days.
 * Failure  counts the mistakes and tells each to `tell` (E_TEXT, E_CALENDAR_*).
 *          The header is line 1.
 */
#ifndef LINLI_BASE_CALENDAR_CALENDAR_ROWS_H
#define LINLI_BASE_CALENDAR_CALENDAR_ROWS_H

#include "base/err.h"

struct calendar_row {
    int64_t day;     /* days since 1970-01-01 */
    bool works;      /* workday, else holiday */
    struct str name; /* why, never empty */
    int line;        /* in the text, from 1 */
};

struct calendar_rows {
    struct calendar_row *row; /* ascending by day */
    size_t count;
};

typedef void calendar_tell(void *ctx, int line, const struct err *err);

/* Returns how many mistakes there are; rows with one are left out of `out`. `tell` may be NULL. */
size_t calendar_rows_read(struct arena *a, struct str text, struct calendar_rows *out,
                          calendar_tell *tell, void *ctx);

#endif
