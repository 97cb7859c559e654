/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_kept.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { WAYS = 4, SETS = KEPT_CASES / WAYS };

/* The id of a case gives some places; of others that are there, the one that nobody has asked for
 * longest makes room. */
struct kept {
    int64_t transaction; /* in which it was put here; of another one: the place is free */
    int64_t asked;       /* the turn of the last time */
    int64_t listed;      /* in which it is in the list of those that owe, 0 = in none */
    bool is_owed;
    struct case_file file;
    char text[KEPT_TEXT];
};

struct memory {
    struct kept places[KEPT_CASES];
    struct kept *owed[KEPT_CASES]; /* places that owed something, in the order in which they came */
    size_t owed_count;
    int64_t transaction; /* of the list */
    int64_t turn;
};

/* NULL outside a transaction. */
static struct memory *memory_of(struct store *s) {
    struct store_kept *kept = store_kept(s);
    struct memory *m;

    if (kept->transaction == 0) {
        return NULL;
    }
    if (kept->slots[STORE_SLOT_CASES] == NULL) {
        kept->slots[STORE_SLOT_CASES] = arena_new(kept->arena, struct memory);
    }
    m = kept->slots[STORE_SLOT_CASES];
    if (m->transaction != kept->transaction) {
        m->transaction = kept->transaction;
        m->owed_count = 0;
    }
    return m;
}

static struct kept *set_of(struct memory *m, int64_t id) {
    return &m->places[(uint64_t)id % SETS * WAYS];
}

/* NULL: it is not here. */
static struct kept *kept_of(struct memory *m, int64_t id) {
    struct kept *set = m == NULL ? NULL : set_of(m, id);

    for (size_t i = 0; set != NULL && i < WAYS; i++) {
        if (set[i].transaction == m->transaction && set[i].file.id == id) {
            set[i].asked = ++m->turn;
            return &set[i];
        }
    }
    return NULL;
}

/* Where it is, else where it is to be put. */
static struct kept *place_of(struct memory *m, int64_t id) {
    struct kept *k = kept_of(m, id);
    struct kept *set = set_of(m, id);

    if (k != NULL) {
        return k;
    }
    k = set;
    for (size_t i = 0; i < WAYS && k->transaction == m->transaction; i++) {
        if (set[i].transaction != m->transaction || set[i].asked < k->asked) {
            k = &set[i];
        }
    }
    if (k->transaction != m->transaction) {
        k->transaction = 0;
        k->is_owed = false;
    }
    k->asked = ++m->turn;
    return k;
}

#define NO_INT(name)
#define NO_TERM(name, set, type)

/* Without the places of clocks and tasks that are not in use. */
static void copy_file(struct case_file *to, const struct case_file *from) {
    memcpy(to, from, offsetof(struct case_file, clocks));
    memcpy(to->clocks, from->clocks, from->clock_count * sizeof *from->clocks);
    memcpy(to->tasks, from->tasks, from->task_count * sizeof *from->tasks);
}

bool case_kept_find(struct store *s, struct arena *a, int64_t id, struct case_file *c) {
    struct memory *m = memory_of(s);
    struct kept *k = kept_of(m, id);

    if (k == NULL) {
        return false;
    }
    copy_file(c, &k->file);
#define COPY_TEXT(name) c->name = arena_str(a, c->name);
    CASE_COLUMNS(NO_INT, COPY_TEXT, NO_TERM)
#undef COPY_TEXT
#define COPY_BEFORE(name)                                                                          \
    c->before.name =                                                                               \
        k->file.before.name.p == k->file.name.p ? c->name : arena_str(a, c->before.name);
    CASE_TURN(NO_INT, COPY_BEFORE, NO_TERM)
    CASE_STEADY(NO_INT, COPY_BEFORE, NO_TERM)
#undef COPY_BEFORE
    return true;
}

bool case_kept_has(struct store *s, int64_t id) {
    return kept_of(memory_of(s), id) != NULL;
}

bool case_kept_external(struct store *s, struct arena *a, int64_t office, struct str number,
                        struct case_twin *twin) {
    struct memory *m = memory_of(s);

    for (size_t i = 0; m != NULL && i < m->owed_count; i++) {
        const struct case_file *c = &m->owed[i]->file;

        if (m->owed[i]->is_owed && c->office == office && str_eq(c->external_number, number)) {
            *twin = (struct case_twin){c->id, arena_str(a, c->number)};
            return true;
        }
    }
    return false;
}

/* ---- putting */

/* Moves one text into the room of the place; false when it does not fit. */
static bool keep_text(struct kept *k, size_t *used, struct str *text) {
    if (text->n > KEPT_TEXT - *used) {
        return false;
    }
    if (text->n > 0) {
        memcpy(k->text + *used, text->p, text->n);
    }
    text->p = k->text + *used;
    *used += text->n;
    return true;
}

/* What it was before shares the text where it is the same. */
static bool keep_before(struct kept *k, size_t *used, struct str *before, struct str now) {
    if (str_eq(*before, now)) {
        *before = now;
        return true;
    }
    return keep_text(k, used, before);
}

static bool keep_file(struct kept *k, const struct case_file *c) {
    size_t used = 0;
    bool fits = true;

    copy_file(&k->file, c);
#define KEEP_TEXT(name) fits = fits && keep_text(k, &used, &k->file.name);
    CASE_COLUMNS(NO_INT, KEEP_TEXT, NO_TERM)
#undef KEEP_TEXT
#define KEEP_BEFORE(name) fits = fits && keep_before(k, &used, &k->file.before.name, k->file.name);
    CASE_TURN(NO_INT, KEEP_BEFORE, NO_TERM)
    CASE_STEADY(NO_INT, KEEP_BEFORE, NO_TERM)
#undef KEEP_BEFORE
    return fits;
}

static bool write_place(struct store *s, struct kept *k, struct err *err) {
    bool is_owed = k->is_owed;

    k->is_owed = false;
    return !is_owed || case_write(s, &k->file, err);
}

static bool write_owed(struct store *s, struct err *err) {
    struct memory *m = memory_of(s);
    bool ok = true;

    for (size_t i = 0; ok && i < m->owed_count; i++) {
        m->owed[i]->listed = 0;
        ok = write_place(s, m->owed[i], err);
    }
    m->owed_count = 0;
    return ok;
}

static void owe(struct store *s, struct memory *m, struct kept *k) {
    k->is_owed = true;
    if (k->listed != m->transaction) {
        assert(m->owed_count < KEPT_CASES);
        m->owed[m->owed_count++] = k;
        k->listed = m->transaction;
    }
    store_owe(s, STORE_SLOT_CASES, write_owed);
}

bool case_kept_put(struct store *s, struct case_file *c, bool is_owed, struct err *err) {
    struct memory *m = memory_of(s);
    struct kept *k = m == NULL ? NULL : place_of(m, c->id);

    if (k == NULL) {
        return !is_owed || case_write(s, c, err);
    }
    if (k->transaction != 0 && k->file.id != c->id && !write_place(s, k, err)) {
        return false;
    }
    if (!keep_file(k, c)) {
        k->transaction = 0;
        k->is_owed = false;
        return !is_owed || case_write(s, c, err);
    }
    k->transaction = m->transaction;
    if (is_owed) {
        owe(s, m, k);
    }
    return true;
}
