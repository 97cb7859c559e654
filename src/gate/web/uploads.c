/* SPDX-License-Identifier: Apache-2.0 */
/* Photos in and out. In: streamed to a file, made safe by the photo worker, kept under a random
 * name until a command takes it. Out: by case and scope for staff, by a keyed token for the holder
 * of a link; never by name or hash. */
#include "gate/web/uploads.h"

#include "base/file.h"
#include "gate/exchange/photo.h"
#include "gate/exchange/qr.h"
#include "town/cases/case_scope.h"
#include "town/cases/hand_over.h"
#include "town/cases/links.h"

#include <inttypes.h>
#include <unistd.h>

enum { NAME_BYTES = 16, KEEP_HOURS = 2 };

static struct str picture_path(struct request *rq, struct str file, bool thumb) {
    struct str folder = installation_attachments(visit_service(rq)->installation);

    return arena_format(rq->arena, "%.*s/%.*s%s.jpg", STR_ARG(folder), STR_ARG(file),
                        thumb ? ".thumb" : "");
}

static bool keep_row(struct request *rq, int64_t owner, struct str token, const struct photo *p,
                     struct err *err) {
    struct installation *i = visit_service(rq)->installation;
    struct hash digest = hash_sha256(p->full);
    struct store *s = installation_side(i);
    struct stmt *q = store_sql(s, SQL_UPLOADS_INSERT);
    bool ok;

    stmt_bind_int(q, 1, visit_office(rq));
    stmt_bind_int(q, 2, owner);
    stmt_bind_text(q, 3, token);
    stmt_bind_bytes(q, 4, hash_bytes(&digest));
    stmt_bind_int(q, 5, (int64_t)p->full.n);
    stmt_bind_int(q, 6, p->width);
    stmt_bind_int(q, 7, p->height);
    stmt_bind_int(q, 8, installation_source(i)->now_us(installation_source(i)));
    ok = stmt_run_one(q, err);
    installation_return_side(i);
    return ok;
}

bool upload_keep(struct request *rq, int64_t owner, struct str bytes, struct kept_photo *out,
                 struct err *err) {
    struct source *source = installation_source(visit_service(rq)->installation);
    char *name = arena_bytes(rq->arena, NAME_BYTES);
    struct photo photo;

    source->fill(source, name, NAME_BYTES);
    out->token = hex_write(rq->arena, (struct str){name, NAME_BYTES});
    if (!photo_take(visit_service(rq)->photos, rq->arena, bytes, &photo, err) ||
        !file_write(rq->arena, picture_path(rq, out->token, false).p, photo.full, 0600, err) ||
        !file_write(rq->arena, picture_path(rq, out->token, true).p, photo.thumb, 0600, err) ||
        !keep_row(rq, owner, out->token, &photo, err)) {
        return false;
    }
    out->width = photo.width;
    out->height = photo.height;
    return uploads_sweep(visit_service(rq), err);
}

static bool take_upload(struct request *rq, int64_t owner, struct err *err) {
    struct kept_photo photo;
    struct str bytes;
    struct json_out o;

    if (rq->upload.path == NULL) {
        return fail(err, E_PHOTO, "");
    }
    if (!file_read(rq->arena, rq->upload.path, LIMIT_PHOTO_BYTES, &bytes, err) ||
        !upload_keep(rq, owner, bytes, &photo, err)) {
        return false;
    }
    o = answer_json_begin(rq, 201, '{');
    json_str(&o, "id", photo.token);
    json_int(&o, "width", photo.width);
    json_int(&o, "height", photo.height);
    return answer_json_end(rq, &o, err);
}

static bool post_upload(struct request *rq, struct err *err) {
    return take_upload(rq, visit_account(rq)->id, err);
}

static bool post_public_upload(struct request *rq, struct err *err) {
    return take_upload(rq, ACTOR_RESIDENT, err);
}

static bool turn_one(struct store *s, int64_t from, int64_t to, struct str token, struct err *err) {
    struct stmt *q = store_sql(s, SQL_UPLOADS_COPY);

    stmt_bind_int(q, 1, from);
    stmt_bind_text(q, 2, token);
    stmt_bind_int(q, 3, ACTOR_RESIDENT);
    stmt_bind_int(q, 4, to);
    if (!stmt_run(q, err)) {
        return false;
    }
    q = store_sql(s, SQL_UPLOADS_DELETE);
    stmt_bind_int(q, 1, from);
    stmt_bind_text(q, 2, token);
    return stmt_run(q, err);
}

bool uploads_turn(struct request *rq, const struct str *tokens, size_t count, struct err *err) {
    struct installation *i = visit_service(rq)->installation;
    int64_t from = visit_service(rq)->office;
    struct store *s;
    bool ok;

    if (count == 0 || visit_office(rq) == from) {
        return true;
    }
    s = installation_side(i);
    ok = store_begin(s, err);
    for (size_t n = 0; ok && n < count; n++) {
        ok = turn_one(s, from, visit_office(rq), tokens[n], err);
    }
    ok = ok && store_commit(s, err);
    store_rollback(s);
    installation_return_side(i);
    return ok;
}

/* ---- out */

static bool find_in(struct request *rq, int64_t office, int64_t id, int64_t *case_id,
                    struct str *file, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_ATTACHMENTS_FETCH);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, id);
    *case_id = 0;
    if (stmt_next(q)) {
        *case_id = stmt_int(q, 0);
        *file = stmt_text(q, 1, rq->arena);
    }
    return stmt_end(q, err);
}

/* Of the visitor's office, or of the one from which a case was handed over: which it is, the number
 * of a photo does not say. */
static bool find_file(struct request *rq, int64_t id, int64_t *case_id, struct str *file,
                      struct err *err) {
    const struct town *t = visit_town(rq);

    if (!find_in(rq, visit_office(rq), id, case_id, file, err)) {
        return false;
    }
    for (size_t i = 0; *case_id == 0 && i < t->office_count; i++) {
        if (!find_in(rq, t->offices[i].id, id, case_id, file, err)) {
            return false;
        }
    }
    return *case_id > 0 || fail1(err, E_NOT_FOUND, "", arena_format(rq->arena, "%" PRId64, id));
}

/* Who may see the case, or the one as which it went on in another office. */
static bool may_see(struct request *rq, int64_t case_id, struct err *err) {
    struct hand_over there = {.case_id = case_id};
    struct err ignored;

    for (int n = 0; n < HAND_OVER_MOST && there.case_id > 0; n++) {
        struct case_file *c = arena_new(rq->arena, struct case_file);
        bool found;

        if (!case_load(visit_store(rq), rq->arena, there.case_id, c, &found, err)) {
            return false;
        }
        if (visit_may_see(rq, c, &ignored)) {
            return true;
        }
        if (!hand_over_of(visit_store(rq), rq->arena, c, &there, err)) {
            return false;
        }
    }
    return fail1(err, E_NOT_FOUND, "", arena_format(rq->arena, "%" PRId64, case_id));
}

static bool answer_picture(struct request *rq, struct str file, const char *cache,
                           struct err *err) {
    bool thumb = str_is(query_str(rq, "size"), "thumb");

    return answer_file(rq, "image/jpeg", picture_path(rq, file, thumb).p, file, cache, err);
}

static bool get_attachment(struct request *rq, struct err *err) {
    struct str file;
    int64_t case_id;

    return find_file(rq, path_id(rq), &case_id, &file, err) && may_see(rq, case_id, err) &&
           answer_picture(rq, file, "private, max-age=86400", err);
}

bool upload_answer(struct request *rq, int64_t id, const char *cache, struct err *err) {
    struct str file;
    int64_t case_id;

    return find_file(rq, id, &case_id, &file, err) && answer_picture(rq, file, cache, err);
}

static bool get_qr(struct request *rq, struct err *err) {
    struct str svg;

    return qr_svg(rq->arena, query_str(rq, "text"), &svg, err) &&
           answer_bytes(rq, "image/svg+xml", svg, (struct str){0}, "public, max-age=3600");
}

/* ---- photos that nobody took within two hours */

bool uploads_sweep(struct service *s, struct err *err) {
    struct arena *a = arena_open();
    struct source *source = installation_source(s->installation);
    struct store *store = installation_side(s->installation);
    struct stmt *q = store_sql(store, SQL_UPLOADS_OLD);
    int64_t offices[100];
    struct str tokens[100];
    bool used[100];
    size_t count = 0;
    bool ok;

    stmt_bind_int(q, 1, source->now_us(source) - KEEP_HOURS * HOUR_US);
    while (count < 100 && stmt_next(q)) {
        offices[count] = stmt_int(q, 0);
        tokens[count] = stmt_text(q, 1, a);
        used[count++] = stmt_int(q, 2) != 0;
    }
    ok = stmt_end(q, err);
    for (size_t i = 0; ok && i < count; i++) {
        struct str folder = installation_attachments(s->installation);

        if (!used[i]) {
            unlink(arena_format(a, "%.*s/%.*s.jpg", STR_ARG(folder), STR_ARG(tokens[i])).p);
            unlink(arena_format(a, "%.*s/%.*s.thumb.jpg", STR_ARG(folder), STR_ARG(tokens[i])).p);
        }
        q = store_sql(store, SQL_UPLOADS_DELETE);
        stmt_bind_int(q, 1, offices[i]);
        stmt_bind_text(q, 2, tokens[i]);
        ok = stmt_run(q, err);
    }
    installation_return_side(s->installation);
    arena_close(a);
    return ok;
}

const struct field_row upload_size_query[] = {
    {.name = "size", .kind = FIELD_CHOICE, .choices = "thumb|full"}, {0}};
static const struct field_row qr_query[] = {
    {.name = "text", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 400}, {0}};

static const struct route rows[] = {
    {.method = "POST",
     .path = "/api/v1/uploads",
     .handler = post_upload,
     .right = RIGHT_SIGNED_IN,
     .flags = ROUTE_UPLOAD,
     .output = "Upload",
     .status = 201,
     .summary = {"上传照片", "Upload a photo"}},
    {.method = "POST",
     .path = "/api/v1/public/uploads",
     .handler = post_public_upload,
     .per_minute = LIMIT_RESIDENT_UPLOADS,
     .flags = ROUTE_UPLOAD,
     .output = "Upload",
     .status = 201,
     .summary = {"上传照片（居民）", "Upload a photo (residents)"}},
    {.method = "GET",
     .path = "/api/v1/attachments/{id}",
     .handler = get_attachment,
     .right = RIGHT_CASES,
     .query = upload_size_query,
     .produces = "image/jpeg",
     .summary = {"照片", "A photo"}},
    {.method = "GET",
     .path = "/api/v1/public/qr",
     .handler = get_qr,
     .query = qr_query,
     .produces = "image/svg+xml",
     .summary = {"二维码", "QR code"}},
};

const struct route_table upload_routes = ROUTE_TABLE(rows);
