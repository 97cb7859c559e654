/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/move.h"

#include "engine/door/backup.h"
#include "engine/door/erasure.h"
#include "engine/door/verify.h"
#include "engine/ledger/ledger.h"
#include "engine/query/search_behind.h"

#include <inttypes.h>

enum { PIECE_EVENTS = 500, OFFICES_MOST = 65536 };

struct move_office {
    int64_t office;
    int64_t head; /* of the source's ledger */
    int64_t has;  /* of the target's */
};

struct move {
    const struct move_setup *setup;
    struct move_counts *counts;
    struct arena *arena;
    struct arena *scratch;
    struct move_office *offices;
    size_t count;
};

static void tell(struct move *m, enum move_phase phase, int64_t done) {
    m->setup->told(m->setup->context, phase, done, m->counts->events);
}

/* ---- how far each side is */

static bool read_offices(struct move *m, struct err *err) {
    struct stmt *q = store_sql(m->setup->from, SQL_LEDGER_OFFICES);

    while (m->count < OFFICES_MOST && stmt_next(q)) {
        m->offices[m->count++] = (struct move_office){stmt_int(q, 0), stmt_int(q, 1), 0};
        m->counts->events += stmt_int(q, 1);
    }
    m->counts->offices = (int64_t)m->count;
    return stmt_end(q, err);
}

static bool read_target(struct move *m, struct err *err) {
    struct stmt *q = store_sql(m->setup->to, SQL_LEDGER_OFFICES);
    int64_t stranger = -1;

    while (stmt_next(q)) {
        int64_t office = stmt_int(q, 0);
        size_t at = 0;

        while (at < m->count && m->offices[at].office != office) {
            at++;
        }
        if (at == m->count) {
            stranger = office;
        } else {
            m->offices[at].has = stmt_int(q, 1);
            m->counts->before += stmt_int(q, 1);
        }
    }
    return stmt_end(q, err) &&
           (stranger < 0 || fail3(err, E_MOVE_OTHER, "", m->setup->to_name,
                                  arena_format(m->arena, "%" PRId64, stranger), STR("1")));
}

/* The last entry of the target is the source's own: so are all before it. */
static bool check_chain(struct move *m, const struct move_office *o, struct err *err) {
    struct stmt *q = store_sql(m->setup->from, SQL_ROOT_ENTRY);
    struct ledger_head head;
    bool fits;

    if (!ledger_head(m->setup->to, o->office, &head, err)) {
        return false;
    }
    stmt_bind_int(q, 1, o->office);
    stmt_bind_int(q, 2, head.number);
    fits = stmt_next(q) && str_eq(stmt_view(q, 1), hash_bytes(&head.hash));
    return stmt_end(q, err) && (fits || fail3(err, E_MOVE_OTHER, "", m->setup->to_name,
                                              arena_format(m->arena, "%" PRId64, o->office),
                                              arena_format(m->arena, "%" PRId64, head.number)));
}

/* Of the small tables that stand beside the ledgers; their rows in the order of their keys. */
static bool digest_small(struct move *m, struct store *s, struct hash *digest, struct err *err) {
    bool ok = true;

    *digest = (struct hash){0};
    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        int64_t rows = 0;

        ok = t->number != NULL ||
             backup_copy(
                 store_text(s, arena_format(m->scratch, "SELECT * FROM %s ORDER BY 1", t->name)),
                 NULL, t->name, &rows, digest, err);
        arena_reset(m->scratch);
    }
    return ok;
}

static bool compare_small(struct move *m, bool *same, struct err *err) {
    struct hash from;
    struct hash to;
    bool ok =
        digest_small(m, m->setup->from, &from, err) && digest_small(m, m->setup->to, &to, err);

    *same = ok && hash_eq(&from, &to);
    return ok;
}

/* A target that is whole may only be this very move, which was cut off behind its last word. */
static bool check_target(struct move *m, bool *is_whole, struct err *err) {
    bool is_filling;
    bool fits = true;
    bool ok = read_offices(m, err) && read_target(m, err) &&
              store_is_filling(m->setup->to, &is_filling, err);

    *is_whole = ok && !is_filling && m->counts->before > 0;
    for (size_t i = 0; ok && i < m->count; i++) {
        const struct move_office *o = &m->offices[i];

        ok = o->has == 0 || check_chain(m, o, err);
        fits = fits && o->has == o->head;
    }
    if (!ok || !*is_whole) {
        return ok;
    }
    return compare_small(m, &ok, err) &&
           ((fits && ok) || fail1(err, E_MOVE_USED, "", m->setup->to_name));
}

/* ---- what cannot be made again */

static bool copy_table(struct move *m, const struct backup_table *t, const struct move_office *o,
                       int64_t to, struct err *err) {
    struct hash digest = {0};
    int64_t rows = 0;
    struct stmt *q;
    bool ok;

    q = store_text(m->setup->from,
                   arena_format(m->scratch,
                                "SELECT * FROM %s WHERE office = ?1 AND %s > ?2 AND %s <= ?3",
                                t->name, t->number, t->number));
    stmt_bind_int(q, 1, o->office);
    stmt_bind_int(q, 2, o->has);
    stmt_bind_int(q, 3, to);
    ok = backup_copy(q, m->setup->to, t->name, &rows, &digest, err);
    m->counts->values += t == backup_tables ? 0 : rows;
    return ok;
}

/* Entries with all that belongs to them, in one transaction. */
static bool copy_piece(struct move *m, struct move_office *o, int64_t to, struct err *err) {
    bool ok = store_begin(m->setup->to, err);

    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        ok = t->number == NULL || copy_table(m, t, o, to, err);
    }
    ok = ok && store_commit(m->setup->to, err);
    store_rollback(m->setup->to);
    arena_reset(m->scratch);
    o->has = to;
    return ok;
}

/* What was erased since a move was cut off goes first: its ids may have come again. */
static bool repeat_erasures(struct move *m, const struct move_office *o, struct err *err) {
    bool ok =
        o->has == 0 || (store_begin(m->setup->to, err) &&
                        erasure_repeat(m->setup->from, m->setup->to, o->office, o->has, err) &&
                        store_commit(m->setup->to, err));

    store_rollback(m->setup->to);
    return ok;
}

static bool copy_offices(struct move *m, struct err *err) {
    int64_t done = m->counts->before;
    bool ok = true;

    for (size_t i = 0; ok && i < m->count; i++) {
        struct move_office *o = &m->offices[i];

        ok = repeat_erasures(m, o, err);
        while (ok && o->has < o->head) {
            int64_t to = o->has + PIECE_EVENTS < o->head ? o->has + PIECE_EVENTS : o->head;

            done += to - o->has;
            ok = copy_piece(m, o, to, err);
            tell(m, MOVE_COPY, done);
        }
    }
    return ok;
}

static bool copy_whole(struct move *m, const char *table, struct err *err) {
    struct hash digest = {0};
    int64_t rows = 0;
    bool ok =
        store_execute(m->setup->to, arena_format(m->scratch, "DELETE FROM %s", table).p, err) &&
        backup_copy(store_text(m->setup->from, arena_format(m->scratch, "SELECT * FROM %s", table)),
                    m->setup->to, table, &rows, &digest, err);

    arena_reset(m->scratch);
    return ok;
}

/* And which roots were sent: whoever gets them is not to get all of them again. */
static bool copy_small(struct move *m, struct err *err) {
    bool ok = store_begin(m->setup->to, err);

    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        ok = t->number != NULL || copy_whole(m, t->name, err);
    }
    ok = ok && copy_whole(m, "root_sendings", err) && store_settle_ids(m->setup->to, err) &&
         store_commit(m->setup->to, err);
    store_rollback(m->setup->to);
    return ok;
}

/* ---- what is made anew */

static void tell_replay(void *context, enum verify_part part, int64_t events) {
    (void)part; /* nothing else is told of a rebuilding */
    tell(context, MOVE_TABLES, events);
}

static bool make_search(struct move *m, struct err *err) {
    struct store *s = m->setup->to;
    bool ok =
        store_begin(s, err) &&
        store_execute(s,
                      store_is_shared(s) ? "DELETE FROM search"
                                         : "INSERT INTO search (search) VALUES ('delete-all')",
                      err);

    for (size_t i = 0; ok && i < m->count; i++) {
        ok = search_rebuild(s, m->offices[i].office, err);
        tell(m, MOVE_SEARCH, 0);
    }
    ok = ok && store_commit(s, err);
    store_rollback(s);
    return ok;
}

static bool make_rest(struct move *m, struct err *err) {
    struct verify_teller teller = {tell_replay, m};

    tell(m, MOVE_TABLES, 0);
    if (!verify_rebuild(m->setup->to, m->setup->events, &teller, err) || !make_search(m, err)) {
        return false;
    }
    store_learn(m->setup->to);
    return true;
}

/* ---- the end */

/* Nobody wrote to the source, and the target has all of it. */
static bool check_heads(struct move *m, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && i < m->count; i++) {
        struct ledger_head from;
        struct ledger_head to;

        ok = ledger_head(m->setup->from, m->offices[i].office, &from, err) &&
             ledger_head(m->setup->to, m->offices[i].office, &to, err) &&
             ((from.number == to.number && hash_eq(&from.hash, &to.hash)) ||
              fail(err, E_MOVE_GREW, ""));
    }
    return ok;
}

static bool compare(struct move *m, struct err *err) {
    struct hash from;
    struct hash to;
    int64_t rows;

    bool is_same;

    tell(m, MOVE_PROOF, 0);
    if (!check_heads(m, err) || !compare_small(m, &is_same, err) ||
        (!is_same && !fail(err, E_MOVE_GREW, "")) ||
        !verify_digest(m->setup->from, &from, &rows, err) ||
        !verify_digest(m->setup->to, &to, &m->counts->rows, err)) {
        return false;
    }
    m->counts->derived = to;
    return hash_eq(&from, &to) ||
           fail2(err, E_MOVE_DIFFERS, "", hex_write(m->arena, hash_bytes(&from)),
                 hex_write(m->arena, hash_bytes(&to)));
}

static bool run(struct move *m, struct err *err) {
    bool is_whole;

    return check_target(m, &is_whole, err) &&
           (is_whole || (store_mark_filling(m->setup->to, true, err) && copy_offices(m, err) &&
                         copy_small(m, err) && make_rest(m, err))) &&
           compare(m, err) && store_mark_filling(m->setup->to, false, err) &&
           store_checkpoint(m->setup->to, err);
}

bool move_run(const struct move_setup *setup, struct move_counts *counts, struct err *err) {
    struct arena *a = arena_open();
    struct move m = {.setup = setup,
                     .counts = counts,
                     .arena = a,
                     .scratch = arena_open(),
                     .offices = arena_array(a, struct move_office, OFFICES_MOST)};
    bool ok;

    *counts = (struct move_counts){0};
    ok = run(&m, err);
    arena_close(m.scratch);
    arena_close(a);
    return ok;
}
