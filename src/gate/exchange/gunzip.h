/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/gunzip.h - unpacks a gzip file (RFC 1952) held in memory, up to a ceiling. */
#ifndef LINLI_GATE_GUNZIP_H
#define LINLI_GATE_GUNZIP_H

#include "base/err.h"

/* Does it begin as a gzip file does? */
bool gunzip_is(struct str bytes);

/* Errors: E_FILE with the name: broken, cut off, or larger than the ceiling. */
bool gunzip_read(struct arena *a, const char *name, struct str packed, size_t ceiling,
                 struct str *out, struct err *err);

#endif
