/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/number.h"

#include <inttypes.h>
#include <string.h>

static char check_character(struct str digits) {
    int sum = 0;

    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] >= '0' && digits.p[i] <= '9') {
            sum = (sum + (digits.p[i] - '0')) * 2 % 11;
        }
    }
    return "0123456789X"[(12 - sum) % 11];
}

struct str case_number_make(struct arena *a, struct str office_code, char letter, int day,
                            int64_t serial) {
    struct str digits = arena_format(a, "%08d-%04" PRId64, day, serial);

    return arena_format(a, "%.*s-%c-%.*s-%c", STR_ARG(office_code), letter, STR_ARG(digits),
                        check_character(digits));
}

bool case_number_is(struct str number) {
    struct str rest = str_trim(number);
    struct str code = str_cut(&rest, '-');
    struct str letter = str_cut(&rest, '-');
    struct str digits = rest;
    char check;

    if (code.n == 0 || letter.n != 1 || rest.n < 15) {
        return false;
    }
    check = rest.p[rest.n - 1];
    digits = str_slice(rest, 0, rest.n - 2);
    return rest.p[rest.n - 2] == '-' && (check == 'x' ? 'X' : check) == check_character(digits);
}
