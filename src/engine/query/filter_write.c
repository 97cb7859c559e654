/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "engine/query/filter_keys.h"
#include "engine/query/filter_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct str breaks[] = {
    STR_INIT(" "),  STR_INIT("　"), STR_INIT("\t"), STR_INIT("\n"),
    STR_INIT("\r"), STR_INIT(","),  STR_INIT("，"), STR_INIT("、"),
};
static const struct str colons[] = {STR_INIT(":"), STR_INIT("：")};
static const struct str minuses[] = {STR_INIT("-"), STR_INIT("－")};

static int compare_values(const void *x, const void *y) {
    const struct filter_value *a = x;
    const struct filter_value *b = y;
    int by_text = str_compare(a->text, b->text);

    if (by_text != 0) {
        return by_text;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return (a->id > b->id) - (a->id < b->id);
}

static int compare_terms(const void *x, const void *y) {
    const struct filter_term *a = x;
    const struct filter_term *b = y;

    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    if (a->is_not != b->is_not) {
        return a->is_not ? 1 : -1;
    }
    for (size_t i = 0; i < a->value_count && i < b->value_count; i++) {
        int by_value = compare_values(&a->values[i], &b->values[i]);

        if (by_value != 0) {
            return by_value;
        }
    }
    return (a->value_count > b->value_count) - (a->value_count < b->value_count);
}

const struct filter_value *filter_values_make(struct arena *a, struct filter_value *values,
                                              size_t count, size_t *unique) {
    struct filter_value *out = arena_array(a, struct filter_value, count);

    assert(count > 0);
    qsort(values, count, sizeof *values, compare_values);
    *unique = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_values(&values[i - 1], &values[i]) != 0) {
            out[(*unique)++] = values[i];
        }
    }
    return out;
}

size_t filter_terms_order(struct filter_term *terms, size_t count) {
    size_t n = 0;

    if (count > 0) {
        qsort(terms, count, sizeof *terms, compare_terms);
    }
    for (size_t i = 0; i < count; i++) {
        if (n == 0 || compare_terms(&terms[n - 1], &terms[i]) != 0) {
            terms[n++] = terms[i];
        }
    }
    return n;
}

/* Words that the reader would take apart, or take for a word of the language, stand in quotes. */
static bool needs_quotes(struct str word, bool is_free) {
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        if (str_find(word, breaks[i]) >= 0) {
            return true;
        }
    }
    for (size_t i = 0; is_free && i < sizeof colons / sizeof colons[0]; i++) {
        if (str_find(word, colons[i]) >= 0 || str_starts(word, minuses[i])) {
            return true;
        }
    }
    return false;
}

static void write_value(struct buf *b, const struct filter_term *term,
                        const struct filter_value *value, enum filter_form form) {
    struct str text = form == FILTER_FIXED && value->fixed.n > 0 ? value->fixed : value->text;
    bool quoted = needs_quotes(text, term->key == FILTER_WORDS);

    buf_c(b, quoted ? "\"" : "");
    buf_put(b, text);
    buf_c(b, value->kind == FILTER_IS_PREFIX ? "*" : "");
    buf_c(b, quoted ? "\"" : "");
}

static void write_term(struct buf *b, const struct filter_term *term, enum filter_form form) {
    buf_c(b, term->is_not ? "-" : "");
    if (term->key != FILTER_WORDS) {
        buf_put(b, filter_key_rows[term->key].name[LANGUAGE_EN]);
        buf_byte(b, ':');
    }
    for (size_t v = 0; v < term->value_count; v++) {
        buf_c(b, v > 0 ? "," : "");
        write_value(b, term, &term->values[v], form);
    }
}

struct filter_written filter_write_apart(struct arena *a, const struct filter *f,
                                         enum filter_form form) {
    struct buf b = buf_make(a, 4 * LIMIT_FILTER_BYTES);
    size_t *ends = arena_array(a, size_t, f->count + 1);

    for (size_t i = 0; i < f->count; i++) {
        buf_c(&b, i > 0 ? " " : "");
        write_term(&b, &f->terms[i], form);
        ends[i] = b.n;
    }
    return (struct filter_written){.filter = *f, .text = buf_str(&b), .ends = ends};
}

struct str filter_write(struct arena *a, const struct filter *f, enum filter_form form) {
    assert(f != NULL);
    return filter_write_apart(a, f, form).text;
}

struct str filter_write_with(struct arena *a, const struct filter_written *written,
                             const struct filter_term *term, struct str text) {
    const struct filter *f = &written->filter;
    struct buf b = buf_make(a, 4 * LIMIT_FILTER_BYTES);
    size_t before = 0; /* terms that stand before it */
    size_t end;

    while (before < f->count && compare_terms(&f->terms[before], term) < 0) {
        before++;
    }
    if (before < f->count && compare_terms(&f->terms[before], term) == 0) {
        return written->text;
    }
    end = before > 0 ? written->ends[before - 1] : 0;
    buf_put(&b, str_slice(written->text, 0, end));
    buf_c(&b, before > 0 ? " " : "");
    buf_put(&b, text);
    buf_c(&b, before == 0 && f->count > 0 ? " " : "");
    buf_put(&b, str_slice(written->text, end, written->text.n));
    return buf_str(&b);
}

bool filter_and(struct arena *a, const struct filter *f, const struct filter *more,
                struct filter *out, struct err *err) {
    size_t count = f->count + more->count;
    struct filter_term *terms = arena_array(a, struct filter_term, count + 1);

    if (count > LIMIT_FILTER_TERMS) {
        return fail(err, E_FILTER_SIZE, "filter");
    }
    for (size_t i = 0; i < count; i++) {
        terms[i] = i < f->count ? f->terms[i] : more->terms[i - f->count];
    }
    *out = (struct filter){
        .terms = terms, .count = filter_terms_order(terms, count), .as_of = f->as_of};
    return true;
}

static bool is_end(const struct filter_value *value) {
    return value->kind == FILTER_IS_CODE &&
           (str_is(value->text, "closed") || str_is(value->text, "declined") ||
            str_is(value->text, "merged"));
}

enum filter_openness filter_openness(const struct filter *f) {
    enum filter_openness said = FILTER_ANY;

    for (size_t i = 0; i < f->count; i++) {
        const struct filter_term *term = &f->terms[i];
        size_t ends = 0;

        if (term->key != FILTER_STATE) {
            continue;
        }
        for (size_t v = 0; v < term->value_count; v++) {
            ends += is_end(&term->values[v]);
        }
        if (!term->is_not && ends == 0) {
            return FILTER_OPEN_ONLY;
        }
        if (!term->is_not && ends == term->value_count) {
            said = FILTER_ENDED_ONLY;
        }
    }
    return said;
}

/* Of a term of times: from when or before when it lets reports be; where one of its values has no
 * such end, as if it had not been said. */
static int64_t least_from(const struct filter_term *term) {
    int64_t first = INT64_MAX;

    for (size_t v = 0; v < term->value_count; v++) {
        int64_t from = term->values[v].kind == FILTER_IS_RANGE ? term->values[v].from : 0;

        first = from < first ? from : first;
    }
    return first;
}

static int64_t most_to(const struct filter_term *term) {
    int64_t last = 0;

    for (size_t v = 0; v < term->value_count; v++) {
        int64_t to = term->values[v].kind == FILTER_IS_RANGE ? term->values[v].to : INT64_MAX;

        last = to > last ? to : last;
    }
    return last;
}

int64_t filter_reported_from(const struct filter *f) {
    int64_t from = 0;

    for (size_t i = 0; i < f->count; i++) {
        if (f->terms[i].key == FILTER_OPENED && !f->terms[i].is_not) {
            int64_t first = least_from(&f->terms[i]);

            from = first > from ? first : from;
        }
    }
    return from;
}

int64_t filter_reported_before(const struct filter *f) {
    int64_t before = INT64_MAX;

    for (size_t i = 0; i < f->count; i++) {
        enum filter_key key = f->terms[i].key;

        if ((key == FILTER_OPENED || key == FILTER_CLOSED) && !f->terms[i].is_not) {
            int64_t last = most_to(&f->terms[i]);

            before = last < before ? last : before;
        }
    }
    return before;
}

bool filter_parts_open(const struct filter *f) {
    for (size_t i = 0; i < f->count; i++) {
        const struct filter_term *term = &f->terms[i];

        for (size_t v = 0; term->key == FILTER_STATE && v < term->value_count; v++) {
            if (term->values[v].kind != FILTER_IS_OPEN && !is_end(&term->values[v])) {
                return true;
            }
        }
    }
    return false;
}

/* Which of the four rare things of SQL_IS_MARKED the term asks for, a bit each. */
static unsigned mark_of(const struct filter_term *term) {
    enum filter_kind kind = term->values[0].kind;
    bool is_bad = true;

    for (size_t i = 0; i < term->value_count; i++) {
        is_bad = is_bad && term->values[i].kind == FILTER_IS_ID && term->values[i].id <= 2;
    }
    if (term->is_not || (term->value_count > 1 && term->key != FILTER_RATING)) {
        return 0;
    }
    switch (term->key) {
    case FILTER_LATE:
        return kind == FILTER_IS_YES ? 1 : 0;
    case FILTER_RETURNED:
        return kind == FILTER_IS_YES ? 2 : 0;
    case FILTER_REDO:
        return kind == FILTER_IS_YES ? 4 : 0;
    case FILTER_SOLVED:
        return kind == FILTER_IS_NO ? 8 : 0;
    case FILTER_RATING:
        return is_bad ? 8 : 0;
    default:
        return 0;
    }
}

bool filter_is_marked(const struct filter *f) {
    unsigned marks = 0;

    for (size_t i = 0; i < f->count; i++) {
        marks |= mark_of(&f->terms[i]);
    }
    return (marks & (marks - 1)) != 0;
}
