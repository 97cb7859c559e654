/* SPDX-License-Identifier: Apache-2.0 */
/* Orders from above on the page: check a sheet, then bring it in. The same sheet again makes no
 * twins. */
#include "gate/exchange/orders.h"

#include "gate/web/case_json.h"

static void write_order(struct case_view *v, struct json_out *o, const struct order *order) {
    json_open(o, NULL, '{');
    json_int(o, "row", order->row);
    json_str(o, "external_number", order->external_number);
    json_str(o, "status", order_status_code(order->status));
    if (order->class.n > 0) {
        json_str(o, "class", order->class);
        json_str(o, "class_name", view_class_name(v, order->class));
    }
    if (order->unit > 0) {
        json_int(o, "unit", order->unit);
        json_str(o, "unit_name", view_unit_name(v, order->unit));
    }
    if (order->place > 0) {
        json_int(o, "place", order->place);
        json_str(o, "place_name", view_place_name(v, order->place));
    }
    write_time(v, o, "due", order->due_at);
    json_str(o, "title", order->title);
    json_str(o, "text", order->text);
    json_str(o, "address", order->address);
    if (order->status == ORDER_ERROR) {
        json_str(o, "error", err_sentence(v->rq->arena, &order->err, v->rq->language));
        json_str(o, "field", arena_str(v->rq->arena, str_of(order->err.field)));
    }
    if (order->case_id > 0) {
        json_int(o, "id", order->case_id);
        json_str(o, "number", order->number);
    }
    json_close(o, '}');
}

static bool answer_orders(struct request *rq, const struct orders *orders, struct err *err) {
    struct case_view v = case_view_make(rq);
    struct json_out o = answer_json_begin(rq, 200, '{');
    int64_t counts[ORDER_STATUSES] = {0};

    json_open(&o, "rows", '[');
    for (size_t i = 0; i < orders->count; i++) {
        counts[orders->rows[i].status]++;
        write_order(&v, &o, &orders->rows[i]);
    }
    json_close(&o, ']');
    json_open(&o, "counts", '{');
    for (int status = 0; status < ORDER_STATUSES; status++) {
        json_int(&o, arena_c(rq->arena, order_status_code((enum order_status)status)),
                 counts[status]);
    }
    json_close(&o, '}');
    return answer_json_end(rq, &o, err);
}

static bool read_orders(struct request *rq, struct orders *orders, struct err *err) {
    struct case_view v = case_view_make(rq);

    return orders_read(v.town, v.store, rq->arena, visit_office(rq), v.now,
                       input_list(rq, "columns"), input_list(rq, "rows"), orders, err);
}

static bool check_orders(struct request *rq, struct err *err) {
    struct orders orders;

    return read_orders(rq, &orders, err) && answer_orders(rq, &orders, err);
}

/* One order becomes one case; its client id is the number above, so a sheet that was cut off may be
 * sent again. */
static void import_one(struct request *rq, struct order *order) {
    struct service *s = visit_service(rq);
    struct case_report report = order_report(order);
    struct command c = {.row = &case_report,
                        .actor = visit_actor(rq),
                        .office = visit_office(rq),
                        .client_id =
                            arena_format(rq->arena, "order:%.*s", STR_ARG(order->external_number)),
                        .body = order->external_number,
                        .input = &report};

    if (door_submit(installation_door(s->installation), &c, &order->err)) {
        order->case_id = c.subject;
        order->number = arena_str(rq->arena, str_of(c.number));
    } else {
        order->status = ORDER_ERROR;
    }
}

static bool import_orders(struct request *rq, struct err *err) {
    struct orders orders;

    if (!read_orders(rq, &orders, err)) {
        return false;
    }
    visit_done(rq);
    for (size_t i = 0; i < orders.count; i++) {
        if (orders.rows[i].status == ORDER_NEW || orders.rows[i].status == ORDER_ASK) {
            import_one(rq, &orders.rows[i]);
        }
    }
    return answer_orders(rq, &orders, err);
}

static const struct field_row sheet_input[] = {{.name = "columns",
                                                .kind = FIELD_TEXT,
                                                .flags = FIELD_REQUIRED | FIELD_LIST,
                                                .max = 100,
                                                .max_items = 100},
                                               {.name = "rows",
                                                .kind = FIELD_ANY,
                                                .flags = FIELD_REQUIRED | FIELD_TABLE,
                                                .max_items = LIMIT_IMPORT_ROWS},
                                               {0}};

static const struct route rows[] = {
    {.method = "POST",
     .path = "/api/v1/orders/check",
     .handler = check_orders,
     .right = RIGHT_IMPORT,
     .flags = ROUTE_LARGE,
     .input = sheet_input,
     .output = "Orders",
     .summary = {"核对上级派单表", "Check a sheet of orders from above"}},
    {.method = "POST",
     .path = "/api/v1/orders/import",
     .handler = import_orders,
     .right = RIGHT_IMPORT,
     .flags = ROUTE_LARGE,
     .input = sheet_input,
     .output = "Orders",
     .summary = {"导入上级派单表", "Bring in a sheet of orders from above"}},
};

const struct route_table order_routes = ROUTE_TABLE(rows);
