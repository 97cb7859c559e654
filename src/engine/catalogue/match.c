/* SPDX-License-Identifier: Apache-2.0 */
/* Routes and templates: which row fits a class best. */
#include "engine/catalogue/build.h"

enum { LEVELS = 4 };

/* The codes under which rows for this class may stand, most exact first; gives their number. */
static size_t levels_of(const struct catalogue_class *class, struct str out[LEVELS]) {
    struct str kind = term_code(TERMS_CLASS_KIND, (int)class->kind);
    size_t count = 0;

    out[count++] = class->code;
    if (class->category != NULL) {
        out[count++] = class->category->code;
    }
    if (!str_eq(out[count - 1],
                kind)) { /* the category of local extensions is called L, as their kind */
        out[count++] = kind;
    }
    out[count++] = STR("*");
    return count;
}

struct fit {
    const struct catalogue_route *route;
    size_t rank[3]; /* line and place given, class, place: less is better */
};

/* Distance of the case's place from that of the route: 0 nearest, place_count for "*"; false when
 * it lies elsewhere. */
static bool place_rank(const struct route_question *question, struct str place, size_t *rank) {
    *rank = question->place_count;
    if (str_is(place, "*")) {
        return true;
    }
    for (size_t i = 0; i < question->place_count; i++) {
        if (str_eq(question->places[i], place)) {
            *rank = i;
            return true;
        }
    }
    return false;
}

static bool is_better(const struct fit *a, const struct fit *b) {
    if (b->route == NULL) {
        return true;
    }
    for (size_t i = 0; i < 3; i++) {
        if (a->rank[i] != b->rank[i]) {
            return a->rank[i] < b->rank[i];
        }
    }
    return false; /* the earlier row was met first */
}

static void try_route(const struct route_question *question, const struct catalogue_route *route,
                      size_t level, struct fit *best) {
    struct fit fit = {.route = route};
    bool has_place = !str_is(route->place, "*");

    if (route->line.n > 0 && question->line.n > 0 && !str_eq(route->line, question->line)) {
        return;
    }
    if (!place_rank(question, route->place, &fit.rank[2])) {
        return;
    }
    fit.rank[0] = route->line.n > 0 && has_place ? 0 : 1;
    fit.rank[1] = level;
    if (is_better(&fit, best)) {
        *best = fit;
    }
}

const struct catalogue_route *catalogue_route(const struct catalogue *c,
                                              const struct route_question *question) {
    struct fit best = {0};
    struct str levels[LEVELS];
    size_t count = levels_of(question->class, levels);

    for (size_t level = 0; level < count; level++) {
        const struct group *group = groups_find(&c->index->routes, levels[level]);

        for (size_t i = 0; group != NULL && i < group->count; i++) {
            try_route(question, &c->routes[group->rows[i]], level, &best);
        }
    }
    return best.route;
}

const struct catalogue_template *catalogue_template(const struct catalogue *c,
                                                    const struct catalogue_class *class,
                                                    enum outcome outcome) {
    struct str levels[LEVELS];
    size_t count = levels_of(class, levels);

    for (size_t level = 0; level < count; level++) {
        const struct group *group = groups_find(&c->index->templates, levels[level]);

        for (size_t i = 0; group != NULL && i < group->count; i++) {
            if (c->templates[group->rows[i]].outcome == outcome) {
                return &c->templates[group->rows[i]];
            }
        }
    }
    return NULL;
}

struct str template_fill(struct arena *a, struct str text,
                         const struct str values[PLACEHOLDER_COUNT]) {
    struct buf out = buf_make(a, 64 * 1024);

    for (size_t at = 0; at < text.n; at++) {
        struct str rest = str_slice(text, at + 1, text.n);
        ptrdiff_t end = text.p[at] == '{' ? str_find(rest, STR("}")) : -1;
        int number = end < 0 ? 0 : term_find(TERMS_PLACEHOLDER, str_slice(rest, 0, (size_t)end));

        if (number > 0) {
            buf_put(&out, values[number]);
            at += (size_t)end + 1;
        } else {
            buf_byte(&out, text.p[at]);
        }
    }
    return buf_str(&out);
}
