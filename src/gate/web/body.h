/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/body.h - a request's body while it comes in: collected in the arena, or a photo streamed
 * to a file.
 *
 * Behind a limit the rest is read and thrown away up to LIMIT_SURPLUS_BYTES, so that the other side
 * is still there to read why; behind that the connection is cut. A body that comes slower than
 * BODY_LEAST_PER_S after its patience is cut.
 *
 * Memory      what is collected counts against LIMIT_BODIES_BYTES of the whole server, until
 *             body_close.
 * Failure     kept in `refusal`, answered when the body has ended: E_BODY_SIZE, E_PHOTO_SIZE,
 *             E_BUSY, E_FULL_DISK.
 */
#ifndef LINLI_GATE_WEB_BODY_H
#define LINLI_GATE_WEB_BODY_H

#include <stdatomic.h>

#include "gate/web/request.h"

enum { BODY_LEAST_PER_S = 4096 };

/* What all bodies of a server hold together. */
struct bodies {
    atomic_llong bytes; /* collected and not yet given back; growing takes up to twice that */
    atomic_int uploads; /* photos coming in */
};

struct body {
    struct bodies *bodies;
    struct request *rq;
    size_t limit;        /* bytes that are kept */
    uint64_t received;   /* bytes that came */
    struct buf buf;      /* where they are collected */
    int file;            /* or the file they go to, -1 = none */
    bool has_file;       /* it was made, and is removed at the end */
    bool counts_upload;  /* holds a place among the uploads */
    int64_t began_us;    /* monotonic */
    int64_t patience_us; /* before the least rate is asked for */
    struct err refusal;  /* E_NONE = fine so far */
};

/* `declared` is the Content-Length, 0 when unknown. `folder` NULL = uploads are not taken (E_TYPE).
 */
void body_open(struct body *b, struct bodies *bodies, struct request *rq, uint64_t declared,
               const char *folder, int64_t now_us, int64_t patience_us);

/* False when the connection should be cut. */
bool body_take(struct body *b, const char *bytes, size_t n, int64_t now_us);

/* All has come: sets rq->body or rq->upload, or fails with the refusal. */
bool body_finish(struct body *b, struct err *err);

/* Gives back what it counts; removes the file unless somebody moved it. */
void body_close(struct body *b);

/* Removes photos that a crash left in the folder. */
void body_sweep(const char *folder);

#endif
