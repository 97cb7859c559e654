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

struct str mask_name(struct arena *a, struct str name);
struct str mask_telephone(struct arena *a, struct str telephone);

#endif
