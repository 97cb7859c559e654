/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/suggest.h"

enum { PLACE_CODES = 10 };

/* A unit by its code, or by the word for the case's own community or its estate's property firm. */
static const struct unit *resolve(const struct town *t, int64_t office, struct str word,
                                  int64_t place) {
    int64_t community = town_ancestor(t, place, LEVEL_COMMUNITY);
    int64_t estate = town_ancestor(t, place, LEVEL_ESTATE);
    const struct place *p;

    if (str_is(word, "@estate")) {
        p = estate == 0 ? NULL : town_place(t, estate);
        return p == NULL || p->firm.n == 0 ? NULL : town_unit_by_code(t, office, p->firm);
    }
    if (!str_is(word, "@community")) {
        return town_unit_by_code(t, office, word);
    }
    p = community == 0 ? NULL : town_place(t, community);
    for (size_t i = 0; p != NULL && i < t->unit_count; i++) {
        const struct unit *u = &t->units[i];

        if (u->office == office && str_is(u->kind, "community") && str_eq(u->area, p->code)) {
            return u;
        }
    }
    return NULL;
}

static void add_assists(const struct town *t, int64_t office, int64_t place,
                        struct suggestion *out) {
    for (size_t i = 0; i < out->route->assist_count; i++) {
        const struct unit *u = resolve(t, office, out->route->assists[i], place);

        if (u != NULL && u != out->unit) {
            out->assists[out->assist_count++] = u;
        }
    }
}

void suggest_for(const struct town *t, int64_t office, int64_t version, struct str class,
                 int64_t condition, int64_t place, int64_t external_due_at, int64_t now,
                 struct suggestion *out) {
    const struct catalogue *c = town_catalogue(t, version);
    struct str codes[PLACE_CODES];
    struct route_question question = {.places = codes};

    *out = (struct suggestion){.class = catalogue_class(c, class)};
    if (out->class == NULL) {
        return;
    }
    out->condition = catalogue_condition(out->class, (int)condition);
    if (external_due_at > now) {
        out->due.due_at = external_due_at;
    } else if (out->condition != NULL) {
        const struct limit *l = &out->condition->limit;

        out->due = limit_deadline(t->calendar, l->unit, now, limit_time_us(l->amount, l->unit));
    }
    question.class = out->class;
    question.place_count = town_place_codes(t, place, codes, PLACE_CODES);
    out->route = catalogue_route(c, &question);
    if (out->route == NULL) {
        return;
    }
    out->unit = resolve(t, office, out->route->unit, place);
    if (out->unit == NULL) {
        out->route = NULL;
        return;
    }
    add_assists(t, office, place, out);
}

void case_suggest(const struct town *t, const struct case_file *c, int64_t now,
                  struct suggestion *out) {
    int64_t place = c->estate > 0 ? c->estate : c->grid > 0 ? c->grid : c->community;

    suggest_for(t, c->office, c->version, c->class, c->condition, place, c->external_due_at, now,
                out);
    if (c->outside != 0) {
        out->unit =
            town_neighbour_unit(t, (struct point){(int32_t)c->wgs84_lat, (int32_t)c->wgs84_lon});
        out->route = NULL;
        out->assist_count = 0;
    }
}
