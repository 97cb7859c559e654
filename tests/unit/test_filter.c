/* SPDX-License-Identifier: Apache-2.0 */
/* The filter language: what people write, what it is taken for, what it becomes in SQL, and every
 * mistake. */
#include "golden_text.h"
#include "query_world.h"

#include "base/buf.h"
#include "engine/query/compile.h"
#include "engine/query/search.h"

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

static bool parse(struct str text, struct filter *out, struct err *err) {
    *err = (struct err){0};
    return filter_parse(a, text, &world_names, world_clock, out, err);
}

static const char *const written[] = {
    "",
    "state:open late:yes place:C11 opened:2026-10",
    "状态：未结 超期：是 地点：C11 上报：2026年10月",
    "late:YES STATE:Open",
    "place:鞍山四村",
    "place:SP",
    "place:none",
    "place:\"公交 新村\",清波,G22",
    "class:W06-042,路灯异常,W09*",
    "class:街面秩序",
    "class:none unit:none",
    "unit:环卫、执法队",
    "-unit:环卫 -channel:巡查",
    "channel:12345热线,web",
    "procedure:居民诉求",
    "state:closed,不予受理",
    "state:open,closed",
    "opened:today",
    "opened:昨天",
    "opened:本周",
    "opened:last-night",
    "上报:昨夜",
    "opened:last-week",
    "opened:本月",
    "opened:last-month",
    "opened:2026",
    "opened:去年",
    "opened:2026-10-01",
    "opened:2026-10-01..2026-10-31",
    "opened:2026-09..2026-10",
    "opened:2026-10-01至2026-10-15",
    "opened:..2026-10",
    "opened:2026-10-20..",
    "opened:近7天",
    "opened:last-30-days",
    "opened:2026年10月..今天",
    "opened:2026-02,2026-04",
    "opened:2028-02-29",
    "closed:2026-10",
    "closed:none",
    "-closed:2026-10",
    "due:today",
    "due:..now",
    "due:now..明天",
    "due:next-3-days",
    "due:2026-11-22T09:15:00+08:00..2026-11-23",
    "due:无",
    "number:SP20261122* external:12345-0007",
    "external:yes",
    "外部编号:无",
    "rating:1,2",
    "rating:yes",
    "评分:无",
    "solved:no",
    "solved:yes,no",
    "联系:否",
    "contacted:yes,in-time,late",
    "returned:yes redo:否",
    "leader:yes night:yes",
    "应结案:是",
    "late:yes,no",
    "路灯 清波 -施工",
    "路灯,灯杆",
    "“没有电 了” \"a:b\" \"-x路灯\"",
    "state:open state:open late:yes late:yes",
    "late:yes,yes,yes",
};

/* Text in, text out; what was written out is read back to the same. */
static void filters_mean_what_they_say(void **state) {
    struct buf b = buf_make(a, 1 << 20);

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(written); i++) {
        struct filter filter;
        struct filter again;
        struct err err;
        struct str said;
        struct sql s = sql_make(a);

        if (!parse(str_of(written[i]), &filter, &err)) {
            print_error("%s: %.*s\n", written[i], STR_ARG(err_sentence(a, &err, LANGUAGE_EN)));
            assert_true(false);
        }
        said = filter_write(a, &filter, FILTER_AS_SAID);
        assert_true(parse(said, &again, &err));
        assert_str(filter_write(a, &again, FILTER_AS_SAID), arena_c(a, said));
        assert_true(parse(filter_write(a, &filter, FILTER_FIXED), &again, &err));
        assert_str(filter_write(a, &again, FILTER_FIXED),
                   arena_c(a, filter_write(a, &filter, FILTER_FIXED)));
        compile_terms(&s, &filter, false);
        buf_format(&b, "filter %s\nsaid   %.*s\nfixed  %.*s\nsql    %.*s\n", written[i],
                   STR_ARG(said), STR_ARG(filter_write(a, &filter, FILTER_FIXED)),
                   STR_ARG(buf_str(&s.text)));
        for (size_t v = 0; v < s.count; v++) {
            buf_c(&b, v == 0 ? "values " : " | ");
            if (s.values[v].is_text) {
                buf_put(&b, s.values[v].text);
            } else if (s.values[v].integer > SECOND_US * 1000000) {
                buf_put(&b, time_write(a, s.values[v].integer, CHINA_OFFSET_MINUTES));
            } else {
                buf_int(&b, s.values[v].integer);
            }
        }
        buf_c(&b, s.count > 0 ? "\n\n" : "\n");
    }
    check_golden(a, "tests/golden/filter.txt", buf_str(&b));
}

static void every_mistake_is_named(void **state) {
    static const struct {
        const char *text;
        enum err_code code;
        const char *says; /* the sentence or the hint holds it */
    } rows[] = {
        {"state:", E_FILTER, "state:"},
        {"state:open,", E_FILTER, "state:open,"},
        {"state:,open", E_FILTER, "state:,open"},
        {":open", E_FILTER, ":open"},
        {"-", E_FILTER, "-"},
        {"late:yes - 路灯", E_FILTER, "-"},
        {"place:\"清波", E_FILTER, "place:\"清波"},
        {"\"清波\"x", E_FILTER, "清波"},
        {"24\"屏", E_FILTER, "24"},
        {"number:a'b", E_FILTER, "a'b"},
        {"number:*", E_FILTER, "*"},
        {"colour:red", E_FILTER_KEY, "colour"},
        {"12:30", E_FILTER_KEY, "12"},
        {"颜色：红", E_FILTER_KEY, "地点"},
        {"late:maybe", E_FILTER_VALUE, "yes no"},
        {"rating:6", E_FILTER_VALUE, "1 2 3 4 5"},
        {"rating:10", E_FILTER_VALUE, "1 2 3 4 5"},
        {"contacted:perhaps", E_FILTER_VALUE, "in-time"},
        {"opened:soon", E_FILTER_DATE, "soon"},
        {"opened:2026-13", E_FILTER_DATE, "2026-13"},
        {"opened:2026-02-30", E_FILTER_DATE, "2026-02-30"},
        {"opened:2026-1-", E_FILTER_DATE, "2026-1-"},
        {"opened:now", E_FILTER_DATE, "now"},
        {"opened:..", E_FILTER_DATE, ".."},
        {"opened:2026-10..2026-09", E_FILTER_DATE, "2026-10..2026-09"},
        {"opened:last-0-days", E_FILTER_DATE, "last-0-days"},
        {"opened:last-99999-days", E_FILTER_DATE, "last-99999-days"},
        {"opened:9999", E_FILTER_DATE, "9999"},
        {"closed:1969", E_FILTER_DATE, "1969"},
        {"place:西湖", E_FILTER_NAME, "place"},
        {"unit:无此部门", E_FILTER_NAME, "unit"},
        {"class:W99-999", E_FILTER_NAME, "class"},
        {"class:W'*", E_FILTER_NAME, "class"},
        {"state:asleep", E_FILTER_NAME, "state"},
        {"channel:pigeon", E_FILTER_NAME, "channel"},
        {"路", E_FILTER_WORD, "two"},
        {"！！", E_FILTER_WORD, "two"},
        {"name:张三", E_SENSITIVE, "name"},
        {"电话:13800001234", E_SENSITIVE, "电话"},
        {"-手机号:138*", E_SENSITIVE, "手机号"},
        {"address:363弄", E_SENSITIVE, "address"},
        {"身份证:1", E_SENSITIVE, "身份证"},
    };

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows); i++) {
        struct filter filter;
        struct err err;
        struct str all;

        if (parse(str_of(rows[i].text), &filter, &err) || err.code != rows[i].code) {
            print_error("%s: code %d\n", rows[i].text, err.code);
        }
        assert_int_equal(err.code, rows[i].code);
        all = arena_format(a, "%.*s %.*s %.*s", STR_ARG(err_sentence(a, &err, LANGUAGE_ZH)),
                           STR_ARG(err_sentence(a, &err, LANGUAGE_EN)),
                           STR_ARG(err_hint(a, &err, LANGUAGE_EN)));
        if (str_find(all, str_of(rows[i].says)) < 0 &&
            str_find(err_hint(a, &err, LANGUAGE_ZH), str_of(rows[i].says)) < 0) {
            print_error("%s: \"%.*s\" does not say %s\n", rows[i].text, STR_ARG(all), rows[i].says);
            assert_true(false);
        }
        assert_string_equal(err.field, "filter");
        assert_true(err_hint(a, &err, LANGUAGE_ZH).n > 0);
        assert_true(str_is_text(all));
    }
}

static void sizes_are_bounded(void **state) {
    struct buf long_text = buf_make(a, 10000);
    struct buf terms = buf_make(a, 10000);
    struct buf values = buf_make(a, 10000);
    struct buf word = buf_make(a, 10000);
    struct filter filter;
    struct err err;

    (void)state;
    for (int i = 0; i < 65; i++) {
        buf_c(&word, "路");
        buf_format(&values, "%snumber%d", i == 0 ? "number:" : ",", i);
    }
    for (int i = 0; i < 33; i++) {
        buf_format(&terms, "word%d ", i);
    }
    while (long_text.n <= LIMIT_FILTER_BYTES) {
        buf_c(&long_text, "late:yes ");
    }
    assert_false(parse(buf_str(&long_text), &filter, &err));
    assert_int_equal(err.code, E_FILTER_SIZE);
    assert_false(parse(buf_str(&terms), &filter, &err));
    assert_int_equal(err.code, E_FILTER_SIZE);
    assert_false(parse(buf_str(&values), &filter, &err));
    assert_int_equal(err.code, E_FILTER_SIZE);
    assert_false(parse(buf_str(&word), &filter, &err));
    assert_int_equal(err.code, E_FILTER_SIZE);
    assert_false(parse(STR("late:yes\xFF"), &filter, &err));
    assert_int_equal(err.code, E_TEXT);
    static_assert(LIMIT_FILTER_TERMS == 32 && LIMIT_FILTER_VALUES == 64 &&
                      LIMIT_FILTER_BYTES == 4000 && LIMIT_FILTER_WORD_CHARACTERS == 64,
                  "errors.csv names these figures in E_FILTER_SIZE");
}

/* Bytes thrown at the reader: it answers, bounded, and what it takes it reads again. */
static void hostile_text_is_answered(void **state) {
    static const char *const bits[] = {
        "state",
        ":",
        "：",
        "open",
        ",",
        "，",
        "-",
        "\"",
        "“",
        "”",
        " ",
        "　",
        "late",
        "yes",
        "place",
        "C11",
        "class",
        "W06",
        "*",
        "..",
        "2026",
        "-10",
        "-01",
        "now",
        "今天",
        "opened",
        "'",
        ";",
        "--",
        "/*",
        "DROP",
        "%",
        "_",
        "\\",
        "\x01",
        "\xC2\xA0",
        "路灯",
        "路",
        "\xF0\x9F\x98\x80",
        "NEAR",
        "AND",
        "(",
        ")",
        "^",
        "rating",
        "5",
        "T09:00:00+08:00",
        "last-",
        "-days",
        "number",
        "姓名",
        "\xE2\x80\xAE",
        "。",
        "due",
        "至",
        "none",
        "\t",
        "\n",
    };
    struct source random = source_fixed(0, 20261122);

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct arena_mark mark = arena_mark(a);
        struct buf b = buf_make(a, 2000);
        unsigned char picks[16];
        struct filter filter;
        struct filter again;
        struct err err;

        random.fill(&random, picks, sizeof picks);
        for (size_t i = 0; i < 1u + picks[0] % 15u; i++) {
            buf_c(&b, bits[picks[i + (i < 15)] % WORLD_COUNT(bits)]);
        }
        if (parse(buf_str(&b), &filter, &err)) {
            struct str said = filter_write(a, &filter, FILTER_AS_SAID);
            struct sql s = sql_make(a);

            if (!parse(said, &again, &err) ||
                !str_eq(said, filter_write(a, &again, FILTER_AS_SAID))) {
                print_error("%.*s -> %.*s\n", STR_ARG(buf_str(&b)), STR_ARG(said));
                assert_true(false);
            }
            compile_terms(&s, &filter, false);
            assert_int_equal(str_find(buf_str(&s.text), STR("DROP")), -1);
        } else {
            assert_true(err.code != E_NONE && err.code != E_INTERNAL);
            assert_true(str_is_text(err_sentence(a, &err, LANGUAGE_ZH)));
        }
        arena_rewind(a, mark);
    }
}

static void broken_bytes_are_refused(void **state) {
    struct source random = source_fixed(0, 7);

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct arena_mark mark = arena_mark(a);
        char bytes[64];
        struct filter filter;
        struct err err;
        struct str text = {bytes, 0};

        random.fill(&random, bytes, sizeof bytes);
        text.n = (unsigned char)bytes[0] % sizeof bytes;
        (void)parse(text, &filter, &err);
        arena_rewind(a, mark);
    }
}

static void two_filters_join_into_one(void **state) {
    struct filter one;
    struct filter two;
    struct filter both;
    struct err err;

    (void)state;
    assert_true(parse(STR("late:yes place:C11"), &one, &err) &&
                parse(STR("state:open late:yes"), &two, &err));
    assert_true(filter_and(a, &one, &two, &both, &err));
    assert_str(filter_write(a, &both, FILTER_AS_SAID), "state:open late:yes place:C11");
}

static void openness_is_known(void **state) {
    static const struct {
        const char *text;
        enum filter_openness openness;
    } rows[] = {
        {"", FILTER_ANY},
        {"state:open", FILTER_OPEN_ONLY},
        {"state:handling,to_dispatch", FILTER_OPEN_ONLY},
        {"state:handling,closed", FILTER_ANY},
        {"-state:open", FILTER_ANY},
        {"state:closed,declined", FILTER_ENDED_ONLY},
        {"state:merged", FILTER_ENDED_ONLY},
        {"state:closed state:open", FILTER_OPEN_ONLY},
    };

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows); i++) {
        struct filter filter;
        struct err err;

        assert_true(parse(str_of(rows[i].text), &filter, &err));
        assert_int_equal(filter_openness(&filter), rows[i].openness);
    }
}

/* Where a list in the order of the report may begin, and end: in China's time. */
static void times_say_when_it_was_reported(void **state) {
    const int64_t january = INT64_C(1767196800000000); /* 2026-01-01T00:00:00+08:00 */
    const int64_t february = INT64_C(1769875200000000);
    const int64_t march = INT64_C(1772294400000000);
    const int64_t april = INT64_C(1774972800000000);
    const struct {
        const char *text;
        int64_t from;
        int64_t before;
    } rows[] = {
        {"", 0, INT64_MAX},
        {"state:closed", 0, INT64_MAX},
        {"closed:2026-03", 0, april},
        {"closed:2026-01,2026-03", 0, april},
        {"closed:2026-03 closed:2026-01", 0, february},
        {"-closed:2026-03", 0, INT64_MAX},
        {"opened:2026-03", march, april},
        {"opened:2026-01,2026-03", january, april},
        {"opened:2026-03 opened:2026-01..2026-03", march, april},
        {"opened:2026-03 closed:2026-02", march, march},
        {"opened:..2026-03", 0, april},
        {"opened:2026-03..", march, INT64_MAX},
        {"opened:2026-01,2026-03..", january, INT64_MAX},
        {"-opened:2026-03", 0, INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows); i++) {
        struct filter filter;
        struct err err;

        assert_true(parse(str_of(rows[i].text), &filter, &err));
        assert_int_equal(filter_reported_from(&filter), rows[i].from);
        assert_int_equal(filter_reported_before(&filter), rows[i].before);
    }
}

static void words_are_found_in_texts(void **state) {
    static const struct {
        const char *text;
        const char *word;
        bool found;
    } rows[] = {
        {"清波门社区党委书记程冬莲", "清波", true},
        {"清波门社区党委书记程冬莲", "清波门", true},
        {"清波门社区党委书记程冬莲", "程冬莲", true},
        {"清波门社区党委书记程冬莲", "冬莲", true},
        {"清波门社区党委书记程冬莲", "波社", false},
        {"小区东门路灯三天不亮", "路灯", true},
        {"马路，灯不亮", "路灯", false},
        {"路灯坏、清波门暗", "清波", true},
        {"住3号楼的老人", "3号楼", true},
        {"住13号楼的老人", "3号楼", false},
        {"13号楼和3单元", "3号楼", false},
        {"住３号楼的老人", "3号楼", true},
        {"住3号楼的老人", "３号楼", true},
        {"Tongji University 门口", "tongji", true},
        {"Tongji University 门口", "tong", false},
        {"Tongji University 门口", "\"Tongji University\"", true},
        {"抚顺路363弄", "363弄", true},
        {"抚顺路363弄", "抚顺路363弄", true},
        {"抚顺路1363弄", "363弄", false},
        {"电话12345", "12345", true},
        {"A座电梯", "A座", true},
        {"B座电梯", "A座", false},
        {"路灯！！", "路灯！", true},
        {"ごみ置場があふれる", "ごみ", true},
        {"", "路灯", false},
    };

    (void)state;
    for (size_t i = 0; i < WORLD_COUNT(rows); i++) {
        if (search_has_word(a, str_of(rows[i].text), str_of(rows[i].word)) != rows[i].found) {
            print_error("%s in %s\n", rows[i].word, rows[i].text);
            assert_true(false);
        }
    }
    assert_str(search_document(a, STR("路灯不亮，3号楼 ＷiFi坏"), 11),
               "路灯 灯不 不亮 3 号楼 wifi p:11");
    assert_str(search_match(a, STR("3号楼前")), "\"3\" AND \"号楼\" AND \"楼前\"");
    assert_false(search_is_findable(a, STR("路")));
    assert_false(search_is_findable(a, STR("，。！")));
    assert_true(search_is_findable(a, STR("3")));
}

static void a_long_text_is_indexed_whole(void **state) {
    struct buf b = buf_make(a, 100000);
    struct str grams;

    (void)state;
    for (int i = 0; i < LIMIT_TEXT_CHARACTERS - 3; i++) {
        buf_c(&b, i % 2 == 0 ? "路" : "口");
    }
    buf_c(&b, "程冬莲");
    grams = search_document(a, buf_str(&b), 1);
    assert_true(str_find(grams, STR("程冬 冬莲 p:1")) > 0);
    assert_true(search_has_word(a, buf_str(&b), STR("程冬莲")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_mean_what_they_say),
        cmocka_unit_test(every_mistake_is_named),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(hostile_text_is_answered),
        cmocka_unit_test(broken_bytes_are_refused),
        cmocka_unit_test(two_filters_join_into_one),
        cmocka_unit_test(openness_is_known),
        cmocka_unit_test(times_say_when_it_was_reported),
        cmocka_unit_test(words_are_found_in_texts),
        cmocka_unit_test(a_long_text_is_indexed_whole),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
