/* SPDX-License-Identifier: Apache-2.0 */
/* linli import cases: what another system kept, row by row, with a map that says what its columns
 * mean. */
#include "cli/commands.h"
#include "cli/office_new.h"

#include "base/file.h"
#include "gate/exchange/case_import.h"
#include "gate/exchange/gunzip.h"

#include <stdio.h>
#include <unistd.h>

enum { MAP_CEILING = 1 << 20, MISTAKES_KEPT = 100 };

struct import_options {
    const char *data;
    const char *map;
    const char *file;
    const char *office; /* code, NULL = the first one */
    bool keep_good;
    bool dry_run;
};

/* ---- what is said meanwhile */

static void say_refused(void *context, int line, const struct err *why) {
    struct arena *a = arena_open();
    struct str reason =
        why->code == E_NONE ? str_of(why->detail) : err_sentence(a, why, cli_language());

    (void)context;
    cli_say(M_CLI_IMPORT_ROW, arena_format(a, "%d", line), reason, (struct str){0});
    arena_close(a);
}

static void say_progress(void *context, size_t done, size_t all) {
    (void)context;
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%zu / %zu%s", done, all, done == all ? "\n" : "");
    }
}

static void say_result(struct arena *a, const struct case_import_result *r, bool dry_run) {
    struct str good = arena_format(a, "%zu", r->good);
    struct str closed = arena_format(a, "%zu", r->closed);
    struct str known = arena_format(a, "%zu", r->known);

    cli_say(M_CLI_IMPORT_READ, arena_format(a, "%zu", r->rows), arena_format(a, "%zu", r->refused),
            arena_format(a, "%zu", r->left_out));
    cli_say(M_CLI_IMPORT_GOOD, good, closed, arena_format(a, "%zu", r->no_point));
    if (dry_run) {
        cli_say(M_CLI_IMPORT_DRY, (struct str){0}, (struct str){0}, (struct str){0});
    } else {
        cli_say(M_CLI_IMPORT_DONE, arena_format(a, "%zu", r->made), known, (struct str){0});
    }
}

/* ---- the files */

static bool tell_mistakes(struct arena *a, struct mistakes *m, struct err *err) {
    struct buf list = buf_make(a, 1 << 20);

    mistakes_sort(m);
    mistakes_write(&list, m, cli_language());
    fprintf(stderr, "%.*s", STR_ARG(buf_str(&list)));
    return fail1(err, E_IMPORT_MAP, "", arena_format(a, "%zu", m->count));
}

static bool read_map(struct arena *a, struct installation *i, const char *path, int64_t office,
                     struct case_map *map, struct err *err) {
    struct mistakes m = mistakes_make(a, MISTAKES_KEPT);
    const struct town *t;
    struct str text;
    bool ok;

    if (!file_read(a, path, MAP_CEILING, &text, err)) {
        return false;
    }
    if (!case_map_read(&m, str_of(path), text, map)) {
        return tell_mistakes(a, &m, err);
    }
    t = installation_town(i);
    ok = case_map_check(&m, map, t, office);
    installation_release(i, t);
    return ok || tell_mistakes(a, &m, err);
}

static bool read_sheet(struct arena *a, const char *path, struct str *text, struct err *err) {
    struct str bytes;

    if (!file_read(a, path, IMPORT_BYTES, &bytes, err)) {
        return false;
    }
    if (gunzip_is(bytes)) {
        return gunzip_read(a, path, bytes, IMPORT_BYTES, text, err);
    }
    *text = bytes;
    return true;
}

static bool import_cases(struct arena *a, struct installation *i, const struct import_options *o,
                         struct err *err) {
    struct case_map map;
    struct case_import_result result = {0};
    struct case_import_job job = {
        .installation = i,
        .map = &map,
        .file = str_of(o->file),
        .keep_good = o->keep_good,
        .dry_run = o->dry_run,
        .language = cli_language(),
        .refused = say_refused,
        .progress = say_progress,
    };
    bool ok;

    if (!office_find(i, o->office, &job.office, err) ||
        !read_map(a, i, o->map, job.office, &map, err) || !read_sheet(a, o->file, &job.text, err)) {
        return false;
    }
    ok = case_import_run(a, &job, &result, err);
    if (result.made > 0) {
        door_settle(installation_door(i));
    }
    if (ok || err->code == E_IMPORT) {
        say_result(a, &result, o->dry_run || !ok);
    }
    return ok;
}

/* ---- the command */

static int run(const char *command, const struct import_options *o) {
    struct source source = source_system();
    struct arena *a = arena_open();
    struct err err = {0};
    struct installation *i = installation_open(o->data, INSTALLATION_WRITE, &source, &err);
    int status = i != NULL && import_cases(a, i, o, &err) ? 0 : cli_fail(command, &err);

    installation_close(i);
    arena_close(a);
    return status;
}

int cli_import(int argc, char **argv) {
    struct import_options o = {0};
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {
        {"--data", &o.data, NULL, M_OPT_DATA},
        {"--map", &o.map, NULL, M_OPT_MAP_YAML},
        {"--office", &o.office, NULL, M_OPT_SHOWN_OFFICE},
        {"--keep-good", NULL, &o.keep_good, M_OPT_KEEP_GOOD},
        {"--dry-run", NULL, &o.dry_run, M_OPT_DRY_RUN},
    };
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], words, 2);

    if (status >= 0) {
        return status;
    }
    if (words[0] == NULL || !str_is(str_of(words[0]), "cases") || words[1] == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "cases FILE");
    }
    if (o.data == NULL || o.map == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, o.data == NULL ? "--data" : "--map");
    }
    o.file = words[1];
    return run(argv[0], &o);
}
