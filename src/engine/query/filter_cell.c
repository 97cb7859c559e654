/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/filter_keys.h"

#include "base/geo/cell.h"

#include <inttypes.h>

bool filter_cell_parse(struct arena *a, struct str word, struct filter_value *out) {
    int64_t dash = str_find(word, STR("-"));
    int64_t level;
    int64_t cell;
    int shift;

    if (dash < 1 || !str_to_int(str_slice(word, 0, (size_t)dash), &level) || level < 0 ||
        level > CELL_LEVELS || !str_to_int(str_slice(word, (size_t)dash + 1, word.n), &cell) ||
        cell < 0 || cell >= INT64_C(1) << (2 * level)) {
        return false;
    }
    shift = cell_shift((int)level);
    *out = (struct filter_value){.kind = FILTER_IS_RANGE,
                                 .text = arena_format(a, "%" PRId64 "-%" PRId64, level, cell),
                                 .from = cell << shift,
                                 .to = (cell + 1) << shift};
    return true;
}
