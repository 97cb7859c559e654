/* SPDX-License-Identifier: Apache-2.0 */
/* base/mask.h - what colleagues see of a person by default; every page masks the same positions
 * (DOMAIN.md 12).
 *
 * A name keeps its first character (张*, 欧**), a telephone its first three and last four digits
 * (138****1234).
 */
#ifndef LINLI_BASE_MASK_H
#define LINLI_BASE_MASK_H

#include "base/arena.h"

/* Telephone and identity numbers in free text: each run of seven digits or more becomes stars.
 * Blanks and hyphens inside do not break it; a number that is part of a code
 * (SP-C-20261122-0049-8) stays. The pages say the same in ui/staff/print/mask.ts. */
struct str mask_numbers(struct arena *a, struct str text);

struct str mask_name(struct arena *a, struct str name);
struct str mask_telephone(struct arena *a, struct str telephone);

/* A line with the address of a server, as it may be shown and logged: without the password, which
 * stands between the account and the @, or behind `password=`. */
struct str mask_password(struct arena *a, struct str line);

#endif
