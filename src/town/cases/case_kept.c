/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/case_kept.h"

#include <string.h>

/* The place of a case is given by its id; another one with the same place takes it over. */
struct kept {
    int64_t transaction;
    struct case_file file;
    char text[KEPT_TEXT];
};

static struct kept *place_of(struct store *s, int64_t id) {
    struct store_kept *memory = store_kept(s);

    if (memory->transaction == 0) {
        return NULL;
    }
    if (memory->slots[STORE_SLOT_TOWN] == NULL) {
        memory->slots[STORE_SLOT_TOWN] = arena_array(memory->arena, struct kept, KEPT_CASES);
    }
    return (struct kept *)memory->slots[STORE_SLOT_TOWN] + (uint64_t)id % KEPT_CASES;
}

#define NO_INT(name)
#define NO_TERM(name, set, type)

bool case_kept_find(struct store *s, struct arena *a, int64_t id, struct case_file *c) {
    struct kept *k = place_of(s, id);

    if (k == NULL || k->transaction != store_kept(s)->transaction || k->file.id != id) {
        return false;
    }
    *c = k->file;
#define COPY_TEXT(name) c->name = arena_str(a, c->name);
    CASE_COLUMNS(NO_INT, COPY_TEXT, NO_TERM)
#undef COPY_TEXT
#define COPY_BEFORE(name) c->before.name = arena_str(a, c->before.name);
    CASE_TURN(NO_INT, COPY_BEFORE, NO_TERM)
    CASE_STEADY(NO_INT, COPY_BEFORE, NO_TERM)
#undef COPY_BEFORE
    return true;
}

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

void case_kept_put(struct store *s, const struct case_file *c) {
    struct kept *k = place_of(s, c->id);
    struct case_file copy;
    size_t used = 0;
    bool fits = true;

    if (k == NULL) {
        return;
    }
    k->transaction = 0;
    copy = *c;
    copy.is_new = false;
#define KEEP_TEXT(name) fits = fits && keep_text(k, &used, &copy.name);
    CASE_COLUMNS(NO_INT, KEEP_TEXT, NO_TERM)
#undef KEEP_TEXT
    /* What is saved next is compared with what this save left. */
#define NOW_INT(name)             copy.before.name = copy.name;
#define NOW_TERM(name, set, type) copy.before.name = copy.name;
    CASE_TURN(NOW_INT, NOW_INT, NOW_TERM)
    CASE_STEADY(NOW_INT, NOW_INT, NOW_TERM)
#undef NOW_INT
#undef NOW_TERM
    if (fits) {
        k->file = copy;
        k->transaction = store_kept(s)->transaction;
    }
}
