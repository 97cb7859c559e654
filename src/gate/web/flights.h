/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/flights.h - one request on its way through the server, and the list of all that are
 * under way.
 *
 * Everything about it but the network library itself, which server.c alone knows.
 * Memory: a flight lives in the arena of its request, from the request line until the answer is
 * sent.
 */
#ifndef LINLI_GATE_WEB_FLIGHTS_H
#define LINLI_GATE_WEB_FLIGHTS_H

#include <pthread.h>
#include <sys/socket.h>

#include "gate/web/body.h"
#include "gate/web/gate.h"
#include "gate/web/server.h"

struct MHD_Connection; /* the network library's */

enum flight_phase {
    PHASE_HEAD, /* the request line came */
    PHASE_BODY, /* the head was let in */
    PHASE_AWAY, /* at a worker, the connection sleeps */
    PHASE_BACK, /* the worker is through; the client may have left meanwhile */
    PHASE_DONE  /* answered */
};

/* A stream's connection sleeps when there is nothing to send; a wake that comes before it sleeps
 * must not be lost. */
enum stream_state { STREAM_RUNNING, STREAM_ASLEEP, STREAM_WOKEN };

struct stream {
    struct stream_source source;
    struct MHD_Connection *connection;
    atomic_int state;    /* enum stream_state */
    atomic_bool is_used; /* set last */
};

struct flight {
    struct request rq; /* first: a request is its flight */
    struct MHD_Connection *connection;
    enum flight_phase phase;
    struct gate_facts facts;
    struct body body;
    struct err refusal; /* found at the head, answered when the body has ended; E_NONE = none */
    struct stream stream;
    struct flight *before; /* in the list of those under way */
    struct flight *next;
};

struct flights {
    pthread_mutex_t lock;
    pthread_cond_t is_empty; /* the last one ended */
    struct flight *first;
    uint64_t id_seed;       /* request ids of this process */
    atomic_ullong id_count; /* ids given */
};

void flights_init(struct flights *all);
void flights_wake_streams(struct flights *all);
void flights_wait(struct flights *all, int seconds); /* until none is under way, or as long */

struct flight *flight_open(struct flights *all, struct server *server, const char *target,
                           int64_t now_us);
void flight_close(struct flights *all, struct flight *x);

/* Who asks. Behind a front on loopback the client is whom the front says, by the last entry of
 * X-Forwarded-For: those before it anybody can write; and people reach us by https when it says so
 * in X-Forwarded-Proto. */
void flight_set_client(struct flight *x, const struct sockaddr *peer);

/* Counts the answer and writes the request's line in the log. */
void flight_count(const struct flight *x, int64_t now_us);

#endif
