/* SPDX-License-Identifier: Apache-2.0 */
/* What is let in: heads, addresses, languages, input, forms. */
#include "web_request.h"

#include "base/limits.h"
#include "gate/web/form.h"
#include "gate/web/listen.h"

/* ---- the gate ---- */

static void the_gate_refuses_what_two_readers_could_understand_differently(void **state) {
    static const struct {
        const char *name;
        const char *method;
        const char *headers;
        enum err_code code; /* E_NONE = let in */
    } rows[] = {
        {"plain", "GET", "Host: a", E_NONE},
        {"host with port", "GET", "Host: [::1]:8080", E_NONE},
        {"no host", "GET", "Accept: */*", E_REQUEST},
        {"two hosts", "GET", "Host: a\nhost: a", E_REQUEST},
        {"empty host", "GET", "Host:", E_REQUEST},
        {"host with a path", "GET", "Host: a/b", E_REQUEST},
        {"host with a user", "GET", "Host: a@b", E_REQUEST},
        {"a list of hosts", "GET", "Host: a, b", E_REQUEST},
        {"two equal lengths", "POST", "Host: a\nContent-Length: 3\nContent-Length: 3", E_REQUEST},
        {"two lengths", "POST", "Host: a\nContent-Length: 3\ncontent-length: 4", E_REQUEST},
        {"a list of lengths", "POST", "Host: a\nContent-Length: 3, 3", E_REQUEST},
        {"a signed length", "POST", "Host: a\nContent-Length: +3", E_REQUEST},
        {"a hexadecimal length", "POST", "Host: a\nContent-Length: 0x3", E_REQUEST},
        {"an empty length", "POST", "Host: a\nContent-Length:", E_REQUEST},
        {"a length out of range", "POST", "Host: a\nContent-Length: 99999999999999999999",
         E_REQUEST},
        {"length and chunks", "POST", "Host: a\nContent-Length: 3\nTransfer-Encoding: chunked",
         E_REQUEST},
        {"chunks", "POST", "Host: a\nTransfer-Encoding: Chunked", E_NONE},
        {"two codings", "POST", "Host: a\nTransfer-Encoding: gzip, chunked", E_REQUEST},
        {"chunks twice", "POST", "Host: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked",
         E_REQUEST},
        {"another coding", "POST", "Host: a\nTransfer-Encoding: identity", E_REQUEST},
        {"two cookies", "GET", "Host: a\nCookie: a=1\nCookie: a=2", E_REQUEST},
        {"two tokens", "POST", "Host: a\nX-CSRF-Token: 1\nX-CSRF-Token: 2", E_REQUEST},
        {"two languages may be", "GET", "Host: a\nAccept-Language: zh\nAccept-Language: en",
         E_NONE},
        {"a body where none is taken", "GET", "Host: a\nContent-Length: 3", E_REQUEST},
        {"no body where none is taken", "GET", "Host: a\nContent-Length: 0", E_NONE},
        {"a name that is no token", "GET", "Host: a\nX Y: 1", E_REQUEST},
        {"a control character", "GET", "Host: a\nX-Y: a\x01z", E_REQUEST},
        {"not UTF-8", "GET", "Host: a\nX-Y: \xFF", E_REQUEST},
        {"expectation", "POST", "Host: a\nExpect: 100-Continue\nContent-Length: 1", E_NONE},
        {"another expectation", "POST", "Host: a\nExpect: tea\nContent-Length: 1", E_REQUEST},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *rq = request_of(rows[i].method, "/", rows[i].headers);
        struct gate_facts facts;
        struct err err = {0};
        bool is_in = gate_check(rq, STR("HTTP/1.1"), &facts, &err);

        if (is_in != (rows[i].code == E_NONE) || (!is_in && err.code != rows[i].code)) {
            wrong("%s: %s", rows[i].name, is_in ? "let in" : err_row(err.code)->name);
        }
    }
}

static void the_gate_bounds_the_head(void **state) {
    struct request *rq = request_of("GET", "/", "Host: a");
    struct gate_facts facts;
    struct err err;
    char *text = arena_bytes(a, LIMIT_HEAD_BYTES);

    (void)state;
    while (rq->header_count <= LIMIT_HEADERS) {
        rq->headers[rq->header_count++] = (struct header){STR("X-Y"), STR("1")};
    }
    assert_false(gate_check(rq, STR("HTTP/1.1"), &facts, &err));
    assert_int_equal(err.code, E_HEAD_SIZE);
    rq->header_count = 2;
    memset(text, 'x', LIMIT_HEAD_BYTES);
    rq->headers[1].value = (struct str){text, LIMIT_HEAD_BYTES};
    assert_false(gate_check(rq, STR("HTTP/1.1"), &facts, &err));
    assert_int_equal(err.code, E_HEAD_SIZE);
    assert_false(gate_check(request_of("GET", "/", "Host: a"), STR("HTTP/2.0"), &facts, &err));
}

static void an_address_is_split_and_decoded_once(void **state) {
    static const struct {
        const char *target;
        const char *path; /* NULL = refused */
        const char *query;
    } rows[] = {
        {"/", "/", ""},           {"/a/b?x=1?y", "/a/b", "x=1?y"},
        {"//a///b/", "/a/b", ""}, {"/%E8%B7%AF/%25", "/路/%", ""},
        {"/a+b", "/a+b", ""},     {"http://a/", NULL, NULL},
        {"*", NULL, NULL},        {"", NULL, NULL},
        {"/a/../b", NULL, NULL},  {"/a/%2e%2E/b", NULL, NULL},
        {"/./a", NULL, NULL},     {"/a%2Fb", NULL, NULL},
        {"/a%5Cb", NULL, NULL},   {"/a%00", NULL, NULL},
        {"/a%0A", NULL, NULL},    {"/%FF", NULL, NULL},
        {"/%4", NULL, NULL},      {"/%zz", NULL, NULL},
        {"/a#b", NULL, NULL},     {"/1/2/3/4/5/6/7/8/9/10/11/12/13", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request *rq = request_of("GET", rows[i].target, "Host: a");
        struct err err;
        bool is_good = gate_split_target(rq, &err);

        if (is_good != (rows[i].path != NULL)) {
            wrong("%s is %s", rows[i].target, is_good ? "let in" : "refused");
        }
        if (is_good) {
            assert_str(rq->path, rows[i].path);
            assert_str(rq->query_text, rows[i].query);
        }
    }
}

static void the_language_follows_the_weights(void **state) {
    static const struct {
        const char *header;
        enum language language;
    } rows[] = {
        {"", LANGUAGE_ZH},
        {"en", LANGUAGE_EN},
        {"zh-CN,zh;q=0.9,en;q=0.8", LANGUAGE_ZH},
        {"en-US,en;q=0.9,zh;q=0.8", LANGUAGE_EN},
        {"fr, en;q=0.3", LANGUAGE_EN},
        {"fr", LANGUAGE_ZH},
        {"en;q=0", LANGUAGE_ZH},
        {"zh;q=0.1, en;q=0.15", LANGUAGE_EN},
        {"eng", LANGUAGE_ZH},
        {"ZH-hans, EN;q=0.9", LANGUAGE_ZH},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(gate_language(str_of(rows[i].header)), rows[i].language);
    }
}

static void a_foreign_site_is_known_by_its_headers(void **state) {
    (void)state;
    assert_false(request_is_foreign(request_of("POST", "/", "Host: a")));
    assert_false(
        request_is_foreign(request_of("POST", "/", "Host: a\nSec-Fetch-Site: same-origin")));
    assert_true(request_is_foreign(request_of("POST", "/", "Host: a\nSec-Fetch-Site: cross-site")));
    assert_true(request_is_foreign(request_of("POST", "/", "Host: a\nSec-Fetch-Site: same-site")));
    assert_false(request_is_foreign(request_of("POST", "/", "Host: a:80\nOrigin: http://a:80")));
    assert_true(request_is_foreign(request_of("POST", "/", "Host: a\nOrigin: http://b")));
    assert_true(request_is_foreign(request_of("POST", "/", "Host: a\nOrigin: null")));
}

/* ---- addresses to listen at ---- */

static void listen_addresses_are_numbers(void **state) {
    static const struct {
        const char *text;
        const char *back; /* NULL = refused */
        bool is_loopback;
    } rows[] = {
        {"127.0.0.1:8080", "127.0.0.1:8080", true},
        {"0.0.0.0:80", "0.0.0.0:80", false},
        {"[::1]:8080", "[::1]:8080", true},
        {"[::]:8080", "[::]:8080", false},
        {"127.0.0.1:0", "127.0.0.1:0", true},
        {"localhost:8080", NULL, false},
        {"127.0.0.1", NULL, false},
        {"127.0.0.1:", NULL, false},
        {"127.0.0.1:65536", NULL, false},
        {"127.0.0.1:-1", NULL, false},
        {"::1:8080", NULL, false},
        {"[::1]", NULL, false},
        {"[::1:8080", NULL, false},
        {":8080", NULL, false},
        {"", NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct listen_address address;
        struct err err;
        bool is_good = listen_parse(str_of(rows[i].text), &address, &err);

        if (is_good != (rows[i].back != NULL)) {
            wrong("%s is %s", rows[i].text, is_good ? "taken" : "refused");
        }
        if (is_good) {
            assert_str(listen_text(a, &address), rows[i].back);
            assert_int_equal(listen_is_loopback(&address), rows[i].is_loopback);
        }
    }
}

/* ---- input ---- */

static const struct field_row step_rows[] = {
    {.name = "step", .kind = FIELD_CHOICE, .flags = FIELD_REQUIRED, .choices = "verify|file|note"},
    {.name = "text", .kind = FIELD_TEXT, .max = 4},
    {0},
};
static const struct field_row all_kinds[] = {
    {.name = "id", .kind = FIELD_ID},
    {.name = "seen", .kind = FIELD_ID, .flags = FIELD_REQUIRED},
    {.name = "count", .kind = FIELD_INT, .min = 1, .max = 9},
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "secret", .kind = FIELD_BOOL},
    {.name = "at", .kind = FIELD_TIME},
    {.name = "day", .kind = FIELD_DATE},
    {.name = "name", .kind = FIELD_TEXT, .label = {"姓名", "Name"}},
    {.name = "photos", .kind = FIELD_ID, .flags = FIELD_LIST, .max_items = 2},
    {.name = "steps", .kind = FIELD_OBJECT, .flags = FIELD_LIST, .rows = step_rows},
    {.name = "rows", .kind = FIELD_TEXT, .flags = FIELD_TABLE, .max_items = 3},
    {.name = "more", .kind = FIELD_ANY},
    {0},
};

static void input_is_checked_by_its_rows(void **state) {
    static const struct {
        const char *json;
        enum err_code code;
        const char *field;
    } rows[] = {
        {"{\"seen\":1}", E_NONE, ""},
        {"{}", E_REQUIRED, "seen"},
        {"{\"seen\":null}", E_REQUIRED, "seen"},
        {"{\"seen\":0}", E_RANGE, "seen"},
        {"{\"seen\":9007199254740992}", E_RANGE, "seen"},
        {"{\"seen\":\"1\"}", E_FIELD_TYPE, "seen"},
        {"{\"seen\":1.5}", E_FIELD_TYPE, "seen"},
        {"{\"seen\":1,\"tetx\":1}", E_UNKNOWN_FIELD, "tetx"},
        {"{\"seen\":1,\"count\":10}", E_RANGE, "count"},
        {"{\"seen\":1,\"lat\":31}", E_NONE, ""},
        {"{\"seen\":1,\"lat\":180.5}", E_RANGE, "lat"},
        {"{\"seen\":1,\"lat\":\"31\"}", E_FIELD_TYPE, "lat"},
        {"{\"seen\":1,\"secret\":1}", E_FIELD_TYPE, "secret"},
        {"{\"seen\":1,\"at\":\"2026-11-22T09:15:00+08:00\"}", E_NONE, ""},
        {"{\"seen\":1,\"at\":\"昨天\"}", E_TIME, "at"},
        {"{\"seen\":1,\"day\":\"2026-11-22\"}", E_NONE, ""},
        {"{\"seen\":1,\"day\":\"2026-11-22T09:15:00+08:00\"}", E_TIME, "day"},
        {"{\"seen\":1,\"name\":\"a\\u0007\"}", E_TEXT, "name"},
        {"{\"seen\":1,\"name\":\"a\\nb\"}", E_NONE, ""},
        {"{\"seen\":1,\"photos\":[1,2]}", E_NONE, ""},
        {"{\"seen\":1,\"photos\":[1,2,3]}", E_TOO_MANY, "photos"},
        {"{\"seen\":1,\"photos\":[1,\"2\"]}", E_FIELD_TYPE, "photos[1]"},
        {"{\"seen\":1,\"photos\":1}", E_FIELD_TYPE, "photos"},
        {"{\"seen\":1,\"steps\":[{\"step\":\"note\"}]}", E_NONE, ""},
        {"{\"seen\":1,\"steps\":[{\"step\":\"dance\"}]}", E_CHOICE, "steps[0].step"},
        {"{\"seen\":1,\"steps\":[{\"step\":\"note\"},{\"step\":\"note\",\"text\":\"路灯不亮了\"}]}",
         E_TOO_LONG, "steps[1].text"},
        {"{\"seen\":1,\"steps\":[{\"text\":\"a\"}]}", E_REQUIRED, "steps[0].step"},
        {"{\"seen\":1,\"steps\":[{\"step\":\"note\",\"x\":1}]}", E_UNKNOWN_FIELD, "steps[0].x"},
        {"{\"seen\":1,\"steps\":[1]}", E_FIELD_TYPE, "steps[0]"},
        {"{\"seen\":1,\"rows\":[[\"a\"],[]]}", E_NONE, ""},
        {"{\"seen\":1,\"rows\":[[\"a\",1]]}", E_FIELD_TYPE, "rows[0][1]"},
        {"{\"seen\":1,\"rows\":[\"a\"]}", E_FIELD_TYPE, "rows[0]"},
        {"{\"seen\":1,\"more\":[{\"x\":1}]}", E_NONE, ""},
        {"[]", E_FIELD_TYPE, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct json *tree;
        struct err err = {0};

        assert_true(json_read(a, str_of(rows[i].json), &tree, &err));
        schema_check(all_kinds, tree, LANGUAGE_ZH, &err);
        if (err.code != rows[i].code || strcmp(err.field, rows[i].field) != 0) {
            wrong("%s: %s at %s", rows[i].json, err_row(err.code)->name, err.field);
        }
    }
}

static const struct field_row words_input[] = {
    {.name = "text",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .max = 5,
     .label = {"情况", "What"}},
    {0},
};

static void a_blank_text_is_not_filled_in(void **state) {
    const struct json *tree;
    struct err err;

    (void)state;
    assert_true(json_read(a, STR("{\"text\":\" \\n\"}"), &tree, &err));
    assert_false(schema_check(words_input, tree, LANGUAGE_EN, &err));
    assert_int_equal(err.code, E_REQUIRED);
    assert_str(err_sentence(a, &err, LANGUAGE_EN), "Please fill in “What”.");
}

static void pairs_are_read_as_their_rows_say(void **state) {
    static const struct field_row known[] = {
        {.name = "id", .kind = FIELD_ID},
        {.name = "lat", .kind = FIELD_DEGREES},
        {.name = "open", .kind = FIELD_BOOL},
        {.name = "photo", .kind = FIELD_TEXT, .flags = FIELD_LIST},
        {.name = "attribute[", .kind = FIELD_TEXT, .flags = FIELD_PREFIX | FIELD_LIST},
        {0},
    };
    static const struct {
        const char *text;
        enum err_code code;
        bool is_loose;
    } rows[] = {
        {"id=7&lat=31.2&open=yes&photo=a&photo=b&attribute[W]=x", E_NONE, false},
        {"", E_NONE, false},
        {"id=", E_NONE, false},
        {"id=x", E_FIELD_TYPE, false},
        {"id=7&id=8", E_TOO_MANY, false},
        {"lat=nan", E_FIELD_TYPE, false},
        {"lat=1e2", E_FIELD_TYPE, false},
        {"open=maybe", E_FIELD_TYPE, false},
        {"other=1", E_UNKNOWN_FIELD, false},
        {"other=1", E_NONE, true},
        {"id=%zz", E_TEXT, false},
        {"id=%00", E_TEXT, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair *pairs;
        size_t count;
        const struct json *tree = NULL;
        struct err err = {0};

        if (gate_split_pairs(a, str_of(rows[i].text), &pairs, &count, &err)) {
            schema_read_pairs(a, known, pairs, count, rows[i].is_loose, LANGUAGE_EN, &tree, &err);
        }
        if (err.code != rows[i].code) {
            wrong("%s: %s", rows[i].text, err_row(err.code)->name);
        }
        if (i == 0) {
            assert_int_equal(json_int_of(tree, "id", 0), 7);
            assert_int_equal(json_degrees_of(tree, "lat"), 312000000);
            assert_true(json_bool_of(tree, "open", false));
            assert_int_equal(json_member(tree, "photo")->count, 2);
            assert_str(json_member(tree, "photo")->child->next->text, "b");
            assert_str(json_member(tree, "attribute[W]")->child->text, "x");
        }
    }
}

static void forms_come_in_two_kinds(void **state) {
    static const struct {
        const char *type;
        struct str body;
        enum err_code code;
        size_t count;
    } rows[] = {
        {"application/x-www-form-urlencoded; charset=utf-8", STR_INIT("a=%E8%B7%AF+b&c"), E_NONE,
         2},
        {"text/plain", STR_INIT("a=b"), E_TYPE, 0},
        {"multipart/form-data; boundary=\"x y\"",
         STR_INIT("--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x y--\r\n"),
         E_NONE, 1},
        {"multipart/form-data; boundary=x",
         STR_INIT(
             "before\r\n--x\r\nContent-Disposition: form-data; name=a; filename=\"1;2.jpg\"\r\n"
             "Content-Type: image/jpeg\r\n\r\n\xFF\xD8\r\n--x\r\ncontent-disposition: form-data; "
             "name=\"b\"\r\n\r\n"
             "\r\n--x--"),
         E_NONE, 2},
        {"multipart/form-data", STR_INIT("--x--"), E_FORM, 0},
        {"multipart/form-data; boundary=x", STR_INIT("--x\r\n\r\n1\r\n--x--"), E_FORM, 0},
        {"multipart/form-data; boundary=x",
         STR_INIT("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1"), E_FORM, 0},
        {"multipart/form-data; boundary=x", STR_INIT("--x?"), E_FORM, 0},
        {"multipart/form-data; boundary=x", STR_INIT(""), E_FORM, 0},
        {"multipart/form-data; boundary=x",
         STR_INIT("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xFF\r\n--x--"), E_TEXT, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair *pairs;
        size_t count = 0;
        struct err err = {0};
        bool is_good = form_read(a, str_of(rows[i].type), rows[i].body, &pairs, &count, &err);

        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(is_good, rows[i].code == E_NONE);
        if (is_good) {
            assert_int_equal(count, rows[i].count);
        }
        if (i == 3) {
            assert_str(pairs[0].file_name, "1;2.jpg");
            assert_str(pairs[0].type, "image/jpeg");
            assert_int_equal(pairs[0].value.n, 2);
            assert_int_equal(pairs[1].value.n, 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_refuses_what_two_readers_could_understand_differently),
        cmocka_unit_test(the_gate_bounds_the_head),
        cmocka_unit_test(an_address_is_split_and_decoded_once),
        cmocka_unit_test(the_language_follows_the_weights),
        cmocka_unit_test(a_foreign_site_is_known_by_its_headers),
        cmocka_unit_test(listen_addresses_are_numbers),
        cmocka_unit_test(input_is_checked_by_its_rows),
        cmocka_unit_test(a_blank_text_is_not_filled_in),
        cmocka_unit_test(pairs_are_read_as_their_rows_say),
        cmocka_unit_test(forms_come_in_two_kinds),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
