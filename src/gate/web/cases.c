/* SPDX-License-Identifier: Apache-2.0 */
/* Cases for staff: lists, counts, one case, a new one, steps, the reporter's telephone, the
 * one-task link. */
#include "gate/web/case_input.h"
#include "gate/web/case_json.h"

#include "engine/query/list.h"
#include "town/cases/case_scope.h"
#include "town/cases/erase.h"
#include "town/cases/erasures.h"
#include "town/cases/links.h"
#include "town/nightly.h"

#include <string.h>

/* ---- lists */

static bool parse_question(struct request *rq, struct case_view *v, struct scope *scope,
                           struct filter *filter, struct err *err) {
    *scope = case_scope(v->town, rq->arena, visit_account(rq), visit_office(rq));
    return case_filter(v->town, rq->arena, scope->office, query_str(rq, "filter"), v->now, filter,
                       err);
}

static bool get_cases(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct list_request request = {.cursor = query_str(rq, "cursor"),
                                   .limit = query_int(rq, "limit", 50)};
    struct list_page page;
    struct filter filter;
    struct scope scope;
    struct json_out o;

    if (!parse_question(rq, &v, &scope, &filter, err) ||
        !list_order_parse(query_str(rq, "sort"), &request.order, err) ||
        !list_cases(v.store, rq->arena, &scope, &filter, &request, &page, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "items", '[');
    if (!case_write_items(&v, &o, page.ids, page.count, err)) {
        return false;
    }
    json_close(&o, ']');
    json_str_or_null(&o, "next", page.next);
    write_time(&v, &o, "looked_back_to", page.looked_back_to);
    json_str(&o, "filter", filter_write(rq->arena, &filter, FILTER_AS_SAID));
    write_time(&v, &o, "as_of", v.now);
    return answer_json_end(rq, &o, err);
}

static bool get_count(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct list_total total;
    struct filter filter;
    struct scope scope;
    struct json_out o;

    if (!parse_question(rq, &v, &scope, &filter, err) ||
        !list_count(v.store, rq->arena, &scope, &filter, &total, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_int(&o, "count", total.count);
    json_bool(&o, "capped", total.capped);
    write_time(&v, &o, "as_of", v.now);
    return answer_json_end(rq, &o, err);
}

/* ---- one case */

static bool load_visible(struct request *rq, struct case_view *v, struct case_file *c,
                         struct err *err) {
    bool found;

    if (!case_load(v->store, rq->arena, path_id(rq), c, &found, err)) {
        return false;
    }
    c->id = path_id(rq);
    return (found || fail1(err, E_NOT_FOUND, "", path_str(rq, "id"))) && visit_may_see(rq, c, err);
}

static bool get_case(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);

    return load_visible(rq, &v, c, err) && case_answer_full(&v, c, err);
}

/* ---- a new case */

/* With this address one speaks as the resident: it goes to who prints the receipt alone. */
static void write_track_url(struct request *rq, struct json_out *o, int64_t voice) {
    struct service *s = visit_service(rq);
    struct str token = link_token(rq->arena, installation_keys(s->installation), LINK_TRACK, voice);

    json_str(o, "track_url", arena_format(rq->arena, "%s/t/%.*s", s->public_url, STR_ARG(token)));
}

static bool post_case(struct request *rq, struct err *err) {
    struct case_report report = {0};
    struct actor actor = visit_actor(rq);
    struct command done;
    struct json_out o;

    if (!case_report_read(rq, &report, err)) {
        return false;
    }
    report.photo_owner = actor.account;
    if (!visit_command(rq, &case_report, &actor, &report, &done, err)) {
        return false;
    }
    o = answer_json_begin(rq, 201, '{');
    json_int(&o, "id", done.subject);
    json_str(&o, "number", str_of(done.number));
    if (access_may(visit_account(rq), RIGHT_RECEIPTS)) {
        write_track_url(rq, &o, done.voice);
    }
    json_int(&o, "event", done.event);
    return answer_json_end(rq, &o, err);
}

/* ---- steps */

static void write_link(struct request *rq, struct json_out *o, const struct case_task *t,
                       const struct unit *u) {
    struct service *s = visit_service(rq);
    const struct keys *keys = installation_keys(s->installation);
    struct str token = link_token(rq->arena, keys, LINK_TASK, t->id);

    json_str(o, "url", arena_format(rq->arena, "%s/l/%.*s", s->public_url, STR_ARG(token)));
    json_str(o, "pin", link_pin(rq->arena, keys, t->id));
    json_str(o, "unit", u->name[rq->language]);
}

static bool answer_after(struct request *rq, int64_t case_id, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct case_task *lead;
    const struct unit *u;
    struct json_out o;
    bool found;

    if (!case_load(v.store, rq->arena, case_id, c, &found, err)) {
        return false;
    }
    lead = case_open_task(c, TASK_LEAD, 0);
    u = lead == NULL ? NULL : town_unit(v.town, lead->unit);
    o = answer_json_begin(rq, 200, '{');
    json_int(&o, "id", c->id);
    json_str(&o, "number", c->number);
    json_str(&o, "state", term_code(TERMS_STATE, (int)c->state));
    json_str(&o, "state_name", term_name(TERMS_STATE, (int)c->state, rq->language));
    json_int(&o, "last_event", c->last_event);
    if (u != NULL && !u->has_accounts && c->state == STATE_TO_SIGN &&
        access_may(visit_account(rq), RIGHT_LINKS)) {
        json_open(&o, "link", '{');
        write_link(rq, &o, lead, u);
        json_close(&o, '}');
    }
    return answer_json_end(rq, &o, err);
}

static bool post_steps(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct case_steps *steps = arena_new(rq->arena, struct case_steps);
    struct actor actor = visit_actor(rq);
    struct command done;

    if (!load_visible(rq, &v, c, err) || !case_steps_read(rq, steps, err)) {
        return false;
    }
    steps->case_id = c->id;
    steps->photo_owner = actor.account;
    return visit_command(rq, &case_step, &actor, steps, &done, err) && answer_after(rq, c->id, err);
}

/* ---- the reporter's telephone: one click, with purpose and log */

/* Is it a voice of the case? 0 becomes the first. */
static bool pick_voice(const struct case_view *v, int64_t case_id, int64_t *voice,
                       struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_VOICE_LIST);
    bool found = false;

    stmt_bind_int(q, 1, case_id);
    while (!found && stmt_next(q)) {
        found = *voice == 0 || stmt_int(q, 0) == *voice;
        *voice = found ? stmt_int(q, 0) : *voice;
    }
    return stmt_end(q, err) && (found || fail1(err, E_NOT_FOUND, "voice", STR("voice")));
}

static bool post_reveal(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct service *s = visit_service(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    int64_t voice = input_id(rq, "voice");
    const struct keys *keys = installation_keys(s->installation);
    struct str name;
    struct str telephone;
    struct str email;
    struct json_out o;
    bool found;

    if (!load_visible(rq, &v, c, err) || !pick_voice(&v, c->id, &voice, err)) {
        return false;
    }
    if (!case_may_reveal(v.town, visit_account(rq), c)) {
        return fail(err, E_REVEAL, "");
    }
    if (!vault_fetch(v.store, rq->arena, keys, voice, "name", &name, &found, err) ||
        !vault_fetch(v.store, rq->arena, keys, voice, "telephone", &telephone, &found, err) ||
        !vault_fetch(v.store, rq->arena, keys, voice, "email", &email, &found, err)) {
        return false;
    }
    visit_done(rq);
    if (!audit_write(s->installation, visit_account(rq)->id, "reveal", voice,
                     input_str(rq, "purpose"), err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_str(&o, "name", name);
    json_str(&o, "telephone", telephone);
    if (email.n > 0) {
        json_str(&o, "email", email);
    }
    return answer_json_end(rq, &o, err);
}

/* ---- what a reporter said and who it was, deleted */

static bool post_erase(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct service *s = visit_service(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct voice_erase x = {.voice = input_id(rq, "voice"), .reason = input_str(rq, "reason")};
    struct actor actor = visit_actor(rq);
    struct command done;
    struct json_out o;

    if (!load_visible(rq, &v, c, err)) {
        return false;
    }
    x.case_id = c->id;
    if (!visit_command(rq, &voice_erase, &actor, &x, &done, err) ||
        !audit_write(s->installation, actor.account, "erase", x.voice, x.reason, err) ||
        !erasures_settle(s->installation, visit_store(rq),
                         nightly_copies(rq->arena, s->installation), err)) {
        return false;
    }
    visit_done(rq);
    o = answer_json_begin(rq, 200, '{');
    json_int(&o, "event", done.event);
    return answer_json_end(rq, &o, err);
}

/* ---- the tracking link, for the receipt */

static bool post_track(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    int64_t voice = input_id(rq, "voice");
    struct json_out o;

    if (!load_visible(rq, &v, c, err) || !pick_voice(&v, c->id, &voice, err)) {
        return false;
    }
    visit_done(rq);
    if (!audit_write(visit_service(rq)->installation, visit_account(rq)->id, "track", voice,
                     (struct str){0}, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    write_track_url(rq, &o, voice);
    return answer_json_end(rq, &o, err);
}

/* ---- the one-task link, shown again */

static bool post_link(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct case_task *lead;
    const struct unit *u;
    struct json_out o;

    if (!load_visible(rq, &v, c, err)) {
        return false;
    }
    lead = case_open_task(c, TASK_LEAD, 0);
    u = lead == NULL ? NULL : town_unit(v.town, lead->unit);
    if (u == NULL || u->has_accounts) {
        return fail(err, E_LINK_USED, "");
    }
    o = answer_json_begin(rq, 200, '{');
    write_link(rq, &o, lead, u);
    return answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct field_row list_query[] = {
    {.name = "filter", .kind = FIELD_TEXT, .max = 2000},
    {.name = "sort", .kind = FIELD_CHOICE, .choices = "due|newest|oldest"},
    {.name = "cursor", .kind = FIELD_TEXT, .max = 400},
    {.name = "limit", .kind = FIELD_INT, .min = 1, .max = LIMIT_PAGE_ITEMS},
    {0}};
static const struct field_row count_query[] = {{.name = "filter", .kind = FIELD_TEXT, .max = 2000},
                                               {0}};
static const struct field_row reveal_input[] = {
    {.name = "voice", .kind = FIELD_ID, .flags = FIELD_REQUIRED},
    {.name = "purpose", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 200},
    {0}};
static const struct field_row erase_input[] = {
    {.name = "voice", .kind = FIELD_ID, .flags = FIELD_REQUIRED},
    {.name = "reason", .kind = FIELD_CHOICE, .flags = FIELD_REQUIRED, .choices = ERASE_REASONS},
    {0}};
static const struct field_row track_input[] = {{.name = "voice", .kind = FIELD_ID}, {0}};
static const struct field_row link_input[] = {{.name = "task", .kind = FIELD_ID}, {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/cases",
     .handler = get_cases,
     .right = RIGHT_CASES,
     .query = list_query,
     .output = "CaseList",
     .summary = {"案件列表", "List cases"}},
    {.method = "GET",
     .path = "/api/v1/cases/count",
     .handler = get_count,
     .right = RIGHT_CASES,
     .query = count_query,
     .output = "Count",
     .summary = {"案件计数", "Count cases"}},
    {.method = "POST",
     .path = "/api/v1/cases",
     .handler = post_case,
     .right = RIGHT_INTAKE,
     .input = case_report_input,
     .output = "Reported",
     .status = 201,
     .summary = {"登记案件", "Report a case"}},
    {.method = "GET",
     .path = "/api/v1/cases/{id}",
     .handler = get_case,
     .right = RIGHT_CASES,
     .output = "CaseFull",
     .summary = {"案件详情", "One case"}},
    {.method = "POST",
     .path = "/api/v1/cases/{id}/steps",
     .handler = post_steps,
     .right = RIGHT_CASES,
     .input = case_steps_input,
     .output = "StepsAnswer",
     .summary = {"办理一步或几步", "Take one or more steps"}},
    {.method = "POST",
     .path = "/api/v1/cases/{id}/reveal",
     .handler = post_reveal,
     .right = RIGHT_REVEAL,
     .input = reveal_input,
     .output = "Contact",
     .summary = {"查看联系方式（留痕）", "Look up the contact (logged)"}},
    {.method = "POST",
     .path = "/api/v1/cases/{id}/erase",
     .handler = post_erase,
     .right = RIGHT_ERASE,
     .input = erase_input,
     .output = "Erased",
     .summary = {"删除报告人的话、联系方式和照片", "Erase what a reporter said and who it was"}},
    {.method = "POST",
     .path = "/api/v1/cases/{id}/track",
     .handler = post_track,
     .right = RIGHT_RECEIPTS,
     .input = track_input,
     .output = "TrackLink",
     .summary = {"报告人的查询链接（留痕）", "The reporter's tracking link (logged)"}},
    {.method = "POST",
     .path = "/api/v1/cases/{id}/link",
     .handler = post_link,
     .right = RIGHT_LINKS,
     .input = link_input,
     .output = "Link",
     .summary = {"再次显示一次性链接", "Show the one-task link again"}},
};

const struct route_table case_routes = ROUTE_TABLE(rows);
