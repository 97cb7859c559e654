/* SPDX-License-Identifier: Apache-2.0 */
/* hours.csv: when somebody answers the duty telephone and sits at the window, in one row of words
 * for residents. The working calendar, by which limits run, stands in workdays.csv. */
#include "engine/catalogue/build.h"
#include "engine/catalogue/sheet.h"

#include "base/limits.h"

enum { HOURS_ZH, HOURS_EN, HOURS_COLUMNS };

static const struct column hours_columns[HOURS_COLUMNS] = {
    [HOURS_ZH] = {"zh", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
    [HOURS_EN] = {"en", CELL_TEXT, .required = true, .most = LIMIT_SHORT_CHARACTERS},
};

void read_hours(struct build *b, struct str file, struct str text) {
    struct sheet s;

    if (!sheet_read(b->m, file, text, hours_columns, HOURS_COLUMNS, &s)) {
        b->c->unread++;
        return;
    }
    if (s.table.row_count > 1) {
        mistake0(b->m, sheet_spot(&s, 1, HOURS_ZH), MISTAKE_HOURS_ROWS);
    }
    if (s.table.row_count > 0) {
        b->c->hours[LANGUAGE_ZH] = sheet_text(&s, 0, HOURS_ZH);
        b->c->hours[LANGUAGE_EN] = sheet_text(&s, 0, HOURS_EN);
    }
}
