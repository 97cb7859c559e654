/* SPDX-License-Identifier: Apache-2.0 */
/* linli bench load: cases over a simulated city, through the door. */
#include "cli/bench.h"

#include "base/file.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/office_new.h"

#include <assert.h>
#include <inttypes.h>

enum {
    CHAPTER = 250, /* cases whose stories run beside each other, in one street */
    TOGETHER = 16, /* chapters in a commit */
    CASES_MOST = 20000000,
    YEARS_DEFAULT = 3,
    YEARS_MOST = 20,
    STREETS_DEFAULT = 8,
    YEAR_DAYS = 365,
};

/* The days with their weights added up: case n came in on the day that holds n. */
struct days {
    int64_t first;
    int64_t *until; /* weight of this day and all before it */
    size_t count;
};

static struct days days_of(struct arena *a, const struct demo_world *w, size_t count) {
    struct days d = {.count = count};
    int64_t all = 0;

    d.first = demo_today(w) - (int64_t)d.count + 1;
    d.until = arena_array(a, int64_t, d.count);
    for (size_t i = 0; i < d.count; i++) {
        all += demo_day_weight(w, d.first + (int64_t)i);
        d.until[i] = all;
    }
    return d;
}

static int64_t day_of(const struct days *d, size_t n, size_t of) {
    double wanted = (double)d->until[d->count - 1] * ((double)n + 0.5) / (double)of;
    size_t low = 0;
    size_t high = d->count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((double)d->until[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return d->first + (int64_t)low;
}

/* ---- the streets' worlds */

/* A making that was cut off leaves an office in which nobody works. */
static bool is_whole(const struct demo_world *w) {
    return w->acceptors.count > 0 && w->dispatchers.count > 0 && w->night.count > 0 &&
           w->clerks.count > 0 && w->inspectors.count > 0 && w->leaders.count > 0;
}

static bool open_worlds(struct demo_world *worlds, struct arena *a, const struct town *t,
                        const char *folder, int64_t now, struct err *err) {
    for (size_t k = 0; k < t->office_count; k++) {
        worlds[k] = (struct demo_world){
            .arena = a, .office = t->offices[k].id, .town = t, .now = now, .next_external = 0};
        demo_people_find(&worlds[k]);
        if (!is_whole(&worlds[k])) {
            return fail(err, E_BENCH_UNFINISHED, "");
        }
        if (!demo_world_load(&worlds[k], folder, err)) {
            return false;
        }
        bench_street_shift(&worlds[k], k);
    }
    return t->office_count > 0 || fail(err, E_BENCH_UNFINISHED, "");
}

static size_t street_of_chapter(struct demo_world *worlds, size_t count) {
    int weights[BENCH_STREETS];

    for (size_t k = 0; k < count; k++) {
        weights[k] = bench_street_weight(k);
    }
    return demo_pick(&worlds[0], weights, count);
}

/* ---- a chapter after the other */

struct loading {
    struct installation *installation;
    struct demo_world *worlds;
    size_t world_count;
    struct days days;
    const struct bench_load *load;
    struct demo_counts *counts;
};

static bool load_chapter(struct loading *l, size_t first, size_t count, struct err *err) {
    struct source random = source_fixed(0, l->load->seed ^ first * 0x9E3779B97F4A7C15u);
    struct demo_case *cases[CHAPTER];
    struct demo_world *w;
    struct arena_mark mark;

    assert(count <= CHAPTER);
    l->worlds[0].random = random;
    w = &l->worlds[street_of_chapter(l->worlds, l->world_count)];
    w->random = random;
    w->next_external = (int64_t)first;
    mark = arena_mark(w->arena);
    w->earlier = cases;
    for (size_t k = 0; k < count; k++) {
        w->earlier_count = k;
        cases[k] = demo_case_on(w, day_of(&l->days, first + k, l->load->cases));
    }
    if (!demo_run(w, l->installation, cases, count, l->counts, err)) {
        return false;
    }
    w->earlier = NULL;
    w->earlier_count = 0;
    arena_rewind(w->arena, mark);
    return true;
}

/* Some chapters in one commit: a page of an index is written once for all of them. */
static bool load_some(struct loading *l, struct err *err) {
    struct door *d = installation_door(l->installation);
    bool ok = door_hold(d, err);
    bool is_open = ok;

    for (int i = 0; ok && i < TOGETHER && (size_t)l->counts->reported < l->load->cases; i++) {
        size_t first = (size_t)l->counts->reported;
        size_t rest = l->load->cases - first;

        ok = load_chapter(l, first, rest < CHAPTER ? rest : CHAPTER, err);
    }
    return is_open && door_release(d, ok, ok ? err : &(struct err){0}) && ok;
}

static bool count_cases(struct installation *i, int64_t *count, struct err *err) {
    struct stmt *q = store_sql(door_store(installation_door(i)), SQL_CASES_COUNT);

    *count = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

/* A server stays within its memory; who loads millions has the machine. */
static bool make_roomy(struct store *s, struct err *err) {
    return store_is_shared(s) || store_execute(s, "PRAGMA cache_size = -256000", err);
}

bool bench_load(struct installation *i, struct arena *a, const char *catalogue,
                const struct bench_load *load, struct demo_counts *counts, struct err *err) {
    const struct town *t = installation_town(i);
    struct source *clock = installation_source(i);
    struct loading l = {.installation = i, .load = load, .counts = counts};
    bool ok = count_cases(i, &counts->reported, err);

    ok = ok && make_roomy(door_store(installation_door(i)), err);
    l.world_count = t->office_count < BENCH_STREETS ? t->office_count : BENCH_STREETS;
    l.worlds = arena_array(a, struct demo_world, t->office_count);
    ok = ok && open_worlds(l.worlds, a, t, path_join(a, str_of(catalogue), STR("demo")).p,
                           clock->now_us(clock), err);
    counts->all = (int64_t)load->cases;
    counts->began_with = counts->reported;
    counts->began_us = clock->now_us(clock);
    if (ok) {
        l.days = days_of(a, &l.worlds[0], load->days);
    }
    while (ok && (size_t)counts->reported < load->cases) {
        ok = load_some(&l, err);
    }
    installation_release(i, t);
    return ok;
}

/* ---- the command */

static bool number_of(const char *text, int64_t least, int64_t most, int64_t *out) {
    return text == NULL || (str_to_int(str_of(text), out) && *out >= least && *out <= most);
}

/* A new folder becomes a city; one that holds a city is gone on with. */
static struct installation *open_city(struct arena *a, const char *data, const char *database,
                                      const char *catalogue, size_t streets, struct source *source,
                                      struct err *err) {
    bool exists = file_exists(path_join(a, str_of(data), STR("keys")).p);
    struct installation *i = installation_open_at(
        data, database, exists ? INSTALLATION_WRITE : INSTALLATION_CREATE, source, err);
    bool is = false;

    if (i == NULL) {
        return NULL;
    }
    if (!exists && office_mark_demonstration(i, err) &&
        bench_city_make(i, a, catalogue, streets, err)) {
        installation_made(i);
        return i;
    }
    if (exists && office_is_demonstration(i, &is, err) &&
        (is || fail1(err, E_BENCH_FOLDER, "", str_of(data)))) {
        return i;
    }
    (exists ? installation_close : installation_discard)(i);
    return NULL;
}

static int load(const char *command, const char *data, const char *database, const char *catalogue,
                size_t streets, const struct bench_load *wanted) {
    struct arena *a = arena_open();
    struct source source = source_system();
    struct demo_counts counts = {0};
    struct err err = {0};
    struct installation *i =
        open_city(a, data, database, cli_catalogue(a, catalogue), streets, &source, &err);
    int status = 0;

    if (i == NULL || !bench_load(i, a, cli_catalogue(a, catalogue), wanted, &counts, &err)) {
        status = cli_fail(command, &err);
    } else {
        door_settle(installation_door(i)); /* a city that came in years had quiet moments */
        double seconds = (double)(source.now_us(&source) - counts.began_us) / SECOND_US;

        cli_say(M_CLI_DEMO_CASES, arena_format(a, "%" PRId64, counts.reported - counts.began_with),
                arena_format(a, "%" PRId64, counts.events), arena_format(a, "%.1f", seconds));
    }
    installation_close(i);
    arena_close(a);
    return status;
}

int cli_bench(int argc, char **argv) {
    const char *words[2] = {0};
    const char *data = NULL;
    const char *database = NULL;
    const char *catalogue = NULL;
    const char *cases = NULL;
    const char *streets = NULL;
    const char *years = NULL;
    const char *days = NULL;
    const char *seed = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--database", &database, NULL, M_OPT_DATABASE},
                                         {"--cases", &cases, NULL, M_OPT_BENCH_CASES},
                                         {"--streets", &streets, NULL, M_OPT_STREETS},
                                         {"--years", &years, NULL, M_OPT_YEARS},
                                         {"--days", &days, NULL, M_OPT_DAYS},
                                         {"--seed", &seed, NULL, M_OPT_SEED},
                                         {"--catalogue", &catalogue, NULL, M_OPT_CATALOGUE}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], words, 2);
    int64_t n = 0;
    int64_t of_years = YEARS_DEFAULT;
    int64_t of_days = 0;
    int64_t of_streets = STREETS_DEFAULT;
    int64_t of_seed = (int64_t)DEMO_SEED;

    if (status >= 0) {
        return status;
    }
    if (words[0] == NULL || !str_is(str_of(words[0]), "load") || words[1] != NULL) {
        return cli_usage(argv[0], M_CLI_BENCH_WHAT, words[0] == NULL ? "" : words[0]);
    }
    if (data == NULL || cases == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, data == NULL ? "--data" : "--cases");
    }
    if (years != NULL && days != NULL) {
        return cli_usage(argv[0], M_CLI_BENCH_SPAN, "--years --days");
    }
    if (!number_of(cases, 1, CASES_MOST, &n) || !number_of(years, 1, YEARS_MOST, &of_years) ||
        !number_of(days, 1, YEARS_MOST * YEAR_DAYS, &of_days) ||
        !number_of(streets, 1, BENCH_STREETS, &of_streets) ||
        !number_of(seed, 0, INT64_MAX, &of_seed)) {
        return cli_usage(argv[0], M_CLI_BENCH_NUMBERS, "--cases --streets --years --days --seed");
    }
    return load(
        argv[0], data, database, catalogue, (size_t)of_streets,
        &(struct bench_load){.cases = (size_t)n,
                             .days = (size_t)(days == NULL ? of_years * YEAR_DAYS : of_days),
                             .seed = (uint64_t)of_seed});
}
