/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/build.h"

#include "base/limits.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the bundle */

static int by_name(const void *left, const void *right) {
    const struct catalogue_text *a = left;
    const struct catalogue_text *b = right;

    return str_compare(a->name, b->name);
}

static struct catalogue_text *sorted(struct arena *a, const struct catalogue_text *texts,
                                     size_t count) {
    struct catalogue_text *copy = arena_array(a, struct catalogue_text, count + 1);

    for (size_t i = 0; i < count; i++) {
        copy[i] = texts[i];
    }
    if (count > 1) {
        qsort(copy, count, sizeof *copy, by_name);
    }
    return copy;
}

struct hash catalogue_hash(struct arena *a, const struct catalogue_text *texts, size_t count) {
    struct catalogue_text *in_order = sorted(a, texts, count);
    struct str *parts = arena_array(a, struct str, count * 4 + 1);

    for (size_t i = 0; i < count; i++) { /* lengths in front, so that no two bundles run together */
        parts[i * 4] = arena_format(a, "%zu ", in_order[i].name.n);
        parts[i * 4 + 1] = in_order[i].name;
        parts[i * 4 + 2] = arena_format(a, " %zu ", in_order[i].text.n);
        parts[i * 4 + 3] = in_order[i].text;
    }
    return hash_sha256_parts(parts, count * 4);
}

static const struct {
    const char *name;
    void (*read)(struct build *b, struct str file, struct str text);
    bool gives_classes; /* the others name them */
    bool may_lack;
} tables[] = {
    {"common/categories.csv", read_categories, true},
    {"common/classes.csv", read_classes, true},
    {"common/conditions.csv", read_conditions, false},
    {"common/routes.csv", read_routes, false},
    {"common/templates.csv", read_templates, false},
    {"common/hours.csv", read_hours, false, true},
};

static const struct catalogue_text *find_text(const struct catalogue_text *texts, size_t count,
                                              struct str name) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(texts[i].name, name)) {
            return &texts[i];
        }
    }
    return NULL;
}

static void read_tables(struct build *b, const struct catalogue_text *texts, size_t count) {
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct str name = str_of(tables[i].name);
        const struct catalogue_text *text = find_text(texts, count, name);

        size_t before = b->m->count;

        if (text == NULL && tables[i].may_lack) {
            continue;
        }
        if (text == NULL) {
            b->c->unread++;
            mistake0(b->m, ((struct spot){name, 0, 0}), MISTAKE_FILE_MISSING);
        } else {
            tables[i].read(b, name, text->text);
        }
        b->lost_classes = b->lost_classes || (tables[i].gives_classes && b->m->count > before);
    }
}

static bool is_procedure_file(struct str name) {
    struct str folder = str_cut(&name, '/');

    return folder.n > 0 && str_is(name, "procedure.yaml");
}

static void read_procedures(struct build *b, const struct catalogue_text *texts, size_t count) {
    struct procedure *items = arena_array(b->a, struct procedure, count + 1);
    size_t files = 0;
    size_t first;

    b->c->procedures = items;
    b->index->procedures = codes_make(b->a, count);
    for (size_t i = 0; i < count; i++) {
        struct procedure *p = &items[b->c->procedure_count];

        if (!is_procedure_file(texts[i].name)) {
            continue;
        }
        files++;
        if (!read_procedure(b, texts[i].name, texts[i].text, p)) {
            continue;
        }
        if (codes_add(b->index->procedures, p->code, b->c->procedure_count, &first)) {
            b->c->procedure_count++;
        } else {
            mistake_add(b->m, p->spot, MISTAKE_PROCEDURE_TWICE, p->code, items[first].spot.file,
                        STR(""));
        }
    }
    if (files == 0) {
        mistake0(b->m, ((struct spot){STR("procedure.yaml"), 0, 0}), MISTAKE_FILE_MISSING);
    }
}

static bool check_size(struct build *b, const struct catalogue_text *texts, size_t count) {
    size_t bytes = 0;

    for (size_t i = 0; i < count && bytes <= LIMIT_BUNDLE_BYTES; i++) {
        bytes += texts[i].name.n + texts[i].text.n;
    }
    if (bytes <= LIMIT_BUNDLE_BYTES && count <= LIMIT_DEFINITION_FILES) {
        return true;
    }
    b->c->unread = count;
    return mistake2(b->m, ((struct spot){STR("catalogue"), 0, 0}), MISTAKE_BUNDLE_SIZE,
                    arena_format(b->a, "%u", LIMIT_BUNDLE_BYTES / 1024),
                    arena_format(b->a, "%d", LIMIT_DEFINITION_FILES));
}

const struct catalogue *catalogue_read(struct arena *a, const struct catalogue_text *texts,
                                       size_t count, const struct catalogue_known *known,
                                       struct mistakes *mistakes) {
    struct build b = {.a = a, .m = mistakes, .c = arena_new(a, struct catalogue)};
    struct catalogue_text *in_order = sorted(a, texts, count);

    assert(mistakes != NULL);
    b.index = arena_new(a, struct catalogue_index);
    b.c->index = b.index;
    if (known != NULL) {
        b.known = *known;
    }
    if (check_size(&b, texts, count)) {
        read_tables(&b, in_order, count);
        read_procedures(&b, in_order, count);
        propose_index(&b);
    }
    return b.c;
}

bool catalogue_make(struct arena *a, const struct catalogue_text *texts, size_t count,
                    const struct catalogue **out, struct err *err) {
    struct mistakes m = mistakes_make(a, 1);

    *out = catalogue_read(a, texts, count, NULL, &m);
    if ((*out)->unread == 0 && (*out)->procedure_count > 0) {
        return true;
    }
    fail1(err, E_DEFINITION, "", arena_format(a, "%zu", m.count));
    if (m.kept > 0) {
        err_detail(err, "%.*s:%d: %.*s", STR_ARG(m.items[0].spot.file), m.items[0].spot.line,
                   STR_ARG(mistake_sentence(a, &m.items[0], LANGUAGE_EN)));
    }
    return false;
}

/* ---- by code */

const struct procedure *catalogue_procedure(const struct catalogue *c, struct str code) {
    size_t at = codes_find(c->index->procedures, code);

    return at == CODES_NONE ? NULL : &c->procedures[at];
}

const struct catalogue_class *catalogue_class(const struct catalogue *c, struct str code) {
    size_t at = codes_find(c->index->classes, code);

    return at == CODES_NONE ? NULL : &c->classes[at];
}

const struct catalogue_category *catalogue_category(const struct catalogue *c, struct str code) {
    size_t at = codes_find(c->index->categories, code);

    return at == CODES_NONE ? NULL : &c->categories[at];
}

const struct catalogue_condition *catalogue_condition(const struct catalogue_class *class,
                                                      int row) {
    size_t at = row > 0 ? (size_t)row - 1 : 0;

    if (row < 0 || at >= class->condition_count) {
        return NULL;
    }
    return &class->conditions[at];
}

const struct step_rule *catalogue_step(const struct procedure *p, enum step step) {
    assert(step < STEP_COUNT);
    return p->by_step[step];
}

bool procedure_takes_class(const struct procedure *p, const struct catalogue_class *class) {
    return TERM_HAS(p->kinds, class->kind) != 0;
}

bool procedure_takes_channel(const struct procedure *p, enum channel channel) {
    return channel != CHANNEL_NONE && TERM_HAS(p->channels, channel) != 0;
}

const struct clock_rule *procedure_clock(const struct procedure *p, enum clock_kind clock) {
    for (size_t i = 0; i < p->clock_count; i++) {
        if (clock != CLOCK_NONE && p->clocks[i].clock == clock) {
            return &p->clocks[i];
        }
    }
    return NULL;
}
