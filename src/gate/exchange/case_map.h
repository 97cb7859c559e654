/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/case_map.h - how another system's table of cases becomes ours: a YAML file that
 * names columns and says what to do with what does not fit.
 *
 * import: cases
 * procedure: request
 * text:     {columns: [title, text], join: "\n", too_long: refuse}     # refuse | cut
 * time:     {column: created, offset: "+08:00"}                         # offset: else that of the
 *           office
 * closed:   {column: closed, early: refuse}                             # before its opening:
 *           refuse | open | at_opening
 * answer:   {columns: [reply], too_long: cut}
 * external: {column: id, prefix: "X-"}                                  # the other system's
 * number: no twins
 * class:    {column: category, values: {Litter: W06-010}, otherwise: none}  # none | refuse | a
 *           class
 * place:    {column: area, values: {}, otherwise: none}                 # none | refuse | a place
 *           code
 * channel:  {column: channel, values: {Phone: telephone}, otherwise: import}
 * point:    {lat: lat, lon: lon, whole_degrees: none, missing: none}    # none (= no point) |
 *           refuse
 * address:  {columns: [street, area], join: ", "}
 * leave_out: {column: status, values: [Duplicate]}
 * outcome: solved
 *
 * Only import, procedure, text and time are needed. A value map compares whole cells, blanks around
 * them aside.
 * Memory   in the arena of `m`; texts are views into the file's text.
 * Failure  mistakes with line and column; case_map_check: codes that the office does not know.
 */
#ifndef LINLI_GATE_CASE_MAP_H
#define LINLI_GATE_CASE_MAP_H

#include "engine/catalogue/mistake.h"
#include "town/town.h"

enum { MAP_COLUMNS = 8 };

enum map_choice { CHOICE_REFUSE, CHOICE_CUT, CHOICE_NONE, CHOICE_OPEN, CHOICE_AT_OPENING };

/* A text put together from columns; empty cells leave no join behind. */
struct map_text {
    struct str columns[MAP_COLUMNS];
    size_t count; /* 0 = not given */
    struct str join;
    enum map_choice too_long;
};

/* A cell looked up. */
struct map_pair {
    struct str from;
    struct str to;
    struct spot spot; /* of `to` */
};

struct map_values {
    struct str column; /* empty = not given */
    const struct map_pair *pairs;
    size_t count;
    struct str otherwise; /* none, refuse, or what the others become */
    struct spot spot;     /* of `otherwise`, else of the whole */
};

struct case_map {
    struct str procedure;
    struct spot procedure_spot;
    struct map_text text;
    struct map_text answer;
    struct map_text address;
    struct str time;
    bool has_offset;
    int offset_minutes;
    struct str closed; /* column; empty = all are open */
    enum map_choice closed_early;
    struct str external;
    struct str prefix;
    struct map_values class;
    struct map_values place;
    struct map_values channel;
    struct map_values leave_out; /* pairs without `to` */
    struct str lat;
    struct str lon;
    enum map_choice whole_degrees;
    enum map_choice missing;
    enum outcome outcome;
};

/* false when there was a mistake. */
bool case_map_read(struct mistakes *m, struct str file, struct str text, struct case_map *out);

/* Does the office have what the map names? Tells mistakes. */
bool case_map_check(struct mistakes *m, const struct case_map *map, const struct town *t,
                    int64_t office);

/* What the cell becomes: the pair's, else `otherwise`, "none" being empty. false: to be refused. */
bool case_map_find(const struct map_values *v, struct str cell, struct str *out);

#endif
