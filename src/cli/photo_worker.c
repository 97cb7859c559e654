/* SPDX-License-Identifier: Apache-2.0 */
/* linli photo-worker: started by the server itself to read photos on its standard input
 * (gate/exchange/photo.h). */
#include "cli/commands.h"
#include "gate/exchange/photo_worker.h"

#include <sys/stat.h>
#include <unistd.h>

int cli_photo_worker(int argc, char **argv) {
    int status = cli_read(argc, argv, NULL, 0, NULL, 0);
    struct stat input;

    if (status >= 0) {
        return status;
    }
    if (fstat(STDIN_FILENO, &input) != 0 || !S_ISSOCK(input.st_mode)) {
        return cli_usage(argv[0], M_CLI_PHOTO_WORKER_ALONE, "");
    }
    return photo_worker_run(STDIN_FILENO);
}
