/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/conf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mask.h"
#include "base/reason.h"
#include "base/source.h"
#include "base/time_text.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena *a;

static int open_arena(void **state) {
    (void)state;
    a = arena_open();
    return 0;
}

static int close_arena(void **state) {
    (void)state;
    arena_close(a);
    return 0;
}

static void text_is_checked_at_the_door(void **state) {
    static const struct {
        struct str bytes;
        bool is_text;
    } rows[] = {
        {STR_INIT("四平路"), true},        {STR_INIT(""), true},
        {STR_INIT("a\0b"), false},         {STR_INIT("\xC0\x80"), false},
        {STR_INIT("\xED\xA0\x80"), false}, {STR_INIT("\xF4\x90\x80\x80"), false},
        {STR_INIT("\xE4\xB8"), false},     {STR_INIT("\xF0\x9F\x98\x80"), true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(str_is_text(rows[i].bytes), rows[i].is_text);
    }
    assert_int_equal(str_characters(STR("路灯a")), 3);
    assert_true(str_is(str_first_characters(STR("路灯不亮"), 2), "路灯"));
}

static void an_arena_rewinds_and_runs_its_closers_last_first(void **state) {
    struct arena_mark mark = arena_mark(a);

    (void)state;
    for (int i = 0; i < 100; i++) {
        arena_bytes(a, 10000);
    }
    arena_rewind(a, mark);
    assert_true(arena_used(a) < 10000);
}

static void settings_are_lines_of_key_and_value(void **state) {
    static const struct {
        const char *text;
        const char *bad_line; /* NULL = it is read */
    } rows[] = {
        {"root_mail = a@b.example\n# a word\n\n  database=/srv/x y \n", NULL},
        {"root_mail = a\ncolour = red\n", "2"},
        {"smtp = a\n\nsmtp = b\n", "3"},
        {"root_mail\n", "1"},
    };
    char folder[] = "/tmp/linli-conf-XXXXXX";
    struct str path;
    struct conf c;
    struct err err;

    (void)state;
    assert_non_null(mkdtemp(folder));
    path = path_join(a, str_of(folder), STR("linli.conf"));
    assert_true(conf_load(a, folder, &c, &err));
    assert_int_equal(c.count, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(file_write(a, path.p, str_of(rows[i].text), 0600, &err));
        assert_int_equal(conf_load(a, folder, &c, &err), rows[i].bad_line == NULL);
        if (rows[i].bad_line != NULL) {
            assert_int_equal(err.code, E_CONF);
            assert_string_equal(err.args[0], rows[i].bad_line);
        } else {
            assert_true(str_is(conf_get(&c, "database"), "/srv/x y"));
            assert_int_equal(conf_get(&c, "smtp").n, 0);
        }
    }
    unlink(path.p);
    rmdir(folder);
}

static void json_refuses_what_is_not_json(void **state) {
    static const char *const bad[] = {
        "",        "{",           "{\"a\":1,\"a\":2}",
        "[1,]",    "{'a':1}",     "\"\\ud800\"",
        "[1e999]", "\"\\u0000\"", "NaN",
        "01",      "{} x",        "[9223372036854775808]",
    };
    struct err err;
    const struct json *out;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(json_read(a, str_of(bad[i]), &out, &err));
        assert_int_equal(err.code, E_JSON);
    }
    assert_false(json_read(a, STR("\"\xFF\""), &out, &err));
    assert_int_equal(err.code, E_TEXT);
    assert_true(json_read(a, STR("{\"text\":\"路灯\",\"n\":[1,2.5,true,null]}"), &out, &err));
    assert_true(str_is(json_text_of(out, "text"), "路灯"));
    assert_int_equal(json_member(out, "n")->count, 4);
}

static void json_writes_what_it_reads(void **state) {
    struct buf b = buf_make(a, 1000);
    struct json_out o = json_out(&b);
    const struct json *back;
    struct err err;

    (void)state;
    json_open(&o, NULL, '{');
    json_str(&o, "quote", STR("a\"\\\n\t路"));
    json_open(&o, "list", '[');
    json_int(&o, NULL, -5);
    json_fixed(&o, NULL, -312345678, 7);
    json_close(&o, ']');
    json_bool(&o, "yes", true);
    json_close(&o, '}');
    assert_true(json_read(a, buf_str(&b), &back, &err));
    assert_true(str_is(json_text_of(back, "quote"), "a\"\\\n\t路"));
    assert_true(str_find(buf_str(&b), STR("[-5,-31.2345678]")) > 0);
}

static void a_full_buffer_stays_full_and_keeps_what_it_had(void **state) {
    struct buf b = buf_make(a, 4);

    (void)state;
    buf_c(&b, "abc");
    buf_c(&b, "de");
    buf_c(&b, "f");
    assert_true(b.is_full);
    assert_true(str_is(buf_str(&b), "abc"));
}

static void numbers_are_written_whole(void **state) {
    static const struct {
        int64_t value;
        int decimals;
        const char *plain;
        const char *fixed;
    } rows[] = {
        {0, 2, "0", "0.00"},
        {7, 0, "7", "7"},
        {-5, 1, "-5", "-0.5"},
        {100, 2, "100", "1.00"},
        {INT64_MAX, 7, "9223372036854775807", "922337203685.4775807"},
        {INT64_MIN, 3, "-9223372036854775808", "-9223372036854775.808"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf plain = buf_make(a, 100);
        struct buf fixed = buf_make(a, 100);
        struct json_out o = json_out(&fixed);

        buf_int(&plain, rows[i].value);
        json_fixed(&o, NULL, rows[i].value, rows[i].decimals);
        assert_true(str_is(buf_str(&plain), rows[i].plain));
        assert_true(str_is(buf_str(&fixed), rows[i].fixed));
    }
}

/* Each length once, so that the end of the room falls on every place of what is put. */
static void what_is_formatted_may_be_longer_than_the_room(void **state) {
    (void)state;
    for (int before = 0; before < 300; before++) {
        struct buf b = buf_make(a, 1000);
        struct str text;

        for (int i = 0; i < before; i++) {
            buf_byte(&b, '.');
        }
        buf_format(&b, "%d %s", before, "路灯不亮");
        text = arena_format(a, "%*s%d %s", before, "", before, "路灯不亮");
        assert_int_equal(buf_str(&b).n, text.n);
        assert_true(str_eq(str_slice(buf_str(&b), (size_t)before, text.n),
                           str_slice(text, (size_t)before, text.n)));
        assert_int_equal(text.p[text.n], 0);
    }
}

static void an_address_is_shown_without_its_password(void **state) {
    static const struct {
        const char *line;
        const char *shown;
    } rows[] = {
        {"postgresql://linli:secret@db/x", "postgresql://linli@db/x"},
        {"postgresql://linli:s@cr:t@db:5432/x", "postgresql://linli@db:5432/x"},
        {"postgresql://linli@db:5432/x", "postgresql://linli@db:5432/x"},
        {"postgresql://[::1]:5432/x", "postgresql://[::1]:5432/x"},
        {"postgresql://db/x?user=a&password=secret&sslmode=require",
         "postgresql://db/x?user=a&password=&sslmode=require"},
        {"password=secret", "password="},
        {"data base = postgresql://linli:secret@db/x", "data base = postgresql://linli@db/x"},
        {"linli:secret@db", "linli@db"},
        {"a line of words", "a line of words"},
        {"@", "@"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str shown = mask_password(a, str_of(rows[i].line));

        assert_true(str_is(shown, rows[i].shown));
    }
}

static void times_are_written_in_any_zone(void **state) {
    static const struct {
        struct civil at;
        int offset_minutes;
        const char *time;
        const char *date;
    } rows[] = {
        {{1970, 1, 1, 8, 0, 1}, 480, "1970-01-01T08:00:01+08:00", "1970-01-01"},
        {{9999, 12, 31, 23, 59, 59}, 0, "9999-12-31T23:59:59+00:00", "9999-12-31"},
        {{2026, 11, 22, 9, 5, 3}, -210, "2026-11-22T09:05:03-03:30", "2026-11-22"},
        {{12026, 11, 22, 9, 5, 3}, 480, "12026-11-22T09:05:03+08:00", "12026-11-22"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t us = us_from_civil(rows[i].at, rows[i].offset_minutes);

        assert_true(str_is(time_write(a, us, rows[i].offset_minutes), rows[i].time));
        assert_true(str_is(date_write(a, us, rows[i].offset_minutes), rows[i].date));
    }
    assert_int_equal(time_write(a, 0, 480).n, 0);
}

static void cells_are_escaped_for_where_they_go(void **state) {
    struct buf b = buf_make(a, 1000);

    (void)state;
    csv_cell(&b, STR("=1+1"));
    buf_byte(&b, ',');
    csv_cell(&b, STR("a\"b,c"));
    assert_true(str_is(buf_str(&b), "\"'=1+1\",\"a\"\"b,c\""));
    b = buf_make(a, 1000);
    xml_text(&b, STR("<a & \"b\"\x01\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD>"));
    assert_true(str_is(buf_str(&b), "&lt;a &amp; &quot;b&quot;\xEF\xBF\xBD&gt;"));
}

static void times_are_read_and_written(void **state) {
    static const struct {
        const char *text;
        const char *canonical; /* NULL: refused */
    } rows[] = {
        {"2026-11-22T09:15:00+08:00", "2026-11-22T09:15:00+08:00"},
        {"2026-11-22T01:15:00Z", "2026-11-22T09:15:00+08:00"},
        {"2026-11-22T09:15:00 08:00", "2026-11-22T09:15:00+08:00"},
        {"2026/1/2 9:05", "2026-01-02T09:05:00+08:00"},
        {"2024-02-29", "2024-02-29T00:00:00+08:00"},
        {"2026-02-29", NULL},
        {"2026-11-22T25:00:00Z", NULL},
        {"yesterday", NULL},
        {"2026-11-22T09:15:00+08:00x", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t us;
        bool ok = time_read(str_of(rows[i].text), CHINA_OFFSET_MINUTES, &us);

        assert_int_equal(ok, rows[i].canonical != NULL);
        if (ok) {
            assert_true(str_is(time_write(a, us, CHINA_OFFSET_MINUTES), rows[i].canonical));
        }
    }
}

static void hashes_follow_the_published_vectors(void **state) {
    struct hash h = hash_sha256(STR("abc"));
    struct hash mac = hash_hmac(STR("Jefe"), STR("what do ya want for nothing?"));

    (void)state;
    assert_true(str_is(hex_write(a, hash_bytes(&h)),
                       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert_true(str_is(hex_write(a, hash_bytes(&mac)),
                       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

static void a_sealed_value_opens_only_with_its_key_and_place(void **state) {
    struct str key = STR("0123456789abcdef0123456789abcdef");
    struct str nonce = STR("123456789012");
    struct str sealed = gcm_seal(a, key, nonce, STR("case 1"), STR("13800001234"));
    struct str plain;

    (void)state;
    assert_true(gcm_open(a, key, nonce, STR("case 1"), sealed, &plain));
    assert_true(str_is(plain, "13800001234"));
    assert_false(gcm_open(a, key, nonce, STR("case 2"), sealed, &plain));
}

static void a_reason_is_told_in_the_readers_language(void **state) {
    static const int numbers[] = {EACCES, ENOENT, EROFS, EIO, EMFILE, ETIMEDOUT};
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct str zh;
        struct str en;

        assert_false(file_refuse(&err, "", STR("/a"), numbers[i]));
        assert_int_equal(err.code, E_FILE);
        zh = err_sentence(a, &err, LANGUAGE_ZH);
        en = err_sentence(a, &err, LANGUAGE_EN);
        for (const char *c = en.p; c < en.p + en.n; c++) {
            assert_true((unsigned char)*c < 0x80);
        }
        assert_true(str_starts(zh, STR("文件 /a 不能读写：")));
        for (const char *c = zh.p + STR("文件 /a").n; c < zh.p + zh.n; c++) {
            assert_true((unsigned char)*c >= 0x80 || *c == ' ');
        }
    }
    assert_false(file_refuse(&err, "", STR("/a"), ENOSPC));
    assert_int_equal(err.code, E_FULL_DISK);
    assert_true(str_is(reason_text(STR("what nobody knows"), LANGUAGE_ZH), "what nobody knows"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_checked_at_the_door, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(an_arena_rewinds_and_runs_its_closers_last_first,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(json_refuses_what_is_not_json, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(json_writes_what_it_reads, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_full_buffer_stays_full_and_keeps_what_it_had, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(numbers_are_written_whole, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_is_formatted_may_be_longer_than_the_room, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(an_address_is_shown_without_its_password, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(times_are_written_in_any_zone, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(cells_are_escaped_for_where_they_go, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(settings_are_lines_of_key_and_value, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_reason_is_told_in_the_readers_language, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(times_are_read_and_written, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(hashes_follow_the_published_vectors, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_sealed_value_opens_only_with_its_key_and_place,
                                        open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
