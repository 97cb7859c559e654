/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/case_words.h - the document under which words of a case are found. */
#ifndef LINLI_TOWN_CASE_WORDS_H
#define LINLI_TOWN_CASE_WORDS_H

#include "base/arena.h"

/* Search document of a text said at a community (place id, 0 = unknown); empty for an empty text.
 * The fields that have one are named in query.sql (query_words_indexed), for a case that moves. */
struct str case_words_document(struct arena *a, struct str text, int64_t community);

#endif
