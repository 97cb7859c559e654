/* SPDX-License-Identifier: Apache-2.0 */
/* What became of reports: many, one, and the number behind a token. */
#include "gate/web/open311.h"

#include "base/limits.h"
#include "base/source.h"
#include "base/time_text.h"
#include "town/cases/links.h"

const struct field_row open311_request_query[] = {{.name = "jurisdiction_id", .kind = FIELD_TEXT},
                                                  {.name = "api_key", .kind = FIELD_TEXT},
                                                  {.name = "extensions", .kind = FIELD_BOOL},
                                                  {0}};

const struct field_row open311_requests_query[] = {
    {.name = "jurisdiction_id", .kind = FIELD_TEXT},
    {.name = "api_key", .kind = FIELD_TEXT},
    {.name = "service_request_id",
     .kind = FIELD_TEXT,
     .flags = FIELD_LIST,
     .max = LIMIT_TARGET_BYTES},
    {.name = "service_code", .kind = FIELD_TEXT, .flags = FIELD_LIST, .max = LIMIT_TARGET_BYTES},
    {.name = "status", .kind = FIELD_TEXT, .flags = FIELD_LIST},
    {.name = "start_date", .kind = FIELD_TIME},
    {.name = "end_date", .kind = FIELD_TIME},
    {.name = "updated_after", .kind = FIELD_TIME},
    {.name = "updated_before", .kind = FIELD_TIME},
    {.name = "page", .kind = FIELD_INT, .min = 1, .max = LIMIT_COUNT_CASES},
    {.name = "page_size", .kind = FIELD_INT, .min = 1, .max = OPEN311_MOST},
    {.name = "extensions", .kind = FIELD_BOOL},
    {0}};

/* ---- arguments */

/* Commas and repeated names mean the same; blanks and empty parts mean nothing. */
static size_t split(struct request *rq, const char *name, struct str **out) {
    const struct json *list = json_member(rq->query, name);
    size_t room = 0;
    size_t count = 0;

    for (const struct json *item = list == NULL ? NULL : list->child; item != NULL;
         item = item->next) {
        room += item->text.n + 1;
    }
    *out = arena_array(rq->arena, struct str, room / 2 + 1);
    for (const struct json *item = list == NULL ? NULL : list->child; item != NULL;
         item = item->next) {
        struct str rest = item->text;

        while (rest.n > 0) {
            struct str part = str_trim(str_cut(&rest, ','));

            if (part.n > 0) {
                (*out)[count++] = part;
            }
        }
    }
    return count;
}

static bool read_status(struct request *rq, struct open311_question *q, struct err *err) {
    struct str *words;
    size_t count = split(rq, "status", &words);

    for (size_t i = 0; i < count; i++) {
        if (str_is(words[i], "open")) {
            q->open = true;
        } else if (str_is(words[i], "closed")) {
            q->closed = true;
        } else {
            return fail3(err, E_CHOICE, "status", STR("status"), words[i], STR("open, closed"));
        }
    }
    if (count == 0) {
        q->open = true;
        q->closed = true;
    }
    return true;
}

static bool read_codes(struct request *rq, struct open311_question *q, struct err *err) {
    const struct catalogue *c = town_catalogue(visit_town(rq), 0);
    const struct catalogue_class *class;
    struct str *codes;

    q->code_count = split(rq, "service_code", &codes);
    q->codes = codes;
    if (q->code_count > LIMIT_FILTER_VALUES) {
        return fail2(err, E_TOO_MANY, "service_code", STR("service_code"),
                     arena_format(rq->arena, "%d", LIMIT_FILTER_VALUES));
    }
    for (size_t i = 0; i < q->code_count; i++) {
        if (!open311_fetch_class(c, codes[i], &class, err)) {
            return false;
        }
    }
    return true;
}

/* 0 = not given. */
static int64_t instant_of(struct request *rq, const char *name) {
    int64_t at = json_time_of(rq->query, name);

    return query_has(rq, name) && at < 1 ? 1 : at;
}

/* From the first to the last instant that is named, both included; times are told in whole seconds.
 * One end alone gives the other, ninety days away. */
static bool read_span(struct request *rq, const char *first, const char *last, int64_t now,
                      int64_t *start, int64_t *end, struct err *err) {
    const int64_t span = OPEN311_DAYS * DAY_US;
    int64_t from = instant_of(rq, first);
    int64_t to = instant_of(rq, last);

    if (to == 0) {
        to = from > 0 && from + span < now ? from + span : now;
    }
    if (from == 0) {
        from = to - span;
    }
    if (from > to && query_has(rq, first)) {
        return fail2(err, E_RANGE, query_has(rq, last) ? last : first,
                     str_of(query_has(rq, last) ? last : first),
                     arena_format(rq->arena, "%s – %s", first, query_has(rq, last) ? last : "now"));
    }
    if (to - from > span) {
        return fail2(err, E_SPAN, first, arena_format(rq->arena, "%s – %s", first, last),
                     arena_format(rq->arena, "%d", OPEN311_DAYS));
    }
    *start = from;
    *end = to + SECOND_US;
    return true;
}

/* Asked by the time of change alone, it does not matter how long ago the report was. */
static bool read_times(struct request *rq, int64_t now, struct open311_question *q,
                       struct err *err) {
    bool by_change = query_has(rq, "updated_after") || query_has(rq, "updated_before");
    bool by_report = query_has(rq, "start_date") || query_has(rq, "end_date");

    q->start = 1;
    q->end = INT64_MAX;
    if (by_change && !read_span(rq, "updated_after", "updated_before", now, &q->updated_start,
                                &q->updated_end, err)) {
        return false;
    }
    return (by_change && !by_report) ||
           read_span(rq, "start_date", "end_date", now, &q->start, &q->end, err);
}

static bool read_page(struct request *rq, struct open311_question *q, struct err *err) {
    q->page = query_int(rq, "page", 1);
    q->page_size = query_int(rq, "page_size", OPEN311_MOST);
    return q->page * q->page_size <= LIMIT_COUNT_CASES ||
           fail2(err, E_RANGE, "page", STR("page × page_size"),
                 arena_format(rq->arena, "1–%d", LIMIT_COUNT_CASES));
}

static bool read_reader(struct request *rq, struct open311_reader *r, struct err *err) {
    *r = (struct open311_reader){.view = case_view_make(rq),
                                 .with_extensions = query_bool(rq, "extensions", false)};
    return open311_check_jurisdiction(rq, query_str(rq, "jurisdiction_id"), err) &&
           open311_find_key(rq, query_str(rq, "api_key"), &r->key, err);
}

/* ---- by number */

static bool load_number(struct open311_reader *r, struct str number, struct case_file *c,
                        struct err *err) {
    struct request *rq = r->view.rq;
    char *upper = arena_bytes(rq->arena, number.n + 1);
    struct stmt *q = store_sql(r->view.store, SQL_CASE_BY_NUMBER);
    int64_t id;

    for (size_t i = 0; i < number.n; i++) {
        upper[i] = number.p[i] >= 'a' && number.p[i] <= 'z' ? (char)(number.p[i] - 'a' + 'A')
                                                            : number.p[i];
    }
    stmt_bind_int(q, 1, visit_office(rq));
    stmt_bind_text(q, 2, (struct str){upper, number.n});
    id = stmt_next(q) ? stmt_int(q, 0) : 0;
    c->id = 0;
    if (!stmt_end(q, err)) {
        return false;
    }
    if (id == 0) {
        return true;
    }
    q = store_sql(r->view.store, SQL_CASE_FETCH);
    stmt_bind_int(q, 1, id);
    if (stmt_next(q)) {
        case_read_row(q, rq->arena, c);
    }
    return stmt_end(q, err);
}

/* A list of numbers overrides every other argument; those that nobody may see are left out. */
static bool write_numbers(struct open311_reader *r, struct open311_out *o,
                          const struct str *numbers, size_t count, struct err *err) {
    struct case_file *c = arena_new(r->view.rq->arena, struct case_file);
    bool written;

    for (size_t i = 0; i < count; i++) {
        bool is_again = false;

        for (size_t k = 0; k < i; k++) {
            is_again = is_again || str_eq(numbers[k], numbers[i]);
        }
        if (!is_again && (!load_number(r, numbers[i], c, err) ||
                          (c->id > 0 && !open311_write_case(r, o, c, &written, err)))) {
            return false;
        }
    }
    return true;
}

bool open311_get_request(struct request *rq, struct err *err) {
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct open311_out o = open311_begin(rq);
    struct open311_reader r;
    bool written = false;

    if (!read_reader(rq, &r, err) || !load_number(&r, path_str(rq, "number"), c, err)) {
        return false;
    }
    open311_list(&o, "service_requests");
    if (c->id > 0 && !open311_write_case(&r, &o, c, &written, err)) {
        return false;
    }
    if (!written) {
        return fail1(err, E_NOT_FOUND, "service_request_id", path_str(rq, "number"));
    }
    open311_close(&o);
    return open311_end(rq, &o, err);
}

/* ---- many */

static bool write_answer(struct request *rq, struct open311_reader *r, struct open311_out *o,
                         struct err *err) {
    struct open311_question question = {0};
    struct str *numbers;
    size_t count = split(rq, "service_request_id", &numbers);

    if (count > 0) {
        return write_numbers(r, o, numbers, count, err);
    }
    return read_codes(rq, &question, err) && read_status(rq, &question, err) &&
           read_times(rq, r->view.now, &question, err) && read_page(rq, &question, err) &&
           open311_write_list(r, o, &question, err);
}

bool open311_get_requests(struct request *rq, struct err *err) {
    struct open311_out o = open311_begin(rq);
    struct open311_reader r;

    if (!read_reader(rq, &r, err)) {
        return false;
    }
    open311_list(&o, "service_requests");
    if (!write_answer(rq, &r, &o, err)) {
        return false;
    }
    open311_close(&o);
    return open311_end(rq, &o, err);
}

/* ---- the number behind a token
 * Numbers are given at once, so no report is answered with a token. But the tracking link that goes
 * with the answer ends in one, and a client that keeps it can come back with it. */

static bool find_token(struct request *rq, struct str *number, struct err *err) {
    const struct keys *keys = installation_keys(visit_service(rq)->installation);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct str token = path_str(rq, "token");
    struct stmt *q;
    int64_t case_id = 0;
    int64_t voice;

    if (!link_read(rq->arena, keys, LINK_TRACK, token, &voice)) {
        return fail1(err, E_NOT_FOUND, "token", token);
    }
    q = store_sql(visit_store(rq), SQL_VOICE_FETCH);
    stmt_bind_int(q, 1, voice);
    if (stmt_next(q) && str_is(stmt_view(q, 1), "open311")) {
        case_id = stmt_int(q, 0);
    }
    if (!stmt_end(q, err)) {
        return false;
    }
    q = store_sql(visit_store(rq), SQL_CASE_FETCH);
    stmt_bind_int(q, 1, case_id);
    if (stmt_next(q)) {
        case_read_row(q, rq->arena, c);
    }
    *number = c->number;
    return stmt_end(q, err) && (c->id > 0 || fail1(err, E_NOT_FOUND, "token", token));
}

bool open311_get_token(struct request *rq, struct err *err) {
    struct open311_out o = open311_begin(rq);
    struct str number;

    if (!open311_check_jurisdiction(rq, query_str(rq, "jurisdiction_id"), err) ||
        !find_token(rq, &number, err)) {
        return false;
    }
    open311_list(&o, "service_requests");
    open311_object(&o, "request");
    open311_text(&o, "service_request_id", number);
    open311_text(&o, "token", path_str(rq, "token"));
    open311_close(&o);
    open311_close(&o);
    return open311_end(rq, &o, err);
}
