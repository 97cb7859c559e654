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

static void write_clock(struct case_view *v, struct json_out *o, const struct case_clock *k) {
    const struct calendar *calendar = v->town->calendar;
    enum limit_unit counted = k->unit == UNIT_NONE ? UNIT_NATURAL_DAY : k->unit;
    int64_t whole = view_limit_us(k->unit, k->amount, k->started_at, k->due_at);

    json_open(o, "clock", '{');
    json_str(o, "kind", term_code(TERMS_CLOCK, (int)k->kind));
    json_str(o, "name", term_name(TERMS_CLOCK, (int)k->kind, v->rq->language));
    json_str(o, "unit", term_code(TERMS_LIMIT_UNIT, (int)k->unit));
    write_time(v, o, "due_at", k->due_at);
    json_int(o, "limit_ms", whole / 1000);
    json_int(o, "left_ms", limit_left_us(calendar, counted, v->now, k->due_at) / 1000);
    json_bool(o, "running", limit_is_running(calendar, counted, v->now));
    json_bool(o, "provisional", k->provisional != 0);
    json_close(o, '}');
}

static void write_next_clock(struct case_view *v, struct json_out *o, const struct case_file *c) {
    for (size_t i = 0; c->next_due_at > 0 && i < c->clock_count; i++) {
        if (c->clocks[i].stopped_at == 0 && c->clocks[i].due_at == c->next_due_at) {
            write_clock(v, o, &c->clocks[i]);
            return;
        }
    }
}

/* What was asked of it together with the others of its page; NULL when it stands alone. */
static struct case_on_page *find_on_page(const struct case_view *v, int64_t id) {
    for (size_t i = 0; i < v->page_count; i++) {
        if (v->page[i].id == id) {
            return &v->page[i];
        }
    }
    return NULL;
}

/* What was said first; *text empty when there is none, or no more. */
static bool find_report(struct case_view *v, int64_t id, struct str *text, struct err *err) {
    const struct case_on_page *page = find_on_page(v, id);
    struct stmt *q;

    *text = (struct str){0};
    if (page != NULL) {
        *text = page->report;
        return true;
    }
    q = store_sql(v->store, SQL_CASE_REPORT_TEXT);
    stmt_bind_int(q, 1, id);
    if (stmt_next(q)) {
        *text = stmt_text(q, 0, v->rq->arena);
    }
    return stmt_end(q, err);
}

bool case_write_title(struct case_view *v, struct json_out *o, const struct case_file *c,
                      struct err *err) {
    struct str class_name = view_class_name(v, c->class);
    struct str text;
    struct str line;
    struct str title;

    if (!find_report(v, c->id, &text, err)) {
        return false;
    }
    line = str_cut(&text, '\n');
    title = str_first_characters(line, TITLE_CHARACTERS);
    if (title.n < line.n) {
        title = arena_format(v->rq->arena, "%.*s…", STR_ARG(title));
    }
    json_str(o, "title", title.n > 0 ? title : class_name.n > 0 ? class_name : c->number);
    return true;
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
    const struct case_on_page *page = find_on_page(v, c->id);
    struct stmt *q;

    if (c->state != STATE_MERGED) {
        return true;
    }
    if (page != NULL) {
        write_ref(o, "main", page->main_case, page->main_number);
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
    if (!case_write_title(v, o, c, err) || !write_main(v, o, c, err)) {
        return false;
    }
    write_next_clock(v, o, c);
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

static struct stmt *ask_page(struct case_view *v, enum sql_id what, const int64_t *ids,
                             size_t count) {
    struct stmt *q = store_sql(v->store, what);

    stmt_bind_int(q, 1, id_office(ids[0]));
    stmt_bind_text(q, 2, case_ids_write(v->rq->arena, ids, count));
    return q;
}

static bool read_reports(struct case_view *v, const int64_t *ids, size_t count, struct err *err) {
    struct stmt *q = ask_page(v, SQL_CASE_REPORT_TEXTS, ids, count);

    while (stmt_next(q)) {
        find_on_page(v, stmt_int(q, 0))->report = stmt_text(q, 1, v->rq->arena);
    }
    return stmt_end(q, err);
}

/* Nobody waits for the main cases of a page on which none was merged. */
static bool read_main_cases(struct case_view *v, const int64_t *ids, size_t count,
                            const struct case_file **files, struct err *err) {
    bool has_merged = false;
    struct stmt *q;

    for (size_t i = 0; i < count; i++) {
        has_merged |= files[i] != NULL && files[i]->state == STATE_MERGED;
    }
    if (!has_merged) {
        return true;
    }
    q = ask_page(v, SQL_MERGE_NUMBERS, ids, count);
    while (stmt_next(q)) {
        struct case_on_page *page = find_on_page(v, stmt_int(q, 0));

        page->main_case = stmt_int(q, 1);
        page->main_number = stmt_text(q, 2, v->rq->arena);
    }
    return stmt_end(q, err);
}

/* The first words are asked before the cases, so that all come in one turn. */
static bool begin_page(struct case_view *v, const int64_t *ids, size_t count,
                       const struct case_file ***files) {
    *files = arena_array(v->rq->arena, const struct case_file *, count + 1);
    v->page = arena_array(v->rq->arena, struct case_on_page, count + 1);
    v->page_count = count;
    for (size_t i = 0; i < count; i++) {
        v->page[i].id = ids[i];
    }
    if (count > 0) {
        stmt_ahead(ask_page(v, SQL_CASE_REPORT_TEXTS, ids, count));
    }
    return count > 0;
}

bool case_page(struct case_view *v, const int64_t *ids, size_t count,
               const struct case_file ***files, struct err *err) {
    return !begin_page(v, ids, count, files) ||
           (cases_list(v->store, v->rq->arena, ids, count, *files, err) &&
            read_reports(v, ids, count, err) && read_main_cases(v, ids, count, *files, err));
}

bool case_page_merged(struct case_view *v, const int64_t *ids, size_t count,
                      const struct case_file ***files, struct err *err) {
    return !begin_page(v, ids, count, files) ||
           (cases_load(v->store, v->rq->arena, ids, count, *files, err) &&
            read_reports(v, ids, count, err));
}

bool case_write_items(struct case_view *v, struct json_out *o, const int64_t *ids, size_t count,
                      struct err *err) {
    const struct case_file **files;

    if (!case_page(v, ids, count, &files, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (files[i] != NULL && !case_write_item(v, o, NULL, files[i], err)) {
            return false;
        }
    }
    return true;
}
