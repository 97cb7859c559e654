/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/figures_group.h - the rows of a table of figures while it is gathered, for figures.c
 * alone. */
#ifndef LINLI_ENGINE_QUERY_FIGURES_GROUP_H
#define LINLI_ENGINE_QUERY_FIGURES_GROUP_H

#include "engine/query/figures.h"

struct figures_group {
    struct arena *arena;
    enum figures_by by;
    struct figures_row *rows;
    size_t count;
    size_t room;
    uint16_t *slots;          /* row + 1, 0 = free; by hash of the key */
    struct figures_row *last; /* the row of the case before: neighbours are often alike */
};

struct figures_group figures_group_make(struct arena *a, enum figures_by by);

bool figures_group_is_by_code(enum figures_by by);

/* The row of a key: the number for groups by id, the text for those by code; until the next is
 * asked for. NULL when there are too many. */
struct figures_row *figures_group_row(struct figures_group *g, int64_t number, struct str text);
struct figures_row *figures_group_sorted(struct figures_group *g, size_t *count);

/* Gives each of the rows, which are those of `f`, what it adds to the question. */
bool figures_group_name(struct arena *a, const struct figures *f, struct figures_row *rows,
                        struct err *err);

#endif
