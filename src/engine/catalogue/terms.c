/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/terms.h"

#include "base/buf.h"

#include <assert.h>
#include <strings.h>

#define ROW(code, zh, en)                                                                          \
    {                                                                                              \
        STR_INIT(code), {                                                                          \
            STR_INIT(zh), STR_INIT(en)                                                             \
        }                                                                                          \
    }

static const struct term step_rows[STEP_COUNT] = {
    [STEP_REPORT] = ROW("report", "上报", "report"),
    [STEP_VERIFY] = ROW("verify", "核实", "verify"),
    [STEP_DECLINE] = ROW("decline", "不予受理", "decline"),
    [STEP_FILE] = ROW("file", "立案", "file"),
    [STEP_DISPATCH] = ROW("dispatch", "派遣", "dispatch"),
    [STEP_BOUNCE] = ROW("bounce", "退单", "send back"),
    [STEP_SIGN_FOR] = ROW("sign_for", "签收", "sign for"),
    [STEP_HANDLE] = ROW("handle", "处置", "handle"),
    [STEP_CHECK] = ROW("check", "核查", "check"),
    [STEP_CLOSE] = ROW("close", "结案", "close"),
    [STEP_RATE] = ROW("rate", "评价", "rate"),
    [STEP_FOLLOW_UP] = ROW("follow_up", "回访整改", "follow up"),
    [STEP_NOTE] = ROW("note", "备注", "note"),
    [STEP_FIRST_CONTACT] = ROW("first_contact", "先行联系", "first contact"),
    [STEP_HAND_OVER] = ROW("hand_over", "移交其他街道", "hand over"),
    [STEP_MERGE] = ROW("merge", "并案", "merge"),
    [STEP_UNMERGE] = ROW("unmerge", "撤销并案", "undo the merge"),
    [STEP_TELL_APART] = ROW("tell_apart", "不是同一件", "tell apart"),
};

static const struct term state_rows[STATE_COUNT] = {
    [STATE_REPORTED] = ROW("reported", "待受理", "Reported"),
    [STATE_VERIFYING] = ROW("verifying", "待核实", "To verify"),
    [STATE_VERIFIED] = ROW("verified", "待立案", "To file"),
    [STATE_TO_DISPATCH] = ROW("to_dispatch", "待派遣", "To dispatch"),
    [STATE_TO_SIGN] = ROW("to_sign", "待签收", "To sign for"),
    [STATE_HANDLING] = ROW("handling", "处置中", "Being handled"),
    [STATE_TO_CHECK] = ROW("to_check", "待核查", "To check"),
    [STATE_TO_CLOSE] = ROW("to_close", "待结案", "To close"),
    [STATE_CLOSED] = ROW("closed", "已结案", "Closed"),
    [STATE_FOLLOW_UP] = ROW("follow_up", "回访整改", "Follow-up"),
    [STATE_DECLINED] = ROW("declined", "不予受理", "Declined"),
    [STATE_MERGED] = ROW("merged", "已并案", "Merged"),
};

static const struct term channel_rows[CHANNEL_COUNT] = {
    [CHANNEL_WINDOW] = ROW("window", "窗口", "Counter"),
    [CHANNEL_TELEPHONE] = ROW("telephone", "来电", "Telephone"),
    [CHANNEL_WEB] = ROW("web", "居民扫码", "Resident's phone"),
    [CHANNEL_PATROL] = ROW("patrol", "巡查", "Patrol"),
    [CHANNEL_COMMUNITY] = ROW("community", "社区群聊", "Community"),
    [CHANNEL_HOTLINE] = ROW("hotline", "12345热线", "Hotline 12345"),
    [CHANNEL_POLICE] = ROW("police", "110移交", "Handed over by 110"),
    [CHANNEL_LEADER] = ROW("leader", "领导交办", "From a leader"),
    [CHANNEL_MEDIA] = ROW("media", "媒体", "Media"),
    [CHANNEL_OPEN311] = ROW("open311", "开放接口", "Open311"),
    [CHANNEL_IMPORT] = ROW("import", "批量导入", "Import"),
};

static const struct term role_rows[ROLE_COUNT] = {
    [ROLE_ACCEPTOR] = ROW("acceptor", "受理员", "Acceptor"),
    [ROLE_DISPATCHER] = ROW("dispatcher", "派遣员", "Dispatcher"),
    [ROLE_SHIFT_LEADER] = ROW("shift_leader", "值班长", "Shift leader"),
    [ROLE_GRID_WORKER] = ROW("grid_worker", "网格员", "Grid worker"),
    [ROLE_HANDLER] = ROW("handler", "处置人员", "Handler"),
    [ROLE_LEADER] = ROW("leader", "领导", "Leader"),
    [ROLE_AUDITOR] = ROW("auditor", "审计员", "Auditor"),
    [ROLE_ADMINISTRATOR] = ROW("administrator", "管理员", "Administrator"),
    [ROLE_RESIDENT] = ROW("resident", "居民", "Resident"),
};

static const struct term outcome_rows[OUTCOME_COUNT] = {
    [OUTCOME_SOLVED] = ROW("solved", "已解决", "Solved"),
    [OUTCOME_ON_SPOT] = ROW("on_spot", "当场解决", "Solved on the spot"),
    [OUTCOME_EXPLAINED] = ROW("explained", "已解释说明", "Explained"),
    [OUTCOME_HANDED_OVER] = ROW("handed_over", "已移交", "Handed over"),
    [OUTCOME_REFUSED] = ROW("refused", "不予办理", "Refused"),
};

static const struct term grade_rows[GRADE_COUNT] = {
    [5] = ROW("5", "非常满意", "Very satisfied"),      [4] = ROW("4", "满意", "Satisfied"),
    [3] = ROW("3", "基本满意", "Fairly satisfied"),    [2] = ROW("2", "不满意", "Dissatisfied"),
    [1] = ROW("1", "非常不满意", "Very dissatisfied"),
};

static const struct term limit_unit_rows[UNIT_COUNT] = {
    [UNIT_MINUTE] = ROW("minute", "分钟", "minutes"),
    [UNIT_URGENT_HOUR] = ROW("urgent_hour", "紧急工作时", "urgent hours"),
    [UNIT_URGENT_DAY] = ROW("urgent_day", "紧急工作日", "urgent days"),
    [UNIT_WORK_HOUR] = ROW("work_hour", "工作时", "working hours"),
    [UNIT_WORK_DAY] = ROW("work_day", "工作日", "working days"),
    [UNIT_NATURAL_DAY] = ROW("natural_day", "自然日", "natural days"),
};

static const struct term class_kind_rows[KIND_COUNT] = {
    [KIND_MATTER] = ROW("W", "事项", "Matters"),
    [KIND_COMPONENT] = ROW("P", "部件", "Components"),
    [KIND_REQUEST] = ROW("R", "诉求", "Requests"),
    [KIND_LOCAL] = ROW("L", "本地扩展", "Local extension"),
};

static const struct term clock_rows[CLOCK_COUNT] = {
    [CLOCK_ACCEPT] = ROW("accept", "受理时限", "Accepting"),
    [CLOCK_VERIFY] = ROW("verify", "核实时限", "Verifying"),
    [CLOCK_FILE] = ROW("file", "立案时限", "Filing"),
    [CLOCK_DISPATCH] = ROW("dispatch", "派遣时限", "Dispatching"),
    [CLOCK_SIGN_FOR] = ROW("sign_for", "签收时限", "Signing for"),
    [CLOCK_HANDLE] = ROW("handle", "处置时限", "Handling"),
    [CLOCK_CHECK] = ROW("check", "核查时限", "Checking"),
    [CLOCK_CLOSE] = ROW("close", "结案时限", "Closing"),
    [CLOCK_FIRST_CONTACT] = ROW("first_contact", "先行联系时限", "First contact"),
    [CLOCK_FOLLOW_UP] = ROW("follow_up", "整改时限", "Follow-up"),
    [CLOCK_WHOLE] = ROW("whole", "总时限", "From report to closing"),
    [CLOCK_PROMISE] = ROW("promise", "并入件承诺时限", "Promised to a merged case"),
};

static const struct term need_rows[NEED_COUNT] = {
    [NEED_FOUND] = ROW("found", "是否属实", "Found or not"),
    [NEED_REASON] = ROW("reason", "理由", "Reason"),
    [NEED_TEXT] = ROW("text", "说明", "Text"),
    [NEED_PHOTO] = ROW("photo", "照片", "Photo"),
    [NEED_CLASS_PHOTO] = ROW("class_photo", "照片（按类别要求）", "Photo where the class asks"),
    [NEED_CLASS] = ROW("class", "类别", "Class"),
    [NEED_CONDITION] = ROW("condition", "立案条件", "Filing condition"),
    [NEED_PLACE] = ROW("place", "地点", "Place"),
    [NEED_UNIT] = ROW("unit", "主办部门", "Lead unit"),
    [NEED_OUTCOME] = ROW("outcome", "办理结果", "Outcome"),
    [NEED_PASS] = ROW("pass", "是否通过", "Pass or rework"),
    [NEED_ANSWER] = ROW("answer", "答复", "Answer"),
    [NEED_SOLVED] = ROW("solved", "是否解决", "Solved or not"),
    [NEED_GRADE] = ROW("grade", "满意度", "Grade"),
    [NEED_REDO] = ROW("redo", "是否重办", "Once more or not"),
    [NEED_REACHED] = ROW("reached", "是否联系上", "Reached or not"),
    [NEED_OFFICE] = ROW("office", "接收街道", "Office"),
    [NEED_MAIN] = ROW("main", "另一件", "The other case"),
    [NEED_SAME] = ROW("same", "并案理由", "In what the same"),
};

static const struct term coordinates_rows[COORDINATES_COUNT] = {
    [COORDINATES_EXACT] = ROW("exact", "精确", "Exact"),
    [COORDINATES_ROUNDED] = ROW("rounded", "取整", "Rounded"),
    [COORDINATES_HIDDEN] = ROW("hidden", "隐藏", "Hidden"),
};

static const struct term field_rows[FORM_COUNT] = {
    [FORM_TEXT] = ROW("text", "多行文字", "Text"),
    [FORM_LINE] = ROW("line", "单行文字", "Line"),
    [FORM_NUMBER] = ROW("number", "数字", "Number"),
    [FORM_DATE] = ROW("date", "日期", "Date"),
    [FORM_TIME] = ROW("time", "时间", "Time"),
    [FORM_CHOICE] = ROW("choice", "选择", "Choice"),
    [FORM_YES_NO] = ROW("yes_no", "是或否", "Yes or no"),
    [FORM_PHOTOS] = ROW("photos", "照片", "Photos"),
    [FORM_PLACE] = ROW("place", "地点", "Place"),
    [FORM_POINT] = ROW("point", "地图位置", "Point on the map"),
    [FORM_CLASS] = ROW("class", "类别", "Class"),
    [FORM_CONTACT] = ROW("contact", "联系方式", "Contact"),
};

static const struct term same_rows[SAME_COUNT] = {
    [SAME_PROBLEM] = ROW("problem", "同一问题", "The same problem"),
    [SAME_PERSON] = ROW("person", "同一人重复反映", "The same person again"),
    [SAME_CAUSE] = ROW("cause", "同一起因", "The same cause"),
};

static const struct term placeholder_rows[PLACEHOLDER_COUNT] = {
    [PLACEHOLDER_NUMBER] = ROW("number", "编号", "Number"),
    [PLACEHOLDER_CLASS] = ROW("class", "类别", "Class"),
    [PLACEHOLDER_WHERE] = ROW("where", "地点", "Where"),
    [PLACEHOLDER_UNIT] = ROW("unit", "办理单位", "Unit"),
    [PLACEHOLDER_DUE] = ROW("due", "办理期限", "Due"),
    [PLACEHOLDER_OFFICE] = ROW("office", "街道", "Office"),
    [PLACEHOLDER_TELEPHONE] = ROW("telephone", "电话", "Telephone"),
};

static const struct {
    const struct term *rows;
    int count;
} sets[TERMS_COUNT] = {
    [TERMS_STEP] = {step_rows, STEP_COUNT},
    [TERMS_STATE] = {state_rows, STATE_COUNT},
    [TERMS_CHANNEL] = {channel_rows, CHANNEL_COUNT},
    [TERMS_ROLE] = {role_rows, ROLE_COUNT},
    [TERMS_OUTCOME] = {outcome_rows, OUTCOME_COUNT},
    [TERMS_GRADE] = {grade_rows, GRADE_COUNT},
    [TERMS_LIMIT_UNIT] = {limit_unit_rows, UNIT_COUNT},
    [TERMS_CLASS_KIND] = {class_kind_rows, KIND_COUNT},
    [TERMS_CLOCK] = {clock_rows, CLOCK_COUNT},
    [TERMS_NEED] = {need_rows, NEED_COUNT},
    [TERMS_COORDINATES] = {coordinates_rows, COORDINATES_COUNT},
    [TERMS_FIELD] = {field_rows, FORM_COUNT},
    [TERMS_PLACEHOLDER] = {placeholder_rows, PLACEHOLDER_COUNT},
    [TERMS_SAME] = {same_rows, SAME_COUNT},
};

static_assert(STEP_COUNT <= 32 && STATE_COUNT <= 32 && CHANNEL_COUNT <= 32, "sets are bits of 32");
static_assert(ROLE_COUNT <= 32 && NEED_COUNT <= 32, "sets are bits of 32");

int term_count(enum term_set set) {
    assert(set < TERMS_COUNT);
    return sets[set].count;
}

const struct term *term_row(enum term_set set, int number) {
    assert(set < TERMS_COUNT && number >= 0 && number < sets[set].count);
    return &sets[set].rows[number];
}

struct str term_code(enum term_set set, int number) {
    return term_row(set, number)->code;
}

struct str term_name(enum term_set set, int number, enum language language) {
    return term_row(set, number)->name[language];
}

int term_find(enum term_set set, struct str code) {
    assert(set < TERMS_COUNT);
    for (int i = 1; i < sets[set].count; i++) {
        if (str_eq(sets[set].rows[i].code, code)) {
            return i;
        }
    }
    return 0;
}

static bool is_same_word(struct str a, struct str b) {
    return a.n == b.n && a.n > 0 && strncasecmp(a.p, b.p, a.n) == 0;
}

int term_find_word(enum term_set set, struct str word) {
    assert(set < TERMS_COUNT);
    for (int i = 1; i < sets[set].count; i++) {
        const struct term *row = &sets[set].rows[i];

        if (is_same_word(row->code, word) || str_eq(row->name[LANGUAGE_ZH], word) ||
            is_same_word(row->name[LANGUAGE_EN], word)) {
            return i;
        }
    }
    return 0;
}

struct str term_list(struct arena *a, enum term_set set, uint32_t terms) {
    struct buf b = buf_make(a, 1024);

    assert(set < TERMS_COUNT);
    for (int i = 1; i < sets[set].count; i++) {
        if (TERM_HAS(terms, i)) {
            buf_c(&b, b.n > 0 ? ", " : "");
            buf_put(&b, sets[set].rows[i].code);
        }
    }
    return buf_str(&b);
}

struct str term_names(struct arena *a, enum term_set set, uint32_t terms, enum language language) {
    struct buf b = buf_make(a, 1024);

    assert(set < TERMS_COUNT);
    for (int i = 1; i < sets[set].count; i++) {
        if (TERM_HAS(terms, i)) {
            buf_c(&b, b.n > 0 ? ", " : "");
            buf_put(&b, term_name(set, i, language));
        }
    }
    return buf_str(&b);
}

struct str limit_text(struct arena *a, int amount, enum limit_unit unit, enum language language) {
    struct str name = term_name(TERMS_LIMIT_UNIT, (int)unit, language);

    if (unit == UNIT_NONE) {
        return (struct str){0};
    }
    if (language == LANGUAGE_EN && amount == 1) { /* "1 working day" */
        name = str_slice(name, 0, name.n - 1);
    }
    return arena_format(a, "%d %.*s", amount, STR_ARG(name));
}
