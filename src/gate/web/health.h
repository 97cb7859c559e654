/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/health.h - GET /healthz for whoever restarts the process, GET /metrics for whoever
 * watches it.
 *
 * /healthz answers 200 {"status":"ok"} or 503 with the reason, on a network thread, so it answers
 * even when all workers wait. /metrics is Prometheus text; from elsewhere than this machine only
 * with the token, else it does not exist.
 */
#ifndef LINLI_GATE_WEB_HEALTH_H
#define LINLI_GATE_WEB_HEALTH_H

#include "gate/web/route.h"

struct route_table health_table(void);

#endif
