/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/uploads.h - what the server does with photos besides answering requests. */
#ifndef LINLI_GATE_WEB_UPLOADS_H
#define LINLI_GATE_WEB_UPLOADS_H

#include "gate/web/service.h"

/* Removes photos that no command took within two hours, at most a hundred at a time. */
bool uploads_sweep(struct service *s, struct err *err);

#endif
