/* SPDX-License-Identifier: Apache-2.0 */
/* The working calendar: its days and hours, the terms of the law, and reading it from text. */
#include "calendars.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/calendar/calendar_rows.h"
#include "base/calendar/statutory.h"

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

static void the_calendar_that_ships_covers_2018_to_2026(void **state) {
    struct str text = {0};
    const struct calendar *all;
    struct err err = {0};

    (void)state;
    assert_true(file_read(a, "catalogue/common/workdays.csv", 1 << 20, &text, &err));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_the_offices_own),
        cmocka_unit_test(days_are_told_apart),
        cmocka_unit_test(a_local_exception_counts_but_does_not_announce_a_year),
        cmocka_unit_test(terms_of_law_count_whole_days),
        cmocka_unit_test(each_mistake_of_a_calendar_has_its_line),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(a_file_that_went_through_a_spreadsheet_is_read),
        cmocka_unit_test(the_calendar_that_ships_covers_2018_to_2026),
    };

    return cmocka_run_group_tests(tests, open_calendar, close_calendar);
}
