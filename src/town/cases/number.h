/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/number.h - the number that people read out: SP-C-20261122-0043-7.
 *
 * Office code, letter of the procedure, civil day, serial of the day (four digits, more when a day
 * has more), and a check character after ISO 7064 MOD 11-2 over the digits of day and serial (X =
 * 10), so that a slip of the tongue is caught.
 */
#ifndef LINLI_TOWN_NUMBER_H
#define LINLI_TOWN_NUMBER_H

#include "base/arena.h"

struct str case_number_make(struct arena *a, struct str office_code, char letter, int day,
                            int64_t serial);

/* Has it the form of a number with the right check character? Lower case and spaces around are
 * allowed. */
bool case_number_is(struct str number);

#endif
