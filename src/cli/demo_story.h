/* SPDX-License-Identifier: Apache-2.0 */
/* cli/demo_story.h - a story under way, shared by its chapters: the desk (demo_story.c), the
 * handling (demo_handling.c) and what comes after the closing (demo_after.c). `at` is where the
 * story stands; an act later than the present ends it.
 */
#ifndef LINLI_CLI_DEMO_STORY_H
#define LINLI_CLI_DEMO_STORY_H

#include "cli/demo.h"

struct story {
    struct demo_world *w;
    struct demo_case *c;
    const struct demo_wish *wish;
    struct demo_act acts[DEMO_ACTS];
    size_t count;
    struct demo_act scrap; /* takes what lies beyond the present */
    int64_t at;
    int64_t due;               /* of the handling under way */
    int64_t contact_at;        /* when the reporter will be called first; 0 = not any more */
    const struct unit *unit;   /* that leads */
    const struct account *one; /* who does everything at once, NULL = several people */
    bool has_assists;          /* that have not said that they are done */
    bool runs_through;         /* the desk looks at it day and night */
    bool is_over;
    bool will_be_late;
    bool will_be_redone;  /* a check will fail */
    bool is_redone_after; /* the reporter will say that it was not solved, and it is done again */
    bool is_told;         /* the second round: nothing more comes after it */
    enum outcome outcome;
};

/* The next act, at s->at; the case then stands in `after` (STATE_NONE = as before). Never NULL. */
struct demo_act *story_act(struct story *s, enum step step, const struct account *who,
                           enum state after);
void story_write(struct story *s, struct demo_act *a, enum demo_reply_kind kind);

/* Time goes by: minutes day and night, minutes of working time, or as this case runs. */
void story_wait(struct story *s, int64_t from_minutes, int64_t to_minutes);
void story_wait_work(struct story *s, int64_t from_minutes, int64_t to_minutes);
void story_pass(struct story *s, int64_t from_minutes, int64_t to_minutes);

/* Whoever sits there now: at night one person is all of them. */
const struct account *story_duty(struct story *s, struct demo_people by_day);

const struct unit *story_lead(const struct story *s, size_t index); /* of the topic's chain */
void story_dispatch(struct story *s, const struct unit *unit, bool with_assists);
void story_handle(struct story *s); /* dispatched and signed: until the result is checked */
void story_sign(struct story *s);
void story_bounce(struct story *s);
void story_close(struct story *s);
void story_after(struct story *s);      /* copied above, rated, followed up */
void story_after_twin(struct story *s); /* of a merged case: copied above, rated by its reporter */
void story_choose_redo(struct story *s);

#endif
