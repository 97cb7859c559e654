/* SPDX-License-Identifier: Apache-2.0 */
/* town/nightly.h - the backup that a serving process makes every night.
 *
 * In linli.conf: backup_at = 02:30 (China's time; `off` = none), backup_keep = 14 (how many files),
 * backup_folder = DIR/backup. Each night writes linli-YYYYMMDD-HHMMSS.backup there; the pictures go
 * into attachments/ beside it, each once, so that a night copies only what is new. The list of
 * erasures is copied too, and what was erased is taken out of the copied pictures. A night that was
 * missed (the machine was off) is made up for at the start.
 * Failure  E_CONF_VALUE, and what engine/door/backup.h says; tried again after half an hour.
 */
#ifndef LINLI_TOWN_NIGHTLY_H
#define LINLI_TOWN_NIGHTLY_H

#include "town/keeper.h"

struct keeper_job nightly_job(void); /* called "backup" */

struct nightly {
    struct str folder;
    int64_t at_minutes; /* of the day; -1 = off */
    int64_t keep;       /* files */
    int64_t last_at;    /* when the newest file was begun, 0 = there is none */
    int64_t last_bytes; /* its size, pictures aside */
    int64_t count;      /* files there */
    int64_t drilled_at; /* when one of them was last restored to see whether it can be, 0 = never */
    bool drill_failed;  /* it could not */
};

/* The settings and what lies in the folder. */
bool nightly_look(struct arena *a, struct installation *i, struct nightly *n, struct err *err);

/* The newest of the files in a folder; NULL when there is none. */
const char *nightly_newest(struct arena *a, const char *folder);

/* Writes into its folder how a drill on one of the files went (last-drill.json), for the page that
 * shows it; nothing where the file is another. A folder that cannot be written to is left as it is.
 */
void nightly_note_drill(const char *file, int64_t now, bool went_well);

/* Folder of the copied pictures; NULL when there is none (yet). */
const char *nightly_copies(struct arena *a, struct installation *i);

#endif
