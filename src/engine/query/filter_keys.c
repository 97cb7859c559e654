/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/filter_keys.h"

#include "base/buf.h"

#include <assert.h>
#include <strings.h>

#define ROW(zh, en, type)                                                                          \
    {                                                                                              \
        {STR_INIT(zh), STR_INIT(en)}, type, {                                                      \
            STR_INIT(zh), STR_INIT(en)                                                             \
        }                                                                                          \
    }

const struct filter_key_row filter_key_rows[FILTER_KEY_COUNT] = {
    [FILTER_PROCEDURE] = ROW("事项", "procedure", TYPE_CODE),
    [FILTER_STATE] = ROW("状态", "state", TYPE_CODE),
    [FILTER_LATE] = ROW("超期", "late", TYPE_FLAG),
    [FILTER_SHOULD_CLOSE] = ROW("应结案", "should-close", TYPE_FLAG),
    [FILTER_PLACE] = ROW("地点", "place", TYPE_PLACE),
    [FILTER_CLASS] = ROW("类别", "class", TYPE_CLASS),
    [FILTER_UNIT] = ROW("部门", "unit", TYPE_UNIT),
    [FILTER_CHANNEL] = ROW("来源", "channel", TYPE_CODE),
    [FILTER_OPENED] = ROW("上报", "opened", TYPE_DATE),
    [FILTER_CLOSED] = ROW("结案", "closed", TYPE_DATE),
    [FILTER_DUE] = ROW("到期", "due", TYPE_DATE),
    [FILTER_NUMBER] = ROW("编号", "number", TYPE_NUMBER),
    [FILTER_EXTERNAL] = ROW("外部编号", "external", TYPE_NUMBER),
    [FILTER_RATING] = ROW("评分", "rating", TYPE_GRADE),
    [FILTER_SOLVED] = ROW("解决", "solved", TYPE_FLAG),
    [FILTER_CONTACTED] = ROW("联系", "contacted", TYPE_FLAG),
    [FILTER_RETURNED] = ROW("退回", "returned", TYPE_FLAG),
    [FILTER_REDO] = ROW("返工", "redo", TYPE_FLAG),
    [FILTER_LEADER] = ROW("待领导", "leader", TYPE_FLAG),
    [FILTER_NIGHT] = ROW("夜间", "night", TYPE_FLAG),
    [FILTER_CELL] = ROW("方格", "cell", TYPE_CELL),
    [FILTER_WORDS] = {{STR_INIT(""), STR_INIT("")}, TYPE_WORD, {STR_INIT("词"), STR_INIT("word")}},
};

#define BIT(key) (1u << (key))
#define KEYS_FLAG                                                                                  \
    (BIT(FILTER_LATE) | BIT(FILTER_SHOULD_CLOSE) | BIT(FILTER_RETURNED) | BIT(FILTER_REDO) |       \
     BIT(FILTER_LEADER) | BIT(FILTER_NIGHT) | BIT(FILTER_SOLVED) | BIT(FILTER_CONTACTED))
#define KEYS_SOME (BIT(FILTER_EXTERNAL) | BIT(FILTER_RATING))
#define KEYS_NONE                                                                                  \
    (BIT(FILTER_PLACE) | BIT(FILTER_CLASS) | BIT(FILTER_UNIT) | BIT(FILTER_CLOSED) |               \
     BIT(FILTER_DUE) | BIT(FILTER_SOLVED) | KEYS_SOME)

static const struct filter_word_row word_rows[] = {
    {{STR_INIT("是"), STR_INIT("yes")}, STR_INIT("有"), FILTER_IS_YES, KEYS_FLAG | KEYS_SOME},
    {{STR_INIT("否"), STR_INIT("no")}, STR_INIT("未"), FILTER_IS_NO, KEYS_FLAG},
    {{STR_INIT("无"), STR_INIT("none")}, STR_INIT("没有"), FILTER_IS_NONE, KEYS_NONE},
    {{STR_INIT("未结"), STR_INIT("open")}, STR_INIT("未结案"), FILTER_IS_OPEN, BIT(FILTER_STATE)},
    {{STR_INIT("按时"), STR_INIT("in-time")},
     STR_INIT("及时"),
     FILTER_IS_IN_TIME,
     BIT(FILTER_CONTACTED)},
    {{STR_INIT("超时"), STR_INIT("late")}, STR_INIT("超期"), FILTER_IS_LATE, BIT(FILTER_CONTACTED)},
};

/* People look for these; they are personal data (DESIGN.md 8) and lie in the vault or hidden beside
 * the case. */
static const struct str sensitive[] = {
    STR_INIT("name"),   STR_INIT("姓名"),     STR_INIT("telephone"), STR_INIT("电话"),
    STR_INIT("phone"),  STR_INIT("手机"),     STR_INIT("手机号"),    STR_INIT("contact"),
    STR_INIT("联系人"), STR_INIT("联系方式"), STR_INIT("address"),   STR_INIT("住址"),
    STR_INIT("地址"),   STR_INIT("reporter"), STR_INIT("上报人"),    STR_INIT("诉求人"),
    STR_INIT("投诉人"), STR_INIT("id-card"),  STR_INIT("身份证"),    STR_INIT("身份证号"),
};

bool filter_same_word(struct str a, struct str b) {
    return a.n == b.n && a.n > 0 && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool is_name(const struct str name[2], struct str word) {
    return str_eq(name[LANGUAGE_ZH], word) || filter_same_word(name[LANGUAGE_EN], word);
}

enum filter_key filter_key_find(struct str name) {
    for (int i = 0; i < FILTER_WORDS; i++) {
        if (is_name(filter_key_rows[i].name, name)) {
            return (enum filter_key)i;
        }
    }
    return FILTER_KEY_COUNT;
}

bool filter_key_is_sensitive(struct str name) {
    for (size_t i = 0; i < sizeof sensitive / sizeof sensitive[0]; i++) {
        if (filter_same_word(sensitive[i], name)) {
            return true;
        }
    }
    return false;
}

struct str filter_key_name(enum filter_key key, enum language language) {
    assert(key < FILTER_KEY_COUNT);
    return filter_key_rows[key].name[language];
}

struct str filter_key_list(struct arena *a, enum language language) {
    struct buf b = buf_make(a, ERR_TEXT_BYTES);

    for (int i = 0; i < FILTER_WORDS; i++) {
        buf_c(&b, i > 0 ? " " : "");
        buf_put(&b, filter_key_rows[i].name[language]);
    }
    return buf_str(&b);
}

const struct filter_word_row *filter_word_find(enum filter_key key, struct str word) {
    for (size_t i = 0; i < sizeof word_rows / sizeof word_rows[0]; i++) {
        const struct filter_word_row *row = &word_rows[i];

        if ((row->keys & BIT(key)) != 0 &&
            (is_name(row->name, word) || (word.n > 0 && str_eq(row->other, word)))) {
            return row;
        }
    }
    return NULL;
}

struct str filter_word_list(struct arena *a, enum filter_key key, enum language language) {
    struct buf b = buf_make(a, ERR_TEXT_BYTES);

    if (filter_key_rows[key].type == TYPE_GRADE) {
        buf_c(&b, "1 2 3 4 5");
    }
    for (size_t i = 0; i < sizeof word_rows / sizeof word_rows[0]; i++) {
        if ((word_rows[i].keys & BIT(key)) != 0) {
            buf_c(&b, b.n > 0 ? " " : "");
            buf_put(&b, word_rows[i].name[language]);
        }
    }
    return buf_str(&b);
}
