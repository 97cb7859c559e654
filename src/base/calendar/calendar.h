/* SPDX-License-Identifier: Apache-2.0 */
/* base/calendar/calendar.h - which days are worked, in which hours, and how much working time lies
 * between two instants.
 *
 * A day works if it is listed as `workday`, else if it is neither listed as `holiday` nor a
 * Saturday or Sunday. Working time is what lies inside the slots of a day that works, 08:00-12:00
 * and 14:00-18:00 unless the office says otherwise.
 *
 * A year is announced when 1 to 3 October are listed as holidays: every yearly notice of the State
 * Council lists them, and a local exception alone does not make a year known. Other years count
 * weekends and the statutory holidays with a fixed date (1 January, 1 May, from 2025 also 2 May, 1
 * to 3 October); whatever touches them is provisional. So are 29 to 31 December of an announced
 * year before one that is not: the notice for a year moves days around its 1 January.
 *
 * A local day is a number of days since 1970-01-01 in the office's fixed offset, an instant is UTC
 * microseconds. Slots are half open: 12:00 is no longer working time, and 00:00-24:00 loses nothing
 * at midnight.
 *
 * Invariants  never changes once made, so many threads may read it; working time never runs back.
 * Memory      about 35 KB in the arena given to calendar_make; names are copied.
 * Cost        a table of all days: no loop over days, an answer costs well under a microsecond.
 * Failure     only making one can fail. Instants are clamped to the years 1970 to 2199.
 * Source      全国年节及纪念日放假办法 (decree of 2024-11-10); CJ/T 315-2009 for the slots.
 */
#ifndef LINLI_BASE_CALENDAR_CALENDAR_H
#define LINLI_BASE_CALENDAR_CALENDAR_H

#include "base/err.h"

enum { CALENDAR_FIRST_YEAR = 1970, CALENDAR_LAST_YEAR = 2199, CALENDAR_SLOTS_MAX = 6 };

struct calendar_slot {
    int from_minute; /* of the local day, 0..1439, inside */
    int to_minute;   /* of the local day, 1..1440, outside */
};

struct calendar_hours {
    int offset_minutes;                             /* local time minus UTC, -720..840 */
    size_t slot_count;                              /* 1..CALENDAR_SLOTS_MAX */
    struct calendar_slot slots[CALENDAR_SLOTS_MAX]; /* ascending, without overlap */
};

/* +08:00, 08:00-12:00, 14:00-18:00. */
struct calendar_hours calendar_hours_default(void);

/* Slots from text such as `08:30-11:30,13:00-17:30`, offset +08:00. Error: E_CALENDAR_SLOTS. */
bool calendar_hours_parse(struct str text, struct calendar_hours *out, struct err *err);

struct calendar;

/* From the text of a workdays.csv: a header line `date,kind,name`, then one line a listed day, kind
 * `holiday` or `workday`. Gives the first mistake of the file (calendar_rows.h tells them all). */
bool calendar_make(struct arena *a, struct str rows, const struct calendar_hours *hours,
                   const struct calendar **out, struct err *err);

/* ---- days */

int64_t calendar_day_of(const struct calendar *cal, int64_t at_us);
int64_t calendar_day_start_us(const struct calendar *cal, int64_t day);

bool calendar_is_work_day(const struct calendar *cal, int64_t day);

/* Why the day is listed (国庆节), empty when it is an ordinary day. */
struct str calendar_day_name(const struct calendar *cal, int64_t day);

/* Days that work in from_day <= day < to_day. */
int64_t calendar_count_work_days(const struct calendar *cal, int64_t from_day, int64_t to_day);

/* The number-th (from 1) day that works, counted from `day` on; `day` itself counts. */
int64_t calendar_nth_work_day(const struct calendar *cal, int64_t day, int64_t number);

bool calendar_is_announced(const struct calendar *cal, int year);

/* Does a day from `from_day` to `to_day`, both included, rest on a year not announced? */
bool calendar_is_provisional(const struct calendar *cal, int64_t from_day, int64_t to_day);

/* ---- working time */

bool calendar_is_work_time(const struct calendar *cal, int64_t at_us);

/* `at_us` itself inside a slot, else the beginning of the next slot. */
int64_t calendar_next_work_us(const struct calendar *cal, int64_t at_us);

/* The end of the last slot of a day, whether it works or not: the close of business. */
int64_t calendar_closing_us(const struct calendar *cal, int64_t day);

/* Working time from one instant to another; negative when `to_us` is the earlier one. */
int64_t calendar_work_us(const struct calendar *cal, int64_t from_us, int64_t to_us);

/* The first instant at which `work_us` of working time have gone by since `from_us`. A negative
 * amount goes back; zero gives `from_us`. For every amount that ends before 2200,
 * calendar_work_us(from, result) == work_us. */
int64_t calendar_add_work_us(const struct calendar *cal, int64_t from_us, int64_t work_us);

#endif
