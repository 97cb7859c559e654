/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/erase.h"

#include "engine/door/erasure.h"
#include "engine/ledger/pack.h"
#include "town/cases/case_commands.h"

#include <inttypes.h>

static bool has_voice(struct decide *d, const struct voice_erase *x, bool *found, struct err *err) {
    struct stmt *q = store_sql(d->store, SQL_VOICE_LIST);

    *found = false;
    stmt_bind_int(q, 1, x->case_id);
    while (!*found && stmt_next(q)) {
        *found = stmt_int(q, 0) == x->voice;
    }
    return stmt_end(q, err);
}

/* What the voice said: its own events, and what the resident wrote into the case by its link. */
static bool is_of_voice(const struct event *e, int64_t voice) {
    int64_t of = event_int(e, "voice", 0);

    return of == voice || (of == 0 && e->actor == ACTOR_RESIDENT);
}

static bool gather(struct decide *d, const struct voice_erase *x, int64_t office,
                   struct erasure *out, struct err *err) {
    struct stmt *q = store_sql(d->store, SQL_NOTE_LIST);
    bool ok = true;

    stmt_bind_int(q, 1, x->case_id);
    stmt_bind_int(q, 2, office);
    while (ok && stmt_next(q)) {
        struct event *e = arena_new(d->arena, struct event);

        e->office = office;
        e->number = stmt_int(q, 0);
        e->actor = stmt_int(q, 5);
        ok =
            (pack_read(d->arena, stmt_text(q, 7, d->arena), e) || fail(err, E_INTERNAL, "event")) &&
            (!is_of_voice(e, x->voice) || erasure_gather(d->store, e, out, err));
    }
    return stmt_end(q, ok ? err : &(struct err){0}) && ok;
}

static bool decide_erase(struct decide *d, const void *input, struct err *err) {
    const struct voice_erase *x = input;
    struct case_file *c = arena_new(d->arena, struct case_file);
    struct erasure out = erasure_make(d->arena);
    struct event *e;
    bool found;

    if (!case_load(d->store, d->arena, x->case_id, c, &found, err) ||
        (found && !has_voice(d, x, &found, err))) {
        return false;
    }
    if (!found || c->office != d->office) {
        return fail1(err, E_NOT_FOUND, "voice", arena_format(d->arena, "%" PRId64, x->voice));
    }
    if (!gather(d, x, c->office, &out, err)) {
        return false;
    }
    if (out.values == 0) {
        return fail(err, E_ERASED, "voice");
    }
    e = decide_emit(d, ERASURE_EVENT);
    event_add_int(e, "case", c->id);
    event_add_int(e, "voice", x->voice);
    event_add_text(e, "reason", x->reason);
    event_add_int(e, "community", c->community);
    erasure_write(&out, e);
    return true;
}

const struct command_row voice_erase = {.name = "voice.erase", .decide = decide_erase};

bool erase_erased_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_VOICE_FORGET);

    stmt_bind_int(q, 1, event_int(e, "voice", 0));
    return stmt_run(q, err) && case_event_apply(s, a, e, err);
}
