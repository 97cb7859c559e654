/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_file.h - one problem and its whole state: the row, its clocks and its tasks.
 *
 * case_evolve is the heart: from the state before and an event it makes the state after, with no
 * database, clock, calendar or setting. `decide` uses it to look ahead through adjoining steps,
 * `apply` to change the rows, replay to prove them. Columns stand once, in CASE_COLUMNS: struct,
 * reading and writing follow it.
 *
 * Invariants  next_due_at is the first deadline of the running clocks, first contact aside;
 *             late_after is due_at while handling is unfinished; a task or clock is never removed.
 * Memory      plain values and texts in the arena that loaded it.
 * Limits      LIMIT_CLOCKS_PER_CASE, LIMIT_TASKS_PER_CASE.
 */
#ifndef LINLI_TOWN_CASE_FILE_H
#define LINLI_TOWN_CASE_FILE_H

#include "base/limits.h"
#include "town/town.h"

/* I(name) an integer, T(name) a text, E(name, set, type) a term; in the order of cases.sql. */
/* clang-format off */
#define CASE_COLUMNS(I, T, E) \
    I(id) I(office) T(number) T(procedure) I(version) E(state, TERMS_STATE, enum state) \
    E(channel, TERMS_CHANNEL, enum channel) T(class) I(condition) I(community) I(estate) \
    I(grid) I(wgs84_lat) I(wgs84_lon) I(cell) I(outside) I(unit) I(reported_at) I(day) \
    I(hour) I(accepted_at) I(filed_at) I(dispatched_at) I(signed_at) I(handled_at) \
    I(checked_at) I(closed_at) I(closed_day) I(due_at) I(next_due_at) I(late_after) I(late) \
    I(provisional) I(first_contact_due_at) I(first_contact_at) T(external_number) \
    I(external_due_at) I(filled_above) I(returns) I(reworks) I(found) \
    E(outcome, TERMS_OUTCOME, enum outcome) I(solved) I(rating) I(leader_waiting) \
    I(confidential) I(voices) I(photos) I(last_event) I(last_at)
/* The same by how often they change, so that a step touches no index that it does not move: most
 * steps change COURSE alone, a dispatch, an ending or a rating TURN too, a new class or place
 * STEADY. */
#define CASE_COURSE(I, T, E) \
    E(state, TERMS_STATE, enum state) I(condition) I(filed_at) I(dispatched_at) I(signed_at) \
    I(handled_at) I(checked_at) I(due_at) I(next_due_at) I(late_after) I(late) I(provisional) \
    I(first_contact_due_at) I(first_contact_at) I(filled_above) I(returns) I(reworks) I(found) \
    E(outcome, TERMS_OUTCOME, enum outcome) I(voices) I(photos) I(last_event) I(last_at)
#define CASE_TURN(I, T, E) \
    I(unit) I(closed_at) I(closed_day) I(solved) I(rating) I(leader_waiting)
#define CASE_STEADY(I, T, E) \
    I(office) T(number) T(procedure) I(version) E(channel, TERMS_CHANNEL, enum channel) T(class) \
    I(community) I(estate) I(grid) I(wgs84_lat) I(wgs84_lon) I(cell) I(outside) I(reported_at) \
    I(day) I(hour) I(accepted_at) T(external_number) I(external_due_at) I(confidential)
/* clang-format on */

enum task_kind { TASK_NONE, TASK_VERIFY, TASK_LEAD, TASK_ASSIST, TASK_CHECK, TASK_KINDS };
enum task_state {
    TASK_STATE_NONE,
    TASK_SENT,
    TASK_SIGNED,
    TASK_DONE,
    TASK_RETURNED,
    TASK_WITHDRAWN,
    TASK_STATES
};

struct case_task {
    int64_t id;
    enum task_kind kind;
    int64_t unit; /* 0 for a grid worker's task */
    int64_t grid; /* grid or community whose worker has it, 0 for a unit's */
    enum task_state state;
    int64_t sent_at;
    int64_t due_at; /* 0 = none */
    int64_t signed_at;
    int64_t done_at;
    int64_t on_behalf; /* account, 0 = itself */
    int64_t round;
    bool is_new;
    bool is_changed;
};

struct case_clock {
    int64_t number; /* from 1 */
    enum clock_kind kind;
    int64_t amount;
    enum limit_unit unit; /* UNIT_NONE: their deadline, set above */
    int64_t started_at;
    int64_t due_at;
    int64_t stopped_at; /* 0 = running */
    int64_t provisional;
    bool is_new;
    bool is_changed;
};

#define CASE_INT(name)             int64_t name;
#define CASE_TEXT(name)            struct str name;
#define CASE_TERM(name, set, type) type name;

/* Of a row what changes seldom, as the database has it. */
struct case_row_before {
    CASE_TURN(CASE_INT, CASE_TEXT, CASE_TERM)
    CASE_STEADY(CASE_INT, CASE_TEXT, CASE_TERM)
};

struct case_file {
    CASE_COLUMNS(CASE_INT, CASE_TEXT, CASE_TERM)
#undef CASE_INT
#undef CASE_TEXT
#undef CASE_TERM
    struct case_row_before before;
    bool is_new; /* not yet in the database */
    size_t clock_count;
    size_t task_count;
    struct case_clock clocks[LIMIT_CLOCKS_PER_CASE]; /* those in use are copied: last */
    struct case_task tasks[LIMIT_TASKS_PER_CASE];
};

struct str task_kind_code(enum task_kind kind);
struct str task_state_code(enum task_state state);

/* The state after the event. */
void case_evolve(struct case_file *c, const struct event *e);

/* *found false: there is none. */
bool case_load(struct store *s, struct arena *a, int64_t id, struct case_file *c, bool *found,
               struct err *err);
/* Those of the first one's office that are there are kept, as far as they are not: case_load of one
 * asks nothing then. Within a transaction; a server is asked in one turn. */
bool case_load_many(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                    struct err *err);
/* Ids as a JSON list, for statements about many. */
struct str case_ids_write(struct arena *a, const int64_t *ids, size_t count);

/* Of one office and with their clocks, without their tasks, in the order of the ids; NULL
 * where there is none. A server is asked in one turn. */
bool cases_list(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                const struct case_file **out, struct err *err);
/* The same with their tasks, by which one knows who may see them. */
bool cases_load(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                const struct case_file **out, struct err *err);
/* The case of the office with this number at the body above; id 0: there is none. */
struct case_twin {
    int64_t id;
    struct str number;
};
bool case_find_external(struct store *s, struct arena *a, int64_t office, struct str number,
                        struct case_twin *twin, struct err *err);
/* Within a transaction it is kept, and written once at its end (case_kept.h). */
bool case_save(struct store *s, struct case_file *c, struct err *err);
/* Writes what is not as the database has it. */
bool case_write(struct store *s, struct case_file *c, struct err *err);

/* The clock of this kind that runs, or NULL. */
struct case_clock *case_running_clock(struct case_file *c, enum clock_kind kind);

/* The open task of this kind (for a unit when unit > 0), or NULL. */
struct case_task *case_open_task(struct case_file *c, enum task_kind kind, int64_t unit);

/* Every row of a list with the columns of the case in this order, read by case_read_row. */
void case_read_row(struct stmt *q, struct arena *a, struct case_file *c);

/* ---- what the events of a case carry
 * Every one:  case, state (code, when it changes), stop [clock numbers], start [kind, amount, unit,
 *             due, provisional ...], said_at (the actor's own time of it, when it differs), public
 *             (0/1), on_behalf fields where given.
 * The rest stands with each event in events.md beside this file. */
bool case_event_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);

#endif
