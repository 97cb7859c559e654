/* SPDX-License-Identifier: Apache-2.0 */
#include "base/conf.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mask.h"

#include <string.h>

/* Every key there is, ended by NULL; E_CONF names them. */
static const char *const known_keys[] = {
    "backup_at",     /* town/nightly.h: HH:MM or off ... */
    "backup_keep",   /* ... how many files ... */
    "backup_folder", /* ... and where, when it is not DIR/backup */
    "database",      /* where the database is, when it is not DIR/linli.db */
    "attachments",   /* folder of the photos that every node sees, when it is not DIR/attachments */
    "root_webhook",  /* URL that daily roots are posted to */
    "root_key",      /* file whose first line signs them */
    "root_mail",     /* address that daily roots are mailed to */
    "mail_from",     /* sender of mails */
    "smtp",          /* smtp://HOST:PORT or smtps://...; without it mails are put into DIR/outbox */
    "smtp_user",     /* account at that server, when it wants one ... */
    "smtp_key",      /* ... and the file whose first line is its password */
    NULL,
};

static bool is_known(struct str key) {
    for (const char *const *k = known_keys; *k != NULL; k++) {
        if (str_is(key, *k)) {
            return true;
        }
    }
    return false;
}

struct str conf_get(const struct conf *c, const char *key) {
    for (size_t i = 0; i < c->count; i++) {
        if (str_is(c->lines[i].key, key)) {
            return c->lines[i].value;
        }
    }
    return (struct str){0};
}

static bool read_line(struct arena *a, struct str line, struct conf *c) {
    struct str value = line;
    struct str key = str_trim(str_cut(&value, '='));

    if (!is_known(key) || str_find(line, STR("=")) < 0 || conf_get(c, arena_c(a, key)).p != NULL ||
        c->count == CONF_LINES) {
        return false;
    }
    value = arena_str(a, str_trim(value));
    c->lines[c->count++] = (struct conf_line){arena_str(a, key), value};
    return true;
}

bool conf_load(struct arena *a, const char *folder, struct conf *c, struct err *err) {
    struct str path = path_join(a, str_of(folder), STR("linli.conf"));
    struct str rest = {0};
    int number = 0;

    memset(c, 0, sizeof *c);
    if (!file_exists(path.p)) {
        return true;
    }
    if (!file_read(a, path.p, CONF_BYTES, &rest, err)) {
        return false;
    }
    while (rest.n > 0) {
        struct str line = str_trim(str_cut(&rest, '\n'));

        number++;
        if (line.n > 0 && line.p[0] != '#' && !read_line(a, line, c)) {
            return fail2(err, E_CONF, "", arena_format(a, "%d", number), mask_password(a, line));
        }
    }
    return true;
}

/* The file's text with the key's line put in its place; `text` may lack its last line break. */
static struct str with_line(struct arena *a, struct str text, const char *key, struct str value) {
    struct buf b = buf_make(a, 2 * CONF_BYTES);
    bool is_put = value.n == 0;

    while (text.n > 0) {
        struct str line = str_cut(&text, '\n');
        struct str rest = str_trim(line);

        if (str_is(str_trim(str_cut(&rest, '=')), key)) {
            if (!is_put) {
                buf_format(&b, "%s = %.*s\n", key, STR_ARG(value));
            }
            is_put = true;
        } else {
            buf_format(&b, "%.*s\n", STR_ARG(line));
        }
    }
    if (!is_put) {
        buf_format(&b, "%s = %.*s\n", key, STR_ARG(value));
    }
    return buf_str(&b);
}

bool conf_set(const char *folder, const char *key, struct str value, struct err *err) {
    struct arena *a = arena_open();
    struct str path = path_join(a, str_of(folder), STR("linli.conf"));
    struct str text = {0};
    bool ok = (!file_exists(path.p) || file_read(a, path.p, CONF_BYTES, &text, err)) &&
              file_write(a, path.p, with_line(a, text, key, value), 0600, err);

    arena_close(a);
    return ok;
}
