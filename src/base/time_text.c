/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time_text.h"

#include "base/source.h"

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

/* Civil calendar arithmetic after Howard Hinnant's published formulas. */
int64_t days_from_civil(int year, int month, int day) {
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

struct civil civil_from_us(int64_t utc_us, int offset_minutes) {
    int64_t local = utc_us + offset_minutes * MINUTE_US;
    int64_t days = floor_div(local, DAY_US);
    int64_t second = (local - days * DAY_US) / SECOND_US;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);

    return (struct civil){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .hour = (int)(second / 3600),
        .minute = (int)(second / 60 % 60),
        .second = (int)(second % 60),
    };
}

int64_t us_from_civil(struct civil c, int offset_minutes) {
    int64_t days = days_from_civil(c.year, c.month, c.day);

    return days * DAY_US + (c.hour * 3600LL + c.minute * 60LL + c.second) * SECOND_US -
           offset_minutes * MINUTE_US;
}

enum { DATE_BYTES = 10, TIME_BYTES = 25 };

/* A sign, then so many figures. Lists and maps write thousands of times in an answer: printf was a
 * third of their cost. */
static char *put_figures(char *to, char sign, int value, int figures) {
    *to = sign;
    for (int i = figures; i > 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + 1 + figures;
}

static char *put_date(char *to, struct civil c) {
    for (int i = 3; i >= 0; i--) {
        to[i] = (char)('0' + c.year % 10);
        c.year /= 10;
    }
    return put_figures(put_figures(to + 4, '-', c.month, 2), '-', c.day, 2);
}

static bool has_four_figures(struct civil c) {
    return c.year >= 0 && c.year <= 9999;
}

struct str time_write(struct arena *a, int64_t utc_us, int offset_minutes) {
    struct civil c = civil_from_us(utc_us, offset_minutes);
    int minutes = offset_minutes < 0 ? -offset_minutes : offset_minutes;
    char *text;
    char *to;

    if (utc_us == 0) {
        return (struct str){0};
    }
    if (!has_four_figures(c)) { /* of no calendar; written all the same */
        return arena_format(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day,
                            c.hour, c.minute, c.second, offset_minutes < 0 ? '-' : '+',
                            minutes / 60, minutes % 60);
    }
    text = arena_bytes(a, TIME_BYTES + 1);
    to = put_figures(put_date(text, c), 'T', c.hour, 2);
    to = put_figures(put_figures(to, ':', c.minute, 2), ':', c.second, 2);
    to = put_figures(to, offset_minutes < 0 ? '-' : '+', minutes / 60, 2);
    *put_figures(to, ':', minutes % 60, 2) = '\0';
    return (struct str){text, TIME_BYTES};
}

struct str date_write(struct arena *a, int64_t utc_us, int offset_minutes) {
    struct civil c = civil_from_us(utc_us, offset_minutes);
    char *text;

    if (!has_four_figures(c)) {
        return arena_format(a, "%04d-%02d-%02d", c.year, c.month, c.day);
    }
    text = arena_bytes(a, DATE_BYTES + 1);
    *put_date(text, c) = '\0';
    return (struct str){text, DATE_BYTES};
}

static bool digits(struct str *rest, size_t least, size_t most, int *out) {
    size_t n = 0;

    *out = 0;
    while (n < rest->n && n < most && rest->p[n] >= '0' && rest->p[n] <= '9') {
        *out = *out * 10 + (rest->p[n] - '0');
        n++;
    }
    *rest = str_slice(*rest, n, rest->n);
    return n >= least;
}

static bool sign(struct str *rest, const char *any) {
    for (; rest->n > 0 && *any != '\0'; any++) {
        if (rest->p[0] == *any) {
            *rest = str_slice(*rest, 1, rest->n);
            return true;
        }
    }
    return false;
}

static bool is_civil(struct civil c) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;

    if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1) {
        return false;
    }
    return c.day <= lengths[c.month - 1] + (c.month == 2 && leap) && c.hour < 24 && c.minute < 60 &&
           c.second < 60;
}

static bool read_offset(struct str *rest, int *offset_minutes) {
    int hours;
    int minutes = 0;
    int factor = 1;

    if (sign(rest, "-")) {
        factor = -1;
    } else if (!sign(rest, "+ ")) {
        return false;
    }
    if (!digits(rest, 2, 2, &hours) || hours > 14) {
        return false;
    }
    (void)sign(rest, ":");
    if (rest->n > 0 && !digits(rest, 2, 2, &minutes)) {
        return false;
    }
    *offset_minutes = factor * (hours * 60 + minutes);
    return rest->n == 0 && minutes < 60;
}

bool time_read(struct str text, int offset_minutes, int64_t *utc_us) {
    struct civil c = {0};
    struct str rest = str_trim(text);
    int fraction;
    int zone = offset_minutes;

    if (!digits(&rest, 4, 4, &c.year) || !sign(&rest, "-/") || !digits(&rest, 1, 2, &c.month) ||
        !sign(&rest, "-/") || !digits(&rest, 1, 2, &c.day)) {
        return false;
    }
    if (rest.n > 0 && (!sign(&rest, "Tt ") || !digits(&rest, 1, 2, &c.hour) || !sign(&rest, ":") ||
                       !digits(&rest, 2, 2, &c.minute))) {
        return false;
    }
    if (sign(&rest, ":") && !digits(&rest, 2, 2, &c.second)) {
        return false;
    }
    if (sign(&rest, ".") && !digits(&rest, 1, 9, &fraction)) {
        return false;
    }
    if (rest.n > 0) {
        bool utc = rest.n == 1 && (rest.p[0] == 'Z' || rest.p[0] == 'z');

        if (utc) {
            zone = 0;
        } else if (!read_offset(&rest, &zone)) {
            return false;
        }
    }
    if (!is_civil(c)) {
        return false;
    }
    *utc_us = us_from_civil(c, zone);
    return true;
}
