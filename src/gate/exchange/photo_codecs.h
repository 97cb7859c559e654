/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/photo_codecs.h - bytes to pixels for the four kinds of photo that phones make,
 * pixels to JPEG.
 *
 * The kind is told by the content, never by a name or a header of the request. Decoders are
 * libjpeg-turbo, libpng, libwebp and libheif; this is the only file that knows them, and it runs in
 * the worker process only (photo_worker.h), because they read what strangers send. Why these and
 * not libvips: docs/decisions/012-photos.md.
 *
 * Memory   into the arena given; the libraries' objects are closed with it.
 * Failure  one of enum photo_fault; nothing is allocated for a picture larger than
 *          LIMIT_PHOTO_PIXELS.
 */
#ifndef LINLI_GATE_EXCHANGE_PHOTO_CODECS_H
#define LINLI_GATE_EXCHANGE_PHOTO_CODECS_H

#include "gate/exchange/photo_pixels.h"

enum photo_fault {
    PHOTO_FINE,
    PHOTO_UNKNOWN, /* none of the four kinds */
    PHOTO_BROKEN,  /* it ends too early, or what is in it does not fit together */
    PHOTO_LARGE,   /* more pixels than LIMIT_PHOTO_PIXELS */
    PHOTO_FAULTS
};

struct photo_read {
    struct pixels pixels; /* as stored, perhaps already made smaller, never below `edge` where it
                             was larger */
    int orientation;      /* 1..8, how `pixels` must be turned */
};

enum photo_fault photo_decode(struct arena *a, struct str bytes, int edge, struct photo_read *out);

/* A JPEG without any metadata; `quality` 1..100. Empty when the library fails. */
struct str photo_encode(struct arena *a, struct pixels p, int quality);

#endif
