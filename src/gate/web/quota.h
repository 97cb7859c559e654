/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/quota.h - how often somebody may do something in a minute, counted in memory.
 *
 * A bucket holds as many drops as a minute allows and fills evenly; each time takes one. A restart
 * fills all buckets. Programs have one by their key, residents by their network address, for each
 * thing that they do.
 *
 * Memory   in the arena given; QUOTA_NAMES buckets, the one that was idle longest is given to a new
 *          name.
 * Failure  E_RATE_LIMIT with the seconds to wait.
 */
#ifndef LINLI_GATE_WEB_QUOTA_H
#define LINLI_GATE_WEB_QUOTA_H

#include "base/err.h"

enum {
    QUOTA_NAMES = 1024 /* programs and addresses that were busy within a minute; 16 KB to look
                          through, some microseconds */
};

struct quota;

struct quota *quota_make(struct arena *a);

/* Takes one for `id` (> 0); used by all threads. */
bool quota_take(struct quota *q, int64_t id, int64_t per_minute, int64_t now_us, struct err *err);

/* Gives back one that quota_take took: what is counted is failures, and this was none. */
void quota_give(struct quota *q, int64_t id, int64_t per_minute);

/* The name of an address for one thing that is done from it (`what`, from 1). Of IPv6 the first 64
 * bits count: a household has all that follow. 0 for this machine itself, which has no limit: a
 * front that was not declared with --front would make one address of everybody. Never the id of a
 * key. */
int64_t quota_address(struct str client, int what);

#endif
