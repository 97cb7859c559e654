/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/erasure.h - taking away what lies beside the ledger, and saying so in it.
 *
 * An erasure is an event `beside.erased/1` of the office's ledger: `of` names the event whose
 * values went, `fields` which of them ("text,telephone,photo_1"), `files` the pictures' names,
 * `community` the token under which its texts stood in the search index. Salt and value go in the
 * same commit as the event is written; the pictures' files behind it, by whoever reads the ledger
 * next (they are named there, so a crash in between loses nothing). The commitments stay in the
 * ledger and tell nothing without the salt.
 * Failure  E_DATABASE; whoever repeats an erasure finds nothing left, which is fine.
 */
#ifndef LINLI_ENGINE_ERASURE_H
#define LINLI_ENGINE_ERASURE_H

#include "engine/ledger/event.h"
#include "engine/store/store.h"

#define ERASURE_EVENT "beside.erased/1"

/* Everything of `of` that has a commitment and is still there: fills `fields` and `files` of e, an
 * ERASURE_EVENT without them. *left = how many values; 0 = it was erased before. */
bool erasure_name(struct store *s, const struct event *of, struct event *e, int64_t *left,
                  struct err *err);

/* Takes the values away; `has_index`: the texts stand in the search index too. */
bool erasure_apply(struct store *s, struct arena *a, const struct event *e, bool has_index,
                   struct err *err);

/* Takes away in `into` what the ledger of `from` says was erased behind event `after`. */
bool erasure_repeat(struct store *from, struct store *into, int64_t office, int64_t after,
                    struct err *err);

/* Calls `each` with every erasure of an office behind event `after`, in order. */
typedef bool (*erasure_each)(void *context, const struct event *e, struct err *err);
bool erasure_walk(struct store *s, int64_t office, int64_t after, erasure_each each, void *context,
                  struct err *err);

/* Is this field of event `of` among what e took? */
bool erasure_has(const struct event *e, int64_t of, struct str field);

/* The pictures' files that e took, removed from a folder; those that are gone are fine. */
void erasure_remove_files(const struct event *e, const char *folder);

#endif
