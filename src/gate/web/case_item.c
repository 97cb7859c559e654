/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/case_json.h"

#include "base/time_text.h"

enum { TITLE_CHARACTERS = 40 };

struct case_view case_view_make(struct request *rq) {
    struct source *source = installation_source(visit_service(rq)->installation);
    const struct town *t = visit_town(rq);

    return (struct case_view){.rq = rq,
                              .town = t,
                              .store = visit_store(rq),
                              .catalogue = town_catalogue(t, 0),
                              .now = source->now_us(source)};
}

void write_ref(struct json_out *o, const char *name, int64_t id, struct str text) {
    if (id == 0) {
        return;
    }
    json_open(o, name, '{');
    json_int(o, "id", id);
    json_str(o, "name", text);
    json_close(o, '}');
}

void write_time(struct case_view *v, struct json_out *o, const char *name, int64_t at_us) {
    if (at_us > 0) {
        json_str(o, name, time_write(v->rq->arena, at_us, CHINA_OFFSET_MINUTES));
    }
}

struct str view_place_name(const struct case_view *v, int64_t place) {
    const struct place *p = town_place(v->town, place);

    return p == NULL ? (struct str){0} : p->name[v->rq->language];
}

struct str view_unit_name(const struct case_view *v, int64_t unit) {
    const struct unit *u = town_unit(v->town, unit);

    return u == NULL ? (struct str){0} : u->name[v->rq->language];
}

struct str view_class_name(const struct case_view *v, struct str class) {
    const struct catalogue_class *c = catalogue_class(v->catalogue, class);

    return c == NULL ? (struct str){0} : c->name[v->rq->language];
}

int64_t view_limit_us(enum limit_unit unit, int64_t amount, int64_t started_at, int64_t due_at) {
    if (unit != UNIT_NONE) {
        return limit_time_us(amount, unit);
    }
    return due_at > started_at ? due_at - started_at : 0;
}

static void write_clock(struct case_view *v, struct json_out *o, enum clock_kind kind,
                        int64_t amount, enum limit_unit unit, int64_t started_at, int64_t due_at,
                        int64_t provisional) {
    const struct calendar *calendar = v->town->calendar;
    enum limit_unit counted = unit == UNIT_NONE ? UNIT_NATURAL_DAY : unit;
    int64_t whole = view_limit_us(unit, amount, started_at, due_at);

    json_open(o, "clock", '{');
    json_str(o, "kind", term_code(TERMS_CLOCK, (int)kind));
    json_str(o, "name", term_name(TERMS_CLOCK, (int)kind, v->rq->language));
    json_str(o, "unit", term_code(TERMS_LIMIT_UNIT, (int)unit));
    write_time(v, o, "due_at", due_at);
    json_int(o, "limit_ms", whole / 1000);
    json_int(o, "left_ms", limit_left_us(calendar, counted, v->now, due_at) / 1000);
    json_bool(o, "running", limit_is_running(calendar, counted, v->now));
    json_bool(o, "provisional", provisional != 0);
    json_close(o, '}');
}

static bool write_next_clock(struct case_view *v, struct json_out *o, const struct case_file *c,
                             struct err *err) {
    bool is_written = false;
    struct stmt *q;

    if (c->next_due_at == 0) {
        return true;
    }
    q = store_sql(v->store, SQL_CLOCK_LIST);
    stmt_bind_int(q, 1, c->id);
    while (!is_written && stmt_next(q)) {
        is_written = stmt_int(q, 6) == 0 && stmt_int(q, 5) == c->next_due_at;
        if (is_written) {
            write_clock(v, o, (enum clock_kind)term_find(TERMS_CLOCK, stmt_view(q, 1)),
                        stmt_int(q, 2),
                        (enum limit_unit)term_find(TERMS_LIMIT_UNIT, stmt_view(q, 3)),
                        stmt_int(q, 4), stmt_int(q, 5), stmt_int(q, 7));
        }
    }
    return stmt_end(q, err);
}

bool case_write_title(struct case_view *v, struct json_out *o, const struct case_file *c,
                      struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_CASE_REPORT_TEXT);
    struct str class_name = view_class_name(v, c->class);
    struct str title = class_name.n > 0 ? class_name : c->number;

    stmt_bind_int(q, 1, c->id);
    if (stmt_next(q)) {
        struct str text = stmt_text(q, 0, v->rq->arena);
        struct str line = str_cut(&text, '\n');

        title = str_first_characters(line, TITLE_CHARACTERS);
        if (title.n < line.n) {
            title = arena_format(v->rq->arena, "%.*s…", STR_ARG(title));
        }
    }
    json_str(o, "title", title);
    return stmt_end(q, err);
}

static void write_place(struct case_view *v, struct json_out *o, const struct case_file *c) {
    write_ref(o, "place", c->community, view_place_name(v, c->community));
    write_ref(o, "estate", c->estate, view_place_name(v, c->estate));
    write_ref(o, "grid", c->grid, view_place_name(v, c->grid));
    if (c->cell != 0) {
        json_fixed(o, "lat", c->wgs84_lat, 7);
        json_fixed(o, "lon", c->wgs84_lon, 7);
        json_bool(o, "outside", c->outside != 0);
    }
}

static void write_external(struct case_view *v, struct json_out *o, const struct case_file *c) {
    if (c->external_number.n > 0) {
        json_str(o, "external_number", c->external_number);
        write_time(v, o, "external_due_at", c->external_due_at);
        json_bool(o, "filled_above", c->filled_above != 0);
    }
    write_time(v, o, "first_contact_due_at", c->first_contact_due_at);
    write_time(v, o, "first_contact_at", c->first_contact_at);
}

static void write_results(struct case_view *v, struct json_out *o, const struct case_file *c) {
    enum language language = v->rq->language;

    if (c->rating > 0) {
        json_int(o, "rating", c->rating);
    }
    if (c->solved > 0) {
        json_bool(o, "solved", c->solved == 1);
    }
    if (c->outcome != OUTCOME_NONE) {
        json_str(o, "outcome", term_code(TERMS_OUTCOME, (int)c->outcome));
        json_str(o, "outcome_name", term_name(TERMS_OUTCOME, (int)c->outcome, language));
    }
    write_time(v, o, "closed_at", c->closed_at);
}

/* The case that a merged one goes on with. */
static bool write_main(struct case_view *v, struct json_out *o, const struct case_file *c,
                       struct err *err) {
    struct stmt *q;

    if (c->state != STATE_MERGED) {
        return true;
    }
    q = store_sql(v->store, SQL_MERGE_NUMBER);
    stmt_bind_int(q, 1, c->id);
    if (stmt_next(q)) {
        write_ref(o, "main", stmt_int(q, 0), stmt_text(q, 1, v->rq->arena));
    }
    return stmt_end(q, err);
}

bool case_write_members(struct case_view *v, struct json_out *o, const struct case_file *c,
                        struct err *err) {
    enum language language = v->rq->language;
    const struct procedure *p = catalogue_procedure(v->catalogue, c->procedure);

    json_int(o, "id", c->id);
    json_str(o, "number", c->number);
    json_str(o, "procedure", c->procedure);
    json_str(o, "procedure_name", p == NULL ? c->procedure : p->name[language]);
    json_str(o, "state", term_code(TERMS_STATE, (int)c->state));
    json_str(o, "state_name", term_name(TERMS_STATE, (int)c->state, language));
    json_str(o, "channel", term_code(TERMS_CHANNEL, (int)c->channel));
    json_str(o, "channel_name", term_name(TERMS_CHANNEL, (int)c->channel, language));
    json_str_or_null(o, "class", c->class);
    json_str_or_null(o, "class_name", view_class_name(v, c->class));
    if (!case_write_title(v, o, c, err) || !write_next_clock(v, o, c, err) ||
        !write_main(v, o, c, err)) {
        return false;
    }
    write_place(v, o, c);
    write_ref(o, "unit", c->unit, view_unit_name(v, c->unit));
    write_time(v, o, "reported_at", c->reported_at);
    write_time(v, o, "due_at", c->due_at > 0 ? c->due_at : c->next_due_at);
    json_bool(o, "late", c->late != 0 || (c->late_after > 0 && c->late_after < v->now));
    json_int(o, "returns", c->returns);
    json_int(o, "reworks", c->reworks);
    json_int(o, "photos", c->photos);
    write_external(v, o, c);
    write_results(v, o, c);
    json_bool(o, "confidential", c->confidential != 0);
    json_bool(o, "leader_waiting", c->leader_waiting != 0);
    json_int(o, "last_event", c->last_event);
    return true;
}

bool case_write_item(struct case_view *v, struct json_out *o, const char *name,
                     const struct case_file *c, struct err *err) {
    json_open(o, name, '{');
    if (!case_write_members(v, o, c, err)) {
        return false;
    }
    json_int(o, "voices", c->voices);
    json_close(o, '}');
    return true;
}

void case_items_ahead(struct case_view *v, const int64_t *ids, size_t count) {
    static const enum sql_id asked[] = {SQL_CASE_FETCH, SQL_CASE_REPORT_TEXT, SQL_CLOCK_LIST};

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof asked / sizeof asked[0]; k++) {
            struct stmt *q = store_sql(v->store, asked[k]);

            stmt_bind_int(q, 1, ids[i]);
            stmt_ahead(q);
        }
    }
}

bool case_write_item_id(struct case_view *v, struct json_out *o, const char *name, int64_t id,
                        struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_CASE_FETCH);
    struct case_file *c = arena_new(v->rq->arena, struct case_file);
    bool found;

    stmt_bind_int(q, 1, id);
    found = stmt_next(q);
    if (found) {
        case_read_row(q, v->rq->arena, c);
    }
    return stmt_end(q, err) && (!found || case_write_item(v, o, name, c, err));
}
