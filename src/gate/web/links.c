/* SPDX-License-Identifier: Apache-2.0 */
/* The one-task link of a unit without accounts: see, photo, done, or send back; nothing of the
 * reporter. */
#include "gate/web/case_input.h"
#include "gate/web/public_json.h"
#include "gate/web/uploads.h"

#include "base/mask.h"
#include "town/cases/links.h"

#include <inttypes.h>

struct link_view {
    int64_t task;
    int64_t unit;
    bool is_open;
    int64_t sent_at; /* 0 when it is not open */
    struct case_file *c;
};

static bool load_task(struct request *rq, struct link_view *l, struct err *err) {
    struct store *s = visit_store(rq);
    struct stmt *q = store_sql(s, SQL_TASK_FETCH);
    struct case_task *lead;
    int64_t case_id = 0;
    bool found;

    stmt_bind_int(q, 1, l->task);
    if (stmt_next(q)) {
        case_id = stmt_int(q, 0);
        l->unit = stmt_int(q, 1);
    }
    l->c = arena_new(rq->arena, struct case_file);
    if (!stmt_end(q, err) || !case_load(s, rq->arena, case_id, l->c, &found, err)) {
        return false;
    }
    lead = found ? case_open_task(l->c, TASK_LEAD, 0) : NULL;
    visit_turn_to(rq, l->c->office);
    l->is_open = lead != NULL && lead->id == l->task;
    l->sent_at = l->is_open ? lead->sent_at : 0;
    return found || fail(err, E_LINK, "");
}

static bool load_link(struct request *rq, struct link_view *l, struct err *err) {
    const struct keys *keys = installation_keys(visit_service(rq)->installation);

    return link_read(rq->arena, keys, LINK_TASK, path_str(rq, "token"), &l->task)
               ? load_task(rq, l, err)
               : fail(err, E_LINK, "");
}

/* A photo of a task goes with it: when that is done or withdrawn, its address is worth nothing. */
static bool get_photo(struct request *rq, struct err *err) {
    const struct keys *keys = installation_keys(visit_service(rq)->installation);
    struct link_view l = {0};
    int64_t photo;

    if (link_read(rq->arena, keys, LINK_MEDIA, path_str(rq, "token"), &photo)) {
        return upload_answer(rq, photo, "private, max-age=86400", err);
    }
    if (!link_photo_read(rq->arena, keys, path_str(rq, "token"), &l.task, &photo)) {
        return fail(err, E_LINK, "");
    }
    return load_task(rq, &l, err) && (l.is_open || fail(err, E_LINK_USED, "")) &&
           upload_answer(rq, photo, "no-store", err);
}

static bool get_link(struct request *rq, struct err *err) {
    struct link_view l = {0};
    struct case_view v;
    struct json_out o;

    if (!load_link(rq, &l, err)) {
        return false;
    }
    v = case_view_make(rq);
    o = answer_json_begin(rq, 200, '{');
    json_str(&o, "unit", view_unit_name(&v, l.unit));
    json_bool(&o, "open", l.is_open);
    return answer_json_end(rq, &o, err);
}

/* The PIN, with few tries for each task. Whether the task is still open is for the door to say: it
 * answers a repeat of what was done as it did before. */
static bool check_pin(struct request *rq, const struct link_view *l, struct err *err) {
    struct installation *i = visit_service(rq)->installation;
    struct str tries = arena_format(rq->arena, "pin:%" PRId64, l->task);
    struct str pin = link_pin(rq->arena, installation_keys(i), l->task);
    int64_t left;

    if (!tries_check(i, tries, err)) {
        return false;
    }
    if (hash_same(pin, str_trim(input_str(rq, "pin")))) {
        return tries_forget(i, tries, err);
    }
    return tries_failed(i, tries, &left, err) &&
           fail1(err, E_PIN, "pin", arena_format(rq->arena, "%" PRId64, left));
}

/* Of a sensitive or confidential matter the link says no more than its class and place. */
static bool is_hidden(const struct case_view *v, const struct case_file *c) {
    const struct catalogue_class *class =
        catalogue_class(town_catalogue(v->town, c->version), c->class);

    return c->confidential != 0 || (class != NULL && class->sensitive);
}

static bool write_photos(struct case_view *v, struct json_out *o, const struct link_view *l,
                         struct err *err) {
    const struct keys *keys = installation_keys(visit_service(v->rq)->installation);
    struct stmt *q = store_sql(v->store, SQL_ATTACHMENTS_TASK);

    json_open(o, "photos", '[');
    stmt_bind_int(q, 1, l->c->id);
    stmt_bind_int(q, 2, l->sent_at);
    while (l->is_open && !is_hidden(v, l->c) && stmt_next(q)) {
        json_str(o, NULL, link_photo_token(v->rq->arena, keys, l->task, stmt_int(q, 0)));
    }
    json_close(o, ']');
    return stmt_end(q, err);
}

static bool answer_task(struct request *rq, const struct link_view *l, struct err *err) {
    struct case_view v = case_view_make(rq);
    const struct catalogue_class *class =
        catalogue_class(town_catalogue(v.town, l->c->version), l->c->class);
    struct stmt *q = store_sql(v.store, SQL_CASE_REPORT_TEXT);
    struct json_out o = answer_json_begin(rq, 200, '{');
    bool hidden = is_hidden(&v, l->c);

    json_str(&o, "number", l->c->number);
    json_str(&o, "class_name", view_class_name(&v, l->c->class));
    json_str(&o, "where", public_where(&v, l->c));
    json_str(&o, "unit", view_unit_name(&v, l->unit));
    if (l->c->cell > 0 && !hidden) {
        json_fixed(&o, "lat", l->c->wgs84_lat, 7);
        json_fixed(&o, "lon", l->c->wgs84_lon, 7);
    }
    stmt_bind_int(q, 1, l->c->id);
    json_str(&o, "text",
             stmt_next(q) && !hidden ? mask_numbers(rq->arena, stmt_text(q, 0, rq->arena))
                                     : view_class_name(&v, l->c->class));
    if (!stmt_end(q, err) || !write_photos(&v, &o, l, err)) {
        return false;
    }
    write_time(&v, &o, "due_at", l->c->due_at);
    json_str(&o, "state", l->is_open ? STR("open") : STR("done"));
    json_bool(&o, "photo_needed", class != NULL && class->photo);
    return answer_json_end(rq, &o, err);
}

static bool post_link_open(struct request *rq, struct err *err) {
    struct link_view l = {0};

    if (!load_link(rq, &l, err) || (!l.is_open && !fail(err, E_LINK_USED, ""))) {
        return false;
    }
    return check_pin(rq, &l, err) && answer_task(rq, &l, err);
}

static bool take_steps(struct request *rq, struct link_view *l, struct case_steps *steps,
                       struct err *err) {
    struct actor actor = {.account = ACTOR_LINK, .language = rq->language};
    struct command done;
    bool found;

    steps->case_id = l->c->id;
    steps->task = l->task;
    steps->photo_owner = ACTOR_RESIDENT; /* uploads without a session */
    if (!uploads_turn(rq, steps->steps[steps->count - 1].photos,
                      steps->steps[steps->count - 1].photo_count, err) ||
        !visit_command(rq, &case_step, &actor, steps, &done, err) ||
        !case_load(visit_store(rq), rq->arena, l->c->id, l->c, &found, err)) {
        return false;
    }
    l->is_open = false;
    return answer_task(rq, l, err);
}

static bool post_link_done(struct request *rq, struct err *err) {
    struct link_view l = {0};
    struct case_steps *steps = arena_new(rq->arena, struct case_steps);
    struct step_input *in;

    if (!load_link(rq, &l, err) || !check_pin(rq, &l, err)) {
        return false;
    }
    if (l.c->state == STATE_TO_SIGN) {
        steps->steps[steps->count++].step = STEP_SIGN_FOR;
    }
    in = &steps->steps[steps->count++];
    in->step = STEP_HANDLE;
    in->outcome = OUTCOME_SOLVED;
    in->text = input_str(rq, "text");
    in->photo_count = photos_read(input_list(rq, "photos"), in->photos);
    return take_steps(rq, &l, steps, err);
}

static bool post_link_bounce(struct request *rq, struct err *err) {
    struct link_view l = {0};
    struct case_steps *steps = arena_new(rq->arena, struct case_steps);

    if (!load_link(rq, &l, err) || !check_pin(rq, &l, err)) {
        return false;
    }
    steps->count = 1;
    steps->steps[0].step = STEP_BOUNCE;
    steps->steps[0].reason = input_str(rq, "reason");
    return take_steps(rq, &l, steps, err);
}

static const struct field_row pin_input[] = {
    {.name = "pin", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 12}, {0}};
static const struct field_row done_input[] = {
    {.name = "pin", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 12},
    {.name = "text", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 1000},
    {.name = "photos",
     .kind = FIELD_TEXT,
     .flags = FIELD_LIST,
     .max = 64,
     .max_items = LIMIT_PHOTOS_PER_STEP},
    {0}};
static const struct field_row bounce_input[] = {
    {.name = "pin", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_SECRET, .max = 12},
    {.name = "reason", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 1000},
    {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/public/link/{token}",
     .handler = get_link,
     .output = "LinkOpen",
     .summary = {"一次性任务链接", "A one-task link"}},
    {.method = "POST",
     .path = "/api/v1/public/link/{token}",
     .handler = post_link_open,
     .per_minute = LIMIT_RESIDENT_TRIES,
     .input = pin_input,
     .output = "LinkTask",
     .summary = {"输入口令看任务", "Open the task with its PIN"}},
    {.method = "POST",
     .path = "/api/v1/public/link/{token}/done",
     .handler = post_link_done,
     .per_minute = LIMIT_RESIDENT_TRIES,
     .input = done_input,
     .output = "LinkTask",
     .summary = {"办好了", "It is done"}},
    {.method = "POST",
     .path = "/api/v1/public/link/{token}/bounce",
     .handler = post_link_bounce,
     .per_minute = LIMIT_RESIDENT_TRIES,
     .input = bounce_input,
     .output = "LinkTask",
     .summary = {"不归我们，退回", "Send it back"}},
    {.method = "GET",
     .path = "/api/v1/public/photos/{token}",
     .handler = get_photo,
     .query = upload_size_query,
     .produces = "image/jpeg",
     .summary = {"照片（凭链接）", "A photo (by link)"}},
};

const struct route_table link_routes = ROUTE_TABLE(rows);
