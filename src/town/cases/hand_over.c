/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/hand_over.h"

#include "engine/ledger/ledger.h"
#include "engine/words/words.h"
#include "town/cases/case_commands.h"

struct str hand_over_id(struct arena *a, int64_t office, int64_t event) {
    return arena_format(a, "handover:%lld:%lld", (long long)office, (long long)event);
}

/* ---- looked up */

bool hand_over_arrival(struct store *s, struct arena *a, const struct event *handed_over,
                       struct hand_over *out, struct err *err) {
    struct event *e = arena_new(a, struct event);
    struct hash digest;
    int64_t number;

    *out = (struct hand_over){.office = event_int(handed_over, "office", 0)};
    if (!ledger_find_client(s, out->office, ACTOR_SYSTEM,
                            hand_over_id(a, handed_over->office, handed_over->number), &number,
                            &digest, err)) {
        return false;
    }
    if (number == 0) {
        return true;
    }
    if (!ledger_fetch(s, a, out->office, number, e, err)) {
        return false;
    }
    out->case_id = event_int(e, "case", 0);
    out->number = event_text(e, "number");
    return true;
}

bool hand_over_of(struct store *s, struct arena *a, const struct case_file *c,
                  struct hand_over *out, struct err *err) {
    struct stmt *q;
    int64_t number;

    *out = (struct hand_over){0};
    if (c->state != STATE_CLOSED || c->outcome != OUTCOME_HANDED_OVER) {
        return true;
    }
    q = store_sql(s, SQL_CASE_HANDED_OVER);
    stmt_bind_int(q, 1, c->id);
    number = stmt_next(q) ? stmt_int(q, 0) : 0;
    if (!stmt_end(q, err)) {
        return false;
    }
    if (number > 0) {
        struct event *e = arena_new(a, struct event);

        return ledger_fetch(s, a, c->office, number, e, err) &&
               hand_over_arrival(s, a, e, out, err);
    }
    return true;
}

bool hand_over_source(struct store *s, struct arena *a, const struct event *reported,
                      int64_t *case_id, struct err *err) {
    int64_t office = event_int(reported, "from_office", 0);
    struct event *e;

    *case_id = 0;
    if (office == 0) {
        return true;
    }
    e = arena_new(a, struct event);
    if (!ledger_fetch(s, a, office, event_int(reported, "from_event", 0), e, err)) {
        return false;
    }
    *case_id = event_int(e, "case", 0);
    return true;
}

/* ---- received */

struct first_voice {
    int64_t id;
    int64_t event;
    bool has_contact;
};

static bool find_voice(struct store *s, int64_t case_id, struct first_voice *v, struct err *err) {
    struct stmt *q = store_sql(s, SQL_VOICE_LIST);

    stmt_bind_int(q, 1, case_id);
    if (stmt_next(q)) {
        v->id = stmt_int(q, 0);
        v->has_contact = stmt_int(q, 4) != 0;
        v->event = stmt_int(q, 7);
    }
    return stmt_end(q, err);
}

bool hand_over_contact(struct store *s, struct arena *a, const struct event *handed_over,
                       int64_t *voice, struct err *err) {
    struct case_file *c = arena_new(a, struct case_file);
    struct first_voice v = {0};
    bool found;

    if (!case_load(s, a, event_int(handed_over, "case", 0), c, &found, err) ||
        !find_voice(s, c->id, &v, err)) {
        return false;
    }
    *voice = found && c->confidential == 0 && v.has_contact ? v.id : 0;
    return true;
}

/* Who asked for secrecy asked this office: the other one learns what was said, not by whom. */
static bool read_contact(struct decide *d, const struct first_voice *v, struct case_report *r,
                         struct err *err) {
    bool found;

    return r->confidential || !v->has_contact ||
           (vault_fetch(d->store, d->arena, d->keys, v->id, "name", &r->name, &found, err) &&
            vault_fetch(d->store, d->arena, d->keys, v->id, "telephone", &r->telephone, &found,
                        err) &&
            vault_fetch(d->store, d->arena, d->keys, v->id, "email", &r->email, &found, err));
}

static bool read_words(struct decide *d, const struct case_receive *in, const struct first_voice *v,
                       struct case_report *r, struct err *err) {
    struct store *s = d->store;

    return words_fetch(s, d->arena, in->from_office, v->event, "text", &r->text, err) &&
           words_fetch(s, d->arena, in->from_office, v->event, "address", &r->address, err) &&
           words_fetch(s, d->arena, in->from_office, in->from_event, "text", &r->from_reason, err);
}

/* Their number stands with one case of an office: one that comes back has it here already. */
static bool add_external(struct decide *d, const struct case_file *c, struct case_report *r,
                         struct err *err) {
    struct case_twin twin;

    if (!case_find_external(d->store, d->arena, d->office, c->external_number, &twin, err)) {
        return false;
    }
    if (c->external_number.n > 0 && twin.id == 0) {
        r->external_number = c->external_number;
        r->external_due_at = c->external_due_at;
    }
    return true;
}

static bool load(struct decide *d, const struct case_receive *in, struct case_file *c,
                 struct err *err) {
    struct event *e = arena_new(d->arena, struct event);
    bool found = false;

    if (!ledger_fetch(d->store, d->arena, in->from_office, in->from_event, e, err)) {
        return false;
    }
    if (event_is(e, HAND_OVER_EVENT) && event_int(e, "office", 0) == d->office &&
        !case_load(d->store, d->arena, event_int(e, "case", 0), c, &found, err)) {
        return false;
    }
    return found ||
           fail1(err, E_NOT_FOUND, "", arena_format(d->arena, "%lld", (long long)in->from_event));
}

static bool decide_receive(struct decide *d, const void *input, struct err *err) {
    const struct case_receive *in = input;
    struct case_file *theirs = arena_new(d->arena, struct case_file);
    struct case_file none = {0};
    struct step_context x = {
        .d = d, .town = d->town, .catalogue = town_catalogue(d->town, 0), .c = &none};
    struct case_report r = {.from_office = in->from_office, .from_event = in->from_event};
    struct first_voice voice = {0};
    const struct catalogue_class *class;
    struct case_place place;
    int64_t id;

    if (!load(d, in, theirs, err)) {
        return false;
    }
    r.procedure = theirs->procedure;
    r.channel = theirs->channel;
    r.has_point = theirs->wgs84_lat != 0 || theirs->wgs84_lon != 0;
    r.wgs84_lat = theirs->wgs84_lat;
    r.wgs84_lon = theirs->wgs84_lon;
    r.confidential = theirs->confidential != 0;
    r.occurred_at = theirs->reported_at;
    r.verified_on_spot = theirs->found == 1; /* one of them has looked */
    r.from_number = theirs->number;
    x.procedure = catalogue_procedure(x.catalogue, r.procedure);
    x.rule = x.procedure == NULL ? NULL : catalogue_step(x.procedure, STEP_REPORT);
    if (x.rule == NULL) {
        return fail1(err, E_PROCEDURE, "procedure", r.procedure);
    }
    class = catalogue_class(x.catalogue, theirs->class);
    if (class != NULL && !procedure_takes_class(x.procedure, class)) {
        class = NULL;
    }
    r.class = class == NULL ? (struct str){0} : class->code;
    return find_voice(d->store, theirs->id, &voice, err) && read_words(d, in, &voice, &r, err) &&
           read_contact(d, &voice, &r, err) && add_external(d, theirs, &r, err) &&
           case_place_find(x.town, d->office, 0, r.has_point, r.wgs84_lat, r.wgs84_lon, &place,
                           err) &&
           report_emit(&x, &r, class, &place, d->at, &id, err);
}

const struct command_row case_receive = {.name = "case.receive", .decide = decide_receive};
