/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's part of a story: verify, refuse, file, dispatch, call the reporter, close. */
#include "cli/demo_story.h"

#include "town/cases/case_place.h"
#include "town/cases/suggest.h"

#include <string.h>

/* ---- acts and time */

/* Who calls the reporter first: the section that leads, else the community, else the desk. */
static const struct account *caller(struct story *s) {
    const struct account *who = s->one != NULL ? s->one : demo_handler(s->w, s->unit);

    who = who == NULL ? demo_grid_worker(s->w, s->c->community) : who;
    return who == NULL ? story_duty(s, s->w->acceptors) : who;
}

static struct demo_act *append(struct story *s, enum step step, int64_t at,
                               const struct account *who, enum state after) {
    struct demo_act *a = &s->scrap;

    if (at > s->w->now || s->count == DEMO_ACTS) {
        s->is_over = true;
    }
    if (!s->is_over) {
        a = &s->acts[s->count++];
        s->c->state = after == STATE_NONE ? s->c->state : after;
    }
    *a = (struct demo_act){
        .at = at, .step = step, .who = who, .actor = who == NULL ? ACTOR_LINK : who->id};
    return a;
}

/* The call that is due before the next act; one in twelve is not answered and comes again. */
static void call_first(struct story *s, int64_t until) {
    while (s->contact_at > 0 && s->contact_at <= until && !s->is_over) {
        bool reached = !demo_chance(s->w, 8);
        struct demo_act *a = append(s, STEP_FIRST_CONTACT, s->contact_at, caller(s), STATE_NONE);

        a->yes = reached;
        story_write(s, a, reached ? REPLY_FIRST_CONTACT : REPLY_FIRST_CONTACT_NO);
        s->c->is_contacted = s->c->is_contacted || (reached && !s->is_over);
        s->contact_at = reached ? 0 : s->contact_at + demo_between(s->w, 90, 200) * MINUTE_US;
    }
}

struct demo_act *story_act(struct story *s, enum step step, const struct account *who,
                           enum state after) {
    call_first(s, s->at);
    if (step == STEP_CLOSE || step == STEP_DECLINE) {
        s->contact_at = 0;
    }
    return append(s, step, s->at, who, after);
}

void story_write(struct story *s, struct demo_act *a, enum demo_reply_kind kind) {
    if (a != &s->scrap) {
        a->text = demo_reply(s->w, s->c->topic, kind, s->c->where);
    }
}

void story_wait(struct story *s, int64_t from_minutes, int64_t to_minutes) {
    s->at += demo_between(s->w, from_minutes * MINUTE_US, to_minutes * MINUTE_US);
}

void story_wait_work(struct story *s, int64_t from_minutes, int64_t to_minutes) {
    const struct calendar *cal = s->w->town->calendar;
    int64_t minutes = demo_between(s->w, from_minutes * MINUTE_US, to_minutes * MINUTE_US);

    s->at = calendar_add_work_us(cal, calendar_next_work_us(cal, s->at), minutes);
}

void story_pass(struct story *s, int64_t from_minutes, int64_t to_minutes) {
    if (s->runs_through) {
        story_wait(s, from_minutes, to_minutes);
    } else {
        story_wait_work(s, from_minutes, to_minutes);
    }
}

const struct account *story_duty(struct story *s, struct demo_people by_day) {
    return demo_is_night(s->w, s->at) ? demo_night_shift(s->w, s->at) : demo_anyone(s->w, by_day);
}

/* ---- who leads */

static const struct unit *unit_of_word(const struct story *s, struct str word) {
    const struct town *t = s->w->town;
    const struct place *estate = town_place(t, town_ancestor(t, s->c->report.place, LEVEL_ESTATE));
    const struct place *community = town_place(t, s->c->community);

    if (str_is(word, "@estate")) {
        return estate == NULL ? NULL : town_unit_by_code(t, s->w->office, estate->firm);
    }
    for (size_t i = 0; str_is(word, "@community") && community != NULL && i < t->unit_count; i++) {
        const struct unit *u = &t->units[i];

        if (u->office == s->w->office && str_is(u->kind, "community") &&
            str_eq(u->area, community->code)) {
            return u;
        }
    }
    return town_unit_by_code(t, s->w->office, word);
}

const struct unit *story_lead(const struct story *s, size_t index) {
    return index < s->c->topic->lead_count ? unit_of_word(s, s->c->topic->lead[index]) : NULL;
}

/* What the routing table says; where it says nothing (05) or the case lies beyond the border (21),
 * the topic decides. */
static const struct unit *first_lead(struct story *s) {
    struct demo_case *c = s->c;
    struct suggestion by_route;

    suggest_for(s->w->town, s->w->office, 0, c->topic->class, c->topic->row, c->report.place, 0,
                s->at, &by_route);
    if (by_route.unit == NULL || c->topic->outcome == OUTCOME_HANDED_OVER) {
        return story_lead(s, 0);
    }
    for (size_t i = 0; i < by_route.assist_count && i < DEMO_ASSISTS; i++) {
        c->assists[c->assist_count++] = by_route.assists[i];
    }
    return by_route.unit;
}

static int64_t due_from(const struct story *s, int64_t at) {
    const struct limit *l = &s->c->condition->limit;

    if (s->c->report.external_due_at > at ||
        (s->c->report.external_due_at > 0 && s->c->reworks == 0)) {
        return s->c->report.external_due_at;
    }
    return limit_deadline(s->w->town->calendar, l->unit, at, limit_time_us(l->amount, l->unit))
        .due_at;
}

void story_dispatch(struct story *s, const struct unit *unit, bool with_assists) {
    struct demo_act *a =
        story_act(s, STEP_DISPATCH, story_duty(s, s->w->dispatchers), STATE_TO_SIGN);

    a->unit = unit;
    a->with_assists = with_assists;
    s->unit = unit;
    s->has_assists = with_assists;
    s->due = due_from(s, s->at);
    s->c->due_at = s->is_over ? s->c->due_at : s->due;
}

/* ---- before handling */

static bool verify(struct story *s) {
    bool found = !demo_chance(s->w, 5);
    const struct account *who;
    struct demo_act *a;

    if (s->c->state != STATE_VERIFYING) {
        return true;
    }
    story_wait(s, 8, demo_chance(s->w, 8) ? 110 : 50);
    who = demo_grid_worker(s->w, s->c->community);
    a = story_act(s, STEP_VERIFY, who == NULL ? demo_anyone(s->w, s->w->inspectors) : who,
                  STATE_VERIFIED);
    a->yes = found;
    story_write(s, a, found ? REPLY_VERIFY : REPLY_VERIFY_NO);
    return found;
}

static void decline(struct story *s, enum demo_reply_kind kind) {
    struct demo_act *a;

    story_pass(s, 5, 90);
    a = story_act(s, STEP_DECLINE, story_duty(s, s->w->acceptors), STATE_DECLINED);
    story_write(s, a, kind);
}

static void file_and_dispatch(struct story *s) {
    struct demo_act *filed;
    const struct unit *lead;
    bool alone;

    story_pass(s, 3, demo_chance(s->w, 8) ? 160 : 30);
    alone = demo_is_night(s->w, s->at);
    filed = story_act(s, STEP_FILE, story_duty(s, s->w->acceptors), STATE_TO_DISPATCH);
    filed->is_joined = alone;
    if (!alone) {
        story_pass(s, 2, demo_chance(s->w, 10) ? 70 : 20);
    }
    lead = first_lead(s);
    story_dispatch(s, lead, true);
}

/* Each unit of the chain but the last returns it; a topic with one unit has it sent there again
 * after a talk. */
static void find_unit(struct story *s) {
    size_t chain = s->c->topic->lead_count;
    bool is_returned = demo_chance(s->w, s->c->topic->returned);

    for (size_t i = 1; is_returned && i < (chain < 2 ? 2 : chain); i++) {
        const struct unit *next = chain < 2 ? s->unit : story_lead(s, i);

        if (demo_chance(s->w, 40)) {
            story_sign(s);
        }
        story_bounce(s);
        if (i > 1) {
            struct demo_act *ask;

            story_pass(s, 5, 20);
            ask = story_act(s, STEP_NOTE, story_duty(s, s->w->dispatchers), STATE_NONE);
            ask->ask_leader = true;
            story_write(s, ask, REPLY_ASK_LEADER);
            s->c->leader_waits = !s->is_over;
            story_wait_work(s, 30, 200);
            ask = story_act(s, STEP_NOTE, demo_anyone(s->w, s->w->leaders), STATE_NONE);
            ask->instruct = true;
            story_write(s, ask, REPLY_INSTRUCT);
            s->c->leader_waits = s->c->leader_waits && s->is_over;
        }
        story_pass(s, 5, 60);
        story_dispatch(s, next == NULL ? s->unit : next, true);
    }
}

/* ---- the end of the desk's part */

void story_close(struct story *s) {
    struct demo_act *a;

    story_pass(s, 5, s->runs_through ? 60 : 260);
    a = story_act(s, STEP_CLOSE, story_duty(s, s->w->acceptors), STATE_CLOSED);
    a->outcome = s->outcome;
    story_write(s, a, s->outcome == OUTCOME_EXPLAINED ? REPLY_EXPLAIN : REPLY_ANSWER);
    story_after(s);
}

/* Answered at once by whoever took it: one person, one click. */
static void answer_at_once(struct story *s) {
    bool is_order = s->c->report.channel == CHANNEL_HOTLINE;
    const struct account *who = is_order ? demo_night_shift(s->w, s->at) : s->c->who;
    static const enum step steps[] = {STEP_FILE,   STEP_DISPATCH, STEP_SIGN_FOR,
                                      STEP_HANDLE, STEP_CHECK,    STEP_CLOSE};
    static const enum state states[] = {STATE_TO_DISPATCH, STATE_TO_SIGN,  STATE_HANDLING,
                                        STATE_TO_CHECK,    STATE_TO_CLOSE, STATE_CLOSED};

    if (is_order) {
        story_wait_work(s, 5, 90);
    } else {
        story_wait(s, 2, 9);
    }
    s->contact_at = s->at;
    s->one = who;
    s->unit = town_unit(s->w->town, who->unit);
    s->outcome = OUTCOME_ON_SPOT;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct demo_act *a = story_act(s, steps[i], who, states[i]);

        a->is_joined = steps[i] != STEP_CLOSE;
        a->yes = true;
        a->unit = s->unit;
        a->outcome = OUTCOME_ON_SPOT;
        if (steps[i] == STEP_HANDLE || steps[i] == STEP_CLOSE) {
            story_write(s, a, steps[i] == STEP_HANDLE ? REPLY_HANDLE : REPLY_ANSWER);
        }
    }
    story_after(s);
}

/* ---- the whole */

static void begin(struct story *s) {
    struct demo_case *c = s->c;
    bool is_matter = str_is(c->report.procedure, "city-matter");
    bool is_urgent =
        limit_runs_through(c->condition->limit.unit) || c->condition->limit.unit == UNIT_WORK_HOUR;
    struct case_place place;
    struct err err;

    case_place_find(s->w->town, s->w->office, c->report.place, c->report.has_point,
                    c->report.wgs84_lat, c->report.wgs84_lon, &place, &err);
    s->runs_through = is_matter || is_urgent;
    story_choose_redo(s);
    s->will_be_late = s->wish->late || demo_chance(s->w, c->topic->late);
    s->outcome = demo_chance(s->w, c->topic->explained)     ? OUTCOME_EXPLAINED
                 : c->topic->outcome == OUTCOME_HANDED_OVER ? OUTCOME_HANDED_OVER
                                                            : OUTCOME_SOLVED;
    c->report.verified_on_spot =
        is_matter && c->report.channel == CHANNEL_COMMUNITY && demo_chance(s->w, 60);
    c->state = is_matter && c->class->verify && !c->report.verified_on_spot && !place.outside &&
                       TERM_HAS(CHANNELS_OF_RESIDENTS, c->report.channel)
                   ? STATE_VERIFYING
                   : STATE_REPORTED;
    c->is_contacted = is_matter;
    if (!is_matter) {
        int64_t at = s->at;

        story_pass(s, is_urgent ? 10 : 20, is_urgent ? 60 : demo_chance(s->w, 4) ? 720 : 420);
        s->contact_at = s->at;
        s->at = at;
    }
}

/* Somebody else has said it already: the desk sees it and merges the two. What the main case comes
 * to is this one's end too. */
static void tell_twin(struct story *s) {
    const struct demo_case *main = s->c->main;
    int64_t closed = demo_first_act(main, TERM_BIT(STEP_CLOSE));
    struct demo_act *a;

    if (s->wish->unseen) {
        return;
    }
    story_wait(s, 3, demo_chance(s->w, 10) ? 90 : 25);
    s->at = s->at < closed ? s->at : closed - MINUTE_US;
    a = story_act(s, STEP_MERGE, story_duty(s, s->w->acceptors), STATE_MERGED);
    a->main = main;
    if (main->state == STATE_CLOSED && !s->is_over) {
        int64_t end = main->acts[main->act_count - 1].at;

        s->at = end > s->at ? end : s->at;
        story_after_twin(s);
    }
    call_first(s, s->w->now);
}

static void tell(struct story *s) {
    struct demo_case *c = s->c;

    if (c->topic->outcome == OUTCOME_ON_SPOT && c->class->kind == KIND_REQUEST &&
        c->report.channel != CHANNEL_LEADER) {
        answer_at_once(s);
        return;
    }
    if (c->topic->outcome == OUTCOME_ON_SPOT && c->report.channel == CHANNEL_PATROL &&
        demo_chance(s->w, 60)) {
        c->report.fixed_on_spot = true;
        c->report.fixed_text = demo_reply(s->w, c->topic, REPLY_HANDLE, c->where);
        c->state = STATE_TO_CLOSE;
        s->outcome = OUTCOME_ON_SPOT;
        story_close(s);
        return;
    }
    if (!verify(s)) {
        decline(s, REPLY_VERIFY_NO);
        return;
    }
    if (c->topic->lead_count == 0 || demo_chance(s->w, c->topic->refused)) {
        decline(s, REPLY_DECLINE);
        return;
    }
    file_and_dispatch(s);
    find_unit(s);
    story_sign(s);
    story_handle(s);
    story_close(s);
}

void demo_story_tell(struct demo_world *w, struct demo_case *c, const struct demo_wish *wish) {
    struct story s = {.w = w, .c = c, .wish = wish, .at = c->at};
    struct demo_act *acts;

    begin(&s);
    if (c->main != NULL) {
        tell_twin(&s);
    } else {
        tell(&s);
    }
    acts = arena_array(w->arena, struct demo_act, s.count);
    if (s.count > 0) {
        memcpy(acts, s.acts, s.count * sizeof *acts);
    }
    c->acts = acts;
    c->act_count = s.count;
}
