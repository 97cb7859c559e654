/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/verify_walk.h"

#include "base/file.h"
#include "base/limits.h"
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

enum { FIRST_ROOM = 64, ERASURE_ENTRIES = 100000 };

/* What one office erased, by event, as far as its ledger was searched. */
struct verify_erased {
    struct arena *arena;
    int64_t office;
    int64_t until; /* the last entry searched */
    struct erasure_item *items;
    size_t count;
    size_t room;
};

static bool gather_erased(void *context, const struct event *e, struct err *err) {
    struct verify_erased *x = context;
    struct str rest = event_text(e, "fields");
    struct erasure_item item;

    (void)err;
    while (erasure_next(&rest, &item)) {
        if (x->count == x->room) {
            struct erasure_item *more = arena_array(x->arena, struct erasure_item, x->room * 2);

            memcpy(more, x->items, sizeof *more * x->count);
            x->items = more;
            x->room *= 2;
        }
        item.field = arena_str(x->arena, item.field);
        x->items[x->count++] = item;
    }
    return true;
}

static int by_event(const void *x, const void *y) {
    const struct erasure_item *a = x;
    const struct erasure_item *b = y;

    return (a->event > b->event) - (a->event < b->event);
}

/* Searches the ledger up to its end in the view at hand, by up to `most` entries. */
static bool read_erased(struct walk *w, int64_t most, bool *is_there, struct err *err) {
    struct verify_erased *x = w->erased;
    struct erasure_span span = {.office = x->office, .after = x->until};
    struct ledger_head head;
    size_t before = x->count;

    if (!ledger_head(w->setup->store, x->office, &head, err)) {
        return false;
    }
    *is_there = head.number - x->until <= most;
    span.until = *is_there ? head.number : x->until + most;
    if (span.until <= span.after) {
        return true;
    }
    x->until = span.until;
    if (!erasure_walk(w->setup->store, &span, gather_erased, x, err)) {
        return false;
    }
    if (x->count > before) {
        qsort(x->items, x->count, sizeof *x->items, by_event);
    }
    return true;
}

static bool read_all_erased(struct walk *w, struct err *err) {
    bool is_there = false;
    bool ok = true;

    while (ok && !is_there) {
        ok = verify_begin(w, err) && read_erased(w, ERASURE_ENTRIES, &is_there, err);
        ok = verify_end(w, ok, err);
        verify_rest(w);
    }
    return ok;
}

/* A view of the database, and what was erased in it. */
static bool begin_piece(struct walk *w, struct err *err) {
    bool is_there;

    return verify_begin(w, err) && read_erased(w, INT64_MAX, &is_there, err);
}

static bool is_erased(const struct walk *w, int64_t event, struct str field) {
    const struct verify_erased *x = w->erased;
    size_t low = 0;
    size_t high = x->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (x->items[middle].event < event) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < x->count && x->items[low].event == event; low++) {
        if (str_eq(x->items[low].field, field)) {
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
        verify_tell(w, VERIFY_VALUES, ++w->result->values);
    } else {
        report_kept(w, k, k->field, is, should.n > 0 ? should : STR("no commitment"));
    }
    return true;
}

/* ---- the tables in pieces, by event and field */

struct place {
    struct arena *arena;
    int64_t event; /* of the last row of the piece before */
    struct str field;
    int64_t rows; /* of this piece */
};

/* In a damaged file an index may lead back: better to say so than to go round. */
static bool note_place(struct place *p, const struct kept *k, struct err *err) {
    if (++p->rows < PIECE_ROWS) {
        return true;
    }
    if (k->event < p->event || (k->event == p->event && str_compare(k->field, p->field) <= 0)) {
        fail(err, E_DAMAGED, "");
        return err_detail(err, "%s id=%" PRId64 " is out of order", k->table, k->id);
    }
    arena_reset(p->arena);
    p->field = arena_str(p->arena, k->field);
    p->event = k->event;
    return true;
}

static struct stmt *open_piece(struct walk *w, struct place *p, enum sql_id id) {
    struct stmt *q = store_sql(w->setup->store, id);

    p->rows = 0;
    stmt_bind_int(q, 1, w->erased->office);
    stmt_bind_int(q, 2, p->event);
    stmt_bind_text(q, 3, p->field);
    stmt_bind_int(q, 4, PIECE_ROWS);
    stmt_stream(q);
    return q;
}

static bool check_words(struct walk *w, struct place *place, struct err *err) {
    struct stmt *q = open_piece(w, place, SQL_WORDS_ALL);
    int64_t office = w->erased->office;
    bool ok = true;

    while (ok && stmt_next(q)) {
        struct kept k = {.table = "words", .owner = "subject", .id = stmt_int(q, 0)};

        k.event = stmt_int(q, 1);
        k.field = stmt_text(q, 2, w->arena);
        k.salt = stmt_text(q, 3, w->arena);
        k.value = stmt_text(q, 4, w->arena);
        k.subject = stmt_int(q, 5);
        ok = check_value(w, office, &k, err) && note_place(place, &k, err);
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

static bool check_vault(struct walk *w, struct place *place, struct err *err) {
    struct stmt *q = open_piece(w, place, SQL_VAULT_ALL);
    int64_t office = w->erased->office;
    bool ok = true;

    while (ok && w->setup->keys != NULL && stmt_next(q)) {
        struct kept k = {.table = "vault", .owner = "subject", .id = stmt_int(q, 0)};

        k.event = stmt_int(q, 1);
        k.field = stmt_text(q, 2, w->arena);
        k.subject = stmt_int(q, 3);
        if (vault_open(w->arena, w->setup->keys, office, k.subject, k.field, stmt_int(q, 4),
                       stmt_text(q, 5, w->arena), stmt_text(q, 6, w->arena), &k.salt, &k.value)) {
            check_equality(w, &k, stmt_text(q, 7, w->arena));
        }
        ok = check_value(w, office, &k, err) && note_place(place, &k, err);
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

static bool check_photos(struct walk *w, struct place *place, struct err *err) {
    struct stmt *q = open_piece(w, place, SQL_ATTACHMENTS_ALL);
    int64_t office = w->erased->office;
    bool ok = true;

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
        ok = check_value(w, office, &k, err) && note_place(place, &k, err);
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

/* ---- an office */

typedef bool (*check_piece)(struct walk *w, struct place *place, struct err *err);

static bool check_table(struct walk *w, check_piece check, struct err *err) {
    struct place place = {.arena = arena_open(), .event = INT64_MIN, .rows = PIECE_ROWS};
    bool ok = true;

    while (ok && place.rows == PIECE_ROWS) {
        ok = begin_piece(w, err) && check(w, &place, err);
        ok = verify_end(w, ok, err);
        if (place.rows == PIECE_ROWS) {
            verify_rest(w);
        }
    }
    arena_close(place.arena);
    return ok;
}

static bool check_commitments(struct walk *w, struct err *err) {
    struct ledger_walk l = {.office = w->erased->office};
    bool more = true;
    bool ok = true;

    while (ok && more) {
        int64_t before = l.at.number;

        ok = begin_piece(w, err) &&
             ledger_walk(w->setup->store, &l, PIECE_ENTRIES, check_presence, w, err);
        ok = verify_end(w, ok, err);
        more = l.at.number - before == PIECE_ENTRIES;
        verify_rest(w);
    }
    return ok;
}

static bool check_office(struct walk *w, int64_t office, struct err *err) {
    struct verify_erased x = {.arena = arena_open(), .office = office, .room = FIRST_ROOM};
    bool ok;

    x.items = arena_array(x.arena, struct erasure_item, FIRST_ROOM);
    w->erased = &x;
    ok = read_all_erased(w, err) &&
         verify_go_on(w, "words", check_table(w, check_words, err), err) &&
         verify_go_on(w, "vault", check_table(w, check_vault, err), err) &&
         verify_go_on(w, "attachments", check_table(w, check_photos, err), err) &&
         check_commitments(w, err);
    arena_close(x.arena);
    return ok;
}

bool verify_beside(struct walk *w, struct err *err) {
    int64_t office = INT64_MIN;
    bool found = true;
    bool ok = true;

    while (ok && found) {
        int64_t before = office;

        if (!verify_next_office(w->setup->store, &office, &found, err)) {
            return verify_go_on(w, "ledger", false, err);
        }
        found = found && office > before; /* a broken index may lead back */
        ok = !found || check_office(w, office, err);
    }
    return ok;
}
