/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/photo_samples.h - photos made for the tests: a small picture of four coloured quarters
 * in each kind of file.
 *
 * Upright it is red at the top left, green at the top right, blue at the bottom left, white at the
 * bottom right.
 */
#ifndef LINLI_TESTS_PHOTO_SAMPLES_H
#define LINLI_TESTS_PHOTO_SAMPLES_H

#include "gate/exchange/photo_pixels.h"

enum { SAMPLE_WIDTH = 96, SAMPLE_HEIGHT = 64 };

/* As a camera stores it that notes `orientation` (1..8), times `scale` in each direction. */
struct pixels sample_pixels(struct arena *a, int orientation, int scale);

struct str sample_jpeg(struct arena *a, int orientation,
                       int scale); /* with EXIF: orientation, a position, a comment */
struct str sample_png(struct arena *a, int orientation, int scale); /* with an eXIf chunk */
struct str sample_webp(struct arena *a);
struct str sample_heif(struct arena *a); /* empty when this libheif cannot write */

/* The same PNG or JPEG stating another size in its head. */
struct str sample_png_sized(struct arena *a, struct str png, uint32_t width, uint32_t height);
struct str sample_jpeg_sized(struct arena *a, struct str jpeg, uint32_t width, uint32_t height);

#endif
