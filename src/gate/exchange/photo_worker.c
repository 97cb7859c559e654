/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/photo_worker.h"

#include "base/limits.h"
#include "gate/exchange/photo.h"
#include "gate/exchange/photo_codecs.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FULL_QUALITY = 85, THUMB_QUALITY = 80, CPU_SECONDS = 20 };

#define MEMORY_BYTES                                                                               \
    (512u << 20) /* 50 million pixels as RGB, the file, and what the decoder keeps */

#ifdef __SANITIZE_ADDRESS__
enum { IS_SANITISED = 1 }; /* its shadow memory is terabytes, and its reports read files */
#else
enum { IS_SANITISED = 0 };
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

static bool limit(int what, rlim_t value) {
    struct rlimit r = {.rlim_cur = value, .rlim_max = value};

    return setrlimit(what, &r) == 0;
}

#define REFUSE(call)                                                                               \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1),                                        \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* A kernel without such filters leaves the other limits; so the result is not looked at. */
static void refuse_calls(void) {
#ifdef ARCHITECTURE
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        REFUSE(openat),
        REFUSE(openat2),
        REFUSE(unlinkat),
        REFUSE(renameat2),
        REFUSE(socket),
        REFUSE(socketpair),
        REFUSE(connect),
        REFUSE(execve),
        REFUSE(execveat),
        REFUSE(ptrace),
        REFUSE(process_vm_readv),
        REFUSE(process_vm_writev),
        REFUSE(kill),
        REFUSE(bpf),
        REFUSE(io_uring_setup),
        REFUSE(userfaultfd),
        REFUSE(mount),
        REFUSE(unshare),
        REFUSE(setns),
#ifdef __NR_open
        REFUSE(open),
        REFUSE(creat),
        REFUSE(unlink),
        REFUSE(rename),
        REFUSE(fork),
        REFUSE(vfork),
#endif
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};

    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#endif
}

static bool confine(void) {
    close_range(STDERR_FILENO + 1, ~0u, 0);
    if (!limit(RLIMIT_CORE, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0) != 0) {
        return false;
    }
    if (IS_SANITISED) {
        return true;
    }
    if (!limit(RLIMIT_AS, MEMORY_BYTES) || !limit(RLIMIT_FSIZE, 0) ||
        !limit(RLIMIT_NOFILE, STDERR_FILENO + 1)) {
        return false;
    }
    refuse_calls();
    return true;
}

/* The next photo may use CPU_SECONDS from now; beyond it the system ends the process. */
static bool allow_time(void) {
    struct rusage used;
    struct rlimit r;

    if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &r) != 0) {
        return false;
    }
    r.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + CPU_SECONDS;
    return setrlimit(RLIMIT_CPU, &r) == 0;
}

static bool take(int fd, void *to, size_t n) {
    char *p = to;

    while (n > 0) {
        ssize_t got = recv(fd, p, n, 0);

        if (got <= 0) {
            return false;
        }
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static bool give(int fd, const void *from, size_t n) {
    const char *p = from;

    while (n > 0) {
        ssize_t put = send(fd, p, n, MSG_NOSIGNAL);

        if (put <= 0) {
            return false;
        }
        p += put;
        n -= (size_t)put;
    }
    return true;
}

static bool give_photo(struct arena *a, int fd, struct photo_read read) {
    struct pixels shrunk = pixels_shrink(a, read.pixels, PHOTO_FULL_EDGE);
    struct pixels full = pixels_orient(a, shrunk, read.orientation);
    struct str full_bytes = photo_encode(a, full, FULL_QUALITY);
    struct str thumb_bytes =
        photo_encode(a, pixels_shrink(a, full, PHOTO_THUMB_EDGE), THUMB_QUALITY);
    struct photo_told told = {.fault = PHOTO_FINE,
                              .width = (uint32_t)full.width,
                              .height = (uint32_t)full.height,
                              .full_bytes = (uint32_t)full_bytes.n,
                              .thumb_bytes = (uint32_t)thumb_bytes.n};

    return full_bytes.n > 0 && thumb_bytes.n > 0 && give(fd, &told, sizeof told) &&
           give(fd, full_bytes.p, full_bytes.n) && give(fd, thumb_bytes.p, thumb_bytes.n);
}

static bool serve_one(struct arena *a, int fd) {
    struct photo_ask ask;
    struct photo_read read = {0};
    struct photo_told told = {0};
    char *bytes;

    if (!take(fd, &ask, sizeof ask) || ask.bytes > LIMIT_PHOTO_BYTES) {
        return false;
    }
    bytes = arena_bytes(a, ask.bytes);
    if (!take(fd, bytes, ask.bytes) || !allow_time()) {
        return false;
    }
    told.fault = photo_decode(a, (struct str){bytes, ask.bytes}, PHOTO_FULL_EDGE, &read);
    return told.fault == PHOTO_FINE ? give_photo(a, fd, read) : give(fd, &told, sizeof told);
}

int photo_worker_run(int fd) {
    struct arena *a = arena_open();

    if (!confine()) {
        return 1;
    }
    while (serve_one(a, fd)) {
        arena_reset(a);
    }
    arena_close(a);
    return 0;
}
