/* SPDX-License-Identifier: Apache-2.0 */
/* The timeline of a case: stored as codes and values, worded here in the reader's language. */
#include "gate/web/case_timeline.h"

#include "base/message.h"
#include "base/time_text.h"
#include "engine/ledger/ledger.h"
#include "gate/exchange/proof.h"
#include "town/cases/hand_over.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *code;
    enum step step;
} steps[] = {
    {"reported", STEP_REPORT},
    {"verified", STEP_VERIFY},
    {"declined", STEP_DECLINE},
    {"filed", STEP_FILE},
    {"dispatched", STEP_DISPATCH},
    {"bounced", STEP_BOUNCE},
    {"signed", STEP_SIGN_FOR},
    {"handled", STEP_HANDLE},
    {"checked", STEP_CHECK},
    {"closed", STEP_CLOSE},
    {"rated", STEP_RATE},
    {"followed_up", STEP_FOLLOW_UP},
    {"noted", STEP_NOTE},
    {"contacted", STEP_FIRST_CONTACT},
    {"handed_over", STEP_HAND_OVER},
    {"merged", STEP_MERGE},
    {"remerged", STEP_MERGE},
    {"joined", STEP_MERGE},
    {"unmerged", STEP_UNMERGE},
    {"parted", STEP_UNMERGE},
    {"doubted", STEP_RATE},
    {"told_apart", STEP_TELL_APART},
};

enum step timeline_step(struct str code) {
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (str_is(code, steps[i].code)) {
            return steps[i].step;
        }
    }
    return STEP_NONE;
}

struct str timeline_actor(const struct case_view *v, int64_t actor) {
    const struct account *a;

    switch (actor) {
    case ACTOR_SYSTEM:
        return message_text(M_ACTOR_SYSTEM, v->rq->language);
    case ACTOR_RESIDENT:
        return message_text(M_ACTOR_RESIDENT, v->rq->language);
    case ACTOR_LINK:
        return message_text(M_ACTOR_LINK, v->rq->language);
    case ACTOR_PROGRAM:
        return message_text(M_ACTOR_PROGRAM, v->rq->language);
    default:
        a = town_account(v->town, actor);
        return a == NULL ? (struct str){0} : a->name;
    }
}

static void add_line(struct buf *b, struct str line) {
    buf_c(b, b->n > 0 && line.n > 0 ? "\n" : "");
    buf_put(b, line);
}

static struct str say(const struct case_view *v, enum message_code code, struct str x,
                      struct str y) {
    return message_format(v->rq->arena, code, v->rq->language, x, y, (struct str){0});
}

static struct str assist_names(const struct case_view *v, const struct event *e) {
    const struct event_field *list = event_find(e, "assists");
    struct buf b = buf_make(v->rq->arena, 2048);

    for (size_t i = 0; list != NULL && i + 2 <= list->count; i += 2) {
        buf_c(&b, b.n > 0 ? ", " : "");
        buf_put(&b, view_unit_name(v, list->list[i + 1]));
    }
    return buf_str(&b);
}

static void say_dispatched(const struct case_view *v, const struct event *e, struct buf *b) {
    struct str assists = assist_names(v, e);
    struct str due = time_write(v->rq->arena, event_int(e, "due_at", 0), CHINA_OFFSET_MINUTES);

    due = due.n >= 16 ? arena_format(v->rq->arena, "%.10s %.5s", due.p, due.p + 11) : STR("-");
    add_line(b, say(v, M_NOTE_DISPATCHED, view_unit_name(v, event_int(e, "unit", 0)), due));
    if (assists.n > 0) {
        add_line(b, say(v, M_NOTE_ASSISTS, assists, (struct str){0}));
    }
}

static void say_filed(const struct case_view *v, const struct event *e, struct buf *b) {
    const struct catalogue_class *class = catalogue_class(v->catalogue, event_text(e, "class"));
    const struct catalogue_condition *row =
        class == NULL ? NULL : catalogue_condition(class, (int)event_int(e, "condition", 0));

    if (class != NULL) {
        add_line(b, say(v, M_NOTE_FILED, class->name[v->rq->language],
                        row == NULL ? STR("") : row->text[v->rq->language]));
    }
}

static void say_rated(const struct case_view *v, const struct event *e, struct buf *b) {
    int64_t grade = event_int(e, "rating", 0);

    add_line(b, say(v, M_NOTE_RATED,
                    message_text(event_int(e, "solved", 0) == 1 ? M_YES : M_NO, v->rq->language),
                    grade > 0 ? term_name(TERMS_GRADE, (int)grade, v->rq->language) : STR("-")));
}

static void say_noted(const struct case_view *v, const struct event *e, struct buf *b) {
    int64_t waiting = event_int(e, "leader_waiting", -1);

    if (waiting >= 0) {
        add_line(b, say(v, waiting > 0 ? M_NOTE_ASK_LEADER : M_NOTE_INSTRUCTED, (struct str){0},
                        (struct str){0}));
    }
    if (event_int(e, "filled_above", 0) > 0) {
        add_line(b, say(v, M_NOTE_FILLED_ABOVE, (struct str){0}, (struct str){0}));
    }
    if (event_int(e, "task", 0) > 0) {
        add_line(b, say(v, M_NOTE_ASSIST_DONE, (struct str){0}, (struct str){0}));
    }
}

static struct str office_name(const struct case_view *v, int64_t id) {
    const struct office *o = town_office(v->town, id);

    return o == NULL ? (struct str){0} : o->name[v->rq->language];
}

/* Its number there is looked up when somebody reads it: this ledger was written before there was
 * one. */
static void say_handed_over(const struct case_view *v, const struct event *e, struct buf *b) {
    struct str to = office_name(v, event_int(e, "office", 0));
    struct hand_over there;
    struct err err;
    bool is_there = hand_over_arrival(v->store, v->rq->arena, e, &there, &err) && there.case_id > 0;

    add_line(b, is_there ? say(v, M_NOTE_HANDED_OVER, to, there.number)
                         : say(v, M_NOTE_HANDED_OVER_SENT, to, (struct str){0}));
}

/* The case as which another office had it, 0 = it came from nobody, and the entry that brought it
 * there. */
static bool step_back(const struct case_view *v, const struct event **e, int64_t *case_id,
                      struct err *err) {
    struct event *before = arena_new(v->rq->arena, struct event);
    struct hash hash;
    int64_t number;

    if (!hand_over_source(v->store, v->rq->arena, *e, case_id, err)) {
        return false;
    }
    *e = before;
    return *case_id == 0 ||
           (proof_receipt(v->store, id_office(*case_id), *case_id, &number, &hash, err) &&
            ledger_fetch(v->store, v->rq->arena, id_office(*case_id), number, before, err));
}

/* Of all that was merged with it in the offices before: who goes on with it answers to all. */
static int64_t voices_before(const struct case_view *v, const struct event *e) {
    struct case_file *c = arena_new(v->rq->arena, struct case_file);
    int64_t voices = 1;
    int64_t case_id;
    struct err err;
    bool found;

    for (int n = 0; n < HAND_OVER_MOST && step_back(v, &e, &case_id, &err) && case_id > 0; n++) {
        if (case_load(v->store, v->rq->arena, case_id, c, &found, &err) && found) {
            voices += c->voices - 1;
        }
    }
    return voices;
}

static void say_reported(const struct case_view *v, const struct event *e, struct buf *b) {
    int64_t from = event_int(e, "from_office", 0);
    int64_t voices = from > 0 ? voices_before(v, e) : 1;

    if (from > 0) {
        add_line(b, say(v, M_NOTE_RECEIVED, office_name(v, from), event_text(e, "from_number")));
    }
    if (voices > 1) {
        add_line(b, say(v, M_NOTE_RECEIVED_VOICES,
                        arena_format(v->rq->arena, "%lld", (long long)voices), (struct str){0}));
    }
}

/* Of the case that was merged its main case, of the main case the merged one. */
static void say_merged(const struct case_view *v, const struct event *e, enum step step,
                       struct buf *b) {
    struct str main = event_text(e, "main_number");
    struct str merged = event_text(e, "merged_number");
    int same = term_find(TERMS_SAME, event_text(e, "same"));
    bool is_out = step == STEP_UNMERGE;

    if (main.n > 0) {
        add_line(b, say(v, is_out ? M_NOTE_UNMERGED : M_NOTE_MERGED, main,
                        term_name(TERMS_SAME, same, v->rq->language)));
    } else if (merged.n > 0) {
        add_line(b, say(v, is_out ? M_NOTE_PARTED : M_NOTE_JOINED, merged,
                        arena_format(v->rq->arena, "%lld", (long long)event_int(e, "voices", 1))));
    }
}

struct str timeline_line(const struct case_view *v, const struct event *e, enum step step) {
    struct buf b = buf_make(v->rq->arena, 8192);
    struct str none = {0};

    switch (step) {
    case STEP_VERIFY:
        add_line(&b, say(v, event_int(e, "found", 0) == 1 ? M_NOTE_FOUND : M_NOTE_NOT_FOUND, none,
                         none));
        break;
    case STEP_FILE:
        say_filed(v, e, &b);
        break;
    case STEP_DISPATCH:
        say_dispatched(v, e, &b);
        break;
    case STEP_CHECK:
        add_line(&b,
                 say(v, event_int(e, "pass", 0) == 1 ? M_NOTE_PASSED : M_NOTE_REWORK, none, none));
        break;
    case STEP_HANDLE:
    case STEP_CLOSE:
        add_line(&b,
                 say(v, M_NOTE_OUTCOME,
                     term_name(TERMS_OUTCOME, term_find(TERMS_OUTCOME, event_text(e, "outcome")),
                               v->rq->language),
                     none));
        break;
    case STEP_RATE:
        if (event_find(e, "merged") != NULL) {
            add_line(&b, say(v, M_NOTE_DOUBTED, event_text(e, "merged_number"), none));
            break;
        }
        say_rated(v, e, &b);
        break;
    case STEP_FOLLOW_UP:
        add_line(&b,
                 say(v, event_int(e, "redo", 0) == 1 ? M_NOTE_REDO : M_NOTE_EXPLAINED, none, none));
        break;
    case STEP_FIRST_CONTACT:
        add_line(&b, say(v, event_int(e, "reached", 0) == 1 ? M_NOTE_REACHED : M_NOTE_UNREACHED,
                         none, none));
        break;
    case STEP_NOTE:
        say_noted(v, e, &b);
        break;
    case STEP_HAND_OVER:
        say_handed_over(v, e, &b);
        break;
    case STEP_MERGE:
    case STEP_UNMERGE:
        say_merged(v, e, step, &b);
        break;
    case STEP_TELL_APART:
        add_line(&b, say(v, M_NOTE_TOLD_APART, event_text(e, "other_number"), none));
        break;
    case STEP_REPORT:
        say_reported(v, e, &b);
        break;
    default:
        break;
    }
    return buf_str(&b);
}

/* ---- one entry */

#define ERASED "erased" /* no step of the case: what a reporter said was deleted */

static struct str say_erased(const struct case_view *v, const struct event *e) {
    static const struct {
        const char *reason;
        enum message_code code;
    } reasons[] = {{"request", M_ERASE_REQUEST},
                   {"expired", M_ERASE_EXPIRED},
                   {"withdrawn", M_ERASE_WITHDRAWN},
                   {"unlawful", M_ERASE_UNLAWFUL}};

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (str_is(event_text(e, "reason"), reasons[i].reason)) {
            return message_text(reasons[i].code, v->rq->language);
        }
    }
    return (struct str){0};
}

static const char *const word_fields[] = {"text", "reason", "answer"};

enum { WORD_FIELDS = sizeof word_fields / sizeof word_fields[0] };

static bool has_words(const struct case_view *v, const struct event *e, const char *field) {
    return event_find(e, arena_format(v->rq->arena, "%s_commit", field).p) != NULL;
}

static bool is_on_behalf(const struct event *e) {
    return event_int(e, "called_at", 0) != 0;
}

static void ask_words(const struct case_view *v, const struct event *e) {
    for (size_t i = 0; i < WORD_FIELDS; i++) {
        if (has_words(v, e, word_fields[i])) {
            words_ahead(v->store, e->office, e->number, word_fields[i]);
        }
    }
    if (is_on_behalf(e)) {
        words_ahead(v->store, e->office, e->number, "person");
    }
}

static bool read_words(struct case_view *v, const struct event *e, struct str *text,
                       struct err *err) {
    struct buf b = buf_make(v->rq->arena, 64 << 10);

    for (size_t i = 0; i < WORD_FIELDS; i++) {
        struct str words;

        if (!has_words(v, e, word_fields[i])) {
            continue;
        }
        if (!words_fetch(v->store, v->rq->arena, e->office, e->number, word_fields[i], &words,
                         err)) {
            return false;
        }
        add_line(&b, words.n > 0 ? words : message_text(M_ERASED, v->rq->language));
    }
    *text = buf_str(&b);
    return true;
}

static bool write_on_behalf(struct case_view *v, struct json_out *o, const struct event *e,
                            struct err *err) {
    struct str person;
    struct str at;

    if (!is_on_behalf(e)) {
        return true;
    }
    if (!words_fetch(v->store, v->rq->arena, e->office, e->number, "person", &person, err)) {
        return false;
    }
    at = time_write(v->rq->arena, event_int(e, "called_at", 0), CHINA_OFFSET_MINUTES);
    json_str(o, "on_behalf",
             say(v, M_NOTE_ON_BEHALF, person,
                 at.n >= 16 ? arena_format(v->rq->arena, "%.10s %.5s", at.p, at.p + 11) : at));
    return true;
}

/* The photos of a case that came from another office stay there; they are read from there
 * (uploads.c). */
static bool write_photos_before(struct case_view *v, struct json_out *o, const struct event *e,
                                struct err *err) {
    for (int n = 0; n < HAND_OVER_MOST; n++) {
        struct stmt *q;
        int64_t case_id;

        if (!step_back(v, &e, &case_id, err)) {
            return false;
        }
        if (case_id == 0) {
            return true;
        }
        q = store_sql(v->store, SQL_ATTACHMENTS_CASE);
        stmt_bind_int(q, 1, case_id);
        while (stmt_next(q)) {
            json_int(o, NULL, stmt_int(q, 0));
        }
        if (!stmt_end(q, err)) {
            return false;
        }
    }
    return true;
}

static bool write_photos(struct case_view *v, struct json_out *o, const struct event *e,
                         struct err *err) {
    struct stmt *q;

    json_open(o, "photos", '[');
    if (!write_photos_before(v, o, e, err)) {
        return false;
    }
    if (event_int(e, "photos", 0) > 0) {
        q = store_sql(v->store, SQL_ATTACHMENTS_OF_EVENT);
        stmt_bind_int(q, 1, e->office);
        stmt_bind_int(q, 2, e->number);
        while (stmt_next(q)) {
            json_int(o, NULL, stmt_int(q, 0));
        }
        if (!stmt_end(q, err)) {
            return false;
        }
    }
    json_close(o, ']');
    return true;
}

static bool write_entry(struct case_view *v, struct json_out *o, const struct case_entry *entry,
                        struct err *err) {
    const struct event *e = entry->event;
    struct str code = entry->code;
    enum step step = timeline_step(code);
    bool is_hidden = step == STEP_REPORT && v->hides_reporter;
    const struct account *a = is_hidden ? NULL : town_account(v->town, e->actor);
    struct str text;

    if (!read_words(v, e, &text, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_int(o, "event", e->number);
    write_time(v, o, "at", event_int(e, "said_at", e->at));
    write_time(v, o, "accepted_at", e->accepted_at);
    json_str(o, "code", code);
    json_str(o, "title",
             str_is(code, ERASED) ? message_text(M_NOTE_ERASED, v->rq->language)
                                  : term_name(TERMS_STEP, (int)step, v->rq->language));
    json_str(o, "line", str_is(code, ERASED) ? say_erased(v, e) : timeline_line(v, e, step));
    json_str(o, "text", text);
    json_bool(o, "public", entry->is_public);
    json_str(o, "actor",
             is_hidden ? message_text(M_ACTOR_HIDDEN, v->rq->language)
                       : timeline_actor(v, e->actor));
    if (a != NULL && a->unit > 0) {
        json_str(o, "unit", view_unit_name(v, a->unit));
    }
    if (!write_on_behalf(v, o, e, err) || !write_photos(v, o, e, err)) {
        return false;
    }
    json_close(o, '}');
    return true;
}

bool timeline_write(struct case_view *v, struct json_out *o, const struct case_file *c,
                    struct err *err) {
    const struct case_entry *first;

    if (!case_entries(v, c, &first, err)) {
        return false;
    }
    for (const struct case_entry *entry = first; entry != NULL; entry = entry->next) {
        ask_words(v, entry->event);
    }
    json_open(o, "timeline", '[');
    for (const struct case_entry *entry = first; entry != NULL; entry = entry->next) {
        if (!write_entry(v, o, entry, err)) {
            return false;
        }
    }
    json_close(o, ']');
    return true;
}
