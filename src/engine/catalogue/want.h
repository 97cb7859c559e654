/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/want.h - values out of a YAML tree, each of the kind that is wanted; else a
 * mistake and the zero.
 *
 * `map` may be NULL (what it stands in was a mistake already): nothing is told then.
 */
#ifndef LINLI_ENGINE_CATALOGUE_WANT_H
#define LINLI_ENGINE_CATALOGUE_WANT_H

#include "engine/catalogue/terms.h"
#include "engine/catalogue/yaml.h"

/* A key missing in `keys` (NULL at the end) is a mistake. */
void want_only(struct mistakes *m, const struct yaml *map, const char *const *keys);

/* The member if it is there and of this kind. Missing and required is a mistake. */
const struct yaml *want_member(struct mistakes *m, const struct yaml *map, const char *key,
                               enum yaml_kind kind, bool required);

struct str want_text(struct mistakes *m, const struct yaml *map, const char *key, bool required);
struct str want_code(struct mistakes *m, const struct yaml *map, const char *key);

/* {zh: .., en: ..}; both are required. */
void want_names(struct mistakes *m, const struct yaml *map, const char *key, struct str out[2]);

bool want_yes(struct mistakes *m, const struct yaml *map, const char *key, bool required);
int want_int(struct mistakes *m, const struct yaml *map, const char *key, int least, int most,
             bool required);

/* One code of a set, or a list of codes as bits; a single code may stand for a list of one. */
int want_term(struct mistakes *m, const struct yaml *map, const char *key, enum term_set set,
              bool required);
uint32_t want_terms(struct mistakes *m, const struct yaml *map, const char *key, enum term_set set,
                    bool required);

#endif
