/* SPDX-License-Identifier: Apache-2.0 */
/* base/calendar/limit.h - how much time a limit gives, when it runs out, and how much of it is
 * used.
 *
 * The units stand in limit_unit.h. Minutes, urgent hours, urgent days and natural days run through;
 * working hours and working days run only in working time. One working day is 8 hours of working
 * time used up, whatever the slots add up to: 1 working day from Friday 16:00 ends on Monday 16:00.
 * A start outside working time is aligned forward to the next slot. The other way of counting days,
 * that of the Civil Code, is statutory.h.
 *
 * A pause keeps what is left: take limit_left_us when it begins, limit_deadline from the resuming
 * instant with that left when it ends. An extension is limit_deadline from the deadline.
 *
 * Invariants  limit_used_us(start, deadline) is what was given; used + left = the whole limit at
 *             any instant of an unpaused clock.
 * Memory      plain values, nothing is owned.
 * Failure     none. UNIT_NONE gives no time and no deadline (0).
 * Source      CJ/T 315-2009 and DOMAIN.md 1.6.
 */
#ifndef LINLI_BASE_CALENDAR_LIMIT_H
#define LINLI_BASE_CALENDAR_LIMIT_H

#include "base/calendar/calendar.h"
#include "base/calendar/limit_unit.h"

struct deadline {
    int64_t due_at; /* UTC microseconds; still in time at this instant, late after it; 0 = none */
    bool is_provisional; /* it rests on a year without calendar data */
};

/* Microseconds that the limit gives, of the kind of time that its unit counts. Amount 0 to
 * 1,000,000. */
int64_t limit_time_us(int64_t amount, enum limit_unit unit);

/* Does it run day and night? */
bool limit_runs_through(enum limit_unit unit);

/* When `left_us` will have run out, counted from `from_us`. A negative left (a clock that was late
 * when it was paused) gives an instant in the past. */
struct deadline limit_deadline(const struct calendar *cal, enum limit_unit unit, int64_t from_us,
                               int64_t left_us);

/* Time of the unit's kind between two instants; negative when `to_us` is the earlier one. */
int64_t limit_used_us(const struct calendar *cal, enum limit_unit unit, int64_t from_us,
                      int64_t to_us);

/* What is left at `now_us` of a clock that runs out at `due_us`; negative once it is late. */
int64_t limit_left_us(const struct calendar *cal, enum limit_unit unit, int64_t now_us,
                      int64_t due_us);

/* Does a clock of this unit move at that instant? */
bool limit_is_running(const struct calendar *cal, enum limit_unit unit, int64_t at_us);

#endif
