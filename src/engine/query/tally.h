/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/tally.h - running counts of cases (table tallies), so that a figure reads hundreds
 * of rows and not a hundred thousand cases.
 *
 * A cube tells cases apart by one or two of community, class, unit and channel, always also by
 * procedure and state; a column that it does not tell apart is 0 or empty. It stands by the year,
 * the month or the day of the report, told by the number of figures of `span`: 2026, 202611,
 * 20261122. Open cases, whichever of their states they are in, stand in cubes of their own
 * (TALLY_OPEN) by days and months: they are never old enough for years to be worth a row.
 *
 * Invariants  the rows are what counting the cases anew would give, none with 0 cases, so a replay
 *             and a count agree. Nothing in them depends on the time of asking: `late` counts what
 *             is late for good and not what has passed its deadline since, contact_due a case
 *             whose deadline of first contact is yet to come too (figures.c adds and takes out).
 * Memory      within a transaction what is to be added is kept beside the connection and written
 *             once a row at its end (store_owe).
 * Failure     E_DATABASE.
 * Cost        TALLY_ROWS rows are written when a case ends, is rated or is opened again,
 *             TALLY_OPEN_ROWS when one is reported, filed, dispatched, returned, contacted.
 */
#ifndef LINLI_ENGINE_QUERY_TALLY_H
#define LINLI_ENGINE_QUERY_TALLY_H

#include "engine/store/store.h"

/* What a cube tells apart. */
enum {
    TALLY_COMMUNITY = 1,
    TALLY_CLASS = 2,
    TALLY_UNIT = 4,
    TALLY_CHANNEL = 8,
    TALLY_OPEN = 16, /* in the name of a cube of open cases, whose `state` is 'open' */
};

/* What it stands by. */
enum { TALLY_DAYS = 1, TALLY_MONTHS = 2, TALLY_YEARS = 4 };

struct tally_cube {
    int apart; /* also its name in the column `cube` */
    int spans;
    int open_spans; /* of the cube that tells open cases apart like this; 0 = there is none */
};

enum { TALLY_CUBES = 10, TALLY_ROWS = 24, TALLY_OPEN_ROWS = 8 };
/* The one with the fewest rows first: a reader takes the first that tells enough apart. */
extern const struct tally_cube tally_cubes[TALLY_CUBES];

/* What a case adds; the columns of the same names. */
struct tally_case {
    int64_t office;
    int64_t day;
    int64_t community;
    int64_t unit;
    struct str class;
    struct str channel;
    struct str procedure;
    struct str state; /* all but closed, declined and merged are counted as open */
    int64_t late;
    int64_t returns;
    int64_t reworks;
    int64_t rating;
    int64_t solved;
    int64_t first_contact_due_at;
    int64_t first_contact_at;
};

/* The case was `before` (NULL: was not) and is `after`. */
bool tally_move(struct store *s, const struct tally_case *before, const struct tally_case *after,
                struct err *err);

#endif
