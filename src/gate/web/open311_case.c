/* SPDX-License-Identifier: Apache-2.0 */
/* One request as Open311 shows it, and who may see what of it. */
#include "gate/web/open311.h"

#include "base/message.h"
#include "base/time_text.h"
#include "engine/ledger/pack.h"
#include "gate/web/public_json.h"
#include "town/cases/links.h"
#include "town/cases/merge.h"

/* 0.001 degrees, about a hundred metres: the block, not the door. */
enum { DEGREE_DECIMALS = 7, ROUNDED_DECIMALS = 3, PHOTOS_MOST = 16 };
enum { STATUS_NOTES_BYTES = 4 * LIMIT_TEXT_CHARACTERS + 4096 }; /* an answer and some names */
#define ROUNDED_STEP 10000

bool open311_is_closed(const struct case_file *c) {
    return c->state == STATE_CLOSED || c->state == STATE_DECLINED || c->state == STATE_MERGED;
}

/* The same words stand in cases.sql (cases_updated) and in the index of that name. */
int64_t open311_updated_at(const struct case_file *c) {
    return open311_is_closed(c) ? c->closed_at : c->last_at;
}

/* ---- who may see what */

static bool program_of(struct open311_reader *r, const struct case_file *c, int64_t number,
                       int64_t *program, struct err *err) {
    struct stmt *q = store_sql(r->view.store, SQL_LEDGER_FETCH);
    struct event *e = arena_new(r->view.rq->arena, struct event);
    bool is_read = true;

    *program = 0;
    stmt_bind_int(q, 1, c->office);
    stmt_bind_int(q, 2, number);
    if (stmt_next(q)) {
        is_read = pack_read(r->view.rq->arena, stmt_text(q, 5, r->view.rq->arena), e);
        *program = is_read ? event_int(e, "program", 0) : 0;
    }
    return stmt_end(q, err) && (is_read || fail(err, E_INTERNAL, "event"));
}

/* The event of the voice that this key posted, 0 when none is its own. */
static bool find_own(struct open311_reader *r, const struct case_file *c, int64_t *own_event,
                     struct err *err) {
    struct stmt *q;
    bool ok = true;

    *own_event = 0;
    if (r->key.id == 0) {
        return true;
    }
    q = store_sql(r->view.store, SQL_VOICE_LIST);
    stmt_bind_int(q, 1, c->id);
    while (ok && *own_event == 0 && stmt_next(q)) {
        int64_t event = stmt_int(q, 7);
        int64_t program = 0;

        if (str_is(stmt_view(q, 1), "open311")) {
            ok = program_of(r, c, event, &program, err);
            *own_event = program == r->key.id ? event : 0;
        }
    }
    return stmt_end(q, ok ? err : &(struct err){0}) && ok;
}

/* By the definitions in force today: what is no longer offered is no longer shown. */
static bool is_public(const struct open311_reader *r, const struct case_file *c) {
    const struct catalogue_class *class = catalogue_class(r->view.catalogue, c->class);

    return c->confidential == 0 && open311_procedure(r->view.catalogue, class) != NULL &&
           !class->sensitive &&
           open311_is_open_to(catalogue_procedure(r->view.catalogue, c->procedure));
}

bool open311_share_of(struct open311_reader *r, const struct case_file *c,
                      enum open311_share *share, int64_t *own_event, struct err *err) {
    *share = OPEN311_NOTHING;
    *own_event = 0;
    if (c->office != visit_office(r->view.rq)) {
        return true;
    }
    if (!find_own(r, c, own_event, err)) {
        return false;
    }
    *share = *own_event > 0 ? OPEN311_OWN : is_public(r, c) ? OPEN311_SUMMARY : OPEN311_NOTHING;
    return true;
}

/* ---- the element */

struct shown_photo {
    struct str url;
    int64_t width; /* pixels */
    int64_t height;
};

struct request_out {
    struct open311_reader *reader;
    struct open311_out *o;
    const struct case_file *c;
    const struct case_file *on; /* the case that it goes on with: its own, or the main case */
    enum open311_share share;
    int64_t own_event;
    struct shown_photo photos[PHOTOS_MOST]; /* that this reader may see */
    size_t photo_count;
};

static void put_time(struct request_out *x, const char *name, int64_t at) {
    open311_text(x->o, name, time_write(x->reader->view.rq->arena, at, CHINA_OFFSET_MINUTES));
}

static enum coordinates coordinates_of(const struct request_out *x) {
    const struct catalogue_class *class = catalogue_class(x->reader->view.catalogue, x->c->class);

    return class == NULL || class->sensitive || x->c->confidential != 0 ? COORDINATES_HIDDEN
                                                                        : class->coordinates;
}

static int64_t rounded(int64_t degrees) {
    return (degrees + (degrees < 0 ? -ROUNDED_STEP : ROUNDED_STEP) / 2) / ROUNDED_STEP;
}

static void put_degrees(struct request_out *x, const char *name, int64_t degrees) {
    enum coordinates how = x->c->cell == 0 ? COORDINATES_HIDDEN : coordinates_of(x);

    switch (how) {
    case COORDINATES_EXACT:
        open311_fixed(x->o, name, degrees, DEGREE_DECIMALS);
        break;
    case COORDINATES_ROUNDED:
        open311_fixed(x->o, name, rounded(degrees), ROUNDED_DECIMALS);
        break;
    default:
        open311_text(x->o, name, (struct str){0});
    }
}

/* "鞍山四村，四平路街道": the estate or community, from the most specific to the most general. */
static struct str address_of(const struct request_out *x) {
    const struct case_view *v = &x->reader->view;
    const struct office *office = town_office(v->town, x->c->office);
    struct str where = public_where(v, x->c);

    if (where.n == 0) {
        return office->name[v->rq->language];
    }
    return message_format(v->rq->arena, M_OPEN311_ADDRESS, v->rq->language, where,
                          office->name[v->rq->language], (struct str){0});
}

/* The place code that a report may name as address_id. */
static struct str address_id_of(const struct request_out *x) {
    const struct case_view *v = &x->reader->view;
    bool is_hidden = coordinates_of(x) == COORDINATES_HIDDEN;
    const struct place *p =
        town_place(v->town, x->c->estate > 0 && !is_hidden ? x->c->estate : x->c->community);

    return p == NULL ? (struct str){0} : p->code;
}

static bool put_description(struct request_out *x, struct err *err) {
    struct case_view *v = &x->reader->view;
    struct str text = {0};

    if (x->share == OPEN311_OWN &&
        !words_fetch(v->store, v->rq->arena, x->c->office, x->own_event, "text", &text, err)) {
        return false;
    }
    if (text.n == 0) {
        text = message_format(v->rq->arena, M_OPEN311_SUMMARY, v->rq->language,
                              view_class_name(v, x->c->class), address_of(x),
                              public_face(v, x->on, x->on->state));
    }
    open311_text(x->o, "description", text);
    return true;
}

/* What became of it, in words that stand in no letter to anybody; to its own program also the
 * answer. A merged request is what the one is that it goes on with. */
static bool put_status_notes(struct request_out *x, struct err *err) {
    struct case_view *v = &x->reader->view;
    struct buf b = buf_make(v->rq->arena, STATUS_NOTES_BYTES);

    buf_put(&b, public_face(v, x->on, x->on->state));
    if (x->on != x->c) {
        buf_c(&b, " · ");
        buf_put(&b, message_format(v->rq->arena, M_OPEN311_MERGED, v->rq->language, x->on->number,
                                   (struct str){0}, (struct str){0}));
    }
    if (x->on->state == STATE_CLOSED && x->on->outcome != OUTCOME_NONE) {
        buf_c(&b, " · ");
        buf_put(&b, term_name(TERMS_OUTCOME, (int)x->on->outcome, v->rq->language));
    }
    if (x->share == OPEN311_OWN && open311_is_closed(x->on)) {
        struct stmt *q = store_sql(v->store, SQL_CASE_ANSWER);

        stmt_bind_int(q, 1, x->on->id);
        if (stmt_next(q)) {
            buf_c(&b, "\n");
            buf_put(&b, stmt_text(q, 0, v->rq->arena));
        }
        if (!stmt_end(q, err)) {
            return false;
        }
    }
    open311_text(x->o, "status_notes", buf_str(&b));
    return true;
}

static void put_times(struct request_out *x) {
    put_time(x, "requested_datetime", x->c->reported_at);
    put_time(x, "updated_datetime", open311_updated_at(x->on));
    if (x->on->due_at > 0 && !open311_is_closed(x->on)) {
        put_time(x, "expected_datetime", x->on->due_at);
    }
}

static void put_where(struct request_out *x) {
    open311_text(x->o, "address", address_of(x));
    open311_text(x->o, "address_id", address_id_of(x));
    open311_text(x->o, "zipcode", (struct str){0});
    put_degrees(x, "lat", x->c->wgs84_lat);
    put_degrees(x, "long", x->c->wgs84_lon);
}

/* ---- photos: those that staff released, and to the program that sent them its own */

static bool find_photos(struct request_out *x, struct err *err) {
    struct request *rq = x->reader->view.rq;
    const struct service *s = visit_service(rq);
    struct stmt *q;

    if (x->c->photos == 0) {
        return true;
    }
    q = store_sql(x->reader->view.store, SQL_ATTACHMENTS_CASE);
    stmt_bind_int(q, 1, x->c->id);
    while (stmt_next(q) && x->photo_count < PHOTOS_MOST) {
        bool is_own = x->own_event > 0 && stmt_int(q, 1) == x->own_event;
        struct shown_photo *photo = &x->photos[x->photo_count];
        struct str token;

        if (!is_own && stmt_int(q, 4) == 0) {
            continue;
        }
        token =
            link_token(rq->arena, installation_keys(s->installation), LINK_MEDIA, stmt_int(q, 0));
        photo->url =
            arena_format(rq->arena, "%s/api/v1/public/photos/%.*s", s->public_url, STR_ARG(token));
        photo->width = stmt_int(q, 2);
        photo->height = stmt_int(q, 3);
        x->photo_count++;
    }
    return stmt_end(q, err);
}

static void put_photos(struct request_out *x) {
    open311_list(x->o, "photos");
    for (size_t i = 0; i < x->photo_count; i++) {
        open311_object(x->o, "photo");
        open311_text(x->o, "media_url", x->photos[i].url);
        open311_int(x->o, "width", x->photos[i].width);
        open311_int(x->o, "height", x->photos[i].height);
        open311_close(x->o);
    }
    open311_close(x->o);
}

/* ---- extensions=true */

/* Who passed it on (a leader, the police, a newspaper) is nobody's business but the office's. */
static struct str channel_of(const struct case_file *c) {
    switch (c->channel) {
    case CHANNEL_WEB:
    case CHANNEL_PATROL:
    case CHANNEL_OPEN311:
        return term_code(TERMS_CHANNEL, (int)c->channel);
    default:
        return STR("other");
    }
}

static bool put_note(void *ctx, const struct public_step *s, struct err *err) {
    struct request_out *x = ctx;
    bool is_own_word = s->step == STEP_NOTE || s->step == STEP_RATE;
    struct str words = s->step == STEP_REPORT ? (struct str){0} : s->words;

    (void)err;
    if (is_own_word && x->share != OPEN311_OWN) {
        return true;
    }
    open311_object(x->o, "note");
    put_time(x, "datetime", s->at);
    open311_text(x->o, "description",
                 words.n == 0 ? s->title
                              : arena_format(x->reader->view.rq->arena, "%.*s\n%.*s",
                                             STR_ARG(s->title), STR_ARG(words)));
    open311_text(x->o, "type", term_code(TERMS_STEP, (int)s->step));
    open311_close(x->o);
    return true;
}

static bool put_extensions(struct request_out *x, struct err *err) {
    enum public_words words = x->share == OPEN311_OWN ? PUBLIC_ALL_WORDS : PUBLIC_NO_WORDS;
    bool ok;

    open311_list(x->o, "attributes");
    open311_close(x->o);
    open311_object(x->o, "extended_attributes");
    open311_text(x->o, "channel", channel_of(x->c));
    put_degrees(x, "x", x->c->wgs84_lon);
    put_degrees(x, "y", x->c->wgs84_lat);
    put_photos(x);
    open311_close(x->o);
    open311_list(x->o, "notes");
    ok = public_each_step(&x->reader->view, x->c, words, put_note, x, err);
    open311_close(x->o);
    return ok;
}

static bool put_request(struct request_out *x, struct err *err) {
    const struct case_view *v = &x->reader->view;

    open311_object(x->o, "request");
    open311_text(x->o, "service_request_id", x->c->number);
    open311_text(x->o, "status", open311_is_closed(x->on) ? STR("closed") : STR("open"));
    if (!put_status_notes(x, err)) {
        return false;
    }
    open311_text(x->o, "service_name", view_class_name(v, x->c->class));
    open311_text(x->o, "service_code", x->c->class);
    if (!put_description(x, err)) {
        return false;
    }
    if (x->on->unit > 0) {
        open311_text(x->o, "agency_responsible", view_unit_name(v, x->on->unit));
    }
    put_times(x);
    put_where(x);
    if (!find_photos(x, err)) {
        return false;
    }
    open311_text(x->o, "media_url", x->photo_count > 0 ? x->photos[0].url : (struct str){0});
    if (x->reader->with_extensions && !put_extensions(x, err)) {
        return false;
    }
    open311_close(x->o);
    return true;
}

bool open311_write_case(struct open311_reader *r, struct open311_out *o, const struct case_file *c,
                        bool *written, struct err *err) {
    struct request_out x = {.reader = r, .o = o, .c = c};

    *written = false;
    if (!open311_share_of(r, c, &x.share, &x.own_event, err)) {
        return false;
    }
    if (x.share == OPEN311_NOTHING) {
        return true;
    }
    *written = true;
    return merge_follow(r->view.store, r->view.rq->arena, c, &x.on, err) && put_request(&x, err);
}
