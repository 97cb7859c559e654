/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/qr.h"

#include "base/buf.h"

#include <qrencode.h>

enum { QUIET = 4, SVG_BYTES = 1 << 20 };

static void close_code(void *code) {
    QRcode_free(code);
}

bool qr_svg(struct arena *a, struct str text, struct str *svg, struct err *err) {
    QRcode *code = QRcode_encodeString8bit(arena_c(a, text), 0, QR_ECLEVEL_M);
    struct buf b = buf_make(a, SVG_BYTES);
    int side;

    if (code == NULL) {
        return fail2(err, E_TOO_LONG, "text", STR("text"), STR("2000"));
    }
    arena_on_close(a, close_code, code);
    side = code->width + 2 * QUIET;
    buf_format(&b,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\">",
               side, side);
    buf_format(&b, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"", side,
               side);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if ((code->data[y * code->width + x] & 1) != 0) {
                buf_format(&b, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    buf_c(&b, "\"/></svg>");
    *svg = buf_str(&b);
    return true;
}
