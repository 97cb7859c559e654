/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/public_json.h"

#include "base/message.h"
#include "base/time_text.h"
#include "gate/web/case_timeline.h"

static const struct procedure *procedure_of(const struct case_view *v, const struct case_file *c) {
    return catalogue_procedure(town_catalogue(v->town, c->version), c->procedure);
}

static struct str face_of(const struct case_view *v, const struct case_file *c, enum state state) {
    const struct procedure *p = procedure_of(v, c);

    return p == NULL ? (struct str){0} : p->face[state][v->rq->language];
}

struct str public_where(const struct case_view *v, const struct case_file *c) {
    const struct catalogue_class *class = catalogue_class(town_catalogue(v->town, c->version), c->class);
    struct str estate = view_place_name(v, c->estate);
    struct str community = view_place_name(v, c->community);

    if (class != NULL && class->sensitive) {
        return community;
    }
    return estate.n > 0 ? estate : community.n > 0 ? community : view_place_name(v, c->grid);
}

/* Whose words belong to the step in public: the poster's own, the answer, a reason, a public note; not a unit's result. */
static const char *public_field(enum step step, bool is_poster) {
    switch (step) {
    case STEP_CLOSE:
        return "answer";
    case STEP_DECLINE:
        return "reason";
    case STEP_NOTE:
        return "text";
    case STEP_REPORT:
    case STEP_RATE:
        return is_poster ? "text" : NULL;
    default:
        return NULL;
    }
}

static bool write_step(struct case_view *v, struct json_out *o, const struct case_file *c, const struct event *e, enum step step,
                       bool is_poster, struct err *err) {
    enum state state = (enum state)term_find(TERMS_STATE, event_text(e, "state"));
    const char *field = public_field(step, is_poster);
    struct str title = state == STATE_NONE ? (struct str){0} : face_of(v, c, state);
    struct str words = {0};

    if (step == STEP_NOTE) {
        title = message_text(e->actor == ACTOR_RESIDENT ? M_FACE_YOUR_WORD : M_FACE_NOTE, v->rq->language);
    } else if (step == STEP_RATE) {
        title = message_text(M_FACE_RATED, v->rq->language);
    }
    if (title.n == 0) {
        return true;
    }
    if (field != NULL && !words_fetch(v->store, v->rq->arena, c->office, e->number, field, &words, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    write_time(v, o, "at", event_int(e, "said_at", e->at));
    json_str(o, "code", term_code(TERMS_STEP, (int)step));
    json_str(o, "title", title);
    json_str_or_null(o, "words", words);
    if (step == STEP_DISPATCH) {
        json_str(o, "by", view_unit_name(v, event_int(e, "unit", 0)));
    }
    json_close(o, '}');
    return true;
}

bool public_write_steps(struct case_view *v, struct json_out *o, const char *name, const struct case_file *c, bool is_poster,
                        struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_NOTE_LIST);
    bool ok = true;

    json_open(o, name, '[');
    stmt_bind_int(q, 1, c->id);
    stmt_bind_int(q, 2, c->office);
    while (ok && stmt_next(q)) {
        struct event *e = arena_new(v->rq->arena, struct event);

        if (stmt_int(q, 2) == 0) {
            continue;
        }
        e->office = c->office;
        e->number = stmt_int(q, 0);
        e->at = stmt_int(q, 3);
        e->actor = stmt_int(q, 5);
        ok = (event_read(v->rq->arena, stmt_text(q, 7, v->rq->arena), e) || fail(err, E_INTERNAL, "event")) &&
             write_step(v, o, c, e, timeline_step(stmt_view(q, 1)), is_poster, err);
    }
    json_close(o, ']');
    return stmt_end(q, ok ? err : &(struct err){0}) && ok;
}

static bool write_answer(struct case_view *v, struct json_out *o, const struct case_file *c, struct err *err) {
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
    struct str day = arena_format(v->rq->arena, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day, d.hour, d.minute);

    if (due == 0 || c->closed_at > 0) {
        return;
    }
    json_open(o, "promise", '{');
    write_time(v, o, "due_at", due);
    json_str(o, "text", message_format(v->rq->arena, c->late_after > 0 && c->late_after < v->now ? M_PROMISE_LATE : M_PROMISE,
                                       v->rq->language, day, (struct str){0}, (struct str){0}));
    json_close(o, '}');
}

bool public_answer_track(struct case_view *v, const struct case_file *c, const struct public_voice *voice, struct err *err) {
    const struct office *office = town_office(v->town, c->office);
    struct json_out o = answer_json_begin(v->rq, 200, '{');

    json_str(&o, "number", c->number);
    json_str(&o, "class_name", view_class_name(v, c->class));
    json_str(&o, "where", public_where(v, c));
    json_str(&o, "state", term_code(TERMS_STATE, (int)c->state));
    json_str(&o, "state_name", face_of(v, c, c->state));
    json_bool(&o, "outside", c->outside != 0);
    json_str(&o, "telephone", office->telephone);
    if (!public_write_steps(v, &o, "steps", c, voice->is_poster, err) || !write_answer(v, &o, c, err)) {
        return false;
    }
    write_promise(v, &o, c);
    json_bool(&o, "may_rate", voice->is_poster && c->state == STATE_CLOSED && voice->solved == 0);
    if (voice->solved > 0) {
        json_open(&o, "rated", '{');
        json_bool(&o, "solved", voice->solved == 1);
        json_int(&o, "grade", voice->rating);
        json_close(&o, '}');
    }
    return answer_json_end(v->rq, &o, err);
}
