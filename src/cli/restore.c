/* SPDX-License-Identifier: Apache-2.0 */
/* linli restore: a backup into an empty data folder, its database a file there or a server's, with
 * the erasures made since; or a drill. */
#include "base/conf.h"
#include "base/file.h"
#include "base/mask.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/scratch.h"
#include "engine/door/backup.h"
#include "engine/door/verify.h"
#include "engine/query/search_behind.h"
#include "town/cases/erasures.h"
#include "town/installation.h"
#include "town/nightly.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restoring {
    struct arena *arena;
    struct source source;
    const char *file;
    const char *data;     /* NULL in a drill */
    const char *keys;     /* folder, NULL = of the data folder */
    const char *erasures; /* list, NULL = beside the file */
    const char *database; /* address of a server, NULL = linli.db in the folder */
    int64_t partitions;   /* of a server's tables, 0 = not said */
    bool is_drill;
    bool is_made; /* the server's database was made here: a failure takes it away */
    struct backup backup;
    const char *part; /* all is made here, and moved when it is whole */
    struct backup_counts counts;
    struct verify_result result;
    int64_t erased; /* voices erased again; -1 = there was no list */
};

static const char *list_of(const struct restoring *r) {
    struct str folder = str_of(r->file);

    if (r->erasures != NULL) {
        return r->erasures;
    }
    while (folder.n > 0 && folder.p[folder.n - 1] != '/') {
        folder.n--;
    }
    return arena_format(r->arena, "%.*serasures.log", STR_ARG(folder)).p;
}

/* ---- making it */

static bool take_keys(struct restoring *r, struct err *err) {
    struct arena *a = r->arena;
    const char *folder = r->keys != NULL   ? r->keys
                         : r->data == NULL ? NULL
                                           : arena_format(a, "%s/keys", r->data).p;
    const char *from = folder == NULL ? NULL : arena_format(a, "%s/linli.key", folder).p;
    struct keys keys;
    struct str bytes;

    if (from != NULL && !file_exists(from)) { /* the data folder itself was named */
        from = arena_format(a, "%s/keys/linli.key", folder).p;
    }
    if (from == NULL || !file_exists(from)) {
        return fail(err, E_BACKUP_KEYS, "");
    }
    return folder_make(arena_format(a, "%s/keys", r->part).p, err) &&
           file_read(a, from, sizeof keys, &bytes, err) &&
           file_write(a, arena_format(a, "%s/keys/linli.key", r->part).p, bytes, 0600, err) &&
           keys_load(r->part, &keys, err) &&
           (backup_fits(&r->backup, &keys) || fail1(err, E_BACKUP_OTHER_KEYS, "", str_of(folder)));
}

static bool rebuild_search(struct store *s, struct err *err) {
    struct arena *a = arena_open();
    struct stmt *q = store_sql(s, SQL_LEDGER_OFFICES);
    int64_t *offices = arena_array(a, int64_t, 65536);
    size_t count = 0;
    bool ok;

    while (count < 65536 && stmt_next(q)) {
        offices[count++] = stmt_int(q, 0);
    }
    ok = stmt_end(q, err) && store_begin(s, err);
    for (size_t i = 0; ok && i < count; i++) {
        ok = search_rebuild(s, offices[i], err);
    }
    ok = ok && store_commit(s, err);
    arena_close(a);
    return ok;
}

/* ---- the database */

/* A restore or a move that was cut off left a database that nobody serves from: it goes. */
static bool drop_unfinished(struct restoring *r, struct err *err) {
    struct err why = {0};
    struct store *s = store_open(r->database, STORE_FILL, &why);
    struct str shown = mask_password(r->arena, str_of(r->database));
    int64_t others = 0;
    bool is_filling = false;
    bool ok = s != NULL && store_count_others(s, &others, err) &&
              (others == 0 ||
               fail2(err, E_MOVE_SERVED, "", shown, arena_format(r->arena, "%" PRId64, others))) &&
              store_is_filling(s, &is_filling, err) &&
              (is_filling || fail(err, E_DATABASE_USED, ""));

    store_close(s);
    if (s == NULL && why.code != E_DATABASE_EMPTY) {
        *err = why;
        return false;
    }
    return s == NULL || (ok && store_drop(r->database, err));
}

/* On a server it bears the mark of one that is being filled until all of it was proved. */
static struct store *make_shared(struct restoring *r, struct err *err) {
    int64_t tables;
    struct store *s = drop_unfinished(r, err) ? store_open(r->database, STORE_CREATE, err) : NULL;

    r->is_made = s != NULL;
    if (s != NULL && (!store_mark_filling(s, true, err) ||
                      (r->partitions > 0 && !store_spread(s, r->partitions, &tables, err)))) {
        store_close(s);
        s = NULL;
    }
    return s;
}

/* Nothing of it counts until it is moved, so it is written without a journal. */
static struct store *make_file(struct restoring *r, struct err *err) {
    struct store *s =
        store_open(arena_format(r->arena, "%s/linli.db", r->part).p, STORE_CREATE, err);

    if (s != NULL && !store_execute(s,
                                    "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF;"
                                    "PRAGMA synchronous = OFF; PRAGMA cache_size = -64000",
                                    err)) {
        store_close(s);
        s = NULL;
    }
    return s;
}

static void tell_replay(void *context, enum verify_part part, int64_t events) {
    const struct restoring *r = context;

    (void)part; /* nothing else is told of a rebuilding */
    cli_progress(M_CLI_MOVE_TABLES, events, r->counts.events);
}

static bool fill(struct restoring *r, struct store *s, struct err *err) {
    struct verify_teller teller = {tell_replay, r};

    cli_progress(M_CLI_RESTORE_COPY, 0, 0);
    if (!backup_restore_rows(&r->backup, s, &r->counts, err) || !store_settle_ids(s, err) ||
        !verify_rebuild(s, town_events, &teller, err)) {
        return false;
    }
    cli_progress(M_CLI_MOVE_SEARCH, 0, 0);
    if (!rebuild_search(s, err)) {
        return false;
    }
    store_learn(s);
    return true;
}

static bool fill_database(struct restoring *r, struct err *err) {
    struct store *s = r->database == NULL ? make_file(r, err) : make_shared(r, err);
    bool ok =
        s != NULL && fill(r, s, err) && (r->database == NULL || store_mark_filling(s, false, err));

    store_close(s);
    return ok;
}

/* What was erased since the backup is erased again, before anybody sees it. */
static bool erase_again(struct restoring *r, struct installation *i, struct err *err) {
    const char *list = list_of(r);

    r->erased = -1;
    if (!file_exists(list)) {
        return r->erasures == NULL || file_refuse(err, "", str_of(list), ENOENT);
    }
    return erasures_repeat(i, list, &r->erased, err) &&
           erasures_settle(i, door_store(installation_door(i)), NULL, err);
}

/* The mark is off while the connections are opened, and at the end. */
static bool prove(struct restoring *r, struct err *err) {
    struct installation *i =
        installation_open_at(r->part, r->database, INSTALLATION_WRITE, &r->source, err);
    struct store *s = i == NULL ? NULL : door_store(installation_door(i));
    bool is_server = r->database != NULL;
    bool ok =
        i != NULL && (!is_server || store_mark_filling(s, true, err)) && erase_again(r, i, err);

    cli_progress(M_CLI_RESTORE_PROOF, 0, 0);
    ok = ok && cli_prove(i, &r->result, err) && (!is_server || store_mark_filling(s, false, err));
    cli_progress_end();
    installation_close(i);
    return ok;
}

static bool make(struct restoring *r, struct err *err) {
    folder_remove(r->part); /* of one that was cut off */
    return folder_make(r->part, err) &&
           folder_make(arena_format(r->arena, "%s/attachments", r->part).p, err) &&
           take_keys(r, err) && fill_database(r, err) &&
           erasures_files(r->arena, list_of(r), &r->backup.erased, err) &&
           backup_restore_files(&r->backup, r->part, &r->counts, err) && prove(r, err);
}

/* ---- into the data folder */

static bool move_in(struct restoring *r, struct err *err) {
    static const char *const names[] = {
        "attachments",  "map.geojson", "demonstration",
        "erasures.log", "keys",        "linli.db"}; /* the last makes it a data folder */
    struct arena *a = r->arena;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *from = arena_format(a, "%s/%s", r->part, names[i]).p;
        const char *to = arena_format(a, "%s/%s", r->data, names[i]).p;

        if (strcmp(names[i], "keys") == 0 && file_exists(to)) {
            continue; /* the same ones, put there by the administrator */
        }
        if (file_exists(from) && !file_settle(from, to, err)) {
            return false;
        }
    }
    folder_remove(r->part);
    unlink(arena_format(a, "%s/" INSTALLATION_UNFINISHED, r->data).p); /* of something before it */
    return r->database == NULL || conf_set(r->data, "database", str_of(r->database), err);
}

static void tell(struct restoring *r) {
    struct arena *a = r->arena;
    struct str counts = cli_proved(a, &r->result);
    struct str made = time_write(a, r->backup.made_at, CHINA_OFFSET_MINUTES);

    cli_say(M_CLI_RESTORE_DONE, str_of(r->data), counts, made);
    if (r->erased >= 0) {
        cli_say(M_CLI_RESTORE_ERASED, arena_format(a, "%" PRId64, r->erased), str_of(list_of(r)),
                (struct str){0});
    } else {
        cli_say(M_CLI_RESTORE_NO_LIST, str_of(list_of(r)), (struct str){0}, (struct str){0});
    }
    if (r->backup.missing > 0) {
        cli_say(M_CLI_BACKUP_MISSING, arena_format(a, "%" PRId64, r->backup.missing),
                (struct str){0}, (struct str){0});
    }
}

/* Differences are told one by one; what was restored stays, to be looked at. */
static int judge(const struct restoring *r, const char *command) {
    struct err err;

    if (r->result.differences == 0) {
        return 0;
    }
    fail1(&err, E_VERIFY, "", arena_format(r->arena, "%" PRId64, r->result.differences));
    return cli_fail(command, &err);
}

static bool check_folder(struct restoring *r, struct err *err) {
    struct conf *conf = arena_new(r->arena, struct conf);
    struct str server;

    if (file_exists(arena_format(r->arena, "%s/linli.db", r->data).p)) {
        return fail1(err, E_FOLDER_USED, "", str_of(r->data));
    }
    if (!conf_load(r->arena, r->data, conf, err)) {
        return false;
    }
    server = mask_password(r->arena, conf_get(conf, "database"));
    return server.n == 0 || fail2(err, E_FOLDER_SERVER, "", str_of(r->data), server);
}

static void take_back(struct restoring *r, bool was_there) {
    struct err left;

    folder_remove(r->part);
    if (!was_there) {
        rmdir(r->data);
    }
    if (r->is_made && !store_drop(r->database, &left)) {
        cli_fail("restore", &left);
    }
}

static int restore(struct restoring *r, const char *command) {
    struct err err = {0};
    bool was_there = file_exists(r->data);
    bool ok;

    if (!check_folder(r, &err)) {
        return cli_fail(command, &err);
    }
    r->part = arena_format(r->arena, "%s/restore.part", r->data).p;
    ok = backup_open(r->arena, r->file, &r->backup, &err) && folder_make(r->data, &err) &&
         make(r, &err) && move_in(r, &err);
    store_close(r->backup.store);
    if (!ok) {
        take_back(r, was_there);
        return cli_fail(command, &err);
    }
    tell(r);
    return judge(r, command);
}

static int practise(struct restoring *r, const char *command) {
    struct err err = {0};
    const char *folder = scratch_make(r->arena, &err);
    int64_t began = r->source.now_us(&r->source);
    bool ok;

    if (folder == NULL) {
        return cli_fail(command, &err);
    }
    r->part = arena_format(r->arena, "%s/data", folder).p;
    ok = backup_open(r->arena, r->file, &r->backup, &err) && make(r, &err);
    store_close(r->backup.store);
    scratch_remove(folder);
    if (!ok) {
        return cli_fail(command, &err);
    }
    if (r->result.differences == 0) {
        cli_say(M_CLI_RESTORE_DRILL, cli_proved(r->arena, &r->result),
                time_write(r->arena, r->backup.made_at, CHINA_OFFSET_MINUTES),
                arena_format(r->arena, "%.1f",
                             (double)(r->source.now_us(&r->source) - began) / SECOND_US));
    }
    return judge(r, command);
}

/* A folder means its newest nightly backup. */
static int drill(struct restoring *r, const char *command) {
    const char *newest = nightly_newest(r->arena, r->file);
    int status;

    r->file = newest == NULL ? r->file : newest;
    status = practise(r, command);
    nightly_note_drill(r->file, r->source.now_us(&r->source), status == 0);
    return status;
}

int cli_drill(const char *command, const char *file, const char *keys) {
    struct restoring r = {.source = source_system(), .file = file, .keys = keys, .is_drill = true};
    int status;

    r.arena = arena_open();
    status = drill(&r, command);
    arena_close(r.arena);
    return status;
}

int cli_restore(int argc, char **argv) {
    struct restoring r = {.source = source_system()};
    const char *words[1] = {0};
    const char *spread = NULL;
    const struct cli_option options[] = {{"--data", &r.data, NULL, M_OPT_DATA},
                                         {"--keys", &r.keys, NULL, M_OPT_KEYS},
                                         {"--erasures", &r.erasures, NULL, M_OPT_ERASURES},
                                         {"--database", &r.database, NULL, M_OPT_RESTORE_DATABASE},
                                         {"--partitions", &spread, NULL, M_OPT_PARTITIONS},
                                         {"--drill", NULL, &r.is_drill, M_OPT_DRILL}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], words, 1);

    if (status >= 0) {
        return status;
    }
    if (words[0] == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "FILE");
    }
    if (r.data == NULL && !r.is_drill) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    if (r.database != NULL && (r.is_drill || !store_is_address(r.database))) {
        return cli_usage(argv[0], M_CLI_RESTORE_WORDS, "--database");
    }
    if (!cli_partitions(spread, &r.partitions)) {
        return cli_usage(argv[0], M_CLI_PARTITIONS, "--partitions");
    }
    if (spread != NULL && r.database == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--database");
    }
    r.arena = arena_open();
    r.file = words[0];
    status = r.is_drill ? drill(&r, argv[0]) : restore(&r, argv[0]);
    arena_close(r.arena);
    return status;
}
