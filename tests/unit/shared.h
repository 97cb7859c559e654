/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/shared.h - real data that does not ship and lies beside the repository in ../shared
 * (LINLI_SHARED names another folder). A test that asks for a file that is not there is skipped and
 * says so. */
#ifndef LINLI_TESTS_SHARED_H
#define LINLI_TESTS_SHARED_H

#include "check.h"

#include "base/file.h"

#include <stdlib.h>

/* The path of a file there, or a skipped test. Tests run in the root of the sources. */
static inline const char *shared_path(struct arena *arena, const char *name) {
    const char *folder = getenv("LINLI_SHARED");
    const char *path =
        path_join(arena, str_of(folder == NULL ? "../shared" : folder), str_of(name)).p;

    if (!file_exists(path)) {
        print_message("SKIPPED: there is no %s\n", path);
        skip();
    }
    return path;
}

static inline struct str shared_file(struct arena *arena, const char *name) {
    struct str text = {0};
    struct err err = {0};

    assert_true(file_read(arena, shared_path(arena, name), 64u << 20, &text, &err));
    return text;
}

#endif
