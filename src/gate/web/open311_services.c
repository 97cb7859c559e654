/* SPDX-License-Identifier: Apache-2.0 */
/* What a program can report: discovery, the list of services, what one of them asks. */
#include "gate/web/open311.h"

#include "base/message.h"
#include "base/time_text.h"

#define SPECIFICATION "http://wiki.open311.org/GeoReport_v2"

/* ---- discovery */

/* When what this office offers last changed: definitions, places and units all stand in the common
 * ledger. */
static bool fetch_changeset(struct request *rq, struct str *out, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_LEDGER_HEAD);
    int64_t at = 0;

    stmt_bind_int(q, 1, 0);
    if (stmt_next(q)) {
        at = stmt_int(q, 1);
    }
    *out = time_write(rq->arena, at, CHINA_OFFSET_MINUTES);
    return stmt_end(q, err);
}

static void write_endpoint(struct request *rq, struct open311_out *o, struct str changeset) {
    open311_object(o, "endpoint");
    open311_text(o, "specification", STR(SPECIFICATION));
    open311_text(o, "url", arena_format(rq->arena, "%s/open311/v2", visit_service(rq)->public_url));
    open311_text(o, "changeset", changeset);
    open311_text(o, "type", STR("production"));
    open311_list(o, "formats");
    open311_text(o, "format", STR("text/xml"));
    open311_text(o, "format", STR("application/json"));
    open311_close(o);
    open311_close(o);
}

bool open311_get_discovery(struct request *rq, struct err *err) {
    const struct office *office = town_office(visit_town(rq), visit_office(rq));
    struct str name = office->name[rq->language];
    struct open311_out o = open311_begin(rq);
    struct str changeset;

    if (!fetch_changeset(rq, &changeset, err)) {
        return false;
    }
    open311_object(&o, "discovery");
    open311_text(&o, "changeset", changeset);
    open311_text(&o, "contact",
                 message_format(rq->arena, M_OPEN311_CONTACT, rq->language, name, office->telephone,
                                (struct str){0}));
    open311_text(&o, "key_service",
                 message_format(rq->arena, M_OPEN311_KEY_SERVICE, rq->language, name,
                                office->telephone, (struct str){0}));
    open311_list(&o, "endpoints");
    write_endpoint(rq, &o, changeset);
    open311_close(&o);
    open311_close(&o);
    return open311_end(rq, &o, err);
}

/* ---- which classes */

bool open311_is_open_to(const struct procedure *p) {
    return p != NULL && p->is_public && procedure_takes_channel(p, CHANNEL_OPEN311);
}

const struct procedure *open311_procedure(const struct catalogue *c,
                                          const struct catalogue_class *class) {
    if (class == NULL || !class->is_public) {
        return NULL;
    }
    for (size_t i = 0; i < c->procedure_count; i++) {
        const struct procedure *p = &c->procedures[i];

        if (open311_is_open_to(p) && procedure_takes_class(p, class)) {
            return p;
        }
    }
    return NULL;
}

bool open311_fetch_class(const struct catalogue *c, struct str code,
                         const struct catalogue_class **class, struct err *err) {
    *class = catalogue_class(c, code);
    return open311_procedure(c, *class) != NULL || fail1(err, E_CLASS, "service_code", code);
}

bool open311_asks_estate(const struct catalogue *c, const struct catalogue_class *class) {
    struct route_question question = {.class = class};
    const struct catalogue_route *route = catalogue_route(c, &question);

    if (route == NULL) {
        return false;
    }
    for (size_t i = 0; i < route->assist_count; i++) {
        if (str_is(route->assists[i], "@estate")) {
            return true;
        }
    }
    return str_is(route->unit, "@estate");
}

static struct str keywords_of(struct request *rq, const struct catalogue_class *class) {
    struct buf b = buf_make(rq->arena, 8192);

    for (size_t i = 0; i < class->keyword_count; i++) {
        buf_c(&b, i > 0 ? ", " : "");
        buf_put(&b, class->keywords[i]);
    }
    return buf_str(&b);
}

/* What happens to such a report, in a sentence: somebody looks first, or not; how long it may take.
 */
static struct str describe(struct request *rq, const struct catalogue_class *class) {
    const struct catalogue_condition *row = catalogue_condition(class, 0);
    enum message_code code = class->verify ? M_OPEN311_SERVICE_VERIFY : M_OPEN311_SERVICE;

    if (row == NULL || row->limit.amount == 0) {
        return class->name[rq->language];
    }
    return message_format(rq->arena, code, rq->language, class->name[rq->language],
                          limit_text(rq->arena, row->limit.amount, row->limit.unit, rq->language),
                          (struct str){0});
}

static void write_service(struct request *rq, struct open311_out *o, const struct catalogue *c,
                          const struct catalogue_class *class) {
    open311_object(o, "service");
    open311_text(o, "service_code", class->code);
    open311_text(o, "service_name", class->name[rq->language]);
    open311_text(o, "description", describe(rq, class));
    open311_bool(o, "metadata", open311_asks_estate(c, class));
    open311_text(o, "type", STR("realtime"));
    open311_text(o, "keywords", keywords_of(rq, class));
    open311_text(o, "group",
                 class->category == NULL ? (struct str){0} : class->category->name[rq->language]);
    open311_close(o);
}

bool open311_get_services(struct request *rq, struct err *err) {
    const struct catalogue *c = town_catalogue(visit_town(rq), 0);
    struct open311_out o = open311_begin(rq);

    if (!open311_check_jurisdiction(rq, query_str(rq, "jurisdiction_id"), err)) {
        return false;
    }
    open311_list(&o, "services");
    for (size_t i = 0; i < c->class_count; i++) {
        if (open311_procedure(c, &c->classes[i]) != NULL) {
            write_service(rq, &o, c, &c->classes[i]);
        }
    }
    open311_close(&o);
    return open311_end(rq, &o, err);
}

/* ---- what one of them asks */

static void write_estates(struct request *rq, struct open311_out *o) {
    const struct town *t = visit_town(rq);

    open311_list(o, "values");
    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->places[i];

        if (p->office == visit_office(rq) && p->level == LEVEL_ESTATE) {
            open311_object(o, "value");
            open311_text(o, "key", p->code);
            open311_text(o, "name", p->name[rq->language]);
            open311_close(o);
        }
    }
    open311_close(o);
}

static void write_estate_attribute(struct request *rq, struct open311_out *o) {
    open311_object(o, "attribute");
    open311_bool(o, "variable", true);
    open311_text(o, "code", STR("estate"));
    open311_text(o, "datatype", STR("singlevaluelist"));
    open311_bool(o, "required", false);
    open311_text(o, "datatype_description", message_text(M_OPEN311_ESTATE_CHOOSE, rq->language));
    open311_int(o, "order", 1);
    open311_text(o, "description", message_text(M_OPEN311_ESTATE, rq->language));
    write_estates(rq, o);
    open311_close(o);
}

bool open311_get_definition(struct request *rq, struct err *err) {
    const struct catalogue *c = town_catalogue(visit_town(rq), 0);
    const struct catalogue_class *class;
    struct open311_out o = open311_begin(rq);

    if (!open311_check_jurisdiction(rq, query_str(rq, "jurisdiction_id"), err) ||
        !open311_fetch_class(c, path_str(rq, "code"), &class, err)) {
        return false;
    }
    open311_object(&o, "service_definition");
    open311_text(&o, "service_code", class->code);
    open311_list(&o, "attributes");
    if (open311_asks_estate(c, class)) {
        write_estate_attribute(rq, &o);
    }
    open311_close(&o);
    open311_close(&o);
    return open311_end(rq, &o, err);
}
