/* SPDX-License-Identifier: Apache-2.0 */
/* The streets of the simulated city. */
#include "cli/bench.h"

#include "base/file.h"
#include "base/time_text.h"
#include "cli/office_new.h"
#include "gate/exchange/office_files.h"
#include "town/access/sign_in.h"

#include <stdio.h>
#include <unistd.h>

enum { SHEET_BYTES = 8 << 20, SHIFT_DEGREES_E7 = 500000 }; /* a street is less than 0.05 degrees */

int bench_street_weight(size_t index) {
    return 1000 / (int)(index + 3);
}

void bench_street_shift(struct demo_world *w, size_t index) {
    for (size_t k = 0; k < w->point_count; k++) {
        w->points[k].wgs84_lon += (int64_t)index * SHIFT_DEGREES_E7;
    }
}

static struct office street_of(struct arena *a, size_t index) {
    struct office o = demo_street;
    int number = (int)index + 1;

    if (index > 0) {
        o.id = FIRST_OFFICE + (int64_t)index;
        o.code = arena_format(a, "S%c", (int)('A' + index - 1));
        o.name[LANGUAGE_ZH] = arena_format(a, "%.*s %d", STR_ARG(o.name[LANGUAGE_ZH]), number);
        o.name[LANGUAGE_EN] = arena_format(a, "%.*s %d", STR_ARG(o.name[LANGUAGE_EN]), number);
    }
    return o;
}

/* Every row behind the head with `prefix` before it: logins stand in front. */
static struct str with_prefix(struct arena *a, struct str sheet, struct str prefix) {
    struct buf b = buf_make(a, 2 * sheet.n + 1000);
    struct str rest = sheet;

    buf_put(&b, str_cut(&rest, '\n'));
    while (rest.n > 0) {
        buf_byte(&b, '\n');
        buf_put(&b, prefix);
        buf_put(&b, str_cut(&rest, '\n'));
    }
    buf_byte(&b, '\n');
    return buf_str(&b);
}

/* Cells without what names a polygon, FILE#ID: it lies where the first street is. */
static struct str without_polygons(struct arena *a, struct str sheet) {
    struct buf b = buf_make(a, sheet.n + 1);
    size_t from = 0;

    for (size_t i = 0; i < sheet.n; i++) {
        if (sheet.p[i] == ',' || sheet.p[i] == '\n') {
            struct str cell = str_slice(sheet, from, i);

            buf_put(&b, str_find(cell, STR(".geojson#")) >= 0 ? (struct str){0} : cell);
            buf_byte(&b, sheet.p[i]);
            from = i + 1;
        }
    }
    buf_put(&b, str_slice(sheet, from, sheet.n));
    return buf_str(&b);
}

static bool copy_sheet(struct arena *a, struct str from, struct str to, const char *name,
                       size_t index, struct err *err) {
    struct str text;

    if (!file_read(a, path_join(a, from, str_of(name)).p, SHEET_BYTES, &text, err)) {
        return false;
    }
    if (str_is(str_of(name), "accounts.csv")) {
        text = with_prefix(a, text, arena_format(a, "s%zu-", index + 1));
    } else if (str_is(str_of(name), "places.csv")) {
        text = without_polygons(a, text);
    }
    return file_write(a, path_join(a, to, str_of(name)).p, text, 0600, err);
}

/* The street's three sheets, made from those of the demonstration in a folder for the moment. */
static bool load_copy(struct installation *i, struct arena *a, struct str demo, size_t index,
                      int64_t office, struct err *err) {
    static const char *const names[] = {"places.csv", "units.csv", "accounts.csv"};
    struct str folder = path_join(a, installation_folder(i), STR("street"));
    struct office_files_result made;
    bool ok = folder_make(folder.p, err);

    for (size_t k = 0; ok && k < sizeof names / sizeof names[0]; k++) {
        ok = copy_sheet(a, demo, folder, names[k], index, err);
    }
    ok = ok && office_files_load(i, folder.p, office, &made, err);
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        unlink(path_join(a, folder, str_of(names[k])).p);
    }
    rmdir(folder.p);
    return ok;
}

bool bench_city_make(struct installation *i, struct arena *a, const char *catalogue, size_t count,
                     struct err *err) {
    struct str demo = path_join(a, str_of(catalogue), STR("demo"));
    struct office_files_result made;

    for (size_t k = 0; k < count; k++) {
        struct office *o = arena_new(a, struct office);

        *o = street_of(a, k);
        if (!demo_office_create(i, o, catalogue, err) ||
            !(k == 0 ? office_files_load(i, demo.p, o->id, &made, err)
                     : load_copy(i, a, demo, k, o->id, err)) ||
            !password_give(i, o->id, STR(DEMO_PASSWORD), false, err)) {
            return false;
        }
    }
    return true;
}
