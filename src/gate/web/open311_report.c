/* SPDX-License-Identifier: Apache-2.0 */
/* A report by a program with a key: through the same door as every other, channel open311. */
#include "gate/web/open311.h"

#include "base/message.h"
#include "gate/web/quota.h"
#include "gate/web/uploads.h"
#include "town/cases/links.h"

enum {
    MEDIA_URLS = 8,
    MEDIA_URL_CHARACTERS = 500,
    NAME_CHARACTERS = 30,
    TELEPHONE_CHARACTERS = 30
};

const struct field_row open311_report_input[] = {
    {.name = "api_key", .kind = FIELD_TEXT, .flags = FIELD_SECRET},
    {.name = "jurisdiction_id", .kind = FIELD_TEXT},
    {.name = "service_code", .kind = FIELD_TEXT},
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "long", .kind = FIELD_DEGREES},
    {.name = "address_string", .kind = FIELD_TEXT},
    {.name = "address_id", .kind = FIELD_TEXT},
    {.name = "email", .kind = FIELD_TEXT},
    {.name = "device_id", .kind = FIELD_TEXT},
    {.name = "account_id", .kind = FIELD_TEXT},
    {.name = "first_name", .kind = FIELD_TEXT, .max = NAME_CHARACTERS},
    {.name = "last_name", .kind = FIELD_TEXT, .max = NAME_CHARACTERS},
    {.name = "phone", .kind = FIELD_TEXT, .max = TELEPHONE_CHARACTERS},
    {.name = "description", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "media_url",
     .kind = FIELD_TEXT,
     .flags = FIELD_LIST,
     .max = MEDIA_URL_CHARACTERS,
     .max_items = MEDIA_URLS},
    {.name = "media", .kind = FIELD_ANY, .flags = FIELD_LIST, .max_items = LIMIT_PHOTOS_PER_STEP},
    {.name = "media[]", .kind = FIELD_ANY, .flags = FIELD_LIST, .max_items = LIMIT_PHOTOS_PER_STEP},
    {.name = "photo", .kind = FIELD_ANY, .flags = FIELD_PREFIX | FIELD_LIST},
    {.name = "file_", .kind = FIELD_ANY, .flags = FIELD_PREFIX | FIELD_LIST},
    {.name = "attribute[",
     .kind = FIELD_TEXT,
     .flags = FIELD_PREFIX | FIELD_LIST,
     .max = LIMIT_TEXT_CHARACTERS},
    {0}};

/* ---- who */

static bool check_key(struct request *rq, struct api_key *key, struct err *err) {
    struct quota *quota = visit_service(rq)->quota;
    struct source *source = installation_source(visit_service(rq)->installation);

    if (!open311_find_key(rq, input_str(rq, "api_key"), key, err)) {
        return false;
    }
    if (key->id == 0) {
        return fail(err, E_API_KEY, "api_key");
    }
    return quota == NULL ||
           quota_take(quota, key->id, key->per_minute, source->now_us(source), err);
}

static bool is_ascii(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* Family name first in Chinese and without a blank, the other way round in letters. */
static struct str full_name(struct request *rq) {
    struct str first = str_trim(input_str(rq, "first_name"));
    struct str last = str_trim(input_str(rq, "last_name"));

    if (first.n == 0 || last.n == 0) {
        return first.n > 0 ? first : last;
    }
    return is_ascii(first) && is_ascii(last)
               ? arena_format(rq->arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last))
               : arena_format(rq->arena, "%.*s%.*s", STR_ARG(last), STR_ARG(first));
}

/* ---- where */

static bool find_place(struct request *rq, struct str code, const char *field, int64_t *place,
                       struct err *err) {
    const struct place *p;

    if (code.n == 0 || *place != 0) {
        return true;
    }
    p = town_place_by_code(visit_town(rq), visit_office(rq), code);
    if (p == NULL) {
        return fail1(err, E_PLACE, field, code);
    }
    *place = p->id;
    return true;
}

/* The value of attribute[estate], also sent as attribute[estate][]. */
static struct str estate_of(struct request *rq) {
    const struct json *list = input_list(rq, "attribute[estate]");

    list = list != NULL ? list : input_list(rq, "attribute[estate][]");
    return list == NULL ? (struct str){0} : str_trim(list->text);
}

static bool read_point(struct request *rq, struct case_report *report, struct err *err) {
    bool has_lat = input_has(rq, "lat");
    bool has_long = input_has(rq, "long");

    if (has_lat != has_long) {
        return fail1(err, E_REQUIRED, has_lat ? "long" : "lat", has_lat ? STR("long") : STR("lat"));
    }
    report->has_point = has_lat;
    report->wgs84_lat = input_degrees(rq, "lat");
    report->wgs84_lon = input_degrees(rq, "long");
    return report->wgs84_lat >= -900000000 && report->wgs84_lat <= 900000000
               ? true
               : fail2(err, E_RANGE, "lat", STR("lat"), STR("-90–90"));
}

static bool read_where(struct request *rq, struct case_report *report, struct err *err) {
    report->address = str_trim(input_str(rq, "address_string"));
    if (!read_point(rq, report, err) ||
        !find_place(rq, str_trim(input_str(rq, "address_id")), "address_id", &report->place, err)) {
        return false;
    }
    if (!report->has_point && report->address.n == 0 && report->place == 0) {
        return fail1(err, E_REQUIRED, "lat", STR("lat + long, address_string, address_id"));
    }
    return find_place(rq, estate_of(rq), "attribute[estate]", &report->place, err);
}

/* ---- what */

static bool is_address(struct str url) {
    return str_starts(url, STR("http://")) || str_starts(url, STR("https://"));
}

/* Addresses of pictures elsewhere are kept as words: the server never fetches what a stranger
 * names. */
static bool read_text(struct request *rq, const struct catalogue_class *class,
                      struct case_report *report, struct err *err) {
    struct str description = str_trim(input_str(rq, "description"));
    struct buf b = buf_make(rq->arena, 64 * 1024);

    buf_put(&b, description.n > 0 ? description : class->name[LANGUAGE_ZH]);
    for (const struct json *url = input_list(rq, "media_url"); url != NULL; url = url->next) {
        if (!is_address(url->text)) {
            return fail2(err, E_FIELD_TYPE, "media_url", STR("media_url"), STR("http(s)://…"));
        }
        buf_c(&b, url == input_list(rq, "media_url") ? "\n\n" : "\n");
        buf_c(&b, "media_url: ");
        buf_put(&b, url->text);
    }
    report->text = buf_str(&b);
    return true;
}

/* Names of file parts that programs elsewhere send photos under. */
static bool is_photo_name(struct str name) {
    return str_is(name, "media") || str_is(name, "media[]") || str_starts(name, STR("photo")) ||
           str_starts(name, STR("file_"));
}

/* The files of the form, made safe like every photo. A file field that was left empty is none. */
static bool read_photos(struct request *rq, struct case_report *report, struct err *err) {
    for (size_t i = 0; i < rq->form_count; i++) {
        const struct pair *part = &rq->form[i];
        struct kept_photo photo;

        if (!is_photo_name(part->name) || part->value.n == 0) {
            continue;
        }
        if (part->file_name.p == NULL) {
            return fail2(err, E_FIELD_TYPE, "media", part->name, STR("multipart/form-data"));
        }
        if (report->photo_count == LIMIT_PHOTOS_PER_STEP) {
            return fail2(err, E_TOO_MANY, "media", part->name,
                         arena_format(rq->arena, "%d", LIMIT_PHOTOS_PER_STEP));
        }
        if (!upload_keep(rq, ACTOR_PROGRAM, part->value, &photo, err)) {
            return false;
        }
        report->photos[report->photo_count++] = photo.token;
    }
    return true;
}

static bool read_report(struct request *rq, struct case_report *report, struct err *err) {
    const struct catalogue *c = town_catalogue(visit_town(rq), 0);
    const struct catalogue_class *class;
    struct str code = str_trim(input_str(rq, "service_code"));

    if (code.n == 0) {
        return fail1(err, E_REQUIRED, "service_code", STR("service_code"));
    }
    if (!open311_fetch_class(c, code, &class, err) || !read_where(rq, report, err) ||
        !read_text(rq, class, report, err)) {
        return false;
    }
    report->procedure = open311_procedure(c, class)->code;
    report->class = class->code;
    report->name = full_name(rq);
    report->telephone = str_trim(input_str(rq, "phone"));
    report->email = str_trim(input_str(rq, "email"));
    return true;
}

/* ---- the answer */

static bool load_case(struct request *rq, int64_t case_id, struct case_file *c, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_CASE_FETCH);

    stmt_bind_int(q, 1, case_id);
    if (stmt_next(q)) {
        case_read_row(q, rq->arena, c);
    }
    return stmt_end(q, err);
}

/* What happens next, and the link for the person: only the program that posted gets it. */
static struct str notice_of(struct request *rq, const struct case_file *c, int64_t voice) {
    const struct service *s = visit_service(rq);
    struct str token = link_token(rq->arena, installation_keys(s->installation), LINK_TRACK, voice);
    enum message_code code = c->outside != 0               ? M_OPEN311_NOTICE_OUTSIDE
                             : c->state == STATE_VERIFYING ? M_OPEN311_NOTICE_VERIFY
                                                           : M_OPEN311_NOTICE;

    return message_format(rq->arena, code, rq->language, c->number,
                          arena_format(rq->arena, "%s/t/%.*s", s->public_url, STR_ARG(token)),
                          (struct str){0});
}

static bool answer_reported(struct request *rq, const struct command *done, struct err *err) {
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct open311_out o = open311_begin(rq);

    if (!load_case(rq, done->subject, c, err)) {
        return false;
    }
    open311_list(&o, "service_requests");
    open311_object(&o, "request");
    open311_text(&o, "service_request_id", c->number);
    open311_text(&o, "service_notice", notice_of(rq, c, done->voice));
    open311_text(&o, "account_id", (struct str){0});
    open311_close(&o);
    open311_close(&o);
    return open311_end(rq, &o, err);
}

bool open311_post_request(struct request *rq, struct err *err) {
    struct case_report report = {.channel = CHANNEL_OPEN311, .photo_owner = ACTOR_PROGRAM};
    struct actor actor = {.account = ACTOR_PROGRAM, .language = rq->language};
    struct command done;
    struct api_key key;

    if (!check_key(rq, &key, err) ||
        !open311_check_jurisdiction(rq, input_str(rq, "jurisdiction_id"), err) ||
        !read_report(rq, &report, err) || !read_photos(rq, &report, err)) {
        return false;
    }
    report.program = key.id;
    return visit_command(rq, &case_report, &actor, &report, &done, err) &&
           answer_reported(rq, &done, err);
}
