/* SPDX-License-Identifier: Apache-2.0 */
#include "town/town.h"

#include "base/geo/geojson.h"
#include "base/limits.h"

#include <assert.h>
#include <string.h>

enum { TEXTS_MOST = 30, FIRST_ROOM = 4 };

/* Room for one more item of a list that doubles: the list itself, or its copy at twice the size. */
static void *room_for_one(struct arena *a, const void *list, size_t count, size_t size) {
    bool full = count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
    char *bigger;

    if (!full) {
        return (void *)(uintptr_t)list;
    }
    bigger = arena_bytes(a, size * (count == 0 ? FIRST_ROOM : count * 2));
    if (count > 0) {
        memcpy(bigger, list, size * count);
    }
    return bigger;
}

static bool load_offices(struct town *t, struct store *s, struct err *err) {
    struct stmt *q = store_sql(s, SQL_OFFICE_LIST);
    struct office *list = NULL;

    while (stmt_next(q)) {
        struct office *o;

        list = room_for_one(t->arena, list, t->office_count, sizeof *list);
        o = &list[t->office_count++];

        o->id = stmt_int(q, 0);
        o->code = stmt_text(q, 1, t->arena);
        o->name[0] = stmt_text(q, 2, t->arena);
        o->name[1] = stmt_text(q, 3, t->arena);
        o->offset_minutes = (int)stmt_int(q, 4);
        o->telephone = stmt_text(q, 5, t->arena);
        o->division = stmt_text(q, 6, t->arena);
    }
    t->offices = list;
    return stmt_end(q, err);
}

static bool load_places(struct town *t, struct store *s, struct err *err) {
    struct stmt *q = store_sql(s, SQL_PLACE_LIST);
    struct place *list = NULL;

    while (stmt_next(q)) {
        struct place *p;

        list = room_for_one(t->arena, list, t->place_count, sizeof *list);
        p = &list[t->place_count++];

        p->id = stmt_int(q, 0);
        p->office = stmt_int(q, 1);
        p->code = stmt_text(q, 2, t->arena);
        p->parent = stmt_int(q, 3);
        p->level = place_level_find(stmt_view(q, 4));
        p->name[0] = stmt_text(q, 5, t->arena);
        p->name[1] = stmt_text(q, 6, t->arena);
        p->kind = stmt_text(q, 7, t->arena);
        p->firm = stmt_text(q, 8, t->arena);
        p->polygon = stmt_text(q, 9, t->arena);
    }
    t->places = list;
    return stmt_end(q, err);
}

/* Geometry was checked when the place was made; a polygon that cannot be read is left out. */
static const struct polygon_set *ground_of(struct town *t, int64_t office,
                                           bool (*is_of)(const struct place *p)) {
    struct polygon_item *items = NULL;
    size_t count = 0;

    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->places[i];
        struct polygon *polygon;
        struct err ignored;

        if (p->office != office || !is_of(p) || p->polygon.n == 0) {
            continue;
        }
        polygon = arena_new(t->arena, struct polygon);
        if (geojson_polygon_parse(t->arena, p->polygon, polygon, &ignored)) {
            items = room_for_one(t->arena, items, count, sizeof *items);
            items[count++] = (struct polygon_item){p->id, polygon};
        }
    }
    return count == 0 ? NULL : polygon_set_make(t->arena, items, count);
}

static bool is_grid(const struct place *p) {
    return p->level == LEVEL_GRID;
}

static void draw_grounds(struct town *t) {
    struct town_ground *grounds = arena_array(t->arena, struct town_ground, t->office_count + 1);

    for (size_t i = 0; i < t->office_count; i++) {
        grounds[i].own = ground_of(t, t->offices[i].id, is_grid);
        grounds[i].neighbours = ground_of(t, t->offices[i].id, place_is_neighbour);
    }
    t->grounds = grounds;
}

static bool load_units(struct town *t, struct store *s, struct err *err) {
    struct stmt *q = store_sql(s, SQL_UNIT_LIST);
    struct unit *list = NULL;

    while (stmt_next(q)) {
        struct unit *u;

        list = room_for_one(t->arena, list, t->unit_count, sizeof *list);
        u = &list[t->unit_count++];

        u->id = stmt_int(q, 0);
        u->office = stmt_int(q, 1);
        u->code = stmt_text(q, 2, t->arena);
        u->parent = stmt_text(q, 3, t->arena);
        u->name[0] = stmt_text(q, 4, t->arena);
        u->name[1] = stmt_text(q, 5, t->arena);
        u->kind = stmt_text(q, 6, t->arena);
        u->has_accounts = stmt_int(q, 7) != 0;
        u->line = stmt_text(q, 8, t->arena);
        u->area = stmt_text(q, 9, t->arena);
        u->telephone = stmt_text(q, 10, t->arena);
    }
    t->units = list;
    return stmt_end(q, err);
}

static bool load_grants(struct town *t, struct store *s, struct account *accounts,
                        struct err *err) {
    struct stmt *q = store_sql(s, SQL_GRANT_LIST);
    size_t at = 0;

    while (stmt_next(q)) {
        int64_t id = stmt_int(q, 0);
        struct account *a;
        struct grant *list;
        struct grant *g;

        while (at < t->account_count && accounts[at].id < id) {
            at++;
        }
        if (at == t->account_count || accounts[at].id != id) {
            continue;
        }
        a = &accounts[at];
        list = room_for_one(t->arena, a->grants, a->grant_count, sizeof *list);
        a->grants = list;
        g = &list[a->grant_count++];
        g->account = id;
        g->role = (enum role)term_find(TERMS_ROLE, stmt_view(q, 1));
        g->place = stmt_int(q, 2);
        g->procedure = stmt_text(q, 3, t->arena);
        g->id = stmt_int(q, 4);
        a->roles |= TERM_BIT(g->role);
    }
    return stmt_end(q, err);
}

static bool load_accounts(struct town *t, struct store *s, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ACCOUNT_LIST);
    struct account *list = NULL;

    while (stmt_next(q)) {
        struct account *a;

        list = room_for_one(t->arena, list, t->account_count, sizeof *list);
        a = &list[t->account_count++];

        a->id = stmt_int(q, 0);
        a->office = stmt_int(q, 1);
        a->login = stmt_text(q, 2, t->arena);
        a->unit = stmt_int(q, 3);
        a->language = str_is(stmt_view(q, 4), "en") ? LANGUAGE_EN : LANGUAGE_ZH;
        a->active = stmt_int(q, 5) != 0;
        a->event = stmt_int(q, 6);
        a->name = stmt_text(q, 7, t->arena);
    }
    t->accounts = list;
    return stmt_end(q, err) && load_grants(t, s, list, err);
}

static bool load_catalogue(struct town *t, struct store *s, int64_t version, struct err *err) {
    struct stmt *q = store_sql(s, SQL_DEFINITION_LIST);
    struct catalogue_text *texts = arena_array(t->arena, struct catalogue_text, TEXTS_MOST);
    size_t count = 0;

    stmt_bind_int(q, 1, version);
    while (count < TEXTS_MOST && stmt_next(q)) {
        texts[count].name = stmt_text(q, 0, t->arena);
        texts[count].text = stmt_text(q, 1, t->arena);
        if (version == t->version && str_is(texts[count].name, "common/workdays.csv")) {
            struct calendar_hours hours = calendar_hours_default();

            if (!calendar_make(t->arena, texts[count].text, &hours, &t->calendar, err)) {
                stmt_end(q, &(struct err){0});
                return false;
            }
        }
        count++;
    }
    return stmt_end(q, err) &&
           catalogue_make(t->arena, texts, count, &t->catalogues[version - 1], err);
}

static bool load_catalogues(struct town *t, struct store *s, struct err *err) {
    struct stmt *q = store_sql(s, SQL_DEFINITION_VERSIONS);

    t->version = stmt_next(q) ? stmt_int(q, 0) : 0;
    if (!stmt_end(q, err)) {
        return false;
    }
    t->catalogues = arena_array(t->arena, const struct catalogue *, (size_t)t->version + 1);
    for (int64_t version = 1; version <= t->version; version++) {
        if (!load_catalogue(t, s, version, err)) {
            return false;
        }
    }
    return true;
}

struct town *town_load(struct store *s, struct err *err) {
    struct arena *a = arena_open();
    struct town *t = arena_new(a, struct town);
    struct calendar_hours hours = calendar_hours_default();

    t->arena = a;
    if (!load_offices(t, s, err) || !load_places(t, s, err) || !load_units(t, s, err) ||
        !load_accounts(t, s, err) || !load_catalogues(t, s, err)) {
        arena_close(a);
        return NULL;
    }
    draw_grounds(t);
    if (t->calendar == NULL &&
        !calendar_make(a, STR("date,kind,name\n"), &hours, &t->calendar, err)) {
        arena_close(a);
        return NULL;
    }
    return t;
}

void town_close(struct town *t) {
    if (t != NULL) {
        arena_close(t->arena);
    }
}

const struct catalogue *town_catalogue(const struct town *t, int64_t version) {
    int64_t wanted = version == 0 ? t->version : version;

    assert(wanted >= 1 && wanted <= t->version);
    return t->catalogues[wanted - 1];
}

const struct office *town_office(const struct town *t, int64_t id) {
    for (size_t i = 0; i < t->office_count; i++) {
        if (t->offices[i].id == id) {
            return &t->offices[i];
        }
    }
    return NULL;
}

/* Binary search over an array whose items begin with their id. */
static const void *find_id(const void *list, size_t count, size_t size, int64_t id) {
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *item = (const char *)list + middle * size;
        int64_t at;

        memcpy(&at, item, sizeof at);
        if (at == id) {
            return item;
        }
        if (at < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static_assert(offsetof(struct place, id) == 0 && offsetof(struct unit, id) == 0 &&
                  offsetof(struct account, id) == 0,
              "find_id reads the id at the front");

const struct office *town_office_by_code(const struct town *t, struct str code) {
    for (size_t i = 0; i < t->office_count; i++) {
        if (str_eq(t->offices[i].code, code)) {
            return &t->offices[i];
        }
    }
    return NULL;
}

const struct place *town_place(const struct town *t, int64_t id) {
    return find_id(t->places, t->place_count, sizeof *t->places, id);
}

const struct unit *town_unit(const struct town *t, int64_t id) {
    return find_id(t->units, t->unit_count, sizeof *t->units, id);
}

const struct account *town_account(const struct town *t, int64_t id) {
    return find_id(t->accounts, t->account_count, sizeof *t->accounts, id);
}

const struct place *town_place_by_code(const struct town *t, int64_t office, struct str code) {
    for (size_t i = 0; i < t->place_count; i++) {
        if (t->places[i].office == office && str_eq(t->places[i].code, code)) {
            return &t->places[i];
        }
    }
    return NULL;
}

const struct unit *town_unit_by_code(const struct town *t, int64_t office, struct str code) {
    for (size_t i = 0; i < t->unit_count; i++) {
        if (t->units[i].office == office && str_eq(t->units[i].code, code)) {
            return &t->units[i];
        }
    }
    return NULL;
}

static int64_t place_at(const struct polygon_set *ground, struct point point) {
    return ground == NULL ? 0 : polygon_set_find(ground, point).id;
}

int64_t town_grid_at(const struct town *t, int64_t office, struct point point) {
    const struct office *o = town_office(t, office);

    return o == NULL ? 0 : place_at(t->grounds[o - t->offices].own, point);
}

const struct place *town_neighbour(const struct town *t, int64_t office, struct point point) {
    const struct office *o = town_office(t, office);

    if (o == NULL || town_grid_at(t, office, point) > 0) {
        return NULL;
    }
    return town_place(t, place_at(t->grounds[o - t->offices].neighbours, point));
}

const struct unit *town_neighbour_unit(const struct town *t, int64_t office, struct point point) {
    const struct place *theirs = town_neighbour(t, office, point);

    return theirs == NULL ? NULL : town_unit_by_code(t, office, theirs->firm);
}

const struct account *town_account_by_login(const struct town *t, struct str login) {
    for (size_t i = 0; i < t->account_count; i++) {
        if (str_eq(t->accounts[i].login, login)) {
            return &t->accounts[i];
        }
    }
    return NULL;
}

bool town_is_within(const struct town *t, int64_t place, int64_t above) {
    for (int depth = 0; place != 0 && depth < LEVEL_COUNT + 4; depth++) {
        const struct place *p = town_place(t, place);

        if (place == above) {
            return true;
        }
        place = p == NULL ? 0 : p->parent;
    }
    return false;
}

int64_t town_ancestor(const struct town *t, int64_t place, enum place_level level) {
    for (int depth = 0; place != 0 && depth < LEVEL_COUNT + 4; depth++) {
        const struct place *p = town_place(t, place);

        if (p == NULL) {
            return 0;
        }
        if (p->level == level) {
            return place;
        }
        place = p->parent;
    }
    return 0;
}

size_t town_place_codes(const struct town *t, int64_t place, struct str *codes, size_t most) {
    size_t count = 0;

    while (place != 0 && count < most) {
        const struct place *p = town_place(t, place);

        if (p == NULL) {
            break;
        }
        codes[count++] = p->code;
        place = p->parent;
    }
    return count;
}

static bool decide_publish(struct decide *d, const void *input, struct err *err) {
    const struct catalogue_publish *publish = input;
    struct stmt *q = store_sql(d->store, SQL_DEFINITION_VERSIONS);
    int64_t version = stmt_next(q) ? stmt_int(q, 0) + 1 : 1;
    struct event *e;

    if (!stmt_end(q, err)) {
        return false;
    }
    /* One event holds the whole bundle, so that a version is never half in force. */
    e = decide_emit(d, "catalogue.published/1");
    event_add_int(e, "version", version);
    static_assert(LIMIT_DEFINITION_FILES * 2 + 8 <= EVENT_FIELDS,
                  "a whole catalogue fits in one event");
    assert(publish->count <= LIMIT_DEFINITION_FILES);
    for (size_t i = 0; i < publish->count; i++) {
        event_add_text(e, arena_format(d->arena, "name_%zu", i).p, publish->texts[i].name);
        event_add_text(e, arena_format(d->arena, "text_%zu", i).p, publish->texts[i].text);
    }
    return true;
}

bool catalogue_text_apply(struct store *s, struct arena *a, const struct event *e,
                          struct err *err) {
    for (size_t i = 0; i < EVENT_FIELDS / 2; i++) {
        struct str name = event_text(e, arena_format(a, "name_%zu", i).p);
        struct stmt *q;

        if (name.n == 0) {
            return true;
        }
        q = store_sql(s, SQL_DEFINITION_INSERT);
        stmt_bind_text(q, 1, name);
        stmt_bind_int(q, 2, event_int(e, "version", 0));
        stmt_bind_text(q, 3, event_text(e, arena_format(a, "text_%zu", i).p));
        if (!stmt_run_one(q, err)) {
            return false;
        }
    }
    return true;
}

const struct command_row catalogue_publish = {.name = "catalogue.publish",
                                              .decide = decide_publish};
