/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/openapi.h"

#include "base/hash.h"
#include "base/limits.h"
#include "gate/web/answer.h"
#include "gate/web/server.h"

#include <stdio.h>
#include <string.h>

struct document {
    struct json_out o;
    const struct routes *routes;
    enum language language;
    struct arena *arena;
};

static const char *const title[] = {"邻里 · 街道服务与处置系统接口",
                                    "Linli · interface of the neighbourhood service desk"};
static const char *const refused[] = {"没有执行，原因在内容里", "Refused; the body says why"};
static const char *const done[] = {"完成", "Done"};
static const char *const key_note[] = {"同一个编号的提交只执行一次",
                                       "A command with the same key is carried out once"};

static const struct field_row problem_rows[] = {
    {.name = "type", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED},
    {.name = "title", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED},
    {.name = "status", .kind = FIELD_INT, .flags = FIELD_REQUIRED},
    {.name = "code",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .label = {"错误代码", "error code"}},
    {.name = "detail",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .label = {"说明", "a sentence for people"}},
    {.name = "hint",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .label = {"现在可以怎么办", "what to do now"}},
    {.name = "field", .kind = FIELD_TEXT, .label = {"有问题的字段", "the input at fault"}},
    {.name = "request",
     .kind = FIELD_TEXT,
     .flags = FIELD_REQUIRED,
     .label = {"请求编号", "request id"}},
    {0},
};

static void write_type(struct json_out *o, const char *type, const char *format) {
    json_str(o, "type", str_of(type));
    if (format != NULL) {
        json_str(o, "format", str_of(format));
    }
}

static void write_choices(struct json_out *o, const char *choices) {
    struct str rest = str_of(choices);

    write_type(o, "string", NULL);
    json_open(o, "enum", '[');
    while (rest.n > 0) {
        json_str(o, NULL, schema_choice(&rest));
    }
    json_close(o, ']');
}

static void write_members(struct document *d, const struct field_row *rows, bool is_input);

/* The rows of outputs carry no bounds; those of inputs always do. */
static void write_plain(struct document *d, const struct field_row *row, bool is_input) {
    struct json_out *o = &d->o;

    switch (row->kind) {
    case FIELD_TEXT:
        write_type(o, "string", NULL);
        if (is_input) {
            json_int(o, "maxLength", row->max > 0 ? row->max : LIMIT_SHORT_CHARACTERS);
        }
        break;
    case FIELD_ID:
        write_type(o, "integer", "int64");
        json_int(o, "minimum", 1);
        break;
    case FIELD_INT:
        write_type(o, "integer", "int64");
        if (is_input && row->max > 0) {
            json_int(o, "minimum", row->min);
            json_int(o, "maximum", row->max);
        }
        break;
    case FIELD_REAL:
    case FIELD_DEGREES:
        write_type(o, "number", NULL);
        break;
    case FIELD_BOOL:
        write_type(o, "boolean", NULL);
        break;
    case FIELD_TIME:
        write_type(o, "string", "date-time");
        break;
    case FIELD_DATE:
        write_type(o, "string", "date");
        break;
    case FIELD_CHOICE:
        write_choices(o, row->choices);
        break;
    case FIELD_OBJECT:
        if (row->schema != NULL) {
            json_str(o, "$ref", arena_format(d->arena, "#/components/schemas/%s", row->schema));
        } else {
            write_members(d, row->rows, is_input);
        }
        break;
    case FIELD_ANY:
    case FIELD_NONE:
        break;
    }
}

static void write_notes(struct document *d, const struct field_row *row) {
    if (row->label[d->language] != NULL) {
        json_str(&d->o, "description", str_of(row->label[d->language]));
    }
    if ((row->flags & FIELD_SECRET) != 0) {
        json_bool(&d->o, "writeOnly", true);
    }
}

static void write_field(struct document *d, const char *name, const struct field_row *row,
                        bool is_input) {
    struct json_out *o = &d->o;
    int lists = (row->flags & FIELD_TABLE) != 0 ? 2 : (row->flags & FIELD_LIST) != 0;

    json_open(o, name, '{');
    for (int i = 0; i < lists; i++) {
        write_type(o, "array", NULL);
        if (is_input) {
            json_int(o, "maxItems", i == 0 && row->max_items > 0 ? row->max_items : FIELD_ITEMS);
        }
        json_open(o, "items", '{');
    }
    write_plain(d, row, is_input);
    write_notes(d, row);
    for (int i = 0; i < lists; i++) {
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void write_members(struct document *d, const struct field_row *rows, bool is_input) {
    struct json_out *o = &d->o;
    bool has_required = false;
    bool is_open = false;

    write_type(o, "object", NULL);
    json_open(o, "properties", '{');
    for (const struct field_row *row = rows; row->name != NULL; row++) {
        has_required |= (row->flags & FIELD_REQUIRED) != 0;
        is_open |= (row->flags & FIELD_PREFIX) != 0;
        if ((row->flags & FIELD_PREFIX) == 0) {
            write_field(d, row->name, row, is_input);
        }
    }
    json_close(o, '}');
    if (has_required) {
        json_open(o, "required", '[');
        for (const struct field_row *row = rows; row->name != NULL; row++) {
            if ((row->flags & FIELD_REQUIRED) != 0) {
                json_str(o, NULL, str_of(row->name));
            }
        }
        json_close(o, ']');
    }
    if (is_input && !is_open) {
        json_bool(o, "additionalProperties", false);
    }
}

static void write_parameter(struct document *d, const char *place, struct str name,
                            const struct field_row *row, bool is_required) {
    struct json_out *o = &d->o;

    json_open(o, NULL, '{');
    json_str(o, "name", name);
    json_str(o, "in", str_of(place));
    json_bool(o, "required", is_required);
    write_field(d, "schema", row, true);
    json_close(o, '}');
}

static void write_path_parameters(struct document *d, const char *path) {
    static const struct field_row number = {.name = "id", .kind = FIELD_ID};
    static const struct field_row text = {.name = "text", .kind = FIELD_TEXT};

    for (struct str rest = str_of(path); rest.n > 0;) {
        struct str name;
        bool is_number;

        str_cut(&rest, '{');
        name = str_cut(&rest, '}');
        if (name.n > 0) {
            is_number = str_is(name, "id") || str_ends(name, STR("_id"));
            write_parameter(d, "path", name, is_number ? &number : &text, true);
        }
    }
}

static bool is_reading(const struct route *route) {
    return strcmp(route->method, "GET") == 0;
}

static void write_parameters(struct document *d, const struct route *route) {
    struct json_out *o = &d->o;
    const struct field_row *row = route->query;
    struct field_row key = {.name = "key", .kind = FIELD_TEXT, .max = 64};

    json_open(o, "parameters", '[');
    write_path_parameters(d, route->path);
    for (; row != NULL && row->name != NULL; row++) {
        write_parameter(d, "query", str_of(row->name), row, (row->flags & FIELD_REQUIRED) != 0);
    }
    if (!is_reading(route) && route->input != NULL && (route->flags & ROUTE_FORM) == 0) {
        key.label[0] = key_note[0];
        key.label[1] = key_note[1];
        write_parameter(d, "header", STR("Idempotency-Key"), &key, false);
    }
    json_close(o, ']');
}

static void write_media(struct document *d, const char *type, const struct field_row *rows) {
    struct json_out *o = &d->o;

    json_open(o, type, '{');
    json_open(o, "schema", '{');
    if (rows != NULL) {
        write_members(d, rows, true);
    } else {
        write_type(o, "string", "binary");
    }
    json_close(o, '}');
    json_close(o, '}');
}

static void write_body(struct document *d, const struct route *route) {
    struct json_out *o = &d->o;

    if (route->input == NULL && (route->flags & ROUTE_UPLOAD) == 0) {
        return;
    }
    json_open(o, "requestBody", '{');
    json_bool(o, "required", true);
    json_open(o, "content", '{');
    if ((route->flags & ROUTE_UPLOAD) != 0) {
        write_media(d, "image/*", NULL);
    } else if ((route->flags & ROUTE_FORM) != 0) {
        write_media(d, "application/x-www-form-urlencoded", route->input);
        write_media(d, "multipart/form-data", route->input);
    } else {
        write_media(d, "application/json", route->input);
    }
    json_close(o, '}');
    json_close(o, '}');
}

static void write_content(struct document *d, const char *type, const char *schema) {
    struct json_out *o = &d->o;

    json_open(o, "content", '{');
    json_open(o, type, '{');
    if (schema != NULL) {
        json_open(o, "schema", '{');
        json_str(o, "$ref", arena_format(d->arena, "#/components/schemas/%s", schema));
        json_close(o, '}');
    }
    json_close(o, '}');
    json_close(o, '}');
}

static void write_responses(struct document *d, const struct route *route) {
    struct json_out *o = &d->o;
    struct str status = arena_format(d->arena, "%d", route->status > 0 ? route->status : 200);

    json_open(o, "responses", '{');
    json_open(o, status.p, '{');
    json_str(o, "description", str_of(done[d->language]));
    if ((route->flags & ROUTE_STREAM) != 0) {
        write_content(d, "text/event-stream", NULL);
    } else if (route->output != NULL) {
        write_content(d, "application/json", route->output);
    } else if (route->produces != NULL) {
        write_content(d, route->produces, NULL);
    }
    json_close(o, '}');
    json_open(o, "default", '{');
    json_str(o, "description", str_of(refused[d->language]));
    write_content(d, "application/problem+json", "Problem");
    json_close(o, '}');
    json_close(o, '}');
}

static void write_security(struct document *d, const struct route *route) {
    struct json_out *o = &d->o;

    json_open(o, "security", '[');
    if (route->right != RIGHT_PUBLIC) {
        json_open(o, NULL, '{');
        json_open(o, "session", '[');
        json_close(o, ']');
        if (!is_reading(route)) {
            json_open(o, "csrf", '[');
            json_close(o, ']');
        }
        json_close(o, '}');
    }
    json_close(o, ']');
}

/* `POST /api/v1/cases/{id}/steps` is called post_cases_id_steps. */
static struct str operation_id(struct document *d, const struct route *route) {
    struct buf b = buf_make(d->arena, 200);
    struct str path = str_of(route->path);
    bool was_word = false;

    if (str_starts(path, STR("/api/v1/"))) {
        path = str_slice(path, sizeof "/api/v1/" - 1, path.n);
    }
    for (const char *c = route->method; *c != '\0'; c++) {
        buf_byte(&b, (char)(*c | 0x20));
    }
    for (size_t i = 0; i < path.n; i++) {
        bool is_word = (path.p[i] >= 'a' && path.p[i] <= 'z') ||
                       (path.p[i] >= '0' && path.p[i] <= '9') || path.p[i] == '_';

        if (is_word && !was_word) {
            buf_byte(&b, '_');
        }
        if (is_word) {
            buf_byte(&b, path.p[i]);
        }
        was_word = is_word;
    }
    return buf_str(&b);
}

static void write_operation(struct document *d, const struct route *route) {
    const struct routes_parts *parts = routes_parts(d->routes);
    struct json_out *o = &d->o;
    char method[8] = "";

    for (size_t i = 0; i + 1 < sizeof method && route->method[i] != '\0'; i++) {
        method[i] = (char)(route->method[i] | 0x20);
    }
    json_open(o, method, '{');
    json_str(o, "operationId", operation_id(d, route));
    json_str(o, "summary", str_of(route->summary[d->language]));
    if (route->right != RIGHT_PUBLIC && parts->right_name != NULL) {
        json_str(o, "x-linli-right", str_of(parts->right_name(route->right)));
    }
    write_parameters(d, route);
    write_body(d, route);
    write_responses(d, route);
    write_security(d, route);
    json_close(o, '}');
}

/* All methods of one path stand together, where the path comes first. */
static void write_paths(struct document *d) {
    size_t count = routes_count(d->routes);

    json_open(&d->o, "paths", '{');
    for (size_t i = 0; i < count; i++) {
        const char *path = routes_at(d->routes, i)->path;
        bool is_open = false;
        bool is_later = false;

        for (size_t k = 0; k < i; k++) {
            is_later |= strcmp(routes_at(d->routes, k)->path, path) == 0;
        }
        for (size_t k = i; k < count && !is_later; k++) {
            const struct route *route = routes_at(d->routes, k);

            if (strcmp(route->path, path) != 0 || (route->flags & ROUTE_HIDDEN) != 0) {
                continue;
            }
            if (!is_open) {
                json_open(&d->o, path, '{');
                is_open = true;
            }
            write_operation(d, route);
        }
        if (is_open) {
            json_close(&d->o, '}');
        }
    }
    json_close(&d->o, '}');
}

static void write_schema(struct document *d, const char *name, const struct field_row *rows) {
    json_open(&d->o, name, '{');
    write_members(d, rows, false);
    json_close(&d->o, '}');
}

static void write_key(struct document *d, const char *name, const char *place, const char *key) {
    json_open(&d->o, name, '{');
    json_str(&d->o, "type", STR("apiKey"));
    json_str(&d->o, "in", str_of(place));
    json_str(&d->o, "name", str_of(key));
    json_close(&d->o, '}');
}

static void write_components(struct document *d) {
    const struct routes_parts *parts = routes_parts(d->routes);

    json_open(&d->o, "components", '{');
    json_open(&d->o, "schemas", '{');
    for (size_t i = 0; i < parts->schema_count; i++) {
        for (const struct schema *s = parts->schemas[i]; s->name != NULL; s++) {
            write_schema(d, s->name, s->rows);
        }
    }
    write_schema(d, "Problem", problem_rows);
    json_close(&d->o, '}');
    json_open(&d->o, "securitySchemes", '{');
    write_key(d, "session", "cookie", "linli_session");
    write_key(d, "csrf", "header", "X-CSRF-Token");
    json_close(&d->o, '}');
    json_close(&d->o, '}');
}

void openapi_write(const struct routes *routes, enum language language, struct buf *out) {
    struct document d = {json_out(out), routes, language, out->arena};

    json_open(&d.o, NULL, '{');
    json_str(&d.o, "openapi", STR("3.1.0"));
    json_open(&d.o, "info", '{');
    json_str(&d.o, "title", str_of(title[language]));
    json_str(&d.o, "version", STR(LINLI_VERSION));
    json_open(&d.o, "license", '{');
    json_str(&d.o, "name", STR("Apache-2.0"));
    json_str(&d.o, "identifier", STR("Apache-2.0"));
    json_close(&d.o, '}');
    json_close(&d.o, '}');
    write_paths(&d);
    write_components(&d);
    json_close(&d.o, '}');
}

int openapi_print(const struct routes *routes, enum language language) {
    struct arena *a = arena_open();
    struct buf out = buf_make(a, LIMIT_ANSWER_BYTES);
    bool is_written;

    openapi_write(routes, language, &out);
    buf_byte(&out, '\n');
    is_written = !out.is_full && fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    arena_close(a);
    return is_written ? 0 : 1;
}

static bool answer_openapi(struct request *rq, struct err *err) {
    struct buf out = buf_make(rq->arena, LIMIT_ANSWER_BYTES);
    struct hash hash;
    struct str tag;

    (void)err;
    openapi_write(server_options(rq->server)->routes, rq->language, &out);
    hash = hash_sha256(buf_str(&out));
    tag = str_slice(hex_write(rq->arena, hash_bytes(&hash)), 0, 20);
    answer_header(rq, "Vary", STR("Accept-Language"));
    return answer_bytes(rq, "application/json; charset=utf-8", buf_str(&out), tag, CACHE_ASK);
}

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/openapi.json",
     .handler = answer_openapi,
     .flags = ROUTE_LOOSE_QUERY,
     .summary = {"接口说明（OpenAPI 3.1）", "This description (OpenAPI 3.1)"},
     .produces = "application/json"},
};

struct route_table openapi_table(void) {
    return (struct route_table)ROUTE_TABLE(rows);
}
