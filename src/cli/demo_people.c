/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds which post: found by role, unit and place, so that an office may rename its accounts.
 */
#include "cli/demo.h"

#include "base/time_text.h"

#define ONLY(role) TERM_BIT(role)

static void add(struct demo_people *people, const struct account *a) {
    people->list[people->count++] = a;
}

static struct demo_people room(struct demo_world *w) {
    return (struct demo_people){
        .list = arena_array(w->arena, const struct account *, w->town->account_count)};
}

static void find_desk(struct demo_world *w, const struct account *a, const struct unit *u) {
    const uint32_t night = ONLY(ROLE_ACCEPTOR) | ONLY(ROLE_DISPATCHER) | ONLY(ROLE_SHIFT_LEADER);

    if (a->roles == ONLY(ROLE_ACCEPTOR)) {
        add(&w->acceptors, a);
    } else if (a->roles == ONLY(ROLE_DISPATCHER)) {
        add(&w->dispatchers, a);
    } else if (a->roles == night) {
        add(&w->night, a);
    } else if (a->roles == (ONLY(ROLE_ACCEPTOR) | ONLY(ROLE_HANDLER))) {
        add(&w->clerks, a);
    } else if (a->roles == ONLY(ROLE_GRID_WORKER)) {
        add(&w->inspectors, a);
    } else if (a->roles == ONLY(ROLE_LEADER) && u != NULL && str_is(u->kind, "leader")) {
        add(&w->leaders, a);
    }
}

static void find_handlers(struct demo_world *w) {
    const struct town *t = w->town;

    w->of_unit = arena_array(w->arena, struct demo_people, t->unit_count);
    for (size_t u = 0; u < t->unit_count; u++) {
        size_t count = 0;

        for (size_t k = 0; k < t->account_count; k++) {
            count += t->accounts[k].unit == t->units[u].id;
        }
        w->of_unit[u].list = arena_array(w->arena, const struct account *, count);
        for (size_t k = 0; k < t->account_count; k++) {
            const struct account *a = &t->accounts[k];

            if (a->unit == t->units[u].id && TERM_HAS(a->roles, ROLE_HANDLER)) {
                add(&w->of_unit[u], a);
            }
        }
    }
}

void demo_people_find(struct demo_world *w) {
    w->acceptors = room(w);
    w->dispatchers = room(w);
    w->night = room(w);
    w->clerks = room(w);
    w->inspectors = room(w);
    w->leaders = room(w);
    for (size_t k = 0; k < w->town->account_count; k++) {
        const struct account *a = &w->town->accounts[k];

        if (a->office == w->office) {
            find_desk(w, a, town_unit(w->town, a->unit));
        }
    }
    find_handlers(w);
}

const struct account *demo_anyone(struct demo_world *w, struct demo_people people) {
    return people.count == 0 ? NULL : people.list[demo_draw(w, (int64_t)people.count)];
}

const struct account *demo_handler(struct demo_world *w, const struct unit *unit) {
    return unit == NULL ? NULL : demo_anyone(w, w->of_unit[unit - w->town->units]);
}

const struct account *demo_grid_worker(struct demo_world *w, int64_t community) {
    for (size_t k = 0; community > 0 && k < w->town->account_count; k++) {
        const struct account *a = &w->town->accounts[k];

        for (size_t g = 0; g < a->grant_count; g++) {
            if (a->grants[g].role == ROLE_GRID_WORKER && a->grants[g].place == community) {
                return a;
            }
        }
    }
    return NULL;
}

/* One person a night: they take turns by the day on which the night began. */
const struct account *demo_night_shift(struct demo_world *w, int64_t at) {
    int64_t day = (at + CHINA_OFFSET_MINUTES * MINUTE_US - 12 * HOUR_US) / DAY_US;

    return w->night.count == 0 ? NULL : w->night.list[(size_t)day % w->night.count];
}

struct str demo_person_name(struct demo_world *w) {
    struct str surname = w->surnames[demo_draw(w, (int64_t)w->surname_count)];
    struct str given = w->given[demo_draw(w, (int64_t)w->given_count)];

    return arena_format(w->arena, "%.*s%.*s", STR_ARG(surname), STR_ARG(given));
}

struct str demo_telephone(struct demo_world *w) {
    return arena_format(w->arena, "1380000%04d", (int)demo_draw(w, 10000));
}
