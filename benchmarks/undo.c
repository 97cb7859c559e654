/* SPDX-License-Identifier: Apache-2.0 */
/* A library to be preloaded (LD_PRELOAD): before a block of the file LINLI_BENCH_KEPT is written
 * for the first time, what stood there is added to the file LINLI_BENCH_UNDO; undo.py puts it back.
 * So a database that is too large to be copied may be measured, several times if need be.
 *
 * A record is the offset in eight bytes of this machine's order, then the block. Several processes
 * may add to the file one after the other; put back from its end, the oldest wins.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stat kept; /* the file, as it was at this process's first write; st_ino 0 before */
static bool *is_saved;   /* for each of its blocks */
static int undo = -1;

/* Of some other file, or without the variables, no. */
static bool is_kept(int file) {
    const char *path = getenv("LINLI_BENCH_KEPT");
    struct stat s;

    if (path == NULL || fstat(file, &s) != 0) {
        return false;
    }
    if (kept.st_ino == 0) {
        if (stat(path, &kept) != 0) {
            abort();
        }
        is_saved = calloc((size_t)kept.st_size / BLOCK + 1, sizeof *is_saved);
        undo = open(getenv("LINLI_BENCH_UNDO"), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (is_saved == NULL || undo < 0) {
            abort();
        }
    }
    return s.st_ino == kept.st_ino && s.st_dev == kept.st_dev;
}

static void save(int file, int64_t block) {
    struct {
        int64_t offset;
        char bytes[BLOCK];
    } record = {.offset = block * BLOCK};

    if (record.offset + BLOCK > kept.st_size || is_saved[block]) {
        return; /* what was added goes when the file gets its old length */
    }
    if (pread(file, record.bytes, BLOCK, record.offset) != BLOCK ||
        write(undo, &record, sizeof record) != sizeof record) {
        abort(); /* better no measurement than a database that cannot be put back */
    }
    is_saved[block] = true;
}

static void before_write(int file, size_t n, int64_t offset) {
    pthread_mutex_lock(&lock);
    if (n > 0 && is_kept(file)) {
        for (int64_t block = offset / BLOCK; block * BLOCK < offset + (int64_t)n; block++) {
            save(file, block);
        }
    }
    pthread_mutex_unlock(&lock);
}

/* The name that SQLite's library asks for; off_t has eight bytes in this project. */
ssize_t pwrite(int file, const void *bytes, size_t n, off_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off_t);

    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    }
    before_write(file, n, offset);
    return real(file, bytes, n, offset);
}
