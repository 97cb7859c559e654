/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/foreign.h - a case that another system kept: it comes in with the time it had there,
 * and closed with the answer given there when it was closed. What happened in between is not known
 * and not made up.
 *
 * The report is that of case_commands.h with all its checks. The closing is an event of its own, at
 * its own time.
 * Failure  E_FORBIDDEN without the right to say when it was; E_CLOSED_EARLY, E_FUTURE; those of a
 *          report.
 */
#ifndef LINLI_TOWN_FOREIGN_H
#define LINLI_TOWN_FOREIGN_H

#include "town/cases/case_commands.h"

struct case_foreign {
    struct case_report report;
    int64_t closed_at;    /* 0 = it is open */
    struct str answer;    /* may be empty */
    enum outcome outcome; /* OUTCOME_NONE = solved */
};
extern const struct command_row case_import; /* said_at is the time of the report */

#endif
