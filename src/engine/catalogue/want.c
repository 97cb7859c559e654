/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/want.h"

#include "engine/catalogue/sheet.h"

static const char *const languages[2] = {"zh", "en"};

static bool is_among(const char *const *keys, struct str key) {
    for (; *keys != NULL; keys++) {
        if (str_is(key, *keys)) {
            return true;
        }
    }
    return false;
}

static struct str list_of(struct arena *a, const char *const *keys) {
    struct buf b = buf_make(a, 1024);

    for (size_t i = 0; keys[i] != NULL; i++) {
        buf_c(&b, i > 0 ? ", " : "");
        buf_c(&b, keys[i]);
    }
    return buf_str(&b);
}

void want_only(struct mistakes *m, const struct yaml *map, const char *const *keys) {
    if (map == NULL || map->kind != YAML_MAP) {
        return;
    }
    for (const struct yaml *at = map->child; at != NULL; at = at->next) {
        if (!is_among(keys, at->key) && !text_tell_full_width(m, at->key_spot, at->key)) {
            mistake2(m, at->key_spot, MISTAKE_KEY_UNKNOWN, at->key, list_of(m->arena, keys));
        }
    }
}

static enum mistake_code shape_mistake(enum yaml_kind kind) {
    return kind == YAML_MAP    ? MISTAKE_WANT_MAP
           : kind == YAML_LIST ? MISTAKE_WANT_LIST
                               : MISTAKE_WANT_TEXT;
}

const struct yaml *want_member(struct mistakes *m, const struct yaml *map, const char *key,
                               enum yaml_kind kind, bool required) {
    const struct yaml *member = yaml_member(map, key);

    if (map == NULL || map->kind != YAML_MAP) {
        return NULL;
    }
    if (member == NULL) {
        if (required) {
            mistake1(m, map->spot, MISTAKE_KEY_MISSING, str_of(key));
        }
        return NULL;
    }
    if (member->kind != kind) {
        mistake1(m, member->spot, shape_mistake(kind), str_of(key));
        return NULL;
    }
    return member;
}

struct str want_text(struct mistakes *m, const struct yaml *map, const char *key, bool required) {
    const struct yaml *member = want_member(m, map, key, YAML_TEXT, required);

    if (member != NULL && required && str_trim(member->text).n == 0) {
        mistake1(m, member->spot, MISTAKE_REQUIRED, str_of(key));
    }
    return member != NULL ? member->text : (struct str){0};
}

struct str want_code(struct mistakes *m, const struct yaml *map, const char *key) {
    const struct yaml *member = want_member(m, map, key, YAML_TEXT, true);

    if (member == NULL) {
        return (struct str){0};
    }
    if (!sheet_is_code(member->text)) {
        if (!text_tell_full_width(m, member->spot, member->text)) {
            mistake2(m, member->spot, MISTAKE_CODE, str_of(key), member->text);
        }
        return (struct str){0};
    }
    return member->text;
}

void want_names(struct mistakes *m, const struct yaml *map, const char *key, struct str out[2]) {
    static const char *const keys[] = {"zh", "en", NULL};
    const struct yaml *names = want_member(m, map, key, YAML_MAP, true);

    want_only(m, names, keys);
    for (int i = 0; i < 2 && names != NULL; i++) {
        const struct yaml *name = yaml_member(names, languages[i]);

        if (name != NULL && name->kind == YAML_TEXT && str_trim(name->text).n > 0) {
            out[i] = name->text;
        } else {
            mistake2(m, names->spot, MISTAKE_LANGUAGE, str_of(key), str_of(languages[i]));
        }
    }
}

bool want_yes(struct mistakes *m, const struct yaml *map, const char *key, bool required) {
    const struct yaml *member = want_member(m, map, key, YAML_TEXT, required);

    if (member == NULL || str_is(member->text, "no")) {
        return false;
    }
    if (!str_is(member->text, "yes")) {
        return mistake2(m, member->spot, MISTAKE_YES_NO, str_of(key), member->text);
    }
    return true;
}

int want_int(struct mistakes *m, const struct yaml *map, const char *key, int least, int most,
             bool required) {
    const struct yaml *member = want_member(m, map, key, YAML_TEXT, required);
    int64_t value;

    if (member == NULL) {
        return 0;
    }
    if (!str_to_int(member->text, &value)) {
        mistake2(m, member->spot, MISTAKE_NUMBER, str_of(key), member->text);
        return 0;
    }
    if (value < least || value > most) {
        mistake_add(m, member->spot, MISTAKE_RANGE, str_of(key), member->text,
                    arena_format(m->arena, "%d..%d", least, most));
        return 0;
    }
    return (int)value;
}

static int term_of(struct mistakes *m, const struct yaml *node, const char *key,
                   enum term_set set) {
    int number;

    if (node->kind != YAML_TEXT) {
        mistake1(m, node->spot, MISTAKE_WANT_TEXT, str_of(key));
        return 0;
    }
    number = term_find(set, node->text);
    if (number == 0 && !text_tell_full_width(m, node->spot, node->text)) {
        mistake_add(m, node->spot, MISTAKE_TERM, str_of(key), node->text,
                    term_list(m->arena, set, TERM_ALL(term_count(set))));
    }
    return number;
}

int want_term(struct mistakes *m, const struct yaml *map, const char *key, enum term_set set,
              bool required) {
    const struct yaml *member = want_member(m, map, key, YAML_TEXT, required);

    return member != NULL ? term_of(m, member, key, set) : 0;
}

uint32_t want_terms(struct mistakes *m, const struct yaml *map, const char *key, enum term_set set,
                    bool required) {
    const struct yaml *member = yaml_member(map, key);
    uint32_t terms = 0;

    if (member != NULL && member->kind == YAML_TEXT) {
        return TERM_BIT(term_of(m, member, key, set)) & ~1u;
    }
    member = want_member(m, map, key, YAML_LIST, required);
    for (const struct yaml *at = member != NULL ? member->child : NULL; at != NULL; at = at->next) {
        uint32_t bit = TERM_BIT(term_of(m, at, key, set)) & ~1u;

        if ((terms & bit) != 0) {
            mistake2(m, at->spot, MISTAKE_LISTED_TWICE, str_of(key), at->text);
        }
        terms |= bit;
    }
    return terms;
}
