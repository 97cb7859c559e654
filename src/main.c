/* SPDX-License-Identifier: Apache-2.0 */
/* linli: reads the command's name and calls its row of cli_commands. */
#include "cli/cli.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What an arena gives back is taken again at once: kept below this much, the kernel need not clear
 * pages anew (a sixth of the time of `linli verify`). */
enum { KEPT_FREE_BYTES = 16 << 20 };

static int print_commands(FILE *to) {
    enum language language = cli_language();

    fprintf(to, "%s\n", message_text(M_CLI_USAGE, language).p);
    for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
        fprintf(to, "  %-10s %s\n", c->name, message_text(c->summary, language).p);
    }
    fprintf(to, "\n%s\n", message_text(M_CLI_USAGE_END, language).p);
    return to == stdout ? 0 : 2;
}

int main(int argc, char **argv) {
    mallopt(M_TRIM_THRESHOLD, KEPT_FREE_BYTES);
    umask(077); /* the data folder holds what people said, whatever folder it is made in */
    cli_read_language(argc, argv);
    if (argc < 2) {
        return print_commands(stderr);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        return print_commands(stdout);
    }
    for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
        if (strcmp(c->name, argv[1]) == 0) {
            return c->run(argc - 1, argv + 1);
        }
    }
    return cli_usage("", M_CLI_UNKNOWN_COMMAND, argv[1]);
}
