/* SPDX-License-Identifier: Apache-2.0 */
#include "town/installation.h"

#include "base/conf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mask.h"
#include "town/access/seals.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { READERS = 6 };

/* A town that is in force, or was and is still held by somebody. It lives in the arena of its own
 * town. */
struct generation {
    struct town *town;
    int users;
    struct generation *before;
};

struct installation {
    struct arena *arena;
    struct str folder;
    struct str database;    /* the file, or the address of a server */
    struct str attachments; /* DIR/attachments, or what linli.conf names: a folder of all nodes */
    bool shares_attachments;
    struct source *source;
    struct keys keys;
    char node[20]; /* this process among those that share a server */
    struct door *door;
    bool is_address_new;    /* linli.conf does not name it yet */
    bool is_created;        /* by this very opening */
    bool is_known;          /* linli.conf names a server */
    struct str conf_before; /* the text of linli.conf before the address came */
    int lock_fd;
    pthread_mutex_t lock; /* guards generations and readers */
    pthread_cond_t reader_free;
    struct generation *current; /* the one in force; older ones behind it */
    struct store *readers[READERS];
    bool reader_is_out[READERS];
    pthread_mutex_t side_lock;
    struct store *side;
    bool is_stale; /* the common ledger grew in this batch; writer's thread only */
    void (*committed)(void *context, const struct event *e);
    void *committed_context;
};

static const void *town_for_door(void *context) {
    struct installation *i = context;

    return i->current->town;
}

static void event_committed(void *context, const struct event *e) {
    struct installation *i = context;

    i->is_stale = i->is_stale ||
                  (e->office == 0 && !event_is(e, "day.closed/1") && !event_is(e, "audit.kept/1"));
    if (i->committed != NULL) {
        i->committed(i->committed_context, e);
    }
}

/* Gives back the older generations that nobody holds. */
static void drop_unused(struct installation *i) {
    struct generation **link = &i->current->before;

    while (*link != NULL) {
        struct generation *g = *link;

        if (g->users > 0) {
            link = &g->before;
            continue;
        }
        *link = g->before;
        town_close(g->town);
    }
}

static bool put_in_force(struct installation *i, struct store *s, struct err *err) {
    struct town *t = town_load(s, err);
    struct generation *g;

    if (t == NULL) {
        return false;
    }
    g = arena_new(t->arena, struct generation);
    g->town = t;
    pthread_mutex_lock(&i->lock);
    g->before = i->current;
    i->current = g;
    drop_unused(i);
    pthread_mutex_unlock(&i->lock);
    return true;
}

static void batch_settled(void *context) {
    struct installation *i = context;
    struct err err;

    if (i->is_stale) {
        i->is_stale = !put_in_force(i, door_store(i->door), &err);
    }
}

int installation_lock(const char *folder, struct err *err) {
    struct arena *a = arena_open();
    struct str path = path_join(a, str_of(folder), STR("lock"));
    int fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        file_refuse(err, "", path, errno);
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        fail1(err, E_FOLDER_LOCKED, "", str_of(folder));
        close(fd);
        fd = -1;
    }
    arena_close(a);
    return fd;
}

/* Where the database is: what was said, else what linli.conf says, else DIR/linli.db. */
static bool find_database(struct installation *i, const char *database, struct err *err) {
    struct conf *conf = arena_new(i->arena, struct conf);

    if (!conf_load(i->arena, i->folder.p, conf, err)) {
        return false;
    }
    i->database = database != NULL ? arena_str(i->arena, str_of(database))
                                   : arena_str(i->arena, conf_get(conf, "database"));
    if (i->database.n == 0) {
        i->database = path_join(i->arena, i->folder, STR("linli.db"));
    } else if (!store_is_address(i->database.p)) {
        return fail1(err, E_DATABASE_ADDRESS, "database", mask_password(i->arena, i->database));
    }
    i->is_address_new = database != NULL && conf_get(conf, "database").n == 0;
    i->is_known = conf_get(conf, "database").n > 0;
    if (conf_get(conf, "attachments").n > 0) {
        i->attachments = arena_str(i->arena, conf_get(conf, "attachments"));
        i->shares_attachments = true;
    }
    return true;
}

/* A new folder remembers its server, for every command to come. */
static bool keep_address(struct installation *i, struct err *err) {
    struct str path = path_join(i->arena, i->folder, STR("linli.conf"));

    if (!i->is_address_new) {
        return true;
    }
    if (file_exists(path.p) && !file_read(i->arena, path.p, CONF_BYTES, &i->conf_before, err)) {
        return false;
    }
    return conf_set(i->folder.p, "database", i->database, err);
}

/* Lies in a folder while an office is made in it: nobody serves from one that was cut off. */
static struct str making_mark(const struct installation *i) {
    return path_join(i->arena, i->folder, STR(INSTALLATION_UNFINISHED));
}

void installation_made(struct installation *i) {
    unlink(making_mark(i).p);
}

static bool create_database(struct installation *i, struct err *err) {
    struct store *s;

    if (!folder_make(i->folder.p, err) || !folder_make(i->attachments.p, err) ||
        !file_write(i->arena, making_mark(i).p, STR("linli\n"), 0600, err)) {
        return false;
    }
    s = store_open(i->database.p, STORE_CREATE, err);
    store_close(s);
    if (s == NULL) {
        installation_made(i);
    }
    i->is_created = s != NULL;
    return s != NULL && keep_address(i, err);
}

/* A shared folder that is not mounted is seen at the start, not with the first photo. */
static bool has_attachments(const struct installation *i, struct err *err) {
    bool is_shared = !str_eq(i->attachments, path_join(i->arena, i->folder, STR("attachments")));

    return file_exists(i->attachments.p) ||
           (is_shared ? file_refuse(err, "attachments", i->attachments, ENOENT)
                      : folder_make(i->attachments.p, err));
}

/* Its making was cut off, or goes on: then the folder is locked. */
static bool refuse_unfinished(const struct installation *i, struct err *err) {
    int lock = installation_lock(i->folder.p, err);

    if (lock < 0 && err->code == E_FOLDER_LOCKED) {
        return false;
    }
    if (lock >= 0) {
        close(lock);
    }
    return fail1(err, E_INIT_UNFINISHED, "", i->folder);
}

/* Nothing to be seen there: because there is nothing, or because this user may not look. */
static bool refuse_empty(const struct installation *i, struct err *err) {
    return file_is_missing(i->database.p) ? fail1(err, E_FOLDER_EMPTY, "", i->folder)
                                          : file_refuse(err, "", i->database, EACCES);
}

static bool prepare_folder(struct installation *i, enum installation_mode mode, struct err *err) {
    bool is_file = !store_is_address(i->database.p);
    bool exists = is_file && file_exists(i->database.p);

    if ((exists || i->is_known) && file_exists(making_mark(i).p)) {
        return refuse_unfinished(i, err);
    }
    if (mode == INSTALLATION_CREATE) {
        return exists || i->is_known ? fail1(err, E_FOLDER_USED, "", i->folder)
                                     : create_database(i, err);
    }
    return !is_file || exists || refuse_empty(i, err);
}

static bool load_keys(struct installation *i, enum installation_mode mode, struct err *err) {
    return mode == INSTALLATION_CREATE ? keys_create(i->folder.p, i->source, &i->keys, err)
                                       : keys_load(i->folder.p, &i->keys, err);
}

static struct door_setup door_setup_of(struct installation *i) {
    return (struct door_setup){
        .path = i->database.p,
        .node = i->node,
        .source = i->source,
        .keys = &i->keys,
        .events = town_events,
        .town = town_for_door,
        .load = town_load_named,
        .context = i,
    };
}

static bool open_door(struct installation *i, struct err *err) {
    struct door_setup setup = door_setup_of(i);

    setup.committed = event_committed;
    setup.settled = batch_settled;
    i->door = door_open(&setup, err);
    if (i->door == NULL) {
        return false;
    }
    i->side = store_open(i->database.p, STORE_WRITE, err);
    return i->side != NULL && store_may_write(i->side, err);
}

static bool open_readers(struct installation *i, struct err *err) {
    for (size_t k = 0; k < READERS; k++) {
        i->readers[k] = store_open(i->database.p, STORE_READ, err);
        if (i->readers[k] == NULL) {
            return false;
        }
    }
    return true;
}

static void name_node(struct installation *i) {
    unsigned char bytes[8];

    i->source->fill(i->source, bytes, sizeof bytes);
    for (size_t k = 0; k < sizeof bytes; k++) {
        snprintf(i->node + 2 * k, 3, "%02x", bytes[k]);
    }
}

struct installation *installation_open(const char *folder, enum installation_mode mode,
                                       struct source *source, struct err *err) {
    return installation_open_at(folder, NULL, mode, source, err);
}

struct installation *installation_open_at(const char *folder, const char *database,
                                          enum installation_mode mode, struct source *source,
                                          struct err *err) {
    struct arena *a = arena_open();
    struct installation *i = arena_new(a, struct installation);
    bool writes = mode == INSTALLATION_CREATE || mode == INSTALLATION_WRITE;
    bool ok;

    i->arena = a;
    i->source = source;
    i->lock_fd = -1;
    name_node(i);
    i->folder = arena_str(a, str_of(folder));
    i->attachments = path_join(a, i->folder, STR("attachments"));
    pthread_mutex_init(&i->lock, NULL);
    pthread_mutex_init(&i->side_lock, NULL);
    pthread_cond_init(&i->reader_free, NULL);
    ok = find_database(i, database, err) && prepare_folder(i, mode, err) &&
         (!writes || (i->lock_fd = installation_lock(i->folder.p, err)) >= 0) &&
         load_keys(i, mode, err) && (!writes || open_door(i, err)) && open_readers(i, err) &&
         (!writes || has_attachments(i, err)) &&
         (mode == INSTALLATION_CREATE || mode == INSTALLATION_PROVE ||
          seals_know(i->readers[0], &i->keys, i->folder, err)) &&
         (mode == INSTALLATION_PROVE || put_in_force(i, i->readers[0], err)) &&
         (mode != INSTALLATION_WRITE || seals_begin(i, err));
    if (!ok) {
        (i->is_created ? installation_discard : installation_close)(i);
        return NULL;
    }
    return i;
}

void installation_close(struct installation *i) {
    if (i == NULL) {
        return;
    }
    door_close(i->door);
    store_close(i->side);
    for (size_t k = 0; k < READERS; k++) {
        store_close(i->readers[k]);
    }
    while (i->current != NULL) {
        struct generation *g = i->current;

        i->current = g->before;
        town_close(g->town);
    }
    if (i->lock_fd >= 0) {
        close(i->lock_fd);
    }
    pthread_mutex_destroy(&i->lock);
    pthread_mutex_destroy(&i->side_lock);
    pthread_cond_destroy(&i->reader_free);
    arena_close(i->arena);
}

bool installation_spread(struct installation *i, int64_t partitions, struct err *err) {
    struct store *s = store_open(i->database.p, STORE_WRITE, err);
    int64_t tables;
    bool ok = s != NULL && store_spread(s, partitions, &tables, err);

    store_close(s);
    return ok;
}

void installation_discard(struct installation *i) {
    struct arena *a = arena_open();
    struct str database = i == NULL ? (struct str){0} : arena_str(a, i->database);
    struct str conf = i == NULL || !i->is_address_new ? (struct str){0}
                                                      : path_join(a, i->folder, STR("linli.conf"));
    struct str before = i == NULL ? (struct str){0} : arena_str(a, i->conf_before);
    struct str mark = i == NULL ? (struct str){0} : arena_str(a, making_mark(i));
    bool is_created = i != NULL && i->is_created;
    struct err err;

    installation_close(i);
    if (is_created && !store_drop(database.p, &err)) {
        log_line(LOG_WARN, "DATABASE_LEFT", "detail", err.detail);
    } else if (is_created) {
        unlink(mark.p);
    }
    if (conf.n > 0 && before.n == 0) {
        unlink(conf.p);
    } else if (conf.n > 0 && !file_write(a, conf.p, before, 0600, &err)) {
        log_line(LOG_WARN, "CONF_LEFT", "detail", err.detail);
    }
    arena_close(a);
}

void installation_listen(struct installation *i,
                         void (*committed)(void *context, const struct event *e), void *context) {
    i->committed = committed;
    i->committed_context = context;
}

const char *installation_node(const struct installation *i) {
    return i->node;
}

bool installation_take_in(struct installation *i, struct store *s, const struct event *e,
                          struct err *err) {
    if (i->committed != NULL) {
        i->committed(i->committed_context, e);
    }
    return e->office != 0 || put_in_force(i, s, err);
}

bool installation_reload(struct installation *i, struct store *s, struct err *err) {
    return put_in_force(i, s, err);
}

struct door *installation_door(struct installation *i) {
    return i->door;
}

struct door *installation_further_door(struct installation *i, struct err *err) {
    struct door_setup setup = door_setup_of(i);

    assert(store_is_address(i->database.p));
    return door_open(&setup, err);
}

const struct keys *installation_keys(const struct installation *i) {
    return &i->keys;
}

struct source *installation_source(struct installation *i) {
    return i->source;
}

struct str installation_folder(const struct installation *i) {
    return i->folder;
}

struct str installation_attachments(const struct installation *i) {
    return i->attachments;
}

bool installation_shares_attachments(const struct installation *i) {
    return i->shares_attachments;
}

const struct town *installation_town(struct installation *i) {
    const struct town *t;

    pthread_mutex_lock(&i->lock);
    i->current->users++;
    t = i->current->town;
    pthread_mutex_unlock(&i->lock);
    return t;
}

void installation_release(struct installation *i, const struct town *t) {
    pthread_mutex_lock(&i->lock);
    for (struct generation *g = i->current; g != NULL; g = g->before) {
        if (g->town == t) {
            g->users--;
        }
    }
    pthread_mutex_unlock(&i->lock);
}

struct store *installation_reader(struct installation *i) {
    struct store *s = NULL;

    pthread_mutex_lock(&i->lock);
    while (s == NULL) {
        for (size_t k = 0; k < READERS && s == NULL; k++) {
            if (!i->reader_is_out[k]) {
                i->reader_is_out[k] = true;
                s = i->readers[k];
            }
        }
        if (s == NULL) {
            pthread_cond_wait(&i->reader_free, &i->lock);
        }
    }
    pthread_mutex_unlock(&i->lock);
    return s;
}

void installation_return_reader(struct installation *i, struct store *s) {
    store_forget(s);
    pthread_mutex_lock(&i->lock);
    for (size_t k = 0; k < READERS; k++) {
        if (i->readers[k] == s) {
            i->reader_is_out[k] = false;
        }
    }
    pthread_cond_signal(&i->reader_free);
    pthread_mutex_unlock(&i->lock);
}

struct store *installation_connect(struct installation *i, struct err *err) {
    return store_open(i->database.p, STORE_READ, err);
}

struct store *installation_side(struct installation *i) {
    pthread_mutex_lock(&i->side_lock);
    return i->side;
}

struct store *installation_try_side(struct installation *i) {
    return pthread_mutex_trylock(&i->side_lock) == 0 ? i->side : NULL;
}

void installation_return_side(struct installation *i) {
    pthread_mutex_unlock(&i->side_lock);
}
