/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ledger/roots.h"

#include "base/source.h"
#include "base/time_text.h"
#include "engine/ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAY_LEAST = 19700101, DAY_MOST = 99991230 };
#define INTEGER_MOST (1LL << 53)

struct str root_date(struct arena *a, int64_t day) {
    return arena_format(a, "%04d-%02d-%02d", (int)(day / 10000), (int)(day / 100 % 100),
                        (int)(day % 100));
}

int64_t root_day_after(int64_t day) {
    int64_t next =
        days_from_civil((int)(day / 10000), (int)(day / 100 % 100), (int)(day % 100)) + 1;
    struct civil c = civil_from_us(next * DAY_US, 0);

    return c.year * 10000 + c.month * 100 + c.day;
}

struct hash root_salt(const struct hash *key, int64_t office, int64_t number) {
    char text[48];
    int n = snprintf(text, sizeof text, "%" PRId64 " %" PRId64, office, number);

    return hash_hmac(hash_bytes(key), (struct str){text, (size_t)n});
}

static struct hash root_hash(const struct root_day *day, const struct root_sum *sum) {
    struct arena *a = arena_open();
    struct str date = root_date(a, day->day);
    struct str label = arena_format(a, "%" PRId64 " %.*s", day->office, STR_ARG(date));
    struct str parts[4] = {{"\x02", 1}, hash_bytes(&sum->top), hash_bytes(&sum->end), label};
    struct hash root = hash_sha256_parts(parts, 4);

    arena_close(a);
    return root;
}

/* The ledger's last entry is somebody's: what stands for it is salted like a leaf. */
static struct hash seal_end(const struct hash *key, const struct root_day *day,
                            const struct hash *last) {
    char text[64];
    int n = snprintf(text, sizeof text, "%" PRId64 " end %" PRId64, day->office, day->day);
    struct hash salt = hash_hmac(hash_bytes(key), (struct str){text, (size_t)n});
    struct str parts[3] = {{"\x03", 1}, hash_bytes(&salt), hash_bytes(last)};

    return hash_sha256_parts(parts, 3);
}

static bool copy_hash(struct hash *to, struct str bytes) {
    if (bytes.n == HASH_BYTES) {
        memcpy(to->b, bytes.p, HASH_BYTES);
    }
    return bytes.n == HASH_BYTES;
}

/* When an entry was accepted, and its hash; zeros when it is not there. */
static bool fetch_entry(struct store *s, int64_t office, int64_t number, int64_t *accepted_at,
                        struct hash *hash, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_ENTRY);

    *accepted_at = 0;
    memset(hash, 0, sizeof *hash);
    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, number);
    if (stmt_next(q)) {
        *accepted_at = stmt_int(q, 0);
        copy_hash(hash, stmt_view(q, 1));
    }
    return stmt_end(q, err);
}

/* A server gives all rows of a statement at once, and a day in which cases were brought over has
 * millions of entries. */
enum { STRETCH_ENTRIES = 10000 };

static int64_t stretch_end(int64_t first, int64_t last) {
    return last - first < STRETCH_ENTRIES ? last : first + STRETCH_ENTRIES - 1;
}

static bool add_leaves(struct store *s, const struct hash *key, int64_t office, int64_t first,
                       int64_t last, struct tree *tree, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_LEAVES);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, first);
    stmt_bind_int(q, 3, last);
    while (stmt_next(q)) {
        struct hash salt = root_salt(key, office, stmt_int(q, 0));
        struct hash entry = {0};
        struct hash leaf;

        copy_hash(&entry, stmt_view(q, 1));
        leaf = tree_leaf(&salt, &entry);
        tree_add(tree, &leaf);
    }
    return stmt_end(q, err);
}

/* A row of a day that somebody edited may name any last entry: not behind the ledger's. */
static bool keep_within(struct store *s, int64_t office, int64_t *last, struct err *err) {
    struct ledger_head head;

    if (!ledger_head(s, office, &head, err)) {
        return false;
    }
    *last = head.number < *last ? head.number : *last;
    return true;
}

bool root_grow(struct store *s, const struct hash *key, int64_t office, int64_t first, int64_t last,
               struct tree *tree, struct err *err) {
    bool ok = keep_within(s, office, &last, err);

    for (int64_t end; ok && first <= last; first = end + 1) {
        end = stretch_end(first, last);
        ok = add_leaves(s, key, office, first, end, tree, err);
    }
    return ok;
}

bool root_seal(struct store *s, const struct hash *key, const struct root_day *day,
               const struct hash *top, struct root_sum *sum, struct err *err) {
    struct hash last;
    int64_t ignored;

    if (!fetch_entry(s, day->office, day->last, &ignored, &last, err)) {
        return false;
    }
    sum->top = *top;
    sum->end = seal_end(key, day, &last);
    sum->root = root_hash(day, sum);
    return true;
}

static bool add_sent(struct store *s, int64_t office, int64_t first, int64_t last,
                     struct hash *chain, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_SENT);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, first);
    stmt_bind_int(q, 3, last);
    while (stmt_next(q)) {
        struct str id = stmt_view(q, 1);
        struct str digest = stmt_view(q, 2);
        char head[64];
        int n = snprintf(head, sizeof head, "%" PRId64 " %zu %zu ", stmt_int(q, 0), id.n, digest.n);
        struct str parts[4] = {hash_bytes(chain), {head, (size_t)n}, id, digest};

        *chain = hash_sha256_parts(parts, 4);
    }
    return stmt_end(q, err);
}

bool root_sent(struct store *s, const struct hash *key, const struct root_day *day,
               struct hash *sent, struct err *err) {
    struct hash chain = {0};
    int64_t last = day->last;
    bool ok = keep_within(s, day->office, &last, err);

    for (int64_t first = day->first, end; ok && first <= last; first = end + 1) {
        end = stretch_end(first, last);
        ok = add_sent(s, day->office, first, end, &chain, err);
    }
    *sent = hash_hmac(hash_bytes(key), hash_bytes(&chain));
    return ok;
}

bool root_sent_kept(struct store *s, struct arena *a, const struct root_day *day, struct str *sent,
                    struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_EVENT);
    struct event *e = arena_new(a, struct event);
    struct err missing;
    int64_t number;

    stmt_bind_int(q, 1, day->office);
    stmt_bind_int(q, 2, day->day);
    number = stmt_next(q) ? stmt_int(q, 0) : 0;
    *sent = (struct str){0};
    if (!stmt_end(q, err)) {
        return false;
    }
    if (ledger_fetch(s, a, day->office, number, e, &missing)) {
        *sent = event_text(e, "sent");
        return true;
    }
    *err = missing;
    return missing.code == E_INTERNAL;
}

bool root_reckon(struct store *s, const struct hash *key, const struct root_day *day,
                 struct root_sum *sum, struct err *err) {
    struct tree tree = tree_begin(NULL, 0);
    struct hash top;

    if (!root_grow(s, key, day->office, day->first, day->last, &tree, err)) {
        return false;
    }
    top = tree_end(&tree);
    return root_seal(s, key, day, &top, sum, err);
}

/* accepted_at never goes back, so the place of midnight is found by halving. */
bool root_last_before(struct store *s, int64_t office, int64_t until_at, int64_t *last,
                      struct err *err) {
    struct ledger_head head;
    int64_t low = 0; /* accepted before; 0 stands for the beginning */
    int64_t high;    /* accepted at or behind `until_at`, or not there */

    if (!ledger_head(s, office, &head, err)) {
        return false;
    }
    high = head.number + 1;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        int64_t accepted_at;
        struct hash ignored;

        if (!fetch_entry(s, office, middle, &accepted_at, &ignored, err)) {
            return false;
        }
        if (accepted_at < until_at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *last = low;
    return true;
}

/* What a damaged or edited table says must not be reckoned with: it becomes 0, and fits nothing. */
static int64_t within(int64_t value, int64_t least, int64_t most) {
    return value < least || value > most ? 0 : value;
}

static void read_day(struct stmt *q, struct arena *a, int64_t office, struct root_day *day) {
    *day = (struct root_day){.office = office,
                             .day = within(stmt_int(q, 0), DAY_LEAST, DAY_MOST),
                             .until_at = within(stmt_int(q, 1), 0, INTEGER_MOST),
                             .first = within(stmt_int(q, 2), 0, INTEGER_MOST),
                             .last = within(stmt_int(q, 3), 0, INTEGER_MOST),
                             .root = stmt_text(q, 4, a)};
}

bool root_read(struct stmt *q, struct arena *a, int64_t office, struct root_day *day,
               struct err *err) {
    *day = (struct root_day){.office = office};
    if (stmt_next(q)) {
        read_day(q, a, office, day);
    }
    return stmt_end(q, err);
}

bool root_newest(struct store *s, struct arena *a, int64_t office, struct root_day *day,
                 struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_NEWEST);

    stmt_bind_int(q, 1, office);
    return root_read(q, a, office, day, err);
}

bool root_of_entry(struct store *s, struct arena *a, int64_t office, int64_t number,
                   struct root_day *day, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_OF_ENTRY);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, number);
    return root_read(q, a, office, day, err);
}

bool root_list(struct store *s, struct arena *a, int64_t office, int64_t after, size_t most,
               struct root_day *days, size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ROOT_LIST);

    *count = 0;
    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, after);
    stmt_bind_int(q, 3, (int64_t)most);
    while (*count < most && stmt_next(q)) {
        read_day(q, a, office, &days[(*count)++]);
    }
    return stmt_end(q, err);
}
