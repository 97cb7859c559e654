/* SPDX-License-Identifier: Apache-2.0 */
/* What an administrator may hand over as a calendar or a map, and what an enemy would: nothing
 * crashes, every refusal names its mistake, and what is let in keeps the promises of its header. */
#include "../unit/check.h"
#include "mutate.h"

#include "base/buf.h"
#include "base/calendar/calendar_rows.h"
#include "base/calendar/limit.h"
#include "base/geo/geojson.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void print_input(int round, struct str text) {
    print_error("round %d: ", round);
    for (size_t i = 0; i < text.n; i++) {
        print_error(text.p[i] >= ' ' && text.p[i] <= '~' ? "%c" : "\\x%02x",
                    (unsigned char)text.p[i]);
    }
    print_error("\n");
}

static bool is_one_of(enum err_code code, const enum err_code *codes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (codes[i] == code) {
            return true;
        }
    }
    return false;
}

/* ---- calendars */

struct told {
    size_t count;
    int line;    /* of the last mistake */
    bool is_odd; /* not in order, or a code that is none of a calendar */
};

static void tell(void *ctx, int line, const struct err *err) {
    static const enum err_code codes[] = {E_TEXT,          E_CALENDAR_HEADER, E_CALENDAR_DATE,
                                          E_CALENDAR_KIND, E_CALENDAR_NAME,   E_CALENDAR_TWICE};
    struct told *told = ctx;

    told->is_odd |= line <= told->line || !is_one_of(err->code, codes, COUNT(codes));
    told->line = line;
    told->count++;
}

static bool are_rows_sound(struct calendar_rows rows) {
    for (size_t i = 0; i < rows.count; i++) {
        if (rows.row[i].name.n == 0 || !str_is_text(rows.row[i].name) || rows.row[i].day < 0 ||
            (i > 0 && rows.row[i].day <= rows.row[i - 1].day)) {
            return false;
        }
    }
    return true;
}

static bool is_calendar_sound(struct arena *a, struct str text) {
    const struct calendar_hours hours = calendar_hours_default();
    int64_t start = 1790000000 * SECOND_US;
    const struct calendar *cal = NULL;
    struct calendar_rows rows;
    struct told told = {0};
    struct err err = {0};
    size_t mistakes = calendar_rows_read(a, text, &rows, tell, &told);
    bool is_made = calendar_make(a, text, &hours, &cal, &err);

    if (told.count != mistakes || told.is_odd || is_made != (mistakes == 0) ||
        !are_rows_sound(rows)) {
        return false;
    }
    return !is_made ||
           limit_used_us(cal, UNIT_WORK_DAY, start,
                         limit_deadline(cal, UNIT_WORK_DAY, start, 80 * HOUR_US).due_at) ==
               80 * HOUR_US;
}

static void hostile_calendars_do_no_harm(void **state) {
    static const struct str seeds[] = {
        STR_INIT("date,kind,name\n2026-01-01,holiday,元旦\n2026-01-04,workday,元旦\n2026-10-01,"
                 "holiday,国庆节\n"
                 "2026-10-02,holiday,国庆节\n2026-10-03,holiday,国庆节\n"),
        STR_INIT("\xEF\xBB\xBF"
                 "date,kind,name\r\n2026/10/10,workday,\"国庆, "
                 "\"\"补\"\"\"\r\n\r\n2026/1/1,holiday,元旦"),
        STR_INIT("date,kind,name\n"),
        STR_INIT(""),
    };
    static const char *const words[] = {
        "2026-01-01",
        "1970-01-01",
        "2199-12-31",
        "9999-99-99",
        "-1",
        "holiday",
        "workday",
        ",",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\xEF\xBB\xBF",
        "date,kind,name\n",
        "\xC0\x80",
        "\xED\xA0\x80",
        "2026-02-29,holiday,x\n",
        "T00:00Z",
        "99999999999999999999",
        "%s%n",
    };
    struct mutate m = {source_fixed(0, 1), seeds, COUNT(seeds), words, COUNT(words)};
    struct arena *a = arena_open();
    int rounds = mutate_rounds(2000);

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct str text = mutate_text(&m, a);
        bool is_sound = is_calendar_sound(a, text);

        if (!is_sound) {
            print_input(i, text);
        }
        assert_true(is_sound);
        arena_reset(a);
    }
    arena_close(a);
}

static void hostile_hours_do_no_harm(void **state) {
    static const struct str seeds[] = {STR_INIT("08:00-12:00,14:00-18:00"), STR_INIT("00:00-24:00"),
                                       STR_INIT("")};
    static const char *const words[] = {"24:00",        "-",     ":",  ",",
                                        "00:00-00:01,", "99:99", "-1", "9999999999"};
    struct mutate m = {source_fixed(0, 2), seeds, COUNT(seeds), words, COUNT(words)};
    struct arena *a = arena_open();
    int rounds = mutate_rounds(20000);

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct str text = mutate_text(&m, a);
        struct calendar_hours hours;
        struct err err = {0};
        int after = 0;

        if (!calendar_hours_parse(text, &hours, &err)) {
            assert_int_equal(err.code, E_CALENDAR_SLOTS);
        } else {
            assert_in_range(hours.slot_count, 1, CALENDAR_SLOTS_MAX);
            for (size_t k = 0; k < hours.slot_count; k++) {
                assert_true(hours.slots[k].from_minute >= after);
                assert_true(hours.slots[k].to_minute > hours.slots[k].from_minute);
                after = hours.slots[k].to_minute;
            }
            assert_true(after <= 24 * 60);
        }
        arena_reset(a);
    }
    arena_close(a);
}

/* ---- maps */

static bool is_polygon_sound(struct arena *a, const struct polygon *p) {
    struct buf b = buf_make(a, 1 << 20);
    struct buf again = buf_make(a, 1 << 20);
    struct json_out o = json_out(&b);
    struct json_out o_again = json_out(&again);
    struct polygon back;
    struct err err = {0};

    geojson_write(&o, NULL, p);
    if (!geojson_polygon_parse(a, buf_str(&b), &back, &err)) {
        return false;
    }
    geojson_write(&o_again, NULL, &back);
    if (!str_eq(buf_str(&b), buf_str(&again)) || !(polygon_area_m2(p) >= 0.0)) {
        return false;
    }
    for (size_t i = 0; i < p->ring_count; i++) {
        struct point corner = p->rings[i].points[0];

        if (polygon_locate(p, corner) != POLYGON_EDGE || polygon_edge_m(p, corner) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_reading_sound(struct arena *a, struct str text) {
    static const enum err_code codes[] = {E_TEXT, E_JSON,    E_GEOMETRY,    E_COORDINATE,
                                          E_RING, E_POLYGON, E_POLYGON_SIZE};
    struct polygon p;
    struct err err = {0};

    return geojson_polygon_parse(a, text, &p, &err) ? is_polygon_sound(a, &p)
                                                    : is_one_of(err.code, codes, COUNT(codes));
}

static void hostile_maps_do_no_harm(void **state) {
    static const struct str seeds[] = {
        STR_INIT("{\"type\":\"Polygon\",\"coordinates\":[[[121.5,31.28],[121.51,31.28],[121.51,31."
                 "29],[121.5,31.28]]]}"),
        STR_INIT("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[4,0],[4,4],[0,0]],[[2,1],[3,"
                 "1],[3,2],[2,1]]],"
                 "[[[-5,-5],[-4,-5],[-4,-4.1],[-5,-5]]]]}"),
        STR_INIT(
            "{\"type\":\"Feature\",\"id\":7,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
            "[[[0,0,1],[9,0,2],[9,9,3],[0,9,4],[0,0,1]],[[1,1],[8,1],[8,8],[1,1]]]}}"),
    };
    static const char *const words[] = {
        "[",
        "]",
        "[[",
        "]]",
        "{}",
        "[]",
        ",",
        "0",
        "-0",
        "1e308",
        "1e999",
        "-90",
        "180",
        "90.00000001",
        "-180.0",
        "null",
        "true",
        "\"0\"",
        "1e-9",
        "9007199254740993",
        "[0,0]",
        "[180,90],",
        "[0,0],[0,0],",
        "\"type\":\"MultiPolygon\"",
        "\"coordinates\":",
        "0.00000005",
        "{\"type\":\"Feature\",\"geometry\":",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "NaN",
        "\xFF",
        "\\u0000",
        "121.5000000",
    };
    struct mutate m = {source_fixed(0, 3), seeds, COUNT(seeds), words, COUNT(words)};
    struct arena *a = arena_open();
    int rounds = mutate_rounds(20000);

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct str text = mutate_text(&m, a);
        bool is_sound = is_reading_sound(a, text);

        if (!is_sound) {
            print_input(i, text);
        }
        assert_true(is_sound);
        arena_reset(a);
    }
    arena_close(a);
}

/* Few corners on a small grid: lines cross, coincide, touch and fold back more often than in any
 * drawing. */
static void tangled_drawings_do_no_harm(void **state) {
    struct mutate m = {.source = source_fixed(0, 4)};
    struct arena *a = arena_open();
    int rounds = mutate_rounds(4000);
    int let_in = 0;

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct buf b = buf_make(a, 1 << 16);
        size_t rings = 1 + mutate_below(&m, 3);
        struct polygon p;
        struct err err = {0};

        buf_c(&b, "{\"type\":\"Polygon\",\"coordinates\":[");
        for (size_t ring = 0; ring < rings; ring++) {
            size_t x = mutate_below(&m, 9);
            size_t y = mutate_below(&m, 9);

            buf_format(&b, "%s[[%zu,%zu]", ring > 0 ? "," : "", x, y);
            for (size_t corner = 2 + mutate_below(&m, 5); corner > 0; corner--) {
                buf_format(&b, ",[%zu,%zu]", mutate_below(&m, 9), mutate_below(&m, 9));
            }
            buf_format(&b, ",[%zu,%zu]]", x, y);
        }
        buf_c(&b, "]}");
        if (geojson_polygon_parse(a, buf_str(&b), &p, &err)) {
            let_in++;
            assert_true(is_polygon_sound(a, &p));
        } else {
            assert_true(err.code == E_POLYGON || err.code == E_RING);
        }
        arena_reset(a);
    }
    assert_true(let_in > rounds / 100);
    arena_close(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_calendars_do_no_harm),
        cmocka_unit_test(hostile_hours_do_no_harm),
        cmocka_unit_test(hostile_maps_do_no_harm),
        cmocka_unit_test(tangled_drawings_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
