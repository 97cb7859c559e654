/* SPDX-License-Identifier: Apache-2.0 */
/* linli bench load: cases over a simulated city, through the door. */
#include "cli/bench.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/office_new.h"

enum {
    CASES_MOST = 20000000,
    YEARS_DEFAULT = 3,
    YEARS_MOST = 20,
    STREETS_DEFAULT = 8,
    YEAR_DAYS = 365,
};

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

        cli_say(M_CLI_DEMO_CASES,
                arena_format(a, "%lld", atomic_load(&counts.reported) - counts.began_with),
                arena_format(a, "%lld", atomic_load(&counts.events)),
                arena_format(a, "%.1f", seconds));
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
