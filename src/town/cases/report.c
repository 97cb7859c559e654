/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_commands.h"

#include "base/source.h"
#include "base/time_text.h"
#include "town/cases/case_place.h"
#include "town/cases/number.h"
#include "town/cases/report_form.h"

#include <stdio.h>

static bool check_channel(const struct procedure *p, const struct case_report *r,
                          enum language language, struct err *err) {
    if (procedure_takes_channel(p, r->channel)) {
        return true;
    }
    return fail2(err, E_CHANNEL, "channel", p->name[language],
                 term_name(TERMS_CHANNEL, (int)r->channel, language));
}

static bool check_class(const struct step_context *x, const struct case_report *r,
                        const struct catalogue_class **class, struct err *err) {
    *class = NULL;
    if (r->class.n == 0) {
        return true;
    }
    *class = catalogue_class(x->catalogue, r->class);
    if (*class == NULL) {
        return fail1(err, E_CLASS, "class", r->class);
    }
    return procedure_takes_class(x->procedure, *class) ||
           fail2(err, E_CLASS_KIND, "class", r->class, x->procedure->name[x->d->actor.language]);
}

static bool check_external(struct step_context *x, const struct case_report *r, struct err *err) {
    struct case_twin twin;

    if (!case_find_external(x->d->store, x->d->arena, x->d->office, r->external_number, &twin,
                            err)) {
        return false;
    }
    return twin.id == 0 ||
           fail2(err, E_DUPLICATE_EXTERNAL, "external_number", r->external_number, twin.number);
}

static bool check_who(const struct step_context *x, const struct case_report *r, struct err *err) {
    const struct actor *actor = &x->d->actor;
    bool may = actor->account < 0 ? TERM_HAS(x->rule->by, ROLE_RESIDENT)
                                  : access_has_role(x->town, actor->person, x->rule->by, &r->place,
                                                    r->place != 0, r->procedure);

    return may || fail2(err, E_FORBIDDEN, "", term_name(TERMS_STEP, STEP_REPORT, actor->language),
                        term_names(x->d->arena, TERMS_ROLE, x->rule->by, actor->language));
}

static struct str time_of(const struct decide *d, int64_t at) {
    const struct office *o = town_office(d->town, d->office);

    return time_write(d->arena, at, o == NULL ? CHINA_OFFSET_MINUTES : o->offset_minutes);
}

bool report_time_is_recent(const struct decide *d, int64_t occurred_at, int64_t reported_at,
                           struct err *err) {
    if (occurred_at == 0 || d->actor.may_backdate) {
        return true;
    }
    if (occurred_at < d->now - LIMIT_LATE_ENTRY_DAYS * DAY_US) {
        return fail2(err, E_TOO_OLD, "occurred_at", time_of(d, occurred_at),
                     arena_format(d->arena, "%d", LIMIT_LATE_ENTRY_DAYS));
    }
    return occurred_at >= reported_at || fail2(err, E_BEFORE_REPORT, "occurred_at",
                                               time_of(d, occurred_at), time_of(d, reported_at));
}

static bool check_times(const struct step_context *x, const struct case_report *r,
                        struct err *err) {
    int64_t now = x->d->at > x->d->now ? x->d->at : x->d->now;

    if (!report_time_is_recent(x->d, r->occurred_at, 0, err)) {
        return false;
    }

    if (r->occurred_at > now + MINUTE_US) {
        return fail1(err, E_FUTURE, "occurred_at", STR("occurred_at"));
    }
    return r->text.n > 0 || fail1(err, E_REQUIRED, "text", STR("text"));
}

static bool add_number(struct step_context *x, const struct case_report *r, int64_t at,
                       struct err *err) {
    const struct office *office = town_office(x->town, x->d->office);
    int day = civil_day(x->town, x->d->office, at);
    struct str name = arena_format(x->d->arena, "serial:%c:%d", x->procedure->letter, day);
    int64_t serial;

    (void)r;
    if (!decide_counter(x->d, name.p, &serial, err)) {
        return false;
    }
    event_add_text(x->e, "number",
                   case_number_make(x->d->arena, office->code, x->procedure->letter, day, serial));
    event_add_text(x->e, "serial_name", name);
    event_add_int(x->e, "serial", serial);
    event_add_int(x->e, "day", day);
    event_add_int(x->e, "hour", civil_hour(x->town, x->d->office, at));
    return true;
}

static void add_place(struct step_context *x, const struct case_place *place,
                      const struct case_report *r) {
    event_add_int(x->e, "community", place->community);
    event_add_int(x->e, "estate", place->estate);
    event_add_int(x->e, "grid", place->grid);
    if (r->has_point) {
        event_add_int(x->e, "wgs84_lat", r->wgs84_lat);
        event_add_int(x->e, "wgs84_lon", r->wgs84_lon);
        event_add_int(x->e, "cell", place->cell);
        event_add_int(x->e, "outside", place->outside);
    }
}

static bool add_ids(struct step_context *x, int64_t *case_id, int64_t *voice, struct err *err) {
    int64_t task;

    if (!decide_next_id(x->d, case_id, err) || !decide_next_id(x->d, voice, err)) {
        return false;
    }
    event_add_int(x->e, "case", *case_id);
    event_add_int(x->e, "voice", *voice);
    if (x->next != STATE_VERIFYING) {
        return true;
    }
    if (!decide_next_id(x->d, &task, err)) {
        return false;
    }
    event_add_int(x->e, "verify_task", task);
    return true;
}

static void add_facts(struct step_context *x, const struct case_report *r, int64_t reported_at) {
    event_add_text(x->e, "procedure", r->procedure);
    event_add_int(x->e, "version", x->town->version);
    event_add_text(x->e, "state", term_code(TERMS_STATE, (int)x->next));
    event_add_text(x->e, "channel", term_code(TERMS_CHANNEL, (int)r->channel));
    event_add_text(x->e, "class", r->class);
    event_add_int(x->e, "reported_at", reported_at);
    event_add_int(x->e, "public", 1);
    if (r->occurred_at > 0) {
        event_add_int(x->e, "said_at", r->occurred_at);
    }
    if (r->verified_on_spot && x->d->actor.account > 0) {
        event_add_int(x->e, "found", 1);
    }
    if (r->external_number.n > 0) {
        event_add_text(x->e, "external_number", r->external_number);
        event_add_int(x->e, "external_due_at", r->external_due_at);
    }
    if (r->confidential) {
        event_add_int(x->e, "confidential", 1);
    }
    if (r->from_office > 0) {
        event_add_int(x->e, "from_office", r->from_office);
        event_add_int(x->e, "from_event", r->from_event);
        event_add_text(x->e, "from_number", r->from_number);
    }
    if (r->program > 0) {
        event_add_int(x->e, "program", r->program);
    }
    if (r->name.n > 0 || r->telephone.n > 0 || r->email.n > 0) {
        event_add_int(x->e, "has_contact", 1);
    }
}

/* Put right on the spot is handling like any other: whoever says so may handle, tells what was
 * done, and shows it where the class asks for a photo; and the procedure has a closing behind. */
static bool check_fixed(const struct step_context *x, const struct case_report *r,
                        const struct catalogue_class *class, struct err *err) {
    const struct step_rule *handle = catalogue_step(x->procedure, STEP_HANDLE);
    const struct step_rule *close = catalogue_step(x->procedure, STEP_CLOSE);
    const struct actor *actor = &x->d->actor;
    struct str step = term_name(TERMS_STEP, STEP_HANDLE, actor->language);
    bool shows;

    if (handle == NULL || close == NULL || !TERM_HAS(close->from, STATE_TO_CLOSE)) {
        return fail3(err, E_STEP, "fixed_on_spot",
                     term_name(TERMS_STATE, STATE_REPORTED, actor->language), step,
                     term_name(TERMS_STEP, STEP_FILE, actor->language));
    }
    if (actor->person == NULL || !access_has_role(x->town, actor->person, handle->by, &r->place,
                                                  r->place != 0, r->procedure)) {
        return fail2(err, E_FORBIDDEN, "fixed_on_spot", step,
                     term_list(x->d->arena, TERMS_ROLE, handle->by));
    }
    if (class == NULL) {
        return fail1(err, E_REQUIRED, "class", STR("class"));
    }
    if (TERM_HAS(handle->needs, NEED_TEXT) && r->fixed_text.n == 0) {
        return fail1(err, E_REQUIRED, "fixed_text", STR("fixed_text"));
    }
    shows = TERM_HAS(handle->needs, NEED_PHOTO) ||
            (TERM_HAS(handle->needs, NEED_CLASS_PHOTO) && class->photo);
    return !shows || r->fixed_photo_count > 0 || actor->may_backdate ||
           fail(err, E_PHOTO_NEEDED, "fixed_photos");
}

/* The second event says that it is done; the desk closes it. */
static bool add_fixed(struct step_context *x, const struct case_report *r, int64_t case_id,
                      int64_t community, struct err *err) {
    const struct catalogue_class *class = catalogue_class(x->catalogue, r->class);
    struct event *e = decide_emit(x->d, "case.handled/1");

    event_add_int(e, "case", case_id);
    event_add_text(e, "state", term_code(TERMS_STATE, STATE_TO_CLOSE));
    event_add_text(e, "outcome", term_code(TERMS_OUTCOME, OUTCOME_ON_SPOT));
    event_add_int(e, "condition", catalogue_condition(class, 0)->row); /* the slightest */
    event_add_int(e, "public", 1);
    decide_words(x->d, e, "text", case_id, r->fixed_text, community);
    return step_photos(x->d, e, case_id, r->photo_owner, r->fixed_photos, r->fixed_photo_count,
                       err);
}

/* What residents say is looked at first where the class asks for it. */
static enum state first_state(const struct step_context *x, const struct case_report *r,
                              const struct catalogue_class *class, const struct case_place *place) {
    bool is_seen = r->verified_on_spot || r->fixed_on_spot;

    return class != NULL && class->verify && TERM_HAS(CHANNELS_OF_RESIDENTS, r->channel) &&
                   !is_seen && catalogue_step(x->procedure, STEP_VERIFY) != NULL && !place->outside
               ? STATE_VERIFYING
               : STATE_REPORTED;
}

bool report_emit(struct step_context *x, const struct case_report *r,
                 const struct catalogue_class *class, const struct case_place *place,
                 int64_t reported_at, int64_t *case_id, struct err *err) {
    struct decide *d = x->d;
    int64_t voice;

    x->next = first_state(x, r, class, place);
    x->e = decide_emit(d, "case.reported/1");
    if (!add_ids(x, case_id, &voice, err) || !add_number(x, r, reported_at, err)) {
        return false;
    }
    add_facts(x, r, reported_at);
    add_place(x, place, r);
    clocks_by_rule(x, STEP_REPORT);
    if (x->next == STATE_VERIFYING) {
        event_add_int(x->e, "task_grid", place->grid > 0 ? place->grid : place->community);
        event_add_int(x->e, "task_due_at", clock_due_of(x, CLOCK_VERIFY));
    }
    clocks_write(x);
    decide_words(d, x->e, "text", *case_id, r->text, place->community);
    decide_words(d, x->e, "address", *case_id, r->address, place->community);
    decide_words(d, x->e, "reason", *case_id, r->from_reason, place->community);
    decide_vault(d, x->e, "name", voice, r->name);
    decide_vault(d, x->e, "telephone", voice, r->telephone);
    decide_vault(d, x->e, "email", voice, r->email);
    return step_photos(d, x->e, *case_id, r->photo_owner, r->photos, r->photo_count, err);
}

static bool decide_report(struct decide *d, const void *input, struct err *err) {
    const struct case_report *r = input;
    const struct town *town = d->town;
    struct case_file none = {0};
    struct step_context x = {
        .d = d, .town = town, .catalogue = town_catalogue(town, 0), .c = &none};
    const struct catalogue_class *class;
    struct case_place place;
    int64_t reported_at = r->occurred_at > 0 && r->occurred_at < d->at ? r->occurred_at : d->at;
    int64_t case_id;

    x.procedure = catalogue_procedure(x.catalogue, r->procedure);
    if (x.procedure == NULL) {
        return fail1(err, E_PROCEDURE, "procedure", r->procedure);
    }
    x.rule = catalogue_step(x.procedure, STEP_REPORT);
    if (x.rule == NULL || !check_channel(x.procedure, r, d->actor.language, err) ||
        !check_class(&x, r, &class, err) || !check_who(&x, r, err) || !check_times(&x, r, err) ||
        (!d->actor.may_backdate &&
         !report_form_check(d->arena, x.procedure, r, d->actor.language, err)) ||
        !check_external(&x, r, err) ||
        !case_place_find(town, d->office, r->place, r->has_point, r->wgs84_lat, r->wgs84_lon,
                         &place, err)) {
        return false;
    }
    if (r->fixed_on_spot && !check_fixed(&x, r, class, err)) {
        return false;
    }
    return report_emit(&x, r, class, &place, reported_at, &case_id, err) &&
           (!r->fixed_on_spot || add_fixed(&x, r, case_id, place.community, err));
}

int64_t case_first_voice(const struct event *reported) {
    return event_int(reported, "voice", 0);
}

const struct command_row case_report = {.name = "case.report", .decide = decide_report};
