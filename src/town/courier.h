/* SPDX-License-Identifier: Apache-2.0 */
/* town/courier.h - brings cases that were handed over to the office that goes on with them: a job
 * of the keeper.
 *
 * It reads each office's ledger behind where it was, and gives the other office's ledger the
 * command case_receive for every entry that hands a case over. It remembers nothing on disk: after
 * a start it begins at the first entry, and what arrived before is seen in the other ledger. So
 * each is delivered at least once and accepted once (town/cases/hand_over.h).
 * Failure  one that is refused does not hold up the others; the turn fails and is tried again soon.
 */
#ifndef LINLI_TOWN_COURIER_H
#define LINLI_TOWN_COURIER_H

#include "town/keeper.h"

#define COURIER_JOB "courier"

struct courier;
struct courier *courier_make(struct arena *a);
struct keeper_job courier_job(struct courier *c);

#endif
