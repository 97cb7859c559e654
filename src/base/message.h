/* SPDX-License-Identifier: Apache-2.0 */
/* base/message.h - what the server says that is not an error: one table, code -> zh, en
 * (messages.csv), built into C and TypeScript. {0} {1} {2} in a sentence are arguments.
 */
#ifndef LINLI_BASE_MESSAGE_H
#define LINLI_BASE_MESSAGE_H

#include "base/err.h"
#include "message_codes.h" /* enum message_code, made from messages.csv */

struct str message_text(enum message_code code, enum language language);
struct str message_format(struct arena *a, enum message_code code, enum language language,
                          struct str x, struct str y, struct str z);

/* The code with this name ("M_TIMELINE_REPORTED"), M_NONE when there is none. */
enum message_code message_find(struct str name);

#endif
