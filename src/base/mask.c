/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mask.h"

#include "base/buf.h"

struct str mask_name(struct arena *a, struct str name) {
    struct buf b = buf_make(a, 256);
    size_t characters = str_characters(name);

    if (characters == 0) {
        return name;
    }
    buf_put(&b, str_first_characters(name, 1));
    for (size_t i = 1; i < characters && i < 4; i++) {
        buf_byte(&b, '*');
    }
    return buf_str(&b);
}

struct str mask_telephone(struct arena *a, struct str telephone) {
    struct buf b = buf_make(a, 256);
    size_t keep = telephone.n >= 11 ? 3 : 0;
    size_t tail = telephone.n >= 7 ? 4 : 0;

    for (size_t i = 0; i < telephone.n; i++) {
        buf_byte(&b, i < keep || i + tail >= telephone.n ? telephone.p[i] : '*');
    }
    return buf_str(&b);
}
