/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <stdlib.h>

void json_quote(struct buf *b, struct str s) {
    size_t from = 0;

    buf_byte(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        buf_put(b, str_slice(s, from, i));
        from = i + 1;
        if (c == '"' || c == '\\') {
            buf_byte(b, '\\');
            buf_byte(b, (char)c);
        } else if (c == '\n') {
            buf_c(b, "\\n");
        } else {
            buf_format(b, "\\u%04x", c);
        }
    }
    buf_put(b, str_slice(s, from, s.n));
    buf_byte(b, '"');
}

struct json_out json_out(struct buf *buf) {
    return (struct json_out){.buf = buf};
}

static void begin(struct json_out *o, const char *name) {
    if (o->need_comma) {
        buf_byte(o->buf, ',');
    }
    if (name != NULL) {
        json_quote(o->buf, str_of(name));
        buf_byte(o->buf, ':');
    }
    o->need_comma = true;
}

void json_open(struct json_out *o, const char *name, char bracket) {
    begin(o, name);
    buf_byte(o->buf, bracket);
    o->need_comma = false;
}

void json_close(struct json_out *o, char bracket) {
    buf_byte(o->buf, bracket);
    o->need_comma = true;
}

void json_str(struct json_out *o, const char *name, struct str value) {
    begin(o, name);
    json_quote(o->buf, value);
}

void json_str_or_null(struct json_out *o, const char *name, struct str value) {
    if (value.n == 0) {
        json_none(o, name);
    } else {
        json_str(o, name, value);
    }
}

void json_int(struct json_out *o, const char *name, int64_t value) {
    begin(o, name);
    buf_int(o->buf, value);
}

void json_bool(struct json_out *o, const char *name, bool value) {
    begin(o, name);
    buf_c(o->buf, value ? "true" : "false");
}

void json_none(struct json_out *o, const char *name) {
    begin(o, name);
    buf_c(o->buf, "null");
}

void json_fixed(struct json_out *o, const char *name, int64_t value, int decimals) {
    uint64_t whole = value < 0 ? -(uint64_t)value : (uint64_t)value;
    uint64_t scale = 1;

    for (int i = 0; i < decimals; i++) {
        scale *= 10;
    }
    begin(o, name);
    if (value < 0) {
        buf_byte(o->buf, '-');
    }
    buf_figures(o->buf, whole / scale, 1);
    if (decimals > 0) {
        buf_byte(o->buf, '.');
        buf_figures(o->buf, whole % scale, (size_t)decimals);
    }
}

void json_raw(struct json_out *o, const char *name, struct str json) {
    begin(o, name);
    buf_put(o->buf, json);
}

void json_tree(struct json_out *o, const char *name, const struct json *value) {
    switch (value->kind) {
    case KIND_OBJECT:
    case KIND_LIST:
        json_open(o, name, value->kind == KIND_OBJECT ? '{' : '[');
        for (const struct json *m = value->child; m != NULL; m = m->next) {
            json_tree(o, value->kind == KIND_OBJECT ? arena_c(o->buf->arena, m->name) : NULL, m);
        }
        json_close(o, value->kind == KIND_OBJECT ? '}' : ']');
        break;
    case KIND_TEXT:
        json_str(o, name, value->text);
        break;
    case KIND_INT:
        json_int(o, name, value->integer);
        break;
    case KIND_REAL:
        json_raw(o, name, arena_format(o->buf->arena, "%.17g", value->real));
        break;
    case KIND_BOOL:
        json_bool(o, name, value->truth);
        break;
    case KIND_NULL:
        json_none(o, name);
        break;
    }
}
