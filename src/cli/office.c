/* SPDX-License-Identifier: Apache-2.0 */
/* linli office: the offices of an installation. One more has an administrator of its own, whose
 * one-time password is shown once; --files brings its places, units and accounts as with init. */
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/office_new.h"
#include "gate/exchange/office_files.h"
#include "town/access/sign_in.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct wish {
    const char *data;
    const char *code;
    const char *name;
    const char *name_en;
    const char *telephone;
    const char *login; /* NULL = admin-CODE in small letters */
    const char *files;
};

/* The number behind the last office's. */
static struct office number_office(struct installation *i, const struct wish *w) {
    const struct town *t = installation_town(i);
    struct office o = {.id = FIRST_OFFICE,
                       .code = str_of(w->code),
                       .name = {str_of(w->name == NULL ? w->code : w->name),
                                str_of(w->name_en == NULL ? w->code : w->name_en)},
                       .offset_minutes = CHINA_OFFSET_MINUTES,
                       .telephone = str_of(w->telephone)};

    for (size_t k = 0; k < t->office_count; k++) {
        o.id = t->offices[k].id >= o.id ? t->offices[k].id + 1 : o.id;
    }
    installation_release(i, t);
    return o;
}

/* With everything that the files hold, or not at all. */
static bool make(struct installation *i, const struct wish *w, const struct office *office,
                 struct str login, struct office_files_result *r, struct err *err) {
    struct door *door = installation_door(i);
    struct err ignored;
    bool ok;

    if (!door_hold(door, err)) {
        return false;
    }
    ok = office_add(i, office, login, err) &&
         (w->files == NULL || office_files_load(i, w->files, office->id, r, err));
    return door_release(door, ok, ok ? err : &ignored) && ok;
}

static struct str admin_login(struct arena *a, const struct wish *w) {
    struct buf b = buf_make(a, 64);

    if (w->login != NULL) {
        return str_of(w->login);
    }
    buf_c(&b, "admin-");
    for (const char *c = w->code; *c != '\0' && b.n < 32; c++) {
        buf_byte(&b, (char)tolower((unsigned char)*c));
    }
    return buf_str(&b);
}

static bool add(struct arena *a, struct installation *i, const struct wish *w, struct err *err) {
    struct office office = number_office(i, w);
    struct str login = admin_login(a, w);
    struct str password = password_random(a, installation_source(i));
    struct office_files_result r = {0};

    if (w->files != NULL && !office_files_check(i, w->files, office.id, err)) {
        return false;
    }
    if (!make(i, w, &office, login, &r, err) || !password_give(i, office.id, password, true, err)) {
        return false;
    }
    if (w->files != NULL) {
        cli_say(M_CLI_DEMO_SETUP, arena_format(a, "%zu", r.places), arena_format(a, "%zu", r.units),
                arena_format(a, "%zu", r.accounts));
    }
    cli_say(M_CLI_INIT_DONE, office.code, str_of(w->data), (struct str){0});
    cli_say(M_CLI_OFFICE_PASSWORD, login, password, (struct str){0});
    return true;
}

static bool list(struct installation *i) {
    const struct town *t = installation_town(i);

    for (size_t k = 0; k < t->office_count; k++) {
        const struct office *o = &t->offices[k];

        printf("%lld\t%.*s\t%.*s\n", (long long)o->id, STR_ARG(o->code),
               STR_ARG(o->name[cli_language()]));
    }
    installation_release(i, t);
    return true;
}

static int run(const struct wish *w, bool is_list) {
    struct arena *a = arena_open();
    struct source source = source_system();
    struct err err = {0};
    struct installation *i =
        installation_open(w->data, is_list ? INSTALLATION_READ : INSTALLATION_WRITE, &source, &err);
    bool ok = i != NULL && (is_list ? list(i) : add(a, i, w, &err));
    int status = ok ? 0 : cli_fail("office", &err);

    installation_close(i);
    arena_close(a);
    return status;
}

int cli_office(int argc, char **argv) {
    struct wish w = {.telephone = ""};
    const char *action = NULL;
    const struct cli_option options[] = {{"--data", &w.data, NULL, M_OPT_DATA},
                                         {"--office", &w.code, NULL, M_OPT_OFFICE},
                                         {"--name", &w.name, NULL, M_OPT_NAME},
                                         {"--name-en", &w.name_en, NULL, M_OPT_NAME_EN},
                                         {"--telephone", &w.telephone, NULL, M_OPT_TELEPHONE},
                                         {"--login", &w.login, NULL, M_OPT_ADMIN_LOGIN},
                                         {"--files", &w.files, NULL, M_OPT_FILES}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], &action, 1);
    bool is_list;

    if (status >= 0) {
        return status;
    }
    if (action == NULL || (strcmp(action, "add") != 0 && strcmp(action, "list") != 0)) {
        return cli_usage(argv[0], M_CLI_OFFICE_ACTION, "");
    }
    is_list = strcmp(action, "list") == 0;
    if (w.data == NULL || (!is_list && w.code == NULL)) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, w.data == NULL ? "--data" : "--office");
    }
    return run(&w, is_list);
}
