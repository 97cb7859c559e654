/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/route.h - the table of addresses: what is taken, by whom, in which shape, and who
 * answers.
 *
 * A row is all there is to say about an address; the server, the OpenAPI document and the tests
 * read the same rows. `{name}` in a path is one segment; `{id}` and `{..._id}` take decimal numbers
 * only; `{id}.json` has a fixed end. Literal segments win over parameters, before the method is
 * looked at. GET rows answer HEAD too. Matching is a walk over compiled segments.
 *
 * Order of a request: head gate, route, foreign sites refused (unless CSRF_EXEMPT), gatekeeper,
 * body against the input rows, handler. A refusal anywhere is one problem document and one line in
 * the log.
 */
#ifndef LINLI_GATE_WEB_ROUTE_H
#define LINLI_GATE_WEB_ROUTE_H

#include "gate/web/request.h"

enum route_flags {
    ROUTE_CSRF_EXEMPT =
        1, /* not for browsers' sessions: no check for foreign sites (Open311, one-task links) */
    ROUTE_UPLOAD = 2, /* the body is a photo, streamed to a file: rq->upload */
    ROUTE_STREAM = 4, /* answers with events: live_answer */
    ROUTE_FORM = 8,   /* the body is a form: rq->form, and rq->input after the rows; urlencoded up
                         to LIMIT_BODY_BYTES, multipart with its files up to LIMIT_FORM_BYTES */
    ROUTE_LARGE = 16, /* a body up to LIMIT_REQUEST_BYTES instead of LIMIT_BODY_BYTES */
    ROUTE_LOOSE_QUERY = 32, /* query names that no row knows are kept instead of refused */
    ROUTE_INLINE =
        64, /* answered on the network thread: never blocks, under a millisecond (pages, health) */
    ROUTE_HIDDEN = 128 /* not in the OpenAPI document */
};

enum { RIGHT_PUBLIC = 0 }; /* anybody; all other rights are the application's numbers */

typedef bool (*route_handler)(struct request *rq, struct err *err);

struct route {
    const char *method;            /* "GET" */
    const char *path;              /* "/api/v1/cases/{id}/steps" */
    route_handler handler;         /* called on a worker */
    int right;                     /* what the gatekeeper asks for */
    unsigned flags;                /* enum route_flags */
    int per_minute;                /* requests from one address in a minute, 0 = no limit; the
                                      gatekeeper counts: E_RATE_LIMIT */
    const char *summary[2];        /* one line, by language */
    const struct field_row *query; /* behind the `?`, NULL = nothing is taken */
    const struct field_row *input; /* the body, NULL = none */
    const char *output;            /* name of the schema of the answer, NULL = not JSON or none */
    int status;                    /* of success, 0 = 200 */
    const char *produces;          /* content type of an answer that is not JSON */
    int index;                     /* set by routes_make: 1 .. routes_count */
};

/* How a refusal is written; a table may bring its own (Open311). */
typedef void (*route_refuse)(struct request *rq, const struct err *err);

struct route_table {
    const struct route *rows;
    size_t count;
    route_refuse refuse; /* NULL = problem documents */
};
#define ROUTE_TABLE(rows_)                                                                         \
    { .rows = (rows_), .count = sizeof(rows_) / sizeof((rows_)[0]) }

/* All tables together, compiled. */
struct routes;

struct routes_parts {
    const struct route_table *tables;
    size_t table_count;
    const struct schema *const *schemas; /* lists of output schemas, each ending with {0} */
    size_t schema_count;
    const char *(*right_name)(int right); /* for the document; NULL = numbers */
    route_handler fallback; /* GET of an address that no row has (pages); NULL = E_NO_ROUTE */
};

/* Checks every row: known method, path form, no twin, both summaries, existing output schema. False
 * with a detail that names the row: a mistake of ours that a test finds. */
bool routes_make(struct arena *a, const struct routes_parts *parts, struct routes **out,
                 struct err *err);

size_t routes_count(const struct routes *r);
const struct route *routes_at(const struct routes *r, size_t index); /* from 0 */
const struct routes_parts *routes_parts(const struct routes *r);

/* Sets rq->route and the parameters. E_NO_ROUTE, E_METHOD (with an Allow header). */
bool routes_match(const struct routes *r, struct request *rq, struct err *err);

/* Everything behind the head gate: foreign sites, gatekeeper, input, handler. Always leaves an
 * answer. */
typedef bool (*route_gatekeeper)(struct request *rq, const struct route *route, struct err *err);
void routes_run(const struct routes *r, struct request *rq, route_gatekeeper gatekeeper);

/* Answers a refusal that was found before the handler, in the manner of the route's table, and logs
 * it. */
void routes_refuse(const struct routes *r, struct request *rq, const struct err *err);

const char *
route_name(const struct request *rq); /* template for logs: "/api/v1/cases/{id}", "-" when none */

#endif
