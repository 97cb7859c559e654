/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cli.h - the commands of the program, one file each; main.c picks the row by its first word.
 *
 * A command gets its own argv (argv[0] is its name) and returns the exit status: 0 only on success.
 * Results go to stdout, complaints to stderr, both in the language of --lang zh|en, else of LANG
 * (zh unless it names another).
 */
#ifndef LINLI_CLI_H
#define LINLI_CLI_H

#include "base/message.h"

struct cli_command {
    const char *name;
    int (*run)(int argc, char **argv);
    enum message_code summary;
    const char *usage; /* what may follow the name */
};
extern const struct cli_command cli_commands[]; /* ended by a row without name */

struct cli_option {
    const char *name;   /* "--data" */
    const char **value; /* where its value goes; NULL for a flag */
    bool *flag;
    enum message_code help; /* what it is for */
};

/* Reads options in any order; words without a dash go to `words` (NULL = none allowed). `--help`
 * prints the usage with a line for each option and gives 0. Returns -1 to go on, else the exit
 * status. */
int cli_read(int argc, char **argv, const struct cli_option *options, size_t option_count,
             const char **words, size_t word_room);

void cli_read_language(int argc, char **argv); /* --lang, wherever it stands */
enum language cli_language(void);
int cli_fail(const char *command,
             const struct err *err); /* prints sentence and hint; gives the exit status */
int cli_usage(const char *command, enum message_code code,
              const char *what); /* command "" = the program itself */
void cli_say(enum message_code code, struct str x, struct str y,
             struct str z); /* a line on stdout */

/* How far long work is: one line on a terminal's stderr that each call writes over, and its end. */
void cli_progress(enum message_code code, int64_t done, int64_t all);
void cli_progress_of(enum message_code code, struct str x, struct str y, struct str z);
void cli_progress_end(void);

/* The catalogue that ships: `given`, else LINLI_CATALOGUE, else catalogue/ beside the program's own
 * tree. */
const char *cli_catalogue(struct arena *a, const char *given);

#endif
