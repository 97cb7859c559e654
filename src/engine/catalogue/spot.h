/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/spot.h - a place in a definition's text. */
#ifndef LINLI_ENGINE_CATALOGUE_SPOT_H
#define LINLI_ENGINE_CATALOGUE_SPOT_H

#include "base/str.h"

struct spot {
    struct str file; /* "common/classes.csv" */
    int line;        /* from 1; 0 = the whole file */
    int column;      /* from 1, in characters; 0 = the whole line */
};

#endif
