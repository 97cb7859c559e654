/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_kept.h - the case files of an open transaction, kept beside its connection.
 *
 * A command is decided on a case and its events are applied to it: both load it, and so does the
 * next command of the batch. What was loaded or saved in the transaction is found here; only
 * case_file.c changes these rows, so it is what the database holds.
 * Limits  KEPT_CASES at a time; a case with longer texts than KEPT_TEXT is not kept.
 */
#ifndef LINLI_TOWN_CASE_KEPT_H
#define LINLI_TOWN_CASE_KEPT_H

#include "town/cases/case_file.h"

enum { KEPT_CASES = 512, KEPT_TEXT = 512 };

/* The case as the transaction has it; false: it is to be read. Texts are copied into the arena. */
bool case_kept_find(struct store *s, struct arena *a, int64_t id, struct case_file *c);
void case_kept_put(struct store *s, const struct case_file *c);

#endif
