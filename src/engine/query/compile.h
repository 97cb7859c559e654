/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/compile.h - the one predicate over cases, for list, count, figure and export: scope
 * and filter as SQL.
 *
 * compile_from writes everything from FROM to the end of WHERE and is the only function of the
 * program that does, compile_tallies apart, so no statement over cases chosen by a person stands
 * without a scope. Which index leads (enum driver) is decided in choose.h and said in the text
 * (INDEXED BY), so that plans are the same on every machine and stand in golden tests.
 */
#ifndef LINLI_ENGINE_QUERY_COMPILE_H
#define LINLI_ENGINE_QUERY_COMPILE_H

#include "engine/query/scope.h"
#include "engine/query/sql.h"

/* The words of column `state` that end a case; in the text of the partial index cases_open too. */
#define SQL_IS_OPEN  "state NOT IN ('closed','declined','merged')"
#define SQL_IS_ENDED "state IN ('closed','declined','merged')"
/* Two of four rare things, as cases_marked has it. Late: so now, or once its deadline is over. */
#define SQL_IS_MARKED                                                                              \
    "CASE WHEN late = 1 OR late_after > 0 THEN 1 ELSE 0 END"                                       \
    " + CASE WHEN returns > 0 THEN 1 ELSE 0 END + CASE WHEN reworks > 0 THEN 1 ELSE 0 END"         \
    " + CASE WHEN rating IN (1, 2) OR solved = 2 THEN 1 ELSE 0 END > 1"

/* What leads through the table; the words of the comments are indexes of schema.sql. */
enum driver {
    DRIVER_NEWEST, /* cases_newest: all cases of the office by time of report, wide enough for most
                      terms */
    DRIVER_OPEN,  /* cases_open: open ones by next deadline; only when the filter asks for open ones
                   */
    DRIVER_SCOPE, /* the ids of a narrow scope */
    DRIVER_WORDS, /* the ids that a search gave */
    DRIVER_COMMUNITY,   /* cases_community */
    DRIVER_GRID,        /* cases_grid */
    DRIVER_ESTATE,      /* cases_estate */
    DRIVER_UNIT,        /* cases_unit */
    DRIVER_CLASS,       /* cases_class */
    DRIVER_CLOSED,      /* cases_closed */
    DRIVER_NUMBER,      /* cases_number */
    DRIVER_EXTERNAL,    /* cases_external */
    DRIVER_RATING,      /* cases_rating: rated ones */
    DRIVER_LEADER,      /* cases_leader: those that wait for a leader */
    DRIVER_MARKED,      /* cases_marked: those of which two rare things can be said */
    DRIVER_CELL,        /* cases_cell: open ones by their square on the map; as DRIVER_OPEN */
    DRIVER_UNCONTACTED, /* cases_uncontacted: without first contact by the deadline of it */
    DRIVER_OVERDUE,     /* cases_overdue: open ones by due_at, without those late already */
    DRIVER_ENDED,       /* cases_ended: ended ones by time of report; on PostgreSQL alone */
    DRIVER_COUNT
};

struct predicate {
    const struct scope *scope;
    const struct filter *filter;
    struct str word_ids;     /* JSON list of the ids that the words of the filter give */
    struct str not_word_ids; /* and of those that the left-out words give */
    bool has_words;          /* word_ids counts; false in a stream that the search itself leads */
    bool has_not_words;
    bool is_thin; /* among the newest hardly any fits: a walk in order may be long */
    enum driver driver;
    enum driver in_order; /* where DRIVER_NEWEST leads: an index of the one thing that is asked, in
                             the order of the report as well; else DRIVER_NEWEST, which is 0 */
};

/* "cases INDEXED BY ... WHERE ..." without FROM, so that a join may stand before it. */
void compile_from(struct sql *s, const struct predicate *p);

/* " WHERE" and behind alone, for joins that lead by themselves; and without the word. */
void compile_where(struct sql *s, const struct predicate *p);
void compile_conditions(struct sql *s, const struct predicate *p);

/* " AND ..." for rows of tallies: the same words, for the columns stand there under the same names.
 * Only with the keys and the scope that tally_read.h allows. */
void compile_tallies(struct sql *s, const struct scope *scope, const struct filter *filter);

/* One term in brackets; never FILTER_WORDS. */
void compile_term(struct sql *s, const struct filter_term *term, int64_t as_of);

/* All terms but the words, joined by AND; TRUE when there is none. `is_open`: that a case is open
 * is said already, and SQLite would look at each twice. */
void compile_terms(struct sql *s, const struct filter *filter, bool is_open);

/* The cases that the scope shows, as SELECT id; only for a scope that is not whole. */
void compile_scope_ids(struct sql *s, const struct scope *scope);

/* "unit", "cases_unit", NULL for DRIVER_SCOPE and DRIVER_WORDS, which lead by id. */
const char *compile_driver_index(enum driver driver);

#endif
