/* SPDX-License-Identifier: Apache-2.0 */
/* What each event of a case means for its state. Integers and codes alone: no clock, calendar, map
 * or setting. */
#include "town/cases/case_file.h"

#include <assert.h>

enum { START_STRIDE = 5 };

static void stop_clocks(struct case_file *c, const struct event *e) {
    const struct event_field *stop = event_find(e, "stop");

    for (size_t i = 0; stop != NULL && i < stop->count; i++) {
        for (size_t k = 0; k < c->clock_count; k++) {
            if (c->clocks[k].number == stop->list[i]) {
                c->clocks[k].stopped_at = e->at;
                c->clocks[k].is_changed = true;
            }
        }
    }
}

static void start_clocks(struct case_file *c, const struct event *e) {
    const struct event_field *start = event_find(e, "start");

    for (size_t i = 0; start != NULL && i + START_STRIDE <= start->count; i += START_STRIDE) {
        struct case_clock *k = &c->clocks[c->clock_count];

        assert(c->clock_count < LIMIT_CLOCKS_PER_CASE);
        *k = (struct case_clock){
            .number = (int64_t)c->clock_count + 1,
            .kind = (enum clock_kind)start->list[i],
            .amount = start->list[i + 1],
            .unit = (enum limit_unit)start->list[i + 2],
            .started_at = e->at,
            .due_at = start->list[i + 3],
            .provisional = start->list[i + 4],
            .is_new = true,
        };
        c->clock_count++;
        c->provisional = c->provisional || k->provisional;
        if (k->kind == CLOCK_FIRST_CONTACT) {
            c->first_contact_due_at = k->due_at;
        }
    }
}

static void set_next_due(struct case_file *c) {
    c->next_due_at = 0;
    for (size_t i = 0; i < c->clock_count; i++) {
        const struct case_clock *k = &c->clocks[i];

        if (k->stopped_at == 0 && k->kind != CLOCK_FIRST_CONTACT && k->due_at > 0 &&
            (c->next_due_at == 0 || k->due_at < c->next_due_at)) {
            c->next_due_at = k->due_at;
        }
    }
}

static struct case_task *add_task(struct case_file *c, const struct event *e, int64_t id,
                                  enum task_kind kind) {
    struct case_task *t = &c->tasks[c->task_count];

    assert(c->task_count < LIMIT_TASKS_PER_CASE);
    c->task_count++;
    *t = (struct case_task){.id = id,
                            .kind = kind,
                            .state = TASK_SENT,
                            .sent_at = e->at,
                            .round = c->reworks + 1,
                            .is_new = true};
    return t;
}

static struct case_task *find_task(struct case_file *c, int64_t id) {
    for (size_t i = 0; id > 0 && i < c->task_count; i++) {
        if (c->tasks[i].id == id) {
            c->tasks[i].is_changed = true;
            return &c->tasks[i];
        }
    }
    return NULL;
}

static void end_task(struct case_file *c, const struct event *e, enum task_state state) {
    struct case_task *t = find_task(c, event_int(e, "task", 0));

    if (t != NULL) {
        t->state = state;
        t->done_at = e->at;
        t->on_behalf = event_int(e, "on_behalf", t->on_behalf);
    }
}

/* Tasks of units that are still open are taken back: the case goes elsewhere or is over. */
static void withdraw_tasks(struct case_file *c, const struct event *e) {
    for (size_t i = 0; i < c->task_count; i++) {
        struct case_task *t = &c->tasks[i];

        if (t->state == TASK_SENT || t->state == TASK_SIGNED) {
            t->state = TASK_WITHDRAWN;
            t->done_at = e->at;
            t->is_changed = true;
        }
    }
}

static void on_reported(struct case_file *c, const struct event *e) {
    int64_t verify_task = event_int(e, "verify_task", 0);

    c->is_new = true;
    c->id = event_int(e, "case", 0);
    c->office = e->office;
    c->number = event_text(e, "number");
    c->procedure = event_text(e, "procedure");
    c->version = event_int(e, "version", 0);
    c->channel = (enum channel)term_find(TERMS_CHANNEL, event_text(e, "channel"));
    c->class = event_text(e, "class");
    c->community = event_int(e, "community", 0);
    c->estate = event_int(e, "estate", 0);
    c->grid = event_int(e, "grid", 0);
    c->wgs84_lat = event_int(e, "wgs84_lat", 0);
    c->wgs84_lon = event_int(e, "wgs84_lon", 0);
    c->cell = event_int(e, "cell", 0);
    c->outside = event_int(e, "outside", 0);
    c->reported_at = event_int(e, "reported_at", e->at);
    c->day = event_int(e, "day", 0);
    c->hour = event_int(e, "hour", 0);
    c->accepted_at = e->accepted_at;
    c->external_number = event_text(e, "external_number");
    c->external_due_at = event_int(e, "external_due_at", 0);
    c->confidential = event_int(e, "confidential", 0);
    c->found = event_int(e, "found", 0);
    c->voices = 1;
    if (verify_task > 0) {
        struct case_task *t = add_task(c, e, verify_task, TASK_VERIFY);

        t->grid = event_int(e, "task_grid", 0);
        t->due_at = event_int(e, "task_due_at", 0);
    }
}

static void on_verified(struct case_file *c, const struct event *e) {
    c->found = event_int(e, "found", 0);
    end_task(c, e, TASK_DONE);
}

/* Never before its report, whatever a clock said: lists of what was closed begin there. */
static int64_t end_of(const struct case_file *c, const struct event *e) {
    return e->at > c->reported_at ? e->at : c->reported_at;
}

static void on_declined(struct case_file *c, const struct event *e) {
    c->outcome = OUTCOME_REFUSED;
    c->closed_at = end_of(c, e);
    c->closed_day = event_int(e, "day", 0);
    c->late_after = 0;
    withdraw_tasks(c, e);
}

static void on_filed(struct case_file *c, const struct event *e) {
    c->class = event_text(e, "class");
    c->condition = event_int(e, "condition", 0);
    c->community = event_int(e, "community", c->community);
    c->estate = event_int(e, "estate", c->estate);
    c->grid = event_int(e, "grid", c->grid);
    c->filed_at = e->at;
    withdraw_tasks(c, e);
}

/* The time had run out already when the case went elsewhere: a new deadline does not undo that. */
static void keep_lateness(struct case_file *c, const struct event *e) {
    c->late = c->late || event_int(e, "late", 0) != 0;
}

static void on_dispatched(struct case_file *c, const struct event *e) {
    const struct event_field *assists = event_find(e, "assists");
    struct case_task *lead;

    withdraw_tasks(c, e);
    keep_lateness(c, e);
    c->unit = event_int(e, "unit", 0);
    c->dispatched_at = e->at;
    c->signed_at = 0;
    c->due_at = event_int(e, "due_at", c->due_at);
    c->late_after = c->due_at;
    lead = add_task(c, e, event_int(e, "task", 0), TASK_LEAD);
    lead->unit = c->unit;
    lead->due_at = c->due_at;
    for (size_t i = 0; assists != NULL && i + 2 <= assists->count; i += 2) {
        struct case_task *t = add_task(c, e, assists->list[i], TASK_ASSIST);

        t->unit = assists->list[i + 1];
        t->due_at = c->due_at;
    }
}

static void on_bounced(struct case_file *c, const struct event *e) {
    c->returns++;
    keep_lateness(c, e);
    end_task(c, e, TASK_RETURNED);
    withdraw_tasks(c, e);
}

static void on_signed(struct case_file *c, const struct event *e) {
    struct case_task *t = find_task(c, event_int(e, "task", 0));

    c->signed_at = e->at;
    if (t != NULL) {
        t->state = TASK_SIGNED;
        t->signed_at = e->at;
        t->on_behalf = event_int(e, "on_behalf", 0);
    }
}

static void on_handled(struct case_file *c, const struct event *e) {
    int64_t check_task = event_int(e, "check_task", 0);

    c->handled_at = e->at;
    c->condition = event_int(e, "condition", c->condition);
    c->outcome = (enum outcome)term_find(TERMS_OUTCOME, event_text(e, "outcome"));
    c->late = c->late || (c->due_at > 0 && e->at > c->due_at);
    c->late_after = 0;
    end_task(c, e, TASK_DONE);
    if (check_task > 0) {
        struct case_task *t = add_task(c, e, check_task, TASK_CHECK);

        t->grid = event_int(e, "task_grid", 0);
        t->due_at = event_int(e, "task_due_at", 0);
    }
}

static void on_checked(struct case_file *c, const struct event *e) {
    struct case_task *lead;

    c->checked_at = e->at;
    end_task(c, e, TASK_DONE);
    if (event_int(e, "pass", 0) != 0) {
        return;
    }
    c->reworks++;
    c->handled_at = 0;
    c->outcome = OUTCOME_NONE;
    c->due_at = event_int(e, "due_at", c->due_at);
    c->late_after = c->due_at;
    lead = find_task(c, event_int(e, "lead", 0));
    if (lead != NULL) {
        lead->state = TASK_SIGNED;
        lead->done_at = 0;
        lead->due_at = c->due_at;
        lead->round++;
    }
}

static void on_closed(struct case_file *c, const struct event *e) {
    c->outcome = (enum outcome)term_find(TERMS_OUTCOME, event_text(e, "outcome"));
    c->closed_at = end_of(c, e);
    c->closed_day = event_int(e, "day", 0);
    c->late_after = 0;
    c->leader_waiting = 0;
    withdraw_tasks(c, e);
}

/* It goes on elsewhere: here it is over, and late if it was. */
static void on_handed_over(struct case_file *c, const struct event *e) {
    keep_lateness(c, e);
    on_closed(c, e);
}

static void on_rated(struct case_file *c, const struct event *e) {
    c->solved = event_int(e, "solved", 0);
    c->rating = event_int(e, "rating", 0);
}

static void on_followed_up(struct case_file *c, const struct event *e) {
    if (event_int(e, "redo", 0) == 0) {
        return;
    }
    c->reworks++;
    c->handled_at = 0;
    c->closed_at = 0;
    c->closed_day = 0;
    c->outcome = OUTCOME_NONE;
    c->filled_above = 0;
}

static void on_noted(struct case_file *c, const struct event *e) {
    c->leader_waiting = event_int(e, "leader_waiting", c->leader_waiting);
    c->filled_above = event_int(e, "filled_above", c->filled_above);
    end_task(c, e, TASK_DONE);
}

static void on_contacted(struct case_file *c, const struct event *e) {
    if (event_int(e, "reached", 0) != 0 && c->first_contact_at == 0) {
        c->first_contact_at = e->at;
    }
}

static void set_due(struct case_file *c, const struct event *e) {
    if (event_find(e, "due_at") == NULL) {
        return;
    }
    c->due_at = event_int(e, "due_at", 0);
    c->late_after = c->handled_at > 0 ? 0 : c->due_at;
    for (size_t i = 0; i < c->task_count; i++) {
        struct case_task *t = &c->tasks[i];

        if ((t->kind == TASK_LEAD || t->kind == TASK_ASSIST) &&
            (t->state == TASK_SENT || t->state == TASK_SIGNED)) {
            t->due_at = c->due_at;
            t->is_changed = true;
        }
    }
}

static void on_merged(struct case_file *c, const struct event *e) {
    keep_lateness(c, e);
    c->voices = event_int(e, "voices", c->voices);
    c->closed_at = end_of(c, e);
    c->closed_day = event_int(e, "day", 0);
    c->late_after = 0;
    c->leader_waiting = 0;
    withdraw_tasks(c, e);
}

/* Its tasks and clocks go on as though they had never stopped. */
static void on_unmerged(struct case_file *c, const struct event *e) {
    const struct event_field *tasks = event_find(e, "tasks");
    const struct event_field *resume = event_find(e, "resume");

    c->closed_at = 0;
    c->closed_day = 0;
    c->late_after = event_int(e, "late_after", 0);
    c->leader_waiting = event_int(e, "leader_waiting", 0);
    for (size_t i = 0; tasks != NULL && i < tasks->count; i++) {
        struct case_task *t = find_task(c, tasks->list[i]);

        if (t != NULL) {
            t->state = t->signed_at > 0 ? TASK_SIGNED : TASK_SENT;
            t->done_at = 0;
        }
    }
    for (size_t i = 0; resume != NULL && i < resume->count; i++) {
        for (size_t k = 0; k < c->clock_count; k++) {
            if (c->clocks[k].number == resume->list[i]) {
                c->clocks[k].stopped_at = 0;
                c->clocks[k].is_changed = true;
            }
        }
    }
}

static void on_joined(struct case_file *c, const struct event *e) {
    c->voices += event_int(e, "voices", 0);
    set_due(c, e);
}

static void on_parted(struct case_file *c, const struct event *e) {
    c->voices -= event_int(e, "voices", 0);
    set_due(c, e);
}

static const struct {
    const char *name;
    void (*evolve)(struct case_file *c, const struct event *e);
} meanings[] = {
    {"case.reported/1", on_reported},
    {"case.verified/1", on_verified},
    {"case.declined/1", on_declined},
    {"case.filed/1", on_filed},
    {"case.dispatched/1", on_dispatched},
    {"case.bounced/1", on_bounced},
    {"case.signed/1", on_signed},
    {"case.handled/1", on_handled},
    {"case.checked/1", on_checked},
    {"case.closed/1", on_closed},
    {"case.rated/1", on_rated},
    {"case.followed_up/1", on_followed_up},
    {"case.noted/1", on_noted},
    {"case.contacted/1", on_contacted},
    {"case.handed_over/1", on_handed_over},
    {"case.merged/1", on_merged},
    {"case.unmerged/1", on_unmerged},
    {"case.joined/1", on_joined},
    {"case.parted/1", on_parted},
};

void case_evolve(struct case_file *c, const struct event *e) {
    struct str state = event_text(e, "state");

    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (event_is(e, meanings[i].name)) {
            meanings[i].evolve(c, e);
        }
    }
    if (state.n > 0) {
        c->state = (enum state)term_find(TERMS_STATE, state);
    }
    stop_clocks(c, e);
    start_clocks(c, e);
    set_next_due(c);
    c->photos += event_int(e, "photos", 0);
    c->last_event = e->number;
    c->last_at = e->at;
}
