/* SPDX-License-Identifier: Apache-2.0 */
#include "base/source.h"
#include "base/time_text.h"
#include "engine/query/filter_keys.h"

enum { DAYS_MAX = 3660, YEAR_MIN = 1970, YEAR_MAX = 9999 };

/* Civil days since 1970-01-01, half open. */
struct days {
    int64_t from;
    int64_t to;
};

struct span {
    int64_t from;     /* UTC microseconds; INT64_MIN = open */
    int64_t to;       /* the first instant outside; INT64_MAX = open */
    struct str text;  /* canonical, English */
    bool is_relative; /* it moves with the day that it is read on */
};

enum unit_of_time { OF_DAY, OF_WEEK, OF_MONTH, OF_YEAR };

static const struct {
    struct str zh;
    struct str en;
    enum unit_of_time unit;
    int shift; /* units from now */
} words[] = {
    {STR_INIT("今天"), STR_INIT("today"), OF_DAY, 0},
    {STR_INIT("昨天"), STR_INIT("yesterday"), OF_DAY, -1},
    {STR_INIT("明天"), STR_INIT("tomorrow"), OF_DAY, 1},
    {STR_INIT("本周"), STR_INIT("this-week"), OF_WEEK, 0},
    {STR_INIT("上周"), STR_INIT("last-week"), OF_WEEK, -1},
    {STR_INIT("本月"), STR_INIT("this-month"), OF_MONTH, 0},
    {STR_INIT("上月"), STR_INIT("last-month"), OF_MONTH, -1},
    {STR_INIT("今年"), STR_INIT("this-year"), OF_YEAR, 0},
    {STR_INIT("去年"), STR_INIT("last-year"), OF_YEAR, -1},
};

static const struct {
    struct str before;
    struct str behind;
    int direction;
} forms[] = {
    {STR_INIT("last-"), STR_INIT("-days"), -1},
    {STR_INIT("近"), STR_INIT("天"), -1},
    {STR_INIT("next-"), STR_INIT("-days"), 1},
    {STR_INIT("未来"), STR_INIT("天"), 1},
};

/* The night that ended, or ends, this morning: the hours of `night`. */
static const struct str last_night[] = {STR_INIT("last-night"), STR_INIT("昨夜")};
enum { NIGHT_FROM_HOUR = 20, NIGHT_TO_HOUR = 8 };

static const struct str now_words[] = {STR_INIT("now"), STR_INIT("现在")};
static const struct str range_marks[] = {STR_INIT(".."), STR_INIT("至")};

/* What may stand behind a year, a month, a day. */
static const struct str year_marks[2] = {STR_INIT("-"), STR_INIT("年")};
static const struct str month_marks[2] = {STR_INIT("-"), STR_INIT("月")};
static const struct str day_marks[2] = {STR_INIT("日"), STR_INIT("号")};

static int64_t day_of(struct filter_clock clock, int64_t us) {
    int64_t local = us + clock.offset_minutes * MINUTE_US;

    return local / DAY_US - (local % DAY_US < 0);
}

static int64_t us_of(struct filter_clock clock, int64_t day) {
    return day * DAY_US - clock.offset_minutes * MINUTE_US;
}

/* Months are counted from year 0, so that shifting needs no carry. */
static struct days months(int from, int count) {
    return (struct days){days_from_civil(from / 12, from % 12 + 1, 1),
                         days_from_civil((from + count) / 12, (from + count) % 12 + 1, 1)};
}

static struct days shifted(struct filter_clock clock, enum unit_of_time unit, int shift) {
    struct civil now = civil_from_us(clock.as_of, clock.offset_minutes);
    int64_t today = day_of(clock, clock.as_of);
    int64_t monday = today - (today + 3) % 7; /* 1970-01-01 was a Thursday */

    switch (unit) {
    case OF_DAY:
        return (struct days){today + shift, today + shift + 1};
    case OF_WEEK:
        return (struct days){monday + 7L * shift, monday + 7L * (shift + 1)};
    case OF_MONTH:
        return months(now.year * 12 + now.month - 1 + shift, 1);
    default:
        return months((now.year + shift) * 12, 12);
    }
}

/* "last-7-days", "近7天", "next-3-days", "未来3天": today is one of them. */
static bool read_count(struct arena *a, struct str word, struct filter_clock clock,
                       struct days *out, struct str *text) {
    int64_t today = day_of(clock, clock.as_of);
    int64_t n;

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (word.n <= forms[i].before.n + forms[i].behind.n || !str_starts(word, forms[i].before) ||
            !str_ends(word, forms[i].behind) ||
            !str_to_int(str_slice(word, forms[i].before.n, word.n - forms[i].behind.n), &n) ||
            n < 1 || n > DAYS_MAX) {
            continue;
        }
        *out = forms[i].direction < 0 ? (struct days){today - n + 1, today + 1}
                                      : (struct days){today, today + n};
        *text = arena_format(a, "%s-%d-days", forms[i].direction < 0 ? "last" : "next", (int)n);
        return true;
    }
    return false;
}

/* One number and the mark behind it; the mark may only be missing at the end. */
static bool read_part(struct str *rest, size_t digits, const struct str marks[2], int *out) {
    size_t n = 0;

    *out = 0;
    while (n < rest->n && n < digits && rest->p[n] >= '0' && rest->p[n] <= '9') {
        *out = *out * 10 + (rest->p[n++] - '0');
    }
    *rest = str_slice(*rest, n, rest->n);
    for (int i = 0; i < 2; i++) {
        if (rest->n > 0 && str_starts(*rest, marks[i])) {
            *rest = str_slice(*rest, marks[i].n, rest->n);
            return n > 0 && (i == 1 || rest->n > 0);
        }
    }
    return n > 0 && rest->n == 0;
}

/* 2026, 2026-10, 2026-10-01, 2026年10月1日. */
static bool read_civil(struct str word, struct days *out) {
    struct str rest = word;
    struct civil back;
    int year;
    int month = 0;
    int day = 0;

    if (word.n < 4 || !read_part(&rest, 4, year_marks, &year) || year < YEAR_MIN ||
        year >= YEAR_MAX) {
        return false;
    }
    if (rest.n > 0 && (!read_part(&rest, 2, month_marks, &month) || month < 1 || month > 12)) {
        return false;
    }
    if (rest.n > 0 && (!read_part(&rest, 2, day_marks, &day) || day < 1)) {
        return false;
    }
    if (rest.n > 0) {
        return false;
    }
    if (day == 0) {
        *out = month == 0 ? months(year * 12, 12) : months(year * 12 + month - 1, 1);
        return true;
    }
    out->from = days_from_civil(year, month, day);
    out->to = out->from + 1;
    back = civil_from_us(out->from * DAY_US, 0);
    return back.month == month && back.day == day;
}

/* Days that move with the clock: a word, or so many of them. */
static bool read_relative(struct arena *a, struct str word, struct filter_clock clock,
                          struct days *out, struct str *text) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_eq(words[i].zh, word) || filter_same_word(words[i].en, word)) {
            *out = shifted(clock, words[i].unit, words[i].shift);
            *text = words[i].en;
            return true;
        }
    }
    return read_count(a, word, clock, out, text);
}

static struct str write_point(struct arena *a, struct filter_clock clock, int64_t us,
                              bool is_last) {
    if (us == INT64_MIN || us == INT64_MAX) {
        return (struct str){0};
    }
    if (us_of(clock, day_of(clock, us)) != us) {
        return time_write(a, us, clock.offset_minutes);
    }
    return date_write(a, is_last ? us - DAY_US : us, clock.offset_minutes);
}

/* The shortest text of figures that means the same span. */
static struct str write_fixed(struct arena *a, struct filter_clock clock, struct span span) {
    struct str first = write_point(a, clock, span.from, false);
    struct str last = write_point(a, clock, span.to, true);
    struct days days;

    if (str_eq(first, last)) {
        return first;
    }
    for (size_t n = 7; first.n == 10 && last.n == 10 && n >= 4;
         n -= 3) { /* a whole month, a whole year */
        if (read_civil(str_slice(first, 0, n), &days) && us_of(clock, days.from) == span.from &&
            us_of(clock, days.to) == span.to) {
            return str_slice(first, 0, n);
        }
    }
    return arena_format(a, "%.*s..%.*s", STR_ARG(first), STR_ARG(last));
}

/* A day, an instant or "now": from where it begins to where it ends. */
static bool read_point(struct arena *a, struct str word, struct filter_clock clock,
                       struct span *out) {
    struct days days;

    *out = (struct span){.text = word};
    if (filter_same_word(now_words[0], word) || str_eq(now_words[1], word)) {
        *out = (struct span){clock.as_of, clock.as_of, now_words[0], true};
        return true;
    }
    if (filter_same_word(last_night[0], word) || str_eq(last_night[1], word)) {
        int64_t midnight = us_of(clock, day_of(clock, clock.as_of));

        *out = (struct span){midnight - (24 - NIGHT_FROM_HOUR) * HOUR_US,
                             midnight + NIGHT_TO_HOUR * HOUR_US, last_night[0], true};
        return true;
    }
    out->is_relative = read_relative(a, word, clock, &days, &out->text);
    if (out->is_relative || read_civil(word, &days)) {
        out->from = us_of(clock, days.from);
        out->to = us_of(clock, days.to);
        out->text = out->is_relative ? out->text : write_fixed(a, clock, *out);
        return true;
    }
    if (str_find(word, STR("T")) == 10 && time_read(word, clock.offset_minutes, &out->from)) {
        out->to = out->from;
        return true;
    }
    return false;
}

static bool read_range(struct arena *a, struct str word, struct filter_clock clock,
                       struct span *out) {
    const struct str *mark =
        str_find(word, range_marks[0]) >= 0 ? &range_marks[0] : &range_marks[1];
    ptrdiff_t at = str_find(word, *mark);
    struct span first = {.from = INT64_MIN};
    struct span last = {.to = INT64_MAX};
    struct str first_word;
    struct str last_word;

    if (at < 0) {
        return read_point(a, word, clock, out);
    }
    first_word = str_slice(word, 0, (size_t)at);
    last_word = str_slice(word, (size_t)at + mark->n, word.n);
    if ((first_word.n == 0 && last_word.n == 0) ||
        (first_word.n > 0 && !read_point(a, first_word, clock, &first)) ||
        (last_word.n > 0 && !read_point(a, last_word, clock, &last))) {
        return false;
    }
    *out = (struct span){
        .from = first.from, .to = last.to, .is_relative = first.is_relative || last.is_relative};
    out->text = arena_format(a, "%.*s..%.*s", STR_ARG(first.text), STR_ARG(last.text));
    return true;
}

bool filter_date_parse(struct arena *a, struct str word, struct filter_clock clock,
                       struct filter_value *out) {
    struct span span;

    if (!read_range(a, word, clock, &span) || span.from >= span.to) {
        return false;
    }
    *out = (struct filter_value){.kind = FILTER_IS_RANGE, .from = span.from, .to = span.to};
    out->fixed = write_fixed(a, clock, span);
    out->text = span.is_relative ? arena_str(a, span.text) : out->fixed;
    return true;
}
