/* SPDX-License-Identifier: Apache-2.0 */
/* base/time_text.h - times as text at the edges: RFC 3339 with the office's fixed offset, and civil
 * dates.
 *
 * Inside the house a time is UTC microseconds; China has one zone and no daylight saving, so an
 * offset is a number.
 */
#ifndef LINLI_BASE_TIME_TEXT_H
#define LINLI_BASE_TIME_TEXT_H

#include "base/arena.h"

enum { CHINA_OFFSET_MINUTES = 480 };

struct civil {
    int year;   /* 1970..9999 */
    int month;  /* 1..12 */
    int day;    /* 1..31 */
    int hour;   /* 0..23 */
    int minute; /* 0..59 */
    int second; /* 0..59 */
};

/* Days since 1970-01-01 and back (proleptic Gregorian). */
int64_t days_from_civil(int year, int month, int day);
struct civil civil_from_us(int64_t utc_us, int offset_minutes);
int64_t us_from_civil(struct civil c, int offset_minutes);

struct str time_write(struct arena *a, int64_t utc_us,
                      int offset_minutes); /* 2026-11-22T09:15:00+08:00; empty for 0 */
struct str date_write(struct arena *a, int64_t utc_us, int offset_minutes); /* 2026-11-22 */

/* RFC 3339 with any offset, a space instead of '+' tolerated (form encoding); also `2026-11-22
 * 09:15[:00]` and `2026-11-22`, `2026/11/22 09:15`, read with `offset_minutes`. false when it is
 * none of them. */
bool time_read(struct str text, int offset_minutes, int64_t *utc_us);

#endif
