/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_scope.h - which cases an account sees, for statements and for a single case; and
 * the names by which the filter language knows the town.
 *
 * Scope = places granted UNION cases in which my unit has or had a task. Grants of the role handler
 * give no places: a handler sees the cases of its unit. Grants of administrator give no cases at
 * all.
 */
#ifndef LINLI_TOWN_CASE_SCOPE_H
#define LINLI_TOWN_CASE_SCOPE_H

#include "engine/query/scope.h"
#include "town/cases/case_file.h"

/* The scope lives in the arena. */
struct scope case_scope(const struct town *t, struct arena *a, const struct account *account,
                        int64_t office);

/* The same for one loaded case. */
bool case_scope_has(const struct town *t, const struct account *account, const struct case_file *c);

/* May the account look up who raised the case? The centre may; a unit while it leads or assists, a
 * grid worker while the verification or the check is with him. Of a confidential case only the
 * centre and the unit that leads. */
bool case_may_reveal(const struct town *t, const struct account *account,
                     const struct case_file *c);

/* The town's names for filters of one office, in the arena. */
struct filter_names case_filter_names(const struct town *t, struct arena *a, int64_t office);

/* Parses a filter for an office at an instant. */
bool case_filter(const struct town *t, struct arena *a, int64_t office, struct str text,
                 int64_t now, struct filter *out, struct err *err);

#endif
