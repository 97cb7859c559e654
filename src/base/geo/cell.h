/* SPDX-License-Identifier: Apache-2.0 */
/* base/geo/cell.h - a number for the little square that a point lies in, so that an ordinary index
 * on one integer column answers map windows and clusters.
 *
 * The square of 360 by 360 degrees around the world is cut into four, again and again, 26 times. A
 * cell's number is made of the two bits of each cut, first cut first (Z order): 52 bits, so it fits
 * a JSON number. At the finest level a cell is 0.6 m high; as wide in degrees, so near a square in
 * the middle latitudes.
 *
 * A cell of a coarser level is the number shifted right, and its points are one range of numbers:
 *   window    WHERE cell BETWEEN ? AND ?, for each range of cell_cover, then compare coordinates
 *   clusters  GROUP BY cell >> ?, with cell_shift(level); level zoom + 2 has squares of 64 pixels
 *
 * Invariants  the cell of a point is above 0; 0 stands for no point. Integers only: the same on
 *             every machine.
 * Memory      plain values.
 * Failure     none.
 */
#ifndef LINLI_BASE_GEO_CELL_H
#define LINLI_BASE_GEO_CELL_H

#include "base/geo/box.h"

enum { CELL_LEVELS = 26, CELL_RANGES_MAX = 16 };

struct cell_range {
    int64_t first; /* least number, inside */
    int64_t last;  /* greatest number, inside */
};

int64_t cell_of(struct point p);

/* Bits to shift a cell to the right for its cell of a level, 0 (the world) to 26. */
int cell_shift(int level);

/* The south-western corner of a cell of the finest level. */
struct point cell_corner(int64_t cell);

/* The corners of a cell of a level, for drawing a cluster. */
struct box cell_box(int64_t cell, int level);

/* Ranges, ascending and apart, that hold the cells of all points of a window and not many more.
 * Returns how many; 0 for a window whose corners are the wrong way round. */
size_t cell_cover(const struct box *window, struct cell_range out[CELL_RANGES_MAX]);

#endif
