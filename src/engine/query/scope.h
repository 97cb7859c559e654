/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/scope.h - which cases an account may see, under every read.
 *
 * Scope = cases in the places granted (each grant for one procedure or all), UNION cases in which
 * my unit has or had a task (DESIGN.md 8). No statement over cases is built without one; the empty
 * scope sees nothing.
 *
 * Invariants  office > 0. A grant of AREA_OFFICE covers every place of the office, known or not.
 * Memory      the caller's; it must live as long as the call.
 * Limits      LIMIT_SCOPE_GRANTS; scope_check refuses more, it never cuts silently.
 */
#ifndef LINLI_ENGINE_QUERY_SCOPE_H
#define LINLI_ENGINE_QUERY_SCOPE_H

#include "engine/query/filter.h"

struct scope_grant {
    struct area area;
    struct str procedure; /* empty = all */
};

struct scope {
    int64_t office;                   /* whose cases */
    const struct scope_grant *grants; /* any of them */
    size_t grant_count;               /* 0 = no place */
    int64_t unit;                     /* whose tasks count; 0 = none */
};

/* E_INTERNAL when it cannot be a scope: no office, too many grants. */
bool scope_check(const struct scope *scope, struct err *err);

/* Every case of the office is in it. */
bool scope_is_whole(const struct scope *scope);

#endif
