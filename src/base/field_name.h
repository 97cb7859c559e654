/* SPDX-License-Identifier: Apache-2.0 */
/* base/field_name.h - what people call the fields of the interface, for the sentences of refusals.
 *
 * `steps[0].occurred_at` is the interface's word; a sentence says “时间” or “time”. A field without
 * an entry keeps its word.
 */
#ifndef LINLI_BASE_FIELD_NAME_H
#define LINLI_BASE_FIELD_NAME_H

#include "base/err.h"

/* The name of the last part of a path; the path itself where it has none. */
struct str field_name(struct str path, enum language language);

#endif
