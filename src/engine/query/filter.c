/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/filter.h"

#include "base/limits.h"
#include "base/source.h"
#include "engine/query/filter_keys.h"
#include "engine/query/filter_order.h"
#include "engine/query/search.h"

#include <assert.h>
#include <string.h>

/* Places, units or classes that one word may name; one more is asked for, so that none is cut off
 * silently. */
enum { NAMES_MAX = 32 };

struct reader {
    struct arena *arena;
    struct str text;
    size_t at;
    size_t term_at; /* where the term begins that is being read */
    const struct filter_names *names;
    struct filter_clock clock;
    struct filter_term *terms;
    size_t count;
};

struct values {
    struct filter_value *p;
    size_t n;
};

/* The marks of the language; each may also be written in its full-width form. */
static const struct str spaces[] = {STR_INIT(" "), STR_INIT("\t"), STR_INIT("\n"), STR_INIT("\r"),
                                    STR_INIT("　")};
static const struct str colons[] = {STR_INIT(":"), STR_INIT("：")};
static const struct str commas[] = {STR_INIT(","), STR_INIT("，"), STR_INIT("、")};
static const struct str minuses[] = {STR_INIT("-"), STR_INIT("－")};
static const struct str quotes[] = {STR_INIT("\""), STR_INIT("“"), STR_INIT("”")};

#define AT(r, set) mark_at((r), (set), sizeof(set) / sizeof((set)[0]))

/* Bytes of the mark that stands here, 0 = none of the set. */
static size_t mark_at(const struct reader *r, const struct str *set, size_t count) {
    struct str rest = str_slice(r->text, r->at, r->text.n);

    for (size_t i = 0; i < count; i++) {
        if (rest.n > 0 && str_starts(rest, set[i])) {
            return set[i].n;
        }
    }
    return 0;
}

static bool at_end(const struct reader *r) {
    return r->at >= r->text.n;
}

static bool fail_syntax(struct reader *r, struct err *err) {
    struct str part = str_first_characters(str_slice(r->text, r->term_at, r->text.n), 30);

    return fail1(err, E_FILTER, "filter", part);
}

/* A run up to a space, a comma or (where one may stand) a colon; or what stands in quotes. */
static bool read_word(struct reader *r, bool colon_ends, struct str *word, bool *is_quoted,
                      struct err *err) {
    size_t from = r->at;
    size_t width = AT(r, quotes);

    *is_quoted = width > 0;
    if (*is_quoted) {
        r->at += width;
        while (!at_end(r) && AT(r, quotes) == 0) {
            r->at++;
        }
        *word = str_trim(str_slice(r->text, from + width, r->at));
        if (at_end(r)) {
            return fail_syntax(r, err);
        }
        r->at += AT(r, quotes);
        return (at_end(r) || AT(r, spaces) > 0 || AT(r, commas) > 0) ? true : fail_syntax(r, err);
    }
    while (!at_end(r) && AT(r, spaces) == 0 && AT(r, commas) == 0 &&
           !(colon_ends && AT(r, colons) > 0)) {
        if (AT(r, quotes) > 0) {
            return fail_syntax(r, err);
        }
        r->at++;
    }
    *word = str_slice(r->text, from, r->at);
    return true;
}

static bool fail_value(struct reader *r, enum filter_key key, struct str word, struct err *err) {
    struct str said = arena_format(r->arena, "%.*s:%.*s",
                                   STR_ARG(filter_key_rows[key].name[LANGUAGE_ZH]), STR_ARG(word));

    if (key == FILTER_NUMBER) {
        return fail1(err, E_FILTER, "filter", said);
    }
    return fail3(err, E_FILTER_VALUE, "filter", said, filter_word_list(r->arena, key, LANGUAGE_ZH),
                 filter_word_list(r->arena, key, LANGUAGE_EN));
}

static bool fail_name(enum filter_key key, struct str word, struct err *err) {
    const struct filter_key_row *row = &filter_key_rows[key];

    return fail3(err, E_FILTER_NAME, "filter", word, row->subject[LANGUAGE_ZH],
                 row->subject[LANGUAGE_EN]);
}

static bool add_value(struct values *values, struct filter_value value, struct err *err) {
    if (values->n == LIMIT_FILTER_VALUES) {
        return fail(err, E_FILTER_SIZE, "filter");
    }
    values->p[values->n++] = value;
    return true;
}

static bool read_code(struct reader *r, enum filter_key key, struct str word, struct values *out,
                      struct err *err) {
    struct str code = r->names->find_code(r->names->ctx, key, word);

    if (code.n == 0) {
        return fail_name(key, word, err);
    }
    return add_value(
        out, (struct filter_value){.kind = FILTER_IS_CODE, .text = arena_str(r->arena, code)}, err);
}

static bool read_places(struct reader *r, struct str word, struct values *out, struct err *err) {
    struct area found[NAMES_MAX + 1];
    size_t n = r->names->find_places(r->names->ctx, word, found, NAMES_MAX + 1);
    bool ok = n > 0 && n <= NAMES_MAX;

    for (size_t i = 0; ok && i < n; i++) {
        struct filter_value value = {
            .kind = FILTER_IS_ID, .id = found[i].id, .level = found[i].level};

        value.text = arena_str(r->arena, r->names->place_word(r->names->ctx, found[i].id));
        if (!add_value(out, value, err)) {
            return false;
        }
    }
    return ok || fail_name(FILTER_PLACE, word, err);
}

static bool read_units(struct reader *r, struct str word, struct values *out, struct err *err) {
    int64_t found[NAMES_MAX + 1];
    size_t n = r->names->find_units(r->names->ctx, word, found, NAMES_MAX + 1);
    bool ok = n > 0 && n <= NAMES_MAX;

    for (size_t i = 0; ok && i < n; i++) {
        struct filter_value value = {.kind = FILTER_IS_ID, .id = found[i]};

        value.text = arena_str(r->arena, r->names->unit_word(r->names->ctx, found[i]));
        if (!add_value(out, value, err)) {
            return false;
        }
    }
    return ok || fail_name(FILTER_UNIT, word, err);
}

/* A code or a prefix with a star; the text keeps no star. */
static struct filter_value code_or_prefix(struct arena *a, struct str word) {
    bool is_prefix = str_ends(word, STR("*"));
    struct str text = arena_str(a, is_prefix ? str_slice(word, 0, word.n - 1) : word);

    return (struct filter_value){.kind = is_prefix ? FILTER_IS_PREFIX : FILTER_IS_CODE,
                                 .text = text};
}

/* Letters, digits and the marks that stand in codes and numbers, a star at the end alone. */
static bool is_code_text(struct str word) {
    for (size_t i = 0; i < word.n; i++) {
        bool is_star = word.p[i] == '*';

        if (is_star ? i + 1 < word.n || i == 0
                    : (unsigned char)word.p[i] <= ' ' || strchr("%\"'`;\\", word.p[i]) != NULL) {
            return false;
        }
    }
    return word.n > 0;
}

static bool read_classes(struct reader *r, struct str word, struct values *out, struct err *err) {
    struct str found[NAMES_MAX + 1];
    size_t n;

    if (str_ends(word, STR("*"))) {
        return is_code_text(word) ? add_value(out, code_or_prefix(r->arena, word), err)
                                  : fail_name(FILTER_CLASS, word, err);
    }
    n = r->names->find_classes(r->names->ctx, word, found, NAMES_MAX + 1);
    if (n == 0 || n > NAMES_MAX) {
        return fail_name(FILTER_CLASS, word, err);
    }
    for (size_t i = 0; i < n; i++) {
        if (!add_value(out, code_or_prefix(r->arena, found[i]), err)) {
            return false;
        }
    }
    return true;
}

static bool read_grade(struct reader *r, struct str word, struct values *out, struct err *err) {
    bool is_grade = word.n == 1 && word.p[0] >= '1' && word.p[0] <= '5';

    if (!is_grade) {
        return fail_value(r, FILTER_RATING, word, err);
    }
    return add_value(out,
                     (struct filter_value){.kind = FILTER_IS_ID,
                                           .text = arena_str(r->arena, word),
                                           .id = word.p[0] - '0'},
                     err);
}

static bool read_free_word(struct reader *r, struct str word, struct values *out, struct err *err) {
    if (str_characters(word) > LIMIT_FILTER_WORD_CHARACTERS) {
        return fail(err, E_FILTER_SIZE, "filter");
    }
    if (!search_is_findable(r->arena, word)) {
        return fail1(err, E_FILTER_WORD, "filter", word);
    }
    return add_value(
        out, (struct filter_value){.kind = FILTER_IS_CODE, .text = arena_str(r->arena, word)}, err);
}

static bool read_value(struct reader *r, enum filter_key key, struct str word, struct values *out,
                       struct err *err) {
    const struct filter_word_row *row = filter_word_find(key, word);
    struct filter_value value;

    if (row != NULL) {
        return add_value(
            out, (struct filter_value){.kind = row->kind, .text = row->name[LANGUAGE_EN]}, err);
    }
    switch (filter_key_rows[key].type) {
    case TYPE_CODE:
        return read_code(r, key, word, out, err);
    case TYPE_PLACE:
        return read_places(r, word, out, err);
    case TYPE_UNIT:
        return read_units(r, word, out, err);
    case TYPE_CLASS:
        return read_classes(r, word, out, err);
    case TYPE_GRADE:
        return read_grade(r, word, out, err);
    case TYPE_WORD:
        return read_free_word(r, word, out, err);
    case TYPE_NUMBER:
        return is_code_text(word) ? add_value(out, code_or_prefix(r->arena, word), err)
                                  : fail_value(r, key, word, err);
    case TYPE_DATE:
        return filter_date_parse(r->arena, arena_str(r->arena, word), r->clock, &value)
                   ? add_value(out, value, err)
                   : fail1(err, E_FILTER_DATE, "filter", word);
    case TYPE_CELL:
        return filter_cell_parse(r->arena, word, &value)
                   ? add_value(out, value, err)
                   : fail1(err, E_FILTER_CELL, "filter", word);
    default:
        return fail_value(r, key, word, err);
    }
}

static bool add_term(struct reader *r, enum filter_key key, bool is_not, struct values values,
                     struct err *err) {
    struct filter_term *term = &r->terms[r->count];

    if (r->count == LIMIT_FILTER_TERMS) {
        return fail(err, E_FILTER_SIZE, "filter");
    }
    *term = (struct filter_term){.key = key, .is_not = is_not};
    term->values = filter_values_make(r->arena, values.p, values.n, &term->value_count);
    r->count++;
    return true;
}

/* word,word,... of one key from here on; the first one may have been read already. */
static bool read_values(struct reader *r, enum filter_key key, const struct str *first,
                        struct values *out, struct err *err) {
    struct str word = {0};
    bool is_quoted;

    if (first != NULL && !read_value(r, key, *first, out, err)) {
        return false;
    }
    while (first == NULL || AT(r, commas) > 0) {
        r->at += first == NULL ? 0 : AT(r, commas);
        first = &word;
        if (!read_word(r, false, &word, &is_quoted, err)) {
            return false;
        }
        if (word.n == 0) {
            return fail_syntax(r, err);
        }
        if (!read_value(r, key, word, out, err)) {
            return false;
        }
    }
    return true;
}

static bool find_key(struct reader *r, struct str name, enum filter_key *key, struct err *err) {
    *key = filter_key_find(name);
    if (*key != FILTER_KEY_COUNT) {
        return true;
    }
    if (filter_key_is_sensitive(name)) {
        return fail1(err, E_SENSITIVE, "filter", name);
    }
    return fail3(err, E_FILTER_KEY, "filter", name, filter_key_list(r->arena, LANGUAGE_ZH),
                 filter_key_list(r->arena, LANGUAGE_EN));
}

static bool read_term(struct reader *r, struct err *err) {
    struct values values = {arena_array(r->arena, struct filter_value, LIMIT_FILTER_VALUES), 0};
    enum filter_key key = FILTER_WORDS;
    size_t width = AT(r, minuses);
    bool is_quoted;
    struct str word = {0};

    r->term_at = r->at;
    r->at += width;
    if (!read_word(r, true, &word, &is_quoted, err)) {
        return false;
    }
    if (word.n == 0) {
        return fail_syntax(r, err);
    }
    if (!is_quoted && AT(r, colons) > 0) {
        r->at += AT(r, colons);
        return find_key(r, word, &key, err) && read_values(r, key, NULL, &values, err) &&
               add_term(r, key, width > 0, values, err);
    }
    return read_values(r, key, &word, &values, err) && add_term(r, key, width > 0, values, err);
}

/* A square of the map is looked for among open cases alone: no index knows the squares of all. */
static bool may_ask_cell(const struct filter *filter, struct err *err) {
    for (size_t i = 0; i < filter->count; i++) {
        const struct filter_term *term = &filter->terms[i];

        if (term->key == FILTER_CELL && filter_openness(filter) != FILTER_OPEN_ONLY) {
            return fail1(err, E_FILTER_CELL, "filter", term->values[0].text);
        }
    }
    return true;
}

bool filter_parse(struct arena *a, struct str text, const struct filter_names *names,
                  struct filter_clock clock, struct filter *out, struct err *err) {
    struct reader r = {.arena = a, .text = text, .names = names, .clock = clock};

    assert(names != NULL && clock.as_of > 0);
    if (text.n > LIMIT_FILTER_BYTES) {
        return fail(err, E_FILTER_SIZE, "filter");
    }
    if (!str_is_text(text)) {
        return fail(err, E_TEXT, "filter");
    }
    r.clock.as_of -=
        clock.as_of %
        SECOND_US; /* as it is shown: a figure can be opened again at the same instant */
    r.terms = arena_array(a, struct filter_term, LIMIT_FILTER_TERMS);
    for (;;) {
        while (AT(&r, spaces) > 0) {
            r.at += AT(&r, spaces);
        }
        if (at_end(&r)) {
            break;
        }
        if (!read_term(&r, err)) {
            return false;
        }
    }
    *out = (struct filter){.terms = r.terms, .as_of = r.clock.as_of};
    out->count = filter_terms_order(r.terms, r.count);
    if (!may_ask_cell(out, err)) {
        return false;
    }
    /* Figures put their own terms behind it, and what they give must be read again. */
    return filter_write(a, out, FILTER_FIXED).n <= LIMIT_FILTER_BYTES / 2 ||
           fail(err, E_FILTER_SIZE, "filter");
}
