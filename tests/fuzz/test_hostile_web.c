/* SPDX-License-Identifier: Apache-2.0 */
/* What a browser sends and what an enemy would: heads, addresses, queries, forms, inputs. Nothing
 * crashes, every refusal has one of its codes, and what is let in keeps the promises of the
 * headers. */
#include "mutate.h" /* first: the other has a global `a` */

#include "../unit/web_request.h"

#include <strings.h>

#include "gate/web/form.h"
#include "gate/web/static.h"

static void print_input(int round, struct str text) {
    print_error("round %d: ", round);
    for (size_t i = 0; i < text.n; i++) {
        print_error(text.p[i] >= ' ' && text.p[i] <= '~' ? "%c" : "\\x%02x",
                    (unsigned char)text.p[i]);
    }
    print_error("\n");
}

static bool is_one_of(enum err_code code, const enum err_code *codes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

static void hammer(struct mutate *m, int rounds, bool (*is_sound)(struct str text)) {
    for (int i = 0; i < rounds; i++) {
        struct str text = mutate_text(m, a);
        bool is_good = is_sound(text);

        if (!is_good) {
            print_input(i, text);
        }
        assert_true(is_good);
        arena_reset(a);
    }
}

/* ---- heads */

static size_t count_header(const struct request *rq, const char *name) {
    size_t n = 0;

    for (size_t i = 0; i < rq->header_count; i++) {
        n += rq->headers[i].name.n == strlen(name) &&
             strncasecmp(rq->headers[i].name.p, name, rq->headers[i].name.n) == 0;
    }
    return n;
}

/* A head that is let in has one Host, one way to tell its length, and nothing unprintable. */
static bool is_head_sound(struct str text) {
    static const enum err_code codes[] = {E_REQUEST, E_HEAD_SIZE};
    struct request *rq = request_of("POST", "/", arena_c(a, text));
    struct gate_facts facts;
    struct err err = {0};

    gate_language(text);
    request_is_foreign(rq);
    request_cookie(rq, "linli_session");
    if (!gate_check(rq, STR("HTTP/1.1"), &facts, &err)) {
        return is_one_of(err.code, codes, COUNT(codes));
    }
    return count_header(rq, "Host") == 1 &&
           count_header(rq, "Content-Length") + count_header(rq, "Transfer-Encoding") <= 1 &&
           facts.is_chunked == (count_header(rq, "Transfer-Encoding") == 1) &&
           (!facts.is_chunked || facts.body_bytes == 0);
}

static void hostile_heads_do_no_harm(void **state) {
    static const struct str seeds[] = {
        STR_INIT(
            "Host: a:80\nContent-Length: 30\nCookie: a=b; linli_session=x; c\nOrigin: http://a"),
        STR_INIT("Host: a\nTransfer-Encoding: chunked\nExpect: 100-continue\nSec-Fetch-Site: none"),
        STR_INIT("Host: [::1]\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.8\nAccept-Encoding: gzip"),
    };
    static const char *const words[] = {
        "\nHost: a",
        "\nContent-Length: 3",
        "\nTransfer-Encoding: chunked",
        ",",
        ";",
        ":",
        "\n",
        " ",
        "\t",
        "+",
        "-1",
        "0x",
        "99999999999999999999",
        "q=0.5",
        "q=",
        "identity",
        "\xFF",
        "\x01",
        "=",
    };
    struct mutate m = {source_fixed(0, 11), seeds, COUNT(seeds), words, COUNT(words)};

    (void)state;
    hammer(&m, mutate_rounds(20000), is_head_sound);
}

/* ---- addresses and queries */

/* An address that is let in is text, begins with a slash, and has no empty, dotted or slashed
 * segment. */
static bool is_target_sound(struct str text) {
    static const enum err_code codes[] = {E_REQUEST, E_HEAD_SIZE};
    struct request *rq = request_of("GET", arena_c(a, text), "Host: a");
    struct err err = {0};

    if (!gate_split_target(rq, &err)) {
        return is_one_of(err.code, codes, COUNT(codes));
    }
    for (size_t i = 0; i < rq->segment_count; i++) {
        struct str s = rq->segments[i];

        if (s.n == 0 || str_is(s, ".") || str_is(s, "..") || memchr(s.p, '/', s.n) != NULL) {
            return false;
        }
    }
    static_answer(rq, &err);
    return str_is_text(rq->path) && rq->path.p[0] == '/';
}

static const struct field_row fields[] = {
    {.name = "id", .kind = FIELD_ID},
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "open", .kind = FIELD_BOOL},
    {.name = "text", .kind = FIELD_TEXT, .max = 10},
    {.name = "photo", .kind = FIELD_TEXT, .flags = FIELD_LIST, .max_items = 3},
    {.name = "state", .kind = FIELD_CHOICE, .choices = "open|closed"},
    {.name = "at", .kind = FIELD_TIME},
    {.name = "attribute[", .kind = FIELD_TEXT, .flags = FIELD_PREFIX | FIELD_LIST},
    {.name = "media", .kind = FIELD_ANY, .flags = FIELD_LIST},
    {0},
};
static const enum err_code field_codes[] = {E_UNKNOWN_FIELD, E_FIELD_TYPE, E_TOO_LONG, E_TOO_MANY,
                                            E_RANGE,         E_CHOICE,     E_TIME,     E_TEXT,
                                            E_REQUIRED,      E_FORM,       E_JSON};

static bool is_tree_sound(const struct json *tree) {
    const struct json *id = json_member(tree, "id");
    const struct json *text = json_member(tree, "text");
    const struct json *photo = json_member(tree, "photo");

    return (id == NULL || id->kind == KIND_NULL || (id->kind == KIND_INT && id->integer > 0)) &&
           (text == NULL || text->kind == KIND_NULL || str_characters(text->text) <= 10) &&
           (photo == NULL || photo->kind == KIND_NULL || photo->count <= 3);
}

static bool are_pairs_sound(const struct pair *pairs, size_t count) {
    const struct json *tree;
    struct err err = {0};

    return schema_read_pairs(a, fields, pairs, count, false, LANGUAGE_EN, &tree, &err)
               ? is_tree_sound(tree)
               : is_one_of(err.code, field_codes, COUNT(field_codes));
}

static bool is_query_sound(struct str text) {
    struct pair *pairs;
    size_t count;
    struct err err = {0};

    return gate_split_pairs(a, text, &pairs, &count, &err)
               ? are_pairs_sound(pairs, count)
               : is_one_of(err.code, field_codes, COUNT(field_codes));
}

static void hostile_addresses_do_no_harm(void **state) {
    static const struct str targets[] = {STR_INIT("/api/v1/cases/7/steps?filter=x"),
                                         STR_INIT("/t/abc-_"), STR_INIT("/%E8%B7%AF%E7%81%AF//x"),
                                         STR_INIT("/staff/cases")};
    static const struct str queries[] = {
        STR_INIT("id=7&lat=31.25&open=yes&text=%E8%B7%AF+x&photo=a&photo=b"),
        STR_INIT("attribute[W1]=a&attribute[W1]=b&state=open&at=2026-11-22T09:15:00%2B08:00")};
    static const char *const words[] = {"%00",      "%2e",
                                        "%2F",      "%5c",
                                        "/../",     "//",
                                        "%",        "%zz",
                                        "?",        "&",
                                        "=",        "id=",
                                        "lat=1e9",  "text=",
                                        "photo=x&", "\xFF",
                                        "+",        "#",
                                        "%C0%80",   "attribute[",
                                        " ",        "99999999999999999999"};
    struct mutate m = {source_fixed(0, 12), targets, COUNT(targets), words, COUNT(words)};
    struct mutate q = {source_fixed(0, 13), queries, COUNT(queries), words, COUNT(words)};

    (void)state;
    hammer(&m, mutate_rounds(20000), is_target_sound);
    hammer(&q, mutate_rounds(20000), is_query_sound);
}

/* ---- bodies */

static bool is_form_sound(struct str text) {
    struct str body = text;
    struct str type = str_cut(&body, '\n');
    struct pair *pairs;
    size_t count;
    struct err err = {0};

    if (!form_read(a, type, body, &pairs, &count, &err)) {
        return err.code == E_TYPE || is_one_of(err.code, field_codes, COUNT(field_codes));
    }
    for (size_t i = 0; i < count; i++) {
        if (!str_is_text(pairs[i].name) ||
            (pairs[i].file_name.p == NULL && !str_is_text(pairs[i].value))) {
            return false;
        }
    }
    return are_pairs_sound(pairs, count);
}

static bool is_input_sound(struct str text) {
    const struct json *tree;
    struct err err = {0};

    if (!json_read(a, text, &tree, &err) || !schema_check(fields, tree, LANGUAGE_ZH, &err)) {
        return is_one_of(err.code, field_codes, COUNT(field_codes));
    }
    return is_tree_sound(tree);
}

static void hostile_bodies_do_no_harm(void **state) {
    static const struct str forms[] = {
        STR_INIT("multipart/form-data; boundary=\"x\"\n--x\r\nContent-Disposition: form-data; "
                 "name=\"text\"\r\n\r\n1"
                 "\r\n--x\r\nContent-Disposition: form-data; name=media; "
                 "filename=\"a;b\"\r\nContent-Type: "
                 "image/png\r\n\r\n\x89PNG\r\n--x--\r\n"),
        STR_INIT("application/x-www-form-urlencoded\nid=7&text=%E8%B7%AF"),
    };
    static const struct str inputs[] = {
        STR_INIT("{\"id\":7,\"lat\":31.25,\"open\":true,\"text\":\"路灯\",\"photo\":[\"a\"],"
                 "\"state\":\"open\"}"),
        STR_INIT("{\"at\":\"2026-11-22T09:15:00+08:00\",\"media\":[{\"a\":[1,2,{}]}]}"),
    };
    static const char *const words[] = {
        "\r\n--x",
        "--",
        "\r\n",
        "\r\n\r\n",
        "\"",
        ";",
        "name=",
        "filename=",
        "boundary=",
        "\n",
        "\xFF",
        "{",
        "}",
        "[",
        "]",
        "null",
        "1e999",
        "-0",
        "9007199254740993",
        "\\u0000",
        "\"id\":",
        ",",
        ":",
        "Content-Disposition:",
    };
    struct mutate f = {source_fixed(0, 14), forms, COUNT(forms), words, COUNT(words)};
    struct mutate j = {source_fixed(0, 15), inputs, COUNT(inputs), words, COUNT(words)};

    (void)state;
    hammer(&f, mutate_rounds(20000), is_form_sound);
    hammer(&j, mutate_rounds(20000), is_input_sound);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_heads_do_no_harm),
        cmocka_unit_test(hostile_addresses_do_no_harm),
        cmocka_unit_test(hostile_bodies_do_no_harm),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
