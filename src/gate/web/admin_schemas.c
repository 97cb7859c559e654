/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of the administration's answers. */
#include "gate/web/schema_rows.h"

static const struct field_row role[] = {INT("id"),
                                        TEXT("role"),
                                        REF("place", "Named"),
                                        TEXT_OPT("procedure"),
                                        TEXT_OPT("procedure_name"),
                                        {0}};
static const struct field_row account[] = {INT("id"),
                                           TEXT("login"),
                                           TEXT("name"),
                                           BOOL("active"),
                                           TEXT("language"),
                                           REF("unit", "Named"),
                                           LIST("roles", "AdminRole"),
                                           {0}};
static const struct field_row accounts[] = {LIST("accounts", "AdminAccount"), {0}};
static const struct field_row password[] = {INT("id"), TEXT("password"), {0}};
static const struct field_row key[] = {INT("id"),       TEXT("name"),         INT("per_minute"),
                                       TIME("made_at"), TIME_OPT("ended_at"), {0}};
static const struct field_row keys[] = {LIST("keys", "AdminKey"), {0}};
static const struct field_row new_key[] = {TEXT("name"), TEXT("secret"), {0}};
static const struct field_row file[] = {TEXT("name"), INT("bytes"), {0}};
static const struct field_row counts[] = {INT("procedures"),
                                          INT("categories"),
                                          INT("classes"),
                                          INT("conditions"),
                                          INT("routes"),
                                          INT("templates"),
                                          {0}};
static const struct field_row routing[] = {TEXT("class"),    TEXT_OPT("class_name"), TEXT("line"),
                                           TEXT("place"),    TEXT_OPT("place_name"), TEXT("unit"),
                                           TEXTS("assists"), TEXT("remark"),         {0}};
static const struct field_row definitions[] = {INT("version"),
                                               TIME_OPT("published_at"),
                                               LIST("files", "DefinitionFile"),
                                               REF("counts", "DefinitionCounts"),
                                               LIST("routes", "RoutingRow"),
                                               {0}};
static const struct field_row entry[] = {
    INT("number"),  TIME("at"), TEXT_OPT("actor"), TEXT("what"), TEXT_OPT("subject"),
    TEXT("remark"), {0}};
static const struct field_row audit[] = {LIST("entries", "AuditEntry"), INT_OPT("next"), {0}};
static const struct field_row head[] = {INT("office"), INT("number"), TIME("at"), {0}};
static const struct field_row backup[] = {
    BOOL("on"),         INT("count"), INT("last_bytes"),      TIME_OPT("last_at"),
    BOOL("failing"),    BOOL("late"), TIME_OPT("drilled_at"), BOOL("drill_failed"),
    BOOL("drill_late"), {0}};
static const struct field_row system_state[] = {TEXT("version"),
                                                INT("schema"),
                                                INT("database_bytes"),
                                                INT("photo_bytes"),
                                                INT("free_bytes"),
                                                INT("waiting"),
                                                INT("batches"),
                                                INT("commands"),
                                                LIST("ledgers", "LedgerHead"),
                                                REF("backup", "BackupState"),
                                                {0}};

const struct schema admin_schemas[] = {{"AdminRole", role},
                                       {"AdminAccount", account},
                                       {"AdminAccounts", accounts},
                                       {"OneTimePassword", password},
                                       {"AdminKey", key},
                                       {"AdminKeys", keys},
                                       {"NewKey", new_key},
                                       {"DefinitionFile", file},
                                       {"DefinitionCounts", counts},
                                       {"RoutingRow", routing},
                                       {"Definitions", definitions},
                                       {"AuditEntry", entry},
                                       {"Audit", audit},
                                       {"LedgerHead", head},
                                       {"BackupState", backup},
                                       {"SystemState", system_state},
                                       {0}};
