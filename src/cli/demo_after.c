/* SPDX-License-Identifier: Apache-2.0 */
/* What comes after the closing: the reply copied into the system above, the reporter's rating, the
 * follow-up. */
#include "cli/demo_story.h"

/* How many of a channel's reporters rate, per cent: called back by the street, or by their link. */
static const int rates[CHANNEL_COUNT] = {
    [CHANNEL_WINDOW] = 80,    [CHANNEL_TELEPHONE] = 60, [CHANNEL_WEB] = 50,
    [CHANNEL_COMMUNITY] = 40, [CHANNEL_HOTLINE] = 72,   [CHANNEL_POLICE] = 20,
};

/* Of the bad grades that skew.csv draws so many per cent are kept: the others come with the cases
 * done again. */
enum { BAD_KEPT = 47, REDONE_AFTER_RATING = 45, SAYS_NOT_SOLVED = 70 };

static void copy_above(struct story *s) {
    struct demo_act *a;

    if (s->c->report.channel != CHANNEL_HOTLINE) {
        return;
    }
    story_wait_work(s, 4, 90);
    a = story_act(s, STEP_NOTE, story_duty(s, s->w->acceptors), STATE_NONE);
    a->filled_above = true;
    story_write(s, a, REPLY_FILLED_ABOVE);
}

static int draw_grade(struct story *s, bool badly) {
    int grade = (int)demo_pick(s->w, s->w->grade, GRADE_COUNT);

    while (badly ? grade > 2 : grade <= 2 && !demo_chance(s->w, BAD_KEPT)) {
        grade = (int)demo_pick(s->w, s->w->grade, GRADE_COUNT);
    }
    return grade;
}

/* People call and are called between nine and eight. */
static void wait_for_evening(struct story *s) {
    int hour;

    story_wait(s, 120, 60 * 60);
    hour = demo_hour(s->at);
    if (hour < 9 || hour >= 20) {
        s->at +=
            (hour < 9 ? 10 - hour : 34 - hour) * HOUR_US + demo_between(s->w, 0, 180) * MINUTE_US;
    }
}

static int rate(struct story *s, int grade, enum state after) {
    bool is_web = s->c->report.channel == CHANNEL_WEB;
    struct demo_act *a;

    wait_for_evening(s);
    a = story_act(s, STEP_RATE, is_web ? NULL : demo_anyone(s->w, s->w->acceptors), after);
    a->actor = is_web ? ACTOR_RESIDENT : a->actor;
    a->grade = grade;
    a->solved = grade > 2 || !demo_chance(s->w, SAYS_NOT_SOLVED) ? 1 : 2;
    story_write(s, a, (enum demo_reply_kind)(REPLY_RATE + grade - 1));
    return grade;
}

static void follow_up(struct story *s, bool redo) {
    struct demo_act *a;

    story_wait_work(s, 200, 1300);
    a = story_act(s, STEP_FOLLOW_UP, demo_anyone(s->w, s->w->dispatchers),
                  redo ? STATE_TO_DISPATCH : STATE_CLOSED);
    a->yes = redo;
    story_write(s, a, redo ? REPLY_FOLLOW_UP : REPLY_FOLLOW_UP_EXPLAIN);
    if (!redo || s->is_over) {
        return;
    }
    s->c->reworks++;
    s->will_be_redone = false;
    story_pass(s, 10, 60);
    story_dispatch(s, s->unit, false);
    story_sign(s);
    story_handle(s);
    s->is_told = true;
    story_close(s);
}

void story_after(struct story *s) {
    bool redo;

    copy_above(s);
    if (s->is_told) {
        return;
    }
    redo = s->unit != NULL && s->is_redone_after;
    if (redo || s->wish->rated_badly || demo_chance(s->w, rates[s->c->report.channel])) {
        int grade = draw_grade(s, redo || s->wish->rated_badly);

        if (rate(s, grade, grade <= 2 ? STATE_FOLLOW_UP : STATE_CLOSED) <= 2) {
            follow_up(s, redo);
        }
    }
}

/* What was bad the main case's own reporter has said. */
void story_after_twin(struct story *s) {
    int grade = draw_grade(s, false);

    copy_above(s);
    if (demo_chance(s->w, rates[s->c->report.channel])) {
        rate(s, grade < 3 ? 3 : grade, STATE_NONE);
    }
}

/* Will a check fail, or will the reporter say that it was not solved? Decided before the handling.
 */
void story_choose_redo(struct story *s) {
    bool redone = s->c->topic->redone > 0 && demo_chance(s->w, s->c->topic->redone);
    bool can_rate = rates[s->c->report.channel] > 0;

    s->is_redone_after = redone && can_rate && demo_chance(s->w, REDONE_AFTER_RATING);
    s->will_be_redone = s->wish->redone || (redone && !s->is_redone_after);
}
