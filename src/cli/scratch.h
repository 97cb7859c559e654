/* SPDX-License-Identifier: Apache-2.0 */
/* cli/scratch.h - a scratch folder that is not left behind.
 *
 * It may hold everything that residents said. So it goes also when the program is ended by Ctrl-C
 * or SIGTERM, and the next one that is made takes away those of processes that were killed.
 * Before any other thread runs. One at a time.
 */
#ifndef LINLI_CLI_SCRATCH_H
#define LINLI_CLI_SCRATCH_H

#include "base/arena.h"
#include "base/err.h"

/* In TMPDIR, else in /tmp; NULL: E_FILE. */
const char *scratch_make(struct arena *a, struct err *err);
void scratch_remove(const char *folder);

#endif
