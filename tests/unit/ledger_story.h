/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ledger_story.h - a small street that lives through every kind of event, with a clock
 * that stands still between its acts and chance from a seed: the same program makes the same
 * ledger, byte for byte. */
#ifndef LINLI_TESTS_LEDGER_STORY_H
#define LINLI_TESTS_LEDGER_STORY_H

#include "town/installation.h"

/* Its unit numbers and people, for tests that let other things happen there. */
enum { STORY_OFFICE = 1, STORY_STREET = 1, STORY_COMMUNITY, STORY_GRID, STORY_ESTATE };
enum { STORY_CENTRE = 11, STORY_DRAINAGE, STORY_TEAM, STORY_COMMITTEE, STORY_FIRM };
enum {
    STORY_ACCEPTOR = 21,
    STORY_DISPATCHER,
    STORY_SHIFT_LEADER,
    STORY_GRID_WORKER,
    STORY_CAPTAIN,
    STORY_LEADER
};

/* The street before anything happens in it. NULL and err as below. */
struct installation *ledger_story_street(struct arena *a, const char *folder, const char *catalogue,
                                         struct source *source, struct err *err);

/* Lives through the story in an empty folder; the definitions are cut out of `catalogue`. NULL and
 * err when an act was refused. */
struct installation *ledger_story_live(struct arena *a, const char *folder, const char *catalogue,
                                       struct source *source, struct err *err);

#endif
