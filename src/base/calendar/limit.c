/* SPDX-License-Identifier: Apache-2.0 */
#include "base/calendar/limit.h"

#include "base/source.h"

#include <assert.h>

/* No limit is longer than this; it keeps sums far from overflow. */
#define LONGEST_US (400 * 366 * DAY_US)

enum { LONGEST_AMOUNT = 1000000 };

static const struct {
    int64_t us;        /* of one */
    bool runs_through; /* day and night */
} units[UNIT_COUNT] = {
    [UNIT_MINUTE] = {MINUTE_US, true},      [UNIT_URGENT_HOUR] = {HOUR_US, true},
    [UNIT_URGENT_DAY] = {DAY_US, true},     [UNIT_WORK_HOUR] = {HOUR_US, false},
    [UNIT_WORK_DAY] = {8 * HOUR_US, false}, [UNIT_NATURAL_DAY] = {DAY_US, true},
};

static int64_t clamp_long(int64_t us) {
    return us < -LONGEST_US ? -LONGEST_US : us > LONGEST_US ? LONGEST_US : us;
}

int64_t limit_time_us(int64_t amount, enum limit_unit unit) {
    assert(unit < UNIT_COUNT);
    assert(amount >= 0 && amount <= LONGEST_AMOUNT);
    return amount * units[unit].us;
}

bool limit_runs_through(enum limit_unit unit) {
    assert(unit < UNIT_COUNT);
    return units[unit].runs_through;
}

struct deadline limit_deadline(const struct calendar *cal, enum limit_unit unit, int64_t from_us,
                               int64_t left_us) {
    int64_t due_at;
    int64_t from_day;
    int64_t due_day;

    if (unit == UNIT_NONE) {
        return (struct deadline){0};
    }
    if (limit_runs_through(unit)) {
        return (struct deadline){.due_at = clamp_long(from_us) + clamp_long(left_us)};
    }
    due_at = calendar_add_work_us(cal, from_us, left_us);
    from_day = calendar_day_of(cal, from_us);
    due_day = calendar_day_of(cal, due_at);
    return (struct deadline){
        .due_at = due_at,
        .is_provisional = from_day < due_day ? calendar_is_provisional(cal, from_day, due_day)
                                             : calendar_is_provisional(cal, due_day, from_day),
    };
}

int64_t limit_used_us(const struct calendar *cal, enum limit_unit unit, int64_t from_us,
                      int64_t to_us) {
    if (unit == UNIT_NONE) {
        return 0;
    }
    return limit_runs_through(unit) ? clamp_long(to_us) - clamp_long(from_us)
                                    : calendar_work_us(cal, from_us, to_us);
}

int64_t limit_left_us(const struct calendar *cal, enum limit_unit unit, int64_t now_us,
                      int64_t due_us) {
    return limit_used_us(cal, unit, now_us, due_us);
}

bool limit_is_running(const struct calendar *cal, enum limit_unit unit, int64_t at_us) {
    return limit_runs_through(unit) || (unit != UNIT_NONE && calendar_is_work_time(cal, at_us));
}
