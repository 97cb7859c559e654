/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/seats.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

struct seat {
    int socket;                /* descriptor + 1; 0 = free; under the lock */
    struct seat *next_free;    /* under the lock */
    atomic_bool is_in_request; /* owes nothing */
    atomic_llong owes_from_us; /* opened, or last request ended */
};

struct seats {
    pthread_mutex_t lock;
    struct seat *all;
    size_t count;
    struct seat *free;
    atomic_int taken;
};

struct seats *seats_make(struct arena *a, size_t count) {
    struct seats *s = arena_new(a, struct seats);

    pthread_mutex_init(&s->lock, NULL);
    s->all = arena_array(a, struct seat, count);
    s->count = count;
    for (size_t i = count; i-- > 0;) {
        s->all[i].next_free = s->free;
        s->free = &s->all[i];
    }
    return s;
}

struct seat *seats_take(struct seats *s, int socket, int64_t now_us) {
    struct seat *seat;

    atomic_fetch_add(&s->taken, 1);
    pthread_mutex_lock(&s->lock);
    seat = s->free;
    if (seat != NULL) {
        s->free = seat->next_free;
        atomic_store(&seat->is_in_request, false);
        atomic_store(&seat->owes_from_us, now_us);
        seat->socket = socket + 1;
    }
    pthread_mutex_unlock(&s->lock);
    return seat;
}

void seats_leave(struct seats *s, struct seat *seat) {
    atomic_fetch_sub(&s->taken, 1);
    if (seat == NULL) {
        return;
    }
    pthread_mutex_lock(&s->lock);
    seat->socket = 0;
    seat->next_free = s->free;
    s->free = seat;
    pthread_mutex_unlock(&s->lock);
}

void seats_begin(struct seat *seat) {
    if (seat != NULL) {
        atomic_store(&seat->is_in_request, true);
    }
}

void seats_end(struct seat *seat, int64_t now_us) {
    if (seat != NULL) {
        atomic_store(&seat->owes_from_us, now_us);
        atomic_store(&seat->is_in_request, false);
    }
}

void seats_end_slow(struct seats *s, int64_t before_us) {
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->count; i++) {
        struct seat *seat = &s->all[i];

        if (seat->socket > 0 && !atomic_load(&seat->is_in_request) &&
            atomic_load(&seat->owes_from_us) < before_us) {
            shutdown(seat->socket - 1, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&s->lock);
}

int seats_count(const struct seats *s) {
    return atomic_load(&s->taken);
}
