/* SPDX-License-Identifier: Apache-2.0 */
/* What goes out: routes, answers, problem documents, the OpenAPI document, pages. */
#include "web_request.h"

#include "base/limits.h"
#include "base/source.h"
#include "gate/web/answer.h"
#include "gate/web/openapi.h"
#include "gate/web/quota.h"
#include "gate/web/route.h"
#include "gate/web/static.h"

/* ---- routes ---- */

static bool answer_ok(struct request *rq, struct err *err) {
    (void)err;
    return answer_none(rq, 204);
}

static const struct field_row words_input[] = {
    {.name = "text",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .max = 5,
     .label = {"情况", "What"}},
    {0},
};
static const struct field_row text_rows[] = {{.name = "text", .kind = FIELD_TEXT}, {0}};
static const struct schema schemas[] = {{"Text", text_rows}, {0}};
static const struct schema *const schema_lists[] = {schemas};

#define ROW(method_, path_, ...)                                                                   \
    {                                                                                              \
        .method = (method_), .path = (path_), .handler = answer_ok, .summary = {"试", "Test"},     \
        __VA_ARGS__                                                                                \
    }

static const struct route sample[] = {
    ROW("GET", "/cases", .output = "Text"),
    ROW("POST", "/cases", .input = words_input, .status = 201, .output = "Text"),
    ROW("GET", "/cases/count", 0),
    ROW("GET", "/cases/{id}", .right = 3),
    ROW("GET", "/cases/{name}", 0),
    ROW("POST", "/cases/{id}/steps", .input = words_input),
    ROW("GET", "/requests/{number}.json", 0),
    ROW("GET", "/requests/{number}.xml", 0),
    ROW("PATCH", "/session", 0),
};

static struct routes *routes_of(const struct route *rows, size_t count, struct err *err) {
    struct route_table table = {.rows = rows, .count = count};
    struct routes_parts parts = {.table_count = 1, .schemas = schema_lists, .schema_count = 1};
    struct route_table *kept = arena_new(a, struct route_table);
    struct routes *routes = NULL;

    *kept = table;
    parts.tables = kept;
    return routes_make(a, &parts, &routes, err) ? routes : NULL;
}

static void an_address_finds_the_most_literal_row(void **state) {
    static const struct {
        const char *method;
        const char *target;
        int row; /* -1 = none */
        enum err_code code;
        const char *param;
    } rows[] = {
        {"GET", "/cases", 0, E_NONE, ""},
        {"HEAD", "/cases", 0, E_NONE, ""},
        {"GET", "/cases/", 0, E_NONE, ""},
        {"POST", "/cases", 1, E_NONE, ""},
        {"GET", "/cases/count", 2, E_NONE, ""},
        {"GET", "/cases/7", 3, E_NONE, "7"},
        {"GET", "/cases/x7", 4, E_NONE, "x7"},
        {"GET", "/cases/12345678901234567", 4, E_NONE, "12345678901234567"},
        {"POST", "/cases/7/steps", 5, E_NONE, "7"},
        {"POST", "/cases/x/steps", -1, E_NO_ROUTE, ""},
        {"GET", "/cases/7/steps", -1, E_METHOD, ""},
        {"GET", "/requests/SP-1.json", 6, E_NONE, "SP-1"},
        {"GET", "/requests/SP-1.xml", 7, E_NONE, "SP-1"},
        {"GET", "/requests/.xml", -1, E_NO_ROUTE, ""},
        {"GET", "/session", -1, E_METHOD, ""},
        {"GET", "/", -1, E_NO_ROUTE, ""},
        {"GET", "/casesx", -1, E_NO_ROUTE, ""},
    };
    struct err err;
    struct routes *routes = routes_of(sample, COUNT(sample), &err);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *rq = request_of(rows[i].method, rows[i].target, "Host: a");

        assert_true(gate_split_target(rq, &err));
        err.code = E_NONE;
        routes_match(routes, rq, &err);
        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(rq->route == NULL ? -1 : rq->route->index - 1, rows[i].row);
        assert_str(rq->param_count > 0 ? rq->params[0].value : (struct str){0}, rows[i].param);
    }
}

static void the_most_literal_row_says_which_methods_there_are(void **state) {
    static const struct route catching[] = {ROW("GET", "/requests/{number}.xml", 0),
                                            ROW("POST", "/requests/{any}", .input = words_input)};
    static const struct {
        const char *method;
        const char *target;
        enum err_code code;
    } rows[] = {{"GET", "/requests/1.xml", E_NONE},
                {"POST", "/requests/1.xml", E_METHOD},
                {"POST", "/requests/1.csv", E_NONE},
                {"GET", "/requests/1.csv", E_METHOD}};
    struct err err;
    struct routes *routes = routes_of(catching, COUNT(catching), &err);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *rq = request_of(rows[i].method, rows[i].target, "Host: a");

        assert_true(gate_split_target(rq, &err));
        err.code = E_NONE;
        routes_match(routes, rq, &err);
        assert_int_equal(err.code, rows[i].code);
    }
}

static void refuse_in_words(struct request *rq, const struct err *err) {
    (void)err;
    answer_bytes(rq, "text/plain", STR("no"), (struct str){0}, NULL);
}

static void a_table_refuses_in_its_own_manner(void **state) {
    static const struct {
        const char *method;
        const char *target;
        bool is_own;
    } rows[] = {{"DELETE", "/requests/SP-1.xml", true},
                {"DELETE", "/other", false},
                {"GET", "/nowhere", false}};
    static const struct route others[] = {ROW("GET", "/other", 0)};
    const struct route_table tables[] = {
        {.rows = sample, .count = COUNT(sample), .refuse = refuse_in_words}, ROUTE_TABLE(others)};
    struct routes_parts parts = {
        .tables = tables, .table_count = 2, .schemas = schema_lists, .schema_count = 1};
    struct routes *routes;
    struct err err;

    (void)state;
    assert_true(routes_make(a, &parts, &routes, &err));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *rq = request_of(rows[i].method, rows[i].target, "Host: a");

        assert_true(gate_split_target(rq, &err));
        assert_false(routes_match(routes, rq, &err));
        routes_refuse(routes, rq, &err);
        assert_int_equal(str_is(rq->answer.bytes, "no"), rows[i].is_own);
    }
}

/* ---- quotas ---- */

static void a_quota_is_so_many_in_a_minute(void **state) {
    struct quota *q = quota_make(a);
    int64_t now = 1000 * MINUTE_US;
    struct err err;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_true(quota_take(q, 1, 3, now, &err));
    }
    assert_false(quota_take(q, 1, 3, now, &err));
    assert_int_equal(err.code, E_RATE_LIMIT);
    assert_string_equal(err.args[0], "20");
    assert_true(quota_take(q, 2, 3, now, &err)); /* another has its own */
    assert_false(quota_take(q, 1, 3, now + 19 * SECOND_US, &err));
    assert_true(quota_take(q, 1, 3, now + 20 * SECOND_US, &err));
    assert_false(quota_take(q, 1, 3, now + 20 * SECOND_US, &err));
    /* a clock that goes back a day locks nobody out for a day */
    assert_false(quota_take(q, 1, 3, now - DAY_US, &err));
    assert_true(quota_take(q, 1, 3, now - DAY_US + 21 * SECOND_US, &err));
}

static void a_new_name_takes_the_bucket_that_was_idle_longest(void **state) {
    struct quota *q = quota_make(a);
    int64_t now = 1000 * MINUTE_US;
    struct err err;

    (void)state;
    for (int64_t id = 1; id <= QUOTA_NAMES + 1; id++) {
        assert_true(quota_take(q, id, 1, now + id, &err));
    }
    assert_false(quota_take(q, QUOTA_NAMES + 1, 1, now + QUOTA_NAMES + 2, &err));
    assert_true(quota_take(q, 1, 1, now + QUOTA_NAMES + 2, &err)); /* forgotten, so it may again */
}

static void a_refused_method_names_the_allowed_ones(void **state) {
    struct err err;
    struct request *rq = request_of("DELETE", "/cases", "Host: a");

    (void)state;
    assert_true(gate_split_target(rq, &err));
    assert_false(routes_match(routes_of(sample, COUNT(sample), &err), rq, &err));
    answer_problem(rq, &err);
    assert_int_equal(rq->answer.status, 405);
    assert_str(rq->answer.headers[0].name, "Allow");
    assert_str(rq->answer.headers[0].value, "GET, HEAD, POST");
}

static void a_wrong_row_does_not_start(void **state) {
    static const struct {
        struct route row;
        const char *why;
    } rows[] = {
        {ROW("FETCH", "/a", 0), "method"},
        {ROW("GET", "a", 0), "begin with /"},
        {ROW("GET", "/a/{}", 0), "segments"},
        {ROW("GET", "/a{b}", 0), "segments"},
        {ROW("GET", "/a//b", 0), "segments"},
        {ROW("GET", "/a", .input = words_input), "no body"},
        {ROW("POST", "/a", .output = "Nothing"), "schema"},
        {ROW("POST", "/a", .flags = ROUTE_FORM), "form"},
        {{.method = "GET", .path = "/a", .summary = {"试", "Test"}}, "handler"},
        {{.method = "GET", .path = "/a", .handler = answer_ok, .summary = {"试"}}, "summary"},
    };
    static const struct route twins[] = {ROW("GET", "/a/{id}", 0), ROW("GET", "/a/{case_id}", 0)};
    struct err err;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_null(routes_of(&rows[i].row, 1, &err));
        if (strstr(err.detail, rows[i].why) == NULL) {
            wrong("row %zu: %s", i, err.detail);
        }
    }
    assert_null(routes_of(twins, 2, &err));
}

static bool refuse_all(struct request *rq, const struct route *route, struct err *err) {
    (void)rq;
    return route->right == RIGHT_PUBLIC || fail(err, E_FORBIDDEN, "");
}

static int status_of(const char *method, const char *target, const char *headers,
                     const char *body) {
    struct err err;
    struct routes *routes = routes_of(sample, COUNT(sample), &err);
    struct request *rq = request_of(method, target, headers);

    rq->body = str_of(body);
    assert_true(gate_split_target(rq, &err) && routes_match(routes, rq, &err));
    routes_run(routes, rq, refuse_all);
    return rq->answer.status;
}

static void a_request_is_checked_before_the_handler(void **state) {
#define JSON "Host: a\nContent-Type: application/json; charset=utf-8"
    (void)state;
    assert_int_equal(status_of("POST", "/cases", JSON, "{\"text\":\"路灯\"}"), 204);
    assert_int_equal(status_of("POST", "/cases", JSON, "{\"text\":\"路灯不亮了吧\"}"), 422);
    assert_int_equal(status_of("POST", "/cases", JSON, "{\"text\":1}"), 422);
    assert_int_equal(status_of("POST", "/cases", JSON, "[]"), 422);
    assert_int_equal(status_of("POST", "/cases", JSON, "{"), 400);
    assert_int_equal(status_of("POST", "/cases", JSON, ""), 400);
    assert_int_equal(status_of("POST", "/cases", "Host: a", "{\"text\":\"路灯\"}"), 415);
    assert_int_equal(status_of("POST", "/cases", "Host: a\nContent-Type: text/plain", "{}"), 415);
    assert_int_equal(status_of("POST", "/cases", JSON "\nContent-Encoding: gzip", "{}"), 415);
    assert_int_equal(status_of("POST", "/cases", JSON "\nOrigin: http://b", "{\"text\":\"路灯\"}"),
                     403);
    assert_int_equal(status_of("GET", "/cases", "Host: a\nSec-Fetch-Site: cross-site", ""), 204);
    assert_int_equal(status_of("GET", "/cases/7", "Host: a", ""), 403);
    assert_int_equal(status_of("GET", "/cases?filtr=x", "Host: a", ""), 422);
}

/* ---- answers ---- */

static void a_problem_speaks_the_callers_language(void **state) {
    struct request *rq = request_of("GET", "/", "Host: a\nAccept-Language: en");
    const struct json *tree;
    struct err err;

    (void)state;
    fail2(&err, E_TOO_LONG, "text", STR("What"), STR("4000"));
    answer_problem(rq, &err);
    assert_int_equal(rq->answer.status, 422);
    assert_string_equal(rq->answer.type, "application/problem+json; charset=utf-8");
    assert_true(json_read(a, rq->answer.bytes, &tree, &err));
    assert_str(json_text_of(tree, "type"), "urn:linli:error:E_TOO_LONG");
    assert_str(json_text_of(tree, "title"), "Input not accepted");
    assert_str(json_text_of(tree, "code"), "E_TOO_LONG");
    assert_str(json_text_of(tree, "detail"), "“What” is too long; at most 4000 characters.");
    assert_str(json_text_of(tree, "hint"), "Shorten it and send again.");
    assert_str(json_text_of(tree, "field"), "text");
    assert_str(json_text_of(tree, "request"), "0123456789abcdef");
    assert_int_equal(json_int_of(tree, "status", 0), 422);
    rq->language = LANGUAGE_ZH;
    fail(&err, E_FILE, "");
    answer_problem(rq, &err);
    assert_int_equal(rq->answer.status, 500); /* an exit status is never an HTTP status */
}

static bool has_header(const struct request *rq, const char *name, const char *value) {
    struct header headers[ANSWER_ALL_HEADERS];
    size_t count = answer_all_headers(rq, headers);

    for (size_t i = 0; i < count; i++) {
        if (str_is(headers[i].name, name) && (value == NULL || str_is(headers[i].value, value))) {
            return true;
        }
    }
    return false;
}

static void every_answer_is_closed_to_other_sites(void **state) {
    struct request *rq = request_of("GET", "/", "Host: a");

    (void)state;
    answer_none(rq, 204);
    assert_true(has_header(rq, "Cache-Control", "no-store"));
    assert_true(has_header(rq, "X-Content-Type-Options", "nosniff"));
    assert_true(has_header(rq, "Referrer-Policy", "no-referrer"));
    assert_true(has_header(rq, "Content-Security-Policy", NULL));
    answer_header(rq, "X-Y", STR("a\r\nSet-Cookie: b"));
    assert_false(has_header(rq, "X-Y", NULL));
    answer_cookie(rq, "linli_session", STR("t"), 3600);
    assert_true(has_header(rq, "Set-Cookie",
                           "linli_session=t; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict"));
    rq->is_secure = true;
    answer_cookie(rq, "b", STR("t"), 0);
    assert_true(
        has_header(rq, "Set-Cookie", "b=t; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"));
}

static void a_known_version_is_not_sent_again(void **state) {
    static const struct {
        const char *header;
        int status;
    } rows[] = {
        {"Host: a", 200},
        {"Host: a\nIf-None-Match: \"v2\"", 200},
        {"Host: a\nIf-None-Match: \"v1\"", 304},
        {"Host: a\nIf-None-Match: \"x\", W/\"v1\"", 304},
        {"Host: a\nIf-None-Match: *", 304},
        {"Host: a\nIf-None-Match: v1", 200},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *rq = request_of("GET", "/", rows[i].header);

        answer_bytes(rq, "text/plain", STR("x"), STR("v1"), CACHE_ASK);
        assert_int_equal(rq->answer.status, rows[i].status);
        assert_true(has_header(rq, "ETag", "\"v1\""));
        assert_true(has_header(rq, "Cache-Control", CACHE_ASK));
        assert_int_equal(rq->answer.bytes.n, rows[i].status == 200);
    }
}

/* ---- the document and the pages ---- */

static void the_document_is_made_of_the_rows(void **state) {
    struct err err;
    struct routes *routes = routes_of(sample, COUNT(sample), &err);
    struct buf b = buf_make(a, LIMIT_ANSWER_BYTES);
    const struct json *tree;
    const struct json *post;

    (void)state;
    openapi_write(routes, LANGUAGE_ZH, &b);
    assert_true(json_read(a, buf_str(&b), &tree, &err));
    assert_str(json_text_of(tree, "openapi"), "3.1.0");
    assert_int_equal(json_member(tree, "paths")->count, 8);
    post = json_member(json_member(json_member(tree, "paths"), "/cases/{id}/steps"), "post");
    assert_str(json_text_of(post, "operationId"), "post_cases_id_steps");
    assert_non_null(json_member(post, "requestBody"));
    assert_non_null(
        json_member(json_member(json_member(tree, "components"), "schemas"), "Problem"));
}

static void pages_are_found_by_their_addresses(void **state) {
    static const struct static_file files[] = {
        {"/assets/a-1.js", "text/javascript", "e1", 0, 4, 4, 2, true},
        {"/public.html", "text/html", "e2", 6, 4, 0, 0, false},
        {"/staff.html", "text/html", "e3", 10, 4, 0, 0, false},
    };
    static const struct static_files built = {files, COUNT(files), "abcdZZpublstaf"};
    static const struct static_files nothing = {NULL, 0, NULL};
    static const struct {
        const char *path;
        int status; /* 0 = E_NO_ROUTE */
        const char *bytes;
    } rows[] = {
        {"/", 200, "publ"},        {"/report", 200, "publ"}, {"/t/abc", 200, "publ"},
        {"/l/abc/x", 200, "publ"}, {"/staff", 200, "staf"},  {"/staff/cases/7", 200, "staf"},
        {"/staffx", 0, ""},        {"/nope", 0, ""},         {"/assets/a-1.js", 200, "abcd"},
        {"/assets/a-2.js", 0, ""}, {"/report/x", 0, ""},     {"/field/x", 503, NULL},
    };
    struct request *rq = request_of("GET", "/", "Host: a\nAccept-Encoding: br, gzip;q=0.5");
    struct err err;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *plain = request_of("GET", "/", "Host: a\nAccept-Encoding: gzip;q=0");

        plain->path = str_of(rows[i].path);
        assert_int_equal(static_answer_from(plain, &built, &err), rows[i].status != 0);
        assert_int_equal(plain->answer.status, rows[i].status);
        if (rows[i].status == 200) {
            assert_str(plain->answer.bytes, rows[i].bytes);
        }
    }
    rq = request_of("GET", "/", "Host: a\nAccept: text/html,*/*;q=0.8");
    rq->path = STR("/nope");
    assert_true(static_answer_from(rq, &built, &err));
    assert_int_equal(rq->answer.status, 404);
    assert_str(rq->answer.bytes, "publ");
    rq = request_of("GET", "/", "Host: a\nAccept: text/html");
    rq->path = STR("/api/nope");
    assert_false(static_answer_from(rq, &built, &err));
    rq = request_of("GET", "/", "Host: a\nAccept-Encoding: br, gzip;q=0.5");
    rq->path = STR("/assets/a-1.js");
    assert_true(static_answer_from(rq, &built, &err));
    assert_str(rq->answer.bytes, "ZZ");
    assert_true(has_header(rq, "Content-Encoding", "gzip"));
    assert_true(has_header(rq, "ETag", "\"e1-gz\""));
    assert_true(has_header(rq, "Cache-Control", CACHE_IMMUTABLE));
    rq = request_of("GET", "/", "Host: a");
    rq->path = STR("/");
    assert_true(static_answer_from(rq, &nothing, &err));
    assert_int_equal(rq->answer.status, 503);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_finds_the_most_literal_row),
        cmocka_unit_test(the_most_literal_row_says_which_methods_there_are),
        cmocka_unit_test(a_table_refuses_in_its_own_manner),
        cmocka_unit_test(a_quota_is_so_many_in_a_minute),
        cmocka_unit_test(a_new_name_takes_the_bucket_that_was_idle_longest),
        cmocka_unit_test(a_refused_method_names_the_allowed_ones),
        cmocka_unit_test(a_wrong_row_does_not_start),
        cmocka_unit_test(a_request_is_checked_before_the_handler),
        cmocka_unit_test(a_problem_speaks_the_callers_language),
        cmocka_unit_test(every_answer_is_closed_to_other_sites),
        cmocka_unit_test(a_known_version_is_not_sent_again),
        cmocka_unit_test(the_document_is_made_of_the_rows),
        cmocka_unit_test(pages_are_found_by_their_addresses),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
