/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/suggest.h"

enum { PLACE_CODES = 10 };

/* Is `code` one of an area's place codes, which stand with `;` between them? */
static bool area_has(struct str area, struct str code) {
    struct str rest = area;

    while (rest.n > 0) {
        if (str_eq(str_trim(str_cut(&rest, ';')), code)) {
            return true;
        }
    }
    return false;
}

/* Line x area: the unit of this line whose area holds the place, the smallest area first; then the
 * line's first unit without an area, which has the whole street. */
static const struct unit *unit_of_line(const struct town *t, int64_t office, struct str line,
                                       int64_t place) {
    const struct place *at = place == 0 ? NULL : town_place(t, place);

    for (; at != NULL; at = at->parent == 0 ? NULL : town_place(t, at->parent)) {
        for (size_t i = 0; i < t->unit_count; i++) {
            const struct unit *u = &t->units[i];

            if (u->office == office && str_eq(u->line, line) && area_has(u->area, at->code)) {
                return u;
            }
        }
    }
    for (size_t i = 0; i < t->unit_count; i++) {
        const struct unit *u = &t->units[i];

        if (u->office == office && str_eq(u->line, line) && u->area.n == 0) {
            return u;
        }
    }
    return NULL;
}

static const struct unit *unit_of_community(const struct town *t, int64_t office, int64_t place) {
    int64_t community = town_ancestor(t, place, LEVEL_COMMUNITY);
    const struct place *p = community == 0 ? NULL : town_place(t, community);

    for (size_t i = 0; p != NULL && i < t->unit_count; i++) {
        const struct unit *u = &t->units[i];

        if (u->office == office && str_is(u->kind, "community") && area_has(u->area, p->code)) {
            return u;
        }
    }
    return NULL;
}

/* A unit by its code, or by a word that depends on the case's place. */
static const struct unit *resolve(const struct town *t, int64_t office, struct str word,
                                  struct str line, int64_t place) {
    int64_t estate = town_ancestor(t, place, LEVEL_ESTATE);
    const struct place *p = estate == 0 ? NULL : town_place(t, estate);

    if (str_is(word, "@line")) {
        return unit_of_line(t, office, line, place);
    }
    if (str_is(word, "@community")) {
        return unit_of_community(t, office, place);
    }
    if (str_is(word, "@estate")) {
        return p == NULL || p->firm.n == 0 ? NULL : town_unit_by_code(t, office, p->firm);
    }
    return town_unit_by_code(t, office, word);
}

static void add_assists(const struct town *t, int64_t office, int64_t place,
                        struct suggestion *out) {
    for (size_t i = 0; i < out->route->assist_count; i++) {
        const struct unit *u = resolve(t, office, out->route->assists[i], out->route->line, place);

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
    if (external_due_at > 0) {
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
    out->unit = resolve(t, office, out->route->unit, out->route->line, place);
    if (out->unit == NULL) {
        out->route = NULL;
        return;
    }
    add_assists(t, office, place, out);
}

void case_suggest(const struct town *t, const struct case_file *c, int64_t now,
                  struct suggestion *out) {
    int64_t place = c->estate > 0 ? c->estate : c->grid > 0 ? c->grid : c->community;
    bool is_theirs = c->reworks == 0 || c->external_due_at > now; /* as clock_start_handling */

    suggest_for(t, c->office, c->version, c->class, c->condition, place,
                is_theirs ? c->external_due_at : 0, now, out);
    if (c->outside != 0) {
        out->unit = town_neighbour_unit(
            t, c->office, (struct point){(int32_t)c->wgs84_lat, (int32_t)c->wgs84_lon});
        out->route = NULL;
        out->assist_count = 0;
    }
}
