/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/tables.h - every address of the program, for `serve` and `openapi`. */
#ifndef LINLI_GATE_WEB_TABLES_H
#define LINLI_GATE_WEB_TABLES_H

#include "gate/web/service.h"

/* All route tables together; the parts live as long as the program. */
const struct routes_parts *tables_parts(void);

#endif
