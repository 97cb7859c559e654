/* SPDX-License-Identifier: Apache-2.0 */
/* engine/store/sqlite_text.h - statements of engine/query that a connection keeps for the next
 * question of the same form: to read one takes SQLite 50 to 300 us, as long as many an answer.
 *
 * Invariants  what is kept stands at its beginning and has no value bound; one in use is not here.
 * Memory      a statement is finalised when a newer one needs its room, and at the end.
 * Limits      those below: longer texts are lists of ids, hardly ever asked twice.
 */
#ifndef LINLI_ENGINE_STORE_SQLITE_TEXT_H
#define LINLI_ENGINE_STORE_SQLITE_TEXT_H

#include "base/str.h"

#include <stdint.h>

struct sqlite3_stmt;

enum {
    SQLITE_TEXTS_MOST = 128,       /* the forms of some thirty questions, about 10 KB each */
    SQLITE_TEXT_BYTES_MOST = 4096, /* of one that is kept */
};

struct sqlite_texts {
    struct sqlite_text_kept {
        struct sqlite3_stmt *handle; /* NULL = free */
        uint64_t hash;
        uint64_t used; /* when, counted in uses of the connection */
    } kept[SQLITE_TEXTS_MOST];
    uint64_t uses;
};

/* One of this very text, which is not kept any more; NULL when there is none. */
struct sqlite3_stmt *sqlite_text_take(struct sqlite_texts *t, struct str sql);

/* In place of the one that was not used for longest. */
void sqlite_text_keep(struct sqlite_texts *t, struct sqlite3_stmt *q);

void sqlite_text_drop(struct sqlite_texts *t); /* all */

#endif
