/* SPDX-License-Identifier: Apache-2.0 */
#include "photo_samples.h"

#include "base/buf.h"

#include <assert.h>
#include <libheif/heif.h>
#include <png.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <zlib.h>

enum { CEILING = 8 << 20 };

/* Where row 0 and column 0 of the stored picture lie in the upright one (EXIF 2.32, 4.6.4 A). */
enum side { TOP, RIGHT, BOTTOM, LEFT };
static const enum side sides[9][2] = {
    {TOP, LEFT}, {TOP, LEFT},  {TOP, RIGHT},    {BOTTOM, RIGHT}, {BOTTOM, LEFT},
    {LEFT, TOP}, {RIGHT, TOP}, {RIGHT, BOTTOM}, {LEFT, BOTTOM},
};

static void place(enum side side, int n, int *x, int *y, int width, int height) {
    switch (side) {
    case TOP:
        *y = n;
        break;
    case BOTTOM:
        *y = height - 1 - n;
        break;
    case LEFT:
        *x = n;
        break;
    case RIGHT:
        *x = width - 1 - n;
        break;
    }
}

struct pixels sample_pixels(struct arena *a, int orientation, int scale) {
    static const unsigned char colours[2][2][3] = {{{220, 20, 20}, {20, 200, 20}},
                                                   {{20, 20, 220}, {250, 250, 250}}};
    int width = SAMPLE_WIDTH * scale, height = SAMPLE_HEIGHT * scale;
    bool is_turned = orientation >= 5;
    struct pixels p = {.width = is_turned ? height : width, .height = is_turned ? width : height};
    unsigned char *out = p.rgb = arena_bytes(a, (size_t)width * (size_t)height * 3);

    for (int row = 0; row < p.height; row++) {
        for (int column = 0; column < p.width; column++, out += 3) {
            int x = 0, y = 0;

            place(sides[orientation][0], row, &x, &y, width, height);
            place(sides[orientation][1], column, &x, &y, width, height);
            memcpy(out, colours[y >= height / 2][x >= width / 2], 3);
        }
    }
    return p;
}

static void put_number(struct buf *b, uint32_t value, int bytes) {
    while (bytes-- > 0) {
        buf_byte(b, (char)(value >> (8 * bytes)));
    }
}

/* A TIFF block, big endian: the orientation, the maker's name, and a directory with a latitude. */
static struct str exif_block(struct arena *a, int orientation) {
    struct buf b = buf_make(a, CEILING);

    buf_put(&b, (struct str){"MM\0*\0\0\0\010\0\003", 10});
    buf_put(&b,
            (struct str){"\001\017\0\002\0\0\0\010\0\0\0\062", 12}); /* Make, 8 characters at 50 */
    buf_put(&b, (struct str){"\001\022\0\003\0\0\0\001\0", 9});
    buf_byte(&b, (char)orientation);
    buf_put(&b, (struct str){"\0\0", 2});
    buf_put(&b, (struct str){"\210\045\0\004\0\0\0\001\0\0\0\072", 12}); /* GPS directory at 58 */
    put_number(&b, 0, 4);
    buf_put(&b, (struct str){"SECRETX\0", 8});
    buf_put(&b, (struct str){"\0\001\0\001\0\002\0\0\0\002N\0\0\0\0\0\0\0", 18});
    return buf_str(&b);
}

static struct str plain_jpeg(struct arena *a, struct pixels p) {
    tjhandle handle = tjInitCompress();
    unsigned long n = tjBufSize(p.width, p.height, TJSAMP_444);
    unsigned char *bytes = arena_bytes(a, n);
    int failed = tjCompress2(handle, p.rgb, p.width, 0, p.height, TJPF_RGB, &bytes, &n, TJSAMP_444,
                             92, TJFLAG_NOREALLOC);

    assert(!failed);
    tjDestroy(handle);
    return (struct str){(const char *)bytes, n};
}

struct str sample_jpeg(struct arena *a, int orientation, int scale) {
    struct str jpeg = plain_jpeg(a, sample_pixels(a, orientation, scale));
    struct str exif = exif_block(a, orientation);
    struct buf b = buf_make(a, CEILING);

    buf_put(&b, str_slice(jpeg, 0, 2));
    buf_put(&b, STR("\xFF\xE1"));
    put_number(&b, (uint32_t)(2 + 6 + exif.n), 2);
    buf_put(&b, STR("Exif\0\0"));
    buf_put(&b, exif);
    buf_put(&b, STR("\xFF\xFE\0\017SECRET COMMEN"));
    buf_put(&b, str_slice(jpeg, 2, jpeg.n));
    return buf_str(&b);
}

static void put_chunk(struct buf *b, const char *kind, struct str data) {
    size_t start = b->n + 4;

    put_number(b, (uint32_t)data.n, 4);
    buf_c(b, kind);
    buf_put(b, data);
    put_number(b, (uint32_t)crc32(0, (const unsigned char *)b->p + start, (unsigned)(data.n + 4)),
               4);
}

struct str sample_png(struct arena *a, int orientation, int scale) {
    struct pixels p = sample_pixels(a, orientation, scale);
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)p.width,
                       .height = (png_uint_32)p.height};
    size_t n = CEILING;
    char *bytes = arena_bytes(a, n);
    struct buf b = buf_make(a, CEILING);
    int done;

    image.format = PNG_FORMAT_RGB;
    done = png_image_write_to_memory(&image, bytes, &n, 0, p.rgb, 0, NULL);
    assert(done);
    buf_put(&b, (struct str){bytes, 33}); /* signature and IHDR */
    put_chunk(&b, "eXIf", exif_block(a, orientation));
    buf_put(&b, (struct str){bytes + 33, n - 33});
    return buf_str(&b);
}

struct str sample_webp(struct arena *a) {
    struct pixels p = sample_pixels(a, 1, 1);
    uint8_t *bytes;
    size_t n = WebPEncodeRGB(p.rgb, p.width, p.height, p.width * 3, 90, &bytes);
    struct str copy = arena_str(a, (struct str){(const char *)bytes, n});

    WebPFree(bytes);
    return copy;
}

static struct heif_error put_heif(struct heif_context *context, const void *data, size_t n,
                                  void *user) {
    (void)context;
    buf_put(user, (struct str){data, n});
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, ""};
}

struct str sample_heif(struct arena *a) {
    struct pixels p = sample_pixels(a, 1, 1);
    struct heif_context *context = heif_context_alloc();
    struct heif_encoder *encoder = NULL;
    struct heif_image *image = NULL;
    struct heif_writer writer = {.writer_api_version = 1, .write = put_heif};
    struct buf b = buf_make(a, CEILING);
    int stride;
    unsigned char *rows;

    if (heif_context_get_encoder_for_format(context, heif_compression_HEVC, &encoder).code !=
        heif_error_Ok) {
        heif_context_free(context);
        return (struct str){0};
    }
    heif_image_create(p.width, p.height, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image);
    heif_image_add_plane(image, heif_channel_interleaved, p.width, p.height, 24);
    rows = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < p.height; y++) {
        memcpy(rows + (size_t)y * (size_t)stride, p.rgb + (size_t)y * (size_t)p.width * 3,
               (size_t)p.width * 3);
    }
    heif_context_encode_image(context, image, encoder, NULL, NULL);
    heif_context_write(context, &writer, &b);
    heif_image_release(image);
    heif_encoder_release(encoder);
    heif_context_free(context);
    return buf_str(&b);
}

struct str sample_png_sized(struct arena *a, struct str png, uint32_t width, uint32_t height) {
    struct buf head = buf_make(a, 64), b = buf_make(a, CEILING);

    put_number(&head, width, 4);
    put_number(&head, height, 4);
    buf_put(&head, str_slice(png, 24, 29));
    buf_put(&b, str_slice(png, 0, 8));
    put_chunk(&b, "IHDR", buf_str(&head));
    buf_put(&b, str_slice(png, 33, png.n));
    return buf_str(&b);
}

struct str sample_jpeg_sized(struct arena *a, struct str jpeg, uint32_t width, uint32_t height) {
    ptrdiff_t frame = str_find(jpeg, STR("\xFF\xC0"));
    struct buf b = buf_make(a, CEILING);

    assert(frame > 0);
    buf_put(&b, str_slice(jpeg, 0, (size_t)frame + 5));
    put_number(&b, height, 2);
    put_number(&b, width, 2);
    buf_put(&b, str_slice(jpeg, (size_t)frame + 9, jpeg.n));
    return buf_str(&b);
}
