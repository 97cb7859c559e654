/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/route.h"

#include "base/limits.h"
#include "base/log.h"
#include "gate/web/answer.h"
#include "gate/web/form.h"
#include "gate/web/gate.h"

#include <assert.h>
#include <string.h>

/* One segment of a template: a literal, or a parameter with what stands behind it. */
struct piece {
    struct str literal; /* the whole, or what stands behind the parameter */
    struct str name;    /* of the parameter, empty for a literal */
    bool is_number;     /* decimal only */
};

struct compiled {
    struct route row;                      /* a copy with its index */
    const struct route_table *table;       /* whose manner of refusing is used */
    enum method method;                    /* of the row */
    struct piece pieces[REQUEST_SEGMENTS]; /* the template's segments */
    size_t piece_count;
    unsigned weight; /* greater = more literal, first segment counts most */
};

struct routes {
    struct routes_parts parts;
    struct compiled *all;
    size_t count;
    struct route fallback; /* pages */
};

static bool bad_row(struct err *err, const struct route *row, const char *what) {
    fail(err, E_INTERNAL, "");
    return err_detail(err, "route %s %s: %s", row->method == NULL ? "?" : row->method,
                      row->path == NULL ? "?" : row->path, what);
}

static bool compile_piece(struct str segment, struct piece *out) {
    ptrdiff_t close = str_find(segment, STR("}"));

    if (segment.n == 0 || segment.p[0] != '{') {
        out->literal = segment;
        return segment.n > 0 && str_find(segment, STR("{")) < 0;
    }
    if (close < 2) {
        return false;
    }
    out->name = str_slice(segment, 1, (size_t)close);
    out->literal = str_slice(segment, (size_t)close + 1, segment.n);
    out->is_number = str_is(out->name, "id") || str_ends(out->name, STR("_id"));
    return true;
}

static unsigned piece_weight(const struct piece *piece) {
    if (piece->name.n == 0) {
        return 3;
    }
    return piece->literal.n > 0 ? 2 : piece->is_number;
}

static bool compile_path(struct compiled *c, struct err *err) {
    struct str rest = str_of(c->row.path);
    size_t params = 0;

    if (rest.n == 0 || rest.p[0] != '/') {
        return bad_row(err, &c->row, "the path must begin with /");
    }
    rest = str_slice(rest, 1, rest.n);
    while (rest.n > 0) {
        struct piece *piece = &c->pieces[c->piece_count];

        if (c->piece_count == REQUEST_SEGMENTS || !compile_piece(str_cut(&rest, '/'), piece)) {
            return bad_row(err, &c->row, "bad or too many segments");
        }
        params += piece->name.n > 0;
        c->piece_count++;
        c->weight |= piece_weight(piece) << (2 * (REQUEST_SEGMENTS - c->piece_count));
    }
    return params <= REQUEST_PARAMS || bad_row(err, &c->row, "too many parameters");
}

static bool has_schema(const struct routes_parts *parts, const char *name) {
    for (size_t i = 0; i < parts->schema_count; i++) {
        for (const struct schema *s = parts->schemas[i]; s->name != NULL; s++) {
            if (strcmp(s->name, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool check_row(const struct routes_parts *parts, const struct compiled *c, struct err *err) {
    const struct route *row = &c->row;

    if (c->method == METHOD_NONE || c->method == METHOD_HEAD) {
        return bad_row(err, row, "unknown method");
    }
    if (row->handler == NULL) {
        return bad_row(err, row, "no handler");
    }
    if (row->summary[0] == NULL || row->summary[1] == NULL) {
        return bad_row(err, row, "the summary is missing in one language");
    }
    if (c->method == METHOD_GET && (row->input != NULL || (row->flags & ROUTE_UPLOAD) != 0)) {
        return bad_row(err, row, "GET takes no body");
    }
    if ((row->flags & ROUTE_FORM) != 0 && row->input == NULL) {
        return bad_row(err, row, "a form needs input rows");
    }
    if (row->output != NULL && !has_schema(parts, row->output)) {
        return bad_row(err, row, "unknown output schema");
    }
    return true;
}

static bool is_twin(const struct compiled *a, const struct compiled *b) {
    if (a->method != b->method || a->piece_count != b->piece_count || a->weight != b->weight) {
        return false;
    }
    for (size_t i = 0; i < a->piece_count; i++) {
        if (!str_eq(a->pieces[i].literal, b->pieces[i].literal)) {
            return false;
        }
    }
    return true;
}

static bool add_row(struct routes *r, const struct route_table *table, const struct route *row,
                    struct err *err) {
    struct compiled *c = &r->all[r->count];

    c->row = *row;
    c->row.index = (int)r->count + 1;
    c->table = table;
    c->method = method_of(str_of(row->method));
    if (!compile_path(c, err) || !check_row(&r->parts, c, err)) {
        return false;
    }
    for (size_t i = 0; i < r->count; i++) {
        if (is_twin(c, &r->all[i])) {
            return bad_row(err, row, "stands twice");
        }
    }
    r->count++;
    return true;
}

bool routes_make(struct arena *a, const struct routes_parts *parts, struct routes **out,
                 struct err *err) {
    struct routes *r = arena_new(a, struct routes);
    size_t room = 0;

    r->parts = *parts;
    for (size_t i = 0; i < parts->table_count; i++) {
        room += parts->tables[i].count;
    }
    r->all = arena_array(a, struct compiled, room + 1);
    for (size_t i = 0; i < parts->table_count; i++) {
        for (size_t k = 0; k < parts->tables[i].count; k++) {
            if (!add_row(r, &parts->tables[i], &parts->tables[i].rows[k], err)) {
                return false;
            }
        }
    }
    r->fallback = (struct route){.method = "GET",
                                 .path = "/*",
                                 .handler = parts->fallback,
                                 .flags = ROUTE_INLINE | ROUTE_LOOSE_QUERY | ROUTE_HIDDEN,
                                 .index = (int)r->count + 1};
    *out = r;
    return true;
}

size_t routes_count(const struct routes *r) {
    return r->count;
}

const struct route *routes_at(const struct routes *r, size_t index) {
    assert(index < r->count);
    return &r->all[index].row;
}

const struct routes_parts *routes_parts(const struct routes *r) {
    return &r->parts;
}

static bool is_number(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
    }
    return s.n > 0 && s.n <= 16;
}

static bool piece_fits(const struct piece *piece, struct str segment, struct str *value) {
    if (piece->name.n == 0) {
        return str_eq(piece->literal, segment);
    }
    if (segment.n <= piece->literal.n || !str_ends(segment, piece->literal)) {
        return false;
    }
    *value = str_slice(segment, 0, segment.n - piece->literal.n);
    return !piece->is_number || is_number(*value);
}

static bool path_fits(const struct compiled *c, const struct request *rq) {
    struct str ignored;

    if (c->piece_count != rq->segment_count) {
        return false;
    }
    for (size_t i = 0; i < c->piece_count; i++) {
        if (!piece_fits(&c->pieces[i], rq->segments[i], &ignored)) {
            return false;
        }
    }
    return true;
}

static void take_params(const struct compiled *c, struct request *rq) {
    rq->param_count = 0;
    for (size_t i = 0; i < c->piece_count; i++) {
        if (c->pieces[i].name.n > 0) {
            struct pair *param = &rq->params[rq->param_count++];

            param->name = c->pieces[i].name;
            piece_fits(&c->pieces[i], rq->segments[i], &param->value);
        }
    }
}

static bool refuse_method(struct request *rq, unsigned allowed, struct err *err) {
    struct buf b = buf_make(rq->arena, 100);

    for (unsigned method = METHOD_GET; method <= METHOD_DELETE; method <<= 1) {
        if ((allowed & method) != 0) {
            buf_c(&b, b.n > 0 ? ", " : "");
            buf_put(&b, method_text((enum method)method));
        }
    }
    answer_header(rq, "Allow", buf_str(&b));
    return fail1(err, E_METHOD, "", str_first_characters(rq->verb, 20));
}

bool routes_match(const struct routes *r, struct request *rq, struct err *err) {
    enum method method = rq->method == METHOD_HEAD ? METHOD_GET : rq->method;
    const struct compiled *best = NULL;
    unsigned weight =
        0; /* of the most literal path that fits: it alone says which methods there are */
    unsigned allowed = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct compiled *c = &r->all[i];

        if (!path_fits(c, rq) || c->weight < weight) {
            continue;
        }
        if (c->weight > weight) {
            weight = c->weight;
            best = NULL;
            allowed = 0;
        }
        allowed |= c->method | (c->method == METHOD_GET ? METHOD_HEAD : 0U);
        if (c->method == method) {
            best = c;
        }
    }
    if (best != NULL) {
        rq->route = &best->row;
        take_params(best, rq);
        return true;
    }
    if (allowed != 0) {
        return refuse_method(rq, allowed, err);
    }
    if (r->parts.fallback != NULL && method == METHOD_GET) {
        rq->route = &r->fallback;
        return true;
    }
    return fail(err, E_NO_ROUTE, "");
}

const char *route_name(const struct request *rq) {
    return rq->route == NULL ? "-" : rq->route->path;
}

static bool read_query(struct request *rq, struct err *err) {
    struct pair *pairs = NULL;
    size_t count = 0;

    return gate_split_pairs(rq->arena, rq->query_text, &pairs, &count, err) &&
           schema_read_pairs(rq->arena, rq->route->query, pairs, count,
                             (rq->route->flags & ROUTE_LOOSE_QUERY) != 0, rq->language, &rq->query,
                             err);
}

static bool read_form(struct request *rq, struct str type, struct err *err) {
    struct pair *pairs = NULL;

    if (!form_read(rq->arena, type, rq->body, &pairs, &rq->form_count, err)) {
        return false;
    }
    rq->form = pairs;
    return schema_read_pairs(rq->arena, rq->route->input, pairs, rq->form_count, false,
                             rq->language, &rq->input, err);
}

static bool read_body(struct request *rq, struct err *err) {
    struct str type = request_header(rq, "Content-Type");

    if (request_header(rq, "Content-Encoding").n > 0) {
        return fail2(err, E_TYPE, "", request_header(rq, "Content-Encoding"), STR("identity"));
    }
    if ((rq->route->flags & ROUTE_UPLOAD) != 0) {
        rq->upload.type = type;
        return rq->upload.path != NULL || fail1(err, E_REQUIRED, "", STR("image"));
    }
    if ((rq->route->flags & ROUTE_FORM) != 0) {
        return read_form(rq, type, err);
    }
    if (rq->route->input == NULL) {
        return true;
    }
    if (!form_is_type(type, "application/json")) {
        return fail2(err, E_TYPE, "", str_first_characters(type, 40), STR("application/json"));
    }
    return json_read(rq->arena, rq->body, &rq->input, err) &&
           schema_check(rq->route->input, rq->input, rq->language, err);
}

static bool check_site(struct request *rq, struct err *err) {
    bool is_reading = (rq->method & (METHOD_GET | METHOD_HEAD)) != 0;

    return is_reading || (rq->route->flags & ROUTE_CSRF_EXEMPT) != 0 || !request_is_foreign(rq) ||
           fail(err, E_FOREIGN_SITE, "");
}

static bool ask_gatekeeper(struct request *rq, route_gatekeeper gatekeeper, struct err *err) {
    if (gatekeeper == NULL) {
        return rq->route->right == RIGHT_PUBLIC || fail(err, E_SIGN_IN, "");
    }
    return gatekeeper(rq, rq->route, err);
}

void routes_run(const struct routes *r, struct request *rq, route_gatekeeper gatekeeper) {
    struct err err = {0};
    bool is_done;

    assert(rq->route != NULL);
    is_done = check_site(rq, &err) && ask_gatekeeper(rq, gatekeeper, &err) &&
              read_query(rq, &err) && read_body(rq, &err) && rq->route->handler(rq, &err);
    if (is_done && NEVER(rq->answer.status == 0)) {
        is_done = fail(&err, E_INTERNAL, "");
        err_detail(&err, "the handler answered nothing");
    }
    if (!is_done) {
        routes_refuse(r, rq, &err);
    }
}

/* An address whose methods are others refuses in the manner of its table too. */
static route_refuse refuser_of(const struct routes *r, const struct request *rq) {
    for (size_t i = 0; i < r->count; i++) {
        if (&r->all[i].row == rq->route || (rq->route == NULL && path_fits(&r->all[i], rq))) {
            return r->all[i].table->refuse;
        }
    }
    return NULL;
}

/* What is worded for who runs the program (tables, settings, files) is for the log alone. */
static struct err for_whoever_asks(const struct err *err) {
    struct err inside;

    if (err_row(err->code)->status >= 400) {
        return *err;
    }
    fail(&inside, E_INTERNAL, "");
    return inside;
}

void routes_refuse(const struct routes *r, struct request *rq, const struct err *err) {
    route_refuse refuse = refuser_of(r, rq);
    struct err told = for_whoever_asks(err);

    assert(err->code != E_NONE);
    log_error(route_name(rq), rq->id, err);
    if (refuse != NULL) {
        refuse(rq, &told);
        rq->answer.code = told.code;
    } else {
        answer_problem(rq, &told);
    }
}
