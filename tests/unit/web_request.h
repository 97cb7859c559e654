/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/web_request.h - what the tests of the web gate share: an arena a test, requests made
 * of lines. */
#ifndef LINLI_TESTS_WEB_REQUEST_H
#define LINLI_TESTS_WEB_REQUEST_H

#include "check.h"

#include <string.h>

#include "gate/web/gate.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Says which row is wrong and fails the test. */
#define wrong(...)                                                                                 \
    do {                                                                                           \
        print_error(__VA_ARGS__);                                                                  \
        print_error("\n");                                                                         \
        assert_true(false);                                                                        \
    } while (0)

static struct arena *a;

static int open_arena(void **state) {
    (void)state;
    a = arena_open();
    return 0;
}

static int close_arena(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

/* A request from lines of headers: "Host: x\nContent-Length: 3". */
static struct request *request_of(const char *method, const char *target, const char *headers) {
    struct request *rq = arena_new(a, struct request);
    struct str rest = str_of(headers);

    rq->arena = a;
    rq->verb = str_of(method);
    rq->method = method_of(rq->verb);
    rq->target = str_of(target);
    rq->headers = arena_array(a, struct header, 100);
    memcpy(rq->id, "0123456789abcdef", sizeof rq->id);
    while (rest.n > 0) {
        struct str value = str_cut(&rest, '\n');
        struct str name = str_cut(&value, ':');

        rq->headers[rq->header_count++] = (struct header){name, str_trim(value)};
    }
    rq->language = gate_language(request_header(rq, "Accept-Language"));
    return rq;
}

#endif
