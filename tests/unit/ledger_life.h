/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ledger_life.h - the acts of which ledger_story.c and its further chapters are made. */
#ifndef LINLI_TESTS_LEDGER_LIFE_H
#define LINLI_TESTS_LEDGER_LIFE_H

#include "town/cases/case_commands.h"
#include "town/installation.h"

struct life {
    struct arena *a;
    struct installation *i;
    struct source *source;
    struct err *err;
    bool ok;
};

#define S(kind, ...) ((struct step_input){.step = STEP_##kind, __VA_ARGS__})

void life_pass(struct life *l, int64_t minutes);
int64_t life_report(struct life *l, int64_t account, struct case_report r);
void life_step(struct life *l, int64_t id, int64_t account, struct step_input in);

/* Four neighbours, one blocked drain: merged, taken along, undone, told apart, rated. */
void life_merge(struct life *l);

#endif
