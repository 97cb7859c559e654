/* SPDX-License-Identifier: Apache-2.0 */
/* linli serve: the server on an existing data folder, until SIGTERM or Ctrl-C. */
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/office_new.h"
#include "gate/exchange/photo.h"
#include "gate/exchange/root_send.h"
#include "gate/web/live.h"
#include "gate/web/quota.h"
#include "gate/web/tables.h"
#include "town/cases/hand_over.h"
#include "town/courier.h"
#include "town/nightly.h"
#include "town/nodes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct serving {
    struct nodes *nodes; /* that share the server, NULL = none can */
    struct arena *arena;
    struct service service;
    struct server *server;
    struct root_ways ways; /* on which daily roots go out */
};

/* What the command line says. */
struct settings {
    const char *data;
    const char *database;
    const char *listen;
    const char *office;        /* code, NULL = the first one */
    const char *public_url;    /* NULL = http:// and `listen` */
    const char *map;           /* NULL = the folder's own */
    const char *metrics_file;  /* whose first line is the token of /metrics, NULL = none */
    const char *metrics_token; /* or itself, from the environment */
    bool has_front;
    bool demo_public;
    bool quiet;
};

enum { KEEPER_WAIT_S = 2 }; /* for jobs to end, which were asked to when requests were */
enum { TOKEN_MIN = 16, TOKEN_MAX = 200 }; /* characters of a token that cannot be guessed */

/* ---- live updates */

static void tell_live(void *context, const struct event *e) {
    struct serving *s = context;

    change_tell(&s->service, e);
    if (event_is(e, HAND_OVER_EVENT) && s->service.keeper != NULL) {
        keeper_wake(s->service.keeper, COURIER_JOB);
    }
}

/* ---- what is done by the clock */

static bool open_keeper(struct serving *s, struct err *err) {
    const struct keeper_job jobs[] = {days_job(ROOT_SEND_JOB),
                                      root_send_job(&s->ways),
                                      nightly_job(),
                                      audit_job(),
                                      courier_job(courier_make(s->arena)),
                                      {0}};

    return keeper_open(s->service.installation, jobs, &s->service.keeper, err);
}

/* ---- figures for whoever watches the process */

static int64_t job_turns(const struct keeper_figures *f) {
    return f->turns;
}

static int64_t job_failures(const struct keeper_figures *f) {
    return f->failures;
}

static int64_t job_is_failing(const struct keeper_figures *f) {
    return f->failed_at_last;
}

static int64_t job_good_at(const struct keeper_figures *f) {
    return f->good_at / SECOND_US;
}

static void write_jobs(const struct service *s, struct buf *out) {
    static const struct {
        const char *name;
        const char *type;
        int64_t (*of)(const struct keeper_figures *f);
    } figures[] = {
        {"linli_job_turns", "counter", job_turns},
        {"linli_job_failures", "counter", job_failures},
        {"linli_job_failing", "gauge", job_is_failing},
        {"linli_job_last_good_seconds", "gauge", job_good_at},
    };
    struct keeper_figures jobs[KEEPER_JOBS];
    size_t count = keeper_list(s->keeper, jobs);

    for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++) {
        buf_format(out, "# TYPE %s %s\n", figures[k].name, figures[k].type);
        for (size_t i = 0; i < count; i++) {
            buf_format(out, "%s{job=\"%s\"} %lld\n", figures[k].name, jobs[i].name,
                       (long long)figures[k].of(&jobs[i]));
        }
    }
}

static void write_metrics(void *app, struct buf *out) {
    const struct service *s = app;
    int64_t waiting;
    int64_t batches;
    int64_t commands;

    door_numbers(installation_door(s->installation), &waiting, &batches, &commands);
    buf_format(out, "# TYPE linli_door_waiting gauge\nlinli_door_waiting %lld\n",
               (long long)waiting);
    buf_format(out, "# TYPE linli_door_batches counter\nlinli_door_batches %lld\n",
               (long long)batches);
    buf_format(out, "# TYPE linli_door_commands counter\nlinli_door_commands %lld\n",
               (long long)commands);
    write_jobs(s, out);
}

/* ---- start and stop */

static bool check_demonstration(struct serving *s, const struct settings *set,
                                const struct listen_address *listen, struct err *err) {
    bool is;

    return set->demo_public || listen_is_loopback(listen) ||
           (office_is_demonstration(s->service.installation, &is, err) &&
            (!is || fail1(err, E_DEMO_PUBLIC, "listen", str_of(set->listen))));
}

static bool open_server(struct serving *s, const struct settings *set, struct err *err) {
    struct server_options options = {.app = &s->service,
                                     .gatekeeper = service_gatekeeper,
                                     .more_metrics = write_metrics,
                                     .metrics_token = set->metrics_token,
                                     .has_front = set->has_front};
    struct live_hooks hooks = {change_fits, change_load, &s->service};
    struct routes *routes;

    if (!listen_parse(str_of(set->listen), &options.listen, err) ||
        !check_demonstration(s, set, &options.listen, err) ||
        !routes_make(s->arena, tables_parts(), &routes, err) ||
        !live_open(s->arena, &hooks, &s->service.live, err)) {
        return false;
    }
    s->service.photos = photo_desk_open(s->arena, "/proc/self/exe");
    s->service.quota = quota_make(s->arena);
    options.routes = routes;
    options.live = s->service.live;
    options.uploads_folder = arena_format(s->arena, "%s/uploads", set->data).p;
    options.is_secure = s->service.public_url[4] == 's';
    return folder_make(options.uploads_folder, err) && server_open(&s->server, &options, err);
}

static void wait_for_end(void) {
    sigset_t set;
    int signal_number;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigwait(&set, &signal_number);
}

static void block_signals(void) {
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(struct serving *s, const struct settings *set) {
    struct err err = {0};
    struct nightly night;

    if (!nightly_look(s->arena, s->service.installation, &night, &err) || /* can it be read? */
        !nodes_open(s->arena, s->service.installation, &s->nodes, &err) ||
        !open_server(s, set, &err)) {
        nodes_close(s->nodes);
        return cli_fail("serve", &err);
    }
    installation_listen(s->service.installation, tell_live, s);
    if (!door_start(installation_door(s->service.installation), &err) || !open_keeper(s, &err) ||
        !nodes_begin(s->nodes, &err)) {
        return cli_fail("serve", &err);
    }
    cli_say(M_CLI_SERVING, str_of(set->listen), (struct str){0}, (struct str){0});
    wait_for_end();
    log_line(LOG_INFO, "DRAINING", "signal", "received");
    keeper_end(s->service.keeper);
    if (!server_close(s->server)) {
        log_line(LOG_WARN, "DRAIN_TIMEOUT", "requests", "still running");
        _exit(1);
    }
    if (!keeper_close(s->service.keeper, KEEPER_WAIT_S * SECOND_US)) {
        log_line(LOG_WARN, "DRAIN_TIMEOUT", "jobs", "still running");
        _exit(1);
    }
    nodes_close(s->nodes);
    live_close(s->service.live);
    return 0;
}

static bool is_url(const char *text) {
    struct str url = str_of(text);

    return (str_starts(url, STR("http://")) && url.n > 7) ||
           (str_starts(url, STR("https://")) && url.n > 8);
}

/* The base map: the file that was named, which must be there, or the folder's own where it has one.
 */
static bool choose_map(struct serving *s, const char *named, const char *data, struct err *err) {
    struct str kept = arena_format(s->arena, "%s/map.geojson", data);

    s->service.map_file = named != NULL ? named : file_exists(kept.p) ? kept.p : NULL;
    return named == NULL || file_exists(named) || file_refuse(err, "map", str_of(named), ENOENT);
}

/* The token of /metrics: the first line of a file, else from the environment; never an argument,
 * which everybody on the machine can read. */
static bool choose_token(struct serving *s, struct settings *set, struct err *err) {
    struct str text = str_of(getenv("LINLI_METRICS_TOKEN"));
    struct str token;

    if (set->metrics_file != NULL &&
        !file_read(s->arena, set->metrics_file, LIMIT_HEAD_BYTES, &text, err)) {
        return false;
    }
    token = str_trim(str_cut(&text, '\n'));
    if (token.n == 0 && set->metrics_file == NULL) {
        return true;
    }
    set->metrics_token = arena_format(s->arena, "%.*s", STR_ARG(token)).p;
    return (token.n >= TOKEN_MIN && token.n <= TOKEN_MAX) || fail(err, E_METRICS_TOKEN, "");
}

static int serve(const char *command, struct serving *s, struct settings *set) {
    struct source source = source_system();
    struct err err = {0};
    int status;

    block_signals();
    log_quiet(set->quiet);
    s->service.public_url = set->public_url != NULL
                                ? set->public_url
                                : arena_format(s->arena, "http://%s", set->listen).p;
    if (choose_token(s, set, &err) && choose_map(s, set->map, set->data, &err) &&
        root_ways_load(s->arena, set->data, &s->ways, &err)) {
        s->service.installation =
            installation_open_at(set->data, set->database, INSTALLATION_WRITE, &source, &err);
    }
    status = s->service.installation == NULL ||
                     !office_find(s->service.installation, set->office, &s->service.office, &err)
                 ? cli_fail(command, &err)
                 : run(s, set);
    installation_close(s->service.installation);
    return status;
}

int cli_serve(int argc, char **argv) {
    struct settings set = {.listen = "127.0.0.1:8080"};
    const struct cli_option options[] = {
        {"--data", &set.data, NULL, M_OPT_DATA},
        {"--database", &set.database, NULL, M_OPT_DATABASE},
        {"--listen", &set.listen, NULL, M_OPT_LISTEN},
        {"--office", &set.office, NULL, M_OPT_SHOWN_OFFICE},
        {"--public-url", &set.public_url, NULL, M_OPT_PUBLIC_URL},
        {"--map", &set.map, NULL, M_OPT_MAP},
        {"--metrics-token", &set.metrics_file, NULL, M_OPT_METRICS_TOKEN},
        {"--front", NULL, &set.has_front, M_OPT_FRONT},
        {"--demo-public", NULL, &set.demo_public, M_OPT_DEMO_PUBLIC},
        {"--quiet", NULL, &set.quiet, M_OPT_QUIET}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct serving s = {0};

    if (status >= 0) {
        return status;
    }
    if (set.data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    if (set.public_url != NULL && !is_url(set.public_url)) {
        return cli_usage(argv[0], M_CLI_PUBLIC_URL, set.public_url);
    }
    s.arena = arena_open();
    status = serve(argv[0], &s, &set);
    arena_close(s.arena);
    return status;
}
