/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_scope.h"

#include "base/time_text.h"

#include <string.h>

static const uint32_t roles_without_places =
    TERM_BIT(ROLE_HANDLER) | TERM_BIT(ROLE_ADMINISTRATOR) | TERM_BIT(ROLE_RESIDENT);

static const uint32_t centre_roles =
    TERM_BIT(ROLE_ACCEPTOR) | TERM_BIT(ROLE_DISPATCHER) | TERM_BIT(ROLE_SHIFT_LEADER);

static enum area_level area_level_of(const struct place *p) {
    switch (p->level) {
    case LEVEL_COMMUNITY:
        return AREA_COMMUNITY;
    case LEVEL_GRID:
        return AREA_GRID;
    case LEVEL_ESTATE:
        return AREA_ESTATE;
    default:
        return AREA_OFFICE;
    }
}

struct scope case_scope(const struct town *t, struct arena *a, const struct account *account,
                        int64_t office) {
    struct scope_grant *grants = arena_array(a, struct scope_grant, account->grant_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < account->grant_count; i++) {
        const struct grant *g = &account->grants[i];
        const struct place *p = g->place == 0 ? NULL : town_place(t, g->place);

        if (TERM_HAS(roles_without_places, g->role)) {
            continue;
        }
        grants[count].area.id = p == NULL ? 0 : p->id;
        grants[count].area.level = p == NULL ? AREA_OFFICE : area_level_of(p);
        grants[count].procedure = g->procedure;
        count++;
    }
    return (struct scope){
        .office = office, .grants = grants, .grant_count = count, .unit = account->unit};
}

static bool fits_procedure(const struct grant *g, const struct case_file *c) {
    return g->procedure.n == 0 || str_eq(g->procedure, c->procedure);
}

static bool fits_place(const struct town *t, const struct grant *g, const struct case_file *c) {
    return g->place == 0 || town_is_within(t, c->community, g->place) ||
           town_is_within(t, c->grid, g->place) || town_is_within(t, c->estate, g->place);
}

bool case_scope_has(const struct town *t, const struct account *account,
                    const struct case_file *c) {
    if (c->office != account->office) {
        return false;
    }
    for (size_t i = 0; i < account->grant_count; i++) {
        const struct grant *g = &account->grants[i];

        if (!TERM_HAS(roles_without_places, g->role) && fits_procedure(g, c) &&
            fits_place(t, g, c)) {
            return true;
        }
    }
    for (size_t i = 0; account->unit > 0 && i < c->task_count; i++) {
        if (c->tasks[i].unit == account->unit) {
            return true;
        }
    }
    return false;
}

/* Has the account by this grant an open task for which one speaks to who raised the case? */
static bool has_task_for(const struct town *t, const struct account *account, const struct grant *g,
                         const struct case_file *c) {
    for (size_t i = 0; i < c->task_count; i++) {
        const struct case_task *task = &c->tasks[i];
        bool is_open = task->state == TASK_SENT || task->state == TASK_SIGNED;
        bool may = false;

        if (g->role == ROLE_HANDLER) {
            may = account->unit > 0 && task->unit == account->unit &&
                  (task->kind == TASK_LEAD || (task->kind == TASK_ASSIST && c->confidential == 0));
        } else if (g->role == ROLE_GRID_WORKER) {
            may = c->confidential == 0 && (task->kind == TASK_VERIFY || task->kind == TASK_CHECK) &&
                  (g->place == 0 || town_is_within(t, task->grid, g->place));
        }
        if (is_open && may) {
            return true;
        }
    }
    return false;
}

bool case_may_reveal(const struct town *t, const struct account *account,
                     const struct case_file *c) {
    bool is_theirs = c->office == account->office;

    for (size_t i = 0; is_theirs && account->active && i < account->grant_count; i++) {
        const struct grant *g = &account->grants[i];

        if (fits_procedure(g, c) && ((TERM_HAS(centre_roles, g->role) && fits_place(t, g, c)) ||
                                     has_task_for(t, account, g, c))) {
            return true;
        }
    }
    return false;
}

/* ---- names */

struct names {
    const struct town *town;
    struct arena *arena;
    int64_t office;
};

static bool is_name(struct str word, struct str code, const struct str *name) {
    return str_eq(word, code) || str_eq(word, name[0]) || (word.n > 0 && str_eq(word, name[1]));
}

static struct str find_code(void *ctx, enum filter_key key, struct str word) {
    const struct names *n = ctx;

    if (key == FILTER_PROCEDURE) {
        const struct catalogue *c = town_catalogue(n->town, 0);

        for (size_t i = 0; i < c->procedure_count; i++) {
            if (is_name(word, c->procedures[i].code, c->procedures[i].name)) {
                return c->procedures[i].code;
            }
        }
        return (struct str){0};
    }
    return term_code(key == FILTER_STATE ? TERMS_STATE : TERMS_CHANNEL,
                     term_find_word(key == FILTER_STATE ? TERMS_STATE : TERMS_CHANNEL, word));
}

/* Exact names first; a part of a name only when nothing has the whole. */
static size_t find_places(void *ctx, struct str word, struct area *out, size_t max) {
    const struct names *n = ctx;
    size_t count = 0;

    for (int pass = 0; pass < 2 && count == 0 && word.n > 0; pass++) {
        for (size_t i = 0; i < n->town->place_count && count < max; i++) {
            const struct place *p = &n->town->places[i];
            bool fits =
                pass == 0 ? is_name(word, p->code, p->name) : str_find(p->name[0], word) >= 0;

            if (p->office == n->office && fits) {
                out[count].id = p->id;
                out[count++].level = area_level_of(p);
            }
        }
    }
    return count;
}

static size_t find_units(void *ctx, struct str word, int64_t *out, size_t max) {
    const struct names *n = ctx;
    size_t count = 0;

    for (int pass = 0; pass < 2 && count == 0 && word.n > 0; pass++) {
        for (size_t i = 0; i < n->town->unit_count && count < max; i++) {
            const struct unit *u = &n->town->units[i];
            bool fits =
                pass == 0 ? is_name(word, u->code, u->name) : str_find(u->name[0], word) >= 0;

            if (u->office == n->office && fits) {
                out[count++] = u->id;
            }
        }
    }
    return count;
}

static size_t find_classes(void *ctx, struct str word, struct str *out, size_t max) {
    const struct names *n = ctx;
    const struct catalogue *c = town_catalogue(n->town, 0);
    size_t count = 0;

    for (size_t i = 0; i < c->category_count && count < max; i++) {
        if (is_name(word, c->categories[i].code, c->categories[i].name)) {
            out[count++] = arena_format(n->arena, "%.*s-*", STR_ARG(c->categories[i].code));
        }
    }
    for (size_t i = 0; i < c->class_count && count < max; i++) {
        if (is_name(word, c->classes[i].code, c->classes[i].name)) {
            out[count++] = c->classes[i].code;
        }
    }
    return count;
}

static size_t same_name(const struct names *n, struct str name) {
    size_t count = 0;

    for (size_t i = 0; i < n->town->place_count; i++) {
        count += n->town->places[i].office == n->office && str_eq(n->town->places[i].name[0], name);
    }
    return count;
}

static struct str place_word(void *ctx, int64_t id) {
    const struct names *n = ctx;
    const struct place *p = town_place(n->town, id);

    if (p == NULL) {
        return STR("0");
    }
    return same_name(n, p->name[0]) == 1 && str_find(p->name[0], STR("\"")) < 0 ? p->name[0]
                                                                                : p->code;
}

static struct str unit_word(void *ctx, int64_t id) {
    const struct names *n = ctx;
    const struct unit *u = town_unit(n->town, id);

    return u == NULL ? STR("0") : u->code;
}

struct filter_names case_filter_names(const struct town *t, struct arena *a, int64_t office) {
    struct names *n = arena_new(a, struct names);

    *n = (struct names){t, a, office};
    return (struct filter_names){.ctx = n,
                                 .find_code = find_code,
                                 .find_places = find_places,
                                 .find_units = find_units,
                                 .find_classes = find_classes,
                                 .place_word = place_word,
                                 .unit_word = unit_word};
}

bool case_filter(const struct town *t, struct arena *a, int64_t office, struct str text,
                 int64_t now, struct filter *out, struct err *err) {
    const struct office *o = town_office(t, office);
    struct filter_names names = case_filter_names(t, a, office);
    struct filter_clock clock = {now, o == NULL ? CHINA_OFFSET_MINUTES : o->offset_minutes};

    return filter_parse(a, text, &names, clock, out, err);
}
