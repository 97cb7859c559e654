/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/orders.h - orders from above: the rows of a hotline's spreadsheet, each with what
 * the street makes of it.
 *
 * The columns are known by their names (synonyms in messages.csv), in any order; others are passed
 * over. Class comes from the words of title and content, the place from the longest name of an
 * estate or community in the address, the unit from the routing table. What one of the three leaves
 * open is asked. A number that is registered already is a twin.
 * Failure  E_SHEET (which column is missing), E_TOO_MANY; a row's own mistake is a row's status.
 */
#ifndef LINLI_GATE_ORDERS_H
#define LINLI_GATE_ORDERS_H

#include "base/json.h"
#include "town/cases/case_commands.h"

enum order_status { ORDER_NEW, ORDER_TWIN, ORDER_ASK, ORDER_ERROR, ORDER_STATUSES };

struct order {
    int64_t row; /* of the sheet, header = 1 */
    enum order_status status;
    struct str external_number;
    struct str title;
    struct str text;
    struct str address;
    struct str name;
    struct str telephone;
    int64_t received_at;
    int64_t due_at; /* theirs, 0 = none */
    bool confidential;
    struct str class; /* empty: asked */
    int64_t place;    /* 0: not found */
    int64_t unit;     /* 0: asked */
    struct err err;   /* of ORDER_ERROR */
    int64_t case_id;  /* of a twin, or once imported */
    struct str number;
};

struct orders {
    struct order *rows;
    size_t count;
};

/* Reads {columns:[...], rows:[[...]]}; `town` and `store` to route and to know twins. */
bool orders_read(const struct town *t, struct store *s, struct arena *a, int64_t office,
                 int64_t now, const struct json *columns, const struct json *sheet,
                 struct orders *out, struct err *err);

struct str order_status_code(enum order_status status);

/* The report that an order becomes. */
struct case_report order_report(const struct order *o);

#endif
