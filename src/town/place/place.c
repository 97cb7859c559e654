/* SPDX-License-Identifier: Apache-2.0 */
#include "town/place/place.h"

#include "base/geo/geojson.h"
#include "town/town.h"

#include <string.h>

static const char *const levels[LEVEL_COUNT] = {"",          "district", "street",
                                                "community", "grid",     "estate"};

bool place_is_neighbour(const struct place *p) {
    return str_is(p->kind, "neighbour");
}

struct str place_level_code(enum place_level level) {
    return str_of(levels[level]);
}

enum place_level place_level_find(struct str code) {
    for (int i = 1; i < LEVEL_COUNT; i++) {
        if (str_is(code, levels[i])) {
            return (enum place_level)i;
        }
    }
    return LEVEL_NONE;
}

/* Small or capital letters make no difference to whoever types a number. */
static bool is_code(struct str code) {
    for (size_t i = 0; i < code.n; i++) {
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", code.p[i]) == NULL) {
            return false;
        }
    }
    return code.n <= OFFICE_CODE_MAX;
}

static bool check_office(const struct town *t, const struct office *o, struct err *err) {
    for (size_t i = 0; i < t->office_count; i++) {
        if (t->offices[i].id == o->id || str_eq(t->offices[i].code, o->code)) {
            return fail1(err, E_OFFICE, "code", o->code);
        }
    }
    return (is_code(o->code) && o->id > 0 && o->id <= OFFICES_MAX) ||
           fail1(err, E_OFFICE, "code", o->code);
}

static bool decide_office(struct decide *d, const void *input, struct err *err) {
    const struct office *o = input;
    struct event *e;

    if (o->code.n == 0 || o->name[0].n == 0) {
        return fail1(err, E_REQUIRED, "code", STR("code"));
    }
    if (!check_office(d->town, o, err)) {
        return false;
    }
    e = decide_emit(d, "office.created/1");
    event_add_int(e, "id", o->id);
    event_add_text(e, "code", o->code);
    event_add_text(e, "name_zh", o->name[0]);
    event_add_text(e, "name_en", o->name[1]);
    event_add_int(e, "offset_minutes", o->offset_minutes);
    event_add_text(e, "telephone", o->telephone);
    event_add_text(e, "division", o->division);
    return true;
}

bool office_created_apply(struct store *s, struct arena *a, const struct event *e,
                          struct err *err) {
    struct stmt *q = store_sql(s, SQL_OFFICE_INSERT);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_text(q, 2, event_text(e, "code"));
    stmt_bind_text(q, 3, event_text(e, "name_zh"));
    stmt_bind_text(q, 4, event_text(e, "name_en"));
    stmt_bind_int(q, 5, event_int(e, "offset_minutes", 0));
    stmt_bind_text(q, 6, event_text(e, "telephone"));
    stmt_bind_text(q, 7, event_text(e, "division"));
    return stmt_run_one(q, err);
}

static bool decide_place(struct decide *d, const void *input, struct err *err) {
    const struct place *p = input;
    struct polygon ground;
    struct event *e;

    if (p->code.n == 0 || p->level == LEVEL_NONE) {
        return fail1(err, E_REQUIRED, "code", STR("code"));
    }
    if (p->polygon.n > 0 && !geojson_polygon_parse(d->arena, p->polygon, &ground, err)) {
        return false;
    }
    e = decide_emit(d, "place.created/1");
    event_add_int(e, "id", p->id);
    event_add_int(e, "office", p->office);
    event_add_text(e, "code", p->code);
    event_add_int(e, "parent", p->parent);
    event_add_text(e, "level", place_level_code(p->level));
    event_add_text(e, "name_zh", p->name[0]);
    event_add_text(e, "name_en", p->name[1]);
    event_add_text(e, "kind", p->kind);
    event_add_text(e, "firm", p->firm);
    event_add_text(e, "polygon", p->polygon);
    return true;
}

bool place_created_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_PLACE_INSERT);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_int(q, 2, event_int(e, "office", 0));
    stmt_bind_text(q, 3, event_text(e, "code"));
    stmt_bind_int(q, 4, event_int(e, "parent", 0));
    stmt_bind_text(q, 5, event_text(e, "level"));
    stmt_bind_text(q, 6, event_text(e, "name_zh"));
    stmt_bind_text(q, 7, event_text(e, "name_en"));
    stmt_bind_text(q, 8, event_text(e, "kind"));
    stmt_bind_text(q, 9, event_text(e, "firm"));
    stmt_bind_text(q, 10, event_text(e, "polygon"));
    return stmt_run_one(q, err);
}

static bool decide_unit(struct decide *d, const void *input, struct err *err) {
    const struct unit *u = input;
    struct event *e;

    if (u->code.n == 0 || u->name[0].n == 0) {
        return fail1(err, E_REQUIRED, "code", STR("code"));
    }
    e = decide_emit(d, "unit.created/1");
    event_add_int(e, "id", u->id);
    event_add_int(e, "office", u->office);
    event_add_text(e, "code", u->code);
    event_add_text(e, "parent", u->parent);
    event_add_text(e, "name_zh", u->name[0]);
    event_add_text(e, "name_en", u->name[1]);
    event_add_text(e, "kind", u->kind);
    event_add_int(e, "has_accounts", u->has_accounts);
    event_add_text(e, "line", u->line);
    event_add_text(e, "area", u->area);
    event_add_text(e, "telephone", u->telephone);
    return true;
}

bool unit_created_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_UNIT_INSERT);

    (void)a;
    stmt_bind_int(q, 1, event_int(e, "id", 0));
    stmt_bind_int(q, 2, event_int(e, "office", 0));
    stmt_bind_text(q, 3, event_text(e, "code"));
    stmt_bind_text(q, 4, event_text(e, "parent"));
    stmt_bind_text(q, 5, event_text(e, "name_zh"));
    stmt_bind_text(q, 6, event_text(e, "name_en"));
    stmt_bind_text(q, 7, event_text(e, "kind"));
    stmt_bind_int(q, 8, event_int(e, "has_accounts", 0));
    stmt_bind_text(q, 9, event_text(e, "line"));
    stmt_bind_text(q, 10, event_text(e, "area"));
    stmt_bind_text(q, 11, event_text(e, "telephone"));
    return stmt_run_one(q, err);
}

const struct command_row office_create = {.name = "office.create", .decide = decide_office};
const struct command_row place_create = {.name = "place.create", .decide = decide_place};
const struct command_row unit_create = {.name = "unit.create", .decide = decide_unit};
