/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_kept.h"

#include "base/buf.h"

#include <assert.h>
#include <string.h>

static const char *const task_kinds[TASK_KINDS] = {"", "verify", "lead", "assist", "check"};
static const char *const task_states[TASK_STATES] = {"",     "sent",     "signed",
                                                     "done", "returned", "withdrawn"};

struct str task_kind_code(enum task_kind kind) {
    return str_of(task_kinds[kind]);
}

struct str task_state_code(enum task_state state) {
    return str_of(task_states[state]);
}

static int find_word(const char *const *words, int count, struct str word) {
    for (int i = 1; i < count; i++) {
        if (str_is(word, words[i])) {
            return i;
        }
    }
    return 0;
}

struct case_clock *case_running_clock(struct case_file *c, enum clock_kind kind) {
    for (size_t i = 0; i < c->clock_count; i++) {
        if (c->clocks[i].kind == kind && c->clocks[i].stopped_at == 0) {
            return &c->clocks[i];
        }
    }
    return NULL;
}

struct case_task *case_open_task(struct case_file *c, enum task_kind kind, int64_t unit) {
    for (size_t i = 0; i < c->task_count; i++) {
        struct case_task *t = &c->tasks[i];

        if (t->kind == kind && (unit == 0 || t->unit == unit) &&
            (t->state == TASK_SENT || t->state == TASK_SIGNED)) {
            return t;
        }
    }
    return NULL;
}

/* ---- reading and writing; columns by CASE_COLUMNS */

/* What is saved next is compared with what the database has now. */
static void note_before(struct case_file *c) {
#define KEEP(name)            c->before.name = c->name;
#define KEEP_TERM(name, s, t) c->before.name = c->name;
    CASE_TURN(KEEP, KEEP, KEEP_TERM)
    CASE_STEADY(KEEP, KEEP, KEEP_TERM)
#undef KEEP
#undef KEEP_TERM
}

void case_read_row(struct stmt *q, struct arena *a, struct case_file *c) {
    int column = 0;

#define READ_INT(name)             c->name = stmt_int(q, column++);
#define READ_TEXT(name)            c->name = stmt_text(q, column++, a);
#define READ_TERM(name, set, type) c->name = (type)term_find(set, stmt_view(q, column++));
    CASE_COLUMNS(READ_INT, READ_TEXT, READ_TERM)
#undef READ_INT
#undef READ_TEXT
#undef READ_TERM
    note_before(c);
}

/* The columns of clock_list from `column` on. */
static void read_clock(struct stmt *q, int column, struct case_file *c) {
    struct case_clock *k = &c->clocks[c->clock_count++];

    k->number = stmt_int(q, column);
    k->kind = (enum clock_kind)term_find(TERMS_CLOCK, stmt_view(q, column + 1));
    k->amount = stmt_int(q, column + 2);
    k->unit = (enum limit_unit)term_find(TERMS_LIMIT_UNIT, stmt_view(q, column + 3));
    k->started_at = stmt_int(q, column + 4);
    k->due_at = stmt_int(q, column + 5);
    k->stopped_at = stmt_int(q, column + 6);
    k->provisional = stmt_int(q, column + 7);
}

static struct stmt *ask_one(struct store *s, enum sql_id what, int64_t id) {
    struct stmt *q = store_sql(s, what);

    stmt_bind_int(q, 1, id);
    return q;
}

static bool load_clocks(struct store *s, int64_t id, struct case_file *c, struct err *err) {
    struct stmt *q = ask_one(s, SQL_CLOCK_LIST, id);

    while (c->clock_count < LIMIT_CLOCKS_PER_CASE && stmt_next(q)) {
        read_clock(q, 0, c);
    }
    return stmt_end(q, err);
}

/* The columns of task_list from `column` on. */
static void read_task(struct stmt *q, int column, struct case_file *c) {
    struct case_task *t = &c->tasks[c->task_count++];

    t->id = stmt_int(q, column);
    t->kind = (enum task_kind)find_word(task_kinds, TASK_KINDS, stmt_view(q, column + 1));
    t->unit = stmt_int(q, column + 2);
    t->grid = stmt_int(q, column + 3);
    t->state = (enum task_state)find_word(task_states, TASK_STATES, stmt_view(q, column + 4));
    t->sent_at = stmt_int(q, column + 5);
    t->due_at = stmt_int(q, column + 6);
    t->signed_at = stmt_int(q, column + 7);
    t->done_at = stmt_int(q, column + 8);
    t->on_behalf = stmt_int(q, column + 9);
    t->round = stmt_int(q, column + 10);
}

static bool load_tasks(struct store *s, int64_t id, struct case_file *c, struct err *err) {
    struct stmt *q = ask_one(s, SQL_TASK_LIST, id);

    while (c->task_count < LIMIT_TASKS_PER_CASE && stmt_next(q)) {
        read_task(q, 0, c);
    }
    return stmt_end(q, err);
}

/* What belongs to it is asked with it, and read also when it is not there, so that no answer is
 * left over. */
bool case_load(struct store *s, struct arena *a, int64_t id, struct case_file *c, bool *found,
               struct err *err) {
    static const enum sql_id asked[] = {SQL_CASE_FETCH, SQL_CLOCK_LIST, SQL_TASK_LIST};
    struct stmt *q;

    *found = case_kept_find(s, a, id, c);
    if (*found) {
        return true;
    }
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        stmt_ahead(ask_one(s, asked[i], id));
    }
    q = ask_one(s, SQL_CASE_FETCH, id);
    *found = stmt_next(q);
    if (*found) {
        case_read_row(q, a, c);
    }
    if (!stmt_end(q, err) || !load_clocks(s, id, c, err) || !load_tasks(s, id, c, err)) {
        return false;
    }
    return !*found || case_kept_put(s, c, false, err);
}

/* ---- many at once */

static struct stmt *ask_many(struct store *s, enum sql_id id, int64_t office, struct str ids) {
    struct stmt *q = store_sql(s, id);

    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, ids);
    return q;
}

struct str case_ids_write(struct arena *a, const int64_t *ids, size_t count) {
    struct buf b = buf_make(a, 2 + 21 * count);

    for (size_t i = 0; i < count; i++) {
        buf_format(&b, "%s%lld", i == 0 ? "[" : ",", (long long)ids[i]);
    }
    buf_c(&b, "]");
    assert(!b.is_full);
    return buf_str(&b);
}

static struct case_file *with_id(struct case_file *all, size_t count, size_t *at, int64_t id) {
    while (*at < count && all[*at].id < id) {
        ++*at;
    }
    return *at < count && all[*at].id == id ? &all[*at] : NULL;
}

/* Rows of clocks or tasks, in the order of the cases. */
static bool read_parts(struct stmt *q, struct case_file *all, size_t count, bool is_tasks,
                       struct err *err) {
    size_t at = 0;

    while (stmt_next(q)) {
        struct case_file *c = with_id(all, count, &at, stmt_int(q, 0));

        if (c != NULL && is_tasks && c->task_count < LIMIT_TASKS_PER_CASE) {
            read_task(q, 1, c);
        } else if (c != NULL && !is_tasks && c->clock_count < LIMIT_CLOCKS_PER_CASE) {
            read_clock(q, 1, c);
        }
    }
    return stmt_end(q, err);
}

/* By id; those that are not there are left out. */
static bool read_many(struct store *s, struct arena *a, int64_t office, struct str ids,
                      bool has_tasks, struct case_file *all, size_t *found, struct err *err) {
    static const enum sql_id asked[] = {SQL_CASES_FETCH, SQL_CLOCKS_LIST, SQL_TASKS_LIST};
    struct stmt *q;

    *found = 0;
    for (size_t i = 0; i < (has_tasks ? 3 : 2); i++) {
        stmt_ahead(ask_many(s, asked[i], office, ids));
    }
    q = ask_many(s, SQL_CASES_FETCH, office, ids);
    while (stmt_next(q)) {
        case_read_row(q, a, &all[(*found)++]);
    }
    return stmt_end(q, err) &&
           read_parts(ask_many(s, SQL_CLOCKS_LIST, office, ids), all, *found, false, err) &&
           (!has_tasks ||
            read_parts(ask_many(s, SQL_TASKS_LIST, office, ids), all, *found, true, err));
}

bool case_load_many(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                    struct err *err) {
    int64_t *wanted = arena_array(a, int64_t, count + 1);
    struct case_file *all;
    size_t n = 0;
    size_t found;
    bool ok;

    for (size_t i = 0; i < count; i++) {
        if (id_office(ids[i]) == id_office(ids[0]) && !case_kept_has(s, ids[i])) {
            wanted[n++] = ids[i];
        }
    }
    if (n == 0) {
        return true;
    }
    all = arena_array(a, struct case_file, n);
    ok = read_many(s, a, id_office(ids[0]), case_ids_write(a, wanted, n), true, all, &found, err);
    for (size_t i = 0; ok && i < found; i++) {
        ok = case_kept_put(s, &all[i], false, err);
    }
    return ok;
}

static bool list_cases(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                       bool has_tasks, const struct case_file **out, struct err *err) {
    struct case_file *all = arena_array(a, struct case_file, count + 1);
    size_t found;

    if (count > 0 && !read_many(s, a, id_office(ids[0]), case_ids_write(a, ids, count), has_tasks,
                                all, &found, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = NULL;
        for (size_t k = 0; k < found && out[i] == NULL; k++) {
            out[i] = all[k].id == ids[i] ? &all[k] : NULL;
        }
    }
    return true;
}

bool cases_list(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                const struct case_file **out, struct err *err) {
    return list_cases(s, a, ids, count, false, out, err);
}

bool cases_load(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                const struct case_file **out, struct err *err) {
    return list_cases(s, a, ids, count, true, out, err);
}

/* ---- the statement that changes no more than it must */

#define SAME_INT(name)        &&c->before.name == c->name
#define SAME_TEXT(name)       &&str_eq(c->before.name, c->name)
#define SAME_TERM(name, s, t) &&c->before.name == c->name

static bool is_same_steady(const struct case_file *c) {
    return true CASE_STEADY(SAME_INT, SAME_TEXT, SAME_TERM);
}

static bool is_same_turn(const struct case_file *c) {
    return true CASE_TURN(SAME_INT, SAME_TEXT, SAME_TERM);
}

#undef SAME_INT
#undef SAME_TEXT
#undef SAME_TERM

#define ONE(name)            +1
#define ONE_TERM(name, s, t) +1
static_assert(0 CASE_COLUMNS(ONE, ONE, ONE_TERM) == 1 /* id */ CASE_COURSE(ONE, ONE, ONE_TERM)
                                                        CASE_TURN(ONE, ONE, ONE_TERM)
                                                            CASE_STEADY(ONE, ONE, ONE_TERM),
              "each column changes often, seldom or hardly ever");
#undef ONE
#undef ONE_TERM

#define BIND_INT(name)             stmt_bind_int(q, n++, c->name);
#define BIND_TEXT(name)            stmt_bind_text(q, n++, c->name);
#define BIND_TERM(name, set, type) stmt_bind_text(q, n++, term_code(set, (int)c->name));

static bool save_whole(struct store *s, struct case_file *c, struct err *err) {
    struct stmt *q = store_sql(s, c->is_new ? SQL_CASE_INSERT : SQL_CASE_UPDATE);
    int n = 1;

    CASE_COLUMNS(BIND_INT, BIND_TEXT, BIND_TERM)
    c->is_new = false;
    return stmt_run_one(q, err);
}

static bool save_row(struct store *s, struct case_file *c, struct err *err) {
    bool is_turn = !is_same_turn(c);
    struct stmt *q;
    int n = 1;

    if (c->is_new || !is_same_steady(c)) {
        return save_whole(s, c, err);
    }
    q = store_sql(s, is_turn ? SQL_CASE_UPDATE_TURN : SQL_CASE_UPDATE_COURSE);
    stmt_bind_int(q, n++, c->id);
    CASE_COURSE(BIND_INT, BIND_TEXT, BIND_TERM)
    if (is_turn) {
        CASE_TURN(BIND_INT, BIND_TEXT, BIND_TERM)
    }
    return stmt_run_one(q, err);
}

#undef BIND_INT
#undef BIND_TEXT
#undef BIND_TERM

static bool save_clock(struct store *s, const struct case_file *c, struct case_clock *k,
                       struct err *err) {
    struct stmt *q;

    if (k->is_new) {
        q = store_sql(s, SQL_CLOCK_INSERT);
        stmt_bind_int(q, 1, c->id);
        stmt_bind_int(q, 2, k->number);
        stmt_bind_text(q, 3, term_code(TERMS_CLOCK, (int)k->kind));
        stmt_bind_int(q, 4, k->amount);
        stmt_bind_text(q, 5, term_code(TERMS_LIMIT_UNIT, (int)k->unit));
        stmt_bind_int(q, 6, k->started_at);
        stmt_bind_int(q, 7, k->due_at);
        stmt_bind_int(q, 8, k->stopped_at);
        stmt_bind_int(q, 9, k->provisional);
    } else {
        q = store_sql(s, SQL_CLOCK_STOP);
        stmt_bind_int(q, 1, c->id);
        stmt_bind_int(q, 2, k->number);
        stmt_bind_int(q, 3, k->stopped_at);
    }
    k->is_new = false;
    k->is_changed = false;
    return stmt_run_one(q, err);
}

static bool save_task(struct store *s, const struct case_file *c, struct case_task *t,
                      struct err *err) {
    struct stmt *q;

    if (t->is_new) {
        q = store_sql(s, SQL_TASK_INSERT);
        stmt_bind_int(q, 1, t->id);
        stmt_bind_int(q, 2, c->office);
        stmt_bind_int(q, 3, c->id);
        stmt_bind_text(q, 4, task_kind_code(t->kind));
        stmt_bind_int(q, 5, t->unit);
        stmt_bind_int(q, 6, t->grid);
        stmt_bind_text(q, 7, task_state_code(t->state));
        stmt_bind_int(q, 8, t->sent_at);
        stmt_bind_int(q, 9, t->due_at);
        stmt_bind_int(q, 10, t->signed_at);
        stmt_bind_int(q, 11, t->done_at);
        stmt_bind_int(q, 12, t->on_behalf);
        stmt_bind_int(q, 13, t->round);
    } else {
        q = store_sql(s, SQL_TASK_UPDATE);
        stmt_bind_int(q, 1, t->id);
        stmt_bind_text(q, 2, task_state_code(t->state));
        stmt_bind_int(q, 3, t->due_at);
        stmt_bind_int(q, 4, t->signed_at);
        stmt_bind_int(q, 5, t->done_at);
        stmt_bind_int(q, 6, t->on_behalf);
        stmt_bind_int(q, 7, t->round);
    }
    t->is_new = false;
    t->is_changed = false;
    return stmt_run_one(q, err);
}

bool case_write(struct store *s, struct case_file *c, struct err *err) {
    bool ok = save_row(s, c, err);

    for (size_t i = 0; ok && i < c->clock_count; i++) {
        ok = (!c->clocks[i].is_new && !c->clocks[i].is_changed) ||
             save_clock(s, c, &c->clocks[i], err);
    }
    for (size_t i = 0; ok && i < c->task_count; i++) {
        ok = (!c->tasks[i].is_new && !c->tasks[i].is_changed) || save_task(s, c, &c->tasks[i], err);
    }
    note_before(c);
    return ok;
}

bool case_find_external(struct store *s, struct arena *a, int64_t office, struct str number,
                        struct case_twin *twin, struct err *err) {
    struct stmt *q;

    *twin = (struct case_twin){0};
    if (number.n == 0 || case_kept_external(s, a, office, number, twin)) {
        return true;
    }
    q = store_sql(s, SQL_CASE_BY_EXTERNAL);
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, number);
    if (stmt_next(q)) {
        twin->id = stmt_int(q, 0);
        twin->number = stmt_text(q, 1, a);
    }
    return stmt_end(q, err);
}

bool case_save(struct store *s, struct case_file *c, struct err *err) {
    return case_kept_put(s, c, true, err);
}
