/* SPDX-License-Identifier: Apache-2.0 */
/* A small server for tests of the web gate: test_web_server LISTEN [FOLDER] [workers=N] [queue=N] [patience=N] [front]
 * Prints `port N` when it listens; ends on SIGTERM with status 0 when all was drained. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "gate/web/answer.h"
#include "gate/web/server.h"

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
static const struct field_row text_rows[] = {{.name = "text", .kind = FIELD_TEXT}, {0}};
static const struct schema schemas[] = {{"Text", text_rows}, {0}};
static const struct schema *const schema_lists[] = {schemas};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/hello",
     .handler = hello,
     .summary = {"问候", "Greeting"},
     .output = "Text"},
    {.method = "GET", .path = "/bytes", .handler = bytes, .summary = {"字节", "Bytes"}},
    {.method = "GET",
     .path = "/inline",
     .handler = bytes,
     .flags = ROUTE_INLINE,
     .summary = {"直接", "Inline"}},
    {.method = "GET",
     .path = "/slow",
     .handler = slow,
     .query = slow_query,
     .summary = {"慢", "Slow"}},
    {.method = "GET",
     .path = "/secret",
     .handler = hello,
     .right = 1,
     .summary = {"要登录", "Signed in"}},
    {.method = "POST",
     .path = "/echo/{id}",
     .handler = echo,
     .input = echo_input,
     .status = 201,
     .summary = {"回声", "Echo"},
     .output = "Text"},
    {.method = "POST",
     .path = "/large",
     .handler = echo,
     .input = echo_input,
     .flags = ROUTE_LARGE,
     .summary = {"大", "Large"}},
    {.method = "POST",
     .path = "/upload",
     .handler = upload,
     .flags = ROUTE_UPLOAD,
     .summary = {"照片", "Photo"}},
    {.method = "POST",
     .path = "/form",
     .handler = form,
     .input = form_input,
     .flags = ROUTE_FORM | ROUTE_CSRF_EXEMPT,
     .summary = {"表单", "Form"}},
};
static const struct route_table tables[] = {ROUTE_TABLE(rows)};

static volatile sig_atomic_t has_to_stop;

static void stop(int number) {
    (void)number;
    has_to_stop = 1;
}

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
    struct routes_parts parts = {
        .tables = tables, .table_count = 1, .schemas = schema_lists, .schema_count = 1};
    struct server_options options = {0};
    struct server *server;
    struct err err;

    memset(pattern, 'x', sizeof pattern);
    if (count < 2 || !listen_parse(str_of(words[1]), &options.listen, &err)) {
        return count < 2 ? 2 : report(&err);
    }
    for (int i = 2; i < count; i++) {
        read_option(&options, words[i]);
    }
    if (!routes_make(a, &parts, &options.routes, &err) || !server_open(&server, &options, &err)) {
        return report(&err);
    }
    signal(SIGTERM, stop);
    printf("port %d\n", server_port(server));
    fflush(stdout);
    while (!has_to_stop) {
        pause();
    }
    if (!server_close(server)) {
        _exit(3);
    }
    arena_close(a);
    return 0;
}
