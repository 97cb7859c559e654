/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_kept.h - the case files of an open transaction, kept beside its connection.
 *
 * A command is decided on a case and its events are applied to it: both load it, and so does the
 * next command of the batch. What was loaded or saved in the transaction is found here. What was
 * saved is owed to the database (store_owe): written once, at the end of the transaction, when
 * another case needs the place, or when a statement asks one of its tables. Only case_file.c
 * changes these rows, so what is here is what holds.
 * Limits  KEPT_CASES at a time; a case with longer texts than KEPT_TEXT is not kept but written at
 *         once, and so is one outside a transaction.
 */
#ifndef LINLI_TOWN_CASE_KEPT_H
#define LINLI_TOWN_CASE_KEPT_H

#include "town/cases/case_file.h"

enum { KEPT_CASES = 1024, KEPT_TEXT = 512 };

/* The case as the transaction has it; false: it is to be read. Texts are copied into the arena. */
bool case_kept_find(struct store *s, struct arena *a, int64_t id, struct case_file *c);

bool case_kept_has(struct store *s, int64_t id);

/* Has a case that is owed this number at the body above? */
bool case_kept_external(struct store *s, struct arena *a, int64_t office, struct str number,
                        struct case_twin *twin);

/* is_owed: it is not what the database has. What fails is the writing of it or of another. */
bool case_kept_put(struct store *s, struct case_file *c, bool is_owed, struct err *err);

#endif
