/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/sqlite_check.h - what a failure of SQLite means, and whether its file is whole.
 *
 * A write that the system refused whole left nothing on the disk, and it may be tried again. A
 * write that broke off or a sync that failed leaves it unknown. A commit may also break off behind
 * its last frame, which the next start would then find.
 */
#ifndef LINLI_ENGINE_STORE_SQLITE_CHECK_H
#define LINLI_ENGINE_STORE_SQLITE_CHECK_H

#include "base/err.h"

struct sqlite3;

/* E_FULL_DISK, E_READ_ONLY, E_DAMAGED (its own first page forbids writing), or E_NONE. */
enum err_code sqlite_refusal(struct sqlite3 *handle, int extended);
bool sqlite_is_unsure(int extended, bool is_commit);

/* The first flaw of pages, indexes or schema, empty when there is none; false when the library says
 * why not. */
bool sqlite_check_file(struct sqlite3 *handle, struct arena *a, struct str *flaw);

/* Lies the file on a disk that can only be read, with nothing beside it: whole, and of nobody who
 * serves? Then it may be read without a file beside it, as a copy on such a disk is. */
bool sqlite_is_still(const char *path);

/* The name under which the library opens it so. */
struct str sqlite_still_name(struct arena *a, const char *path);

#endif
