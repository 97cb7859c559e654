/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/merge.h"

#include "engine/ledger/ledger.h"
#include "town/cases/case_commands.h"

#include <assert.h>

static_assert(LIMIT_MERGED_ALONG + LIMIT_STEPS_PER_REQUEST + 1 < DECIDE_EVENTS,
              "a merge with all that it takes along is one command");

/* ---- looked up */

bool merge_find(struct store *s, int64_t case_id, struct merge *out, struct err *err) {
    struct stmt *q = store_sql(s, SQL_MERGE_FETCH);

    *out = (struct merge){0};
    stmt_bind_int(q, 1, case_id);
    if (stmt_next(q)) {
        out->main_case = stmt_int(q, 0);
        out->event = stmt_int(q, 1);
    }
    return stmt_end(q, err);
}

bool merge_list(struct store *s, struct arena *a, int64_t main_case, size_t most, int64_t **ids,
                size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_MERGE_LIST);

    *ids = arena_array(a, int64_t, most + 1);
    *count = 0;
    stmt_bind_int(q, 1, main_case);
    stmt_bind_int(q, 2, (int64_t)most);
    while (stmt_next(q)) {
        (*ids)[(*count)++] = stmt_int(q, 0);
    }
    return stmt_end(q, err);
}

bool merge_follow(struct store *s, struct arena *a, const struct case_file *c,
                  const struct case_file **goes_on, struct err *err) {
    struct case_file *other = arena_new(a, struct case_file);
    struct merge m;
    bool found;

    *goes_on = c;
    if (c->state != STATE_MERGED) {
        return true;
    }
    if (!merge_find(s, c->id, &m, err) || !case_load(s, a, m.main_case, other, &found, err)) {
        return false;
    }
    *goes_on = found ? other : c;
    return true;
}

bool merge_apply(struct store *s, const struct event *e, struct err *err) {
    bool is_merged = event_is(e, "case.merged/1");
    bool is_moved = event_is(e, "case.remerged/1");
    struct stmt *q;

    if (!is_merged && !is_moved && !event_is(e, "case.unmerged/1")) {
        return true;
    }
    q = store_sql(s, is_merged ? SQL_MERGE_INSERT : is_moved ? SQL_MERGE_MOVE : SQL_MERGE_DELETE);
    stmt_bind_int(q, 1, event_int(e, "case", 0));
    if (is_merged || is_moved) {
        stmt_bind_int(q, 2, event_int(e, "main", 0));
    }
    if (is_merged) {
        stmt_bind_int(q, 3, e->number);
    }
    return stmt_run_one(q, err);
}

/* ---- the other case of a step */

static bool load_case(struct step_context *x, int64_t id, struct case_file **out, struct err *err) {
    bool found;

    *out = arena_new(x->d->arena, struct case_file);
    return case_load(x->d->store, x->d->arena, id, *out, &found, err) &&
           ((found && (*out)->office == x->d->office) ||
            fail1(err, E_NOT_FOUND, "main", arena_format(x->d->arena, "%lld", (long long)id)));
}

/* An event of the other case, with the clocks that it stops and starts. */
static struct step_context other_event(const struct step_context *x, struct case_file *c,
                                       const char *name) {
    struct step_context y = {.d = x->d, .town = x->town, .c = c, .request = x->request};

    y.in = x->in;
    y.next = c->state;
    y.catalogue = town_catalogue(y.town, c->version);
    y.procedure = catalogue_procedure(y.catalogue, c->procedure);
    y.e = decide_emit(y.d, name);
    event_add_int(y.e, "case", c->id);
    return y;
}

static void name_other(struct event *e, const char *id, const char *number,
                       const struct case_file *c) {
    event_add_int(e, id, c->id);
    event_add_text(e, number, c->number);
}

/* Each is decided on the rows as they are, so one command merges or undoes once. */
static bool check_alone(const struct step_context *x, struct err *err) {
    size_t n = 0;

    for (size_t i = 0; i < x->request->count; i++) {
        n += x->request->steps[i].step == STEP_MERGE || x->request->steps[i].step == STEP_UNMERGE;
    }
    return n == 1 || fail3(err, E_STEP, "steps",
                           term_name(TERMS_STATE, (int)x->c->state, x->d->actor.language),
                           term_name(TERMS_STEP, (int)x->in->step, x->d->actor.language), STR("-"));
}

/* ---- promises */

static int64_t sooner(int64_t a, int64_t b) {
    return a == 0 || (b > 0 && b < a) ? b : a;
}

/* What was promised to whoever raised it, while it lies ahead: a broken promise stays with the case
 * that it was given for. */
static int64_t promise_of(const struct case_file *c, int64_t at) {
    int64_t due = c->due_at > 0 ? c->due_at : c->external_due_at;

    return due > at ? due : 0;
}

/* The deadline of its own handling, 0 = it was never dispatched. */
static int64_t own_due(const struct case_file *c) {
    int64_t due = 0;

    for (size_t i = 0; i < c->clock_count; i++) {
        due = c->clocks[i].kind == CLOCK_HANDLE ? c->clocks[i].due_at : due;
    }
    return due;
}

/* From now on the earliest promise to a merged case is this one, 0 = there is none. */
static bool set_promise(struct step_context *y, int64_t promise, struct err *err) {
    struct case_clock *k = case_running_clock(y->c, CLOCK_PROMISE);

    if (y->c->handled_at > 0 || promise == (k == NULL ? 0 : k->due_at)) {
        return true;
    }
    if (y->c->clock_count + CLOCKS_TO_THE_END > LIMIT_CLOCKS_PER_CASE) {
        return fail1(err, E_ROUNDS, "step",
                     term_name(TERMS_STEP, (int)y->in->step, y->d->actor.language));
    }
    if (k != NULL) {
        y->stop[y->stop_count++] = k->number;
    }
    if (promise > 0) {
        clock_start_until(y, CLOCK_PROMISE, promise);
    }
    event_add_int(y->e, "due_at", sooner(own_due(y->c), promise));
    clocks_write(y);
    return true;
}

/* ---- merge */

static bool find_main(struct step_context *x, struct case_file **main, struct err *err) {
    struct merge m;

    if (!load_case(x, x->in->main, main, err)) {
        return false;
    }
    if ((*main)->state == STATE_MERGED) { /* no chains: it goes on with another already */
        struct str number = (*main)->number;

        if (!merge_find(x->d->store, (*main)->id, &m, err)) {
            return false;
        }
        if (m.main_case == x->c->id) {
            return fail1(err, E_MERGE_MINE, "main", number);
        }
        if (!load_case(x, m.main_case, main, err)) {
            return false;
        }
    }
    return (*main)->id != x->c->id || fail(err, E_MERGE_SAME, "main");
}

/* Whoever merges answers for both: may he merge the main case too? And its answer goes to all, so
 * it must not be one that asked for secrecy. */
static bool check_main(struct step_context *x, const struct case_file *main, struct err *err) {
    const struct procedure *p =
        catalogue_procedure(town_catalogue(x->town, main->version), main->procedure);
    const struct step_rule *rule = p == NULL ? NULL : catalogue_step(p, STEP_MERGE);

    if (!TERM_HAS(STATES_OPEN, main->state)) {
        return fail2(err, E_MERGE_ENDED, "main", main->number,
                     term_name(TERMS_STATE, (int)main->state, x->d->actor.language));
    }
    return step_check_who(x->d->arena, x->town, main, &x->d->actor, rule == NULL ? x->rule : rule,
                          err) &&
           (main->confidential == 0 || fail1(err, E_MERGE_SECRET, "main", main->number));
}

/* What was merged into the case goes along: each gets its event. Gives their voices. */
static bool take_along(struct step_context *x, const struct case_file *main, int64_t *voices,
                       int64_t *promise, struct err *err) {
    int64_t *ids;
    size_t count;

    *voices = 0;
    if (x->c->voices == 1) {
        return true;
    }
    if (!merge_list(x->d->store, x->d->arena, x->c->id, LIMIT_MERGED_ALONG + 1, &ids, &count,
                    err)) {
        return false;
    }
    if (count > LIMIT_MERGED_ALONG) {
        return fail1(err, E_MERGE_MANY, "main",
                     arena_format(x->d->arena, "%d", LIMIT_MERGED_ALONG));
    }
    for (size_t i = 0; i < count; i++) {
        struct case_file *c;
        struct event *e;

        if (!load_case(x, ids[i], &c, err)) {
            return false;
        }
        e = decide_emit(x->d, "case.remerged/1");
        event_add_int(e, "case", c->id);
        name_other(e, "main", "main_number", main);
        *voices += c->voices;
        *promise = sooner(*promise, promise_of(c, x->d->at));
    }
    return true;
}

/* What it was, so that it can be put back. */
static void add_before(struct step_context *x) {
    int64_t tasks[LIMIT_TASKS_PER_CASE];
    size_t n = 0;

    event_add_text(x->e, "was", term_code(TERMS_STATE, (int)x->c->state));
    event_add_int(x->e, "late_after", x->c->late_after);
    event_add_int(x->e, "leader_waiting", x->c->leader_waiting);
    for (size_t i = 0; i < x->c->task_count; i++) {
        const struct case_task *t = &x->c->tasks[i];

        if (t->state == TASK_SENT || t->state == TASK_SIGNED) {
            tasks[n++] = t->id;
        }
    }
    if (n > 0) {
        event_add_list(x->e, "tasks", tasks, n);
    }
}

/* First contact is owed to the person, not to the problem. */
static void stop_clocks(struct step_context *x) {
    const struct case_clock *contact = case_running_clock(x->c, CLOCK_FIRST_CONTACT);
    size_t n = 0;

    clocks_stop_all(x);
    for (size_t i = 0; i < x->stop_count; i++) {
        if (contact == NULL || x->stop[i] != contact->number) {
            x->stop[n++] = x->stop[i];
        }
    }
    x->stop_count = n;
}

bool merge_step(struct step_context *x, struct err *err) {
    int64_t promise = promise_of(x->c, x->d->at);
    int64_t along;
    struct case_file *main;
    struct step_context y;

    if (!check_alone(x, err) || !find_main(x, &main, err) || !check_main(x, main, err) ||
        !take_along(x, main, &along, &promise, err)) {
        return false;
    }
    if (main->voices + x->c->voices > LIMIT_VOICES_PER_CASE) {
        return fail1(err, E_MERGE_MANY, "main",
                     arena_format(x->d->arena, "%d", LIMIT_VOICES_PER_CASE));
    }
    name_other(x->e, "main", "main_number", main);
    event_add_text(x->e, "same", term_code(TERMS_SAME, (int)x->in->same));
    event_add_int(x->e, "voices", x->c->voices - along);
    event_add_int(x->e, "day", civil_day(x->town, x->d->office, x->d->at));
    if (x->c->late_after > 0 && x->d->at > x->c->late_after) { /* it was late by then */
        event_add_int(x->e, "late", 1);
    }
    add_before(x);
    stop_clocks(x);
    y = other_event(x, main, "case.joined/1");
    name_other(y.e, "merged", "merged_number", x->c);
    event_add_int(y.e, "voices", x->c->voices);
    if (case_running_clock(main, CLOCK_PROMISE) != NULL) {
        promise = sooner(promise, case_running_clock(main, CLOCK_PROMISE)->due_at);
    }
    return (promise == 0 || (own_due(main) > 0 && own_due(main) <= promise)) ||
           set_promise(&y, promise, err);
}

/* ---- unmerge */

/* The earliest promise to those that stay. */
static bool promise_of_rest(struct step_context *x, const struct case_file *main, int64_t *promise,
                            struct err *err) {
    int64_t *ids;
    size_t count;

    *promise = 0;
    if (!merge_list(x->d->store, x->d->arena, main->id, LIMIT_VOICES_PER_CASE, &ids, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct case_file *c;

        if (ids[i] == x->c->id) {
            continue;
        }
        if (!load_case(x, ids[i], &c, err)) {
            return false;
        }
        *promise = sooner(*promise, promise_of(c, x->d->at));
    }
    return true;
}

static bool leave_main(struct step_context *x, int64_t main_id, struct err *err) {
    struct case_file *main;
    struct step_context y;
    int64_t promise;

    if (!load_case(x, main_id, &main, err)) {
        return false;
    }
    y = other_event(x, main, "case.parted/1");
    name_other(y.e, "merged", "merged_number", x->c);
    event_add_int(y.e, "voices", x->c->voices);
    name_other(x->e, "main", "main_number", main);
    if (case_running_clock(main, CLOCK_PROMISE) == NULL) {
        return true;
    }
    return promise_of_rest(x, main, &promise, err) && set_promise(&y, promise, err);
}

bool merge_undo(struct step_context *x, struct err *err) {
    struct event *merged = arena_new(x->d->arena, struct event);
    const struct event_field *list;
    struct merge m;

    if (!check_alone(x, err) || !merge_find(x->d->store, x->c->id, &m, err) ||
        !ledger_fetch(x->d->store, x->d->arena, x->d->office, m.event, merged, err)) {
        return false;
    }
    event_add_text(x->e, "state", event_text(merged, "was"));
    event_add_int(x->e, "late_after", event_int(merged, "late_after", 0));
    event_add_int(x->e, "leader_waiting", event_int(merged, "leader_waiting", 0));
    list = event_find(merged, "stop");
    if (list != NULL) {
        event_add_list(x->e, "resume", list->list, list->count);
    }
    list = event_find(merged, "tasks");
    if (list != NULL) {
        event_add_list(x->e, "tasks", list->list, list->count);
    }
    return leave_main(x, m.main_case, err);
}

/* ---- not the same, and rated */

bool merge_tell_apart(struct step_context *x, struct err *err) {
    struct case_file *other;

    if (!load_case(x, x->in->main, &other, err)) {
        return false;
    }
    if (other->id == x->c->id) {
        return fail(err, E_MERGE_SAME, "main");
    }
    name_other(x->e, "other", "other_number", other);
    return true;
}

bool merge_rated(struct step_context *x, bool is_bad, struct err *err) {
    enum language language = x->d->actor.language;
    const struct step_rule *rate;
    struct case_file *main;
    struct step_context y;
    struct merge m;

    if (!merge_find(x->d->store, x->c->id, &m, err) || !load_case(x, m.main_case, &main, err)) {
        return false;
    }
    if ((main->state != STATE_CLOSED && main->state != STATE_FOLLOW_UP) ||
        main->outcome == OUTCOME_HANDED_OVER) {
        return fail3(err, E_STEP, "step", term_name(TERMS_STATE, (int)main->state, language),
                     term_name(TERMS_STEP, STEP_RATE, language),
                     term_name(TERMS_STEP, STEP_NOTE, language));
    }
    if (!is_bad || main->state == STATE_FOLLOW_UP) { /* somebody is looking again already */
        return true;
    }
    y = other_event(x, main, "case.doubted/1");
    name_other(y.e, "merged", "merged_number", x->c);
    rate = catalogue_step(y.procedure, STEP_RATE);
    if (rate != NULL) {
        event_add_text(y.e, "state", term_code(TERMS_STATE, (int)rate->otherwise));
        clock_start(&y, CLOCK_FOLLOW_UP, &y.procedure->follow_up);
        clocks_write(&y);
    }
    return true;
}
