/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/folder.h"

#include "base/file.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MOST = 256 };

/* Files that somebody reads, and whether publishing takes them. `*` stands for one folder. */
static const struct {
    const char *folder;
    const char *name;
    bool is_definition;
} patterns[] = {
    {"common", "categories.csv", true}, {"common", "classes.csv", true},
    {"common", "conditions.csv", true}, {"common", "routes.csv", true},
    {"common", "templates.csv", true},  {"common", "workdays.csv", true},
    {"*", "procedure.yaml", true},      {"demo", "units.csv", false},
    {"demo", "places.csv", false},      {"demo", "accounts.csv", false},
    {"common", "divisions.csv", false}, {"common", "hours.csv", true},
};

struct load {
    struct arena *a;
    const char *root;
    bool all;
    struct mistakes *m;
    struct catalogue_text *texts;
    size_t count;
    struct err *err;
};

enum use { USE_NONE, USE_DEFINITION, USE_BESIDE };

static enum use use_of(const char *folder, const char *name) {
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (strcmp(patterns[i].name, name) == 0 &&
            (strcmp(patterns[i].folder, folder) == 0 || patterns[i].folder[0] == '*')) {
            return patterns[i].is_definition ? USE_DEFINITION : USE_BESIDE;
        }
    }
    return USE_NONE;
}

/* A table in common/ or a YAML file anywhere looks like a definition. */
static bool looks_read(const char *folder, const char *name) {
    struct str file = str_of(name);

    return (strcmp(folder, "common") == 0 && str_ends(file, STR(".csv"))) ||
           str_ends(file, STR(".yaml")) || str_ends(file, STR(".yml"));
}

static bool read_one(struct load *load, const char *folder, const char *name) {
    struct str short_name = arena_format(load->a, "%s/%s", folder, name);
    const char *path = path_join(load->a, str_of(load->root), short_name).p;
    struct spot spot = {short_name, 0, 0};
    struct str text;
    struct stat st;

    if (stat(path, &st) == 0 && st.st_size > (off_t)LIMIT_DEFINITION_BYTES) {
        if (load->m != NULL) {
            mistake1(load->m, spot, MISTAKE_FILE_SIZE,
                     arena_format(load->a, "%u", LIMIT_DEFINITION_BYTES / 1024));
        }
        return true;
    }
    if (!file_read(load->a, path, LIMIT_DEFINITION_BYTES, &text, load->err)) {
        return false;
    }
    load->texts[load->count++] = (struct catalogue_text){short_name, text};
    return true;
}

static bool take_file(struct load *load, const char *folder, const char *name) {
    enum use use = use_of(folder, name);

    if (load->count == FILES_MOST || name[0] == '.') {
        return true;
    }
    if (use == USE_NONE && looks_read(folder, name) && load->m != NULL) {
        mistake0(load->m, ((struct spot){arena_format(load->a, "%s/%s", folder, name), 0, 0}),
                 MISTAKE_FILE_UNREAD);
    }
    if (use == USE_DEFINITION || (use == USE_BESIDE && load->all)) {
        return read_one(load, folder, name);
    }
    return true;
}

static bool open_fail(struct load *load, struct str path) {
    return file_refuse(load->err, "", path, errno);
}

static bool take_folder(struct load *load, const char *folder) {
    struct str path = path_join(load->a, str_of(load->root), str_of(folder));
    DIR *dir = opendir(path.p);
    bool fine = true;

    if (dir == NULL) {
        return errno == ENOTDIR || open_fail(load, path);
    }
    for (struct dirent *entry = readdir(dir); entry != NULL && fine; entry = readdir(dir)) {
        fine = take_file(load, folder, entry->d_name);
    }
    closedir(dir);
    return fine;
}

static int by_name(const void *left, const void *right) {
    const struct catalogue_text *a = left;
    const struct catalogue_text *b = right;

    return str_compare(a->name, b->name);
}

bool catalogue_load(struct arena *a, const char *folder, bool all, struct mistakes *m,
                    struct catalogue_folder *out, struct err *err) {
    struct load load = {a, folder, all, m, arena_array(a, struct catalogue_text, FILES_MOST),
                        0, err};
    DIR *dir = opendir(folder);
    bool fine = true;

    *out = (struct catalogue_folder){0};
    if (dir == NULL) {
        return open_fail(&load, str_of(folder));
    }
    for (struct dirent *entry = readdir(dir); entry != NULL && fine; entry = readdir(dir)) {
        fine = entry->d_name[0] == '.' || take_folder(&load, entry->d_name);
    }
    closedir(dir);
    if (load.count > 1) {
        qsort(load.texts, load.count, sizeof *load.texts, by_name);
    }
    *out = (struct catalogue_folder){load.texts, load.count};
    return fine;
}
