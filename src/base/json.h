/* SPDX-License-Identifier: Apache-2.0 */
/* base/json.h - JSON in and out. In: strict (RFC 8259, no duplicate keys, valid UTF-8, no U+0000),
 * bounded depth, into a tree in the arena. Out: written straight into a buffer by small calls;
 * commas are kept by the writer.
 *
 * Numbers without fraction or exponent are integers and must fit 53 bits at the callers; others are
 * KIND_REAL.
 */
#ifndef LINLI_BASE_JSON_H
#define LINLI_BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

enum json_kind { KIND_NULL, KIND_BOOL, KIND_INT, KIND_REAL, KIND_TEXT, KIND_LIST, KIND_OBJECT };

struct json {
    enum json_kind kind;
    bool truth;               /* KIND_BOOL */
    int64_t integer;          /* KIND_INT */
    double real;              /* KIND_REAL */
    struct str text;          /* KIND_TEXT */
    struct str name;          /* the key, when it is a member of an object */
    const struct json *child; /* first member or item of an object or list, else NULL */
    const struct json *next;  /* next sibling, NULL at the end */
    size_t count;             /* members or items */
};

/* Errors: E_JSON with place, E_TEXT. The tree lives in `a`. */
bool json_read(struct arena *a, struct str text, const struct json **out, struct err *err);

/* The member called `name`, or NULL; `object` may be NULL or another kind. */
const struct json *json_member(const struct json *object, const char *name);
struct str json_text_of(const struct json *object, const char *name); /* empty when absent */
int64_t json_int_of(const struct json *object, const char *name, int64_t otherwise);
bool json_bool_of(const struct json *object, const char *name, bool otherwise);

struct json_out {
    struct buf *buf;
    bool need_comma; /* a value was written on this level */
};
struct json_out json_out(struct buf *buf);
void json_open(struct json_out *o, const char *name,
               char bracket);                      /* '{' or '['; name NULL inside a list */
void json_close(struct json_out *o, char bracket); /* '}' or ']' */
void json_str(struct json_out *o, const char *name, struct str value);
void json_str_or_null(struct json_out *o, const char *name,
                      struct str value); /* empty text becomes null */
void json_int(struct json_out *o, const char *name, int64_t value);
void json_bool(struct json_out *o, const char *name, bool value);
void json_none(struct json_out *o, const char *name);
void json_fixed(struct json_out *o, const char *name, int64_t value,
                int decimals); /* value / 10^decimals, exact */
void json_raw(struct json_out *o, const char *name,
              struct str json); /* text that is JSON already */

/* A tree that was read, written again. Reals are written with 17 significant digits. */
void json_tree(struct json_out *o, const char *name, const struct json *value);

/* The string with quotes, escaped. */
void json_quote(struct buf *b, struct str s);

#endif
