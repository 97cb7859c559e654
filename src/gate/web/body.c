/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/body.h"

#include "base/limits.h"
#include "base/source.h"
#include "gate/web/form.h"
#include "gate/web/route.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INCOMING "incoming-"

static unsigned flags_of(const struct request *rq) {
    return rq->route == NULL ? 0 : rq->route->flags;
}

static bool refuse_size(struct body *b) {
    char size[32];

    if ((flags_of(b->rq) & ROUTE_UPLOAD) != 0) {
        return fail(&b->refusal, E_PHOTO_SIZE, "");
    }
    snprintf(size, sizeof size, "%zu KB", b->limit >> 10);
    return fail1(&b->refusal, E_BODY_SIZE, "", str_of(size));
}

static void open_file(struct body *b, const char *folder) {
    if (folder == NULL) {
        fail2(&b->refusal, E_TYPE, "", STR("image"), STR("application/json"));
        return;
    }
    b->counts_upload = true;
    if (atomic_fetch_add(&b->bodies->uploads, 1) >= LIMIT_UPLOADS) {
        fail(&b->refusal, E_BUSY, "");
        return;
    }
    b->rq->upload.path = arena_format(b->rq->arena, "%s/" INCOMING "%s", folder, b->rq->id).p;
    b->file = open(b->rq->upload.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    b->has_file = b->file >= 0;
    if (!b->has_file) {
        fail(&b->refusal, errno == ENOSPC ? E_FULL_DISK : E_INTERNAL, "");
        err_detail(&b->refusal, "upload folder: %s", strerrordesc_np(errno));
    }
}

/* The most that this body may hold. */
static size_t limit_of(const struct request *rq) {
    unsigned flags = flags_of(rq);

    if ((flags & ROUTE_FORM) != 0 &&
        form_is_type(request_header(rq, "Content-Type"), "multipart/form-data")) {
        return LIMIT_FORM_BYTES;
    }
    return (flags & ROUTE_LARGE) != 0 ? LIMIT_REQUEST_BYTES : LIMIT_BODY_BYTES;
}

static void check_image(struct body *b) {
    struct str type = request_header(b->rq, "Content-Type");

    if (!str_starts(type, STR("image/"))) {
        fail2(&b->refusal, E_TYPE, "", str_first_characters(type, 40), STR("image/jpeg"));
    }
}

void body_open(struct body *b, struct bodies *bodies, struct request *rq, uint64_t declared,
               const char *folder, int64_t now_us, int64_t patience_us) {
    unsigned flags = flags_of(rq);

    *b = (struct body){
        .bodies = bodies, .rq = rq, .file = -1, .began_us = now_us, .patience_us = patience_us};
    if ((flags & ROUTE_UPLOAD) != 0) {
        b->limit = LIMIT_PHOTO_BYTES;
        check_image(b);
    } else {
        b->limit = limit_of(rq);
        b->buf = buf_make(rq->arena, b->limit + 1);
    }
    if (declared > b->limit) {
        refuse_size(b);
    }
    if (b->refusal.code == E_NONE && (flags & ROUTE_UPLOAD) != 0) {
        open_file(b, folder);
    }
}

static void write_out(struct body *b, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t written = write(b->file, bytes, n);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            fail(&b->refusal, errno == ENOSPC || errno == EDQUOT ? E_FULL_DISK : E_INTERNAL, "");
            err_detail(&b->refusal, "upload: %s", strerrordesc_np(errno));
            return;
        }
        bytes += written;
        n -= (size_t)written;
    }
}

static void collect(struct body *b, const char *bytes, size_t n) {
    if (atomic_fetch_add(&b->bodies->bytes, (long long)n) + (long long)n >
        (long long)LIMIT_BODIES_BYTES) {
        atomic_fetch_sub(&b->bodies->bytes, (long long)n);
        fail(&b->refusal, E_BUSY, "");
        return;
    }
    buf_put(&b->buf, (struct str){bytes, n});
}

static bool is_too_slow(const struct body *b, int64_t now_us) {
    int64_t late_us = now_us - b->began_us - b->patience_us;

    return late_us > 0 && (int64_t)(b->received / BODY_LEAST_PER_S) < late_us / SECOND_US;
}

bool body_take(struct body *b, const char *bytes, size_t n, int64_t now_us) {
    b->received += n;
    if (b->received > b->limit + LIMIT_SURPLUS_BYTES || is_too_slow(b, now_us)) {
        return false;
    }
    if (b->refusal.code != E_NONE) {
        return true;
    }
    if (b->received > b->limit) {
        refuse_size(b);
    } else if (b->file >= 0) {
        write_out(b, bytes, n);
    } else {
        collect(b, bytes, n);
    }
    return true;
}

bool body_finish(struct body *b, struct err *err) {
    if (b->refusal.code != E_NONE) {
        *err = b->refusal;
        return false;
    }
    if (b->file >= 0) {
        close(b->file);
        b->file = -1;
    }
    b->rq->body = buf_str(&b->buf);
    b->rq->upload.size_bytes = (size_t)b->received;
    return true;
}

void body_close(struct body *b) {
    if (b->bodies == NULL) {
        return;
    }
    atomic_fetch_sub(&b->bodies->bytes, (long long)b->buf.n);
    if (b->counts_upload) {
        atomic_fetch_sub(&b->bodies->uploads, 1);
    }
    if (b->file >= 0) {
        close(b->file);
    }
    if (b->has_file) {
        unlink(b->rq->upload.path);
    }
    b->bodies = NULL;
}

void body_sweep(const char *folder) {
    DIR *open_folder = opendir(folder);
    struct dirent *item;

    while (open_folder != NULL && (item = readdir(open_folder)) != NULL) {
        if (strncmp(item->d_name, INCOMING, sizeof INCOMING - 1) == 0) {
            unlinkat(dirfd(open_folder), item->d_name, 0);
        }
    }
    if (open_folder != NULL) {
        closedir(open_folder);
    }
}
