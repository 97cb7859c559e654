/* SPDX-License-Identifier: Apache-2.0 */
/* How long lists, counts, figures and searches take on 100,000 cases of one street (DESIGN.md 10:
 * p99 below 5 ms).
 *
 * The cases are made by arithmetic, skewed as a street is: a tenth of the estates gives nearly
 * half, the newest weeks hold the open ones, two units have most tasks. Wall time and the thread's
 * own time are shown: on a busy machine only the second one says something about the program.
 * usage: bench_query [CASES [NAME]]
 */
#include "base/file.h"
#include "base/limits.h"
#include "base/source.h"
#include "base/time_text.h"
#include "engine/query/export.h"
#include "engine/query/figures.h"
#include "engine/query/list.h"
#include "engine/query/search.h"
#include "engine/query/tally.h"
#include "engine/store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 30, COMMUNITIES = 23, GRIDS = 92, ESTATES = 150, UNITS = 60 };

static const struct filter_clock now = {.as_of = 1795310107000000,
                                        .offset_minutes = CHINA_OFFSET_MINUTES};

/* ---- the street */

static const char make_cases[] =
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < %d),"
    " x AS (SELECT n, abs((n * 7919 * 48271) %% 1000003) AS a, abs((n * 104729 + 12345) %% 999983) "
    "AS b,"
    "  abs((n * 15485863 + 777) %% 1000033) AS c, 1795310107 - (%d - n) * 63072000 / %d AS at FROM "
    "r),"
    " y AS (SELECT *, CASE WHEN a %% 100 < 45 THEN 1 + b %% 15 ELSE 1 + b %% 150 END AS estate,"
    "  CASE WHEN at > 1795310107 - 20 * 86400 THEN c %% 10 < 8 ELSE c %% 1000 < 8 END AS is_open "
    "FROM x)"
    "INSERT INTO cases SELECT 137438953472 + n * 3, 1, printf('SP%%08dX', n),"
    " CASE WHEN a %% 10 < 5 THEN 'order' WHEN a %% 10 < 9 THEN 'city-matter' ELSE 'request' END, 1,"
    " CASE WHEN is_open THEN CASE b %% 5 WHEN 0 THEN 'to_dispatch' WHEN 1 THEN 'to_sign' WHEN 2 "
    "THEN 'to_check'"
    "  ELSE 'handling' END WHEN a %% 33 = 0 THEN 'declined' ELSE 'closed' END,"
    " CASE WHEN a %% 10 < 5 THEN 'hotline' WHEN a %% 10 < 8 THEN 'patrol' ELSE 'community' END,"
    " CASE WHEN is_open AND b %% 7 = 0 THEN '' ELSE printf('%%s%%02d-%%03d', CASE WHEN c %% 10 < 6 "
    "THEN 'W' ELSE 'R' END,"
    "  1 + b %% 10, 1 + (c %% 30) * (b %% 31) / 30) END, 1,"
    " 1000 + estate * 23 / 151, 3000 + estate, 2000 + estate * 92 / 151, 0, 0, 0, 0,"
    " CASE WHEN is_open AND b %% 5 = 0 THEN 0 WHEN a %% 100 < 30 THEN 4001 ELSE 4001 + b %% 60 * "
    "(c %% 60) / 60 END,"
    " at * 1000000,"
    " CAST(strftime('%%Y%%m%%d', at + 28800, 'unixepoch') AS INTEGER), CAST(strftime('%%H', at + "
    "28800, 'unixepoch') AS INTEGER),"
    " at * 1000000, 0, 0, 0, 0, 0,"
    " CASE WHEN is_open THEN 0 ELSE (at + 86400 * (1 + b %% 6)) * 1000000 END, 0, (at + 5 * 86400) "
    "* 1000000,"
    " CASE WHEN is_open AND b %% 9 > 0 THEN (at + (1 + c %% 20) * 86400) * 1000000 ELSE 0 END,"
    " CASE WHEN is_open AND b %% 5 < 3 THEN (at + (1 + c %% 20) * 86400) * 1000000 ELSE 0 END, a "
    "%% 100 < 4, 0,"
    " (at + 86400) * 1000000, CASE WHEN b %% 10 < 9 THEN (at + b %% 90000) * 1000000 ELSE 0 END,"
    " CASE WHEN a %% 10 < 5 THEN printf('12345-%%08d', n) ELSE '' END, 0, 0,"
    " c %% 100 < 7, b %% 100 < 6, 0, 'solved', c %% 7 %% 3, CASE WHEN a %% 6 = 0 THEN 1 + c %% 5 "
    "ELSE 0 END, c %% 900 = 0,"
    " 0, 1, 1, n, at * 1000000 FROM y";

static const char make_tasks[] = "INSERT INTO tasks SELECT 1000000000 + id, office, id, 'lead', "
                                 "unit, 0, 'done', 1, 0, 0, 0, 0, 1 FROM cases WHERE unit > 0;"
                                 "INSERT INTO tasks SELECT 2000000000 + id, office, id, 'assist', "
                                 "4001 + id % 60, 0, 'done', 1, 0, 0, 0, 0, 1"
                                 " FROM cases WHERE id % 3 = 0";

static const struct str places[] = {
    STR_INIT("鞍山四村"), STR_INIT("控江路"),     STR_INIT("彰武路"),   STR_INIT("抚顺路363弄"),
    STR_INIT("密云路"),   STR_INIT("清波门社区"), STR_INIT("同济新村"), STR_INIT("铁岭路")};
static const struct str things[] = {
    STR_INIT("路灯不亮"), STR_INIT("垃圾房满溢"), STR_INIT("井盖响"),   STR_INIT("电瓶车飞线充电"),
    STR_INIT("楼道堆物"), STR_INIT("店外摆摊"),   STR_INIT("电梯坏了"), STR_INIT("积水")};
static const struct str ends[] = {STR_INIT("三天了没人修，老人晚上不敢出门"),
                                  STR_INIT("请尽快处理"),
                                  STR_INIT("已经打过两次电话，物业说不归他们管"),
                                  STR_INIT("程冬莲书记也知道"), STR_INIT("住3号楼的都有意见")};

/* As make_cases gives it. */
static int64_t community_of(int64_t n) {
    int64_t first = n * 7919 * 48271 % 1000003;
    int64_t second = (n * 104729 + 12345) % 999983;
    int64_t estate = first % 100 < 45 ? 1 + second % 15 : 1 + second % 150;

    return 1000 + estate * 23 / 151;
}

static bool make_words(struct store *s, struct arena *a, int64_t cases, struct err *err) {
    bool ok = true;

    for (int64_t n = 1; ok && n <= cases; n++) {
        struct arena_mark mark = arena_mark(a);
        int64_t h = n * 7919 % 10007;
        struct str text =
            arena_format(a, "%.*s%d号%.*s，%.*s。第%d次反映，希望街道早日解决，谢谢",
                         STR_ARG(places[h % 8]), (int)(h % 300), STR_ARG(things[h / 8 % 8]),
                         STR_ARG(ends[h % 97 == 0 ? 3 : h / 64 % 3]), (int)(h % 4));
        struct stmt *q = store_sql(s, SQL_WORDS_INSERT);

        stmt_bind_int(q, 1, 1);
        stmt_bind_int(q, 2, n);
        stmt_bind_text(q, 3, STR("text"));
        stmt_bind_int(q, 4, 137438953472 + n * 3);
        stmt_bind_bytes(q, 5, STR("12345678901234567890123456789012"));
        stmt_bind_text(q, 6, text);
        ok = stmt_run(q, err);
        q = store_sql(s, SQL_WORDS_INDEX);
        stmt_bind_int(q, 1, 1);
        stmt_bind_int(q, 2, n);
        stmt_bind_int(q, 3, n);
        stmt_bind_text(q, 4, STR("text"));
        stmt_bind_text(q, 5, search_document(a, text, community_of(n)));
        ok = ok && stmt_run(q, err);
        arena_rewind(a, mark);
    }
    return ok;
}

/* As `apply` would have kept them. */
static bool make_tallies(struct store *s, struct arena *a, struct err *err) {
    struct stmt *q = store_text(
        s, STR("SELECT office, day, community, unit, late, returns, reworks, rating, solved,"
               " first_contact_due_at, first_contact_at, class, channel, procedure, state FROM "
               "cases"));
    bool ok = true;

    while (ok && stmt_next(q)) {
        struct arena_mark mark = arena_mark(a);
        struct tally_case c = {.office = stmt_int(q, 0),
                               .day = stmt_int(q, 1),
                               .community = stmt_int(q, 2),
                               .unit = stmt_int(q, 3),
                               .late = stmt_int(q, 4),
                               .returns = stmt_int(q, 5),
                               .reworks = stmt_int(q, 6),
                               .rating = stmt_int(q, 7),
                               .solved = stmt_int(q, 8),
                               .first_contact_due_at = stmt_int(q, 9),
                               .first_contact_at = stmt_int(q, 10),
                               .class = stmt_text(q, 11, a),
                               .channel = stmt_text(q, 12, a),
                               .procedure = stmt_text(q, 13, a),
                               .state = stmt_text(q, 14, a)};

        ok = tally_move(s, NULL, &c, err);
        arena_rewind(a, mark);
    }
    return stmt_end(q, err) && ok;
}

/* ---- names: codes are what they are called */

static struct str same(void *ctx, enum filter_key key, struct str word) {
    (void)ctx;
    (void)key;
    return word;
}

static size_t place_of(void *ctx, struct str word, struct area *out, size_t max) {
    (void)ctx;
    (void)max;
    if (!str_to_int(word, &out[0].id)) {
        return 0;
    }
    out[0].level = out[0].id < 2000 ? AREA_COMMUNITY : out[0].id < 3000 ? AREA_GRID : AREA_ESTATE;
    return 1;
}

static size_t unit_of(void *ctx, struct str word, int64_t *out, size_t max) {
    (void)ctx;
    (void)max;
    return str_to_int(word, &out[0]) ? 1 : 0;
}

static size_t class_of(void *ctx, struct str word, struct str *out, size_t max) {
    (void)ctx;
    (void)max;
    out[0] = word;
    return 1;
}

static struct str word_of(void *ctx, int64_t id) {
    return arena_format(ctx, "%" PRId64, id);
}

/* ---- the questions; %d is a number that changes from round to round */

enum what { LIST, NEWEST, COUNT, FIGURES, EXPORT };
enum who { CENTRE, COMMUNITY, GRID, SMALL_UNIT, LARGE_UNIT, BOTH };

static const struct row {
    const char *name;
    enum what what;
    enum who who;
    const char *filter;
    int first, range; /* of %d */
    enum figures_by by;
} rows[] = {
    {"desk: open by deadline", LIST, CENTRE, "state:open", 0, 1, 0},
    {"desk: late", LIST, CENTRE, "state:open late:yes", 0, 1, 0},
    {"desk: one state", LIST, CENTRE, "state:to_dispatch", 0, 1, 0},
    {"desk: all by deadline", LIST, CENTRE, "", 0, 1, 0},
    {"desk: newest", NEWEST, CENTRE, "", 0, 1, 0},
    {"desk: a community", NEWEST, CENTRE, "place:%d", 1000, COMMUNITIES, 0},
    {"desk: an estate", NEWEST, CENTRE, "place:%d", 3001, ESTATES, 0},
    {"desk: a unit", NEWEST, CENTRE, "unit:%d", 4001, UNITS, 0},
    {"desk: a class", NEWEST, CENTRE, "class:W03-0%02d", 1, 29, 0},
    {"desk: a class, a community, late", NEWEST, CENTRE, "late:yes class:R0* place:%d", 1000,
     COMMUNITIES, 0},
    {"desk: bad ratings of an estate", NEWEST, CENTRE, "rating:1 place:%d", 3001, ESTATES, 0},
    {"desk: bad ratings, unsolved, returned", NEWEST, CENTRE, "rating:1 solved:no returned:yes", 0,
     1, 0},
    {"desk: closed in a month", NEWEST, CENTRE, "closed:2026-%02d", 1, 11, 0},
    {"desk: a number", NEWEST, CENTRE, "number:SP000%05dX", 1, 99999, 0},
    {"desk: nothing fits", NEWEST, CENTRE, "rating:1 redo:yes returned:yes leader:yes", 0, 1, 0},
    {"community: open by deadline", LIST, COMMUNITY, "state:open", 0, 1, 0},
    {"community: newest", NEWEST, COMMUNITY, "", 0, 1, 0},
    {"grid worker: open", LIST, GRID, "state:open", 0, 1, 0},
    {"small unit: open", LIST, SMALL_UNIT, "state:open", 0, 1, 0},
    {"small unit: newest", NEWEST, SMALL_UNIT, "", 0, 1, 0},
    {"large unit: open", LIST, LARGE_UNIT, "state:open", 0, 1, 0},
    {"large unit: newest", NEWEST, LARGE_UNIT, "", 0, 1, 0},
    {"community and unit: newest", NEWEST, BOTH, "", 0, 1, 0},
    {"community and unit: closed, late", NEWEST, BOTH, "state:closed late:yes", 0, 1, 0},
    {"word, common", NEWEST, CENTRE, "路灯", 0, 1, 0},
    {"word, three characters", NEWEST, CENTRE, "程冬莲", 0, 1, 0},
    {"word, mixed", NEWEST, CENTRE, "%d号路灯", 1, 299, 0},
    {"word, in a community", NEWEST, COMMUNITY, "路灯", 0, 1, 0},
    {"word, open", NEWEST, CENTRE, "state:open 路灯", 0, 1, 0},
    {"two words", NEWEST, CENTRE, "路灯 清波", 0, 1, 0},
    {"word that nobody wrote", NEWEST, CENTRE, "不存在", 0, 1, 0},
    {"count: open", COUNT, CENTRE, "state:open", 0, 1, 0},
    {"count: all", COUNT, CENTRE, "", 0, 1, 0},
    {"count: a month", COUNT, CENTRE, "opened:2026-%02d", 1, 11, 0},
    {"count: late", COUNT, CENTRE, "late:yes", 0, 1, 0},
    {"count: a unit", COUNT, CENTRE, "unit:%d", 4001, UNITS, 0},
    {"count: bad ratings", COUNT, CENTRE, "rating:1,2", 0, 1, 0},
    {"count: community, open", COUNT, COMMUNITY, "state:open", 0, 1, 0},
    {"count: large unit", COUNT, LARGE_UNIT, "", 0, 1, 0},
    {"count: word", COUNT, CENTRE, "程冬莲", 0, 1, 0},
    {"count: common word", COUNT, CENTRE, "路灯", 0, 1, 0},
    {"figures: month", FIGURES, CENTRE, "opened:2026-%02d", 1, 11, BY_NONE},
    {"figures: month by community", FIGURES, CENTRE, "opened:2026-%02d", 1, 11, BY_COMMUNITY},
    {"figures: month by category", FIGURES, CENTRE, "opened:2026-%02d", 1, 11, BY_CATEGORY},
    {"figures: month by day", FIGURES, CENTRE, "opened:2026-%02d", 1, 11, BY_DAY},
    {"figures: open by unit", FIGURES, CENTRE, "state:open", 0, 1, BY_UNIT},
    {"figures: a unit by month", FIGURES, CENTRE, "unit:%d", 4001, UNITS, BY_MONTH},
    {"figures: own community by month", FIGURES, COMMUNITY, "opened:2026", 0, 1, BY_MONTH},
    {"figures: year by month", FIGURES, CENTRE, "opened:2026", 0, 1, BY_MONTH},
    {"figures: everything by community", FIGURES, CENTRE, "", 0, 1, BY_COMMUNITY},
    {"rare: two that never met", NEWEST, CENTRE, "channel:hotline procedure:request", 0, 1, 0},
    {"rare: a class, a community, a channel", NEWEST, CENTRE,
     "class:W03-0%02d place:1010 channel:community state:declined", 1, 29, 0},
    {"rare: the same in a year", NEWEST, CENTRE,
     "opened:2025 class:W03-0%02d place:1010 channel:community state:declined", 1, 29, 0},
    {"rare: a unit, a community, a channel", NEWEST, CENTRE,
     "unit:%d place:1010 channel:community state:declined", 4003, UNITS - 2, 0},
    {"rare: a community, a channel, returned", NEWEST, CENTRE,
     "place:%d channel:community state:declined returned:yes", 1000, COMMUNITIES, 0},
    {"rare: community and unit, a class", NEWEST, COMMUNITY,
     "class:W03-0%02d channel:community state:declined", 1, 29, 0},
    {"rare: by deadline", LIST, CENTRE,
     "class:W03-0%02d place:1010 channel:community state:declined", 1, 29, 0},
    {"rare: terms that no tally knows", NEWEST, CENTRE, "redo:yes returned:yes rating:1 solved:no",
     0, 1, 0},
    {"rare: count", COUNT, CENTRE, "class:W03-0%02d place:1010 channel:community state:declined", 1,
     29, 0},
    {"export: a month", EXPORT, CENTRE, "opened:2026-%02d", 1, 11, 0},
};

static struct scope scope_of(enum who who, int64_t n, struct scope_grant *grant) {
    struct scope s = {.office = 1, .grants = grant, .grant_count = 1};

    *grant = (struct scope_grant){.area = {.level = AREA_OFFICE}};
    switch (who) {
    case COMMUNITY:
    case BOTH:
        grant->area = (struct area){1000 + n % COMMUNITIES, AREA_COMMUNITY};
        s.unit = who == BOTH ? 4002 + n % 20 : 0;
        break;
    case GRID:
        grant->area = (struct area){2000 + n % GRIDS, AREA_GRID};
        break;
    case SMALL_UNIT:
    case LARGE_UNIT:
        s.grant_count = 0;
        s.unit = who == LARGE_UNIT ? 4001 : 4040 + n % 20;
        break;
    default:
        break;
    }
    return s;
}

static bool count_row(void *ctx, const struct export_row *row, struct err *err) {
    (void)row;
    (void)err;
    ++*(int64_t *)ctx;
    return true;
}

static bool answer(struct store *s, struct arena *a, const struct row *r, int n, int64_t *found,
                   struct err *err) {
    struct filter_names names = {a, same, place_of, unit_of, class_of, word_of, word_of};
    struct list_request request = {.order = r->what == LIST ? LIST_DUE : LIST_NEWEST, .limit = 50};
    struct scope_grant grant;
    struct scope scope = scope_of(r->who, n, &grant);
    struct figures figures;
    struct list_total total;
    struct list_page page;
    struct filter filter;
    char text[200];

    snprintf(text, sizeof text, r->filter, r->first + n % r->range);
    if (!filter_parse(a, str_of(text), &names, now, &filter, err)) {
        return false;
    }
    if (r->what == FIGURES) { /* with every link, as the page asks */
        struct figures_question q = {&scope, &filter, r->by, &names, CHINA_OFFSET_MINUTES};
        struct str link;

        *found = figures_make(s, a, &q, &figures, err) && figures.count > 0
                     ? figures.rows[0].values[0]
                     : 0;
        for (size_t i = 0; err->code == E_NONE && i < figures.count * FIGURE_COUNT; i++) {
            figures_filter(a, &figures, &figures.rows[i / FIGURE_COUNT],
                           (enum figure)(i % FIGURE_COUNT), &link, err);
        }
        return err->code == E_NONE;
    }
    if (r->what == COUNT) {
        *found = list_count(s, a, &scope, &filter, &total, err) ? total.count : 0;
        return err->code == E_NONE;
    }
    if (r->what == EXPORT) {
        return export_cases(s, a, &scope, &filter, count_row, found, err);
    }
    *found = list_cases(s, a, &scope, &filter, &request, &page, err) ? (int64_t)page.count : 0;
    return err->code == E_NONE;
}

static double clock_ms(clockid_t id) {
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *x, const void *y) {
    double a = *(const double *)x;
    double b = *(const double *)y;

    return (a > b) - (a < b);
}

static bool measure(struct store *s, struct arena *a, const struct row *r, struct err *err) {
    double wall[ROUNDS];
    double own[ROUNDS];
    int64_t found = 0;
    int64_t most = 0;

    for (int i = -3; i < ROUNDS; i++) {
        double from = clock_ms(CLOCK_MONOTONIC);
        double from_own = clock_ms(CLOCK_THREAD_CPUTIME_ID);

        found = 0;
        if (!answer(s, a, r, (i + 3) * 17, &found, err)) {
            return false;
        }
        if (i >= 0) {
            own[i] = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from_own;
            wall[i] = clock_ms(CLOCK_MONOTONIC) - from;
        }
        most = found > most ? found : most;
        arena_reset(a);
    }
    qsort(wall, ROUNDS, sizeof *wall, compare);
    qsort(own, ROUNDS, sizeof *own, compare);
    printf("%-40s %8" PRId64 " %8.2f %8.2f %8.2f %8.2f\n", r->name, most, own[ROUNDS / 2],
           own[ROUNDS * 99 / 100], wall[ROUNDS / 2], wall[ROUNDS * 99 / 100]);
    return true;
}

static bool run(struct store *s, struct arena *a, int64_t cases, const char *name,
                struct err *err) {
    double from = clock_ms(CLOCK_MONOTONIC);
    const char *sql = arena_format(a, make_cases, (int)cases, (int)cases, (int)cases).p;

    if (!store_begin(s, err) || !store_execute(s, sql, err) || !store_execute(s, make_tasks, err) ||
        !make_tallies(s, a, err) || !make_words(s, a, cases, err) || !store_commit(s, err) ||
        !store_checkpoint(s, err)) {
        return false;
    }
    arena_reset(a);
    printf("%" PRId64 " cases made in %.1f s; milliseconds of %d rounds\n", cases,
           (clock_ms(CLOCK_MONOTONIC) - from) / 1e3, ROUNDS);
    printf("%-40s %8s %8s %8s %8s %8s\n", "", "found", "own p50", "own p99", "wall p50",
           "wall p99");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strstr(rows[i].name, name) != NULL && !measure(s, a, &rows[i], err)) {
            printf("%s: ", rows[i].name);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    struct arena *a = arena_open();
    struct err err = {0};
    char path[] = "/tmp/linli-bench-XXXXXX";
    int64_t cases = 100000;
    struct store *s;
    bool ok;

    if (argc > 1 && !str_to_int(str_of(argv[1]), &cases)) {
        return 2;
    }
    if (mkdtemp(path) == NULL) {
        return 1;
    }
    s = store_open(arena_format(a, "%s/linli.db", path).p, STORE_CREATE, &err);
    ok = s != NULL && run(s, a, cases, argc > 2 ? argv[2] : "", &err);
    store_close(s);
    if (!ok) {
        printf("%.*s %s\n", STR_ARG(err_sentence(a, &err, LANGUAGE_EN)), err.detail);
    }
    unlink(arena_format(a, "%s/linli.db", path).p);
    unlink(arena_format(a, "%s/linli.db-wal", path).p);
    unlink(arena_format(a, "%s/linli.db-shm", path).p);
    rmdir(path);
    arena_close(a);
    return ok ? 0 : 1;
}
