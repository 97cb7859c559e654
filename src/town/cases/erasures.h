/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/erasures.h - the list of erasures beside the database, and what follows an erasure.
 *
 * DIR/erasures.log has a JSON line for each erasure of the ledgers: when, which voice, why, and the
 * commitment of one value that went, by which a restored ledger knows that the same voice is meant.
 * It names nobody. A backup made before an erasure still holds what went; `linli restore` reads
 * this list and erases it again. It follows from the ledgers, so a line that a crash swallowed
 * comes with the next run.
 * Failure  E_FILE, E_FULL_DISK, E_DATABASE.
 */
#ifndef LINLI_TOWN_CASE_ERASURES_H
#define LINLI_TOWN_CASE_ERASURES_H

#include "town/installation.h"

/* Adds what the ledgers have and the list has not, and removes the files of erased pictures, also
 * those in `copies` (a folder of copied pictures, NULL = none). `store` is only read. */
bool erasures_settle(struct installation *i, struct store *store, const char *copies,
                     struct err *err);

/* Erases again, in this installation, what a list says: each voice that is there, is the same, and
 * still has something. *count = how many. Not while the door is started. */
bool erasures_repeat(struct installation *i, const char *list, int64_t *count, struct err *err);

/* Names of the pictures that a list says are gone, in a row; empty when there is no list. */
bool erasures_files(struct arena *a, const char *list, struct str *names, struct err *err);

#endif
