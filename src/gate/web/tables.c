/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/tables.h"

#include "gate/web/health.h"
#include "gate/web/openapi.h"
#include "gate/web/static.h"

const struct routes_parts *tables_parts(void) {
    static struct route_table tables[24];
    static const struct schema *const schemas[] = {service_schemas, admin_schemas, proof_schemas};
    static struct routes_parts parts;
    size_t n = 0;

    tables[n++] = session_routes;
    tables[n++] = office_routes;
    tables[n++] = case_routes;
    tables[n++] = twin_routes;
    tables[n++] = change_routes;
    tables[n++] = desk_routes;
    tables[n++] = map_routes;
    tables[n++] = figures_routes;
    tables[n++] = task_routes;
    tables[n++] = order_routes;
    tables[n++] = export_routes;
    tables[n++] = admin_routes;
    tables[n++] = admin_office_routes;
    tables[n++] = upload_routes;
    tables[n++] = public_routes;
    tables[n++] = open311_routes;
    tables[n++] = link_routes;
    tables[n++] = proof_routes;
    tables[n++] = health_table();
    tables[n++] = openapi_table();
    parts = (struct routes_parts){.tables = tables,
                                  .table_count = n,
                                  .schemas = schemas,
                                  .schema_count = sizeof schemas / sizeof schemas[0],
                                  .right_name = service_right_name,
                                  .fallback = static_answer};
    return &parts;
}
