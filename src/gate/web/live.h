/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/live.h - server-sent events: "case N changed", told to every browser that may see it.
 *
 *     event: case                      a case changed: fetch it if it is on the page
 *     data: {"id":4,"event":17}
 *
 *     event: reload                    more happened than this stream could take: load the page's
 *     lists afresh data: {}
 *
 * One stream a browser. News are case and event numbers and nothing else; what the case says comes
 * through the API and its rights. The writer publishes after a commit and goes on at once: a thread
 * of the hub loads what the filter looks at, asks it for each stream and wakes those that may see
 * it. A stream keeps at most LIMIT_STREAM_NEWS cases; a case that changes again takes no second
 * place.
 *
 * Memory      a stream lives in its request's arena; the scope must too (arena_on_close for what is
 *             not memory).
 * Failure     E_BUSY above LIMIT_STREAMS; a browser or a hub that cannot keep up is told to load
 *             afresh, never left out.
 */
#ifndef LINLI_GATE_WEB_LIVE_H
#define LINLI_GATE_WEB_LIVE_H

#include "gate/web/server.h"

enum {
    LIVE_BEAT_S =
        20, /* a comment in a silent stream: keeps fronts from cutting it, and finds dead ones */
    LIVE_LIFE_S = 3600 /* then it ends and the browser comes back: its session and rights are asked
                          for anew */
};

struct live_news {
    int64_t case_id;
    int64_t event;     /* its last event */
    const void *about; /* what load gave for it */
};

/* May the holder of this scope see it? Called under the hub's lock: quick, no database. */
typedef bool (*live_filter)(const void *scope, const struct live_news *news);
typedef bool (*live_match)(const void *scope, const void *what);

struct live_hooks {
    live_filter filter;
    /* Once for each piece of news, on the hub's thread: what the filter looks at, in an arena that
     * is reset behind it. False = nobody is told. NULL = the filter needs nothing. */
    bool (*load)(void *context, struct arena *a, int64_t case_id, const void **about);
    void *context; /* given to load */
};

/* Starts the hub's thread; false when the system gives none (E_INTERNAL). Closed after the server
 * and before what load reads from, at the latest with the arena. */
bool live_open(struct arena *a, const struct live_hooks *hooks, struct live **out, struct err *err);
void live_close(struct live *hub);

/* The handler of GET /live answers with it. */
bool live_answer(struct live *hub, struct request *rq, const void *scope, struct err *err);

/* Costs two numbers; safe on any thread, waits for nobody. */
void live_publish(struct live *hub, int64_t case_id, int64_t event);

/* Ends streams, for instance of an account that signed out or lost a role; the browser comes back
 * and is asked anew. */
void live_end(struct live *hub, live_match match, const void *what);

void live_tick(struct live *hub); /* once a second, by the server */
int live_count(struct live *hub);

#endif
