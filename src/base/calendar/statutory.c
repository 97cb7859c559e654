/* SPDX-License-Identifier: Apache-2.0 */
#include "base/calendar/statutory.h"

#include "base/source.h"
#include "base/time_text.h"

#include <assert.h>

/* Art. 202: the day of the same number `months` later, else the last day of that month. */
static int64_t same_day_later(int64_t day, int64_t months) {
    struct civil c = civil_from_us(day * DAY_US, 0);
    int64_t month = c.year * 12LL + c.month - 1 + months;
    int64_t first = days_from_civil((int)(month / 12), (int)(month % 12) + 1, 1);
    int64_t next = days_from_civil((int)((month + 1) / 12), (int)((month + 1) % 12) + 1, 1);

    return first + c.day - 1 < next ? first + c.day - 1 : next - 1;
}

static int64_t last_day(const struct calendar *cal, int64_t first, int amount,
                        enum statutory_unit unit) {
    switch (unit) {
    case STATUTORY_WORK_DAY:
        return amount == 0 ? first : calendar_nth_work_day(cal, first + 1, amount);
    case STATUTORY_MONTH:
        return same_day_later(first, amount);
    case STATUTORY_YEAR:
        return same_day_later(first, amount * 12LL);
    case STATUTORY_DAY:
    default:
        return first + amount;
    }
}

struct statutory statutory_deadline(const struct calendar *cal, int64_t start_us, int amount,
                                    enum statutory_unit unit, enum statutory_end end) {
    int64_t first = calendar_day_of(cal, start_us);
    int64_t nominal;
    int64_t last;
    bool is_counted = unit == STATUTORY_WORK_DAY; /* days on the way matter, not the last alone */

    assert(amount >= 0 && amount <= 100000);
    nominal = last_day(cal, first, amount, unit);
    last = calendar_nth_work_day(cal, nominal, 1); /* art. 203 */
    return (struct statutory){
        .last_day = last,
        .deadline =
            {
                .due_at = end == STATUTORY_CLOSING ? calendar_closing_us(cal, last)
                                                   : calendar_day_start_us(cal, last + 1),
                .is_provisional = calendar_is_provisional(cal, is_counted ? first : nominal, last),
            },
    };
}
