/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/yaml.h - a definition's YAML as a tree with the line and column of each node.
 *
 * What a definition needs and no more: maps, lists, scalars as text (yes, 30 and C are text; who
 * reads them says what they are). Refused, each with its place: a key twice, anchors and aliases,
 * tags, several documents, tabs as indentation, too deep or too many nodes. Full-width punctuation
 * gets its own hint.
 *
 * Memory   the tree lives in the arena of `m`.
 * Failure  mistakes; libfyaml's own reason is kept, in English, inside the sentence.
 */
#ifndef LINLI_ENGINE_CATALOGUE_YAML_H
#define LINLI_ENGINE_CATALOGUE_YAML_H

#include "engine/catalogue/mistake.h"
#include "engine/catalogue/text.h"

enum { YAML_NODES = 20000, YAML_MEMBERS = 256, YAML_DEPTH = 12 };

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    struct str text;          /* YAML_TEXT */
    struct str key;           /* the key, when it is a member of a map */
    struct spot key_spot;     /* of that key */
    struct spot spot;         /* of the node itself */
    const struct yaml *child; /* first member or item of a map or list, else NULL */
    const struct yaml *next;  /* next sibling, NULL at the end */
    size_t count;             /* members or items */
};

bool yaml_read(struct mistakes *m, struct str file, struct str text, struct text_bounds bounds,
               const struct yaml **out);

/* The member called `key`, or NULL; `map` may be NULL or of another kind. */
const struct yaml *yaml_member(const struct yaml *map, const char *key);

#endif
