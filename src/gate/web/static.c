/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/static.h"

#include "gate/web/answer.h"

#include <string.h>

/* Which page serves an address. `below` takes everything under it, too. */
static const struct {
    const char *path;
    const char *page;
    bool below;
} pages[] = {
    {"/", "/public.html", false},     {"/report", "/public.html", false},
    {"/find", "/public.html", false}, {"/roots", "/public.html", false},
    {"/rate", "/public.html", false}, {"/t", "/public.html", true},
    {"/l", "/public.html", true},     {"/staff", "/staff.html", true},
    {"/field", "/field.html", true},
};

static const char not_built[] =
    "邻里：网页还没有构建。请在源代码目录运行 ./run，它会构建网页和程序。\n"
    "只要构建：npm --prefix ui ci && npm --prefix ui run build，然后重新编译。接口照常可用。\n\n"
    "Linli: the front end was not built. Run ./run in the source folder; it builds pages and "
    "program.\n"
    "To build only: npm --prefix ui ci && npm --prefix ui run build, then compile again. The API "
    "works.\n";

static const struct static_file *find_file(const struct static_files *files, struct str path) {
    size_t low = 0;
    size_t high = files->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(path, str_of(files->rows[middle].path));

        if (order == 0) {
            return &files->rows[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

static const char *page_of(struct str path) {
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        size_t n = strlen(pages[i].path);
        bool is_it = str_is(path, pages[i].path);
        bool is_below = pages[i].below && path.n > n && path.p[n] == '/' &&
                        str_starts(path, str_of(pages[i].path));

        if (is_it || is_below) {
            return pages[i].page;
        }
    }
    return NULL;
}

static bool takes_gzip(const struct request *rq) {
    struct str rest = request_header(rq, "Accept-Encoding");

    while (rest.n > 0) {
        struct str item = str_trim(str_cut(&rest, ','));
        struct str coding = str_trim(str_cut(&item, ';'));

        if (str_is(coding, "gzip")) {
            item = str_trim(item);
            return !str_is(item, "q=0") && !str_starts(item, STR("q=0.000")) &&
                   !str_is(item, "q=0.0") && !str_is(item, "q=0.00");
        }
    }
    return false;
}

static bool answer_found(struct request *rq, const struct static_files *files,
                         const struct static_file *file) {
    bool is_packed = file->packed_bytes > 0 && takes_gzip(rq);
    struct str bytes = is_packed ? (struct str){files->bytes + file->packed_at, file->packed_bytes}
                                 : (struct str){files->bytes + file->at, file->size_bytes};
    struct str etag = arena_format(rq->arena, is_packed ? "%s-gz" : "%s", file->etag);

    if (file->packed_bytes > 0) {
        answer_header(rq, "Vary", STR("Accept-Encoding"));
    }
    if (is_packed) {
        answer_header(rq, "Content-Encoding", STR("gzip"));
    }
    answer_bytes(rq, file->type, bytes, etag, file->is_immutable ? CACHE_IMMUTABLE : CACHE_ASK);
    rq->answer.is_page = true;
    return true;
}

/* A person who mistyped an address reads a page with a way home; a program gets the problem. */
static bool answer_missing(struct request *rq, const struct static_files *files, struct err *err) {
    const struct static_file *file = find_file(files, STR("/public.html"));
    bool is_person = str_find(request_header(rq, "Accept"), STR("text/html")) >= 0 &&
                     !str_starts(rq->path, STR("/api/")) &&
                     !str_starts(rq->path, STR("/assets/")) &&
                     !str_starts(rq->path, STR("/open311/"));

    if (file == NULL || !is_person) {
        return fail(err, E_NO_ROUTE, "");
    }
    answer_bytes(rq, file->type, (struct str){files->bytes + file->at, file->size_bytes},
                 (struct str){0}, CACHE_NEVER);
    rq->answer.is_page = true;
    rq->answer.status = 404;
    return true;
}

bool static_answer_from(struct request *rq, const struct static_files *files, struct err *err) {
    const struct static_file *file = find_file(files, rq->path);
    const char *page = page_of(rq->path);

    if (file == NULL && page != NULL) {
        file = find_file(files, str_of(page));
    }
    if (file != NULL) {
        return answer_found(rq, files, file);
    }
    if (page == NULL) {
        return answer_missing(rq, files, err);
    }
    answer_bytes(rq, "text/plain; charset=utf-8", STR(not_built), (struct str){0}, CACHE_NEVER);
    rq->answer.status = 503;
    return true;
}

bool static_answer(struct request *rq, struct err *err) {
    return static_answer_from(rq, &static_built, err);
}
