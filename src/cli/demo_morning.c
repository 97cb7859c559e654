/* SPDX-License-Identifier: Apache-2.0 */
/* The present: cases of the last days, drawn until each thing that a morning brings is there,
 * whatever day and hour it is. What a real street finds at eight: what is not called yet, due
 * today, late, done again, from the night, waiting for the leader, and something on every desk.
 */
#include "cli/demo.h"

#include "base/time_text.h"

enum { TRIES = 4000, FOCUS_WEIGHT = 100, FOCUS_TASKS = 5 };

enum wanted {
    WANT_STATE,
    WANT_NOT_CONTACTED,
    WANT_DUE_TODAY,
    WANT_LATE,
    WANT_REDO,
    WANT_NIGHT,
    WANT_LEADER,
    WANT_FOLLOW_UP,
    WANT_SAME,
};

struct want {
    enum wanted what;
    enum state state;     /* WANT_STATE */
    enum channel channel; /* NONE = any */
    int hours;            /* how far back it may have come in */
    int count;
    bool is_focused; /* in the communities whose grid workers have most to do */
};

static const struct want wants[] = {
    {WANT_STATE, STATE_VERIFYING, CHANNEL_WEB, 1, 8, true},
    {WANT_STATE, STATE_TO_CHECK, CHANNEL_NONE, 72, 14, true},
    {WANT_NOT_CONTACTED, STATE_NONE, CHANNEL_NONE, 30, 8, false},
    {WANT_DUE_TODAY, STATE_NONE, CHANNEL_HOTLINE, 120, 10, false},
    {WANT_LATE, STATE_NONE, CHANNEL_NONE, 400, 7, false},
    {WANT_REDO, STATE_NONE, CHANNEL_NONE, 300, 6, false},
    {WANT_NIGHT, STATE_NONE, CHANNEL_NONE, 24, 6, false},
    {WANT_LEADER, STATE_NONE, CHANNEL_NONE, 200, 4, false},
    {WANT_FOLLOW_UP, STATE_NONE, CHANNEL_HOTLINE, 300, 4, false},
    {WANT_STATE, STATE_VERIFIED, CHANNEL_WEB, 3, 3, false},
    {WANT_STATE, STATE_REPORTED, CHANNEL_NONE, 20, 5, false},
    {WANT_STATE, STATE_TO_DISPATCH, CHANNEL_NONE, 30, 4, false},
    {WANT_STATE, STATE_TO_SIGN, CHANNEL_NONE, 30, 5, false},
    {WANT_STATE, STATE_HANDLING, CHANNEL_NONE, 100, 6, false},
    {WANT_STATE, STATE_TO_CLOSE, CHANNEL_NONE, 80, 6, false},
    {WANT_STATE, STATE_DECLINED, CHANNEL_NONE, 100, 2, false},
    {WANT_SAME, STATE_NONE, CHANNEL_WEB, 1, 3,
     false}, /* behind all others: the same as one of them */
};

enum { WANTS = sizeof wants / sizeof wants[0] };

/* ---- does it fit? */

/* The communities with the most cases, and those that the map covers: their grid workers are worth
 * trying. */
static bool is_focus(const struct demo_world *w, int64_t community) {
    int weight = 0;
    bool has_map = false;

    for (size_t i = 0; community > 0 && i < w->town->place_count; i++) {
        const struct place *p = &w->town->places[i];

        if (town_is_within(w->town, p->id, community)) {
            weight += w->estate_weight[i];
            has_map = has_map || (p->level == LEVEL_GRID && p->polygon.n > 0);
        }
    }
    return has_map || weight >= FOCUS_WEIGHT;
}

static bool is_open(const struct demo_case *c) {
    return TERM_HAS(STATES_OPEN, c->state);
}

/* Has its grid worker enough to do already? */
static bool has_enough(const struct demo_case *c, struct demo_case *const *cases, size_t made) {
    int tasks = 0;

    for (size_t i = 0; i < made; i++) {
        tasks += cases[i]->community == c->community &&
                 (cases[i]->state == STATE_VERIFYING || cases[i]->state == STATE_TO_CHECK);
    }
    return tasks >= FOCUS_TASKS;
}

static bool fits(const struct demo_world *w, const struct want *want, const struct demo_case *c) {
    bool is_handling = c->state == STATE_HANDLING;

    switch (want->what) {
    case WANT_NOT_CONTACTED:
        return is_open(c) && !c->is_contacted;
    case WANT_DUE_TODAY:
        return is_handling && c->due_at > w->now;
    case WANT_LATE:
        return is_handling && c->due_at < w->now && c->due_at > w->now - 4 * DAY_US;
    case WANT_REDO:
        return is_handling && c->reworks > 0 && c->due_at > w->now;
    case WANT_NIGHT:
        return is_open(c) && (demo_hour(c->at) >= 20 || demo_hour(c->at) < 8);
    case WANT_LEADER:
        return is_open(c) && c->leader_waits;
    case WANT_FOLLOW_UP:
        return c->state == STATE_FOLLOW_UP;
    default:
        return c->state == want->state;
    }
}

/* ---- making them */

/* When something that is due today is due: at noon, at the close of business or tonight, whichever
 * is still to come. */
static int64_t due_today(struct demo_world *w) {
    static const int hours[] = {12, 17, 17, 18, 21};
    int64_t day = (w->now + CHINA_OFFSET_MINUTES * MINUTE_US) / DAY_US * DAY_US -
                  CHINA_OFFSET_MINUTES * MINUTE_US;
    int64_t due = day + hours[demo_draw(w, sizeof hours / sizeof hours[0])] * HOUR_US;

    return due > w->now + 30 * MINUTE_US ? due : day + DAY_US - MINUTE_US;
}

static int64_t came_in(struct demo_world *w, const struct want *want) {
    for (;;) {
        int64_t at = w->now - demo_between(w, MINUTE_US, want->hours * HOUR_US);
        int hour = demo_hour(at);

        if ((hour >= 7 && hour < 22) || want->hours < 4 || want->what == WANT_NIGHT ||
            demo_chance(w, 12)) {
            return at;
        }
    }
}

static struct demo_case *draw(struct demo_world *w, const struct want *want,
                              struct demo_case *const *cases, size_t made) {
    struct demo_wish wish = {
        .channel = want->channel,
        .late = want->what == WANT_LATE,
        .redone = want->what == WANT_REDO,
        .ask_leader = want->what == WANT_LEADER,
        .rated_badly = want->what == WANT_FOLLOW_UP,
    };

    for (int i = 0; i < TRIES; i++) {
        struct arena_mark mark = arena_mark(w->arena);
        struct demo_case *c;

        if (want->what == WANT_SAME) {
            w->earlier = cases;
            w->earlier_count = made;
            c = demo_case_unseen(w, came_in(w, want));
            w->earlier_count = 0;
            return c;
        }
        wish.external_due_at = want->what == WANT_DUE_TODAY ? due_today(w) : 0;
        c = demo_case_at(w, came_in(w, want), &wish);
        if (c->at < w->now && fits(w, want, c) &&
            (!want->is_focused || (is_focus(w, c->community) && !has_enough(c, cases, made)))) {
            return c;
        }
        arena_rewind(w->arena, mark);
    }
    return NULL;
}

size_t demo_morning(struct demo_world *w, struct demo_case **cases, size_t most) {
    int all = 0;
    size_t made = 0;

    for (size_t i = 0; i < WANTS; i++) {
        all += wants[i].count;
    }
    for (size_t i = 0; i < WANTS; i++) {
        size_t wanted = (size_t)all <= most
                            ? (size_t)wants[i].count
                            : ((size_t)wants[i].count * most + (size_t)all - 1) / (size_t)all;

        for (size_t k = 0; k < wanted && made < most; k++) {
            struct demo_case *c = draw(w, &wants[i], cases, made);

            if (c != NULL) {
                cases[made++] = c;
            }
        }
    }
    return made;
}
