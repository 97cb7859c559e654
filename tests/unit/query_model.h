/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/query_model.h - the plain model that engine/query is held against: an array of cases,
 * each question answered by looking at every one. The same cases stand in a scratch database.
 */
#ifndef LINLI_TESTS_QUERY_MODEL_H
#define LINLI_TESTS_QUERY_MODEL_H

#include "query_world.h"

#include "base/buf.h"
#include "engine/query/list.h"
#include "engine/query/scope.h"
#include "engine/query/search.h"
#include "engine/query/tally.h"
#include "engine/store/store.h"

#define MODEL_OFFICE ((int64_t)1)
#define MODEL_AS_OF  (WORLD_AS_OF - WORLD_AS_OF % SECOND_US)

enum { MODEL_TEXTS = 2, MODEL_UNITS = 3 };

struct model_case {
    int64_t id, office, community, grid, estate, unit, reported_at, closed_at, next_due_at,
        late_after, late;
    int64_t contact_due_at, contact_at, returns, reworks, rating, solved, leader, hour;
    int64_t wgs84_lat, wgs84_lon, cell; /* 0 = no point */
    struct str state, channel, class, procedure, number, external;
    struct str texts[MODEL_TEXTS];
    int64_t text_ids[MODEL_TEXTS]; /* words.id, 0 = no such text */
    int64_t task_units[MODEL_UNITS];
};

struct model {
    struct model_case *cases;
    size_t count;
};

struct question {
    struct str text;
    struct filter filter;
    struct scope scope;
};

/* Cases met, and whether one came twice. */
struct model_seen {
    unsigned char met[4096];
    int64_t count, repeated, late;
};

/* The moment that questions are asked about, to the second: MODEL_AS_OF until a test turns it. */
extern int64_t model_as_of;
struct filter_clock model_clock(void);

struct store *model_store(struct arena *a, struct model *m, size_t count, uint64_t seed);
struct tally_case model_tally(const struct model_case *c);
int64_t model_indexed_community(const struct model_case *c);
bool model_fits(const struct model_case *c, const struct question *q);
int64_t model_count(const struct model *m, const struct question *q);
int64_t model_late(const struct model *m, const struct question *q);
size_t model_list(struct arena *a, const struct model *m, const struct question *q,
                  enum list_order order, const int64_t **ids);
bool model_asks_words(const struct filter *f);
void model_see(struct model_seen *seen, const struct model *m, int64_t id);
struct question model_question(struct arena *a, struct source *random, int round);
struct str model_scope_text(struct arena *a, const struct scope *scope);

#endif
