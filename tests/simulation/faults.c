/* SPDX-License-Identifier: Apache-2.0 */
/* Faults below the program: loaded before it (LD_PRELOAD), this stands between the database library
 * and the system's calls on files, and turns the clock.
 *
 * LINLI_FAULTS names a file that the test maps too, a struct faults: what shall fail, at the how
 * many-th call, once or from there on. Only files whose path holds linli.db are meant. What was
 * written since the last sync is remembered, so that a failed sync or a power cut can take it back,
 * as the system does with pages that never reached the disk.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum call { CALL_READ, CALL_WRITE, CALL_SYNC, CALL_TRUNCATE, CALLS };
enum kind {
    FAULT_NONE,
    FAULT_FULL,      /* write: ENOSPC */
    FAULT_SHORT,     /* write: half of it, then ENOSPC */
    FAULT_BAD_WRITE, /* write: half of it, then EIO */
    FAULT_READ_ONLY, /* write, truncate: EROFS */
    FAULT_SYNC,      /* sync: EIO, and what was written since the last one is lost */
    FAULT_READ,      /* read: EIO */
    FAULT_POWER,     /* write or sync: what was written since the last sync is lost, in part; end */
    FAULT_SLOW,      /* sync: sleeps until it is taken back */
};

struct faults {
    int64_t kind;
    int64_t at;    /* the how many-th call of the kind fails, from 1 */
    int64_t stays; /* 1: and every one after it */
    int64_t counts[CALLS];
    int64_t fired;     /* how often */
    int64_t seed;      /* of a power cut: which writes are lost */
    int64_t turned_us; /* added to the clock */
};

struct undo {
    dev_t device;
    ino_t inode;
    off_t offset;
    size_t n;
    off_t size_before; /* of the file */
    char *bytes;       /* as they were, fewer than n at the end of the file */
    size_t had;
};

static struct faults *faults;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct undo *undos;
static size_t undo_count;
static size_t undo_room;

static ssize_t (*real_pread)(int, void *, size_t, off_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_clock_gettime)(clockid_t, struct timespec *);

static void find_real(void) {
    *(void **)&real_pread = dlsym(RTLD_NEXT, "pread64");
    *(void **)&real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    *(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    *(void **)&real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    *(void **)&real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

__attribute__((constructor)) static void load(void) {
    const char *path = getenv("LINLI_FAULTS");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);

    find_real();
    if (fd >= 0) {
        void *p = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

        faults = p == MAP_FAILED ? NULL : p;
        close(fd);
    }
}

/* Libraries ask before this one was loaded. */
static void need_real(void) {
    if (real_clock_gettime == NULL) {
        find_real();
    }
}

/* Is it the database or its journal? The index beside it (-shm) is memory. */
static int is_meant(int fd) {
    char link[64];
    char path[4096];
    ssize_t n;

    if (faults == NULL) {
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    return strstr(path, "linli.db") != NULL && strstr(path, "-shm") == NULL;
}

static int of_kind(enum call call) {
    switch (faults->kind) {
    case FAULT_FULL:
    case FAULT_SHORT:
    case FAULT_BAD_WRITE:
        return call == CALL_WRITE;
    case FAULT_READ_ONLY:
        return call == CALL_WRITE || call == CALL_TRUNCATE;
    case FAULT_SYNC:
    case FAULT_SLOW:
        return call == CALL_SYNC;
    case FAULT_READ:
        return call == CALL_READ;
    case FAULT_POWER:
        return call == CALL_WRITE || call == CALL_SYNC;
    default:
        return 0;
    }
}

/* Counts the call; gives the fault that is due. */
static enum kind due(enum call call) {
    enum kind kind = FAULT_NONE;

    faults->counts[call]++;
    if (!of_kind(call)) {
        return FAULT_NONE;
    }
    faults->at--;
    if (faults->at == 0 || (faults->at < 0 && faults->stays)) {
        kind = (enum kind)faults->kind;
        faults->fired++;
    }
    return kind;
}

static void remember(int fd, size_t n, off_t offset) {
    struct stat st;
    struct undo *u;
    ssize_t had;

    if (undo_count == undo_room) {
        undo_room = undo_room == 0 ? 256 : undo_room * 2;
        undos = realloc(undos, undo_room * sizeof *undos);
    }
    u = &undos[undo_count++];
    fstat(fd, &st);
    *u = (struct undo){.device = st.st_dev,
                       .inode = st.st_ino,
                       .offset = offset,
                       .n = n,
                       .size_before = st.st_size,
                       .bytes = malloc(n)};
    had = real_pread(fd, u->bytes, n, offset);
    u->had = had > 0 ? (size_t)had : 0;
}

static int is_of(const struct undo *u, const struct stat *st) {
    return u->device == st->st_dev && u->inode == st->st_ino;
}

static void forget(int fd) {
    struct stat st;
    size_t kept = 0;

    fstat(fd, &st);
    for (size_t i = 0; i < undo_count; i++) {
        if (is_of(&undos[i], &st)) {
            free(undos[i].bytes);
        } else {
            undos[kept++] = undos[i];
        }
    }
    undo_count = kept;
}

/* Takes back what was written to the file since its last sync, newest first; `seed` 0 = all of it,
 * else some. */
static void take_back(int fd, uint64_t seed) {
    struct stat st;

    fstat(fd, &st);
    for (size_t i = undo_count; i-- > 0;) {
        const struct undo *u = &undos[i];

        seed = seed == 0 ? 0 : seed * 6364136223846793005ULL + 1442695040888963407ULL;
        if (!is_of(u, &st) || (seed != 0 && (seed >> 33) % 2 == 0)) {
            continue;
        }
        if (u->had > 0) {
            real_pwrite(fd, u->bytes, u->had, u->offset);
        }
        if (seed == 0) {
            real_ftruncate(fd, u->size_before);
        }
    }
}

/* Every file of the database that this process has open loses what was not synced. */
static void cut_power(void) {
    for (int fd = 3; fd < 256; fd++) {
        if (is_meant(fd)) {
            take_back(fd, faults->seed == 0 ? 0 : (uint64_t)faults->seed + (uint64_t)fd);
            forget(fd);
        }
    }
    _exit(137);
}

ssize_t pread64(int fd, void *p, size_t n, off_t offset) {
    enum kind kind = FAULT_NONE;

    need_real();
    if (is_meant(fd)) {
        pthread_mutex_lock(&lock);
        kind = due(CALL_READ);
        pthread_mutex_unlock(&lock);
    }
    if (kind == FAULT_READ) {
        errno = EIO;
        return -1;
    }
    return real_pread(fd, p, n, offset);
}

static ssize_t write_at(int fd, const void *p, size_t n, off_t offset) {
    static int rest_fails; /* a short write: whoever tries the rest is told why */
    enum kind kind = due(CALL_WRITE);

    if (rest_fails || kind == FAULT_FULL || kind == FAULT_READ_ONLY) {
        errno = kind == FAULT_READ_ONLY ? EROFS : ENOSPC;
        rest_fails = 0;
        return -1;
    }
    if (kind == FAULT_POWER) {
        cut_power();
    }
    if (n > 1 && (kind == FAULT_SHORT || kind == FAULT_BAD_WRITE)) {
        n = n / 2;
        rest_fails = kind == FAULT_SHORT;
    }
    remember(fd, n, offset);
    n = (size_t)real_pwrite(fd, p, n, offset);
    if (kind == FAULT_BAD_WRITE) {
        errno = EIO;
        return -1;
    }
    return (ssize_t)n;
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t offset) {
    ssize_t done;

    need_real();
    if (!is_meant(fd)) {
        return real_pwrite(fd, p, n, offset);
    }
    pthread_mutex_lock(&lock);
    done = write_at(fd, p, n, offset);
    pthread_mutex_unlock(&lock);
    return done;
}

static int sync_file(int fd) {
    int done;

    switch (due(CALL_SYNC)) {
    case FAULT_SYNC:
        take_back(fd, 0);
        forget(fd);
        errno = EIO;
        return -1;
    case FAULT_POWER:
        cut_power();
        break;
    case FAULT_SLOW:
        pthread_mutex_unlock(&lock);
        while (*(volatile int64_t *)&faults->kind == FAULT_SLOW) {
            usleep(1000);
        }
        pthread_mutex_lock(&lock);
        break;
    default:
        break;
    }
    done = real_fdatasync(fd);
    if (done == 0) {
        forget(fd);
    }
    return done;
}

int fdatasync(int fd) {
    int done;

    need_real();
    if (!is_meant(fd)) {
        return real_fdatasync(fd);
    }
    pthread_mutex_lock(&lock);
    done = sync_file(fd);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off_t size) {
    enum kind kind = FAULT_NONE;

    need_real();
    if (is_meant(fd)) {
        pthread_mutex_lock(&lock);
        kind = due(CALL_TRUNCATE);
        pthread_mutex_unlock(&lock);
    }
    if (kind == FAULT_READ_ONLY) {
        errno = EROFS;
        return -1;
    }
    if (is_meant(fd)) {
        pthread_mutex_lock(&lock);
        forget(fd);
        pthread_mutex_unlock(&lock);
    }
    return real_ftruncate(fd, size);
}

int clock_gettime(clockid_t which, struct timespec *t) {
    int done = (real_clock_gettime == NULL ? (int)syscall(SYS_clock_gettime, which, t)
                                           : real_clock_gettime(which, t));

    if (done == 0 && which == CLOCK_REALTIME && faults != NULL) {
        int64_t us = (int64_t)t->tv_sec * 1000000 + t->tv_nsec / 1000 + faults->turned_us;

        t->tv_sec = us / 1000000;
        t->tv_nsec = us % 1000000 * 1000;
    }
    return done;
}
