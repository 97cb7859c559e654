/* SPDX-License-Identifier: Apache-2.0 */
#include "town/days.h"

#include "base/time_text.h"
#include "engine/ledger/blocks.h"

enum {
    COMMON_LEDGER = 0,
    NO_DAY = 99999999,
    BLOCKS_AT_ONCE = 500, /* some 0.4 s, and then it may be time to end */
};

struct closing {
    struct installation *installation;
    struct store *store;
    struct arena *arena;
    const struct keeper_turn *turn; /* NULL = no server runs */
    struct hash key;
    int64_t now;
    int64_t closed; /* days, so far */
    int64_t due_at; /* the next end of a day */
};

bool days_each_ledger(const struct town *t, days_ledger each, void *context, struct err *err) {
    bool ok = each(context, COMMON_LEDGER, CHINA_OFFSET_MINUTES, err);

    for (size_t i = 0; ok && i < t->office_count; i++) {
        ok = each(context, t->offices[i].id, t->offices[i].offset_minutes, err);
    }
    return ok;
}

static bool submit(struct closing *c, const struct root_day *day, struct err *err) {
    struct door *door = installation_door(c->installation);
    struct command command = {
        .row = &day_close, .actor = {.account = ACTOR_SYSTEM}, .office = day->office, .input = day};

    if (c->turn != NULL) {
        return door_submit(door, &command, err);
    }
    if (!door_run(door, &command, 1)) {
        *err = command.err;
    }
    return command.ok;
}

/* What proofs of the day will read. */
static bool keep_blocks(struct closing *c, const struct root_day *day, const struct blocks *b,
                        struct err *err) {
    struct store *side = installation_side(c->installation);
    bool ok = blocks_keep(side, day, b, err);

    installation_return_side(c->installation);
    return ok;
}

static bool is_ending(const struct closing *c, struct err *err) {
    return c->turn != NULL && keeper_is_ending(c->turn) && !fail(err, E_DRAINING, "");
}

static bool reckon(struct closing *c, const struct root_day *day, struct blocks *b,
                   struct err *err) {
    bool is_whole = false;

    blocks_begin(c->arena, day, b);
    while (!is_whole) {
        if (is_ending(c, err) ||
            !blocks_grow(c->store, &c->key, day, BLOCKS_AT_ONCE, b, &is_whole, err)) {
            return false;
        }
    }
    return true;
}

static bool close_day(struct closing *c, struct root_day *day, struct err *err) {
    struct blocks b;
    struct hash top;
    struct hash sent;
    struct root_sum sum;

    if (!reckon(c, day, &b, err)) {
        return false;
    }
    top = blocks_top(&b);
    if (!root_seal(c->store, &c->key, day, &top, &sum, err) ||
        !root_sent(c->store, &c->key, day, &sent, err)) {
        return false;
    }
    day->sent = hex_write(c->arena, hash_bytes(&sent));
    day->root = hex_write(c->arena, hash_bytes(&sum.root));
    c->closed++;
    return submit(c, day, err) && (!blocks_are_kept(day) || keep_blocks(c, day, &b, err));
}

/* Of days that have none: closed by an earlier version, restored, moved. The newest first. */
static bool fill_blocks(struct closing *c, int64_t office, struct err *err) {
    struct root_day day = {.day = NO_DAY};

    for (;;) {
        struct blocks b;

        if (is_ending(c, err)) {
            return false;
        }
        if (!blocks_missing(c->store, c->arena, office, day.day, &day, err)) {
            return false;
        }
        if (day.day == 0) {
            return true;
        }
        if (!reckon(c, &day, &b, err) || !keep_blocks(c, &day, &b, err)) {
            return false;
        }
    }
}

static bool close_ledger(void *context, int64_t office, int offset_minutes, struct err *err) {
    struct closing *c = context;

    for (;;) {
        struct root_day day;

        if (is_ending(c, err)) {
            return false;
        }
        if (!day_next(c->store, c->arena, office, offset_minutes, c->now, &day, err)) {
            return false;
        }
        if (day.day == 0 || day.until_at > c->now) {
            return fill_blocks(c, office, err);
        }
        if (!close_day(c, &day, err)) {
            return false;
        }
    }
}

bool days_close(struct installation *i, int64_t *closed, struct err *err) {
    struct source *source = installation_source(i);
    const struct town *t = installation_town(i);
    struct closing c = {.installation = i,
                        .store = installation_reader(i),
                        .arena = arena_open(),
                        .key = keys_roots(installation_keys(i)),
                        .now = source->now_us(source)};
    bool ok = days_each_ledger(t, close_ledger, &c, err);

    *closed = c.closed;
    arena_close(c.arena);
    installation_return_reader(i, c.store);
    installation_release(i, t);
    return ok;
}

static struct closing closing_of(const struct keeper_turn *t) {
    return (struct closing){.installation = t->installation,
                            .store = t->store,
                            .arena = t->arena,
                            .turn = t,
                            .key = keys_roots(installation_keys(t->installation)),
                            .now = t->now,
                            .due_at = INT64_MAX};
}

static bool run(const struct keeper_turn *t, struct err *err) {
    struct closing c = closing_of(t);
    bool ok = days_each_ledger(t->town, close_ledger, &c, err);

    if (c.closed > 0 && t->context != NULL) {
        keeper_wake(t->keeper, t->context);
    }
    return ok;
}

static bool ask_ledger(void *context, int64_t office, int offset_minutes, struct err *err) {
    struct closing *c = context;
    struct root_day day;

    if (!day_next(c->store, c->arena, office, offset_minutes, c->now, &day, err)) {
        return false;
    }
    if (day.day != 0 && day.until_at < c->due_at) {
        c->due_at = day.until_at;
    }
    return true;
}

/* An empty ledger may begin at any time: the clock is looked at again within the hour. */
static bool next(const struct keeper_turn *t, int64_t *due_at, struct err *err) {
    struct closing c = closing_of(t);

    if (!days_each_ledger(t->town, ask_ledger, &c, err)) {
        return false;
    }
    *due_at = c.due_at < t->now + HOUR_US ? c.due_at : t->now + HOUR_US;
    return true;
}

struct keeper_job days_job(const char *wakes) {
    return (struct keeper_job){
        .name = "days", .next = next, .run = run, .context = (void *)(uintptr_t)wakes};
}
