/* SPDX-License-Identifier: Apache-2.0 */
#include "town/nightly.h"

#include "base/conf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/time_text.h"
#include "engine/door/backup.h"
#include "engine/ledger/ledger.h"
#include "town/cases/erasures.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FILES_MOST = 4096,
    KEEP = 14,
    KEEP_MOST = 3650,
    AT_MINUTES = 150,
    RETRY_MINUTES = 30,
    LIST_BYTES = 64 << 20,
    DRILL_BYTES = 4096
};

/* ---- settings */

static bool read_number(struct str text, int64_t least, int64_t most, int64_t *out) {
    return str_to_int(text, out) && *out >= least && *out <= most;
}

/* HH:MM, or off. */
static bool read_time(struct str text, int64_t *minutes) {
    struct str rest = text;
    struct str hour = str_cut(&rest, ':');
    int64_t h;
    int64_t m;

    if (str_is(text, "off")) {
        *minutes = -1;
        return true;
    }
    if (text.n != 5 || hour.n != 2 || !read_number(hour, 0, 23, &h) ||
        !read_number(rest, 0, 59, &m)) {
        return false;
    }
    *minutes = h * 60 + m;
    return true;
}

static bool read_settings(struct arena *a, struct installation *i, struct nightly *n,
                          struct err *err) {
    struct conf *c = arena_new(a, struct conf);
    struct str at;
    struct str keep;

    if (!conf_load(a, arena_c(a, installation_folder(i)), c, err)) {
        return false;
    }
    at = conf_get(c, "backup_at");
    keep = conf_get(c, "backup_keep");
    n->folder = conf_get(c, "backup_folder");
    n->at_minutes = AT_MINUTES;
    n->keep = KEEP;
    if (n->folder.n == 0) {
        n->folder = path_join(a, installation_folder(i), STR("backup"));
    }
    if (at.n > 0 && !read_time(at, &n->at_minutes)) {
        return fail2(err, E_CONF_VALUE, "", STR("backup_at"), at);
    }
    return keep.n == 0 || read_number(keep, 1, KEEP_MOST, &n->keep) ||
           fail2(err, E_CONF_VALUE, "", STR("backup_keep"), keep);
}

/* ---- what lies there */

/* linli-YYYYMMDD-HHMMSS.backup */
static bool read_name(struct str name, int64_t *at) {
    static const char form[] = "linli-########-######.backup";
    struct civil c;

    if (name.n != sizeof form - 1) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        bool is_digit = name.p[i] >= '0' && name.p[i] <= '9';

        if (form[i] == '#' ? !is_digit : name.p[i] != form[i]) {
            return false;
        }
    }
#define TWO(at_) ((name.p[at_] - '0') * 10 + name.p[(at_) + 1] - '0')
    c = (struct civil){TWO(6) * 100 + TWO(8), TWO(10), TWO(12), TWO(15), TWO(17), TWO(19)};
#undef TWO
    *at = us_from_civil(c, CHINA_OFFSET_MINUTES);
    return true;
}

static struct str write_name(struct arena *a, int64_t at) {
    struct civil c = civil_from_us(at, CHINA_OFFSET_MINUTES);

    return arena_format(a, "linli-%04d%02d%02d-%02d%02d%02d.backup", c.year, c.month, c.day, c.hour,
                        c.minute, c.second);
}

static int newest_first(const void *x, const void *y) {
    const int64_t *a = x;
    const int64_t *b = y;

    return (*a < *b) - (*a > *b);
}

static size_t list_files(struct str folder, struct arena *a, int64_t **out) {
    DIR *open_folder = opendir(arena_c(a, folder));
    const struct dirent *entry;
    size_t count = 0;

    *out = arena_array(a, int64_t, FILES_MOST);
    while (open_folder != NULL && count < FILES_MOST && (entry = readdir(open_folder)) != NULL) {
        count += read_name(str_of(entry->d_name), &(*out)[count]);
    }
    if (open_folder != NULL) {
        closedir(open_folder);
    }
    qsort(*out, count, sizeof **out, newest_first);
    return count;
}

#define DRILL_FILE "last-drill.json"

static void read_drill(struct arena *a, struct nightly *n) {
    struct str path = path_join(a, n->folder, STR(DRILL_FILE));
    const struct json *drill;
    struct str text;
    struct err broken;

    if (file_exists(path.p) && file_read(a, path.p, DRILL_BYTES, &text, &broken) &&
        json_read(a, text, &drill, &broken) &&
        time_read(json_text_of(drill, "at"), CHINA_OFFSET_MINUTES, &n->drilled_at)) {
        n->drill_failed = !str_is(json_text_of(drill, "outcome"), "good");
    }
}

bool nightly_look(struct arena *a, struct installation *i, struct nightly *n, struct err *err) {
    int64_t *files;
    size_t count;

    *n = (struct nightly){0};
    if (!read_settings(a, i, n, err)) {
        return false;
    }
    read_drill(a, n);
    count = list_files(n->folder, a, &files);
    n->count = (int64_t)count;
    if (count > 0) {
        n->last_at = files[0];
        n->last_bytes = file_bytes(path_join(a, n->folder, write_name(a, files[0])).p);
    }
    return true;
}

const char *nightly_newest(struct arena *a, const char *folder) {
    int64_t *files;
    size_t count = list_files(str_of(folder), a, &files);

    return count == 0 ? NULL : path_join(a, str_of(folder), write_name(a, files[0])).p;
}

void nightly_note_drill(const char *file, int64_t now, bool went_well) {
    struct arena *a = arena_open();
    struct str folder = str_of(file);
    struct str name;
    struct buf b = buf_make(a, DRILL_BYTES);
    struct json_out o = json_out(&b);
    struct err ignored;
    int64_t at;

    while (folder.n > 0 && folder.p[folder.n - 1] != '/') {
        folder.n--;
    }
    name = str_slice(str_of(file), folder.n, strlen(file));
    json_open(&o, NULL, '{');
    json_str(&o, "at", time_write(a, now, CHINA_OFFSET_MINUTES));
    json_str(&o, "file", name);
    json_str(&o, "outcome", went_well ? STR("good") : STR("failed"));
    json_close(&o, '}');
    buf_byte(&b, '\n');
    if (read_name(name, &at)) {
        file_write(a, arena_format(a, "%.*s" DRILL_FILE, STR_ARG(folder)).p, buf_str(&b), 0600,
                   &ignored);
    }
    arena_close(a);
}

const char *nightly_copies(struct arena *a, struct installation *i) {
    struct nightly n;
    struct err broken;
    const char *path;

    if (!nightly_look(a, i, &n, &broken)) {
        return NULL;
    }
    path = path_join(a, n.folder, STR("attachments")).p;
    return file_exists(path) ? path : NULL;
}

/* ---- the job */

/* The first such time of day behind an instant. */
static int64_t next_at(int64_t after, int64_t minutes) {
    struct civil c = civil_from_us(after, CHINA_OFFSET_MINUTES);
    int64_t at;

    c.hour = (int)(minutes / 60);
    c.minute = (int)(minutes % 60);
    c.second = 0;
    at = us_from_civil(c, CHINA_OFFSET_MINUTES);
    return at > after ? at : at + DAY_US;
}

static bool next_night(const struct keeper_turn *t, int64_t *due_at, struct err *err) {
    struct nightly n;
    struct event *first = arena_new(t->arena, struct event);

    if (!nightly_look(t->arena, t->installation, &n, err)) {
        return false;
    }
    if (n.last_at == 0 && !ledger_fetch(t->store, t->arena, 0, 1, first, err)) {
        return false;
    }
    *due_at = n.at_minutes < 0
                  ? INT64_MAX
                  : next_at(n.last_at > 0 ? n.last_at : first->accepted_at, n.at_minutes);
    return true;
}

static bool is_ending(void *context) {
    return keeper_is_ending(context);
}

static void remove_old(struct arena *a, const struct nightly *n) {
    int64_t *files;
    size_t count = list_files(n->folder, a, &files);

    for (size_t k = (size_t)n->keep; k < count; k++) {
        unlink(path_join(a, n->folder, write_name(a, files[k])).p);
    }
}

/* What a server left that was killed while it wrote: the next night's file has another name. */
static void remove_parts(struct arena *a, const struct nightly *n) {
    DIR *folder = opendir(arena_c(a, n->folder));
    const struct dirent *entry;
    int64_t at;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct str name = str_of(entry->d_name);
        int64_t dot = str_find(name, STR(".part"));

        if (dot > 0 && read_name(str_slice(name, 0, (size_t)dot), &at)) {
            unlink(path_join(a, n->folder, name).p);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

static bool copy_list(struct arena *a, struct installation *i, const struct nightly *n,
                      struct err *err) {
    struct str from = path_join(a, installation_folder(i), STR("erasures.log"));
    struct str bytes;

    return !file_exists(from.p) ||
           (file_read(a, from.p, LIST_BYTES, &bytes, err) &&
            file_write(a, path_join(a, n->folder, STR("erasures.log")).p, bytes, 0600, err));
}

static bool run_night(const struct keeper_turn *t, struct err *err) {
    struct nightly n;
    struct keeper_turn ending = *t;
    struct backup_setup setup = {.store = t->store,
                                 .keys = installation_keys(t->installation),
                                 .folder = arena_c(t->arena, installation_folder(t->installation)),
                                 .photos = installation_attachments(t->installation).p,
                                 .now = t->now,
                                 .is_ending = is_ending,
                                 .context = &ending};
    struct backup_counts counts;
    const char *file;

    if (!nightly_look(t->arena, t->installation, &n, err)) {
        return false;
    }
    setup.photos_to = path_join(t->arena, n.folder, STR("attachments")).p;
    remove_parts(t->arena, &n);
    file = path_join(t->arena, n.folder, write_name(t->arena, t->now)).p;
    if (!folder_make(arena_c(t->arena, n.folder), err) || !folder_make(setup.photos_to, err) ||
        !erasures_settle(t->installation, t->store, setup.photos_to, err) ||
        !backup_write(&setup, file, &counts, err) ||
        !copy_list(t->arena, t->installation, &n, err)) {
        return false;
    }
    remove_old(t->arena, &n);
    if (counts.missing > 0) {
        log_line(LOG_WARN, "BACKUP", "pictures missing",
                 arena_format(t->arena, "%" PRId64, counts.missing).p);
    }
    log_line(LOG_INFO, "BACKUP", "file", file);
    return true;
}

struct keeper_job nightly_job(void) {
    return (struct keeper_job){"backup", next_night, run_night, RETRY_MINUTES * MINUTE_US, NULL};
}
