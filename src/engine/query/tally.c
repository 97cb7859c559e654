/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct tally_cube tally_cubes[TALLY_CUBES] = {
    {TALLY_CHANNEL, TALLY_DAYS | TALLY_MONTHS | TALLY_YEARS, TALLY_DAYS},
    {TALLY_UNIT, TALLY_DAYS | TALLY_MONTHS | TALLY_YEARS, TALLY_DAYS},
    {TALLY_COMMUNITY, TALLY_DAYS | TALLY_MONTHS | TALLY_YEARS, TALLY_DAYS},
    {TALLY_CLASS, TALLY_DAYS | TALLY_MONTHS | TALLY_YEARS, TALLY_DAYS},
    {TALLY_UNIT | TALLY_CHANNEL, TALLY_MONTHS | TALLY_YEARS, TALLY_MONTHS},
    {TALLY_COMMUNITY | TALLY_CHANNEL, TALLY_MONTHS | TALLY_YEARS, TALLY_MONTHS},
    {TALLY_COMMUNITY | TALLY_UNIT, TALLY_MONTHS | TALLY_YEARS, TALLY_MONTHS},
    {TALLY_CLASS | TALLY_CHANNEL, TALLY_MONTHS | TALLY_YEARS, 0},
    {TALLY_CLASS | TALLY_UNIT, TALLY_MONTHS | TALLY_YEARS, 0},
    {TALLY_COMMUNITY | TALLY_CLASS, TALLY_MONTHS | TALLY_YEARS, TALLY_MONTHS},
};

static const struct {
    int spans;
    int64_t divisor; /* of a day yyyymmdd */
} span_kinds[] = {{TALLY_DAYS, 1}, {TALLY_MONTHS, 100}, {TALLY_YEARS, 10000}};

enum {
    COUNT_CASES,
    COUNT_LATE,
    COUNT_RETURNED,
    COUNT_REWORKED,
    COUNT_RATED,
    COUNT_RATING_SUM,
    COUNT_SOLVED,
    COUNT_ASKED,
    COUNT_CONTACTED_IN_TIME,
    COUNT_CONTACT_DUE,
    COUNTS
};

/* The columns that are counted, in the order of tally_add in query.sql. */
struct counts {
    int64_t of[COUNTS];
};

static bool is_open(const struct tally_case *c) {
    return !str_is(c->state, "closed") && !str_is(c->state, "declined") &&
           !str_is(c->state, "merged");
}

/* Open cases are not told apart by their state, which changes at every step. */
static struct str state_of(const struct tally_case *c) {
    return is_open(c) ? STR("open") : c->state;
}

static struct counts counts_of(const struct tally_case *c) {
    struct counts n = {{0}};

    n.of[COUNT_CASES] = 1;
    n.of[COUNT_LATE] = c->late == 1;
    n.of[COUNT_RETURNED] = c->returns > 0;
    n.of[COUNT_REWORKED] = c->reworks > 0;
    n.of[COUNT_RATED] = c->rating > 0;
    n.of[COUNT_RATING_SUM] = c->rating;
    n.of[COUNT_SOLVED] = c->solved == 1;
    n.of[COUNT_ASKED] = c->solved == 1 || c->solved == 2;
    n.of[COUNT_CONTACTED_IN_TIME] =
        c->first_contact_at > 0 && c->first_contact_at <= c->first_contact_due_at;
    n.of[COUNT_CONTACT_DUE] = c->first_contact_due_at > 0;
    return n;
}

static bool is_same_key(const struct tally_case *x, const struct tally_case *y) {
    return x->office == y->office && x->day == y->day && x->community == y->community &&
           x->unit == y->unit && str_eq(x->class, y->class) && str_eq(x->channel, y->channel) &&
           str_eq(x->procedure, y->procedure) && str_eq(state_of(x), state_of(y));
}

/* ---- writing */

/* A row of the table, and what is added to it. */
struct cell {
    int64_t office;
    int64_t cube;
    int64_t span;
    int64_t community;
    struct str class;
    int64_t unit;
    struct str channel;
    struct str procedure;
    struct str state;
    struct counts n;
};

static struct cell cell_of(const struct tally_case *c, int apart, int64_t divisor,
                           const struct counts *n) {
    const struct str none = {0};

    return (struct cell){.office = c->office,
                         .cube = apart | (is_open(c) ? TALLY_OPEN : 0),
                         .span = c->day / divisor,
                         .community = apart & TALLY_COMMUNITY ? c->community : 0,
                         .class = apart & TALLY_CLASS ? c->class : none,
                         .unit = apart & TALLY_UNIT ? c->unit : 0,
                         .channel = apart & TALLY_CHANNEL ? c->channel : none,
                         .procedure = c->procedure,
                         .state = state_of(c),
                         .n = *n};
}

static void bind_key(struct stmt *q, const struct cell *c) {
    stmt_bind_int(q, 1, c->office);
    stmt_bind_int(q, 2, c->cube);
    stmt_bind_int(q, 3, c->span);
    stmt_bind_int(q, 4, c->community);
    stmt_bind_text(q, 5, c->class);
    stmt_bind_int(q, 6, c->unit);
    stmt_bind_text(q, 7, c->channel);
    stmt_bind_text(q, 8, c->procedure);
    stmt_bind_text(q, 9, c->state);
}

static bool write_cell(struct store *s, const struct cell *c, struct err *err) {
    struct stmt *q = store_sql(s, SQL_TALLY_ADD);

    bind_key(q, c);
    for (int i = 0; i < COUNTS; i++) {
        stmt_bind_int(q, 10 + i, c->n.of[i]);
    }
    return stmt_run_one(q, err);
}

/* A row that counts nothing any more goes. */
static bool drop_empty(struct store *s, const struct cell *c, struct err *err) {
    struct stmt *q = store_sql(s, SQL_TALLY_DROP);

    bind_key(q, c);
    return stmt_run(q, err);
}

/* The rows that a case counts in; returns how many. */
static size_t spread(const struct tally_case *c, const struct counts *n, struct cell *cells) {
    size_t count = 0;

    assert(c->office > 0 && c->day > 0);
    for (size_t i = 0; i < TALLY_CUBES; i++) {
        int spans = is_open(c) ? tally_cubes[i].open_spans : tally_cubes[i].spans;

        for (size_t k = 0; k < sizeof span_kinds / sizeof span_kinds[0]; k++) {
            if ((spans & span_kinds[k].spans) != 0) {
                cells[count++] = cell_of(c, tally_cubes[i].apart, span_kinds[k].divisor, n);
            }
        }
    }
    assert(count == (is_open(c) ? TALLY_OPEN_ROWS : TALLY_ROWS));
    return count;
}

/* ---- what a transaction owes (store_owe): the same row is added to once */

enum { OWED_KEYS = 4096, OWED_SLOTS = 16384, OWED_TEXT = 96 };
static_assert(OWED_SLOTS >= 3 * OWED_KEYS, "the table must stay loose");

struct owed {
    struct tally_case key; /* its texts lie in `text` */
    uint64_t hash;
    struct counts n;
    char text[OWED_TEXT];
};

struct memory {
    int64_t transaction;
    size_t count;
    uint16_t slots[OWED_SLOTS]; /* place in `owed` + 1, 0 = free; by hash of the key */
    struct owed owed[OWED_KEYS];
    struct cell *cells; /* at the end */
    size_t cell_room;
};

static int order_int(int64_t x, int64_t y) {
    return (x > y) - (x < y);
}

/* In the order of the primary key. */
static int compare_cells(const void *left, const void *right) {
    const struct cell *x = left;
    const struct cell *y = right;
    int order = order_int(x->office, y->office);

    order = order != 0 ? order : order_int(x->cube, y->cube);
    order = order != 0 ? order : order_int(x->span, y->span);
    order = order != 0 ? order : order_int(x->community, y->community);
    order = order != 0 ? order : str_compare(x->class, y->class);
    order = order != 0 ? order : order_int(x->unit, y->unit);
    order = order != 0 ? order : str_compare(x->channel, y->channel);
    order = order != 0 ? order : str_compare(x->procedure, y->procedure);
    return order != 0 ? order : str_compare(x->state, y->state);
}

static void add(struct counts *to, const struct counts *n) {
    for (int i = 0; i < COUNTS; i++) {
        to->of[i] += n->of[i];
    }
}

static bool write_cells(struct store *s, struct cell *cells, size_t count, struct err *err) {
    const struct counts none = {{0}};
    size_t written = 0; /* cells of different keys */
    bool ok = true;

    qsort(cells, count, sizeof *cells, compare_cells);
    for (size_t i = 0; i < count; i++) {
        if (written > 0 && compare_cells(&cells[written - 1], &cells[i]) == 0) {
            add(&cells[written - 1].n, &cells[i].n);
        } else {
            cells[written++] = cells[i];
        }
    }
    for (size_t i = 0; ok && i < written; i++) {
        ok = memcmp(&cells[i].n, &none, sizeof none) == 0 || write_cell(s, &cells[i], err);
    }
    store_send(s);
    for (size_t i = 0; ok && i < written; i++) {
        ok = cells[i].n.of[COUNT_CASES] >= 0 || drop_empty(s, &cells[i], err);
    }
    return ok;
}

static void forget(struct memory *m) {
    memset(m->slots, 0, sizeof m->slots);
    m->count = 0;
}

static struct cell *room_for(struct store *s, struct memory *m, size_t count) {
    if (count > m->cell_room) {
        m->cell_room = 2 * count;
        m->cells = arena_array(store_kept(s)->arena, struct cell, m->cell_room);
    }
    return m->cells;
}

static bool write_owed(struct store *s, struct err *err) {
    struct memory *m = store_kept(s)->slots[STORE_SLOT_TALLIES];
    struct cell *cells = room_for(s, m, m->count * TALLY_ROWS);
    size_t count = 0;

    for (size_t i = 0; i < m->count; i++) {
        count += spread(&m->owed[i].key, &m->owed[i].n, cells + count);
    }
    forget(m);
    return write_cells(s, cells, count, err);
}

static struct memory *memory_of(struct store *s) {
    struct store_kept *kept = store_kept(s);
    struct memory *m;

    if (kept->transaction == 0) {
        return NULL;
    }
    if (kept->slots[STORE_SLOT_TALLIES] == NULL) {
        kept->slots[STORE_SLOT_TALLIES] = arena_new(kept->arena, struct memory);
    }
    m = kept->slots[STORE_SLOT_TALLIES];
    if (m->transaction != kept->transaction) {
        m->transaction = kept->transaction;
        forget(m);
    }
    return m;
}

/* FNV-1a */
static uint64_t hash_text(uint64_t h, struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        h = (h ^ (unsigned char)text.p[i]) * 0x100000001b3u;
    }
    return h * 31;
}

static uint64_t hash_of(const struct tally_case *c) {
    const int64_t numbers[] = {c->office, c->day, c->community, c->unit};
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        h = (h ^ (uint64_t)numbers[i]) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    h = hash_text(hash_text(h, c->class), c->channel);
    h = hash_text(hash_text(h, c->procedure), state_of(c));
    return h ^ h >> 32;
}

/* Where the key stands, or the free place for it. */
static uint16_t *slot_of(struct memory *m, const struct tally_case *c, uint64_t hash) {
    size_t at = hash % OWED_SLOTS;

    while (m->slots[at] != 0) {
        const struct owed *o = &m->owed[m->slots[at] - 1];

        if (o->hash == hash && is_same_key(&o->key, c)) {
            break;
        }
        at = (at + 1) % OWED_SLOTS;
    }
    return &m->slots[at];
}

static struct str keep_text(struct owed *o, size_t *used, struct str text) {
    struct str kept = {o->text + *used, text.n};

    if (text.n > 0) {
        memcpy(o->text + *used, text.p, text.n);
    }
    *used += text.n;
    return kept;
}

static void keep(struct memory *m, const struct tally_case *c, uint64_t hash,
                 const struct counts *n) {
    struct owed *o = &m->owed[m->count++];
    size_t used = 0;

    *slot_of(m, c, hash) = (uint16_t)m->count;
    o->key = *c;
    o->hash = hash;
    o->key.class = keep_text(o, &used, c->class);
    o->key.channel = keep_text(o, &used, c->channel);
    o->key.procedure = keep_text(o, &used, c->procedure);
    o->key.state = keep_text(o, &used, state_of(c));
    o->n = *n;
}

/* Cases that came and went within the transaction left keys to which nothing is added. */
static void drop_idle(struct memory *m) {
    const struct counts none = {{0}};
    size_t count = m->count;

    forget(m);
    for (size_t i = 0; i < count; i++) {
        struct owed *o = &m->owed[i];

        if (memcmp(&o->n, &none, sizeof none) == 0) {
            continue;
        }
        if (m->count < i) {
            keep(m, &o->key, o->hash, &o->n);
        } else {
            *slot_of(m, &o->key, o->hash) = (uint16_t)++m->count;
        }
    }
}

static bool owe(struct store *s, struct memory *m, const struct tally_case *c,
                const struct counts *n, struct err *err) {
    uint64_t hash = hash_of(c);
    uint16_t *slot = slot_of(m, c, hash);

    if (*slot != 0) {
        add(&m->owed[*slot - 1].n, n);
        return true;
    }
    if (m->count == OWED_KEYS) {
        drop_idle(m);
        if (m->count > OWED_KEYS / 2 && !write_owed(s, err)) {
            return false;
        }
    }
    keep(m, c, hash, n);
    store_owe(s, STORE_SLOT_TALLIES, write_owed);
    return true;
}

static bool add_all(struct store *s, const struct tally_case *c, const struct counts *n,
                    struct err *err) {
    struct memory *m = memory_of(s);
    struct cell cells[TALLY_ROWS];

    if (m == NULL || c->class.n + c->channel.n + c->procedure.n + c->state.n > OWED_TEXT) {
        return write_cells(s, cells, spread(c, n, cells), err);
    }
    return owe(s, m, c, n, err);
}

static struct counts less(struct counts a, const struct counts *b) {
    for (int i = 0; i < COUNTS; i++) {
        a.of[i] -= b->of[i];
    }
    return a;
}

bool tally_move(struct store *s, const struct tally_case *before, const struct tally_case *after,
                struct err *err) {
    const struct counts none = {{0}};
    struct counts old = before == NULL ? none : counts_of(before);
    struct counts new_one = counts_of(after);

    if (before != NULL && is_same_key(before, after)) {
        struct counts change = less(new_one, &old);

        return memcmp(&change, &none, sizeof none) == 0 || add_all(s, after, &change, err);
    }
    old = less(none, &old);
    return (before == NULL || add_all(s, before, &old, err)) && add_all(s, after, &new_one, err);
}
