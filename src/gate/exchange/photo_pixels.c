/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/photo_pixels.h"

#include <assert.h>
#include <string.h>

enum { EXIF_ORIENTATION_TAG = 0x0112, TIFF_SHORT = 3, TIFF_ENTRY_BYTES = 12, TIFF_HEAD_BYTES = 8 };

static struct pixels pixels_make(struct arena *a, int width, int height) {
    size_t bytes = (size_t)width * (size_t)height * PHOTO_CHANNELS;

    return (struct pixels){.rgb = arena_bytes(a, bytes), .width = width, .height = height};
}

/* Source pixel i covers [i * to, (i + 1) * to) of a line of from * to units, a new pixel x covers
 * [x * from, (x + 1) * from): the weight is how much of the one lies in the other. */
static uint64_t overlap(int i, int to, int x, int from) {
    int64_t low = (int64_t)i * to > (int64_t)x * from ? (int64_t)i * to : (int64_t)x * from;
    int64_t end_i = (int64_t)(i + 1) * to, end_x = (int64_t)(x + 1) * from;
    int64_t high = end_i < end_x ? end_i : end_x;

    return high > low ? (uint64_t)(high - low) : 0;
}

/* Adds one source row, each value `weight` times, to the sums of a new row: whole pixels between
 * the two at the ends, which count by what of them lies inside. */
static void add_row(uint64_t *sums, const unsigned char *row, int from, int to, uint64_t weight) {
    for (int x = 0; x < to; x++) {
        int first = (int)((int64_t)x * from / to), last = (int)(((int64_t)(x + 1) * from - 1) / to);
        uint64_t head = overlap(first, to, x, from) * weight;
        uint64_t tail = last > first ? overlap(last, to, x, from) * weight : 0;
        const unsigned char *pixel = row + first * PHOTO_CHANNELS;
        const unsigned char *end = row + last * PHOTO_CHANNELS;
        uint32_t r = 0, g = 0, b = 0;

        for (const unsigned char *p = pixel + PHOTO_CHANNELS; p < end; p += PHOTO_CHANNELS) {
            r += p[0];
            g += p[1];
            b += p[2];
        }
        sums[0] += head * pixel[0] + tail * end[0] + r * (uint64_t)to * weight;
        sums[1] += head * pixel[1] + tail * end[1] + g * (uint64_t)to * weight;
        sums[2] += head * pixel[2] + tail * end[2] + b * (uint64_t)to * weight;
        sums += PHOTO_CHANNELS;
    }
}

/* `length` scaled so that `longest` becomes `edge`, at least one pixel. */
static int scaled(int length, int longest, int edge) {
    int64_t size = ((int64_t)length * edge + longest / 2) / longest;

    return size < 1 ? 1 : (int)size;
}

struct pixels pixels_shrink(struct arena *a, struct pixels from, int edge) {
    int longest = from.width > from.height ? from.width : from.height;
    struct pixels to;
    uint64_t area = (uint64_t)from.width * (uint64_t)from.height;
    uint64_t *sums;
    size_t stride;

    assert(from.width > 0 && from.height > 0 && edge > 0);
    if (longest <= edge) {
        return from;
    }
    to = pixels_make(a, scaled(from.width, longest, edge), scaled(from.height, longest, edge));
    stride = (size_t)to.width * PHOTO_CHANNELS;
    sums = arena_array(a, uint64_t, stride);
    for (int y = 0; y < to.height; y++) {
        memset(sums, 0, stride * sizeof *sums);
        for (int i = (int)((int64_t)y * from.height / to.height);
             i < from.height && (int64_t)i * to.height < (int64_t)(y + 1) * from.height; i++) {
            add_row(sums, from.rgb + (size_t)i * (size_t)from.width * PHOTO_CHANNELS, from.width,
                    to.width, overlap(i, to.height, y, from.height));
        }
        for (size_t k = 0; k < stride; k++) {
            to.rgb[(size_t)y * stride + k] = (unsigned char)((sums[k] + area / 2) / area);
        }
    }
    return to;
}

/* Where the pixel (x, y) of the upright picture stands in the stored one. */
static size_t stored_place(const struct pixels *from, int orientation, int x, int y) {
    int right = from->width - 1, bottom = from->height - 1;
    int sx = x, sy = y;

    switch (orientation) {
    case 2: /* mirrored */
        sx = right - x;
        break;
    case 3: /* upside down */
        sx = right - x;
        sy = bottom - y;
        break;
    case 4: /* upside down and mirrored */
        sy = bottom - y;
        break;
    case 5: /* mirrored over the diagonal */
        sx = y;
        sy = x;
        break;
    case 6: /* the top lies at the right */
        sx = y;
        sy = bottom - x;
        break;
    case 7: /* mirrored over the other diagonal */
        sx = right - y;
        sy = bottom - x;
        break;
    case 8: /* the top lies at the left */
        sx = right - y;
        sy = x;
        break;
    default:
        break;
    }
    return ((size_t)sy * (size_t)from->width + (size_t)sx) * PHOTO_CHANNELS;
}

struct pixels pixels_orient(struct arena *a, struct pixels from, int orientation) {
    bool is_turned = orientation >= 5;
    struct pixels to;
    unsigned char *out;

    if (orientation <= 1 || orientation > 8) {
        return from;
    }
    to = pixels_make(a, is_turned ? from.height : from.width, is_turned ? from.width : from.height);
    out = to.rgb;
    for (int y = 0; y < to.height; y++) {
        for (int x = 0; x < to.width; x++, out += PHOTO_CHANNELS) {
            memcpy(out, from.rgb + stored_place(&from, orientation, x, y), PHOTO_CHANNELS);
        }
    }
    return to;
}

struct tiff {
    struct str bytes;
    bool is_big_endian;
};

/* `n` bytes at `at` as a number; 0 when they lie outside. */
static uint32_t tiff_number(const struct tiff *t, size_t at, size_t n) {
    uint32_t value = 0;

    if (at > t->bytes.n || n > t->bytes.n - at) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        size_t place = t->is_big_endian ? at + i : at + n - 1 - i;

        value = value << 8 | (unsigned char)t->bytes.p[place];
    }
    return value;
}

int exif_orientation(struct str tiff) {
    struct tiff t = {.bytes = tiff, .is_big_endian = str_starts(tiff, STR("MM"))};
    uint32_t directory, count;

    if (tiff.n < TIFF_HEAD_BYTES || (!t.is_big_endian && !str_starts(tiff, STR("II"))) ||
        tiff_number(&t, 2, 2) != 42) {
        return 1;
    }
    directory = tiff_number(&t, 4, 4);
    count = tiff_number(&t, directory, 2);
    for (uint32_t i = 0; i < count; i++) {
        size_t entry = (size_t)directory + 2 + (size_t)i * TIFF_ENTRY_BYTES;

        if (entry + TIFF_ENTRY_BYTES > tiff.n) {
            return 1;
        }
        if (tiff_number(&t, entry, 2) == EXIF_ORIENTATION_TAG &&
            tiff_number(&t, entry + 2, 2) == TIFF_SHORT) {
            uint32_t value = tiff_number(&t, entry + 8, 2);

            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    }
    return 1;
}
