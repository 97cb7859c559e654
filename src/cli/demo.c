/* SPDX-License-Identifier: Apache-2.0 */
/* linli demo: 四平路街道 (Siping Road Sub-district) as it works, two years of it, up to this
 * minute. */
#include "cli/demo.h"

#include "base/file.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/office_new.h"
#include "gate/exchange/office_files.h"
#include "town/access/sign_in.h"
#include "town/access/api_keys.h"

#include <inttypes.h>

enum { CASES_DEFAULT = 20000, CASES_MOST = 1000000, MORNING_MOST = 120 };

const struct office demo_street = {
    .id = FIRST_OFFICE,
    .code = STR_INIT("SP"),
    .name = {STR_INIT("四平路街道"), STR_INIT("Siping Road Sub-district")},
    .offset_minutes = CHINA_OFFSET_MINUTES,
    .telephone = STR_INIT("021-00000000"),
    .division = STR_INIT("310110009"),
};

/* Who is worth trying, and with what. A grid worker is looked for who has something to do. */
static const struct {
    const char *login;
    enum message_code what;
} to_try[] = {
    {"zhiban", M_CLI_DEMO_SHIFT_LEADER}, {"shouli", M_CLI_DEMO_ACCEPTOR},
    {"paiqian", M_CLI_DEMO_DISPATCHER},  {NULL, M_CLI_DEMO_GRID_WORKER},
    {"chengguan", M_CLI_DEMO_HANDLER},   {"lingdao", M_CLI_DEMO_LEADER},
    {"shenji", M_CLI_DEMO_AUDITOR},      {"admin", M_CLI_DEMO_ADMINISTRATOR},
};

static struct str in_words(struct arena *a, int64_t number) {
    return arena_format(a, "%" PRId64, number);
}

/* ---- the street */

bool demo_office_create(struct installation *i, const struct office *office, const char *catalogue,
                        struct err *err) {
    struct command c = {.row = &office_create, .office = 0, .input = office};
    int64_t version;

    if (!door_run(installation_door(i), &c, 1)) {
        *err = c.err;
        return false;
    }
    return office->id != FIRST_OFFICE || office_publish(i, catalogue, &version, err);
}

static bool make_street(struct arena *a, struct installation *i, const char *catalogue,
                        struct err *err) {
    struct str folder = path_join(a, str_of(catalogue), STR("demo"));
    struct office_files_result made;

    if (!demo_office_create(i, &demo_street, catalogue, err) ||
        !office_files_load(i, folder.p, demo_street.id, &made, err) ||
        !password_give(i, demo_street.id, STR(DEMO_PASSWORD), false, err)) {
        return false;
    }
    cli_say(M_CLI_DEMO_SETUP, in_words(a, (int64_t)made.places), in_words(a, (int64_t)made.units),
            in_words(a, (int64_t)made.accounts));
    return true;
}

/* ---- its two years */

static struct demo_case **make_cases(struct demo_world *w, size_t count) {
    struct demo_case **cases = arena_array(w->arena, struct demo_case *, count);
    size_t made = demo_morning(w, cases, count / 2 < MORNING_MOST ? count / 2 : MORNING_MOST);

    w->earlier = cases;
    while (made < count) {
        w->earlier_count = made;
        cases[made++] = demo_case_any(w);
    }
    return cases;
}

/* ---- what to try */

static const struct account *busy_grid_worker(struct demo_world *w, struct demo_case **cases,
                                              size_t count) {
    const struct account *best = NULL;
    int most = -1;

    for (size_t k = 0; k < w->town->place_count; k++) {
        const struct place *p = &w->town->places[k];
        const struct account *who = p->level == LEVEL_COMMUNITY ? demo_grid_worker(w, p->id) : NULL;
        int tasks = 0;

        for (size_t i = 0; who != NULL && i < count; i++) {
            tasks += cases[i]->community == p->id &&
                     (cases[i]->state == STATE_VERIFYING || cases[i]->state == STATE_TO_CHECK);
        }
        if (who != NULL && tasks > most) {
            most = tasks;
            best = who;
        }
    }
    return best;
}

static void tell_present(struct arena *a, const struct demo_world *w, struct demo_case **cases,
                         size_t count) {
    int64_t open = 0;
    int64_t not_called = 0;
    int64_t late = 0;

    for (size_t i = 0; i < count; i++) {
        const struct demo_case *c = cases[i];
        bool is_open = TERM_HAS(STATES_OPEN, c->state);

        open += is_open;
        not_called += is_open && !c->is_contacted;
        late += c->state == STATE_HANDLING && c->due_at < w->now;
    }
    cli_say(M_CLI_DEMO_PRESENT, in_words(a, open), in_words(a, not_called), in_words(a, late));
}

static void tell_accounts(struct arena *a, struct demo_world *w, struct demo_case **cases,
                          size_t count) {
    cli_say(M_CLI_DEMO_ACCOUNTS, STR(DEMO_PASSWORD), (struct str){0}, (struct str){0});
    for (size_t i = 0; i < sizeof to_try / sizeof to_try[0]; i++) {
        const struct account *who = to_try[i].login == NULL
                                        ? busy_grid_worker(w, cases, count)
                                        : town_account_by_login(w->town, str_of(to_try[i].login));

        if (who != NULL) {
            cli_say(M_CLI_DEMO_ACCOUNT, arena_format(a, "%-10.*s", STR_ARG(who->login)), who->name,
                    message_text(to_try[i].what, cli_language()));
        }
    }
    cli_say(M_CLI_DEMO_KEY, STR(DEMO_KEY), (struct str){0}, (struct str){0});
}

/* ---- the command */

static bool make_demonstration(struct arena *a, struct installation *i, const char *catalogue,
                               size_t count, struct err *err) {
    struct source *clock = installation_source(i);
    struct demo_world w = {
        .arena = a, .office = demo_street.id, .random = source_fixed(0, DEMO_SEED)};
    struct demo_counts counts = {.clock = clock, .all = (int64_t)count};
    struct demo_case **cases;
    int64_t began = clock->now_us(clock);
    bool ok;

    counts.began_us = began;
    if (!office_mark_demonstration(i, err) || !make_street(a, i, catalogue, err) ||
        !api_key_add(i, ACTOR_SYSTEM, STR("demo"), STR(DEMO_KEY), 0, err)) {
        return false;
    }
    w.town = installation_town(i);
    w.now = clock->now_us(clock);
    ok = demo_world_load(&w, path_join(a, str_of(catalogue), STR("demo")).p, err);
    if (ok) {
        demo_people_find(&w);
        cases = make_cases(&w, count);
        ok = demo_run(&w, installation_door(i), cases, count, &counts, err);
        demo_run_over();
    }
    if (ok) {
        door_settle(installation_door(i));
        cli_say(M_CLI_DEMO_CASES, in_words(a, (int64_t)count), in_words(a, counts.events),
                arena_format(a, "%.1f", (double)(clock->now_us(clock) - began) / SECOND_US));
        tell_present(a, &w, cases, count);
        tell_accounts(a, &w, cases, count);
    }
    installation_release(i, w.town);
    return ok;
}

int cli_demo(int argc, char **argv) {
    const char *data = NULL;
    const char *database = NULL;
    const char *spread = NULL;
    const char *catalogue = NULL;
    const char *cases = NULL;
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--database", &database, NULL, M_OPT_DATABASE},
                                         {"--partitions", &spread, NULL, M_OPT_PARTITIONS},
                                         {"--cases", &cases, NULL, M_OPT_CASES},
                                         {"--catalogue", &catalogue, NULL, M_OPT_CATALOGUE}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct source source = source_system();
    int64_t count = CASES_DEFAULT;
    struct installation *i;
    struct arena *a;
    struct err err = {0};
    int64_t partitions;

    if (status >= 0) {
        return status;
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    if (cases != NULL && (!str_to_int(str_of(cases), &count) || count < 1 || count > CASES_MOST)) {
        return cli_usage(argv[0], M_CLI_OPTION_NUMBER, "--cases");
    }
    if (!cli_partitions(spread, &partitions)) {
        return cli_usage(argv[0], M_CLI_PARTITIONS, "--partitions");
    }
    a = arena_open();
    i = installation_open_at(data, database, INSTALLATION_CREATE, &source, &err);
    status = i != NULL && (partitions == 0 || installation_spread(i, partitions, &err)) &&
                     make_demonstration(a, i, cli_catalogue(a, catalogue), (size_t)count, &err)
                 ? 0
                 : cli_fail(argv[0], &err);
    if (status == 0) {
        installation_made(i);
    }
    (status == 0 ? installation_close : installation_discard)(i);
    arena_close(a);
    return status;
}
