/* SPDX-License-Identifier: Apache-2.0 */
/* What residents do without a session: look at the office, report, follow, rate, add a word. */
#include "gate/web/case_input.h"
#include "gate/web/case_json.h"
#include "gate/web/public_json.h"
#include "gate/web/quota.h"

#include "base/geo/point.h"
#include "town/cases/case_scope.h"
#include "town/cases/links.h"

#include <inttypes.h>
#include <string.h>

/* ---- the office, its classes and places */

static bool get_office(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    const struct office *office = town_office(t, visit_office(rq));
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_str(&o, "code", office->code);
    json_str(&o, "name", office->name[rq->language]);
    json_str(&o, "short", office->code);
    json_str(&o, "telephone", office->telephone);
    if (town_catalogue(t, 0)->hours[rq->language].n > 0) {
        json_str(&o, "hours", town_catalogue(t, 0)->hours[rq->language]);
    }
    return answer_json_end(rq, &o, err);
}

enum { PROPOSALS = 6 };

static void write_public_class(struct request *rq, struct json_out *o,
                               const struct catalogue_class *c) {
    const struct catalogue_condition *row = catalogue_condition(c, 0);

    json_open(o, NULL, '{');
    json_str(o, "code", c->code);
    json_str(o, "name", c->name[rq->language]);
    if (row != NULL) {
        json_str(o, "limit_text",
                 limit_text(rq->arena, row->limit.amount, row->limit.unit, rq->language));
        json_int(o, "limit", row->limit.amount);
        json_str(o, "limit_unit", term_code(TERMS_LIMIT_UNIT, (int)row->limit.unit));
    }
    json_close(o, '}');
}

static bool get_classes(struct request *rq, struct err *err) {
    const struct catalogue *c = town_catalogue(visit_town(rq), 0);
    struct propose_question question = {
        .words = query_str(rq, "words"), .only_public = true, .max = PROPOSALS};
    struct proposal found[PROPOSALS];
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_open(&o, "classes", '[');
    if (question.words.n > 0) {
        size_t count = catalogue_propose(rq->arena, c, &question, found);

        for (size_t i = 0; i < count; i++) {
            write_public_class(rq, &o, found[i].class);
        }
    } else {
        for (size_t i = 0; i < c->class_count; i++) {
            if (c->classes[i].is_public) {
                write_public_class(rq, &o, &c->classes[i]);
            }
        }
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

static bool get_places(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');

    json_open(&o, "places", '[');
    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->places[i];
        int64_t community = town_ancestor(t, p->id, LEVEL_COMMUNITY);

        if (p->office != visit_office(rq) ||
            (p->level != LEVEL_COMMUNITY && p->level != LEVEL_ESTATE)) {
            continue;
        }
        json_open(&o, NULL, '{');
        json_int(&o, "id", p->id);
        json_str(&o, "name", p->name[rq->language]);
        json_str(&o, "level", place_level_code(p->level));
        if (p->level == LEVEL_ESTATE && community > 0) {
            json_int(&o, "parent", community);
        } else {
            json_none(&o, "parent");
        }
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- what neighbours may have reported already: class, place and state, never their words */

enum { SIMILAR_MOST = 5, SIMILAR_METRES = 250, SIMILAR_DAYS = 14 };

static void write_similar(struct case_view *v, struct json_out *o, const struct case_file *c) {
    const struct procedure *p =
        catalogue_procedure(town_catalogue(v->town, c->version), c->procedure);

    json_open(o, NULL, '{');
    json_str(o, "class_name", view_class_name(v, c->class));
    json_str(o, "street", public_where(v, c));
    json_str(o, "state", p == NULL ? (struct str){0} : p->face[c->state][v->rq->language]);
    write_time(v, o, "reported_at", c->reported_at);
    json_close(o, '}');
}

/* May the neighbours know of it at all? */
static bool is_public(const struct case_view *v, const struct case_file *c,
                      const struct catalogue_class *class) {
    const struct procedure *p = catalogue_procedure(v->catalogue, c->procedure);

    return c->confidential == 0 && p != NULL && p->is_public && class != NULL && class->is_public &&
           !class->sensitive && class->coordinates != COORDINATES_HIDDEN;
}

/* Near enough: the same estate, or a point within 250 m; of the point as the public may know it, so
 * that asking round about it tells no more. */
static bool is_near(const struct case_file *c, enum coordinates how, int64_t place,
                    struct point here) {
    struct point there = {(int32_t)c->wgs84_lat, (int32_t)c->wgs84_lon};

    there = how == COORDINATES_EXACT ? there : point_rounded(there);
    if (place > 0 && (c->estate == place || c->community == place)) {
        return true;
    }
    return point_is_set(here) && c->cell > 0 && point_distance_m(here, there) <= SIMILAR_METRES;
}

static bool get_similar(struct request *rq, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct point here = {(int32_t)query_degrees(rq, "lat"), (int32_t)query_degrees(rq, "lon")};
    const struct catalogue_class *class = catalogue_class(v.catalogue, query_str(rq, "class"));
    struct stmt *q = store_sql(v.store, SQL_CASES_SIMILAR);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct json_out o = answer_json_begin(rq, 200, '{');
    size_t count = 0;

    json_open(&o, "items", '[');
    stmt_bind_int(q, 1, visit_office(rq));
    stmt_bind_text(q, 2, query_str(rq, "class"));
    stmt_bind_int(q, 3, v.now - SIMILAR_DAYS * DAY_US);
    while (count < SIMILAR_MOST && stmt_next(q)) {
        case_read_row(q, rq->arena, c);
        if (is_public(&v, c, class) &&
            is_near(c, class->coordinates, query_int(rq, "place", 0), here)) {
            write_similar(&v, &o, c);
            count++;
        }
    }
    json_close(&o, ']');
    return stmt_end(q, err) && answer_json_end(rq, &o, err);
}

/* ---- a report */

static struct str procedure_for(const struct town *t, struct str class) {
    const struct catalogue *c = town_catalogue(t, 0);
    const struct catalogue_class *found = catalogue_class(c, class);

    for (size_t i = 0; i < c->procedure_count; i++) {
        const struct procedure *p = &c->procedures[i];

        if (p->is_public && procedure_takes_channel(p, CHANNEL_WEB) &&
            (found == NULL || procedure_takes_class(p, found))) {
            return p->code;
        }
    }
    return (struct str){0};
}

static bool post_report(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);
    struct case_report report = {.channel = CHANNEL_WEB, .photo_owner = ACTOR_RESIDENT};
    struct actor actor = {.account = ACTOR_RESIDENT, .language = rq->language};
    const struct json *contact = input_object(rq, "contact");
    struct case_file *c = arena_new(rq->arena, struct case_file);
    struct case_view v;
    struct command done;
    struct str token;
    struct json_out o;
    bool found;

    report.class = input_str(rq, "class");
    report.procedure = procedure_for(visit_town(rq), report.class);
    report.place = input_id(rq, "place");
    report.has_point = input_has(rq, "lat") && input_has(rq, "lon");
    report.wgs84_lat = input_degrees(rq, "lat");
    report.wgs84_lon = input_degrees(rq, "lon");
    report.address = input_str(rq, "address");
    report.text = input_str(rq, "text");
    report.name = json_text_of(contact, "name");
    report.telephone = json_text_of(contact, "telephone");
    report.photo_count = photos_read(input_list(rq, "photos"), report.photos);
    if (!visit_command(rq, &case_report, &actor, &report, &done, err) ||
        !case_load(visit_store(rq), rq->arena, done.subject, c, &found, err)) {
        return false;
    }
    v = case_view_make(rq);
    token = link_token(rq->arena, installation_keys(s->installation), LINK_TRACK, done.voice);
    o = answer_json_begin(rq, 201, '{');
    json_str(&o, "number", str_of(done.number));
    json_str(&o, "track_url", arena_format(rq->arena, "%s/t/%.*s", s->public_url, STR_ARG(token)));
    json_str(&o, "token", token);
    public_write_outside(&v, &o, c);
    return public_write_entry(&v, &o, c, err) && answer_json_end(rq, &o, err);
}

/* ---- following it */

static bool load_voice(struct request *rq, int64_t voice, struct tracked *t, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_VOICE_FETCH);
    struct case_file *c = arena_new(rq->arena, struct case_file);
    int64_t case_id = 0;
    bool found;

    stmt_bind_int(q, 1, voice);
    if (stmt_next(q)) {
        case_id = stmt_int(q, 0);
        t->solved = stmt_int(q, 4);
        t->rating = stmt_int(q, 5);
        t->event = stmt_int(q, 6);
    }
    t->voice = voice;
    t->c = c;
    if (!stmt_end(q, err) || !case_load(visit_store(rq), rq->arena, case_id, c, &found, err)) {
        return false;
    }
    visit_turn_to(rq, c->office);
    return found || fail(err, E_LINK, "");
}

bool public_load_track(struct request *rq, struct tracked *t, struct err *err) {
    const struct keys *keys = installation_keys(visit_service(rq)->installation);
    int64_t voice;

    if (!link_read(rq->arena, keys, LINK_TRACK, path_str(rq, "token"), &voice)) {
        return fail(err, E_LINK, "");
    }
    return load_voice(rq, voice, t, err);
}

static bool get_track(struct request *rq, struct err *err) {
    struct tracked t = {0};
    struct case_view v;

    if (!public_load_track(rq, &t, err)) {
        return false;
    }
    v = case_view_make(rq);
    return public_answer_track(&v, t.c, &(struct public_voice){t.voice, t.solved, t.rating, true},
                               err);
}

static bool step_as_resident(struct request *rq, const struct tracked *t, struct step_input *in,
                             struct err *err) {
    struct case_steps *steps = arena_new(rq->arena, struct case_steps);
    struct actor actor = {.account = ACTOR_RESIDENT, .language = rq->language};
    struct command done;

    steps->case_id = t->c->id;
    steps->voice = t->voice;
    steps->photo_owner = ACTOR_RESIDENT;
    steps->steps[0] = *in;
    steps->count = 1;
    return visit_command(rq, &case_step, &actor, steps, &done, err) && get_track(rq, err);
}

/* What a resident says reaches the office that goes on with the own case. */
static bool turn_onward(struct request *rq, struct tracked *t, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct public_way *way = arena_new(rq->arena, struct public_way);
    const struct public_voice voice = {t->voice, t->solved, t->rating, true};

    if (!public_follow(&v, t->c, &voice, way, err)) {
        return false;
    }
    if (way->own > 0 && way->legs[way->own].voice.is_poster) {
        t->c = way->legs[way->own].c;
        t->voice = way->legs[way->own].voice.id;
        visit_turn_to(rq, t->c->office);
    }
    return true;
}

static bool post_rate(struct request *rq, struct err *err) {
    struct tracked t = {0};
    struct step_input in = {.step = STEP_RATE, .given = TERM_BIT(NEED_SOLVED)};

    in.solved = input_bool(rq, "solved") ? 1 : 2;
    in.grade = input_int(rq, "grade", 0);
    in.text = input_str(rq, "text");
    return public_load_track(rq, &t, err) && turn_onward(rq, &t, err) &&
           step_as_resident(rq, &t, &in, err);
}

static bool post_note(struct request *rq, struct err *err) {
    struct tracked t = {0};
    struct step_input in = {.step = STEP_NOTE, .is_public = true};

    in.text = input_str(rq, "text");
    return public_load_track(rq, &t, err) && turn_onward(rq, &t, err) &&
           step_as_resident(rq, &t, &in, err);
}

/* ---- by number and the last four digits of the telephone: few tries, public steps only */

static bool last_four_fit(struct request *rq, int64_t voice, struct str last4, bool *fits,
                          struct err *err) {
    const struct keys *keys = installation_keys(visit_service(rq)->installation);
    struct str telephone;
    bool found;

    if (!vault_fetch(visit_store(rq), rq->arena, keys, voice, "telephone", &telephone, &found,
                     err)) {
        return false;
    }
    *fits = found && last4.n == 4 && str_ends(telephone, last4);
    return true;
}

/* The case of a number, 0 when there is none. */
static bool number_case(struct request *rq, int64_t *case_id, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_CASE_BY_NUMBER);
    struct str number = str_trim(input_str(rq, "number"));
    struct str rest = number;
    const struct office *o = town_office_by_code(visit_town(rq), str_cut(&rest, '-'));

    stmt_bind_int(q, 1, o != NULL ? o->id : visit_office(rq));
    stmt_bind_text(q, 2, number);
    *case_id = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

/* Tries count for the case, however its number was written; of numbers that are none, for the
 * address that asks. */
static struct str find_tries(struct request *rq, int64_t case_id) {
    return case_id > 0 ? arena_format(rq->arena, "find:%" PRId64, case_id)
                       : arena_format(rq->arena, "find:-%" PRId64,
                                      quota_address(rq->client, rq->route->index));
}

static bool first_voice(struct request *rq, int64_t case_id, int64_t *voice, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_VOICE_LIST);

    stmt_bind_int(q, 1, case_id);
    *voice = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

static bool find_by_number(struct request *rq, int64_t case_id, struct tracked *t, bool *found,
                           struct err *err) {
    int64_t voice;

    *found = false;
    return case_id == 0 || (first_voice(rq, case_id, &voice, err) &&
                            last_four_fit(rq, voice, input_str(rq, "last4"), found, err) &&
                            (!*found || load_voice(rq, voice, t, err)));
}

static bool post_find(struct request *rq, struct err *err) {
    struct installation *i = visit_service(rq)->installation;
    struct tracked t = {0};
    struct case_view v;
    struct str tries;
    int64_t case_id;
    int64_t left;
    bool found;

    if (!number_case(rq, &case_id, err)) {
        return false;
    }
    tries = find_tries(rq, case_id);
    if (!tries_check(i, tries, err) || !find_by_number(rq, case_id, &t, &found, err)) {
        return false;
    }
    if (!found) {
        return tries_failed(i, tries, &left, err) &&
               fail1(err, E_NOT_FOUND, "number", input_str(rq, "number"));
    }
    v = case_view_make(rq);
    return tries_forget(i, tries, err) &&
           public_answer_track(&v, t.c, &(struct public_voice){t.voice, t.solved, t.rating, false},
                               err);
}

/* ---- the table */

static const struct field_row classes_query[] = {
    {.name = "words", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS}, {0}};
static const struct field_row similar_query[] = {
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "lon", .kind = FIELD_DEGREES},
    {.name = "place", .kind = FIELD_ID},
    {.name = "class", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 20},
    {0}};
static const struct field_row report_input[] = {
    {.name = "class", .kind = FIELD_TEXT, .max = 20},
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "lon", .kind = FIELD_DEGREES},
    {.name = "place", .kind = FIELD_ID},
    {.name = "address", .kind = FIELD_TEXT, .max = LIMIT_SHORT_CHARACTERS},
    {.name = "text", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "contact", .kind = FIELD_OBJECT, .rows = contact_rows},
    {.name = "photos", .kind = FIELD_TEXT, .flags = FIELD_LIST, .max = 64, .max_items = 4},
    {0}};
static const struct field_row rate_input[] = {
    {.name = "solved", .kind = FIELD_BOOL, .flags = FIELD_REQUIRED},
    {.name = "grade", .kind = FIELD_INT, .flags = FIELD_REQUIRED, .min = 1, .max = 5},
    {.name = "text", .kind = FIELD_TEXT, .max = 1000},
    {0}};
static const struct field_row note_input[] = {
    {.name = "text", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 1000}, {0}};
static const struct field_row find_input[] = {
    {.name = "number", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 40},
    {.name = "last4", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 4},
    {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/public/office",
     .handler = get_office,
     .output = "Office",
     .summary = {"街道", "The office"}},
    {.method = "GET",
     .path = "/api/v1/public/classes",
     .handler = get_classes,
     .query = classes_query,
     .output = "PublicClasses",
     .summary = {"可上报的类别，或按文字推荐", "Classes to report, or those that words suggest"}},
    {.method = "GET",
     .path = "/api/v1/public/places",
     .handler = get_places,
     .output = "PublicPlaces",
     .summary = {"居民区和小区", "Communities and estates"}},
    {.method = "GET",
     .path = "/api/v1/public/map",
     .handler = office_answer_map,
     .produces = "application/geo+json",
     .summary = {"底图", "Base map"}},
    {.method = "GET",
     .path = "/api/v1/public/similar",
     .handler = get_similar,
     .query = similar_query,
     .output = "Similar",
     .summary = {"附近是否已有人反映", "Has a neighbour reported it already"}},
    {.method = "POST",
     .path = "/api/v1/public/reports",
     .handler = post_report,
     .per_minute = LIMIT_RESIDENT_REPORTS,
     .input = report_input,
     .output = "PublicReported",
     .status = 201,
     .summary = {"上报", "Report"}},
    {.method = "GET",
     .path = "/api/v1/public/track/{token}",
     .handler = get_track,
     .output = "Track",
     .summary = {"进度", "Progress"}},
    {.method = "POST",
     .path = "/api/v1/public/track/{token}/rate",
     .handler = post_rate,
     .per_minute = LIMIT_RESIDENT_WORDS,
     .input = rate_input,
     .output = "Track",
     .summary = {"评价", "Rate"}},
    {.method = "POST",
     .path = "/api/v1/public/track/{token}/note",
     .handler = post_note,
     .per_minute = LIMIT_RESIDENT_WORDS,
     .input = note_input,
     .output = "Track",
     .summary = {"补充说明", "Add a word"}},
    {.method = "POST",
     .path = "/api/v1/public/find",
     .handler = post_find,
     .per_minute = LIMIT_RESIDENT_TRIES,
     .input = find_input,
     .output = "Track",
     .summary = {"按编号查进度", "Find by number"}},
};

const struct route_table public_routes = ROUTE_TABLE(rows);
