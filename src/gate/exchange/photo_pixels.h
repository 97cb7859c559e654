/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/photo_pixels.h - what happens to a photo's pixels between reading and writing: made
 * smaller, turned upright.
 *
 * Pixels are RGB, 8 bits each, rows without padding. Making smaller takes the mean over the area
 * that each new pixel covers, in whole numbers, so the result is the same on every machine.
 *
 * Memory   into the arena given.
 * Failure  none: sizes are checked by the caller (LIMIT_PHOTO_PIXELS).
 * Source   EXIF 2.32 (CIPA DC-008) 4.6.4 for the orientation, TIFF 6.0 for the way it is written.
 */
#ifndef LINLI_GATE_EXCHANGE_PHOTO_PIXELS_H
#define LINLI_GATE_EXCHANGE_PHOTO_PIXELS_H

#include "base/arena.h"

enum { PHOTO_CHANNELS = 3 };

struct pixels {
    unsigned char *rgb; /* height rows of width * 3 bytes */
    int width;          /* pixels, > 0 */
    int height;         /* pixels, > 0 */
};

/* As large as fits into a square of `edge` pixels, never larger than it was. */
struct pixels pixels_shrink(struct arena *a, struct pixels from, int edge);

/* Turned upright: `orientation` 1..8 as EXIF has it, anything else counts as 1. */
struct pixels pixels_orient(struct arena *a, struct pixels from, int orientation);

/* The orientation that an EXIF block (a TIFF structure) states in its first directory; 1 when it
 * states none. */
int exif_orientation(struct str tiff);

#endif
