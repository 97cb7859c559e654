/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/merge.h - several people raise one problem: their cases become part of one main case,
 * and may be taken out again. Decision 075.
 *
 * The step `merge` ends a case as `merged` and names its main case, which counts its voices and
 * takes over the earliest promise that still lies ahead (CLOCK_PROMISE). It keeps its number, its
 * words, its reporter and its rating. Its tasks are withdrawn and its clocks stop, first contact
 * apart, which is owed to the person. `unmerge` puts all that back: its clocks run on as though
 * they had never stopped, so nobody gains time by it.
 *
 * Invariants  a main case is not merged itself: what was merged into a case that is merged goes
 *             along; a main case was open then and is never confidential.
 * Failure     E_NOT_FOUND, E_MERGE_SAME, E_MERGE_MINE, E_MERGE_ENDED, E_MERGE_SECRET, E_MERGE_MANY,
 *             and those of a step.
 */
#ifndef LINLI_TOWN_MERGE_H
#define LINLI_TOWN_MERGE_H

#include "town/cases/case_file.h"

struct merge {
    int64_t main_case; /* 0 = it is not merged */
    int64_t event;     /* the entry that merged it */
};
bool merge_find(struct store *s, int64_t case_id, struct merge *out, struct err *err);

/* The cases merged into this one, `most` at most, oldest first. */
bool merge_list(struct store *s, struct arena *a, int64_t main_case, size_t most, int64_t **ids,
                size_t *count, struct err *err);

/* The case that a resident's case goes on with: itself, or its main case; loaded into the arena. */
bool merge_follow(struct store *s, struct arena *a, const struct case_file *c,
                  const struct case_file **goes_on, struct err *err);

/* Keeps the table in step; any event of a case. */
bool merge_apply(struct store *s, const struct event *e, struct err *err);

/* ---- for steps.c */

struct step_context;
bool merge_step(struct step_context *x, struct err *err);
bool merge_undo(struct step_context *x, struct err *err);
bool merge_tell_apart(struct step_context *x, struct err *err);

/* The voice of a merged case rates what became of the main case: it must be closed, and a bad
 * rating opens its follow-up. */
bool merge_rated(struct step_context *x, bool is_bad, struct err *err);

#endif
