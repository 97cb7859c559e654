/* SPDX-License-Identifier: Apache-2.0 */
/* Photos: what comes out is upright, small and bare, whatever came in; this program is its own
 * worker. */
#include "check.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/source.h"
#include "gate/exchange/photo.h"
#include "gate/exchange/photo_codecs.h"
#include "gate/exchange/photo_worker.h"
#include "photo_samples.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct bench {
    struct arena *arena;
    struct photo_desk *desk;
};

static int open_bench(void **state) {
    struct bench *b;
    struct arena *a = arena_open();

    b = arena_new(a, struct bench);
    b->arena = a;
    b->desk = photo_desk_open(a, "/proc/self/exe");
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    arena_close(((struct bench *)*state)->arena);
    return 0;
}

/* The code that photo_take answers. */
static enum err_code take(struct bench *b, struct str bytes, struct photo *out) {
    struct err err = {0};

    return photo_take(b->desk, b->arena, bytes, out, &err) ? E_NONE : err.code;
}

static struct pixels decoded(struct bench *b, struct str jpeg) {
    struct photo_read read = {0};

    assert_int_equal(photo_decode(b->arena, jpeg, PHOTO_FULL_EDGE, &read), PHOTO_FINE);
    return read.pixels;
}

/* One letter for the colour near the middle of a quarter: r g b w, or ? */
static char colour(struct pixels p, int x, int y) {
    const unsigned char *c = p.rgb + ((size_t)y * (size_t)p.width + (size_t)x) * 3;
    bool r = c[0] > 128, g = c[1] > 128, blue = c[2] > 128;

    return r && g && blue     ? 'w'
           : r && !g && !blue ? 'r'
           : g && !r && !blue ? 'g'
           : blue && !r && !g ? 'b'
                              : '?';
}

static void assert_upright(struct bench *b, struct str jpeg, int width, int height) {
    struct pixels p = decoded(b, jpeg);

    assert_int_equal(p.width, width);
    assert_int_equal(p.height, height);
    assert_int_equal(colour(p, width / 4, height / 4), 'r');
    assert_int_equal(colour(p, width * 3 / 4, height / 4), 'g');
    assert_int_equal(colour(p, width / 4, height * 3 / 4), 'b');
    assert_int_equal(colour(p, width * 3 / 4, height * 3 / 4), 'w');
}

/* Only what a decoder needs: no application segment but JFIF's, no comment, nothing behind the end.
 */
static void assert_bare(struct str jpeg) {
    size_t at = 2;

    assert_true(str_starts(jpeg, STR("\xFF\xD8")) && str_ends(jpeg, STR("\xFF\xD9")));
    while ((unsigned char)jpeg.p[at + 1] != 0xDA) {
        unsigned char marker = (unsigned char)jpeg.p[at + 1];
        bool is_needed = marker == 0xE0 || marker == 0xDB || marker == 0xC0 || marker == 0xC4;

        assert_int_equal((unsigned char)jpeg.p[at], 0xFF);
        assert_true(is_needed);
        at += 2 + ((size_t)(unsigned char)jpeg.p[at + 2] << 8 | (unsigned char)jpeg.p[at + 3]);
    }
    assert_int_equal(str_find(jpeg, STR("SECRET")), -1);
}

static void all_eight_orientations_come_out_upright(void **state) {
    struct bench *b = *state;

    for (int orientation = 1; orientation <= 8; orientation++) {
        struct photo jpeg, png;

        assert_int_equal(take(b, sample_jpeg(b->arena, orientation, 1), &jpeg), E_NONE);
        assert_upright(b, jpeg.full, SAMPLE_WIDTH, SAMPLE_HEIGHT);
        assert_int_equal(take(b, sample_png(b->arena, orientation, 1), &png), E_NONE);
        assert_upright(b, png.full, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    }
}

static void all_four_kinds_are_read(void **state) {
    struct bench *b = *state;
    struct photo photo;
    struct str heif = sample_heif(b->arena);

    assert_int_equal(take(b, sample_webp(b->arena), &photo), E_NONE);
    assert_upright(b, photo.full, SAMPLE_WIDTH, SAMPLE_HEIGHT);
    if (heif.n == 0) {
        print_message("this libheif cannot write, so HEIF was not read\n");
        skip();
    }
    assert_int_equal(take(b, heif, &photo), E_NONE);
    assert_upright(b, photo.full, SAMPLE_WIDTH, SAMPLE_HEIGHT);
}

static void a_large_photo_is_made_smaller_and_a_small_one_is_left(void **state) {
    struct bench *b = *state;
    struct photo photo;

    assert_int_equal(take(b, sample_jpeg(b->arena, 6, 40), &photo), E_NONE); /* 3840 x 2560 */
    assert_int_equal(photo.width, 2048);
    assert_int_equal(photo.height, 1365);
    assert_upright(b, photo.full, 2048, 1365);
    assert_upright(b, photo.thumb, 320, 213);
    assert_int_equal(take(b, sample_png(b->arena, 1, 1), &photo), E_NONE);
    assert_upright(b, photo.thumb, SAMPLE_WIDTH, SAMPLE_HEIGHT);
}

static void nothing_but_the_picture_comes_out(void **state) {
    struct bench *b = *state;
    struct str before = sample_jpeg(b->arena, 1, 8);
    struct photo photo;

    assert_true(str_find(before, STR("SECRETX")) > 0);
    assert_true(str_find(before, STR("SECRET COMMEN")) > 0);
    assert_int_equal(take(b, arena_format(b->arena, "%.*s", 0, ""), &photo), E_PHOTO);
    assert_int_equal(take(b, before, &photo), E_NONE);
    assert_bare(photo.full);
    assert_bare(photo.thumb);
}

static void what_is_no_photo_is_refused(void **state) {
    struct bench *b = *state;
    struct str jpeg = sample_jpeg(b->arena, 1, 4), png = sample_png(b->arena, 1, 4);
    struct str webp = sample_webp(b->arena), heif = sample_heif(b->arena);
    char *large = arena_bytes(b->arena, LIMIT_PHOTO_BYTES + 1);
    const struct {
        const char *name;
        struct str bytes;
        enum err_code code;
    } rows[] = {
        {"text", STR("路灯不亮\n"), E_PHOTO},
        {"nothing", STR(""), E_PHOTO},
        {"a page", STR("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), E_PHOTO},
        {"GIF", STR("GIF89a\1\0\1\0\0\0\0;"), E_PHOTO},
        {"TIFF", STR("II*\0\010\0\0\0\0\0"), E_PHOTO},
        {"RIFF cut short", STR("RIFF\0\0"), E_PHOTO},
        {"AVIF", STR("\0\0\0\030ftypavif\0\0\0\0mif1avif"), E_PHOTO},
        {"JPEG cut short", str_slice(jpeg, 0, jpeg.n / 2), E_PHOTO},
        {"JPEG, only its head", str_slice(jpeg, 0, 20), E_PHOTO},
        {"PNG cut short", str_slice(png, 0, png.n / 2), E_PHOTO},
        {"WebP cut short", str_slice(webp, 0, webp.n / 2), E_PHOTO},
        {"HEIF cut short", str_slice(heif, 0, heif.n / 2), E_PHOTO},
        {"PNG bomb", sample_png_sized(b->arena, png, 60000, 60000), E_PHOTO_PIXELS},
        {"PNG ribbon", sample_png_sized(b->arena, png, 999999, 60), E_PHOTO_PIXELS},
        {"JPEG bomb", sample_jpeg_sized(b->arena, jpeg, 65000, 65000), E_PHOTO_PIXELS},
        {"20 MB and one byte", {large, LIMIT_PHOTO_BYTES + 1}, E_PHOTO_SIZE},
        {"20 MB of nothing", {large, LIMIT_PHOTO_BYTES}, E_PHOTO},
    };
    struct photo photo;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum err_code code = take(b, rows[i].bytes, &photo);

        if (code != rows[i].code) {
            print_error("%s: %s\n", rows[i].name, err_row(code)->name);
        }
        assert_int_equal(code, rows[i].code);
    }
    assert_int_equal(take(b, jpeg, &photo), E_NONE);
}

static void a_worker_that_dies_costs_one_photo(void **state) {
    struct bench *b = *state;
    struct photo photo;

    assert_int_equal(take(b, STR("CRASH"), &photo), E_PHOTO);
    assert_int_equal(take(b, sample_jpeg(b->arena, 1, 1), &photo), E_NONE);
    assert_int_equal(take(b, sample_jpeg(b->arena, 1, 1), &photo), E_NONE);
}

/* Against the plain definition: the mean over the area that a new pixel covers. */
static void making_smaller_takes_the_mean_of_the_area(void **state) {
    struct bench *b = *state;
    unsigned char five[5 * 3] = {0}, ramp[7 * 5 * 3];
    struct pixels line = {.rgb = five, .width = 5, .height = 1};
    struct pixels grid = {.rgb = ramp, .width = 7, .height = 5};
    struct pixels small;

    for (int i = 0; i < 5; i++) {
        five[i * 3] = (unsigned char)(i * 50); /* 0 50 100 150 200 */
    }
    small = pixels_shrink(b->arena, line, 2);
    assert_int_equal(small.width, 2);
    assert_int_equal(small.height, 1);
    assert_int_equal(small.rgb[0], 40);  /* (0 + 50 + 100 / 2) / 2.5 */
    assert_int_equal(small.rgb[3], 160); /* (100 / 2 + 150 + 200) / 2.5 */
    memset(ramp, 77, sizeof ramp);
    small = pixels_shrink(b->arena, grid, 3);
    assert_int_equal(small.width, 3);
    assert_int_equal(small.height, 2);
    for (int i = 0; i < 3 * 2 * 3; i++) {
        assert_int_equal(small.rgb[i], 77);
    }
    assert_ptr_equal(pixels_shrink(b->arena, grid, 7).rgb, grid.rgb);
}

static void without_a_worker_it_is_our_fault(void **state) {
    struct bench *b = *state;
    struct photo_desk *desk = photo_desk_open(b->arena, "/nonexistent/linli");
    struct err err = {0};
    struct photo photo;

    assert_false(photo_take(desk, b->arena, sample_jpeg(b->arena, 1, 1), &photo, &err));
    assert_int_equal(err.code, E_INTERNAL);
}

/* Damaged files of every kind, read in this process so that the sanitisers see it. */
static void damaged_photos_harm_nothing(void **state) {
    struct bench *b = *state;
    struct str samples[] = {sample_jpeg(b->arena, 6, 1), sample_png(b->arena, 3, 1),
                            sample_webp(b->arena), sample_heif(b->arena)};
    struct source random = source_fixed(0, 20261122);
    struct arena *a = arena_open();

    for (int round = 0; round < 400; round++) {
        struct str from = samples[round % 4];
        struct photo_read read = {0};
        char *bytes;
        uint32_t where[4];

        if (from.n == 0) {
            continue;
        }
        bytes = arena_bytes(a, from.n);
        memcpy(bytes, from.p, from.n);
        random.fill(&random, where, sizeof where);
        for (size_t i = 0; i + 1 < 4; i += 2) {
            bytes[where[i] % from.n] = (char)where[i + 1];
        }
        photo_decode(a, (struct str){bytes, from.n}, PHOTO_FULL_EDGE, &read);
        arena_reset(a);
    }
    arena_close(a);
}

static void an_orientation_is_read_only_where_it_stands(void **state) {
    const struct {
        struct str tiff;
        int orientation;
    } rows[] = {
        {STR("MM\0*\0\0\0\010\0\001\001\022\0\003\0\0\0\001\0\006\0\0"), 6},
        {STR("II*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\010\0\0\0"), 8},
        {STR("II*\0\010\0\0\0\001\0\022\001\003\0\001\0\0\0\011\0\0\0"), 1}, /* nine */
        {STR("II*\0\010\0\0\0\377\377\022\001\004\0"), 1}, /* more entries than bytes */
        {STR("II*\0\377\377\377\377"), 1},                 /* directory outside */
        {STR("XX*\0\010\0\0\0\001\0"), 1},
        {STR("II"), 1},
        {STR(""), 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(exif_orientation(rows[i].tiff), rows[i].orientation);
    }
}

static struct str shared_photo(struct bench *b, const char *name) {
    struct str path = arena_format(b->arena, "../shared/data/photos/%s", name), bytes;
    struct err err = {0};

    if (!file_exists(path.p)) {
        print_message("SKIPPED: %s is not there\n", path.p);
        skip();
    }
    assert_true(file_read(b->arena, path.p, LIMIT_PHOTO_BYTES, &bytes, &err));
    return bytes;
}

/* Mean difference of the two pictures' values. */
static int difference(struct pixels p, struct pixels q) {
    size_t n = (size_t)p.width * (size_t)p.height * 3;
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += (uint64_t)(p.rgb[i] > q.rgb[i] ? p.rgb[i] - q.rgb[i] : q.rgb[i] - p.rgb[i]);
    }
    return (int)(sum / n);
}

/* Each of them bears its own number in the middle, and the first is another copy of the landscape.
 */
static void the_landscape_in_eight_orientations_is_one_picture(void **state) {
    struct bench *b = *state;
    struct pixels pictures[9];

    for (int orientation = 1; orientation <= 8; orientation++) {
        struct str name = arena_format(b->arena, "orientation-%d.jpg", orientation);
        struct photo photo;

        assert_int_equal(take(b, shared_photo(b, name.p), &photo), E_NONE);
        assert_int_equal(photo.width, 600);
        assert_int_equal(photo.height, 450);
        pictures[orientation] = decoded(b, photo.thumb);
    }
    for (int orientation = 2; orientation <= 8; orientation++) {
        int off = difference(pictures[orientation], pictures[2]);

        if (off > 6) {
            print_error("orientation %d differs from 2 by %d\n", orientation, off);
        }
        assert_true(off <= 6);
    }
    assert_true(difference(pictures[1], pictures[2]) <= 20);
}

static void cameras_photos_lose_place_and_device(void **state) {
    static const char *const names[] = {"gps-1.jpg", "gps-2.jpg", "canon-40d.jpg",
                                        "long-description.jpg", "invalid-exif.jpg"};
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct photo photo;

        assert_int_equal(take(b, shared_photo(b, names[i]), &photo), E_NONE);
        assert_bare(photo.full);
        assert_bare(photo.thumb);
        assert_int_equal(str_find(photo.full, STR("Exif")), -1);
    }
}

/* The worker of these tests; a photo that begins with CRASH ends it. */
static int worker(void) {
    char head[sizeof(struct photo_ask) + 5];

    if (recv(0, head, sizeof head, MSG_PEEK | MSG_WAITALL) == (ssize_t)sizeof head &&
        memcmp(head + sizeof(struct photo_ask), "CRASH", 5) == 0) {
        _Exit(1);
    }
    return photo_worker_run(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        TEST(all_eight_orientations_come_out_upright),
        TEST(all_four_kinds_are_read),
        TEST(a_large_photo_is_made_smaller_and_a_small_one_is_left),
        TEST(nothing_but_the_picture_comes_out),
        TEST(what_is_no_photo_is_refused),
        TEST(making_smaller_takes_the_mean_of_the_area),
        TEST(a_worker_that_dies_costs_one_photo),
        TEST(without_a_worker_it_is_our_fault),
        TEST(damaged_photos_harm_nothing),
        TEST(an_orientation_is_read_only_where_it_stands),
        TEST(the_landscape_in_eight_orientations_is_one_picture),
        TEST(cameras_photos_lose_place_and_device),
    };

    if (argc == 2 && strcmp(argv[1], "photo-worker") == 0) {
        return worker();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
