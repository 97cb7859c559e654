/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/day.h"

#include "base/time_text.h"
#include "engine/ledger/ledger.h"

#include <inttypes.h>

static bool refuse(struct decide *d, const struct root_day *day, struct err *err) {
    return fail1(err, E_DAY, "", root_date(d->arena, day->day));
}

static bool decide_close(struct decide *d, const void *input, struct err *err) {
    const struct root_day *day = input;
    struct root_day before;
    int64_t last;
    struct event *e;

    if (!root_newest(d->store, d->arena, d->office, &before, err) ||
        !root_last_before(d->store, d->office, day->until_at, &last, err)) {
        return false;
    }
    if (day->office != d->office || d->now < day->until_at || last != day->last ||
        day->first != before.last + 1 ||
        (before.day != 0 &&
         (root_day_after(before.day) != day->day || before.until_at + DAY_US != day->until_at))) {
        return refuse(d, day, err);
    }
    e = decide_emit(d, "day.closed/1");
    event_add_int(e, "day", day->day);
    event_add_int(e, "until_at", day->until_at);
    event_add_int(e, "first", day->first);
    event_add_int(e, "last", day->last);
    event_add_text(e, "root", day->root);
    event_add_text(e, "sent", day->sent);
    return true;
}

bool day_closed_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_INSERT);

    (void)a;
    stmt_bind_int(q, 1, e->office);
    stmt_bind_int(q, 2, event_int(e, "day", 0));
    stmt_bind_int(q, 3, event_int(e, "until_at", 0));
    stmt_bind_int(q, 4, event_int(e, "first", 0));
    stmt_bind_int(q, 5, event_int(e, "last", 0));
    stmt_bind_text(q, 6, event_text(e, "root"));
    stmt_bind_int(q, 7, e->number);
    return stmt_run_one(q, err);
}

static int64_t day_of(int64_t at, int offset_minutes) {
    struct civil c = civil_from_us(at, offset_minutes);

    return c.year * 10000 + c.month * 100 + c.day;
}

/* Midnight at the beginning of the day of `at`. */
static int64_t midnight(int64_t at, int offset_minutes) {
    struct civil c = civil_from_us(at, offset_minutes);

    c.hour = c.minute = c.second = 0;
    return us_from_civil(c, offset_minutes);
}

bool day_next(struct store *s, struct arena *a, int64_t office, int offset_minutes, int64_t now,
              struct root_day *day, struct err *err) {
    struct root_day before;
    struct ledger_head head;
    int64_t today = midnight(now, offset_minutes);

    *day = (struct root_day){.office = office};
    if (!root_newest(s, a, office, &before, err) || !ledger_head(s, office, &head, err) ||
        !root_last_before(s, office, today, &day->last, err)) {
        return false;
    }
    if (before.day != 0) {
        day->day = root_day_after(before.day);
        day->until_at = before.until_at + DAY_US;
    } else if (head.number > 0) {
        day->until_at = day->last > 0 ? today : today + DAY_US;
        day->day = day_of(day->until_at - 1, offset_minutes);
    }
    day->first = before.last + 1;
    return day->until_at > now || day->until_at == today ||
           root_last_before(s, office, day->until_at, &day->last, err);
}

const struct command_row day_close = {.name = "day.close", .decide = decide_close};
