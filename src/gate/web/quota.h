/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/quota.h - how often somebody may do something in a minute, counted in memory.
 *
 * A bucket holds as many drops as a minute allows and fills evenly; each time takes one. A restart
 * fills all buckets.
 *
 * Memory   in the arena given; QUOTA_NAMES buckets, the one that was idle longest is given to a new
 *          name.
 * Failure  E_RATE_LIMIT with the seconds to wait.
 */
#ifndef LINLI_GATE_WEB_QUOTA_H
#define LINLI_GATE_WEB_QUOTA_H

#include "base/err.h"

enum { QUOTA_NAMES = 256 }; /* programs with keys; a city has some dozens */

struct quota;

struct quota *quota_make(struct arena *a);

/* Takes one for `id` (> 0); used by all threads. */
bool quota_take(struct quota *q, int64_t id, int64_t per_minute, int64_t now_us, struct err *err);

#endif
