/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of the simulated city. A chapter is some cases of one street; each street has one who
 * tells of it, so that of any street the chapters that are there are its first ones. One thread on
 * a file, some of them on a server, each with a door of its own. */
#include "cli/bench.h"

#include "base/file.h"
#include "base/time_text.h"

#include <assert.h>
#include <pthread.h>
#include <unistd.h>

enum {
    CHAPTER = 250, /* cases whose stories run beside each other, in one street */
    TOGETHER = 16, /* chapters in a commit */
    WRITERS = 8,
};

/* The days with their weights added up: case n came in on the day that holds n. */
struct days {
    int64_t first;
    int64_t *until; /* weight of this day and all before it */
    size_t count;
};

static struct days days_of(struct arena *a, const struct demo_world *w, size_t count) {
    struct days d = {.count = count};
    int64_t all = 0;

    d.first = demo_today(w) - (int64_t)d.count + 1;
    d.until = arena_array(a, int64_t, d.count);
    for (size_t i = 0; i < d.count; i++) {
        all += demo_day_weight(w, d.first + (int64_t)i);
        d.until[i] = all;
    }
    return d;
}

static int64_t day_of(const struct days *d, size_t n, size_t of) {
    double wanted = (double)d->until[d->count - 1] * ((double)n + 0.5) / (double)of;
    size_t low = 0;
    size_t high = d->count - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((double)d->until[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return d->first + (int64_t)low;
}

/* ---- the streets' worlds */

/* A making that was cut off leaves an office in which nobody works. */
static bool is_whole(const struct demo_world *w) {
    return w->acceptors.count > 0 && w->dispatchers.count > 0 && w->night.count > 0 &&
           w->clerks.count > 0 && w->inspectors.count > 0 && w->leaders.count > 0;
}

static struct source random_of_chapter(const struct bench_load *load, size_t first) {
    return source_fixed(0, load->seed ^ first * 0x9E3779B97F4A7C15u);
}

/* Which street the chapter tells of that begins with this case. */
static size_t street_of_chapter(const struct bench_load *load, size_t first, size_t streets) {
    struct demo_world any = {.random = random_of_chapter(load, first)};
    int weights[BENCH_STREETS];

    for (size_t k = 0; k < streets; k++) {
        weights[k] = bench_street_weight(k);
    }
    return demo_pick(&any, weights, streets);
}

/* ---- a chapter after the other */

struct loading {
    struct installation *installation;
    const struct town *town;
    const struct bench_load *load;
    struct demo_counts *counts;
    const char *folder;
    int64_t now;
    size_t street_count;
    int64_t there[BENCH_STREETS];    /* cases of each street when the loading began */
    size_t writer_of[BENCH_STREETS]; /* who tells of it */
    size_t writer_count;
    atomic_bool has_failed; /* one of them has: the others stop */
};

/* One who tells, of some of the streets. */
struct writer {
    struct loading *loading;
    size_t index;
    struct door *door;
    struct arena *arena;
    struct demo_world worlds[BENCH_STREETS];
    struct days days;
    int64_t told[BENCH_STREETS]; /* cases that were there and have been passed by */
    size_t next;                 /* number of the case with which the next chapter begins */
    pthread_t thread;
    struct err err;
    bool ok;
};

static bool open_worlds(struct writer *w, struct err *err) {
    const struct loading *l = w->loading;

    for (size_t k = 0; k < l->street_count; k++) {
        struct demo_world *world = &w->worlds[k];

        if (l->writer_of[k] != w->index) {
            continue;
        }
        *world = (struct demo_world){
            .arena = w->arena, .office = l->town->offices[k].id, .town = l->town, .now = l->now};
        demo_people_find(world);
        if (!is_whole(world)) {
            return fail(err, E_BENCH_UNFINISHED, "");
        }
        if (!demo_world_load(world, l->folder, err)) {
            return false;
        }
        bench_street_shift(world, k);
        if (w->days.count == 0) {
            w->days = days_of(w->arena, world, l->load->days);
        }
    }
    return true;
}

static bool load_chapter(struct writer *w, size_t street, size_t first, size_t count,
                         struct err *err) {
    struct loading *l = w->loading;
    struct demo_case *cases[CHAPTER];
    struct demo_world *world = &w->worlds[street];
    struct arena_mark mark = arena_mark(w->arena);

    assert(count <= CHAPTER);
    world->random = random_of_chapter(l->load, first);
    world->next_external = (int64_t)first;
    world->earlier = cases;
    for (size_t k = 0; k < count; k++) {
        world->earlier_count = k;
        cases[k] = demo_case_on(world, day_of(&w->days, first + k, l->load->cases));
    }
    if (!demo_run(world, w->door, cases, count, l->counts, err)) {
        return false;
    }
    world->earlier = NULL;
    world->earlier_count = 0;
    arena_rewind(w->arena, mark);
    return true;
}

/* Some chapters in one commit: a page of an index is written once for all of them. What is there
 * is passed by. */
static bool load_some(struct writer *w, struct err *err) {
    struct loading *l = w->loading;
    size_t all = l->load->cases;
    bool is_open = door_hold(w->door, err);
    bool ok = is_open;

    for (int n = 0; ok && n < TOGETHER && w->next < all; w->next += CHAPTER) {
        size_t street = street_of_chapter(l->load, w->next, l->street_count);
        size_t count = all - w->next < CHAPTER ? all - w->next : CHAPTER;
        size_t passed = (size_t)(l->there[street] - w->told[street]);

        if (l->writer_of[street] != w->index) {
            continue;
        }
        passed = passed < count ? passed : count;
        w->told[street] += (int64_t)passed;
        if (passed < count) {
            ok = load_chapter(w, street, w->next + passed, count - passed, err);
            n++;
        }
    }
    return is_open && door_release(w->door, ok, ok ? err : &(struct err){0}) && ok;
}

static void *tell(void *context) {
    struct writer *w = context;
    struct loading *l = w->loading;

    w->ok = open_worlds(w, &w->err);
    for (int turn = 0; w->ok && w->next < l->load->cases && !atomic_load(&l->has_failed); turn++) {
        w->ok = load_some(w, &w->err);
        if (turn == 0 && w->index == 0) {
            store_learn(door_store(w->door)); /* it planned for empty tables */
        }
    }
    if (!w->ok) {
        atomic_store(&l->has_failed, true);
    }
    return NULL;
}

/* ---- who tells of what */

static bool count_cases(struct store *s, int64_t office, int64_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_CASES_COUNT);

    stmt_bind_int(q, 1, office);
    *count = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

/* A server stays within its memory; who loads millions has the machine. */
static bool make_roomy(struct store *s, struct err *err) {
    return store_is_shared(s) || store_execute(s, "PRAGMA cache_size = -256000", err);
}

/* The largest street first, each to who has least. */
static void share_streets(struct loading *l) {
    int has[WRITERS] = {0};

    for (size_t k = 0; k < l->street_count; k++) {
        size_t least = 0;

        for (size_t i = 1; i < l->writer_count; i++) {
            least = has[i] < has[least] ? i : least;
        }
        l->writer_of[k] = least;
        has[least] += bench_street_weight(k);
    }
}

static size_t count_writers(struct store *s, size_t streets) {
    long cores = store_is_shared(s) ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    size_t most = streets < WRITERS ? streets : WRITERS;

    return cores < 1 ? 1 : (size_t)cores < most ? (size_t)cores : most;
}

static bool open_writer(struct writer *w, struct loading *l, size_t index, struct err *err) {
    w->loading = l;
    w->index = index;
    w->door = index == 0 ? installation_door(l->installation)
                         : installation_further_door(l->installation, err);
    w->arena = arena_open();
    return w->door != NULL;
}

/* The first one tells in this thread. */
static bool tell_all(struct writer *writers, size_t count, struct err *err) {
    size_t begun = 1;
    bool ok = true;

    for (; ok && begun < count; begun += ok) {
        ok = pthread_create(&writers[begun].thread, NULL, tell, &writers[begun]) == 0 ||
             fail(err, E_INTERNAL, "thread");
    }
    if (!ok) {
        atomic_store(&writers[0].loading->has_failed, true);
    }
    tell(&writers[0]);
    for (size_t i = 1; i < begun; i++) {
        pthread_join(writers[i].thread, NULL);
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = writers[i].ok;
        if (!ok) {
            *err = writers[i].err;
        }
    }
    return ok;
}

bool bench_load(struct installation *i, struct arena *a, const char *catalogue,
                const struct bench_load *load, struct demo_counts *counts, struct err *err) {
    struct store *s = door_store(installation_door(i));
    struct source *clock = installation_source(i);
    struct writer *writers;
    struct loading l = {.installation = i,
                        .town = installation_town(i),
                        .load = load,
                        .counts = counts,
                        .folder = path_join(a, str_of(catalogue), STR("demo")).p,
                        .now = clock->now_us(clock)};
    bool ok = make_roomy(s, err);

    l.street_count = l.town->office_count < BENCH_STREETS ? l.town->office_count : BENCH_STREETS;
    l.writer_count = count_writers(s, l.street_count);
    writers = arena_array(a, struct writer, l.writer_count);
    share_streets(&l);
    ok = ok && (l.street_count > 0 || fail(err, E_BENCH_UNFINISHED, ""));
    for (size_t k = 0; ok && k < l.street_count; k++) {
        ok = count_cases(s, l.town->offices[k].id, &l.there[k], err);
        counts->began_with += l.there[k];
    }
    atomic_store(&counts->reported, counts->began_with);
    counts->clock = clock;
    counts->all = (int64_t)load->cases;
    counts->began_us = clock->now_us(clock);
    for (size_t k = 0; ok && k < l.writer_count; k++) {
        ok = open_writer(&writers[k], &l, k, err);
    }
    ok = ok && tell_all(writers, l.writer_count, err);
    demo_run_over();
    for (size_t k = 0; k < l.writer_count; k++) {
        if (k > 0) {
            door_close(writers[k].door);
        }
        if (writers[k].arena != NULL) {
            arena_close(writers[k].arena);
        }
    }
    installation_release(i, l.town);
    return ok;
}
