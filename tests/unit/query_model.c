/* SPDX-License-Identifier: Apache-2.0 */
#include "query_model.h"

#include "base/geo/cell.h"

#include <stdlib.h>
#include <string.h>

static const struct str model_texts[] = {
    STR_INIT("小区东门路灯三天不亮，住3号楼的老人晚上不敢出门"),
    STR_INIT("清波门社区党委书记程冬莲来过，垃圾房还是满溢"),
    STR_INIT("抚顺路363弄13号楼楼道堆物"),
    STR_INIT("彰武路不明井盖响，夜里睡不着"),
    STR_INIT("广场舞音响太大，WiFi信号也差"),
    STR_INIT("电瓶车飞线充电，3号楼和13号楼都有"),
    STR_INIT("已联系环卫，今天下午清运"),
    STR_INIT("路灯已修好，请验收"),
};
static const struct str model_words[] = {
    STR_INIT("路灯"),        STR_INIT("清波"),       STR_INIT("程冬莲"), STR_INIT("3号楼"),
    STR_INIT("13号楼"),      STR_INIT("wifi"),       STR_INIT("363弄"),  STR_INIT("井盖响"),
    STR_INIT("路灯,垃圾房"), STR_INIT("不存在的词"), STR_INIT("3"),      STR_INIT("三天不亮"),
};

/* ---- random numbers */

static uint32_t pick(struct source *random, uint32_t n) {
    uint32_t x;

    random->fill(random, &x, sizeof x);
    return x % n;
}

#define PICK(random, rows) ((rows)[pick((random), (uint32_t)WORLD_COUNT(rows))])

/* ---- making the cases */

/* A fifth without a point, a fifth on one of three doorsteps, the others over some 2 km. */
static void make_point(struct model_case *c, struct source *random) {
    struct point p = {312800000, 1215000000};
    uint32_t kind = pick(random, 5);

    if (kind == 0) {
        return;
    }
    p.wgs84_lat += (int32_t)(kind == 1 ? pick(random, 3) * 40000 : pick(random, 200000));
    p.wgs84_lon += (int32_t)(kind == 1 ? 0 : pick(random, 200000));
    c->wgs84_lat = p.wgs84_lat;
    c->wgs84_lon = p.wgs84_lon;
    c->cell = cell_of(p);
}

static void make_times(struct model_case *c, struct source *random) {
    bool ended =
        str_is(c->state, "closed") || str_is(c->state, "declined") || str_is(c->state, "merged");
    int64_t near = MODEL_AS_OF + ((int64_t)pick(random, 2001) - 1000) *
                                     (pick(random, 4) == 0 ? SECOND_US : HOUR_US);
    struct civil civil;

    c->reported_at = MODEL_AS_OF - (int64_t)pick(random, 400) * DAY_US -
                     (int64_t)pick(random, 86400) * SECOND_US;
    civil = civil_from_us(c->reported_at, CHINA_OFFSET_MINUTES);
    c->hour = civil.hour;
    if (ended) {
        c->closed_at = c->reported_at + (int64_t)pick(random, 30) * DAY_US;
        c->late = pick(random, 10) == 0;
        c->next_due_at =
            pick(random, 50) == 0 ? near : 0; /* not by the rules; the order holds all the same */
    } else if (pick(random, 4) > 0) {
        c->next_due_at = pick(random, 20) == 0 ? MODEL_AS_OF : near;
        c->late_after = pick(random, 3) > 0 ? c->next_due_at : 0;
    } else {
        c->late = pick(random, 6) == 0;
    }
    if (pick(random, 2) == 0) {
        c->contact_due_at = pick(random, 20) == 0 ? MODEL_AS_OF : near;
        c->contact_at =
            pick(random, 2) == 0 ? c->contact_due_at + ((int64_t)pick(random, 3) - 1) * HOUR_US : 0;
    }
}

static void make_case(struct arena *a, struct model_case *c, struct source *random, int64_t index) {
    c->office = pick(random, 10) == 0 ? 2 : MODEL_OFFICE;
    c->id = c->office << 37 | (index * 7 + 100);
    c->community = pick(random, 8) == 0 ? 0 : 11 + pick(random, 4);
    c->grid = c->community == 0 ? 0 : 21 + pick(random, 4);
    c->estate = pick(random, 3) == 0 ? 0 : 31 + pick(random, 3);
    c->unit = pick(random, 5) == 0 ? 0 : 41 + pick(random, 5);
    c->state = pick(random, 3) > 0 ? STR("closed") : PICK(random, world_states)[0];
    c->channel = PICK(random, world_channels)[0];
    c->class = pick(random, 8) == 0 ? (struct str){0} : PICK(random, world_classes)[0];
    c->procedure = PICK(random, world_procedures)[0];
    c->number = arena_format(a, "SP2026%05d", (int)index);
    c->external =
        pick(random, 3) == 0 ? arena_format(a, "12345-%04d", (int)index) : (struct str){0};
    c->returns = pick(random, 12) == 0 ? 1 + pick(random, 2) : 0;
    c->reworks = pick(random, 15) == 0;
    c->rating = pick(random, 4) == 0 ? 1 + pick(random, 5) : 0;
    c->solved = pick(random, 4) == 0 ? 1 + pick(random, 2) : 0;
    c->leader = pick(random, 20) == 0;
    make_times(c, random);
    make_point(c, random);
    for (int i = 0; i < MODEL_TEXTS; i++) {
        c->texts[i] = i == 0 || pick(random, 3) == 0 ? PICK(random, model_texts) : (struct str){0};
    }
    c->task_units[0] = c->unit;
    for (int i = 1; i < MODEL_UNITS; i++) {
        c->task_units[i] = pick(random, 6) == 0 ? 41 + pick(random, 5) : 0;
    }
}

/* ---- writing them into the database */

static const char insert_case[] =
    "INSERT INTO cases (id, office, number, procedure, version, state, channel, class, condition, "
    "community, estate, grid,"
    " wgs84_lat, wgs84_lon, cell, outside, unit, reported_at, day, hour, accepted_at, filed_at, "
    "dispatched_at, signed_at,"
    " handled_at, checked_at, closed_at, closed_day, due_at, next_due_at, late_after, late, "
    "provisional,"
    " first_contact_due_at, first_contact_at, external_number, external_due_at, filled_above, "
    "returns, reworks, found,"
    " outcome, solved, rating, leader_waiting, confidential, voices, photos, last_event, last_at) "
    "VALUES"
    " (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?27, ?28, ?29, 0, ?11, ?12, ?13, ?14, ?12, "
    "0, 0, "
    "0, 0, 0, ?15, 0, 0, ?16,"
    " ?17, ?18, 0, ?19, ?20, ?21, 0, 0, ?22, ?23, 0, '', ?24, ?25, ?26, 0, 1, 0, 1, ?12)";

struct tally_case model_tally(const struct model_case *c) {
    struct civil civil = civil_from_us(c->reported_at, CHINA_OFFSET_MINUTES);

    return (struct tally_case){
        .office = c->office,
        .day = civil.year * 10000 + civil.month * 100 + civil.day,
        .community = c->community,
        .unit = c->unit,
        .class = c->class,
        .channel = c->channel,
        .procedure = c->procedure,
        .state = c->state,
        .late = c->late,
        .returns = c->returns,
        .reworks = c->reworks,
        .rating = c->rating,
        .solved = c->solved,
        .first_contact_due_at = c->contact_due_at,
        .first_contact_at = c->contact_at,
    };
}

static bool insert_one(struct store *s, struct arena *a, const struct model_case *c,
                       struct err *err) {
    struct civil civil = civil_from_us(c->reported_at, CHINA_OFFSET_MINUTES);
    const int64_t numbers[] = {
        c->community,  c->estate,      c->grid,
        c->unit,       c->reported_at, civil.year * 10000 + civil.month * 100 + civil.day,
        c->hour,       c->closed_at,   c->next_due_at,
        c->late_after, c->late,        c->contact_due_at,
        c->contact_at};
    const int64_t more[] = {c->returns, c->reworks,   c->solved,    c->rating,
                            c->leader,  c->wgs84_lat, c->wgs84_lon, c->cell};
    struct tally_case tally = model_tally(c);
    struct stmt *q = store_text(s, str_of(insert_case));

    (void)a;
    stmt_bind_int(q, 1, c->id);
    stmt_bind_int(q, 2, c->office);
    stmt_bind_text(q, 3, c->number);
    stmt_bind_text(q, 4, c->procedure);
    stmt_bind_text(q, 5, c->state);
    stmt_bind_text(q, 6, c->channel);
    stmt_bind_text(q, 7, c->class);
    for (size_t i = 0; i < WORLD_COUNT(numbers); i++) {
        stmt_bind_int(q, 8 + (int)i, numbers[i]);
    }
    stmt_bind_text(q, 21, c->external);
    for (size_t i = 0; i < WORLD_COUNT(more); i++) {
        stmt_bind_int(q, 22 + (int)i, more[i]);
    }
    return stmt_run(q, err) && tally_move(s, NULL, &tally, err);
}

static bool insert_task(struct store *s, const struct model_case *c, int64_t id, int64_t unit,
                        struct err *err) {
    struct stmt *q =
        store_text(s, STR("INSERT INTO tasks (id, office, case_id, kind, unit, grid, state, "
                          "sent_at, due_at, signed_at, done_at, on_behalf,"
                          " round) VALUES (?1, ?2, ?3, 'lead', ?4, 0, 'done', 1, 0, 0, 0, 0, 1)"));

    stmt_bind_int(q, 1, id);
    stmt_bind_int(q, 2, c->office);
    stmt_bind_int(q, 3, c->id);
    stmt_bind_int(q, 4, unit);
    return stmt_run(q, err);
}

/* A tenth was indexed before its community was known. */
int64_t model_indexed_community(const struct model_case *c) {
    return c->id % 10 == 0 ? 0 : c->community;
}

static bool insert_text(struct store *s, struct arena *a, struct model_case *c, int i, int64_t id,
                        struct err *err) {
    struct stmt *q =
        store_text(s, STR("INSERT INTO words (id, office, event, field, subject, salt, text) VALUES"
                          " (?1, ?2, ?1, 'text', ?3, ?5, ?4)"));

    c->text_ids[i] = id;
    stmt_bind_int(q, 1, id);
    stmt_bind_int(q, 2, c->office);
    stmt_bind_int(q, 3, c->id);
    stmt_bind_text(q, 4, c->texts[i]);
    stmt_bind_bytes(q, 5, STR(""));
    if (!stmt_run(q, err)) {
        return false;
    }
    q = store_sql(s, SQL_WORDS_INDEX);
    stmt_bind_int(q, 1, c->office);
    stmt_bind_int(q, 2, id);
    stmt_bind_int(q, 3, 0);
    stmt_bind_text(q, 4, STR("text"));
    stmt_bind_text(q, 5, search_document(a, c->texts[i], model_indexed_community(c)));
    return stmt_run(q, err);
}

static bool insert_all(struct store *s, struct arena *a, struct model *m, struct err *err) {
    int64_t id = 1;
    bool ok = store_begin(s, err);

    for (size_t i = 0; ok && i < m->count; i++) {
        ok = insert_one(s, a, &m->cases[i], err);
        for (int t = 0; ok && t < MODEL_UNITS; t++) {
            ok = m->cases[i].task_units[t] == 0 ||
                 insert_task(s, &m->cases[i], id++, m->cases[i].task_units[t], err);
        }
    }
    for (int t = 0; ok && t < MODEL_TEXTS; t++) { /* answers come after all reports */
        for (size_t i = 0; ok && i < m->count; i++) {
            struct arena_mark mark = arena_mark(a);

            ok = m->cases[i].texts[t].n == 0 || insert_text(s, a, &m->cases[i], t, id++, err);
            arena_rewind(a, mark);
        }
    }
    return ok && store_commit(s, err);
}

struct store *model_store(struct arena *a, struct model *m, size_t count, uint64_t seed) {
    struct source random = source_fixed(0, seed);
    struct err err = {0};
    const char *address = getenv("LINLI_TEST_DATABASE");
    struct store *s = address == NULL ? store_open("", STORE_SCRATCH, &err)
                                      : store_open(address, STORE_CREATE, &err);

    m->cases = arena_array(a, struct model_case, count);
    m->count = count;
    for (size_t i = 0; i < count; i++) {
        make_case(a, &m->cases[i], &random, (int64_t)i);
    }
    if (s == NULL || !insert_all(s, a, m, &err)) {
        print_error("%s\n", err.detail);
        store_close(s);
        return NULL;
    }
    return s;
}

/* ---- answering by looking */

int64_t model_as_of = MODEL_AS_OF;

struct filter_clock model_clock(void) {
    return (struct filter_clock){.as_of = model_as_of + WORLD_AS_OF % SECOND_US,
                                 .offset_minutes = CHINA_OFFSET_MINUTES};
}

static bool is_open(const struct model_case *c) {
    return !str_is(c->state, "closed") && !str_is(c->state, "declined") &&
           !str_is(c->state, "merged");
}

static bool is_late(const struct model_case *c) {
    return c->late == 1 || (c->late_after > 0 && c->late_after < model_as_of);
}

static bool is_area(const struct model_case *c, struct area area) {
    switch (area.level) {
    case AREA_COMMUNITY:
        return c->community == area.id;
    case AREA_GRID:
        return c->grid == area.id;
    case AREA_ESTATE:
        return c->estate == area.id;
    default:
        return true;
    }
}

static bool in_scope(const struct model_case *c, const struct scope *scope) {
    if (c->office != scope->office) {
        return false;
    }
    for (size_t i = 0; i < scope->grant_count; i++) {
        const struct scope_grant *grant = &scope->grants[i];

        if (is_area(c, grant->area) &&
            (grant->procedure.n == 0 || str_eq(grant->procedure, c->procedure))) {
            return true;
        }
    }
    for (int i = 0; scope->unit != 0 && i < MODEL_UNITS; i++) {
        if (c->task_units[i] == scope->unit) {
            return true;
        }
    }
    return false;
}

static bool text_fits_value(const struct filter_value *v, struct str text) {
    switch (v->kind) {
    case FILTER_IS_CODE:
        return str_eq(text, v->text);
    case FILTER_IS_PREFIX:
        return str_starts(text, v->text);
    case FILTER_IS_NONE:
        return text.n == 0;
    default:
        return text.n > 0;
    }
}

static bool number_fits(const struct filter_value *v, int64_t number) {
    return v->kind == FILTER_IS_NONE  ? number == 0
           : v->kind == FILTER_IS_YES ? number > 0
                                      : number > 0 && number >= v->from && number < v->to;
}

static bool contact_fits(const struct model_case *c, enum filter_kind kind) {
    switch (kind) {
    case FILTER_IS_YES:
        return c->contact_at > 0;
    case FILTER_IS_NO:
        return c->contact_due_at > 0 && c->contact_at == 0;
    case FILTER_IS_IN_TIME:
        return c->contact_at > 0 && c->contact_at <= c->contact_due_at;
    default:
        return c->contact_due_at > 0 && (c->contact_at > c->contact_due_at ||
                                         (c->contact_at == 0 && c->contact_due_at < model_as_of));
    }
}

static bool value_fits(const struct model_case *c, enum filter_key key,
                       const struct filter_value *v) {
    bool yes = v->kind == FILTER_IS_YES;

    switch (key) {
    case FILTER_PROCEDURE:
        return text_fits_value(v, c->procedure);
    case FILTER_STATE:
        return v->kind == FILTER_IS_OPEN ? is_open(c) : text_fits_value(v, c->state);
    case FILTER_LATE:
        return is_late(c) == yes;
    case FILTER_SHOULD_CLOSE:
        return (str_is(c->state, "closed") || (is_open(c) && is_late(c))) == yes;
    case FILTER_PLACE:
        return v->kind == FILTER_IS_NONE ? c->community == 0
                                         : is_area(c, (struct area){v->id, v->level});
    case FILTER_CLASS:
        return text_fits_value(v, c->class);
    case FILTER_UNIT:
        return v->kind == FILTER_IS_NONE ? c->unit == 0 : c->unit == v->id;
    case FILTER_CHANNEL:
        return text_fits_value(v, c->channel);
    case FILTER_OPENED:
        return number_fits(v, c->reported_at);
    case FILTER_CLOSED:
        return number_fits(v, c->closed_at);
    case FILTER_DUE:
        return number_fits(v, c->next_due_at);
    case FILTER_NUMBER:
        return text_fits_value(v, c->number);
    case FILTER_EXTERNAL:
        return text_fits_value(v, c->external);
    case FILTER_RATING:
        return v->kind == FILTER_IS_ID ? c->rating == v->id : number_fits(v, c->rating);
    case FILTER_SOLVED:
        return c->solved == (yes ? 1 : v->kind == FILTER_IS_NO ? 2 : 0);
    case FILTER_CONTACTED:
        return contact_fits(c, v->kind);
    case FILTER_RETURNED:
        return (c->returns > 0) == yes;
    case FILTER_REDO:
        return (c->reworks > 0) == yes;
    case FILTER_LEADER:
        return (c->leader == 1) == yes;
    case FILTER_CELL:
        return number_fits(v, c->cell);
    default:
        return (c->hour >= 20 || c->hour < 8) == yes;
    }
}

/* A word as the model sees it: in a text, as a whole where it begins or ends with a digit or
 * letter. */
static bool model_has_word(struct str text, struct str word) {
    if (str_is(word, "wifi")) {
        word = STR("WiFi");
    }
    for (size_t at = 0; at + word.n <= text.n; at++) {
        struct str here = str_slice(text, at, at + word.n);
        bool digit_before = at > 0 && text.p[at - 1] >= '0' && text.p[at - 1] <= '9' &&
                            word.p[0] >= '0' && word.p[0] <= '9';
        bool digit_behind =
            str_is(word, "3") && at + 1 < text.n && text.p[at + 1] >= '0' && text.p[at + 1] <= '9';

        if (str_eq(here, word) && !digit_before && !digit_behind) {
            return true;
        }
    }
    return false;
}

static bool has_term_word(struct str text, const struct filter_term *term) {
    for (size_t v = 0; v < term->value_count; v++) {
        if (model_has_word(text, term->values[v].text)) {
            return true;
        }
    }
    return false;
}

/* The newest text with all the words (words.id), or the oldest; 0 = none, 1 = the filter has no
 * words. */
static int64_t words_of(const struct model_case *c, const struct filter *f, bool is_oldest) {
    bool asks = false;
    int64_t found = 0;

    for (int t = 0; t < MODEL_TEXTS; t++) {
        bool all = c->texts[t].n > 0;

        for (size_t i = 0; i < f->count; i++) {
            const struct filter_term *term = &f->terms[i];
            bool has = term->key == FILTER_WORDS && has_term_word(c->texts[t], term);

            if (term->key == FILTER_WORDS && term->is_not && has) {
                return 0;
            }
            asks |= term->key == FILTER_WORDS && !term->is_not;
            all = all && (term->key != FILTER_WORDS || term->is_not || has);
        }
        if (all && (found == 0 || (c->text_ids[t] < found) == is_oldest)) {
            found = c->text_ids[t];
        }
    }
    return asks ? found : 1;
}

bool model_fits(const struct model_case *c, const struct question *q) {
    for (size_t i = 0; i < q->filter.count; i++) {
        const struct filter_term *term = &q->filter.terms[i];
        bool any = false;

        if (term->key == FILTER_WORDS) {
            continue;
        }
        for (size_t v = 0; v < term->value_count; v++) {
            any |= value_fits(c, term->key, &term->values[v]);
        }
        if (any == term->is_not) {
            return false;
        }
    }
    return in_scope(c, &q->scope) && words_of(c, &q->filter, false) > 0;
}

int64_t model_count(const struct model *m, const struct question *q) {
    int64_t n = 0;

    for (size_t i = 0; i < m->count; i++) {
        n += model_fits(&m->cases[i], q);
    }
    return n;
}

int64_t model_late(const struct model *m, const struct question *q) {
    int64_t n = 0;

    for (size_t i = 0; i < m->count; i++) {
        n += model_fits(&m->cases[i], q) && is_late(&m->cases[i]);
    }
    return n;
}

/* A case with what it is ordered by: first `group`, then `key`, then id, all rising. */
struct model_place {
    int64_t group, key, id;
};

static int compare_model_places(const void *x, const void *y) {
    const struct model_place *a = x;
    const struct model_place *b = y;

    if (a->group != b->group) {
        return a->group < b->group ? -1 : 1;
    }
    return a->key != b->key ? (a->key < b->key ? -1 : 1) : (a->id > b->id) - (a->id < b->id);
}

bool model_asks_words(const struct filter *f) {
    for (size_t i = 0; i < f->count; i++) {
        if (f->terms[i].key == FILTER_WORDS && !f->terms[i].is_not) {
            return true;
        }
    }
    return false;
}

size_t model_list(struct arena *a, const struct model *m, const struct question *q,
                  enum list_order order, const int64_t **ids) {
    struct model_place *places = arena_array(a, struct model_place, m->count);
    int64_t *out = arena_array(a, int64_t, m->count);
    size_t n = 0;

    for (size_t i = 0; i < m->count; i++) {
        const struct model_case *c = &m->cases[i];
        bool is_due = order == LIST_DUE && is_open(c) && c->next_due_at > 0;

        if (!model_fits(c, q)) {
            continue;
        }
        places[n] = (struct model_place){is_due ? 0 : 1, is_due ? c->next_due_at : -c->reported_at,
                                         is_due ? c->id : -c->id};
        if (order == LIST_OLDEST) {
            bool asks = model_asks_words(&q->filter);

            places[n] = (struct model_place){
                0, asks ? words_of(c, &q->filter, true) : c->reported_at, c->id};
        } else if (!is_due && model_asks_words(&q->filter)) {
            places[n] = (struct model_place){1, -words_of(c, &q->filter, false), -c->id};
        }
        n++;
    }
    qsort(places, n, sizeof *places, compare_model_places);
    for (size_t i = 0; i < n; i++) {
        out[i] = places[i].id < 0 ? -places[i].id : places[i].id;
    }
    *ids = out;
    return n;
}

void model_see(struct model_seen *seen, const struct model *m, int64_t id) {
    size_t i = (size_t)((id & ((1LL << 37) - 1)) - 100) / 7; /* as make_case gives ids */

    if (i < m->count && m->cases[i].id == id) {
        seen->count++;
        seen->repeated += seen->met[i];
        seen->met[i] = 1;
    }
}

/* ---- questions */

static const struct str model_terms[] = {
    STR_INIT("state:open"),
    STR_INIT("state:closed"),
    STR_INIT("state:handling,to_dispatch"),
    STR_INIT("状态:不予受理"),
    STR_INIT("late:yes"),
    STR_INIT("超期:否"),
    STR_INIT("place:C11"),
    STR_INIT("place:鞍山四村"),
    STR_INIT("place:G22,G23"),
    STR_INIT("place:E33"),
    STR_INIT("place:none"),
    STR_INIT("place:SP"),
    STR_INIT("place:清波,E32"),
    STR_INIT("class:W06-042"),
    STR_INIT("class:W06*"),
    STR_INIT("class:none"),
    STR_INIT("class:物业,积水"),
    STR_INIT("unit:环卫"),
    STR_INIT("unit:路灯,none"),
    STR_INIT("channel:hotline"),
    STR_INIT("channel:巡查,web"),
    STR_INIT("opened:2026-10"),
    STR_INIT("opened:本月"),
    STR_INIT("opened:last-30-days"),
    STR_INIT("opened:2026"),
    STR_INIT("opened:..2026-03"),
    STR_INIT("opened:2026-02,2026-05"),
    STR_INIT("closed:2026-10"),
    STR_INIT("closed:2026"),
    STR_INIT("closed:none"),
    STR_INIT("due:today"),
    STR_INIT("due:..now"),
    STR_INIT("due:now.."),
    STR_INIT("due:none"),
    STR_INIT("number:SP20260012*"),
    STR_INIT("number:SP202600042"),
    STR_INIT("external:yes"),
    STR_INIT("external:12345-00*"),
    STR_INIT("external:none"),
    STR_INIT("rating:1,2"),
    STR_INIT("rating:yes"),
    STR_INIT("rating:none,5"),
    STR_INIT("solved:yes"),
    STR_INIT("solved:no,none"),
    STR_INIT("contacted:no"),
    STR_INIT("contacted:yes"),
    STR_INIT("contacted:in-time"),
    STR_INIT("contacted:late"),
    STR_INIT("returned:yes"),
    STR_INIT("redo:yes"),
    STR_INIT("leader:yes"),
    STR_INIT("night:yes"),
    STR_INIT("应结案:是"),
    STR_INIT("procedure:request"),
    STR_INIT("cell:16-3543938068 state:open"),
    STR_INIT("方格:14-221496129 state:handling,reported"),
};

static struct scope model_scope(struct arena *a, struct source *random) {
    struct scope_grant *grants = arena_array(a, struct scope_grant, 3);
    struct scope scope = {.office = MODEL_OFFICE, .grants = grants};

    if (pick(random, 3) == 0) {
        scope.grant_count = 1; /* the whole office, by itself or of somebody who has tasks too */
        scope.unit = pick(random, 2) == 0 ? 42 : 0;
        return scope;
    }
    scope.grant_count = pick(random, 4);
    for (size_t i = 0; i < scope.grant_count; i++) {
        grants[i].area = PICK(random, world_places).area;
        if (grants[i].area.level == AREA_OFFICE || pick(random, 3) == 0) {
            grants[i].procedure = PICK(random, world_procedures)[0];
        }
    }
    scope.unit = pick(random, 2) == 0 ? 41 + pick(random, 5) : 0;
    return scope;
}

struct question model_question(struct arena *a, struct source *random, int round) {
    struct buf b = buf_make(a, 2000);
    uint32_t terms = round == 0 ? 0 : pick(random, 4);
    struct question q = {.scope = model_scope(a, random)};
    struct err err = {0};

    for (uint32_t i = 0; i < terms; i++) {
        buf_c(&b, pick(random, 6) == 0 ? " -" : " ");
        buf_put(&b, pick(random, 5) == 0 ? PICK(random, model_words) : PICK(random, model_terms));
    }
    q.text = buf_str(&b);
    if (!filter_parse(a, q.text, &world_names, model_clock(), &q.filter, &err)) {
        print_error("%.*s: %.*s\n", STR_ARG(q.text), STR_ARG(err_sentence(a, &err, LANGUAGE_EN)));
        abort();
    }
    return q;
}

struct str model_scope_text(struct arena *a, const struct scope *scope) {
    struct buf b = buf_make(a, 1000);

    buf_format(&b, "office %d unit %d", (int)scope->office, (int)scope->unit);
    for (size_t i = 0; i < scope->grant_count; i++) {
        buf_format(&b, ", level %d id %d %.*s", (int)scope->grants[i].area.level,
                   (int)scope->grants[i].area.id, STR_ARG(scope->grants[i].procedure));
    }
    return buf_str(&b);
}
