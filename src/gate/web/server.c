/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/server.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/source.h"
#include "gate/web/answer.h"
#include "gate/web/flights.h"
#include "gate/web/live.h"
#include "gate/web/metrics.h"
#include "gate/web/seats.h"
#include "gate/web/workers.h"

#include <assert.h>
#include <malloc.h>
#include <microhttpd.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    NETWORK_THREADS = 2,
    CONNECTION_BYTES = 16 << 10, /* head, answer's head; a stream touches half of it */
    STREAM_BLOCK_BYTES = 2048,
    MALLOC_ARENAS = 4 /* else each worker grows its own */
};

struct server {
    struct server_options options;
    struct arena *arena;
    struct MHD_Daemon *daemon;
    int port;
    struct workers *workers;
    struct metrics *metrics;
    struct bodies bodies;
    struct flights flights;
    struct seats *seats;
    atomic_bool is_draining;
    pthread_t watch;
    pthread_mutex_t watch_lock;
    pthread_cond_t watch_end; /* the watch has to stop */
    bool is_watch_over;       /* under the lock */
};

static int64_t monotonic_us(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection) {
    struct server *s = cls;
    struct flight *x = flight_open(&s->flights, s, target, monotonic_us());

    x->connection = connection;
    return x;
}

static struct seat *seat_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode code) {
    struct server *s = cls;
    struct flight *x = *con_cls;

    (void)code;
    seats_end(seat_of(connection), monotonic_us());
    if (x != NULL) {
        *con_cls = NULL;
        flight_close(&s->flights, x);
    }
}

/* ---- long answers ---- */

bool answer_stream(struct request *rq, const char *type, struct stream_source source) {
    struct flight *x = (struct flight *)(void *)rq; /* its first member */

    assert(source.read != NULL && source.close != NULL && !x->stream.is_used);
    answer_none(rq, 200);
    answer_header(rq, "X-Accel-Buffering", STR("no")); /* nginx passes each event on at once */
    x->stream.source = source;
    x->stream.connection = x->connection;
    atomic_store(&x->stream.is_used, true);
    rq->answer.type = type;
    rq->answer.stream = &x->stream;
    return true;
}

static ssize_t read_stream(void *cls, uint64_t at, char *to, size_t n) {
    struct stream *stream = cls;
    struct flight *x = (struct flight *)(void *)((char *)stream - offsetof(struct flight, stream));
    int running = STREAM_RUNNING;
    ptrdiff_t bytes;

    (void)at;
    if (atomic_load(&x->rq.server->is_draining)) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    atomic_store(&stream->state, STREAM_RUNNING);
    bytes = stream->source.read(stream->source.object, to, n);
    if (bytes > 0) {
        return bytes;
    }
    if (bytes < 0) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }
    MHD_suspend_connection(stream->connection);
    if (!atomic_compare_exchange_strong(&stream->state, &running, STREAM_ASLEEP)) {
        MHD_resume_connection(stream->connection);
    }
    return 0;
}

void stream_wake(struct stream *stream) {
    if (atomic_exchange(&stream->state, STREAM_WOKEN) == STREAM_ASLEEP) {
        MHD_resume_connection(stream->connection);
    }
}

/* ---- answers ---- */

static struct MHD_Response *make_response(struct flight *x) {
    struct answer *answer = &x->rq.answer;
    int file = answer->file;

    if (answer->stream != NULL) {
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream,
                                                 answer->stream, NULL);
    }
    if (file > 0) {
        answer->file = 0; /* the library closes it */
        return MHD_create_response_from_fd64(answer->file_bytes, file - 1);
    }
    return MHD_create_response_from_buffer(answer->bytes.n, (void *)(uintptr_t)answer->bytes.p,
                                           MHD_RESPMEM_PERSISTENT);
}

static void add_headers(struct flight *x, struct MHD_Response *response) {
    struct header headers[ANSWER_ALL_HEADERS];
    size_t count = answer_all_headers(&x->rq, headers);

    for (size_t i = 0; i < count; i++) {
        MHD_add_response_header(response, headers[i].name.p, headers[i].value.p);
    }
}

static enum MHD_Result send_answer(struct flight *x) {
    struct MHD_Response *response;
    enum MHD_Result result;

    if (atomic_load(&x->rq.server->is_draining)) {
        x->rq.answer.must_close = true;
    }
    response = make_response(x);
    if (response == NULL) {
        return MHD_NO;
    }
    add_headers(x, response);
    x->phase = PHASE_DONE;
    flight_count(x, monotonic_us());
    result = MHD_queue_response(x->connection, (unsigned)x->rq.answer.status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_refusal(struct flight *x, const struct err *err) {
    routes_refuse(x->rq.server->options.routes, &x->rq, err);
    return send_answer(x);
}

/* ---- the head ---- */

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                  size_t name_n, const char *value, size_t value_n) {
    struct request *rq = cls;

    (void)kind;
    rq->headers[rq->header_count++] =
        (struct header){{name, name_n}, str_trim((struct str){value, value_n})};
    return MHD_YES;
}

static void read_head(struct flight *x, const char *method) {
    struct request *rq = &x->rq;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    int count = MHD_get_connection_values(x->connection, MHD_HEADER_KIND, NULL, NULL);

    rq->headers = arena_array(rq->arena, struct header, (size_t)count + 1);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, add_header, rq);
    rq->verb = arena_str(rq->arena, str_of(method));
    rq->method = method_of(rq->verb);
    rq->language = gate_language(request_header(rq, "Accept-Language"));
    flight_set_client(x, info == NULL ? NULL : info->client_addr);
}

/* The library's first call. Only what must end the connection is answered here. */
static enum MHD_Result take_head(struct flight *x, const char *method, const char *version) {
    struct server *s = x->rq.server;
    struct request *rq = &x->rq;
    struct err err = {0};
    bool ends_here;

    seats_begin(seat_of(x->connection));
    x->phase = PHASE_BODY;
    read_head(x, method);
    if (!gate_check(rq, str_of(version), &x->facts, &err) || !gate_split_target(rq, &err)) {
        metrics_count_gate(s->metrics);
        rq->answer.must_close = true;
        return send_refusal(x, &err);
    }
    if (atomic_load(&s->is_draining)) {
        fail(&x->refusal, E_DRAINING, "");
    } else {
        routes_match(s->options.routes, rq, &x->refusal);
    }
    body_open(&x->body, &s->bodies, rq, x->facts.body_bytes, s->options.uploads_folder,
              monotonic_us(), s->options.patience_s * SECOND_US);
    err = x->refusal.code != E_NONE ? x->refusal : x->body.refusal;
    ends_here = x->facts.waits || x->facts.body_bytes > x->body.limit + LIMIT_SURPLUS_BYTES;
    if (err.code != E_NONE && ends_here) {
        rq->answer.must_close = true;
        return send_refusal(x, &err);
    }
    return MHD_YES;
}

/* ---- from the network thread to a worker and back ---- */

static void run_request(void *object, void *item, int worker) {
    struct server *s = object;
    struct flight *x = item;

    x->rq.worker = worker;
    routes_run(s->options.routes, &x->rq, s->options.gatekeeper);
    x->phase = PHASE_BACK;
    MHD_resume_connection(x->connection);
}

static enum MHD_Result hand_over(struct flight *x) {
    struct server *s = x->rq.server;
    struct err err;

    x->phase = PHASE_AWAY;
    MHD_suspend_connection(x->connection);
    if (!workers_push(s->workers, x)) {
        fail(&err, atomic_load(&s->is_draining) ? E_DRAINING : E_BUSY, "");
        routes_refuse(s->options.routes, &x->rq, &err);
        x->phase = PHASE_BACK;
        MHD_resume_connection(x->connection);
    }
    return MHD_YES;
}

static enum MHD_Result take_end(struct flight *x) {
    struct err err;

    if (x->refusal.code != E_NONE) {
        return send_refusal(x, &x->refusal);
    }
    if (!body_finish(&x->body, &err)) {
        return send_refusal(x, &err);
    }
    if ((x->rq.route->flags & ROUTE_INLINE) != 0) {
        routes_run(x->rq.server->options.routes, &x->rq, x->rq.server->options.gatekeeper);
        return send_answer(x);
    }
    return hand_over(x);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *n, void **con_cls) {
    struct flight *x = *con_cls;

    (void)cls;
    (void)connection;
    (void)url;
    assert(x != NULL);
    if (x->phase == PHASE_HEAD) {
        return take_head(x, method, version);
    }
    if (*n > 0) {
        size_t taken = *n;

        *n = 0;
        return x->phase == PHASE_BODY && body_take(&x->body, bytes, taken, monotonic_us()) ? MHD_YES
                                                                                           : MHD_NO;
    }
    return x->phase == PHASE_BODY ? take_end(x) : send_answer(x);
}

/* ---- connections that do not come to the point ---- */

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code) {
    struct server *s = cls;
    const union MHD_ConnectionInfo *info;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        seats_leave(s->seats, *context);
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = seats_take(s->seats, info->connect_fd, monotonic_us());
}

static void *watch(void *argument) {
    struct server *s = argument;
    struct timespec until;

    pthread_mutex_lock(&s->watch_lock);
    while (!s->is_watch_over) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&s->watch_end, &s->watch_lock, &until);
        pthread_mutex_unlock(&s->watch_lock);
        seats_end_slow(s->seats, monotonic_us() - 2 * s->options.patience_s * SECOND_US);
        if (s->options.live != NULL) {
            live_tick(s->options.live);
        }
        pthread_mutex_lock(&s->watch_lock);
    }
    pthread_mutex_unlock(&s->watch_lock);
    return NULL;
}

/* ---- start and stop ---- */

/* The address is decoded in gate.c; the library shall leave it alone. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text) {
    (void)cls;
    (void)connection;
    return strlen(text);
}

static bool start_daemon(struct server *s, int socket, struct err *err) {
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;

    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, socket,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)NETWORK_THREADS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_LIMIT, listen_allow(LIMIT_CONNECTIONS),
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)s->options.patience_s,
        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
    if (s->daemon == NULL) {
        fail(err, E_INTERNAL, "");
        return err_detail(err, "MHD_start_daemon");
    }
    return true;
}

static struct server *make_server(const struct server_options *options) {
    struct arena *a = arena_open();
    struct server *s = arena_new(a, struct server);

    s->arena = a;
    s->options = *options;
    s->options.workers = options->workers > 0 ? options->workers : WORKERS_DEFAULT;
    s->options.queue = options->queue > 0 ? options->queue : LIMIT_QUEUE_REQUESTS;
    s->options.patience_s = options->patience_s > 0 ? options->patience_s : PATIENCE_S;
    s->seats = seats_make(a, LIMIT_CONNECTIONS);
    s->metrics = metrics_make(a, options->routes);
    flights_init(&s->flights);
    pthread_mutex_init(&s->watch_lock, NULL);
    pthread_cond_init(&s->watch_end, NULL);
    return s;
}

bool server_open(struct server **out, const struct server_options *options, struct err *err) {
    struct server *s;
    int socket;

    assert(options->routes != NULL);
    if (!listen_open(&options->listen, &socket, err)) {
        return false;
    }
    signal(SIGPIPE, SIG_IGN); /* sendfile to a connection that is gone */
    mallopt(M_ARENA_MAX, MALLOC_ARENAS);
    s = make_server(options);
    if (options->uploads_folder != NULL) {
        body_sweep(options->uploads_folder);
    }
    s->port = listen_port(socket);
    if (!workers_open(s->arena, s->options.workers, s->options.queue, WORKER_STACK_BYTES,
                      run_request, s, &s->workers, err)) {
        arena_close(s->arena);
        close(socket);
        return false;
    }
    if (!start_daemon(s, socket, err) || pthread_create(&s->watch, NULL, watch, s) != 0) {
        workers_close(s->workers, 0);
        arena_close(s->arena);
        close(socket);
        return false;
    }
    *out = s;
    return true;
}

int server_port(const struct server *s) {
    return s->port;
}

const struct server_options *server_options(const struct server *s) {
    return &s->options;
}

struct metrics *server_metrics(const struct server *s) {
    return s->metrics;
}

struct server_figures server_figures(const struct server *s) {
    struct server_figures figures = {
        .connections = seats_count(s->seats),
        .uploads = atomic_load(&s->bodies.uploads),
        .bodies_bytes = atomic_load(&s->bodies.bytes),
        .is_draining = atomic_load(&s->is_draining),
    };

    workers_count(s->workers, &figures.queued, &figures.running);
    return figures;
}

static void end_watch(struct server *s) {
    pthread_mutex_lock(&s->watch_lock);
    s->is_watch_over = true;
    pthread_cond_broadcast(&s->watch_end);
    pthread_mutex_unlock(&s->watch_lock);
    pthread_join(s->watch, NULL);
}

bool server_close(struct server *s) {
    int64_t until_us = monotonic_us() + (DRAIN_S - 3) * SECOND_US;
    MHD_socket listening;

    atomic_store(&s->is_draining, true);
    listening = MHD_quiesce_daemon(s->daemon);
    shutdown(listening, SHUT_RDWR); /* closed below, when no thread can look at it any more */
    flights_wake_streams(&s->flights);
    end_watch(s);
    if (!workers_close(s->workers, until_us - monotonic_us())) {
        log_line(LOG_ERROR, "DRAIN", "still_running", "worker");
        return false;
    }
    flights_wait(&s->flights, 2);
    MHD_stop_daemon(s->daemon);
    close(listening);
    arena_close(s->arena);
    return true;
}
