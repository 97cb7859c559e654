/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/request.h"

#include "base/time_text.h"

#include <math.h>
#include <strings.h>

#define DEGREE_PARTS 1e7

static const struct {
    enum method method;
    struct str text;
} methods[] = {
    {METHOD_GET, STR_INIT("GET")},     {METHOD_HEAD, STR_INIT("HEAD")},
    {METHOD_POST, STR_INIT("POST")},   {METHOD_PUT, STR_INIT("PUT")},
    {METHOD_PATCH, STR_INIT("PATCH")}, {METHOD_DELETE, STR_INIT("DELETE")},
};

struct str method_text(enum method method) {
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (methods[i].method == method) {
            return methods[i].text;
        }
    }
    return STR("?");
}

enum method method_of(struct str text) {
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (str_eq(methods[i].text, text)) {
            return methods[i].method;
        }
    }
    return METHOD_NONE;
}

struct str path_str(const struct request *rq, const char *name) {
    for (size_t i = 0; i < rq->param_count; i++) {
        if (str_is(rq->params[i].name, name)) {
            return rq->params[i].value;
        }
    }
    return (struct str){0};
}

static int64_t number_of(struct str text) {
    int64_t number;

    return str_to_int(text, &number) ? number : 0;
}

int64_t path_number(const struct request *rq, const char *name) {
    return number_of(path_str(rq, name));
}

int64_t path_id(const struct request *rq) {
    return rq->param_count > 0 ? number_of(rq->params[0].value) : 0;
}

struct str query_str(const struct request *rq, const char *name) {
    return json_text_of(rq->query, name);
}

int64_t query_int(const struct request *rq, const char *name, int64_t otherwise) {
    return json_int_of(rq->query, name, otherwise);
}

bool query_bool(const struct request *rq, const char *name, bool otherwise) {
    return json_bool_of(rq->query, name, otherwise);
}

int64_t query_degrees(const struct request *rq, const char *name) {
    return json_degrees_of(rq->query, name);
}

bool query_has(const struct request *rq, const char *name) {
    return json_member(rq->query, name) != NULL;
}

bool input_has(const struct request *rq, const char *name) {
    const struct json *m = json_member(rq->input, name);

    return m != NULL && m->kind != KIND_NULL;
}

struct str input_str(const struct request *rq, const char *name) {
    return json_text_of(rq->input, name);
}

int64_t input_id(const struct request *rq, const char *name) {
    return json_int_of(rq->input, name, 0);
}

int64_t input_int(const struct request *rq, const char *name, int64_t otherwise) {
    return json_int_of(rq->input, name, otherwise);
}

bool input_bool(const struct request *rq, const char *name) {
    return json_bool_of(rq->input, name, false);
}

int64_t input_time(const struct request *rq, const char *name) {
    return json_time_of(rq->input, name);
}

int64_t input_degrees(const struct request *rq, const char *name) {
    return json_degrees_of(rq->input, name);
}

const struct json *input_list(const struct request *rq, const char *name) {
    const struct json *m = json_member(rq->input, name);

    return m != NULL && m->kind == KIND_LIST ? m->child : NULL;
}

const struct json *input_object(const struct request *rq, const char *name) {
    const struct json *m = json_member(rq->input, name);

    return m != NULL && m->kind == KIND_OBJECT ? m : NULL;
}

int64_t json_time_of(const struct json *object, const char *name) {
    int64_t us;

    return time_read(json_text_of(object, name), CHINA_OFFSET_MINUTES, &us) ? us : 0;
}

int64_t json_degrees_of(const struct json *object, const char *name) {
    const struct json *m = json_member(object, name);

    if (m == NULL || (m->kind != KIND_INT && m->kind != KIND_REAL)) {
        return 0;
    }
    return llround((m->kind == KIND_INT ? (double)m->integer : m->real) * DEGREE_PARTS);
}

struct str request_header(const struct request *rq, const char *name) {
    struct str wanted = str_of(name);

    for (size_t i = 0; i < rq->header_count; i++) {
        const struct header *h = &rq->headers[i];

        if (h->name.n == wanted.n && strncasecmp(h->name.p, wanted.p, wanted.n) == 0) {
            return h->value;
        }
    }
    return (struct str){0};
}

struct str request_cookie(const struct request *rq, const char *name) {
    struct str rest = request_header(rq, "Cookie");

    while (rest.n > 0) {
        struct str value = str_trim(str_cut(&rest, ';'));
        struct str key = str_cut(&value, '=');

        if (str_is(key, name)) {
            return value;
        }
    }
    return (struct str){0};
}

bool request_is_foreign(const struct request *rq) {
    struct str site = request_header(rq, "Sec-Fetch-Site");
    struct str origin = request_header(rq, "Origin");
    ptrdiff_t at;

    if (site.n > 0) {
        return !str_is(site, "same-origin") && !str_is(site, "none");
    }
    if (origin.n == 0) {
        return false;
    }
    at = str_find(origin, STR("://"));
    return at < 0 ||
           !str_eq(str_slice(origin, (size_t)at + 3, origin.n), request_header(rq, "Host"));
}
