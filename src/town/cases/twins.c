/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/twins.h"

#include "base/geo/point.h"
#include "engine/ledger/ledger.h"
#include "town/cases/case_scope.h"

#include <stdlib.h>

enum {
    CANDIDATES = 3 * TWINS_READ,
    WITH_WORDS = 24, /* of so many the words are compared */
    PAIRS = 512,     /* pairs of characters of one text */
    CATEGORY = 3,    /* characters of a class code that name its category */
    NAMES_BYTES = 2048,
    ALIKE = 25 /* per cent: two people's words about one thing reach it, about two hardly */
};

struct candidates {
    const struct twin_question *question;
    struct twin all[CANDIDATES];
    size_t count;
};

/* ---- words */

struct pairs {
    uint64_t of[PAIRS];
    size_t n;
};

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool is_word(uint32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0x3400 && c <= 0x9FFF);
}

static void read_pairs(struct str text, struct pairs *out) {
    uint32_t last = 0;
    size_t n = 0;

    for (size_t at = 0; at < text.n && n < PAIRS;) {
        uint32_t c = str_next_character(text, &at);

        if (is_word(c) && last != 0) {
            out->of[n++] = (uint64_t)last << 32 | c;
        }
        last = is_word(c) ? c : 0;
    }
    qsort(out->of, n, sizeof out->of[0], by_value);
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (out->n == 0 || out->of[out->n - 1] != out->of[i]) {
            out->of[out->n++] = out->of[i];
        }
    }
}

/* What is in `of` besides what is in `names`. */
static void drop_pairs(struct pairs *of, const struct pairs *names) {
    size_t n = 0;

    for (size_t i = 0; i < of->n; i++) {
        if (bsearch(&of->of[i], names->of, names->n, sizeof names->of[0], by_value) == NULL) {
            of->of[n++] = of->of[i];
        }
    }
    of->n = n;
}

/* The names of the place: everybody who lives there says them, whatever it is about. */
static void read_names(struct arena *a, const struct town *t, const struct twin_question *asked,
                       struct pairs *out) {
    const int64_t ids[] = {asked->estate, asked->grid, asked->community};
    struct buf b = buf_make(a, NAMES_BYTES);

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const struct place *p = ids[i] == 0 ? NULL : town_place(t, ids[i]);

        if (p != NULL) {
            buf_put(&b, p->name[LANGUAGE_ZH]);
            buf_c(&b, " ");
            buf_put(&b, p->name[LANGUAGE_EN]);
            buf_c(&b, " ");
        }
    }
    read_pairs(buf_str(&b), out);
}

/* Per cent of the shorter text's pairs that the other one has too. */
static int64_t common_words(const struct pairs *a, const struct pairs *b) {
    size_t shorter = a->n < b->n ? a->n : b->n;
    size_t common = 0;

    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        if (a->of[i] == b->of[k]) {
            common++;
        }
        if (a->of[i] <= b->of[k]) {
            i++;
        } else {
            k++;
        }
    }
    return shorter < 2 ? 0 : (int64_t)(common * 100 / shorter);
}

static struct stmt *ask_text(struct store *s, int64_t id) {
    struct stmt *q = store_sql(s, SQL_CASE_REPORT_TEXT);

    stmt_bind_int(q, 1, id);
    return q;
}

/* ---- candidates */

static bool is_known(const struct candidates *x, int64_t id) {
    for (size_t i = 0; i < x->count; i++) {
        if (x->all[i].id == id) {
            return true;
        }
    }
    return false;
}

/* The columns of twins_estate. */
static void weigh(struct candidates *x, struct stmt *q) {
    const struct twin_question *asked = x->question;
    struct point here = {(int32_t)asked->wgs84_lat, (int32_t)asked->wgs84_lon};
    struct point there = {(int32_t)stmt_int(q, 5), (int32_t)stmt_int(q, 6)};
    struct str class = stmt_view(q, 2);
    int64_t apart = llabs(stmt_int(q, 7) - asked->reported_at);
    struct twin t = {.id = stmt_int(q, 0), .metres = -1, .days = apart / DAY_US + 1};
    bool is_near;

    t.same_estate = asked->estate > 0 && stmt_int(q, 4) == asked->estate;
    if (point_is_set(here) && point_is_set(there) &&
        point_distance_m(here, there) <= TWINS_METRES) {
        t.metres = point_distance_m(here, there);
    }
    t.same_class = asked->class.n > 0 && str_eq(class, asked->class);
    t.same_category = !t.same_class && asked->class.n >= CATEGORY && class.n >= CATEGORY &&
                      str_eq(str_slice(class, 0, CATEGORY), str_slice(asked->class, 0, CATEGORY));
    is_near = t.same_estate || t.metres >= 0;
    if (!is_near && (stmt_int(q, 3) != asked->community || asked->community == 0)) {
        return;
    }
    t.score = (t.metres >= 0 ? 3 : 0) + (t.same_estate ? 3 : 0) + (t.same_class ? 4 : 0) +
              (t.same_category ? 1 : 0) + (t.days <= 3 ? 1 : 0);
    if (x->count < CANDIDATES && t.id != asked->self && !is_known(x, t.id) &&
        TERM_HAS(STATES_OPEN, term_find(TERMS_STATE, stmt_view(q, 1)))) {
        x->all[x->count++] = t;
    }
}

/* The newest around it, 0 for what is not known of the case. */
static struct stmt *ask_newest(struct store *s, const struct twin_question *asked, size_t which) {
    const int64_t place = which == 0 ? asked->estate : asked->grid;
    struct stmt *q;

    if (which == 2) {
        q = store_sql(s, SQL_TWINS_CLASS);
        stmt_bind_text(q, 2, asked->class);
    } else {
        q = store_sql(s, which == 0 ? SQL_TWINS_ESTATE : SQL_TWINS_GRID);
        stmt_bind_int(q, 2, place);
    }
    stmt_bind_int(q, 1, asked->office);
    stmt_bind_int(q, 3, asked->reported_at - TWINS_DAYS * DAY_US);
    stmt_bind_int(q, 4, TWINS_READ);
    return q;
}

static bool gather_all(struct store *s, struct candidates *x, struct err *err) {
    const struct twin_question *asked = x->question;
    const bool is_known_of[] = {asked->estate > 0, asked->grid > 0, asked->class.n > 0};
    bool ok = true;

    for (size_t i = 0; i < 3; i++) {
        if (is_known_of[i]) {
            stmt_ahead(ask_newest(s, asked, i));
        }
    }
    for (size_t i = 0; ok && i < 3; i++) {
        if (is_known_of[i]) {
            struct stmt *q = ask_newest(s, asked, i);

            while (stmt_next(q)) {
                weigh(x, q);
            }
            ok = stmt_end(q, err);
        }
    }
    return ok;
}

/* ---- said to be another */

static struct stmt *ask_apart(struct store *s, int64_t id) {
    struct stmt *q = store_sql(s, SQL_NOTES_OF_CODE);

    stmt_bind_int(q, 1, id);
    stmt_bind_text(q, 2, STR("told_apart"));
    return q;
}

/* The cases that somebody said case `id` is not. */
struct apart {
    int64_t ids[16];
    size_t count;
};

static bool read_apart(struct store *s, struct arena *a, int64_t office, int64_t id,
                       struct apart *out, struct err *err) {
    struct stmt *q = ask_apart(s, id);
    bool ok;

    out->count = 0;
    while (out->count < sizeof out->ids / sizeof out->ids[0] && stmt_next(q)) {
        out->ids[out->count++] = stmt_int(q, 0); /* the entry that says it */
    }
    ok = stmt_end(q, err);
    for (size_t i = 0; ok && i < out->count; i++) {
        struct event *e = arena_new(a, struct event);

        ok = ledger_fetch(s, a, office, out->ids[i], e, err);
        out->ids[i] = ok ? event_int(e, "other", 0) : 0;
    }
    return ok;
}

static bool is_apart(const struct apart *of, int64_t id) {
    for (size_t i = 0; i < of->count; i++) {
        if (of->ids[i] == id) {
            return true;
        }
    }
    return false;
}

static int by_score(const void *a, const void *b) {
    const struct twin *x = a;
    const struct twin *y = b;

    return x->score != y->score ? (x->score < y->score) - (x->score > y->score)
                                : (x->id < y->id) - (x->id > y->id);
}

static bool compare_words(struct store *s, struct arena *a, const struct town *t,
                          struct candidates *x, struct err *err) {
    struct pairs *names = arena_new(a, struct pairs);
    struct pairs *ours = arena_new(a, struct pairs);
    struct pairs *theirs = arena_new(a, struct pairs);

    read_names(a, t, x->question, names);
    read_pairs(x->question->text, ours);
    drop_pairs(ours, names);
    for (size_t i = 0; i < x->count; i++) {
        stmt_ahead(ask_text(s, x->all[i].id));
    }
    for (size_t i = 0; i < x->count; i++) {
        struct twin *twin = &x->all[i];
        struct stmt *q = ask_text(s, twin->id);

        read_pairs(stmt_next(q) ? stmt_view(q, 0) : (struct str){0}, theirs);
        if (!stmt_end(q, err)) {
            return false;
        }
        drop_pairs(theirs, names);
        twin->words = common_words(ours, theirs);
        twin->words = twin->words < ALIKE ? 0 : twin->words;
        twin->score += twin->words / 15;
    }
    qsort(x->all, x->count, sizeof x->all[0], by_score);
    return true;
}

static bool is_likely(const struct twin *t) {
    return ((t->same_estate || t->metres >= 0) && (t->same_class || t->words > 0)) ||
           (t->same_class && t->words >= 2 * ALIKE);
}

static void drop_unlikely(struct candidates *x) {
    size_t n = 0;

    for (size_t i = 0; i < x->count; i++) {
        if (is_likely(&x->all[i])) {
            x->all[n++] = x->all[i];
        }
    }
    x->count = n;
}

/* Of all that are left at once: a server is waited for once, not for each. */
static bool offer(struct store *s, struct arena *a, const struct town *t, struct candidates *x,
                  struct twin out[TWINS_MOST], size_t *count, struct err *err) {
    const struct twin_question *asked = x->question;
    const struct case_file *files[WITH_WORDS];
    int64_t ids[WITH_WORDS];
    struct apart ours = {.count = 0};

    for (size_t i = 0; i < x->count; i++) {
        ids[i] = x->all[i].id;
    }
    if (!cases_load(s, a, ids, x->count, files, err)) {
        return false;
    }
    for (size_t i = 0; asked->self != 0 && i < x->count; i++) {
        stmt_ahead(ask_apart(s, ids[i]));
    }
    if (asked->self != 0 && !read_apart(s, a, asked->office, asked->self, &ours, err)) {
        return false;
    }
    for (size_t i = 0; i < x->count; i++) {
        struct apart theirs = {.count = 0};

        if (asked->self != 0 && !read_apart(s, a, asked->office, ids[i], &theirs, err)) {
            return false;
        }
        if (*count < TWINS_MOST && files[i] != NULL && files[i]->confidential == 0 &&
            case_scope_has(t, asked->account, files[i]) && !is_apart(&ours, ids[i]) &&
            !is_apart(&theirs, asked->self)) {
            out[(*count)++] = x->all[i];
        }
    }
    return true;
}

bool twins_find(struct store *s, struct arena *a, const struct town *t,
                const struct twin_question *question, struct twin out[TWINS_MOST], size_t *count,
                struct err *err) {
    struct candidates *x = arena_new(a, struct candidates);

    *count = 0;
    x->question = question;
    if (!gather_all(s, x, err)) {
        return false;
    }
    qsort(x->all, x->count, sizeof x->all[0], by_score);
    x->count = x->count < WITH_WORDS ? x->count : WITH_WORDS;
    if (!compare_words(s, a, t, x, err)) {
        return false;
    }
    drop_unlikely(x);
    return offer(s, a, t, x, out, count, err);
}
