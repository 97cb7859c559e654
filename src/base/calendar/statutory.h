/* SPDX-License-Identifier: Apache-2.0 */
/* base/calendar/statutory.h - terms as the law counts them: whole days, months and years instead of
 * hours.
 *
 * The day on which a term begins is not counted. A month or year ends on the day of the same
 * number, or on the last day of a month that has no such day. If the last day does not work, the
 * next day that does takes its place. The last day ends at 24:00, or at the close of business where
 * the act needs an open office. Working days are days that work, each counted whole (行政许可法
 * art. 82); a limit of city management is not such a term (limit.h).
 *
 * Memory   plain values.
 * Failure  none; the amount must not be negative.
 * Source   Civil Code art. 200 to 204.
 */
#ifndef LINLI_BASE_CALENDAR_STATUTORY_H
#define LINLI_BASE_CALENDAR_STATUTORY_H

#include "base/calendar/limit.h"

enum statutory_unit { STATUTORY_DAY, STATUTORY_WORK_DAY, STATUTORY_MONTH, STATUTORY_YEAR };

enum statutory_end {
    STATUTORY_MIDNIGHT, /* 24:00 of the last day, told as 00:00 of the day after */
    STATUTORY_CLOSING   /* end of the last slot */
};

struct statutory {
    int64_t last_day;         /* days since 1970-01-01; show this one to people */
    struct deadline deadline; /* the instant at which it ends */
};

struct statutory statutory_deadline(const struct calendar *cal, int64_t start_us, int amount,
                                    enum statutory_unit unit, enum statutory_end end);

#endif
