/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/search_stream.h - texts that may have the words of a filter, the newest first or the
 * oldest: what the index gives, and what it does not have yet. The index knows pairs of characters,
 * so each text still has to be compared (search_has_word).
 */
#ifndef LINLI_ENGINE_QUERY_SEARCH_STREAM_H
#define LINLI_ENGINE_QUERY_SEARCH_STREAM_H

#include "engine/query/compile.h"
#include "engine/query/search_window.h"

/* In this order, or going up in the other: how far the index has come is asked before anything, so
 * that a text that is indexed in between is met twice, never missed. */
enum search_part { SEARCH_TAIL, SEARCH_INDEX, SEARCH_OLD };

/* Tests make them less. */
struct search_bounds {
    int64_t open_first; /* documents that are looked through for open cases before anybody asks how
                         * far down these go: most pages are full by then */
    int64_t old; /* open cases with the lowest ids that are then looked at singly, 100 at most */
    int64_t few_after; /* documents that are looked through before anybody asks whether few fit, and
                        * how far down more go */
    int64_t looked;    /* documents of the index that a page or a count looks through ... */
    int64_t looked_shared; /* ... and where the store is shared: each is fetched by a server */
};
extern struct search_bounds search_bounds;

struct search_asked {
    const struct predicate *predicate;
    const char *also; /* literal of a further condition on the cases, " AND ..." or "" */
    bool is_up;       /* the oldest first */
    int64_t at;       /* words.id below which it begins, going up with which */
    int64_t rows;     /* wanted at a time, where the engine must be told */
};

struct search_stream {
    struct store *store;
    struct arena *arena;
    struct search_asked asked;
    int64_t mark;    /* what is newer the index does not have yet; INT64_MAX = it has all */
    int64_t begin;   /* going down: the newest document that it may give */
    bool is_bounded; /* it is known how far down it has to go */
    bool has_asked;  /* whether few fit */
    struct str few;  /* JSON list of cases that are looked at singly */
    struct search_window window;
    struct stmt *q; /* words.id, case, text */
    enum search_part part;
    enum search_part last;
    int64_t most;   /* documents of the index that are looked through, 0 = all */
    int64_t looked; /* that were */
    bool is_short;  /* there are more of them, beyond the last one that was looked at */
    bool has_failed;
    struct err *err;
};

struct search_stream search_stream_open(struct store *store, struct arena *a,
                                        struct search_asked asked, struct err *err);
bool search_stream_next(struct search_stream *s);

/* No page looks further than this; right behind the opening. Then the stream may be short. */
void search_stream_bound(struct search_stream *s);
bool search_stream_end(struct search_stream *s);

/* A free word that must (is_not: must not) stand in the text. */
bool search_is_wanted(const struct filter_term *term, bool is_not);

/* What the index is asked. Words must all stand in a text; of left-out words one is enough. */
struct str search_expression(struct arena *a, const struct filter *filter, bool is_not);

/* Texts of an office that may have a left-out word, wherever they stand: subject, text and
 * words.id. */
struct stmt *search_newest(struct store *store, struct arena *a, int64_t office, struct str match,
                           const struct search_window *w);

#endif
