/* SPDX-License-Identifier: Apache-2.0 */
/* base/conf.h - the settings of a data folder: DIR/linli.conf, lines of the form `key = value`.
 *
 * What is set here never alters a decision (that would be a command): where the database is, where
 * something is sent. `#` begins a comment line; blanks around key and value do not count; an empty
 * value is as good as none. A folder without the file has no settings.
 * Memory   values lie in the arena.
 * Failure  E_CONF names the line of a key that nobody knows, that stands twice, or of a line
 *          without `=`.
 * Limits   CONF_BYTES, CONF_LINES.
 */
#ifndef LINLI_BASE_CONF_H
#define LINLI_BASE_CONF_H

#include "base/err.h"

enum { CONF_BYTES = 64 << 10, CONF_LINES = 64 };

struct conf_line {
    struct str key;
    struct str value;
};

struct conf {
    struct conf_line lines[CONF_LINES];
    size_t count;
};

/* Reads FOLDER/linli.conf. The keys that there are stand in a table in conf.c. */
bool conf_load(struct arena *a, const char *folder, struct conf *c, struct err *err);

/* Writes the line of a key anew, or adds it, or takes it away when the value is empty; the rest of
 * the file stays as it is. */
bool conf_set(const char *folder, const char *key, struct str value, struct err *err);
struct str conf_get(const struct conf *c, const char *key); /* empty when it is not set */

#endif
