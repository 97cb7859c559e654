/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/golden.h - cases of tests/golden/definitions: a small right catalogue (base/), one
 * slip, what is said.
 *
 * A case file has a line that says what it is about, then edits, then the output in both languages:
 *
 *   = request/procedure.yaml    the file edited from here on
 *   - letter: R                 a line of it that goes
 *   + letter： R                a line that comes in its place (at the end when none has gone)
 *   x                           the whole file goes
 *   zh                          what `linli check --lang zh` prints, up to a line `en`, and then
 *   the English
 *
 * In edits \xHH is a byte, \t a tab, \r a carriage return and \*N(text) the text N times. With
 * GOLDEN_UPDATE=1 in the environment the outputs are written anew, to be read before they are
 * committed.
 */
#ifndef LINLI_TESTS_GOLDEN_H
#define LINLI_TESTS_GOLDEN_H

#include "engine/catalogue/folder.h"

enum { GOLDEN_FILES = 32 };

struct golden {
    struct arena *a;
    const char *path;                          /* of the case */
    struct str about;                          /* its first line */
    struct str edits;                          /* the part before `zh`, for writing it anew */
    struct str expected[2];                    /* by enum language */
    struct catalogue_text files[GOLDEN_FILES]; /* base with the edits done */
    size_t count;
    struct err err; /* why it could not be read */
};

bool golden_read(struct arena *a, const char *path, const struct catalogue_folder *base,
                 struct golden *out);
bool golden_write(struct golden *g, const struct str actual[2]);

#endif
