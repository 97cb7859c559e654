/* SPDX-License-Identifier: Apache-2.0 */
/* cli/commands.h - every command of the program; the table stands in commands.c. */
#ifndef LINLI_CLI_COMMANDS_H
#define LINLI_CLI_COMMANDS_H

#include "cli/cli.h"

int cli_init(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_bench(int argc, char **argv);
int cli_backup(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_publish(int argc, char **argv);
int cli_verify(int argc, char **argv);
int cli_proof(int argc, char **argv);
int cli_rebuild(int argc, char **argv);
int cli_account(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_key(int argc, char **argv);
int cli_office(int argc, char **argv);
int cli_move(int argc, char **argv);
int cli_migrate(int argc, char **argv);
int cli_openapi(int argc, char **argv);
int cli_photo_worker(int argc, char **argv);

/* --partitions of init, demo and migrate: 0 when it was left out; false when it is no number of
 * them. */
bool cli_partitions(const char *text, int64_t *partitions);

/* The proof of an installation, telling each difference on stdout, and its counts as a phrase. */
struct installation;
struct verify_result;
/* Restores a backup into a scratch folder, proves and counts it and takes it away; gives the exit
 * status. `keys` is a data folder or its keys. */
int cli_drill(const char *command, const char *file, const char *keys);

bool cli_prove(struct installation *i, struct verify_result *result, struct err *err);
struct str cli_proved(struct arena *a, const struct verify_result *result);

#endif
