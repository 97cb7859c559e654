/* SPDX-License-Identifier: Apache-2.0 */
/* linli publish: a checked catalogue becomes the next version; running cases keep theirs.
 * linli account: a new one-time password for an account. */
#include "cli/commands.h"
#include "cli/office_new.h"
#include "town/access/accounts.h"

#include <inttypes.h>

int cli_publish(int argc, char **argv) {
    const char *data = NULL;
    const char *folder = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA}};
    int status = cli_read(argc, argv, options, 1, &folder, 1);
    struct source source = source_system();
    struct err err = {0};
    struct installation *i;
    struct arena *a;
    int64_t version = 0;

    if (status >= 0) {
        return status;
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    a = arena_open();
    i = installation_open(data, INSTALLATION_WRITE, &source, &err);
    if (i == NULL || !office_publish(i, cli_catalogue(a, folder), &version, &err)) {
        status = cli_fail(argv[0], &err);
    } else {
        cli_say(M_CLI_PUBLISHED, arena_format(a, "%" PRId64, version), (struct str){0},
                (struct str){0});
        status = 0;
    }
    installation_close(i);
    arena_close(a);
    return status;
}

static bool reset_password(struct installation *i, struct arena *a, struct str login,
                           struct str *password, struct err *err) {
    const struct town *t = installation_town(i);
    const struct account *account = town_account_by_login(t, login);
    bool ok = account != NULL ? account_reset_password(i, a, ACTOR_SYSTEM, account, password, err)
                              : fail1(err, E_NOT_FOUND, "", login);

    installation_release(i, t);
    return ok;
}

int cli_account(int argc, char **argv) {
    const char *data = NULL;
    const char *login = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA}};
    int status = cli_read(argc, argv, options, 1, &login, 1);
    struct source source = source_system();
    struct err err = {0};
    struct installation *i;
    struct arena *a;
    struct str password;

    if (status >= 0) {
        return status;
    }
    if (data == NULL || login == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, data == NULL ? "--data" : "LOGIN");
    }
    a = arena_open();
    i = installation_open(data, INSTALLATION_WRITE, &source, &err);
    if (i == NULL || !reset_password(i, a, str_of(login), &password, &err)) {
        status = cli_fail(argv[0], &err);
    } else {
        cli_say(M_CLI_PASSWORD_SET, str_of(login), password, (struct str){0});
        status = 0;
    }
    installation_close(i);
    arena_close(a);
    return status;
}
