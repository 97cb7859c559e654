/* SPDX-License-Identifier: Apache-2.0 */
/* town/keeper.h - what a serving process does by itself, by the clock: the backup at night, the
 * day's root, the courier to other offices.
 *
 * Each job has a thread, a connection for reading and a turn of its own, so a long one holds up
 * none of the others. It says when it wants its next turn; keeper_wake gives it one at once. A turn
 * that fails is logged, counted and tried again later; it never stops the server. Of several
 * processes on one database only the leader works.
 * Invariants  one turn of a job at a time; no turn begins after keeper_end.
 * Memory      a turn's arena is reset behind it.
 * Failure     keeper_close answers false when a turn did not end in time: the process is to go.
 */
#ifndef LINLI_TOWN_KEEPER_H
#define LINLI_TOWN_KEEPER_H

#include "town/installation.h"

struct keeper;

/* One turn of a job. */
struct keeper_turn {
    struct installation *installation;
    const struct town *town; /* in force when the turn began */
    struct store *store;     /* the job's own connection, for reading */
    struct arena *arena;     /* reset behind the turn */
    int64_t now;             /* when it began */
    void *context;           /* the job's */
    struct keeper *keeper;
};

struct keeper_job {
    const char *name; /* a word of the program for log and /metrics: "backup" */
    /* When the next turn is due, in UTC microseconds; asked at the start and behind each turn.
     * INT64_MAX = not until keeper_wake. */
    bool (*next)(const struct keeper_turn *t, int64_t *due_at, struct err *err);
    bool (*run)(const struct keeper_turn *t, struct err *err);
    int64_t retry_us; /* from a failed turn to the next; 0 = ten minutes */
    void *context;
};

/* How a job fares, for /metrics and the pages. */
struct keeper_figures {
    const char *name;
    int64_t due_at;      /* 0 = not known yet */
    int64_t good_at;     /* end of the last turn that went well since the start, 0 = none */
    int64_t failed_at;   /* end of the last one that failed, 0 = none */
    int64_t turns;       /* since the start */
    int64_t failures;    /* of them */
    struct err last;     /* why the last one failed */
    bool is_running;     /* a turn is under way */
    bool failed_at_last; /* the last turn failed */
};

enum { KEEPER_JOBS = 8 };

/* `jobs` ends with a row without name and is copied; the installation must outlive the keeper. */
bool keeper_open(struct installation *i, const struct keeper_job *jobs, struct keeper **out,
                 struct err *err);

/* Asks every turn to end; comes back at once. */
void keeper_end(struct keeper *k);

/* Waits for the turns under way, at most `wait_us`, and gives everything back. False: one still
 * runs, and nothing was given back. NULL is allowed. */
bool keeper_close(struct keeper *k, int64_t wait_us);

/* Is this turn to end now? A job asks between its steps, at least once a second, and then answers
 * E_DRAINING. */
bool keeper_is_ending(const struct keeper_turn *t);

/* A turn of this job as soon as may be; NULL: every job looks at the clock again. From any thread.
 */
void keeper_wake(struct keeper *k, const char *name);

/* Copies up to KEEPER_JOBS rows; returns how many. */
size_t keeper_list(struct keeper *k, struct keeper_figures *out);

/* May this process work, or does another one lead? Always on SQLite, whose folder is locked. */
bool keeper_is_leader(struct store *s, const char *job);

#endif
