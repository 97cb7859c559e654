/* SPDX-License-Identifier: Apache-2.0 */
/* jansson, the strictest of the libraries measured, behind json_read; its objects never leave this
 * file. */
#include "base/json.h"

#include "base/limits.h"

#include <jansson.h>
#include <string.h>

static bool convert(struct arena *a, json_t *from, int depth, struct json *to, struct err *err);

/* Puts one more part before the way to a text that cannot be accepted: `steps` before `[0].text`.
 */
static bool fail_in(struct arena *a, struct str part, struct err *err) {
    const char *between = err->field[0] == '\0' || err->field[0] == '[' ? "" : ".";

    if (err->code == E_TEXT) {
        fail(err, E_TEXT, arena_format(a, "%.*s%s%s", STR_ARG(part), between, err->field).p);
    }
    return false;
}

static bool convert_list(struct arena *a, json_t *from, int depth, struct json *to,
                         struct err *err) {
    const struct json **last = &to->child;

    to->kind = KIND_LIST;
    to->count = json_array_size(from);
    for (size_t i = 0; i < to->count; i++) {
        struct json *item = arena_new(a, struct json);

        if (!convert(a, json_array_get(from, i), depth + 1, item, err)) {
            return fail_in(a, arena_format(a, "[%zu]", i), err);
        }
        *last = item;
        last = &item->next;
    }
    return true;
}

static bool convert_object(struct arena *a, json_t *from, int depth, struct json *to,
                           struct err *err) {
    const struct json **last = &to->child;
    const char *key;
    json_t *value;

    to->kind = KIND_OBJECT;
    to->count = json_object_size(from);
    json_object_foreach(from, key, value) {
        struct json *item = arena_new(a, struct json);

        item->name = arena_str(a, str_of(key));
        if (!convert(a, value, depth + 1, item, err)) {
            return fail_in(a, item->name, err);
        }
        *last = item;
        last = &item->next;
    }
    return true;
}

static bool convert(struct arena *a, json_t *from, int depth, struct json *to, struct err *err) {
    if (depth > LIMIT_JSON_DEPTH) {
        return fail3(err, E_JSON, "", STR("nested too deeply"), STR("1"), STR("1"));
    }
    if (json_is_object(from)) {
        return convert_object(a, from, depth, to, err);
    }
    if (json_is_array(from)) {
        return convert_list(a, from, depth, to, err);
    }
    if (json_is_string(from)) {
        if (memchr(json_string_value(from), '\0', json_string_length(from)) != NULL) {
            return fail(err, E_TEXT, "");
        }
        to->kind = KIND_TEXT;
        to->text = arena_str(a, (struct str){json_string_value(from), json_string_length(from)});
    } else if (json_is_integer(from)) {
        to->kind = KIND_INT;
        to->integer = json_integer_value(from);
    } else if (json_is_real(from)) {
        to->kind = KIND_REAL;
        to->real = json_real_value(from);
    } else if (json_is_boolean(from)) {
        to->kind = KIND_BOOL;
        to->truth = json_is_true(from);
    }
    return true;
}

bool json_read(struct arena *a, struct str text, const struct json **out, struct err *err) {
    json_error_t error;
    struct json *root = arena_new(a, struct json);
    json_t *tree;
    bool ok;

    if (!str_is_text(text)) {
        return fail(err, E_TEXT, "");
    }
    tree = json_loadb(text.p == NULL ? "" : text.p, text.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
                      &error);
    if (tree == NULL) {
        struct str line = arena_format(a, "%d", error.line);
        struct str column = arena_format(a, "%d", error.column);

        return fail3(err, E_JSON, "", str_of(error.text), line, column);
    }
    ok = convert(a, tree, 0, root, err);
    json_decref(tree);
    *out = root;
    return ok;
}

const struct json *json_member(const struct json *object, const char *name) {
    if (object == NULL || object->kind != KIND_OBJECT) {
        return NULL;
    }
    for (const struct json *m = object->child; m != NULL; m = m->next) {
        if (str_is(m->name, name)) {
            return m;
        }
    }
    return NULL;
}

struct str json_text_of(const struct json *object, const char *name) {
    const struct json *m = json_member(object, name);

    return m != NULL && m->kind == KIND_TEXT ? m->text : (struct str){0};
}

int64_t json_int_of(const struct json *object, const char *name, int64_t otherwise) {
    const struct json *m = json_member(object, name);

    return m != NULL && m->kind == KIND_INT ? m->integer : otherwise;
}

bool json_bool_of(const struct json *object, const char *name, bool otherwise) {
    const struct json *m = json_member(object, name);

    return m != NULL && m->kind == KIND_BOOL ? m->truth : otherwise;
}
