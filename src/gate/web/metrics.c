/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>

static const int statuses[] = {200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 409,
                               410, 413, 415, 422, 429, 431, 500, 503, 507, 0 /* any other */};
static const int64_t bounds_us[] = {500,   1000,   2500,   5000,    10000,  25000,
                                    50000, 100000, 250000, 1000000, 5000000};

enum {
    STATUSES = sizeof statuses / sizeof statuses[0],
    BOUNDS = sizeof bounds_us / sizeof bounds_us[0]
};

struct counters {
    atomic_ullong by_status[STATUSES];
    atomic_ullong by_time[BOUNDS + 1]; /* the last is +Inf */
    atomic_ullong sum_us;
};

struct metrics {
    struct counters *routes; /* one each, 0 = no route, the last = pages */
    size_t count;
    atomic_ullong refused_heads;
    atomic_ullong arena_most_bytes;
};

struct metrics *metrics_make(struct arena *a, const struct routes *routes) {
    struct metrics *m = arena_new(a, struct metrics);

    m->count = routes_count(routes) + 2;
    m->routes = arena_array(a, struct counters, m->count);
    return m;
}

static void raise_to(atomic_ullong *most, unsigned long long value) {
    unsigned long long now = atomic_load(most);

    while (now < value && !atomic_compare_exchange_weak(most, &now, value)) {
    }
}

void metrics_count(struct metrics *m, int route_index, int status, int64_t micros,
                   size_t arena_bytes) {
    struct counters *c = &m->routes[route_index];
    size_t at = 0;
    size_t bucket = 0;

    assert(route_index >= 0 && (size_t)route_index < m->count);
    while (statuses[at] != 0 && statuses[at] != status) {
        at++;
    }
    while (bucket < BOUNDS && micros > bounds_us[bucket]) {
        bucket++;
    }
    atomic_fetch_add_explicit(&c->by_status[at], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&c->by_time[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&c->sum_us, (unsigned long long)micros, memory_order_relaxed);
    raise_to(&m->arena_most_bytes, arena_bytes);
}

void metrics_count_gate(struct metrics *m) {
    atomic_fetch_add_explicit(&m->refused_heads, 1, memory_order_relaxed);
}

static void write_labels(struct buf *out, const struct routes *routes, size_t index) {
    const char *method = "-";
    const char *path = "-";

    if (index > routes_count(routes)) {
        method = "GET";
        path = "/*";
    } else if (index > 0) {
        method = routes_at(routes, index - 1)->method;
        path = routes_at(routes, index - 1)->path;
    }
    buf_format(out, "method=\"%s\",route=\"%s\"", method, path);
}

static void write_statuses(const struct metrics *m, const struct routes *routes, struct buf *out) {
    buf_c(out, "# HELP linli_http_requests_total Requests answered.\n"
               "# TYPE linli_http_requests_total counter\n");
    for (size_t i = 0; i < m->count; i++) {
        for (size_t k = 0; k < STATUSES; k++) {
            unsigned long long n = atomic_load(&m->routes[i].by_status[k]);

            if (n > 0) {
                buf_c(out, "linli_http_requests_total{");
                write_labels(out, routes, i);
                buf_format(out, ",status=\"%d\"} %llu\n", statuses[k], n);
            }
        }
    }
}

static void write_histogram(const struct counters *c, const struct routes *routes, size_t index,
                            struct buf *out) {
    unsigned long long sum = 0;

    for (size_t k = 0; k <= BOUNDS; k++) {
        sum += atomic_load(&c->by_time[k]);
        buf_c(out, "linli_http_seconds_bucket{");
        write_labels(out, routes, index);
        if (k < BOUNDS) {
            buf_format(out, ",le=\"%g\"} %llu\n", (double)bounds_us[k] / 1e6, sum);
        } else {
            buf_format(out, ",le=\"+Inf\"} %llu\n", sum);
        }
    }
    buf_c(out, "linli_http_seconds_sum{");
    write_labels(out, routes, index);
    buf_format(out, "} %.6f\nlinli_http_seconds_count{", (double)atomic_load(&c->sum_us) / 1e6);
    write_labels(out, routes, index);
    buf_format(out, "} %llu\n", sum);
}

static bool is_used(const struct counters *c) {
    for (size_t k = 0; k <= BOUNDS; k++) {
        if (atomic_load(&c->by_time[k]) > 0) {
            return true;
        }
    }
    return false;
}

void metrics_write(const struct metrics *m, const struct routes *routes, struct buf *out) {
    write_statuses(m, routes, out);
    buf_c(out, "# HELP linli_http_seconds From the head of a request to its answer.\n"
               "# TYPE linli_http_seconds histogram\n");
    for (size_t i = 0; i < m->count; i++) {
        if (is_used(&m->routes[i])) {
            write_histogram(&m->routes[i], routes, i, out);
        }
    }
    buf_format(out,
               "# HELP linli_http_refused_heads_total Requests that the gate refused.\n"
               "# TYPE linli_http_refused_heads_total counter\n"
               "linli_http_refused_heads_total %llu\n"
               "# HELP linli_http_arena_most_bytes Largest arena of one request so far.\n"
               "# TYPE linli_http_arena_most_bytes gauge\n"
               "linli_http_arena_most_bytes %llu\n",
               atomic_load(&m->refused_heads), atomic_load(&m->arena_most_bytes));
}
