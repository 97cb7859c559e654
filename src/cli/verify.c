/* SPDX-License-Identifier: Apache-2.0 */
/* linli verify: the proof. linli rebuild: the tables made anew. */
#include "cli/commands.h"
#include "engine/door/verify.h"
#include "town/access/sign_in.h"

#include <inttypes.h>

static void print_difference(void *context, const struct difference *d) {
    (void)context;
    cli_say(M_CLI_VERIFY_DIFFERENCE, d->table, d->key, (struct str){0});
    cli_say(M_CLI_VERIFY_CELL, d->column, d->is, d->should);
}

bool cli_prove(struct installation *i, struct verify_result *result, struct err *err) {
    struct store *s = installation_reader(i);
    struct verify_setup setup = {
        .store = s,
        .events = town_events,
        .keys = installation_keys(i),
        .attachments = installation_attachments(i).p,
        .found = print_difference,
    };
    int64_t entries;
    int64_t bad;
    bool ok = verify_run(&setup, result, err) && audit_prove(s, &entries, &bad, err);

    if (ok && bad > 0) {
        struct arena *a = arena_open();

        print_difference(NULL, &(struct difference){.table = STR("audit"),
                                                    .key = arena_format(a, "number=%" PRId64, bad),
                                                    .column = STR("hash"),
                                                    .is = STR("altered"),
                                                    .should = STR("unbroken chain")});
        result->differences++;
        arena_close(a);
    }
    installation_return_reader(i, s);
    return ok;
}

struct str cli_proved(struct arena *a, const struct verify_result *result) {
    return message_format(
        a, M_CLI_VERIFY_COUNTS, cli_language(), arena_format(a, "%" PRId64, result->events),
        arena_format(a, "%" PRId64, result->rows), arena_format(a, "%" PRId64, result->values));
}

int cli_verify(int argc, char **argv) {
    const char *data = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA}};
    int status = cli_read(argc, argv, options, 1, NULL, 0);
    struct source source = source_system();
    struct verify_result result = {0};
    struct err err = {0};
    struct installation *i;

    if (status >= 0) {
        return status;
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    i = installation_open(data, INSTALLATION_READ, &source, &err);
    if (i == NULL || !cli_prove(i, &result, &err)) {
        status = cli_fail(argv[0], &err);
    } else {
        struct arena *a = arena_open();
        struct str counts = cli_proved(a, &result);

        if (result.differences == 0) {
            cli_say(M_CLI_VERIFY_OK, counts, (struct str){0}, (struct str){0});
            status = 0;
        } else {
            fail1(&err, E_VERIFY, "", arena_format(a, "%" PRId64, result.differences));
            status = cli_fail(argv[0], &err);
        }
        arena_close(a);
    }
    installation_close(i);
    return status;
}

int cli_rebuild(int argc, char **argv) {
    const char *data = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA}};
    int status = cli_read(argc, argv, options, 1, NULL, 0);
    struct source source = source_system();
    struct err err = {0};
    struct installation *i;

    if (status >= 0) {
        return status;
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    i = installation_open(data, INSTALLATION_WRITE, &source, &err);
    if (i == NULL || !verify_rebuild(door_store(installation_door(i)), town_events, &err)) {
        status = cli_fail(argv[0], &err);
    } else {
        cli_say(M_CLI_REBUILD_DONE, (struct str){0}, (struct str){0}, (struct str){0});
        status = 0;
    }
    installation_close(i);
    return status;
}
