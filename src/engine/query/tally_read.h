/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/tally_read.h - which rows of the tallies answer a question, for figures.c; window.c
 * asks what they know of a term.
 *
 * Tallies answer what asks for nothing but the period of the report in whole days, community,
 * class, unit, channel, procedure and state, within a scope of the whole office, of procedures or
 * of communities, and tells apart at most two of community, class, unit and channel. A period is
 * cut into whole years, whole months and days; days that no cube holds are left to the cases. A
 * question that wants some states of open cases and not others, or tells them apart as no cube of
 * theirs does, is answered for ended cases alone.
 */
#ifndef LINLI_ENGINE_QUERY_TALLY_READ_H
#define LINLI_ENGINE_QUERY_TALLY_READ_H

#include "engine/query/compile.h"
#include "engine/query/tally.h"

struct tally_question {
    const struct scope *scope;
    const struct filter *filter;
    int apart;          /* what the rows of the answer tell apart, TALLY_COMMUNITY ... */
    int widest;         /* TALLY_DAYS where days are told apart, TALLY_MONTHS, else TALLY_YEARS */
    int offset_minutes; /* of the office's civil time */
};

/* The open cases of the question. */
enum tally_open {
    TALLY_OPEN_NONE, /* it asks for none */
    TALLY_OPEN_KEPT, /* in the parts and edges */
    TALLY_OPEN_LEFT, /* to be looked at one by one */
};

enum { TALLY_PARTS = 8, TALLY_EDGES = 2 };

struct tally_plan {
    struct filter filter; /* the question without its period */
    struct tally_part {
        int cube;
        int64_t from; /* span */
        int64_t to;   /* first one behind */
    } parts[TALLY_PARTS];
    size_t part_count; /* at least 1 */
    struct tally_edge {
        int64_t from; /* reported_at */
        int64_t to;   /* first one behind */
    } edges[TALLY_EDGES];
    size_t edge_count; /* days that the cases must answer */
    bool has_ended;    /* it asks for ended cases */
    enum tally_open open;
};

/* *can false: the tallies cannot answer. */
bool tally_plan_make(struct store *store, struct arena *a, const struct tally_question *question,
                     struct tally_plan *out, bool *can, struct err *err);

/* " FROM ... WHERE ..." of the rows of all parts. */
void tally_plan_compile(struct sql *s, const struct scope *scope, const struct tally_plan *plan);

/* How thick what is asked for lies among the ended cases of the last days, of the last two months
 * where it tells two things apart; for choose.c. */
struct tally_share {
    int64_t cases; /* ended ones, whatever is asked; 0 where the tallies cannot tell */
    int64_t fits;  /* of these */
};
bool tally_share_find(struct store *store, struct arena *a, const struct scope *scope,
                      const struct filter *filter, struct tally_share *out, struct err *err);

/* What the rows must tell apart for this term, TALLY_COMMUNITY ...; -1: tallies know nothing of it,
 * as of each term on a time. The same for a scope. */
int tally_apart(const struct filter_term *term);
int tally_apart_scope(const struct scope *scope);

#endif
