/* SPDX-License-Identifier: Apache-2.0 */
/* Which class do a resident's words mean? Each class lends its keywords, its Chinese name and the
 * pairs of characters of that name; what is found in the words adds to its score, the more the
 * longer it is and the fewer classes share it.
 */
#include "engine/catalogue/build.h"

#include "base/limits.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { KEYWORD_WEIGHT = 100, NAME_WEIGHT = 120, PAIR_WEIGHT = 15 };

static struct str lower(struct arena *a, struct str s) {
    char *p = arena_bytes(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++) {
        p[i] = (char)((unsigned char)s.p[i] < 0x80 ? tolower((unsigned char)s.p[i]) : s.p[i]);
    }
    return (struct str){p, s.n};
}

/* ---- the index */

struct find {
    struct str text;
    uint32_t row;
    int weight;
};

struct finds {
    struct find *items;
    size_t count;
};

/* A pair of characters outside ASCII: in Chinese about a word. */
static void add_pairs(struct finds *f, struct str name, uint32_t row) {
    size_t at = 0;
    size_t before = 0;
    uint32_t last = 0;

    while (at < name.n) {
        size_t from = at;
        uint32_t character = str_next_character(name, &at);

        if (last > 0x2E7F && character > 0x2E7F && last != 0x3001 && character != 0x3001) {
            f->items[f->count++] = (struct find){str_slice(name, before, at), row, PAIR_WEIGHT};
        }
        before = from;
        last = character;
    }
}

static int weight_of(struct str text, int weight) {
    return (int)str_characters(text) * weight;
}

static void add_class(struct arena *a, struct finds *f, const struct catalogue_class *class) {
    uint32_t row = (uint32_t) class->index;
    struct str name = class->name[LANGUAGE_ZH];

    for (size_t i = 0; i < class->keyword_count; i++) {
        struct str text = lower(a, class->keywords[i]);
        f->items[f->count++] = (struct find){text, row, weight_of(text, KEYWORD_WEIGHT)};
    }
    if (name.n > 0) {
        f->items[f->count++] = (struct find){lower(a, name), row, weight_of(name, NAME_WEIGHT)};
        add_pairs(f, name, row);
    }
}

static size_t room_for(const struct catalogue *c) {
    size_t room = 1;

    for (size_t i = 0; i < c->class_count; i++) {
        room += c->classes[i].keyword_count + 1 + str_characters(c->classes[i].name[LANGUAGE_ZH]);
    }
    return room;
}

/* By text; for the same text and class the greater weight first, so that the others are passed
 * over. */
static int in_order(const void *left, const void *right) {
    const struct find *a = left;
    const struct find *b = right;
    int texts = str_compare(a->text, b->text);

    if (texts != 0) {
        return texts;
    }
    if (a->row != b->row) {
        return a->row < b->row ? -1 : 1;
    }
    return b->weight - a->weight;
}

static size_t end_of_run(const struct finds *f, size_t from) {
    size_t end = from + 1;

    while (end < f->count && str_eq(f->items[end].text, f->items[from].text)) {
        end++;
    }
    return end;
}

static struct keyword keyword_of(struct arena *a, const struct find *run, size_t count) {
    uint32_t *rows = arena_array(a, uint32_t, count);
    struct keyword keyword = {.text = run[0].text, .rows = rows};

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && run[i].row == run[i - 1].row) {
            continue;
        }
        rows[keyword.count++] = run[i].row;
        keyword.weight = run[i].weight > keyword.weight ? run[i].weight : keyword.weight;
    }
    keyword.weight = keyword.weight / (int)keyword.count + 1;
    return keyword;
}

void propose_index(struct build *b) {
    struct finds f = {arena_array(b->a, struct find, room_for(b->c)), 0};
    struct keyword *keywords;

    for (size_t i = 0; i < b->c->class_count; i++) {
        add_class(b->a, &f, &b->c->classes[i]);
    }
    if (f.count > 1) {
        qsort(f.items, f.count, sizeof *f.items, in_order);
    }
    keywords = arena_array(b->a, struct keyword, f.count + 1);
    for (size_t from = 0; from < f.count;) {
        size_t end = end_of_run(&f, from);

        keywords[b->index->keyword_count++] = keyword_of(b->a, &f.items[from], end - from);
        from = end;
    }
    b->index->keywords = keywords;
}

/* ---- the question */

struct scores {
    int *of;             /* by position of the class */
    unsigned char *seen; /* by position of the keyword: counted already */
};

/* The first keyword that is not less than `text`. */
static size_t lower_bound(const struct catalogue_index *index, struct str text) {
    size_t from = 0;
    size_t to = index->keyword_count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (str_compare(index->keywords[middle].text, text) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

/* All keywords that stand at the beginning of `rest`; they begin with its first character. */
static void count_at(const struct catalogue_index *index, struct str rest, size_t first_bytes,
                     struct scores *scores) {
    struct str first = {rest.p, first_bytes};

    for (size_t k = lower_bound(index, first);
         k < index->keyword_count && str_starts(index->keywords[k].text, first); k++) {
        const struct keyword *keyword = &index->keywords[k];

        if (scores->seen[k] || !str_starts(rest, keyword->text)) {
            continue;
        }
        scores->seen[k] = 1;
        for (size_t i = 0; i < keyword->count; i++) {
            scores->of[keyword->rows[i]] += keyword->weight;
        }
    }
}

static bool is_wanted(const struct catalogue_class *class, const struct propose_question *q) {
    return (q->kinds == 0 || TERM_HAS(q->kinds, class->kind) != 0) &&
           (!q->only_public || class->is_public);
}

/* Keeps the `max` best; equal scores in the order of the classes. */
static size_t keep_best(struct proposal *out, size_t count, size_t max, struct proposal found) {
    size_t at = count < max ? count : max - 1;

    if (count == max && out[at].score >= found.score) {
        return count;
    }
    while (at > 0 && out[at - 1].score < found.score) {
        out[at] = out[at - 1];
        at--;
    }
    out[at] = found;
    return count < max ? count + 1 : max;
}

size_t catalogue_propose(struct arena *a, const struct catalogue *c,
                         const struct propose_question *question, struct proposal *out) {
    struct str words = lower(a, str_first_characters(question->words, LIMIT_TEXT_CHARACTERS));
    struct scores scores = {arena_array(a, int, c->class_count + 1),
                            arena_bytes(a, c->index->keyword_count + 1)};
    size_t count = 0;

    for (size_t at = 0; at < words.n;) {
        size_t next = at;

        str_next_character(words, &next);
        count_at(c->index, str_slice(words, at, words.n), next - at, &scores);
        at = next;
    }
    for (size_t i = 0; i < c->class_count && question->max > 0; i++) {
        if (scores.of[i] > 0 && is_wanted(&c->classes[i], question)) {
            count = keep_best(out, count, question->max,
                              (struct proposal){&c->classes[i], scores.of[i]});
        }
    }
    return count;
}
