/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_file.h"

#include "engine/door/erasure.h"
#include "engine/query/tally.h"
#include "town/cases/merge.h"

static bool insert_voice(struct store *s, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_VOICE_INSERT);

    stmt_bind_int(q, 1, event_int(e, "voice", 0));
    stmt_bind_int(q, 2, e->office);
    stmt_bind_int(q, 3, event_int(e, "case", 0));
    stmt_bind_text(q, 4, event_text(e, "channel"));
    stmt_bind_text(q, 5, event_text(e, "external_number"));
    stmt_bind_int(q, 6, event_int(e, "reported_at", e->at));
    stmt_bind_int(q, 7, event_int(e, "has_contact", 0));
    stmt_bind_int(q, 8, e->number);
    return stmt_run_one(q, err);
}

static bool rate_voice(struct store *s, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_VOICE_RATE);

    stmt_bind_int(q, 1, event_int(e, "voice", 0));
    stmt_bind_int(q, 2, event_int(e, "solved", 0));
    stmt_bind_int(q, 3, event_int(e, "rating", 0));
    return stmt_run_one(q, err);
}

/* The grades of the first round stay in the ledger and in the timeline. */
static bool reopen_ratings(struct store *s, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_VOICES_REOPEN);

    stmt_bind_int(q, 1, event_int(e, "case", 0));
    return stmt_run(q, err);
}

/* What happened, as a code for the timeline: the event's name between the dot and the slash. */
static struct str note_code(const struct event *e) {
    struct str rest = e->name;

    (void)str_cut(&rest, '.');
    return str_cut(&rest, '/');
}

static bool insert_note(struct store *s, const struct event *e, struct err *err) {
    struct stmt *q = store_sql(s, SQL_NOTE_INSERT);

    stmt_bind_int(q, 1, event_int(e, "case", 0));
    stmt_bind_int(q, 2, e->number);
    stmt_bind_text(q, 3, note_code(e));
    stmt_bind_int(q, 4, event_int(e, "public", 0));
    return stmt_run_one(q, err);
}

/* What the case adds to the tallies as it stands. */
static struct tally_case tally_of(const struct case_file *c) {
    return (struct tally_case){
        .office = c->office,
        .day = c->day,
        .community = c->community,
        .unit = c->unit,
        .class = c->class,
        .channel = term_code(TERMS_CHANNEL, (int)c->channel),
        .procedure = c->procedure,
        .state = term_code(TERMS_STATE, (int)c->state),
        .late = c->late,
        .returns = c->returns,
        .reworks = c->reworks,
        .rating = c->rating,
        .solved = c->solved,
        .first_contact_due_at = c->first_contact_due_at,
        .first_contact_at = c->first_contact_at,
    };
}

bool case_event_apply(struct store *s, struct arena *a, const struct event *e, struct err *err) {
    struct case_file *c = arena_new(a, struct case_file);
    bool is_report = event_is(e, "case.reported/1");
    struct str serial = event_text(e, "serial_name");
    struct tally_case before;
    struct tally_case after;
    bool found = true;

    if (!is_report && !case_load(s, a, event_int(e, "case", 0), c, &found, err)) {
        return false;
    }
    if (!found) {
        fail(err, E_INTERNAL, "case");
        return err_detail(err, "event %lld names a case that is not there", (long long)e->number);
    }
    before = tally_of(c);
    case_evolve(c, e);
    after = tally_of(c);
    if (!case_save(s, c, err) || !tally_move(s, is_report ? NULL : &before, &after, err) ||
        !insert_note(s, e, err) || !merge_apply(s, e, err)) {
        return false;
    }
    if (is_report) {
        return insert_voice(s, e, err) &&
               counter_set(s, e->office, arena_c(a, serial), event_int(e, "serial", 0), err);
    }
    if (event_int(e, "ask_again", 0) != 0) {
        return reopen_ratings(s, e, err);
    }
    return event_int(e, "voice", 0) == 0 || event_is(e, ERASURE_EVENT) || rate_voice(s, e, err);
}
