/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/door.h"

#include "base/limits.h"
#include "base/log.h"
#include "engine/door/behind.h"
#include "engine/door/erasure.h"
#include "engine/ledger/ledger.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEADS = 64 };

struct waiting {
    struct command *command;
    struct waiting *next;
    sem_t is_done; /* its own, so that those who are woken together do not meet at one lock */
};

struct office_head {
    int64_t office;
    struct ledger_head head;
    bool is_known;
};

struct door {
    struct door_setup setup;
    struct store *store;
    struct arena *arena;             /* of the batch */
    struct office_head heads[HEADS]; /* read at the first command of an office in a batch */
    size_t head_count;
    struct event *written[LIMIT_BATCH_COMMANDS * DECIDE_EVENTS];
    size_t written_count;
    pthread_t thread;
    bool is_started;
    bool is_held;         /* between door_hold and door_release */
    struct behind behind; /* the search index */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    struct waiting *first;
    struct waiting *last;
    int64_t queued;
    bool is_closing;
    int64_t opened_at;     /* by the clock, for jumps of it ... */
    int64_t opened_steady; /* ... and by the one that nobody turns */
    atomic_llong batches;
    atomic_llong commands;
};

struct door *door_open(const struct door_setup *setup, struct err *err) {
    struct door *d = calloc(1, sizeof *d);
    pthread_condattr_t clock;

    if (d == NULL) {
        abort();
    }
    d->setup = *setup;
    d->store = store_open(setup->path, STORE_WRITE, err);
    if (d->store == NULL) {
        free(d);
        return NULL;
    }
    d->arena = arena_open();
    behind_note(&d->behind); /* as a crash may have left it */
    pthread_mutex_init(&d->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&d->work, &clock);
    pthread_condattr_destroy(&clock);
    return d;
}

struct store *door_store(struct door *d) {
    return d->store;
}

static bool find_head(struct door *d, int64_t office, struct ledger_head **head, struct err *err) {
    struct office_head *h;

    for (size_t i = 0; i < d->head_count; i++) {
        if (d->heads[i].office == office) {
            *head = &d->heads[i].head;
            return true;
        }
    }
    assert(d->head_count < HEADS);
    h = &d->heads[d->head_count];
    if (!ledger_head(d->store, office, &h->head, err)) {
        return false;
    }
    h->office = office;
    d->head_count++;
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
    if (c->client_id.n > 0) {
        digest = command_digest(d, c);
        if (!answer_repeat(d, c, &digest, err)) {
            return false;
        }
        if (c->is_repeat) {
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

/* A transaction of commands[0..count). false: something that was written had to be taken back. */
static bool run_batch(struct door *d, struct command **commands, size_t count, struct err *err) {
    begin_batch(d);
    if (!d->is_held && !store_begin(d->store, err)) {
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
    if (!store_commit(d->store, err)) {
        store_rollback(d->store);
        return false;
    }
    if (d->written_count > 0) {
        behind_note(&d->behind);
    }
    settle(d);
    return true;
}

static void run_alone(struct door *d, struct command *c) {
    struct err err = {0};

    if (!run_batch(d, &c, 1, &err)) {
        c->ok = false;
        c->err = err;
    }
}

static void run_gathered(struct door *d, struct command **commands, size_t count) {
    struct err err = {0};

    if (d->is_held) {
        run_batch(d, commands, count, &err);
    } else if (count == 1 || !run_batch(d, commands, count, &err)) {
        for (size_t i = 0; i < count; i++) {
            run_alone(d, commands[i]);
        }
    }
    atomic_fetch_add(&d->batches, 1);
    atomic_fetch_add(&d->commands, (long long)count);
}

bool door_run(struct door *d, struct command *commands, size_t count) {
    bool all = true;

    assert(!d->is_started);
    for (size_t from = 0; from < count; from += LIMIT_BATCH_COMMANDS) {
        struct command *part[LIMIT_BATCH_COMMANDS];
        size_t n = count - from < LIMIT_BATCH_COMMANDS ? count - from : LIMIT_BATCH_COMMANDS;

        for (size_t i = 0; i < n; i++) {
            part[i] = &commands[from + i];
        }
        run_gathered(d, part, n);
        for (size_t i = 0; i < n; i++) {
            all = all && part[i]->ok;
        }
        while (!d->is_held && behind_is_late(&d->behind)) {
            behind_step(&d->behind, d->store, d->arena);
        }
    }
    return all;
}

bool door_hold(struct door *d, struct err *err) {
    assert(!d->is_started && !d->is_held);
    d->is_held = store_begin(d->store, err);
    return d->is_held;
}

bool door_release(struct door *d, bool keep, struct err *err) {
    bool ok = true;

    assert(d->is_held);
    d->is_held = false;
    if (!keep || !store_commit(d->store, err)) {
        ok = !keep;
        store_rollback(d->store);
    }
    if (keep && ok) {
        behind_note(&d->behind);
    }
    if (keep && ok && d->setup.settled != NULL) {
        d->setup.settled(d->setup.context);
    }
    return ok;
}

/* Sleeps until there is something to do: a command, the end, or a quiet moment for the index. */
static void sleep_until_work(struct door *d) {
    int64_t until_us = behind_clock() + BEHIND_IDLE_US;
    struct timespec until = {.tv_sec = until_us / SECOND_US,
                             .tv_nsec = until_us % SECOND_US * 1000};
    bool is_quiet = false;

    while (d->first == NULL && !d->is_closing && !is_quiet) {
        if (d->behind.is_open) {
            is_quiet = pthread_cond_timedwait(&d->work, &d->lock, &until) == ETIMEDOUT;
        } else {
            pthread_cond_wait(&d->work, &d->lock);
        }
    }
}

/* Takes up to LIMIT_BATCH_COMMANDS; none in a quiet moment. false: closing and nothing is left. */
static bool take(struct door *d, struct waiting **taken, size_t *n) {
    bool is_over;

    *n = 0;
    pthread_mutex_lock(&d->lock);
    sleep_until_work(d);
    while (d->first != NULL && *n < LIMIT_BATCH_COMMANDS) {
        taken[(*n)++] = d->first;
        d->first = d->first->next;
    }
    if (d->first == NULL) {
        d->last = NULL;
    }
    d->queued -= (int64_t)*n;
    is_over = *n == 0 && d->is_closing;
    pthread_mutex_unlock(&d->lock);
    return !is_over;
}

static void *writer(void *context) {
    struct door *d = context;
    struct waiting *taken[LIMIT_BATCH_COMMANDS];
    struct command *commands[LIMIT_BATCH_COMMANDS];
    size_t n;

    while (take(d, taken, &n)) {
        for (size_t i = 0; i < n; i++) {
            commands[i] = taken[i]->command;
        }
        if (n > 0) {
            run_gathered(d, commands, n);
        }
        for (size_t i = 0; i < n; i++) {
            sem_post(&taken[i]->is_done); /* from here on it is gone */
        }
        if (n == 0 || behind_is_late(&d->behind)) {
            behind_step(&d->behind, d->store, d->arena);
        }
    }
    return NULL;
}

/* Without a core file: that would hold people's words. */
static void stop_unsure(const char *detail) {
    log_line(LOG_ERROR, "E_DISK", "detail", detail);
    _exit(EXIT_DISK);
}

bool door_start(struct door *d, struct err *err) {
    if (pthread_create(&d->thread, NULL, writer, d) != 0) {
        return fail(err, E_INTERNAL, "thread");
    }
    store_on_unsure(stop_unsure);
    d->opened_at = d->setup.source->now_us(d->setup.source);
    d->opened_steady =
        d->setup.source->steady_us == NULL ? 0 : d->setup.source->steady_us(d->setup.source);
    d->is_started = true;
    return true;
}

bool door_submit(struct door *d, struct command *c, struct err *err) {
    struct waiting w = {.command = c};

    pthread_mutex_lock(&d->lock);
    if (d->is_closing || d->queued >= LIMIT_QUEUE_COMMANDS) {
        bool closing = d->is_closing;

        pthread_mutex_unlock(&d->lock);
        return closing ? fail(err, E_DRAINING, "") : fail(err, E_BUSY, "");
    }
    sem_init(&w.is_done, 0, 0);
    if (d->last == NULL) {
        d->first = &w;
    } else {
        d->last->next = &w;
    }
    d->last = &w;
    d->queued++;
    pthread_cond_signal(&d->work);
    pthread_mutex_unlock(&d->lock);
    while (sem_wait(&w.is_done) != 0) { /* a signal came between */
    }
    sem_destroy(&w.is_done);
    if (!c->ok) {
        *err = c->err;
    }
    return c->ok;
}

void door_close(struct door *d) {
    if (d == NULL) {
        return;
    }
    if (d->is_started) {
        pthread_mutex_lock(&d->lock);
        d->is_closing = true;
        pthread_cond_signal(&d->work);
        pthread_mutex_unlock(&d->lock);
        pthread_join(d->thread, NULL);
    }
    while (d->behind.is_open) {
        behind_step(&d->behind, d->store, d->arena);
    }
    store_close(d->store);
    arena_close(d->arena);
    pthread_mutex_destroy(&d->lock);
    pthread_cond_destroy(&d->work);
    free(d);
}

void door_numbers(struct door *d, int64_t *waiting, int64_t *batches, int64_t *commands) {
    pthread_mutex_lock(&d->lock);
    *waiting = d->queued;
    pthread_mutex_unlock(&d->lock);
    *batches = atomic_load(&d->batches);
    *commands = atomic_load(&d->commands);
}
