/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses of Open311, how they refuse, and what every answer has in common. */
#include "gate/web/open311.h"

#include "base/limits.h"

#include <strings.h>

/* ---- answers */

static void close_arena(void *arena) {
    arena_close(arena);
}

/* In an arena of its own, so that a writer of many requests may give back what each of them needed.
 */
struct open311_out open311_begin(struct request *rq) {
    struct answer *answer = &rq->answer;
    struct arena *own = arena_open();

    arena_on_close(rq->arena, close_arena, own);
    answer->buf = buf_make(own, LIMIT_ANSWER_BYTES);
    return open311_out(open311_format_of(rq->path), &answer->buf);
}

static void answer_document(struct request *rq, const struct open311_out *o, int status) {
    struct str bytes = buf_str(o->buf);

    answer_header(rq, "Content-Language", rq->language == LANGUAGE_ZH ? STR("zh-CN") : STR("en"));
    answer_header(rq, "Vary", STR("Accept-Language"));
    answer_bytes(rq, open311_type(o->format), bytes, (struct str){0}, CACHE_NEVER);
    rq->answer.status = status;
}

bool open311_end(struct request *rq, struct open311_out *o, struct err *err) {
    if (o->buf->is_full) {
        fail(err, E_INTERNAL, "");
        return err_detail(err, "answer over LIMIT_ANSWER_BYTES");
    }
    answer_document(rq, o, 200);
    return true;
}

/* ---- refusals */

/* The code inside the body: finer than the status, which has to be one of the specification's where
 * it can. */
static int code_of(const struct err *err) {
    int status = err_row(err->code)->status;

    switch (err->code) {
    case E_CLASS:
    case E_LINK:
        return 404;
    default:
        return status == 422 || status == 409 ? 400 : status;
    }
}

static int status_of(int code) {
    switch (code) {
    case 403:
    case 404:
    case 405:
    case 429:
        return code;
    default:
        return code < 500 ? 400 : code;
    }
}

static void refuse(struct request *rq, const struct err *err) {
    struct str sentence = err_sentence(rq->arena, err, rq->language);
    struct str hint = err_hint(rq->arena, err, rq->language);
    struct open311_out o = open311_begin(rq);

    open311_errors(&o, code_of(err),
                   arena_format(rq->arena, "%.*s%s%.*s", STR_ARG(sentence), hint.n > 0 ? " " : "",
                                STR_ARG(hint)));
    answer_retry_after(rq, err);
    answer_document(rq, &o, status_of(code_of(err)));
}

static bool no_such_address(struct request *rq, struct err *err) {
    (void)rq;
    return fail(err, E_NO_ROUTE, "");
}

/* ---- who and where */

static bool is_same(struct str a, struct str b) {
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

bool open311_check_jurisdiction(struct request *rq, struct str given, struct err *err) {
    const struct office *office = town_office(visit_town(rq), visit_office(rq));

    return given.n == 0 || is_same(given, office->code) ||
           (office->division.n > 0 && is_same(given, office->division)) ||
           fail1(err, E_JURISDICTION, "jurisdiction_id", given);
}

bool open311_find_key(struct request *rq, struct str secret, struct api_key *key, struct err *err) {
    const struct keys *keys = installation_keys(visit_service(rq)->installation);
    bool found;

    if (!api_key_find(visit_store(rq), rq->arena, keys, secret, key, &found, err)) {
        return false;
    }
    if (!found) {
        *key = (struct api_key){0};
    }
    return true;
}

/* ---- the table */

static const struct field_row jurisdiction_query[] = {
    {.name = "jurisdiction_id", .kind = FIELD_TEXT}, {0}};

#define TYPE_XML  "text/xml"
#define TYPE_JSON "application/json"
#define LOOSE     (ROUTE_CSRF_EXEMPT | ROUTE_LOOSE_QUERY)

#define ROW(method_, path_, type_, flags_, handler_, query_, input_, zh_, en_)                     \
    {                                                                                              \
        .method = method_, .path = path_, .handler = handler_, .flags = (flags_), .query = query_, \
        .input = input_, .summary = {zh_, en_}, .produces = type_                                  \
    }

/* Both formats; and for clients that put the path behind an endpoint without a slash,
 * "/open311/v2services.xml". */
#define ROWS(method_, name_, flags_, handler_, query_, input_, zh_, en_)                           \
    ROW(method_, "/open311/v2/" name_ ".xml", TYPE_XML, flags_, handler_, query_, input_, zh_,     \
        en_),                                                                                      \
        ROW(method_, "/open311/v2/" name_ ".json", TYPE_JSON, flags_, handler_, query_, input_,    \
            zh_, en_),                                                                             \
        ROW(method_, "/open311/v2" name_ ".xml", TYPE_XML, (flags_) | ROUTE_HIDDEN, handler_,      \
            query_, input_, zh_, en_),                                                             \
        ROW(method_, "/open311/v2" name_ ".json", TYPE_JSON, (flags_) | ROUTE_HIDDEN, handler_,    \
            query_, input_, zh_, en_)

#define NOWHERE(path_)                                                                             \
    ROW("GET", path_, NULL, LOOSE | ROUTE_HIDDEN, no_such_address, NULL, NULL, "没有这个地址",     \
        "No such address"),                                                                        \
        ROW("POST", path_, NULL, LOOSE | ROUTE_HIDDEN, no_such_address, NULL, NULL,                \
            "没有这个地址", "No such address")

static const struct route rows[] = {
    ROWS("GET", "discovery", LOOSE, open311_get_discovery, jurisdiction_query, NULL,
         "Open311 入口说明", "Open311 discovery"),
    ROW("GET", "/open311/discovery.xml", TYPE_XML, LOOSE | ROUTE_HIDDEN, open311_get_discovery,
        jurisdiction_query, NULL, "Open311 入口说明", "Open311 discovery"),
    ROW("GET", "/open311/discovery.json", TYPE_JSON, LOOSE | ROUTE_HIDDEN, open311_get_discovery,
        jurisdiction_query, NULL, "Open311 入口说明", "Open311 discovery"),
    ROWS("GET", "services", LOOSE, open311_get_services, jurisdiction_query, NULL,
         "Open311 可上报的类别", "Open311 service list"),
    ROWS("GET", "services/{code}", LOOSE, open311_get_definition, jurisdiction_query, NULL,
         "Open311 一个类别要填的内容", "Open311 service definition"),
    ROWS("POST", "requests", ROUTE_FORM | ROUTE_CSRF_EXEMPT | ROUTE_LOOSE_QUERY,
         open311_post_request, NULL, open311_report_input, "Open311 上报（需要 api_key）",
         "Open311 post a request (needs an api_key)"),
    ROWS("GET", "tokens/{token}", LOOSE, open311_get_token, jurisdiction_query, NULL,
         "Open311 由凭证查编号", "Open311 request id from a token"),
    ROWS("GET", "requests", ROUTE_CSRF_EXEMPT, open311_get_requests, open311_requests_query, NULL,
         "Open311 上报清单", "Open311 requests"),
    ROWS("GET", "requests/{number}", ROUTE_CSRF_EXEMPT, open311_get_request, open311_request_query,
         NULL, "Open311 一件上报", "Open311 one request"),
    NOWHERE("/open311"),
    NOWHERE("/open311/{any}"),
    NOWHERE("/open311/{any}/{more}"),
    NOWHERE("/open311/v2/{any}/{more}"),
};

const struct route_table open311_routes = {
    .rows = rows, .count = sizeof rows / sizeof rows[0], .refuse = refuse};
