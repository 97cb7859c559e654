/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/json.h"
#include "base/source.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {"info", "warn", "error"};
static atomic_bool is_quiet;

enum { LINE_BYTES = 2048 };

static struct json_out begin(struct buf *line, enum log_level level, const char *code) {
    struct timespec t;
    struct tm day;
    char stamp[32];
    struct json_out o = json_out(line);

    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &day);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &day);
    json_open(&o, NULL, '{');
    json_str(&o, "time", str_of(stamp));
    json_str(&o, "level", str_of(names[level]));
    json_str(&o, "code", str_of(code));
    return o;
}

static void end(struct arena *a, struct buf *line, struct json_out *o) {
    json_close(o, '}');
    buf_byte(line, '\n');
    if (write(STDERR_FILENO, line->p, line->n) < 0) {
        /* nothing can be said when the log itself is gone */
    }
    arena_close(a);
}

void log_line(enum log_level level, const char *code, const char *what, const char *value) {
    struct arena *a = arena_open();
    struct buf line = buf_make(a, LINE_BYTES);
    struct json_out o = begin(&line, level, code);

    json_str(&o, what, str_of(value));
    end(a, &line, &o);
}

static void write_error(struct json_out *o, const struct err *err) {
    json_str_or_null(o, "field", str_of(err->field));
    json_str_or_null(o, "detail", str_of(err->detail));
    json_str_or_null(o, "at", str_of(err->file));
    json_int(o, "line", err->line);
}

void log_error(const char *route, const char *request_id, const struct err *err) {
    struct arena *a = arena_open();
    struct buf line = buf_make(a, LINE_BYTES);
    const struct err_row *row = err_row(err->code);
    bool is_ours =
        row->status < 400 || row->status >= 500; /* below: a status of the command line */
    struct json_out o = begin(&line, is_ours ? LOG_ERROR : LOG_INFO, row->name);

    json_str(&o, "route", str_of(route));
    json_str(&o, "request", str_of(request_id));
    write_error(&o, err);
    end(a, &line, &o);
}

void log_job(const char *job, const struct err *err) {
    struct arena *a = arena_open();
    struct buf line = buf_make(a, LINE_BYTES);
    struct json_out o = begin(&line, LOG_ERROR, err_row(err->code)->name);

    json_str(&o, "job", str_of(job));
    write_error(&o, err);
    end(a, &line, &o);
}

void log_request(const char *method, const char *route, const char *request_id, int status,
                 int64_t micros) {
    struct arena *a;
    struct buf line;
    struct json_out o;

    if (atomic_load(&is_quiet)) {
        return;
    }
    a = arena_open();
    line = buf_make(a, LINE_BYTES);
    o = begin(&line, LOG_INFO, "REQUEST");
    json_str(&o, "method", str_of(method));
    json_str(&o, "route", str_of(route));
    json_str(&o, "request", str_of(request_id));
    json_int(&o, "status", status);
    json_int(&o, "micros", micros);
    end(a, &line, &o);
}

void log_quiet(bool quiet) {
    atomic_store(&is_quiet, quiet);
}
