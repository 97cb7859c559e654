/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/form.h"

#include "base/limits.h"
#include "gate/web/gate.h"

#include <string.h>
#include <strings.h>

#define TYPE_URLENCODED "application/x-www-form-urlencoded"
#define TYPE_MULTIPART  "multipart/form-data"

enum { BOUNDARY_BYTES = 70 }; /* RFC 2046 5.1.1 */

bool form_is_type(struct str content_type, const char *type) {
    struct str plain = str_trim(str_cut(&content_type, ';'));

    return plain.n == strlen(type) && strncasecmp(plain.p, type, plain.n) == 0;
}

static struct str cut_parameter(struct str *rest) {
    bool is_quoted = false;
    struct str whole = *rest;

    for (size_t i = 0; i < whole.n; i++) {
        if (whole.p[i] == '"') {
            is_quoted = !is_quoted;
        } else if (whole.p[i] == ';' && !is_quoted) {
            *rest = str_slice(whole, i + 1, whole.n);
            return str_slice(whole, 0, i);
        }
    }
    *rest = (struct str){0};
    return whole;
}

bool form_parameter(struct str header, const char *name, struct str *out) {
    cut_parameter(&header);
    while (header.n > 0) {
        struct str value = str_trim(cut_parameter(&header));
        struct str key = str_trim(str_cut(&value, '='));

        if (key.n != strlen(name) || strncasecmp(key.p, name, key.n) != 0) {
            continue;
        }
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') {
            value = str_slice(value, 1, value.n - 1);
        }
        *out = value;
        return true;
    }
    return false;
}

/* The headers of one part: lines until an empty one. Leaves the content in `*part`. */
static bool read_part_head(struct str *part, struct pair *to) {
    bool has_name = false;

    for (;;) {
        ptrdiff_t end = str_find(*part, STR("\r\n"));
        struct str line;
        struct str key;

        if (end < 0) {
            return false;
        }
        line = str_slice(*part, 0, (size_t)end);
        *part = str_slice(*part, (size_t)end + 2, part->n);
        if (line.n == 0) {
            return has_name;
        }
        key = str_cut(&line, ':');
        if (key.n == 19 && strncasecmp(key.p, "Content-Disposition", 19) == 0) {
            has_name = form_parameter(line, "name", &to->name) && to->name.n > 0;
            form_parameter(line, "filename", &to->file_name);
        } else if (key.n == 12 && strncasecmp(key.p, "Content-Type", 12) == 0) {
            to->type = str_trim(line);
        }
    }
}

static bool is_file(const struct pair *pair) {
    return pair->file_name.p != NULL;
}

static bool read_part(struct str part, struct pair *to, struct err *err) {
    if (!read_part_head(&part, to)) {
        return fail(err, E_FORM, "");
    }
    to->value = part;
    if (!str_is_text(to->name) || !str_is_text(to->file_name) || !str_is_text(to->type) ||
        (!is_file(to) && !str_is_text(to->value))) {
        return fail(err, E_TEXT, "");
    }
    return true;
}

/* Moves `*rest` behind the next delimiter and gives what stood before it; false when there is none.
 */
static bool cut_at(struct str *rest, struct str delimiter, struct str *before) {
    ptrdiff_t at = str_find(*rest, delimiter);

    if (at < 0) {
        return false;
    }
    *before = str_slice(*rest, 0, (size_t)at);
    *rest = str_slice(*rest, (size_t)at + delimiter.n, rest->n);
    return true;
}

static bool read_multipart(struct arena *a, struct str type, struct str body, struct pair **out,
                           size_t *count, struct err *err) {
    struct str boundary;
    struct str delimiter;
    struct str part;

    if (!form_parameter(type, "boundary", &boundary) || boundary.n == 0 ||
        boundary.n > BOUNDARY_BYTES) {
        return fail(err, E_FORM, "");
    }
    delimiter = arena_format(a, "\r\n--%.*s", STR_ARG(boundary));
    /* The first delimiter may stand at the very beginning, without a line end before it. */
    if (str_starts(body, str_slice(delimiter, 2, delimiter.n))) {
        body = str_slice(body, delimiter.n - 2, body.n);
    } else if (!cut_at(&body, delimiter, &part)) {
        return fail(err, E_FORM, "");
    }
    *out = arena_array(a, struct pair, LIMIT_PAIRS);
    *count = 0;
    while (!str_starts(body, STR("--"))) {
        if (!str_starts(body, STR("\r\n"))) {
            return fail(err, E_FORM, "");
        }
        body = str_slice(body, 2, body.n);
        if (*count == LIMIT_PAIRS) {
            return fail2(err, E_TOO_MANY, "", STR(TYPE_MULTIPART), STR("200"));
        }
        if (!cut_at(&body, delimiter, &part)) {
            return fail(err, E_FORM, "");
        }
        if (!read_part(part, &(*out)[(*count)++], err)) {
            return false;
        }
    }
    return true;
}

bool form_read(struct arena *a, struct str content_type, struct str body, struct pair **out,
               size_t *count, struct err *err) {
    if (form_is_type(content_type, TYPE_URLENCODED)) {
        return gate_split_pairs(a, body, out, count, err);
    }
    if (form_is_type(content_type, TYPE_MULTIPART)) {
        return read_multipart(a, content_type, body, out, count, err);
    }
    return fail2(err, E_TYPE, "", str_first_characters(content_type, 40),
                 STR(TYPE_URLENCODED ", " TYPE_MULTIPART));
}
