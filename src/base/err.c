/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include "base/buf.h"
#include "base/field_name.h"
#include "base/reason.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct err_row rows[] = {
#include "error_rows.h"
};

const struct err_row *err_row(enum err_code code) {
    assert((size_t)code < sizeof rows / sizeof rows[0]);
    return &rows[code];
}

static void copy_cut(char *to, size_t room, struct str s) {
    size_t n = s.n < room - 1 ? s.n : room - 1;

    while (n > 0 && n < s.n && (s.p[n] & 0xC0) == 0x80) {
        n--;
    }
    if (n > 0) {
        memcpy(to, s.p, n);
    }
    to[n] = '\0';
}

bool err_set(struct err *err, enum err_code code, const char *field, const char *file, int line) {
    memset(err, 0, sizeof *err);
    err->code = code;
    copy_cut(err->field, sizeof err->field, str_of(field));
    err->file = file;
    err->line = line;
    return false;
}

bool err_set_args(struct err *err, struct str a, struct str b, struct str c) {
    copy_cut(err->args[0], ERR_TEXT_BYTES, a);
    copy_cut(err->args[1], ERR_TEXT_BYTES, b);
    copy_cut(err->args[2], ERR_TEXT_BYTES, c);
    return false;
}

bool err_detail(struct err *err, const char *format, ...) {
    va_list args;

    va_start(args, format);
    vsnprintf(err->detail, sizeof err->detail, format, args);
    va_end(args);
    return false;
}

/* Refusals whose first argument is the field at fault. */
static bool names_field(enum err_code code) {
    switch (code) {
    case E_REQUIRED:
    case E_FIELD_TYPE:
    case E_TOO_LONG:
    case E_TOO_MANY:
    case E_RANGE:
    case E_FUTURE:
    case E_TOO_OLD:
    case E_CHOICE:
    case E_NOT_FOUND:
        return true;
    default:
        return false;
    }
}

/* Arguments that are words of ours and not the caller's. */
static struct str told(const struct err *err, int n, enum language language) {
    struct str arg = str_of(err->args[n]);

    if (n == 0 && names_field(err->code)) {
        return field_name(arg, language);
    }
    return n == 1 && (err->code == E_FILE || err->code == E_SEND) ? reason_text(arg, language)
                                                                  : arg;
}

static struct str fill_in(struct arena *a, const struct err *err, const char *sentence,
                          enum language language) {
    struct buf out = buf_make(a, 8192);

    for (const char *c = sentence; *c != '\0'; c++) {
        if (c[0] == '{' && c[1] >= '0' && c[1] < '0' + ERR_ARGS && c[2] == '}') {
            buf_put(&out, told(err, c[1] - '0', language));
            c += 2;
        } else {
            buf_byte(&out, *c);
        }
    }
    return buf_str(&out);
}

struct str err_sentence(struct arena *a, const struct err *err, enum language language) {
    return fill_in(a, err, err_row(err->code)->text[language], language);
}

struct str err_hint(struct arena *a, const struct err *err, enum language language) {
    return fill_in(a, err, err_row(err->code)->hint[language], language);
}
