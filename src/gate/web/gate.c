/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/gate.h"

#include "base/limits.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

enum reason {
    REASON_HOST,
    REASON_LENGTH,
    REASON_LENGTH_TWICE,
    REASON_BOTH_LENGTHS,
    REASON_CODING,
    REASON_TWICE,
    REASON_HEADER,
    REASON_VERSION,
    REASON_BODY,
    REASON_EXPECT,
    REASON_TARGET,
    REASON_SEGMENT
};

static const char *const reasons[][2] = {
    [REASON_HOST] = {"必须有且只有一个正确的 Host", "exactly one well-formed Host is needed"},
    [REASON_LENGTH] = {"Content-Length 不是十进制数", "Content-Length is not a decimal number"},
    [REASON_LENGTH_TWICE] = {"Content-Length 出现多次", "Content-Length stands more than once"},
    [REASON_BOTH_LENGTHS] = {"Content-Length 与 Transfer-Encoding 不能同时出现",
                             "Content-Length and Transfer-Encoding exclude each other"},
    [REASON_CODING] = {"Transfer-Encoding 只能是一个 chunked",
                       "Transfer-Encoding may only be one `chunked`"},
    [REASON_TWICE] = {"同一个请求头出现多次",
                      "a header that has one meaning stands more than once"},
    [REASON_HEADER] = {"请求头里有不允许的字符", "a header has characters that are not allowed"},
    [REASON_VERSION] = {"只接受 HTTP/1.1 和 HTTP/1.0", "only HTTP/1.1 and HTTP/1.0 are taken"},
    [REASON_BODY] = {"这种操作不能带内容", "this method takes no body"},
    [REASON_EXPECT] = {"Expect 只能是 100-continue", "Expect may only be 100-continue"},
    [REASON_TARGET] = {"地址必须以 / 开头，且不含空白",
                       "the target must begin with / and hold no blanks"},
    [REASON_SEGMENT] = {"地址里有不允许的部分", "the target has parts that are not allowed"},
};

/* Headers that mean one thing; a second one would be read by one and overlooked by another. */
static const char *const singles[] = {
    "Authorization",     "Content-Type",    "Cookie",           "Expect",
    "If-None-Match",     "Origin",          "User-Agent",       "Range",
    "X-CSRF-Token",      "Idempotency-Key", "Content-Encoding", "X-Forwarded-For",
    "X-Forwarded-Proto",
};

static bool refuse(const struct request *rq, enum reason reason, struct err *err) {
    return fail1(err, E_REQUEST, "", str_of(reasons[reason][rq->language]));
}

static bool is_name(struct str name, const char *c) {
    return name.n == strlen(c) && strncasecmp(name.p, c, name.n) == 0;
}

static bool is_token(struct str s) {
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            memchr(others, c, sizeof others - 1) == NULL) {
            return false;
        }
    }
    return s.n > 0;
}

static bool is_value(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if ((c < 0x20 && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return str_is_text(s);
}

/* A target as it may stand in a request line: no blanks, no control characters. */
static bool is_target(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c <= 0x20 || c == 0x7F || c == '#') {
            return false;
        }
    }
    return s.n > 0 && s.p[0] == '/';
}

/* A name or address with an optional port; no user, no path, no list. */
static bool is_host(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            strchr("-._:[]", c) == NULL) {
            return false;
        }
    }
    return s.n > 0 && s.n <= 255;
}

static size_t count_of(const struct request *rq, const char *name) {
    size_t n = 0;

    for (size_t i = 0; i < rq->header_count; i++) {
        n += is_name(rq->headers[i].name, name);
    }
    return n;
}

static bool check_headers(const struct request *rq, struct err *err) {
    size_t bytes = 0;

    for (size_t i = 0; i < rq->header_count; i++) {
        bytes += rq->headers[i].name.n + rq->headers[i].value.n + 4;
        if (!is_token(rq->headers[i].name) || !is_value(rq->headers[i].value)) {
            return refuse(rq, REASON_HEADER, err);
        }
    }
    if (rq->header_count > LIMIT_HEADERS || bytes > LIMIT_HEAD_BYTES) {
        return fail(err, E_HEAD_SIZE, "");
    }
    if (count_of(rq, "Host") != 1 || !is_host(request_header(rq, "Host"))) {
        return refuse(rq, REASON_HOST, err);
    }
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        if (count_of(rq, singles[i]) > 1) {
            return refuse(rq, REASON_TWICE, err);
        }
    }
    return true;
}

static bool read_length(const struct request *rq, struct gate_facts *out, struct err *err) {
    struct str length = request_header(rq, "Content-Length");

    if (length.n == 0 || length.n > 15) {
        return refuse(rq, REASON_LENGTH, err);
    }
    for (size_t i = 0; i < length.n; i++) {
        if (length.p[i] < '0' || length.p[i] > '9') {
            return refuse(rq, REASON_LENGTH, err);
        }
        out->body_bytes = out->body_bytes * 10 + (uint64_t)(length.p[i] - '0');
    }
    out->has_body = out->body_bytes > 0;
    return true;
}

static bool check_lengths(const struct request *rq, struct str version, struct gate_facts *out,
                          struct err *err) {
    size_t lengths = count_of(rq, "Content-Length");
    size_t codings = count_of(rq, "Transfer-Encoding");

    if (lengths > 1) {
        return refuse(rq, REASON_LENGTH_TWICE, err);
    }
    if (lengths > 0 && codings > 0) {
        return refuse(rq, REASON_BOTH_LENGTHS, err);
    }
    if (codings > 0) {
        if (codings > 1 || !is_name(request_header(rq, "Transfer-Encoding"), "chunked") ||
            !str_is(version, "HTTP/1.1")) {
            return refuse(rq, REASON_CODING, err);
        }
        out->has_body = out->is_chunked = true;
    }
    return lengths == 0 || read_length(rq, out, err);
}

bool gate_check(const struct request *rq, struct str version, struct gate_facts *out,
                struct err *err) {
    struct str expect = request_header(rq, "Expect");

    assert(rq->header_count == 0 || rq->headers != NULL);
    *out = (struct gate_facts){0};
    if (!check_headers(rq, err) || !check_lengths(rq, version, out, err)) {
        return false;
    }
    if (!str_is(version, "HTTP/1.1") && !str_is(version, "HTTP/1.0")) {
        return refuse(rq, REASON_VERSION, err);
    }
    if (out->has_body && (rq->method & (METHOD_GET | METHOD_HEAD)) != 0) {
        return refuse(rq, REASON_BODY, err);
    }
    if (expect.n > 0 && !is_name(expect, "100-continue")) {
        return refuse(rq, REASON_EXPECT, err);
    }
    out->waits = expect.n > 0;
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that `%XX` at `at` stands for, or -1. */
static int escaped_byte(struct str raw, size_t at) {
    int high = at + 2 < raw.n ? hex_digit(raw.p[at + 1]) : -1;
    int low = at + 2 < raw.n ? hex_digit(raw.p[at + 2]) : -1;

    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool gate_decode(struct arena *a, struct str raw, bool is_form, struct str *out) {
    char *text = arena_bytes(a, raw.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < raw.n; i++) {
        int c = is_form && raw.p[i] == '+' ? ' ' : (unsigned char)raw.p[i];

        if (c == '%') {
            c = escaped_byte(raw, i);
            if (c < 0) {
                return false;
            }
            i += 2;
        }
        text[n++] = (char)c;
    }
    *out = (struct str){text, n};
    return str_is_text(*out);
}

static bool add_segment(struct request *rq, struct str raw, struct err *err) {
    struct str segment;

    if (raw.n == 0) {
        return true; /* a double slash is one */
    }
    if (rq->segment_count == REQUEST_SEGMENTS || !gate_decode(rq->arena, raw, false, &segment) ||
        str_is(segment, ".") || str_is(segment, "..") || !is_value(segment) ||
        memchr(segment.p, '/', segment.n) != NULL || memchr(segment.p, '\\', segment.n) != NULL) {
        return refuse(rq, REASON_SEGMENT, err);
    }
    rq->segments[rq->segment_count++] = segment;
    return true;
}

bool gate_split_target(struct request *rq, struct err *err) {
    struct str query = rq->target;
    struct str path = str_cut(&query, '?');
    struct buf joined = buf_make(rq->arena, LIMIT_TARGET_BYTES * 2);

    if (rq->target.n > LIMIT_TARGET_BYTES) {
        return fail(err, E_HEAD_SIZE, "");
    }
    if (!is_target(rq->target)) {
        return refuse(rq, REASON_TARGET, err);
    }
    while (path.n > 0) {
        if (!add_segment(rq, str_cut(&path, '/'), err)) {
            return false;
        }
    }
    for (size_t i = 0; i < rq->segment_count; i++) {
        buf_byte(&joined, '/');
        buf_put(&joined, rq->segments[i]);
    }
    rq->path = joined.n == 0 ? STR("/") : buf_str(&joined);
    rq->query_text = query;
    return true;
}

static size_t count_byte(struct str s, char c) {
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        n += s.p[i] == c;
    }
    return n;
}

bool gate_split_pairs(struct arena *a, struct str raw, struct pair **out, size_t *count,
                      struct err *err) {
    size_t room = raw.n == 0 ? 0 : count_byte(raw, '&') + 1;
    struct pair *pairs;

    *count = 0;
    if (room > LIMIT_PAIRS) {
        return fail2(err, E_TOO_MANY, "", STR("&"), STR("200"));
    }
    pairs = arena_array(a, struct pair, room + 1);
    while (raw.n > 0) {
        struct str value = str_cut(&raw, '&');
        struct str name = str_cut(&value, '=');
        struct pair *pair = &pairs[*count];

        if (name.n == 0) {
            continue;
        }
        if (!gate_decode(a, name, true, &pair->name) ||
            !gate_decode(a, value, true, &pair->value)) {
            return fail(err, E_TEXT, "");
        }
        (*count)++;
    }
    *out = pairs;
    return true;
}

/* Thousandths: `q=0.85` is 850; 1000 when absent, 0 when it cannot be read. */
static int quality_of(struct str parameters) {
    int value = 0;
    int scale = 1000;
    ptrdiff_t at = str_find(parameters, STR("q="));

    if (at < 0) {
        return 1000;
    }
    for (size_t i = (size_t)at + 2; i < parameters.n && scale > 0; i++) {
        char c = parameters.p[i];

        if (c == '.') {
            continue;
        }
        if (c < '0' || c > '9') {
            break;
        }
        value += (c - '0') * scale;
        scale /= 10;
    }
    return value;
}

enum language gate_language(struct str accept_language) {
    int best[2] = {0, 0};

    while (accept_language.n > 0) {
        struct str item = str_trim(str_cut(&accept_language, ','));
        int quality;
        struct str tag = str_cut(&item, ';');
        enum language language;

        if (tag.n < 2 || (tag.n > 2 && tag.p[2] != '-')) {
            continue;
        }
        if (strncasecmp(tag.p, "zh", 2) == 0) {
            language = LANGUAGE_ZH;
        } else if (strncasecmp(tag.p, "en", 2) == 0) {
            language = LANGUAGE_EN;
        } else {
            continue;
        }
        quality = quality_of(item);
        if (quality > best[language]) {
            best[language] = quality;
        }
    }
    return best[LANGUAGE_EN] > best[LANGUAGE_ZH] ? LANGUAGE_EN : LANGUAGE_ZH;
}
