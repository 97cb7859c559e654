/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/check.h - is a catalogue one that an office can run on?
 *
 * catalogue_read tells what it could not understand, cell by cell. This tells what is understood
 * and still wrong: steps that lead nowhere, states that nothing reaches, clocks that never stop,
 * classes that no procedure takes, replies longer than the superior's form holds, words that a
 * resident should not have to know. `linli check` runs it, and publishing refuses what it finds.
 */
#ifndef LINLI_ENGINE_CATALOGUE_CHECK_H
#define LINLI_ENGINE_CATALOGUE_CHECK_H

#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/mistake.h"

void catalogue_check(struct arena *a, const struct catalogue *c, struct mistakes *m);

/* Reads and checks a whole folder's texts, those beside the definitions (common/workdays.csv,
 * demo/) included, and sorts the mistakes. Routes may name the units and places of `office`; NULL =
 * those of the folder's own demo/. */
const struct catalogue *catalogue_check_all(struct arena *a, const struct catalogue_text *texts,
                                            size_t count, const struct catalogue_known *office,
                                            struct mistakes *m);

#endif
