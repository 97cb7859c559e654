/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/store/sqlite_back.h"

#include "engine/store/engine.h"
#include "engine/store/sqlite_check.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Pages of the journal. */
enum {
    BACK_PAGES = 1000,    /* not in the file yet: worth a turn of the thread */
    BACK_LONG = 4000,     /* the journal is to begin anew ... */
    BACK_REST = 400,      /* ... when no more than this and two commits is left */
    BACK_LONGEST = 16000, /* the thread does not keep up: the writer does all of it */
    BUSY_MS = 5000,
};

struct sqlite_back {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake; /* something is asked of the thread, or it is done with it */
    bool has_thread;
    bool is_wanted; /* a turn is asked for or under way */
    bool is_over;
    int done;  /* pages of the journal that are in the file, as the last turn left it */
    int pages; /* of the journal at the commit before */
    char path[];
};

/* Up to where it came, -1 when it came nowhere. */
static int write_back(sqlite3 *handle) {
    int all = 0;
    int done = 0;
    struct err err = {0};

    if (sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, &all, &done) ==
        SQLITE_OK) {
        return done;
    }
    if (sqlite_is_unsure(sqlite3_extended_errcode(handle), false)) {
        fail(&err, E_DISK, "");
        err_detail(&err, "sqlite %d: %s", sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
        store_tell_unsure(&err);
    }
    return -1;
}

static void *work(void *context) {
    struct sqlite_back *b = context;
    sqlite3 *handle = NULL;

    if (sqlite3_open_v2(b->path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        sqlite3_close_v2(handle);
        handle = NULL; /* the writer does it when the journal is longest */
    } else {
        sqlite3_busy_timeout(handle, BUSY_MS);
        sqlite3_extended_result_codes(handle, 1);
    }
    pthread_mutex_lock(&b->lock);
    while (!b->is_over) {
        if (b->is_wanted) {
            int done;

            pthread_mutex_unlock(&b->lock);
            done = handle == NULL ? -1 : write_back(handle);
            pthread_mutex_lock(&b->lock);
            b->done = done >= 0 ? done : b->done;
            b->is_wanted = false;
            pthread_cond_broadcast(&b->wake);
        } else {
            pthread_cond_wait(&b->wake, &b->lock);
        }
    }
    pthread_mutex_unlock(&b->lock);
    sqlite3_close_v2(handle);
    return NULL;
}

struct sqlite_back *sqlite_back_open(const char *path) {
    size_t n = strlen(path) + 1;
    struct sqlite_back *b = calloc(1, sizeof *b + n);

    if (b == NULL) {
        abort();
    }
    memcpy(b->path, path, n);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->wake, NULL);
    return b;
}

int sqlite_back_note(void *back, sqlite3 *writer, const char *name, int pages) {
    struct sqlite_back *b = back;
    bool is_ours = false;
    int rest;

    (void)name;
    pthread_mutex_lock(&b->lock);
    b->done = pages < b->pages ? 0 : b->done; /* the journal began anew */
    b->pages = pages < b->pages ? 0 : b->pages;
    rest = BACK_REST + 2 * (pages - b->pages);
    b->pages = pages;
    if (pages >= BACK_LONGEST || (!b->is_wanted && pages >= BACK_LONG && pages - b->done <= rest)) {
        is_ours = true;
    } else if (!b->is_wanted && pages - b->done >= BACK_PAGES) {
        b->has_thread = b->has_thread || pthread_create(&b->thread, NULL, work, b) == 0;
        is_ours = !b->has_thread;
        b->is_wanted = b->has_thread;
        pthread_cond_broadcast(&b->wake);
    }
    pthread_mutex_unlock(&b->lock);
    if (is_ours) {
        int done = write_back(writer);

        pthread_mutex_lock(&b->lock);
        b->done = done >= 0 ? done : b->done;
        pthread_mutex_unlock(&b->lock);
    }
    return SQLITE_OK;
}

void sqlite_back_close(struct sqlite_back *b) {
    if (b == NULL) {
        return;
    }
    pthread_mutex_lock(&b->lock);
    b->is_over = true;
    pthread_cond_broadcast(&b->wake);
    pthread_mutex_unlock(&b->lock);
    if (b->has_thread) {
        pthread_join(b->thread, NULL);
    }
    pthread_cond_destroy(&b->wake);
    pthread_mutex_destroy(&b->lock);
    free(b);
}
