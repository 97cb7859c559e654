/* SPDX-License-Identifier: Apache-2.0 */
/* linli init: an office with its catalogue and an administrator with a one-time password; --files
 * brings its places, units and accounts from three CSV files, each account with the same one-time
 * password. */
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/office_new.h"
#include "gate/exchange/office_files.h"
#include "town/access/sign_in.h"

static bool load_files(struct arena *a, struct installation *i, const char *files,
                       struct str password, struct err *err) {
    struct office_files_result r;

    if (!office_files_load(i, files, FIRST_OFFICE, &r, err) ||
        !password_give(i, FIRST_OFFICE, password, true, err)) {
        return false;
    }
    cli_say(M_CLI_DEMO_SETUP, arena_format(a, "%zu", r.places), arena_format(a, "%zu", r.units),
            arena_format(a, "%zu", r.accounts));
    return true;
}

int cli_init(int argc, char **argv) {
    const char *data = NULL;
    const char *database = NULL;
    const char *spread = NULL;
    const char *code = NULL;
    const char *name = NULL;
    const char *name_en = NULL;
    const char *telephone = "";
    const char *catalogue = NULL;
    const char *files = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--database", &database, NULL, M_OPT_DATABASE},
                                         {"--partitions", &spread, NULL, M_OPT_PARTITIONS},
                                         {"--office", &code, NULL, M_OPT_OFFICE},
                                         {"--name", &name, NULL, M_OPT_NAME},
                                         {"--name-en", &name_en, NULL, M_OPT_NAME_EN},
                                         {"--telephone", &telephone, NULL, M_OPT_TELEPHONE},
                                         {"--catalogue", &catalogue, NULL, M_OPT_CATALOGUE},
                                         {"--files", &files, NULL, M_OPT_FILES}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct source source = source_system();
    struct arena *a;
    struct installation *i;
    struct str password;
    struct office office;
    struct err err = {0};
    int64_t partitions;

    if (status >= 0) {
        return status;
    }
    if (data == NULL || code == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, data == NULL ? "--data" : "--office");
    }
    if (!cli_partitions(spread, &partitions)) {
        return cli_usage(argv[0], M_CLI_PARTITIONS, "--partitions");
    }
    a = arena_open();
    password = password_random(a, &source);
    office = (struct office){
        .id = FIRST_OFFICE,
        .code = str_of(code),
        .name = {str_of(name == NULL ? code : name), str_of(name_en == NULL ? code : name_en)},
        .offset_minutes = CHINA_OFFSET_MINUTES,
        .telephone = str_of(telephone)};
    i = installation_open_at(data, database, INSTALLATION_CREATE, &source, &err);
    if (i == NULL || (partitions > 0 && !installation_spread(i, partitions, &err)) ||
        !office_new(i, cli_catalogue(a, catalogue), &office, password, true, &err) ||
        (files != NULL && !load_files(a, i, files, password, &err))) {
        status = cli_fail(argv[0], &err);
        installation_discard(i);
        i = NULL;
    } else {
        struct err routes = {0};

        installation_made(i);
        if (files != NULL && !office_check(i, cli_catalogue(a, catalogue), &routes)) {
            cli_say(M_CLI_INIT_ROUTES, str_of(cli_catalogue(a, catalogue)), str_of(data),
                    (struct str){0});
        }
        cli_say(M_CLI_INIT_DONE, str_of(code), str_of(data), (struct str){0});
        cli_say(M_CLI_INIT_PASSWORD, password, (struct str){0}, (struct str){0});
        status = 0;
    }
    installation_close(i);
    arena_close(a);
    return status;
}
