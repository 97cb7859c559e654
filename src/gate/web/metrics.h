/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/metrics.h - what was asked for and how long it took, counted without locks, told in
 * Prometheus' text form.
 *
 * Labels are method, route template and status: few and fixed, never a path, a person or a word.
 */
#ifndef LINLI_GATE_WEB_METRICS_H
#define LINLI_GATE_WEB_METRICS_H

#include "gate/web/route.h"

struct metrics;

struct metrics *metrics_make(struct arena *a, const struct routes *routes);

/* Index 0 = no route. `micros` from the head to the answer, without the time on the wire. */
void metrics_count(struct metrics *m, int route_index, int status, int64_t micros,
                   size_t arena_bytes);
void metrics_count_gate(struct metrics *m); /* refused by the head gate */
void metrics_write(const struct metrics *m, const struct routes *routes, struct buf *out);

#endif
