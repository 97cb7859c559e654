/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ledger/event.h"

#include "base/json.h"
#include "base/limits.h"

#include <assert.h>
#include <string.h>

static struct event_field *add(struct event *e, const char *key, enum event_kind kind) {
    struct event_field *f = &e->fields[e->count++];

    assert(e->count <= EVENT_FIELDS);
    *f = (struct event_field){.key = str_of(key), .kind = kind};
    return f;
}

void event_add_int(struct event *e, const char *key, int64_t value) {
    add(e, key, EVENT_INT)->integer = value;
}

void event_add_text(struct event *e, const char *key, struct str value) {
    add(e, key, EVENT_TEXT)->text = arena_str(e->arena, value);
}

void event_add_list(struct event *e, const char *key, const int64_t *values, size_t count) {
    struct event_field *f = add(e, key, EVENT_LIST);
    int64_t *copy = arena_array(e->arena, int64_t, count + 1);

    if (count > 0) {
        memcpy(copy, values, count * sizeof *values);
    }
    f->list = copy;
    f->count = count;
}

const struct event_field *event_find(const struct event *e, const char *key) {
    for (size_t i = 0; i < e->count; i++) {
        if (str_is(e->fields[i].key, key)) {
            return &e->fields[i];
        }
    }
    return NULL;
}

int64_t event_int(const struct event *e, const char *key, int64_t otherwise) {
    const struct event_field *f = event_find(e, key);

    return f != NULL && f->kind == EVENT_INT ? f->integer : otherwise;
}

struct str event_text(const struct event *e, const char *key) {
    const struct event_field *f = event_find(e, key);

    return f != NULL && f->kind == EVENT_TEXT ? f->text : (struct str){0};
}

bool event_is(const struct event *e, const char *name) {
    return str_is(e->name, name);
}

struct str event_write(const struct event *e) {
    struct buf b = buf_make(e->arena, LIMIT_EVENT_BYTES);

    buf_byte(&b, '{');
    for (size_t i = 0; i < e->count; i++) {
        const struct event_field *f = &e->fields[i];

        buf_c(&b, i == 0 ? "\"" : ",\"");
        buf_put(&b, f->key);
        buf_c(&b, "\":");
        if (f->kind == EVENT_INT) {
            buf_int(&b, f->integer);
        } else if (f->kind == EVENT_TEXT) {
            json_quote(&b, f->text);
        } else {
            for (size_t k = 0; k < f->count; k++) {
                buf_byte(&b, k == 0 ? '[' : ',');
                buf_int(&b, f->list[k]);
            }
            buf_c(&b, f->count == 0 ? "[]" : "]");
        }
    }
    buf_byte(&b, '}');
    assert(!b.is_full);
    return buf_str(&b);
}

struct reader {
    struct arena *arena;
    const char *p;
    const char *end;
    bool ok;
};

static bool eat(struct reader *r, char c) {
    if (r->p < r->end && *r->p == c) {
        r->p++;
        return true;
    }
    return false;
}

static void must_eat(struct reader *r, char c) {
    r->ok = eat(r, c) && r->ok;
}

static int64_t read_integer(struct reader *r) {
    const char *from = r->p;
    int64_t value = 0;

    while (r->p < r->end && (*r->p == '-' || (*r->p >= '0' && *r->p <= '9'))) {
        r->p++;
    }
    r->ok = str_to_int((struct str){from, (size_t)(r->p - from)}, &value) && r->ok;
    return value;
}

/* The four escapes that json_quote writes. */
static char read_escape(struct reader *r) {
    char c = r->p < r->end ? *r->p++ : '\0';

    if (c == 'n') {
        return '\n';
    }
    if (c == 'u' && r->end - r->p >= 4) {
        static const char digits[] = "0123456789abcdef";
        const char *high = strchr(digits, r->p[2]);
        const char *low = strchr(digits, r->p[3]);

        r->ok = high != NULL && low != NULL && r->ok;
        r->p += 4;
        return r->ok ? (char)((high - digits) * 16 + (low - digits)) : '\0';
    }
    r->ok = (c == '"' || c == '\\') && r->ok;
    return c;
}

static struct str read_text(struct reader *r) {
    const char *from = r->p;
    char *out;
    size_t n = 0;

    while (from < r->end && *from != '"') {
        from += *from == '\\' ? 2 : 1;
    }
    out = arena_bytes(r->arena, from > r->p ? (size_t)(from - r->p) + 1 : 1);
    while (r->ok && r->p < r->end && *r->p != '"') {
        char c = *r->p++;

        out[n++] = c == '\\' ? read_escape(r) : c;
    }
    must_eat(r, '"');
    return (struct str){out, n};
}

static void read_list(struct reader *r, struct event_field *f) {
    size_t room = 1;
    int64_t *list;

    for (const char *p = r->p; p < r->end && *p != ']'; p++) {
        room += *p == ',';
    }
    list = arena_array(r->arena, int64_t, room);
    while (r->ok && !eat(r, ']')) {
        if (f->count > 0) {
            must_eat(r, ',');
        }
        list[f->count++] = read_integer(r);
        r->ok = r->ok && f->count <= room;
    }
    f->list = list;
}

static void read_field(struct reader *r, struct event_field *f) {
    must_eat(r, '"');
    f->key = read_text(r);
    must_eat(r, ':');
    if (eat(r, '"')) {
        f->kind = EVENT_TEXT;
        f->text = read_text(r);
    } else if (eat(r, '[')) {
        f->kind = EVENT_LIST;
        read_list(r, f);
    } else {
        f->kind = EVENT_INT;
        f->integer = read_integer(r);
    }
}

bool event_read(struct arena *a, struct str body, struct event *e) {
    struct reader r = {.arena = a, .p = body.p, .end = body.p + body.n, .ok = body.n >= 2};

    e->arena = a;
    e->count = 0;
    must_eat(&r, '{');
    while (r.ok && !eat(&r, '}')) {
        if (e->count > 0) {
            must_eat(&r, ',');
        }
        if (e->count == EVENT_FIELDS) {
            return false;
        }
        e->fields[e->count] = (struct event_field){0};
        read_field(&r, &e->fields[e->count++]);
    }
    return r.ok && r.p == r.end;
}
