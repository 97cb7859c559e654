/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/schema.h - the shape of what comes in and goes out, as static rows beside the handler.
 *
 * The same rows check a request's input and make its JSON Schema in the OpenAPI document, so the
 * two cannot differ. An output schema is a named list of rows; it is printed, not checked. A row
 * list ends with an empty row: {0}.
 *
 * Failure     E_REQUIRED, E_UNKNOWN_FIELD, E_FIELD_TYPE, E_TOO_LONG, E_TOO_MANY, E_RANGE, E_CHOICE,
 *             E_TIME, E_TEXT; the error's field is the path of the input at fault: `steps[0].text`.
 * Memory      rows are static; trees live in the arena of the request.
 */
#ifndef LINLI_GATE_WEB_SCHEMA_H
#define LINLI_GATE_WEB_SCHEMA_H

#include "base/json.h"

enum field_kind {
    FIELD_NONE,    /* the end of a row list */
    FIELD_TEXT,    /* UTF-8, at most `max` characters */
    FIELD_ID,      /* 1 .. 2^53-1 */
    FIELD_INT,     /* min .. max */
    FIELD_REAL,    /* any number */
    FIELD_DEGREES, /* a number of WGS-84 decimal degrees, -180 .. 180 */
    FIELD_BOOL,    /* true or false; in forms and queries also 1, 0, yes, no */
    FIELD_TIME,    /* RFC 3339 text; read it with input_time */
    FIELD_DATE,    /* 2026-11-22 */
    FIELD_CHOICE,  /* one of `choices` */
    FIELD_OBJECT,  /* `rows`, or in outputs the schema called `schema` */
    FIELD_ANY      /* any JSON value */
};

enum field_flags {
    FIELD_REQUIRED = 1, /* inputs: must be there and not blank; outputs: always there */
    FIELD_LIST = 2,     /* a list of this, at most `max_items` */
    FIELD_TABLE = 4,    /* a list of lists of this: the rows of a sheet */
    FIELD_PREFIX = 8,   /* forms and queries: any name that begins with `name` */
    FIELD_SECRET = 16   /* a password or PIN: the document says writeOnly */
};

struct field_row {
    const char *name;     /* JSON name */
    enum field_kind kind; /* what it is */
    unsigned flags;       /* enum field_flags */
    int64_t min;          /* FIELD_INT: least value */
    int64_t max;   /* FIELD_TEXT: characters, 0 = LIMIT_SHORT_CHARACTERS; FIELD_INT: 0 = 2^53-1 */
    int max_items; /* lists: 0 = FIELD_ITEMS */
    const char *choices;          /* FIELD_CHOICE: `a|b|c` */
    const struct field_row *rows; /* FIELD_OBJECT: its members */
    const char *schema;   /* FIELD_OBJECT in outputs: the name of its schema instead of rows */
    const char *label[2]; /* what people call it, by language; NULL = the name */
};

enum { FIELD_ITEMS = 200 }; /* items of a list, when the row does not say */

/* A named shape of an answer. */
struct schema {
    const char *name;             /* `CaseFull` */
    const struct field_row *rows; /* its members */
};

/* A name with its value as text: of a form, a query or a path. */
struct pair {
    struct str name;
    struct str value;
    struct str file_name; /* multipart file part: the client's name for it, else empty */
    struct str type;      /* multipart: its content type, else empty */
};

/* Checks a JSON object against rows. */
bool schema_check(const struct field_row *rows, const struct json *object, enum language language,
                  struct err *err);

/* Makes an object of pairs, each value read as its row's kind, and checks it. An empty value is an
 * absent one. A repeated name becomes a list where the row says FIELD_LIST. `is_loose` keeps
 * unknown names as text. */
bool schema_read_pairs(struct arena *a, const struct field_row *rows, const struct pair *pairs,
                       size_t count, bool is_loose, enum language language, const struct json **out,
                       struct err *err);

/* Cuts the next of `a|b|c` from `*rest`; the empty text at the end. */
struct str schema_choice(struct str *rest);

#endif
