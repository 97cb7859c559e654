/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/open311_write.h - one document in both forms of Open311 GeoReport v2: XML, and the
 * JSON that the "Spark" convention makes of it.
 *
 * The same calls write both. In JSON the wrapper of a list vanishes (the root is a bare array,
 * `attributes` an array of its items), a root that is an object loses its name, an empty element is
 * null. Codes and identifiers are texts in both, for the numbers of the specification's examples
 * have leading zeros and are no JSON.
 *
 * Memory   into the buffer given; a document over its ceiling leaves the buffer failed.
 * Source   GeoReport v2, "Format Support"; "JSON and XML conversion, the Spark convention".
 */
#ifndef LINLI_GATE_EXCHANGE_OPEN311_WRITE_H
#define LINLI_GATE_EXCHANGE_OPEN311_WRITE_H

#include "base/json.h"

enum open311_format { OPEN311_XML, OPEN311_JSON };

enum { OPEN311_DEPTH = 8 }; /* elements in one another; service definitions have five */

struct open311_out {
    enum open311_format format;
    struct buf *buf;
    struct json_out json;
    const char *names[OPEN311_DEPTH]; /* of the elements that are open */
    char brackets[OPEN311_DEPTH];     /* '[' of a list, '{' of an object */
    size_t depth;                     /* of them in use */
};

struct open311_out open311_out(enum open311_format format, struct buf *buf);

/* The root, a member of the object that is open, or an item of the list that is open. */
void open311_list(struct open311_out *o, const char *name);
void open311_object(struct open311_out *o, const char *name);
void open311_close(struct open311_out *o);

void open311_text(struct open311_out *o, const char *name, struct str value); /* empty: null */
void open311_bool(struct open311_out *o, const char *name, bool value);
void open311_int(struct open311_out *o, const char *name, int64_t value);
void open311_fixed(struct open311_out *o, const char *name, int64_t value,
                   int decimals); /* value / 10^decimals */

/* The whole document of a refusal. */
void open311_errors(struct open311_out *o, int code, struct str description);

/* XML unless the path ends with .json. */
enum open311_format open311_format_of(struct str path);

/* "text/xml; charset=utf-8" */
const char *open311_type(enum open311_format format);

#endif
