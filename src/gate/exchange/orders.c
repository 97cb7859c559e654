/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/orders.h"

#include "base/message.h"
#include "base/source.h"
#include "base/time_text.h"
#include "town/cases/suggest.h"

#include <inttypes.h>

enum {
    PROPOSAL_FLOOR = 200
}; /* one keyword of two characters; an order that fits no class scores far less */
enum sheet_column {
    COLUMN_NUMBER,
    COLUMN_RECEIVED,
    COLUMN_TITLE,
    COLUMN_TEXT,
    COLUMN_NAME,
    COLUMN_TELEPHONE,
    COLUMN_ADDRESS,
    COLUMN_DUE,
    COLUMN_CONFIDENTIAL,
    COLUMN_CLASS,
    COLUMN_UNIT,
    COLUMNS
};

static const struct {
    enum message_code names; /* synonyms in both languages */
    bool is_needed;
} columns_known[COLUMNS] = {
    [COLUMN_NUMBER] = {M_SHEET_NUMBER, true},
    [COLUMN_RECEIVED] = {M_SHEET_RECEIVED, false},
    [COLUMN_TITLE] = {M_SHEET_TITLE, false},
    [COLUMN_TEXT] = {M_SHEET_TEXT, true},
    [COLUMN_NAME] = {M_SHEET_NAME, false},
    [COLUMN_TELEPHONE] = {M_SHEET_TELEPHONE, false},
    [COLUMN_ADDRESS] = {M_SHEET_ADDRESS, true},
    [COLUMN_DUE] = {M_SHEET_DUE, true},
    [COLUMN_CONFIDENTIAL] = {M_SHEET_CONFIDENTIAL, false},
    [COLUMN_CLASS] = {M_SHEET_CLASS, false},
    [COLUMN_UNIT] = {M_SHEET_UNIT, false},
};

static const char *const statuses[ORDER_STATUSES] = {"new", "twin", "ask", "error"};

struct str order_status_code(enum order_status status) {
    return str_of(statuses[status]);
}

/* ---- columns and cells */

static bool names_it(struct str synonyms, struct str name) {
    while (synonyms.n > 0) {
        if (str_eq(str_cut(&synonyms, ';'), name)) {
            return true;
        }
    }
    return false;
}

static bool find_columns(const struct json *columns, int *at, struct err *err) {
    for (int k = 0; k < COLUMNS; k++) {
        int number = 0;

        at[k] = -1;
        for (const struct json *c = columns; c != NULL; c = c->next, number++) {
            struct str name = str_trim(c->text);

            if (names_it(message_text(columns_known[k].names, LANGUAGE_ZH), name) ||
                names_it(message_text(columns_known[k].names, LANGUAGE_EN), name)) {
                at[k] = number;
            }
        }
        if (at[k] < 0 && columns_known[k].is_needed) {
            struct str names = message_text(columns_known[k].names, LANGUAGE_ZH);

            return fail1(err, E_SHEET, "columns", str_cut(&names, ';'));
        }
    }
    return true;
}

static struct str cell(struct arena *a, const struct json *row, int column) {
    const struct json *c = row->child;

    for (int i = 0; c != NULL && i < column; i++) {
        c = c->next;
    }
    if (column < 0 || c == NULL) {
        return (struct str){0};
    }
    if (c->kind == KIND_INT) {
        return arena_format(a, "%" PRId64, c->integer);
    }
    return c->kind == KIND_TEXT ? str_trim(c->text) : (struct str){0};
}

/* ---- what the street makes of it */

static int64_t find_place(const struct town *t, int64_t office, struct str address) {
    int64_t found = 0;
    size_t longest = 0;

    for (size_t i = 0; i < t->place_count; i++) {
        const struct place *p = &t->places[i];

        if (p->office == office && (p->level == LEVEL_ESTATE || p->level == LEVEL_COMMUNITY) &&
            p->name[0].n > longest && str_find(address, p->name[0]) >= 0) {
            found = p->id;
            longest = p->name[0].n;
        }
    }
    return found;
}

static struct str find_class(const struct town *t, struct arena *a, struct str words) {
    struct propose_question question = {.words = words, .max = 1};
    struct proposal best[1];
    size_t count = catalogue_propose(a, town_catalogue(t, 0), &question, best);

    return count > 0 && best[0].score >= PROPOSAL_FLOOR ? best[0].class->code : (struct str){0};
}

static bool find_twin(struct store *s, struct arena *a, int64_t office, struct order *o,
                      struct err *err) {
    struct case_twin twin;

    if (!case_find_external(s, a, office, o->external_number, &twin, err)) {
        return false;
    }
    if (twin.id != 0) {
        o->case_id = twin.id;
        o->number = twin.number;
        o->status = ORDER_TWIN;
    }
    return true;
}

static void refuse(struct order *o) {
    o->status = ORDER_ERROR;
}

static void read_time(struct order *o, struct str text, const char *field, int64_t *out) {
    if (text.n > 0 && !time_read(text, CHINA_OFFSET_MINUTES, out)) {
        fail1(&o->err, E_TIME, field, text);
        refuse(o);
    }
}

static void check_row(struct order *o, int64_t now) {
    if (o->external_number.n == 0) {
        fail1(&o->err, E_REQUIRED, "external_number", STR("external_number"));
        refuse(o);
    } else if (o->text.n == 0) {
        fail1(&o->err, E_REQUIRED, "text", STR("text"));
        refuse(o);
    } else if (str_characters(o->text) > LIMIT_TEXT_CHARACTERS) {
        fail2(&o->err, E_TOO_LONG, "text", STR("text"), STR("4000"));
        refuse(o);
    } else if (o->received_at > now + MINUTE_US) {
        fail1(&o->err, E_FUTURE, "received_at", STR("received_at"));
        refuse(o);
    }
}

/* What a person chose on the page (class, unit) goes before what the words and the routing table
 * say. */
static void route(const struct town *t, struct arena *a, int64_t office, int64_t now,
                  struct order *o) {
    const struct unit *chosen = town_unit(t, o->unit);
    struct suggestion s;

    o->place = find_place(t, office, o->address.n > 0 ? o->address : o->text);
    if (catalogue_class(town_catalogue(t, 0), o->class) == NULL) {
        o->class =
            find_class(t, a, arena_format(a, "%.*s %.*s", STR_ARG(o->title), STR_ARG(o->text)));
    }
    suggest_for(t, office, 0, o->class, 0, o->place, o->due_at, now, &s);
    if (chosen == NULL || chosen->office != office) {
        o->unit = s.unit == NULL || o->place == 0 ? 0 : s.unit->id;
    }
    o->status = o->class.n == 0 || o->unit == 0 ? ORDER_ASK : ORDER_NEW;
}

static void read_row(struct arena *a, const struct json *row, const int *at, int64_t now,
                     struct order *o) {
    struct str title = cell(a, row, at[COLUMN_TITLE]);
    struct str secret = cell(a, row, at[COLUMN_CONFIDENTIAL]);

    o->external_number = cell(a, row, at[COLUMN_NUMBER]);
    o->title = title;
    o->text = cell(a, row, at[COLUMN_TEXT]);
    o->address = cell(a, row, at[COLUMN_ADDRESS]);
    o->name = cell(a, row, at[COLUMN_NAME]);
    o->telephone = cell(a, row, at[COLUMN_TELEPHONE]);
    o->class = cell(a, row, at[COLUMN_CLASS]);
    (void)str_to_int(cell(a, row, at[COLUMN_UNIT]), &o->unit);
    o->confidential = str_eq(secret, message_text(M_YES, LANGUAGE_ZH)) ||
                      str_eq(secret, message_text(M_YES, LANGUAGE_EN));
    read_time(o, cell(a, row, at[COLUMN_RECEIVED]), "received_at", &o->received_at);
    read_time(o, cell(a, row, at[COLUMN_DUE]), "due_at", &o->due_at);
    if (o->status != ORDER_ERROR) {
        check_row(o, now);
    }
}

static bool is_repeated(const struct orders *out, const struct order *o) {
    for (size_t i = 0; i < out->count; i++) {
        if (str_eq(out->rows[i].external_number, o->external_number)) {
            return true;
        }
    }
    return false;
}

bool orders_read(const struct town *t, struct store *s, struct arena *a, int64_t office,
                 int64_t now, const struct json *columns, const struct json *sheet,
                 struct orders *out, struct err *err) {
    int at[COLUMNS];
    int64_t number = 1;

    if (!find_columns(columns, at, err)) {
        return false;
    }
    out->count = 0;
    out->rows = arena_array(a, struct order, LIMIT_IMPORT_ROWS);
    for (const struct json *row = sheet; row != NULL; row = row->next) {
        struct order *o = &out->rows[out->count];

        number++;
        if (out->count == LIMIT_IMPORT_ROWS) {
            return fail2(err, E_TOO_MANY, "rows", STR("rows"), STR("1000"));
        }
        o->row = number;
        read_row(a, row, at, now, o);
        if (o->status != ORDER_ERROR && is_repeated(out, o)) {
            o->status = ORDER_TWIN;
        } else if (o->status != ORDER_ERROR) {
            route(t, a, office, now, o);
            if (!find_twin(s, a, office, o, err)) {
                return false;
            }
        }
        out->count++;
    }
    return true;
}

struct case_report order_report(const struct order *o) {
    return (struct case_report){
        .procedure = STR("order"),
        .channel = CHANNEL_HOTLINE,
        .class = o->class,
        .place = o->place,
        .text = o->text,
        .address = o->address,
        .name = o->name,
        .telephone = o->telephone,
        .confidential = o->confidential,
        .external_number = o->external_number,
        .external_due_at = o->due_at,
        .occurred_at = o->received_at,
    };
}
