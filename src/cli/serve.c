/* SPDX-License-Identifier: Apache-2.0 */
/* linli serve: the server on an existing data folder, until SIGTERM or Ctrl-C. */
#include "base/file.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/office_new.h"
#include "gate/exchange/photo.h"
#include "gate/web/live.h"
#include "gate/web/quota.h"
#include "gate/web/tables.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct serving {
    struct arena *arena;
    struct service service;
    struct server *server;
};

/* ---- live updates */

static void tell_live(void *context, const struct event *e) {
    struct serving *s = context;

    change_tell(&s->service, e);
}

/* ---- figures for whoever watches the process */

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
}

/* ---- start and stop */

static const char *public_url_of(struct arena *a, const char *given, const char *listen) {
    return given != NULL ? given : arena_format(a, "http://%s", listen).p;
}

static bool open_server(struct serving *s, const char *listen, const char *data, struct err *err) {
    struct server_options options = {
        .app = &s->service, .gatekeeper = service_gatekeeper, .more_metrics = write_metrics};
    struct live_hooks hooks = {change_fits, change_load, &s->service};
    struct routes *routes;

    if (!listen_parse(str_of(listen), &options.listen, err) ||
        !routes_make(s->arena, tables_parts(), &routes, err)) {
        return false;
    }
    if (!live_open(s->arena, &hooks, &s->service.live, err)) {
        return false;
    }
    s->service.photos = photo_desk_open(s->arena, "/proc/self/exe");
    s->service.quota = quota_make(s->arena);
    options.routes = routes;
    options.live = s->service.live;
    options.uploads_folder = arena_format(s->arena, "%s/uploads", data).p;
    options.has_front = listen_is_loopback(
        &options.listen); /* whoever comes from here is a front or this machine */
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

static int run(struct serving *s, const char *listen, const char *data) {
    struct err err = {0};

    if (!open_server(s, listen, data, &err)) {
        return cli_fail("serve", &err);
    }
    installation_listen(s->service.installation, tell_live, s);
    if (!door_start(installation_door(s->service.installation), &err)) {
        return cli_fail("serve", &err);
    }
    cli_say(M_CLI_SERVING, str_of(listen), (struct str){0}, (struct str){0});
    wait_for_end();
    log_line(LOG_INFO, "DRAINING", "signal", "received");
    if (!server_close(s->server)) {
        log_line(LOG_WARN, "DRAIN_TIMEOUT", "requests", "still running");
        _exit(1);
    }
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
    return named == NULL || file_exists(named) ||
           fail2(err, E_FILE, "map", str_of(named), str_of(strerror(ENOENT)));
}

int cli_serve(int argc, char **argv) {
    const char *data = NULL;
    const char *listen = "127.0.0.1:8080";
    const char *public_url = NULL;
    const char *map = NULL;
    bool quiet = false;
    const struct cli_option options[] = {{"--data", &data, NULL},
                                         {"--listen", &listen, NULL},
                                         {"--public-url", &public_url, NULL},
                                         {"--map", &map, NULL},
                                         {"--quiet", NULL, &quiet}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);
    struct source source = source_system();
    struct serving s = {0};
    struct err err = {0};

    if (status >= 0) {
        return status;
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    if (public_url != NULL && !is_url(public_url)) {
        return cli_usage(argv[0], M_CLI_PUBLIC_URL, public_url);
    }
    block_signals();
    log_quiet(quiet);
    s.arena = arena_open();
    s.service.office = FIRST_OFFICE;
    s.service.public_url = public_url_of(s.arena, public_url, listen);
    if (choose_map(&s, map, data, &err)) {
        s.service.installation = installation_open(data, INSTALLATION_WRITE, &source, &err);
    }
    status = s.service.installation == NULL ? cli_fail(argv[0], &err) : run(&s, listen, data);
    installation_close(s.service.installation);
    arena_close(s.arena);
    return status;
}
