/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/live.h - server-sent events: "case N changed", told to every browser that may see it.
 *
 *     event: case                      a case changed: fetch it if it is on the page
 *     data: {"id":4,"event":17}
 *
 *     event: reload                    more happened than this stream could take: load the page's lists afresh
 *     data: {}
 *
 * One stream a browser. News are case and event numbers and nothing else; what the case says comes through the API and
 * its rights. live_publish is called by the writer after a commit: it costs one filter call a stream and never waits
 * for a browser. A stream keeps at most LIMIT_STREAM_NEWS cases; a case that changes again takes no second place.
 *
 * Memory      a stream lives in its request's arena; the scope must too (arena_on_close for what is not memory).
 * Failure     E_BUSY above LIMIT_STREAMS.
 */
#ifndef LINLI_GATE_WEB_LIVE_H
#define LINLI_GATE_WEB_LIVE_H

#include "gate/web/server.h"

enum {
    LIVE_BEAT_S = 20
}; /* a comment in a silent stream: keeps fronts from cutting it, and finds dead ones */

struct live_news {
    int64_t case_id;
    int64_t event;     /* its last event */
    const void *about; /* what the filter looks at: places, units; for the time of the call */
};

/* May the holder of this scope see it? Called under the hub's lock: quick, no database. */
typedef bool (*live_filter)(const void *scope, const struct live_news *news);
typedef bool (*live_match)(const void *scope, const void *what);

struct live *live_make(struct arena *a, live_filter filter);

/* The handler of GET /live answers with it. */
bool live_answer(struct live *hub, struct request *rq, const void *scope, struct err *err);

void live_publish(struct live *hub, const struct live_news *news);

/* Ends streams, for instance of an account that signed out or lost a role; the browser comes back and is asked anew. */
void live_end(struct live *hub, live_match match, const void *what);

void live_tick(struct live *hub); /* once a second, by the server */
int live_count(struct live *hub);

#endif
