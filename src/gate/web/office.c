/* SPDX-License-Identifier: Apache-2.0 */
/* What changes seldom, for the pages: catalogue, places, units, the base map. */
#include "gate/web/service.h"

#include "base/buf.h"
#include "base/limits.h"

#include <inttypes.h>
#include <string.h>

/* A tag for answers that are made of the town alone: the same until the common ledger grows. */
static struct str town_tag(struct request *rq, const char *what) {
    const struct town *t = visit_town(rq);

    return arena_format(rq->arena, "%s-%" PRId64 "-%" PRId64 "-%zu-%zu-%d", what, visit_office(rq),
                        t->version, t->place_count, t->unit_count, (int)rq->language);
}

/* ---- catalogue */

static void write_codes(struct json_out *o, const char *name, enum term_set set, uint32_t terms) {
    json_open(o, name, '[');
    for (int i = 1; i < term_count(set); i++) {
        if (TERM_HAS(terms, i)) {
            json_str(o, NULL, term_code(set, i));
        }
    }
    json_close(o, ']');
}

static void write_step(struct json_out *o, const struct step_rule *rule, enum language language) {
    json_open(o, NULL, '{');
    json_str(o, "step", term_code(TERMS_STEP, (int)rule->step));
    json_str(o, "name", term_name(TERMS_STEP, (int)rule->step, language));
    write_codes(o, "from", TERMS_STATE, rule->from);
    json_str_or_null(o, "to", term_code(TERMS_STATE, (int)rule->to));
    write_codes(o, "by", TERMS_ROLE, rule->by);
    write_codes(o, "needs", TERMS_NEED, rule->needs);
    json_close(o, '}');
}

static void write_procedure(struct json_out *o, const struct procedure *p, enum language language) {
    json_open(o, NULL, '{');
    json_str(o, "procedure", p->code);
    json_str(o, "name", p->name[language]);
    write_codes(o, "channels", TERMS_CHANNEL, p->channels);
    write_codes(o, "kinds", TERMS_CLASS_KIND, p->kinds);
    json_int(o, "reply_limit", p->reply_limit);
    json_bool(o, "public", p->is_public);
    json_open(o, "steps", '[');
    for (size_t i = 0; i < p->step_count; i++) {
        write_step(o, &p->steps[i], language);
    }
    json_close(o, ']');
    json_open(o, "states", '[');
    for (int state = 1; state < STATE_COUNT; state++) {
        json_open(o, NULL, '{');
        json_str(o, "state", term_code(TERMS_STATE, state));
        json_str(o, "name", term_name(TERMS_STATE, state, language));
        json_str_or_null(o, "face", p->face[state][language]);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}

static void write_condition(struct json_out *o, struct arena *a,
                            const struct catalogue_condition *row, enum language language) {
    json_open(o, NULL, '{');
    json_int(o, "row", row->row);
    json_str(o, "condition", row->text[language]);
    json_int(o, "limit", row->limit.amount);
    json_str(o, "limit_unit", term_code(TERMS_LIMIT_UNIT, (int)row->limit.unit));
    json_str(o, "limit_text", limit_text(a, row->limit.amount, row->limit.unit, language));
    json_str(o, "closing", row->closing[language]);
    json_close(o, '}');
}

static void write_class(struct json_out *o, struct arena *a, const struct catalogue_class *c,
                        enum language language) {
    json_open(o, NULL, '{');
    json_str(o, "code", c->code);
    json_str(o, "category", c->category == NULL ? (struct str){0} : c->category->code);
    json_str(o, "kind", term_code(TERMS_CLASS_KIND, (int)c->kind));
    json_str(o, "name", c->name[language]);
    json_bool(o, "verify", c->verify);
    json_bool(o, "photo", c->photo);
    json_open(o, "conditions", '[');
    for (size_t i = 0; i < c->condition_count; i++) {
        write_condition(o, a, &c->conditions[i], language);
    }
    json_close(o, ']');
    json_close(o, '}');
}

static void write_terms(struct json_out *o, const char *name, enum term_set set,
                        enum language language, bool numbers) {
    json_open(o, name, '[');
    for (int i = 1; i < term_count(set); i++) {
        json_open(o, NULL, '{');
        if (numbers) {
            json_int(o, "code", i);
        } else {
            json_str(o, "code", term_code(set, i));
        }
        json_str(o, "name", term_name(set, i, language));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static bool get_catalogue(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    const struct catalogue *c = town_catalogue(t, 0);
    struct json_out o;

    if (answer_is_known(rq, town_tag(rq, "catalogue"), CACHE_ASK)) {
        return true;
    }
    o = answer_json_begin(rq, 200, '{');
    json_int(&o, "version", t->version);
    json_open(&o, "procedures", '[');
    for (size_t i = 0; i < c->procedure_count; i++) {
        write_procedure(&o, &c->procedures[i], rq->language);
    }
    json_close(&o, ']');
    json_open(&o, "categories", '[');
    for (size_t i = 0; i < c->category_count; i++) {
        json_open(&o, NULL, '{');
        json_str(&o, "code", c->categories[i].code);
        json_str(&o, "kind", term_code(TERMS_CLASS_KIND, (int)c->categories[i].kind));
        json_str(&o, "name", c->categories[i].name[rq->language]);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_open(&o, "classes", '[');
    for (size_t i = 0; i < c->class_count; i++) {
        write_class(&o, rq->arena, &c->classes[i], rq->language);
    }
    json_close(&o, ']');
    write_terms(&o, "channels", TERMS_CHANNEL, rq->language, false);
    write_terms(&o, "outcomes", TERMS_OUTCOME, rq->language, false);
    write_terms(&o, "grades", TERMS_GRADE, rq->language, true);
    return answer_json_end(rq, &o, err);
}

/* ---- places and units */

/* The outer ring of a GeoJSON polygon, as stored. */
static void write_polygon(struct request *rq, struct json_out *o, const struct place *p) {
    const struct json *geometry;
    const struct json *rings;
    struct err ignored;

    if (p->polygon.n == 0 || !json_read(rq->arena, p->polygon, &geometry, &ignored)) {
        return;
    }
    rings = json_member(geometry, "coordinates");
    if (rings != NULL && rings->child != NULL) {
        json_tree(o, "polygon", rings->child);
    }
}

static bool get_places(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    struct json_out o;

    if (answer_is_known(rq, town_tag(rq, "places"), CACHE_ASK)) {
        return true;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "places", '[');
    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->places[i];

        if (p->office != visit_office(rq) || place_is_neighbour(p)) {
            continue;
        }
        json_open(&o, NULL, '{');
        json_int(&o, "id", p->id);
        json_str(&o, "code", p->code);
        if (p->parent > 0) {
            json_int(&o, "parent", p->parent);
        } else {
            json_none(&o, "parent");
        }
        json_str(&o, "level", place_level_code(p->level));
        json_str(&o, "name", p->name[rq->language]);
        write_polygon(rq, &o, p);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

static bool get_units(struct request *rq, struct err *err) {
    const struct town *t = visit_town(rq);
    struct json_out o;

    if (answer_is_known(rq, town_tag(rq, "units"), CACHE_ASK)) {
        return true;
    }
    o = answer_json_begin(rq, 200, '{');
    json_open(&o, "units", '[');
    for (size_t i = 0; i < t->unit_count; i++) {
        const struct unit *u = &t->units[i];
        const struct unit *parent =
            u->parent.n == 0 ? NULL : town_unit_by_code(t, u->office, u->parent);

        if (u->office != visit_office(rq)) {
            continue;
        }
        json_open(&o, NULL, '{');
        json_int(&o, "id", u->id);
        json_str(&o, "code", u->code);
        if (parent != NULL) {
            json_int(&o, "parent", parent->id);
        } else {
            json_none(&o, "parent");
        }
        json_str(&o, "name", u->name[rq->language]);
        json_str(&o, "kind", u->kind);
        json_bool(&o, "has_accounts", u->has_accounts);
        json_str_or_null(&o, "line", u->line);
        json_str_or_null(&o, "area", u->area);
        json_str_or_null(&o, "telephone", u->telephone);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

bool office_answer_map(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);

    if (s->map_file == NULL) {
        return answer_bytes(rq, "application/geo+json",
                            STR("{\"type\":\"FeatureCollection\",\"features\":[]}"), STR("none"),
                            CACHE_ASK);
    }
    return answer_file(rq, "application/geo+json", s->map_file, (struct str){0},
                       "public, max-age=3600", err);
}

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/catalogue",
     .handler = get_catalogue,
     .right = RIGHT_SIGNED_IN,
     .output = "Catalogue",
     .summary = {"事项、类别、时限", "Procedures, classes, limits"}},
    {.method = "GET",
     .path = "/api/v1/places",
     .handler = get_places,
     .right = RIGHT_SIGNED_IN,
     .output = "Places",
     .summary = {"地点", "Places"}},
    {.method = "GET",
     .path = "/api/v1/units",
     .handler = get_units,
     .right = RIGHT_SIGNED_IN,
     .output = "Units",
     .summary = {"部门", "Units"}},
    {.method = "GET",
     .path = "/api/v1/map",
     .handler = office_answer_map,
     .right = RIGHT_SIGNED_IN,
     .produces = "application/geo+json",
     .summary = {"底图", "Base map"}},
};

const struct route_table office_routes = ROUTE_TABLE(rows);
