/* SPDX-License-Identifier: Apache-2.0 */
/* The whole case for its page: clocks, tasks, voices, timeline, what the visitor may do now, and a
 * suggestion. */
#include "gate/web/case_json.h"

#include "base/mask.h"
#include "base/message.h"
#include "base/time_text.h"
#include "engine/ledger/ledger.h"
#include "gate/web/case_timeline.h"
#include "gate/web/public_json.h"
#include "town/cases/case_scope.h"
#include "town/cases/merge.h"
#include "town/cases/suggest.h"

/* A limit that was set above has no length of its own: it ends when they say. */
static struct str clock_limit_text(struct case_view *v, const struct case_clock *k) {
    struct civil d = civil_from_us(k->due_at, CHINA_OFFSET_MINUTES);

    if (k->unit != UNIT_NONE) {
        return limit_text(v->rq->arena, (int)k->amount, k->unit, v->rq->language);
    }
    return message_format(
        v->rq->arena, M_LIMIT_ABOVE, v->rq->language,
        arena_format(v->rq->arena, "%02d-%02d %02d:%02d", d.month, d.day, d.hour, d.minute),
        (struct str){0}, (struct str){0});
}

static void write_clocks(struct case_view *v, struct json_out *o, const struct case_file *c) {
    const struct calendar *calendar = v->town->calendar;

    json_open(o, "clocks", '[');
    for (size_t i = 0; i < c->clock_count; i++) {
        const struct case_clock *k = &c->clocks[i];
        enum limit_unit counted = k->unit == UNIT_NONE ? UNIT_NATURAL_DAY : k->unit;
        int64_t until = k->stopped_at > 0 ? k->stopped_at : v->now;
        int64_t whole = view_limit_us(k->unit, k->amount, k->started_at, k->due_at);

        json_open(o, NULL, '{');
        json_str(o, "kind", term_code(TERMS_CLOCK, (int)k->kind));
        json_str(o, "name", term_name(TERMS_CLOCK, (int)k->kind, v->rq->language));
        json_str(o, "unit", term_code(TERMS_LIMIT_UNIT, (int)k->unit));
        json_str(o, "limit_text", clock_limit_text(v, k));
        write_time(v, o, "started_at", k->started_at);
        write_time(v, o, "due_at", k->due_at);
        write_time(v, o, "stopped_at", k->stopped_at);
        json_bool(o, "late", until > k->due_at);
        json_bool(o, "provisional", k->provisional != 0);
        json_int(o, "limit_ms", whole / 1000);
        json_int(o, "used_ms", limit_used_us(calendar, counted, k->started_at, until) / 1000);
        json_int(o, "left_ms", limit_left_us(calendar, counted, until, k->due_at) / 1000);
        json_bool(o, "running", k->stopped_at == 0 && limit_is_running(calendar, counted, v->now));
        json_close(o, '}');
    }
    json_close(o, ']');
}

static void write_tasks(struct case_view *v, struct json_out *o, const struct case_file *c) {
    json_open(o, "tasks", '[');
    for (size_t i = 0; i < c->task_count; i++) {
        const struct case_task *t = &c->tasks[i];
        const struct account *a = town_account(v->town, t->on_behalf);
        const struct unit *u = town_unit(v->town, t->unit);

        json_open(o, NULL, '{');
        json_int(o, "id", t->id);
        json_str(o, "kind", task_kind_code(t->kind));
        write_ref(o, "unit", t->unit, view_unit_name(v, t->unit));
        write_ref(o, "grid", t->grid, view_place_name(v, t->grid));
        if (u != NULL) {
            json_bool(o, "has_accounts", u->has_accounts);
            json_str_or_null(o, "telephone", u->telephone);
        }
        json_str(o, "state", task_state_code(t->state));
        write_time(v, o, "sent_at", t->sent_at);
        write_time(v, o, "due_at", t->due_at);
        write_time(v, o, "signed_at", t->signed_at);
        write_time(v, o, "done_at", t->done_at);
        if (a != NULL) {
            json_str(o, "on_behalf", a->name);
        }
        json_int(o, "round", t->round);
        json_close(o, '}');
    }
    json_close(o, ']');
}

struct voice {
    int64_t id;
    struct str channel;
    struct str external_number;
    int64_t said_at;
    bool has_contact;
    int64_t solved;
    int64_t rating;
    int64_t event;
};

static bool list_voices(struct case_view *v, const struct case_file *c, struct voice **out,
                        size_t *count, struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_VOICE_LIST);

    *out = arena_array(v->rq->arena, struct voice, LIMIT_VOICES_PER_CASE);
    *count = 0;
    stmt_bind_int(q, 1, c->id);
    while (*count < LIMIT_VOICES_PER_CASE && stmt_next(q)) {
        (*out)[(*count)++] = (struct voice){
            .id = stmt_int(q, 0),
            .channel = stmt_text(q, 1, v->rq->arena),
            .external_number = stmt_text(q, 2, v->rq->arena),
            .said_at = stmt_int(q, 3),
            .has_contact = stmt_int(q, 4) != 0,
            .solved = stmt_int(q, 5),
            .rating = stmt_int(q, 6),
            .event = stmt_int(q, 7),
        };
    }
    return stmt_end(q, err);
}

static bool shows_contact(const struct case_view *v, const struct voice *voice) {
    return voice->has_contact && !v->hides_reporter;
}

static bool write_contact(struct case_view *v, struct json_out *o, const struct voice *voice,
                          struct err *err) {
    const struct keys *keys = installation_keys(visit_service(v->rq)->installation);
    struct str name;
    struct str telephone;
    bool found;

    if (!shows_contact(v, voice)) {
        return true;
    }
    if (!vault_fetch(v->store, v->rq->arena, keys, voice->id, "name", &name, &found, err) ||
        !vault_fetch(v->store, v->rq->arena, keys, voice->id, "telephone", &telephone, &found,
                     err)) {
        return false;
    }
    json_str_or_null(o, "name_masked", mask_name(v->rq->arena, name));
    json_str_or_null(o, "telephone_masked", mask_telephone(v->rq->arena, telephone));
    return true;
}

/* Words that the ledger knows of and that are not there were erased. */
static bool is_erased(struct case_view *v, const struct case_file *c, const struct voice *voice,
                      struct str text, bool *is, struct err *err) {
    struct event *e = arena_new(v->rq->arena, struct event);

    *is = false;
    if (text.n > 0 || voice->has_contact) {
        return true;
    }
    if (!ledger_fetch(v->store, v->rq->arena, c->office, voice->event, e, err)) {
        return false;
    }
    *is = event_find(e, "text_commit") != NULL || event_int(e, "has_contact", 0) != 0;
    return true;
}

static void ask_voice(const struct case_view *v, const struct case_file *c,
                      const struct voice *voice) {
    words_ahead(v->store, c->office, voice->event, "text");
    words_ahead(v->store, c->office, voice->event, "address");
    if (shows_contact(v, voice)) {
        vault_ahead(v->store, voice->id, "name");
        vault_ahead(v->store, voice->id, "telephone");
    }
}

static bool write_voice(struct case_view *v, struct json_out *o, const struct case_file *c,
                        const struct voice *voice, struct err *err) {
    struct str text;
    struct str address;
    bool erased;

    if (!words_fetch(v->store, v->rq->arena, c->office, voice->event, "text", &text, err) ||
        !words_fetch(v->store, v->rq->arena, c->office, voice->event, "address", &address, err) ||
        !is_erased(v, c, voice, text, &erased, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_int(o, "id", voice->id);
    json_str(o, "channel", voice->channel);
    json_str(o, "channel_name",
             term_name(TERMS_CHANNEL, term_find(TERMS_CHANNEL, voice->channel), v->rq->language));
    json_str_or_null(o, "external_number", voice->external_number);
    write_time(v, o, "reported_at", voice->said_at);
    json_str(o, "text", text);
    json_str_or_null(o, "address", address);
    json_bool(o, "has_contact", voice->has_contact);
    json_bool(o, "may_reveal", voice->has_contact && v->may_reveal);
    json_bool(o, "erased", erased);
    if (!write_contact(v, o, voice, err)) {
        return false;
    }
    if (voice->rating > 0) {
        json_int(o, "rating", voice->rating);
    }
    if (voice->solved > 0) {
        json_bool(o, "solved", voice->solved == 1);
    }
    json_close(o, '}');
    return true;
}

static bool write_voices(struct case_view *v, struct json_out *o, const struct case_file *c,
                         struct err *err) {
    struct voice *voices;
    size_t count;

    if (!list_voices(v, c, &voices, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        ask_voice(v, c, &voices[i]);
    }
    json_open(o, "voices", '[');
    for (size_t i = 0; i < count; i++) {
        if (!write_voice(v, o, c, &voices[i], err)) {
            return false;
        }
    }
    json_close(o, ']');
    return true;
}

/* Their words are read by whoever may see the case itself. */
static bool write_merged_one(struct case_view *v, struct json_out *o, const struct case_file *c,
                             struct err *err) {
    json_open(o, NULL, '{');
    json_int(o, "id", c->id);
    json_str(o, "number", c->number);
    if (case_scope_has(v->town, visit_account(v->rq), c) && !case_write_title(v, o, c, err)) {
        return false;
    }
    json_str(o, "channel_name", term_name(TERMS_CHANNEL, (int)c->channel, v->rq->language));
    write_time(v, o, "reported_at", c->reported_at);
    json_int(o, "voices", c->voices);
    write_time(v, o, "due_at", c->due_at);
    json_bool(o, "late", c->late != 0);
    if (c->external_number.n > 0) {
        json_str(o, "external_number", c->external_number);
        write_time(v, o, "external_due_at", c->external_due_at);
        json_bool(o, "filled_above", c->filled_above != 0);
    }
    if (c->rating > 0) {
        json_int(o, "rating", c->rating);
    }
    if (c->solved > 0) {
        json_bool(o, "solved", c->solved == 1);
    }
    json_close(o, '}');
    return true;
}

static bool write_merged(struct case_view *v, struct json_out *o, const struct case_file *c,
                         struct err *err) {
    const struct case_file **files;
    int64_t *ids = NULL;
    size_t count = 0;

    if (c->voices > 1 &&
        !merge_list(v->store, v->rq->arena, c->id, LIMIT_VOICES_PER_CASE, &ids, &count, err)) {
        return false;
    }
    if (!case_page_merged(v, ids, count, &files, err)) {
        return false;
    }
    json_open(o, "merged", '[');
    for (size_t i = 0; i < count; i++) {
        if (files[i] != NULL && !write_merged_one(v, o, files[i], err)) {
            return false;
        }
    }
    json_close(o, ']');
    return true;
}

/* `on` is the case that it goes on with: who raised a merged one rates when that is closed, and not
 * handed over. */
static void write_allowed(struct case_view *v, struct json_out *o, const struct case_file *c,
                          const struct case_file *on) {
    const struct procedure *p =
        catalogue_procedure(town_catalogue(v->town, c->version), c->procedure);
    uint32_t photos = TERM_BIT(NEED_PHOTO) | TERM_BIT(NEED_CLASS_PHOTO);
    struct actor actor = visit_actor(v->rq);
    struct err why;

    json_open(o, "allowed", '[');
    for (size_t i = 0; p != NULL && i < p->step_count; i++) {
        const struct step_rule *rule = &p->steps[i];

        if (rule->step == STEP_REPORT ||
            (rule->step == STEP_RATE &&
             (on->state != STATE_CLOSED || (on != c && on->outcome == OUTCOME_HANDED_OVER))) ||
            !case_may_step(v->town, c, &actor, rule->step, &why)) {
            continue;
        }
        json_open(o, NULL, '{');
        json_str(o, "step", term_code(TERMS_STEP, (int)rule->step));
        json_str(o, "name", term_name(TERMS_STEP, (int)rule->step, v->rq->language));
        json_open(o, "needs", '[');
        for (int need = 1; need < NEED_COUNT; need++) {
            if (TERM_HAS(rule->needs, need) &&
                (!TERM_HAS(photos, need) ||
                 case_asks_photo(v->town, c, actor.person, rule->step))) {
                json_str(o, NULL, term_code(TERMS_NEED, need));
            }
        }
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}

static struct str suggest_reason(struct case_view *v, const struct suggestion *s) {
    struct str line =
        s->route == NULL ? STR("") : arena_format(v->rq->arena, "%d", s->route->spot.line);

    return message_format(v->rq->arena, s->route == NULL ? M_SUGGEST_NEIGHBOUR : M_SUGGEST_REASON,
                          v->rq->language, line, STR(""), STR(""));
}

static void write_suggestion(struct case_view *v, struct json_out *o, const struct case_file *c) {
    struct suggestion s;

    case_suggest(v->town, c, v->now, &s);
    if (s.class == NULL || c->dispatched_at > 0) {
        return;
    }
    json_open(o, "suggestion", '{');
    if (s.unit != NULL) {
        write_ref(o, "unit", s.unit->id, s.unit->name[v->rq->language]);
        json_str(o, "reason", suggest_reason(v, &s));
    }
    json_open(o, "assists", '[');
    for (size_t i = 0; i < s.assist_count; i++) {
        write_ref(o, NULL, s.assists[i]->id, s.assists[i]->name[v->rq->language]);
    }
    json_close(o, ']');
    if (s.condition != NULL) {
        json_int(o, "condition", s.condition->row);
        json_str(o, "limit_text",
                 limit_text(v->rq->arena, s.condition->limit.amount, s.condition->limit.unit,
                            v->rq->language));
    }
    write_time(v, o, "due_at", s.due.due_at);
    json_bool(o, "provisional", s.due.is_provisional);
    json_close(o, '}');
}

static void write_condition(struct case_view *v, struct json_out *o, const struct case_file *c) {
    const struct catalogue_class *class =
        catalogue_class(town_catalogue(v->town, c->version), c->class);
    const struct catalogue_condition *row =
        class == NULL || c->condition == 0 ? NULL : catalogue_condition(class, (int)c->condition);

    if (row == NULL) {
        return;
    }
    json_str(o, "condition", row->text[v->rq->language]);
    json_int(o, "condition_row", row->row);
    json_str(o, "closing", row->closing[v->rq->language]);
    json_str(o, "limit_text",
             limit_text(v->rq->arena, row->limit.amount, row->limit.unit, v->rq->language));
}

static struct str when_due(struct case_view *v, int64_t due_at) {
    struct civil d = civil_from_us(due_at, CHINA_OFFSET_MINUTES);

    return due_at == 0 ? (struct str){0}
                       : arena_format(v->rq->arena, "%04d-%02d-%02d %02d:%02d", d.year, d.month,
                                      d.day, d.hour, d.minute);
}

/* The prepared text for this class and outcome, with what it names in braces. People outside read
 * it: in Chinese, whatever the reader's language is. */
static struct str reply_draft(struct case_view *v, const struct case_file *c) {
    const struct catalogue *catalogue = town_catalogue(v->town, c->version);
    const struct catalogue_class *class = catalogue_class(catalogue, c->class);
    const struct catalogue_template *t =
        class == NULL ? NULL : catalogue_template(catalogue, class, c->outcome);
    const struct office *o = town_office(v->town, c->office);
    const struct unit *u = town_unit(v->town, c->unit);
    const struct place *p = town_place(v->town, c->estate > 0 ? c->estate : c->community);
    struct str values[PLACEHOLDER_COUNT] = {
        [PLACEHOLDER_NUMBER] = c->number,
        [PLACEHOLDER_CLASS] = class == NULL ? (struct str){0} : class->name[LANGUAGE_ZH],
        [PLACEHOLDER_WHERE] = p == NULL ? (struct str){0} : p->name[LANGUAGE_ZH],
        [PLACEHOLDER_UNIT] = u == NULL ? (struct str){0} : u->name[LANGUAGE_ZH],
        [PLACEHOLDER_DUE] = when_due(v, c->due_at),
        [PLACEHOLDER_OFFICE] = o == NULL ? (struct str){0} : o->name[LANGUAGE_ZH],
        [PLACEHOLDER_TELEPHONE] = o == NULL ? (struct str){0} : o->telephone,
    };

    return t == NULL ? (struct str){0} : template_fill(v->rq->arena, t->text[LANGUAGE_ZH], values);
}

/* Closed: the answer that was given, of a merged case its main case's (`on`). Handled: what may be
 * proposed. Before that there is nothing to reply. */
static bool write_reply(struct case_view *v, struct json_out *o, const struct case_file *c,
                        const struct case_file *on, struct err *err) {
    const struct procedure *p =
        catalogue_procedure(town_catalogue(v->town, c->version), c->procedure);
    struct stmt *q = store_sql(v->store, SQL_CASE_ANSWER);
    bool is_open = c->closed_at == 0 && c->outcome != OUTCOME_NONE;
    struct str draft = is_open ? reply_draft(v, c) : (struct str){0};

    stmt_bind_int(q, 1, on->id);
    if (on->closed_at > 0 && stmt_next(q)) {
        json_str(o, "reply_text", stmt_text(q, 0, v->rq->arena));
    }
    if (draft.n > 0) {
        json_str(o, "reply_draft", draft);
    }
    json_int(o, "reply_limit", p == NULL ? 0 : p->reply_limit);
    json_int(o, "version", c->version);
    return stmt_end(q, err);
}

static bool write_text(struct case_view *v, struct json_out *o, const struct case_file *c,
                       struct err *err) {
    struct stmt *q = store_sql(v->store, SQL_CASE_REPORT_TEXT);

    stmt_bind_int(q, 1, c->id);
    json_str(o, "text", stmt_next(q) ? stmt_text(q, 0, v->rq->arena) : STR(""));
    return stmt_end(q, err);
}

static struct stmt *ask_by_case(const struct case_view *v, enum sql_id what, int64_t case_id) {
    struct stmt *q = store_sql(v->store, what);

    stmt_bind_int(q, 1, case_id);
    return q;
}

static struct stmt *ask_by_office(const struct case_view *v, enum sql_id what,
                                  const struct case_file *c) {
    struct stmt *q = ask_by_case(v, what, c->id);

    stmt_bind_int(q, 2, c->office);
    return q;
}

/* What is read below of every case, so that a server answers it in one turn. The first words are
 * read for the title and again for the text. */
static void ask_all(const struct case_view *v, const struct case_file *c) {
    stmt_ahead(ask_by_case(v, SQL_CASE_REPORT_TEXT, c->id));
    stmt_ahead(ask_by_case(v, SQL_CASE_REPORT_TEXT, c->id));
    stmt_ahead(ask_by_case(v, SQL_VOICE_LIST, c->id));
    stmt_ahead(ask_by_office(v, SQL_NOTE_LIST, c));
    stmt_ahead(ask_by_case(v, SQL_CASE_ANSWER, c->id));
    stmt_ahead(ask_by_office(v, SQL_CASE_ENTRY, c));
}

bool case_answer_full(struct case_view *v, const struct case_file *c, struct err *err) {
    struct json_out o = answer_json_begin(v->rq, 200, '{');
    const struct case_file *on;

    v->may_reveal = case_may_reveal(v->town, visit_account(v->rq), c);
    v->hides_reporter = c->confidential != 0 && !v->may_reveal;
    ask_all(v, c);
    if (!case_entries(v, c, &v->entries, err)) {
        return false;
    }
    v->entries_of = c->id;
    if (!case_write_members(v, &o, c, err) || !write_text(v, &o, c, err) ||
        !merge_follow(v->store, v->rq->arena, c, &on, err)) {
        return false;
    }
    write_condition(v, &o, c);
    json_bool(&o, "provisional", c->provisional != 0);
    write_clocks(v, &o, c);
    write_tasks(v, &o, c);
    if (!write_voices(v, &o, c, err) || !write_merged(v, &o, c, err) ||
        !timeline_write(v, &o, c, err) ||
        !public_write_steps(v, &o, "public_steps", c, true, err)) {
        return false;
    }
    write_allowed(v, &o, c, on);
    write_suggestion(v, &o, c);
    if (!write_reply(v, &o, c, on, err) || !public_write_entry(v, &o, c, err)) {
        return false;
    }
    write_time(v, &o, "as_of", v->now);
    return answer_json_end(v->rq, &o, err);
}
