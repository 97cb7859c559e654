/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/workers.h - a bounded queue and the light threads that empty it.
 *
 * A worker may block; its stack is WORKER_STACK_BYTES, so large things live in arenas. Items are
 * served in order. Memory: everything in the arena given at the start.
 */
#ifndef LINLI_GATE_WEB_WORKERS_H
#define LINLI_GATE_WEB_WORKERS_H

#include "base/err.h"

struct workers;

/* `run` is called on worker 0 .. count-1. False when the system gives no threads (E_INTERNAL). */
bool workers_open(struct arena *a, int count, int room, size_t stack_bytes,
                  void (*run)(void *object, void *item, int worker), void *object,
                  struct workers **out, struct err *err);

bool workers_push(struct workers *w, void *item); /* false when the queue is full or closed */
void workers_count(struct workers *w, int *queued, int *running);

/* Waits until nothing is queued or running, at most until then; then ends the threads. False when
 * one still runs. */
bool workers_close(struct workers *w, int64_t wait_us);

#endif
