/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/table_write.h - a table of texts as CSV (RFC 4180, UTF-8 with the mark that
 * spreadsheets want) or XLSX.
 *
 * Rows are written one by one; the first is the heading. Cells that a spreadsheet would run as
 * formulas are made harmless.
 * Memory   CSV grows in the arena; XLSX goes through a temporary file in constant memory and is
 *          read into the arena.
 * Failure  E_BODY_SIZE beyond LIMIT_ANSWER_BYTES, E_FILE.
 */
#ifndef LINLI_GATE_TABLE_WRITE_H
#define LINLI_GATE_TABLE_WRITE_H

#include "base/buf.h"
#include "base/err.h"

enum table_format { TABLE_CSV, TABLE_XLSX };

struct table_writer;

struct table_writer *table_open(struct arena *a, enum table_format format);
bool table_row(struct table_writer *w, const struct str *cells, size_t count, struct err *err);
bool table_close(struct table_writer *w, struct str *bytes, struct err *err);
const char *table_type(enum table_format format); /* content type */

#endif
