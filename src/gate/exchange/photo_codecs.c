/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/photo_codecs.h"

#include "base/limits.h"

#include <libheif/heif.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <assert.h>
#include <string.h>

enum { WHITE = 255, JPEG_SCAN = 0xDA, JPEG_APP1 = 0xE1, CMYK_CHANNELS = 4 };

static bool is_too_large(int64_t width, int64_t height) {
    return width > LIMIT_PHOTO_PIXELS || height > LIMIT_PHOTO_PIXELS ||
           width * height > LIMIT_PHOTO_PIXELS;
}

static struct pixels make_pixels(struct arena *a, int width, int height) {
    size_t bytes = (size_t)width * (size_t)height * PHOTO_CHANNELS;

    return (struct pixels){.rgb = arena_bytes(a, bytes), .width = width, .height = height};
}

static const unsigned char *data_of(struct str s) {
    return (const unsigned char *)s.p;
}

static size_t big_endian(struct str s, size_t at, size_t n) {
    size_t value = 0;

    for (size_t i = 0; i < n; i++) {
        value = value << 8 | data_of(s)[at + i];
    }
    return value;
}

static size_t little_endian(struct str s, size_t at, size_t n) {
    size_t value = 0;

    for (size_t i = n; i > 0; i--) {
        value = value << 8 | data_of(s)[at + i - 1];
    }
    return value;
}

static struct str without_exif_mark(struct str block) {
    return str_starts(block, STR("Exif\0\0")) ? str_slice(block, 6, block.n) : block;
}

/* ---- JPEG */

static int jpeg_orientation(struct str bytes) {
    size_t at = 2;

    while (at + 4 <= bytes.n && data_of(bytes)[at] == 0xFF && data_of(bytes)[at + 1] != JPEG_SCAN) {
        size_t length = big_endian(bytes, at + 2, 2);
        struct str segment;

        if (length < 2 || at + 2 + length > bytes.n) {
            return 1;
        }
        segment = str_slice(bytes, at + 4, at + 2 + length);
        if (data_of(bytes)[at + 1] == JPEG_APP1 && str_starts(segment, STR("Exif\0\0"))) {
            return exif_orientation(without_exif_mark(segment));
        }
        at += 2 + length;
    }
    return 1;
}

static void close_jpeg(void *handle) {
    tjDestroy(handle);
}

/* Print shops' JPEGs: four inks, stored inverted as Adobe does. */
static void pixels_from_inks(struct pixels p, const unsigned char *inks) {
    size_t count = (size_t)p.width * (size_t)p.height;

    for (size_t i = 0; i < count; i++, inks += CMYK_CHANNELS) {
        for (size_t c = 0; c < PHOTO_CHANNELS; c++) {
            p.rgb[i * PHOTO_CHANNELS + c] = (unsigned char)(inks[c] * inks[3] / WHITE);
        }
    }
}

/* The library scales by halves while it decodes, which saves memory and time: the smallest that is
 * still >= edge. */
static tjscalingfactor jpeg_scale(int width, int height, int edge) {
    static const tjscalingfactor factors[] = {{1, 8}, {1, 4}, {1, 2}};
    int longest = width > height ? width : height;

    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (TJSCALED(longest, factors[i]) >= edge) {
            return factors[i];
        }
    }
    return (tjscalingfactor){1, 1};
}

/* The library tells of an error behind a warning as of a warning; the message is the error's. These
 * warnings leave no pixel unwritten: stray bytes, damaged data. A file that ends early does. */
static bool is_warning(const char *message) {
    static const char *const harmless[] = {"Corrupt JPEG data", "Inconsistent progression",
                                           "Invalid SOS", "Unknown Adobe"};

    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (strncmp(message, harmless[i], strlen(harmless[i])) == 0) {
            return true;
        }
    }
    return false;
}

static enum photo_fault decode_jpeg(struct arena *a, struct str bytes, int edge,
                                    struct photo_read *out) {
    tjhandle handle = tjInitDecompress();
    int width = 0, height = 0, sampling, space, format; /* without a picture nothing is told */
    tjscalingfactor scale;
    unsigned char *to;

    if (handle == NULL) {
        return PHOTO_BROKEN;
    }
    arena_on_close(a, close_jpeg, handle);
    if (tjDecompressHeader3(handle, data_of(bytes), bytes.n, &width, &height, &sampling, &space) !=
            0 ||
        width <= 0 || height <= 0) {
        return PHOTO_BROKEN;
    }
    if (is_too_large(width, height)) {
        return PHOTO_LARGE;
    }
    scale = jpeg_scale(width, height, edge);
    out->pixels = make_pixels(a, TJSCALED(width, scale), TJSCALED(height, scale));
    format = space == TJCS_CMYK || space == TJCS_YCCK ? TJPF_CMYK : TJPF_RGB;
    to = format == TJPF_RGB ? out->pixels.rgb
                            : arena_bytes(a, (size_t)out->pixels.width *
                                                 (size_t)out->pixels.height * CMYK_CHANNELS);
    if (tjDecompress2(handle, data_of(bytes), bytes.n, to, out->pixels.width, 0, out->pixels.height,
                      format, TJFLAG_LIMITSCANS) != 0 &&
        (tjGetErrorCode(handle) != TJERR_WARNING || !is_warning(tjGetErrorStr2(handle)))) {
        return PHOTO_BROKEN;
    }
    if (format == TJPF_CMYK) {
        pixels_from_inks(out->pixels, to);
    }
    out->orientation = jpeg_orientation(bytes);
    return PHOTO_FINE;
}

/* ---- PNG */

static int png_orientation(struct str bytes) {
    size_t at = 8;

    while (at + 12 <= bytes.n) {
        size_t length = big_endian(bytes, at, 4);

        if (length > bytes.n - at - 12) {
            return 1;
        }
        if (str_starts(str_slice(bytes, at + 4, at + 8), STR("eXIf"))) {
            return exif_orientation(str_slice(bytes, at + 8, at + 8 + length));
        }
        at += 12 + length;
    }
    return 1;
}

static enum photo_fault decode_png(struct arena *a, struct str bytes, struct photo_read *out) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    png_color behind = {WHITE, WHITE, WHITE};

    if (!png_image_begin_read_from_memory(&image, bytes.p, bytes.n)) {
        return PHOTO_BROKEN;
    }
    if (is_too_large(image.width, image.height)) {
        png_image_free(&image);
        return PHOTO_LARGE;
    }
    image.format = PNG_FORMAT_RGB;
    out->pixels = make_pixels(a, (int)image.width, (int)image.height);
    if (!png_image_finish_read(&image, &behind, out->pixels.rgb, 0, NULL)) {
        return PHOTO_BROKEN;
    }
    out->orientation = png_orientation(bytes);
    return PHOTO_FINE;
}

/* ---- WebP */

static int webp_orientation(struct str bytes) {
    size_t at = 12;

    while (at + 8 <= bytes.n) {
        size_t length = little_endian(bytes, at + 4, 4);

        if (length > bytes.n - at - 8) {
            return 1;
        }
        if (str_starts(str_slice(bytes, at, at + 4), STR("EXIF"))) {
            return exif_orientation(without_exif_mark(str_slice(bytes, at + 8, at + 8 + length)));
        }
        at += 8 + length + length % 2;
    }
    return 1;
}

static enum photo_fault decode_webp(struct arena *a, struct str bytes, struct photo_read *out) {
    WebPBitstreamFeatures about;
    size_t row;

    if (WebPGetFeatures(data_of(bytes), bytes.n, &about) != VP8_STATUS_OK || about.has_animation) {
        return PHOTO_BROKEN;
    }
    if (is_too_large(about.width, about.height)) {
        return PHOTO_LARGE;
    }
    out->pixels = make_pixels(a, about.width, about.height);
    row = (size_t)about.width * PHOTO_CHANNELS;
    if (WebPDecodeRGBInto(data_of(bytes), bytes.n, out->pixels.rgb, row * (size_t)about.height,
                          (int)row) == NULL) {
        return PHOTO_BROKEN;
    }
    out->orientation = webp_orientation(bytes);
    return PHOTO_FINE;
}

/* ---- HEIF */

static void close_heif(void *context) {
    heif_context_free(context);
}

static void close_heif_handle(void *handle) {
    heif_image_handle_release(handle);
}

static void close_heif_image(void *image) {
    heif_image_release(image);
}

static enum photo_fault copy_heif(struct arena *a, const struct heif_image *image,
                                  struct photo_read *out) {
    int stride, width = heif_image_get_primary_width(image);
    int height = heif_image_get_primary_height(image);
    const unsigned char *rows =
        heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);

    if (rows == NULL || width <= 0 || height <= 0 || is_too_large(width, height)) {
        return PHOTO_BROKEN;
    }
    out->pixels = make_pixels(a, width, height);
    for (int y = 0; y < height; y++) {
        memcpy(out->pixels.rgb + (size_t)y * (size_t)width * PHOTO_CHANNELS,
               rows + (size_t)y * (size_t)stride, (size_t)width * PHOTO_CHANNELS);
    }
    out->orientation = 1; /* the library has turned it already */
    return PHOTO_FINE;
}

static enum photo_fault decode_heif(struct arena *a, struct str bytes, struct photo_read *out) {
    struct heif_context *context = heif_context_alloc();
    struct heif_image_handle *handle;
    struct heif_image *image;

    if (context == NULL) {
        return PHOTO_BROKEN;
    }
    arena_on_close(a, close_heif, context);
    heif_context_set_max_decoding_threads(context, 0);
    if (heif_context_read_from_memory_without_copy(context, bytes.p, bytes.n, NULL).code !=
            heif_error_Ok ||
        heif_context_get_primary_image_handle(context, &handle).code != heif_error_Ok) {
        return PHOTO_BROKEN;
    }
    arena_on_close(a, close_heif_handle, handle);
    if (is_too_large(heif_image_handle_get_width(handle), heif_image_handle_get_height(handle))) {
        return PHOTO_LARGE;
    }
    if (heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL)
            .code != heif_error_Ok) {
        return PHOTO_BROKEN;
    }
    arena_on_close(a, close_heif_image, image);
    return copy_heif(a, image, out);
}

static bool is_heif(struct str bytes) {
    static const char *const brands[] = {"heic", "heix", "heim", "heis", "mif1"};

    if (bytes.n < 12 || !str_is(str_slice(bytes, 4, 8), "ftyp")) {
        return false;
    }
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
        if (str_is(str_slice(bytes, 8, 12), brands[i])) {
            return true;
        }
    }
    return false;
}

enum photo_fault photo_decode(struct arena *a, struct str bytes, int edge, struct photo_read *out) {
    assert(edge > 0);
    if (str_starts(bytes, STR("\xFF\xD8\xFF"))) {
        return decode_jpeg(a, bytes, edge, out);
    }
    if (str_starts(bytes, STR("\x89PNG\r\n\x1A\n"))) {
        return decode_png(a, bytes, out);
    }
    if (str_starts(bytes, STR("RIFF")) && bytes.n >= 12 &&
        str_is(str_slice(bytes, 8, 12), "WEBP")) {
        return decode_webp(a, bytes, out);
    }
    return is_heif(bytes) ? decode_heif(a, bytes, out) : PHOTO_UNKNOWN;
}

struct str photo_encode(struct arena *a, struct pixels p, int quality) {
    tjhandle handle = tjInitCompress();
    unsigned long room = tjBufSize(p.width, p.height, TJSAMP_420), n = room;
    unsigned char *bytes = arena_bytes(a, room);

    if (handle == NULL) {
        return (struct str){0};
    }
    arena_on_close(a, close_jpeg, handle);
    if (tjCompress2(handle, p.rgb, p.width, 0, p.height, TJPF_RGB, &bytes, &n, TJSAMP_420, quality,
                    TJFLAG_NOREALLOC) != 0) {
        return (struct str){0};
    }
    return (struct str){(const char *)bytes, n};
}
