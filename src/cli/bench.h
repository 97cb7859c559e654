/* SPDX-License-Identifier: Apache-2.0 */
/* cli/bench.h - a simulated city for measuring: `linli bench load`.
 *
 * Each street of it is the street of the demonstration under a code of its own (bench_city.c): the
 * first with its map, the others beside it without one. Their cases (bench_writers.c) come in day
 * by day through years or days, by the skew of the demonstration: streets differ in size, Mondays
 * and seasons in weight. Every case goes through the door with its whole story.
 *
 * Invariants  the same seed on the same day gives the same stories; salts and keys are drawn anew.
 * Memory      a chapter of cases at a time.
 * Failure     E_BENCH_FOLDER for a folder with other people's data; the door's errors.
 * Limits      BENCH_STREETS.
 */
#ifndef LINLI_CLI_BENCH_H
#define LINLI_CLI_BENCH_H

#include "cli/demo.h"

enum { BENCH_STREETS = 16 };

/* Makes `count` streets, each with places, units and accounts, and the definitions. */
bool bench_city_make(struct installation *i, struct arena *a, const char *catalogue, size_t count,
                     struct err *err);

/* How big a street is beside the others. */
int bench_street_weight(size_t index);

/* The points of a street's world, moved to where the street lies. */
void bench_street_shift(struct demo_world *w, size_t index);

struct bench_load {
    size_t cases; /* that there are to be */
    size_t days;  /* over which they came in */
    uint64_t seed;
};

/* Cases until there are so many; goes on with what is there. On a server as many threads as there
 * are processors tell of streets of their own, each through a door of its own. */
bool bench_load(struct installation *i, struct arena *a, const char *catalogue,
                const struct bench_load *load, struct demo_counts *counts, struct err *err);

#endif
