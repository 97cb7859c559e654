/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/verify.h"

#include "engine/door/backup.h"
#include "engine/door/verify_walk.h"
#include "engine/ledger/ledger.h"

#include <inttypes.h>
#include <string.h>

enum { KEY_COLUMNS = 16, TELL_EVENTS = 1000 };

void verify_report(struct walk *w, const struct difference *d) {
    w->result->differences++;
    w->setup->found(w->setup->context, d);
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

/* The file first: what an index says wrongly no comparison would show. */
static bool check_file(struct walk *w, struct err *err) {
    struct str flaw = {0};

    if (!verify_go_on(w, "database", store_check(w->setup->store, w->arena, &flaw, err), err)) {
        return false;
    }
    if (flaw.n > 0) {
        verify_report(
            w, &(struct difference){.table = STR("database"), .is = flaw, .should = STR("whole")});
    }
    arena_reset(w->arena);
    return true;
}

/* ---- the chain and the replay */

static bool replay_event(void *context, const struct event *e, struct err *err) {
    struct walk *w = context;
    bool ok = door_apply(w->setup->events, w->replay, w->arena, e, err);

    if (++w->result->events % TELL_EVENTS == 0 && w->teller != NULL) {
        w->teller->told(w->teller->context, w->result->events);
    }
    arena_reset(w->arena);
    return ok;
}

bool verify_offices(struct store *s, struct arena *a, int64_t **offices, int64_t **counts,
                    size_t *n, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_OFFICES);

    *offices = arena_array(a, int64_t, OFFICES_MOST);
    *counts = arena_array(a, int64_t, OFFICES_MOST);
    *n = 0;
    while (*n < OFFICES_MOST && stmt_next(q)) {
        (*offices)[*n] = stmt_int(q, 0);
        (*counts)[(*n)++] = stmt_int(q, 1);
    }
    return stmt_end(q, err);
}

static bool walk_ledgers(struct walk *w, struct err *err) {
    struct arena *a = arena_open();
    int64_t *offices;
    int64_t *counts;
    size_t n;
    bool ok = verify_offices(w->setup->store, a, &offices, &counts, &n, err);

    for (size_t i = 0; ok && i < n; i++) {
        int64_t bad;

        bad = 0;
        ok = verify_go_on(
            w, "ledger", ledger_walk(w->setup->store, offices[i], replay_event, w, &bad, err), err);
        w->result->offices++;
        if (ok && bad != 0) {
            struct difference d = {
                .table = STR("ledger"), .column = STR("hash"), .should = STR("unbroken chain")};

            d.key = arena_format(a, "office=%" PRId64 " number=%" PRId64, offices[i], bad);
            d.is = STR("altered, missing or out of order");
            verify_report(w, &d);
        }
    }
    arena_close(a);
    return ok;
}

/* ---- tables cell by cell */

struct table {
    const char *name;
    int keys[KEY_COLUMNS]; /* column numbers of the primary key, in its order */
    int key_count;
};

static bool read_table(struct store *s, struct arena *a, const char *name, struct table *t,
                       struct err *err) {
    struct stmt *q = store_text(
        s, arena_format(a, "SELECT cid, pk FROM pragma_table_info('%s') ORDER BY cid", name));

    memset(t, 0, sizeof *t);
    t->name = name;
    while (stmt_next(q)) {
        int64_t place = stmt_int(q, 1);

        if (place > 0 && place <= KEY_COLUMNS) {
            t->keys[place - 1] = (int)stmt_int(q, 0);
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
    w->result->rows++;
}

static struct stmt *open_rows(struct store *s, struct arena *a, const struct table *t) {
    struct buf b = buf_make(a, 1024);
    struct stmt *q;

    buf_format(&b, "SELECT * FROM %s ORDER BY ", t->name);
    for (int i = 0; i < t->key_count; i++) {
        buf_format(&b, "%s%d", i > 0 ? ", " : "", t->keys[i] + 1);
    }
    q = store_text(s, buf_str(&b));
    stmt_stream(q);
    return q;
}

static bool compare_table(struct walk *w, const char *name, struct err *err) {
    struct arena *a = arena_open();
    struct table t;
    struct stmt *is;
    struct stmt *should;
    bool has_is;
    bool has_should;
    bool ok;

    if (!read_table(w->replay, a, name, &t, err)) {
        arena_close(a);
        return false;
    }
    is = open_rows(w->setup->store, a, &t);
    should = open_rows(w->replay, a, &t);
    has_is = stmt_next(is);
    has_should = stmt_next(should);
    while (has_is || has_should) {
        int order = !has_is ? 1 : !has_should ? -1 : compare_key(&t, is, should);

        if (order == 0) {
            compare_row(w, &t, is, should);
        } else {
            report_row(w, &t, order < 0 ? is : should, order < 0);
        }
        has_is = order <= 0 ? stmt_next(is) : has_is;
        has_should = order >= 0 ? stmt_next(should) : has_should;
    }
    ok = stmt_end(is, err);
    ok = stmt_end(should, err) && ok;
    arena_close(a);
    return ok;
}

static bool compare_tables(struct walk *w, struct err *err) {
    bool ok = true;

    for (const char *const *name = store_derived_tables; ok && *name != NULL; name++) {
        ok = verify_go_on(w, *name, compare_table(w, *name, err), err);
    }
    return ok;
}

bool verify_run(const struct verify_setup *setup, struct verify_result *result, struct err *err) {
    struct walk w = {.setup = setup, .result = result};
    bool ok;

    memset(result, 0, sizeof *result);
    w.replay = store_open("", STORE_SCRATCH, err);
    if (w.replay == NULL) {
        return false;
    }
    w.arena = arena_open();
    ok = store_snapshot(setup->store, err) && check_file(&w, err) && store_begin(w.replay, err) &&
         verify_go_on(&w, "ledger", walk_ledgers(&w, err), err) && store_commit(w.replay, err) &&
         compare_tables(&w, err) && verify_go_on(&w, "words", verify_beside(&w, err), err) &&
         verify_go_on(&w, "daily_roots", verify_roots(&w, err), err);
    store_rollback(setup->store);
    arena_close(w.arena);
    store_close(w.replay);
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
             backup_copy(open_rows(s, a, &t), NULL, *name, rows, digest, err);
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
    struct verify_setup setup = {.store = s, .events = events};
    struct verify_result result = {0};
    struct walk w = {
        .setup = &setup, .result = &result, .replay = s, .arena = arena_open(), .teller = teller};
    bool ok = store_begin(s, err);

    for (const char *const *name = store_derived_tables; ok && *name != NULL; name++) {
        ok = store_execute(s, arena_format(a, "DELETE FROM %s", *name).p, err);
    }
    if (ok) {
        int64_t *offices;
        int64_t *counts;
        size_t n;
        int64_t bad = 0;

        ok = verify_offices(s, a, &offices, &counts, &n, err);
        for (size_t i = 0; ok && i < n; i++) {
            ok = ledger_walk(s, offices[i], replay_event, &w, &bad, err) &&
                 (bad == 0 || fail1(err, E_VERIFY, "", STR("1")));
        }
    }
    ok = ok && store_commit(s, err);
    store_rollback(s);
    arena_close(w.arena);
    arena_close(a);
    return ok;
}
