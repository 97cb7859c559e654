/* SPDX-License-Identifier: Apache-2.0 */
/* The ledgers of the releases, tests/golden/ledger-VERSION/, replayed for ever.
 *
 * ledger.txt has an entry a line: office, number, accepted_at, at, actor, name, hash, body, with
 * tabs between them. tables.txt has a derived table a line: name, rows, SHA-256 over their cells,
 * and the columns that counted. A column that came later is not among them, so an old ledger stays
 * as it is when the schema grows. Tallies count the cases beside them; a version that counts them
 * in other cubes (docs/decisions/097) gives their line anew, and no other.
 *
 * A new event type, or a release, gets its own folder: build/release/tests/test_ledgers --make
 * tests/golden/ledger-VERSION
 */
#include "check.h"

#include "ledger_story.h"

#include "base/file.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/pack.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEDGERS "tests/golden"

enum {
    FILE_MOST = 8 << 20,
    FOLDERS_MOST = 64,
    OFFICES_MOST = 4,
    COLUMNS_MOST = 80,
    STORY_SEED = 31
};

/* Monday 2026-03-02, 09:00 in China. */
#define STORY_BEGINS 1772413200000000LL

/* ---- tables as text */

static void put_cell(struct buf *b, struct stmt *q, int column) {
    switch (stmt_kind(q, column)) {
    case 'i':
        buf_int(b, stmt_int(q, column));
        break;
    case 't':
        buf_put(b, stmt_view(q, column));
        break;
    default:
        buf_c(b, "\x01");
        break;
    }
    buf_byte(b, '\x1f');
}

/* Rows in the order of their columns; gives their number and the hash of all cells. */
static int64_t digest_table(struct arena *a, struct store *s, struct str name, struct str columns,
                            struct hash *hash) {
    struct buf sql = buf_make(a, 4096);
    struct buf cells = buf_make(a, FILE_MOST);
    struct stmt *q;
    struct err err;
    int64_t rows = 0;

    buf_format(&sql, "SELECT %.*s FROM %.*s ORDER BY %.*s", STR_ARG(columns), STR_ARG(name),
               STR_ARG(columns));
    q = store_text(s, buf_str(&sql));
    while (stmt_next(q)) {
        for (int column = 0; column < stmt_columns(q); column++) {
            put_cell(&cells, q, column);
        }
        buf_byte(&cells, '\n');
        rows++;
    }
    assert_true(stmt_end(q, &err));
    *hash = hash_sha256(buf_str(&cells));
    return rows;
}

static struct str columns_of(struct arena *a, struct store *s, const char *table) {
    struct buf b = buf_make(a, 4096);
    struct stmt *q = store_text(
        s, arena_format(a, "SELECT name FROM pragma_table_info('%s') ORDER BY cid", table));
    struct err err;

    while (stmt_next(q)) {
        buf_c(&b, b.n > 0 ? "," : "");
        buf_put(&b, stmt_view(q, 0));
    }
    assert_true(stmt_end(q, &err));
    return buf_str(&b);
}

static struct str all_tables(struct arena *a, struct store *s) {
    struct buf b = buf_make(a, FILE_MOST);

    for (const char *const *name = store_derived_tables; *name != NULL; name++) {
        struct str columns = columns_of(a, s, *name);
        struct hash hash;
        int64_t rows = digest_table(a, s, str_of(*name), columns, &hash);

        buf_format(&b, "%s\t%" PRId64 "\t", *name, rows);
        buf_put(&b, hex_write(a, hash_bytes(&hash)));
        buf_byte(&b, '\t');
        buf_put(&b, columns);
        buf_byte(&b, '\n');
    }
    return buf_str(&b);
}

/* ---- the ledger as text */

static struct str all_entries(struct arena *a, struct store *s) {
    struct buf b = buf_make(a, FILE_MOST);
    struct stmt *q = store_text(
        s, STR("SELECT office, number, accepted_at, at, actor, name, hash, body FROM ledger "
               "ORDER BY office, number"));
    struct event *e = arena_new(a, struct event);
    struct str body;
    struct err err;

    while (stmt_next(q)) {
        assert_true(pack_read_exact(a, stmt_text(q, 7, a), e, &body));
        for (int column = 0; column < 5; column++) {
            buf_int(&b, stmt_int(q, column));
            buf_byte(&b, '\t');
        }
        buf_put(&b, stmt_view(q, 5));
        buf_byte(&b, '\t');
        buf_put(&b, hex_write(a, stmt_view(q, 6)));
        buf_byte(&b, '\t');
        buf_put(&b, body);
        buf_byte(&b, '\n');
    }
    assert_true(stmt_end(q, &err));
    return buf_str(&b);
}

static int64_t cut_int(struct str *line) {
    int64_t value = 0;

    assert_true(str_to_int(str_cut(line, '\t'), &value));
    return value;
}

struct replay {
    struct arena *a;
    struct store *store;
    const char *folder;
    struct ledger_head heads[OFFICES_MOST];
    size_t entries;
    bool ok;
};

static void differ(struct replay *r, const char *what, int64_t office, int64_t number) {
    print_error("%s: office %" PRId64 " entry %" PRId64 ": %s\n", r->folder, office, number, what);
    r->ok = false;
}

static void replay_entry(struct replay *r, struct str line) {
    struct event *e = arena_new(r->a, struct event);
    int64_t office = cut_int(&line);
    int64_t number = cut_int(&line);
    int64_t accepted_at = cut_int(&line);
    int64_t at = cut_int(&line);
    int64_t actor = cut_int(&line);
    struct str name = str_cut(&line, '\t');
    struct str hash = str_cut(&line, '\t');
    struct err err;

    assert_in_range(office, 0, OFFICES_MOST - 1);
    if (!event_read(r->a, line, e)) {
        differ(r, "its body cannot be read", office, number);
        return;
    }
    e->arena = r->a;
    e->office = office;
    e->accepted_at = accepted_at;
    e->at = at;
    e->actor = actor;
    e->name = name;
    if (!str_eq(event_write(e), line)) {
        differ(r, "its body is written otherwise than it was", office, number);
    }
    assert_true(
        ledger_append(r->store, &r->heads[office], e, (struct str){0}, (struct str){0}, &err));
    if (e->number != number || !str_eq(hex_write(r->a, hash_bytes(&r->heads[office].hash)), hash)) {
        differ(r, "its number or its place in the chain has changed", office, number);
    }
    if (!door_apply(town_events, r->store, r->a, e, &err)) {
        differ(r, err.detail, office, number);
    }
    r->entries++;
}

static struct str read_golden(struct arena *a, const char *folder, const char *name) {
    struct str path = path_join(a, path_join(a, STR(LEDGERS), str_of(folder)), str_of(name));
    struct str text = {0};
    struct err err;

    if (!file_read(a, path.p, FILE_MOST, &text, &err)) {
        print_error("%s cannot be read\n", path.p);
    }
    assert_true(text.n > 0);
    return text;
}

static void compare_tables(struct replay *r) {
    struct str rest = read_golden(r->a, r->folder, "tables.txt");

    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str name = str_cut(&line, '\t');
        int64_t rows = cut_int(&line);
        struct str wanted = str_cut(&line, '\t');
        struct hash hash;
        int64_t found = digest_table(r->a, r->store, name, line, &hash);

        if (found != rows || !str_eq(hex_write(r->a, hash_bytes(&hash)), wanted)) {
            print_error("%s: the table %.*s is another one than it was (%" PRId64
                        " rows %.*s, they were %" PRId64 ")\n",
                        r->folder, STR_ARG(name), found,
                        STR_ARG(hex_write(r->a, hash_bytes(&hash))), rows);
            r->ok = false;
        }
    }
}

static void replay_ledger(struct arena *a, const char *folder) {
    struct err err;
    struct replay r = {
        .a = a, .store = store_open("", STORE_SCRATCH, &err), .folder = folder, .ok = true};
    struct str rest = read_golden(a, folder, "ledger.txt");

    assert_non_null(r.store);
    assert_true(store_begin(r.store, &err));
    while (rest.n > 0 && r.ok) {
        replay_entry(&r, str_cut(&rest, '\n'));
    }
    assert_true(store_commit(r.store, &err));
    if (r.ok) {
        compare_tables(&r);
    }
    store_close(r.store);
    assert_true(r.ok);
    assert_true(r.entries >= 60);
}

/* ---- the tests */

static size_t list_ledgers(struct arena *a, const char **folders) {
    DIR *d = opendir(LEDGERS);
    size_t n = 0;

    assert_non_null(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strncmp(e->d_name, "ledger-", 7) == 0 && n < FOLDERS_MOST) {
            folders[n++] = arena_c(a, str_of(e->d_name));
        }
    }
    closedir(d);
    assert_true(n > 0);
    return n;
}

static void test_every_ledger_of_a_release_is_replayed(void **state) {
    struct arena *a = arena_open();
    const char *folders[FOLDERS_MOST];
    size_t n = list_ledgers(a, folders);

    (void)state;
    for (size_t k = 0; k < n; k++) {
        replay_ledger(a, folders[k]);
    }
    arena_close(a);
}

static void test_every_event_stands_in_one_of_them(void **state) {
    struct arena *a = arena_open();
    const char *folders[FOLDERS_MOST];
    size_t n = list_ledgers(a, folders);
    size_t missing = 0;

    (void)state;
    for (const struct event_row *row = town_events; row->name != NULL; row++) {
        struct str wanted = arena_format(a, "\t%s\t", row->name);
        bool found = false;

        for (size_t k = 0; k < n && !found; k++) {
            found = str_find(read_golden(a, folders[k], "ledger.txt"), wanted) >= 0;
        }
        if (!found) {
            print_error("no golden ledger has %s: let it happen in ledger_story.c and make the "
                        "ledger of the next release\n",
                        row->name);
        }
        missing += !found;
    }
    arena_close(a);
    assert_int_equal(missing, 0);
}

/* A body that somebody edited, and one whose event has another meaning now, must be seen. */
static void test_an_edited_entry_breaks_the_chain(void **state) {
    struct arena *a = arena_open();
    const char *folders[FOLDERS_MOST];
    struct hash before = {0};
    struct event *e = arena_new(a, struct event);
    struct hash as_it_is;
    struct hash edited;
    struct str stored;
    struct str line;

    (void)state;
    list_ledgers(a, folders);
    line = read_golden(a, folders[0], "ledger.txt");
    line = str_cut(&line, '\n');
    e->office = cut_int(&line);
    e->number = cut_int(&line);
    e->accepted_at = cut_int(&line);
    e->at = cut_int(&line);
    e->actor = cut_int(&line);
    e->name = str_cut(&line, '\t');
    stored = str_cut(&line, '\t');
    as_it_is = ledger_entry_hash(&before, e, line);
    assert_true(str_eq(stored, hex_write(a, hash_bytes(&as_it_is))));
    e->at++;
    edited = ledger_entry_hash(&before, e, line);
    assert_false(hash_eq(&as_it_is, &edited));
    arena_close(a);
}

/* ---- making one */

static bool save(struct arena *a, const char *folder, const char *name, struct str text,
                 struct err *err) {
    return file_write(a, path_join(a, str_of(folder), str_of(name)).p, text, 0644, err);
}

static int make_ledger(const char *folder) {
    struct arena *a = arena_open();
    struct source source = source_fixed(STORY_BEGINS, STORY_SEED);
    struct err err = {0};
    char data[] = "/tmp/linli-ledger-XXXXXX";
    struct installation *i =
        mkdtemp(data) == NULL ? NULL : ledger_story_live(a, data, "catalogue", &source, &err);
    struct store *s = i == NULL ? NULL : door_store(installation_door(i));
    bool ok = s != NULL && folder_make(folder, &err) &&
              save(a, folder, "ledger.txt", all_entries(a, s), &err) &&
              save(a, folder, "tables.txt", all_tables(a, s), &err);

    if (!ok) {
        struct str sentence = err_sentence(a, &err, LANGUAGE_EN);

        fprintf(stderr, "%.*s (%s:%d) %s\n", STR_ARG(sentence), err.file, err.line, err.detail);
    }
    printf("the data it was made of: %s\n", data);
    installation_close(i);
    arena_close(a);
    return ok ? 0 : 1;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_ledger_of_a_release_is_replayed),
        cmocka_unit_test(test_every_event_stands_in_one_of_them),
        cmocka_unit_test(test_an_edited_entry_breaks_the_chain),
    };

    if (argc == 3 && strcmp(argv[1], "--make") == 0) {
        return make_ledger(argv[2]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
