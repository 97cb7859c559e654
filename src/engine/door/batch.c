/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/batch.h"

#include "engine/door/erasure.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

enum {
    AWAY_US = 20 * SECOND_US, /* that a server is waited for, before its commands are refused */
    AWAY_PAUSE_MS = 200,
};

/* The place of an office's head, its ledger locked; NULL: that failed. Of a server nothing is
 * waited for yet. */
static struct office_head *lock_office(struct door *d, int64_t office, struct err *err) {
    struct office_head *h = d->heads;

    while (h < d->heads + d->head_count && h->office != office) {
        h++;
    }
    if (h == d->heads + d->head_count) {
        assert(d->head_count < HEADS);
        *h = (struct office_head){.office = office};
        if (!store_lock(d->store, STORE_LOCK_OFFICE, office, err)) {
            return NULL;
        }
        d->head_count++;
    }
    return h;
}

static bool find_head(struct door *d, int64_t office, struct ledger_head **head, struct err *err) {
    struct office_head *h = lock_office(d, office, err);

    if (h == NULL || (!h->is_known && !ledger_head(d->store, office, &h->head, err))) {
        return false;
    }
    h->is_known = true;
    *head = &h->head;
    return true;
}

static struct hash command_digest(struct door *d, const struct command *c) {
    struct str parts[3] = {str_of(c->row->name), c->about, c->body};
    struct hash of_body = hash_sha256_parts(parts, 3);

    return hash_hmac(key_str(d->setup.keys->command), hash_bytes(&of_body));
}

static void answer_from(struct command *c, const struct event *e) {
    struct str number = event_text(e, "number");

    c->event = e->number;
    c->subject = event_int(e, "case", event_int(e, "id", c->subject));
    c->voice = event_int(e, "voice", c->voice);
    if (number.n > 0) {
        snprintf(c->number, sizeof c->number, "%.*s", STR_ARG(number));
    }
    c->ok = true;
}

/* Is it a repeat of what was accepted? Then the answer is rebuilt from its event. */
static bool answer_repeat(struct door *d, struct command *c, const struct hash *digest,
                          struct err *err) {
    struct hash earlier;
    struct event *e = arena_new(d->arena, struct event);

    if (!ledger_find_client(d->store, c->office, c->actor.account, c->client_id, &c->event,
                            &earlier, err)) {
        return false;
    }
    if (c->event == 0) {
        return true;
    }
    if (!hash_eq(&earlier, digest)) {
        return fail(err, E_REPEATED, "Idempotency-Key");
    }
    if (!ledger_fetch(d->store, d->arena, c->office, c->event, e, err)) {
        return false;
    }
    c->is_repeat = true;
    answer_from(c, e);
    return true;
}

static bool write_event(struct door *d, struct ledger_head *head, struct decide *decided, size_t i,
                        const struct command *c, const struct hash *digest, struct err *err) {
    struct event *e = decided->events[i];
    size_t first = 0;
    size_t count = 0;

    for (size_t k = 0; k < decided->beside_count; k++) {
        first += decided->beside_of[k] < i;
        count += decided->beside_of[k] == i;
    }
    if (!ledger_append(d->store, head, e, i == 0 ? c->client_id : (struct str){0},
                       hash_bytes(digest), err) ||
        !door_apply(d->setup.events, d->store, d->arena, e, err)) {
        return false;
    }
    d->written[d->written_count++] = e;
    if (decided->move.case_id > 0 && decided->move_of == i &&
        !search_take_along(d->store, d->arena, &decided->move, err)) {
        return false;
    }
    if (event_is(e, ERASURE_EVENT) && !erasure_apply(d->store, d->arena, e, true, err)) {
        return false;
    }
    return beside_insert(d->store, d->arena, d->setup.keys, d->setup.source, e,
                         decided->beside + first, count, err);
}

/* Adds to the last event how far the office's counter of ids has come. */
static void note_ids(struct decide *d) {
    if (d->ids_taken > 0) {
        event_add_int(d->events[d->event_count - 1], "last_id", d->next_id - 1 + d->ids_taken);
    }
}

/* How far the machine's clock has moved more than time went by since the door was opened. */
static bool check_clock(struct door *d, int64_t now, struct err *err) {
    struct source *source = d->setup.source;
    int64_t ahead = source->steady_us == NULL
                        ? 0
                        : now - d->opened_at - (source->steady_us(source) - d->opened_steady);

    if (!d->is_started || ahead <= LIMIT_CLOCK_JUMP_US) {
        return true;
    }
    fail(err, E_CLOCK, "");
    return err_detail(err, "the clock is %lld s ahead", (long long)(ahead / SECOND_US));
}

/* On a shared server a commit may happen and its answer be lost: every command can be told from a
 * repeat there. Microseconds come first, each id its own, so that the index grows at its end; what
 * is random tells the nodes apart. */
static void give_id(struct door *d, struct command *c, int64_t now) {
    uint64_t random;

    if (c->client_id.n > 0 || !store_is_shared(d->store) || d->is_held) {
        return;
    }
    d->given_us = now > d->given_us ? now : d->given_us + 1;
    d->setup.source->fill(d->setup.source, &random, sizeof random);
    snprintf(c->own_id, sizeof c->own_id, "~%013llx%09llx",
             (unsigned long long)d->given_us & 0xFFFFFFFFFFFFFu,
             (unsigned long long)random & 0xFFFFFFFFFu);
    c->client_id = str_of(c->own_id);
    c->has_own_id = true;
}

/* One command. *wrote says whether the transaction was touched, so that a failure must roll it
 * back. */
static bool run_one(struct door *d, struct command *c, bool *wrote, struct err *err) {
    struct decide *decided = arena_new(d->arena, struct decide);
    struct ledger_head *head;
    struct hash digest = {0};
    int64_t now = d->setup.source->now_us(d->setup.source);

    *wrote = false;
    c->ok = false;
    c->is_repeat = false;
    if (!check_clock(d, now, err) || !find_head(d, c->office, &head, err)) {
        return false;
    }
    give_id(d, c, now);
    if (c->client_id.n > 0) {
        digest = command_digest(d, c);
        if ((!c->has_own_id || c->is_again) && !answer_repeat(d, c, &digest, err)) {
            return false;
        }
        if (c->is_repeat) {
            c->is_repeat = !c->is_again;
            return true;
        }
    }
    decided->arena = d->arena;
    decided->store = d->store;
    decided->source = d->setup.source;
    decided->keys = d->setup.keys;
    decided->town = d->setup.town == NULL ? NULL : d->setup.town(d->setup.context);
    decided->actor = c->actor;
    decided->office = c->office;
    decided->now = now > head->accepted_at ? now : head->accepted_at;
    decided->at = c->said_at > 0 && c->actor.may_backdate ? c->said_at : decided->now;
    decided->said_at = c->actor.may_backdate ? 0 : c->said_at;
    if (!c->row->decide(decided, c->input, err)) {
        return false;
    }
    assert(decided->event_count > 0);
    *wrote = true;
    note_ids(decided);
    for (size_t i = 0; i < decided->event_count; i++) {
        if (!write_event(d, head, decided, i, c, &digest, err)) {
            return false;
        }
    }
    for (size_t i = decided->event_count; i-- > 0;) {
        answer_from(c, decided->events[i]);
    }
    c->event = decided->events[decided->event_count - 1]->number;
    return true;
}

static void settle(struct door *d) {
    if (d->written_count == 0) {
        return;
    }
    for (size_t i = 0; i < d->written_count && d->setup.committed != NULL; i++) {
        d->setup.committed(d->setup.context, d->written[i]);
    }
    if (d->setup.settled != NULL) {
        d->setup.settled(d->setup.context);
    }
}

static void begin_batch(struct door *d) {
    arena_reset(d->arena);
    d->head_count = 0;
    d->written_count = 0;
}

/* What other nodes are to look at, told with the commit: this node, office, first and last entry.
 */
static bool tell_nodes(struct door *d, struct err *err) {
    const struct event *first = d->written_count > 0 ? d->written[0] : NULL;
    bool ok = true;

    if (!store_is_shared(d->store)) {
        return true;
    }
    for (size_t i = 0; ok && i < d->written_count; i++) {
        const struct event *e = d->written[i];
        bool is_last = i + 1 == d->written_count || d->written[i + 1]->office != e->office;

        if (is_last) {
            ok = store_notify(d->store,
                              arena_format(d->arena, "%s %lld %lld %lld", d->setup.node,
                                           (long long)e->office, (long long)first->number,
                                           (long long)e->number),
                              err);
            first = i + 1 < d->written_count ? d->written[i + 1] : NULL;
        }
    }
    return ok;
}

/* Nothing is waited for here. */
static bool lock_and_ask_ahead(struct door *d, struct command **commands, size_t count,
                               struct err *err) {
    int64_t office = commands[0]->office;

    if (lock_office(d, office, err) == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct command *c = commands[i];

        if (c->office == office && c->client_id.n > 0 && (!c->has_own_id || c->is_again)) {
            ledger_client_ahead(d->store, office, c->actor.account, c->client_id);
        }
    }
    if (!d->is_held) { /* many batches would ask for what none of them reads */
        decide_counters_ahead(d->store, office);
    }
    return true;
}

/* The office's head, which of the commands came before, its counters: a server is asked for all of
 * that at once, behind the lock of the office, and then for the rows that the commands name. What
 * makes one of them another one's repeat, the ledger's key refuses, and each is run alone. */
static bool ask_ahead(struct door *d, struct command **commands, size_t count, struct err *err) {
    int64_t *ids = arena_array(d->arena, int64_t, count);
    size_t id_count = 0;
    struct ledger_head *head;

    if (!store_is_shared(d->store)) {
        return true;
    }
    if (!lock_and_ask_ahead(d, commands, count, err) ||
        !find_head(d, commands[0]->office, &head, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct command *c = commands[i];

        int64_t id = c->row->names == NULL ? 0 : c->row->names(c->input);

        if (id > 0 && c->office == commands[0]->office) {
            ids[id_count++] = id;
        }
    }
    return id_count == 0 || d->setup.load == NULL ||
           d->setup.load(d->store, d->arena, ids, id_count, err);
}

/* A transaction of commands[0..count). false: something that was written had to be taken back. */
static bool run_batch(struct door *d, struct command **commands, size_t count, struct err *err) {
    begin_batch(d);
    if (!d->is_held && !store_begin(d->store, err)) {
        return false;
    }
    if (!ask_ahead(d, commands, count, err)) {
        if (!d->is_held) {
            store_rollback(d->store);
        }
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        bool wrote = false;

        if (!run_one(d, commands[i], &wrote, &commands[i]->err) && wrote) {
            *err = commands[i]->err;
            if (!d->is_held) {
                store_rollback(d->store);
            }
            return false;
        }
    }
    if (d->is_held) {
        return true;
    }
    if (!tell_nodes(d, err) || !store_commit(d->store, err)) {
        store_rollback(d->store);
        return false;
    }
    if (d->written_count > 0) {
        behind_note(&d->behind);
    }
    settle(d);
    return true;
}

/* Until when a server that went away is waited for. */
static bool may_wait(int64_t *until_us) {
    struct timespec pause = {.tv_nsec = AWAY_PAUSE_MS * 1000000L};

    if (*until_us == 0) {
        *until_us = behind_clock() + AWAY_US;
    }
    if (behind_clock() >= *until_us) {
        return false;
    }
    nanosleep(&pause, NULL);
    return true;
}

static void run_alone(struct door *d, struct command *c, int64_t *until_us) {
    struct err err = {0};

    while (!run_batch(d, &c, 1, &err)) {
        if (!store_is_away(err.code) || !may_wait(until_us)) {
            c->ok = false;
            c->err = err;
            return;
        }
        c->is_again = true;
    }
}

void batch_run(struct door *d, struct command **commands, size_t count) {
    struct err err = {0};
    int64_t until_us = 0;

    if (d->is_held) {
        run_batch(d, commands, count, &err);
    } else if ((count == 1 && !store_is_shared(d->store)) || !run_batch(d, commands, count, &err)) {
        for (size_t i = 0; i < count; i++) {
            commands[i]->is_again = store_is_away(err.code);
            run_alone(d, commands[i], &until_us);
        }
    }
    atomic_fetch_add(&d->batches, 1);
    atomic_fetch_add(&d->commands, (long long)count);
}
