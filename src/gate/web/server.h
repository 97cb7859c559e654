/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/server.h - the HTTP server: two network threads that only move bytes, workers that may
 * block.
 *
 * A network thread reads the head, applies the strict gate (gate/web/gate.h), collects the body or
 * streams a photo to a file, puts the connection to sleep and queues the request; a worker runs it
 * (routes_run) and wakes the connection. Workers are many and light
 * (docs/decisions/020-blocking-workers.md), because a handler waits inside the door for the commit
 * that it shares with others. A full queue answers 503 with Retry-After.
 *
 * The only file that knows libmicrohttpd is server.c; TLS and HTTP/2 belong to the front
 * (docs/security.md).
 *
 * Invariants  nobody answers in the network library's first call but the gate, which also ends the
 *             connection; a request belongs to one thread at a time; all connections are awake
 *             before the library stops.
 * Limits      LIMIT_HEAD_BYTES, LIMIT_HEADERS, LIMIT_BODY_BYTES, LIMIT_REQUEST_BYTES,
 *             LIMIT_PHOTO_BYTES, LIMIT_BODIES_BYTES, LIMIT_QUEUE_REQUESTS, LIMIT_UPLOADS,
 *             LIMIT_CONNECTIONS.
 */
#ifndef LINLI_GATE_WEB_SERVER_H
#define LINLI_GATE_WEB_SERVER_H

#include "gate/web/listen.h"
#include "gate/web/route.h"

struct server;
struct metrics;
struct live;

struct server_options {
    struct listen_address listen; /* where; port 0 = any free one */
    struct routes *routes;        /* the compiled table */
    void *app;                    /* rq->app */
    route_gatekeeper
        gatekeeper; /* rights, session, CSRF; NULL = only RIGHT_PUBLIC rows are answered */
    const char *uploads_folder; /* where photos are streamed to; NULL = no uploads */
    int workers;                /* 0 = WORKERS_DEFAULT */
    int queue;                  /* 0 = LIMIT_QUEUE_REQUESTS */
    bool has_front; /* a front on loopback is trusted for the client's address (X-Forwarded-For)
                       and for https (X-Forwarded-Proto) */
    bool is_secure; /* the public address is https */
    const char *metrics_token; /* /metrics with `Authorization: Bearer` from elsewhere; NULL =
                                  loopback only */
    struct live *live;         /* event streams: beats, and their number in /metrics; NULL = none */
    bool (*health)(void *app,
                   struct buf *why); /* /healthz, on a network thread: never blocks; NULL = well */
    void (*more_metrics)(void *app, struct buf *out); /* behind our own in /metrics; NULL = none */
    int patience_s; /* seconds for a head, a silent connection, a body's start; 0 = PATIENCE_S */
};

enum { WORKERS_DEFAULT = 64, WORKER_STACK_BYTES = 256 << 10, PATIENCE_S = 30, DRAIN_S = 10 };

/* Errors: E_PORT, E_FILE (uploads folder). */
bool server_open(struct server **out, const struct server_options *options, struct err *err);
int server_port(const struct server *s);

/* No new requests; those under way are finished, streams ended. False when something still ran
 * after DRAIN_S: then the process has to end without further ado, nothing was freed. */
bool server_close(struct server *s);

const struct server_options *server_options(const struct server *s);

struct metrics *server_metrics(const struct server *s);

/* For /metrics and /healthz; cheap and safe on any thread. */
struct server_figures {
    int queued;           /* waiting for a worker */
    int running;          /* at a worker */
    int connections;      /* open now */
    int uploads;          /* photos coming in */
    int64_t bodies_bytes; /* body bytes held now */
    bool is_draining;
};
struct server_figures server_figures(const struct server *s);

/* A long answer. `read` fills at most n bytes; 0 = nothing now, the connection sleeps until
 * stream_wake; -1 = the end. It is called on a network thread and must not block. `close` is called
 * once, when the connection is gone; until then the request and its arena live. */
struct stream_source {
    ptrdiff_t (*read)(void *object, char *to, size_t n);
    void (*close)(void *object);
    void *object;
};
bool answer_stream(struct request *rq, const char *type, struct stream_source source);
void stream_wake(struct stream *stream);

#endif
