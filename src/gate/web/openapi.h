/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/openapi.h - the OpenAPI 3.1 document, written from the table that routes the requests.
 *
 * Inputs come from the rows that check them, answers from the named schemas, refusals are the one
 * Problem. Served at /api/v1/openapi.json and printed by `linli openapi`; the front end's client is
 * generated from it.
 */
#ifndef LINLI_GATE_WEB_OPENAPI_H
#define LINLI_GATE_WEB_OPENAPI_H

#include "gate/web/route.h"

void openapi_write(const struct routes *routes, enum language language, struct buf *out);

/* `linli openapi`: the document on standard output; exit status. */
int openapi_print(const struct routes *routes, enum language language);

struct route_table openapi_table(void); /* GET /api/v1/openapi.json */

#endif
