/* SPDX-License-Identifier: Apache-2.0 */
/* Which open cases may be the same problem: on the page of a case, and at the window before there
 * is one. */
#include "gate/web/case_json.h"

#include "base/message.h"
#include "town/cases/case_place.h"
#include "town/cases/twins.h"

enum { SAME_SPOT_METRES = 5 };

static struct str say(const struct case_view *v, enum message_code code, int64_t n) {
    return message_format(v->rq->arena, code, v->rq->language,
                          arena_format(v->rq->arena, "%lld", (long long)n), (struct str){0},
                          (struct str){0});
}

static void write_reasons(struct case_view *v, struct json_out *o, const struct twin *t) {
    json_open(o, "reasons", '[');
    if (t->same_estate) {
        json_str(o, NULL, message_text(M_TWIN_ESTATE, v->rq->language));
    }
    if (t->metres >= 0) {
        json_str(o, NULL,
                 t->metres < SAME_SPOT_METRES ? message_text(M_TWIN_SPOT, v->rq->language)
                                              : say(v, M_TWIN_METRES, t->metres));
    }
    if (t->same_class || t->same_category) {
        json_str(o, NULL,
                 message_text(t->same_class ? M_TWIN_CLASS : M_TWIN_CATEGORY, v->rq->language));
    }
    if (t->words > 0) {
        json_str(o, NULL, say(v, M_TWIN_WORDS, t->words));
    }
    json_str(o, NULL,
             t->days == 1 ? message_text(M_TWIN_DAY, v->rq->language)
                          : say(v, M_TWIN_DAYS, t->days));
    json_close(o, ']');
}

static bool answer(struct case_view *v, const struct twin_question *question, struct err *err) {
    struct twin twins[TWINS_MOST];
    int64_t ids[TWINS_MOST];
    const struct case_file **files;
    struct json_out o;
    size_t count;

    if (!twins_find(v->store, v->rq->arena, v->town, question, twins, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        ids[i] = twins[i].id;
    }
    if (!case_page(v, ids, count, &files, err)) {
        return false;
    }
    o = answer_json_begin(v->rq, 200, '{');
    json_open(&o, "items", '[');
    for (size_t i = 0; i < count; i++) {
        if (files[i] == NULL) {
            continue;
        }
        json_open(&o, NULL, '{');
        if (!case_write_item(v, &o, "item", files[i], err)) {
            return false;
        }
        write_reasons(v, &o, &twins[i]);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    write_time(v, &o, "as_of", v->now);
    return answer_json_end(v->rq, &o, err);
}

static bool get_twins(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct twin_question question = {.office = visit_office(rq), .account = visit_account(rq)};
    struct stmt *q;
    bool found;

    if (!case_load(v.store, rq->arena, path_id(rq), c, &found, err)) {
        return false;
    }
    c->id = path_id(rq);
    if (!found) {
        return fail1(err, E_NOT_FOUND, "", path_str(rq, "id"));
    }
    if (!visit_may_see(rq, c, err)) {
        return false;
    }
    question.self = c->id;
    question.class = c->class;
    question.community = c->community;
    question.estate = c->estate;
    question.grid = c->grid;
    question.wgs84_lat = c->wgs84_lat;
    question.wgs84_lon = c->wgs84_lon;
    question.reported_at = c->reported_at;
    q = store_sql(v.store, SQL_CASE_REPORT_TEXT);
    stmt_bind_int(q, 1, c->id);
    question.text = stmt_next(q) ? stmt_text(q, 0, rq->arena) : (struct str){0};
    return stmt_end(q, err) && answer(&v, &question, err);
}

static bool post_like(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct twin_question question = {.office = visit_office(rq),
                                     .account = visit_account(rq),
                                     .class = input_str(rq, "class"),
                                     .text = input_str(rq, "text"),
                                     .reported_at = v.now};
    struct case_place place;

    question.wgs84_lat = input_degrees(rq, "lat");
    question.wgs84_lon = input_degrees(rq, "lon");
    if (!case_place_find(v.town, question.office, input_id(rq, "place"),
                         input_has(rq, "lat") && input_has(rq, "lon"), question.wgs84_lat,
                         question.wgs84_lon, &place, err)) {
        return false;
    }
    question.community = place.community;
    question.estate = place.estate;
    question.grid = place.grid;
    return answer(&v, &question, err);
}

static const struct field_row like_input[] = {
    {.name = "class", .kind = FIELD_TEXT, .max = 20},
    {.name = "place", .kind = FIELD_ID},
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "lon", .kind = FIELD_DEGREES},
    {.name = "text", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS},
    {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/cases/{id}/twins",
     .handler = get_twins,
     .right = RIGHT_CASES,
     .output = "Twins",
     .summary = {"可能是同一件的未结案件，附理由",
                 "Open cases that may be the same, with reasons"}},
    {.method = "POST",
     .path = "/api/v1/cases/like",
     .handler = post_like,
     .right = RIGHT_INTAKE,
     .input = like_input,
     .output = "Twins",
     .summary = {"登记前看看是否已有同一件", "Before a report: is it here already?"}},
};

const struct route_table twin_routes = ROUTE_TABLE(rows);
