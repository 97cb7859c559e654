/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/report_form.h - a report against the `form:` of its procedure.
 *
 * The program's own limits (base/limits.h) are checked at the gate; a definition may ask for less
 * room and for more fields.
 * Failure  E_REQUIRED, E_TOO_LONG, E_TOO_MANY with the field's name in the caller's language.
 */
#ifndef LINLI_TOWN_REPORT_FORM_H
#define LINLI_TOWN_REPORT_FORM_H

#include "town/cases/case_commands.h"

bool report_form_check(struct arena *a, const struct procedure *p, const struct case_report *r,
                       enum language language, struct err *err);

#endif
