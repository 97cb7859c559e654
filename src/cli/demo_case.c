/* SPDX-License-Identifier: Apache-2.0 */
/* One case of the demonstration: when it came in, what it is about, where, and who said it. */
#include "cli/demo.h"

#include "base/time_text.h"

enum { HISTORY_DAYS = 730, TOPICS_MOST = 128, TWINS_MOST = 5, ALWAYS = 100 };

#define TWIN_SOONEST_US (5 * MINUTE_US)
#define TWIN_LATEST_US  (4 * DAY_US)

/* Behind an estate's name: its building's number, as in 鞍山三村12号 (Anshan No. 3 Village, No.
 * 12). */
static const char building_word[] = "号";

/* Topics whose hotline callers ask for secrecy (topics.csv 10: somebody builds in a yard next
 * door). */
static const char *const confidential_topics[] = {"10"};

static const struct demo_wish no_wish;

int demo_hour(int64_t at) {
    return civil_from_us(at, CHINA_OFFSET_MINUTES).hour;
}

bool demo_is_night(const struct demo_world *w, int64_t at) {
    int hour = demo_hour(at);

    (void)w;
    return hour < 8 || hour >= 18;
}

/* ---- when */

/* 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day) {
    return (int)((day + 3) % 7) + 1;
}

static int64_t moment(struct demo_world *w, int64_t day, const struct demo_topic *t) {
    const int *hours = demo_chance(w, t->night) ? w->night_hour
                       : weekday_of(day) == 1   ? w->monday_hour
                                                : w->hour;
    int64_t hour = (int64_t)demo_pick(w, hours, 24);
    int64_t start = day * DAY_US - CHINA_OFFSET_MINUTES * MINUTE_US;

    return start + hour * HOUR_US + demo_draw(w, HOUR_US);
}

int64_t demo_today(const struct demo_world *w) {
    return (w->now + CHINA_OFFSET_MINUTES * MINUTE_US) / DAY_US;
}

int64_t demo_day_weight(const struct demo_world *w, int64_t day) {
    return (int64_t)w->weekday[weekday_of(day)] * w->month[civil_from_us(day * DAY_US, 0).month];
}

static int64_t any_day(struct demo_world *w) {
    int64_t today = demo_today(w);

    for (;;) {
        int64_t day = today - demo_draw(w, HISTORY_DAYS);
        int month = civil_from_us(day * DAY_US, 0).month;

        /* Mondays have most, and months in which the topics have their season. */
        if (demo_draw(w, w->weekday[1]) < w->weekday[weekday_of(day)] &&
            demo_draw(w, w->busiest) < w->month[month]) {
            return day;
        }
    }
}

/* ---- what */

static const struct demo_topic *pick_topic(struct demo_world *w, int month, enum channel channel) {
    int weights[TOPICS_MOST];
    size_t count = w->topic_count < TOPICS_MOST ? w->topic_count : TOPICS_MOST;

    for (size_t i = 0; i < count; i++) {
        const struct demo_topic *t = &w->topics[i];
        int of_channel = channel == CHANNEL_NONE ? 1 : t->channels[channel];

        weights[i] = t->merged == ALWAYS && w->earlier_count == 0
                         ? 0
                         : t->weight * t->season[month] * of_channel;
    }
    return &w->topics[demo_pick(w, weights, count)];
}

static struct str pick_text(struct demo_world *w, const struct demo_topic *t,
                            enum channel channel) {
    size_t of = (size_t)(t - w->topics);
    size_t fit = 0;
    size_t any = 0;

    for (size_t i = 0; i < w->text_count; i++) {
        any += w->texts[i].topic == of;
        fit += w->texts[i].topic == of && TERM_HAS(w->texts[i].channels, channel);
    }
    for (int64_t wanted = demo_draw(w, (int64_t)(fit > 0 ? fit : any)), i = 0;
         i < (int64_t)w->text_count; i++) {
        const struct demo_text *x = &w->texts[i];

        if (x->topic == of && (fit == 0 || TERM_HAS(x->channels, channel)) && wanted-- == 0) {
            return x->text;
        }
    }
    return t->class;
}

static struct str procedure_for(const struct demo_case *c, enum channel channel) {
    if (channel == CHANNEL_HOTLINE) {
        return STR("order");
    }
    return c->class->kind == KIND_REQUEST ? STR("request") : STR("city-matter");
}

/* ---- where */

static void put_point(struct demo_world *w, struct demo_case *c, struct str spot,
                      struct str place) {
    size_t count = 0;
    int64_t wanted;

    for (size_t i = 0; i < w->point_count; i++) {
        count +=
            str_eq(w->points[i].place, place) && (spot.n == 0 || str_eq(w->points[i].spot, spot));
    }
    wanted = count == 0 ? 0 : demo_draw(w, (int64_t)count);
    for (size_t i = 0; count > 0 && i < w->point_count; i++) {
        const struct demo_point *p = &w->points[i];

        if (str_eq(p->place, place) && (spot.n == 0 || str_eq(p->spot, spot)) && wanted-- == 0) {
            c->report.has_point = true;
            c->report.wgs84_lat = p->wgs84_lat;
            c->report.wgs84_lon = p->wgs84_lon;
            return;
        }
    }
}

static const struct place *pick_estate(struct demo_world *w, const struct demo_topic *t) {
    /* The estates that the topic names have a third of its cases when it may happen anywhere. */
    if (t->spot_count > 0 && (!t->any_estate || demo_chance(w, 33))) {
        return town_place_by_code(w->town, w->office,
                                  t->spots[demo_draw(w, (int64_t)t->spot_count)].place);
    }
    return &w->town->places[demo_pick(w, w->estate_weight, w->town->place_count)];
}

static void choose_place(struct demo_world *w, struct demo_case *c) {
    const struct demo_topic *t = c->topic;
    const struct place *p;

    if (t->on_road) {
        const struct demo_spot *spot = &t->spots[demo_draw(w, (int64_t)t->spot_count)];

        p = spot->place.n == 0 ? NULL : town_place_by_code(w->town, w->office, spot->place);
        c->where = spot->name;
        put_point(w, c, spot->name, spot->place);
    } else {
        p = pick_estate(w, t);
        c->where = p->name[LANGUAGE_ZH];
        if (demo_chance(w, 75)) {
            c->where = arena_format(w->arena, "%.*s%d%s", STR_ARG(c->where),
                                    (int)demo_between(w, 1, 60), building_word);
        }
        put_point(w, c, (struct str){0}, p->code);
    }
    c->report.place = p == NULL ? 0 : p->id;
    c->community = p == NULL ? 0 : town_ancestor(w->town, p->id, LEVEL_COMMUNITY);
}

/* Where the other one is, who raised the same. */
static void take_place(struct demo_case *c) {
    const struct case_report *there = &c->main->report;

    c->where = c->main->where;
    c->community = c->main->community;
    c->report.place = there->place;
    c->report.has_point = there->has_point;
    c->report.wgs84_lat = there->wgs84_lat;
    c->report.wgs84_lon = there->wgs84_lon;
}

/* ---- who */

static const struct account *desk(struct demo_world *w, int64_t at) {
    return demo_is_night(w, at) ? demo_night_shift(w, at) : demo_anyone(w, w->acceptors);
}

static const struct unit *community_unit(struct demo_world *w, int64_t community) {
    const struct place *p = community == 0 ? NULL : town_place(w->town, community);

    for (size_t i = 0; p != NULL && i < w->town->unit_count; i++) {
        const struct unit *u = &w->town->units[i];

        if (u->office == w->office && str_is(u->kind, "community") && str_eq(u->area, p->code)) {
            return u;
        }
    }
    return NULL;
}

static void choose_reporter(struct demo_world *w, struct demo_case *c) {
    const struct account *who = NULL;

    switch (c->report.channel) {
    case CHANNEL_WEB:
        c->actor = ACTOR_RESIDENT;
        c->report.photo_owner = ACTOR_RESIDENT;
        return;
    case CHANNEL_PATROL:
        who = !c->topic->on_road && demo_chance(w, 50) ? demo_grid_worker(w, c->community) : NULL;
        who = who == NULL ? demo_anyone(w, w->inspectors) : who;
        break;
    case CHANNEL_COMMUNITY:
        who = demo_handler(w, community_unit(w, c->community));
        break;
    case CHANNEL_WINDOW:
        who = demo_anyone(w, w->clerks);
        break;
    default:
        break;
    }
    c->who = who == NULL ? desk(w, c->at) : who;
    c->actor = c->who->id;
}

/* How many of a channel's reporters leave name and telephone, per cent. */
static const int leaves_contact[CHANNEL_COUNT] = {
    [CHANNEL_WINDOW] = 90,    [CHANNEL_TELEPHONE] = 85, [CHANNEL_WEB] = 60,
    [CHANNEL_COMMUNITY] = 25, [CHANNEL_HOTLINE] = 95,   [CHANNEL_POLICE] = 50,
    [CHANNEL_LEADER] = 10,
};

static bool asks_for_secrecy(const struct demo_case *c) {
    for (size_t i = 0; i < sizeof confidential_topics / sizeof confidential_topics[0]; i++) {
        if (str_is(c->topic->code, confidential_topics[i])) {
            return c->report.channel == CHANNEL_HOTLINE;
        }
    }
    return false;
}

/* The hotline's own deadline: hours as they are, days at the close of business of the last one. */
static int64_t hotline_deadline(struct demo_world *w, const struct demo_case *c) {
    const struct limit *l = &c->condition->limit;
    struct deadline d =
        limit_deadline(w->town->calendar, l->unit, c->at, limit_time_us(l->amount, l->unit));
    int64_t day;

    if (l->unit != UNIT_WORK_DAY) {
        return d.due_at / SECOND_US * SECOND_US;
    }
    day = (d.due_at + CHINA_OFFSET_MINUTES * MINUTE_US) / DAY_US;
    return day * DAY_US - CHINA_OFFSET_MINUTES * MINUTE_US + 17 * HOUR_US;
}

static void add_order(struct demo_world *w, struct demo_case *c, const struct demo_wish *wish) {
    struct civil day = civil_from_us(c->at, CHINA_OFFSET_MINUTES);

    c->report.external_number = arena_format(w->arena, "%04d%02d%02dYP%lld", day.year, day.month,
                                             day.day, (long long)(10000 + w->next_external++));
    c->report.external_due_at =
        wish->external_due_at > 0 ? wish->external_due_at : hotline_deadline(w, c);
}

/* ---- the case */

/* Two people seldom find the same words. */
static bool is_said_alike(const struct demo_case *c) {
    return c->main != NULL && str_eq(c->report.text, c->main->report.text);
}

static struct demo_case *begin(struct demo_world *w, const struct demo_topic *t,
                               enum channel channel, int64_t at) {
    struct demo_case *c = arena_new(w->arena, struct demo_case);

    c->topic = t;
    c->at = at;
    c->class = catalogue_class(town_catalogue(w->town, 0), t->class);
    c->condition = catalogue_condition(c->class, t->row);
    c->report.channel =
        channel == CHANNEL_NONE ? (enum channel)demo_pick(w, t->channels, CHANNEL_COUNT) : channel;
    c->report.class = t->class;
    c->report.procedure = procedure_for(c, c->report.channel);
    /* Windows and letters keep office hours. */
    if (TERM_HAS(TERM_BIT(CHANNEL_WINDOW) | TERM_BIT(CHANNEL_LEADER) | TERM_BIT(CHANNEL_MEDIA),
                 c->report.channel) &&
        !calendar_is_work_time(w->town->calendar, at)) {
        c->at = calendar_next_work_us(w->town->calendar, at) + demo_draw(w, 3 * HOUR_US);
    }
    return c;
}

static void finish(struct demo_world *w, struct demo_case *c, const struct demo_wish *wish) {
    if (c->main == NULL) {
        choose_place(w, c);
    } else {
        take_place(c);
    }
    choose_reporter(w, c);
    for (int i = 0; i < 4 && (i == 0 || is_said_alike(c)); i++) {
        c->report.text = demo_put_place(w, pick_text(w, c->topic, c->report.channel), c->where);
    }
    c->report.address = c->where;
    c->report.confidential = asks_for_secrecy(c);
    if (demo_chance(w, leaves_contact[c->report.channel])) {
        c->report.name = demo_person_name(w);
        c->report.telephone = demo_telephone(w);
    }
    if (c->report.channel == CHANNEL_HOTLINE) {
        add_order(w, c, wish);
    }
    demo_story_tell(w, c, wish);
}

/* ---- the same, said by somebody else */

int64_t demo_first_act(const struct demo_case *c, uint32_t steps) {
    for (size_t i = 0; i < c->act_count; i++) {
        if (TERM_HAS(steps, c->acts[i].step)) {
            return c->acts[i].at;
        }
    }
    return INT64_MAX;
}

/* Until when people may still meet with it: it is put right then, or the present is there. */
static int64_t seen_until(const struct demo_world *w, const struct demo_case *c) {
    int64_t handled = demo_first_act(c, TERM_BIT(STEP_HANDLE));

    return handled < w->now ? handled : w->now;
}

static bool may_be_main(const struct demo_world *w, const struct demo_topic *t,
                        const struct demo_case *c) {
    return c->main == NULL && str_eq(c->topic->class, t->class) && c->twins < TWINS_MOST &&
           !c->report.confidential && !c->report.fixed_on_spot && c->state != STATE_DECLINED &&
           c->topic->outcome != OUTCOME_HANDED_OVER && c->community > 0 &&
           seen_until(w, c) > c->at + TWIN_SOONEST_US &&
           demo_first_act(c, TERM_BIT(STEP_CLOSE)) > seen_until(w, c) + TWIN_SOONEST_US;
}

static struct demo_case *find_main(struct demo_world *w, const struct demo_topic *t) {
    int64_t from = w->earlier_count == 0 ? 0 : demo_draw(w, (int64_t)w->earlier_count);

    for (size_t i = 0; i < w->earlier_count; i++) {
        struct demo_case *c = w->earlier[((size_t)from + i) % w->earlier_count];

        if (may_be_main(w, t, c)) {
            return c;
        }
    }
    return NULL;
}

/* Hours or days behind the other one, by day rather than by night. */
static int64_t twin_moment(struct demo_world *w, const struct demo_case *main) {
    int64_t span = seen_until(w, main) - main->at;
    int64_t at = main->at;

    span = span < TWIN_LATEST_US ? span : TWIN_LATEST_US;
    for (int i = 0; i < 4; i++) {
        at = main->at + demo_between(w, TWIN_SOONEST_US, span);
        if (demo_hour(at) >= 6) {
            break;
        }
    }
    return at;
}

/* NULL when nobody said the same: whoever waits for the window may come too late. */
static struct demo_case *twin_case(struct demo_world *w, const struct demo_topic *t) {
    struct demo_case *main = find_main(w, t);
    struct demo_case *c = main == NULL ? NULL : begin(w, t, CHANNEL_NONE, twin_moment(w, main));

    if (c == NULL || c->at >= w->now || c->at >= seen_until(w, main)) {
        return NULL;
    }
    main->twins++;
    c->main = main;
    finish(w, c, &no_wish);
    return c;
}

/* NULL when it would be in the future. */
static struct demo_case *case_of_day(struct demo_world *w, int64_t day) {
    struct civil date = civil_from_us(day * DAY_US, 0);
    const struct demo_topic *t = pick_topic(w, date.month, CHANNEL_NONE);
    struct demo_case *c = demo_chance(w, t->merged) ? twin_case(w, t) : NULL;

    if (c != NULL || t->merged == ALWAYS) {
        return c;
    }
    c = begin(w, t, CHANNEL_NONE, moment(w, day, t));
    if (c->at >= w->now) {
        return NULL;
    }
    finish(w, c, &no_wish);
    return c;
}

struct demo_case *demo_case_any(struct demo_world *w) {
    struct demo_case *c = NULL;

    while (c == NULL) {
        c = case_of_day(w, any_day(w));
    }
    return c;
}

struct demo_case *demo_case_on(struct demo_world *w, int64_t day) {
    enum { TRIES = 24 }; /* a day that has just begun has few moments in the past */
    struct demo_case *c = NULL;

    for (int i = 0; c == NULL; i++) {
        c = case_of_day(w, i < TRIES ? day : day - 1);
    }
    return c;
}

struct demo_case *demo_case_at(struct demo_world *w, int64_t at, const struct demo_wish *wish) {
    struct civil date = civil_from_us(at, CHINA_OFFSET_MINUTES);
    struct demo_case *c = begin(w, pick_topic(w, date.month, wish->channel), wish->channel, at);

    finish(w, c, wish);
    return c;
}

struct demo_case *demo_case_unseen(struct demo_world *w, int64_t at) {
    static const struct demo_wish unseen = {.unseen = true};
    int64_t from = w->earlier_count == 0 ? 0 : demo_draw(w, (int64_t)w->earlier_count);

    for (size_t i = 0; i < w->earlier_count; i++) {
        struct demo_case *main = w->earlier[((size_t)from + i) % w->earlier_count];
        struct demo_case *c;

        if (!may_be_main(w, main->topic, main) || main->at >= at - TWIN_SOONEST_US ||
            seen_until(w, main) < w->now) {
            continue;
        }
        c = begin(w, main->topic, CHANNEL_WEB, at);
        c->main = main;
        main->twins++;
        finish(w, c, &unseen);
        return c;
    }
    return NULL;
}
