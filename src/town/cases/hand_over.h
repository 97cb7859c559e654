/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/hand_over.h - a case that goes on in another office of the installation: two events in
 * two ledgers.
 *
 * The step `hand_over` closes it here and names the office. The courier (town/courier.h) then gives
 * that office's ledger the command case_receive, as often as it likes: its client id is made of the
 * first event, so the door takes it once. What is decided is an ordinary `case.reported/1` that
 * knows from where it came; words and, unless the reporter is confidential, telephone and name are
 * copied beside it, so each ledger is replayed without the other. Photos stay where they are, and
 * are seen from there.
 * Failure  of case_receive: E_NOT_FOUND when the entry hands nothing over to this office,
 *          E_PROCEDURE.
 */
#ifndef LINLI_TOWN_HAND_OVER_H
#define LINLI_TOWN_HAND_OVER_H

#include "town/cases/case_file.h"

#define HAND_OVER_EVENT "case.handed_over/1"

struct case_receive {
    int64_t from_office;
    int64_t from_event; /* the entry of its ledger that hands the case over */
};
extern const struct command_row case_receive;

enum { HAND_OVER_MOST = 8 }; /* offices through which a matter is followed */

/* The client id of the command for it: "handover:OFFICE:EVENT". */
struct str hand_over_id(struct arena *a, int64_t office, int64_t event);

/* Where the case of such an entry arrived: id 0 = not yet. */
struct hand_over {
    int64_t office; /* that goes on */
    int64_t case_id;
    struct str number;
};
bool hand_over_arrival(struct store *s, struct arena *a, const struct event *handed_over,
                       struct hand_over *out, struct err *err);

/* The same for a case; office 0 = it was not handed over. */
bool hand_over_of(struct store *s, struct arena *a, const struct case_file *c,
                  struct hand_over *out, struct err *err);

/* The voice whose name and telephone go along with such an entry, 0 = nobody's: for the audit log.
 */
bool hand_over_contact(struct store *s, struct arena *a, const struct event *handed_over,
                       int64_t *voice, struct err *err);

/* The case that was received by this entry of the other ledger: 0 = it was not handed over. */
bool hand_over_source(struct store *s, struct arena *a, const struct event *reported,
                      int64_t *case_id, struct err *err);

#endif
