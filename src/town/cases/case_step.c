/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of every step: is it possible from this state, may this person take it, is what it
 * needs there, is the page that the person saw the latest? Then the step itself, its clocks, words
 * and photos, and the state after it. */
#include "town/cases/case_commands.h"

#include "base/message.h"
#include "engine/ledger/ledger.h"
#include "town/cases/hand_over.h"

#include <assert.h>

static_assert(DECIDE_BESIDE >= LIMIT_STEPS_PER_REQUEST * (LIMIT_PHOTOS_PER_STEP + 4),
              "every text and photo has its room");

enum {
    CLOCKS_OF_A_STEP = 4,
    TASKS_TO_THE_END = 3 /* the lead's, the check, one more dispatch */
};

static const char *const event_names[STEP_COUNT] = {
    [STEP_VERIFY] = "case.verified/1",
    [STEP_DECLINE] = "case.declined/1",
    [STEP_FILE] = "case.filed/1",
    [STEP_DISPATCH] = "case.dispatched/1",
    [STEP_BOUNCE] = "case.bounced/1",
    [STEP_SIGN_FOR] = "case.signed/1",
    [STEP_HANDLE] = "case.handled/1",
    [STEP_CHECK] = "case.checked/1",
    [STEP_CLOSE] = "case.closed/1",
    [STEP_RATE] = "case.rated/1",
    [STEP_FOLLOW_UP] = "case.followed_up/1",
    [STEP_NOTE] = "case.noted/1",
    [STEP_FIRST_CONTACT] = "case.contacted/1",
    [STEP_HAND_OVER] = HAND_OVER_EVENT,
    [STEP_MERGE] = "case.merged/1",
    [STEP_UNMERGE] = "case.unmerged/1",
    [STEP_TELL_APART] = "case.told_apart/1",
};

/* Steps that the resident sees; a note only when it says so. */
static const uint32_t public_steps =
    TERM_BIT(STEP_VERIFY) | TERM_BIT(STEP_DECLINE) | TERM_BIT(STEP_FILE) | TERM_BIT(STEP_DISPATCH) |
    TERM_BIT(STEP_SIGN_FOR) | TERM_BIT(STEP_HANDLE) | TERM_BIT(STEP_CLOSE) | TERM_BIT(STEP_RATE) |
    TERM_BIT(STEP_FOLLOW_UP) | TERM_BIT(STEP_HAND_OVER) | TERM_BIT(STEP_MERGE) |
    TERM_BIT(STEP_UNMERGE);

/* Steps that anybody may add to a page that is a little old. */
static const uint32_t patient_steps =
    TERM_BIT(STEP_NOTE) | TERM_BIT(STEP_FIRST_CONTACT) | TERM_BIT(STEP_TELL_APART);

/* ---- may it be done, and by whom */

static struct str possible_now(struct arena *a, const struct procedure *p, enum state state,
                               enum language language) {
    struct buf b = buf_make(a, 1024);

    for (size_t i = 0; i < p->step_count; i++) {
        const struct step_rule *rule = &p->steps[i];

        if (TERM_HAS(rule->from, state) && !TERM_HAS(patient_steps, rule->step)) {
            buf_c(&b, b.n > 0 ? ", " : "");
            buf_put(&b, term_name(TERMS_STEP, (int)rule->step, language));
        }
    }
    return buf_str(&b);
}

static bool check_state(struct arena *a, const struct procedure *p, const struct step_rule *rule,
                        const struct case_file *c, enum step step, enum language language,
                        struct err *err) {
    if (rule != NULL && TERM_HAS(rule->from, c->state)) {
        return true;
    }
    return fail3(err, E_STEP, "step", term_name(TERMS_STATE, (int)c->state, language),
                 term_name(TERMS_STEP, (int)step, language),
                 possible_now(a, p, c->state, language));
}

static bool is_of_unit(const struct account *a, const struct case_file *c, enum step step) {
    if (a == NULL || a->unit == 0) {
        return false;
    }
    if (a->unit == c->unit) {
        return true;
    }
    return TERM_HAS(patient_steps, step) &&
           case_open_task((struct case_file *)(uintptr_t)c, TASK_ASSIST, a->unit) != NULL;
}

static bool has_role_here(const struct town *t, const struct case_file *c, const struct account *a,
                          uint32_t roles) {
    int64_t places[3];
    size_t count = 0;

    if (c->estate > 0) {
        places[count++] = c->estate;
    }
    if (c->grid > 0) {
        places[count++] = c->grid;
    }
    if (c->community > 0) {
        places[count++] = c->community;
    }
    return access_has_role(t, a, roles, places, count, c->procedure);
}

static bool staff_may(const struct town *t, const struct case_file *c, const struct account *a,
                      const struct step_rule *rule) {
    if (has_role_here(t, c, a, rule->by & ~TERM_BIT(ROLE_HANDLER))) {
        return true;
    }
    return TERM_HAS(rule->by, ROLE_HANDLER) && is_of_unit(a, c, rule->step) &&
           access_has_role(t, a, TERM_BIT(ROLE_HANDLER), NULL, 0, c->procedure);
}

static bool actor_may(const struct town *t, const struct case_file *c, const struct actor *actor,
                      const struct step_rule *rule) {
    if (actor->account == ACTOR_RESIDENT) {
        return TERM_HAS(rule->by, ROLE_RESIDENT) || rule->step == STEP_NOTE;
    }
    if (actor->account == ACTOR_LINK) {
        return TERM_HAS(rule->by, ROLE_HANDLER);
    }
    return actor->account > 0 && staff_may(t, c, actor->person, rule);
}

bool step_check_who(struct arena *a, const struct town *t, const struct case_file *c,
                    const struct actor *actor, const struct step_rule *rule, struct err *err) {
    struct buf who;

    if (actor_may(t, c, actor, rule)) {
        return true;
    }
    who = buf_make(a, 512);
    for (int role = 1; role < ROLE_COUNT; role++) {
        if (TERM_HAS(rule->by, role)) {
            buf_c(&who, who.n > 0 ? ", " : "");
            buf_put(&who, term_name(TERMS_ROLE, role, actor->language));
        }
    }
    return fail2(err, E_FORBIDDEN, "", term_name(TERMS_STEP, (int)rule->step, actor->language),
                 buf_str(&who));
}

bool case_may_step(const struct town *t, const struct case_file *c, const struct actor *actor,
                   enum step step, struct err *err) {
    const struct procedure *p = catalogue_procedure(town_catalogue(t, c->version), c->procedure);
    const struct step_rule *rule = p == NULL ? NULL : catalogue_step(p, step);
    struct arena *a = arena_open();
    bool may = p != NULL && (step != STEP_HAND_OVER || t->office_count > 1) &&
               check_state(a, p, rule, c, step, actor->language, err) &&
               step_check_who(a, t, c, actor, rule, err);

    arena_close(a);
    return may;
}

/* ---- the page that the actor saw */

/* Who acts without an account. */
static struct str stranger(int64_t actor, enum language language) {
    enum message_code name = actor == ACTOR_RESIDENT ? M_ACTOR_RESIDENT
                             : actor == ACTOR_LINK   ? M_ACTOR_LINK
                             : actor == ACTOR_SYSTEM ? M_ACTOR_SYSTEM
                                                     : M_ACTOR_PROGRAM;

    return message_text(name, language);
}

static bool check_seen(struct step_context *x, struct err *err) {
    bool patient = true;
    const struct account *a;
    struct event *e;
    struct str code;
    struct str who;

    for (size_t i = 0; i < x->request->count; i++) {
        patient = patient && TERM_HAS(patient_steps, x->request->steps[i].step);
    }
    if (patient || x->request->seen == 0 || x->request->seen >= x->c->last_event) {
        return true;
    }
    e = arena_new(x->d->arena, struct event);
    if (!ledger_fetch(x->d->store, x->d->arena, x->d->office, x->c->last_event, e, err)) {
        return false;
    }
    a = town_account(x->town, e->actor);
    code = STR("");
    for (int step = 1; step < STEP_COUNT; step++) {
        if (event_names[step] != NULL && event_is(e, event_names[step])) {
            code = term_name(TERMS_STEP, step, x->d->actor.language);
        }
    }
    who = a == NULL ? stranger(e->actor, x->d->actor.language) : a->name;
    return fail1(err, E_STALE, "seen",
                 arena_format(x->d->arena, "%.*s · %.*s", STR_ARG(who), STR_ARG(code)));
}

/* ---- what the step needs */

bool case_asks_photo(const struct town *t, const struct case_file *c, const struct account *a,
                     enum step step) {
    const struct catalogue *catalogue = town_catalogue(t, c->version);
    const struct procedure *p = catalogue_procedure(catalogue, c->procedure);
    const struct step_rule *rule = p == NULL ? NULL : catalogue_step(p, step);
    const struct catalogue_class *class = catalogue_class(catalogue, c->class);
    uint32_t desk;

    if (rule == NULL ||
        !(TERM_HAS(rule->needs, NEED_PHOTO) ||
          (TERM_HAS(rule->needs, NEED_CLASS_PHOTO) && class != NULL && class->photo))) {
        return false;
    }
    desk = rule->by & ~(TERM_BIT(ROLE_GRID_WORKER) | TERM_BIT(ROLE_HANDLER));
    return step != STEP_CHECK || a == NULL || !has_role_here(t, c, a, desk);
}

/* Proof that it is done: where it was only explained or handed over there is nothing to take. */
static bool has_photo(const struct step_context *x) {
    const struct step_input *in = x->in;
    bool proves = in->step == STEP_CHECK ? in->pass
                                         : TERM_HAS(x->rule->needs, NEED_PHOTO) ||
                                               (in->outcome != OUTCOME_EXPLAINED &&
                                                in->outcome != OUTCOME_HANDED_OVER);

    return !proves || in->photo_count > 0 || x->d->actor.may_backdate ||
           !case_asks_photo(x->town, x->c, x->d->actor.person, in->step);
}

/* A case may know its class and place from the report. */
static bool is_given(const struct step_context *x, enum need need) {
    const struct step_input *in = x->in;

    switch (need) {
    case NEED_REASON:
        return in->reason.n > 0;
    case NEED_TEXT:
        return in->text.n > 0;
    case NEED_CLASS:
        return in->class.n > 0 || x->c->class.n > 0;
    case NEED_CONDITION:
        return in->condition > 0;
    case NEED_PLACE:
        return in->place > 0 || x->c->community > 0;
    case NEED_UNIT:
        return in->unit > 0;
    case NEED_OUTCOME:
        return in->outcome != OUTCOME_NONE;
    case NEED_ANSWER:
        return in->answer.n > 0;
    case NEED_SOLVED:
        return in->solved > 0;
    case NEED_GRADE:
        return in->grade > 0;
    case NEED_OFFICE:
        return in->office.n > 0;
    case NEED_MAIN:
        return in->main > 0;
    case NEED_SAME:
        return in->same != SAME_NONE;
    default: /* questions of yes or no */
        return TERM_HAS(in->given, need);
    }
}

static const uint32_t photo_needs = TERM_BIT(NEED_PHOTO) | TERM_BIT(NEED_CLASS_PHOTO);

/* Photos last: who has to go and take one knows then that the rest is right. */
static bool check_needs(const struct step_context *x, struct err *err) {
    uint32_t needs = x->rule->needs | (x->in->step == STEP_RATE ? x->procedure->rating_asks : 0);

    for (int need = 1; need < NEED_COUNT; need++) {
        struct str name = term_code(TERMS_NEED, need);

        if (TERM_HAS(needs & ~photo_needs, need) && !is_given(x, (enum need)need)) {
            return need == NEED_REASON ? fail(err, E_REASON, "reason")
                                       : fail1(err, E_REQUIRED, arena_c(x->d->arena, name), name);
        }
    }
    return (needs & photo_needs) == 0 || has_photo(x) || fail(err, E_PHOTO_NEEDED, "photos");
}

static bool require(struct err *err, bool given, const char *field) {
    return given || fail1(err, E_REQUIRED, field, str_of(field));
}

static bool check_times(const struct step_context *x, struct err *err) {
    if (!report_time_is_recent(x->d, x->in->occurred_at, x->c->reported_at, err)) {
        return false;
    }
    if (x->in->occurred_at > x->d->now + MINUTE_US) {
        return fail1(err, E_FUTURE, "occurred_at", STR("occurred_at"));
    }
    return x->in->called_at <= x->d->now + MINUTE_US ||
           fail1(err, E_FUTURE, "called_at", STR("called_at"));
}

/* Somebody who is not of the unit acts for it: then whom was telephoned, and when, belongs to the
 * record. */
static bool add_on_behalf(struct step_context *x, struct err *err) {
    const struct account *a = x->d->actor.person;
    uint32_t units_own = TERM_BIT(STEP_SIGN_FOR) | TERM_BIT(STEP_HANDLE);

    if (!TERM_HAS(units_own, x->in->step) || x->d->actor.account <= 0 ||
        is_of_unit(a, x->c, x->in->step)) {
        return true;
    }
    if (!require(err, x->in->person.n > 0, "on_behalf") ||
        !require(err, x->in->called_at > 0, "called_at")) {
        return false;
    }
    event_add_int(x->e, "on_behalf", x->d->actor.account);
    event_add_int(x->e, "called_at", x->in->called_at);
    return true;
}

/* ---- the state after it */

static enum state next_state(const struct step_context *x) {
    enum state to = x->rule->to == STATE_NONE ? x->c->state : x->rule->to;
    enum state otherwise = x->rule->otherwise == STATE_NONE ? to : x->rule->otherwise;

    switch (x->in->step) {
    case STEP_CHECK:
        return x->in->pass ? to : otherwise;
    case STEP_FOLLOW_UP:
        return x->in->redo ? to : otherwise;
    case STEP_RATE: /* a merged case stays merged: its main case is looked at again */
        return x->c->state == STATE_MERGED ? STATE_MERGED
               : x->in->solved == 2 || (x->in->grade > 0 && x->in->grade < x->procedure->bad_below)
                   ? otherwise
                   : to;
    default:
        return to;
    }
}

/* Is it in this very command already? */
static bool is_taken(const struct decide *d, struct str token) {
    for (size_t i = 0; i < d->beside_count; i++) {
        if (d->beside[i].kind == BESIDE_PHOTO && str_eq(d->beside[i].file, token)) {
            return true;
        }
    }
    return false;
}

bool step_photos(struct decide *d, struct event *e, int64_t case_id, int64_t owner,
                 const struct str *photos, size_t count, struct err *err) {
    for (size_t i = 0; i < count; i++) {
        struct stmt *q = store_sql(d->store, SQL_UPLOADS_FETCH);
        bool found;

        stmt_bind_int(q, 1, d->office);
        stmt_bind_text(q, 2, photos[i]);
        stmt_bind_int(q, 3, owner);
        stmt_bind_int(q, 4, d->now - 2 * HOUR_US);
        found = !is_taken(d, photos[i]) && stmt_next(q);
        if (found) {
            struct str token = stmt_text(q, 0, d->arena);
            struct beside *b = decide_photo(d, e, case_id, stmt_text(q, 1, d->arena));

            b->file = token;
            b->size_bytes = stmt_int(q, 2);
            b->width = stmt_int(q, 3);
            b->height = stmt_int(q, 4);
        }
        if (!stmt_end(q, err)) {
            return false;
        }
        if (!found) {
            return fail1(err, E_UPLOAD, "photos", photos[i]);
        }
    }
    if (count > 0) {
        event_add_int(e, "photos", (int64_t)count);
    }
    return true;
}

static void add_words(struct step_context *x) {
    struct decide *d = x->d;
    const struct step_input *in = x->in;
    int64_t id = x->c->id;
    int64_t community = event_int(x->e, "community", x->c->community); /* filing may move it */

    decide_words(d, x->e, "text", id, in->text, community);
    decide_words(d, x->e, "reason", id, in->reason, community);
    decide_words(d, x->e, "answer", id, in->answer, community);
    decide_words(d, x->e, "person", id, in->person, WORDS_HIDDEN);
}

/* A case has room for so many clocks and tasks. Steps that send it round again leave enough for its
 * end, so that it can always be closed. */
static bool check_room(const struct step_context *x, struct err *err) {
    const struct step_input *in = x->in;
    bool is_round = in->step == STEP_DISPATCH || in->step == STEP_BOUNCE ||
                    (in->step == STEP_CHECK && !in->pass) ||
                    (in->step == STEP_FOLLOW_UP && in->redo);
    size_t clocks = is_round ? CLOCKS_TO_THE_END : CLOCKS_OF_A_STEP;
    size_t tasks = is_round ? TASKS_TO_THE_END + in->assist_count : 0;

    return (x->c->clock_count + clocks <= LIMIT_CLOCKS_PER_CASE &&
            x->c->task_count + tasks <= LIMIT_TASKS_PER_CASE) ||
           fail1(err, E_ROUNDS, "step", term_name(TERMS_STEP, (int)in->step, x->d->actor.language));
}

static bool take_step(struct step_context *x, struct err *err) {
    enum step step = x->in->step;

    x->start_count = 0;
    x->stop_count = 0;
    x->rule = catalogue_step(x->procedure, step);
    if (step == STEP_NONE || step == STEP_REPORT || step_functions[step] == NULL) {
        return fail1(err, E_REQUIRED, "step", STR("step"));
    }
    if (!check_state(x->d->arena, x->procedure, x->rule, x->c, step, x->d->actor.language, err) ||
        !step_check_who(x->d->arena, x->town, x->c, &x->d->actor, x->rule, err) ||
        !check_needs(x, err) || !check_times(x, err)) {
        return false;
    }
    if (!check_room(x, err)) {
        return false;
    }
    x->next = next_state(x);
    x->e = decide_emit(x->d, event_names[step]);
    event_add_int(x->e, "case", x->c->id);
    if (x->next != x->c->state) {
        event_add_text(x->e, "state", term_code(TERMS_STATE, (int)x->next));
    }
    clocks_by_rule(x, step);
    if (!step_functions[step](x, err) || !add_on_behalf(x, err)) {
        return false;
    }
    clocks_write(x);
    if (TERM_HAS(public_steps, step) || x->in->is_public ||
        (step == STEP_NOTE && x->d->actor.account == ACTOR_RESIDENT)) {
        event_add_int(x->e, "public", 1);
    }
    if (x->in->occurred_at > 0) {
        event_add_int(x->e, "said_at", x->in->occurred_at);
    }
    add_words(x);
    if (!step_photos(x->d, x->e, x->c->id, x->request->photo_owner, x->in->photos,
                     x->in->photo_count, err)) {
        return false;
    }
    case_evolve(x->c, x->e);
    return true;
}

/* A link acts for one task only: it must be open, and of the unit that leads. */
static bool check_link(const struct step_context *x, struct err *err) {
    struct case_task *lead = case_open_task(x->c, TASK_LEAD, 0);

    return x->d->actor.account != ACTOR_LINK || (lead != NULL && lead->id == x->request->task) ||
           fail(err, E_LINK_USED, "");
}

static bool decide_steps(struct decide *d, const void *input, struct err *err) {
    const struct case_steps *request = input;
    struct case_file *c = arena_new(d->arena, struct case_file);
    struct step_context x = {.d = d, .town = d->town, .c = c, .request = request};
    bool found;

    if (!case_load(d->store, d->arena, request->case_id, c, &found, err)) {
        return false;
    }
    if (!found || c->office != d->office) {
        return fail1(err, E_NOT_FOUND, "",
                     arena_format(d->arena, "%lld", (long long)request->case_id));
    }
    x.catalogue = town_catalogue(x.town, c->version);
    x.procedure = catalogue_procedure(x.catalogue, c->procedure);
    assert(x.procedure != NULL);
    if (request->count == 0) {
        return fail1(err, E_REQUIRED, "steps", STR("steps"));
    }
    if (!check_seen(&x, err) || !check_link(&x, err)) {
        return false;
    }
    for (size_t i = 0; i < request->count; i++) {
        x.in = &request->steps[i];
        if (!take_step(&x, err)) {
            return false;
        }
    }
    return true;
}

static int64_t case_of(const void *input) {
    return ((const struct case_steps *)input)->case_id;
}

const struct command_row case_step = {
    .name = "case.step", .decide = decide_steps, .names = case_of};
