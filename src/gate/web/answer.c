/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/answer.h"

#include "base/limits.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TYPE_JSON    "application/json; charset=utf-8"
#define TYPE_PROBLEM "application/problem+json; charset=utf-8"

static const struct {
    int status;
    const char *title[2];
} titles[] = {
    {400, {"请求有误", "Bad request"}},
    {401, {"需要登录", "Not signed in"}},
    {403, {"不允许", "Forbidden"}},
    {404, {"没有找到", "Not found"}},
    {405, {"不接受这种操作", "Method not allowed"}},
    {409, {"与现状冲突", "Conflict"}},
    {410, {"已失效", "Gone"}},
    {413, {"内容太大", "Too large"}},
    {415, {"内容类型不对", "Unsupported content type"}},
    {422, {"填写有误", "Input not accepted"}},
    {429, {"太频繁", "Too many requests"}},
    {431, {"请求头太大", "Headers too large"}},
    {500, {"系统出错", "Internal error"}},
    {503, {"系统繁忙", "Busy"}},
    {507, {"磁盘已满", "Disk full"}},
};

const char *answer_title(int status, enum language language) {
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].status == status) {
            return titles[i].title[language];
        }
    }
    return titles[0].title[language];
}

/* A second answer replaces the first: what the first held open is closed, its headers go. */
static struct answer *start(struct request *rq, int status, const char *type) {
    struct answer *answer = &rq->answer;

    if (answer->file > 0) {
        close(answer->file - 1);
    }
    *answer = (struct answer){.status = status, .type = type, .must_close = answer->must_close};
    return answer;
}

/* Headers set by a gatekeeper or handler before it made the answer stay (cookies, Allow). */
static struct answer *start_keeping(struct request *rq, int status, const char *type) {
    struct answer before = rq->answer;
    struct answer *answer = start(rq, status, type);

    for (size_t i = 0; i < before.header_count; i++) {
        answer->headers[answer->header_count++] = before.headers[i];
    }
    if (before.status == 0) {
        answer->cache = before.cache;
    }
    return answer;
}

struct json_out answer_json_begin(struct request *rq, int status, char bracket) {
    struct answer *answer = start_keeping(rq, status, TYPE_JSON);
    struct json_out o;

    assert(bracket == '{' || bracket == '[');
    answer->buf = buf_make(rq->arena, LIMIT_ANSWER_BYTES);
    o = json_out(&answer->buf);
    json_open(&o, NULL, bracket);
    return o;
}

bool answer_json_end(struct request *rq, struct json_out *o, struct err *err) {
    struct answer *answer = &rq->answer;

    assert(o->buf == &answer->buf && answer->buf.n > 0);
    json_close(o, answer->buf.p[0] == '{' ? '}' : ']');
    if (answer->buf.is_full) {
        fail(err, E_INTERNAL, "");
        return err_detail(err, "answer over LIMIT_ANSWER_BYTES");
    }
    answer->bytes = buf_str(&answer->buf);
    return true;
}

bool answer_none(struct request *rq, int status) {
    start_keeping(rq, status, NULL);
    return true;
}

void answer_header(struct request *rq, const char *name, struct str value) {
    struct answer *answer = &rq->answer;

    assert(answer->header_count < ANSWER_HEADERS);
    for (size_t i = 0; i < value.n; i++) {
        if ((unsigned char)value.p[i] < 0x20 || (unsigned char)value.p[i] == 0x7F) {
            return;
        }
    }
    answer->headers[answer->header_count++] =
        (struct header){str_of(name), arena_str(rq->arena, value)};
}

static bool etag_fits(struct str wanted, struct str etag) {
    while (wanted.n > 0) {
        struct str tag = str_trim(str_cut(&wanted, ','));

        if (str_starts(tag, STR("W/"))) {
            tag = str_slice(tag, 2, tag.n);
        }
        if (str_is(tag, "*") || (tag.n == etag.n + 2 && tag.p[0] == '"' &&
                                 str_eq(str_slice(tag, 1, tag.n - 1), etag))) {
            return true;
        }
    }
    return false;
}

bool answer_is_known(struct request *rq, struct str etag, const char *cache) {
    bool is_known = etag_fits(request_header(rq, "If-None-Match"), etag);

    answer_header(rq, "ETag", arena_format(rq->arena, "\"%.*s\"", STR_ARG(etag)));
    if (is_known) {
        start_keeping(rq, 304, NULL);
    }
    rq->answer.cache = cache;
    return is_known;
}

bool answer_bytes(struct request *rq, const char *type, struct str bytes, struct str etag,
                  const char *cache) {
    if (etag.n > 0 && answer_is_known(rq, etag, cache)) {
        return true;
    }
    start_keeping(rq, 200, type);
    rq->answer.cache = cache;
    rq->answer.bytes = bytes;
    return true;
}

bool answer_file(struct request *rq, const char *type, const char *path, struct str etag,
                 const char *cache, struct err *err) {
    struct stat facts;
    int file;

    if (etag.n > 0 && answer_is_known(rq, etag, cache)) {
        return true;
    }
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 || fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        if (file >= 0) {
            close(file);
        }
        return fail(err, E_NOT_FOUND, "");
    }
    start_keeping(rq, 200, type);
    rq->answer.cache = cache;
    rq->answer.file = file + 1;
    rq->answer.file_bytes = (uint64_t)facts.st_size;
    return true;
}

void answer_download(struct request *rq, struct str file_name) {
    struct buf b = buf_make(rq->arena, 2048);

    buf_c(&b, "attachment; filename*=UTF-8''");
    for (size_t i = 0; i < file_name.n; i++) {
        unsigned char c = (unsigned char)file_name.p[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';

        buf_format(&b, is_plain ? "%c" : "%%%02X", c);
    }
    answer_header(rq, "Content-Disposition", buf_str(&b));
}

bool answer_redirect(struct request *rq, int status, struct str location) {
    start_keeping(rq, status, NULL);
    answer_header(rq, "Location", location);
    return true;
}

void answer_cookie(struct request *rq, const char *name, struct str value, int64_t max_age_s) {
    struct str cookie =
        arena_format(rq->arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s", name,
                     STR_ARG(value), (long long)max_age_s, rq->is_secure ? "; Secure" : "");

    answer_header(rq, "Set-Cookie", cookie);
}

/* Seconds after which it makes sense to come back; 0 = do not say. */
static int retry_after_s(const struct err *err) {
    int64_t amount;

    switch (err->code) {
    case E_BUSY:
        return 2;
    case E_DATABASE_AWAY:
    case E_DATABASE_STANDBY:
    case E_DRAINING:
        return 10;
    case E_RATE_LIMIT:
        return str_to_int(str_of(err->args[0]), &amount) ? (int)amount : 10;
    case E_LOCKED:
        return str_to_int(str_of(err->args[0]), &amount) ? (int)amount * 60 : 60;
    default:
        return 0;
    }
}

void answer_retry_after(struct request *rq, const struct err *err) {
    int wait_s = retry_after_s(err);

    if (wait_s > 0) {
        answer_header(rq, "Retry-After", arena_format(rq->arena, "%d", wait_s));
    }
}

static void problem_headers(struct request *rq, const struct err *err, int status) {
    answer_retry_after(rq, err);
    if (status == 401) {
        answer_header(rq, "WWW-Authenticate", STR("Session realm=\"linli\""));
    }
    answer_header(rq, "Content-Language", rq->language == LANGUAGE_ZH ? STR("zh-CN") : STR("en"));
}

void answer_problem(struct request *rq, const struct err *err) {
    const struct err_row *row = err_row(err->code);
    int status = row->status >= 400 ? row->status : 500;
    struct err nothing;
    struct json_out o;

    /* What a handler had begun (an ETag, a download's name) is dropped; the matcher's Allow stays.
     */
    if (err->code == E_METHOD) {
        start_keeping(rq, 0, NULL);
    } else {
        start(rq, 0, NULL);
    }
    o = answer_json_begin(rq, status, '{');
    rq->answer.type = TYPE_PROBLEM;
    rq->answer.code = err->code;
    json_str(&o, "type", arena_format(rq->arena, "urn:linli:error:%s", row->name));
    json_str(&o, "title", str_of(answer_title(status, rq->language)));
    json_int(&o, "status", status);
    json_str(&o, "code", str_of(row->name));
    json_str(&o, "detail", err_sentence(rq->arena, err, rq->language));
    json_str(&o, "hint", err_hint(rq->arena, err, rq->language));
    if (err->field[0] != '\0') {
        json_str(&o, "field", str_of(err->field));
    }
    json_str(&o, "request", str_of(rq->id));
    answer_json_end(rq, &o, &nothing);
    problem_headers(rq, err, status);
}

/* The pages carry no inline script or style and load nothing from elsewhere. `blob:` is a photo
 * before it is sent. */
#define PAGE_POLICY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "        \
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "                \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
#define DATA_POLICY "default-src 'none'; frame-ancestors 'none'; sandbox"

size_t answer_all_headers(const struct request *rq, struct header *out) {
    const struct answer *answer = &rq->answer;
    size_t n = 0;

    for (; n < answer->header_count; n++) {
        out[n] = answer->headers[n];
    }
    if (answer->type != NULL) {
        out[n++] = (struct header){STR("Content-Type"), str_of(answer->type)};
    }
    out[n++] = (struct header){STR("Cache-Control"),
                               str_of(answer->cache != NULL ? answer->cache : CACHE_NEVER)};
    out[n++] = (struct header){STR("Content-Security-Policy"),
                               answer->is_page ? STR(PAGE_POLICY) : STR(DATA_POLICY)};
    out[n++] = (struct header){STR("X-Content-Type-Options"), STR("nosniff")};
    out[n++] = (struct header){STR("Referrer-Policy"), STR("no-referrer")};
    out[n++] = (struct header){STR("Cross-Origin-Resource-Policy"), STR("same-origin")};
    out[n++] = (struct header){STR("X-Request-Id"), str_of(rq->id)};
    if (answer->is_page) {
        out[n++] = (struct header){STR("X-Frame-Options"), STR("DENY")};
        out[n++] = (struct header){STR("Cross-Origin-Opener-Policy"), STR("same-origin")};
        out[n++] = (struct header){STR("Permissions-Policy"),
                                   STR("geolocation=(self), camera=(), microphone=()")};
    }
    if (answer->must_close) {
        out[n++] = (struct header){STR("Connection"), STR("close")};
    }
    assert(n <= ANSWER_ALL_HEADERS);
    return n;
}
