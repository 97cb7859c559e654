/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/office_files.h"

#include "base/file.h"
#include "base/json.h"
#include "engine/catalogue/csv.h"
#include "town/access/accounts.h"

#include <string.h>

enum { FILE_BYTES = 8 << 20, ROWS = 20000, COLUMNS = 16, LINE_BYTES = 100000 };

struct loader {
    struct installation *inst;
    struct arena *arena;
    const char *folder;
    int64_t office;
    struct actor actor;
    const char *file; /* the one being read */
    struct csv_table table;
    int64_t next_id; /* of the common ledger's things: places, units, accounts, grants */
};

static bool read_sheet(struct loader *l, const char *file, struct err *err) {
    struct str path = path_join(l->arena, str_of(l->folder), str_of(file));
    struct mistakes m = mistakes_make(l->arena, 4);
    struct csv_bounds bounds = {.text = {FILE_BYTES, LINE_BYTES}, .rows = ROWS, .columns = COLUMNS};
    struct str text;

    l->file = file;
    if (!file_read(l->arena, path.p, FILE_BYTES, &text, err)) {
        return false;
    }
    if (!csv_read(&m, str_of(file), text, bounds, &l->table) || m.count > 0) {
        return fail2(err, E_FILE, "", path, mistake_sentence(l->arena, &m.items[0], LANGUAGE_EN));
    }
    return true;
}

static struct str cell(const struct loader *l, size_t row, const char *column) {
    int at = csv_column(&l->table, column);

    return at < 0 ? (struct str){0} : str_trim(l->table.rows[row].fields[at].text);
}

static bool need_columns(struct loader *l, const char *const *columns, size_t count,
                         struct err *err) {
    for (size_t i = 0; i < count; i++) {
        if (csv_column(&l->table, columns[i]) < 0) {
            return fail1(err, E_SHEET, l->file, str_of(columns[i]));
        }
    }
    return true;
}

static bool row_fail(const struct loader *l, size_t row, struct str why, struct err *err) {
    struct str line = arena_format(l->arena, "%s:%d", l->file, l->table.rows[row].line);

    return fail2(err, E_SHEET_ROW, l->file, line, why);
}

static bool run_all(struct loader *l, struct command *commands, size_t count, struct err *err) {
    struct door *door = installation_door(l->inst);

    if (door_run(door, commands, count)) {
        /* Also where nobody is told yet, the next sheet names what this one brought. */
        return installation_reload(l->inst, door_store(door), err);
    }
    for (size_t i = 0; i < count; i++) {
        if (!commands[i].ok) {
            *err = commands[i].err;
            return false;
        }
    }
    return true;
}

static void fill_command(const struct loader *l, struct command *c, const struct command_row *row,
                         const void *input) {
    *c = (struct command){.row = row, .actor = l->actor, .office = 0, .input = input};
}

/* ---- places */

static bool find_geometry(struct loader *l, struct str where, struct str *polygon,
                          struct err *err) {
    struct str rest = where;
    struct str file = str_cut(&rest, '#');
    struct str path = path_join(l->arena, str_of(l->folder), file);
    const struct json *root;
    struct str text;

    if (!file_read(l->arena, path.p, FILE_BYTES, &text, err) ||
        !json_read(l->arena, text, &root, err)) {
        return false;
    }
    for (const struct json *f =
             json_member(root, "features") == NULL ? NULL : json_member(root, "features")->child;
         f != NULL; f = f->next) {
        const struct json *g = json_member(f, "geometry");
        struct str id = json_text_of(f, "id");

        id = id.n > 0 ? id : json_text_of(json_member(f, "properties"), "id");
        id = id.n > 0 ? id : json_text_of(json_member(f, "properties"), "code");
        if (g != NULL && str_eq(id, rest)) {
            struct buf b = buf_make(l->arena, 1 << 20);
            struct json_out o = json_out(&b);

            json_tree(&o, NULL, g);
            *polygon = buf_str(&b);
            return true;
        }
    }
    return fail1(err, E_NOT_FOUND, "geometry", where);
}

static int64_t place_id_of(const struct place *places, size_t count, struct str code) {
    for (size_t i = count; i-- > 0;) {
        if (str_eq(places[i].code, code)) {
            return places[i].id;
        }
    }
    return 0;
}

static bool load_places(struct loader *l, struct office_files_result *result, struct err *err) {
    static const char *const columns[] = {"code",    "parent", "level",    "name_zh",
                                          "name_en", "kind",   "geometry", "firm"};
    struct command *commands;
    struct place *places;
    size_t n;

    if (!read_sheet(l, "places.csv", err) || !need_columns(l, columns, 8, err)) {
        return false;
    }
    n = l->table.row_count;
    commands = arena_array(l->arena, struct command, n);
    places = arena_array(l->arena, struct place, n);
    for (size_t i = 0; i < n; i++) {
        struct place *p = &places[i];
        struct str parent = cell(l, i, "parent");
        struct str geometry = cell(l, i, "geometry");

        p->id = l->next_id++;
        p->office = l->office;
        p->code = cell(l, i, "code");
        p->level = place_level_find(cell(l, i, "level"));
        p->name[0] = cell(l, i, "name_zh");
        p->name[1] = cell(l, i, "name_en");
        p->kind = cell(l, i, "kind");
        p->firm = cell(l, i, "firm");
        p->parent = parent.n == 0 ? 0 : place_id_of(places, i, parent);
        if (parent.n > 0 && p->parent == 0) {
            return row_fail(l, i, arena_format(l->arena, "parent %.*s", STR_ARG(parent)), err);
        }
        if (geometry.n > 0 && !find_geometry(l, geometry, &p->polygon, err)) {
            return false;
        }
        fill_command(l, &commands[i], &place_create, p);
    }
    result->places = n;
    return run_all(l, commands, n, err);
}

/* ---- units */

static bool load_units(struct loader *l, struct office_files_result *result, struct err *err) {
    static const char *const columns[] = {"code",         "parent", "name_zh", "name_en",  "kind",
                                          "has_accounts", "line",   "area",    "telephone"};
    struct command *commands;
    struct unit *units;
    size_t n;

    if (!read_sheet(l, "units.csv", err) || !need_columns(l, columns, 9, err)) {
        return false;
    }
    n = l->table.row_count;
    commands = arena_array(l->arena, struct command, n);
    units = arena_array(l->arena, struct unit, n);
    for (size_t i = 0; i < n; i++) {
        units[i] = (struct unit){
            .id = l->next_id++,
            .office = l->office,
            .code = cell(l, i, "code"),
            .parent = cell(l, i, "parent"),
            .name = {cell(l, i, "name_zh"), cell(l, i, "name_en")},
            .kind = cell(l, i, "kind"),
            .has_accounts = str_is(cell(l, i, "has_accounts"), "yes"),
            .line = cell(l, i, "line"),
            .area = cell(l, i, "area"),
            .telephone = cell(l, i, "telephone"),
        };
        fill_command(l, &commands[i], &unit_create, &units[i]);
    }
    result->units = n;
    return run_all(l, commands, n, err);
}

/* ---- accounts and their roles */

static bool load_grants(struct loader *l, const struct account_create *accounts, struct err *err) {
    const struct town *t = installation_town(l->inst);
    size_t n = l->table.row_count;
    struct command *commands = arena_array(l->arena, struct command, n * 4 + 1);
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++) {
        struct str roles = cell(l, i, "roles");
        struct str place = cell(l, i, "place");
        const struct place *where = place.n == 0 ? NULL : town_place_by_code(t, l->office, place);

        if (place.n > 0 && where == NULL) {
            ok = row_fail(l, i, arena_format(l->arena, "place %.*s", STR_ARG(place)), err);
        }
        while (ok && accounts[i].id > 0 && roles.n > 0 && count < n * 4) {
            struct grant_give *g = arena_new(l->arena, struct grant_give);
            struct str role = str_trim(str_cut(&roles, ';'));

            g->id = l->next_id++;
            g->office = l->office;
            g->grant.account = accounts[i].id;
            g->grant.role = (enum role)term_find(TERMS_ROLE, role);
            g->grant.place = where == NULL || where->level == LEVEL_STREET ? 0 : where->id;
            if (g->grant.role == ROLE_NONE) {
                ok = row_fail(l, i, arena_format(l->arena, "role %.*s", STR_ARG(role)), err);
            }
            fill_command(l, &commands[count++], &account_grant, g);
        }
    }
    installation_release(l->inst, t);
    return ok && run_all(l, commands, count, err);
}

/* An account of the office that is there already (admin) keeps its name, roles and password. A name
 * that somebody has in another office is taken. */
static bool is_known(struct loader *l, const struct town *t, size_t row, bool *known,
                     struct err *err) {
    const struct account *a = town_account_by_login(t, cell(l, row, "login"));

    *known = a != NULL;
    return a == NULL || a->office == l->office || fail1(err, E_LOGIN, l->file, a->login);
}

static bool load_accounts(struct loader *l, struct office_files_result *result, struct err *err) {
    static const char *const columns[] = {"login", "unit", "name", "roles", "place"};
    const struct town *t;
    struct command *commands;
    struct account_create *accounts;
    size_t n;
    size_t count = 0;
    bool ok = true;

    if (!read_sheet(l, "accounts.csv", err) || !need_columns(l, columns, 5, err)) {
        return false;
    }
    n = l->table.row_count;
    commands = arena_array(l->arena, struct command, n);
    accounts = arena_array(l->arena, struct account_create, n);
    t = installation_town(l->inst);
    for (size_t i = 0; ok && i < n; i++) {
        const struct unit *u = town_unit_by_code(t, l->office, cell(l, i, "unit"));
        bool known = false;

        if (u == NULL && cell(l, i, "unit").n > 0) {
            ok = row_fail(l, i, arena_format(l->arena, "unit %.*s", STR_ARG(cell(l, i, "unit"))),
                          err);
        }
        accounts[i] = (struct account_create){.id = l->next_id++,
                                              .office = l->office,
                                              .login = cell(l, i, "login"),
                                              .name = cell(l, i, "name"),
                                              .unit = u == NULL ? 0 : u->id};
        ok = ok && is_known(l, t, i, &known, err);
        if (!ok || known) {
            accounts[i].id = 0;
        } else {
            fill_command(l, &commands[count++], &account_create, &accounts[i]);
        }
    }
    installation_release(l->inst, t);
    ok = ok && run_all(l, commands, count, err);
    result->accounts = count;
    return ok && load_grants(l, accounts, err);
}

static int64_t first_free_id(struct installation *i) {
    const struct town *t = installation_town(i);
    int64_t last = 0;

    for (size_t k = 0; k < t->place_count; k++) {
        last = t->places[k].id > last ? t->places[k].id : last;
    }
    for (size_t k = 0; k < t->unit_count; k++) {
        last = t->units[k].id > last ? t->units[k].id : last;
    }
    for (size_t k = 0; k < t->account_count; k++) {
        const struct account *a = &t->accounts[k];

        last = a->id > last ? a->id : last;
        for (size_t g = 0; g < a->grant_count; g++) {
            last = a->grants[g].id > last ? a->grants[g].id : last;
        }
    }
    installation_release(i, t);
    return last + 1;
}

static bool keep_map(struct loader *l, struct err *err) {
    struct str from = path_join(l->arena, str_of(l->folder), STR("map.geojson"));
    struct str to = path_join(l->arena, installation_folder(l->inst), STR("map.geojson"));
    struct str text;

    return !file_exists(from.p) || file_exists(to.p) ||
           (file_read(l->arena, from.p, FILE_BYTES, &text, err) &&
            file_write(l->arena, to.p, text, 0644, err));
}

bool office_files_check(struct installation *i, const char *folder, int64_t office,
                        struct err *err) {
    struct loader l = {.inst = i, .arena = arena_open(), .folder = folder, .office = office};
    const struct town *t = installation_town(i);
    bool ok = read_sheet(&l, "places.csv", err) && read_sheet(&l, "units.csv", err) &&
              read_sheet(&l, "accounts.csv", err);

    for (size_t row = 0; ok && row < l.table.row_count; row++) {
        bool known;

        ok = is_known(&l, t, row, &known, err);
    }
    installation_release(i, t);
    arena_close(l.arena);
    return ok;
}

bool office_files_load(struct installation *i, const char *folder, int64_t office,
                       struct office_files_result *result, struct err *err) {
    struct loader l = {.inst = i,
                       .arena = arena_open(),
                       .folder = folder,
                       .office = office,
                       .next_id = first_free_id(i)};
    bool ok;

    memset(result, 0, sizeof *result);
    ok = load_places(&l, result, err) && load_units(&l, result, err) &&
         load_accounts(&l, result, err) && keep_map(&l, err);
    arena_close(l.arena);
    return ok;
}
