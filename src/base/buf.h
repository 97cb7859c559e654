/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.h - a growing run of bytes in an arena, with a ceiling and a sticky failure.
 *
 * Writers do not look at each result: a buffer that met its ceiling stays failed and keeps what it
 * had; the one who uses it asks buf_is_full once. Escaping by destination: json_* in base/json.h,
 * csv_cell and xml_text here.
 */
#ifndef LINLI_BASE_BUF_H
#define LINLI_BASE_BUF_H

#include "base/arena.h"

struct buf {
    struct arena *arena; /* where it grows */
    char *p;             /* first byte */
    size_t n;            /* bytes written */
    size_t room;         /* bytes reserved */
    size_t ceiling;      /* most bytes it may ever hold */
    bool is_full;        /* something did not fit */
};

struct buf buf_make(struct arena *a, size_t ceiling);
void buf_put(struct buf *b, struct str s);
void buf_c(struct buf *b, const char *c);
void buf_byte(struct buf *b, char c);
void buf_int(struct buf *b, int64_t value);
/* With zeros in front up to `least` figures, of which there are at most BUF_FIGURES_MOST. */
enum { BUF_FIGURES_MOST = 20 };
void buf_figures(struct buf *b, uint64_t value, size_t least);
void buf_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *b);

/* One cell of RFC 4180 CSV; text that a spreadsheet would run as a formula gets an apostrophe in
 * front. */
void csv_cell(struct buf *b, struct str s);

/* Text for an XML element or attribute; characters that XML 1.0 forbids are left out. */
void xml_text(struct buf *b, struct str s);

#endif
