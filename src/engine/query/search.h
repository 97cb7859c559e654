/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search.h - finding cases by what people wrote: bigrams made here, an index that
 * knows only words apart by spaces (table search: contentless FTS5, detail=none, rowid = words.id).
 *
 * A word of two Chinese characters is found anywhere in a text, which FTS5's own tokenizers cannot
 * do. Text is folded first (full width to half width, capitals to small letters), then each run of
 * Han, kana or Hangul gives its bigrams, each run of letters or digits one word; `p:<id>` names the
 * case's community. The index finds candidates, the text of the row decides (search_has_word), so
 * longer and mixed words such as 3号楼 are exact.
 *
 * Invariants  a text that has the word is among the candidates of its match expression.
 * Memory      the given arena; search_has_word rewinds what it used.
 * Limits      LIMIT_TEXT_CHARACTERS of a text are indexed; a word of one Chinese character cannot
 *             be looked for.
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_H
#define LINLI_ENGINE_QUERY_SEARCH_H

#include "engine/query/filter.h"

/* The document of a text for the search index (SQL words_index); `community` 0 = unknown. When a
 * case moves to another community or words are erased, the old document must be taken out by
 * search_delete with the same text. */
struct str search_document(struct arena *a, struct str text, int64_t community);

/* False for one single Chinese character and for marks alone. */
bool search_is_findable(struct arena *a, struct str word);

/* Candidates of a word as an FTS5 expression; the word must be findable. */
struct str search_match(struct arena *a, struct str word);

/* The text holds the word: as a whole where it begins or ends with a letter or digit (3号楼 is not
 * in 13号楼). */
bool search_has_word(struct arena *a, struct str text, struct str word);

#endif
