/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/check.h"

#include "base/limits.h"

#include <assert.h>
#include <limits.h>

struct check {
    struct arena *a;
    struct mistakes *m;
    const struct catalogue *c;
};

static struct str step_code(enum step step) {
    return term_code(TERMS_STEP, (int)step);
}

static struct str state_code(int state) {
    return term_code(TERMS_STATE, state);
}

/* ---- the graph of states */

/* Where a step may lead: its two ends, or back where it came from. */
static uint32_t targets_of(const struct step_rule *rule) {
    return (TERM_BIT(rule->to) | TERM_BIT(rule->otherwise)) & ~1u;
}

/* The states that can be reached from `from` by any number of steps. */
static uint32_t reachable(const struct procedure *p, uint32_t from) {
    uint32_t before = 0;

    while (from != before) {
        before = from;
        for (size_t i = 0; i < p->step_count; i++) {
            if ((p->steps[i].from & from) != 0) {
                from |= targets_of(&p->steps[i]);
            }
        }
    }
    return from;
}

/* The states that steps name, as a beginning or an end. */
static uint32_t named(const struct procedure *p) {
    uint32_t states = 0;

    for (size_t i = 0; i < p->step_count; i++) {
        states |= p->steps[i].from | targets_of(&p->steps[i]);
    }
    return states;
}

static const struct step_rule *first_naming(const struct procedure *p, int state) {
    for (size_t i = 0; i < p->step_count; i++) {
        if (TERM_HAS(p->steps[i].from | targets_of(&p->steps[i]), state)) {
            return &p->steps[i];
        }
    }
    return NULL;
}

/* Of the states reached, those out of which no step leads, and those from which no end can be
 * reached. */
static void find_traps(const struct procedure *p, uint32_t reached, uint32_t *dead,
                       uint32_t *endless) {
    uint32_t ends = TERM_BIT(STATE_CLOSED) | TERM_BIT(STATE_DECLINED) | TERM_BIT(STATE_MERGED);

    *dead = 0;
    *endless = 0;
    for (int state = 1; state < STATE_COUNT; state++) {
        uint32_t onwards = reachable(p, TERM_BIT(state));

        if (!TERM_HAS(reached & ~ends, state)) {
            continue;
        }
        *dead |= onwards == TERM_BIT(state) ? TERM_BIT(state) : 0;
        *endless |= (onwards & ends) == 0 ? TERM_BIT(state) : 0;
    }
}

/* One thing at a time: behind a dead end everything is unreached, and that is no second mistake. */
static void check_ways(const struct check *k, const struct procedure *p, uint32_t reached) {
    uint32_t unreached = named(p) & ~reached;
    uint32_t dead;
    uint32_t endless;

    find_traps(p, reached, &dead, &endless);
    if (dead == 0 && endless != 0) {
        mistake1(k->m, p->by_step[STEP_REPORT]->spot, MISTAKE_STATE_ENDLESS,
                 term_list(k->a, TERMS_STATE, endless));
    }
    for (int state = 1; state < STATE_COUNT; state++) {
        if (TERM_HAS(dead, state)) {
            mistake1(k->m, first_naming(p, state)->spot, MISTAKE_STATE_DEAD, state_code(state));
        } else if (dead == 0 && endless == 0 && TERM_HAS(unreached, state)) {
            mistake1(k->m, first_naming(p, state)->spot, MISTAKE_STATE_UNREACHED,
                     state_code(state));
        }
    }
}

static void check_graph(const struct check *k, const struct procedure *p) {
    const struct step_rule *report = p->by_step[STEP_REPORT];

    if (report == NULL) {
        mistake1(k->m, p->spot, MISTAKE_STEP_NEEDED, step_code(STEP_REPORT));
        return;
    }
    if (report->from != 0 || report->to == STATE_NONE) {
        mistake0(k->m, report->spot, MISTAKE_REPORT_WAY);
        return;
    }
    if (p->by_step[STEP_CLOSE] == NULL) {
        mistake1(k->m, p->spot, MISTAKE_STEP_NEEDED, step_code(STEP_CLOSE));
    }
    check_ways(k, p, reachable(p, targets_of(report)));
}

/* ---- single steps */

/* Steps whose other answer leads elsewhere; the engine asks for the answer, so the way must be
 * there. */
static const struct {
    enum step step;
    enum need need;
} answers[] = {{STEP_CHECK, NEED_PASS}, {STEP_FOLLOW_UP, NEED_REDO}, {STEP_RATE, NEED_SOLVED}};

static enum need answer_of(enum step step) {
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (answers[i].step == step) {
            return answers[i].need;
        }
    }
    return NEED_NONE;
}

static void check_step(const struct check *k, const struct procedure *p,
                       const struct step_rule *rule) {
    enum need answer = answer_of(rule->step);
    uint32_t resident_steps = TERM_BIT(STEP_REPORT) | TERM_BIT(STEP_RATE) | TERM_BIT(STEP_NOTE);
    bool resident = TERM_HAS(rule->by, ROLE_RESIDENT) != 0;

    if (rule->by == 0) {
        mistake1(k->m, rule->spot, MISTAKE_STEP_NOBODY, step_code(rule->step));
    }
    if (resident && !TERM_HAS(resident_steps, rule->step)) {
        mistake1(k->m, rule->spot, MISTAKE_STEP_RESIDENT, step_code(rule->step));
    }
    if (rule->otherwise != STATE_NONE && rule->to == STATE_NONE) {
        mistake1(k->m, rule->spot, MISTAKE_OTHERWISE_ALONE, step_code(rule->step));
    }
    if (answer != NEED_NONE && (rule->otherwise == STATE_NONE || !TERM_HAS(rule->needs, answer))) {
        mistake2(k->m, rule->spot, MISTAKE_STEP_ANSWER, step_code(rule->step),
                 term_code(TERMS_NEED, (int)answer));
    }
    if (rule->step == STEP_FILE &&
        (rule->needs & (TERM_BIT(NEED_CLASS) | TERM_BIT(NEED_CONDITION))) !=
            (TERM_BIT(NEED_CLASS) | TERM_BIT(NEED_CONDITION))) {
        mistake0(k->m, rule->spot, MISTAKE_FILE_NEEDS);
    }
    if (rule->step == STEP_REPORT && p->is_public && !resident) {
        mistake0(k->m, rule->spot, MISTAKE_PUBLIC_REPORT);
    }
}

/* A step with the state that it must leave behind, whatever the office changes: figures count by
 * these. */
static const struct {
    enum step step;
    enum state to;
} fixed_ways[] = {
    {STEP_DECLINE, STATE_DECLINED}, {STEP_CLOSE, STATE_CLOSED},      {STEP_HAND_OVER, STATE_CLOSED},
    {STEP_DISPATCH, STATE_TO_SIGN}, {STEP_SIGN_FOR, STATE_HANDLING}, {STEP_MERGE, STATE_MERGED},
};

static void check_fixed_ways(const struct check *k, const struct procedure *p) {
    for (size_t i = 0; i < sizeof fixed_ways / sizeof fixed_ways[0]; i++) {
        const struct step_rule *rule = p->by_step[fixed_ways[i].step];

        if (rule != NULL && rule->to != fixed_ways[i].to) {
            mistake2(k->m, rule->spot, MISTAKE_STEP_WAY, step_code(rule->step),
                     state_code((int)fixed_ways[i].to));
        }
    }
}

/* ---- clocks, face, rating */

static void check_clock_steps(const struct check *k, const struct procedure *p,
                              const struct clock_rule *clock) {
    uint32_t used = clock->starts | clock->stops;

    for (int step = 1; step < STEP_COUNT; step++) {
        if (TERM_HAS(used, step) && p->by_step[step] == NULL) {
            mistake2(k->m, clock->spot, MISTAKE_CLOCK_STEP,
                     term_code(TERMS_CLOCK, (int)clock->clock), step_code((enum step)step));
        }
    }
    if ((clock->starts & clock->stops) != 0) {
        mistake1(k->m, clock->spot, MISTAKE_CLOCK_BOTH, term_code(TERMS_CLOCK, (int)clock->clock));
    }
    if (clock->limit.from_class && clock->clock != CLOCK_HANDLE) {
        mistake1(k->m, clock->spot, MISTAKE_CLOCK_CLASS, term_code(TERMS_CLOCK, (int)clock->clock));
    }
    if (clock->limit.unit == UNIT_MINUTE && clock->clock == CLOCK_HANDLE) {
        mistake0(k->m, clock->spot, MISTAKE_MINUTES);
    }
}

static void check_clocks(const struct check *k, const struct procedure *p) {
    for (size_t i = 0; i < p->clock_count; i++) {
        check_clock_steps(k, p, &p->clocks[i]);
    }
    if (procedure_clock(p, CLOCK_HANDLE) == NULL) {
        mistake1(k->m, p->spot, MISTAKE_CLOCK_NEEDED, term_code(TERMS_CLOCK, CLOCK_HANDLE));
    }
}

/* Words of the office that a resident should not have to know. */
static const struct str jargon[] = {
    STR_INIT("流转"), STR_INIT("处置"), STR_INIT("派遣"), STR_INIT("核查"), STR_INIT("立案"),
    STR_INIT("结案"), STR_INIT("签收"), STR_INIT("退单"), STR_INIT("案卷"), STR_INIT("工单"),
};

static void check_face(const struct check *k, const struct procedure *p) {
    uint32_t states = named(p);

    for (int state = 1; state < STATE_COUNT; state++) {
        struct str zh = p->face[state][LANGUAGE_ZH];

        if (TERM_HAS(states, state) && zh.n == 0) {
            mistake1(k->m, p->face_spot[STATE_NONE], MISTAKE_FACE_MISSING, state_code(state));
        }
        if (!TERM_HAS(states, state) && zh.n > 0) {
            mistake1(k->m, p->face_spot[state], MISTAKE_FACE_UNUSED, state_code(state));
        }
        for (size_t i = 0; i < sizeof jargon / sizeof jargon[0]; i++) {
            if (str_find(zh, jargon[i]) >= 0) {
                mistake2(k->m, p->face_spot[state], MISTAKE_JARGON, state_code(state), jargon[i]);
            }
        }
    }
}

static void check_rating(const struct check *k, const struct procedure *p) {
    bool rates = p->by_step[STEP_RATE] != NULL;

    if (rates && p->rating_asks == 0) {
        mistake0(k->m, p->by_step[STEP_RATE]->spot, MISTAKE_RATING_MISSING);
    }
    if (!rates && p->rating_asks != 0) {
        mistake1(k->m, p->spot, MISTAKE_STEP_NEEDED, step_code(STEP_RATE));
    }
    if (rates && p->rating_asks != 0 &&
        (p->follow_up.unit == UNIT_NONE || p->by_step[STEP_FOLLOW_UP] == NULL)) {
        mistake0(k->m, p->by_step[STEP_RATE]->spot, MISTAKE_FOLLOW_UP_MISSING);
    }
}

/* What the program itself takes: a form may ask for less. */
static int most_of(const struct form_field *field) {
    return field->type == FORM_TEXT     ? LIMIT_TEXT_CHARACTERS
           : field->type == FORM_LINE   ? LIMIT_SHORT_CHARACTERS
           : field->type == FORM_PHOTOS ? LIMIT_PHOTOS_PER_STEP
                                        : INT_MAX;
}

static void check_form(const struct check *k, const struct procedure *p) {
    bool has_text = false;

    for (size_t i = 0; i < p->form_count; i++) {
        const struct form_field *field = &p->form[i];
        bool keeps_words = field->words || field->sensitive;

        has_text = has_text || str_is(field->field, "text");
        if (field->type == FORM_CONTACT && !field->sensitive) {
            mistake1(k->m, field->spot, MISTAKE_CONTACT_OPEN, field->field);
        }
        if (field->type == FORM_TEXT && !keeps_words) {
            mistake1(k->m, field->spot, MISTAKE_TEXT_IN_LEDGER, field->field);
        }
        if (field->sensitive && field->is_public) {
            mistake1(k->m, field->spot, MISTAKE_SENSITIVE_PUBLIC, field->field);
        }
        if (field->max > most_of(field)) {
            mistake_add(k->m, field->spot, MISTAKE_RANGE, STR("max"),
                        arena_format(k->a, "%d", field->max),
                        arena_format(k->a, "1..%d", most_of(field)));
        }
    }
    if (!has_text) {
        mistake0(k->m, p->spot, MISTAKE_FORM_TEXT);
    }
}

/* Only of what was understood as a whole: the rest would be told as consequences of its mistakes.
 */
static void check_procedure(const struct check *k, const struct procedure *p) {
    if (!p->is_whole) {
        return;
    }
    check_graph(k, p);
    check_fixed_ways(k, p);
    for (size_t i = 0; i < p->step_count; i++) {
        check_step(k, p, &p->steps[i]);
    }
    check_clocks(k, p);
    check_face(k, p);
    check_rating(k, p);
    check_form(k, p);
}

/* ---- between the files */

static void check_letters(const struct check *k) {
    for (size_t i = 0; i < k->c->procedure_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct procedure *p = &k->c->procedures[i];
            const struct procedure *q = &k->c->procedures[j];

            if (p->letter == q->letter && p->letter != '?') {
                mistake2(k->m, p->spot, MISTAKE_LETTER_TWICE, arena_format(k->a, "%c", p->letter),
                         q->code);
            }
        }
    }
}

static void check_kinds(const struct check *k) {
    uint32_t taken = 0;

    for (size_t i = 0; i < k->c->procedure_count; i++) {
        if (!k->c->procedures[i].is_whole) {
            return;
        }
        taken |= k->c->procedures[i].kinds;
    }
    for (size_t i = 0; i < k->c->category_count && k->c->unread == 0; i++) {
        const struct catalogue_category *category = &k->c->categories[i];

        if (category->kind != KIND_NONE && !TERM_HAS(taken, category->kind)) {
            mistake2(k->m, category->spot, MISTAKE_KIND_UNTAKEN, category->code,
                     term_code(TERMS_CLASS_KIND, (int)category->kind));
        }
    }
}

/* The shortest reply that a procedure taking this pattern's classes allows; 0 = no bound. */
static int reply_limit_of(const struct check *k, struct str of) {
    int kind = term_find(TERMS_CLASS_KIND, str_slice(of, 0, of.n > 0 ? 1 : 0));
    int limit = 0;

    for (size_t i = 0; i < k->c->procedure_count; i++) {
        const struct procedure *p = &k->c->procedures[i];

        if (p->reply_limit > 0 && (kind == 0 || TERM_HAS(p->kinds, kind)) &&
            (limit == 0 || p->reply_limit < limit)) {
            limit = p->reply_limit;
        }
    }
    return limit;
}

static void check_replies(const struct check *k) {
    for (size_t i = 0; i < k->c->template_count; i++) {
        const struct catalogue_template *item = &k->c->templates[i];
        int limit = reply_limit_of(k, item->of);
        size_t length = str_characters(item->text[LANGUAGE_ZH]);

        if (limit > 0 && length > (size_t)limit) {
            mistake2(k->m, item->spot, MISTAKE_REPLY_LONG, arena_format(k->a, "%zu", length),
                     arena_format(k->a, "%d", limit));
        }
    }
}

void catalogue_check(struct arena *a, const struct catalogue *c, struct mistakes *m) {
    struct check k = {a, m, c};

    assert(c != NULL && m != NULL);
    for (size_t i = 0; i < c->procedure_count; i++) {
        check_procedure(&k, &c->procedures[i]);
    }
    check_letters(&k);
    check_kinds(&k);
    check_replies(&k);
}
