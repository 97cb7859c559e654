/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/photo.h"

#include "base/limits.h"
#include "base/source.h"
#include "gate/exchange/photo_codecs.h"
#include "gate/exchange/photo_worker.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WALL_MS =
        40000, /* a photo takes a fraction of a second; twice the worker's own limit on its time */
    ANSWER_BYTES = 24 << 20, /* more than any picture of PHOTO_FULL_EDGE squared */
    NO_PROCESS = 0
};

struct photo_desk {
    pthread_mutex_t mutex; /* one photo at a time */
    const char *program;   /* what is started */
    pid_t pid;             /* the worker; NO_PROCESS when none runs */
    int fd;                /* our end of the pair, while one runs */
};

static int64_t now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void end_worker(struct photo_desk *desk) {
    if (desk->pid == NO_PROCESS) {
        return;
    }
    close(desk->fd);
    kill(desk->pid, SIGKILL);
    while (waitpid(desk->pid, NULL, 0) < 0 && errno == EINTR) {
        /* a signal of ours; the worker is gone all the same */
    }
    desk->pid = NO_PROCESS;
}

static void close_desk(void *object) {
    struct photo_desk *desk = object;

    end_worker(desk);
    pthread_mutex_destroy(&desk->mutex);
}

struct photo_desk *photo_desk_open(struct arena *a, const char *program) {
    struct photo_desk *desk = arena_new(a, struct photo_desk);

    desk->program = arena_c(a, str_of(program));
    pthread_mutex_init(&desk->mutex, NULL);
    arena_on_close(a, close_desk, desk);
    return desk;
}

/* Our signals are not the worker's: it has its own group, no mask, no handlers, and nothing of our
 * environment. */
static int spawn(struct photo_desk *desk, int end) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char *arguments[] = {"linli", "photo-worker", NULL};
    char *environment[] = {NULL};
    int failed;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, end, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", 1, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", 1, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    failed = posix_spawn(&desk->pid, desk->program, &files, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static bool start_worker(struct photo_desk *desk, struct err *err) {
    int pair[2], failed;

    if (desk->pid != NO_PROCESS && waitpid(desk->pid, NULL, WNOHANG) == desk->pid) {
        close(desk->fd); /* it went while nobody looked */
        desk->pid = NO_PROCESS;
    }
    if (desk->pid != NO_PROCESS) {
        return true;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return fail(err, E_INTERNAL, "") || err_detail(err, "socketpair: %s", strerror(errno));
    }
    failed = spawn(desk, pair[1]);
    close(pair[1]);
    if (failed != 0) {
        close(pair[0]);
        desk->pid = NO_PROCESS;
        return fail(err, E_INTERNAL, "") || err_detail(err, "photo-worker: %s", strerror(failed));
    }
    desk->fd = pair[0];
    return true;
}

/* Waits until the socket can be used in the way of `events`; false when it is too late. */
static bool wait_for(int fd, short events, int64_t until_ms) {
    for (;;) {
        struct pollfd p = {.fd = fd, .events = events};
        int64_t left = until_ms - now_ms();
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;

        if (ready > 0) {
            return true;
        }
        if (ready == 0 || errno != EINTR) {
            return false;
        }
    }
}

static bool give(int fd, const void *from, size_t n, int64_t until_ms) {
    const char *p = from;

    while (n > 0) {
        ssize_t put;

        if (!wait_for(fd, POLLOUT, until_ms)) {
            return false;
        }
        put = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        p += put > 0 ? put : 0;
        n -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

static bool take(int fd, void *to, size_t n, int64_t until_ms) {
    char *p = to;

    while (n > 0) {
        ssize_t got;

        if (!wait_for(fd, POLLIN, until_ms)) {
            return false;
        }
        got = recv(fd, p, n, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return false;
        }
        p += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The worker met hostile bytes, so its answer is not believed before it was looked at. */
static bool is_sound(const struct photo_told *told) {
    if (told->fault != PHOTO_FINE) {
        return told->fault < PHOTO_FAULTS;
    }
    return told->width >= 1 && told->width <= PHOTO_FULL_EDGE && told->height >= 1 &&
           told->height <= PHOTO_FULL_EDGE && told->full_bytes > 0 && told->thumb_bytes > 0 &&
           told->full_bytes <= ANSWER_BYTES && told->thumb_bytes <= ANSWER_BYTES;
}

static bool converse(struct photo_desk *desk, struct arena *a, struct str bytes,
                     struct photo_told *told, struct photo *out) {
    struct photo_ask ask = {.bytes = (uint32_t)bytes.n};
    int64_t until = now_ms() + WALL_MS;
    char *full, *thumb;

    if (!give(desk->fd, &ask, sizeof ask, until) || !give(desk->fd, bytes.p, bytes.n, until) ||
        !take(desk->fd, told, sizeof *told, until) || !is_sound(told)) {
        return false;
    }
    full = arena_bytes(a, told->full_bytes);
    thumb = arena_bytes(a, told->thumb_bytes);
    *out = (struct photo){.full = {full, told->full_bytes},
                          .thumb = {thumb, told->thumb_bytes},
                          .width = (int)told->width,
                          .height = (int)told->height};
    return take(desk->fd, full, told->full_bytes, until) &&
           take(desk->fd, thumb, told->thumb_bytes, until);
}

static bool answer(const struct photo_told *told, struct err *err) {
    switch (told->fault) {
    case PHOTO_FINE:
        return true;
    case PHOTO_LARGE:
        return fail(err, E_PHOTO_PIXELS, "");
    default:
        return fail(err, E_PHOTO, "");
    }
}

bool photo_take(struct photo_desk *desk, struct arena *a, struct str bytes, struct photo *out,
                struct err *err) {
    struct photo_told told = {0};
    bool is_told;

    assert(desk != NULL);
    if (bytes.n > LIMIT_PHOTO_BYTES) {
        return fail(err, E_PHOTO_SIZE, "");
    }
    if (bytes.n == 0) {
        return fail(err, E_PHOTO, "");
    }
    pthread_mutex_lock(&desk->mutex);
    if (!start_worker(desk, err)) {
        pthread_mutex_unlock(&desk->mutex);
        return false;
    }
    is_told = converse(desk, a, bytes, &told, out);
    if (!is_told) {
        end_worker(desk);
    }
    pthread_mutex_unlock(&desk->mutex);
    if (!is_told) {
        return fail(err, E_PHOTO, "") || err_detail(err, "the photo worker ended or was late");
    }
    return answer(&told, err);
}
