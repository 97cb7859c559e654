/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/move.h - an installation's data from one database into another, whatever engine is
 * behind either: what cannot be made again is copied, the rest is made anew from the ledger.
 *
 * Nobody may serve from either meanwhile. Pieces of ledgers with all that belongs to their entries
 * go over in transactions of the target, whose own head says how far it came: a move that was cut
 * off goes on there. Until it is whole the target bears the mark of store_mark_filling.
 * Invariants  the source is only read. A move is done when both sides have the same heads and one
 *             hash over every cell of every derived table.
 *             Ids of words, vault and photos stay as they are.
 * Failure     E_MOVE_USED (the target holds a whole installation), E_MOVE_OTHER (part of another),
 *             E_MOVE_GREW (somebody wrote to the source), E_MOVE_DIFFERS.
 */
#ifndef LINLI_ENGINE_MOVE_H
#define LINLI_ENGINE_MOVE_H

#include "engine/door/door.h"

enum move_phase { MOVE_COPY, MOVE_TABLES, MOVE_SEARCH, MOVE_PROOF };

struct move_setup {
    struct store *from;
    struct store *to; /* opened with STORE_FILL, or just made */
    struct str to_name;
    const struct event_row *events;
    void (*told)(void *context, enum move_phase phase, int64_t done, int64_t all);
    void *context;
};

struct move_counts {
    int64_t offices;
    int64_t events;      /* entries of all ledgers */
    int64_t before;      /* of them: there already, from a move that was cut off */
    int64_t values;      /* words, values of the vault, photos copied now */
    int64_t rows;        /* of derived tables */
    struct hash derived; /* of their cells, on both sides */
};

bool move_run(const struct move_setup *setup, struct move_counts *counts, struct err *err);

#endif
