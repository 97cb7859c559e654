/* SPDX-License-Identifier: Apache-2.0 */
/* The handling unit's part of a story: sign for, return, handle, and the check of the result. */
#include "cli/demo_story.h"

/* ---- who acts for the unit */

/* A unit with accounts does it itself; one without by its link, or the desk does it after a call.
 */
static struct demo_act *act_of_unit(struct story *s, enum step step, enum state after,
                                    int64_t link_per_cent) {
    const struct account *own = demo_handler(s->w, s->unit);
    bool by_link = own == NULL && demo_chance(s->w, link_per_cent);
    const struct account *who = own != NULL ? own
                                : by_link   ? NULL
                                            : story_duty(s, s->w->dispatchers);
    struct demo_act *a = story_act(s, step, who, after);

    if (who != NULL && own == NULL && a != &s->scrap) {
        a->person = demo_person_name(s->w);
    }
    return a;
}

void story_sign(struct story *s) {
    struct demo_act *a;

    if (s->c->state == STATE_HANDLING || s->is_over) {
        return;
    }
    story_pass(s, 4, s->runs_through ? 40 : 150);
    if (demo_is_night(s->w, s->at)) {
        const struct account *shift = demo_night_shift(s->w, s->at);

        a = story_act(s, STEP_SIGN_FOR, shift, STATE_HANDLING);
        if (a != &s->scrap && shift->unit != s->unit->id) {
            a->person = demo_person_name(s->w);
            story_write(s, a, REPLY_ON_BEHALF);
        }
        return;
    }
    act_of_unit(s, STEP_SIGN_FOR, STATE_HANDLING, 80);
}

void story_bounce(struct story *s) {
    struct demo_act *a;

    story_pass(s, 15, 180);
    a = story_act(s, STEP_BOUNCE, demo_handler(s->w, s->unit), STATE_TO_DISPATCH);
    story_write(s, a, REPLY_BOUNCE);
}

/* ---- how long it takes */

static bool counts_work_time(const struct story *s) {
    return !limit_runs_through(s->c->condition->limit.unit);
}

/* So many per cent of the time between two instants, of working time where the limit counts that.
 */
static int64_t part_of(const struct story *s, int64_t from, int64_t to, int64_t per_cent) {
    const struct calendar *cal = s->w->town->calendar;
    int64_t work = calendar_work_us(cal, from, to);

    if (counts_work_time(s) && work > 10 * MINUTE_US) {
        return calendar_add_work_us(cal, calendar_next_work_us(cal, from), work / 100 * per_cent);
    }
    return from + (to - from) / 100 * per_cent;
}

static int64_t handling_ends(struct story *s) {
    const struct limit *l = &s->c->condition->limit;
    int64_t whole = limit_time_us(l->amount, l->unit);

    if (!s->will_be_late && s->due > s->at + 2 * MINUTE_US) {
        return part_of(s, s->at, s->due, demo_between(s->w, 12, 94));
    }
    s->will_be_late = false; /* once is enough for a case */
    if (counts_work_time(s)) {
        return calendar_add_work_us(
            s->w->town->calendar, calendar_next_work_us(s->w->town->calendar, s->due),
            whole / 100 * demo_between(s->w, 8, 45) + demo_between(s->w, 20, 90) * MINUTE_US);
    }
    return (s->due > s->at ? s->due : s->at) + whole / 100 * demo_between(s->w, 10, 80) +
           demo_between(s->w, 5, 40) * MINUTE_US;
}

/* ---- what is written down meanwhile */

static void note(struct story *s, const struct account *who, enum demo_reply_kind kind) {
    struct demo_act *a;

    if (who == NULL) {
        return;
    }
    a = story_act(s, STEP_NOTE, who, STATE_NONE);
    a->is_public = kind == REPLY_NOTE_PUBLIC;
    story_write(s, a, kind);
}

/* Assisting units with accounts say when their part is done. */
static void assist(struct story *s) {
    for (size_t i = 0; s->has_assists && i < s->c->assist_count && demo_chance(s->w, 40); i++) {
        const struct account *who = demo_handler(s->w, s->c->assists[i]);

        if (who != NULL && s->c->assists[i] != s->unit) {
            struct demo_act *a = story_act(s, STEP_NOTE, who, STATE_NONE);

            a->done = true;
            s->has_assists = false;
            story_write(s, a, REPLY_NOTE);
            return;
        }
    }
}

static void ask_leader(struct story *s, int64_t until) {
    struct demo_act *a = story_act(s, STEP_NOTE, story_duty(s, s->w->dispatchers), STATE_NONE);

    a->ask_leader = true;
    story_write(s, a, REPLY_ASK_LEADER);
    s->c->leader_waits = !s->is_over;
    story_wait_work(s, 60, 700);
    s->at = s->at < until ? s->at : until - MINUTE_US;
    a = story_act(s, STEP_NOTE, demo_anyone(s->w, s->w->leaders), STATE_NONE);
    a->instruct = true;
    story_write(s, a, REPLY_INSTRUCT);
    s->c->leader_waits = s->c->leader_waits && s->is_over;
}

static void meanwhile(struct story *s, int64_t until) {
    int64_t from = s->at;
    const struct account *own = demo_handler(s->w, s->unit);

    if (until - from < 20 * MINUTE_US) {
        return;
    }
    s->at = part_of(s, from, until, demo_between(s->w, 20, 40));
    if (demo_chance(s->w, 14)) {
        note(s, own == NULL ? story_duty(s, s->w->dispatchers) : own,
             demo_chance(s->w, 30) ? REPLY_NOTE_PUBLIC : REPLY_NOTE);
    }
    s->at = part_of(s, from, until, demo_between(s->w, 45, 55));
    assist(s);
    if (until - from > DAY_US && (s->wish->ask_leader || demo_draw(s->w, 1000) < 12)) {
        ask_leader(s, until);
    }
}

/* ---- the handling itself */

static void check(struct story *s, bool pass) {
    bool is_matter = str_is(s->c->report.procedure, "city-matter");
    const struct account *who = demo_grid_worker(s->w, s->c->community);
    struct demo_act *a;

    story_pass(s, 15, s->runs_through ? 170 : 300);
    if (s->c->community == 0) {
        who = demo_night_shift(s->w, s->at);
    } else if (who == NULL || demo_chance(s->w, 40)) {
        who = is_matter ? demo_anyone(s->w, s->w->inspectors) : story_duty(s, s->w->acceptors);
    }
    a = story_act(s, STEP_CHECK, who, pass ? STATE_TO_CLOSE : STATE_HANDLING);
    a->yes = pass;
    story_write(s, a, pass ? REPLY_CHECK : REPLY_REWORK);
}

static void handle_once(struct story *s) {
    struct demo_act *a;
    int64_t end = handling_ends(s);

    meanwhile(s, end);
    s->at = end > s->at ? end : s->at;
    a = act_of_unit(s, STEP_HANDLE, STATE_TO_CHECK, 80);
    a->outcome = s->outcome;
    story_write(s, a, REPLY_HANDLE);
}

void story_handle(struct story *s) {
    handle_once(s);
    if (s->will_be_redone && !s->is_over) {
        const struct limit *l = &s->c->condition->limit;

        s->will_be_redone = false;
        check(s, false);
        s->due = s->c->report.external_due_at > s->at
                     ? s->c->report.external_due_at
                     : limit_deadline(s->w->town->calendar, l->unit, s->at,
                                      limit_time_us(l->amount, l->unit))
                           .due_at;
        s->c->reworks += !s->is_over;
        s->c->due_at = s->is_over ? s->c->due_at : s->due;
        handle_once(s);
    }
    check(s, true);
}
