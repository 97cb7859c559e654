/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/public_json.h"

#include "base/message.h"
#include "base/time_text.h"
#include "gate/exchange/proof.h"
#include "gate/web/case_timeline.h"
#include "town/cases/merge.h"

static const struct procedure *procedure_of(const struct case_view *v, const struct case_file *c) {
    return catalogue_procedure(town_catalogue(v->town, c->version), c->procedure);
}

struct str public_face(const struct case_view *v, const struct case_file *c, enum state state) {
    const struct procedure *p = procedure_of(v, c);

    return p == NULL ? (struct str){0} : p->face[state][v->rq->language];
}

struct str public_where(const struct case_view *v, const struct case_file *c) {
    const struct catalogue_class *class =
        catalogue_class(town_catalogue(v->town, c->version), c->class);
    struct str estate = view_place_name(v, c->estate);
    struct str community = view_place_name(v, c->community);

    if (class != NULL && class->sensitive) {
        return community;
    }
    return estate.n > 0 ? estate : community.n > 0 ? community : view_place_name(v, c->grid);
}

/* Whose words belong to the step in public: the poster's own, the answer, a reason, a public note;
 * not a unit's result. */
static const char *public_field(enum step step, enum public_words words) {
    if (words == PUBLIC_NO_WORDS) {
        return NULL;
    }
    if (words == PUBLIC_ANSWER) {
        return step == STEP_CLOSE ? "answer" : step == STEP_DECLINE ? "reason" : NULL;
    }
    switch (step) {
    case STEP_CLOSE:
        return "answer";
    case STEP_DECLINE:
        return "reason";
    case STEP_NOTE:
    case STEP_REPORT:
    case STEP_RATE:
        return "text";
    default:
        return NULL;
    }
}

/* Who goes on with it, and where to ask. */
static struct str handed_over_words(const struct case_view *v, int64_t office) {
    const struct office *o = town_office(v->town, office);

    return o == NULL ? (struct str){0}
                     : message_format(v->rq->arena, M_FACE_HANDED_OVER, v->rq->language,
                                      o->name[v->rq->language], o->telephone, (struct str){0});
}

static struct str merged_words(const struct case_view *v, struct str number) {
    return message_format(v->rq->arena, M_FACE_MERGED, v->rq->language, number, (struct str){0},
                          (struct str){0});
}

static struct str title_of(const struct case_view *v, const struct case_file *c,
                           const struct event *e, enum step step) {
    enum state state = (enum state)term_find(TERMS_STATE, event_text(e, "state"));

    if (step == STEP_NOTE) {
        return message_text(e->actor == ACTOR_RESIDENT ? M_FACE_YOUR_WORD : M_FACE_NOTE,
                            v->rq->language);
    }
    if (step == STEP_RATE) {
        return message_text(M_FACE_RATED, v->rq->language);
    }
    if (step == STEP_HAND_OVER) {
        return handed_over_words(v, event_int(e, "office", 0));
    }
    if (step == STEP_MERGE) {
        return merged_words(v, event_text(e, "main_number"));
    }
    if (step == STEP_UNMERGE) {
        return message_text(M_FACE_UNMERGED, v->rq->language);
    }
    return state == STATE_NONE ? (struct str){0} : public_face(v, c, state);
}

struct each_step {
    enum public_words words;
    public_step_function *each;
    void *ctx;
};

static bool give_step(struct case_view *v, const struct case_file *c, const struct event *e,
                      enum step step, const struct each_step *to, struct err *err) {
    const char *field = public_field(step, to->words);
    struct public_step s = {
        .at = event_int(e, "said_at", e->at), .step = step, .title = title_of(v, c, e, step)};

    if (s.title.n == 0) {
        return true;
    }
    if (step == STEP_DISPATCH) {
        s.unit = event_int(e, "unit", 0);
    }
    return (field == NULL ||
            words_fetch(v->store, v->rq->arena, c->office, e->number, field, &s.words, err)) &&
           to->each(to->ctx, &s, err);
}

/* What one of several said belongs to that one: notes, ratings, the report. Whoever reads on in
 * another office learns that it came there, and with what it was merged there. */
static bool is_for_all(enum step step, bool is_received) {
    switch (step) {
    case STEP_NOTE:
    case STEP_RATE:
        return false;
    case STEP_REPORT:
    case STEP_MERGE:
    case STEP_UNMERGE:
        return is_received;
    default:
        return true;
    }
}

static bool is_shown(const struct public_leg *leg, const struct case_entry *entry) {
    return entry->is_public && entry->event->number > leg->after &&
           (!leg->is_shared || is_for_all(timeline_step(entry->code), leg->is_received));
}

static bool walk_steps(struct case_view *v, const struct public_leg *leg,
                       const struct each_step *to, struct err *err) {
    const struct case_entry *first;
    bool ok = case_entries(v, leg->c, &first, err);

    for (const struct case_entry *entry = first; ok && entry != NULL; entry = entry->next) {
        const char *field = public_field(timeline_step(entry->code), to->words);

        if (is_shown(leg, entry) && field != NULL) {
            words_ahead(v->store, leg->c->office, entry->event->number, field);
        }
    }
    for (const struct case_entry *entry = first; ok && entry != NULL; entry = entry->next) {
        ok = !is_shown(leg, entry) ||
             give_step(v, leg->c, entry->event, timeline_step(entry->code), to, err);
    }
    return ok;
}

/* The main case with which a merged one goes on; false in `is_merged` = it is not merged. */
static bool find_main_leg(struct case_view *v, const struct public_leg *leg, struct public_leg *out,
                          bool *is_merged, struct err *err) {
    struct case_file *main;
    struct merge m;
    bool found;

    *is_merged = leg->c->state == STATE_MERGED;
    if (!*is_merged) {
        return true;
    }
    main = arena_new(v->rq->arena, struct case_file);
    if (!merge_find(v->store, leg->c->id, &m, err) ||
        !case_load(v->store, v->rq->arena, m.main_case, main, &found, err)) {
        return false;
    }
    *out = (struct public_leg){.c = main, .voice = leg->voice, .after = m.event, .is_shared = true};
    return found || fail(err, E_INTERNAL, "merge");
}

bool public_each_step(struct case_view *v, const struct case_file *c, enum public_words words,
                      public_step_function *each, void *ctx, struct err *err) {
    const struct each_step own = {words, each, ctx};
    const struct each_step others = {words == PUBLIC_NO_WORDS ? words : PUBLIC_ANSWER, each, ctx};
    struct public_leg leg = {.c = c};
    struct public_leg main;
    bool is_merged;

    return walk_steps(v, &leg, &own, err) && find_main_leg(v, &leg, &main, &is_merged, err) &&
           (!is_merged || walk_steps(v, &main, &others, err));
}

struct steps_out {
    struct case_view *view;
    struct json_out *o;
    struct str received_by; /* office that goes on with what another one handed over, else empty */
};

static bool write_step(void *ctx, const struct public_step *s, struct err *err) {
    struct steps_out *to = ctx;
    bool is_received = s->step == STEP_REPORT && to->received_by.n > 0;

    (void)err;
    json_open(to->o, NULL, '{');
    write_time(to->view, to->o, "at", s->at);
    json_str(to->o, "code", term_code(TERMS_STEP, (int)s->step));
    json_str(to->o, "title", s->title);
    json_str_or_null(to->o, "words", is_received ? (struct str){0} : s->words);
    if (s->unit > 0 || is_received) {
        json_str(to->o, "by", is_received ? to->received_by : view_unit_name(to->view, s->unit));
    }
    json_close(to->o, '}');
    return true;
}

bool public_write_steps(struct case_view *v, struct json_out *o, const char *name,
                        const struct case_file *c, bool is_poster, struct err *err) {
    struct steps_out to = {v, o, {0}};
    bool ok;

    json_open(o, name, '[');
    ok = public_each_step(v, c, is_poster ? PUBLIC_ALL_WORDS : PUBLIC_NO_WORDS, write_step, &to,
                          err);
    json_close(o, ']');
    return ok;
}

static bool write_answer(struct case_view *v, struct json_out *o, const struct case_file *c,
                         struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_CASE_ANSWER);

    stmt_bind_int(q, 1, c->id);
    if (stmt_next(q)) {
        json_str(o, "answer", stmt_text(q, 0, v->rq->arena));
    }
    return stmt_end(q, err);
}

static void write_promise(struct case_view *v, struct json_out *o, const struct case_file *c) {
    int64_t due = c->due_at;
    struct civil d = civil_from_us(due, CHINA_OFFSET_MINUTES);
    struct str day = arena_format(v->rq->arena, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day,
                                  d.hour, d.minute);

    if (due == 0 || c->closed_at > 0) {
        return;
    }
    json_open(o, "promise", '{');
    write_time(v, o, "due_at", due);
    json_str(
        o, "text",
        message_format(v->rq->arena,
                       c->late_after > 0 && c->late_after < v->now ? M_PROMISE_LATE : M_PROMISE,
                       v->rq->language, day, (struct str){0}, (struct str){0}));
    json_close(o, '}');
}

void public_write_outside(struct case_view *v, struct json_out *o, const struct case_file *c) {
    const struct office *office = town_office(v->town, c->office);
    const struct unit *theirs = town_neighbour_unit(
        v->town, c->office, (struct point){(int32_t)c->wgs84_lat, (int32_t)c->wgs84_lon});
    enum language l = v->rq->language;

    json_bool(o, "outside", c->outside != 0);
    if (c->outside != 0) {
        json_str(o, "outside_words",
                 message_format(v->rq->arena, theirs == NULL ? M_OUTSIDE : M_OUTSIDE_THEIRS, l,
                                office->name[l], theirs == NULL ? STR("") : theirs->name[l],
                                STR("")));
    }
}

bool public_write_entry(struct case_view *v, struct json_out *o, const struct case_file *c,
                        struct err *err) {
    struct hash hash;
    int64_t number;

    if (!proof_receipt(v->store, c->office, c->id, &number, &hash, err)) {
        return false;
    }
    json_open(o, "entry", '{');
    json_int(o, "number", number);
    json_str(o, "hash", hex_write(v->rq->arena, hash_bytes(&hash)));
    json_close(o, '}');
    return true;
}

/* ---- through the offices */

static bool find_first_voice(struct case_view *v, int64_t case_id, struct public_voice *out,
                             struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_VOICE_LIST);

    *out = (struct public_voice){0};
    stmt_bind_int(q, 1, case_id);
    if (stmt_next(q)) {
        out->id = stmt_int(q, 0);
        out->solved = stmt_int(q, 5);
        out->rating = stmt_int(q, 6);
    }
    return stmt_end(q, err);
}

/* The case that another office received; false in `found` = it was not handed over, or has not
 * arrived. */
static bool find_received_leg(struct case_view *v, const struct public_leg *leg,
                              struct public_leg *out, int64_t *awaited, bool *found,
                              struct err *err) {
    struct case_file *c;
    struct public_voice first;
    struct public_voice next;
    struct hand_over there;

    if (!hand_over_of(v->store, v->rq->arena, leg->c, &there, err)) {
        return false;
    }
    *awaited = there.office;
    *found = there.case_id > 0;
    if (!*found) {
        return true;
    }
    c = arena_new(v->rq->arena, struct case_file);
    c = arena_new(v->rq->arena, struct case_file);
    *out = (struct public_leg){
        .c = c, .voice = leg->voice, .is_shared = leg->is_shared, .is_received = true};
    if (!case_load(v->store, v->rq->arena, there.case_id, c, found, err) ||
        !find_first_voice(v, leg->c->id, &first, err) ||
        !find_first_voice(v, there.case_id, &next, err)) {
        return false;
    }
    if (!leg->is_shared) {
        next.is_poster = leg->voice.is_poster && first.id == leg->voice.id;
        out->voice = next;
    }
    return true;
}

bool public_follow(struct case_view *v, const struct case_file *c, const struct public_voice *voice,
                   struct public_way *way, struct err *err) {
    bool found = true;

    *way = (struct public_way){.legs = {{.c = c, .voice = *voice}}, .count = 1};
    while (found && way->count < PUBLIC_WAY_MOST) {
        struct public_leg *last = &way->legs[way->count - 1];
        struct public_leg *next = &way->legs[way->count];

        if (!find_main_leg(v, last, next, &found, err) ||
            (!found && !find_received_leg(v, last, next, &way->awaited, &found, err))) {
            return false;
        }
        if (found) {
            way->awaited = 0;
            way->own = next->is_shared ? way->own : way->count;
            way->count++;
        }
    }
    return true;
}

static bool write_way(struct case_view *v, struct json_out *o, const struct public_way *way,
                      struct err *err) {
    bool ok = true;

    json_open(o, "steps", '[');
    for (size_t i = 0; ok && i < way->count; i++) {
        const struct public_leg *leg = &way->legs[i];
        const struct office *office = town_office(v->town, leg->c->office);
        struct steps_out out = {v, o,
                                leg->is_received ? office->name[v->rq->language] : (struct str){0}};
        struct each_step to = {.words = !leg->voice.is_poster ? PUBLIC_NO_WORDS
                                        : leg->is_shared      ? PUBLIC_ANSWER
                                                              : PUBLIC_ALL_WORDS,
                               .each = write_step,
                               .ctx = &out};

        ok = walk_steps(v, leg, &to, err);
    }
    json_close(o, ']');
    return ok;
}

/* With what it was merged, where it goes on, and as what it is known there. */
static void write_changes(struct case_view *v, struct json_out *o, const struct public_way *way) {
    const struct case_file *merged = NULL;
    const struct case_file *received = NULL;

    for (size_t i = 1; i < way->count; i++) {
        const struct public_leg *leg = &way->legs[i];

        merged = leg->is_received ? merged : leg->c;
        received = leg->is_received ? leg->c : received;
    }
    if (merged != NULL) {
        json_str(o, "merged", merged_words(v, merged->number));
    }
    if (received != NULL) {
        json_open(o, "onward", '{');
        json_str(o, "office", town_office(v->town, received->office)->name[v->rq->language]);
        json_str(o, "number", received->number);
        json_close(o, '}');
    }
}

/* What a rating stands under, and whether there may be one: in the office where it is now, when the
 * case that it goes on with is closed. Who reads on in another office as one of several is not
 * known there. */
static void write_rating(struct json_out *o, const struct public_way *way) {
    const struct public_leg *last = &way->legs[way->count - 1];
    const struct public_voice *voice = &last->voice;

    json_bool(o, "may_rate",
              voice->is_poster && last->c->state == STATE_CLOSED && way->awaited == 0 &&
                  voice->solved == 0 && !(last->is_shared && way->count - way->own > 2));
    if (voice->solved > 0) {
        json_open(o, "rated", '{');
        json_bool(o, "solved", voice->solved == 1);
        json_int(o, "grade", voice->rating);
        json_close(o, '}');
    }
}

bool public_answer_track(struct case_view *v, const struct case_file *c,
                         const struct public_voice *voice, struct err *err) {
    struct json_out o = answer_json_begin(v->rq, 200, '{');
    struct public_way *way = arena_new(v->rq->arena, struct public_way);
    const struct case_file *own; /* the person's own case, where it is now */
    const struct case_file *on;  /* the case that it goes on with */

    if (!public_follow(v, c, voice, way, err)) {
        return false;
    }
    own = way->legs[way->own].c;
    on = way->legs[way->count - 1].c;
    json_str(&o, "number", c->number);
    json_str(&o, "class_name", view_class_name(v, own->class));
    json_str(&o, "where", public_where(v, own));
    json_str(&o, "state", term_code(TERMS_STATE, (int)on->state));
    json_str(&o, "state_name",
             way->awaited > 0 ? handed_over_words(v, way->awaited) : public_face(v, on, on->state));
    public_write_outside(v, &o, own);
    json_str(&o, "telephone", town_office(v->town, on->office)->telephone);
    write_changes(v, &o, way);
    if (!write_way(v, &o, way, err) ||
        (way->legs[way->count - 1].voice.is_poster && !write_answer(v, &o, on, err)) ||
        (voice->is_poster && !public_write_entry(v, &o, c, err))) {
        return false;
    }
    write_promise(v, &o, on);
    write_rating(&o, way);
    return answer_json_end(v->rq, &o, err);
}
