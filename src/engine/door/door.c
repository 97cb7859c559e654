/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/batch.h"

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

bool door_run(struct door *d, struct command *commands, size_t count) {
    bool all = true;

    assert(!d->is_started);
    for (size_t from = 0; from < count; from += LIMIT_BATCH_COMMANDS) {
        struct command *part[LIMIT_BATCH_COMMANDS];
        size_t n = count - from < LIMIT_BATCH_COMMANDS ? count - from : LIMIT_BATCH_COMMANDS;

        for (size_t i = 0; i < n; i++) {
            part[i] = &commands[from + i];
        }
        batch_run(d, part, n);
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
    while (behind_is_late(&d->behind)) {
        behind_step(&d->behind, d->store, d->arena);
    }
    return ok;
}

void door_settle(struct door *d) {
    assert(!d->is_started && !d->is_held);
    while (d->behind.is_open || d->behind.is_untidy) {
        behind_step(&d->behind, d->store, d->arena);
    }
    store_learn(d->store);
}

/* Sleeps until there is something to do: a command, the end, or a quiet moment for the index. */
static void sleep_until_work(struct door *d) {
    int64_t until_us = behind_clock() + BEHIND_IDLE_US;
    struct timespec until = {.tv_sec = until_us / SECOND_US,
                             .tv_nsec = until_us % SECOND_US * 1000};
    bool is_quiet = false;

    while (d->first == NULL && !d->is_closing && !is_quiet) {
        if (d->behind.is_open || d->behind.is_untidy) {
            is_quiet = pthread_cond_timedwait(&d->work, &d->lock, &until) == ETIMEDOUT;
        } else {
            pthread_cond_wait(&d->work, &d->lock);
        }
    }
}

/* In their order; of a shared server those of the first one's office. */
static void take_queued(struct door *d, struct waiting **taken, size_t *n) {
    struct waiting **link = &d->first;

    d->last = NULL;
    while (*link != NULL) {
        struct waiting *w = *link;
        bool fits = *n < LIMIT_BATCH_COMMANDS && (*n == 0 || !store_is_shared(d->store) ||
                                                  w->command->office == taken[0]->command->office);

        if (fits) {
            taken[(*n)++] = w;
            *link = w->next;
        } else {
            d->last = w;
            link = &w->next;
        }
    }
}

/* DOOR_REST_US, under the lock, which is given up meanwhile. */
static void rest(struct door *d) {
    int64_t left = d->taken_us + DOOR_REST_US - behind_clock();

    if (store_is_shared(d->store) && d->queued < DOOR_REST_QUEUE && !d->is_closing && left > 0) {
        struct timespec pause = {.tv_nsec = left * 1000};

        pthread_mutex_unlock(&d->lock);
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&d->lock);
    }
    d->taken_us = behind_clock();
}

/* Takes up to LIMIT_BATCH_COMMANDS; none in a quiet moment. false: closing and nothing is left. */
static bool take(struct door *d, struct waiting **taken, size_t *n) {
    bool is_over;

    *n = 0;
    pthread_mutex_lock(&d->lock);
    sleep_until_work(d);
    rest(d);
    take_queued(d, taken, n);
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
            batch_run(d, commands, n);
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
