/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/backup.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/time_text.h"
#include "engine/door/erasure.h"
#include "engine/ledger/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Events whose rows are read at once; how near the copy must come to the head before the last view
 * of the data is taken; how often it is tried to come nearer. */
enum { PIECE_EVENTS = 1000, PAUSE_MS = 10, NEAR_EVENTS = 2000, ROUNDS = 12, OFFICES_MOST = 65536 };

static const char manifest_tables[] =
    "CREATE TABLE backup (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE backup_heads (office INTEGER PRIMARY KEY, code TEXT NOT NULL, number INTEGER NOT "
    "NULL, accepted_at INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE backup_tables (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, digest BLOB NOT "
    "NULL) STRICT;"
    "CREATE TABLE backup_files (name TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, digest BLOB "
    "NOT NULL, bytes BLOB) STRICT;";

/* What else of the data folder belongs to the office; always inside the file. */
static const char *const small_files[] = {"map.geojson", "demonstration"};

struct office_copy {
    int64_t office;
    int64_t first; /* head of its ledger when the copying began: erasures behind it are looked at */
    int64_t done;  /* copied up to this event */
};

struct copy {
    const struct backup_setup *setup;
    struct backup_counts *counts;
    struct arena *arena;
    struct arena *scratch; /* reset behind each piece and file */
    struct store *file;
    struct office_copy *offices;
    size_t office_count;
};

static bool go_on(const struct copy *c, struct err *err) {
    return c->setup->is_ending == NULL || !c->setup->is_ending(c->setup->context) ||
           fail(err, E_DRAINING, "");
}

/* ---- tables */

static bool copy_events(struct copy *c, int64_t office, int64_t after, int64_t to,
                        struct err *err) {
    bool ok = true;

    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        if (t->number != NULL) {
            int64_t rows = 0;
            struct stmt *q = store_text(
                c->setup->store, arena_format(c->scratch,
                                              "SELECT * FROM %s WHERE office = ?1 AND %s > ?2 AND "
                                              "%s <= ?3",
                                              t->name, t->number, t->number));

            stmt_bind_int(q, 1, office);
            stmt_bind_int(q, 2, after);
            stmt_bind_int(q, 3, to);
            ok = backup_copy(q, c->file, t->name, &rows, NULL, err);
            c->counts->events += t == backup_tables ? rows : 0;
        }
    }
    arena_reset(c->scratch);
    return ok;
}

/* SQLite's journal begins anew only while nobody reads it: between two pieces a writer gets that
 * moment, or the journal would grow as long as we copy. */
static void rest(void) {
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
}

static bool copy_up_to(struct copy *c, struct office_copy *o, int64_t head, struct err *err) {
    bool ok = true;

    while (ok && o->done < head) {
        int64_t to = o->done + PIECE_EVENTS < head ? o->done + PIECE_EVENTS : head;

        ok = go_on(c, err) && copy_events(c, o->office, o->done, to, err);
        o->done = to;
        if (to < head) {
            rest();
        }
    }
    return ok;
}

/* The heads as they are now; an office that is new gets a row. *ahead: events not yet copied. */
static bool read_heads(struct copy *c, int64_t *heads, int64_t *ahead, struct err *err) {
    struct stmt *q = store_sql(c->setup->store, SQL_LEDGER_OFFICES);

    *ahead = 0;
    for (size_t n = 0; n < OFFICES_MOST && stmt_next(q); n++) {
        int64_t office = stmt_int(q, 0);
        size_t at = 0;

        while (at < c->office_count && c->offices[at].office != office) {
            at++;
        }
        if (at == c->office_count) {
            c->offices[c->office_count++] = (struct office_copy){office, stmt_int(q, 1), 0};
        }
        heads[at] = stmt_int(q, 1);
        *ahead += heads[at] - c->offices[at].done;
    }
    return stmt_end(q, err);
}

static bool copy_heads(struct copy *c, const int64_t *heads, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && i < c->office_count; i++) {
        ok = copy_up_to(c, &c->offices[i], heads[i], err);
    }
    return ok;
}

static bool copy_small(struct copy *c, struct err *err) {
    bool ok = true;

    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        int64_t rows = 0;

        if (t->number == NULL) {
            ok = backup_copy(
                store_text(c->setup->store, arena_format(c->scratch, "SELECT * FROM %s", t->name)),
                c->file, t->name, &rows, NULL, err);
        }
    }
    return ok;
}

static bool write_head(struct copy *c, const struct office_copy *o, struct err *err) {
    struct ledger_head head;
    struct stmt *code = store_text(c->setup->store, STR("SELECT code FROM offices WHERE id = ?1"));
    struct str text = {0};
    struct stmt *q;

    stmt_bind_int(code, 1, o->office);
    if (stmt_next(code)) {
        text = stmt_text(code, 0, c->scratch);
    }
    if (!stmt_end(code, err) || !ledger_head(c->setup->store, o->office, &head, err)) {
        return false;
    }
    q = store_text(c->file, STR("INSERT INTO backup_heads VALUES (?1, ?2, ?3, ?4, ?5)"));
    stmt_bind_int(q, 1, o->office);
    stmt_bind_text(q, 2, text);
    stmt_bind_int(q, 3, head.number);
    stmt_bind_int(q, 4, head.accepted_at);
    stmt_bind_bytes(q, 5, hash_bytes(&head.hash));
    return stmt_run(q, err);
}

/* The one view of the data: tails, small tables, what was erased while we copied. */
static bool copy_moment(struct copy *c, int64_t *heads, struct err *err) {
    int64_t ahead;
    bool ok = store_snapshot(c->setup->store, err) && read_heads(c, heads, &ahead, err) &&
              copy_heads(c, heads, err) && copy_small(c, err);

    for (size_t i = 0; ok && i < c->office_count; i++) {
        const struct office_copy *o = &c->offices[i];

        ok = write_head(c, o, err) &&
             erasure_repeat(c->setup->store, c->file, o->office, o->first, err);
    }
    ok = store_release(c->setup->store, ok ? err : &(struct err){0}) && ok;
    arena_reset(c->scratch);
    c->counts->offices = (int64_t)c->office_count;
    return ok;
}

static bool copy_tables(struct copy *c, struct err *err) {
    int64_t *heads = arena_array(c->arena, int64_t, OFFICES_MOST);
    int64_t ahead = 0;
    bool ok = store_begin(c->file, err) && read_heads(c, heads, &ahead, err);

    for (int round = 0; ok && round < ROUNDS && ahead > NEAR_EVENTS; round++) {
        ok = copy_heads(c, heads, err) && read_heads(c, heads, &ahead, err);
    }
    return ok && copy_moment(c, heads, err) && store_commit(c->file, err);
}

/* ---- pictures */

static bool write_file_row(struct copy *c, struct str name, struct str bytes,
                           const struct hash *digest, bool inside, struct err *err) {
    struct stmt *q = store_text(c->file, STR("INSERT INTO backup_files VALUES (?1, ?2, ?3, ?4)"));

    stmt_bind_text(q, 1, name);
    stmt_bind_int(q, 2, (int64_t)bytes.n);
    stmt_bind_bytes(q, 3, hash_bytes(digest));
    if (inside) {
        stmt_bind_bytes(q, 4, bytes);
    } else {
        stmt_bind_null(q, 4);
    }
    return stmt_run(q, err);
}

/* `digest` NULL: any content will do. What is not there or not as it was is counted and left out.
 */
static bool copy_file(struct copy *c, const char *path, struct str name, const struct hash *wanted,
                      bool *is_there, struct err *err) {
    const char *to = str_ends(name, STR(".jpg")) ? c->setup->photos_to : NULL;
    struct str bytes;
    struct hash digest;
    struct err missing;
    const char *target;

    *is_there = file_read(c->scratch, path, LIMIT_PHOTO_BYTES, &bytes, &missing);
    digest = *is_there ? hash_sha256(bytes) : (struct hash){0};
    *is_there = *is_there && (wanted == NULL || hash_eq(&digest, wanted));
    if (!*is_there) {
        return true;
    }
    if (to != NULL) {
        target = arena_format(c->scratch, "%s/%.*s", to, STR_ARG(name)).p;
        if (file_bytes(target) != (int64_t)bytes.n) {
            c->counts->fresh += wanted != NULL;
            if (!file_write(c->scratch, target, bytes, 0600, err)) {
                return false;
            }
        }
    } else {
        c->counts->fresh += wanted != NULL;
    }
    return write_file_row(c, name, bytes, &digest, to == NULL, err);
}

static bool copy_photo(struct copy *c, struct str name, struct str digest, struct err *err) {
    struct hash wanted = {0};
    struct str full = arena_format(c->scratch, "%.*s.jpg", STR_ARG(name));
    struct str thumb = arena_format(c->scratch, "%.*s.thumb.jpg", STR_ARG(name));
    struct str folder = str_of(c->setup->photos);
    bool is_there;
    bool has_thumb;

    memcpy(wanted.b, digest.p, digest.n < HASH_BYTES ? digest.n : HASH_BYTES);
    if (!copy_file(c, path_join(c->scratch, folder, full).p, full, &wanted, &is_there, err) ||
        !copy_file(c, path_join(c->scratch, folder, thumb).p, thumb, NULL, &has_thumb, err)) {
        return false;
    }
    c->counts->photos++;
    c->counts->missing += !is_there;
    return is_there || file_exists(folder.p) || /* a shared folder that is not mounted */
           file_refuse(err, "attachments", folder, ENOENT);
}

static bool copy_photos(struct copy *c, struct err *err) {
    struct arena *a = arena_open();
    struct stmt *q = store_text(c->file, STR("SELECT file, digest FROM attachments ORDER BY id"));
    bool ok = store_begin(c->file, err);

    while (ok && stmt_next(q)) {
        struct str name = stmt_text(q, 0, a);

        ok = go_on(c, err) && copy_photo(c, name, stmt_text(q, 1, a), err);
        arena_reset(c->scratch);
        arena_reset(a);
    }
    ok = stmt_end(q, ok ? err : &(struct err){0}) && ok;
    for (size_t i = 0; ok && i < sizeof small_files / sizeof small_files[0]; i++) {
        bool is_there;

        ok = copy_file(c, arena_format(a, "%s/%s", c->setup->folder, small_files[i]).p,
                       str_of(small_files[i]), NULL, &is_there, err);
    }
    arena_close(a);
    return ok && store_commit(c->file, err);
}

/* ---- manifest and end */

static bool write_fact(struct copy *c, const char *key, struct str value, struct err *err) {
    struct stmt *q = store_text(c->file, STR("INSERT INTO backup VALUES (?1, ?2)"));

    stmt_bind_text(q, 1, str_of(key));
    stmt_bind_text(q, 2, value);
    return stmt_run(q, err);
}

static bool write_number(struct copy *c, const char *key, int64_t value, struct err *err) {
    return write_fact(c, key, arena_format(c->scratch, "%" PRId64, value), err);
}

/* Reads the file's tables once more: rows and digest as the restoring will find them. */
static bool write_digests(struct copy *c, struct err *err) {
    bool ok = true;

    for (const struct backup_table *t = backup_tables; ok && t->name != NULL; t++) {
        struct hash digest = {0};
        int64_t rows = 0;
        struct stmt *q;

        ok = go_on(c, err) &&
             backup_copy(store_text(c->file, arena_format(c->scratch, "SELECT * FROM %s", t->name)),
                         NULL, t->name, &rows, &digest, err);
        q = store_text(c->file, STR("INSERT INTO backup_tables VALUES (?1, ?2, ?3)"));
        stmt_bind_text(q, 1, str_of(t->name));
        stmt_bind_int(q, 2, rows);
        stmt_bind_bytes(q, 3, hash_bytes(&digest));
        ok = stmt_run(q, ok ? err : &(struct err){0}) && ok;
        c->counts->values += t->number != NULL && t != backup_tables ? rows : 0;
    }
    return ok;
}

static bool write_manifest(struct copy *c, struct err *err) {
    const struct backup_counts *n = c->counts;

    return write_digests(c, err) && write_number(c, "format", BACKUP_FORMAT, err) &&
           write_number(c, "schema", SCHEMA_VERSION, err) &&
           write_fact(c, "program", STR(LINLI_VERSION), err) &&
           write_fact(c, "made", time_write(c->scratch, c->setup->now, CHINA_OFFSET_MINUTES),
                      err) &&
           write_fact(c, "key", backup_fingerprint(c->scratch, c->setup->keys), err) &&
           write_fact(c, "pictures", c->setup->photos_to == NULL ? STR("inside") : STR("beside"),
                      err) &&
           write_number(c, "photos", n->photos, err) && write_number(c, "missing", n->missing, err);
}

/* From here on nobody takes it for a database to serve from, and it needs no files beside it. */
static bool seal(struct copy *c, struct err *err) {
    return store_execute(
        c->file, arena_format(c->scratch, "PRAGMA user_version = -%d", SCHEMA_VERSION).p, err);
}

static bool make_file(const char *path, struct err *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        return file_refuse(err, "", str_of(path), errno);
    }
    close(fd);
    return true;
}

static bool write_all(struct copy *c, const char *path, struct err *err) {
    bool ok;

    c->file = make_file(path, err) ? store_open(path, STORE_CREATE, err) : NULL;
    ok = c->file != NULL &&
         store_execute(c->file,
                       "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF;"
                       "PRAGMA synchronous = OFF; PRAGMA cache_size = -16000",
                       err) &&
         store_execute(c->file, manifest_tables, err) && copy_tables(c, err) &&
         copy_photos(c, err) && store_begin(c->file, err) && write_manifest(c, err) &&
         store_commit(c->file, err) && seal(c, err);
    store_close(c->file);
    c->counts->size_bytes = file_bytes(path);
    return ok;
}

static void remove_part(struct arena *a, struct str part) {
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        unlink(arena_format(a, "%.*s%s", STR_ARG(part), endings[i]).p);
    }
}

bool backup_write(const struct backup_setup *setup, const char *path, struct backup_counts *counts,
                  struct err *err) {
    struct arena *a = arena_open();
    struct str part = arena_format(a, "%s.part", path);
    struct copy c = {.setup = setup,
                     .counts = counts,
                     .arena = a,
                     .scratch = arena_open(),
                     .offices = arena_array(a, struct office_copy, OFFICES_MOST)};
    bool ok = !file_exists(path) || fail1(err, E_FILE_THERE, "", str_of(path));

    *counts = (struct backup_counts){0};
    if (ok) {
        remove_part(a, part); /* of one that was cut off */
        ok = write_all(&c, part.p, err) && file_settle(part.p, path, err);
        if (!ok) {
            remove_part(a, part);
        }
    }
    arena_close(c.scratch);
    arena_close(a);
    return ok;
}
