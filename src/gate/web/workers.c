/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/workers.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

#include "base/source.h"

struct worker {
    struct workers *all;
    pthread_t thread;
    int number; /* 0 .. count-1 */
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t has_item; /* a worker may go on */
    pthread_cond_t is_idle;  /* nothing queued, nothing running */
    struct worker *worker;
    int count;   /* workers that run */
    void **ring; /* room items */
    int room;
    int first;  /* index of the oldest */
    int queued; /* items in the ring */
    int running;
    bool is_closed;
    void (*run)(void *object, void *item, int worker);
    void *object;
};

static void *take(struct workers *w) {
    void *item;

    while (w->queued == 0 && !w->is_closed) {
        pthread_cond_wait(&w->has_item, &w->lock);
    }
    if (w->queued == 0) {
        return NULL;
    }
    item = w->ring[w->first];
    w->first = (w->first + 1) % w->room;
    w->queued--;
    w->running++;
    return item;
}

static void *work(void *argument) {
    struct worker *me = argument;
    struct workers *w = me->all;
    void *item;

    pthread_mutex_lock(&w->lock);
    while ((item = take(w)) != NULL) {
        pthread_mutex_unlock(&w->lock);
        w->run(w->object, item, me->number);
        pthread_mutex_lock(&w->lock);
        w->running--;
        if (w->queued == 0 && w->running == 0) {
            pthread_cond_broadcast(&w->is_idle);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void end_threads(struct workers *w) {
    pthread_mutex_lock(&w->lock);
    w->is_closed = true;
    pthread_cond_broadcast(&w->has_item);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->count; i++) {
        pthread_join(w->worker[i].thread, NULL);
    }
}

bool workers_open(struct arena *a, int count, int room, size_t stack_bytes,
                  void (*run)(void *object, void *item, int worker), void *object,
                  struct workers **out, struct err *err) {
    struct workers *w = arena_new(a, struct workers);
    pthread_attr_t light;

    assert(count > 0 && room > 0);
    *w = (struct workers){.lock = PTHREAD_MUTEX_INITIALIZER,
                          .has_item = PTHREAD_COND_INITIALIZER,
                          .is_idle = PTHREAD_COND_INITIALIZER,
                          .worker = arena_array(a, struct worker, (size_t)count),
                          .ring = arena_array(a, void *, (size_t)room),
                          .room = room,
                          .run = run,
                          .object = object};
    pthread_attr_init(&light);
    pthread_attr_setstacksize(&light, stack_bytes);
    while (w->count < count) {
        struct worker *worker = &w->worker[w->count];

        *worker = (struct worker){.all = w, .number = w->count};
        if (pthread_create(&worker->thread, &light, work, worker) != 0) {
            break;
        }
        pthread_setname_np(worker->thread, "linli-worker");
        w->count++;
    }
    pthread_attr_destroy(&light);
    if (w->count < count) {
        end_threads(w);
        fail(err, E_INTERNAL, "");
        return err_detail(err, "only %d of %d threads", w->count, count);
    }
    *out = w;
    return true;
}

bool workers_push(struct workers *w, void *item) {
    bool has_room;

    assert(item != NULL);
    pthread_mutex_lock(&w->lock);
    has_room = w->queued < w->room && !w->is_closed;
    if (has_room) {
        w->ring[(w->first + w->queued) % w->room] = item;
        w->queued++;
        pthread_cond_signal(&w->has_item);
    }
    pthread_mutex_unlock(&w->lock);
    return has_room;
}

void workers_count(struct workers *w, int *queued, int *running) {
    pthread_mutex_lock(&w->lock);
    *queued = w->queued;
    *running = w->running;
    pthread_mutex_unlock(&w->lock);
}

bool workers_close(struct workers *w, int64_t wait_us) {
    struct timespec until;
    bool is_idle;
    int64_t end_us;

    clock_gettime(CLOCK_REALTIME, &until);
    end_us = until.tv_sec * SECOND_US + until.tv_nsec / 1000 + (wait_us > 0 ? wait_us : 0);
    until = (struct timespec){.tv_sec = end_us / SECOND_US, .tv_nsec = end_us % SECOND_US * 1000};
    pthread_mutex_lock(&w->lock);
    while (w->queued + w->running > 0 &&
           pthread_cond_timedwait(&w->is_idle, &w->lock, &until) == 0) {
    }
    is_idle = w->queued + w->running == 0;
    pthread_mutex_unlock(&w->lock);
    if (is_idle) {
        end_threads(w);
    }
    return is_idle;
}
