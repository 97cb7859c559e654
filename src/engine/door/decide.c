/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/door.h"

#include <assert.h>
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

bool decide_counter(struct decide *d, const char *name, int64_t *next, struct err *err) {
    struct stmt *q = store_sql(d->store, SQL_COUNTER_FETCH);

    *next = 1;
    stmt_bind_int(q, 1, d->office);
    stmt_bind_text(q, 2, str_of(name));
    if (stmt_next(q)) {
        *next = stmt_int(q, 0) + 1;
    }
    return stmt_end(q, err);
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

    assert(d->beside_count < DECIDE_BESIDE && d->event_count > 0 &&
           d->events[d->event_count - 1] == e);
    memset(b, 0, sizeof *b);
    b->kind = kind;
    d->beside_of[d->beside_count++] = d->event_count - 1;
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
    struct stmt *q = store_sql(s, SQL_COUNTER_SET);

    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, str_of(name));
    stmt_bind_int(q, 3, value);
    return stmt_run(q, err);
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
