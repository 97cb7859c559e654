/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/sqlite_text.h"

#include <assert.h>
#include <sqlite3.h>

static uint64_t hash_of(struct str sql) {
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < sql.n; i++) {
        h = (h ^ (unsigned char)sql.p[i]) * 0x100000001b3u;
    }
    return h;
}

struct sqlite3_stmt *sqlite_text_take(struct sqlite_texts *t, struct str sql) {
    uint64_t hash = hash_of(sql);

    for (size_t i = 0; i < SQLITE_TEXTS_MOST; i++) {
        struct sqlite3_stmt *q = t->kept[i].handle;

        if (q != NULL && t->kept[i].hash == hash && str_eq(str_of(sqlite3_sql(q)), sql)) {
            t->kept[i].handle = NULL;
            return q;
        }
    }
    return NULL;
}

void sqlite_text_keep(struct sqlite_texts *t, struct sqlite3_stmt *q) {
    struct str sql = str_of(sqlite3_sql(q));
    size_t oldest = 0;

    assert(q != NULL);
    if (sql.n > SQLITE_TEXT_BYTES_MOST) {
        sqlite3_finalize(q);
        return;
    }
    sqlite3_reset(q);
    sqlite3_clear_bindings(q); /* words of people among them */
    for (size_t i = 0; i < SQLITE_TEXTS_MOST && t->kept[oldest].handle != NULL; i++) {
        if (t->kept[i].handle == NULL || t->kept[i].used < t->kept[oldest].used) {
            oldest = i;
        }
    }
    sqlite3_finalize(t->kept[oldest].handle);
    t->kept[oldest] = (struct sqlite_text_kept){q, hash_of(sql), ++t->uses};
}

void sqlite_text_drop(struct sqlite_texts *t) {
    for (size_t i = 0; i < SQLITE_TEXTS_MOST; i++) {
        sqlite3_finalize(t->kept[i].handle);
        t->kept[i].handle = NULL;
    }
}
