/* SPDX-License-Identifier: Apache-2.0 */
/* town/town.h - one generation of everything that changes seldom: definitions in force, calendar,
 * offices, places, units, accounts and grants, read from the database into one arena and swapped
 * whole when the common ledger grew.
 *
 * Invariants  never changes once loaded, so every thread reads it; a running case finds the
 *             catalogue that it began with.
 * Memory      its own arena; town_close gives it back when nobody holds it (cli keeps the count).
 * Failure     E_DATABASE, E_DEFINITION, E_FOLDER_EMPTY when no catalogue was ever published.
 */
#ifndef LINLI_TOWN_TOWN_H
#define LINLI_TOWN_TOWN_H

#include "base/calendar/limit.h"
#include "base/geo/polygon.h"
#include "town/access/access.h"

/* What an office knows of the map; NULL = nothing. */
struct town_ground {
    const struct polygon_set *own;        /* its grids with geometry */
    const struct polygon_set *neighbours; /* the ground of other offices around it */
};

struct town {
    struct arena *arena;
    const struct calendar *calendar;
    const struct catalogue **catalogues; /* by version - 1 */
    int64_t version;                     /* in force; 0 = none yet */
    const struct office *offices;
    size_t office_count;
    const struct place *places; /* by id */
    size_t place_count;
    const struct town_ground *grounds; /* of each office, in their order */
    const struct unit *units;          /* by id */
    size_t unit_count;
    const struct account *accounts; /* by id */
    size_t account_count;
};

struct town *town_load(struct store *s, struct err *err);
void town_close(struct town *t);

const struct catalogue *town_catalogue(const struct town *t, int64_t version); /* 0 = in force */
const struct office *town_office(const struct town *t, int64_t id); /* NULL when there is none */
const struct office *town_office_by_code(const struct town *t, struct str code);
const struct place *town_place(const struct town *t, int64_t id);
const struct place *town_place_by_code(const struct town *t, int64_t office, struct str code);
const struct unit *town_unit(const struct town *t, int64_t id);
const struct unit *town_unit_by_code(const struct town *t, int64_t office, struct str code);
int64_t town_grid_at(const struct town *t, int64_t office, struct point point); /* 0 = none */

/* The neighbour of the office on whose ground a point lies. NULL when it is ours, or nobody knows.
 */
const struct place *town_neighbour(const struct town *t, int64_t office, struct point point);

/* Who answers there. NULL when the neighbour names nobody. */
const struct unit *town_neighbour_unit(const struct town *t, int64_t office, struct point point);
const struct account *town_account(const struct town *t, int64_t id);
const struct account *town_account_by_login(const struct town *t, struct str login);

/* Is `place` the same as `above` or below it? */
bool town_is_within(const struct town *t, int64_t place, int64_t above);

/* The place itself or its ancestor of that level; 0 when it has none. */
int64_t town_ancestor(const struct town *t, int64_t place, enum place_level level);

/* Codes of a place and its ancestors, nearest first, for routing. */
size_t town_place_codes(const struct town *t, int64_t place, struct str *codes, size_t most);

/* ---- publishing the catalogue: a command of the common ledger, one event a text and one that puts
 * them in force */

struct catalogue_publish {
    const struct catalogue_text *texts; /* checked by the caller with catalogue_check */
    size_t count;
};
extern const struct command_row catalogue_publish;
bool catalogue_text_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);

/* Every event of the town, for the door, verify and rebuild. */
extern const struct event_row town_events[];

/* For the door: the cases that a batch's commands name. */
bool town_load_named(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                     struct err *err);

#endif
