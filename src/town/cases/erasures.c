/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/erasures.h"

#include "base/file.h"
#include "base/json.h"
#include "base/time_text.h"
#include "engine/door/erasure.h"
#include "engine/ledger/ledger.h"
#include "town/cases/erase.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* The whole list in memory: two hundred thousand erasures. New lines are put down by the
 * megabyte. */
enum { LIST_BYTES = 64 << 20, LINES_BYTES = 2 << 20, FLUSH_BYTES = 1 << 20, OFFICES_MOST = 65536 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* one writer of the list at a time */

struct settling {
    struct installation *installation;
    struct store *store;
    struct arena *arena;
    const char *copies;
    struct buf lines;
    int64_t last; /* number of the last erasure of this office */
};

static bool read_list(struct arena *a, const char *path, struct str *out, struct err *err) {
    *out = (struct str){0};
    return !file_exists(path) || file_read(a, path, LIST_BYTES, out, err);
}

/* The highest number that the list names for an office. */
static int64_t last_of(struct arena *a, struct str list, int64_t office) {
    int64_t last = 0;

    while (list.n > 0) {
        struct str line = str_cut(&list, '\n');
        struct arena_mark mark = arena_mark(a);
        const struct json *entry;
        struct err broken;

        if (json_read(a, line, &entry, &broken) && json_int_of(entry, "office", -1) == office &&
            json_int_of(entry, "number", 0) > last) {
            last = json_int_of(entry, "number", 0);
        }
        arena_rewind(a, mark);
    }
    return last;
}

/* The first value that went, by the commitment that its event keeps. */
static bool write_sign(struct settling *x, const struct event *e, struct json_out *o,
                       struct err *err) {
    struct str rest = event_text(e, "fields");
    struct event *of = arena_new(x->arena, struct event);
    struct erasure_item item;

    if (!erasure_next(&rest, &item)) {
        return true;
    }
    if (!ledger_fetch(x->store, x->arena, e->office, item.event, of, err)) {
        return false;
    }
    json_int(o, "of", item.event);
    json_str(o, "field", item.field);
    json_str(o, "commit",
             event_text(of, arena_format(x->arena, "%.*s_commit", STR_ARG(item.field)).p));
    return true;
}

static bool append(const char *path, struct str lines, struct err *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, lines.p, lines.n) == (ssize_t)lines.n && fsync(fd) == 0;
    int why = errno;

    if (fd >= 0) {
        close(fd);
    }
    return ok || file_refuse(err, "", str_of(path), why);
}

static const char *list_path(struct arena *a, struct installation *i) {
    return path_join(a, installation_folder(i), STR("erasures.log")).p;
}

static bool put_down(struct settling *x, struct err *err) {
    bool ok =
        x->lines.n == 0 || append(list_path(x->arena, x->installation), buf_str(&x->lines), err);

    x->lines.n = 0;
    return ok;
}

static bool settle_one(void *context, const struct event *e, struct err *err) {
    struct settling *x = context;
    struct json_out o = json_out(&x->lines);
    bool ok;

    erasure_remove_files(e, arena_c(x->arena, installation_attachments(x->installation)));
    if (x->copies != NULL) {
        erasure_remove_files(e, x->copies);
    }
    json_open(&o, NULL, '{');
    json_int(&o, "office", e->office);
    json_int(&o, "number", e->number);
    json_str(&o, "at", time_write(x->arena, e->accepted_at, CHINA_OFFSET_MINUTES));
    json_int(&o, "case", event_int(e, "case", 0));
    json_int(&o, "voice", event_int(e, "voice", 0));
    json_str(&o, "reason", event_text(e, "reason"));
    json_str_or_null(&o, "files", event_text(e, "files"));
    ok = write_sign(x, e, &o, err);
    json_close(&o, '}');
    buf_c(&x->lines, "\n");
    return ok && (x->lines.n < FLUSH_BYTES || put_down(x, err));
}

bool erasures_settle(struct installation *i, struct store *store, const char *copies,
                     struct err *err) {
    struct arena *a = arena_open();
    struct settling x = {.installation = i,
                         .store = store,
                         .arena = a,
                         .copies = copies,
                         .lines = buf_make(a, LINES_BYTES)};
    int64_t *offices = arena_array(a, int64_t, OFFICES_MOST);
    size_t count = 0;
    struct str list;
    struct stmt *q = store_sql(store, SQL_LEDGER_OFFICES);
    bool ok;

    while (count < OFFICES_MOST && stmt_next(q)) {
        offices[count++] = stmt_int(q, 0);
    }
    ok = stmt_end(q, err);
    pthread_mutex_lock(&lock);
    ok = ok && read_list(a, list_path(a, i), &list, err);
    for (size_t k = 0; ok && k < count; k++) {
        struct erasure_span span = {offices[k], last_of(a, list, offices[k]), INT64_MAX};

        ok = erasure_walk(store, &span, settle_one, &x, err);
    }
    ok = ok && put_down(&x, err);
    pthread_mutex_unlock(&lock);
    arena_close(a);
    return ok;
}

/* Is it the same voice in this ledger? */
static bool is_same(struct installation *i, struct arena *a, const struct json *line, bool *same,
                    struct err *err) {
    struct store *s = door_store(installation_door(i));
    struct event *of = arena_new(a, struct event);
    struct str key = arena_format(a, "%.*s_commit", STR_ARG(json_text_of(line, "field")));

    *same = false;
    if (!ledger_fetch(s, a, json_int_of(line, "office", 0), json_int_of(line, "of", 0), of, err)) {
        return err->code == E_INTERNAL; /* it was said after the backup */
    }
    *same = str_eq(event_text(of, key.p), json_text_of(line, "commit"));
    return true;
}

static bool repeat_one(struct installation *i, struct arena *a, const struct json *line,
                       int64_t *count, struct err *err) {
    struct voice_erase x = {.case_id = json_int_of(line, "case", 0),
                            .voice = json_int_of(line, "voice", 0),
                            .reason = json_text_of(line, "reason")};
    struct command c = {.row = &voice_erase,
                        .actor = {.account = ACTOR_SYSTEM},
                        .office = json_int_of(line, "office", 0),
                        .input = &x};
    bool same;

    if (x.voice == 0) {
        return true;
    }
    if (!is_same(i, a, line, &same, err)) {
        return false;
    }
    if (!same) {
        return true;
    }
    if (door_run(installation_door(i), &c, 1)) {
        ++*count;
        return true;
    }
    if (c.err.code == E_ERASED || c.err.code == E_NOT_FOUND) {
        return true;
    }
    *err = c.err;
    return false;
}

bool erasures_repeat(struct installation *i, const char *path, int64_t *count, struct err *err) {
    struct arena *a = arena_open();
    struct arena *scratch = arena_open();
    struct str list;
    bool ok = file_read(a, path, LIST_BYTES, &list, err);

    *count = 0;
    for (int64_t number = 1; ok && list.n > 0; number++) {
        struct str line = str_cut(&list, '\n');
        const struct json *entry;

        if (!json_read(scratch, line, &entry, err)) {
            ok = fail2(err, E_ERASURES, "", str_of(path),
                       arena_format(a, "%lld", (long long)number));
        } else {
            ok = repeat_one(i, scratch, entry, count, err);
        }
        arena_reset(scratch);
    }
    arena_close(scratch);
    arena_close(a);
    return ok;
}

bool erasures_files(struct arena *a, const char *path, struct str *names, struct err *err) {
    struct arena *scratch = arena_open();
    struct buf b = buf_make(a, LIST_BYTES);
    struct str list;
    bool ok = read_list(scratch, path, &list, err);

    while (ok && list.n > 0) {
        const struct json *entry;
        struct err broken;

        if (json_read(scratch, str_cut(&list, '\n'), &entry, &broken)) {
            buf_put(&b, json_text_of(entry, "files"));
            buf_c(&b, ",");
        }
    }
    *names = buf_str(&b);
    arena_close(scratch);
    return ok;
}
