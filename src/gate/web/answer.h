/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/answer.h - what goes back: JSON, bytes, files, refusals.
 *
 * One answer a request; a second one replaces the first. Every answer gets the security headers
 * (docs/security.md) and `Cache-Control: no-store` unless it says otherwise. Problem documents
 * follow RFC 9457, in the language of the caller: type, title, status, code, detail, hint, field,
 * request.
 */
#ifndef LINLI_GATE_WEB_ANSWER_H
#define LINLI_GATE_WEB_ANSWER_H

#include "gate/web/request.h"

#define CACHE_NEVER     "no-store"
#define CACHE_ASK       "private, no-cache" /* keep it, but ask each time with the ETag */
#define CACHE_IMMUTABLE "public, max-age=31536000, immutable"

/* JSON: begin opens the bracket, the handler writes members, end closes it and checks
 * LIMIT_ANSWER_BYTES. */
struct json_out answer_json_begin(struct request *rq, int status, char bracket);
bool answer_json_end(struct request *rq, struct json_out *o, struct err *err);

/* 204, or another status without a body. */
bool answer_none(struct request *rq, int status);

/* Bytes that live as long as the request or longer. `etag` (without quotes) and `cache` may be
 * empty and NULL. */
bool answer_bytes(struct request *rq, const char *type, struct str bytes, struct str etag,
                  const char *cache);

/* A file, sent by the system. E_NOT_FOUND when it is not there. */
bool answer_file(struct request *rq, const char *type, const char *path, struct str etag,
                 const char *cache, struct err *err);

/* The caller has this very version (If-None-Match): answers 304 and returns true; else the answer
 * to come gets the tag. */
bool answer_is_known(struct request *rq, struct str etag, const char *cache);

/* Makes the answer a download with this name (RFC 6266, any characters). */
void answer_download(struct request *rq, struct str file_name);

bool answer_redirect(struct request *rq, int status, struct str location);
void answer_header(struct request *rq, const char *name,
                   struct str value); /* value without line breaks, or left out */

/* HttpOnly, SameSite=Strict, Path=/, Secure where people come by https. max_age_s 0 removes it. */
void answer_cookie(struct request *rq, const char *name, struct str value, int64_t max_age_s);

void answer_problem(struct request *rq, const struct err *err);
void answer_retry_after(struct request *rq, const struct err *err); /* where it makes sense */

/* Everything that goes on the wire above the body: what was set, content type, caching, security.
 * All end in NUL. */
enum { ANSWER_ALL_HEADERS = ANSWER_HEADERS + 12 };
size_t answer_all_headers(const struct request *rq, struct header *out);

/* What a status is called in a problem document's title. */
const char *answer_title(int status, enum language language);

#endif
