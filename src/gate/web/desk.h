/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/desk.h - what the answers for a desk share: the caller's view and scope of this request.
 *
 * Memory   the arena of the request.
 * Failure  a filter that cannot be read is refused with the place of the mistake.
 */
#ifndef LINLI_GATE_WEB_DESK_H
#define LINLI_GATE_WEB_DESK_H

#include "gate/web/case_json.h"
#include "town/cases/case_scope.h"

struct desk {
    struct case_view view; /* names, time and store of this request */
    struct scope scope;    /* the cases that the caller may see */
};

struct desk desk_make(struct request *rq);

bool desk_filter(struct desk *d, struct str text, struct filter *filter, struct err *err);

#endif
