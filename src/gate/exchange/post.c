/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/post.h"

#include "base/buf.h"
#include "base/reason.h"
#include "base/time_text.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

enum { MESSAGE_BYTES = 1 << 20 };

struct reading {
    struct str rest;
};

static void start_library(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int watch(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    const struct post_watch *w = context;

    (void)a, (void)b, (void)c, (void)d;
    return w->is_ending != NULL && w->is_ending(w->context);
}

/* What they answer is of no interest beyond its status. */
static size_t drop(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

static size_t give(char *to, size_t size, size_t count, void *context) {
    struct reading *r = context;
    size_t n = size * count < r->rest.n ? size * count : r->rest.n;

    memcpy(to, r->rest.p, n);
    r->rest = str_slice(r->rest, n, r->rest.n);
    return n;
}

static CURL *open_handle(struct arena *a, struct str url, const char *protocols,
                         const struct post_watch *w) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CURL *c;

    pthread_once(&once, start_library);
    c = curl_easy_init();
    if (c == NULL) {
        abort();
    }
    curl_easy_setopt(c, CURLOPT_URL, arena_c(a, url));
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)POST_SECONDS);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)POST_CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, w);
    return c;
}

/* Host of a URL, for the sentence: what stands before and behind it may be secret. */
static struct str host_of(struct str url) {
    ptrdiff_t at = str_find(url, STR("://"));
    struct str rest = at < 0 ? url : str_slice(url, (size_t)at + 3, url.n);
    struct str authority = str_cut(&rest, '/');
    ptrdiff_t sign = str_find(authority, STR("@"));

    return sign < 0 ? authority : str_slice(authority, (size_t)sign + 1, authority.n);
}

/* The usual ones in our words (base/reason.h). */
static struct str why(CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return reason_of(REASON_NO_HOST);
    case CURLE_COULDNT_CONNECT:
        return reason_of(REASON_NO_WAY);
    case CURLE_OPERATION_TIMEDOUT:
        return reason_of(ETIMEDOUT);
    case CURLE_PEER_FAILED_VERIFICATION:
        return reason_of(REASON_CERTIFICATE);
    case CURLE_SSL_CONNECT_ERROR:
        return reason_of(REASON_ENCRYPTION);
    case CURLE_LOGIN_DENIED:
        return reason_of(REASON_REFUSED);
    default:
        return str_of(curl_easy_strerror(code));
    }
}

/* With the words for the log: a job's failure is told there alone. */
static bool refuse(struct str host, struct str words, struct err *err) {
    fail2(err, E_SEND, "", host, words);
    return err_detail(err, "%.*s: %.*s", STR_ARG(host), STR_ARG(words));
}

static bool perform(struct arena *a, CURL *c, struct str url, struct err *err) {
    CURLcode code = curl_easy_perform(c);
    long status = 0;

    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_ABORTED_BY_CALLBACK) {
        return fail(err, E_DRAINING, "");
    }
    if (code != CURLE_OK) {
        return refuse(host_of(url), why(code), err);
    }
    return (status >= 200 && status < 300) ||
           refuse(host_of(url), arena_format(a, "%ld", status), err);
}

bool post_http(struct arena *a, const struct post_http *p, struct err *err) {
    CURL *c = open_handle(a, p->url, "http,https", &p->watch);
    struct curl_slist *headers = NULL;
    bool ok;

    for (size_t i = 0; i < POST_HEADERS && p->headers[i].n > 0; i++) {
        headers = curl_slist_append(headers, arena_c(a, p->headers[i]));
    }
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "Linli");
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)p->body.n);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, p->body.p);
    ok = perform(a, c, p->url, err);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    return ok;
}

bool post_mail(struct arena *a, const struct post_mail *m, struct err *err) {
    CURL *c = open_handle(a, m->server, "smtp,smtps", &m->watch);
    struct curl_slist *to = curl_slist_append(NULL, arena_c(a, m->to));
    struct reading reading = {m->message};
    bool ok;

    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    if (m->user.n > 0) { /* a password goes through TLS alone */
        curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
        curl_easy_setopt(c, CURLOPT_USERNAME, arena_c(a, m->user));
        curl_easy_setopt(c, CURLOPT_PASSWORD, arena_c(a, m->password));
    }
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, arena_c(a, m->from));
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(c, CURLOPT_READDATA, &reading);
    ok = perform(a, c, m->server, err);
    curl_slist_free_all(to);
    curl_easy_cleanup(c);
    return ok;
}

static void put_date(struct buf *b, int64_t at) {
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_from_us(at, 0);

    buf_format(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
               days[days_from_civil(c.year, c.month, c.day) % 7], c.day, months[c.month - 1],
               c.year, c.hour, c.minute, c.second);
}

struct str post_message(struct arena *a, struct str from, struct str to, struct str subject,
                        struct str text, int64_t at) {
    struct buf b = buf_make(a, MESSAGE_BYTES);
    struct str rest = text;

    buf_format(&b, "From: %.*s\r\nTo: %.*s\r\nSubject: %.*s\r\n", STR_ARG(from), STR_ARG(to),
               STR_ARG(subject));
    put_date(&b, at);
    buf_c(&b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: 8bit\r\n\r\n");
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');

        buf_format(&b, "%.*s\r\n", STR_ARG(line));
    }
    return buf_str(&b);
}
