/* SPDX-License-Identifier: Apache-2.0 */
/* The cases behind a list or a figure as a file: the visitor's own scope, no personal data, logged.
 */
#include "gate/web/case_json.h"

#include "base/message.h"
#include "base/time_text.h"
#include "engine/query/export.h"
#include "gate/exchange/table_write.h"
#include "town/cases/case_scope.h"

#include <inttypes.h>

static const enum message_code headings[] = {
    M_COL_NUMBER,     M_COL_PROCEDURE,     M_COL_STATE,      M_COL_CHANNEL, M_COL_CLASS,
    M_COL_CLASS_NAME, M_COL_COMMUNITY,     M_COL_GRID,       M_COL_ESTATE,  M_COL_UNIT,
    M_COL_REPORTED,   M_COL_FILED,         M_COL_DISPATCHED, M_COL_HANDLED, M_COL_CLOSED,
    M_COL_DUE,        M_COL_FIRST_CONTACT, M_COL_EXTERNAL,   M_COL_LATE,    M_COL_RETURNS,
    M_COL_REWORKS,    M_COL_OUTCOME,       M_COL_SOLVED,     M_COL_RATING,  M_COL_VOICES};

enum { COLUMNS = sizeof headings / sizeof headings[0] };

struct exporting {
    struct case_view view;
    struct table_writer *table;
    int64_t rows;
};

static struct str moment(const struct exporting *x, int64_t at) {
    struct str text = time_write(x->view.rq->arena, at, CHINA_OFFSET_MINUTES);

    return text.n < 19 ? text : arena_format(x->view.rq->arena, "%.10s %.8s", text.p, text.p + 11);
}

static struct str term_of(const struct exporting *x, enum term_set set, struct str code) {
    return term_name(set, term_find(set, code), x->view.rq->language);
}

static struct str number_of(const struct exporting *x, int64_t value) {
    return arena_format(x->view.rq->arena, "%" PRId64, value);
}

static struct str yes_no(const struct exporting *x, bool yes) {
    return message_text(yes ? M_YES : M_NO, x->view.rq->language);
}

static struct str procedure_name(const struct exporting *x, struct str code) {
    const struct procedure *p = catalogue_procedure(x->view.catalogue, code);

    return p == NULL ? code : p->name[x->view.rq->language];
}

static bool write_case(void *context, const struct export_row *row, struct err *err) {
    struct exporting *x = context;
    struct str cells[COLUMNS] = {
        row->number,
        procedure_name(x, row->procedure),
        term_of(x, TERMS_STATE, row->state),
        term_of(x, TERMS_CHANNEL, row->channel),
        row->class,
        view_class_name(&x->view, row->class),
        view_place_name(&x->view, row->community),
        view_place_name(&x->view, row->grid),
        view_place_name(&x->view, row->estate),
        view_unit_name(&x->view, row->unit),
        moment(x, row->reported_at),
        moment(x, row->filed_at),
        moment(x, row->dispatched_at),
        moment(x, row->handled_at),
        moment(x, row->closed_at),
        moment(x, row->due_at),
        moment(x, row->first_contact_at),
        row->external_number,
        yes_no(x, row->late),
        number_of(x, row->returns),
        number_of(x, row->reworks),
        term_of(x, TERMS_OUTCOME, row->outcome),
        row->solved == 0 ? (struct str){0} : yes_no(x, row->solved == 1),
        row->rating == 0 ? (struct str){0} : number_of(x, row->rating),
        number_of(x, row->voices),
    };
    bool ok = table_row(x->table, cells, COLUMNS, err);

    x->rows++;
    return ok;
}

static bool write_headings(struct exporting *x, struct err *err) {
    struct str cells[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++) {
        cells[i] = message_text(headings[i], x->view.rq->language);
    }
    return table_row(x->table, cells, COLUMNS, err);
}

static void close_arena(void *arena) {
    arena_close(arena);
}

static bool get_export(struct request *rq, struct err *err) {
    struct service *s = visit_service(rq);
    struct exporting x = {.view = case_view_make(rq)};
    enum table_format format = str_is(query_str(rq, "format"), "xlsx") ? TABLE_XLSX : TABLE_CSV;
    struct scope scope = case_scope(x.view.town, rq->arena, visit_account(rq), visit_office(rq));
    struct arena *rows_arena =
        arena_open(); /* rewound with each row, apart from the table that grows */
    struct filter filter;
    struct str bytes;

    arena_on_close(rq->arena, close_arena, rows_arena);
    if (!case_filter(x.view.town, rq->arena, visit_office(rq), query_str(rq, "filter"), x.view.now,
                     &filter, err)) {
        return false;
    }
    x.table = table_open(rq->arena, format);
    if (!write_headings(&x, err) ||
        !export_cases(x.view.store, rows_arena, &scope, &filter, write_case, &x, err) ||
        !table_close(x.table, &bytes, err)) {
        return false;
    }
    visit_done(rq);
    if (!audit_write(s->installation, visit_account(rq)->id, "export", x.rows,
                     filter_write(rq->arena, &filter, FILTER_FIXED), err)) {
        return false;
    }
    answer_download(rq, format == TABLE_XLSX ? STR("linli.xlsx") : STR("linli.csv"));
    return answer_bytes(rq, table_type(format), bytes, (struct str){0}, NULL);
}

static const struct field_row export_query[] = {
    {.name = "filter", .kind = FIELD_TEXT, .max = 2000},
    {.name = "format", .kind = FIELD_CHOICE, .choices = "csv|xlsx"},
    {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/cases/export",
     .handler = get_export,
     .right = RIGHT_EXPORT,
     .query = export_query,
     .produces = "text/csv",
     .summary = {"导出案件（留痕）", "Export cases (logged)"}},
};

const struct route_table export_routes = ROUTE_TABLE(rows);
