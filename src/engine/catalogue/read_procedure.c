/* SPDX-License-Identifier: Apache-2.0 */
/* procedure.yaml: what may happen to a case, in which order, by whom and how fast. */
#include "engine/catalogue/build.h"
#include "engine/catalogue/want.h"

#include "base/limits.h"

enum { LIMIT_MOST = 1000, CLOCKS_MOST = 32, FIELDS_MOST = 64, CHOICES_MOST = 64 };

static const struct text_bounds bounds = {LIMIT_DEFINITION_BYTES, LIMIT_LINE_BYTES};

/* ---- limits */

/* {limit: 5, unit: work_day}, or {limit: class} where the class may decide. */
static struct limit read_limit(struct mistakes *m, const struct yaml *map, bool may_be_class) {
    struct limit limit = {0};
    const struct yaml *amount = yaml_member(map, "limit");

    if (may_be_class && amount != NULL && amount->kind == YAML_TEXT &&
        str_is(amount->text, "class")) {
        if (yaml_member(map, "unit") != NULL) {
            mistake0(m, yaml_member(map, "unit")->spot, MISTAKE_CLASS_LIMIT_UNIT);
        }
        limit.from_class = true;
        return limit;
    }
    limit.amount = want_int(m, map, "limit", 1, LIMIT_MOST, true);
    limit.unit = (enum limit_unit)want_term(m, map, "unit", TERMS_LIMIT_UNIT, true);
    return limit;
}

/* ---- the form */

static struct field_choice read_choice(struct mistakes *m, const struct yaml *node) {
    static const char *const keys[] = {"choice", "name", NULL};
    struct field_choice choice = {.code = want_code(m, node, "choice")};

    want_only(m, node, keys);
    want_names(m, node, "name", choice.name);
    return choice;
}

static void read_choices(struct build *b, const struct yaml *node, struct form_field *field) {
    bool needed = field->type == FORM_CHOICE;
    const struct yaml *list = want_member(b->m, node, "choices", YAML_LIST, needed);
    struct field_choice *choices;

    if (list == NULL) {
        return;
    }
    if (!needed || list->count < 2 || list->count > CHOICES_MOST) {
        mistake1(b->m, list->spot, MISTAKE_CHOICES, arena_format(b->a, "%d", CHOICES_MOST));
        return;
    }
    choices = arena_array(b->a, struct field_choice, list->count);
    for (const struct yaml *at = list->child; at != NULL; at = at->next) {
        choices[field->choice_count] = read_choice(b->m, at);
        for (size_t i = 0; i < field->choice_count; i++) {
            if (choices[i].code.n > 0 &&
                str_eq(choices[i].code, choices[field->choice_count].code)) {
                mistake2(b->m, at->spot, MISTAKE_LISTED_TWICE, STR("choices"), choices[i].code);
            }
        }
        field->choice_count++;
    }
    field->choices = choices;
}

static struct form_field read_field(struct build *b, const struct yaml *node) {
    static const char *const keys[] = {"field", "name",      "type",   "required", "max",
                                       "words", "sensitive", "public", "choices",  NULL};
    struct form_field field = {.spot = node->spot};

    want_only(b->m, node, keys);
    field.field = want_code(b->m, node, "field");
    want_names(b->m, node, "name", field.name);
    field.type = (enum field_type)want_term(b->m, node, "type", TERMS_FIELD, true);
    field.required = want_yes(b->m, node, "required", false);
    field.max = want_int(b->m, node, "max", 1, 1000000, false);
    field.words = want_yes(b->m, node, "words", false);
    field.sensitive = want_yes(b->m, node, "sensitive", false);
    field.is_public = want_yes(b->m, node, "public", false);
    read_choices(b, node, &field);
    return field;
}

static const struct yaml *items_of(struct build *b, const struct yaml *root, const char *key,
                                   size_t most) {
    const struct yaml *list = want_member(b->m, root, key, YAML_LIST, true);

    if (list != NULL && list->count > most) {
        mistake2(b->m, list->spot, MISTAKE_TOO_MANY, str_of(key), arena_format(b->a, "%zu", most));
        return NULL;
    }
    return list;
}

static bool is_map(struct build *b, const struct yaml *node, const char *key) {
    return node->kind == YAML_MAP || mistake1(b->m, node->spot, MISTAKE_WANT_MAP, str_of(key));
}

static void read_form(struct build *b, const struct yaml *root, struct procedure *p) {
    const struct yaml *list = items_of(b, root, "form", FIELDS_MOST);
    struct form_field *fields = arena_array(b->a, struct form_field, FIELDS_MOST);

    p->form = fields;
    for (const struct yaml *at = list != NULL ? list->child : NULL; at != NULL; at = at->next) {
        struct form_field field;

        if (!is_map(b, at, "form")) {
            continue;
        }
        field = read_field(b, at);
        for (size_t i = 0; i < p->form_count; i++) {
            if (field.field.n > 0 && str_eq(fields[i].field, field.field)) {
                mistake2(b->m, at->spot, MISTAKE_LISTED_TWICE, STR("form"), field.field);
            }
        }
        fields[p->form_count++] = field;
    }
}

/* ---- steps */

static struct step_rule read_step(struct build *b, const struct yaml *node) {
    static const char *const keys[] = {"step", "from", "to", "otherwise", "by", "needs", NULL};
    struct step_rule rule = {.spot = node->spot};

    want_only(b->m, node, keys);
    rule.step = (enum step)want_term(b->m, node, "step", TERMS_STEP, true);
    rule.from = want_terms(b->m, node, "from", TERMS_STATE, rule.step != STEP_REPORT);
    rule.to = (enum state)want_term(b->m, node, "to", TERMS_STATE, false);
    rule.otherwise = (enum state)want_term(b->m, node, "otherwise", TERMS_STATE, false);
    rule.by = want_terms(b->m, node, "by", TERMS_ROLE, true);
    rule.needs = want_terms(b->m, node, "needs", TERMS_NEED, false);
    return rule;
}

static void read_steps(struct build *b, const struct yaml *root, struct procedure *p) {
    const struct yaml *list = items_of(b, root, "steps", STEP_COUNT * 2);
    struct step_rule *steps = arena_array(b->a, struct step_rule, STEP_COUNT);

    p->steps = steps;
    for (const struct yaml *at = list != NULL ? list->child : NULL; at != NULL; at = at->next) {
        struct step_rule rule;

        if (!is_map(b, at, "steps")) {
            continue;
        }
        rule = read_step(b, at);
        if (rule.step == STEP_NONE) {
            continue;
        }
        if (p->by_step[rule.step] != NULL) {
            mistake2(b->m, at->spot, MISTAKE_STEP_TWICE, term_code(TERMS_STEP, (int)rule.step),
                     arena_format(b->a, "%d", p->by_step[rule.step]->spot.line));
            continue;
        }
        steps[p->step_count] = rule;
        p->by_step[rule.step] = &steps[p->step_count++];
    }
}

/* ---- clocks */

static struct clock_rule read_clock(struct build *b, const struct yaml *node) {
    static const char *const keys[] = {"clock", "starts", "stops", "limit", "unit", NULL};
    struct clock_rule rule = {.spot = node->spot};

    want_only(b->m, node, keys);
    rule.clock = (enum clock_kind)want_term(b->m, node, "clock", TERMS_CLOCK, true);
    rule.starts = want_terms(b->m, node, "starts", TERMS_STEP, true);
    rule.stops = want_terms(b->m, node, "stops", TERMS_STEP, true);
    rule.limit = read_limit(b->m, node, true);
    return rule;
}

static void read_clocks(struct build *b, const struct yaml *root, struct procedure *p) {
    const struct yaml *list = items_of(b, root, "clocks", CLOCKS_MOST);
    struct clock_rule *clocks = arena_array(b->a, struct clock_rule, CLOCKS_MOST);

    p->clocks = clocks;
    for (const struct yaml *at = list != NULL ? list->child : NULL; at != NULL; at = at->next) {
        if (!is_map(b, at, "clocks")) {
            continue;
        }
        clocks[p->clock_count] = read_clock(b, at);
        if (procedure_clock(p, clocks[p->clock_count].clock) != NULL) {
            mistake2(b->m, at->spot, MISTAKE_LISTED_TWICE, STR("clocks"),
                     term_code(TERMS_CLOCK, (int)clocks[p->clock_count].clock));
            continue;
        }
        p->clock_count++;
    }
}

/* ---- what residents see, and their rating */

static void read_face(struct build *b, const struct yaml *root, struct procedure *p) {
    const struct yaml *face = want_member(b->m, root, "public_face", YAML_MAP, true);

    p->face_spot[STATE_NONE] = face != NULL ? face->key_spot : p->spot;
    for (const struct yaml *at = face != NULL ? face->child : NULL; at != NULL; at = at->next) {
        int state = term_find(TERMS_STATE, at->key);

        if (state == 0) {
            mistake_add(b->m, at->key_spot, MISTAKE_TERM, STR("public_face"), at->key,
                        term_list(b->a, TERMS_STATE, STATES_ALL));
            continue;
        }
        p->face_spot[state] = at->key_spot;
        want_names(b->m, face, term_code(TERMS_STATE, state).p, p->face[state]);
    }
}

static const uint32_t rating_questions = TERM_BIT(NEED_SOLVED) | TERM_BIT(NEED_GRADE);

static void read_rating(struct build *b, const struct yaml *root, struct procedure *p) {
    static const char *const keys[] = {"ask", "bad_below", "follow_up", NULL};
    static const char *const limit_keys[] = {"limit", "unit", NULL};
    const struct yaml *rating = want_member(b->m, root, "rating", YAML_MAP, false);
    const struct yaml *follow_up = want_member(b->m, rating, "follow_up", YAML_MAP, false);

    want_only(b->m, rating, keys);
    p->rating_asks = want_terms(b->m, rating, "ask", TERMS_NEED, true);
    if ((p->rating_asks & ~rating_questions) != 0) {
        mistake_add(b->m, yaml_member(rating, "ask")->spot, MISTAKE_TERM, STR("ask"),
                    term_list(b->a, TERMS_NEED, p->rating_asks & ~rating_questions),
                    STR("solved, grade"));
    }
    p->bad_below = want_int(b->m, rating, "bad_below", GRADE_WORST, GRADE_BEST, false);
    if (follow_up != NULL) {
        want_only(b->m, follow_up, limit_keys);
        p->follow_up = read_limit(b->m, follow_up, false);
    }
}

/* ---- the whole */

static char read_letter(struct build *b, const struct yaml *root) {
    struct str letter = want_text(b->m, root, "letter", true);

    if (letter.n == 1 && letter.p[0] >= 'A' && letter.p[0] <= 'Z') {
        return letter.p[0];
    }
    if (yaml_member(root, "letter") != NULL) {
        mistake1(b->m, yaml_member(root, "letter")->spot, MISTAKE_LETTER, letter);
    }
    return '?';
}

/* The folder is the procedure's name: who looks for `request` opens request/. */
static void check_folder(struct build *b, const struct yaml *root, struct str file,
                         struct str code) {
    struct str rest = file;
    struct str folder = str_cut(&rest, '/');

    if (code.n > 0 && !str_eq(folder, code)) {
        mistake2(b->m, yaml_member(root, "procedure")->spot, MISTAKE_FOLDER, code, folder);
    }
}

bool read_procedure(struct build *b, struct str file, struct str text, struct procedure *out) {
    static const char *const keys[] = {
        "procedure",   "name",  "letter",      "classes", "channels", "public", "form",
        "reply_limit", "steps", "public_face", "clocks",  "rating",   NULL};
    const struct yaml *root;
    size_t before = b->m->count;

    *out = (struct procedure){.spot = {file, 1, 1}};
    if (!yaml_read(b->m, file, text, bounds, &root)) {
        b->c->unread++;
        return false;
    }
    if (root->kind != YAML_MAP) {
        b->c->unread++;
        return !text_tell_full_width(b->m, root->spot, text_line(text, root->spot.line)) &&
               mistake1(b->m, root->spot, MISTAKE_WANT_MAP, file);
    }
    want_only(b->m, root, keys);
    out->code = want_code(b->m, root, "procedure");
    check_folder(b, root, file, out->code);
    want_names(b->m, root, "name", out->name);
    out->letter = read_letter(b, root);
    out->kinds = want_terms(b->m, root, "classes", TERMS_CLASS_KIND, true);
    out->channels = want_terms(b->m, root, "channels", TERMS_CHANNEL, true);
    out->is_public = want_yes(b->m, root, "public", true);
    out->reply_limit = want_int(b->m, root, "reply_limit", 0, LIMIT_TEXT_CHARACTERS, false);
    read_form(b, root, out);
    read_steps(b, root, out);
    read_clocks(b, root, out);
    read_face(b, root, out);
    read_rating(b, root, out);
    out->is_whole = b->m->count == before;
    if (out->code.n == 0) { /* nothing can name it */
        b->c->unread++;
    }
    return out->code.n > 0;
}
