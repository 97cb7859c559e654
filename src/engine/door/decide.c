/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/door.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct event *decide_emit(struct decide *d, const char *name) {
    struct event *e = arena_new(d->arena, struct event);

    assert(d->event_count < DECIDE_EVENTS);
    e->arena = d->arena;
    e->name = str_of(name);
    e->office = d->office;
    e->accepted_at = d->now;
    e->at = d->at;
    e->actor = d->actor.account;
    d->events[d->event_count++] = e;
    return e;
}

/* ---- counters of the open transaction, each asked for once and written once (store_owe) */

enum {
    COUNTERS_KEPT = 2048, /* a power of two: a loaded city counts every day of its years at once */
    COUNTERS_TRIED = 64,
    COUNTERS_LATELY = 256, /* transactions, of all offices */
    COUNTER_NAME = 32
};

struct counter {
    int64_t transaction;
    int64_t office;
    char name[COUNTER_NAME];
    int64_t value;
    bool is_owed;
};

static size_t place_of(int64_t office, const char *name) {
    uint64_t h = (uint64_t)office;

    for (; *name != 0; name++) {
        h = (h ^ (unsigned char)*name) * 1099511628211U;
    }
    return (size_t)(h ^ h >> 29);
}

/* Its place in memory: that of its name, or a free one near it; NULL when there is none. */
static struct counter *kept_counter(struct store *s, int64_t office, const char *name) {
    struct store_kept *memory = store_kept(s);
    struct counter *all = memory->slots[STORE_SLOT_COUNTERS];
    size_t first;

    if (memory->transaction == 0 || strlen(name) >= COUNTER_NAME) {
        return NULL;
    }
    if (all == NULL) {
        all = arena_array(memory->arena, struct counter, COUNTERS_KEPT);
        memory->slots[STORE_SLOT_COUNTERS] = all;
    }
    first = place_of(office, name);
    for (size_t i = 0; i < COUNTERS_TRIED; i++) {
        struct counter *k = &all[(first + i) % COUNTERS_KEPT];

        if (k->transaction != memory->transaction) {
            k->office = office;
            snprintf(k->name, sizeof k->name, "%s", name);
            return k;
        }
        if (k->office == office && strcmp(k->name, name) == 0) {
            return k;
        }
    }
    return NULL;
}

static bool write_counter(struct store *s, int64_t office, const char *name, int64_t value,
                          struct err *err) {
    struct stmt *q = store_sql(s, SQL_COUNTER_SET);

    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, str_of(name));
    stmt_bind_int(q, 3, value);
    return stmt_run(q, err);
}

static bool write_owed(struct store *s, struct err *err) {
    struct store_kept *memory = store_kept(s);
    struct counter *all = memory->slots[STORE_SLOT_COUNTERS];
    bool ok = true;

    for (size_t i = 0; ok && i < COUNTERS_KEPT; i++) {
        if (all[i].transaction == memory->transaction && all[i].is_owed) {
            ok = write_counter(s, all[i].office, all[i].name, all[i].value, err);
            all[i].is_owed = false;
        }
    }
    store_send(s);
    return ok;
}

/* false: there is no room for it. */
static bool keep_counter(struct store *s, int64_t office, const char *name, int64_t value,
                         bool is_owed) {
    struct counter *k = kept_counter(s, office, name);
    int64_t transaction = store_kept(s)->transaction;

    if (k == NULL) {
        return false;
    }
    k->is_owed = is_owed || (k->transaction == transaction && k->is_owed);
    k->value = value;
    k->transaction = transaction;
    if (is_owed) {
        store_owe(s, STORE_SLOT_COUNTERS, write_owed);
    }
    return true;
}

static struct stmt *ask_counter(struct store *s, int64_t office, const char *name) {
    struct stmt *q = store_sql(s, SQL_COUNTER_FETCH);

    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, str_of(name));
    return q;
}

bool decide_counter(struct decide *d, const char *name, int64_t *next, struct err *err) {
    struct counter *k = kept_counter(d->store, d->office, name);
    struct stmt *q;

    if (k != NULL && k->transaction == store_kept(d->store)->transaction) {
        *next = k->value + 1;
        return true;
    }
    if (k == NULL) { /* it may have been written since it was asked for */
        store_forget(d->store);
    }
    q = ask_counter(d->store, d->office, name);
    *next = 1;
    if (stmt_next(q)) {
        *next = stmt_int(q, 0) + 1;
    }
    (void)keep_counter(d->store, d->office, name, *next - 1, false);
    return stmt_end(q, err);
}

/* What another transaction left behind tells the name alone. */
static bool was_lately_used(const struct counter *k, int64_t office, int64_t transaction) {
    return k->office == office && k->transaction > 0 && k->transaction < transaction &&
           k->transaction >= transaction - COUNTERS_LATELY;
}

void decide_counters_ahead(struct store *s, int64_t office) {
    const struct store_kept *memory = store_kept(s);
    const struct counter *all = memory->slots[STORE_SLOT_COUNTERS];

    for (size_t i = 0; all != NULL && memory->transaction > 0 && i < COUNTERS_KEPT; i++) {
        if (was_lately_used(&all[i], office, memory->transaction)) {
            stmt_ahead(ask_counter(s, office, all[i].name));
        }
    }
}

bool decide_next_id(struct decide *d, int64_t *id, struct err *err) {
    if (d->next_id == 0 && !decide_counter(d, "id", &d->next_id, err)) {
        return false;
    }
    *id = d->office << ID_COUNTER_BITS | (d->next_id + d->ids_taken++);
    return true;
}

static struct beside *add(struct decide *d, struct event *e, enum beside_kind kind) {
    struct beside *b = &d->beside[d->beside_count];
    size_t number = d->event_count; /* mostly the newest */

    while (number > 0 && d->events[number - 1] != e) {
        number--;
    }
    assert(d->beside_count < DECIDE_BESIDE && number > 0);
    memset(b, 0, sizeof *b);
    b->kind = kind;
    d->beside_of[d->beside_count++] = number - 1;
    return b;
}

void decide_words(struct decide *d, struct event *e, const char *field, int64_t subject,
                  struct str text, int64_t community) {
    struct beside *b;

    if (text.n == 0) {
        return;
    }
    b = add(d, e, BESIDE_WORDS);
    b->field = str_of(field);
    b->subject = subject;
    b->value = text;
    if (community != WORDS_HIDDEN && store_is_shared(d->store)) {
        b->grams = search_document(d->arena, text, community);
    }
    beside_commit(b, d->source, e);
}

void decide_vault(struct decide *d, struct event *e, const char *field, int64_t subject,
                  struct str value) {
    struct beside *b;

    if (value.n == 0) {
        return;
    }
    b = add(d, e, BESIDE_VAULT);
    b->field = str_of(field);
    b->subject = subject;
    b->value = value;
    beside_commit(b, d->source, e);
}

struct beside *decide_photo(struct decide *d, struct event *e, int64_t subject, struct str digest) {
    struct beside *b = add(d, e, BESIDE_PHOTO);
    int number = 1;

    for (size_t i = 0; i + 1 < d->beside_count; i++) {
        number += d->beside[i].kind == BESIDE_PHOTO && d->beside_of[i] == d->event_count - 1;
    }
    b->field = arena_format(d->arena, "photo_%d", number);
    b->subject = subject;
    b->value = digest;
    beside_commit(b, d->source, e);
    return b;
}

void decide_move(struct decide *d, int64_t case_id, int64_t from, int64_t to) {
    assert(d->event_count > 0 && d->move.case_id == 0);
    d->move = (struct search_move){.case_id = case_id, .from = from, .to = to};
    d->move_of = d->event_count - 1;
}

bool counter_set(struct store *s, int64_t office, const char *name, int64_t value,
                 struct err *err) {
    bool ok = keep_counter(s, office, name, value, true);

    if (!ok) {
        ok = write_counter(s, office, name, value, err);
        store_send(s);
    }
    return ok;
}

bool door_apply(const struct event_row *rows, struct store *s, struct arena *a,
                const struct event *e, struct err *err) {
    int64_t last_id = event_int(e, "last_id", 0);

    if (last_id > 0 && !counter_set(s, e->office, "id", last_id, err)) {
        return false;
    }
    for (const struct event_row *row = rows; row->name != NULL; row++) {
        if (event_is(e, row->name)) {
            return row->apply(s, a, e, err);
        }
    }
    fail(err, E_INTERNAL, "event");
    return err_detail(err, "no apply for %.*s", STR_ARG(e->name));
}
