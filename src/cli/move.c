/* SPDX-License-Identifier: Apache-2.0 */
/* linli move: the data of an installation into another database, from SQLite to PostgreSQL or back.
 * The data folder stays: its keys, pictures and linli.conf, which names the new database at the
 * end. linli migrate: the tables of a database spread over partitions. */
#include "base/conf.h"
#include "base/file.h"
#include "base/mask.h"
#include "cli/commands.h"
#include "engine/door/move.h"
#include "town/access/seals.h"
#include "town/installation.h"
#include "town/town.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct journey {
    struct arena *arena;
    struct str folder;
    struct str file; /* its linli.db */
    struct str conf; /* the server that its linli.conf names, or empty */
    struct str from; /* the file, or an address */
    struct str to;
    struct str aside; /* the name that a file gets that was left */
};

/* ---- what the words mean */

/* sqlite:DIR and sqlite:DIR/linli.db mean the folder. */
static struct str folder_of(struct str place) {
    struct str path = str_slice(place, sizeof "sqlite:" - 1, place.n);

    path = str_ends(path, STR("/linli.db")) ? str_slice(path, 0, path.n - 9) : path;
    while (path.n > 1 && path.p[path.n - 1] == '/') {
        path.n--;
    }
    return path;
}

static bool is_sqlite(const char *place) {
    return place != NULL && str_starts(str_of(place), STR("sqlite:"));
}

static bool fail_source(const struct journey *j, struct str said, struct err *err) {
    struct str is = j->conf.n > 0 ? j->conf : j->file;

    return fail3(err, E_MOVE_SOURCE, "", j->folder, mask_password(j->arena, is),
                 mask_password(j->arena, said));
}

/* Source and target, and that they are two. */
static bool find_ways(struct journey *j, const char *from, const char *to, struct err *err) {
    struct conf *conf = arena_new(j->arena, struct conf);

    j->file = path_join(j->arena, j->folder, STR("linli.db"));
    if (!conf_load(j->arena, j->folder.p, conf, err)) {
        return false;
    }
    j->conf = conf_get(conf, "database");
    j->from = j->conf.n > 0 ? j->conf : j->file;
    if (is_sqlite(from) && j->conf.n > 0) {
        return fail_source(j, j->file, err);
    }
    if (from != NULL && store_is_address(from)) {
        if (j->conf.n > 0 && !str_is(j->conf, from)) {
            return fail_source(j, str_of(from), err);
        }
        j->from = str_of(from);
    }
    j->to = store_is_address(to) ? str_of(to) : j->file;
    return !str_eq(j->from, j->to) || fail1(err, E_MOVE_SAME, "", mask_password(j->arena, j->to));
}

/* ---- the two ends */

static bool check_alone(struct journey *j, struct store *s, struct str place, struct err *err) {
    int64_t others;

    return store_count_others(s, &others, err) &&
           (others == 0 || fail2(err, E_MOVE_SERVED, "", mask_password(j->arena, place),
                                 arena_format(j->arena, "%" PRId64, others)));
}

static struct store *open_target(const char *place, struct err *err) {
    bool is_file = !store_is_address(place);
    struct store *s = is_file && !file_exists(place) ? NULL : store_open(place, STORE_FILL, err);

    return s != NULL || (is_file ? file_exists(place) : err->code != E_DATABASE_EMPTY)
               ? s
               : store_open(place, STORE_CREATE, err);
}

static void show(void *context, enum move_phase phase, int64_t done, int64_t all) {
    static const enum message_code words[] = {M_CLI_MOVE_COPY, M_CLI_MOVE_TABLES, M_CLI_MOVE_SEARCH,
                                              M_CLI_MOVE_PROOF};

    (void)context;
    cli_progress(words[phase], done, all);
    if (phase == MOVE_PROOF) {
        cli_progress_end();
    }
}

static bool move_rows(struct journey *j, const struct keys *keys, struct move_counts *counts,
                      struct err *err) {
    struct store *from = NULL;
    struct store *to = NULL;
    bool ok = store_is_address(j->from.p) || file_exists(j->from.p) ||
              fail1(err, E_FOLDER_EMPTY, "", j->folder);

    from =
        ok ? store_open(j->from.p, STORE_WRITE, err) : NULL; /* brings an older file up to date */
    to =
        from != NULL && check_alone(j, from, j->from, err) && seals_know(from, keys, j->folder, err)
            ? open_target(j->to.p, err)
            : NULL;
    ok = to != NULL && check_alone(j, to, j->to, err) &&
         move_run(&(struct move_setup){.from = from,
                                       .to = to,
                                       .to_name = mask_password(j->arena, j->to),
                                       .events = town_events,
                                       .told = show},
                  counts, err);
    store_close(to);
    store_close(from);
    return ok;
}

/* The folder works with the new database from now on. A file that was left is put aside: nobody
 * is to go on with it by mistake. */
static bool turn_over(struct journey *j, struct err *err) {
    j->aside = arena_format(j->arena, "%.*s.moved", STR_ARG(j->file));
    for (int n = 2; file_exists(j->aside.p); n++) {
        j->aside = arena_format(j->arena, "%.*s.moved-%d", STR_ARG(j->file), n);
    }
    if (!store_is_address(j->to.p)) {
        return conf_set(j->folder.p, "database", (struct str){0}, err);
    }
    return conf_set(j->folder.p, "database", j->to, err) &&
           (store_is_address(j->from.p) || file_settle(j->from.p, j->aside.p, err));
}

static bool make_journey(struct journey *j, const char *from, const char *to,
                         struct move_counts *counts, struct err *err) {
    struct keys *keys = arena_new(j->arena, struct keys);
    int lock = -1;
    bool ok = (!file_is_missing(j->folder.p) || (from != NULL && store_is_address(from)) ||
               fail1(err, E_FOLDER_EMPTY, "", j->folder)) &&
              keys_load(j->folder.p, keys, err) &&
              (lock = installation_lock(j->folder.p, err)) >= 0 && find_ways(j, from, to, err) &&
              move_rows(j, keys, counts, err) && turn_over(j, err);

    if (lock >= 0) {
        close(lock);
    }
    return ok;
}

static void say_done(const struct journey *j, const struct move_counts *n) {
    struct arena *a = j->arena;

    cli_say(M_CLI_MOVE_DONE, mask_password(a, j->to), arena_format(a, "%" PRId64, n->events),
            arena_format(a, "%" PRId64, n->values));
    if (n->before > 0) {
        cli_say(M_CLI_MOVE_BEFORE, arena_format(a, "%" PRId64, n->before), (struct str){0},
                (struct str){0});
    }
    cli_say(M_CLI_MOVE_DIGEST, arena_format(a, "%" PRId64, n->rows),
            hex_write(a, hash_bytes(&n->derived)), (struct str){0});
    cli_say(store_is_address(j->from.p) ? M_CLI_MOVE_LEFT_SERVER : M_CLI_MOVE_LEFT_FILE,
            store_is_address(j->from.p) ? mask_password(a, j->from) : j->aside, (struct str){0},
            (struct str){0});
}

/* The data folder that the words name, or empty. */
static struct str journey_folder(const char *data, const char *from, const char *to) {
    struct str named = is_sqlite(from) ? folder_of(str_of(from))
                       : is_sqlite(to) ? folder_of(str_of(to))
                                       : (struct str){0};

    if (data == NULL) {
        return named;
    }
    return named.n == 0 || str_is(named, data) ? str_of(data) : (struct str){0};
}

int cli_move(int argc, char **argv) {
    const char *data = NULL;
    const char *from = NULL;
    const char *to = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--from", &from, NULL, M_OPT_MOVE_FROM},
                                         {"--to", &to, NULL, M_OPT_MOVE_TO}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct move_counts counts = {0};
    struct err err = {0};
    struct journey j = {0};

    if (status >= 0) {
        return status;
    }
    if (to == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--to");
    }
    if ((!store_is_address(to) && !is_sqlite(to) && strcmp(to, "sqlite") != 0) ||
        (from != NULL && !store_is_address(from) && !is_sqlite(from)) ||
        (is_sqlite(from) && !store_is_address(to)) || journey_folder(data, from, to).n == 0) {
        return cli_usage(argv[0], M_CLI_MOVE_WORDS, "--data --from --to");
    }
    j.arena = arena_open();
    j.folder = arena_str(j.arena, journey_folder(data, from, to));
    if (make_journey(&j, from, to, &counts, &err)) {
        say_done(&j, &counts);
        status = 0;
    } else {
        status = cli_fail(argv[0], &err);
    }
    arena_close(j.arena);
    return status;
}

/* ---- linli migrate */

static bool spread(struct journey *j, int64_t partitions, int64_t *tables, struct err *err) {
    struct conf *conf = arena_new(j->arena, struct conf);
    struct store *s = NULL;
    int lock = -1;
    bool ok = (!file_is_missing(j->folder.p) || fail1(err, E_FOLDER_EMPTY, "", j->folder)) &&
              (lock = installation_lock(j->folder.p, err)) >= 0 &&
              conf_load(j->arena, j->folder.p, conf, err);

    j->to = conf_get(conf, "database");
    if (ok && j->to.n > 0) {
        s = store_open(j->to.p, STORE_WRITE, err);
        ok = s != NULL && check_alone(j, s, j->to, err) && store_spread(s, partitions, tables, err);
    } else if (ok) {
        ok = file_exists(path_join(j->arena, j->folder, STR("linli.db")).p)
                 ? fail(err, E_PARTITIONS_FILE, "partitions")
                 : fail1(err, E_FOLDER_EMPTY, "", j->folder);
    }
    store_close(s);
    if (lock >= 0) {
        close(lock);
    }
    return ok;
}

bool cli_partitions(const char *text, int64_t *partitions) {
    *partitions = 0;
    return text == NULL || (str_to_int(str_of(text), partitions) && *partitions >= 1 &&
                            *partitions <= PARTITIONS_MOST);
}

int cli_migrate(int argc, char **argv) {
    const char *data = NULL;
    const char *text = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--partitions", &text, NULL, M_OPT_PARTITIONS}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct err err = {0};
    int64_t partitions;
    int64_t tables = 0;
    struct journey j;

    if (status >= 0) {
        return status;
    }
    if (data == NULL || text == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, data == NULL ? "--data" : "--partitions");
    }
    if (!cli_partitions(text, &partitions)) {
        return cli_usage(argv[0], M_CLI_PARTITIONS, "--partitions");
    }
    j = (struct journey){.arena = arena_open()};
    j.folder = arena_str(j.arena, str_of(data));
    if (!spread(&j, partitions, &tables, &err)) {
        status = cli_fail(argv[0], &err);
    } else {
        cli_say(tables == 0       ? M_CLI_MIGRATE_SAME
                : partitions == 1 ? M_CLI_MIGRATE_PLAIN
                                  : M_CLI_MIGRATE_DONE,
                arena_format(j.arena, "%" PRId64, tables),
                arena_format(j.arena, "%" PRId64, partitions), (struct str){0});
        status = 0;
    }
    arena_close(j.arena);
    return status;
}
