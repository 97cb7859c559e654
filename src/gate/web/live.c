/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/live.h"

#include "base/limits.h"
#include "gate/web/answer.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define GREETING "retry: 3000\n: linli\n\n"
#define BEAT     ":\n\n"
#define RELOAD   "event: reload\ndata: {}\n\n"

enum { NEWS_BYTES = 96 }; /* one piece of news as text, at most */

struct piece {
    int64_t case_id;
    int64_t event;
};

struct live_stream {
    struct live *hub;
    struct stream *stream;
    const void *scope;
    struct live_stream *before;
    struct live_stream *next;
    struct piece news[LIMIT_STREAM_NEWS]; /* oldest first */
    int count;                            /* of them waiting */
    int silent_s;                         /* seconds since something was sent */
    bool has_greeted;
    bool needs_beat;
    bool needs_reload; /* news were dropped */
    bool is_over;
};

struct live {
    pthread_mutex_t lock; /* everything below and in the streams */
    live_filter filter;
    struct live_stream *first;
    int count;
};

struct live *live_make(struct arena *a, live_filter filter) {
    struct live *hub = arena_new(a, struct live);

    assert(filter != NULL);
    pthread_mutex_init(&hub->lock, NULL);
    hub->filter = filter;
    return hub;
}

static size_t put(char *to, size_t at, size_t room, const char *text) {
    size_t n = strlen(text);

    if (at + n > room) {
        return at;
    }
    memcpy(to + at, text, n);
    return at + n;
}

/* As many as fit; what is left comes with the next call. */
static size_t put_news(struct live_stream *ls, char *to, size_t at, size_t room) {
    int sent = 0;

    while (sent < ls->count && at + NEWS_BYTES <= room) {
        int n = snprintf(to + at, room - at,
                         "event: case\ndata: {\"id\":%" PRId64 ",\"event\":%" PRId64 "}\n\n",
                         ls->news[sent].case_id, ls->news[sent].event);

        at += (size_t)n;
        sent++;
    }
    ls->count -= sent;
    memmove(ls->news, ls->news + sent, (size_t)ls->count * sizeof ls->news[0]);
    return at;
}

static size_t write_pending(struct live_stream *ls, char *to, size_t room) {
    size_t at = 0;

    if (!ls->has_greeted) {
        at = put(to, at, room, GREETING);
        ls->has_greeted = true;
    }
    if (ls->needs_reload) {
        at = put(to, at, room, RELOAD);
        ls->needs_reload = false;
    }
    at = put_news(ls, to, at, room);
    if (ls->needs_beat && at == 0) {
        at = put(to, at, room, BEAT);
    }
    ls->needs_beat = false;
    ls->silent_s = at > 0 ? 0 : ls->silent_s;
    return at;
}

static ptrdiff_t read_stream(void *object, char *to, size_t room) {
    struct live_stream *ls = object;
    ptrdiff_t n = -1;

    assert(room >= NEWS_BYTES);
    pthread_mutex_lock(&ls->hub->lock);
    if (!ls->is_over) {
        n = (ptrdiff_t)write_pending(ls, to, room);
    }
    pthread_mutex_unlock(&ls->hub->lock);
    return n;
}

static void close_stream(void *object) {
    struct live_stream *ls = object;
    struct live *hub = ls->hub;

    pthread_mutex_lock(&hub->lock);
    if (ls->before != NULL) {
        ls->before->next = ls->next;
    } else {
        hub->first = ls->next;
    }
    if (ls->next != NULL) {
        ls->next->before = ls->before;
    }
    hub->count--;
    pthread_mutex_unlock(&hub->lock);
}

bool live_answer(struct live *hub, struct request *rq, const void *scope, struct err *err) {
    struct live_stream *ls = arena_new(rq->arena, struct live_stream);
    bool has_room;

    *ls = (struct live_stream){.hub = hub, .scope = scope};
    pthread_mutex_lock(&hub->lock);
    has_room = hub->count < LIMIT_STREAMS;
    if (has_room) {
        answer_stream(rq, "text/event-stream; charset=utf-8",
                      (struct stream_source){read_stream, close_stream, ls});
        ls->stream = rq->answer.stream;
        ls->next = hub->first;
        if (ls->next != NULL) {
            ls->next->before = ls;
        }
        hub->first = ls;
        hub->count++;
    }
    pthread_mutex_unlock(&hub->lock);
    return has_room || fail(err, E_BUSY, "");
}

static void add_news(struct live_stream *ls, const struct live_news *news) {
    for (int i = 0; i < ls->count; i++) {
        if (ls->news[i].case_id == news->case_id) {
            ls->news[i].event = news->event;
            return;
        }
    }
    if (ls->needs_reload) {
        return; /* it will load everything anyhow */
    }
    if (ls->count == LIMIT_STREAM_NEWS) {
        ls->needs_reload = true;
        ls->count = 0;
    } else {
        ls->news[ls->count++] = (struct piece){news->case_id, news->event};
    }
    stream_wake(ls->stream);
}

void live_publish(struct live *hub, const struct live_news *news) {
    pthread_mutex_lock(&hub->lock);
    for (struct live_stream *ls = hub->first; ls != NULL; ls = ls->next) {
        if (hub->filter(ls->scope, news)) {
            add_news(ls, news);
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

void live_end(struct live *hub, live_match match, const void *what) {
    pthread_mutex_lock(&hub->lock);
    for (struct live_stream *ls = hub->first; ls != NULL; ls = ls->next) {
        if (match(ls->scope, what)) {
            ls->is_over = true;
            stream_wake(ls->stream);
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

void live_tick(struct live *hub) {
    pthread_mutex_lock(&hub->lock);
    for (struct live_stream *ls = hub->first; ls != NULL; ls = ls->next) {
        if (++ls->silent_s >= LIVE_BEAT_S) {
            ls->silent_s = 0;
            ls->needs_beat = true;
            stream_wake(ls->stream);
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

int live_count(struct live *hub) {
    int count;

    pthread_mutex_lock(&hub->lock);
    count = hub->count;
    pthread_mutex_unlock(&hub->lock);
    return count;
}
