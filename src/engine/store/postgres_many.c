/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one statement that are sent together. An INSERT for each row costs the server more for
 * taking the statement than for the row: it is executed once for lists of values instead. */
#include "engine/store/postgres.h"
#include "engine/store/postgres_words.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_MOST = 1000,       /* of one statement */
    BYTES_MOST = 256 << 10, /* of one parameter */
    HEAD_BYTES = 20,        /* of an array: dimensions, has it nulls, type, length, first place */
    NAME_BYTES = 64,
    PARAMETERS_MOST = 64,
};

static Oid array_of(Oid type) {
    return type == OID_INT8 ? OID_INT8_ARRAY : type == OID_TEXT ? OID_TEXT_ARRAY : OID_BYTEA_ARRAY;
}

static void put_int32(char *out, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        out[i] = (char)(value >> (24 - 8 * i));
    }
}

static char *take_room(struct postgres_list *list, size_t more) {
    char *at;

    if (list->n + more > list->room) {
        list->room = 2 * (list->n + more) + 1024;
        list->p = realloc(list->p, list->room);
        if (list->p == NULL) {
            abort();
        }
    }
    at = list->p + list->n;
    list->n += more;
    return at;
}

static void start_list(struct postgres_list *list) {
    list->n = 0;
    list->has_null = false;
    take_room(list, HEAD_BYTES);
}

static size_t add_value(struct postgres_list *list, const char *value, int length) {
    if (value == NULL) {
        list->has_null = true;
        put_int32(take_room(list, 4), UINT32_MAX);
    } else {
        put_int32(take_room(list, 4), (uint32_t)length);
        memcpy(take_room(list, (size_t)length), value, (size_t)length);
    }
    return list->n;
}

void postgres_many_add(struct postgres_statement *q) {
    const struct sql_row *row = &store_statements[q->id];
    struct postgres_store *s = q->store;
    size_t largest = 0;

    assert(q->count <= PARAMETERS_MOST);
    if (q->lists == NULL) {
        q->lists = calloc((size_t)q->count, sizeof *q->lists);
        if (q->lists == NULL) {
            abort();
        }
    }
    for (int i = 0; i < q->count; i++) {
        const char *value =
            q->values[i] != NULL && q->types[i] == OID_INT8 ? q->numbers[i] : q->values[i];
        size_t size;

        if (q->waiting == 0) {
            start_list(&q->lists[i]);
        }
        size = add_value(&q->lists[i], value, q->lengths[i]);
        largest = size > largest ? size : largest;
    }
    q->waiting++;
    s->waiting |= row->many_bit;
    s->waiting_of[__builtin_ctz(row->many_bit)] = q->id;
    if (q->waiting == ROWS_MOST || largest > BYTES_MOST) {
        postgres_many_send(s, row->many_bit);
    }
}

static bool prepare(struct postgres_statement *q, const char *name, const Oid *types) {
    struct postgres_store *s = q->store;
    struct str text = str_of(store_statements[q->id].many);
    size_t size = text.n + 64;
    char *words;
    bool ok;

    if (s->is_prepared_many[q->id]) {
        return true;
    }
    words = malloc(size);
    ok = words != NULL && postgres_words(text, words, size) &&
         PQsendPrepare(s->connection, name, words, q->count, types);
    free(words);
    if (ok) {
        s->is_prepared_many[q->id] = true;
        postgres_expect(s, (struct pending){.kind = PENDING_PREPARE, .id = q->id, .place = 1});
    }
    return ok;
}

static const char *finish_list(struct postgres_list *list, Oid type, int rows) {
    put_int32(list->p, 1);
    put_int32(list->p + 4, list->has_null ? 1 : 0);
    put_int32(list->p + 8, type);
    put_int32(list->p + 12, (uint32_t)rows);
    put_int32(list->p + 16, 1);
    return list->p;
}

static void send_rows(struct postgres_statement *q) {
    struct postgres_store *s = q->store;
    const char *values[PARAMETERS_MOST];
    int lengths[PARAMETERS_MOST];
    int formats[PARAMETERS_MOST];
    Oid types[PARAMETERS_MOST];
    char name[NAME_BYTES];

    for (int i = 0; i < q->count; i++) {
        values[i] = finish_list(&q->lists[i], q->types[i], q->waiting);
        lengths[i] = (int)q->lists[i].n;
        formats[i] = 1;
        types[i] = array_of(q->types[i]);
    }
    q->waiting = 0;
    snprintf(name, sizeof name, "%s_many", store_statements[q->id].name);
    if (prepare(q, name, types) &&
        PQsendQueryPrepared(s->connection, name, q->count, values, lengths, formats, 1)) {
        postgres_expect(s, (struct pending){.kind = PENDING_RUN});
    } else {
        postgres_note_lost(s);
    }
}

/* What a statement itself names goes before it. */
void postgres_many_send(struct postgres_store *s, uint32_t bits) {
    while ((s->waiting & bits) != 0) {
        uint32_t bit = s->waiting & bits & -(s->waiting & bits);
        enum sql_id id = s->waiting_of[__builtin_ctz(bit)];

        s->waiting &= ~bit;
        postgres_many_send(s, store_statements[id].many_names);
        if (postgres_is_well(s)) {
            send_rows(&s->cached[id]);
        } else {
            s->cached[id].waiting = 0;
        }
    }
}

void postgres_many_forget(struct postgres_store *s) {
    for (; s->waiting != 0; s->waiting &= s->waiting - 1) {
        s->cached[s->waiting_of[__builtin_ctz(s->waiting)]].waiting = 0;
    }
}

void postgres_many_free(struct postgres_statement *q) {
    for (int i = 0; q->lists != NULL && i < q->count; i++) {
        free(q->lists[i].p);
    }
    free(q->lists);
}
