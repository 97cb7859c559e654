/* SPDX-License-Identifier: Apache-2.0 */
/* linli backup: one file with everything but the keys, beside a serving process. */
#include "engine/door/backup.h"

#include "cli/commands.h"
#include "town/installation.h"

#include <inttypes.h>

static void report(const char *data, const char *path, const struct backup_counts *n) {
    struct arena *a = arena_open();
    struct str counts = message_format(
        a, M_CLI_BACKUP_COUNTS, cli_language(), arena_format(a, "%" PRId64, n->events),
        arena_format(a, "%" PRId64, n->values), arena_format(a, "%" PRId64, n->photos));

    cli_say(M_CLI_BACKUP_DONE, str_of(path), counts,
            arena_format(a, "%.1f", (double)n->size_bytes / 1e6));
    if (n->missing > 0) {
        cli_say(M_CLI_BACKUP_MISSING, arena_format(a, "%" PRId64, n->missing), (struct str){0},
                (struct str){0});
    }
    cli_say(M_CLI_BACKUP_KEYS, arena_format(a, "%s/keys", data), (struct str){0}, (struct str){0});
    arena_close(a);
}

/* *is_made: there is a file, which may lack pictures; then the status is 1. */
static int back_up(const char *command, const char *data, const char *path, bool *is_made) {
    struct source source = source_system();
    struct err err = {0};
    struct backup_counts counts;
    struct installation *i = installation_open(data, INSTALLATION_READ, &source, &err);
    struct store *s = i == NULL ? NULL : installation_connect(i, &err);
    struct backup_setup setup = {.store = s, .folder = data, .now = source.now_us(&source)};
    int status = 0;

    if (s != NULL) {
        setup.keys = installation_keys(i);
        setup.photos = installation_attachments(i).p;
    }
    if (s == NULL || !backup_write(&setup, path, &counts, &err)) {
        status = cli_fail(command, &err);
    } else {
        *is_made = true;
        status = counts.missing > 0;
        report(data, path, &counts);
    }
    store_close(s);
    installation_close(i);
    return status;
}

int cli_backup(int argc, char **argv) {
    const char *data = NULL;
    bool is_practised = false;
    bool is_made = false;
    int drilled;
    const char *words[1] = {0};
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--drill", NULL, &is_practised, M_OPT_BACKUP_DRILL}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], words, 1);

    if (status >= 0) {
        return status;
    }
    if (words[0] == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "FILE");
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    status = back_up(argv[0], data, words[0], &is_made);
    drilled = is_made && is_practised ? cli_drill(argv[0], words[0], data) : 0;
    return status != 0 ? status : drilled;
}
