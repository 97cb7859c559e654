/* SPDX-License-Identifier: Apache-2.0 */
/* Which clocks a step stops and starts, and when they run out: decided here, kept in the event as
 * plain values. */
#include "base/time_text.h"
#include "town/cases/case_commands.h"

#include <assert.h>

static const struct clock_rule *rule_of(const struct step_context *x, enum clock_kind kind) {
    for (size_t i = 0; i < x->procedure->clock_count; i++) {
        if (x->procedure->clocks[i].clock == kind) {
            return &x->procedure->clocks[i];
        }
    }
    return NULL;
}

static void start_row(struct step_context *x, enum clock_kind kind, int64_t amount,
                      enum limit_unit unit, struct deadline due) {
    int64_t *row = x->start + x->start_count;

    assert(x->start_count + 5 <= sizeof x->start / sizeof x->start[0]);
    row[0] = kind;
    row[1] = amount;
    row[2] = unit;
    row[3] = due.due_at;
    row[4] = due.is_provisional;
    x->start_count += 5;
}

void clock_start(struct step_context *x, enum clock_kind kind, const struct limit *limit) {
    if (limit->unit == UNIT_NONE || limit->amount == 0) {
        return;
    }
    start_row(x, kind, limit->amount, limit->unit,
              limit_deadline(x->town->calendar, limit->unit, x->d->at,
                             limit_time_us(limit->amount, limit->unit)));
}

void clock_start_until(struct step_context *x, enum clock_kind kind, int64_t due_at) {
    start_row(x, kind, 0, UNIT_NONE, (struct deadline){.due_at = due_at});
}

/* The deadline from above rules the first round, even when it has passed already: an order that
 * came late, or came back, is late. What is done again after that has it only while it lies
 * ahead. */
static bool theirs_rules(const struct step_context *x) {
    bool is_first = x->c->reworks == 0 && x->in->step != STEP_CHECK;

    return x->c->external_due_at > 0 && (is_first || x->c->external_due_at > x->d->at);
}

static void stop_one(struct step_context *x, const struct case_clock *k) {
    for (size_t i = 0; i < x->stop_count; i++) {
        if (x->stop[i] == k->number) {
            return;
        }
    }
    x->stop[x->stop_count++] = k->number;
}

/* What was promised to a case that was merged into this one holds too, while it lies ahead. */
static int64_t with_promise(struct step_context *x, int64_t due_at) {
    const struct case_clock *k = case_running_clock(x->c, CLOCK_PROMISE);

    if (k != NULL && k->due_at <= x->d->at) {
        stop_one(x, k);
        return due_at;
    }
    return k != NULL && (due_at == 0 || k->due_at < due_at) ? k->due_at : due_at;
}

int64_t clock_start_handling(struct step_context *x) {
    const struct clock_rule *rule = rule_of(x, CLOCK_HANDLE);
    const struct catalogue_class *class = catalogue_class(x->catalogue, x->c->class);
    const struct catalogue_condition *row =
        class == NULL ? NULL : catalogue_condition(class, (int)x->c->condition);
    const struct limit *limit = rule == NULL                            ? NULL
                                : rule->limit.from_class && row != NULL ? &row->limit
                                                                        : &rule->limit;

    if (theirs_rules(x)) {
        clock_start_until(x, CLOCK_HANDLE, x->c->external_due_at);
    } else if (limit != NULL) {
        clock_start(x, CLOCK_HANDLE, limit);
    }
    return with_promise(x, clock_due_of(x, CLOCK_HANDLE));
}

int64_t clock_due_of(const struct step_context *x, enum clock_kind kind) {
    for (size_t i = 0; i < x->start_count; i += 5) {
        if (x->start[i] == (int64_t)kind) {
            return x->start[i + 3];
        }
    }
    return 0;
}

void clocks_stop_all(struct step_context *x) {
    for (size_t i = 0; i < x->c->clock_count; i++) {
        if (x->c->clocks[i].stopped_at == 0) {
            stop_one(x, &x->c->clocks[i]);
        }
    }
}

/* A rule's start that does not hold in this case: verification is only timed where it is asked,
 * closing only after a check that passed, and handling is started apart because its limit comes
 * from the class or from above. */
static bool starts_apart(const struct step_context *x, enum clock_kind kind) {
    return kind == CLOCK_HANDLE || (kind == CLOCK_VERIFY && x->next != STATE_VERIFYING) ||
           (kind == CLOCK_CLOSE && x->next != STATE_TO_CLOSE) ||
           (kind == CLOCK_CHECK && x->next != STATE_TO_CHECK);
}

void clocks_by_rule(struct step_context *x, enum step step) {
    for (size_t i = 0; i < x->procedure->clock_count; i++) {
        const struct clock_rule *rule = &x->procedure->clocks[i];
        const struct case_clock *running = case_running_clock(x->c, rule->clock);

        if (running != NULL && (TERM_HAS(rule->stops, step) || TERM_HAS(rule->starts, step))) {
            stop_one(x, running);
        }
        if (TERM_HAS(rule->starts, step) && !starts_apart(x, rule->clock)) {
            clock_start(x, rule->clock, &rule->limit);
        }
    }
    if (step == STEP_HANDLE && case_running_clock(x->c, CLOCK_PROMISE) != NULL) {
        stop_one(x, case_running_clock(x->c, CLOCK_PROMISE));
    }
}

void clocks_write(struct step_context *x) {
    if (x->stop_count > 0) {
        event_add_list(x->e, "stop", x->stop, x->stop_count);
    }
    if (x->start_count > 0) {
        event_add_list(x->e, "start", x->start, x->start_count);
    }
}

static struct civil civil_of(const struct town *t, int64_t office, int64_t at_us) {
    const struct office *o = town_office(t, office);

    return civil_from_us(at_us, o == NULL ? CHINA_OFFSET_MINUTES : o->offset_minutes);
}

int civil_day(const struct town *t, int64_t office, int64_t at_us) {
    struct civil c = civil_of(t, office, at_us);

    return c.year * 10000 + c.month * 100 + c.day;
}

int civil_hour(const struct town *t, int64_t office, int64_t at_us) {
    return civil_of(t, office, at_us).hour;
}
