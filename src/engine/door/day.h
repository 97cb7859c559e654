/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/day.h - closing a civil day of a ledger: its daily root becomes an entry.
 *
 * The root is reckoned outside, on a connection for reading; the door only looks that the day is
 * over by its own time and that it ends where the reckoning did. The entry that closes a day
 * belongs to the day after. Whatever the door accepts from then on is later than the day.
 * Failure  E_DAY when it is not the ledger's next day, not over, or ends elsewhere.
 */
#ifndef LINLI_ENGINE_DAY_H
#define LINLI_ENGINE_DAY_H

#include "engine/door/door.h"
#include "engine/ledger/roots.h"

extern const struct command_row day_close; /* input: struct root_day with everything filled in */
bool day_closed_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);

/* The next day of a ledger that is to be closed, without its root: that behind the newest closed
 * one, or for the first time yesterday when the ledger is older than today. `last` is filled in
 * once the day is over. Day 0: the ledger is empty. */
bool day_next(struct store *s, struct arena *a, int64_t office, int offset_minutes, int64_t now,
              struct root_day *day, struct err *err);

#endif
