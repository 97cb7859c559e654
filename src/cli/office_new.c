/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/office_new.h"

#include "base/file.h"
#include "cli/cli.h"
#include "engine/catalogue/check.h"
#include "engine/catalogue/codes.h"
#include "engine/catalogue/folder.h"
#include "town/access/accounts.h"
#include "town/access/api_keys.h"
#include "town/access/sign_in.h"

#include <stdio.h>

#define DEMO_MARK "demonstration"

static bool run(struct installation *i, const struct command_row *row, const void *input,
                struct err *err) {
    struct command c = {.row = row, .office = 0, .input = input};

    if (!door_run(installation_door(i), &c, 1)) {
        *err = c.err;
        return false;
    }
    return true;
}

/* The codes that routes may name in an office that has its units; NULL before it has any. */
static const struct catalogue_known *known_codes(struct arena *a, const struct town *t) {
    struct catalogue_known *known = arena_new(a, struct catalogue_known);
    struct codes *units = codes_make(a, t->unit_count);
    struct codes *places = codes_make(a, t->place_count);
    size_t first;

    for (size_t i = 0; i < t->unit_count; i++) {
        codes_add(units, t->units[i].code, i, &first);
    }
    for (size_t i = 0; i < t->place_count; i++) {
        codes_add(places, t->places[i].code, i, &first);
    }
    *known = (struct catalogue_known){.units = units, .places = places};
    return t->unit_count > 0 ? known : NULL;
}

static bool load_checked(struct arena *a, const char *folder, const struct catalogue_known *known,
                         struct catalogue_folder *out, struct err *err) {
    struct mistakes m = mistakes_make(a, MISTAKES_ROOM);
    struct buf list = buf_make(a, 1 << 20);

    if (!catalogue_load(a, folder, false, &m, out, err)) {
        return false;
    }
    catalogue_check_all(a, out->texts, out->count, known, &m);
    if (m.count == 0) {
        return true;
    }
    mistakes_sort(&m);
    mistakes_write(&list, &m, cli_language());
    fprintf(stderr, "%.*s", STR_ARG(buf_str(&list)));
    return fail1(err, E_DEFINITION, "", arena_format(a, "%zu", m.count));
}

static bool load_for(struct installation *i, struct arena *a, const char *folder,
                     struct catalogue_folder *out, struct err *err) {
    const struct town *t = installation_town(i);
    bool ok = load_checked(a, folder, known_codes(a, t), out, err);

    installation_release(i, t);
    return ok;
}

bool office_check(struct installation *i, const char *folder, struct err *err) {
    struct arena *a = arena_open();
    struct catalogue_folder texts;
    bool ok = load_for(i, a, folder, &texts, err);

    arena_close(a);
    return ok;
}

bool office_publish(struct installation *i, const char *folder, int64_t *version, struct err *err) {
    struct arena *a = arena_open();
    struct catalogue_folder texts;
    bool ok = load_for(i, a, folder, &texts, err);

    if (ok) {
        struct catalogue_publish publish = {.texts = texts.texts, .count = texts.count};
        const struct town *t;

        ok = run(i, &catalogue_publish, &publish, err);
        t = installation_town(i);
        *version = t->version;
        installation_release(i, t);
    }
    arena_close(a);
    return ok;
}

bool office_add(struct installation *i, const struct office *office, struct str login,
                struct err *err) {
    struct account_open admin = {.office = office->id, .login = login, .name = login};
    struct command c = {
        .row = &account_open, .actor = {.account = ACTOR_SYSTEM}, .office = 0, .input = &admin};

    admin.grants[admin.grant_count++] = (struct grant){.role = ROLE_ADMINISTRATOR};
    if (!run(i, &office_create, office, err) ||
        !installation_reload(i, door_store(installation_door(i)), err)) {
        return false;
    }
    if (!door_run(installation_door(i), &c, 1)) {
        *err = c.err;
    }
    return c.ok;
}

bool office_new(struct installation *i, const char *catalogue, const struct office *office,
                struct str admin_password, bool must_change, struct err *err) {
    int64_t version;

    return office_add(i, office, STR("admin"), err) &&
           password_give(i, office->id, admin_password, must_change, err) &&
           office_publish(i, catalogue, &version, err);
}

bool office_find(struct installation *i, const char *code, int64_t *office, struct err *err) {
    const struct town *t = installation_town(i);
    const struct office *o =
        code == NULL ? town_office(t, FIRST_OFFICE) : town_office_by_code(t, str_of(code));

    *office = o == NULL ? FIRST_OFFICE : o->id;
    installation_release(i, t);
    return code == NULL || o != NULL || fail1(err, E_OFFICE_UNKNOWN, "office", str_of(code));
}

bool office_mark_demonstration(struct installation *i, struct err *err) {
    struct arena *a = arena_open();
    bool ok = file_write(a, path_join(a, installation_folder(i), STR(DEMO_MARK)).p,
                         STR("linli demo\n"), 0600, err);

    arena_close(a);
    return ok;
}

bool office_is_demonstration(struct installation *i, bool *is, struct err *err) {
    struct arena *a = arena_open();
    struct store *s = installation_reader(i);
    struct api_key key;
    bool ok = api_key_find(s, a, installation_keys(i), STR(DEMO_KEY), &key, is, err);

    *is = *is || file_exists(path_join(a, installation_folder(i), STR(DEMO_MARK)).p);
    installation_return_reader(i, s);
    arena_close(a);
    return ok;
}
