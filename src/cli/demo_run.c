/* SPDX-License-Identifier: Apache-2.0 */
/* All stories through the door, in the order of time, in whole batches. A step of a case whose
 * report is still in the same batch learns the case's id when it is decided: by then the report
 * before it has its answer.
 */
#include "cli/demo.h"

#include "cli/cli.h"
#include "engine/ledger/ledger.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct step_of_case {
    struct demo_case *c;
    const struct demo_case *main; /* of a merge: known when it is decided, as the case is */
    struct case_steps request;
};

struct teller {
    struct demo_world *w;
    struct door *door;
    struct demo_case **heap; /* earliest next act first */
    size_t heap_count;
    struct arena *arena; /* of the batch */
    struct command commands[LIMIT_BATCH_COMMANDS];
    struct demo_case *of_command[LIMIT_BATCH_COMMANDS];
    size_t count;
    struct demo_counts *counts;
};

/* ---- the heap */

static int64_t next_at(const struct demo_case *c) {
    return c->next == 0 ? c->at : c->acts[c->next - 1].at;
}

/* Earlier first; what was reported first when both are due at the same instant. */
static bool is_before(const struct demo_case *x, const struct demo_case *y) {
    int64_t a = next_at(x);
    int64_t b = next_at(y);

    return a != b ? a < b : x->at < y->at;
}

static void sink(struct teller *t, size_t i) {
    for (;;) {
        size_t least = i;

        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < t->heap_count; child++) {
            least = is_before(t->heap[child], t->heap[least]) ? child : least;
        }
        if (least == i) {
            return;
        }
        struct demo_case *c = t->heap[i];

        t->heap[i] = t->heap[least];
        t->heap[least] = c;
        i = least;
    }
}

/* ---- commands */

/* The one-task link of a unit without accounts stands for its open task. */
static bool find_link(struct decide *d, struct case_steps *request, struct err *err) {
    struct case_file *c = arena_new(d->arena, struct case_file);
    const struct case_task *lead;
    bool found;

    if (d->actor.account != ACTOR_LINK) {
        return true;
    }
    if (!case_load(d->store, d->arena, request->case_id, c, &found, err)) {
        return false;
    }
    lead = case_open_task(c, TASK_LEAD, 0);
    request->task = lead == NULL ? 0 : lead->id;
    return true;
}

/* 0: its report is in the same batch. */
static int64_t id_of(const struct demo_case *c) {
    return c->reporting == NULL ? c->case_id : c->reporting->subject;
}

static int64_t case_of(const void *input) {
    const struct step_of_case *s = input;

    return id_of(s->c);
}

static bool decide_step(struct decide *d, const void *input, struct err *err) {
    const struct step_of_case *s = input;
    struct case_steps *request = arena_new(d->arena, struct case_steps);

    *request = s->request;
    request->case_id = case_of(s);
    request->steps[0].main = s->main == NULL ? 0 : id_of(s->main);
    return find_link(d, request, err) && case_step.decide(d, request, err);
}

static const struct command_row told_step = {
    .name = "case.step", .decide = decide_step, .names = case_of};

static void fill_step(struct step_input *in, const struct demo_case *c, const struct demo_act *a) {
    bool is_answer = a->step == STEP_CLOSE;

    in->step = a->step;
    in->given = TERM_ALL(NEED_COUNT);
    in->found = in->pass = in->redo = in->reached = a->yes;
    in->solved = a->solved;
    in->grade = a->grade;
    in->text = is_answer ? (struct str){0} : a->text;
    in->answer = is_answer ? a->text : (struct str){0};
    in->reason = a->step == STEP_DECLINE || a->step == STEP_BOUNCE ? a->text : (struct str){0};
    in->outcome = a->outcome;
    in->same = a->step == STEP_MERGE ? SAME_PROBLEM : SAME_NONE;
    in->is_public = a->is_public;
    in->ask_leader = a->ask_leader;
    in->instruct = a->instruct;
    in->filled_above = a->filled_above;
    in->done = a->done;
    in->person = a->person;
    in->called_at = a->person.n > 0 ? a->at - 3 * MINUTE_US : 0;
    if (a->step == STEP_FILE) {
        in->class = c->topic->class;
        in->condition = c->condition->row;
    }
    if (a->step == STEP_DISPATCH) {
        in->unit = a->unit->id;
        for (size_t i = 0; a->with_assists && i < c->assist_count; i++) {
            in->assists[in->assist_count++] = c->assists[i]->id;
        }
    }
}

static const void *make_steps(struct teller *t, struct demo_case *c) {
    struct step_of_case *s = arena_new(t->arena, struct step_of_case);
    bool more = true;

    s->c = c;
    for (; more && s->request.count < LIMIT_STEPS_PER_REQUEST; c->next++) {
        const struct demo_act *a = &c->acts[c->next - 1];

        fill_step(&s->request.steps[s->request.count++], c, a);
        s->main = a->main;
        more = a->is_joined;
    }
    return s;
}

static void add_command(struct teller *t, struct demo_case *c) {
    struct command *command = &t->commands[t->count];
    bool is_report = c->next == 0;
    const struct demo_act *a = is_report ? NULL : &c->acts[c->next - 1];

    *command =
        (struct command){.row = is_report ? &case_report : &told_step, .office = t->w->office};
    command->said_at = next_at(c);
    command->actor = (struct actor){.account = is_report ? c->actor : a->actor,
                                    .may_backdate = true,
                                    .person = is_report ? c->who : a->who,
                                    .language = LANGUAGE_ZH};
    if (is_report) {
        command->input = &c->report;
        c->reporting = command;
        c->next = 1;
        atomic_fetch_add(&t->counts->reported, 1);
    } else {
        command->input = make_steps(t, c);
    }
    t->of_command[t->count++] = c;
}

/* ---- batches */

/* Cases so far, and a second. */
static void show_progress(struct demo_counts *n) {
    int64_t us = n->clock->now_us(n->clock) - n->began_us + 1;
    long long reported = atomic_load(&n->reported);

    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%lld / %lld  %lld/s ", reported, (long long)n->all,
                (reported - (long long)n->began_with) * SECOND_US / us);
    }
}

void demo_run_over(void) {
    if (isatty(STDERR_FILENO)) {
        fputs("\n", stderr);
    }
}

static bool run_batch(struct teller *t, struct err *err) {
    bool ok = door_run(t->door, t->commands, t->count);

    for (size_t i = 0; i < t->count; i++) {
        const struct command *c = &t->commands[i];

        if (!c->ok && c->err.code != 0) {
            *err = c->err;
            return err_detail(err, "topic %.*s, act %zu: %.150s",
                              STR_ARG(t->of_command[i]->topic->code), t->of_command[i]->next,
                              c->err.detail);
        }
        if (t->of_command[i]->reporting == c) {
            t->of_command[i]->case_id = c->subject;
            t->of_command[i]->reporting = NULL;
        }
    }
    atomic_fetch_add(&t->counts->commands, (long long)t->count);
    t->count = 0;
    arena_reset(t->arena);
    show_progress(t->counts);
    return ok;
}

static bool tell_all(struct teller *t, struct err *err) {
    while (t->heap_count > 0) {
        struct demo_case *c = t->heap[0];

        add_command(t, c);
        if (c->next > c->act_count) {
            t->heap[0] = t->heap[--t->heap_count];
        }
        sink(t, 0);
        if ((t->count == LIMIT_BATCH_COMMANDS || t->heap_count == 0) && !run_batch(t, err)) {
            return false;
        }
    }
    return true;
}

bool demo_run(struct demo_world *w, struct door *d, struct demo_case **cases, size_t count,
              struct demo_counts *counts, struct err *err) {
    struct teller *t = arena_new(w->arena, struct teller);
    struct store *store = door_store(d);
    struct ledger_head before;
    struct ledger_head behind;
    bool ok = ledger_head(store, w->office, &before, err);

    *t = (struct teller){.w = w, .door = d, .heap_count = count, .counts = counts};
    t->heap = arena_array(w->arena, struct demo_case *, count);
    memcpy(t->heap, cases, count * sizeof *t->heap);
    t->arena = arena_open();
    for (size_t k = count / 2 + 1; k-- > 0;) {
        sink(t, k);
    }
    ok = ok && tell_all(t, err) && ledger_head(store, w->office, &behind, err);
    atomic_fetch_add(&counts->events, ok ? behind.number - before.number : 0);
    arena_close(t->arena);
    return ok;
}
