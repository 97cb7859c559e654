/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/list_part.h"

#include <assert.h>

static const struct {
    const char *key;
    bool is_down; /* the largest key first */
} stretches[] = {
    [STRETCH_DUE] = {"next_due_at", false},
    [STRETCH_REST] = {"reported_at", true},
    [STRETCH_NEWEST] = {"reported_at", true},
    [STRETCH_OLDEST] = {"reported_at", false},
};

struct list_key list_part_start(enum list_stretch stretch) {
    int64_t edge = stretches[stretch].is_down ? INT64_MAX : 0;

    return (struct list_key){edge, edge};
}

const char *list_part_condition(enum list_stretch stretch, enum filter_openness openness) {
    if (stretch == STRETCH_DUE) {
        return " AND " SQL_IS_OPEN " AND next_due_at > 0";
    }
    if (stretch == STRETCH_REST) {
        return openness == FILTER_OPEN_ONLY ? " AND next_due_at = 0"
                                            : " AND NOT (" SQL_IS_OPEN " AND next_due_at > 0)";
    }
    return "";
}

bool list_part_is_down(enum list_stretch stretch) {
    return stretches[stretch].is_down;
}

static void put_part(struct sql *s, const struct predicate *p, enum list_stretch stretch,
                     const char *columns) {
    sql_put(s, "SELECT cases.id, ");
    sql_put(s, stretches[stretch].key);
    sql_put(s, columns);
    sql_put(s, " FROM ");
    compile_from(s, p);
    sql_put(s, list_part_condition(stretch, filter_openness(p->filter)));
}

static void put_order(struct sql *s, enum list_stretch stretch, struct list_key after,
                      int64_t limit) {
    const char *key = stretches[stretch].key;
    const char *direction = stretches[stretch].is_down ? " DESC" : "";

    sql_put(s, " AND (");
    sql_put(s, key);
    sql_put(s, ", cases.id) ");
    sql_put(s, stretches[stretch].is_down ? "< (" : "> (");
    sql_int(s, after.key);
    sql_put(s, ", ");
    sql_int(s, after.id);
    sql_put(s, ") ORDER BY ");
    sql_put(s, key);
    sql_put(s, direction);
    sql_put(s, ", cases.id");
    sql_put(s, direction);
    sql_put(s, " LIMIT ");
    sql_int(s, limit);
}

void list_part_compile(struct sql *s, const struct predicate *p, enum list_stretch stretch,
                       const char *columns, struct list_key after, int64_t limit) {
    struct predicate part = *p;
    int64_t before = filter_reported_before(p->filter);
    int64_t from = filter_reported_from(p->filter);

    /* Where the walk begins: PostgreSQL enters an index at the pair, whatever else is said. */
    if (stretches[stretch].is_down && after.key >= before) {
        after = (struct list_key){before, 0};
    } else if (stretch == STRETCH_OLDEST && after.key < from) {
        after = (struct list_key){from - 1, INT64_MAX};
    }
    if (part.driver == DRIVER_NEWEST) {
        part.driver = stretch == STRETCH_DUE ? DRIVER_OPEN : part.in_order;
    }
    put_part(s, &part, stretch, columns);
    put_order(s, stretch, after, limit);
}

/* One end of the window is where the walk begins, so that the index is entered there. */
void list_part_compile_within(struct sql *s, const struct predicate *p, enum list_stretch stretch,
                              const struct window *within, struct list_key after, int64_t limit) {
    bool is_down = stretches[stretch].is_down;

    assert(stretch != STRETCH_DUE);
    put_part(s, p, stretch, "");
    sql_put(s, is_down ? " AND reported_at >= " : " AND reported_at < ");
    sql_int(s, is_down ? within->from : within->to);
    if (is_down && after.key >= within->to) {
        after = (struct list_key){within->to, 0};
    }
    if (!is_down && after.key < within->from) {
        after = (struct list_key){within->from - 1, INT64_MAX};
    }
    put_order(s, stretch, after, limit);
}
