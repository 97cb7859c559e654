/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/gate.h - the strict gate for request heads, before anything is believed.
 *
 * What two readers of the same bytes could understand differently is refused, so that no front and
 * no cache in between can be led astray (request smuggling): exactly one Host, at most one
 * Content-Length, of digits only and never together with Transfer-Encoding, which may only be
 * `chunked`; nothing twice that means one thing; no body where none is taken. The network library
 * lets the first three pass. What it hides from us (NUL, bare LF, folded lines) the shipped front
 * configurations refuse (docs/security.md).
 *
 * Failure     E_REQUEST with the reason; E_HEAD_SIZE; the connection ends behind the answer.
 */
#ifndef LINLI_GATE_WEB_GATE_H
#define LINLI_GATE_WEB_GATE_H

#include "gate/web/request.h"

struct gate_facts {
    bool has_body;       /* a length above 0, or chunked */
    bool is_chunked;     /* length unknown */
    uint64_t body_bytes; /* Content-Length, 0 when chunked */
    bool waits;          /* Expect: 100-continue: the body comes only when we agree */
};

/* Method and headers of rq are filled in. `version` is "HTTP/1.1" or "HTTP/1.0". */
bool gate_check(const struct request *rq, struct str version, struct gate_facts *out,
                struct err *err);

/* Splits and decodes rq->target into path, segments and query_text. */
bool gate_split_target(struct request *rq, struct err *err);

/* Decodes %XX (and + to a blank in forms and queries). False when it is not text. */
bool gate_decode(struct arena *a, struct str raw, bool is_form, struct str *out);

/* name=value&... into pairs. E_FORM, E_TEXT, E_TOO_MANY. */
bool gate_split_pairs(struct arena *a, struct str raw, struct pair **out, size_t *count,
                      struct err *err);

/* zh or en by the q values of Accept-Language; zh when neither is named. */
enum language gate_language(struct str accept_language);

#endif
