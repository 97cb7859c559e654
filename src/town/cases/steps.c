/* SPDX-License-Identifier: Apache-2.0 */
/* What each kind of step asks and adds to its event. The frame around it (state, role, clocks,
 * words) is case_step.c. */
#include "town/cases/case_commands.h"
#include "town/cases/hand_over.h"
#include "town/cases/merge.h"

static bool step_verify(struct step_context *x, struct err *err) {
    struct case_task *t = case_open_task(x->c, TASK_VERIFY, 0);

    (void)err;
    event_add_int(x->e, "found", x->in->found ? 1 : 2);
    event_add_int(x->e, "task", t == NULL ? 0 : t->id);
    return true;
}

static bool step_decline(struct step_context *x, struct err *err) {
    (void)err;
    event_add_int(x->e, "day", civil_day(x->town, x->d->office, x->d->at));
    clocks_stop_all(x);
    return true;
}

static bool add_place(struct step_context *x, struct err *err) {
    const struct place *p;
    int64_t community;

    if (x->in->place == 0) {
        return true;
    }
    p = town_place(x->town, x->in->place);
    if (p == NULL || p->office != x->d->office) {
        return fail1(err, E_PLACE, "place",
                     arena_format(x->d->arena, "%lld", (long long)x->in->place));
    }
    community = town_ancestor(x->town, p->id, LEVEL_COMMUNITY);
    if (community != x->c->community) {
        decide_move(x->d, x->c->id, x->c->community, community);
    }
    event_add_int(x->e, "community", community);
    event_add_int(x->e, "grid", town_ancestor(x->town, p->id, LEVEL_GRID));
    event_add_int(x->e, "estate", town_ancestor(x->town, p->id, LEVEL_ESTATE));
    return true;
}

static bool step_file(struct step_context *x, struct err *err) {
    struct str code = x->in->class.n > 0 ? x->in->class : x->c->class;
    const struct catalogue_class *class = catalogue_class(x->catalogue, code);
    const struct catalogue_condition *row;

    if (class == NULL) {
        return code.n == 0 ? fail1(err, E_REQUIRED, "class", STR("class"))
                           : fail1(err, E_CLASS, "class", code);
    }
    if (!procedure_takes_class(x->procedure, class)) {
        return fail2(err, E_CLASS_KIND, "class", code, x->procedure->name[x->d->actor.language]);
    }
    row = catalogue_condition(class, (int)x->in->condition);
    if (row == NULL) {
        return fail2(err, E_CONDITION, "condition", code,
                     arena_format(x->d->arena, "%d", (int)x->in->condition));
    }
    event_add_text(x->e, "class", class->code);
    event_add_int(x->e, "condition", row->row);
    return add_place(x, err);
}

static bool check_unit(struct step_context *x, int64_t id, const char *field, struct err *err) {
    const struct unit *u = town_unit(x->town, id);

    return (u != NULL && u->office == x->d->office) ||
           fail1(err, E_UNIT, field, arena_format(x->d->arena, "%lld", (long long)id));
}

static bool add_assists(struct step_context *x, struct err *err) {
    int64_t list[LIMIT_ASSISTS * 2];
    size_t n = 0;

    for (size_t i = 0; i < x->in->assist_count; i++) {
        if (x->in->assists[i] == x->in->unit) {
            continue;
        }
        if (!check_unit(x, x->in->assists[i], "assists", err) ||
            !decide_next_id(x->d, &list[n], err)) {
            return false;
        }
        list[n + 1] = x->in->assists[i];
        n += 2;
    }
    if (n > 0) {
        event_add_list(x->e, "assists", list, n);
    }
    return true;
}

/* A return or another unit begins a new deadline, but a case that was late by then stays late. */
static void add_lateness(struct step_context *x) {
    if (x->c->late == 0 && x->c->late_after > 0 && x->d->at > x->c->late_after) {
        event_add_int(x->e, "late", 1);
    }
}

static bool step_dispatch(struct step_context *x, struct err *err) {
    int64_t task;
    int64_t due_at;

    if (!check_unit(x, x->in->unit, "unit", err) || !decide_next_id(x->d, &task, err)) {
        return false;
    }
    event_add_int(x->e, "unit", x->in->unit);
    event_add_int(x->e, "task", task);
    if (case_running_clock(x->c, CLOCK_HANDLE) != NULL) {
        x->stop[x->stop_count++] = case_running_clock(x->c, CLOCK_HANDLE)->number;
    }
    due_at = clock_start_handling(x);
    event_add_int(x->e, "due_at", due_at);
    add_lateness(x);
    return add_assists(x, err);
}

static bool step_bounce(struct step_context *x, struct err *err) {
    struct case_task *t = case_open_task(x->c, TASK_LEAD, 0);
    const struct clock_rule *dispatch = procedure_clock(x->procedure, CLOCK_DISPATCH);

    (void)err;
    event_add_int(x->e, "task", t == NULL ? 0 : t->id);
    add_lateness(x);
    if (case_running_clock(x->c, CLOCK_HANDLE) != NULL) {
        x->stop[x->stop_count++] = case_running_clock(x->c, CLOCK_HANDLE)->number;
    }
    if (dispatch != NULL) {
        clock_start(x, CLOCK_DISPATCH, &dispatch->limit);
    }
    return true;
}

static bool step_sign_for(struct step_context *x, struct err *err) {
    struct case_task *t = case_open_task(x->c, TASK_LEAD, 0);

    (void)err;
    event_add_int(x->e, "task", t == NULL ? 0 : t->id);
    return true;
}

static int64_t check_grid(const struct case_file *c) {
    return c->grid > 0 ? c->grid : c->community;
}

static bool step_handle(struct step_context *x, struct err *err) {
    struct case_task *t = case_open_task(x->c, TASK_LEAD, 0);
    int64_t check_task;

    if (x->in->outcome == OUTCOME_REFUSED) {
        return fail3(err, E_CHOICE, "outcome", STR("outcome"), STR("refused"),
                     STR("solved, explained, handed_over"));
    }
    event_add_int(x->e, "task", t == NULL ? 0 : t->id);
    event_add_text(
        x->e, "outcome",
        term_code(TERMS_OUTCOME,
                  (int)(x->in->outcome == OUTCOME_NONE ? OUTCOME_SOLVED : x->in->outcome)));
    if (x->next != STATE_TO_CHECK) {
        return true;
    }
    if (!decide_next_id(x->d, &check_task, err)) {
        return false;
    }
    event_add_int(x->e, "check_task", check_task);
    event_add_int(x->e, "task_grid", check_grid(x->c));
    event_add_int(x->e, "task_due_at", clock_due_of(x, CLOCK_CHECK));
    return true;
}

static struct case_task *last_lead(struct case_file *c) {
    struct case_task *lead = NULL;

    for (size_t i = 0; i < c->task_count; i++) {
        if (c->tasks[i].kind == TASK_LEAD && c->tasks[i].state == TASK_DONE) {
            lead = &c->tasks[i];
        }
    }
    return lead;
}

static bool step_check(struct step_context *x, struct err *err) {
    struct case_task *t = case_open_task(x->c, TASK_CHECK, 0);
    struct case_task *lead = last_lead(x->c);

    event_add_int(x->e, "pass", x->in->pass);
    event_add_int(x->e, "task", t == NULL ? 0 : t->id);
    if (x->in->pass) {
        return true;
    }
    if (x->in->reason.n == 0 && x->in->text.n == 0) {
        return fail(err, E_REASON, "reason");
    }
    event_add_int(x->e, "lead", lead == NULL ? 0 : lead->id);
    event_add_int(x->e, "due_at", clock_start_handling(x));
    return true;
}

static bool step_close(struct step_context *x, struct err *err) {
    enum outcome outcome = x->in->outcome != OUTCOME_NONE ? x->in->outcome : x->c->outcome;

    if (x->procedure->reply_limit > 0 &&
        str_characters(x->in->answer) > (size_t)x->procedure->reply_limit) {
        return fail2(err, E_TOO_LONG, "answer", STR("answer"),
                     arena_format(x->d->arena, "%d", x->procedure->reply_limit));
    }
    event_add_text(
        x->e, "outcome",
        term_code(TERMS_OUTCOME, (int)(outcome == OUTCOME_NONE ? OUTCOME_SOLVED : outcome)));
    event_add_int(x->e, "day", civil_day(x->town, x->d->office, x->d->at));
    clocks_stop_all(
        x); /* a first contact that never was, the acceptance of what was put right on the spot */
    return true;
}

/* The voice that rates: the one behind the link, or the first of the case when staff record a
 * call-back. */
static bool find_voice(struct step_context *x, int64_t *voice, int64_t *rated, struct err *err) {
    struct stmt *q = store_sql(x->d->store, SQL_VOICE_LIST);
    bool found = false;

    stmt_bind_int(q, 1, x->c->id);
    while (!found && stmt_next(q)) {
        *voice = stmt_int(q, 0);
        *rated = stmt_int(q, 5);
        found = x->request->voice == 0 || x->request->voice == *voice;
    }
    return stmt_end(q, err) && (found || fail1(err, E_NOT_FOUND, "voice", STR("voice")));
}

static bool is_bad(const struct step_context *x) {
    return x->in->solved == 2 || (x->in->grade > 0 && x->in->grade < x->procedure->bad_below);
}

static bool step_rate(struct step_context *x, struct err *err) {
    int64_t voice = 0;
    int64_t rated = 0;

    if (x->in->solved < 1 || x->in->solved > 2) { /* the case is bad or good by it */
        return fail1(err, E_REQUIRED, "solved", STR("solved"));
    }
    if (x->in->grade < 0 || x->in->grade > GRADE_BEST) {
        return fail2(err, E_RANGE, "grade", STR("grade"), STR("1-5"));
    }
    if (!find_voice(x, &voice, &rated, err)) {
        return false;
    }
    if (rated != 0) {
        return fail(err, E_RATED, "");
    }
    event_add_int(x->e, "voice", voice);
    event_add_int(x->e, "solved", x->in->solved);
    event_add_int(x->e, "rating", x->in->grade);
    if (x->c->state == STATE_MERGED) {
        return merge_rated(x, is_bad(x), err);
    }
    if (is_bad(x)) {
        clock_start(x, CLOCK_FOLLOW_UP, &x->procedure->follow_up);
    }
    return true;
}

static bool step_follow_up(struct step_context *x, struct err *err) {
    const struct clock_rule *dispatch = procedure_clock(x->procedure, CLOCK_DISPATCH);

    (void)err;
    event_add_int(x->e, "redo", x->in->redo);
    if (x->in->redo) { /* whoever said that it was not solved is asked again when it is done */
        event_add_int(x->e, "ask_again", 1);
    }
    clocks_stop_all(x);
    if (x->in->redo && dispatch != NULL) {
        clock_start(x, CLOCK_DISPATCH, &dispatch->limit);
    }
    return true;
}

static bool step_note(struct step_context *x, struct err *err) {
    const struct account *a = x->d->actor.person;
    struct case_task *mine =
        a == NULL || a->unit == 0 ? NULL : case_open_task(x->c, TASK_ASSIST, a->unit);

    if (x->in->instruct && (a == NULL || !TERM_HAS(a->roles, ROLE_LEADER))) {
        return fail2(err, E_FORBIDDEN, "instruct", STR("instruct"),
                     term_name(TERMS_ROLE, ROLE_LEADER, x->d->actor.language));
    }
    if (x->in->ask_leader) {
        event_add_int(x->e, "leader_waiting", 1);
    } else if (x->in->instruct) {
        event_add_int(x->e, "leader_waiting", 0);
    }
    if (x->in->filled_above) {
        event_add_int(x->e, "filled_above", 1);
    }
    if (x->in->done && mine != NULL) {
        event_add_int(x->e, "task", mine->id);
    }
    return true;
}

static bool step_first_contact(struct step_context *x, struct err *err) {
    struct case_clock *k = case_running_clock(x->c, CLOCK_FIRST_CONTACT);

    (void)err;
    event_add_int(x->e, "reached", x->in->reached);
    if (!x->in->reached) { /* three tries are an answer too; the clock runs on until somebody is
                              reached */
        x->stop_count = 0;
        x->start_count = 0;
    } else if (k != NULL && x->stop_count == 0) {
        x->stop[x->stop_count++] = k->number;
    }
    return true;
}

static bool step_hand_over(struct step_context *x, struct err *err) {
    const struct office *to = town_office_by_code(x->town, x->in->office);

    if (to == NULL || to->id == x->d->office) {
        return fail1(err, E_HAND_OVER, "office", x->in->office);
    }
    if (x->in->text.n == 0) {
        return fail1(err, E_REQUIRED, "text", STR("text"));
    }
    event_add_int(x->e, "office", to->id);
    event_add_text(x->e, "outcome", term_code(TERMS_OUTCOME, OUTCOME_HANDED_OVER));
    event_add_int(x->e, "day", civil_day(x->town, x->d->office, x->d->at));
    add_lateness(x);
    clocks_stop_all(x);
    return true;
}

const step_function step_functions[STEP_COUNT] = {
    [STEP_VERIFY] = step_verify,
    [STEP_DECLINE] = step_decline,
    [STEP_FILE] = step_file,
    [STEP_DISPATCH] = step_dispatch,
    [STEP_BOUNCE] = step_bounce,
    [STEP_SIGN_FOR] = step_sign_for,
    [STEP_HANDLE] = step_handle,
    [STEP_CHECK] = step_check,
    [STEP_CLOSE] = step_close,
    [STEP_RATE] = step_rate,
    [STEP_FOLLOW_UP] = step_follow_up,
    [STEP_NOTE] = step_note,
    [STEP_FIRST_CONTACT] = step_first_contact,
    [STEP_HAND_OVER] = step_hand_over,
    [STEP_MERGE] = merge_step,
    [STEP_UNMERGE] = merge_undo,
    [STEP_TELL_APART] = merge_tell_apart,
};
