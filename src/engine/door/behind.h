/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/behind.h - what the writer does right behind its commits: the search index.
 *
 * In a quiet moment, and at the latest a quarter of a second after the commit, texts go into the
 * index, some at a time so that no command waits long. Belongs to the writer's thread.
 * Failure  logged and tried again behind the next commit.
 */
#ifndef LINLI_ENGINE_DOOR_BEHIND_H
#define LINLI_ENGINE_DOOR_BEHIND_H

#include "base/arena.h"
#include "engine/store/store.h"

enum { BEHIND_IDLE_US = 200000 }; /* nobody sent anything for so long: a quiet moment */

struct behind {
    bool is_open;     /* words were committed that may not be in the index */
    int64_t since_us; /* by behind_clock */
    bool is_untidy;   /* the index may be of more pieces than are good for it; in quiet moments */
};

int64_t behind_clock(void); /* monotonic, microseconds */

void behind_note(struct behind *b); /* something was committed */
bool behind_is_late(const struct behind *b);

/* One step; is_open, and then is_untidy, say whether there is more. */
void behind_step(struct behind *b, struct store *s, struct arena *a);

#endif
