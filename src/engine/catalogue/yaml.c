/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that includes libfyaml. */
#include "engine/catalogue/yaml.h"

#include <assert.h>
#include <libfyaml.h>
#include <string.h>

struct level {
    struct yaml *node; /* the map or list being filled */
    struct yaml *last; /* its last member */
    struct str key;    /* of a map: the key whose value comes next */
    struct spot key_spot;
    bool has_key;
};

struct reader {
    struct mistakes *m;
    struct str file;
    struct str text;
    struct fy_diag *diag;
    struct fy_parser *parser;
    struct level levels[YAML_DEPTH];
    size_t depth;
    size_t nodes;
    struct yaml *root;
};

static void be_quiet(struct fy_diag *diag, void *user, const char *text, size_t n) {
    (void)diag;
    (void)user;
    (void)text;
    (void)n;
}

static struct spot spot_of(const struct reader *r, struct fy_event *event) {
    const struct fy_mark *mark = fy_event_start_mark(event);

    if (mark == NULL) {
        return (struct spot){r->file, 0, 0};
    }
    return (struct spot){r->file, mark->line + 1, mark->column + 1};
}

/* ---- the tree */

static bool has_member(const struct yaml *map, struct str key) {
    for (const struct yaml *at = map->child; at != NULL; at = at->next) {
        if (str_eq(at->key, key)) {
            return true;
        }
    }
    return false;
}

static bool add_node(struct reader *r, struct yaml *node) {
    struct level *level;

    if (++r->nodes > YAML_NODES) {
        return mistake1(r->m, node->spot, MISTAKE_YAML_NODES,
                        arena_format(r->m->arena, "%d", YAML_NODES));
    }
    if (r->depth == 0) {
        r->root = node;
        return true;
    }
    level = &r->levels[r->depth - 1];
    if (level->node->kind == YAML_MAP) {
        node->key = level->key;
        node->key_spot = level->key_spot;
        level->has_key = false;
    }
    if (level->node->kind == YAML_MAP && level->node->count == YAML_MEMBERS) {
        return mistake1(r->m, node->spot, MISTAKE_YAML_NODES,
                        arena_format(r->m->arena, "%d", YAML_MEMBERS));
    }
    if (level->last == NULL) {
        level->node->child = node;
    } else {
        level->last->next = node;
    }
    level->last = node;
    level->node->count++;
    return true;
}

static bool take_scalar(struct reader *r, struct fy_event *event, struct spot spot) {
    struct level *level = r->depth > 0 ? &r->levels[r->depth - 1] : NULL;
    size_t n = 0;
    const char *p = fy_token_get_text(event->scalar.value, &n);
    struct str text = arena_str(r->m->arena, (struct str){p, p != NULL ? n : 0});
    struct yaml *node;

    if (!str_is_text(text)) { /* an escape such as "\0" or "\uD800" */
        return mistake0(r->m, spot, MISTAKE_CONTROL);
    }
    if (level != NULL && level->node->kind == YAML_MAP && !level->has_key) {
        if (has_member(level->node, text)) {
            return mistake1(r->m, spot, MISTAKE_KEY_TWICE, text);
        }
        level->key = text;
        level->key_spot = spot;
        level->has_key = true;
        return true;
    }
    node = arena_new(r->m->arena, struct yaml);
    node->kind = YAML_TEXT;
    node->text = text;
    node->spot = spot;
    return add_node(r, node);
}

static bool open_level(struct reader *r, enum yaml_kind kind, struct spot spot) {
    struct level *level = r->depth > 0 ? &r->levels[r->depth - 1] : NULL;
    struct yaml *node = arena_new(r->m->arena, struct yaml);

    node->kind = kind;
    node->spot = spot;
    if (level != NULL && level->node->kind == YAML_MAP && !level->has_key) {
        return mistake0(r->m, spot, MISTAKE_YAML_KEY);
    }
    if (r->depth == YAML_DEPTH) {
        return mistake1(r->m, spot, MISTAKE_YAML_DEPTH,
                        arena_format(r->m->arena, "%d", YAML_DEPTH));
    }
    if (!add_node(r, node)) {
        return false;
    }
    r->levels[r->depth++] = (struct level){.node = node};
    return true;
}

/* Anchors, aliases and tags make one text mean something elsewhere: a definition says what it means
 * where it stands. */
static bool refuse_tricks(struct reader *r, struct fy_event *event, struct spot spot) {
    struct fy_token *anchor = NULL;
    struct fy_token *tag = NULL;

    if (event->type == FYET_ALIAS) {
        return mistake0(r->m, spot, MISTAKE_YAML_ALIAS);
    }
    if (event->type == FYET_SCALAR) {
        anchor = event->scalar.anchor;
        tag = event->scalar.tag;
    } else if (event->type == FYET_MAPPING_START) {
        anchor = event->mapping_start.anchor;
        tag = event->mapping_start.tag;
    } else if (event->type == FYET_SEQUENCE_START) {
        anchor = event->sequence_start.anchor;
        tag = event->sequence_start.tag;
    }
    if (anchor != NULL) {
        return mistake0(r->m, spot, MISTAKE_YAML_ALIAS);
    }
    return tag == NULL || mistake0(r->m, spot, MISTAKE_YAML_TAG);
}

static bool take_event(struct reader *r, struct fy_event *event) {
    struct spot spot = spot_of(r, event);

    if (!refuse_tricks(r, event, spot)) {
        return false;
    }
    switch (event->type) {
    case FYET_SCALAR:
        return take_scalar(r, event, spot);
    case FYET_MAPPING_START:
        return open_level(r, YAML_MAP, spot);
    case FYET_SEQUENCE_START:
        return open_level(r, YAML_LIST, spot);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        assert(r->depth > 0);
        r->depth--;
        return true;
    case FYET_DOCUMENT_START:
        return r->root == NULL || mistake0(r->m, spot, MISTAKE_YAML_DOCUMENTS);
    default:
        return true;
    }
}

/* ---- what libfyaml did not like */

/* A Chinese input method leaves its traces on the line at fault or just above it: the parser
 * notices late. */
static bool tell_full_width(struct reader *r, int line) {
    for (int number = line > 2 ? line - 2 : 1; number <= line; number++) {
        if (text_tell_full_width(r->m, (struct spot){r->file, number, 1},
                                 text_line(r->text, number))) {
            return true;
        }
    }
    return false;
}

/* What the parser calls it, and what we do. In this order: a quote is told before the indentation
 * it upsets. */
static const struct {
    const char *words;
    enum mistake_code code;
} reasons[] = {
    {"quoted scalar", MISTAKE_YAML_QUOTE},
    {"multiline plain key", MISTAKE_YAML_COLON},
    {"':'", MISTAKE_YAML_COLON},
    {"flow sequence", MISTAKE_YAML_BRACKET},
    {"flow mapping", MISTAKE_YAML_BRACKET},
    {"wrongly indented", MISTAKE_YAML_INDENT},
};

static bool tell_parser_error(struct reader *r) {
    void *at = NULL;
    struct fy_diag_error *error = fy_diag_errors_iterate(r->diag, &at);
    struct str reason = error != NULL ? str_of(error->msg) : STR("not YAML");
    struct spot spot = {r->file, error != NULL ? error->line : 0,
                        error != NULL ? error->column : 0};

    if (tell_full_width(r, spot.line)) {
        return false;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (str_find(reason, str_of(reasons[i].words)) >= 0) {
            return mistake0(r->m, spot, reasons[i].code);
        }
    }
    return mistake1(r->m, spot, MISTAKE_YAML, str_is_text(reason) ? reason : STR("not YAML"));
}

static bool check_tabs(struct mistakes *m, struct str file, struct str rest) {
    for (int number = 1; rest.n > 0; number++) {
        struct str line = str_cut(&rest, '\n');
        size_t spaces = 0;

        while (spaces < line.n && line.p[spaces] == ' ') {
            spaces++;
        }
        if (spaces < line.n && line.p[spaces] == '\t') {
            return mistake0(m, ((struct spot){file, number, (int)spaces + 1}), MISTAKE_YAML_TAB);
        }
    }
    return true;
}

static bool take_all(struct reader *r) {
    bool fine = true;

    while (fine) {
        struct fy_event *event = fy_parser_parse(r->parser);

        if (event == NULL) {
            break;
        }
        fine = take_event(r, event);
        fy_parser_event_free(r->parser, event);
    }
    return fine && (!fy_parser_get_stream_error(r->parser) || tell_parser_error(r));
}

static bool parse(struct reader *r) {
    struct fy_diag_cfg quiet;
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET};
    bool fine;

    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = be_quiet;
    r->diag = fy_diag_create(&quiet);
    assert(r->diag != NULL);
    fy_diag_set_collect_errors(r->diag, true);
    cfg.diag = r->diag;
    r->parser = fy_parser_create(&cfg);
    assert(r->parser != NULL);
    fine = fy_parser_set_string(r->parser, r->text.p, r->text.n) == 0 && take_all(r);
    fy_parser_destroy(r->parser);
    fy_diag_destroy(r->diag);
    return fine;
}

bool yaml_read(struct mistakes *m, struct str file, struct str text, struct text_bounds bounds,
               const struct yaml **out) {
    struct reader r = {.m = m, .file = file};

    *out = NULL;
    if (!text_check(m, file, &text, bounds) || !check_tabs(m, file, text)) {
        return false;
    }
    r.text = text;
    if (text.n == 0) {
        return mistake0(m, ((struct spot){file, 0, 0}), MISTAKE_FILE_EMPTY);
    }
    if (!parse(&r)) {
        return false;
    }
    if (r.root == NULL) {
        return mistake0(m, ((struct spot){file, 0, 0}), MISTAKE_FILE_EMPTY);
    }
    *out = r.root;
    return true;
}

const struct yaml *yaml_member(const struct yaml *map, const char *key) {
    if (map == NULL || map->kind != YAML_MAP) {
        return NULL;
    }
    for (const struct yaml *at = map->child; at != NULL; at = at->next) {
        if (str_is(at->key, key)) {
            return at;
        }
    }
    return NULL;
}
