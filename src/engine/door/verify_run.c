/* SPDX-License-Identifier: Apache-2.0 */
/* The whole proof. It has two halves: the chains, their replay and the tables that come of it; and
 * what needs no replay: the file itself, what lies beside the ledger, the daily roots. With a
 * second connection each has a thread of its own. */
#include "engine/door/verify_walk.h"

#include <pthread.h>
#include <string.h>

enum { KEPT_OF_TABLE = 100 }; /* more of one table are counted and not told */

static bool check_file(struct walk *w, struct err *err) {
    struct str flaw = {0};
    bool ok;

    atomic_store(&w->turns->is_held, true);
    ok = store_check(w->setup->store, w->arena, &flaw, err);
    atomic_store(&w->turns->is_held, false);
    if (!verify_go_on(w, "database", ok, err)) {
        return false;
    }
    if (flaw.n > 0) {
        verify_report(
            w, &(struct difference){.table = STR("database"), .is = flaw, .should = STR("whole")});
    }
    arena_reset(w->arena);
    return true;
}

/* What an index of the file says wrongly no comparison would show. */
static bool prove_beside(struct walk *w, struct err *err) {
    return check_file(w, err) && verify_go_on(w, "words", verify_beside(w, err), err) &&
           verify_go_on(w, "daily_roots", verify_roots(w, err), err);
}

static bool prove_tables(struct walk *w, struct err *err) {
    struct arena *a = arena_open();
    bool ok;

    w->ledgers = arena_array(a, struct ledger_walk, OFFICES_MOST);
    w->replay = store_open("", STORE_REPLAY, err);
    ok = w->replay != NULL && verify_go_on(w, "ledger", verify_ledgers(w, err), err) &&
         verify_tables(w, err);
    store_close(w->replay);
    arena_close(a);
    return ok;
}

/* ---- a half on a thread of its own */

struct kept {
    struct kept *next;
    struct difference difference;
};

/* What it found is told when the other half has told its own. */
struct half {
    struct verify_setup setup;
    struct verify_result result;
    struct walk walk;
    struct err err;
    struct arena *arena; /* of what is kept */
    struct kept *first;
    struct kept *last;
    int64_t of_table; /* kept of the table of the last one */
    bool ok;
};

static void keep(void *context, const struct difference *d) {
    struct half *h = context;
    bool is_same = h->last != NULL && str_eq(h->last->difference.table, d->table);
    struct kept *k;

    h->of_table = is_same ? h->of_table + 1 : 1;
    if (h->of_table > KEPT_OF_TABLE) {
        return;
    }
    k = arena_new(h->arena, struct kept);
    k->difference = (struct difference){.table = arena_str(h->arena, d->table),
                                        .key = arena_str(h->arena, d->key),
                                        .column = arena_str(h->arena, d->column),
                                        .is = arena_str(h->arena, d->is),
                                        .should = arena_str(h->arena, d->should)};
    *(h->last == NULL ? &h->first : &h->last->next) = k;
    h->last = k;
}

static void *run_half(void *argument) {
    struct half *h = argument;

    h->ok = prove_beside(&h->walk, &h->err);
    if (!h->ok) {
        atomic_store(&h->walk.turns->is_over, true);
    }
    return NULL;
}

static void add(struct verify_result *to, const struct half *h) {
    to->values += h->result.values;
    to->days += h->result.days;
    to->kept += h->result.kept;
    to->bad_day = h->result.bad_day;
    to->differences += h->result.differences;
}

/* The first that failed says why; the other only that it was over then. */
static bool prove_both(struct walk *w, struct err *err) {
    struct half h = {.setup = *w->setup, .arena = arena_open()};
    pthread_t thread;
    bool ok;

    h.setup.store = w->setup->second;
    h.setup.found = keep;
    h.setup.context = &h;
    h.walk = (struct walk){
        .setup = &h.setup, .result = &h.result, .arena = arena_open(), .turns = w->turns};
    if (pthread_create(&thread, NULL, run_half, &h) != 0) {
        h.ok = prove_beside(w, err);
        ok = h.ok && prove_tables(w, err);
    } else {
        ok = prove_tables(w, err);
        if (!ok) {
            atomic_store(&w->turns->is_over, true);
        }
        pthread_join(thread, NULL);
        add(w->result, &h);
    }
    for (const struct kept *k = h.first; k != NULL; k = k->next) {
        w->setup->found(w->setup->context, &k->difference);
    }
    if (!h.ok && h.err.code != 0 && (ok || err->code == E_DRAINING)) {
        *err = h.err;
    }
    arena_close(h.walk.arena);
    arena_close(h.arena);
    return ok && h.ok;
}

bool verify_run(const struct verify_setup *setup, struct verify_result *result, struct err *err) {
    struct verify_turns turns;
    struct walk w = {.setup = setup, .result = result, .arena = arena_open(), .turns = &turns};
    bool ok;

    verify_turns_open(&turns);
    memset(result, 0, sizeof *result);
    ok = setup->second != NULL ? prove_both(&w, err)
                               : prove_tables(&w, err) && prove_beside(&w, err);
    arena_close(w.arena);
    verify_turns_close(&turns);
    return ok;
}
