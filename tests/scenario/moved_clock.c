/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that may be moved, for scenarios: loaded before the program (LD_PRELOAD), it adds
 * MOVED_CLOCK_S seconds to the time of day. What counts on from the start is left alone. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *t) {
    long failed = syscall(SYS_clock_gettime, id, t);
    const char *moved = getenv("MOVED_CLOCK_S");

    if (failed == 0 && id == CLOCK_REALTIME && moved != NULL) {
        t->tv_sec += strtol(moved, NULL, 10);
    }
    return (int)failed;
}
