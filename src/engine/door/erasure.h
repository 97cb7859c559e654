/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/erasure.h - taking away what lies beside the ledger, and saying so in it.
 *
 * An erasure is an event `beside.erased/1` of the office's ledger: `fields` names the values that
 * went, each with the event that it belonged to ("12:text,12:telephone,15:photo_1"), `files` the
 * pictures, `community` the token under which its texts stood in the search index. Salt and value
 * go in the same commit as the event is written; the pictures' files behind it, by whoever reads
 * the ledger next (they are named there, so a crash in between loses nothing). The commitments stay
 * in the ledger and tell nothing without the salt.
 * Failure  E_DATABASE; whoever repeats an erasure finds nothing left, which is fine.
 */
#ifndef LINLI_ENGINE_ERASURE_H
#define LINLI_ENGINE_ERASURE_H

#include "engine/ledger/event.h"
#include "engine/store/store.h"

#define ERASURE_EVENT "beside.erased/1"

/* ---- in decide: gather what is to go, then write it into the event */

struct erasure {
    struct buf fields;
    struct buf files;
    int64_t values; /* 0 = nothing is left to erase */
    int64_t photos; /* of them */
};

struct erasure erasure_make(struct arena *a);

/* Everything of this event that has a commitment and is still there. */
bool erasure_gather(struct store *s, const struct event *of, struct erasure *x, struct err *err);
void erasure_write(const struct erasure *x, struct event *e);

/* ---- carrying it out */

/* One value that an event took away. */
struct erasure_item {
    int64_t event;
    struct str field;
};

/* The next of them; *rest begins as the event's `fields`. False at the end. */
bool erasure_next(struct str *rest, struct erasure_item *item);

/* Takes the values away; `has_index`: the texts stand in the search index too. */
bool erasure_apply(struct store *s, struct arena *a, const struct event *e, bool has_index,
                   struct err *err);

/* Takes away in `into` what the ledger of `from` says was erased behind event `after`. */
bool erasure_repeat(struct store *from, struct store *into, int64_t office, int64_t after,
                    struct err *err);

/* Calls `each` with every erasure of an office behind event `after` and up to `until`, in order. */
struct erasure_span {
    int64_t office;
    int64_t after;
    int64_t until; /* INT64_MAX: to the end */
};
typedef bool (*erasure_each)(void *context, const struct event *e, struct err *err);
bool erasure_walk(struct store *s, const struct erasure_span *span, erasure_each each,
                  void *context, struct err *err);

/* The pictures' files that e took, removed from a folder; those that are gone are fine. */
void erasure_remove_files(const struct event *e, const char *folder);

#endif
