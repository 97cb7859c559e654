/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/photo.h - an uploaded photo made safe to keep and to show: upright, of bounded
 * size, without metadata.
 *
 * Only JPEG, PNG, WebP and HEIF are taken, told by their content. The reading is done by a process
 * of its own that the desk starts with `PROGRAM photo-worker` (photo_worker.h): what strangers send
 * never meets a decoder in the server. One worker takes one photo at a time; the desk may be used
 * by many threads.
 *
 * Invariants  what comes out was written anew from pixels: no position, no device, no comment, no
 *             trailing bytes. A crash or a hang of the worker costs that one photo; the next finds
 *             a new worker.
 * Memory      the desk lives in the arena given and ends its worker with it; photos go into the
 *             caller's arena.
 * Failure     E_PHOTO (not a photo, damaged, the worker died), E_PHOTO_SIZE (LIMIT_PHOTO_BYTES),
 *             E_PHOTO_PIXELS (LIMIT_PHOTO_PIXELS), E_INTERNAL (no worker could be started).
 */
#ifndef LINLI_GATE_EXCHANGE_PHOTO_H
#define LINLI_GATE_EXCHANGE_PHOTO_H

#include "base/err.h"

enum { PHOTO_FULL_EDGE = 2048, PHOTO_THUMB_EDGE = 320 }; /* pixels of the longer side, at most */

struct photo {
    struct str full;  /* JPEG */
    struct str thumb; /* JPEG */
    int width;        /* of full, pixels */
    int height;       /* of full, pixels */
};

struct photo_desk;

/* `program` is the path of linli, "/proc/self/exe" when it is this one. Nothing is started before
 * the first photo. */
struct photo_desk *photo_desk_open(struct arena *a, const char *program);

bool photo_take(struct photo_desk *desk, struct arena *a, struct str bytes, struct photo *out,
                struct err *err);

#endif
