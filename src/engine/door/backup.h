/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/backup.h - a backup: one SQLite file with what cannot be made again.
 *
 * In it: the ledgers, what lies beside them (words, vault, photos, credentials, keys of programs,
 * audit log), the pictures themselves or their digests, and a manifest. Not in it: the derived
 * tables, which the replay makes anew, passing tables, and never a key of DIR/keys, only a
 * fingerprint by which the right one is known. The file opens in stock tools; its version stands
 * negative in user_version, so that nobody serves from it.
 *
 * It is written beside a serving process. What only grows is copied in small pieces, each a short
 * read; one short view of the data at the end takes the tails, the small tables and the erasures
 * that came in between. So no reader holds the database's past open, and what lies in the file is
 * one moment: every ledger up to its head in the manifest and all that belongs to it.
 * (docs/decisions/050-backup.md)
 * Invariants  FILE appears whole or not at all: FILE.part, read once more, flushed, renamed.
 * Failure     E_FILE, E_FULL_DISK, E_FOLDER_FILE when FILE is there; reading: E_BACKUP_NOT,
 *             E_BACKUP_NEWER, E_BACKUP_DAMAGED; E_DRAINING when it is to end.
 */
#ifndef LINLI_ENGINE_BACKUP_H
#define LINLI_ENGINE_BACKUP_H

#include "base/hash.h"
#include "engine/store/store.h"
#include "engine/words/keys.h"

enum { BACKUP_FORMAT = 1 };

struct backup_counts {
    int64_t offices;
    int64_t events;
    int64_t values;     /* words, values of the vault, photos: rows beside the ledger */
    int64_t photos;     /* pictures, thumbs aside */
    int64_t fresh;      /* of them: copied now, not there from an earlier night */
    int64_t missing;    /* of them: not on the disk, or altered there */
    int64_t size_bytes; /* of the file */
};

struct backup_setup {
    struct store *store; /* read here; nobody else uses it meanwhile */
    const struct keys *keys;
    const char *folder;    /* data folder: its small files */
    const char *photos;    /* folder of the pictures, which all nodes may share */
    const char *photos_to; /* folder that takes the pictures that it has not; NULL: into the file */
    int64_t now;
    bool (*is_ending)(void *context); /* asked between the pieces; NULL = never */
    void *context;
};

bool backup_write(const struct backup_setup *setup, const char *path, struct backup_counts *counts,
                  struct err *err);

/* ---- the way back */

struct backup {
    struct store *store; /* the file, only to be read; store_close when done */
    const char *path;
    int64_t format;
    int64_t schema;
    int64_t made_at;
    struct str program; /* version that wrote it */
    struct str key;     /* fingerprint of the office's key */
    bool has_photos;    /* pictures lie in the file; else beside it in attachments/ */
    int64_t photos;
    int64_t missing;
    struct str erased; /* names of pictures that were erased since, in a row: not looked for */
};

bool backup_open(struct arena *a, const char *path, struct backup *b, struct err *err);
bool backup_fits(const struct backup *b, const struct keys *keys);

/* Everything but derived and passing tables into an empty database, each table compared with its
 * digest. */
bool backup_restore_rows(const struct backup *b, struct store *into, struct backup_counts *counts,
                         struct err *err);

/* The pictures into `folder`/attachments, each compared with its digest; what the file says was
 * missing stays missing. */
bool backup_restore_files(const struct backup *b, const char *folder, struct backup_counts *counts,
                          struct err *err);

/* ---- for the two halves */

struct backup_table {
    const char *name;
    const char *number; /* column that names the event; NULL = small, copied whole at the end */
};
extern const struct backup_table backup_tables[]; /* ended by a row without name */

/* Copies the rows of a SELECT into a table; *rows and *digest go on from what they were. `into`
 * NULL: only counted. Without a digest the table is a backup's that is being written. */
bool backup_copy(struct stmt *from, struct store *into, const char *table, int64_t *rows,
                 struct hash *digest, struct err *err);
struct str backup_fingerprint(struct arena *a, const struct keys *keys);

#endif
