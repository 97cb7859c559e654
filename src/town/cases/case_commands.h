/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_commands.h - the two commands of a case: report it, and take one or more steps
 * with it.
 *
 * The definition says which step may be taken from which state, by which role, and what it needs;
 * the functions behind say what each kind of step does. Adjoining steps of one person travel in one
 * command: each is decided on the state that the one before it leaves, each stands in the ledger as
 * its own event, and either all are kept or none.
 *
 * Failure  E_STEP (not from this state), E_FORBIDDEN (who may), E_STALE (who did what meanwhile),
 *          E_REQUIRED, E_REASON, E_PHOTO_NEEDED, E_CLASS, E_CONDITION, E_UNIT, E_PLACE, E_CHANNEL,
 *          E_DUPLICATE_EXTERNAL, E_RATED, E_FUTURE, E_TOO_OLD, E_BEFORE_REPORT,
 *          those of merge.h.
 */
#ifndef LINLI_TOWN_CASE_COMMANDS_H
#define LINLI_TOWN_CASE_COMMANDS_H

#include "town/cases/case_file.h"
#include "town/cases/case_place.h"

struct case_report {
    struct str procedure;
    enum channel channel;
    struct str class; /* empty = not yet chosen */
    int64_t place;    /* estate, grid or community; 0 = from the point, or unknown */
    bool has_point;
    int64_t wgs84_lat; /* degrees * 10^7 */
    int64_t wgs84_lon;
    struct str text;
    struct str address;
    struct str name; /* of the reporter, may be empty */
    struct str telephone;
    struct str email;
    int64_t program; /* api_keys.id of the program that reports, 0 = none */
    bool confidential;
    struct str external_number;
    int64_t external_due_at;
    int64_t occurred_at;   /* when it was said or seen; 0 = now */
    bool verified_on_spot; /* who reports has seen it: nobody is sent to look first */
    bool fixed_on_spot;    /* a trifle put right at once: goes straight to closing ... */
    struct str fixed_text; /* ... what was done ... */
    struct str fixed_photos[LIMIT_PHOTOS_PER_STEP]; /* ... and how it looks now: uploads */
    size_t fixed_photo_count;
    struct str photos[LIMIT_PHOTOS_PER_STEP]; /* tokens of uploads */
    size_t photo_count;
    int64_t photo_owner;    /* account that uploaded, or ACTOR_RESIDENT */
    int64_t from_office;    /* handed over by it (town/cases/hand_over.h), 0 = nobody ... */
    int64_t from_event;     /* ... by this entry of its ledger ... */
    struct str from_number; /* ... where the case is known as this ... */
    struct str from_reason; /* ... for this reason */
};
extern const struct command_row case_report;

/* What the report decided, for the answer: the voice of its reporter. */
int64_t case_first_voice(const struct event *reported);

struct step_input {
    enum step step;
    uint32_t given; /* set of enum need: which inputs were given */
    bool found;
    bool pass;
    bool redo;
    bool reached;
    int64_t solved; /* 1 yes, 2 no */
    int64_t grade;  /* 1..5 */
    struct str text;
    struct str reason;
    struct str answer;
    struct str class;
    int64_t condition;
    int64_t place;
    int64_t unit;
    int64_t assists[LIMIT_ASSISTS];
    size_t assist_count;
    enum outcome outcome;
    struct str office;                        /* hand_over: code of the office that is to go on */
    int64_t main;                             /* merge, tell_apart: the other case */
    enum same same;                           /* merge: in what it is the same */
    bool is_public;                           /* note: the resident reads it */
    bool ask_leader;                          /* note: waits for the leader */
    bool instruct;                            /* note of a leader: answers what was asked */
    bool filled_above;                        /* the reply was copied into the system above */
    bool done;                                /* note of an assisting unit: its part is done */
    struct str person;                        /* on behalf: whom the centre telephoned */
    int64_t called_at;                        /* on behalf: when */
    int64_t occurred_at;                      /* the actor's time of it, 0 = now */
    struct str photos[LIMIT_PHOTOS_PER_STEP]; /* tokens of uploads */
    size_t photo_count;
};

struct case_steps {
    int64_t case_id;
    int64_t seen;  /* last event that the actor saw; 0 = not asked */
    int64_t voice; /* the resident's, behind a tracking link; or whose rating is recorded; 0 = the
                      first */
    int64_t task;  /* of a one-task link, 0 = none */
    int64_t photo_owner;
    struct step_input steps[LIMIT_STEPS_PER_REQUEST];
    size_t count;
};
extern const struct command_row case_step;

/* May this actor take the step now? For the buttons of the case page; true when it may. `err` says
 * why not. */
bool case_may_step(const struct town *t, const struct case_file *c, const struct actor *actor,
                   enum step step, struct err *err);

/* Must this person prove the step with a photo? A check does not ask it of the desk, which goes by
 * the photo of whoever did it. */
bool case_asks_photo(const struct town *t, const struct case_file *c, const struct account *a,
                     enum step step);

/* ---- for steps.c, merge.c and report.c */

enum { CLOCKS_TO_THE_END = 12 }; /* dispatch, sign for, handle, check, close, follow up, and some */

struct step_context {
    struct decide *d;
    const struct town *town;
    const struct catalogue *catalogue;
    const struct procedure *procedure;
    struct case_file *c;
    const struct case_steps *request;
    const struct step_input *in;
    const struct step_rule *rule;
    struct event *e;
    enum state next;
    int64_t start[8 * 5]; /* clocks to start */
    size_t start_count;
    int64_t stop[LIMIT_CLOCKS_PER_CASE];
    size_t stop_count;
};

void clocks_by_rule(struct step_context *x, enum step step);
void clocks_stop_all(struct step_context *x);
void clock_start(struct step_context *x, enum clock_kind kind, const struct limit *limit);
void clock_start_until(struct step_context *x, enum clock_kind kind, int64_t due_at);
/* Gives due_at: its own, or the promise to a merged case when that is sooner. */
int64_t clock_start_handling(struct step_context *x);
int64_t clock_due_of(const struct step_context *x,
                     enum clock_kind kind); /* of a clock being started, 0 = none */
void clocks_write(struct step_context *x);

int civil_day(const struct town *t, int64_t office, int64_t at_us); /* yyyymmdd */
int civil_hour(const struct town *t, int64_t office, int64_t at_us);

/* E_TOO_OLD beyond LIMIT_LATE_ENTRY_DAYS, E_BEFORE_REPORT before the report (0 = none yet), without
 * the right to say when it was. An instant of 0 was not said. */
bool report_time_is_recent(const struct decide *d, int64_t occurred_at, int64_t reported_at,
                           struct err *err);

/* The event of a report that was checked, with its words: `x` knows procedure, catalogue and rule.
 */
bool report_emit(struct step_context *x, const struct case_report *r,
                 const struct catalogue_class *class, const struct case_place *place,
                 int64_t reported_at, int64_t *case_id, struct err *err);

bool step_photos(struct decide *d, struct event *e, int64_t case_id, int64_t owner,
                 const struct str *photos, size_t count, struct err *err);

/* E_FORBIDDEN: may the actor take this step with the case? */
bool step_check_who(struct arena *a, const struct town *t, const struct case_file *c,
                    const struct actor *actor, const struct step_rule *rule, struct err *err);

typedef bool (*step_function)(struct step_context *x, struct err *err);
extern const step_function step_functions[STEP_COUNT];

#endif
