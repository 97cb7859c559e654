/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/request.h - one HTTP request as a handler sees it: checked head, checked input, an
 * answer to fill.
 *
 * A handler reads its input, calls one function of the town, writes one answer:
 *
 *     static bool dispatch_case(struct request *rq, struct err *err) {
 *         struct case_dispatch order = {.case_id = path_id(rq), .unit_id = input_id(rq, "unit")};
 *         struct case_file after;
 *
 *         return case_dispatch(rq->app, &order, &after, err) && answer_case(rq, &after, err);
 *     }
 *
 * It runs on one of the worker threads (src/gate/web/server.h) and may block. What it returns false
 * with is answered as a problem document; answers are in gate/web/answer.h.
 *
 * Invariants  every text is valid UTF-8 without U+0000; input and query fit the rows of the route,
 *             so the helpers below cannot fail: what is absent reads as 0, false or the empty text.
 * Memory      all of it lives in `arena`, until the answer is sent.
 */
#ifndef LINLI_GATE_WEB_REQUEST_H
#define LINLI_GATE_WEB_REQUEST_H

#include "gate/web/schema.h"

enum method {
    METHOD_NONE = 0,
    METHOD_GET = 1,
    METHOD_HEAD = 2,
    METHOD_POST = 4,
    METHOD_PUT = 8,
    METHOD_PATCH = 16,
    METHOD_DELETE = 32
};

enum { REQUEST_PARAMS = 4, REQUEST_SEGMENTS = 12, REQUEST_ID_BYTES = 17, ANSWER_HEADERS = 12 };

struct header {
    struct str name;  /* as sent; compare with request_header */
    struct str value; /* without surrounding blanks */
};

/* A photo that was streamed to a file while it came in. It is removed with the request unless
 * somebody moves it. */
struct upload {
    const char *path;  /* NULL = none */
    size_t size_bytes; /* what came */
    struct str type;   /* image/jpeg ... as the client says */
};

struct stream; /* a long answer, gate/web/server.h */

struct answer {
    int status;                            /* 0 = nothing made yet */
    const char *type;                      /* content type, NULL = no body */
    struct str bytes;                      /* the body, in the arena or static */
    int file;                              /* or a file to send: its descriptor + 1, 0 = none */
    uint64_t file_bytes;                   /* its size */
    struct stream *stream;                 /* or a long answer, NULL = none */
    struct header headers[ANSWER_HEADERS]; /* further headers */
    size_t header_count;                   /* of them in use */
    const char *cache;                     /* Cache-Control, NULL = no-store */
    bool is_page;       /* an HTML page: gets the page's content security policy */
    bool must_close;    /* the connection ends behind it */
    struct buf buf;     /* where JSON grows */
    enum err_code code; /* what was refused, E_NONE = nothing */
};

struct route;
struct server;

struct request {
    struct arena *arena;
    struct str verb;    /* the method as sent */
    enum method method; /* HEAD reads as GET for handlers: the body is left out below them */
    struct str target;  /* as sent: path and query, never logged */
    struct str path;    /* decoded, `/api/v1/cases/7`; double slashes are one */
    struct str segments[REQUEST_SEGMENTS]; /* its parts, decoded */
    size_t segment_count;
    struct str query_text; /* behind the `?`, as sent */
    struct header *headers;
    size_t header_count;
    struct str body; /* collected; empty for uploads */
    struct upload upload;
    const struct route *route; /* NULL = no such address */
    struct pair params[REQUEST_PARAMS];
    size_t param_count;
    const struct json *query; /* object after the route's `query` rows */
    const struct json
        *input; /* object after the route's `input` rows; NULL = the route takes none */
    const struct pair *form; /* ROUTE_FORM: the parts as sent, in order */
    size_t form_count;
    enum language language;    /* Accept-Language; the gatekeeper sets the account's own */
    char id[REQUEST_ID_BYTES]; /* 16 hexadecimal digits, also in the log and in X-Request-Id */
    struct str
        client;    /* address of the other side, for limits of tries; behind a front what it says */
    bool is_local; /* came over loopback and through no front */
    bool is_secure; /* people reach this server by https: cookies get Secure */
    int worker;     /* 0 .. workers-1: which thread runs it; -1 on a network thread */
    void *app;      /* the application's context */
    void *session;  /* set by the gatekeeper, NULL = nobody signed in */
    struct answer answer;
    struct server *server;
    int64_t began_us; /* monotonic */
};

/* What stands in the path. `{id}` and `{..._id}` are decimal and fit 53 bits, or the route does not
 * match. */
int64_t path_id(const struct request *rq);                       /* the first parameter */
int64_t path_number(const struct request *rq, const char *name); /* 0 when absent */
struct str path_str(const struct request *rq, const char *name); /* empty when absent */

/* What stands behind the `?`. */
struct str query_str(const struct request *rq, const char *name);
int64_t query_int(const struct request *rq, const char *name, int64_t otherwise);
bool query_bool(const struct request *rq, const char *name, bool otherwise);
int64_t query_degrees(const struct request *rq, const char *name); /* times 10^7, 0 when absent */
bool query_has(const struct request *rq, const char *name);

/* What stands in the body, JSON or form. For members of lists and objects use input_list and
 * json_*_of. */
bool input_has(const struct request *rq, const char *name); /* there and not null */
struct str input_str(const struct request *rq, const char *name);
int64_t input_id(const struct request *rq, const char *name);
int64_t input_int(const struct request *rq, const char *name, int64_t otherwise);
bool input_bool(const struct request *rq, const char *name);
int64_t input_time(const struct request *rq,
                   const char *name); /* UTC microseconds, 0 when absent */
int64_t input_degrees(const struct request *rq, const char *name); /* times 10^7 */
const struct json *input_list(const struct request *rq,
                              const char *name); /* first item, NULL when none */
const struct json *input_object(const struct request *rq, const char *name);

/* The same two for members of a nested object. */
int64_t json_time_of(const struct json *object, const char *name);
int64_t json_degrees_of(const struct json *object, const char *name);

/* Headers and cookies; empty when absent. Names without regard to case. */
struct str request_header(const struct request *rq, const char *name);
struct str request_cookie(const struct request *rq, const char *name);

/* A browser says that another site sent this (Sec-Fetch-Site, else Origin against Host). */
bool request_is_foreign(const struct request *rq);

struct str method_text(enum method method);
enum method method_of(struct str text); /* METHOD_NONE when it is none of ours */

#endif
