/* SPDX-License-Identifier: Apache-2.0 */
/* base/calendar/limit_unit.h - the units in which a time limit is written.
 *
 * Minutes (for clocks at the desk, which is manned day and night), urgent hours, urgent days and
 * natural days run through day and night, weekends and holidays. Working hours and days run only
 * inside the slots of the calendar; one working day is eight working hours used up (DOMAIN.md 1.6).
 * The numbers stand in ledgers: new ones are appended, none changes.
 */
#ifndef LINLI_BASE_CALENDAR_LIMIT_UNIT_H
#define LINLI_BASE_CALENDAR_LIMIT_UNIT_H

enum limit_unit {
    UNIT_NONE, /* no limit */
    UNIT_MINUTE,
    UNIT_URGENT_HOUR,
    UNIT_URGENT_DAY,
    UNIT_WORK_HOUR,
    UNIT_WORK_DAY,
    UNIT_NATURAL_DAY,
    UNIT_COUNT
};

#endif
