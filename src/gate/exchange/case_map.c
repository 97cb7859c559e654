/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/case_map.h"

#include "base/time_text.h"
#include "engine/catalogue/want.h"

enum { MAP_BYTES = 1 << 20, MAP_LINE_BYTES = 10000 };

/* ---- pieces */

static const struct {
    const char *name;
    enum map_choice choice;
} choices[] = {
    {"refuse", CHOICE_REFUSE},
    {"cut", CHOICE_CUT},
    {"none", CHOICE_NONE},
    {"open", CHOICE_OPEN},
    {"at_opening", CHOICE_AT_OPENING},
};

/* One of `allowed`, a set of enum map_choice; `otherwise` when the key is not there. */
static enum map_choice want_choice(struct mistakes *m, const struct yaml *map, const char *key,
                                   uint32_t allowed, enum map_choice otherwise) {
    const struct yaml *member = want_member(m, map, key, YAML_TEXT, false);
    struct buf list = buf_make(m->arena, 256);

    if (member == NULL) {
        return otherwise;
    }
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (!TERM_HAS(allowed, choices[i].choice)) {
            continue;
        }
        if (str_is(member->text, choices[i].name)) {
            return choices[i].choice;
        }
        buf_c(&list, list.n > 0 ? ", " : "");
        buf_c(&list, choices[i].name);
    }
    mistake_add(m, member->spot, MISTAKE_TERM, str_of(key), member->text, buf_str(&list));
    return otherwise;
}

static void want_map_text(struct mistakes *m, const struct yaml *root, const char *key,
                          bool required, struct map_text *out) {
    static const char *const keys[] = {"columns", "join", "too_long", NULL};
    const struct yaml *map = want_member(m, root, key, YAML_MAP, required);
    const struct yaml *list = want_member(m, map, "columns", YAML_LIST, true);

    want_only(m, map, keys);
    for (const struct yaml *at = list == NULL ? NULL : list->child; at != NULL; at = at->next) {
        if (out->count == MAP_COLUMNS) {
            mistake2(m, at->spot, MISTAKE_TOO_MANY, STR("columns"),
                     arena_format(m->arena, "%d", MAP_COLUMNS));
            return;
        }
        out->columns[out->count++] = at->text;
    }
    out->join = want_text(m, map, "join", false);
    out->join = out->join.n == 0 ? STR(" ") : out->join;
    out->too_long = want_choice(m, map, "too_long", TERM_BIT(CHOICE_REFUSE) | TERM_BIT(CHOICE_CUT),
                                CHOICE_REFUSE);
}

static void want_pairs(struct mistakes *m, const struct yaml *values, struct map_values *out) {
    struct map_pair *pairs = arena_array(m->arena, struct map_pair, values->count);

    for (const struct yaml *at = values->child; at != NULL; at = at->next) {
        bool is_list = values->kind == YAML_LIST;

        pairs[out->count++] = (struct map_pair){.from = is_list ? at->text : at->key,
                                                .to = is_list ? (struct str){0} : at->text,
                                                .spot = at->spot};
    }
    out->pairs = pairs;
}

static void want_values(struct mistakes *m, const struct yaml *root, const char *key,
                        enum yaml_kind kind, struct map_values *out) {
    static const char *const keys[] = {"column", "values", "otherwise", NULL};
    const struct yaml *map = want_member(m, root, key, YAML_MAP, false);
    const struct yaml *values = want_member(m, map, "values", kind, false);
    const struct yaml *otherwise = want_member(m, map, "otherwise", YAML_TEXT, false);

    if (map == NULL) {
        return;
    }
    want_only(m, map, keys);
    out->column = want_text(m, map, "column", true);
    out->otherwise = otherwise == NULL ? STR("none") : otherwise->text;
    out->spot = otherwise == NULL ? map->spot : otherwise->spot;
    if (values != NULL) {
        want_pairs(m, values, out);
    }
}

/* "+08:00" to minutes. */
static void want_offset(struct mistakes *m, const struct yaml *map, struct case_map *out) {
    const struct yaml *member = want_member(m, map, "offset", YAML_TEXT, false);
    struct str probe;
    int64_t at;

    if (member == NULL) {
        return;
    }
    probe = arena_format(m->arena, "1970-01-02T00:00:00%.*s", STR_ARG(member->text));
    if (!time_read(probe, 0, &at)) {
        mistake_add(m, member->spot, MISTAKE_TERM, STR("offset"), member->text, STR("+08:00"));
        return;
    }
    out->has_offset = true;
    out->offset_minutes = (int)((DAY_US - at) / MINUTE_US);
}

static void want_times(struct mistakes *m, const struct yaml *root, struct case_map *out) {
    static const char *const time_keys[] = {"column", "offset", NULL};
    static const char *const closed_keys[] = {"column", "early", NULL};
    const uint32_t early =
        TERM_BIT(CHOICE_REFUSE) | TERM_BIT(CHOICE_OPEN) | TERM_BIT(CHOICE_AT_OPENING);
    const struct yaml *time = want_member(m, root, "time", YAML_MAP, true);
    const struct yaml *closed = want_member(m, root, "closed", YAML_MAP, false);

    want_only(m, time, time_keys);
    out->time = want_text(m, time, "column", true);
    want_offset(m, time, out);
    if (closed != NULL) {
        want_only(m, closed, closed_keys);
        out->closed = want_text(m, closed, "column", true);
        out->closed_early = want_choice(m, closed, "early", early, CHOICE_REFUSE);
    }
}

static void want_external(struct mistakes *m, const struct yaml *root, struct case_map *out) {
    static const char *const keys[] = {"column", "prefix", NULL};
    const struct yaml *map = want_member(m, root, "external", YAML_MAP, false);

    if (map != NULL) {
        want_only(m, map, keys);
        out->external = want_text(m, map, "column", true);
        out->prefix = want_text(m, map, "prefix", false);
    }
}

static void want_point(struct mistakes *m, const struct yaml *root, struct case_map *out) {
    static const char *const keys[] = {"lat", "lon", "whole_degrees", "missing", NULL};
    const uint32_t allowed = TERM_BIT(CHOICE_REFUSE) | TERM_BIT(CHOICE_NONE);
    const struct yaml *map = want_member(m, root, "point", YAML_MAP, false);

    if (map != NULL) {
        want_only(m, map, keys);
        out->lat = want_text(m, map, "lat", true);
        out->lon = want_text(m, map, "lon", true);
        out->whole_degrees = want_choice(m, map, "whole_degrees", allowed, CHOICE_REFUSE);
        out->missing = want_choice(m, map, "missing", allowed, CHOICE_NONE);
    }
}

/* ---- the whole */

bool case_map_read(struct mistakes *m, struct str file, struct str text, struct case_map *out) {
    static const char *const keys[] = {"import",  "procedure", "text",    "time",    "closed",
                                       "answer",  "external",  "class",   "place",   "point",
                                       "channel", "leave_out", "address", "outcome", NULL};
    const struct yaml *root;
    const struct yaml *procedure;
    struct str import;

    *out = (struct case_map){.outcome = OUTCOME_SOLVED};
    if (!yaml_read(m, file, text, (struct text_bounds){MAP_BYTES, MAP_LINE_BYTES}, &root)) {
        return false;
    }
    want_only(m, root, keys);
    import = want_text(m, root, "import", true);
    if (import.n > 0 && !str_is(import, "cases")) {
        mistake_add(m, yaml_member(root, "import")->spot, MISTAKE_TERM, STR("import"), import,
                    STR("cases"));
    }
    procedure = want_member(m, root, "procedure", YAML_TEXT, true);
    if (procedure != NULL) {
        out->procedure = procedure->text;
        out->procedure_spot = procedure->spot;
    }
    want_map_text(m, root, "text", true, &out->text);
    want_map_text(m, root, "answer", false, &out->answer);
    want_map_text(m, root, "address", false, &out->address);
    want_times(m, root, out);
    want_external(m, root, out);
    want_values(m, root, "class", YAML_MAP, &out->class);
    want_values(m, root, "place", YAML_MAP, &out->place);
    want_values(m, root, "channel", YAML_MAP, &out->channel);
    want_values(m, root, "leave_out", YAML_LIST, &out->leave_out);
    want_point(m, root, out);
    if (yaml_member(root, "outcome") != NULL) {
        out->outcome = (enum outcome)want_term(m, root, "outcome", TERMS_OUTCOME, true);
    }
    return m->count == 0;
}

/* ---- against the office */

struct known {
    struct mistakes *m;
    const struct procedure *procedure;
    const struct catalogue *catalogue;
    const struct town *town;
    int64_t office;
};

static bool is_class(const struct known *k, struct str code) {
    const struct catalogue_class *class = catalogue_class(k->catalogue, code);

    return class != NULL && procedure_takes_class(k->procedure, class);
}

static bool is_place(const struct known *k, struct str code) {
    return town_place_by_code(k->town, k->office, code) != NULL;
}

static bool is_channel(const struct known *k, struct str code) {
    int channel = term_find(TERMS_CHANNEL, code);

    return channel != 0 && procedure_takes_channel(k->procedure, (enum channel)channel);
}

static void check_values(const struct known *k, const char *key, const struct map_values *v,
                         bool (*is_known)(const struct known *k, struct str code),
                         struct str hint) {
    for (size_t i = 0; i < v->count; i++) {
        if (!is_known(k, v->pairs[i].to)) {
            mistake_add(k->m, v->pairs[i].spot, MISTAKE_TERM, str_of(key), v->pairs[i].to, hint);
        }
    }
    if (v->column.n > 0 && !str_is(v->otherwise, "none") && !str_is(v->otherwise, "refuse") &&
        !is_known(k, v->otherwise)) {
        mistake_add(k->m, v->spot, MISTAKE_TERM, str_of(key), v->otherwise, hint);
    }
}

bool case_map_check(struct mistakes *m, const struct case_map *map, const struct town *t,
                    int64_t office) {
    struct known k = {.m = m, .catalogue = town_catalogue(t, 0), .town = t, .office = office};
    struct buf procedures = buf_make(m->arena, 1024);

    k.procedure = catalogue_procedure(k.catalogue, map->procedure);
    for (size_t i = 0; i < k.catalogue->procedure_count; i++) {
        buf_c(&procedures, i > 0 ? ", " : "");
        buf_put(&procedures, k.catalogue->procedures[i].code);
    }
    if (k.procedure == NULL) {
        return mistake_add(m, map->procedure_spot, MISTAKE_TERM, STR("procedure"), map->procedure,
                           buf_str(&procedures));
    }
    check_values(&k, "class", &map->class, is_class, STR("common/classes.csv"));
    check_values(&k, "place", &map->place, is_place, STR("places.csv"));
    check_values(&k, "channel", &map->channel, is_channel,
                 term_list(m->arena, TERMS_CHANNEL, k.procedure->channels));
    return m->count == 0;
}

bool case_map_find(const struct map_values *v, struct str cell, struct str *out) {
    *out = str_is(v->otherwise, "none") ? (struct str){0} : v->otherwise;
    for (size_t i = 0; i < v->count; i++) {
        if (str_eq(v->pairs[i].from, cell)) {
            *out = v->pairs[i].to;
            return true;
        }
    }
    return !str_is(v->otherwise, "refuse");
}
