/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/case_input.h"

#define CHANNELS "window|telephone|web|patrol|community|hotline|police|leader|media|open311|import"
#define STEPS                                                                                      \
    "verify|decline|file|dispatch|bounce|sign_for|handle|check|close|rate|follow_up|note|first_"   \
    "contact|hand_over|merge|unmerge|tell_apart"
#define SAMES    "problem|person|cause"
#define OUTCOMES "solved|on_spot|explained|handed_over|refused"

const struct field_row contact_rows[] = {{.name = "name", .kind = FIELD_TEXT, .max = 60},
                                         {.name = "telephone", .kind = FIELD_TEXT, .max = 30},
                                         {0}};

const struct field_row case_report_input[] = {
    {.name = "procedure", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 60},
    {.name = "channel", .kind = FIELD_CHOICE, .flags = FIELD_REQUIRED, .choices = CHANNELS},
    {.name = "class", .kind = FIELD_TEXT, .max = 20},
    {.name = "place", .kind = FIELD_ID},
    {.name = "lat", .kind = FIELD_DEGREES},
    {.name = "lon", .kind = FIELD_DEGREES},
    {.name = "address", .kind = FIELD_TEXT, .max = LIMIT_SHORT_CHARACTERS},
    {.name = "text", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "contact", .kind = FIELD_OBJECT, .rows = contact_rows},
    {.name = "confidential", .kind = FIELD_BOOL},
    {.name = "photos",
     .kind = FIELD_TEXT,
     .flags = FIELD_LIST,
     .max = 64,
     .max_items = LIMIT_PHOTOS_PER_STEP},
    {.name = "occurred_at", .kind = FIELD_TIME},
    {.name = "external_number", .kind = FIELD_TEXT, .max = 60},
    {.name = "external_due_at", .kind = FIELD_TIME},
    {.name = "verified_on_spot", .kind = FIELD_BOOL},
    {.name = "fixed_on_spot", .kind = FIELD_BOOL},
    {.name = "fixed_text", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "fixed_photos",
     .kind = FIELD_TEXT,
     .flags = FIELD_LIST,
     .max = 64,
     .max_items = LIMIT_PHOTOS_PER_STEP},
    {0}};

static const struct field_row on_behalf_rows[] = {
    {.name = "person", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 60},
    {.name = "called_at", .kind = FIELD_TIME, .flags = FIELD_REQUIRED},
    {0}};

static const struct field_row step_rows[] = {
    {.name = "step", .kind = FIELD_CHOICE, .flags = FIELD_REQUIRED, .choices = STEPS},
    {.name = "found", .kind = FIELD_BOOL},
    {.name = "pass", .kind = FIELD_BOOL},
    {.name = "redo", .kind = FIELD_BOOL},
    {.name = "reached", .kind = FIELD_BOOL},
    {.name = "solved", .kind = FIELD_BOOL},
    {.name = "grade", .kind = FIELD_INT, .min = 1, .max = 5},
    {.name = "text", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "reason", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "answer", .kind = FIELD_TEXT, .max = LIMIT_TEXT_CHARACTERS},
    {.name = "class", .kind = FIELD_TEXT, .max = 20},
    {.name = "condition", .kind = FIELD_INT, .min = 0, .max = 99},
    {.name = "place", .kind = FIELD_ID},
    {.name = "unit", .kind = FIELD_ID},
    {.name = "assists", .kind = FIELD_ID, .flags = FIELD_LIST, .max_items = LIMIT_ASSISTS},
    {.name = "outcome", .kind = FIELD_CHOICE, .choices = OUTCOMES},
    {.name = "office", .kind = FIELD_TEXT, .max = 20},
    {.name = "main", .kind = FIELD_ID},
    {.name = "same", .kind = FIELD_CHOICE, .choices = SAMES},
    {.name = "public", .kind = FIELD_BOOL},
    {.name = "ask_leader", .kind = FIELD_BOOL},
    {.name = "instruct", .kind = FIELD_BOOL},
    {.name = "filled_above", .kind = FIELD_BOOL},
    {.name = "done", .kind = FIELD_BOOL},
    {.name = "voice", .kind = FIELD_ID},
    {.name = "photos",
     .kind = FIELD_TEXT,
     .flags = FIELD_LIST,
     .max = 64,
     .max_items = LIMIT_PHOTOS_PER_STEP},
    {.name = "on_behalf", .kind = FIELD_OBJECT, .rows = on_behalf_rows},
    {.name = "occurred_at", .kind = FIELD_TIME},
    {0}};

const struct field_row case_steps_input[] = {
    {.name = "seen", .kind = FIELD_ID, .flags = FIELD_REQUIRED},
    {.name = "steps",
     .kind = FIELD_OBJECT,
     .flags = FIELD_REQUIRED | FIELD_LIST,
     .max_items = LIMIT_STEPS_PER_REQUEST,
     .rows = step_rows},
    {0}};

size_t photos_read(const struct json *list, struct str *out) {
    size_t count = 0;

    for (; list != NULL && count < LIMIT_PHOTOS_PER_STEP; list = list->next) {
        out[count++] = list->text;
    }
    return count;
}

bool case_report_read(struct request *rq, struct case_report *out, struct err *err) {
    const struct json *contact = input_object(rq, "contact");

    out->procedure = input_str(rq, "procedure");
    out->channel = (enum channel)term_find(TERMS_CHANNEL, input_str(rq, "channel"));
    out->class = input_str(rq, "class");
    out->place = input_id(rq, "place");
    out->has_point = input_has(rq, "lat") && input_has(rq, "lon");
    out->wgs84_lat = input_degrees(rq, "lat");
    out->wgs84_lon = input_degrees(rq, "lon");
    out->text = input_str(rq, "text");
    out->address = input_str(rq, "address");
    out->name = json_text_of(contact, "name");
    out->telephone = json_text_of(contact, "telephone");
    out->confidential = input_bool(rq, "confidential");
    out->external_number = str_trim(input_str(rq, "external_number"));
    out->external_due_at = input_time(rq, "external_due_at");
    out->occurred_at = input_time(rq, "occurred_at");
    out->verified_on_spot = input_bool(rq, "verified_on_spot");
    out->fixed_on_spot = input_bool(rq, "fixed_on_spot");
    out->fixed_text = str_trim(input_str(rq, "fixed_text"));
    out->fixed_photo_count = photos_read(input_list(rq, "fixed_photos"), out->fixed_photos);
    out->photo_count = photos_read(input_list(rq, "photos"), out->photos);
    if (input_has(rq, "lat") != input_has(rq, "lon")) {
        return fail1(err, E_REQUIRED, input_has(rq, "lat") ? "lon" : "lat",
                     input_has(rq, "lat") ? STR("lon") : STR("lat"));
    }
    return true;
}

static void note_given(const struct json *step, struct step_input *in) {
    static const struct {
        const char *name;
        enum need need;
    } flags[] = {{"found", NEED_FOUND},
                 {"pass", NEED_PASS},
                 {"redo", NEED_REDO},
                 {"reached", NEED_REACHED},
                 {"solved", NEED_SOLVED}};

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (json_member(step, flags[i].name) != NULL) {
            in->given |= TERM_BIT(flags[i].need);
        }
    }
}

static void read_step(const struct json *step, struct step_input *in) {
    const struct json *on_behalf = json_member(step, "on_behalf");
    const struct json *assists = json_member(step, "assists");
    const struct json *photos = json_member(step, "photos");

    in->step = (enum step)term_find(TERMS_STEP, json_text_of(step, "step"));
    note_given(step, in);
    in->found = json_bool_of(step, "found", false);
    in->pass = json_bool_of(step, "pass", false);
    in->redo = json_bool_of(step, "redo", false);
    in->reached = json_bool_of(step, "reached", false);
    in->solved =
        TERM_HAS(in->given, NEED_SOLVED) ? (json_bool_of(step, "solved", false) ? 1 : 2) : 0;
    in->grade = json_int_of(step, "grade", 0);
    in->text = json_text_of(step, "text");
    in->reason = json_text_of(step, "reason");
    in->answer = json_text_of(step, "answer");
    in->class = json_text_of(step, "class");
    in->condition = json_int_of(step, "condition", 0);
    in->place = json_int_of(step, "place", 0);
    in->unit = json_int_of(step, "unit", 0);
    in->outcome = (enum outcome)term_find(TERMS_OUTCOME, json_text_of(step, "outcome"));
    in->office = json_text_of(step, "office");
    in->main = json_int_of(step, "main", 0);
    in->same = (enum same)term_find(TERMS_SAME, json_text_of(step, "same"));
    in->is_public = json_bool_of(step, "public", false);
    in->ask_leader = json_bool_of(step, "ask_leader", false);
    in->instruct = json_bool_of(step, "instruct", false);
    in->filled_above = json_bool_of(step, "filled_above", false);
    in->done = json_bool_of(step, "done", false);
    in->person = json_text_of(on_behalf, "person");
    in->called_at = json_time_of(on_behalf, "called_at");
    in->occurred_at = json_time_of(step, "occurred_at");
    for (const struct json *a = assists == NULL ? NULL : assists->child;
         a != NULL && in->assist_count < LIMIT_ASSISTS; a = a->next) {
        in->assists[in->assist_count++] = a->integer;
    }
    in->photo_count = photos == NULL ? 0 : photos_read(photos->child, in->photos);
}

bool case_steps_read(struct request *rq, struct case_steps *out, struct err *err) {
    out->seen = input_id(rq, "seen");
    for (const struct json *step = input_list(rq, "steps");
         step != NULL && out->count < LIMIT_STEPS_PER_REQUEST; step = step->next) {
        if (json_int_of(step, "voice", 0) > 0) {
            out->voice = json_int_of(step, "voice", 0);
        }
        read_step(step, &out->steps[out->count++]);
    }
    return out->count > 0 || fail1(err, E_REQUIRED, "steps", STR("steps"));
}
