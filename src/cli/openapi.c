/* SPDX-License-Identifier: Apache-2.0 */
/* linli openapi: the API document, from the table that routes the requests. */
#include "gate/web/openapi.h"

#include "cli/commands.h"
#include "gate/web/tables.h"

int cli_openapi(int argc, char **argv) {
    int status = cli_read(argc, argv, NULL, 0, NULL, 0);
    struct arena *a;
    struct routes *routes;
    struct err err = {0};

    if (status >= 0) {
        return status;
    }
    a = arena_open();
    status = routes_make(a, tables_parts(), &routes, &err) ? openapi_print(routes, cli_language())
                                                           : cli_fail(argv[0], &err);
    arena_close(a);
    return status;
}
