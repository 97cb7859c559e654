/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/figures_group.h"

#include "base/limits.h"
#include "engine/query/filter_keys.h"
#include "engine/query/filter_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 16384, ROWS_USUAL = 64 };
static_assert(SLOTS > 3 * LIMIT_FIGURE_ROWS, "the table must stay loose");

bool figures_group_is_by_code(enum figures_by by) {
    return by == BY_CATEGORY || by == BY_CLASS || by == BY_CHANNEL;
}

struct figures_group figures_group_make(struct arena *a, enum figures_by by) {
    struct figures_group g = {.arena = a, .by = by, .room = by == BY_NONE ? 1 : ROWS_USUAL};

    g.rows = arena_array(a, struct figures_row, g.room);
    g.slots = arena_array(a, uint16_t, by == BY_NONE ? 1 : SLOTS);
    g.count = by == BY_NONE ? 1 : 0;
    g.last = g.rows;
    return g;
}

static bool is_row(const struct figures_group *g, const struct figures_row *row, int64_t number,
                   struct str text) {
    return figures_group_is_by_code(g->by) ? str_eq(row->code, text) : row->id == number;
}

static size_t hash_of(const struct figures_group *g, int64_t number, struct str text) {
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    if (!figures_group_is_by_code(g->by)) {
        return (size_t)(((uint64_t)number * 0x9E3779B97F4A7C15u) >> 50);
    }
    for (size_t i = 0; i < text.n; i++) {
        h = (h ^ (unsigned char)text.p[i]) * 0x100000001b3u;
    }
    return (size_t)(h % SLOTS);
}

static void grow(struct figures_group *g) {
    struct figures_row *rows = arena_array(g->arena, struct figures_row, 2 * g->room);

    memcpy(rows, g->rows, g->count * sizeof *rows);
    g->rows = rows;
    g->room *= 2;
}

struct figures_row *figures_group_row(struct figures_group *g, int64_t number, struct str text) {
    size_t at;

    static_assert(SLOTS == 1 << 14, "the shift in hash_of gives 14 bits");
    if (g->by == BY_NONE) {
        return g->rows;
    }
    if (g->by == BY_CATEGORY) {
        struct str rest = text;

        text = str_cut(&rest, '-');
    }
    if (g->count > 0 && is_row(g, g->last, number, text)) {
        return g->last;
    }
    for (at = hash_of(g, number, text); g->slots[at] != 0; at = (at + 1) % SLOTS) {
        g->last = &g->rows[g->slots[at] - 1];
        if (is_row(g, g->last, number, text)) {
            return g->last;
        }
    }
    if (g->count == LIMIT_FIGURE_ROWS) {
        return NULL;
    }
    if (g->count == g->room) {
        grow(g);
    }
    g->last = &g->rows[g->count++];
    g->slots[at] = (uint16_t)g->count;
    if (figures_group_is_by_code(g->by)) {
        g->last->code = arena_str(g->arena, text);
    } else {
        g->last->id = number;
    }
    return g->last;
}

static int compare_rows(const void *x, const void *y) {
    const struct figures_row *a = x;
    const struct figures_row *b = y;

    return a->id != b->id ? (a->id > b->id) - (a->id < b->id) : str_compare(a->code, b->code);
}

struct figures_row *figures_group_sorted(struct figures_group *g, size_t *count) {
    qsort(g->rows, g->count, sizeof *g->rows, compare_rows);
    *count = g->count;
    return g->rows;
}

static enum filter_key key_of(enum figures_by by) {
    switch (by) {
    case BY_COMMUNITY:
        return FILTER_PLACE;
    case BY_UNIT:
        return FILTER_UNIT;
    case BY_CHANNEL:
        return FILTER_CHANNEL;
    case BY_MONTH:
    case BY_DAY:
        return FILTER_OPENED;
    default:
        return FILTER_CLASS;
    }
}

static bool date_value(struct arena *a, const struct figures *f, int64_t number,
                       struct filter_value *out) {
    struct filter_clock clock = {.as_of = f->filter->as_of, .offset_minutes = f->offset_minutes};
    int n = (int)number;
    struct str word = f->by == BY_MONTH
                          ? arena_format(a, "%04d-%02d", n / 100, n % 100)
                          : arena_format(a, "%04d-%02d-%02d", n / 10000, n / 100 % 100, n % 100);

    return filter_date_parse(a, word, clock, out);
}

static bool value_of(struct arena *a, const struct figures *f, const struct figures_row *row,
                     struct filter_value *out) {
    *out = (struct filter_value){.kind = FILTER_IS_NONE, .text = STR("none")};
    if (row->id == 0 && row->code.n == 0) {
        return true;
    }
    switch (f->by) {
    case BY_MONTH:
    case BY_DAY:
        return date_value(a, f, row->id, out);
    case BY_COMMUNITY:
        *out = (struct filter_value){.kind = FILTER_IS_ID, .level = AREA_COMMUNITY, .id = row->id};
        out->text = arena_str(a, f->names->place_word(f->names->ctx, row->id));
        return true;
    case BY_UNIT:
        *out = (struct filter_value){.kind = FILTER_IS_ID, .id = row->id};
        out->text = arena_str(a, f->names->unit_word(f->names->ctx, row->id));
        return true;
    case BY_CATEGORY: /* "W06" stands for "W06-*" */
        *out = (struct filter_value){.kind = FILTER_IS_PREFIX,
                                     .text = arena_format(a, "%.*s-", STR_ARG(row->code))};
        return true;
    default:
        *out = (struct filter_value){.kind = FILTER_IS_CODE, .text = row->code};
        return true;
    }
}

bool figures_group_name(struct arena *a, const struct figures *f, struct figures_row *rows,
                        struct err *err) {
    struct filter_value *values = arena_array(a, struct filter_value, f->count + 1);
    struct filter_term *terms = arena_array(a, struct filter_term, f->count + 1);

    for (size_t i = 0; f->by != BY_NONE && i < f->count; i++) {
        if (!value_of(a, f, &rows[i], &values[i])) {
            return fail(err, E_INTERNAL, "");
        }
        terms[i] =
            (struct filter_term){.key = key_of(f->by), .values = &values[i], .value_count = 1};
        rows[i].own = &terms[i];
        rows[i].own_text =
            filter_write(a, &(struct filter){.terms = &terms[i], .count = 1}, FILTER_FIXED);
    }
    return true;
}
