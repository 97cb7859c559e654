/* SPDX-License-Identifier: Apache-2.0 */
#include "base/geo/cell.h"

#include <assert.h>

#define TURN   (INT64_C(360) * POINT_PER_DEGREE) /* once around */
#define FINEST (INT64_C(1) << CELL_LEVELS)       /* cells on a side at the finest level */

/* 26 bits, a zero put before each. */
static int64_t spread(int64_t value) {
    uint64_t v = (uint64_t)value;

    v = (v | v << 16) & 0x0000FFFF0000FFFFULL;
    v = (v | v << 8) & 0x00FF00FF00FF00FFULL;
    v = (v | v << 4) & 0x0F0F0F0F0F0F0F0FULL;
    v = (v | v << 2) & 0x3333333333333333ULL;
    v = (v | v << 1) & 0x5555555555555555ULL;
    return (int64_t)v;
}

static int64_t gather(int64_t value) {
    uint64_t v = (uint64_t)value & 0x5555555555555555ULL;

    v = (v | v >> 1) & 0x3333333333333333ULL;
    v = (v | v >> 2) & 0x0F0F0F0F0F0F0F0FULL;
    v = (v | v >> 4) & 0x00FF00FF00FF00FFULL;
    v = (v | v >> 8) & 0x0000FFFF0000FFFFULL;
    v = (v | v >> 16) & 0x00000000FFFFFFFFULL;
    return (int64_t)v;
}

/* Row or column of a coordinate at the finest level; +180 degrees belongs to the last one. */
static int64_t index_of(int32_t coordinate) {
    int64_t index = (coordinate + TURN / 2) * FINEST / TURN;

    return index < FINEST ? index : FINEST - 1;
}

/* The least coordinate of a row or column. */
static int64_t coordinate_of(int64_t index) {
    return (index * TURN + FINEST - 1) / FINEST - TURN / 2;
}

int64_t cell_of(struct point p) {
    if (!point_is_set(p)) {
        return 0;
    }
    return spread(index_of(p.wgs84_lat)) << 1 | spread(index_of(p.wgs84_lon));
}

int cell_shift(int level) {
    assert(level >= 0 && level <= CELL_LEVELS);
    return 2 * (CELL_LEVELS - level);
}

static int32_t within(int64_t value, int64_t most) {
    return (int32_t)(value < -most ? -most : value > most ? most : value);
}

struct point cell_corner(int64_t cell) {
    return (struct point){within(coordinate_of(gather(cell >> 1)), TURN / 4),
                          within(coordinate_of(gather(cell)), TURN / 2)};
}

struct box cell_box(int64_t cell, int level) {
    int shift = cell_shift(level) / 2;
    int64_t row = gather(cell >> 1);
    int64_t column = gather(cell);
    int64_t right_angle = TURN / 4;

    return (struct box){
        .least = cell_corner(cell << cell_shift(level)),
        .most = {within(coordinate_of((row + 1) << shift) - 1, right_angle),
                 within(coordinate_of((column + 1) << shift) - 1, TURN / 2)},
    };
}

/* Puts a range in its order; the ranges are few. */
static size_t put_range(struct cell_range *out, size_t count, struct cell_range range) {
    size_t i = count;

    for (; i > 0 && out[i - 1].first > range.first; i--) {
        out[i] = out[i - 1];
    }
    out[i] = range;
    return count + 1;
}

static size_t join_ranges(struct cell_range *out, size_t count) {
    size_t kept = 0;

    for (size_t i = 1; i < count; i++) {
        if (out[i].first == out[kept].last + 1) {
            out[kept].last = out[i].last;
        } else {
            out[++kept] = out[i];
        }
    }
    return kept + 1;
}

size_t cell_cover(const struct box *window, struct cell_range out[CELL_RANGES_MAX]) {
    int64_t south = index_of(window->least.wgs84_lat);
    int64_t west = index_of(window->least.wgs84_lon);
    int64_t north = index_of(window->most.wgs84_lat);
    int64_t east = index_of(window->most.wgs84_lon);
    int shift = 0;
    size_t count = 0;

    if (north < south || east < west) {
        return 0;
    }
    while (((north >> shift) - (south >> shift) + 1) * ((east >> shift) - (west >> shift) + 1) >
           CELL_RANGES_MAX) {
        shift++;
    }
    for (int64_t row = south >> shift; row <= north >> shift; row++) {
        for (int64_t column = west >> shift; column <= east >> shift; column++) {
            int64_t first = (spread(row) << 1 | spread(column)) << (2 * shift);
            int64_t last = first + (INT64_C(1) << (2 * shift)) - 1;

            count = put_range(out, count, (struct cell_range){first, last});
        }
    }
    return join_ranges(out, count);
}
