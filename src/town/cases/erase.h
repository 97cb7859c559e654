/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/erase.h - deleting what a person said and who they are, when they ask for it or it is
 * no longer needed.
 *
 * Everything of one voice: its report with words, contact and photos, and what the resident added
 * and said with a rating later. What the office did and answered stays. The event names who did it
 * and why, never what it was.
 * Failure  E_NOT_FOUND, E_ERASED when nothing is left.
 * Source   Personal Information Protection Law art. 47; DESIGN.md 8.
 */
#ifndef LINLI_TOWN_CASE_ERASE_H
#define LINLI_TOWN_CASE_ERASE_H

#include "town/cases/case_file.h"

struct voice_erase {
    int64_t case_id;
    int64_t voice;
    struct str reason; /* one of ERASE_REASONS */
};
extern const struct command_row voice_erase;

/* The person asked; the purpose is reached or the time of keeping over; consent was withdrawn; it
 * should not have been taken down. */
#define ERASE_REASONS "request|expired|withdrawn|unlawful"

bool erase_erased_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);

#endif
