/* SPDX-License-Identifier: Apache-2.0 */
/* town/place/place.h - offices, the tree of places, and the units that work there.
 *
 * Places: district > street > community > grid > estate. A case keeps community, grid and estate of
 * its time. Units are sections, teams, firms and outside bodies; one without accounts gets one-task
 * links. All of it belongs to the common ledger (office 0) and is read into the town (town/town.h),
 * sorted by id and by code.
 */
#ifndef LINLI_TOWN_PLACE_H
#define LINLI_TOWN_PLACE_H

#include "engine/catalogue/catalogue.h"
#include "engine/door/door.h"

enum {
    OFFICES_MAX = 65535, /* what the upper bits of an id can tell apart */
    OFFICE_CODE_MAX = 8  /* characters of the code in case numbers: capital letters and digits */
};

enum place_level {
    LEVEL_NONE,
    LEVEL_DISTRICT,
    LEVEL_STREET,
    LEVEL_COMMUNITY,
    LEVEL_GRID,
    LEVEL_ESTATE,
    LEVEL_COUNT
};

struct office {
    int64_t id;
    struct str code; /* "SP" */
    struct str name[2];
    int offset_minutes;   /* civil time east of UTC */
    struct str telephone; /* duty telephone for everybody */
    struct str division;  /* division code of the street */
};

struct place {
    int64_t id;
    int64_t office;
    struct str code;
    int64_t parent; /* 0 = the top */
    enum place_level level;
    struct str name[2];
    struct str kind;    /* `neighbour`: the known ground of another office */
    struct str firm;    /* unit code of an estate's property firm, or of those who answer for a
                           neighbour's ground; empty = none known */
    struct str polygon; /* GeoJSON geometry or empty */
};

struct unit {
    int64_t id;
    int64_t office;
    struct str code;
    struct str parent; /* unit code, empty = the top */
    struct str name[2];
    struct str kind;   /* section team community firm outside leader centre */
    bool has_accounts; /* false: it gets one-task links */
    struct str line;
    struct str area; /* place codes of its area with `;` between them, empty = the whole street */
    struct str telephone;
};

/* Ground of another office, known so that what is reported there can be handed over. */
bool place_is_neighbour(const struct place *p);

struct str place_level_code(enum place_level level);
enum place_level place_level_find(struct str code); /* LEVEL_NONE when there is none */

/* ---- commands of the common ledger; input structs for the door */

extern const struct command_row office_create; /* struct office (id given) */
extern const struct command_row place_create;  /* struct place (id, parent given) */
extern const struct command_row unit_create;   /* struct unit (id given) */

bool office_created_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);
bool place_created_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);
bool unit_created_apply(struct store *s, struct arena *a, const struct event *e, struct err *err);

#endif
