/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/foreign.h"

#include "base/time_text.h"

enum { START_STRIDE = 5 };

static struct str time_of(const struct decide *d, int64_t at) {
    const struct office *o = town_office(d->town, d->office);

    return time_write(d->arena, at, o == NULL ? CHINA_OFFSET_MINUTES : o->offset_minutes);
}

static bool check_closing(const struct decide *d, int64_t closed_at, struct err *err) {
    if (closed_at < d->at) {
        return fail2(err, E_CLOSED_EARLY, "closed_at", time_of(d, closed_at), time_of(d, d->at));
    }
    return closed_at <= d->now || fail1(err, E_FUTURE, "closed_at", time_of(d, closed_at));
}

/* The clocks that the report has just started are the first of the case; the closing stops them
 * all. */
static void stop_clocks(const struct event *reported, struct event *closed) {
    const struct event_field *start = event_find(reported, "start");
    int64_t numbers[LIMIT_CLOCKS_PER_CASE];
    size_t count = start == NULL ? 0 : start->count / START_STRIDE;

    for (size_t i = 0; i < count; i++) {
        numbers[i] = (int64_t)i + 1;
    }
    if (count > 0) {
        event_add_list(closed, "stop", numbers, count);
    }
}

static bool decide_import(struct decide *d, const void *input, struct err *err) {
    const struct case_foreign *f = input;
    const struct event *reported;
    struct event *closed;
    int64_t id;

    if (!d->actor.may_backdate) {
        return fail1(err, E_FORBIDDEN, "", STR("backdate"));
    }
    if ((f->closed_at > 0 && !check_closing(d, f->closed_at, err)) ||
        !case_report.decide(d, &f->report, err)) {
        return false;
    }
    if (f->closed_at == 0) {
        return true;
    }
    reported = d->events[0];
    id = event_int(reported, "case", 0);
    closed = decide_emit(d, "case.closed/1");
    closed->at = f->closed_at;
    event_add_int(closed, "case", id);
    event_add_text(closed, "state", term_code(TERMS_STATE, STATE_CLOSED));
    event_add_text(
        closed, "outcome",
        term_code(TERMS_OUTCOME, (int)(f->outcome == OUTCOME_NONE ? OUTCOME_SOLVED : f->outcome)));
    event_add_int(closed, "day", civil_day(d->town, d->office, f->closed_at));
    event_add_int(closed, "public", 1);
    stop_clocks(reported, closed);
    decide_words(d, closed, "answer", id, f->answer, event_int(reported, "community", 0));
    return true;
}

const struct command_row case_import = {.name = "case.import", .decide = decide_import};
