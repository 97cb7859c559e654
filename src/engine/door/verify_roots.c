/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/verify_walk.h"

#include "base/source.h"
#include "engine/ledger/roots.h"

#include <inttypes.h>
#include <string.h>

enum { DAYS_AT_ONCE = 512 };

/* One ledger's days on the way through them. */
struct roots_walk {
    struct walk *walk;
    struct arena *arena;
    struct hash key;
    struct root_day before; /* the day last looked at, day 0 = none */
    bool is_broken;         /* a day did not fit: those behind it cannot either */
};

static void note_day(struct walk *w, int64_t day) {
    struct verify_result *r = w->result;

    if (r->bad_day == 0 || day < r->bad_day) {
        r->bad_day = day;
    }
}

static void report_day(struct roots_walk *r, const struct root_day *day, const char *column,
                       struct str is, struct str should) {
    struct str date = root_date(r->arena, day->day);

    r->is_broken = true;
    note_day(r->walk, day->day);
    verify_report(r->walk,
                  &(struct difference){.table = STR("daily_roots"),
                                       .key = arena_format(r->arena, "office=%" PRId64 " day=%.*s",
                                                           day->office, STR_ARG(date)),
                                       .column = str_of(column),
                                       .is = is,
                                       .should = should});
}

static struct str number_text(struct arena *a, int64_t number) {
    return arena_format(a, "%" PRId64, number);
}

/* A root that somebody kept outside fits when one ledger comes to it on that day. */
static void tick_kept(struct roots_walk *r, const struct root_day *day, struct str root) {
    const struct verify_setup *setup = r->walk->setup;

    for (size_t i = 0; i < setup->kept_count; i++) {
        struct verify_kept *k = &setup->kept[i];

        k->fits = k->fits || (k->day == day->day && str_eq(k->root, root));
    }
}

static bool check_place(struct roots_walk *r, const struct root_day *day, struct err *err) {
    const struct root_day *before = &r->before;
    int64_t last;

    if (!root_last_before(r->walk->setup->store, day->office, day->until_at, &last, err)) {
        return false;
    }
    if (day->first != before->last + 1) {
        report_day(r, day, "first", number_text(r->arena, day->first),
                   number_text(r->arena, before->last + 1));
    } else if (before->day != 0 && root_day_after(before->day) != day->day) {
        struct root_day missing = {.office = day->office, .day = root_day_after(before->day)};

        report_day(r, &missing, "root", STR("no root"), STR("a root for every day"));
    } else if (day->last != last) {
        report_day(r, day, "last", number_text(r->arena, day->last), number_text(r->arena, last));
    }
    return true;
}

/* A client id that was edited lets a command in twice, a digest turns its repeat away. */
static bool check_sent(struct roots_walk *r, const struct root_day *day, struct err *err) {
    struct store *s = r->walk->setup->store;
    struct hash sent;
    struct str kept;
    struct str is;

    if (!root_sent_kept(s, r->arena, day, &kept, err) ||
        (kept.n > 0 && !root_sent(s, &r->key, day, &sent, err))) {
        return false;
    }
    is = kept.n > 0 ? hex_write(r->arena, hash_bytes(&sent)) : kept;
    if (!str_eq(is, kept)) {
        struct str date = root_date(r->arena, day->day);

        verify_report(r->walk, &(struct difference){
                                   .table = STR("ledger"),
                                   .key = arena_format(r->arena, "office=%" PRId64 " day=%.*s",
                                                       day->office, STR_ARG(date)),
                                   .column = STR("client_id, digest"),
                                   .is = is,
                                   .should = kept});
    }
    return true;
}

static bool check_day(struct roots_walk *r, const struct root_day *day, struct err *err) {
    struct root_sum sum;
    struct str root;

    if (r->is_broken && r->walk->setup->kept_count == 0) {
        return true;
    }
    if (!root_reckon(r->walk->setup->store, &r->key, day, &sum, err)) {
        return false;
    }
    root = hex_write(r->arena, hash_bytes(&sum.root));
    tick_kept(r, day, root);
    if (r->is_broken) {
        return true;
    }
    if (!str_eq(root, day->root)) {
        report_day(r, day, "root", day->root, root);
    } else if (!check_place(r, day, err) || !check_sent(r, day, err)) {
        return false;
    }
    r->walk->result->days += !r->is_broken;
    r->before = *day;
    return true;
}

static bool check_ledger(struct walk *w, int64_t office, struct err *err) {
    struct arena *a = arena_open();
    struct roots_walk r = {.walk = w, .arena = arena_open(), .key = keys_roots(w->setup->keys)};
    struct root_day *days = arena_array(a, struct root_day, DAYS_AT_ONCE);
    struct arena_mark mark = arena_mark(a);
    size_t count = DAYS_AT_ONCE;
    int64_t after = 0;
    bool ok = true;

    while (ok && count == DAYS_AT_ONCE) {
        arena_rewind(a, mark);
        ok = root_list(w->setup->store, a, office, after, DAYS_AT_ONCE, days, &count, err);
        for (size_t i = 0; ok && i < count; i++) {
            ok = verify_begin(w, err) && check_day(&r, &days[i], err);
            ok = verify_end(w, ok, err);
            verify_rest(w);
            count = days[i].day > after ? count : 0; /* a damaged row: no way on */
            after = days[i].day;
            arena_reset(r.arena);
        }
    }
    arena_close(r.arena);
    arena_close(a);
    return ok;
}

/* What was kept outside and no ledger comes to, the first of them. */
static void report_kept(struct walk *w) {
    const struct verify_kept *first = NULL;

    for (size_t i = 0; i < w->setup->kept_count; i++) {
        const struct verify_kept *k = &w->setup->kept[i];

        w->result->kept += k->fits;
        if (!k->fits && (first == NULL || k->day < first->day)) {
            first = k;
        }
    }
    if (first != NULL) {
        note_day(w, first->day);
        verify_report(w, &(struct difference){.table = STR("daily_roots"),
                                              .key = root_date(w->arena, first->day),
                                              .column = STR("root"),
                                              .is = STR("not what the ledger comes to"),
                                              .should = first->root});
    }
}

bool verify_roots(struct walk *w, struct err *err) {
    struct stmt *q = store_sql(w->setup->store, SQL_ROOT_OFFICES);
    struct arena *a = arena_open();
    int64_t *offices = arena_array(a, int64_t, OFFICES_MOST);
    size_t count = 0;
    bool ok;

    while (w->setup->keys != NULL && count < OFFICES_MOST && stmt_next(q)) {
        offices[count++] = stmt_int(q, 0);
    }
    ok = stmt_end(q, err);
    for (size_t i = 0; ok && i < count; i++) {
        ok = check_ledger(w, offices[i], err);
    }
    arena_close(a);
    if (ok) {
        report_kept(w);
    }
    return ok;
}
