/* SPDX-License-Identifier: Apache-2.0 */
/* town/days.h - every civil day of every ledger is closed by its daily root when it is over.
 *
 * A job of the keeper while serving; without a server, `linli proof --make` does the same. The
 * common ledger (office 0) has days like those of offices. What proofs read of a long day
 * (engine/ledger/blocks.h) is kept with it, and made up for where it is missing.
 * Failure  as the door's; what was closed before a failure stays closed.
 */
#ifndef LINLI_TOWN_DAYS_H
#define LINLI_TOWN_DAYS_H

#include "engine/door/day.h"
#include "town/keeper.h"

/* Calls `each` with every ledger that there may be and the offset of its civil time. */
typedef bool (*days_ledger)(void *context, int64_t office, int offset_minutes, struct err *err);
bool days_each_ledger(const struct town *t, days_ledger each, void *context, struct err *err);

/* Closes what is over; the door must not be started. Gives how many days were closed. */
bool days_close(struct installation *i, int64_t *closed, struct err *err);

/* The job: `context` is the name of the job to wake when a day was closed, NULL = none. */
struct keeper_job days_job(const char *wakes);

#endif
