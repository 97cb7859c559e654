/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reason.h"

#include <errno.h>
#include <string.h>

static const struct {
    int number;
    const char *text[2];
} reasons[] = {
    {EACCES, {"没有权限", "no right to it"}},
    {EBUSY, {"正在被使用", "it is in use"}},
    {EEXIST, {"已经存在", "it is there already"}},
    {EFBIG, {"文件太大", "the file is too large"}},
    {EINVAL, {"系统不接受这样的操作", "the system does not take this"}},
    {EIO, {"磁盘读写出错", "the disk failed to read or write"}},
    {EISDIR, {"这是文件夹，不是文件", "it is a folder, not a file"}},
    {ELOOP, {"链接绕成了圈", "links lead in a circle"}},
    {EMFILE, {"打开的文件太多", "too many files are open"}},
    {ENAMETOOLONG, {"名称太长", "the name is too long"}},
    {ENFILE, {"系统打开的文件太多", "the system has too many files open"}},
    {ENOENT, {"没有这个文件或文件夹", "there is no such file or folder"}},
    {ENOMEM, {"内存不够", "there is not enough memory"}},
    {ENOTDIR, {"路径中有一段不是文件夹", "a part of the path is not a folder"}},
    {ENOTEMPTY, {"文件夹不是空的", "the folder is not empty"}},
    {EPERM, {"系统不允许", "the system forbids it"}},
    {EROFS, {"所在的磁盘只能读", "its disk can only be read"}},
    {ESTALE, {"网络磁盘上的文件已不在", "the file is gone from the network disk"}},
    {ETIMEDOUT, {"等了太久没有回应", "no answer came in time"}},
    {ETXTBSY, {"程序正在运行", "the program is running"}},
    {EXDEV, {"在另一个磁盘上", "it is on another disk"}},
    {REASON_NO_HOST, {"找不到这台主机", "no such host is known"}},
    {REASON_NO_WAY, {"连接不上", "it could not be reached"}},
    {REASON_CERTIFICATE, {"证书不可信", "its certificate is not trusted"}},
    {REASON_ENCRYPTION, {"加密连接没有建成", "no encrypted connection could be made"}},
    {REASON_REFUSED, {"对方拒绝登录", "it refused the sign-in"}},
};

enum { REASONS = sizeof reasons / sizeof reasons[0] };

struct str reason_of(int number) {
    for (size_t i = 0; i < REASONS; i++) {
        if (reasons[i].number == number) {
            return str_of(reasons[i].text[LANGUAGE_EN]);
        }
    }
    return str_of(strerror(number));
}

struct str reason_text(struct str english, enum language language) {
    for (size_t i = 0; i < REASONS; i++) {
        if (str_is(english, reasons[i].text[LANGUAGE_EN])) {
            return str_of(reasons[i].text[language]);
        }
    }
    return english;
}
