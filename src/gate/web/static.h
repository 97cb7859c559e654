/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/static.h - the front end's files, built into the program (tools/embed_assets.py).
 *
 * Each file stands in the program as it is and, where that is smaller, packed by gzip at build
 * time. Files with a hash in their name are kept for ever by browsers; pages are asked for anew by
 * their ETag. Addresses of the three applications (/, /staff/..., /field/...) answer with their
 * page, unknown ones with a 404: a page for a person, a problem for a program. When the front end
 * was not built, a page says how.
 */
#ifndef LINLI_GATE_WEB_STATIC_H
#define LINLI_GATE_WEB_STATIC_H

#include "gate/web/request.h"

struct static_file {
    const char *path;    /* "/assets/public-BVlQke-r.css" */
    const char *type;    /* content type */
    const char *etag;    /* of the plain bytes; the packed ones have `-gz` behind it */
    size_t at;           /* where its bytes begin in `bytes` */
    size_t size_bytes;   /* plain */
    size_t packed_at;    /* where its packed bytes begin */
    size_t packed_bytes; /* 0 = not packed */
    bool is_immutable;   /* the name changes with the content */
};

struct static_files {
    const struct static_file *rows; /* by path */
    size_t count;                   /* 0 = not built */
    const char *bytes;              /* all of them */
};

extern const struct static_files static_built; /* made by tools/embed_assets.py */

/* The fallback of the route table. E_NO_ROUTE. */
bool static_answer(struct request *rq, struct err *err);
bool static_answer_from(struct request *rq, const struct static_files *files, struct err *err);

#endif
