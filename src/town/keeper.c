/* SPDX-License-Identifier: Apache-2.0 */
#include "town/keeper.h"

#include "base/log.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

/* Seconds: how often the clock is looked at (it may be set, the machine may have slept), how long
 * whoever does not lead waits, and the least between two turns of a job. */
enum { LOOK_S = 20, LEAST_S = 1, RETRY_MINUTES = 10 };

struct seat {
    struct keeper *keeper;
    struct keeper_job job;
    pthread_t thread;
    struct store *store; /* its thread's; NULL = to be opened */
    struct keeper_figures figures;
    bool is_woken;
    bool has_thread;
    bool is_over;
};

struct keeper {
    struct arena *arena;
    struct installation *installation;
    pthread_mutex_t lock; /* guards figures, is_woken, is_over */
    pthread_cond_t changed;
    atomic_bool is_ending;
    struct seat seats[KEEPER_JOBS];
    size_t count;
};

bool keeper_is_leader(struct store *s, const char *job) {
    return store_lead(s, job);
}

bool keeper_is_ending(const struct keeper_turn *t) {
    return atomic_load(&t->keeper->is_ending);
}

static struct timespec after_us(int64_t micros) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += micros / SECOND_US;
    t.tv_nsec += micros % SECOND_US * 1000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static int64_t now_of(const struct keeper *k) {
    struct source *source = installation_source(k->installation);

    return source->now_us(source);
}

/* What one turn borrows. */
static bool begin_turn(struct seat *s, struct arena *a, struct keeper_turn *t, struct err *err) {
    struct keeper *k = s->keeper;

    if (s->store == NULL) {
        s->store = installation_connect(k->installation, err);
    }
    *t = (struct keeper_turn){.installation = k->installation,
                              .store = s->store,
                              .arena = a,
                              .now = now_of(k),
                              .context = s->job.context,
                              .keeper = k};
    t->town = s->store == NULL ? NULL : installation_town(k->installation);
    return s->store != NULL;
}

static void end_turn(struct seat *s, struct keeper_turn *t, bool ok) {
    if (t->town != NULL) {
        installation_release(t->installation, t->town);
    }
    arena_reset(t->arena);
    if (!ok) { /* a connection that broke is made anew */
        store_close(s->store);
        s->store = NULL;
    }
}

static void note(struct seat *s, bool was_run, bool ok, int64_t due_at, const struct err *err) {
    struct keeper *k = s->keeper;
    struct keeper_figures *f = &s->figures;
    bool is_stop = !ok && err->code == E_DRAINING && atomic_load(&k->is_ending);

    if (!ok && !is_stop) {
        log_job(s->job.name, err);
    }
    pthread_mutex_lock(&k->lock);
    f->is_running = false;
    f->turns += was_run;
    if (!ok && !is_stop) {
        f->failures++;
        f->failed_at = now_of(k);
        f->failed_at_last = true;
        f->last = *err;
    } else if (was_run && ok) {
        f->good_at = now_of(k);
        f->failed_at_last = false;
    }
    f->due_at = due_at;
    pthread_mutex_unlock(&k->lock);
}

/* Asks the job when its next turn is due and runs it if that is now. */
static void look(struct seat *s, struct arena *a, bool is_woken) {
    struct keeper *k = s->keeper;
    struct keeper_turn t;
    struct err err = {0};
    int64_t due_at = is_woken ? 0 : INT64_MAX;
    bool was_run = false;
    bool ok = begin_turn(s, a, &t, &err);

    if (ok && !keeper_is_leader(t.store, s->job.name)) {
        end_turn(s, &t, true);
        note(s, false, true, t.now + LOOK_S * SECOND_US, &err);
        return;
    }
    ok = ok && (is_woken || s->job.next(&t, &due_at, &err));
    if (ok && due_at <= t.now) {
        pthread_mutex_lock(&k->lock);
        s->figures.is_running = true;
        pthread_mutex_unlock(&k->lock);
        was_run = true;
        ok = s->job.run(&t, &err);
        t.now = now_of(k);
        ok = ok && s->job.next(&t, &due_at, &err);
    }
    if (!ok) {
        due_at = now_of(k) + (s->job.retry_us > 0 ? s->job.retry_us : RETRY_MINUTES * MINUTE_US);
    }
    end_turn(s, &t, ok);
    note(s, was_run, ok, due_at, &err);
}

/* Sleeps until the turn is due, somebody wakes it, or everything ends; true = it was woken. */
static bool sleep_until_due(struct seat *s) {
    struct keeper *k = s->keeper;
    struct timespec least = after_us(LEAST_S * SECOND_US);
    bool is_woken = false;

    pthread_mutex_lock(&k->lock);
    while (!atomic_load(&k->is_ending) && !s->is_woken &&
           pthread_cond_timedwait(&k->changed, &k->lock, &least) == 0) {
    }
    while (!atomic_load(&k->is_ending) && !s->is_woken) {
        int64_t left = s->figures.due_at - now_of(k);
        struct timespec until = after_us(left > LOOK_S * SECOND_US ? LOOK_S * SECOND_US
                                         : left > 0                ? left
                                                                   : 0);

        if (left <= 0) {
            break;
        }
        pthread_cond_timedwait(&k->changed, &k->lock, &until);
    }
    is_woken = s->is_woken;
    s->is_woken = false;
    pthread_mutex_unlock(&k->lock);
    return is_woken;
}

static void *serve_job(void *context) {
    struct seat *s = context;
    struct keeper *k = s->keeper;
    struct arena *a = arena_open();
    bool is_woken = false;

    while (!atomic_load(&k->is_ending)) {
        look(s, a, is_woken);
        is_woken = sleep_until_due(s);
    }
    store_close(s->store);
    arena_close(a);
    pthread_mutex_lock(&k->lock);
    s->is_over = true;
    pthread_cond_broadcast(&k->changed);
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

bool keeper_open(struct installation *i, const struct keeper_job *jobs, struct keeper **out,
                 struct err *err) {
    struct arena *a = arena_open();
    struct keeper *k = arena_new(a, struct keeper);
    pthread_condattr_t monotonic;

    k->arena = a;
    k->installation = i;
    pthread_mutex_init(&k->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&k->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (; jobs[k->count].name != NULL; k->count++) {
        struct seat *s = &k->seats[k->count];

        assert(k->count < KEEPER_JOBS);
        s->keeper = k;
        s->job = jobs[k->count];
        s->figures.name = s->job.name;
    }
    for (size_t n = 0; n < k->count; n++) {
        struct seat *s = &k->seats[n];

        s->has_thread = pthread_create(&s->thread, NULL, serve_job, s) == 0;
        if (!s->has_thread) {
            keeper_end(k);
            keeper_close(k, INT64_MAX);
            fail(err, E_INTERNAL, "");
            return err_detail(err, "no thread for the job %s", s->job.name);
        }
    }
    *out = k;
    return true;
}

void keeper_end(struct keeper *k) {
    if (k != NULL) {
        pthread_mutex_lock(&k->lock);
        atomic_store(&k->is_ending, true);
        pthread_cond_broadcast(&k->changed);
        pthread_mutex_unlock(&k->lock);
    }
}

static bool all_are_over(const struct keeper *k) {
    for (size_t n = 0; n < k->count; n++) {
        if (k->seats[n].has_thread && !k->seats[n].is_over) {
            return false;
        }
    }
    return true;
}

bool keeper_close(struct keeper *k, int64_t wait_us) {
    struct timespec until = after_us(wait_us < DAY_US ? wait_us : DAY_US);
    bool is_over = true;

    if (k == NULL) {
        return true;
    }
    keeper_end(k);
    pthread_mutex_lock(&k->lock);
    while (!all_are_over(k) && pthread_cond_timedwait(&k->changed, &k->lock, &until) == 0) {
    }
    is_over = all_are_over(k);
    pthread_mutex_unlock(&k->lock);
    if (!is_over) {
        return false;
    }
    for (size_t n = 0; n < k->count; n++) {
        if (k->seats[n].has_thread) {
            pthread_join(k->seats[n].thread, NULL);
        }
    }
    pthread_mutex_destroy(&k->lock);
    pthread_cond_destroy(&k->changed);
    arena_close(k->arena);
    return true;
}

void keeper_wake(struct keeper *k, const char *name) {
    pthread_mutex_lock(&k->lock);
    for (size_t n = 0; n < k->count; n++) {
        struct seat *s = &k->seats[n];

        s->is_woken = s->is_woken || (name != NULL && strcmp(s->job.name, name) == 0);
    }
    pthread_cond_broadcast(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

size_t keeper_list(struct keeper *k, struct keeper_figures *out) {
    size_t count = k == NULL ? 0 : k->count;

    for (size_t n = 0; n < count; n++) {
        pthread_mutex_lock(&k->lock);
        out[n] = k->seats[n].figures;
        pthread_mutex_unlock(&k->lock);
    }
    return count;
}
