/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/office_files.h - the places, units and accounts of an office, from three CSV files.
 *
 * places.csv (code, parent, level, names, kind, geometry, firm), units.csv, accounts.csv (login,
 * unit, name, roles, place), as catalogue/README.md describes them. Parents stand before their
 * children. Geometry is FILE#ID: a feature of a GeoJSON file in the same folder. A map.geojson
 * there becomes the base map of a data folder that has none. Everything travels through the door;
 * the first refusal ends it. Between door_hold and door_release it is all or nothing.
 * Failure  E_FILE, E_SHEET, E_SHEET_ROW with the line.
 */
#ifndef LINLI_GATE_OFFICE_FILES_H
#define LINLI_GATE_OFFICE_FILES_H

#include "town/installation.h"

struct office_files_result {
    size_t places;
    size_t units;
    size_t accounts;
};

/* Are the three files there, and free the names in them? What can be known before the office is
 * made. */
bool office_files_check(struct installation *i, const char *folder, int64_t office,
                        struct err *err);

/* The door must not be started. The accounts have no passwords yet: password_give. */
bool office_files_load(struct installation *i, const char *folder, int64_t office,
                       struct office_files_result *result, struct err *err);

#endif
