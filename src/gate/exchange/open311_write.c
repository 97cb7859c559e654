/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/open311_write.h"

#include <assert.h>

struct open311_out open311_out(enum open311_format format, struct buf *buf) {
    if (format == OPEN311_XML) {
        buf_c(buf, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    }
    return (struct open311_out){.format = format, .buf = buf, .json = json_out(buf)};
}

/* The name of a JSON member; items of lists and the root have none. */
static const char *member(const struct open311_out *o, const char *name) {
    return o->depth == 0 || o->brackets[o->depth - 1] == '[' ? NULL : name;
}

static void tag(struct open311_out *o, const char *before, const char *name, const char *behind) {
    buf_c(o->buf, before);
    buf_c(o->buf, name);
    buf_c(o->buf, behind);
}

static void open_element(struct open311_out *o, const char *name, char bracket) {
    assert(o->depth < OPEN311_DEPTH);
    if (o->format == OPEN311_JSON) {
        json_open(&o->json, member(o, name), bracket);
    } else {
        tag(o, "<", name, ">");
    }
    o->names[o->depth] = name;
    o->brackets[o->depth] = bracket;
    o->depth++;
}

void open311_list(struct open311_out *o, const char *name) {
    open_element(o, name, '[');
}

void open311_object(struct open311_out *o, const char *name) {
    open_element(o, name, '{');
}

void open311_close(struct open311_out *o) {
    assert(o->depth > 0);
    o->depth--;
    if (o->format == OPEN311_JSON) {
        json_close(&o->json, o->brackets[o->depth] == '[' ? ']' : '}');
    } else {
        tag(o, "</", o->names[o->depth], ">");
    }
    if (o->depth == 0) {
        buf_byte(o->buf, '\n');
    }
}

void open311_text(struct open311_out *o, const char *name, struct str value) {
    if (o->format == OPEN311_JSON) {
        json_str_or_null(&o->json, member(o, name), value);
    } else if (value.n == 0) {
        tag(o, "<", name, "/>");
    } else {
        tag(o, "<", name, ">");
        xml_text(o->buf, value);
        tag(o, "</", name, ">");
    }
}

void open311_bool(struct open311_out *o, const char *name, bool value) {
    if (o->format == OPEN311_JSON) {
        json_bool(&o->json, member(o, name), value);
    } else {
        open311_text(o, name, value ? STR("true") : STR("false"));
    }
}

void open311_int(struct open311_out *o, const char *name, int64_t value) {
    open311_fixed(o, name, value, 0);
}

void open311_fixed(struct open311_out *o, const char *name, int64_t value, int decimals) {
    struct json_out plain;

    if (o->format == OPEN311_JSON) {
        json_fixed(&o->json, member(o, name), value, decimals);
        return;
    }
    plain = json_out(o->buf);
    tag(o, "<", name, ">");
    json_fixed(&plain, NULL, value, decimals);
    tag(o, "</", name, ">");
}

void open311_errors(struct open311_out *o, int code, struct str description) {
    open311_list(o, "errors");
    open311_object(o, "error");
    open311_int(o, "code", code);
    open311_text(o, "description", description);
    open311_close(o);
    open311_close(o);
}

enum open311_format open311_format_of(struct str path) {
    return str_ends(path, STR(".json")) ? OPEN311_JSON : OPEN311_XML;
}

const char *open311_type(enum open311_format format) {
    return format == OPEN311_JSON ? "application/json; charset=utf-8" : "text/xml; charset=utf-8";
}
