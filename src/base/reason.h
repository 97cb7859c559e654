/* SPDX-License-Identifier: Apache-2.0 */
/* base/reason.h - why a file could not be read or written, a message not sent, in the reader's
 * language: what the system says it says in English alone.
 *
 * An error carries the reason's English sentence; reason_text turns it over when it is told.
 */
#ifndef LINLI_BASE_REASON_H
#define LINLI_BASE_REASON_H

#include "base/err.h"

/* Beside the errno: why a message was not sent. */
enum {
    REASON_NO_HOST = -1,
    REASON_NO_WAY = -2,
    REASON_CERTIFICATE = -3,
    REASON_ENCRYPTION = -4,
    REASON_REFUSED = -5
};

/* The English sentence for an errno or one of these; the system's own where we have none. */
struct str reason_of(int number);

/* The reason in the language; what is none of ours stays as it is. */
struct str reason_text(struct str english, enum language language);

#endif
