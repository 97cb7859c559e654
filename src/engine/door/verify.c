/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/verify.h"

#include "engine/door/backup.h"
#include "engine/door/verify_walk.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { KEY_COLUMNS = 16, TELL_EACH = 1000 };

/* A server keeps old rows as long as a view lasts, but has no journal that grows. */
enum { SHARED_PIECE_ROWS = 200000 };

void verify_report(struct walk *w, const struct difference *d) {
    w->result->differences++;
    w->setup->found(w->setup->context, d);
}

void verify_tell(struct walk *w, enum verify_part part, int64_t done) {
    if (done % TELL_EACH == 0 && w->setup->teller != NULL) {
        w->setup->teller->told(w->setup->teller->context, part, done);
    }
}

bool verify_go_on(struct walk *w, const char *table, bool ok, struct err *err) {
    if (!ok && err->code == E_DAMAGED) {
        verify_report(w, &(struct difference){.table = str_of(table),
                                              .is = str_of(err->detail),
                                              .should = STR("readable")});
        return true;
    }
    return ok;
}

/* ---- the chain and the replay */

static bool replay_event(void *context, const struct event *e, struct err *err) {
    struct walk *w = context;
    bool ok = door_apply(w->setup->events, w->replay, w->arena, e, err);

    verify_tell(w, VERIFY_ENTRIES, ++w->result->events);
    arena_reset(w->arena);
    return ok;
}

/* The ledger of the office at place i of the list; a new office is put in there. */
static struct ledger_walk *ledger_of(struct walk *w, size_t i, int64_t office) {
    assert(i < OFFICES_MOST);
    if (i == w->ledger_count || w->ledgers[i].office != office) {
        memmove(&w->ledgers[i + 1], &w->ledgers[i], sizeof *w->ledgers * (w->ledger_count - i));
        w->ledgers[i] = (struct ledger_walk){.office = office};
        w->ledger_count++;
    }
    return &w->ledgers[i];
}

/* What cannot be read is told once, and that ledger goes no further. */
static bool replay_ledger(struct walk *w, struct ledger_walk *l, int64_t most, struct err *err) {
    if (l->bad_number != 0) {
        return true;
    }
    if (!ledger_walk(w->setup->store, l, most, replay_event, w, err)) {
        l->bad_number = l->at.number + 1;
        return verify_go_on(w, "ledger", false, err);
    }
    if (l->bad_number != 0) {
        struct difference d = {
            .table = STR("ledger"), .column = STR("hash"), .should = STR("unbroken chain")};

        d.key =
            arena_format(w->arena, "office=%" PRId64 " number=%" PRId64, l->office, l->bad_number);
        d.is = STR("altered or missing or out of order");
        verify_report(w, &d);
        arena_reset(w->arena);
    }
    return true;
}

bool verify_next_office(struct store *s, int64_t *office, bool *found, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_OFFICE_AFTER);

    stmt_bind_int(q, 1, *office);
    *found = stmt_next(q);
    *office = *found ? stmt_int(q, 0) : *office;
    return stmt_end(q, err);
}

int64_t verify_entries(struct store *s) {
    struct ledger_head head;
    struct err ignored;
    int64_t all = 0;
    int64_t before = INT64_MIN;
    int64_t office = INT64_MIN;
    bool found = true;

    while (verify_next_office(s, &office, &found, &ignored) && found && office > before &&
           ledger_head(s, office, &head, &ignored)) {
        all += head.number;
        before = office;
    }
    return all;
}

/* Brings the replay towards the ledgers of the view at hand, office by office, by up to `most`
 * entries in all. *is_there: it has come up to them. */
static bool catch_up(struct walk *w, int64_t most, bool *is_there, struct err *err) {
    int64_t office = INT64_MIN;
    int64_t before = w->result->events;
    bool found = true;
    bool ok = true;

    *is_there = true;
    for (size_t i = 0; ok && *is_there && !w->is_blind; i++) {
        if (!verify_next_office(w->setup->store, &office, &found, err)) {
            w->is_blind = ok = verify_go_on(w, "ledger", false, err);
            break;
        }
        if (!found) {
            break;
        }
        ok = replay_ledger(w, ledger_of(w, i, office), most - (w->result->events - before), err);
        *is_there = w->result->events - before < most;
    }
    w->result->offices = (int64_t)w->ledger_count;
    return ok;
}

/* The replay is kept in transactions longer than the pieces that are read: what is done to a case
 * or a sum again and again is written once (store_owe). */
bool verify_ledgers(struct walk *w, struct err *err) {
    bool is_there = false;
    bool ok = true;

    while (ok && !is_there) {
        int64_t until = w->result->events + REPLAY_ENTRIES;

        ok = store_begin(w->replay, err);
        while (ok && !is_there && w->result->events < until) {
            ok = verify_begin(w, err) && catch_up(w, PIECE_ENTRIES, &is_there, err);
            ok = verify_end(w, ok, err);
            verify_rest(w);
        }
        ok = store_commit(w->replay, ok ? err : &(struct err){0}) && ok;
    }
    return ok;
}

/* ---- tables cell by cell */

struct table {
    const char *name;
    int keys[KEY_COLUMNS];         /* column numbers of the primary key, in its order */
    struct str names[KEY_COLUMNS]; /* and their names */
    int key_count;
};

/* The key of the last row that was compared. */
struct key {
    struct arena *arena; /* NULL: none was */
    int kinds[KEY_COLUMNS];
    int64_t numbers[KEY_COLUMNS];
    struct str texts[KEY_COLUMNS];
};

static bool read_table(struct store *s, struct arena *a, const char *name, struct table *t,
                       struct err *err) {
    struct stmt *q = store_text(
        s, arena_format(a, "SELECT cid, pk, name FROM pragma_table_info('%s') ORDER BY cid", name));

    memset(t, 0, sizeof *t);
    t->name = name;
    while (stmt_next(q)) {
        int64_t place = stmt_int(q, 1);

        if (place > 0 && place <= KEY_COLUMNS) {
            t->keys[place - 1] = (int)stmt_int(q, 0);
            t->names[place - 1] = stmt_text(q, 2, a);
            t->key_count++;
        }
    }
    return stmt_end(q, err);
}

static struct str cell_text(struct arena *a, struct stmt *q, int column) {
    switch (stmt_kind(q, column)) {
    case 'i':
        return arena_format(a, "%" PRId64, stmt_int(q, column));
    case 't':
        return stmt_text(q, column, a);
    case 'b':
        return hex_write(a, stmt_view(q, column));
    default:
        return STR("NULL");
    }
}

static int compare_cell(struct stmt *x, struct stmt *y, int column) {
    int kx = stmt_kind(x, column);
    int ky = stmt_kind(y, column);

    if (kx != ky) {
        return kx < ky ? -1 : 1;
    }
    if (kx == 'i') {
        int64_t a = stmt_int(x, column);
        int64_t b = stmt_int(y, column);

        return a < b ? -1 : a > b;
    }
    return kx == 'n' ? 0 : str_compare(stmt_view(x, column), stmt_view(y, column));
}

static int compare_key(const struct table *t, struct stmt *x, struct stmt *y) {
    int order = 0;

    for (int i = 0; i < t->key_count && order == 0; i++) {
        order = compare_cell(x, y, t->keys[i]);
    }
    return order;
}

static struct str key_text(struct arena *a, const struct table *t, struct stmt *q) {
    struct buf b = buf_make(a, 1024);

    for (int i = 0; i < t->key_count; i++) {
        buf_c(&b, i > 0 ? " " : "");
        buf_c(&b, stmt_name(q, t->keys[i]));
        buf_byte(&b, '=');
        buf_put(&b, cell_text(a, q, t->keys[i]));
    }
    return buf_str(&b);
}

static void report_row(struct walk *w, const struct table *t, struct stmt *q, bool is_extra) {
    struct difference d = {.table = str_of(t->name), .key = key_text(w->arena, t, q)};

    d.is = is_extra ? STR("row") : STR("no row");
    d.should = is_extra ? STR("no row") : STR("row");
    verify_report(w, &d);
    arena_reset(w->arena);
}

static void compare_row(struct walk *w, const struct table *t, struct stmt *is,
                        struct stmt *should) {
    for (int column = 0; column < stmt_columns(is); column++) {
        if (compare_cell(is, should, column) != 0) {
            struct difference d = {.table = str_of(t->name),
                                   .column = str_of(stmt_name(is, column))};

            d.key = key_text(w->arena, t, is);
            d.is = cell_text(w->arena, is, column);
            d.should = cell_text(w->arena, should, column);
            verify_report(w, &d);
            arena_reset(w->arena);
        }
    }
    verify_tell(w, VERIFY_ROWS, ++w->result->rows);
}

/* ---- a piece of a table: the rows behind a key */

static void note_key(struct key *k, const struct table *t, struct stmt *q) {
    k->arena = k->arena != NULL ? k->arena : arena_open();
    arena_reset(k->arena);
    for (int i = 0; i < t->key_count; i++) {
        k->kinds[i] = stmt_kind(q, t->keys[i]);
        k->numbers[i] = k->kinds[i] == 'i' ? stmt_int(q, t->keys[i]) : 0;
        k->texts[i] = k->kinds[i] == 't' ? stmt_text(q, t->keys[i], k->arena) : (struct str){0};
    }
}

/* May a piece end with this row? In a damaged file keys may be anything, and in any order. */
static bool is_behind(const struct key *k, const struct table *t, struct stmt *q) {
    int order = k->arena == NULL ? 1 : 0;

    for (int i = 0; i < t->key_count; i++) {
        int kind = stmt_kind(q, t->keys[i]);

        if (kind != 'i' && kind != 't') {
            return false;
        }
        if (order == 0 && kind != k->kinds[i]) {
            return false;
        }
        if (order == 0 && kind == 'i') {
            int64_t is = stmt_int(q, t->keys[i]);

            order = (is > k->numbers[i]) - (is < k->numbers[i]);
        } else if (order == 0) {
            order = str_compare(stmt_view(q, t->keys[i]), k->texts[i]);
        }
    }
    return order > 0;
}

/* `after` NULL: the whole table at once. */
static struct stmt *open_rows(struct store *s, struct arena *a, const struct table *t,
                              const struct key *after) {
    struct buf b = buf_make(a, 4096);
    bool is_behind_key = after != NULL && after->arena != NULL;
    struct stmt *q;

    buf_format(&b, "SELECT * FROM %s", t->name);
    for (int i = 0; is_behind_key && i < t->key_count; i++) {
        buf_format(&b, "%s%.*s", i > 0 ? ", " : " WHERE (", STR_ARG(t->names[i]));
    }
    for (int i = 0; is_behind_key && i < t->key_count; i++) {
        buf_format(&b, "%s?%d", i > 0 ? ", " : ") > (", i + 1);
    }
    buf_c(&b, is_behind_key ? ") ORDER BY " : " ORDER BY ");
    for (int i = 0; i < t->key_count; i++) {
        buf_format(&b, "%s%d", i > 0 ? ", " : "", t->keys[i] + 1);
    }
    if (after != NULL && store_is_shared(s)) { /* it plans better; there no key is out of order */
        buf_format(&b, " LIMIT %d", SHARED_PIECE_ROWS + 1);
    }
    q = store_text(s, buf_str(&b));
    for (int i = 0; is_behind_key && i < t->key_count; i++) {
        if (after->kinds[i] == 'i') {
            stmt_bind_int(q, i + 1, after->numbers[i]);
        } else {
            stmt_bind_text(q, i + 1, after->texts[i]);
        }
    }
    stmt_stream(q);
    return q;
}

/* Both sides from the key `after` on, until the piece is full: `after` then is its last key. */
static bool compare_rows(struct walk *w, const struct table *t, struct key *after, bool *more,
                         struct err *err) {
    struct arena *a = arena_open();
    struct stmt *is = open_rows(w->setup->store, a, t, after);
    struct stmt *should = open_rows(w->replay, a, t, after);
    struct key last = {0};
    int64_t room = store_is_shared(w->setup->store) ? SHARED_PIECE_ROWS : PIECE_ROWS;
    bool has_is = stmt_next(is);
    bool has_should = stmt_next(should);
    bool ok;

    *more = false;
    while (!*more && (has_is || has_should)) {
        int order = !has_is ? 1 : !has_should ? -1 : compare_key(t, is, should);
        struct stmt *first = order <= 0 ? is : should;

        if (order == 0) {
            compare_row(w, t, is, should);
        } else {
            report_row(w, t, first, order < 0);
        }
        *more = --room <= 0 && is_behind(after, t, first);
        if (*more) {
            note_key(&last, t, first);
        }
        has_is = order <= 0 ? stmt_next(is) : has_is;
        has_should = order >= 0 ? stmt_next(should) : has_should;
    }
    ok = stmt_end(is, err);
    ok = stmt_end(should, ok ? err : &(struct err){0}) && ok;
    arena_close(after->arena);
    *after = last;
    arena_close(a);
    return ok;
}

static bool compare_table(struct walk *w, const char *name, struct err *err) {
    struct arena *a = arena_open();
    struct table t;
    struct key after = {0};
    bool more = true;
    bool ok = read_table(w->replay, a, name, &t, err);

    while (ok && more) {
        bool is_there;

        ok = verify_begin(w, err) && store_begin(w->replay, err);
        ok = ok && catch_up(w, LEDGER_ALL, &is_there, err);
        ok = store_commit(w->replay, ok ? err : &(struct err){0}) && ok &&
             compare_rows(w, &t, &after, &more, err);
        ok = verify_end(w, ok, err);
        if (more) {
            verify_rest(w);
        }
    }
    arena_close(after.arena);
    arena_close(a);
    return ok;
}

bool verify_tables(struct walk *w, struct err *err) {
    bool ok = true;

    for (const char *const *name = store_derived_tables; ok && *name != NULL; name++) {
        ok = verify_go_on(w, *name, compare_table(w, *name, err), err);
    }
    return ok;
}

bool verify_digest(struct store *s, struct hash *digest, int64_t *rows, struct err *err) {
    struct store *model = store_open("", STORE_SCRATCH, err);
    struct arena *a = arena_open();
    bool ok = model != NULL && store_snapshot(s, err);

    *digest = (struct hash){0};
    *rows = 0;
    for (const char *const *name = store_derived_tables; ok && *name != NULL; name++) {
        struct table t;

        ok = read_table(model, a, *name, &t, err) &&
             backup_copy(open_rows(s, a, &t, NULL), NULL, *name, rows, digest, err);
        arena_reset(a);
    }
    ok = (model == NULL || store_release(s, ok ? err : &(struct err){0})) && ok;
    arena_close(a);
    store_close(model);
    return ok;
}

bool verify_rebuild(struct store *s, const struct event_row *events,
                    const struct verify_teller *teller, struct err *err) {
    struct arena *a = arena_open();
    struct verify_setup setup = {.store = s, .events = events, .teller = teller};
    struct verify_result result = {0};
    struct walk w = {.setup = &setup, .result = &result, .replay = s, .arena = arena_open()};
    int64_t office = INT64_MIN;
    bool found = true;
    bool ok = store_begin(s, err);

    for (const char *const *name = store_derived_tables; ok && *name != NULL; name++) {
        ok = store_execute(s, arena_format(a, "DELETE FROM %s", *name).p, err);
    }
    while (ok && found) {
        struct ledger_walk l = {0};

        ok = verify_next_office(s, &office, &found, err);
        l.office = office;
        ok = ok && (!found || (ledger_walk(s, &l, LEDGER_ALL, replay_event, &w, err) &&
                               (l.bad_number == 0 || fail1(err, E_VERIFY, "", STR("1")))));
    }
    ok = ok && store_commit(s, err);
    store_rollback(s);
    arena_close(w.arena);
    arena_close(a);
    return ok;
}
