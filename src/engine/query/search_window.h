/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search_window.h - the search index from the newest document down, or from the oldest
 * up, by stretches.
 *
 * SQLite's index gives documents by their id: there one window is everything, or two. PostgreSQL's
 * has no order, so that "the newest fifty with this word" would fetch and sort all that have it.
 * There a window is a stretch of ids and a most of documents; where it gave little the next is
 * wider. The index knows of each document in which stretches of its office it lies (search_stretch
 * in schema_postgres.sql), so that a window costs what lies in it and not what the index has.
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_WINDOW_H
#define LINLI_ENGINE_QUERY_SEARCH_WINDOW_H

#include "engine/query/sql.h"

struct search_window {
    int64_t office;
    bool is_up;     /* the oldest first */
    int64_t from;   /* the lowest id that is looked at */
    int64_t before; /* the lowest id above those */
    int64_t lowest; /* of the office: no window goes down further */
    int64_t end;    /* above the highest of the office: no window goes up further */
    int64_t most;   /* documents, 0 = as many as there are */
    int64_t rows;   /* that it gave so far, and the id of the last of them */
    int64_t last;
    int64_t fits; /* of these, of cases that fit */
    int64_t sum;  /* the same of all windows */
    int64_t met;  /* rows of all windows before this one, and how many ids these had */
    int64_t passed;
    int64_t wanted; /* half as many will do */
};

/* The first window below `at`, going up the first that begins there. `office`, `is_up` and `wanted`
 * are given. */
bool search_window_open(struct store *store, struct search_window *w, int64_t at, struct err *err);

void search_window_shorten(struct search_window *w, int64_t from); /* the first ends there */

/* No window goes down further than this; what was looked at stays so. */
void search_window_raise(struct search_window *w, int64_t lowest);

/* Going up: a window that begins there, or where the lowest is. */
void search_window_begin(struct search_window *w, int64_t at);

/* Where a statement has documents from: those of the window that the expression fits, under the
 * name `search`. And what comes last in it: what is left of the conditions, the order. */
void search_window_from(struct store *store, struct arena *a, struct sql *s,
                        const struct search_window *w, struct str match);
void search_window_put(struct store *store, struct sql *s, const struct search_window *w,
                       struct str match);

void search_window_note(struct search_window *w, int64_t id, bool fits); /* a row that was read */

/* Behind the last row: to the stretch below, going up to that above; false when there is none. */
bool search_window_next(struct search_window *w);

#endif
