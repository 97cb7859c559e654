/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/sqlite_check.h"

#include "base/buf.h"
#include "engine/store/engine.h"

#include <ctype.h>
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What the system said of the journal, else of the file or at last. */
static int system_reason(sqlite3 *handle) {
    sqlite3_file *file = NULL;
    int number = 0;

    sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (file != NULL && file->pMethods != NULL) {
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    }
    if (number == 0) {
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
    }
    return number != 0 ? number : sqlite3_system_errno(handle);
}

static bool is_writable(sqlite3 *handle) {
    const char *file = sqlite3_db_filename(handle, "main");

    return file != NULL && access(file, W_OK) == 0;
}

enum err_code sqlite_refusal(sqlite3 *handle, int extended) {
    int reason = system_reason(handle);
    bool is_write = extended == SQLITE_IOERR_WRITE || extended == SQLITE_IOERR_SHMSIZE ||
                    extended == SQLITE_CANTOPEN;

    if ((extended & 0xff) == SQLITE_FULL ||
        (is_write && (reason == ENOSPC || reason == EDQUOT || reason == EFBIG))) {
        return E_FULL_DISK;
    }
    if (extended == SQLITE_READONLY && is_writable(handle)) {
        return E_DAMAGED; /* its own first page forbids it */
    }
    if ((extended & 0xff) == SQLITE_READONLY ||
        ((extended & 0xff) == SQLITE_CANTOPEN && !is_writable(handle)) ||
        (is_write && (reason == EROFS || reason == EACCES || reason == EPERM))) {
        return E_READ_ONLY;
    }
    return E_NONE;
}

bool sqlite_is_still(const char *path) {
    static const char *const beside[] = {"-wal", "-shm", "-journal"};
    struct statvfs disk;
    struct arena *a;
    bool is_alone = true;

    if (statvfs(path, &disk) != 0 || (disk.f_flag & ST_RDONLY) == 0) {
        return false;
    }
    a = arena_open();
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        is_alone = is_alone && access(arena_format(a, "%s%s", path, beside[i]).p, F_OK) != 0;
    }
    arena_close(a);
    return is_alone;
}

struct str sqlite_still_name(struct arena *a, const char *path) {
    struct buf b = buf_make(a, 64 << 10);

    buf_c(&b, "file:");
    for (const char *c = path; *c != '\0'; c++) {
        bool is_plain = isalnum((unsigned char)*c) || strchr("/._-", *c) != NULL;

        buf_format(&b, is_plain ? "%c" : "%%%02X", (unsigned char)*c);
    }
    buf_c(&b, "?immutable=1");
    buf_byte(&b, '\0');
    return buf_str(&b);
}

bool sqlite_is_unsure(int extended, bool is_commit) {
    switch (extended) {
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_TRUNCATE:
        return true;
    default:
        return is_commit && (extended & 0xff) == SQLITE_IOERR;
    }
}

/* ---- is the file whole */

/* Without spaces and remarks. */
static struct str squeezed(struct arena *a, const unsigned char *text) {
    struct buf b = buf_make(a, 1 << 16);

    for (const char *c = (const char *)text; *c != '\0'; c++) {
        if (c[0] == '-' && c[1] == '-') {
            c += strcspn(c, "\n");
            if (*c == '\0') {
                break;
            }
        }
        if (strchr(" \n\t", *c) == NULL) {
            buf_byte(&b, *c);
        }
    }
    return buf_str(&b);
}

/* The tables, indexes and triggers by name, against those that the program makes; the spaces and
 * remarks of an upgraded one may differ. */
static bool check_schema(sqlite3 *is, sqlite3 *should, struct arena *a, struct str *flaw) {
    static const char list[] = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name "
                               "NOT LIKE 'search_%' ORDER BY name";
    sqlite3_stmt *x = NULL;
    sqlite3_stmt *y = NULL;
    bool ok = sqlite3_prepare_v2(is, list, -1, &x, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(should, list, -1, &y, NULL) == SQLITE_OK;
    bool has_x = ok && sqlite3_step(x) == SQLITE_ROW;
    bool has_y = ok && sqlite3_step(y) == SQLITE_ROW;

    while ((has_x || has_y) && flaw->n == 0) {
        bool same =
            has_x && has_y &&
            str_eq(squeezed(a, sqlite3_column_text(x, 1)), squeezed(a, sqlite3_column_text(y, 1)));

        if (!same) {
            bool lacks = !has_x || (has_y && strcmp((const char *)sqlite3_column_text(x, 0),
                                                    (const char *)sqlite3_column_text(y, 0)) > 0);

            *flaw = arena_format(a, "schema: %s", sqlite3_column_text(lacks ? y : x, 0));
        }
        has_x = sqlite3_step(x) == SQLITE_ROW;
        has_y = sqlite3_step(y) == SQLITE_ROW;
    }
    sqlite3_finalize(x);
    sqlite3_finalize(y);
    return ok;
}

bool sqlite_check_file(sqlite3 *handle, struct arena *a, struct str *flaw) {
    sqlite3_stmt *q = NULL;
    sqlite3 *made = NULL;
    bool ok = sqlite3_prepare_v2(handle, "PRAGMA integrity_check(1)", -1, &q, NULL) == SQLITE_OK &&
              sqlite3_step(q) == SQLITE_ROW;

    *flaw = (struct str){0};
    if (ok && strcmp((const char *)sqlite3_column_text(q, 0), "ok") != 0) {
        *flaw = arena_str(a, str_of((const char *)sqlite3_column_text(q, 0)));
    }
    sqlite3_finalize(q);
    if (!ok) {
        return false;
    }
    ok = sqlite3_open(":memory:", &made) == SQLITE_OK &&
         sqlite3_exec(made, store_schema, NULL, NULL, NULL) == SQLITE_OK &&
         check_schema(handle, made, a, flaw);
    sqlite3_close(made);
    return ok;
}
