/* SPDX-License-Identifier: Apache-2.0 */
/* base/file.h - whole files in and out, with errors that name the file. Writing goes through a
 * neighbour and a rename, flushed, so that a reader sees the old or the new text and never a half.
 */
#ifndef LINLI_BASE_FILE_H
#define LINLI_BASE_FILE_H

#include "base/err.h"

bool file_read(struct arena *a, const char *path, size_t ceiling, struct str *out, struct err *err);
bool file_write(struct arena *a, const char *path, struct str bytes, unsigned mode,
                struct err *err);
/* Flushes what was written beside and gives it its name: it appears whole or not at all. */
bool file_settle(const char *part, const char *path, struct err *err);
bool file_exists(const char *path);
/* Is there nothing of this name? Not so where this user may not look. */
bool file_is_missing(const char *path);
int64_t file_bytes(const char *path);        /* 0 when it is not there */
int64_t folder_free_bytes(const char *path); /* room on its disk; 0 when it cannot be told */
bool folder_make(const char *path,
                 struct err *err);    /* one level, mode 0700; exists already = fine */
void folder_remove(const char *path); /* with all that is in it; what is not there is fine */
/* E_FILE with the path and the reason of an errno; E_FULL_DISK where there is no room. False. */
bool file_refuse(struct err *err, const char *field, struct str path, int number);
struct str path_join(struct arena *a, struct str folder, struct str name);

#endif
