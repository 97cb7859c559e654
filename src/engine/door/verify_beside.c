/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/verify_walk.h"

#include "base/file.h"
#include "base/limits.h"
#include "engine/ledger/ledger.h"
#include "engine/words/words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A row beside the ledger, as far as all three tables have it in common. */
struct kept {
    const char *table;
    const char *owner; /* the column that says whose it is */
    int64_t id;
    int64_t event;
    int64_t subject;
    struct str field;
    struct str salt;
    struct str value;
};

static void report_kept(struct walk *w, const struct kept *k, struct str column, struct str is,
                        struct str should) {
    verify_report(w, &(struct difference){.table = str_of(k->table),
                                          .key = arena_format(w->arena, "id=%" PRId64, k->id),
                                          .column = column,
                                          .is = is,
                                          .should = should});
}

/* Whom an event speaks of: a value belongs to one of these. */
static bool speaks_of(const struct event *e, int64_t subject) {
    static const char *const names[] = {"case", "voice", "account", "id"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (subject > 0 && event_int(e, names[i], 0) == subject) {
            return true;
        }
    }
    return false;
}

static struct str subject_of(struct walk *w, const struct event *e) {
    int64_t of = event_int(e, "case", event_int(e, "id", event_int(e, "account", 0)));

    return arena_format(w->arena, "%" PRId64, of);
}

/* ---- what was erased */

enum { FIRST_ROOM = 64 };

struct gathering {
    struct walk *walk;
    struct arena *arena;
    size_t room;
};

static bool gather_erased(void *context, const struct event *e, struct err *err) {
    struct gathering *g = context;
    struct str rest = event_text(e, "fields");
    struct erasure_item item;

    (void)err;
    while (erasure_next(&rest, &item)) {
        struct walk *w = g->walk;

        if (w->erased_count == g->room) {
            struct erasure_item *more = arena_array(g->arena, struct erasure_item, g->room * 2);

            memcpy(more, w->erased, sizeof *more * w->erased_count);
            w->erased = more;
            g->room *= 2;
        }
        item.field = arena_str(g->arena, item.field);
        w->erased[w->erased_count++] = item;
    }
    return true;
}

static int by_event(const void *x, const void *y) {
    const struct erasure_item *a = x;
    const struct erasure_item *b = y;

    return (a->event > b->event) - (a->event < b->event);
}

static bool read_erased(struct walk *w, struct arena *a, int64_t office, struct err *err) {
    struct gathering g = {w, a, FIRST_ROOM};

    w->erased = arena_array(a, struct erasure_item, FIRST_ROOM);
    w->erased_count = 0;
    if (!erasure_walk(w->setup->store, office, 0, gather_erased, &g, err)) {
        return false;
    }
    qsort(w->erased, w->erased_count, sizeof *w->erased, by_event);
    return true;
}

static bool is_erased(const struct walk *w, int64_t event, struct str field) {
    size_t low = 0;
    size_t high = w->erased_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (w->erased[middle].event < event) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < w->erased_count && w->erased[low].event == event; low++) {
        if (str_eq(w->erased[low].field, field)) {
            return true;
        }
    }
    return false;
}

static bool check_value(struct walk *w, int64_t office, const struct kept *k, struct err *err) {
    struct event *e = arena_new(w->arena, struct event);
    struct str key = arena_format(w->arena, "%.*s_commit", STR_ARG(k->field));
    struct str is = beside_commitment(w->arena, k->salt, k->value);
    struct str should = {0};

    if (ledger_fetch(w->setup->store, w->arena, office, k->event, e, err)) {
        should = event_text(e, key.p);
        if (!speaks_of(e, k->subject)) {
            report_kept(w, k, str_of(k->owner), arena_format(w->arena, "%" PRId64, k->subject),
                        subject_of(w, e));
        }
    } else if (err->code != E_INTERNAL) {
        return false;
    }
    if (is_erased(w, k->event, k->field)) {
        report_kept(w, k, k->field, STR("there"), STR("erased"));
    } else if (str_eq(is, should)) {
        w->result->values++;
    } else {
        report_kept(w, k, k->field, is, should.n > 0 ? should : STR("no commitment"));
    }
    return true;
}

static bool check_words(struct walk *w, int64_t office, struct err *err) {
    struct stmt *q = store_sql(w->setup->store, SQL_WORDS_ALL);
    bool ok = true;

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, 0);
    stmt_stream(q);
    while (ok && stmt_next(q)) {
        struct kept k = {.table = "words", .owner = "subject", .id = stmt_int(q, 0)};

        k.event = stmt_int(q, 1);
        k.field = stmt_text(q, 2, w->arena);
        k.salt = stmt_text(q, 3, w->arena);
        k.value = stmt_text(q, 4, w->arena);
        k.subject = stmt_int(q, 5);
        ok = check_value(w, office, &k, err);
        arena_reset(w->arena);
    }
    return stmt_end(q, err) && ok;
}

/* By `equality` a telephone is found again; it follows from the value. */
static void check_equality(struct walk *w, const struct kept *k, struct str is) {
    struct hash h = vault_equality(w->setup->keys, k->field, k->value);
    struct str should = arena_str(w->arena, hash_bytes(&h));

    if (!str_eq(is, should)) {
        report_kept(w, k, STR("equality"), hex_write(w->arena, is), hex_write(w->arena, should));
    }
}

static bool check_vault(struct walk *w, int64_t office, struct err *err) {
    struct stmt *q = store_sql(w->setup->store, SQL_VAULT_ALL);
    bool ok = true;

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, 0);
    stmt_stream(q);
    while (ok && w->setup->keys != NULL && stmt_next(q)) {
        struct kept k = {.table = "vault", .owner = "subject", .id = stmt_int(q, 0)};

        k.event = stmt_int(q, 1);
        k.field = stmt_text(q, 2, w->arena);
        k.subject = stmt_int(q, 3);
        if (vault_open(w->arena, w->setup->keys, office, k.subject, k.field, stmt_int(q, 4),
                       stmt_text(q, 5, w->arena), stmt_text(q, 6, w->arena), &k.salt, &k.value)) {
            check_equality(w, &k, stmt_text(q, 7, w->arena));
        }
        ok = check_value(w, office, &k, err);
        arena_reset(w->arena);
    }
    return stmt_end(q, err) && ok;
}

static void check_number(struct walk *w, const struct kept *k, const char *column, int64_t is,
                         int64_t should) {
    if (is != should) {
        report_kept(w, k, str_of(column), arena_format(w->arena, "%" PRId64, is),
                    arena_format(w->arena, "%" PRId64, should));
    }
}

static void read_photo(struct walk *w, const struct kept *k, struct str name, struct str *digest,
                       int64_t size_bytes) {
    struct str file = arena_format(w->arena, "%s/%.*s.jpg", w->setup->attachments, STR_ARG(name));
    struct str bytes = {0};
    struct hash h = {0};
    struct err no_file;

    if (file_read(w->arena, file.p, LIMIT_PHOTO_BYTES, &bytes, &no_file)) {
        h = hash_sha256(bytes);
        check_number(w, k, "size_bytes", size_bytes, (int64_t)bytes.n);
    }
    *digest = arena_str(w->arena, hash_bytes(&h));
}

static bool check_photos(struct walk *w, int64_t office, struct err *err) {
    struct stmt *q = store_sql(w->setup->store, SQL_ATTACHMENTS_ALL);
    bool ok = true;

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, 0);
    stmt_stream(q);
    while (ok && stmt_next(q)) {
        struct kept k = {.table = "attachments", .owner = "case_id", .id = stmt_int(q, 0)};

        k.event = stmt_int(q, 1);
        k.field = stmt_text(q, 2, w->arena);
        k.salt = stmt_text(q, 4, w->arena);
        k.value = stmt_text(q, 5, w->arena);
        k.subject = stmt_int(q, 6);
        check_number(w, &k, "public", stmt_int(q, 8), 0);
        if (w->setup->attachments != NULL) {
            read_photo(w, &k, stmt_text(q, 3, w->arena), &k.value, stmt_int(q, 7));
        }
        ok = check_value(w, office, &k, err);
        arena_reset(w->arena);
    }
    return stmt_end(q, err) && ok;
}

/* Every commitment in the ledger must have its value, unless an erasure took it. */

static bool commitment_present(struct store *s, int64_t office, int64_t number, struct str field,
                               bool *found, struct err *err) {
    static const enum sql_id tables[] = {SQL_BESIDE_HAS_WORDS, SQL_BESIDE_HAS_VAULT,
                                         SQL_BESIDE_HAS_PHOTO};

    *found = false;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && !*found; i++) {
        struct stmt *q = store_sql(s, tables[i]);

        stmt_bind_int(q, 1, office);
        stmt_bind_int(q, 2, number);
        stmt_bind_text(q, 3, field);
        *found = stmt_next(q);
        if (!stmt_end(q, err)) {
            return false;
        }
    }
    return true;
}

static bool check_presence(void *context, const struct event *e, struct err *err) {
    struct walk *w = context;

    for (size_t i = 0; i < e->count; i++) {
        struct str key = e->fields[i].key;
        bool found;

        if (!str_ends(key, STR("_commit"))) {
            continue;
        }
        key.n -= sizeof "_commit" - 1;
        if (!commitment_present(w->setup->store, e->office, e->number, key, &found, err)) {
            return false;
        }
        if (!found && !is_erased(w, e->number, key)) {
            verify_report(w, &(struct difference){
                                 .table = STR("beside"),
                                 .key = arena_format(w->arena, "office=%" PRId64 " event=%" PRId64,
                                                     e->office, e->number),
                                 .column = key,
                                 .is = STR("no value and no erasure"),
                                 .should = e->fields[i].text});
        }
    }
    arena_reset(w->arena);
    return true;
}

bool verify_beside(struct walk *w, struct err *err) {
    struct arena *a = arena_open();
    int64_t *offices;
    int64_t *counts;
    int64_t bad;
    size_t n;
    bool ok = verify_offices(w->setup->store, a, &offices, &counts, &n, err);

    for (size_t i = 0; ok && i < n; i++) {
        struct arena *erased = arena_open();

        ok = read_erased(w, erased, offices[i], err) &&
             verify_go_on(w, "words", check_words(w, offices[i], err), err) &&
             verify_go_on(w, "vault", check_vault(w, offices[i], err), err) &&
             verify_go_on(w, "attachments", check_photos(w, offices[i], err), err) &&
             ledger_walk(w->setup->store, offices[i], check_presence, w, &bad, err);
        arena_close(erased);
    }
    arena_close(a);
    return ok;
}
