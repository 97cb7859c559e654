/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/case_input.h - what comes in with a report or with steps: its shape, and how it becomes
 * a command's input. */
#ifndef LINLI_GATE_WEB_CASE_INPUT_H
#define LINLI_GATE_WEB_CASE_INPUT_H

#include "gate/web/service.h"

extern const struct field_row case_report_input[];
extern const struct field_row case_steps_input[];
extern const struct field_row contact_rows[]; /* {name, telephone} */

/* Read from the checked rq->input. Errors: E_CLASS and the like come later, from the door. */
bool case_report_read(struct request *rq, struct case_report *out, struct err *err);
bool case_steps_read(struct request *rq, struct case_steps *out, struct err *err);

/* Tokens of uploads from a list of texts; how many. */
size_t photos_read(const struct json *list, struct str *out);

#endif
