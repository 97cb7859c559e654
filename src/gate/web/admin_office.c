/* SPDX-License-Identifier: Apache-2.0 */
/* What the administrator looks at and does not change here: definitions in force, the state of the
 * system; and with the auditor who signed in, looked something up or exported. */
#include "gate/web/service.h"

#include "base/file.h"
#include "base/time_text.h"
#include "town/nightly.h"

#include <inttypes.h>
#include <string.h>

static void put_time(struct request *rq, struct json_out *o, const char *name, int64_t at_us) {
    const struct office *office = town_office(visit_town(rq), visit_office(rq));

    json_str(o, name, time_write(rq->arena, at_us, office->offset_minutes));
}

/* ---- definitions */

static struct str class_name(struct request *rq, const struct catalogue *c, struct str of) {
    const struct catalogue_class *class = catalogue_class(c, of);

    return class == NULL ? (struct str){0} : class->name[rq->language];
}

/* "@community" and "@estate" stay as they are; the page words them. */
static struct str unit_name(struct request *rq, struct str code) {
    const struct unit *u = town_unit_by_code(visit_town(rq), visit_office(rq), code);

    return u == NULL ? code : u->name[rq->language];
}

static struct str place_name(struct request *rq, struct str code) {
    const struct place *p = town_place_by_code(visit_town(rq), visit_office(rq), code);

    return p == NULL ? (struct str){0} : p->name[rq->language];
}

static void write_route(struct request *rq, struct json_out *o, const struct catalogue *c,
                        const struct catalogue_route *r) {
    json_open(o, NULL, '{');
    json_str(o, "class", r->of);
    json_str_or_null(o, "class_name", class_name(rq, c, r->of));
    json_str(o, "line", r->line);
    json_str(o, "place", r->place);
    json_str_or_null(o, "place_name", place_name(rq, r->place));
    json_str(o, "unit", unit_name(rq, r->unit));
    json_open(o, "assists", '[');
    for (size_t i = 0; i < r->assist_count; i++) {
        json_str(o, NULL, unit_name(rq, r->assists[i]));
    }
    json_close(o, ']');
    json_str(o, "remark", r->remark_zh);
    json_close(o, '}');
}

static bool write_files(struct request *rq, struct json_out *o, int64_t version, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_DEFINITION_SIZES);

    json_open(o, "files", '[');
    stmt_bind_int(q, 1, version);
    while (stmt_next(q)) {
        json_open(o, NULL, '{');
        json_str(o, "name", stmt_text(q, 0, rq->arena));
        json_int(o, "bytes", stmt_int(q, 1));
        json_close(o, '}');
    }
    json_close(o, ']');
    return stmt_end(q, err);
}

static bool write_published(struct request *rq, struct json_out *o, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_DEFINITION_PUBLISHED);

    if (stmt_next(q)) {
        put_time(rq, o, "published_at", stmt_int(q, 0));
    }
    return stmt_end(q, err);
}

static void write_counts(struct json_out *o, const struct catalogue *c) {
    json_open(o, "counts", '{');
    json_int(o, "procedures", (int64_t)c->procedure_count);
    json_int(o, "categories", (int64_t)c->category_count);
    json_int(o, "classes", (int64_t)c->class_count);
    json_int(o, "conditions", (int64_t)c->condition_count);
    json_int(o, "routes", (int64_t)c->route_count);
    json_int(o, "templates", (int64_t)c->template_count);
    json_close(o, '}');
}

static bool get_definitions(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    const struct catalogue *c = town_catalogue(t, 0);
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_int(&o, "version", t->version);
    if (!write_published(rq, &o, err) || !write_files(rq, &o, t->version, err)) {
        return false;
    }
    write_counts(&o, c);
    json_open(&o, "routes", '[');
    for (size_t i = 0; i < c->route_count; i++) {
        write_route(rq, &o, c, &c->routes[i]);
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- the audit log */

enum { AUDIT_PAGE = 100 };

/* Whom or what it was about, in a word: an account's login, a case's number for those who may see
 * cases, else nothing. */
static bool subject_of(struct request *rq, const struct audit_entry *e, struct str *out,
                       struct err *err) {
    const struct account *about = town_account(visit_town(rq), e->subject);
    struct stmt *q;

    *out = (struct str){0};
    if (str_is(e->what, "sign_in") || str_is(e->what, "sign_in_failed") ||
        str_is(e->what, "password") || str_is(e->what, "password_sealed")) {
        *out = about == NULL ? *out : about->login;
        return true;
    }
    if (!str_is(e->what, "reveal") || !access_may(visit_account(rq), RIGHT_CASES)) {
        return true;
    }
    q = store_sql(visit_store(rq), SQL_VOICE_CASE_NUMBER);
    stmt_bind_int(q, 1, e->subject);
    if (stmt_next(q)) {
        *out = stmt_text(q, 0, rq->arena);
    }
    return stmt_end(q, err);
}

static bool write_entry(struct request *rq, struct json_out *o, const struct audit_entry *e,
                        struct err *err) {
    const struct account *actor = town_account(visit_town(rq), e->actor);
    struct str subject;

    if (!subject_of(rq, e, &subject, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_int(o, "number", e->number);
    put_time(rq, o, "at", e->at);
    json_str_or_null(o, "actor", actor == NULL ? (struct str){0} : actor->name);
    json_str(o, "what", e->what);
    json_str_or_null(o, "subject", subject);
    json_str(o, "remark", str_ends(e->what, STR("_sealed")) ? (struct str){0} : e->remark);
    json_close(o, '}');
    return true;
}

static bool get_audit(struct request *rq, struct err *err) {
    struct audit_entry *entries = arena_array(rq->arena, struct audit_entry, AUDIT_PAGE);
    size_t count;
    struct json_out o;

    if (!audit_page(visit_store(rq), rq->arena, query_int(rq, "before", 0), query_str(rq, "what"),
                    AUDIT_PAGE, entries, &count, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "entries", '[');
    for (size_t i = 0; i < count; i++) {
        if (!write_entry(rq, &o, &entries[i], err)) {
            return false;
        }
    }
    json_close(&o, ']');
    if (count == AUDIT_PAGE) {
        json_int(&o, "next", entries[count - 1].number);
    } else {
        json_none(&o, "next");
    }
    return answer_json_end(rq, &o, err);
}

/* ---- the system */

static bool write_ledgers(struct request *rq, struct json_out *o, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_LEDGER_HEADS);

    json_open(o, "ledgers", '[');
    while (stmt_next(q)) {
        json_open(o, NULL, '{');
        json_int(o, "office", stmt_int(q, 0));
        json_int(o, "number", stmt_int(q, 1));
        put_time(rq, o, "at", stmt_int(q, 2));
        json_close(o, '}');
    }
    json_close(o, ']');
    return stmt_end(q, err);
}

/* Red when the newest is older than two days: one missed night and the next one too; and when the
 * last drill is longer ago than a quarter. */
enum { BACKUP_LATE_DAYS = 2, DRILL_LATE_DAYS = 100 };

static bool is_failing(const struct service *s, const char *name) {
    struct keeper_figures jobs[KEEPER_JOBS];
    size_t count = keeper_list(s->keeper, jobs);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(jobs[i].name, name) == 0) {
            return jobs[i].failed_at_last;
        }
    }
    return false;
}

static bool write_backup(struct request *rq, struct json_out *o, struct err *err) {
    struct service *s = visit_service(rq);
    struct source *source = installation_source(s->installation);
    int64_t now = source->now_us(source);
    struct nightly n;

    if (!nightly_look(rq->arena, s->installation, &n, err)) {
        return false;
    }
    json_open(o, "backup", '{');
    json_bool(o, "on", n.at_minutes >= 0);
    json_int(o, "count", n.count);
    json_int(o, "last_bytes", n.last_bytes);
    if (n.last_at > 0) {
        put_time(rq, o, "last_at", n.last_at);
    }
    if (n.drilled_at > 0) {
        put_time(rq, o, "drilled_at", n.drilled_at);
    }
    json_bool(o, "drill_failed", n.drill_failed);
    json_bool(o, "drill_late", n.last_at > 0 && n.drilled_at < now - DRILL_LATE_DAYS * DAY_US);
    json_bool(o, "failing", is_failing(s, "backup"));
    json_bool(o, "late", n.last_at > 0 && n.last_at < now - BACKUP_LATE_DAYS * DAY_US);
    json_close(o, '}');
    return true;
}

static int64_t attachments_bytes(struct request *rq, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_ATTACHMENTS_BYTES);
    int64_t bytes = stmt_next(q) ? stmt_int(q, 0) : 0;

    return stmt_end(q, err) ? bytes : -1;
}

static bool get_system(struct request *rq, struct err *err) {
    struct installation *inst = visit_service(rq)->installation;
    struct str folder = installation_folder(inst);
    int64_t photos = attachments_bytes(rq, err);
    struct json_out o = answer_json_begin(rq, 200, '{');
    int64_t waiting;
    int64_t batches;
    int64_t commands;

    if (photos < 0) {
        return false;
    }
    door_numbers(installation_door(inst), &waiting, &batches, &commands);
    json_str(&o, "version", STR(LINLI_VERSION));
    json_int(&o, "schema", SCHEMA_VERSION);
    json_int(&o, "database_bytes", store_bytes(visit_store(rq)));
    json_int(&o, "photo_bytes", photos);
    json_int(&o, "free_bytes",
             folder_free_bytes(arena_format(rq->arena, "%.*s", STR_ARG(folder)).p));
    json_int(&o, "waiting", waiting);
    json_int(&o, "batches", batches);
    json_int(&o, "commands", commands);
    return write_ledgers(rq, &o, err) && write_backup(rq, &o, err) && answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct field_row audit_query[] = {
    {.name = "before", .kind = FIELD_ID}, {.name = "what", .kind = FIELD_TEXT, .max = 40}, {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/admin/definitions",
     .handler = get_definitions,
     .right = RIGHT_ADMINISTER,
     .output = "Definitions",
     .summary = {"生效的目录和派遣规则", "Definitions in force and the routing table"}},
    {.method = "GET",
     .path = "/api/v1/admin/system",
     .handler = get_system,
     .right = RIGHT_ADMINISTER,
     .output = "SystemState",
     .summary = {"系统状态", "State of the system"}},
    {.method = "GET",
     .path = "/api/v1/audit",
     .handler = get_audit,
     .right = RIGHT_AUDIT,
     .query = audit_query,
     .output = "Audit",
     .summary = {"登录、查看联系方式、导出的记录", "Who signed in, looked up a contact, exported"}},
};

const struct route_table admin_office_routes = ROUTE_TABLE(rows);
