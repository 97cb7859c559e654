/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/sqlite_back.h - the journal of SQLite written back into the file, beside the writer.
 *
 * A thread with a connection of its own does the bulk, so that no commit waits for it. The journal
 * begins anew only when all of it is in the file, which under steady writing a thread beside never
 * sees: when it has become long and little is left, the writer does the rest within a commit.
 * Memory   a connection and a thread, both made when they are first needed.
 * Failure  a sync that failed leaves the file unknown: store_tell_unsure. A full disk is tried
 *          again behind the next commit.
 */
#ifndef LINLI_ENGINE_STORE_SQLITE_BACK_H
#define LINLI_ENGINE_STORE_SQLITE_BACK_H

#include <stdbool.h>

struct sqlite3;
struct sqlite_back;

struct sqlite_back *sqlite_back_open(const char *path);

/* Called by the writer's connection behind each commit, with the pages of the journal. */
int sqlite_back_note(void *back, struct sqlite3 *writer, const char *name, int pages);

void sqlite_back_close(struct sqlite_back *back); /* waits for what is under way; NULL is fine */

#endif
