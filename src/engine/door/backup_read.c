/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/backup.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/time_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool fail_damaged(const struct backup *b, struct str what, const struct err *why,
                         struct err *err) {
    char detail[ERR_TEXT_BYTES] = "";

    if (why != NULL) {
        memcpy(detail, why->detail, sizeof detail);
    }
    fail2(err, E_BACKUP_DAMAGED, "", str_of(b->path), what);
    return err_detail(err, "%s", detail);
}

static bool read_facts(struct arena *a, struct backup *b, struct err *err) {
    struct stmt *q = store_text(b->store, STR("SELECT key, value FROM backup"));

    while (stmt_next(q)) {
        struct str key = stmt_text(q, 0, a);
        struct str value = stmt_text(q, 1, a);

        if (str_is(key, "program")) {
            b->program = value;
        } else if (str_is(key, "key")) {
            b->key = value;
        } else if (str_is(key, "pictures")) {
            b->has_photos = str_is(value, "inside");
        } else if (str_is(key, "made")) {
            time_read(value, CHINA_OFFSET_MINUTES, &b->made_at);
        } else if (str_is(key, "format")) {
            str_to_int(value, &b->format);
        } else if (str_is(key, "schema")) {
            str_to_int(value, &b->schema);
        } else if (str_is(key, "photos")) {
            str_to_int(value, &b->photos);
        } else if (str_is(key, "missing")) {
            str_to_int(value, &b->missing);
        }
    }
    return stmt_end(q, err);
}

/* An SQLite file that needs nothing beside it, as ours are: of any other the library would make
 * files beside it only to look. */
static bool is_sealed(const char *path) {
    char head[20] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head, "SQLite format 3", 16) == 0 && head[18] == 1 && head[19] == 1;

    if (fd >= 0) {
        close(fd);
    }
    return is;
}

bool backup_open(struct arena *a, const char *path, struct backup *b, struct err *err) {
    struct err why = {0};

    *b = (struct backup){.path = path};
    if (!file_exists(path)) {
        return file_refuse(err, "", str_of(path), ENOENT);
    }
    b->store = is_sealed(path) ? store_open(path, STORE_BACKUP, &why) : NULL;
    if (b->store == NULL && why.code == E_SCHEMA) {
        return fail3(err, E_BACKUP_NEWER, "", str_of(path), str_of(why.args[0]),
                     str_of(why.args[1]));
    }
    if (b->store == NULL || !read_facts(a, b, &why) || b->format == 0) {
        store_close(b->store);
        b->store = NULL;
        if (why.code == E_DAMAGED) { /* cut off, or worse */
            return fail_damaged(b, str_of(path), &why, err);
        }
        fail1(err, E_BACKUP_NOT, "", str_of(path));
        return err_detail(err, "%s", why.detail);
    }
    if (b->format > BACKUP_FORMAT) {
        store_close(b->store);
        b->store = NULL;
        return fail3(err, E_BACKUP_NEWER, "", str_of(path),
                     arena_format(a, "%lld", (long long)b->format),
                     arena_format(a, "%d", BACKUP_FORMAT));
    }
    return true;
}

bool backup_fits(const struct backup *b, const struct keys *keys) {
    struct arena *a = arena_open();
    bool fits = str_eq(backup_fingerprint(a, keys), b->key);

    arena_close(a);
    return fits;
}

static bool restore_table(const struct backup *b, struct store *into, const char *name,
                          int64_t *rows, struct err *err) {
    struct arena *a = arena_open();
    struct hash digest = {0};
    struct str should = {0};
    struct err why = {0};
    int64_t should_rows = -1;
    struct stmt *q;
    bool ok;

    *rows = 0;
    q = store_text(b->store, STR("SELECT rows, digest FROM backup_tables WHERE name = ?1"));
    stmt_bind_text(q, 1, str_of(name));
    if (stmt_next(q)) {
        should_rows = stmt_int(q, 0);
        should = stmt_text(q, 1, a);
    }
    ok = stmt_end(q, &why);
    if (ok && should_rows < 0) { /* a table that its version did not know */
        arena_close(a);
        return b->schema < SCHEMA_VERSION || fail_damaged(b, str_of(name), NULL, err);
    }
    ok = ok && backup_copy(store_text(b->store, arena_format(a, "SELECT * FROM %s", name)), into,
                           name, rows, &digest, &why);
    if (!ok && why.code == E_FULL_DISK) {
        *err = why;
    } else if (!ok || *rows != should_rows || !str_eq(hash_bytes(&digest), should)) {
        ok = fail_damaged(b, str_of(name), &why, err);
    }
    arena_close(a);
    return ok;
}

bool backup_restore_rows(const struct backup *b, struct store *into, struct backup_counts *counts,
                         struct err *err) {
    bool ok = store_begin(into, err);

    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        int64_t rows;

        ok = restore_table(b, into, t->name, &rows, err);
        counts->events += t == backup_tables ? rows : 0;
        counts->values += t != backup_tables && t->number != NULL ? rows : 0;
    }
    ok = ok && store_commit(into, err);
    store_rollback(into);
    return ok;
}

/* ---- pictures */

/* A name from the file, which must stay in its folder. */
static bool is_plain(struct str name) {
    bool plain = name.n > 0 && name.n < 100 && name.p[0] != '.';

    for (size_t i = 0; plain && i < name.n; i++) {
        plain = name.p[i] != '/' && name.p[i] != '\0';
    }
    return plain;
}

static struct str beside(struct arena *a, const char *path) {
    struct str folder = str_of(path);

    while (folder.n > 0 && folder.p[folder.n - 1] != '/') {
        folder.n--;
    }
    return arena_format(a, "%.*sattachments", STR_ARG(folder));
}

static bool restore_file(const struct backup *b, struct arena *a, const char *folder,
                         struct stmt *q, struct backup_counts *counts, struct err *err) {
    struct str name = stmt_text(q, 0, a);
    struct str stem = name;
    struct str digest = stmt_text(q, 1, a);
    struct str bytes = stmt_text(q, 2, a);
    struct str from = beside(a, b->path);
    bool is_photo = str_ends(name, STR(".jpg"));
    struct err missing = {0};
    struct hash is;

    if (is_photo && b->erased.n > 0 && str_find(b->erased, str_cut(&stem, '.')) >= 0) {
        return true;
    }
    if (!is_plain(name)) {
        return fail_damaged(b, STR("backup_files"), NULL, err);
    }
    if (stmt_is_null(q, 2) &&
        !file_read(a, path_join(a, from, name).p, LIMIT_PHOTO_BYTES, &bytes, &missing)) {
        return fail2(err, E_BACKUP_PHOTOS, "", from, name);
    }
    is = hash_sha256(bytes);
    if (!str_eq(hash_bytes(&is), digest)) {
        return fail_damaged(b, name, NULL, err);
    }
    counts->photos += is_photo && !str_ends(name, STR(".thumb.jpg"));
    return file_write(
        a, arena_format(a, "%s/%s%.*s", folder, is_photo ? "attachments/" : "", STR_ARG(name)).p,
        bytes, 0600, err);
}

bool backup_restore_files(const struct backup *b, const char *folder, struct backup_counts *counts,
                          struct err *err) {
    struct arena *a = arena_open();
    struct stmt *q =
        store_text(b->store, STR("SELECT name, digest, bytes FROM backup_files ORDER BY name"));
    struct err why = {0};
    bool ok = true;

    while (ok && stmt_next(q)) {
        ok = restore_file(b, a, folder, q, counts, err);
        arena_reset(a);
    }
    arena_close(a);
    if (!stmt_end(q, &why) && ok) {
        return fail_damaged(b, STR("backup_files"), &why, err);
    }
    return ok;
}
