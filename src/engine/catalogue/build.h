/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/build.h - inside the catalogue: what the readers of the single files fill in,
 * and the indexes. Nobody outside this folder includes it.
 */
#ifndef LINLI_ENGINE_CATALOGUE_BUILD_H
#define LINLI_ENGINE_CATALOGUE_BUILD_H

#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/codes.h"
#include "engine/catalogue/mistake.h"

/* Rows that belong to the same class, category, kind or "*", one behind the other. */
struct group {
    struct str of;
    size_t *rows; /* positions, in the order of the file */
    size_t count;
};

struct groups {
    struct codes *codes; /* of -> position in items */
    struct group *items;
    size_t count;
};

struct keyword {
    struct str text;      /* lower case */
    const uint32_t *rows; /* positions of the classes that have it */
    size_t count;
    int weight; /* what a find of it adds to the score of each */
};

struct catalogue_index {
    struct codes *procedures;
    struct codes *categories;
    struct codes *classes;
    struct groups routes;
    struct groups templates;
    const struct keyword *keywords; /* by text */
    size_t keyword_count;
};

struct build {
    struct arena *a;
    struct mistakes *m;
    struct catalogue *c;
    struct catalogue_index *index;
    struct catalogue_known known;
    bool lost_classes; /* rows of categories or classes were not understood: what names them is not
                          told twice */
    struct catalogue_category *categories; /* those of c, while they may still be written */
    struct catalogue_class *classes;       /* the same */
};

void read_categories(struct build *b, struct str file, struct str text);
void read_classes(struct build *b, struct str file, struct str text);
void read_conditions(struct build *b, struct str file, struct str text);
void read_routes(struct build *b, struct str file, struct str text);
void read_hours(struct build *b, struct str file, struct str text);
void read_templates(struct build *b, struct str file, struct str text);
bool read_procedure(struct build *b, struct str file, struct str text, struct procedure *out);

/* `W06-*` -> "W06", `W*` -> "W", `*` -> "*", a code -> itself; false when there is no such thing.
 */
bool groups_pattern(const struct build *b, struct str text, struct str *of);

/* Groups rows by the code they are for. */
struct groups groups_make(struct arena *a, const struct str *codes, size_t count);
const struct group *groups_find(const struct groups *g, struct str code);

void propose_index(struct build *b);

#endif
