/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/flights.h"

#include "base/log.h"
#include "base/source.h"
#include "gate/web/metrics.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void flights_init(struct flights *all) {
    struct source source = source_system();

    *all = (struct flights){.first = NULL};
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->is_empty, NULL);
    source.fill(&source, &all->id_seed, sizeof all->id_seed);
}

void flights_wake_streams(struct flights *all) {
    pthread_mutex_lock(&all->lock);
    for (struct flight *x = all->first; x != NULL; x = x->next) {
        if (atomic_load(&x->stream.is_used)) {
            stream_wake(&x->stream);
        }
    }
    pthread_mutex_unlock(&all->lock);
}

void flights_wait(struct flights *all, int seconds) {
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&all->lock);
    while (all->first != NULL && pthread_cond_timedwait(&all->is_empty, &all->lock, &until) == 0) {
    }
    pthread_mutex_unlock(&all->lock);
}

/* Different for each request of each process (splitmix64); it says nothing about the one before. */
static void make_id(struct flights *all, char *id) {
    uint64_t z = all->id_seed + atomic_fetch_add(&all->id_count, 1) * UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    snprintf(id, REQUEST_ID_BYTES, "%016llx", (unsigned long long)(z ^ (z >> 31)));
}

struct flight *flight_open(struct flights *all, struct server *server, const char *target,
                           int64_t now_us) {
    const struct server_options *options = server_options(server);
    struct arena *a = arena_open();
    struct flight *x = arena_new(a, struct flight);

    x->rq.arena = a;
    x->rq.server = server;
    x->rq.worker = -1;
    x->rq.app = options->app;
    x->rq.is_secure = options->is_secure;
    x->rq.target = arena_str(a, str_of(target));
    x->rq.began_us = now_us;
    make_id(all, x->rq.id);
    pthread_mutex_lock(&all->lock);
    x->next = all->first;
    if (x->next != NULL) {
        x->next->before = x;
    }
    all->first = x;
    pthread_mutex_unlock(&all->lock);
    return x;
}

static void leave_list(struct flights *all, struct flight *x) {
    pthread_mutex_lock(&all->lock);
    if (x->before != NULL) {
        x->before->next = x->next;
    } else {
        all->first = x->next;
    }
    if (x->next != NULL) {
        x->next->before = x->before;
    }
    if (all->first == NULL) {
        pthread_cond_broadcast(&all->is_empty);
    }
    pthread_mutex_unlock(&all->lock);
}

void flight_close(struct flights *all, struct flight *x) {
    assert(x != NULL && x->phase != PHASE_AWAY);
    leave_list(all, x);
    if (atomic_load(&x->stream.is_used)) {
        x->stream.source.close(x->stream.source.object);
    }
    if (x->rq.answer.file > 0) {
        close(x->rq.answer.file - 1);
    }
    body_close(&x->body);
    arena_close(x->rq.arena);
}

void flight_set_client(struct flight *x, const struct sockaddr *peer) {
    struct request *rq = &x->rq;
    struct str forwarded = request_header(rq, "X-Forwarded-For");
    bool has_come_on = forwarded.n > 0 || request_header(rq, "Forwarded").n > 0 ||
                       request_header(rq, "X-Real-IP").n > 0 || request_header(rq, "Via").n > 0;
    bool is_loopback;

    rq->client = listen_peer(rq->arena, peer, &is_loopback);
    rq->is_local = is_loopback && !has_come_on;
    if (server_options(rq->server)->has_front && is_loopback) {
        while (forwarded.n > 0) {
            rq->client = str_trim(str_cut(&forwarded, ','));
        }
        rq->is_secure = rq->is_secure || str_is(request_header(rq, "X-Forwarded-Proto"), "https");
    }
}

void flight_count(const struct flight *x, int64_t now_us) {
    const struct request *rq = &x->rq;
    int64_t micros = now_us - rq->began_us;
    bool is_quiet =
        rq->route != NULL && (rq->route->flags & ROUTE_INLINE) != 0 && rq->answer.status < 400;

    metrics_count(server_metrics(rq->server), rq->route == NULL ? 0 : rq->route->index,
                  rq->answer.status, micros, arena_used(rq->arena));
    if (!is_quiet) {
        log_request(method_text(rq->method).p, route_name(rq), rq->id, rq->answer.status, micros);
    }
}
