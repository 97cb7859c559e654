/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"

#include <stdio.h>

static int cli_version(int argc, char **argv) {
    (void)argc;
    (void)argv;
    puts("linli " LINLI_VERSION);
    return 0;
}

const struct cli_command cli_commands[] = {
    {"init", cli_init, M_CMD_INIT,
     "--data DIR --office CODE [--name NAME] [--name-en NAME] [--telephone NUMBER] [--catalogue "
     "DIR] [--files DIR] [--database URL] [--partitions N]"},
    {"demo", cli_demo, M_CMD_DEMO,
     "--data DIR [--cases N] [--catalogue DIR] [--database URL] [--partitions N]"},
    {"bench", cli_bench, M_CMD_BENCH,
     "load --data DIR --cases N [--streets N] [--years N | --days N] [--seed N] [--catalogue DIR] "
     "[--database URL]"},
    {"serve", cli_serve, M_CMD_SERVE,
     "--data DIR [--office CODE] [--listen ADDRESS:PORT] [--public-url URL] [--front] "
     "[--metrics-token FILE] [--map FILE] [--database URL] [--demo-public] [--quiet]"},
    {"check", cli_check, M_CMD_CHECK, "[CATALOGUE] [--lang zh|en]"},
    {"publish", cli_publish, M_CMD_PUBLISH, "[CATALOGUE] --data DIR"},
    {"import", cli_import, M_CMD_IMPORT,
     "cases FILE --map MAP.yaml --data DIR [--office CODE] [--keep-good] [--dry-run]"},
    {"verify", cli_verify, M_CMD_VERIFY, "--data DIR [--root DATE=ROOT] [--roots FILE]"},
    {"proof", cli_proof, M_CMD_PROOF, "--data DIR [--case NUMBER] [--out FILE] [--roots] [--make]"},
    {"backup", cli_backup, M_CMD_BACKUP, "FILE --data DIR [--drill]"},
    {"restore", cli_restore, M_CMD_RESTORE,
     "FILE --data DIR [--keys DIR] [--erasures FILE] [--database URL] [--partitions N] | "
     "FILE --drill --keys DIR"},
    {"rebuild", cli_rebuild, M_CMD_REBUILD, "--data DIR"},
    {"move", cli_move, M_CMD_MOVE,
     "--data DIR --to postgresql://...|sqlite | --from sqlite:DIR --to postgresql://... | --from "
     "postgresql://... --to sqlite:DIR"},
    {"migrate", cli_migrate, M_CMD_MIGRATE, "--data DIR --partitions N"},
    {"account", cli_account, M_CMD_ACCOUNT, "LOGIN --data DIR"},
    {"photo-worker", cli_photo_worker, M_CMD_PHOTO_WORKER, ""},
    {"openapi", cli_openapi, M_CMD_OPENAPI, ""},
    {"key", cli_key, M_CMD_KEY,
     "add NAME | end NAME | list --data DIR [--secret TEXT] [--per-minute N]"},
    {"office", cli_office, M_CMD_OFFICE,
     "add --office CODE [--name NAME] [--name-en NAME] [--telephone NUMBER] [--login NAME] "
     "[--files "
     "DIR] | list --data DIR"},
    {"version", cli_version, M_CMD_VERSION, ""},
    {NULL, NULL, M_NONE, NULL},
};
