/* SPDX-License-Identifier: Apache-2.0 */
/* linli verify: the proof. linli rebuild: the tables made anew. */
#include "base/file.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "engine/door/verify.h"
#include "engine/ledger/roots.h"
#include "town/access/audit.h"
#include "town/access/seals.h"

#include <ctype.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { KEPT_MOST = 100000, KEPT_BYTES = 16 << 20, DATE_CHARACTERS = 10 };
enum { SHOWN_EACH_US = 200000 };
enum { SHOWN_BYTES = 200, TOLD_MOST = 40 }; /* of a value; of a table */

/* What was kept outside, and how it fared. */
struct keeping {
    struct arena *arena;
    struct verify_kept *kept;
    size_t count;
};

/* ---- roots that somebody kept: `2026-11-21 ROOT`, with `=`, commas or blanks between */

static bool read_date(struct str text, int64_t *day) {
    struct civil c;
    int64_t us;

    if (text.n < DATE_CHARACTERS || text.p[4] != '-' ||
        !time_read(str_slice(text, 0, DATE_CHARACTERS), CHINA_OFFSET_MINUTES, &us)) {
        return false;
    }
    c = civil_from_us(us, CHINA_OFFSET_MINUTES);
    *day = c.year * 10000LL + c.month * 100 + c.day;
    return true;
}

static bool read_kept(struct keeping *k, struct str line) {
    char *hex = arena_bytes(k->arena, HASH_BYTES * 2);
    struct verify_kept *kept = &k->kept[k->count];
    size_t n = 0;

    if (k->count == KEPT_MOST || !read_date(line, &kept->day)) {
        return false;
    }
    for (size_t i = DATE_CHARACTERS; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];

        if (isxdigit(c) && n < HASH_BYTES * 2) {
            hex[n++] = (char)tolower(c);
        } else if (isxdigit(c) || (!isspace(c) && c != '=' && c != ',' && c != '"')) {
            return false;
        }
    }
    kept->root = (struct str){hex, n};
    kept->fits = false;
    k->count++;
    return n == HASH_BYTES * 2;
}

static bool refuse(struct keeping *k, enum message_code why, struct str where, struct str line,
                   struct err *err) {
    return fail2(err, E_USAGE, "",
                 message_format(k->arena, why, cli_language(), where, line, (struct str){0}),
                 STR("linli verify"));
}

static bool refuse_line(struct keeping *k, int number, struct str line, struct err *err) {
    return refuse(k, M_CLI_VERIFY_ROOT_LINE, arena_format(k->arena, "%d", number), line, err);
}

static bool read_keeping(struct keeping *k, const char *root, const char *file, struct err *err) {
    struct str rest = {0};
    int number = 0;

    k->kept = arena_array(k->arena, struct verify_kept, KEPT_MOST);
    if (root != NULL && !read_kept(k, str_of(root))) {
        return refuse_line(k, 1, str_of(root), err);
    }
    if (file != NULL && !file_read(k->arena, file, KEPT_BYTES, &rest, err)) {
        return false;
    }
    while (rest.n > 0) {
        struct str line = str_trim(str_cut(&rest, '\n'));

        number++;
        if (line.n > 0 && line.p[0] != '#' && !read_kept(k, line)) {
            return refuse_line(k, number, line, err);
        }
    }
    return file == NULL || k->count > 0 ||
           refuse(k, M_CLI_VERIFY_NO_ROOT, str_of(file), (struct str){0}, err);
}

/* ---- the proof */

static struct str number(struct arena *a, int64_t n) {
    return arena_format(a, "%" PRId64, n);
}

/* How many of a table were told; what rests on one bad entry is much. */
struct telling {
    char table[64];
    int64_t told;
    pthread_mutex_t *line; /* of the terminal, which says meanwhile how far it is */
};

/* A value that somebody damaged may be anything, and long. */
static struct str readable(struct arena *a, struct str value) {
    bool plain = str_is_text(value);

    for (size_t i = 0; plain && i < value.n; i++) {
        plain = (unsigned char)value.p[i] >= ' ' && value.p[i] != 0x7f;
    }
    if (!plain) {
        value = hex_write(a, str_slice(value, 0, value.n < SHOWN_BYTES ? value.n : SHOWN_BYTES));
    }
    return str_first_characters(value, SHOWN_BYTES);
}

/* What the proof says instead of a value, in the language of whoever reads it. */
static struct str worded(struct arena *a, struct str value) {
    static const enum message_code words[] = {
        M_VERIFY_ALTERED,    M_VERIFY_BROKEN,   M_VERIFY_CHAIN,  M_VERIFY_READABLE,
        M_VERIFY_GOOD,       M_VERIFY_THERE,    M_VERIFY_ERASED, M_VERIFY_UNCOMMITTED,
        M_VERIFY_GONE,       M_VERIFY_ROOTLESS, M_VERIFY_SEALED, M_VERIFY_ROOT_EACH_DAY,
        M_VERIFY_OTHER_ROOT, M_VERIFY_KEPT};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_eq(value, message_text(words[i], LANGUAGE_EN))) {
            return message_text(words[i], cli_language());
        }
    }
    return readable(a, value);
}

static void print_cell(struct arena *a, const struct difference *d) {
    struct str nothing = {0};

    if (d->column.n > 0) {
        cli_say(M_CLI_VERIFY_CELL, d->column, worded(a, d->is), worded(a, d->should));
    } else if (str_is(d->is, "row")) {
        cli_say(M_CLI_VERIFY_ROW_EXTRA, nothing, nothing, nothing);
    } else if (str_is(d->is, "no row")) {
        cli_say(M_CLI_VERIFY_ROW_MISSING, nothing, nothing, nothing);
    } else {
        cli_say(M_CLI_VERIFY_WHOLE, worded(a, d->is), worded(a, d->should), nothing);
    }
}

static void print_next(struct telling *t, const struct difference *d) {
    struct arena *a;

    cli_progress_end();
    if (!str_is(d->table, t->table)) {
        snprintf(t->table, sizeof t->table, "%.*s", STR_ARG(d->table));
        t->told = 0;
    }
    if (t->told++ >= TOLD_MOST) {
        return;
    }
    a = arena_open();
    cli_say(M_CLI_VERIFY_DIFFERENCE, d->table, readable(a, d->key), (struct str){0});
    print_cell(a, d);
    if (t->told == TOLD_MOST) {
        cli_say(M_CLI_VERIFY_MORE, d->table, (struct str){0}, (struct str){0});
    }
    arena_close(a);
}

static void print_difference(void *context, const struct difference *d) {
    struct telling *t = context;

    pthread_mutex_lock(t->line);
    print_next(t, d);
    pthread_mutex_unlock(t->line);
}

/* How far it is: both halves tell it, each from a thread of its own. */
struct watching {
    pthread_mutex_t lock;
    int64_t done[VERIFY_PARTS];
    int64_t all; /* entries */
    int64_t shown_us;
};

static void watch(void *context, enum verify_part part, int64_t done) {
    struct watching *w = context;
    struct timespec t;
    int64_t now_us;

    clock_gettime(CLOCK_MONOTONIC, &t);
    now_us = t.tv_sec * SECOND_US + t.tv_nsec / 1000;
    pthread_mutex_lock(&w->lock);
    w->done[part] = done;
    if (now_us - w->shown_us >= SHOWN_EACH_US) {
        struct arena *a = arena_open();

        w->shown_us = now_us;
        cli_progress_of(
            M_CLI_VERIFY_PROGRESS,
            w->all > 0 ? arena_format(a, "%" PRId64 " / %" PRId64, w->done[VERIFY_ENTRIES], w->all)
                       : number(a, w->done[VERIFY_ENTRIES]),
            number(a, w->done[VERIFY_ROWS]), number(a, w->done[VERIFY_VALUES]));
        arena_close(a);
    }
    pthread_mutex_unlock(&w->lock);
}

static bool verify_all(struct installation *i, const struct keeping *k,
                       struct verify_result *result, struct err *err) {
    struct store *s = installation_reader(i);
    struct store *second = installation_reader(i);
    struct watching watching = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct telling telling = {.line = &watching.lock};
    const struct verify_teller teller = {watch, &watching};
    struct verify_setup setup = {
        .store = s,
        .second = second,
        .events = town_events,
        .keys = installation_keys(i),
        .attachments = installation_attachments(i).p,
        .kept = k->kept,
        .kept_count = k->count,
        .found = print_difference,
        .context = &telling,
        .teller = &teller,
    };
    int64_t entries;
    int64_t bad;
    struct seals_proof seals = {
        .store = s, .keys = setup.keys, .found = print_difference, .context = &telling};
    bool ok;

    watching.all = verify_entries(s);
    ok = verify_run(&setup, result, err);
    cli_progress_end();
    ok = ok && audit_prove(s, &entries, &bad, err) && seals_prove(&seals, err);

    if (ok && bad > 0) {
        struct arena *a = arena_open();

        print_difference(&telling,
                         &(struct difference){.table = STR("audit"),
                                              .key = arena_format(a, "number=%" PRId64, bad),
                                              .column = STR("hash"),
                                              .is = STR("altered"),
                                              .should = STR("unbroken chain")});
        result->differences++;
        arena_close(a);
    }
    result->differences += seals.flaws;
    installation_return_reader(i, second);
    installation_return_reader(i, s);
    return ok;
}

bool cli_prove(struct installation *i, struct verify_result *result, struct err *err) {
    return verify_all(i, &(struct keeping){0}, result, err);
}

struct str cli_proved(struct arena *a, const struct verify_result *result) {
    return message_format(
        a, M_CLI_VERIFY_COUNTS, cli_language(), arena_format(a, "%" PRId64, result->events),
        arena_format(a, "%" PRId64, result->rows), arena_format(a, "%" PRId64, result->values));
}

/* What was found; gives the exit status. */
static int tell(struct arena *a, const struct keeping *k, const struct verify_result *r) {
    struct str counts = cli_proved(a, r);
    struct err err;

    if (r->days > 0 || k->count > 0) {
        cli_say(M_CLI_VERIFY_ROOTS, number(a, r->days), number(a, (int64_t)k->count),
                number(a, r->kept));
    }
    if (r->bad_day > 0) {
        cli_say(M_CLI_VERIFY_BAD_DAY, root_date(a, r->bad_day), (struct str){0}, (struct str){0});
    }
    if (r->differences == 0) {
        cli_say(M_CLI_VERIFY_OK, counts, (struct str){0}, (struct str){0});
        return 0;
    }
    fail1(&err, E_VERIFY, "", number(a, r->differences));
    return cli_fail("verify", &err);
}

int cli_verify(int argc, char **argv) {
    const char *data = NULL;
    const char *root = NULL;
    const char *roots = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--root", &root, NULL, M_OPT_VERIFY_ROOT},
                                         {"--roots", &roots, NULL, M_OPT_VERIFY_ROOTS}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct source source = source_system();
    struct verify_result result = {0};
    struct keeping k = {0};
    struct err err = {0};
    struct installation *i = NULL;
    bool ok;

    if (status >= 0) {
        return status;
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    k.arena = arena_open();
    ok = read_keeping(&k, root, roots, &err) &&
         (i = installation_open(data, INSTALLATION_PROVE, &source, &err)) != NULL &&
         verify_all(i, &k, &result, &err);
    status = ok ? tell(k.arena, &k, &result) : cli_fail(argv[0], &err);
    installation_close(i);
    arena_close(k.arena);
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
    if (i == NULL || !verify_rebuild(door_store(installation_door(i)), town_events, NULL, &err)) {
        status = cli_fail(argv[0], &err);
    } else {
        store_learn(door_store(installation_door(i)));
        cli_say(M_CLI_REBUILD_DONE, (struct str){0}, (struct str){0}, (struct str){0});
        status = 0;
    }
    installation_close(i);
    return status;
}
