/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/calendars.h - a calendar and local times, for the tests of calendar and limits. */
#ifndef LINLI_TESTS_CALENDARS_H
#define LINLI_TESTS_CALENDARS_H

#include "check.h"
#include "workdays.h"

#include "base/calendar/limit.h"
#include "base/source.h"
#include "base/time_text.h"

static struct arena *a;            /* of the test program */
static const struct calendar *cal; /* 2025 and 2026, the slots that go without saying */

static inline const struct calendar *calendar_with(struct str rows, const char *slots) {
    struct calendar_hours hours = calendar_hours_default();
    const struct calendar *made = NULL;
    struct err err = {0};

    if (slots != NULL) {
        assert_true(calendar_hours_parse(str_of(slots), &hours, &err));
    }
    assert_true(calendar_make(a, rows, &hours, &made, &err));
    return made;
}

static inline int open_calendar(void **state) {
    (void)state;
    a = arena_open();
    cal = calendar_with(STR(WORKDAYS_2025_2026), NULL);
    return 0;
}

static inline int close_calendar(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

static inline int64_t at(const char *text) {
    int64_t us;

    assert_true(time_read(str_of(text), CHINA_OFFSET_MINUTES, &us));
    return us;
}

static inline struct str text_of(int64_t us) {
    return time_write(a, us, CHINA_OFFSET_MINUTES);
}

static inline int64_t day(const char *date) {
    return calendar_day_of(cal, at(date));
}

#endif
