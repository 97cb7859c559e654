/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/form.h - form bodies: application/x-www-form-urlencoded and multipart/form-data (RFC
 * 7578), whole in memory.
 *
 * Own reader of 100 lines instead of the network library's post processor: that one works on a
 * connection, so it would run on a network thread and could not be tested or fuzzed without a
 * socket.
 *
 * Failure     E_TYPE, E_FORM, E_TEXT (a field that is not text; files are not looked into),
 *             E_TOO_MANY.
 */
#ifndef LINLI_GATE_WEB_FORM_H
#define LINLI_GATE_WEB_FORM_H

#include "gate/web/schema.h"

bool form_read(struct arena *a, struct str content_type, struct str body, struct pair **out,
               size_t *count, struct err *err);

/* The value of `name="..."` or `name=...` among the parameters of a header; false when absent. */
bool form_parameter(struct str header, const char *name, struct str *out);

/* The media type without parameters compares equal, whatever its case. */
bool form_is_type(struct str content_type, const char *type);

#endif
