/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/choose_probe.h - which indexes lead to what is asked, and to how many cases each:
 * counted on the index itself, up to a bound and no further than it may still be the least work.
 *
 * Memory      the given arena.
 * Failure     E_DATABASE.
 */
#ifndef LINLI_ENGINE_QUERY_CHOOSE_PROBE_H
#define LINLI_ENGINE_QUERY_CHOOSE_PROBE_H

#include "engine/query/compile.h"

enum { SEEK_COST = 8 }; /* a row fetched costs as much as so many entries of a wide index */

struct choice {
    struct store *store;
    struct arena *arena;
    struct predicate *predicate;
    int64_t bound; /* how far is counted */
    int64_t least; /* cost of the best so far */
    bool is_page;
    bool is_sampled;
    bool is_thick; /* among the newest cases many fit */
};

/* The index of a place, and that of the one value that is asked for where its entries stand by the
 * time of report; DRIVER_NEWEST where there is none. */
enum driver choose_probe_area(enum area_level level);
enum driver choose_probe_in_order(const struct filter_term *term);

/* The predicate gets the driver with the least work of those that lead to `bound` cases at most,
 * where that is less than `least`: each term on its index, the open cases where only these are
 * asked for, and the scope, the parts of which are added up. */
bool choose_probe_terms(struct choice *c, struct err *err);
bool choose_probe_open(struct choice *c, struct err *err);
bool choose_probe_scope(struct choice *c, struct err *err);

#endif
