/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/case_import.h"

#include "base/time_text.h"
#include "engine/catalogue/csv.h"
#include "town/cases/foreign.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 8 << 20, MISTAKES_MOST = 10000, DEGREE = 10000000 };

struct row {
    struct case_foreign foreign;
    int64_t at;
    int line;
    bool is_good;
};

struct import {
    const struct case_import_job *job;
    const struct case_map *map;
    struct arena *arena;
    const struct town *town;
    struct csv_table table;
    struct row *rows;
    size_t count; /* of rows, those left out not among them */
    int64_t now;
    int offset_minutes;
    struct case_import_result *result;
};

static void refuse(struct import *i, int line, const struct err *why) {
    i->result->refused++;
    i->job->refused(i->job->context, line, why);
}

/* ---- cells */

static struct str cell(const struct import *i, const struct csv_row *row, struct str column) {
    for (size_t k = 0; k < i->table.header.count; k++) {
        if (str_eq(str_trim(i->table.header.fields[k].text), column)) {
            return str_trim(row->fields[k].text);
        }
    }
    return (struct str){0};
}

static bool has_column(const struct import *i, struct str column) {
    for (size_t k = 0; k < i->table.header.count; k++) {
        if (str_eq(str_trim(i->table.header.fields[k].text), column)) {
            return true;
        }
    }
    return column.n == 0;
}

static bool need_columns(const struct import *i, struct err *err) {
    const struct case_map *m = i->map;
    const struct map_text *texts[] = {&m->text, &m->answer, &m->address};
    const struct str single[] = {
        m->time,           m->closed,           m->external, m->class.column, m->place.column,
        m->channel.column, m->leave_out.column, m->lat,      m->lon};

    for (size_t k = 0; k < sizeof single / sizeof single[0]; k++) {
        if (!has_column(i, single[k])) {
            return fail1(err, E_SHEET, "", single[k]);
        }
    }
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        for (size_t k = 0; k < texts[t]->count; k++) {
            if (!has_column(i, texts[t]->columns[k])) {
                return fail1(err, E_SHEET, "", texts[t]->columns[k]);
            }
        }
    }
    return true;
}

static bool read_text(struct import *i, const struct csv_row *row, const struct map_text *map,
                      size_t most, const char *field, struct str *out, struct err *err) {
    struct buf b = buf_make(i->arena, LINE_BYTES);
    struct str text;

    for (size_t k = 0; k < map->count; k++) {
        struct str part = cell(i, row, map->columns[k]);

        if (part.n > 0) {
            buf_put(&b, b.n > 0 ? map->join : (struct str){0});
            buf_put(&b, part);
        }
    }
    text = buf_str(&b);
    if (str_characters(text) > most) {
        if (map->too_long == CHOICE_REFUSE) {
            return fail2(err, E_TOO_LONG, field, str_of(field),
                         arena_format(i->arena, "%zu", most));
        }
        text = str_first_characters(text, most);
    }
    *out = text;
    return true;
}

/* ---- one row */

static bool read_times(struct import *i, const struct csv_row *row, struct row *out,
                       struct err *err) {
    struct str opened = cell(i, row, i->map->time);
    struct str closed = i->map->closed.n == 0 ? (struct str){0} : cell(i, row, i->map->closed);
    int64_t *closed_at = &out->foreign.closed_at;

    if (!time_read(opened, i->offset_minutes, &out->at)) {
        return fail1(err, E_TIME, "time", opened);
    }
    if (out->at > i->now) {
        return fail1(err, E_FUTURE, "time", opened);
    }
    if (closed.n == 0) {
        return true;
    }
    if (!time_read(closed, i->offset_minutes, closed_at)) {
        return fail1(err, E_TIME, "closed", closed);
    }
    if (*closed_at > i->now) {
        return fail1(err, E_FUTURE, "closed", closed);
    }
    if (*closed_at < out->at && i->map->closed_early == CHOICE_REFUSE) {
        return fail2(err, E_CLOSED_EARLY, "closed", closed, opened);
    }
    if (*closed_at < out->at) {
        *closed_at = i->map->closed_early == CHOICE_OPEN ? 0 : out->at;
    }
    return true;
}

/* Decimal degrees times 10^7; more digits than seven are dropped. */
static bool read_degrees(struct str text, int64_t *out) {
    bool is_negative = text.n > 0 && text.p[0] == '-';
    struct str rest = is_negative ? str_slice(text, 1, text.n) : text;
    struct str whole = str_cut(&rest, '.');
    int64_t value;
    int64_t scale = DEGREE;

    if (whole.n == 0 || whole.n > 3 || !str_to_int(whole, &value) || value < 0) {
        return false;
    }
    value *= DEGREE;
    for (size_t k = 0; k < rest.n; k++) {
        if (rest.p[k] < '0' || rest.p[k] > '9') {
            return false;
        }
        scale /= 10;
        value += (rest.p[k] - '0') * scale;
    }
    *out = is_negative ? -value : value;
    return true;
}

static bool read_point(struct import *i, const struct csv_row *row, struct case_report *r,
                       struct err *err) {
    struct str lat = cell(i, row, i->map->lat);
    struct str lon = cell(i, row, i->map->lon);
    enum map_choice choice = i->map->missing;

    if (i->map->lat.n == 0) {
        return true;
    }
    if (lat.n > 0 && lon.n > 0) {
        if (!read_degrees(lat, &r->wgs84_lat) || !read_degrees(lon, &r->wgs84_lon) ||
            llabs(r->wgs84_lat) > 90LL * DEGREE || llabs(r->wgs84_lon) > 180LL * DEGREE) {
            return fail2(err, E_RANGE, "point",
                         arena_format(i->arena, "%.*s, %.*s", STR_ARG(lat), STR_ARG(lon)),
                         STR("-90..90, -180..180"));
        }
        r->has_point = r->wgs84_lat % DEGREE != 0 || r->wgs84_lon % DEGREE != 0;
        choice = i->map->whole_degrees;
    }
    return r->has_point || choice == CHOICE_NONE ||
           fail2(err, E_RANGE, "point",
                 arena_format(i->arena, "%.*s, %.*s", STR_ARG(lat), STR_ARG(lon)), STR("0.0001"));
}

/* class, place, channel: what the map makes of the cell. */
static bool read_values(struct import *i, const struct csv_row *row, struct case_report *r,
                        struct err *err) {
    const struct case_map *m = i->map;
    struct str value = {0};
    struct str from;

    from = cell(i, row, m->class.column);
    if (m->class.column.n > 0 && !case_map_find(&m->class, from, &r->class)) {
        return fail1(err, E_CLASS, "class", from);
    }
    from = cell(i, row, m->place.column);
    if (m->place.column.n > 0 && !case_map_find(&m->place, from, &value)) {
        return fail1(err, E_PLACE, "place", from);
    }
    r->place = value.n == 0 ? 0 : town_place_by_code(i->town, i->job->office, value)->id;
    from = cell(i, row, m->channel.column);
    value = (struct str){0};
    if (m->channel.column.n > 0 && !case_map_find(&m->channel, from, &value)) {
        return fail2(err, E_CHANNEL, "channel", m->procedure, from);
    }
    r->channel = value.n == 0 ? CHANNEL_IMPORT : (enum channel)term_find(TERMS_CHANNEL, value);
    return true;
}

static bool read_external(struct import *i, const struct csv_row *row, struct case_report *r,
                          struct err *err) {
    struct str number = cell(i, row, i->map->external);

    if (i->map->external.n == 0) {
        return true;
    }
    if (number.n == 0) {
        return fail1(err, E_REQUIRED, "external", i->map->external);
    }
    r->external_number =
        arena_format(i->arena, "%.*s%.*s", STR_ARG(i->map->prefix), STR_ARG(number));
    return str_characters(r->external_number) <= LIMIT_SHORT_CHARACTERS ||
           fail2(err, E_TOO_LONG, "external", STR("external"), STR("200"));
}

static bool read_row(struct import *i, const struct csv_row *row, struct row *out,
                     struct err *err) {
    struct case_foreign *f = &out->foreign;
    struct case_report *r = &f->report;

    out->line = row->line;
    r->procedure = i->map->procedure;
    f->outcome = i->map->outcome;
    if (!read_text(i, row, &i->map->text, LIMIT_TEXT_CHARACTERS, "text", &r->text, err)) {
        return false;
    }
    if (r->text.n == 0) {
        return fail1(err, E_REQUIRED, "text", STR("text"));
    }
    return read_text(i, row, &i->map->answer, LIMIT_TEXT_CHARACTERS, "answer", &f->answer, err) &&
           read_text(i, row, &i->map->address, LIMIT_SHORT_CHARACTERS, "address", &r->address,
                     err) &&
           read_times(i, row, out, err) && read_values(i, row, r, err) &&
           read_point(i, row, r, err) && read_external(i, row, r, err);
}

/* ---- the table */

static bool is_left_out(const struct import *i, const struct csv_row *row) {
    struct str value;
    struct str from = cell(i, row, i->map->leave_out.column);

    for (size_t k = 0; i->map->leave_out.column.n > 0 && k < i->map->leave_out.count; k++) {
        value = i->map->leave_out.pairs[k].from;
        if (str_eq(value, from)) {
            return true;
        }
    }
    return false;
}

/* Rows that are no CSV: the reader's own sentence, as the reason. */
static void tell_mistakes(struct import *i, const struct mistakes *m) {
    for (size_t k = 0; k < m->kept; k++) {
        struct err why = {0};

        err_detail(&why, "%.*s",
                   STR_ARG(mistake_sentence(i->arena, &m->items[k], i->job->language)));
        refuse(i, m->items[k].spot.line, &why);
        i->result->rows++;
    }
    i->result->refused += m->count - m->kept;
}

static bool read_table(struct import *i, struct err *err) {
    struct mistakes m = mistakes_make(i->arena, MISTAKES_MOST);
    struct csv_bounds bounds = {
        .text = {IMPORT_BYTES, LINE_BYTES}, .rows = IMPORT_ROWS, .columns = IMPORT_COLUMNS};

    if (!csv_read(&m, i->job->file, i->job->text, bounds, &i->table)) {
        return fail2(err, E_FILE, "", i->job->file,
                     m.count == 0 ? STR("CSV")
                                  : mistake_sentence(i->arena, &m.items[0], LANGUAGE_EN));
    }
    tell_mistakes(i, &m);
    if (!need_columns(i, err)) {
        return false;
    }
    i->result->rows += i->table.row_count;
    i->rows = arena_array(i->arena, struct row, i->table.row_count);
    for (size_t k = 0; k < i->table.row_count; k++) {
        struct row *row = &i->rows[i->count];
        struct err why = {0};

        if (is_left_out(i, &i->table.rows[k])) {
            i->result->left_out++;
            continue;
        }
        row->is_good = read_row(i, &i->table.rows[k], row, &why);
        if (!row->is_good) {
            refuse(i, row->line, &why);
        }
        i->count++;
    }
    return true;
}

/* ---- twins within the file */

static int by_number(const void *x, const void *y) {
    const struct row *a = *(const struct row *const *)x;
    const struct row *b = *(const struct row *const *)y;
    int order = str_compare(a->foreign.report.external_number, b->foreign.report.external_number);

    return order != 0 ? order : a->line - b->line;
}

static void refuse_twins(struct import *i) {
    struct row **order = arena_array(i->arena, struct row *, i->count);
    size_t n = 0;

    for (size_t k = 0; k < i->count; k++) {
        if (i->rows[k].is_good && i->rows[k].foreign.report.external_number.n > 0) {
            order[n++] = &i->rows[k];
        }
    }
    qsort(order, n, sizeof order[0], by_number);
    for (size_t k = 1; k < n; k++) {
        struct str number = order[k]->foreign.report.external_number;
        struct err why = {0};

        if (str_eq(number, order[k - 1]->foreign.report.external_number)) {
            fail2(&why, E_TWICE_IN_FILE, "external", number,
                  arena_format(i->arena, "%d", order[k - 1]->line));
            order[k]->is_good = false;
            refuse(i, order[k]->line, &why);
        }
    }
}

/* ---- through the door */

static bool is_known(struct import *i, struct str number, bool *known, struct err *err) {
    struct store *s = door_store(installation_door(i->job->installation));
    struct case_twin twin;
    bool ok = case_find_external(s, i->arena, i->job->office, number, &twin, err);

    *known = ok && twin.id != 0;
    return ok;
}

static bool run_batch(struct import *i, struct command *commands, const struct row *const *of,
                      size_t count, struct err *err) {
    door_run(installation_door(i->job->installation), commands, count);
    for (size_t k = 0; k < count; k++) {
        if (commands[k].ok) {
            i->result->made++;
            continue;
        }
        refuse(i, of[k]->line, &commands[k].err);
        i->result->good--;
        if (!i->job->keep_good) {
            *err = commands[k].err;
            return false;
        }
    }
    return true;
}

static int by_time(const void *x, const void *y) {
    const struct row *a = *(const struct row *const *)x;
    const struct row *b = *(const struct row *const *)y;

    return a->at != b->at ? (a->at < b->at ? -1 : 1) : a->line - b->line;
}

/* Good rows by the order of their times; those that the office has are passed over. */
static bool write_rows(struct import *i, const struct row **order, size_t n, struct err *err) {
    struct command *commands = arena_array(i->arena, struct command, LIMIT_BATCH_COMMANDS);
    const struct row *of[LIMIT_BATCH_COMMANDS];
    size_t count = 0;
    bool ok = true;

    for (size_t k = 0; ok && k < n; k++) {
        bool known;

        ok = is_known(i, order[k]->foreign.report.external_number, &known, err);
        i->result->known += ok && known;
        if (ok && !known) {
            of[count] = order[k];
            commands[count++] =
                (struct command){.row = &case_import,
                                 .actor = {.account = ACTOR_PROGRAM, .may_backdate = true},
                                 .office = i->job->office,
                                 .said_at = order[k]->at,
                                 .input = &order[k]->foreign};
        }
        if (ok && count > 0 && (count == LIMIT_BATCH_COMMANDS || k + 1 == n)) {
            ok = run_batch(i, commands, of, count, err);
            count = 0;
            i->job->progress(i->job->context, k + 1, n);
        }
    }
    return ok && (count == 0 || run_batch(i, commands, of, count, err));
}

/* All or nothing: with --keep-good each batch stands for itself, otherwise the file is one. */
static bool write_all(struct import *i, const struct row **order, size_t n, struct err *err) {
    struct door *door = installation_door(i->job->installation);
    struct err ignored;
    bool ok;

    if (i->job->keep_good) {
        return write_rows(i, order, n, err);
    }
    if (!door_hold(door, err)) {
        return false;
    }
    ok = write_rows(i, order, n, err);
    if (!ok) {
        i->result->made = 0;
        door_release(door, false, &ignored);
        return false;
    }
    return door_release(door, true, err);
}

static void count_good(struct import *i, const struct row **order) {
    for (size_t k = 0; k < i->count; k++) {
        const struct row *r = &i->rows[k];

        if (r->is_good) {
            order[i->result->good++] = r;
            i->result->closed += r->foreign.closed_at > 0;
            i->result->no_point += i->map->lat.n > 0 && !r->foreign.report.has_point;
        }
    }
}

static bool judge_and_write(struct import *i, struct err *err) {
    const struct row **order;

    if (!read_table(i, err)) {
        return false;
    }
    refuse_twins(i);
    order = arena_array(i->arena, const struct row *, i->count);
    count_good(i, order);
    if (i->result->refused > 0 && !i->job->keep_good) {
        return fail1(err, E_IMPORT, "", arena_format(i->arena, "%zu", i->result->refused));
    }
    qsort(order, i->result->good, sizeof order[0], by_time);
    return i->job->dry_run || write_all(i, order, i->result->good, err);
}

bool case_import_run(struct arena *a, const struct case_import_job *job,
                     struct case_import_result *result, struct err *err) {
    struct source *clock = installation_source(job->installation);
    struct import i = {.job = job, .map = job->map, .arena = a, .result = result};
    const struct office *office;
    bool ok;

    memset(result, 0, sizeof *result);
    i.town = installation_town(job->installation);
    i.now = clock->now_us(clock);
    office = town_office(i.town, job->office);
    i.offset_minutes = job->map->has_offset ? job->map->offset_minutes : office->offset_minutes;
    ok = judge_and_write(&i, err);
    installation_release(job->installation, i.town);
    return ok;
}
