/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/folder.h - the texts of a catalogue folder, in the order of their names.
 *
 * Definitions (what publishing puts into the ledger):
 * common/{categories,classes,conditions,routes,templates,workdays,hours}.csv and every
 * FOLDER/procedure.yaml. With `all` also the tables beside them that `linli check` looks at
 * (demo/). Other files (README.md ...) are left alone; a table in common/ or a YAML file that
 * nobody would read is a mistake, because its author thinks it counts.
 */
#ifndef LINLI_ENGINE_CATALOGUE_FOLDER_H
#define LINLI_ENGINE_CATALOGUE_FOLDER_H

#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/mistake.h"

struct catalogue_folder {
    const struct catalogue_text *texts; /* by name */
    size_t count;
};

/* Errors: E_FILE when the folder cannot be opened. Files too large or out of place go to `m`, which
 * may be NULL. */
bool catalogue_load(struct arena *a, const char *folder, bool all, struct mistakes *m,
                    struct catalogue_folder *out, struct err *err);

#endif
