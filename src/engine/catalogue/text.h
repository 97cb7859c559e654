/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/text.h - the first look at the text of a file, before anybody parses it.
 *
 * Bounded, UTF-8, no control characters but tab and line ends, no line that an editor would choke
 * on. A byte order mark in front, which spreadsheets write, is taken away. Also finds full-width
 * punctuation, the commonest slip of all when a Chinese input method is on.
 */
#ifndef LINLI_ENGINE_CATALOGUE_TEXT_H
#define LINLI_ENGINE_CATALOGUE_TEXT_H

#include "engine/catalogue/mistake.h"

struct text_bounds {
    size_t bytes;      /* of the whole */
    size_t line_bytes; /* of one line */
};

/* Strips the mark from `*text`; false when it found a mistake. */
bool text_check(struct mistakes *m, struct str file, struct str *text, struct text_bounds bounds);

/* The line with this number (from 1) without its end; empty behind the last. */
struct str text_line(struct str text, int number);

/* The first full-width character in `line` that stands where YAML or CSV wants an ASCII one:
 * ：，；“”‘’｛｝［］（） outside of ASCII quotes. Gives its column and the ASCII character meant,
 * or false.
 */
bool text_find_full_width(struct str line, int *column, struct str *found, struct str *meant);

/* The same for a word at `spot` that no list knows: tells the mistake if it finds one. */
bool text_tell_full_width(struct mistakes *m, struct spot spot, struct str word);

#endif
