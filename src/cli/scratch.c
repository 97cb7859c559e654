/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRATCH_BEGINS "linli-drill-"
#define SCRATCH_FORM   SCRATCH_BEGINS "XXXXXX"

enum { TURNS = 10 };

static pthread_mutex_t going = PTHREAD_MUTEX_INITIALIZER; /* whoever takes the folder away */
static const char *made;                                  /* the folder, as long as it is there */
static int held = -1; /* the folder itself, locked as long as this process lives */

static int open_folder(const char *path) {
    return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* One that is ours and that nobody holds was left by a process that was killed. */
static void remove_if_left(const char *path) {
    int fd = open_folder(path);
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0) {
        folder_remove(path);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void remove_left(struct arena *a, struct str within) {
    DIR *folder = opendir(within.p);
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (str_starts(str_of(entry->d_name), STR(SCRATCH_BEGINS)) &&
            strlen(entry->d_name) == sizeof SCRATCH_FORM - 1) {
            remove_if_left(path_join(a, within, str_of(entry->d_name)).p);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

/* The signals that end the process; not one that it was started to ignore (nohup). */
static sigset_t ends(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction is;
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (sigaction(numbers[i], NULL, &is) == 0 && is.sa_handler != SIG_IGN) {
            sigaddset(&set, numbers[i]);
        }
    }
    return set;
}

/* Waits for the signal that ends the process, takes the folder away and lets it end. */
static void *watch(void *unused) {
    sigset_t set = ends();
    int number;

    (void)unused;
    if (sigwait(&set, &number) == 0) {
        pthread_mutex_lock(&going); /* the work, which now fails, is not to tell of it */
        for (int turn = 0; turn < TURNS && made != NULL && file_exists(made); turn++) {
            folder_remove(made); /* the work goes on until the end and may just make a file */
        }
        signal(number, SIG_DFL);
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
        raise(number);
    }
    return NULL;
}

/* Holds the folder that was just made; false when another drill takes it for one that was left, and
 * away. Where folders cannot be locked nobody takes any away. */
static bool hold(const char *folder) {
    struct stat st;
    bool is_taken;

    held = open_folder(folder);
    if (held < 0) {
        return errno != ENOENT;
    }
    is_taken = (flock(held, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) ||
               (fstat(held, &st) == 0 && st.st_nlink == 0);
    if (is_taken) {
        close(held);
        held = -1;
    }
    return !is_taken;
}

const char *scratch_make(struct arena *a, struct err *err) {
    const char *temporary = getenv("TMPDIR");
    struct str within = arena_str(a, str_of(temporary == NULL ? "/tmp" : temporary));
    struct str form = path_join(a, within, STR(SCRATCH_FORM));
    char *folder = arena_bytes(a, form.n + 1);
    sigset_t set = ends();
    pthread_t thread;
    int turn = 0;

    remove_left(a, within);
    do {
        memcpy(folder, form.p, form.n);
        if (turn++ == TURNS || mkdtemp(folder) == NULL) {
            file_refuse(err, "", form, turn > TURNS ? EBUSY : errno);
            return NULL;
        }
    } while (!hold(folder));
    made = folder;
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (pthread_create(&thread, NULL, watch, NULL) == 0) {
        pthread_detach(thread);
    } else {
        pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    }
    return folder;
}

void scratch_remove(const char *folder) {
    pthread_mutex_lock(&going);
    folder_remove(folder);
    made = NULL;
    if (held >= 0) {
        close(held);
        held = -1;
    }
    pthread_mutex_unlock(&going);
}
