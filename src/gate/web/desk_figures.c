/* SPDX-License-Identifier: Apache-2.0 */
/* Figures: every value with the filter that lists exactly its cases. */
#include "gate/web/desk.h"

#include "base/message.h"
#include "engine/query/figures.h"

#include <string.h>

static struct str row_name(const struct desk *d, enum figures_by by,
                           const struct figures_row *row) {
    enum language language = d->view.rq->language;
    const struct catalogue_category *category;

    switch (by) {
    case BY_COMMUNITY:
        return row->id == 0 ? message_text(M_ROW_NO_PLACE, language)
                            : view_place_name(&d->view, row->id);
    case BY_UNIT:
        return row->id == 0 ? message_text(M_ROW_NO_UNIT, language)
                            : view_unit_name(&d->view, row->id);
    case BY_CATEGORY:
        category = catalogue_category(d->view.catalogue, row->code);
        return category == NULL ? message_text(M_ROW_NO_CLASS, language) : category->name[language];
    case BY_CLASS:
        return row->code.n == 0 ? message_text(M_ROW_NO_CLASS, language)
                                : view_class_name(&d->view, row->code);
    case BY_CHANNEL:
        return term_name(TERMS_CHANNEL, term_find(TERMS_CHANNEL, row->code), language);
    case BY_MONTH:
        return arena_format(d->view.rq->arena, "%04d-%02d", (int)(row->id / 100),
                            (int)(row->id % 100));
    case BY_DAY:
        return arena_format(d->view.rq->arena, "%04d-%02d-%02d", (int)(row->id / 10000),
                            (int)(row->id / 100 % 100), (int)(row->id % 100));
    default:
        return (struct str){0};
    }
}

static bool write_value(struct desk *d, struct json_out *o, const struct figures *f,
                        const struct figures_row *row, enum figure figure, struct err *err) {
    struct str text;

    if (!figures_filter(d->view.rq->arena, f, row, figure, &text, err)) {
        return false;
    }
    json_open(o, figures_name(figure), '{');
    json_int(o, "value", row->values[figure]);
    json_str(o, "filter", text);
    json_close(o, '}');
    return true;
}

/* A rate as a part of one with four decimals, null where nothing is to be divided by; opens the
 * cases of its base. */
static bool write_rate(struct desk *d, struct json_out *o, const char *name,
                       const struct figures *f, const struct figures_row *row, enum figure part,
                       enum figure whole, struct err *err) {
    int64_t rate = figures_rate(row->values[part], row->values[whole]);
    struct str part_text;
    struct str whole_text;

    if (!figures_filter(d->view.rq->arena, f, row, part, &part_text, err) ||
        !figures_filter(d->view.rq->arena, f, row, whole, &whole_text, err)) {
        return false;
    }
    json_open(o, name, '{');
    if (rate < 0) {
        json_none(o, "value");
    } else {
        json_fixed(o, "value", rate, 2); /* per cent; figures_rate counts hundredths */
    }
    json_str(o, "filter", whole_text);
    json_int(o, "part", row->values[part]);
    json_str(o, "part_filter", part_text);
    json_int(o, "whole", row->values[whole]);
    json_close(o, '}');
    return true;
}

static bool write_mean(struct desk *d, struct json_out *o, const struct figures *f,
                       const struct figures_row *row, struct err *err) {
    int64_t rated = row->values[FIGURE_RATED];
    struct str text;

    if (!figures_filter(d->view.rq->arena, f, row, FIGURE_RATED, &text, err)) {
        return false;
    }
    json_open(o, "rating_mean", '{');
    if (rated == 0) {
        json_none(o, "value");
    } else {
        json_fixed(o, "value", (row->rating_sum * 200 + rated) / (2 * rated), 2);
    }
    json_str(o, "filter", text);
    json_close(o, '}');
    return true;
}

static bool write_row(struct desk *d, struct json_out *o, const struct figures *f,
                      const struct figures_row *row, struct err *err) {
    static const enum figure plain[] = {FIGURE_REPORTED, FIGURE_OPEN,     FIGURE_LATE,
                                        FIGURE_CLOSED,   FIGURE_DECLINED, FIGURE_MERGED,
                                        FIGURE_RETURNS,  FIGURE_REWORKS,  FIGURE_RATED};
    struct str text;

    if (!figures_filter(d->view.rq->arena, f, row, FIGURE_REPORTED, &text, err)) {
        return false;
    }
    json_open(o, NULL, '{');
    json_str(o, "key",
             row->code.n > 0 ? row->code
                             : arena_format(d->view.rq->arena, "%lld", (long long)row->id));
    json_str(o, "name", row_name(d, f->by, row));
    json_str(o, "filter", text);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        json_int(o, figures_name(plain[i]), row->values[plain[i]]);
    }
    json_open(o, "figures", '{');
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (!write_value(d, o, f, row, plain[i], err)) {
            return false;
        }
    }
    if (!write_rate(d, o, "on_time_rate", f, row, FIGURE_CLOSED_IN_TIME, FIGURE_SHOULD_CLOSE,
                    err) ||
        !write_rate(d, o, "solved_rate", f, row, FIGURE_SOLVED, FIGURE_ASKED, err) ||
        !write_rate(d, o, "contact_rate", f, row, FIGURE_CONTACTED_IN_TIME, FIGURE_CONTACT_DUE,
                    err) ||
        !write_mean(d, o, f, row, err)) {
        return false;
    }
    json_close(o, '}');
    json_close(o, '}');
    return true;
}

static bool get_figures(struct request *rq, struct err *err) {
    struct desk d = desk_make(rq);
    struct filter_names names = case_filter_names(d.view.town, rq->arena, d.scope.office);
    const struct office *office = town_office(d.view.town, d.scope.office);
    struct figures_question question = {
        .scope = &d.scope, .names = &names, .offset_minutes = office->offset_minutes};
    struct figures f;
    struct filter filter;
    struct json_out o;

    if (!desk_filter(&d, query_str(rq, "filter"), &filter, err) ||
        !figures_by_parse(query_str(rq, "by"), &question.by, err)) {
        return false;
    }
    question.filter = &filter;
    if (!figures_make(d.view.store, rq->arena, &question, &f, err)) {
        return false;
    }
    o = answer_json_begin(rq, 200, '{');
    write_time(&d.view, &o, "as_of", d.view.now);
    json_str(&o, "filter", filter_write(rq->arena, &filter, FILTER_FIXED));
    json_bool(&o, "capped", f.capped);
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < f.count; i++) {
        if (!write_row(&d, &o, &f, &f.rows[i], err)) {
            return false;
        }
    }
    json_close(&o, ']');
    return answer_json_end(rq, &o, err);
}

/* ---- the table */

static const struct field_row figures_query[] = {
    {.name = "filter", .kind = FIELD_TEXT, .max = 2000},
    {.name = "by",
     .kind = FIELD_CHOICE,
     .choices = "none|community|category|class|unit|channel|month|day"},
    {0}};

static const struct route rows[] = {
    {.method = "GET",
     .path = "/api/v1/figures",
     .handler = get_figures,
     .right = RIGHT_FIGURES,
     .query = figures_query,
     .output = "Figures",
     .summary = {"指标，每个数都能点开", "Figures, each of which opens its cases"}},
};

const struct route_table figures_routes = ROUTE_TABLE(rows);
