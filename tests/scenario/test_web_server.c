/* SPDX-License-Identifier: Apache-2.0 */
/* A small server for tests of the web gate: test_web_server LISTEN [FOLDER] [workers=N] [queue=N]
 * [patience=N] [front] Prints `port N` when it listens; ends on SIGTERM with status 0 when all was
 * drained. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "gate/web/answer.h"
#include "gate/web/health.h"
#include "gate/web/live.h"
#include "gate/web/openapi.h"
#include "gate/web/server.h"
#include "gate/web/static.h"

static bool hello(struct request *rq, struct err *err) {
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_str(&o, "text", STR("四平路"));
    json_str(&o, "client", rq->client);
    json_bool(&o, "local", rq->is_local);
    return answer_json_end(rq, &o, err);
}

static char pattern[1024];

static bool bytes(struct request *rq, struct err *err) {
    (void)err;
    return answer_bytes(rq, "application/json", (struct str){pattern, sizeof pattern},
                        (struct str){0}, NULL);
}

static bool echo(struct request *rq, struct err *err) {
    struct json_out o = answer_json_begin(rq, 201, '{');

    json_str(&o, "text", input_str(rq, "text"));
    json_int(&o, "id", path_id(rq));
    json_int(&o, "bytes", (int64_t)rq->body.n);
    return answer_json_end(rq, &o, err);
}

/* Blocks the worker for as long as asked. */
static bool slow(struct request *rq, struct err *err) {
    int64_t ms = query_int(rq, "ms", 0);
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    nanosleep(&t, NULL);
    return hello(rq, err);
}

static bool upload(struct request *rq, struct err *err) {
    struct json_out o = answer_json_begin(rq, 201, '{');

    json_int(&o, "bytes", (int64_t)rq->upload.size_bytes);
    json_bool(&o, "there", access(rq->upload.path, R_OK) == 0);
    return answer_json_end(rq, &o, err);
}

static bool form(struct request *rq, struct err *err) {
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_str(&o, "text", input_str(rq, "text"));
    json_int(&o, "parts", (int64_t)rq->form_count);
    return answer_json_end(rq, &o, err);
}

static struct live *hub;

/* A stream's scope is the parity it asked for: "even" sees even cases, "odd" odd ones, anything
 * else all. */
static bool may_see(const void *scope, const struct live_news *news) {
    const char *parity = scope;

    return strcmp(parity, news->case_id % 2 == 0 ? "odd" : "even") != 0;
}

static bool is_same(const void *scope, const void *what) {
    return strcmp(scope, what) == 0;
}

static bool live(struct request *rq, struct err *err) {
    return live_answer(hub, rq, arena_c(rq->arena, query_str(rq, "scope")), err);
}

static bool publish(struct request *rq, struct err *err) {
    int64_t from = query_int(rq, "from", 1);

    (void)err;
    for (int64_t i = 0; i < query_int(rq, "count", 1); i++) {
        live_publish(hub, from + i, 100 + from + i);
    }
    return answer_none(rq, 204);
}

static bool end_streams(struct request *rq, struct err *err) {
    (void)err;
    live_end(hub, is_same, arena_c(rq->arena, query_str(rq, "scope")));
    return answer_none(rq, 204);
}

static const struct field_row echo_input[] = {
    {.name = "text",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .max = 4000,
     .label = {"情况", "What"}},
    {0},
};
static const struct field_row form_input[] = {
    {.name = "text", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED},
    {.name = "media", .kind = FIELD_ANY, .flags = FIELD_LIST},
    {0},
};
static const struct field_row slow_query[] = {
    {.name = "ms", .kind = FIELD_INT, .max = 60000},
    {0},
};
static const struct field_row live_query[] = {
    {.name = "scope", .kind = FIELD_TEXT},
    {.name = "from", .kind = FIELD_INT},
    {.name = "count", .kind = FIELD_INT},
    {0},
};
static const struct field_row text_rows[] = {{.name = "text", .kind = FIELD_TEXT}, {0}};
static const struct schema schemas[] = {{"Text", text_rows}, {0}};
static const struct schema *const schema_lists[] = {schemas};

#define ROW(method_, path_, handler_, ...)                                                         \
    {                                                                                              \
        .method = (method_), .path = (path_), .handler = (handler_), .summary = {"试", "Test"},    \
        __VA_ARGS__                                                                                \
    }

static const struct route rows[] = {
    ROW("GET", "/hello", hello, .output = "Text"),
    ROW("GET", "/bytes", bytes, 0),
    ROW("GET", "/inline", bytes, .flags = ROUTE_INLINE),
    ROW("GET", "/slow", slow, .query = slow_query),
    ROW("GET", "/secret", hello, .right = 1),
    ROW("POST", "/echo/{id}", echo, .input = echo_input, .status = 201, .output = "Text"),
    ROW("POST", "/large", echo, .input = echo_input, .flags = ROUTE_LARGE),
    ROW("POST", "/upload", upload, .flags = ROUTE_UPLOAD),
    ROW("POST", "/form", form, .input = form_input, .flags = ROUTE_FORM | ROUTE_CSRF_EXEMPT),
    ROW("GET", "/live", live, .query = live_query, .flags = ROUTE_STREAM),
    ROW("POST", "/publish", publish, .query = live_query),
    ROW("POST", "/end", end_streams, .query = live_query),
};

static void read_option(struct server_options *o, const char *word) {
    int number;

    if (sscanf(word, "workers=%d", &number) == 1) {
        o->workers = number;
    } else if (sscanf(word, "queue=%d", &number) == 1) {
        o->queue = number;
    } else if (sscanf(word, "patience=%d", &number) == 1) {
        o->patience_s = number;
    } else if (strcmp(word, "front") == 0) {
        o->has_front = true;
    } else if (strcmp(word, "quiet") == 0) {
        log_quiet(true);
    } else {
        o->uploads_folder = word;
    }
}

static int report(const struct err *err) {
    struct arena *a = arena_open();
    struct str sentence = err_sentence(a, err, LANGUAGE_EN);

    fprintf(stderr, "%.*s %s\n", STR_ARG(sentence), err->detail);
    arena_close(a);
    return 1;
}

int main(int count, char **words) {
    struct arena *a = arena_open();
    struct route_table tables[] = {ROUTE_TABLE(rows), health_table(), openapi_table()};
    struct routes_parts parts = {.tables = tables,
                                 .table_count = sizeof tables / sizeof tables[0],
                                 .schemas = schema_lists,
                                 .schema_count = 1,
                                 .fallback = static_answer};
    struct server_options options = {0};
    struct server *server;
    struct err err;
    sigset_t stop;
    int number;

    memset(pattern, 'x', sizeof pattern);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL); /* before there are other threads to take it */
    if (count < 2 || !listen_parse(str_of(words[1]), &options.listen, &err)) {
        return count < 2 ? 2 : report(&err);
    }
    if (!live_open(a, &(struct live_hooks){.filter = may_see}, &hub, &err)) {
        return report(&err);
    }
    options.live = hub;
    for (int i = 2; i < count; i++) {
        read_option(&options, words[i]);
    }
    if (!routes_make(a, &parts, &options.routes, &err) || !server_open(&server, &options, &err)) {
        return report(&err);
    }
    printf("port %d\n", server_port(server));
    fflush(stdout);
    sigwait(&stop, &number);
    if (!server_close(server)) {
        _exit(3);
    }
    live_close(hub);
    arena_close(a);
    return 0;
}
