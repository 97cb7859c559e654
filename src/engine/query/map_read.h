/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/map_read.h - the cases that a map shows, read at the least cost, for map.c alone.
 *
 * Memory      the arena of the work.
 * Failure     E_DATABASE.
 */
#ifndef LINLI_ENGINE_QUERY_MAP_READ_H
#define LINLI_ENGINE_QUERY_MAP_READ_H

#include "engine/query/map.h"

/* A case with a point that was met. */
struct map_met {
    int64_t cell;
    bool late;
    size_t dot; /* which of `dots` it is, where these are read with it */
};

/* What is read of each case: known before, where most open cases fit. */
enum map_reading {
    MAP_READ_DOTS,   /* all that a dot says */
    MAP_READ_PLACES, /* its place: most will be counted, few be a dot */
    MAP_READ_CROWD,  /* the same, and not all of a square: there are more than are all counted */
};

struct map_work {
    struct store *store;
    struct arena *arena;
    const struct map_question *question;
    struct predicate predicate;
    struct map_view *out;
    struct map_met *rows;
    size_t count;
    size_t room;
    struct map_dot *dots; /* of the same cases, with MAP_READ_DOTS */
    enum map_reading reading;
    int shift;         /* from a cell to its square */
    bool is_sorted;    /* the rows come by cell */
    bool is_cut_short; /* squares were read no further than is counted */
};

/* More than are all counted: of a square so many are read, and no more said. */
bool map_is_crowded(const struct map_work *w);

/* Open cases by their squares, those of the window; and how many have no point. */
bool map_read_open(struct map_work *w, struct err *err);

/* The others: the first of the list by deadline. */
bool map_read_listed(struct map_work *w, struct err *err);

/* The first `count` of `rows` as dots of the answer. */
bool map_read_dots(struct map_work *w, size_t count, struct err *err);

/* " AND ... ORDER BY cell, id LIMIT": a stretch of the walk behind a case; with id 0 from a cell
 * on. */
void map_put_walk(struct sql *s, int64_t cell, int64_t id, int64_t last, int64_t limit);

#endif
