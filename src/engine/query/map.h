/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/map.h - what a map shows of the cases that fit: each as a dot while they are few,
 * else one bunch for each square with how many are in it (decision 099).
 *
 * Open cases are walked square by square along their own index (cases_cell), and where they are
 * more than `rows` only so many of a square are counted: what an answer costs follows what a screen
 * can show, not how many are open. What is asked for otherwise is the first 2,000 of the list by
 * deadline, whatever the window.
 *
 * Invariants  no case is in two bunches, none a dot as well. The count of a bunch is how many the
 *             question and `cell:` of it find, unless has_more.
 * Memory      the given arena.
 * Failure     as choose_predicate.
 * Limits      those below.
 */
#ifndef LINLI_ENGINE_QUERY_MAP_H
#define LINLI_ENGINE_QUERY_MAP_H

#include "base/geo/box.h"
#include "engine/query/compile.h"

enum {
    MAP_WITHOUT_MOST = 500,
    MAP_LEVEL_LEAST = 4, /* squares by their level, base/geo/cell.h */
    MAP_LEVEL_USUAL = 17,
};

/* How much is shown. Tests make it less, so that few cases go every way. */
struct map_bounds {
    size_t dots;   /* cases that are each a dot */
    size_t rows;   /* open cases that are all counted and read, else ... */
    size_t square; /* ... as many of a square, "99+" */
    size_t
        passed; /* open cases without a point, the newest, that are looked at where few may fit */
    size_t listed; /* of cases that are not all open */
};
extern struct map_bounds map_bounds;

struct map_question {
    const struct scope *scope;
    const struct filter *filter;
    int level;                /* of the squares; level zoom + 2 has 64 pixels */
    const struct box *window; /* what the screen shows, NULL = everything */
};

struct map_dot {
    int64_t id;
    int64_t wgs84_lat;
    int64_t wgs84_lon;
    struct str state; /* code */
    bool late;        /* at the filter's as_of */
    int64_t next_due_at;
};

struct map_bunch {
    int64_t cell;    /* of the question's level */
    struct point at; /* the middle of the cases that were counted */
    int64_t count;
    int64_t late;
    bool has_more; /* there are more than were counted */
};

struct map_view {
    struct map_dot *dots;
    size_t dot_count;
    struct map_bunch *bunches; /* in order of the cell */
    size_t bunch_count;
    int64_t without;  /* cases without a point, at most MAP_WITHOUT_MOST, of the newest `passed` */
    size_t read;      /* cases with a point that were read for it */
    bool is_listable; /* `cell:` may stand beside the question: it asks for open cases alone */
    bool capped;      /* there may be more than is shown, here or without a point */
};

bool map_make(struct store *store, struct arena *a, const struct map_question *question,
              struct map_view *out, struct err *err);

#endif
