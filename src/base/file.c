/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/reason.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool file_refuse(struct err *err, const char *field, struct str path, int number) {
    if (number == ENOSPC || number == EDQUOT) {
        return fail(err, E_FULL_DISK, "");
    }
    return fail2(err, E_FILE, field, path, reason_of(number));
}

static bool file_fail(struct err *err, const char *path) {
    return file_refuse(err, "", str_of(path), errno);
}

bool file_exists(const char *path) {
    struct stat st;

    return stat(path, &st) == 0;
}

bool file_is_missing(const char *path) {
    struct stat st;

    return stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

int64_t file_bytes(const char *path) {
    struct stat st;

    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

int64_t folder_free_bytes(const char *path) {
    struct statvfs fs;

    return statvfs(path, &fs) == 0 ? (int64_t)(fs.f_bavail * fs.f_frsize) : 0;
}

bool folder_make(const char *path, struct err *err) {
    return mkdir(path, 0700) == 0 || errno == EEXIST || file_fail(err, path);
}

struct str path_join(struct arena *a, struct str folder, struct str name) {
    return arena_format(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

static bool read_all(int fd, char *p, size_t n) {
    while (n > 0) {
        ssize_t got = read(fd, p, n);

        if (got <= 0) {
            errno = got == 0 ? EIO : errno;
            return false;
        }
        p += got;
        n -= (size_t)got;
    }
    return true;
}

bool file_read(struct arena *a, const char *path, size_t ceiling, struct str *out,
               struct err *err) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *p;

    if (fd < 0) {
        return file_fail(err, path);
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > ceiling) {
        errno = S_ISREG(st.st_mode) ? EFBIG : EISDIR;
        close(fd);
        return file_fail(err, path);
    }
    p = arena_bytes(a, (size_t)st.st_size + 1);
    if (!read_all(fd, p, (size_t)st.st_size)) {
        close(fd);
        return file_fail(err, path);
    }
    close(fd);
    *out = (struct str){p, (size_t)st.st_size};
    return true;
}

static bool write_all(int fd, struct str bytes) {
    while (bytes.n > 0) {
        ssize_t put = write(fd, bytes.p, bytes.n);

        if (put < 0) {
            return false;
        }
        bytes = str_slice(bytes, (size_t)put, bytes.n);
    }
    return fsync(fd) == 0;
}

bool file_write(struct arena *a, const char *path, struct str bytes, unsigned mode,
                struct err *err) {
    struct str beside = arena_format(a, "%s.new", path);
    int fd = open(beside.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);

    if (fd < 0) {
        return file_fail(err, path);
    }
    if (!write_all(fd, bytes)) {
        file_fail(err, path);
        close(fd);
        unlink(beside.p);
        return false;
    }
    close(fd);
    return rename(beside.p, path) == 0 || file_fail(err, path);
}

static bool flush(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

bool file_settle(const char *part, const char *path, struct err *err) {
    struct arena *a = arena_open();
    struct str folder = arena_str(a, str_of(path));
    bool ok;

    while (folder.n > 0 && folder.p[folder.n - 1] != '/') {
        folder.n--;
    }
    ok = (flush(part) && rename(part, path) == 0 &&
          flush(folder.n == 0 ? "." : arena_c(a, folder))) ||
         file_fail(err, path);
    arena_close(a);
    return ok;
}

void folder_remove(const char *path) {
    DIR *folder = opendir(path);
    struct arena *a = arena_open();
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct str name = str_of(entry->d_name);
        struct stat st;
        const char *inner;

        if (str_is(name, ".") || str_is(name, "..")) {
            continue;
        }
        inner = path_join(a, str_of(path), name).p;
        if (lstat(inner, &st) == 0 && S_ISDIR(st.st_mode)) {
            folder_remove(inner);
        } else {
            unlink(inner);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    rmdir(path);
    arena_close(a);
}
