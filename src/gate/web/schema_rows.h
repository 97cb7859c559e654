/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/schema_rows.h - short words for the rows that tell the shape of an answer, for the two
 * tables that hold them (schemas.c, admin_schemas.c).
 *
 * `n` is the member's name, `s` the name of another shape. _OPT: the member may be missing; REF is
 * an object that may be missing, LIST a list of objects, TEXTS a list of texts.
 */
#ifndef LINLI_GATE_WEB_SCHEMA_ROWS_H
#define LINLI_GATE_WEB_SCHEMA_ROWS_H

#include "gate/web/service.h"

#define TEXT(n)                                                                                    \
    { .name = n, .kind = FIELD_TEXT, .flags = FIELD_REQUIRED }
#define TEXT_OPT(n)                                                                                \
    { .name = n, .kind = FIELD_TEXT }
#define INT(n)                                                                                     \
    { .name = n, .kind = FIELD_INT, .flags = FIELD_REQUIRED }
#define INT_OPT(n)                                                                                 \
    { .name = n, .kind = FIELD_INT }
#define BOOL(n)                                                                                    \
    { .name = n, .kind = FIELD_BOOL, .flags = FIELD_REQUIRED }
#define BOOL_OPT(n)                                                                                \
    { .name = n, .kind = FIELD_BOOL }
#define TIME_OPT(n)                                                                                \
    { .name = n, .kind = FIELD_TIME }
#define TIME(n)                                                                                    \
    { .name = n, .kind = FIELD_TIME, .flags = FIELD_REQUIRED }
#define REF(n, s)                                                                                  \
    { .name = n, .kind = FIELD_OBJECT, .schema = s }
#define LIST(n, s)                                                                                 \
    { .name = n, .kind = FIELD_OBJECT, .schema = s, .flags = FIELD_REQUIRED | FIELD_LIST }
#define TEXTS(n)                                                                                   \
    { .name = n, .kind = FIELD_TEXT, .flags = FIELD_REQUIRED | FIELD_LIST }

#endif
