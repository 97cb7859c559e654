/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/live.h"

#include "base/limits.h"
#include "gate/web/answer.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
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
    int age_s;                            /* seconds since it was opened */
    bool has_greeted;
    bool needs_beat;
    bool needs_reload; /* news were dropped */
    bool is_over;
};

struct live {
    struct live_hooks hooks;
    struct arena *arena;  /* of the hub's thread */
    pthread_mutex_t lock; /* the streams */
    struct live_stream *first;
    atomic_int count;          /* changed under the lock, read without */
    pthread_mutex_t news_lock; /* everything below; never held together with the other */
    pthread_cond_t has_news;
    struct piece *ring; /* LIMIT_HUB_NEWS */
    int from;           /* index of the oldest */
    int waiting;        /* of them not yet told */
    bool is_swamped;    /* news were dropped: all have to load afresh */
    bool is_over;
    pthread_t thread;
};

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

static void tell(struct live *hub, const struct live_news *news) {
    pthread_mutex_lock(&hub->lock);
    for (struct live_stream *ls = hub->first; ls != NULL; ls = ls->next) {
        if (hub->hooks.filter(ls->scope, news)) {
            add_news(ls, news);
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

static void tell_to_reload(struct live *hub) {
    pthread_mutex_lock(&hub->lock);
    for (struct live_stream *ls = hub->first; ls != NULL; ls = ls->next) {
        ls->needs_reload = true;
        ls->count = 0;
        stream_wake(ls->stream);
    }
    pthread_mutex_unlock(&hub->lock);
}

/* Waits for the next piece; false at the end. `is_swamped` says that earlier ones were dropped. */
static bool take_news(struct live *hub, struct live_news *out, bool *is_swamped) {
    bool is_over;

    pthread_mutex_lock(&hub->news_lock);
    while (hub->waiting == 0 && !hub->is_over) {
        pthread_cond_wait(&hub->has_news, &hub->news_lock);
    }
    is_over = hub->is_over;
    if (!is_over) {
        *out = (struct live_news){.case_id = hub->ring[hub->from].case_id,
                                  .event = hub->ring[hub->from].event};
        hub->from = (hub->from + 1) % LIMIT_HUB_NEWS;
        hub->waiting--;
        *is_swamped = hub->is_swamped;
        hub->is_swamped = false;
    }
    pthread_mutex_unlock(&hub->news_lock);
    return !is_over;
}

static void *distribute(void *argument) {
    struct live *hub = argument;
    const struct live_hooks *hooks = &hub->hooks;
    struct live_news news;
    bool is_swamped = false;

    while (take_news(hub, &news, &is_swamped)) {
        if (is_swamped) {
            tell_to_reload(hub);
        }
        if (live_count(hub) > 0 &&
            (hooks->load == NULL ||
             hooks->load(hooks->context, hub->arena, news.case_id, &news.about))) {
            tell(hub, &news);
        }
        arena_reset(hub->arena);
    }
    return NULL;
}

static void close_hub(void *object) {
    struct live *hub = object;

    live_close(hub);
    arena_close(hub->arena);
}

bool live_open(struct arena *a, const struct live_hooks *hooks, struct live **out,
               struct err *err) {
    struct live *hub = arena_new(a, struct live);

    assert(hooks->filter != NULL);
    pthread_mutex_init(&hub->lock, NULL);
    pthread_mutex_init(&hub->news_lock, NULL);
    pthread_cond_init(&hub->has_news, NULL);
    hub->hooks = *hooks;
    hub->ring = arena_array(a, struct piece, LIMIT_HUB_NEWS);
    hub->arena = arena_open();
    arena_on_close(a, close_hub, hub);
    if (pthread_create(&hub->thread, NULL, distribute, hub) != 0) {
        hub->is_over = true;
        fail(err, E_INTERNAL, "");
        return err_detail(err, "no thread for events");
    }
    pthread_setname_np(hub->thread, "linli-live");
    *out = hub;
    return true;
}

void live_close(struct live *hub) {
    bool is_first;

    pthread_mutex_lock(&hub->news_lock);
    is_first = !hub->is_over;
    hub->is_over = true;
    pthread_cond_signal(&hub->has_news);
    pthread_mutex_unlock(&hub->news_lock);
    if (is_first) {
        pthread_join(hub->thread, NULL);
    }
}

/* The same case waits already: one telling is enough. */
static bool is_waiting(struct live *hub, int64_t case_id, int64_t event) {
    for (int i = 0; i < hub->waiting; i++) {
        struct piece *piece = &hub->ring[(hub->from + i) % LIMIT_HUB_NEWS];

        if (piece->case_id == case_id) {
            piece->event = event;
            return true;
        }
    }
    return false;
}

/* Whoever opens a stream a moment later loads what he shows after that, this event with it. */
void live_publish(struct live *hub, int64_t case_id, int64_t event) {
    if (live_count(hub) == 0) {
        return;
    }
    pthread_mutex_lock(&hub->news_lock);
    if (!is_waiting(hub, case_id, event)) {
        if (hub->waiting == LIMIT_HUB_NEWS) { /* the oldest makes room */
            hub->from = (hub->from + 1) % LIMIT_HUB_NEWS;
            hub->waiting--;
            hub->is_swamped = true;
        }
        hub->ring[(hub->from + hub->waiting) % LIMIT_HUB_NEWS] = (struct piece){case_id, event};
        hub->waiting++;
        pthread_cond_signal(&hub->has_news);
    }
    pthread_mutex_unlock(&hub->news_lock);
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
        ls->is_over |= ++ls->age_s >= LIVE_LIFE_S;
        if (++ls->silent_s >= LIVE_BEAT_S || ls->is_over) {
            ls->silent_s = 0;
            ls->needs_beat = true;
            stream_wake(ls->stream);
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

int live_count(struct live *hub) {
    return atomic_load(&hub->count);
}
