/* SPDX-License-Identifier: Apache-2.0 */
#include "town/courier.h"

#include "base/message.h"
#include "base/time_text.h"
#include "engine/ledger/ledger.h"
#include "town/access/sign_in.h"
#include "town/cases/hand_over.h"

enum { ROUTES = 1024, BATCH = 1024, RETRY_S = 5 };

struct route_from {
    int64_t office;
    int64_t after; /* every case handed over by an entry up to here has arrived */
    int64_t told;  /* newest entry whose reading of a contact stands in the audit log */
};

struct courier {
    int64_t looked_at;
    struct route_from from[ROUTES];
    size_t count;
};

struct courier *courier_make(struct arena *a) {
    return arena_new(a, struct courier);
}

static struct route_from *find_from(struct courier *c, int64_t office) {
    for (size_t i = 0; i < c->count; i++) {
        if (c->from[i].office == office) {
            return &c->from[i];
        }
    }
    if (c->count == ROUTES) {
        return NULL;
    }
    c->from[c->count] = (struct route_from){.office = office};
    return &c->from[c->count++];
}

/* Who raised the case is looked up, as by a colleague: that is said before it is done, once for
 * each entry in the life of a process. */
static bool tell_audit(const struct keeper_turn *t, struct arena *a, const struct event *e,
                       int64_t to, struct err *err) {
    struct route_from *from = find_from(t->context, e->office);
    const struct office *office = town_office(t->town, to);
    int64_t voice;
    struct str why;

    if (from == NULL || e->number <= from->told) {
        return true;
    }
    if (!hand_over_contact(t->store, a, e, &voice, err)) {
        return false;
    }
    why = message_format(a, M_AUDIT_HANDED_OVER, LANGUAGE_ZH,
                         office == NULL ? (struct str){0} : office->name[LANGUAGE_ZH],
                         (struct str){0}, (struct str){0});
    if (voice > 0 && !audit_write(t->installation, ACTOR_SYSTEM, "reveal", voice, why, err)) {
        return false;
    }
    from->told = e->number;
    return true;
}

static bool deliver(const struct keeper_turn *t, struct arena *a, int64_t office, int64_t number,
                    struct err *err) {
    struct event *e = arena_new(a, struct event);
    struct case_receive input = {.from_office = office, .from_event = number};
    struct command c = {.row = &case_receive,
                        .actor = {.account = ACTOR_SYSTEM},
                        .client_id = hand_over_id(a, office, number),
                        .input = &input};
    struct hand_over arrival;

    if (!ledger_fetch(t->store, a, office, number, e, err) ||
        !hand_over_arrival(t->store, a, e, &arrival, err)) {
        return false;
    }
    c.office = arrival.office;
    c.body = c.client_id;
    return arrival.case_id > 0 || (tell_audit(t, a, e, arrival.office, err) &&
                                   door_submit(installation_door(t->installation), &c, err));
}

/* The next entries that hand a case over; *until: everything up to there has been looked at. */
static bool list_next(const struct keeper_turn *t, const struct route_from *from, int64_t *numbers,
                      size_t *count, int64_t *until, struct err *err) {
    struct ledger_head head;
    struct stmt *q;

    if (!ledger_head(t->store, from->office, &head, err)) {
        return false;
    }
    *until = head.number > from->after ? head.number : from->after;
    *count = 0;
    q = store_sql(t->store, SQL_LEDGER_HAND_OVERS);
    stmt_bind_int(q, 1, from->office);
    stmt_bind_int(q, 2, from->after);
    stmt_bind_int(q, 3, *until);
    while (*count < BATCH && stmt_next(q)) {
        numbers[(*count)++] = stmt_int(q, 0);
    }
    if (*count == BATCH) {
        *until = numbers[BATCH - 1];
    }
    return stmt_end(q, err);
}

/* Those behind one that is refused are tried all the same; the next turn begins with it again. */
static bool deliver_some(const struct keeper_turn *t, struct route_from *from, bool *more,
                         struct err *err) {
    struct arena *a = arena_open();
    int64_t *numbers = arena_array(t->arena, int64_t, BATCH);
    size_t count = 0;
    int64_t until = from->after;
    bool ok = list_next(t, from, numbers, &count, &until, err);
    bool was_listed = ok;

    for (size_t i = 0; was_listed && i < count; i++) {
        struct err why = {0};
        bool goes_on = !keeper_is_ending(t) || !fail(&why, E_DRAINING, "");
        bool is_there = goes_on && deliver(t, a, from->office, numbers[i], &why);

        if (!is_there && ok) {
            until = numbers[i] - 1;
            *err = why;
            ok = false;
        }
        arena_reset(a);
    }
    from->after = until;
    *more = ok && count == BATCH;
    arena_close(a);
    return ok;
}

static bool deliver_of(const struct keeper_turn *t, int64_t office, struct err *err) {
    struct route_from *from = find_from(t->context, office);
    bool more = true;

    while (more) {
        if (from == NULL || !deliver_some(t, from, &more, err)) {
            return from == NULL ? fail(err, E_TOO_MANY, "office") : false;
        }
    }
    return true;
}

static bool run(const struct keeper_turn *t, struct err *err) {
    struct courier *c = t->context;
    bool ok = true;

    for (size_t i = 0; i < t->town->office_count; i++) {
        struct err why = {0};

        if (!deliver_of(t, t->town->offices[i].id, &why) && ok) {
            *err = why;
            ok = false;
        }
    }
    c->looked_at = t->now;
    return ok;
}

/* At the start, then whenever it is woken, and each minute in case nobody woke it. */
static bool next(const struct keeper_turn *t, int64_t *due_at, struct err *err) {
    const struct courier *c = t->context;

    (void)err;
    *due_at = c->looked_at == 0 ? t->now : c->looked_at + MINUTE_US;
    return true;
}

struct keeper_job courier_job(struct courier *c) {
    return (struct keeper_job){.name = COURIER_JOB,
                               .next = next,
                               .run = run,
                               .retry_us = RETRY_S * SECOND_US,
                               .context = c};
}
