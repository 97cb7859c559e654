/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search_window.h - the search index from the newest document down, by stretches.
 *
 * SQLite's index gives documents by falling id: there one window is everything. PostgreSQL's has no
 * order, so that "the newest fifty with this word" would fetch and sort all that have it. There a
 * window is a stretch of ids and a most of rows; where it gave little the next is wider. The index
 * knows of each document in which stretches of its office it lies (search_stretch in
 * schema_postgres.sql), so that a window costs what lies in it and not what the index has.
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_WINDOW_H
#define LINLI_ENGINE_QUERY_SEARCH_WINDOW_H

#include "engine/query/sql.h"

struct search_window {
    int64_t office;
    int64_t from;   /* the lowest id that is looked at */
    int64_t before; /* the lowest id above those */
    int64_t lowest; /* of the office; on SQLite the same as from */
    int64_t most;   /* rows, 0 = as many as there are */
    int64_t rows;   /* that it gave so far, and the id of the last of them */
    int64_t last;
};

/* The first window below `before`, down to `oldest` at most. */
bool search_window_open(struct store *store, int64_t office, int64_t before, int64_t oldest,
                        int64_t most, struct search_window *w, struct err *err);

/* What the index is to be asked for: the expression, within the window. */
struct str search_window_match(struct store *store, struct arena *a, const struct search_window *w,
                               struct str match);

/* Condition, order and most of a statement that gives documents by falling id. */
void search_window_put(struct store *store, struct sql *s, const struct search_window *w);

void search_window_note(struct search_window *w, int64_t id); /* a row that was read */

/* Behind the last row: to the stretch below; false when there is none. */
bool search_window_next(struct search_window *w);

#endif
