/* SPDX-License-Identifier: Apache-2.0 */
/* linli check: every mistake in a catalogue folder, where it is and what to do about it. */
#include "cli/commands.h"
#include "engine/catalogue/check.h"
#include "engine/catalogue/folder.h"

#include <stdio.h>

enum { OUTPUT_BYTES = 1u << 20 };

static struct str number(struct arena *a, size_t n) {
    return arena_format(a, "%zu", n);
}

static int check_folder(struct arena *a, const char *folder) {
    struct mistakes m = mistakes_make(a, MISTAKES_ROOM);
    struct buf out = buf_make(a, OUTPUT_BYTES);
    struct catalogue_folder files;
    const struct catalogue *c;
    struct err err = {0};

    if (!catalogue_load(a, folder, true, &m, &files, &err)) {
        return cli_fail("check", &err);
    }
    c = catalogue_check_all(a, files.texts, files.count, NULL, &m);
    mistakes_write(&out, &m, cli_language());
    if (m.count > 0) {
        fwrite(out.p, 1, out.n, stdout);
        cli_say(M_CLI_CHECK_MISTAKES, number(a, m.count), (struct str){0}, (struct str){0});
        return 1;
    }
    cli_say(M_CLI_CHECK_FINE, number(a, c->procedure_count), number(a, c->class_count),
            number(a, c->condition_count));
    return 0;
}

int cli_check(int argc, char **argv) {
    const char *folder = NULL;
    int status = cli_read(argc, argv, NULL, 0, &folder, 1);
    struct arena *a;

    if (status >= 0) {
        return status;
    }
    a = arena_open();
    status = check_folder(a, cli_catalogue(a, folder));
    arena_close(a);
    return status;
}
