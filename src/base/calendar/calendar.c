/* SPDX-License-Identifier: Apache-2.0 */
/* All days of all years stand in a set of bits with the number of members before each word, so "how
 * many working days before this one" is a look-up and a bit count, and "which is the n-th" a search
 * over words. Working time since 1970 is then a sum, and a deadline is its inverse; both are exact,
 * so each undoes the other. */
#include "base/calendar/calendar.h"

#include "base/calendar/calendar_rows.h"
#include "base/source.h"
#include "base/time_text.h"

#include <assert.h>

enum { DAYS = 84006, WORD_BITS = 64, WORDS = DAYS / WORD_BITS + 1, DAY_MINUTES = 24 * 60 };
enum { THURSDAY = 4, SATURDAY = 6, SUNDAY = 0 }; /* 1970-01-01 was a Thursday */
enum { YEARS = CALENDAR_LAST_YEAR - CALENDAR_FIRST_YEAR + 1 };

/* Days at the end of a year that the notice for the coming one may move: 29 to 31 December. */
enum { YEAR_END_DAYS = 3 };

static_assert(WORDS * WORD_BITS > DAYS, "the day after the last has a bit, always 0");

struct day_set {
    uint64_t bits[WORDS];
    uint32_t before[WORDS]; /* members in the words before */
    int64_t count;
};

struct calendar {
    struct calendar_hours hours;
    int64_t day_us;           /* working time of one day */
    struct day_set works;     /* days that work */
    struct day_set is_unsure; /* days that rest on a year not announced */
    bool is_announced[YEARS];
    struct calendar_rows rows;
};

/* ---- sets of days */

static bool set_has(const struct day_set *set, int64_t day) {
    return day >= 0 && day < DAYS && (set->bits[day / WORD_BITS] >> (day % WORD_BITS) & 1) != 0;
}

static void set_put(struct day_set *set, int64_t day, bool is_member) {
    uint64_t bit = UINT64_C(1) << (day % WORD_BITS);

    if (is_member) {
        set->bits[day / WORD_BITS] |= bit;
    } else {
        set->bits[day / WORD_BITS] &= ~bit;
    }
}

static void set_finish(struct day_set *set) {
    set->count = 0;
    for (int w = 0; w < WORDS; w++) {
        set->before[w] = (uint32_t)set->count;
        set->count += __builtin_popcountll(set->bits[w]);
    }
}

static int64_t clamp(int64_t value, int64_t least, int64_t most) {
    return value < least ? least : value > most ? most : value;
}

/* Members before `day`. */
static int64_t set_rank(const struct day_set *set, int64_t day) {
    int64_t d = clamp(day, 0, DAYS);
    uint64_t below = (UINT64_C(1) << (d % WORD_BITS)) - 1;

    return (int64_t)set->before[d / WORD_BITS] +
           __builtin_popcountll(set->bits[d / WORD_BITS] & below);
}

/* The member with `rank` members before it, or DAYS when there is none. */
static int64_t set_select(const struct day_set *set, int64_t rank) {
    int low = 0;
    int high = WORDS;
    uint64_t bits;

    if (rank >= set->count) {
        return DAYS;
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;

        if (set->before[middle] <= rank) {
            low = middle;
        } else {
            high = middle;
        }
    }
    bits = set->bits[low];
    for (int64_t skip = rank - set->before[low]; skip > 0; skip--) {
        bits &= bits - 1;
    }
    return (int64_t)low * WORD_BITS + __builtin_ctzll(bits);
}

/* ---- making one */

struct calendar_hours calendar_hours_default(void) {
    return (struct calendar_hours){
        .offset_minutes = CHINA_OFFSET_MINUTES,
        .slot_count = 2,
        .slots = {{8 * 60, 12 * 60}, {14 * 60, 18 * 60}},
    };
}

static bool are_hours(const struct calendar_hours *h) {
    int after = 0;

    if (h->slot_count == 0 || h->slot_count > CALENDAR_SLOTS_MAX) {
        return false;
    }
    for (size_t i = 0; i < h->slot_count; i++) {
        if (h->slots[i].from_minute < after || h->slots[i].to_minute <= h->slots[i].from_minute) {
            return false;
        }
        after = h->slots[i].to_minute;
    }
    return after <= DAY_MINUTES && h->offset_minutes >= -12 * 60 && h->offset_minutes <= 14 * 60;
}

static bool read_minute(struct str text, int *minute) {
    int64_t hours;
    int64_t minutes;
    struct str head = str_cut(&text, ':');

    if (head.n > 2 || text.n != 2 || !str_to_int(head, &hours) || !str_to_int(text, &minutes) ||
        hours < 0 || hours > 24 || minutes < 0 || minutes > 59) {
        return false;
    }
    *minute = (int)(hours * 60 + minutes);
    return true;
}

bool calendar_hours_parse(struct str text, struct calendar_hours *out, struct err *err) {
    struct calendar_hours h = {.offset_minutes = CHINA_OFFSET_MINUTES};
    struct str rest = text;

    while (rest.n > 0 && h.slot_count < CALENDAR_SLOTS_MAX) {
        struct str to = str_cut(&rest, ',');
        struct str from = str_cut(&to, '-');
        struct calendar_slot *slot = &h.slots[h.slot_count++];

        if (!read_minute(str_trim(from), &slot->from_minute) ||
            !read_minute(str_trim(to), &slot->to_minute)) {
            return fail1(err, E_CALENDAR_SLOTS, "hours", text);
        }
    }
    if (rest.n > 0 || !are_hours(&h)) {
        return fail1(err, E_CALENDAR_SLOTS, "hours", text);
    }
    *out = h;
    return true;
}

static void note_first(void *ctx, int line, const struct err *err) {
    struct err *first = ctx;

    (void)line;
    if (first->code == E_NONE) {
        *first = *err;
    }
}

static void find_announced(struct calendar *cal) {
    int listed[YEARS] = {0};

    for (size_t i = 0; i < cal->rows.count; i++) {
        struct civil c = civil_from_us(cal->rows.row[i].day * DAY_US, 0);
        int *days = &listed[c.year - CALENDAR_FIRST_YEAR];

        *days += !cal->rows.row[i].works && c.month == 10 && c.day <= 3;
        cal->is_announced[c.year - CALENDAR_FIRST_YEAR] = *days == 3;
    }
}

/* Statutory holidays whose date is the same each year, as the law stands. */
static void clear_fixed_holidays(struct calendar *cal, int year) {
    static const struct {
        int month, day, since_year;
    } rows[] = {{1, 1, 0}, {5, 1, 0}, {5, 2, 2025}, {10, 1, 0}, {10, 2, 0}, {10, 3, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (year >= rows[i].since_year) {
            set_put(&cal->works, days_from_civil(year, rows[i].month, rows[i].day), false);
        }
    }
}

static void fill_year(struct calendar *cal, int year) {
    int64_t first = days_from_civil(year, 1, 1);
    int64_t end = days_from_civil(year + 1, 1, 1);
    bool is_known = calendar_is_announced(cal, year);
    bool is_next_known = calendar_is_announced(cal, year + 1);
    int64_t unsure = !is_known ? first : !is_next_known ? end - YEAR_END_DAYS : end;

    for (int64_t day = first; day < end; day++) {
        int64_t weekday = (day + THURSDAY) % 7;

        set_put(&cal->works, day, weekday != SATURDAY && weekday != SUNDAY);
        set_put(&cal->is_unsure, day, day >= unsure);
    }
    if (!is_known) {
        clear_fixed_holidays(cal, year);
    }
}

static void fill_days(struct calendar *cal) {
    for (int year = CALENDAR_FIRST_YEAR; year <= CALENDAR_LAST_YEAR; year++) {
        fill_year(cal, year);
    }
    for (size_t i = 0; i < cal->rows.count; i++) {
        set_put(&cal->works, cal->rows.row[i].day, cal->rows.row[i].works);
    }
    set_finish(&cal->works);
    set_finish(&cal->is_unsure);
}

bool calendar_make(struct arena *a, struct str rows, const struct calendar_hours *hours,
                   const struct calendar **out, struct err *err) {
    struct calendar *cal = arena_new(a, struct calendar);
    struct err first = {0};

    assert(days_from_civil(CALENDAR_LAST_YEAR + 1, 1, 1) == DAYS);
    assert(are_hours(hours));
    if (calendar_rows_read(a, rows, &cal->rows, note_first, &first) > 0) {
        *err = first;
        return false;
    }
    cal->hours = *hours;
    for (size_t i = 0; i < hours->slot_count; i++) {
        cal->day_us += (hours->slots[i].to_minute - hours->slots[i].from_minute) * MINUTE_US;
    }
    find_announced(cal);
    fill_days(cal);
    *out = cal;
    return true;
}

/* ---- days */

/* Local microseconds since 1970-01-01 00:00, within the years of the table. */
static int64_t local_of(const struct calendar *cal, int64_t at_us) {
    int64_t offset = cal->hours.offset_minutes * MINUTE_US;

    return clamp(at_us, -offset, DAYS * DAY_US - offset) + offset;
}

static int64_t instant_of(const struct calendar *cal, int64_t local_us) {
    return local_us - cal->hours.offset_minutes * MINUTE_US;
}

int64_t calendar_day_of(const struct calendar *cal, int64_t at_us) {
    return local_of(cal, at_us) / DAY_US;
}

int64_t calendar_day_start_us(const struct calendar *cal, int64_t day) {
    return instant_of(cal, clamp(day, 0, DAYS) * DAY_US);
}

bool calendar_is_work_day(const struct calendar *cal, int64_t day) {
    return set_has(&cal->works, day);
}

struct str calendar_day_name(const struct calendar *cal, int64_t day) {
    size_t low = 0;
    size_t high = cal->rows.count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct calendar_row *row = &cal->rows.row[middle];

        if (row->day == day) {
            return row->name;
        }
        if (row->day < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (struct str){0};
}

int64_t calendar_count_work_days(const struct calendar *cal, int64_t from_day, int64_t to_day) {
    return set_rank(&cal->works, to_day) - set_rank(&cal->works, from_day);
}

int64_t calendar_nth_work_day(const struct calendar *cal, int64_t day, int64_t number) {
    assert(number > 0);
    return set_select(&cal->works, set_rank(&cal->works, day) + clamp(number, 1, DAYS) - 1);
}

bool calendar_is_announced(const struct calendar *cal, int year) {
    return year >= CALENDAR_FIRST_YEAR && year <= CALENDAR_LAST_YEAR &&
           cal->is_announced[year - CALENDAR_FIRST_YEAR];
}

bool calendar_is_provisional(const struct calendar *cal, int64_t from_day, int64_t to_day) {
    return set_rank(&cal->is_unsure, clamp(to_day, 0, DAYS - 1) + 1) >
           set_rank(&cal->is_unsure, clamp(from_day, 0, DAYS - 1));
}

/* ---- working time */

bool calendar_is_work_time(const struct calendar *cal, int64_t at_us) {
    int64_t local = local_of(cal, at_us);
    int64_t minute = local % DAY_US / MINUTE_US;

    for (size_t i = 0; i < cal->hours.slot_count; i++) {
        const struct calendar_slot *slot = &cal->hours.slots[i];

        if (minute >= slot->from_minute && minute < slot->to_minute) {
            return set_has(&cal->works, local / DAY_US);
        }
    }
    return false;
}

int64_t calendar_next_work_us(const struct calendar *cal, int64_t at_us) {
    /* the next microsecond of working time ends one microsecond after it begins */
    return calendar_is_work_time(cal, at_us) ? at_us : calendar_add_work_us(cal, at_us, 1) - 1;
}

int64_t calendar_closing_us(const struct calendar *cal, int64_t day) {
    const struct calendar_slot *last = &cal->hours.slots[cal->hours.slot_count - 1];

    return calendar_day_start_us(cal, day) + last->to_minute * MINUTE_US;
}

/* Working time from 1970 to a local instant. */
static int64_t work_until(const struct calendar *cal, int64_t local_us) {
    int64_t day = local_us / DAY_US;
    int64_t within = local_us % DAY_US;
    int64_t work = set_rank(&cal->works, day) * cal->day_us;

    if (!set_has(&cal->works, day)) {
        return work;
    }
    for (size_t i = 0; i < cal->hours.slot_count; i++) {
        int64_t from = cal->hours.slots[i].from_minute * MINUTE_US;
        int64_t to = cal->hours.slots[i].to_minute * MINUTE_US;

        work += clamp(within, from, to) - from;
    }
    return work;
}

/* The first local instant with `work_us` of working time before it. */
static int64_t local_at_work(const struct calendar *cal, int64_t work_us) {
    int64_t day;
    int64_t left;

    if (work_us <= 0) {
        return 0;
    }
    day = set_select(&cal->works, (work_us - 1) / cal->day_us);
    left = (work_us - 1) % cal->day_us + 1;
    for (size_t i = 0; i < cal->hours.slot_count && day < DAYS; i++) {
        int64_t from = cal->hours.slots[i].from_minute * MINUTE_US;
        int64_t length = cal->hours.slots[i].to_minute * MINUTE_US - from;

        if (left <= length) {
            return day * DAY_US + from + left;
        }
        left -= length;
    }
    return DAYS * DAY_US;
}

int64_t calendar_work_us(const struct calendar *cal, int64_t from_us, int64_t to_us) {
    return work_until(cal, local_of(cal, to_us)) - work_until(cal, local_of(cal, from_us));
}

int64_t calendar_add_work_us(const struct calendar *cal, int64_t from_us, int64_t work_us) {
    int64_t all = DAYS * DAY_US;
    int64_t target = work_until(cal, local_of(cal, from_us)) + clamp(work_us, -all, all);

    return work_us == 0 ? from_us : instant_of(cal, local_at_work(cal, target));
}
