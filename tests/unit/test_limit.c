/* SPDX-License-Identifier: Apache-2.0 */
/* Limits: golden cases by name, then random ones against a model that walks minutes. */
#include "calendars.h"

#include "base/calendar/statutory.h"

static void limits_end_where_the_trade_expects_it(void **state) {
    static const struct {
        const char *name;
        const char *start;
        int amount;
        enum limit_unit unit;
        const char *due;
        bool is_provisional;
    } rows[] = {
        {"over lunch", "2026-11-23 10:20", 4, UNIT_WORK_HOUR, "2026-11-23T16:20:00+08:00"},
        {"to the end of a slot, not the next", "2026-11-23 08:00", 4, UNIT_WORK_HOUR,
         "2026-11-23T12:00:00+08:00"},
        {"to the end of the day", "2026-11-23 08:00", 8, UNIT_WORK_HOUR,
         "2026-11-23T18:00:00+08:00"},
        {"start on a Saturday", "2026-11-21 10:00", 1, UNIT_WORK_HOUR, "2026-11-23T09:00:00+08:00"},
        {"start at 12:00", "2026-11-23 12:00", 1, UNIT_WORK_HOUR, "2026-11-23T15:00:00+08:00"},
        {"start at 12:30", "2026-11-23 12:30", 1, UNIT_WORK_HOUR, "2026-11-23T15:00:00+08:00"},
        {"start at 18:00", "2026-11-23 18:00", 1, UNIT_WORK_HOUR, "2026-11-24T09:00:00+08:00"},
        {"00:30 local is still Sunday in UTC", "2026-11-23 00:30", 1, UNIT_WORK_HOUR,
         "2026-11-23T09:00:00+08:00"},
        {"Sunday 23:30", "2026-11-22 23:30", 1, UNIT_WORK_DAY, "2026-11-23T18:00:00+08:00"},
        {"a working day is 8 hours used up", "2026-11-20 16:00", 1, UNIT_WORK_DAY,
         "2026-11-23T16:00:00+08:00"},
        {"15 working days", "2026-11-23 09:15", 15, UNIT_WORK_DAY, "2026-12-14T09:15:00+08:00"},
        {"Sunday 4 January works", "2025-12-31 17:00", 2, UNIT_WORK_HOUR,
         "2026-01-04T09:00:00+08:00"},
        {"Saturday 14 February works", "2026-02-13 17:00", 2, UNIT_WORK_HOUR,
         "2026-02-14T09:00:00+08:00"},
        {"across Spring Festival", "2026-02-14 17:00", 2, UNIT_WORK_HOUR,
         "2026-02-24T09:00:00+08:00"},
        {"start inside Spring Festival", "2026-02-17 10:00", 1, UNIT_WORK_DAY,
         "2026-02-24T18:00:00+08:00"},
        {"Saturday 28 February works", "2026-02-27 17:30", 1, UNIT_WORK_HOUR,
         "2026-02-28T08:30:00+08:00"},
        {"Saturday 9 May works", "2026-05-08 17:30", 1, UNIT_WORK_HOUR,
         "2026-05-09T08:30:00+08:00"},
        {"Sunday 20 September works", "2026-09-18 17:30", 1, UNIT_WORK_HOUR,
         "2026-09-20T08:30:00+08:00"},
        {"Saturday 10 October works", "2026-10-09 17:30", 1, UNIT_WORK_HOUR,
         "2026-10-10T08:30:00+08:00"},
        {"across National Day", "2026-09-30 17:00", 2, UNIT_WORK_HOUR, "2026-10-08T09:00:00+08:00"},
        {"urgent hours run at night in the festival", "2026-02-17 21:10", 4, UNIT_URGENT_HOUR,
         "2026-02-18T01:10:00+08:00"},
        {"urgent days run through", "2026-02-14 17:00", 2, UNIT_URGENT_DAY,
         "2026-02-16T17:00:00+08:00"},
        {"natural days run through", "2026-09-30 17:00", 5, UNIT_NATURAL_DAY,
         "2026-10-05T17:00:00+08:00"},
        {"minutes run through midnight", "2026-11-21 23:45", 30, UNIT_MINUTE,
         "2026-11-22T00:15:00+08:00"},
        {"a year without data", "2027-03-01 10:20", 4, UNIT_WORK_HOUR, "2027-03-01T16:20:00+08:00",
         true},
        {"into a year without data", "2026-12-31 17:00", 2, UNIT_WORK_HOUR,
         "2027-01-04T09:00:00+08:00", true},
        {"the last sure day of the year", "2026-12-28 08:00", 1, UNIT_WORK_DAY,
         "2026-12-28T18:00:00+08:00"},
        {"the days that the next notice may move", "2026-12-28 17:00", 2, UNIT_WORK_HOUR,
         "2026-12-29T09:00:00+08:00", true},
        {"the same days before an announced year", "2025-12-29 08:00", 1, UNIT_WORK_DAY,
         "2025-12-29T18:00:00+08:00"},
        {"a year before the data", "2024-12-31 17:00", 2, UNIT_WORK_HOUR,
         "2025-01-02T09:00:00+08:00", true},
        {"natural days never rest on the calendar", "2027-03-01 10:20", 4, UNIT_NATURAL_DAY,
         "2027-03-05T10:20:00+08:00"},
        {"2 May is a holiday by law since 2025", "2028-05-01 10:00", 1, UNIT_WORK_HOUR,
         "2028-05-03T09:00:00+08:00", true},
        {"and was none before", "2024-05-01 10:00", 1, UNIT_WORK_HOUR, "2024-05-02T09:00:00+08:00",
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t given = limit_time_us(rows[i].amount, rows[i].unit);
        int64_t start = at(rows[i].start);
        struct deadline due = limit_deadline(cal, rows[i].unit, start, given);

        if (!str_is(text_of(due.due_at), rows[i].due) ||
            due.is_provisional != rows[i].is_provisional) {
            print_error("%s\n", rows[i].name);
        }
        assert_str(text_of(due.due_at), rows[i].due);
        assert_int_equal(due.is_provisional, rows[i].is_provisional);
        assert_int_equal(limit_used_us(cal, rows[i].unit, start, due.due_at), given);
    }
}

static void a_clock_moves_only_in_its_own_time(void **state) {
    static const struct {
        const char *instant;
        bool works;
    } rows[] = {
        {"2026-11-23 07:59:59", false}, {"2026-11-23 08:00", true}, {"2026-11-23 11:59:59", true},
        {"2026-11-23 12:00", false},    {"2026-11-23 14:00", true}, {"2026-11-23 18:00", false},
        {"2026-11-22 10:00", false},    {"2026-02-28 10:00", true}, {"2026-02-23 10:00", false},
        {"2026-11-23 00:30", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t us = at(rows[i].instant);

        assert_int_equal(limit_is_running(cal, UNIT_WORK_DAY, us), rows[i].works);
        assert_int_equal(limit_is_running(cal, UNIT_WORK_HOUR, us), rows[i].works);
        assert_true(limit_is_running(cal, UNIT_URGENT_HOUR, us));
        assert_true(limit_is_running(cal, UNIT_MINUTE, us));
        assert_false(limit_is_running(cal, UNIT_NONE, us));
        assert_int_equal(calendar_next_work_us(cal, us) == us, rows[i].works);
    }
    assert_str(text_of(calendar_next_work_us(cal, at("2026-02-14 18:00"))),
               "2026-02-24T08:00:00+08:00");
    assert_str(text_of(calendar_next_work_us(cal, at("2026-11-23 13:00"))),
               "2026-11-23T14:00:00+08:00");
}

static void a_pause_keeps_what_is_left(void **state) {
    int64_t start = at("2026-11-23 10:20");
    int64_t pause = at("2026-11-23 11:20");
    int64_t resume = at("2026-12-01 09:00");
    struct deadline due =
        limit_deadline(cal, UNIT_WORK_HOUR, start, limit_time_us(4, UNIT_WORK_HOUR));
    int64_t left = limit_left_us(cal, UNIT_WORK_HOUR, pause, due.due_at);

    (void)state;
    assert_int_equal(left, 3 * HOUR_US);
    due = limit_deadline(cal, UNIT_WORK_HOUR, resume, left);
    assert_str(text_of(due.due_at), "2026-12-01T12:00:00+08:00");
    /* late already when it was paused: it stays late by the same working time */
    left = limit_left_us(cal, UNIT_WORK_HOUR, at("2026-12-01 15:00"), due.due_at);
    assert_int_equal(left, -HOUR_US);
    due = limit_deadline(cal, UNIT_WORK_HOUR, at("2026-12-07 09:30"), left);
    assert_str(text_of(due.due_at), "2026-12-07T08:30:00+08:00");
    assert_int_equal(limit_deadline(cal, UNIT_WORK_HOUR, start, 0).due_at, start);
}

static void a_day_and_night_calendar_loses_nothing_at_midnight(void **state) {
    const struct calendar *whole = calendar_with(STR(WORKDAYS_2025_2026), "00:00-24:00");
    struct deadline due =
        limit_deadline(whole, UNIT_WORK_HOUR, at("2026-11-20 12:00"), 48 * HOUR_US);

    (void)state;
    assert_str(text_of(due.due_at), "2026-11-24T12:00:00+08:00");
    assert_true(calendar_is_work_time(whole, at("2026-11-20 23:59:59")));
}

/* ---- random cases */

static uint64_t random_below(struct source *s, uint64_t n) {
    uint64_t value;

    s->fill(s, &value, sizeof value);
    return value % n;
}

static int64_t random_instant(struct source *s) {
    return at("2024-06-01") + (int64_t)random_below(s, (uint64_t)(4 * 365 * DAY_US));
}

/* The model knows a day by looking for its date in the text of the calendar. */
static bool model_day_works(int64_t us) {
    struct str text = STR(WORKDAYS_2025_2026);
    struct str date = date_write(a, us, CHINA_OFFSET_MINUTES);
    struct civil c = civil_from_us(us, CHINA_OFFSET_MINUTES);
    int64_t days = (us + CHINA_OFFSET_MINUTES * MINUTE_US) / DAY_US;
    ptrdiff_t found = str_find(text, date);
    bool is_known = c.year == 2025 || c.year == 2026;
    bool is_fixed = (c.day == 1 && (c.month == 1 || c.month == 5)) ||
                    (c.month == 10 && c.day <= 3) || (c.month == 5 && c.day == 2 && c.year >= 2025);

    if (found >= 0) {
        return text.p[(size_t)found + date.n + 1] == 'w';
    }
    return days % 7 != 2 && days % 7 != 3 && (is_known || !is_fixed);
}

static bool model_is_sure(int64_t us) {
    struct civil c = civil_from_us(us, CHINA_OFFSET_MINUTES);

    return c.year == 2025 || (c.year == 2026 && (c.month < 12 || c.day < 29));
}

/* Walks minute by minute until `minutes` of working time have gone by. */
static struct deadline model_deadline(int64_t start, int64_t minutes) {
    struct deadline due = {.due_at = start, .is_provisional = !model_is_sure(start)};
    int64_t known_day = -1;
    bool works = false;

    while (minutes > 0) {
        int64_t local = due.due_at + CHINA_OFFSET_MINUTES * MINUTE_US;
        int64_t minute = local % DAY_US / MINUTE_US;

        if (local / DAY_US != known_day) {
            known_day = local / DAY_US;
            works = model_day_works(due.due_at);
            due.is_provisional |= !model_is_sure(due.due_at);
        }
        minutes -= works && ((minute >= 480 && minute < 720) || (minute >= 840 && minute < 1080));
        due.due_at += MINUTE_US;
    }
    return due;
}

static void deadlines_agree_with_a_model_that_walks_minutes(void **state) {
    struct source s = source_fixed(0, 1);

    (void)state;
    for (int i = 0; i < 400; i++) {
        struct arena_mark mark = arena_mark(a);
        int64_t start = random_instant(&s) / MINUTE_US * MINUTE_US;
        int64_t minutes = (int64_t)random_below(&s, i % 4 == 0 ? 10000 : 1000) + 1;
        struct deadline expected = model_deadline(start, minutes);
        struct deadline due = limit_deadline(cal, UNIT_WORK_HOUR, start, minutes * MINUTE_US);

        assert_int_equal(due.due_at, expected.due_at);
        assert_int_equal(due.is_provisional, expected.is_provisional);
        arena_rewind(a, mark);
    }
}

static void what_a_limit_gives_is_what_is_used(void **state) {
    struct source s = source_fixed(0, 2);
    const struct calendar *calendars[] = {
        cal, calendar_with(STR(WORKDAYS_2025_2026), "00:00-24:00"),
        calendar_with(STR("date,kind,name"), "09:00-11:59,13:01-17:00")};

    (void)state;
    for (int i = 0; i < 20000; i++) {
        const struct calendar *c = calendars[i % 3];
        enum limit_unit unit = (enum limit_unit)(random_below(&s, UNIT_COUNT - 1) + 1);
        int64_t start = random_instant(&s);
        int64_t given = (int64_t)random_below(&s, (uint64_t)(30 * DAY_US)) + 1;
        int64_t due = limit_deadline(c, unit, start, given).due_at;
        int64_t now = start + (int64_t)random_below(&s, (uint64_t)(2 * (due - start)));
        int64_t pause = start + (int64_t)random_below(&s, (uint64_t)(due - start));
        int64_t resume = pause + (int64_t)random_below(&s, (uint64_t)(60 * DAY_US));
        int64_t left = limit_left_us(c, unit, pause, due);
        int64_t later = limit_deadline(c, unit, resume, left).due_at;

        assert_int_equal(limit_used_us(c, unit, start, due), given);
        assert_int_equal(limit_used_us(c, unit, start, due - 1),
                         given - 1); /* the first such instant */
        assert_int_equal(limit_used_us(c, unit, start, now) + limit_left_us(c, unit, now, due),
                         given);
        assert_int_equal(limit_used_us(c, unit, now, start), -limit_used_us(c, unit, start, now));
        assert_int_equal(
            limit_used_us(c, unit, start, pause) + limit_used_us(c, unit, resume, later), given);
        assert_true(later >= due || left == 0);
        assert_int_equal(
            limit_left_us(c, unit, start, limit_deadline(c, unit, start, -given).due_at), -given);
    }
}

static void instants_far_away_do_no_harm(void **state) {
    static const int64_t far[] = {INT64_MIN, INT64_MIN / 2, -1, 0, 1, INT64_MAX / 2, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        for (size_t k = 0; k < sizeof far / sizeof far[0]; k++) {
            for (int unit = UNIT_NONE; unit < UNIT_COUNT; unit++) {
                (void)limit_deadline(cal, (enum limit_unit)unit, far[i], far[k]);
                (void)limit_used_us(cal, (enum limit_unit)unit, far[i], far[k]);
            }
            (void)calendar_count_work_days(cal, far[i], far[k]);
            (void)calendar_is_provisional(cal, far[i], far[k]);
        }
        (void)calendar_day_name(cal, far[i]);
        (void)calendar_day_start_us(cal, far[i]);
        (void)calendar_next_work_us(cal, far[i]);
        assert_false(calendar_is_work_day(cal, INT64_MAX));
        (void)statutory_deadline(cal, far[i], 100000, STATUTORY_YEAR, STATUTORY_CLOSING);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_end_where_the_trade_expects_it),
        cmocka_unit_test(a_clock_moves_only_in_its_own_time),
        cmocka_unit_test(a_pause_keeps_what_is_left),
        cmocka_unit_test(a_day_and_night_calendar_loses_nothing_at_midnight),
        cmocka_unit_test(deadlines_agree_with_a_model_that_walks_minutes),
        cmocka_unit_test(what_a_limit_gives_is_what_is_used),
        cmocka_unit_test(instants_far_away_do_no_harm),
    };

    return cmocka_run_group_tests(tests, open_calendar, close_calendar);
}
