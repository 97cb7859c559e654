/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/demo.h"

#include "base/file.h"
#include "engine/catalogue/csv.h"

#include <string.h>

enum {
    SHEET_BYTES = 8 << 20,
    SHEET_LINE_BYTES = 100000,
    SHEET_ROWS = 20000,
    SHEET_COLUMNS_MOST = 40
};

static const char *const kind_names[REPLY_KINDS] = {
    [REPLY_VERIFY] = "verify",
    [REPLY_VERIFY_NO] = "verify_no",
    [REPLY_FIRST_CONTACT] = "first_contact",
    [REPLY_FIRST_CONTACT_NO] = "first_contact_no",
    [REPLY_HANDLE] = "handle",
    [REPLY_CHECK] = "check",
    [REPLY_REWORK] = "rework",
    [REPLY_BOUNCE] = "bounce",
    [REPLY_ON_BEHALF] = "on_behalf",
    [REPLY_ANSWER] = "answer",
    [REPLY_EXPLAIN] = "explain",
    [REPLY_REFUSE] = "refuse",
    [REPLY_DECLINE] = "decline",
    [REPLY_FOLLOW_UP] = "follow_up",
    [REPLY_FOLLOW_UP_EXPLAIN] = "follow_up_explain",
    [REPLY_RATE] = "rate_1",
    [REPLY_RATE + 1] = "rate_2",
    [REPLY_RATE + 2] = "rate_3",
    [REPLY_RATE + 3] = "rate_4",
    [REPLY_RATE + 4] = "rate_5",
    [REPLY_NOTE] = "note",
    [REPLY_NOTE_PUBLIC] = "note_public",
    [REPLY_INSTRUCT] = "instruct",
    [REPLY_ASK_LEADER] = "ask_leader",
    [REPLY_FILLED_ABOVE] = "filled_above",
};

/* ---- one sheet and its cells */

struct sheet_reader {
    struct demo_world *w;
    const char *file;
    struct csv_table table;
    struct err *err; /* the first thing that was wrong, sticky */
    bool ok;
};

static struct sheet_reader read_sheet(struct demo_world *w, const char *folder, const char *file,
                                      struct err *err) {
    struct sheet_reader s = {.w = w, .file = file, .err = err};
    struct str path = path_join(w->arena, str_of(folder), str_of(file));
    struct mistakes m = mistakes_make(w->arena, 4);
    struct csv_bounds bounds = {
        .text = {SHEET_BYTES, SHEET_LINE_BYTES}, .rows = SHEET_ROWS, .columns = SHEET_COLUMNS_MOST};
    struct str text;

    if (!file_read(w->arena, path.p, SHEET_BYTES, &text, err)) {
        return s;
    }
    if (!csv_read(&m, str_of(file), text, bounds, &s.table) || m.count > 0) {
        fail2(err, E_FILE, "", path, mistake_sentence(w->arena, &m.items[0], LANGUAGE_EN));
        return s;
    }
    s.ok = true;
    return s;
}

static struct str cell(struct sheet_reader *s, size_t row, const char *column) {
    int at = csv_column(&s->table, column);

    if (at < 0) {
        if (s->ok) {
            fail1(s->err, E_SHEET, s->file, str_of(column));
        }
        s->ok = false;
        return (struct str){0};
    }
    return str_trim(s->table.rows[row].fields[at].text);
}

static void bad_cell(struct sheet_reader *s, size_t row, const char *column, struct str value) {
    struct arena *a = s->w->arena;

    if (s->ok) {
        fail2(s->err, E_SHEET_ROW, s->file,
              arena_format(a, "%s:%d", s->file, s->table.rows[row].line),
              arena_format(a, "%s = %.*s", column, STR_ARG(value)));
    }
    s->ok = false;
}

static int number(struct sheet_reader *s, size_t row, const char *column) {
    struct str text = cell(s, row, column);
    int64_t value = 0;

    if (text.n > 0 && (!str_to_int(text, &value) || value < 0 || value > 1000000)) {
        bad_cell(s, row, column, text);
        return 0;
    }
    return (int)value;
}

/* A decimal number times 10^digits: 1.3 with 2 gives 130. */
static bool decimal(struct str text, int digits, int64_t *out) {
    struct str rest = text;
    struct str whole = str_cut(&rest, '.');
    int64_t value;
    int64_t part = 0;
    int64_t scale = 1;

    for (int i = 0; i < digits; i++) {
        scale *= 10;
    }
    if (!str_to_int(whole, &value) || rest.n > (size_t)digits ||
        (rest.n > 0 && !str_to_int(rest, &part))) {
        return false;
    }
    for (size_t i = rest.n; i < (size_t)digits; i++) {
        part *= 10;
    }
    *out = value * scale + part;
    return true;
}

/* ---- topics */

static void read_channels(struct sheet_reader *s, size_t row, struct demo_topic *t) {
    struct str rest = cell(s, row, "channel");

    while (rest.n > 0) {
        struct str weight = str_cut(&rest, ';');
        struct str channel = str_cut(&weight, ':');
        int number_of = term_find(TERMS_CHANNEL, channel);
        int64_t value = 0;

        if (number_of == 0 || !str_to_int(weight, &value)) {
            bad_cell(s, row, "channel", channel);
            return;
        }
        t->channels[number_of] = (int)value;
    }
}

static void read_season(struct sheet_reader *s, size_t row, struct demo_topic *t) {
    struct str rest = cell(s, row, "season");

    for (int month = 1; month <= 12; month++) {
        t->season[month] = 100;
    }
    while (rest.n > 0) {
        struct str factor = str_cut(&rest, ';');
        struct str month = str_cut(&factor, ':');
        int64_t number_of = 0;
        int64_t value = 0;

        if (!str_to_int(month, &number_of) || number_of < 1 || number_of > 12 ||
            !decimal(factor, 2, &value)) {
            bad_cell(s, row, "season", month);
            return;
        }
        t->season[number_of] = (int)value;
    }
}

static void read_spots(struct sheet_reader *s, size_t row, struct demo_topic *t) {
    struct str rest = cell(s, row, "place");

    t->on_road = str_is(cell(s, row, "place_kind"), "road");
    while (rest.n > 0 && t->spot_count < DEMO_SPOTS) {
        struct str place = str_cut(&rest, ';');
        struct str name = {0};

        if (str_is(place, "*")) {
            t->any_estate = true;
            continue;
        }
        if (t->on_road) {
            name = str_cut(&place, '@');
        }
        if (place.n > 0 && town_place_by_code(s->w->town, s->w->office, place) == NULL) {
            bad_cell(s, row, "place", place);
        }
        t->spots[t->spot_count++] = (struct demo_spot){.name = name, .place = place};
    }
}

static void read_lead(struct sheet_reader *s, size_t row, struct demo_topic *t) {
    struct str rest = cell(s, row, "lead");

    while (rest.n > 0 && t->lead_count < DEMO_CHAIN) {
        t->lead[t->lead_count++] = str_cut(&rest, '>');
    }
}

/* Per cent of the topic's cases become per cent of those that are told to an end of their own: what
 * is merged is not handled. */
static int of_those_told(const struct demo_topic *t, int per_cent) {
    int rest = 100 - t->merged;
    int of_rest = rest == 0 ? per_cent : (per_cent * 100 + rest / 2) / rest;

    return of_rest < 100 ? of_rest : 100;
}

static bool load_topics(struct demo_world *w, const char *folder, struct err *err) {
    struct sheet_reader s = read_sheet(w, folder, "topics.csv", err);

    w->topics = arena_array(w->arena, struct demo_topic, s.table.row_count);
    for (size_t i = 0; s.ok && i < s.table.row_count; i++) {
        struct demo_topic *t = &w->topics[w->topic_count++];

        t->code = cell(&s, i, "topic");
        t->class = cell(&s, i, "class");
        t->row = number(&s, i, "row");
        t->outcome = (enum outcome)term_find(TERMS_OUTCOME, cell(&s, i, "outcome"));
        t->weight = number(&s, i, "weight");
        t->night = number(&s, i, "night");
        t->merged = number(&s, i, "merged");
        t->late = of_those_told(t, number(&s, i, "late"));
        t->returned = of_those_told(t, number(&s, i, "returned"));
        t->redone = of_those_told(t, number(&s, i, "redone"));
        t->explained = of_those_told(t, number(&s, i, "explained"));
        t->refused = of_those_told(t, number(&s, i, "refused"));
        read_channels(&s, i, t);
        read_season(&s, i, t);
        read_spots(&s, i, t);
        read_lead(&s, i, t);
        if (catalogue_class(town_catalogue(w->town, 0), t->class) == NULL) {
            bad_cell(&s, i, "class", t->class);
        }
    }
    return s.ok;
}

static size_t topic_index(const struct demo_world *w, struct str code) {
    for (size_t i = 0; i < w->topic_count; i++) {
        if (str_eq(w->topics[i].code, code)) {
            return i;
        }
    }
    return w->topic_count;
}

/* ---- what people write */

static bool load_texts(struct demo_world *w, const char *folder, struct err *err) {
    struct sheet_reader s = read_sheet(w, folder, "texts.csv", err);

    w->texts = arena_array(w->arena, struct demo_text, s.table.row_count);
    for (size_t i = 0; s.ok && i < s.table.row_count; i++) {
        struct demo_text *t = &w->texts[w->text_count++];
        struct str rest = cell(&s, i, "channel");

        t->topic = topic_index(w, cell(&s, i, "topic"));
        t->text = cell(&s, i, "text");
        while (rest.n > 0) {
            t->channels |= TERM_BIT(term_find(TERMS_CHANNEL, str_cut(&rest, ';')));
        }
    }
    return s.ok;
}

static enum demo_reply_kind kind_of(struct str name) {
    for (int kind = 0; kind < REPLY_KINDS; kind++) {
        if (str_is(name, kind_names[kind])) {
            return (enum demo_reply_kind)kind;
        }
    }
    return REPLY_KINDS;
}

static bool load_replies(struct demo_world *w, const char *folder, struct err *err) {
    struct sheet_reader s = read_sheet(w, folder, "replies.csv", err);

    w->replies = arena_array(w->arena, struct demo_reply, s.table.row_count);
    for (size_t i = 0; s.ok && i < s.table.row_count; i++) {
        struct demo_reply *r = &w->replies[w->reply_count++];

        r->topic = topic_index(w, cell(&s, i, "topic"));
        r->kind = kind_of(cell(&s, i, "kind"));
        r->text = cell(&s, i, "text");
        if (r->kind == REPLY_KINDS) {
            bad_cell(&s, i, "kind", cell(&s, i, "kind"));
        }
    }
    return s.ok;
}

static bool load_names(struct demo_world *w, const char *folder, struct err *err) {
    struct sheet_reader s = read_sheet(w, folder, "names.csv", err);

    w->surnames = arena_array(w->arena, struct str, s.table.row_count);
    w->given = arena_array(w->arena, struct str, s.table.row_count);
    for (size_t i = 0; s.ok && i < s.table.row_count; i++) {
        struct str text = cell(&s, i, "text");

        if (str_is(cell(&s, i, "kind"), "surname")) {
            w->surnames[w->surname_count++] = text;
        } else {
            w->given[w->given_count++] = text;
        }
    }
    return s.ok && ((w->surname_count > 0 && w->given_count > 0) ||
                    fail1(err, E_SHEET, "names.csv", STR("surname")));
}

static bool load_points(struct demo_world *w, const char *folder, struct err *err) {
    struct sheet_reader s = read_sheet(w, folder, "points.csv", err);

    w->points = arena_array(w->arena, struct demo_point, s.table.row_count);
    for (size_t i = 0; s.ok && i < s.table.row_count; i++) {
        struct demo_point *p = &w->points[w->point_count++];

        p->spot = cell(&s, i, "spot");
        p->place = cell(&s, i, "place");
        if (!decimal(cell(&s, i, "lat"), 7, &p->wgs84_lat) ||
            !decimal(cell(&s, i, "lon"), 7, &p->wgs84_lon)) {
            bad_cell(&s, i, "lat", cell(&s, i, "lat"));
        }
    }
    return s.ok;
}

/* ---- how cases spread */

static void add_skew(struct sheet_reader *s, size_t row, struct str what, struct str key,
                     int weight) {
    struct demo_world *w = s->w;
    const struct place *p =
        str_is(what, "estate") ? town_place_by_code(w->town, w->office, key) : NULL;
    const struct {
        const char *what;
        int *weights;
        int64_t count;
    } tables[] = {{"hour", w->hour, 24},
                  {"night_hour", w->night_hour, 24},
                  {"monday_hour", w->monday_hour, 24},
                  {"weekday", w->weekday, 8},
                  {"grade", w->grade, GRADE_COUNT}};
    int64_t index = 0;

    if (p != NULL) {
        w->estate_weight[p - w->town->places] = weight;
        return;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (str_is(what, tables[i].what) && str_to_int(key, &index) && index >= 0 &&
            index < tables[i].count) {
            tables[i].weights[index] = weight;
            return;
        }
    }
    bad_cell(s, row, "what", what);
}

static bool load_skew(struct demo_world *w, const char *folder, struct err *err) {
    struct sheet_reader s = read_sheet(w, folder, "skew.csv", err);

    w->estate_weight = arena_array(w->arena, int, w->town->place_count);
    for (size_t i = 0; s.ok && i < s.table.row_count; i++) {
        add_skew(&s, i, cell(&s, i, "what"), cell(&s, i, "key"), number(&s, i, "weight"));
    }
    for (int hour = 0; hour < 24; hour++) { /* Mondays differ in the hours that the file names */
        w->monday_hour[hour] = w->monday_hour[hour] == 0 ? w->hour[hour] : w->monday_hour[hour];
    }
    return s.ok;
}

static bool add_seasons(struct demo_world *w) {
    for (int month = 1; month <= 12; month++) {
        for (size_t i = 0; i < w->topic_count; i++) {
            w->month[month] += w->topics[i].weight * w->topics[i].season[month];
        }
        w->busiest = w->month[month] > w->busiest ? w->month[month] : w->busiest;
    }
    return w->busiest > 0;
}

bool demo_world_load(struct demo_world *w, const char *folder, struct err *err) {
    return load_topics(w, folder, err) && load_texts(w, folder, err) &&
           load_replies(w, folder, err) && load_names(w, folder, err) &&
           load_points(w, folder, err) && load_skew(w, folder, err) &&
           (add_seasons(w) || fail1(err, E_SHEET, "topics.csv", STR("weight")));
}

/* ---- chance and words */

int64_t demo_draw(struct demo_world *w, int64_t n) {
    uint64_t value;

    w->random.fill(&w->random, &value, sizeof value);
    return (int64_t)(value % (uint64_t)n);
}

int64_t demo_between(struct demo_world *w, int64_t from, int64_t to) {
    return to <= from ? from : from + demo_draw(w, to - from + 1);
}

bool demo_chance(struct demo_world *w, int64_t per_cent) {
    return demo_draw(w, 100) < per_cent;
}

size_t demo_pick(struct demo_world *w, const int *weights, size_t count) {
    int64_t all = 0;
    int64_t drawn;

    for (size_t i = 0; i < count; i++) {
        all += weights[i];
    }
    drawn = all == 0 ? 0 : demo_draw(w, all);
    for (size_t i = 0; i < count; i++) {
        if (drawn < weights[i]) {
            return i;
        }
        drawn -= weights[i];
    }
    return 0;
}

struct str demo_put_place(struct demo_world *w, struct str text, struct str place) {
    const struct str mark = STR("{place}");
    ptrdiff_t at = str_find(text, mark);
    struct str before;
    struct str after;

    if (at < 0) {
        return text;
    }
    before = str_slice(text, 0, (size_t)at);
    after = str_slice(text, (size_t)at + mark.n, text.n);
    return arena_format(w->arena, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(place), STR_ARG(after));
}

struct str demo_reply(struct demo_world *w, const struct demo_topic *topic,
                      enum demo_reply_kind kind, struct str place) {
    size_t own = (size_t)(topic - w->topics);
    size_t count[2] = {0};
    const struct demo_reply *chosen = NULL;

    for (size_t i = 0; i < w->reply_count; i++) {
        count[0] += w->replies[i].kind == kind && w->replies[i].topic == own;
        count[1] += w->replies[i].kind == kind && w->replies[i].topic == w->topic_count;
    }
    if (count[0] + count[1] > 0) {
        size_t of = count[0] > 0 ? own : w->topic_count;
        int64_t wanted = demo_draw(w, (int64_t)(count[0] > 0 ? count[0] : count[1]));

        for (size_t i = 0; i < w->reply_count && chosen == NULL; i++) {
            if (w->replies[i].kind == kind && w->replies[i].topic == of && wanted-- == 0) {
                chosen = &w->replies[i];
            }
        }
    }
    return chosen == NULL ? (struct str){0} : demo_put_place(w, chosen->text, place);
}
