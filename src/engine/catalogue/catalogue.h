/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/catalogue.h - one generation of the definitions: procedures, classes, filing
 * conditions, routes, reply templates, all looked up by code.
 *
 * A catalogue is made from a bundle of named texts, so that what was published into the ledger and
 * what lies in a folder are read by the same code. It never changes afterwards; a running case
 * keeps the generation it began with.
 *
 * Invariants  every code in it is unique within its kind; every pointer points into the same
 *             generation; a class has at least one condition row whenever nothing wrong was found.
 * Memory      everything lives in the arena given and refers to the texts, which must live as long.
 *             Look-ups allocate nothing.
 * Failure     reading collects every mistake (mistake.h) and makes a catalogue even so, of what
 *             could be understood. Publishing refuses a bundle with any mistake (check.h), so an
 *             office never runs on half a definition.
 * Limits      LIMIT_DEFINITION_BYTES a file, LIMIT_BUNDLE_BYTES the bundle (base/limits.h).
 */
#ifndef LINLI_ENGINE_CATALOGUE_CATALOGUE_H
#define LINLI_ENGINE_CATALOGUE_CATALOGUE_H

#include "base/hash.h"
#include "engine/catalogue/spot.h"
#include "engine/catalogue/terms.h"

struct codes;
struct mistakes;

/* ---- the bundle */

struct catalogue_text {
    struct str name; /* "common/classes.csv", "request/procedure.yaml"; '/' between parts */
    struct str text; /* the whole file */
};

/* SHA-256 over the names and texts in the order of the names: the same definitions have the same
 * hash anywhere. */
struct hash catalogue_hash(struct arena *a, const struct catalogue_text *texts, size_t count);

/* ---- procedures */

struct limit {
    int amount;           /* 0 = none, or from the class */
    enum limit_unit unit; /* UNIT_NONE = none, or from the class */
    bool from_class;      /* `limit: class`: the limit of the graded row chosen at filing */
};

struct step_rule {
    enum step step;
    uint32_t from;        /* states it may be done in; 0 = it begins the case (report) */
    enum state to;        /* STATE_NONE = the state stays */
    enum state otherwise; /* where the other answer leads (check: rework, follow_up: explained);
                             NONE = nowhere */
    uint32_t by;          /* roles that may do it */
    uint32_t needs;       /* set of enum need */
    struct spot spot;
};

struct clock_rule {
    enum clock_kind clock;
    uint32_t starts; /* steps that start it, afresh at each */
    uint32_t stops;  /* steps that stop it */
    struct limit limit;
    struct spot spot;
};

struct field_choice {
    struct str code;
    struct str name[2];
};

struct form_field {
    struct str field; /* the input's name in the API */
    struct str name[2];
    enum field_type type;
    bool required;
    bool words;     /* people's own words: kept beside the ledger, searchable */
    bool sensitive; /* masked; never filtered, sorted or counted */
    bool is_public;
    int max; /* characters, photos or the largest number; 0 = the program's limit */
    const struct field_choice *choices; /* FORM_CHOICE */
    size_t choice_count;
    struct spot spot;
};

struct procedure {
    struct str code; /* "city-matter" */
    struct str name[2];
    char letter;    /* in the case number */
    uint32_t kinds; /* class kinds it accepts */
    uint32_t channels;
    bool is_public;  /* residents and Open311 may report it */
    int reply_limit; /* characters of the reply to copy back; 0 = none */
    const struct form_field *form;
    size_t form_count;
    const struct step_rule *steps; /* in the order of the story */
    size_t step_count;
    const struct step_rule *by_step[STEP_COUNT]; /* NULL = the procedure has no such step */
    const struct clock_rule *clocks;
    size_t clock_count;
    struct str face[STATE_COUNT][2]; /* what a resident reads for each state */
    struct spot
        face_spot[STATE_COUNT]; /* of those words; at STATE_NONE that of public_face itself */
    uint32_t rating_asks;       /* TERM_BIT(NEED_SOLVED), TERM_BIT(NEED_GRADE); 0 = no rating */
    int bad_below;              /* a grade below it is bad; 0 = none is */
    struct limit follow_up;     /* of the follow-up that a bad rating opens */
    bool is_whole;              /* everything in it was understood */
    struct spot spot;
};

/* ---- classes */

struct catalogue_condition {
    struct str of;         /* class code; category code = the category's labelled default */
    int row;               /* from 1 */
    struct str text[2];    /* filing condition */
    struct limit limit;    /* handling limit; never from_class */
    struct str closing[2]; /* closing condition */
    struct str source;
    bool is_default; /* the category's own: sample text, to be confirmed */
    struct spot spot;
};

struct catalogue_category {
    struct str code; /* W06, P01, R01, L */
    enum class_kind kind;
    struct str name[2];
    const struct catalogue_condition
        *standard; /* its default row; NULL only where mistakes were found */
    struct spot spot;
};

struct catalogue_class {
    struct str code; /* W06-042 */
    enum class_kind kind;
    const struct catalogue_category *category; /* NULL only in a catalogue with mistakes */
    struct str name[2];
    bool verify;    /* a resident's report is verified on the spot first */
    bool photo;     /* handling needs a photo */
    bool sensitive; /* address hidden, words never public */
    bool is_public; /* offered to residents and by Open311 */
    enum coordinates coordinates;
    const struct str *keywords; /* residents' plain words */
    size_t keyword_count;
    const struct catalogue_condition
        *conditions; /* its rows in order, or its category's default row */
    size_t condition_count;
    size_t index; /* position in classes.csv order */
    struct spot spot;
};

/* ---- routes and templates */

enum { ROUTE_ASSISTS = 8 };

struct catalogue_route {
    struct str of;    /* class, category, kind letter, or "*" */
    struct str line;  /* line of management (条线); empty = any */
    struct str place; /* place code; "*" = anywhere */
    struct str unit;  /* unit code, "@community" (the case's own), "@estate" (its property firm)
                        or "@line" (the unit of the route's line whose area holds the place) */
    struct str assists[ROUTE_ASSISTS]; /* the same kinds of words */
    size_t assist_count;
    struct str remark_zh;
    struct spot spot; /* its line is shown as the reason of a suggestion */
};

struct catalogue_template {
    struct str of; /* as in a route */
    enum outcome outcome;
    struct str text[2];
    struct spot spot;
};

/* ---- the catalogue */

struct catalogue {
    size_t unread; /* files that could not be read at all; 0 in whatever was published */
    const struct procedure *procedures; /* by code */
    size_t procedure_count;
    const struct catalogue_category *categories; /* in the order of the file */
    size_t category_count;
    const struct catalogue_class *classes; /* in the order of the file */
    size_t class_count;
    const struct catalogue_condition *conditions; /* in the order of the file */
    size_t condition_count;
    const struct catalogue_route *routes; /* in the order of the file */
    size_t route_count;
    const struct catalogue_template *templates; /* in the order of the file */
    size_t template_count;
    struct str hours[2]; /* when somebody is there, in words for residents; empty = not said */
    const struct catalogue_index *index; /* how codes, routes and words are found (build.h) */
};

/* Codes that routes may name. NULL = not known here, so not checked. */
struct catalogue_known {
    const struct codes *units;
    const struct codes *places;
};

/* Reads a bundle. Always gives a catalogue; `mistakes` says what was not understood. `known` may be
 * NULL. */
const struct catalogue *catalogue_read(struct arena *a, const struct catalogue_text *texts,
                                       size_t count, const struct catalogue_known *known,
                                       struct mistakes *mistakes);

/* The same for texts that were published, and so were right under the rules of their day:
 * E_DEFINITION only if a file cannot be read at all or no procedure is left. */
bool catalogue_make(struct arena *a, const struct catalogue_text *texts, size_t count,
                    const struct catalogue **out, struct err *err);

/* NULL when there is none. */
const struct procedure *catalogue_procedure(const struct catalogue *c, struct str code);
const struct catalogue_class *catalogue_class(const struct catalogue *c, struct str code);
const struct catalogue_category *catalogue_category(const struct catalogue *c, struct str code);

/* The row of this number; 0 = the first. A class without rows of its own has its category's default
 * as row 1. */
const struct catalogue_condition *catalogue_condition(const struct catalogue_class *class, int row);

/* NULL when the procedure has no such step. */
const struct step_rule *catalogue_step(const struct procedure *p, enum step step);
bool procedure_takes_class(const struct procedure *p, const struct catalogue_class *class);
bool procedure_takes_channel(const struct procedure *p, enum channel channel);

/* The clock of this kind, or NULL. */
const struct clock_rule *procedure_clock(const struct procedure *p, enum clock_kind clock);

struct route_question {
    const struct catalogue_class *class;
    struct str line; /* line of management if known; empty = a route's line does not restrict */
    const struct str *places; /* codes of the place and its ancestors, nearest first */
    size_t place_count;
};

/* The route of best fit, or NULL. A row with line and place goes before one without; then exact
 * class, category, kind, any; then the nearer place; then the earlier row. */
const struct catalogue_route *catalogue_route(const struct catalogue *c,
                                              const struct route_question *question);

/* The reply text that fits the class best (exact, category, kind, any), or NULL. */
const struct catalogue_template *catalogue_template(const struct catalogue *c,
                                                    const struct catalogue_class *class,
                                                    enum outcome outcome);

/* The text with {number}, {class}, {where}, {unit}, {due}, {office}, {telephone} put in; values by
 * enum placeholder. */
struct str template_fill(struct arena *a, struct str text,
                         const struct str values[PLACEHOLDER_COUNT]);

/* ---- which class do these words mean? */

struct proposal {
    const struct catalogue_class *class;
    int score; /* more is likelier; only good for ordering */
};

struct propose_question {
    struct str words; /* what a resident wrote; at most LIMIT_TEXT_CHARACTERS of it are read */
    uint32_t kinds;   /* class kinds wanted; 0 = all */
    bool only_public; /* classes offered to residents */
    size_t max;       /* proposals wanted */
};

/* Likely classes, best first, in `out` (room for question->max); gives their number. Scratch memory
 * from `a`. */
size_t catalogue_propose(struct arena *a, const struct catalogue *c,
                         const struct propose_question *question, struct proposal *out);

#endif
