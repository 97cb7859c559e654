/* SPDX-License-Identifier: Apache-2.0 */
/* engine/ledger/roots.h - the daily root: what a ledger comes to at the end of each civil day, in
 * 32 bytes that may be shown to everybody.
 *
 * The leaves of a day are its entries, those behind the day before up to the last one that was
 * accepted before midnight; the first day of a ledger that is closed covers all before it as well.
 *     salt = HMAC-SHA-256(key, "office number")     leaf, node: tree.h
 *     end  = SHA-256(0x03 | HMAC-SHA-256(key, "office end yyyymmdd") | hash of the last entry)
 *     root = SHA-256(0x02 | top of the tree | end | "office yyyy-mm-dd")
 * The hash of the last entry follows from the whole chain, so a root holds all before its day, and
 * a day without entries has one too. Salts keep a proof from telling what stands beside: an entry
 * without words of people could else be found by trying.
 * Invariants  a day is closed by an entry that the door accepted after it, so nothing comes into it
 *             any more; days of a ledger follow each other without a gap.
 * Failure     E_DATABASE.
 * Source      RFC 9162 part 2.1; docs/proof.md, docs/decisions/053-daily-roots.md.
 */
#ifndef LINLI_ENGINE_ROOTS_H
#define LINLI_ENGINE_ROOTS_H

#include "engine/ledger/tree.h"
#include "engine/store/store.h"

/* A closed day: a row of daily_roots. */
struct root_day {
    int64_t office;
    int64_t day;      /* yyyymmdd; 0 = none */
    int64_t until_at; /* its end, UTC microseconds */
    int64_t first;    /* number of the entry that it begins with */
    int64_t last;     /* number of the entry that it ends with; first - 1 = it has none */
    struct str root;  /* hex */
    struct str sent;  /* hex, see root_sent; empty but in the command that closes a day */
};

/* What a day comes to. */
struct root_sum {
    struct hash top;
    struct hash end; /* the whole ledger up to here */
    struct hash root;
};

/* The day as text, 2026-11-21, and the day behind it. */
struct str root_date(struct arena *a, int64_t day);
int64_t root_day_after(int64_t day);

/* Puts the leaves of the entries first .. last into a tree, in their order. */
bool root_grow(struct store *s, const struct hash *key, int64_t office, int64_t first, int64_t last,
               struct tree *tree, struct err *err);

/* What a day comes to whose tree has this top. */
bool root_seal(struct store *s, const struct hash *key, const struct root_day *day,
               const struct hash *top, struct root_sum *sum, struct err *err);

/* HMAC over the client ids of a day's commands and the digests of their bodies, which stand beside
 * the entries and not in their hashes. The entry that closes the day keeps it. */
bool root_sent(struct store *s, const struct hash *key, const struct root_day *day,
               struct hash *sent, struct err *err);

/* What the entry that closed a day says; empty when a version before wrote it, or the day is not
 * there. The text is in the arena. */
bool root_sent_kept(struct store *s, struct arena *a, const struct root_day *day, struct str *sent,
                    struct err *err);

/* Leaves and seal, from the ledger alone: reads the whole day. */
bool root_reckon(struct store *s, const struct hash *key, const struct root_day *day,
                 struct root_sum *sum, struct err *err);
struct hash root_salt(const struct hash *key, int64_t office, int64_t number);

/* Number of the last entry that was accepted before `until_at`; 0 = none. */
bool root_last_before(struct store *s, int64_t office, int64_t until_at, int64_t *last,
                      struct err *err);

/* The day that a statement gives (columns day, until_at, first, last, root), which ends it; day 0
 * when there is none. The text is in the arena. */
bool root_read(struct stmt *q, struct arena *a, int64_t office, struct root_day *day,
               struct err *err);

/* The newest closed day of a ledger; day 0 when there is none. The text is in the arena. */
bool root_newest(struct store *s, struct arena *a, int64_t office, struct root_day *day,
                 struct err *err);

/* The closed day that holds an entry; day 0 when it is still open. */
bool root_of_entry(struct store *s, struct arena *a, int64_t office, int64_t number,
                   struct root_day *day, struct err *err);

/* The closed days from `after` on (0 = all), oldest first, at most `most`. */
bool root_list(struct store *s, struct arena *a, int64_t office, int64_t after, size_t most,
               struct root_day *days, size_t *count, struct err *err);

#endif
