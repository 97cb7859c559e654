/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ledger_story.h - a small street that lives through every kind of event, with a clock
 * that stands still between its acts and chance from a seed: the same program makes the same
 * ledger, byte for byte. */
#ifndef LINLI_TESTS_LEDGER_STORY_H
#define LINLI_TESTS_LEDGER_STORY_H

#include "town/installation.h"

/* Lives through the story in an empty folder; the definitions are cut out of `catalogue`. NULL and
 * err when an act was refused. */
struct installation *ledger_story_live(struct arena *a, const char *folder, const char *catalogue,
                                       struct source *source, struct err *err);

#endif
