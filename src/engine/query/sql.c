/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/sql.h"

#include <assert.h>
#include <string.h>

struct sql sql_make(struct arena *a) {
    return (struct sql){.text = buf_make(a, SQL_BYTES)};
}

void sql_put(struct sql *s, const char *literal) {
    buf_c(&s->text, literal);
}

static void bind(struct sql *s, struct sql_value value) {
    if (s->count == s->room) {
        struct sql_value *grown;

        s->room = s->room == 0 ? 32 : 2 * s->room;
        grown = arena_array(s->text.arena, struct sql_value, s->room);
        if (s->count > 0) {
            memcpy(grown, s->values, s->count * sizeof *grown);
        }
        s->values = grown;
    }
    s->values[s->count++] = value;
    assert(s->count <= SQL_VALUES);
    buf_byte(&s->text, '?');
    buf_int(&s->text, (int64_t)s->count);
}

void sql_int(struct sql *s, int64_t value) {
    bind(s, (struct sql_value){.integer = value});
}

void sql_text(struct sql *s, struct str value) {
    bind(s, (struct sql_value){.is_text = true, .text = value});
}

struct stmt *sql_open(struct store *store, const struct sql *s) {
    struct stmt *q;

    assert(!s->text.is_full);
    q = store_text(store, buf_str(&s->text));
    for (size_t i = 0; i < s->count; i++) {
        if (s->values[i].is_text) {
            stmt_bind_text(q, (int)i + 1, s->values[i].text);
        } else {
            stmt_bind_int(q, (int)i + 1, s->values[i].integer);
        }
    }
    return q;
}

bool sql_number(struct store *store, const struct sql *s, int64_t *out, struct err *err) {
    struct stmt *q = sql_open(store, s);

    *out = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}
