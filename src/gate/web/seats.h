/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/seats.h - open connections, watched until the head of a request is whole.
 *
 * The network library's timeout starts anew with each byte, so a client that sends a head byte by
 * byte would hold its connection for ever. A seat knows since when its connection owes a head; the
 * watch ends those that owe it too long. Bodies have their own least rate (gate/web/body.h).
 *
 * Memory: in the arena given at the start. Safe on any thread.
 */
#ifndef LINLI_GATE_WEB_SEATS_H
#define LINLI_GATE_WEB_SEATS_H

#include "base/arena.h"

struct seats;
struct seat;

struct seats *seats_make(struct arena *a, size_t count);
struct seat *seats_take(struct seats *s, int socket, int64_t now_us); /* NULL when all are taken */
void seats_leave(struct seats *s, struct seat *seat); /* before the socket is closed */
void seats_begin(struct seat *seat);                  /* a head has come */
void seats_end(struct seat *seat, int64_t now_us);    /* its answer is out, the next head is owed */
void seats_end_slow(struct seats *s,
                    int64_t before_us); /* shuts down those that owe a head since before then */
int seats_count(const struct seats *s);

#endif
