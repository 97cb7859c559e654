/* SPDX-License-Identifier: Apache-2.0 */
#include "base/message.h"

#include "base/buf.h"

static const struct {
    const char *name;
    const char *text[2];
} rows[] = {
#include "message_rows.h"
};

struct str message_text(enum message_code code, enum language language) {
    return str_of(rows[code].text[language]);
}

struct str message_format(struct arena *a, enum message_code code, enum language language,
                          struct str x, struct str y, struct str z) {
    const struct str args[3] = {x, y, z};
    struct str text = message_text(code, language);
    struct buf out = buf_make(a, 64 << 10);

    for (size_t i = 0; i < text.n; i++) {
        if (i + 2 < text.n && text.p[i] == '{' && text.p[i + 1] >= '0' && text.p[i + 1] <= '2' &&
            text.p[i + 2] == '}') {
            buf_put(&out, args[text.p[i + 1] - '0']);
            i += 2;
        } else {
            buf_byte(&out, text.p[i]);
        }
    }
    return buf_str(&out);
}

enum message_code message_find(struct str name) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (str_is(name, rows[i].name)) {
            return (enum message_code)i;
        }
    }
    return M_NONE;
}
