/* SPDX-License-Identifier: Apache-2.0 */
/* cli/demo.h - the demonstration: what the street is made of, and the story of each case before it
 * is told to the door.
 *
 * demo_world.c reads catalogue/demo/ (topics, texts, replies, points, names, skew) and
 * demo_people.c finds who holds which post. demo_case.c makes one case: when, where, what, who.
 * demo_story.c tells it to its end, or to the present if that comes first. demo_morning.c sees to
 * it that the present looks like a morning at work. demo_run.c takes all stories through the door
 * in the order of time, as the people of the street, with the right to say when it was.
 *
 * Invariants  the same number of cases made on the same day with the same program gives the same
 *             stories; no act lies in the future; every telephone begins with 1380000 and rings
 *             nowhere.
 * Memory      everything lives in the world's arena.
 * Failure     E_FILE, E_SHEET, E_SHEET_ROW for the files; the door's errors for an act that it
 *             refuses.
 */
#ifndef LINLI_CLI_DEMO_H
#define LINLI_CLI_DEMO_H

#include "town/cases/case_commands.h"
#include "town/installation.h"

#include <stdatomic.h>

enum { DEMO_CHAIN = 4, DEMO_SPOTS = 12, DEMO_ACTS = 40, DEMO_ASSISTS = 8 };

/* What staff and residents write, by the kinds of replies.csv. */
enum demo_reply_kind {
    REPLY_VERIFY,
    REPLY_VERIFY_NO,
    REPLY_FIRST_CONTACT,
    REPLY_FIRST_CONTACT_NO,
    REPLY_HANDLE,
    REPLY_CHECK,
    REPLY_REWORK,
    REPLY_BOUNCE,
    REPLY_ON_BEHALF,
    REPLY_ANSWER,
    REPLY_EXPLAIN,
    REPLY_REFUSE,
    REPLY_DECLINE,
    REPLY_FOLLOW_UP,
    REPLY_FOLLOW_UP_EXPLAIN,
    REPLY_RATE, /* rate_1; the others follow by grade */
    REPLY_NOTE = REPLY_RATE + 5,
    REPLY_NOTE_PUBLIC,
    REPLY_INSTRUCT,
    REPLY_ASK_LEADER,
    REPLY_FILLED_ABOVE,
    REPLY_KINDS
};

struct demo_spot {
    struct str name;  /* of a road; empty for an estate */
    struct str place; /* place code; empty = beyond the border */
};

struct demo_topic {
    struct str code;
    int channels[CHANNEL_COUNT]; /* weights */
    struct str class;
    int row;                     /* graded row of the class */
    struct str lead[DEMO_CHAIN]; /* units one after the other: each but the last may return it */
    size_t lead_count;           /* 0 = never dispatched */
    enum outcome outcome;
    bool on_road;
    bool any_estate;
    struct demo_spot spots[DEMO_SPOTS];
    size_t spot_count;
    int weight;     /* cases in a thousand */
    int night;      /* per cent; the others too */
    int season[13]; /* by month from 1; 100 = ordinary */
    int late;
    int returned;
    int redone;
    int merged; /* somebody has said it already; 100 = always */
    int explained;
    int refused;
};

struct demo_text {
    size_t topic;      /* index */
    uint32_t channels; /* whose tone it is */
    struct str text;
};

struct demo_reply {
    size_t topic; /* index, or topic_count for any */
    enum demo_reply_kind kind;
    struct str text;
};

struct demo_point {
    struct str spot;
    struct str place;
    int64_t wgs84_lat;
    int64_t wgs84_lon;
};

struct demo_people {
    const struct account **list;
    size_t count;
};

struct demo_world {
    struct arena *arena;
    struct source random;
    const struct town *town;
    int64_t office;
    int64_t now; /* the moment of loading */
    struct demo_topic *topics;
    size_t topic_count;
    struct demo_text *texts;
    size_t text_count;
    struct demo_reply *replies;
    size_t reply_count;
    struct demo_point *points;
    size_t point_count;
    struct str *surnames;
    size_t surname_count;
    struct str *given;
    size_t given_count;
    int hour[24]; /* weights of skew.csv */
    int night_hour[24];
    int monday_hour[24];
    int weekday[8];     /* from 1 = Monday */
    int month[13];      /* from 1; what the topics' seasons add up to */
    int busiest;        /* the largest of month */
    int *estate_weight; /* by index of town->places, 0 = no estate */
    int grade[GRADE_COUNT];
    struct demo_people acceptors; /* of the centre, by day */
    struct demo_people dispatchers;
    struct demo_people night;  /* shift leaders who are acceptor and dispatcher as well */
    struct demo_people clerks; /* at the windows */
    struct demo_people inspectors;
    struct demo_people leaders;
    struct demo_people *of_unit; /* handlers, by index of town->units */
    int64_t next_external;
    struct demo_case *const *earlier; /* cases with which a further one may be the same */
    size_t earlier_count;
};

bool demo_world_load(struct demo_world *w, const char *folder, struct err *err);
void demo_people_find(struct demo_world *w);

const struct account *demo_anyone(struct demo_world *w,
                                  struct demo_people people); /* NULL when there is nobody */
const struct account *demo_handler(struct demo_world *w, const struct unit *unit);
const struct account *demo_grid_worker(struct demo_world *w,
                                       int64_t community); /* NULL when it has none */
const struct account *demo_night_shift(struct demo_world *w, int64_t at);
struct str demo_person_name(struct demo_world *w);
struct str demo_telephone(struct demo_world *w);

/* ---- chance */

int64_t demo_draw(struct demo_world *w, int64_t n); /* 0 .. n - 1 */
int64_t demo_between(struct demo_world *w, int64_t from, int64_t to);
bool demo_chance(struct demo_world *w, int64_t per_cent);
size_t demo_pick(struct demo_world *w, const int *weights, size_t count);

/* A reply of this kind for the topic, else one for any; {place} is put in. Empty when there is
 * none. */
struct str demo_reply(struct demo_world *w, const struct demo_topic *topic,
                      enum demo_reply_kind kind, struct str place);
struct str demo_put_place(struct demo_world *w, struct str text, struct str place);

/* ---- one case */

/* One step of one person. */
struct demo_act {
    int64_t at;
    int64_t actor;             /* account or ACTOR_* */
    const struct account *who; /* NULL for residents and links */
    enum step step;
    bool is_joined; /* the next act goes in the same command */
    bool yes;       /* found, pass, redo, reached */
    bool is_public;
    bool ask_leader;
    bool instruct;
    bool filled_above;
    bool with_assists;
    bool done; /* an assisting unit's part */
    int grade;
    int solved;
    enum outcome outcome;
    const struct unit *unit;      /* of a dispatch */
    const struct demo_case *main; /* of a merge */
    struct str text;              /* text, reason or answer, as the step asks */
    struct str person;            /* on behalf: whom the centre telephoned */
};

/* What the morning asks of a story; zero asks nothing. */
struct demo_wish {
    enum channel channel;
    bool late;
    bool redone;
    bool ask_leader;
    bool rated_badly;
    bool unseen; /* that somebody has said it already */
    int64_t external_due_at;
};

struct demo_case {
    const struct demo_topic *topic;
    struct case_report report;
    int64_t at; /* when it was reported */
    int64_t actor;
    const struct account *who;
    const struct catalogue_class *class;
    const struct catalogue_condition *condition;
    struct str where;  /* in words */
    int64_t community; /* place id, 0 = beyond the border */
    const struct unit *assists[DEMO_ASSISTS];
    size_t assist_count;
    const struct demo_act *acts;
    size_t act_count;
    struct demo_case *main; /* it is the same problem as that one; NULL = it is not */
    int twins;              /* cases that are the same as this one */
    /* the present, as far as the morning looks at it */
    enum state state;
    int64_t due_at;
    bool is_contacted;
    bool leader_waits;
    int reworks;
    /* while it is told to the door */
    size_t next;
    int64_t case_id;
    const struct command *reporting; /* in the batch under way; NULL once committed */
};

/* When the first of these steps was taken, INT64_MAX = none of them yet. */
int64_t demo_first_act(const struct demo_case *c, uint32_t steps);

bool demo_is_night(const struct demo_world *w, int64_t at);
int demo_hour(int64_t at);

/* A case that came in at some time of the two years, by skew.csv. As often as topics.csv says it is
 * the same problem as one of w->earlier, raised by somebody else while that one was open: then the
 * desk merges it. */
struct demo_case *demo_case_any(struct demo_world *w);
/* A case that came in on that day (days since 1970, civil), before the present; how many a day has
 * beside others, by weekday and season. */
struct demo_case *demo_case_on(struct demo_world *w, int64_t day);
int64_t demo_day_weight(const struct demo_world *w, int64_t day);
int64_t demo_today(const struct demo_world *w);
/* A case that came in at `at`, the same as one of w->earlier that is open, and nobody has seen it
 * yet; NULL when there is none to be the same as. */
struct demo_case *demo_case_unseen(struct demo_world *w, int64_t at);
/* A case that came in at `at`. */
struct demo_case *demo_case_at(struct demo_world *w, int64_t at, const struct demo_wish *wish);
void demo_story_tell(struct demo_world *w, struct demo_case *c, const struct demo_wish *wish);

/* Cases that make the present look like a morning at work: at most `most`, added to `cases`; gives
 * their number. */
size_t demo_morning(struct demo_world *w, struct demo_case **cases, size_t most);

/* ---- through the door */

/* Of all threads that tell stories. */
struct demo_counts {
    struct source *clock;
    atomic_llong events;
    atomic_llong commands;
    atomic_llong reported; /* cases so far, also by earlier calls */
    int64_t all;           /* cases that there will be */
    int64_t began_us;      /* for the rate that progress shows */
    int64_t began_with;    /* cases that were there then */
};

/* May be called again for further cases with the same counts; by several threads, each with a world
 * and a door of its own. */
bool demo_run(struct demo_world *w, struct door *d, struct demo_case **cases, size_t count,
              struct demo_counts *counts, struct err *err);
/* The line of progress is over. */
void demo_run_over(void);

/* ---- the street itself */

extern const struct office demo_street;
#define DEMO_PASSWORD "Linli-2026"
#define DEMO_SEED     0x4c696e6c69ULL

/* The office, and the definitions with the first one. */
bool demo_office_create(struct installation *i, const struct office *office, const char *catalogue,
                        struct err *err);

#endif
