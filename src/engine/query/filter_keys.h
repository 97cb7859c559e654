/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/filter_keys.h - the tables of the filter language, for filter_*.c alone: keys, words
 * of values, dates.
 *
 * A new key is a row here, a case in compile_terms.c and a line in docs/filter.md.
 */
#ifndef LINLI_ENGINE_QUERY_FILTER_KEYS_H
#define LINLI_ENGINE_QUERY_FILTER_KEYS_H

#include "engine/query/filter.h"

enum filter_type {
    TYPE_CODE, /* a word of the catalogue */
    TYPE_FLAG, /* yes or no */
    TYPE_PLACE,
    TYPE_CLASS,
    TYPE_UNIT,
    TYPE_DATE,
    TYPE_NUMBER, /* a number for people, with * at the end for those that begin so */
    TYPE_GRADE,
    TYPE_CELL,
    TYPE_WORD,
};

struct filter_key_row {
    struct str name[2]; /* by enum language */
    enum filter_type type;
    struct str subject[2]; /* what a name of it is, for E_FILTER_NAME: "状态", "state" */
};
extern const struct filter_key_row filter_key_rows[FILTER_KEY_COUNT];

/* Words that stand for something in certain keys: yes, none, open, in-time. */
struct filter_word_row {
    struct str name[2]; /* canonical in English */
    struct str other;   /* a second Chinese word, or empty */
    enum filter_kind kind;
    uint32_t keys; /* bit n: means so in key n */
};
const struct filter_word_row *filter_word_find(enum filter_key key, struct str word);

/* "是 否", "yes no": what the key takes, by language. */
struct str filter_word_list(struct arena *a, enum filter_key key, enum language language);

/* FILTER_KEY_COUNT when there is none. */
enum filter_key filter_key_find(struct str name);
struct str filter_key_list(struct arena *a, enum language language);

/* Names of personal data that nobody filters by. */
bool filter_key_is_sensitive(struct str name);

/* Upper and lower case of ASCII alike. */
bool filter_same_word(struct str a, struct str b);

/* A day, month, year, word for one, or a range of them. */
bool filter_date_parse(struct arena *a, struct str word, struct filter_clock clock,
                       struct filter_value *out);

/* LEVEL-NUMBER: a square of the map as a range of cells (base/geo/cell.h). */
bool filter_cell_parse(struct arena *a, struct str word, struct filter_value *out);

#endif
