/* SPDX-License-Identifier: Apache-2.0 */
/* The daily roots, for everybody: date and root and nothing else; and the proof of one's own case,
 * for whoever has its tracking link. */
#include "gate/exchange/proof.h"
#include "gate/web/public_json.h"
#include "gate/web/schema_rows.h"

#include "base/limits.h"

#include <inttypes.h>

enum { ROOTS_A_PAGE = 31, NO_DAY = 99999999 };

/* `2026-11-21` as yyyymmdd; the end of all days when it is none. */
static int64_t read_day(struct str date) {
    int64_t day = 0;
    int64_t digit;

    for (size_t i = 0; i < date.n; i++) {
        if (str_to_int(str_slice(date, i, i + 1), &digit)) {
            day = day * 10 + digit;
        }
    }
    return date.n == 0 ? NO_DAY : day;
}

static bool get_roots(struct request *rq, struct err *err) {
    struct stmt *q = store_sql(visit_store(rq), SQL_ROOT_LIST_BEFORE);
    struct json_out o = answer_json_begin(rq, 200, '{');
    int64_t day = 0;
    int count = 0;

    stmt_bind_int(q, 1, visit_office(rq));
    stmt_bind_int(q, 2, read_day(query_str(rq, "before")));
    stmt_bind_int(q, 3, ROOTS_A_PAGE + 1);
    json_open(&o, "roots", '[');
    while (count < ROOTS_A_PAGE && stmt_next(q)) {
        day = stmt_int(q, 0);
        json_open(&o, NULL, '{');
        json_str(&o, "date", root_date(rq->arena, day));
        json_str(&o, "root", stmt_text(q, 1, rq->arena));
        json_close(&o, '}');
        count++;
    }
    json_close(&o, ']');
    if (count == ROOTS_A_PAGE && stmt_next(q)) {
        json_str(&o, "next", root_date(rq->arena, day));
    }
    return stmt_end(q, err) && answer_json_end(rq, &o, err);
}

static bool get_proof(struct request *rq, struct err *err) {
    struct hash key = keys_roots(installation_keys(visit_service(rq)->installation));
    struct tracked t = {0};
    struct proof_of of;
    struct json_out o;

    if (!public_load_track(rq, &t, err)) {
        return false;
    }
    of = (struct proof_of){.office = t.c->office,
                           .case_id = t.c->id,
                           .number = t.c->number,
                           .voice = t.voice,
                           .offset_minutes =
                               town_office(visit_town(rq), t.c->office)->offset_minutes};
    answer_download(rq, proof_file_name(rq->arena, t.c->number));
    o = answer_json_begin(rq, 200, '{');
    return proof_write(rq->arena, visit_store(rq), &key, &of, &o, err) &&
           answer_json_end(rq, &o, err);
}

static const struct field_row roots_query[] = {{.name = "before", .kind = FIELD_DATE}, {0}};

static const struct field_row ledger_entry[] = {INT("number"), TEXT("hash"), {0}};
static const struct field_row daily_root[] = {TEXT("date"), TEXT("root"), {0}};
static const struct field_row daily_roots[] = {LIST("roots", "DailyRoot"), TEXT_OPT("next"), {0}};
static const struct field_row proof_entry[] = {INT("number"), TIME("at"),    TEXT("hash"),
                                               TEXT("salt"),  TEXTS("path"), TEXT("end"),
                                               TEXT("date"),  TEXT("root"),  {0}};
static const struct field_row open_entry[] = {INT("number"), TIME("at"), TEXT("hash"), {0}};
static const struct field_row proof[] = {TEXT("format"),
                                         TEXT("case"),
                                         INT("office"),
                                         LIST("entries", "ProofEntry"),
                                         LIST("open", "OpenEntry"),
                                         {0}};

const struct schema proof_schemas[] = {{"LedgerEntry", ledger_entry},
                                       {"DailyRoot", daily_root},
                                       {"DailyRoots", daily_roots},
                                       {"ProofEntry", proof_entry},
                                       {"OpenEntry", open_entry},
                                       {"Proof", proof},
                                       {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/public/roots",
     .handler = get_roots,
     .query = roots_query,
     .output = "DailyRoots",
     .summary = {"每日根", "Daily roots"}},
    {.method = "GET",
     .path = "/api/v1/public/track/{token}/proof",
     .handler = get_proof,
     .per_minute = LIMIT_RESIDENT_PROOFS,
     .output = "Proof",
     .summary = {"本人案件的证明", "The proof of one's own case"}},
};

const struct route_table proof_routes = ROUTE_TABLE(rows);
