/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/qr.h - a text as a QR code, drawn in SVG: scales on any screen and on paper, no
 * script, no font.
 *
 * Failure  E_TOO_LONG when the text does not fit a code (level M, 400 bytes are far below its
 *          limit).
 */
#ifndef LINLI_GATE_QR_H
#define LINLI_GATE_QR_H

#include "base/err.h"

bool qr_svg(struct arena *a, struct str text, struct str *svg, struct err *err);

#endif
