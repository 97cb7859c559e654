/* SPDX-License-Identifier: Apache-2.0 */
/* The working calendar and the limits: golden cases by name, then random ones against a model that
 * walks minutes. */
#include "check.h"
#include "shared.h"
#include "workdays.h"

#include "base/buf.h"
#include "base/calendar/calendar_rows.h"
#include "base/calendar/limit.h"
#include "base/calendar/statutory.h"
#include "base/source.h"
#include "base/time_text.h"

static struct arena *a;
static const struct calendar *cal;

static const struct calendar *calendar_with(struct str rows, const char *slots) {
    struct calendar_hours hours = calendar_hours_default();
    const struct calendar *made = NULL;
    struct err err = {0};

    if (slots != NULL) {
        assert_true(calendar_hours_parse(str_of(slots), &hours, &err));
    }
    assert_true(calendar_make(a, rows, &hours, &made, &err));
    return made;
}

static int open_calendar(void **state) {
    (void)state;
    a = arena_open();
    cal = calendar_with(STR(WORKDAYS_2025_2026), NULL);
    return 0;
}

static int close_calendar(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

static int64_t at(const char *text) {
    int64_t us;

    assert_true(time_read(str_of(text), CHINA_OFFSET_MINUTES, &us));
    return us;
}

static struct str text_of(int64_t us) {
    return time_write(a, us, CHINA_OFFSET_MINUTES);
}

static int64_t day(const char *date) {
    return calendar_day_of(cal, at(date));
}

/* ---- golden cases */

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

static void slots_are_the_offices_own(void **state) {
    const struct calendar *hall =
        calendar_with(STR(WORKDAYS_2025_2026), " 08:30-11:30, 13:00-17:30");
    struct deadline due = limit_deadline(hall, UNIT_WORK_DAY, at("2026-11-23 08:30"), 8 * HOUR_US);
    static const char *const bad[] = {
        "",
        "8-12",
        "08:00-12:00,11:00-13:00",
        "14:00-18:00,08:00-12:00",
        "08:00-08:00",
        "08:00-24:01",
        "08:00",
        "08:60-09:00",
        "08:00-12:00,",
        "a:bc-12:00",
        "-1:00-12:00",
        "0:00-1:00,1:00-2:00,2:00-3:00,3:00-4:00,4:00-5:00,5:00-6:00,6:00-7:00"};
    struct calendar_hours hours;

    (void)state;
    /* seven and a half hours a day: 8 hours of work end half an hour into the next day */
    assert_str(text_of(due.due_at), "2026-11-24T09:00:00+08:00");
    assert_str(text_of(calendar_closing_us(hall, day("2026-11-22"))), "2026-11-22T17:30:00+08:00");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        bool is_trailing_comma = i == 8; /* tolerated: nothing stands behind it */

        assert_int_equal(calendar_hours_parse(str_of(bad[i]), &hours, &err), is_trailing_comma);
        assert_int_equal(err.code, is_trailing_comma ? E_NONE : E_CALENDAR_SLOTS);
    }
}

static void days_are_told_apart(void **state) {
    (void)state;
    assert_str(calendar_day_name(cal, day("2026-10-01")), "国庆节");
    assert_str(calendar_day_name(cal, day("2026-10-10")), "国庆节");
    assert_str(calendar_day_name(cal, day("2026-11-23")), "");
    assert_true(calendar_is_work_day(cal, day("2026-10-10")));
    assert_false(calendar_is_work_day(cal, day("2026-10-01")));
    assert_int_equal(calendar_count_work_days(cal, day("2026-01-01"), day("2027-01-01")), 248);
    assert_int_equal(calendar_nth_work_day(cal, day("2026-10-01"), 3), day("2026-10-10"));
    assert_int_equal(day("2026-11-23 00:00:00"), day("2026-11-23 23:59:59"));
    assert_int_equal(day("2026-11-23T00:30:00+08:00"), day("2026-11-22T16:30:00Z"));
    assert_str(text_of(calendar_day_start_us(cal, day("2026-11-23"))), "2026-11-23T00:00:00+08:00");
    assert_true(calendar_is_announced(cal, 2026));
    assert_false(calendar_is_announced(cal, 2027));
    assert_false(calendar_is_announced(cal, 2200));
}

static void a_local_exception_counts_but_does_not_announce_a_year(void **state) {
    const struct calendar *local = calendar_with(
        STR(WORKDAYS_2025_2026 "2026-11-24,holiday,台风停工\n2027-03-02,holiday,停电\n"), NULL);
    struct deadline due =
        limit_deadline(local, UNIT_WORK_HOUR, at("2026-11-23 17:00"), 2 * HOUR_US);

    (void)state;
    assert_str(text_of(due.due_at), "2026-11-25T09:00:00+08:00");
    assert_false(due.is_provisional);
    due = limit_deadline(local, UNIT_WORK_HOUR, at("2027-03-01 17:00"), 2 * HOUR_US);
    assert_str(text_of(due.due_at), "2027-03-03T09:00:00+08:00");
    assert_true(due.is_provisional);
}

/* ---- Civil Code art. 200 to 204 */

static void terms_of_law_count_whole_days(void **state) {
    static const struct {
        const char *name;
        const char *start;
        int amount;
        enum statutory_unit unit;
        enum statutory_end end;
        const char *last_day;
        const char *due;
        bool is_provisional;
    } rows[] = {
        {"the first day is not counted", "2026-11-23 09:00", 1, STATUTORY_DAY, STATUTORY_MIDNIGHT,
         "2026-11-24", "2026-11-25T00:00:00+08:00"},
        {"a Sunday moves to Monday", "2026-11-19 09:00", 3, STATUTORY_DAY, STATUTORY_MIDNIGHT,
         "2026-11-23", "2026-11-24T00:00:00+08:00"},
        {"the festival moves to its next working day", "2026-02-10 09:00", 7, STATUTORY_DAY,
         STATUTORY_CLOSING, "2026-02-24", "2026-02-24T18:00:00+08:00"},
        {"a swapped Saturday is good enough", "2026-10-09 23:00", 1, STATUTORY_DAY,
         STATUTORY_CLOSING, "2026-10-10", "2026-10-10T18:00:00+08:00"},
        {"5 working days", "2026-11-20 16:00", 5, STATUTORY_WORK_DAY, STATUTORY_MIDNIGHT,
         "2026-11-27", "2026-11-28T00:00:00+08:00"},
        {"5 working days from a Saturday", "2026-11-21 16:00", 5, STATUTORY_WORK_DAY,
         STATUTORY_MIDNIGHT, "2026-11-27", "2026-11-28T00:00:00+08:00"},
        {"20 working days across National Day", "2026-09-18 10:00", 20, STATUTORY_WORK_DAY,
         STATUTORY_CLOSING, "2026-10-22", "2026-10-22T18:00:00+08:00"},
        {"a month ends on the same number", "2026-05-15 09:00", 1, STATUTORY_MONTH,
         STATUTORY_MIDNIGHT, "2026-06-15", "2026-06-16T00:00:00+08:00"},
        {"no such day: the end of the month", "2026-07-31 09:00", 2, STATUTORY_MONTH,
         STATUTORY_MIDNIGHT, "2026-09-30", "2026-10-01T00:00:00+08:00"},
        {"a leap day a year on", "2024-02-29 09:00", 1, STATUTORY_YEAR, STATUTORY_MIDNIGHT,
         "2025-02-28", "2025-03-01T00:00:00+08:00"},
        {"60 days into a year without data", "2026-11-22 09:00", 60, STATUTORY_DAY,
         STATUTORY_MIDNIGHT, "2027-01-21", "2027-01-22T00:00:00+08:00", true},
        {"a term of days looks at its last day alone", "2024-12-31 23:30", 3, STATUTORY_DAY,
         STATUTORY_MIDNIGHT, "2025-01-03", "2025-01-04T00:00:00+08:00"},
        {"00:30 belongs to the new day", "2026-11-23 00:30", 1, STATUTORY_DAY, STATUTORY_MIDNIGHT,
         "2026-11-24", "2026-11-25T00:00:00+08:00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct statutory term =
            statutory_deadline(cal, at(rows[i].start), rows[i].amount, rows[i].unit, rows[i].end);

        if (!str_is(text_of(term.deadline.due_at), rows[i].due)) {
            print_error("%s\n", rows[i].name);
        }
        assert_str(text_of(term.deadline.due_at), rows[i].due);
        assert_int_equal(term.last_day, day(rows[i].last_day));
        assert_int_equal(term.deadline.is_provisional, rows[i].is_provisional);
    }
}

/* ---- reading */

static void each_mistake_of_a_calendar_has_its_line(void **state) {
    static const struct {
        struct str text;
        enum err_code code;
        const char *line;
    } rows[] = {
        {STR_INIT(""), E_CALENDAR_HEADER, ""},
        {STR_INIT("day,kind,name\n"), E_CALENDAR_HEADER, "day,kind,name"},
        {STR_INIT("date,kind,name\n2026-02-30,holiday,x\n"), E_CALENDAR_DATE, "2"},
        {STR_INIT("date,kind,name\n\n2026-13-01,holiday,x\n"), E_CALENDAR_DATE, "3"},
        {STR_INIT("date,kind,name\n2200-01-01,holiday,x\n"), E_CALENDAR_DATE, "2"},
        {STR_INIT("date,kind,name\n2026-01-01 08:00,holiday,x\n"), E_CALENDAR_DATE, "2"},
        {STR_INIT("date,kind,name\n2026-01-01,Holiday,x\n"), E_CALENDAR_KIND, "2"},
        {STR_INIT("date,kind,name\n2026-01-01\n"), E_CALENDAR_KIND, "2"},
        {STR_INIT("date,kind,name\n2026-01-01,holiday,\n"), E_CALENDAR_NAME, "2"},
        {STR_INIT("date,kind,name\n2026-01-01,holiday,\"\n"), E_CALENDAR_NAME, "2"},
        {STR_INIT("date,kind,name\n2026-01-01,holiday,\"a\"b\"\n"), E_CALENDAR_NAME, "2"},
        {STR_INIT("date,kind,name\n2026-01-01,holiday,x\n2026-01-01,workday,y\n"), E_CALENDAR_TWICE,
         "3"},
        {STR_INIT("date,kind,name\n2026-01-01,holiday,\xD4\xAA\xB5\xA9\n"), E_TEXT, ""},
    };
    struct calendar_hours hours = calendar_hours_default();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct calendar *made = NULL;
        struct err err = {0};

        assert_false(calendar_make(a, rows[i].text, &hours, &made, &err));
        assert_int_equal(err.code, rows[i].code);
        assert_str(str_of(err.args[0]), rows[i].line);
    }
}

static void add_line(void *ctx, int line, const struct err *err) {
    buf_format(ctx, "%d:%s ", line, err_row(err->code)->name);
}

static void all_mistakes_are_told_at_once(void **state) {
    struct calendar_rows rows;
    struct buf told = buf_make(a, 1000);

    (void)state;
    assert_int_equal(calendar_rows_read(a,
                                        STR("date,kind,name\n"
                                            "2026-10-08,off,x\n"
                                            "2026-10-01,holiday,国庆节\n"
                                            "10/2/2026,holiday,国庆节\n"
                                            "2026-10-01,holiday,国庆节\n"),
                                        &rows, add_line, &told),
                     3);
    assert_str(buf_str(&told), "2:E_CALENDAR_KIND 4:E_CALENDAR_DATE 5:E_CALENDAR_TWICE ");
    assert_int_equal(rows.count, 1);
}

static void a_file_that_went_through_a_spreadsheet_is_read(void **state) {
    struct calendar_rows rows;

    (void)state;
    assert_int_equal(
        calendar_rows_read(a,
                           STR("\xEF\xBB\xBF"
                               "date,kind,name\r\n2026/10/10,workday,\"国庆, 调休 \"\"补\"\"\"\r\n"
                               "\r\n2026/1/1,holiday,元旦"),
                           &rows, NULL, NULL),
        0);
    assert_int_equal(rows.count, 2);
    assert_str(rows.row[0].name, "元旦");
    assert_false(rows.row[0].works);
    assert_str(rows.row[1].name, "国庆, 调休 \"补\"");
    assert_int_equal(rows.row[1].line, 2);
}

static void the_published_calendars_of_2018_to_2026_are_read(void **state) {
    struct str text;
    const struct calendar *all;

    (void)state;
    text = shared_file(a, "data/workdays.csv");
    all = calendar_with(text, NULL);
    for (int year = 2018; year <= 2026; year++) {
        assert_true(calendar_is_announced(all, year));
    }
    assert_false(calendar_is_announced(all, 2017));
    assert_true(calendar_is_work_day(all, day("2018-12-29"))); /* for 元旦 2019 */
    assert_false(calendar_is_work_day(all, day("2018-12-31")));
    assert_int_equal(calendar_count_work_days(all, day("2026-01-01"), day("2027-01-01")),
                     calendar_count_work_days(cal, day("2026-01-01"), day("2027-01-01")));
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
        cmocka_unit_test(slots_are_the_offices_own),
        cmocka_unit_test(days_are_told_apart),
        cmocka_unit_test(a_local_exception_counts_but_does_not_announce_a_year),
        cmocka_unit_test(terms_of_law_count_whole_days),
        cmocka_unit_test(each_mistake_of_a_calendar_has_its_line),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(a_file_that_went_through_a_spreadsheet_is_read),
        cmocka_unit_test(the_published_calendars_of_2018_to_2026_are_read),
        cmocka_unit_test(deadlines_agree_with_a_model_that_walks_minutes),
        cmocka_unit_test(what_a_limit_gives_is_what_is_used),
        cmocka_unit_test(instants_far_away_do_no_harm),
    };

    return cmocka_run_group_tests(tests, open_calendar, close_calendar);
}
