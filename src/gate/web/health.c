/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/health.h"

#include "base/hash.h"
#include "base/limits.h"
#include "gate/web/answer.h"
#include "gate/web/live.h"
#include "gate/web/metrics.h"
#include "gate/web/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define TYPE_METRICS "text/plain; version=0.0.4; charset=utf-8"

static bool answer_health(struct request *rq, struct err *err) {
    const struct server_options *options = server_options(rq->server);
    struct buf why = buf_make(rq->arena, 1024);
    bool is_draining = server_figures(rq->server).is_draining;
    bool is_well = !is_draining && (options->health == NULL || options->health(rq->app, &why));
    struct json_out o = answer_json_begin(rq, is_well ? 200 : 503, '{');

    json_str(&o, "status", is_well ? STR("ok") : is_draining ? STR("stopping") : STR("failing"));
    json_str(&o, "version", STR(LINLI_VERSION));
    if (!is_well) {
        json_str(&o, "why", buf_str(&why));
    }
    return answer_json_end(rq, &o, err);
}

static bool may_read_metrics(const struct request *rq) {
    const char *token = server_options(rq->server)->metrics_token;
    struct str given = request_header(rq, "Authorization");
    struct hash wanted;
    struct hash is;

    if (rq->is_local) {
        return true;
    }
    if (token == NULL || token[0] == '\0' || !str_starts(given, STR("Bearer "))) {
        return false;
    }
    wanted = hash_sha256(str_of(token));
    is = hash_sha256(str_slice(given, sizeof "Bearer " - 1, given.n));
    return hash_eq(&wanted, &is);
}

static void write_gauge(struct buf *out, const char *name, const char *help, int64_t value) {
    buf_format(out, "# HELP %s %s\n# TYPE %s gauge\n%s %" PRId64 "\n", name, help, name, name,
               value);
}

static int64_t resident_bytes(void) {
    FILE *f = fopen("/proc/self/statm", "re");
    long long pages = 0;

    if (f != NULL) {
        if (fscanf(f, "%*d %lld", &pages) != 1) {
            pages = 0;
        }
        fclose(f);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

static void write_gauges(const struct request *rq, struct buf *out) {
    const struct server_options *options = server_options(rq->server);
    struct server_figures figures = server_figures(rq->server);

    write_gauge(out, "linli_http_queued", "Requests waiting for a worker.", figures.queued);
    write_gauge(out, "linli_http_running", "Requests at a worker.", figures.running);
    write_gauge(out, "linli_http_connections", "Open connections.", figures.connections);
    write_gauge(out, "linli_http_uploads", "Photos coming in.", figures.uploads);
    write_gauge(out, "linli_http_bodies_bytes", "Body bytes held.", figures.bodies_bytes);
    write_gauge(out, "linli_live_streams", "Event streams.",
                options->live == NULL ? 0 : live_count(options->live));
    write_gauge(out, "linli_process_resident_bytes", "Resident memory.", resident_bytes());
}

static bool answer_metrics(struct request *rq, struct err *err) {
    const struct server_options *options = server_options(rq->server);
    struct buf out = buf_make(rq->arena, LIMIT_REQUEST_BYTES);

    if (!may_read_metrics(rq)) {
        return fail(err, E_NO_ROUTE, "");
    }
    metrics_write(server_metrics(rq->server), options->routes, &out);
    write_gauges(rq, &out);
    if (options->more_metrics != NULL) {
        options->more_metrics(rq->app, &out);
    }
    return answer_bytes(rq, TYPE_METRICS, buf_str(&out), (struct str){0}, CACHE_NEVER);
}

static const struct route rows[] = {
    {.method = "GET",
     .path = "/healthz",
     .handler = answer_health,
     .flags = ROUTE_INLINE | ROUTE_HIDDEN | ROUTE_LOOSE_QUERY,
     .summary = {"是否正常", "Whether it is well"}},
    {.method = "GET",
     .path = "/metrics",
     .handler = answer_metrics,
     .flags = ROUTE_HIDDEN,
     .summary = {"运行指标", "Figures for monitoring"},
     .produces = TYPE_METRICS},
};

struct route_table health_table(void) {
    return (struct route_table)ROUTE_TABLE(rows);
}
