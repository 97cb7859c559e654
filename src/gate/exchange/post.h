/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/post.h - something goes out: an HTTP POST, or a mail to an SMTP server. libcurl is
 * behind it.
 *
 * Nothing is followed: an answer that points elsewhere has failed. Certificates are checked.
 * Failure  E_SEND names the host and what went wrong (a status that is not 2xx, no connection,
 *          POST_SECONDS over); E_DRAINING when `is_ending` said so.
 */
#ifndef LINLI_GATE_EXCHANGE_POST_H
#define LINLI_GATE_EXCHANGE_POST_H

#include "base/err.h"

enum { POST_SECONDS = 20, POST_CONNECT_SECONDS = 8, POST_HEADERS = 8 };

/* Asked about once a second while something is under way. */
struct post_watch {
    bool (*is_ending)(const void *context); /* NULL = never */
    const void *context;
};

struct post_http {
    struct str url;                   /* http:// or https:// */
    struct str headers[POST_HEADERS]; /* "Name: value", the empty text ends them */
    struct str body;
    struct post_watch watch;
};
bool post_http(struct arena *a, const struct post_http *p, struct err *err);

struct post_mail {
    struct str server;   /* smtp://HOST:PORT or smtps://HOST:PORT */
    struct str user;     /* empty = no account is asked for */
    struct str password; /* of the user */
    struct str from;     /* plain addresses */
    struct str to;
    struct str message; /* head and body, as post_message makes it */
    struct post_watch watch;
};
bool post_mail(struct arena *a, const struct post_mail *m, struct err *err);

/* RFC 5322 with CRLF: ASCII subject, text in UTF-8. */
struct str post_message(struct arena *a, struct str from, struct str to, struct str subject,
                        struct str text, int64_t at);

#endif
