/* SPDX-License-Identifier: Apache-2.0 */
#include "base/field_name.h"

static const struct {
    const char *field;
    const char *name[2];
} names[] = {
    {"address", {"地点描述", "address"}},
    {"answer", {"答复", "answer"}},
    {"assists", {"协办部门", "assisting units"}},
    {"called_at", {"通话时间", "time of the call"}},
    {"channel", {"来源", "channel"}},
    {"class", {"类别", "class"}},
    {"columns", {"列名", "columns"}},
    {"condition", {"立案条件", "filing condition"}},
    {"contact", {"联系方式", "contact"}},
    {"external_due_at", {"上级时限", "due time above"}},
    {"external_number", {"外部编号", "number above"}},
    {"found", {"是否属实", "found or not"}},
    {"grade", {"满意度", "grade"}},
    {"instruct", {"领导批示", "instruction"}},
    {"last4", {"电话后四位", "last four digits"}},
    {"lat", {"纬度", "latitude"}},
    {"limit", {"每页件数", "items of a page"}},
    {"login", {"用户名", "login"}},
    {"lon", {"经度", "longitude"}},
    {"name", {"姓名", "name"}},
    {"new", {"新密码", "new password"}},
    {"number", {"编号", "number"}},
    {"occurred_at", {"发生时间", "time of it"}},
    {"old", {"原密码", "old password"}},
    {"on_behalf", {"代办（与谁通的话）", "whom you telephoned"}},
    {"outcome", {"处理结果", "outcome"}},
    {"pass", {"是否通过", "passed or not"}},
    {"password", {"密码", "password"}},
    {"person", {"通话的人", "person called"}},
    {"photos", {"照片", "photos"}},
    {"pin", {"口令", "PIN"}},
    {"place", {"地点", "place"}},
    {"procedure", {"事项", "procedure"}},
    {"purpose", {"用途", "purpose"}},
    {"reached", {"是否联系上", "reached or not"}},
    {"reason", {"理由", "reason"}},
    {"received_at", {"受理时间", "time received"}},
    {"redo", {"是否重办", "redo or not"}},
    {"role", {"角色", "role"}},
    {"rows", {"表格的行", "rows of the sheet"}},
    {"sort", {"排序", "order"}},
    {"solved", {"是否解决", "solved or not"}},
    {"step", {"步骤", "step"}},
    {"steps", {"步骤", "steps"}},
    {"telephone", {"电话", "telephone"}},
    {"text", {"情况说明", "text"}},
    {"unit", {"部门", "unit"}},
    {"voice", {"反映人", "reporter"}},
};

static struct str last_part(struct str path) {
    size_t end = path.n;
    size_t start;

    while (end > 0 && path.p[end - 1] == ']') { /* photos[3], rows[0][1] */
        while (end > 0 && path.p[--end] != '[') {
        }
    }
    start = end;
    while (start > 0 && path.p[start - 1] != '.') {
        start--;
    }
    return str_slice(path, start, end);
}

struct str field_name(struct str path, enum language language) {
    struct str last = last_part(path);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_is(last, names[i].field)) {
            return str_of(names[i].name[language]);
        }
    }
    return path;
}
