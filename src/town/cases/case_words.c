/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_words.h"

#include "engine/query/search.h"

struct str case_words_document(struct arena *a, struct str text, int64_t community) {
    return text.n == 0 ? text : search_document(a, text, community);
}
