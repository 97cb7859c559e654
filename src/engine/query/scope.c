/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/scope.h"

#include "base/limits.h"

bool scope_check(const struct scope *scope, struct err *err) {
    if (scope == NULL || scope->office <= 0 || scope->grant_count > LIMIT_SCOPE_GRANTS) {
        fail(err, E_INTERNAL, "");
        return err_detail(err, "no scope, a scope without office, or with too many grants");
    }
    return true;
}

bool scope_is_whole(const struct scope *scope) {
    for (size_t i = 0; i < scope->grant_count; i++) {
        if (scope->grants[i].area.level == AREA_OFFICE && scope->grants[i].procedure.n == 0) {
            return true;
        }
    }
    return false;
}
