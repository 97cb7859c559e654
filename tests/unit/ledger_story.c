/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_life.h"
#include "ledger_story.h"

#include "base/file.h"
#include "town/access/accounts.h"
#include "town/access/audit.h"
#include "town/cases/erase.h"
#include "town/cases/foreign.h"
#include "town/cases/hand_over.h"
#include "town/days.h"

#include <string.h>

enum { TEXT_BYTES = 1 << 20, COMMON = 0, OTHER = 2 };

void life_pass(struct life *l, int64_t minutes) {
    l->source->fixed_now_us += minutes * MINUTE_US;
}

static int64_t command(struct life *l, const struct command_row *row, int64_t office,
                       int64_t account, const void *input) {
    const struct town *t = installation_town(l->i);
    const void *person = account > 0 ? town_account(t, account) : NULL;
    struct command c = {.row = row, .office = office, .input = input};

    c.actor = (struct actor){account, account == ACTOR_PROGRAM, .person = person};
    c.said_at = account == ACTOR_PROGRAM ? l->source->fixed_now_us - 40 * DAY_US : 0;
    if (l->ok && !door_run(installation_door(l->i), &c, 1)) {
        *l->err = c.err;
        l->ok = false;
    }
    installation_release(l->i, t);
    return c.subject;
}

/* ---- the street */

static void make_places(struct life *l) {
    static const struct place places[] = {
        {STORY_STREET,
         STORY_OFFICE,
         STR_INIT("S"),
         0,
         LEVEL_STREET,
         {STR_INIT("桥头街道"), STR_INIT("Bridge Street Office")}},
        {STORY_COMMUNITY,
         STORY_OFFICE,
         STR_INIT("S1"),
         STORY_STREET,
         LEVEL_COMMUNITY,
         {STR_INIT("河沿居民区"), STR_INIT("Riverside Community")}},
        {STORY_GRID,
         STORY_OFFICE,
         STR_INIT("S1-1"),
         STORY_COMMUNITY,
         LEVEL_GRID,
         {STR_INIT("河沿第一网格"), STR_INIT("Riverside Grid 1")},
         STR_INIT("mixed"),
         STR_INIT(""),
         STR_INIT("{\"type\":\"Polygon\",\"coordinates\":[[[121.49,31.28],[121.50,31.28],[121.50,"
                  "31.29],[121.49,31.29],[121.49,31.28]]]}")},
        {STORY_ESTATE,
         STORY_OFFICE,
         STR_INIT("S1-2"),
         STORY_GRID,
         LEVEL_ESTATE,
         {STR_INIT("河沿小区"), STR_INIT("Riverside Estate")},
         STR_INIT("commodity"),
         STR_INIT("firm")},
    };

    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        command(l, &place_create, COMMON, ACTOR_SYSTEM, &places[k]);
    }
}

static void make_units(struct life *l) {
    static const struct unit units[] = {
        {STORY_CENTRE,
         STORY_OFFICE,
         STR_INIT("centre"),
         STR_INIT(""),
         {STR_INIT("城运中心"), STR_INIT("Centre")},
         STR_INIT("centre"),
         true},
        {STORY_DRAINAGE,
         STORY_OFFICE,
         STR_INIT("drainage"),
         STR_INIT(""),
         {STR_INIT("排水"), STR_INIT("Drainage")},
         STR_INIT("outside"),
         false},
        {STORY_TEAM,
         STORY_OFFICE,
         STR_INIT("team"),
         STR_INIT(""),
         {STR_INIT("执法队"), STR_INIT("Team")},
         STR_INIT("team"),
         true},
        {STORY_COMMITTEE,
         STORY_OFFICE,
         STR_INIT("committee"),
         STR_INIT(""),
         {STR_INIT("河沿居民区"), STR_INIT("Riverside")},
         STR_INIT("community"),
         true,
         STR_INIT(""),
         STR_INIT("S1")},
        {STORY_FIRM,
         STORY_OFFICE,
         STR_INIT("firm"),
         STR_INIT(""),
         {STR_INIT("物业"), STR_INIT("Firm")},
         STR_INIT("firm"),
         false},
    };

    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
        command(l, &unit_create, COMMON, ACTOR_SYSTEM, &units[k]);
    }
}

/* Somebody comes, gets a role more, loses one, leaves and returns. */
static void change_accounts(struct life *l) {
    struct account_open open = {.office = STORY_OFFICE,
                                .login = STR_INIT("newcomer"),
                                .name = STR_INIT("庚七"),
                                .unit = STORY_CENTRE,
                                .grants = {{.role = ROLE_ACCEPTOR}},
                                .grant_count = 1};
    int64_t id = command(l, &account_open, COMMON, ACTOR_SYSTEM, &open);
    struct grant more = {.account = id, .role = ROLE_DISPATCHER, .place = STORY_COMMUNITY};
    struct account_role_take take = {.account = id};
    struct account_activity activity = {.id = id};

    command(l, &account_role_give, COMMON, ACTOR_SYSTEM, &more);
    take.grant = id + 1;
    command(l, &account_role_take, COMMON, ACTOR_SYSTEM, &take);
    command(l, &account_end_or_reopen, COMMON, ACTOR_SYSTEM, &activity);
    activity.active = true;
    command(l, &account_end_or_reopen, COMMON, ACTOR_SYSTEM, &activity);
}

static void make_accounts(struct life *l) {
    static const struct {
        struct account_create account;
        struct grant grant;
    } people[] = {
        {{STORY_ACCEPTOR, STORY_OFFICE, STR_INIT("acceptor"), STR_INIT("甲一"), STORY_CENTRE,
          LANGUAGE_ZH},
         {STORY_ACCEPTOR, ROLE_ACCEPTOR, 0, STR_INIT("")}},
        {{STORY_DISPATCHER, STORY_OFFICE, STR_INIT("dispatcher"), STR_INIT("乙二"), STORY_CENTRE,
          LANGUAGE_ZH},
         {STORY_DISPATCHER, ROLE_DISPATCHER, 0, STR_INIT("")}},
        {{STORY_SHIFT_LEADER, STORY_OFFICE, STR_INIT("shift"), STR_INIT("丙三"), STORY_CENTRE,
          LANGUAGE_EN},
         {STORY_SHIFT_LEADER, ROLE_SHIFT_LEADER, 0, STR_INIT("")}},
        {{STORY_GRID_WORKER, STORY_OFFICE, STR_INIT("grid"), STR_INIT("丁四"), STORY_COMMITTEE,
          LANGUAGE_ZH},
         {STORY_GRID_WORKER, ROLE_GRID_WORKER, STORY_COMMUNITY, STR_INIT("")}},
        {{STORY_CAPTAIN, STORY_OFFICE, STR_INIT("captain"), STR_INIT("戊五"), STORY_TEAM,
          LANGUAGE_ZH},
         {STORY_CAPTAIN, ROLE_HANDLER, 0, STR_INIT("city-matter")}},
        {{STORY_LEADER, STORY_OFFICE, STR_INIT("leader"), STR_INIT("己六"), 0, LANGUAGE_ZH},
         {STORY_LEADER, ROLE_LEADER, 0, STR_INIT("")}},
    };

    for (size_t k = 0; k < sizeof people / sizeof people[0]; k++) {
        struct grant_give give = {
            .id = 100 + (int64_t)k, .grant = people[k].grant, .office = STORY_OFFICE};

        command(l, &account_create, COMMON, ACTOR_SYSTEM, &people[k].account);
        command(l, &account_grant, COMMON, ACTOR_SYSTEM, &give);
    }
    command(l, &account_speak, COMMON, STORY_CAPTAIN,
            &(struct account_speak){.id = STORY_CAPTAIN, .language = LANGUAGE_EN});
    change_accounts(l);
}

/* The header, and the rows that begin with one of the codes. */
static struct str cut_rows(struct life *l, struct str text, const char *const *codes) {
    struct buf out = buf_make(l->a, TEXT_BYTES);
    bool is_header = true;

    while (text.n > 0) {
        struct str line = str_cut(&text, '\n');
        bool is_kept = is_header;

        for (const char *const *code = codes; !is_kept && *code != NULL; code++) {
            is_kept = str_starts(line, str_of(*code));
        }
        if (is_kept) {
            buf_put(&out, line);
            buf_byte(&out, '\n');
        }
        is_header = false;
    }
    return buf_str(&out);
}

static void publish(struct life *l, const char *catalogue) {
    static const char *const codes[] = {"W06,",    "W06-042,", "W06-013,", "R01,",   "R01-03,",
                                        "R01-02,", "L,",       "L-01,",    "2026-0", NULL};
    static const char *const names[] = {
        "city-matter/procedure.yaml", "common/categories.csv", "common/classes.csv",
        "common/conditions.csv",      "common/routes.csv",     "common/templates.csv",
        "common/workdays.csv",        "order/procedure.yaml",  "request/procedure.yaml"};
    struct catalogue_text texts[sizeof names / sizeof names[0]];
    struct catalogue_publish bundle = {.texts = texts, .count = sizeof names / sizeof names[0]};

    for (size_t k = 0; l->ok && k < bundle.count; k++) {
        struct str path = path_join(l->a, str_of(catalogue), str_of(names[k]));
        struct str text;

        l->ok = file_read(l->a, path.p, TEXT_BYTES, &text, l->err);
        texts[k].name = str_of(names[k]);
        texts[k].text =
            l->ok && str_ends(texts[k].name, STR(".csv")) ? cut_rows(l, text, codes) : text;
    }
    command(l, &catalogue_publish, COMMON, ACTOR_SYSTEM, &bundle);
}

/* ---- its cases */

int64_t life_report(struct life *l, int64_t account, struct case_report r) {
    life_pass(l, 7);
    return command(l, &case_report, STORY_OFFICE, account, &r);
}

/* The task that a one-task link would stand for. */
static int64_t lead_task(struct life *l, int64_t id) {
    struct case_file *c = arena_new(l->a, struct case_file);
    const struct case_task *lead;
    bool found = false;

    if (!case_load(door_store(installation_door(l->i)), l->a, id, c, &found, l->err) || !found) {
        return 0;
    }
    lead = case_open_task(c, TASK_LEAD, 0);
    return lead == NULL ? 0 : lead->id;
}

void life_step(struct life *l, int64_t id, int64_t account, struct step_input in) {
    struct case_steps steps = {.case_id = id, .steps = {in}, .count = 1};

    steps.task = account == ACTOR_LINK ? lead_task(l, id) : 0;
    steps.steps[0].given = TERM_ALL(NEED_COUNT);
    life_pass(l, 11);
    command(l, &case_step, STORY_OFFICE, account, &steps);
}

/* As one click: file, dispatch. */
static void file_and_dispatch(struct life *l, int64_t id, const char *class, int64_t unit,
                              int64_t assist) {
    struct case_steps steps = {.case_id = id, .count = 2};

    steps.steps[0] = (struct step_input){.step = STEP_FILE, .class = str_of(class), .condition = 1};
    steps.steps[1] =
        (struct step_input){.step = STEP_DISPATCH, .unit = unit, .text = STR("请尽快")};
    if (assist > 0) {
        steps.steps[1].assists[steps.steps[1].assist_count++] = assist;
    }
    life_pass(l, 5);
    command(l, &case_step, STORY_OFFICE, STORY_SHIFT_LEADER, &steps);
}

/* On patrol, with a point: sent to the wrong unit, returned, asked of the leader, signed for by the
 * night shift, done by link, not well enough, done again. */
static void patrol(struct life *l) {
    int64_t id = life_report(l, STORY_GRID_WORKER,
                             (struct case_report){.procedure = STR("city-matter"),
                                                  .channel = CHANNEL_PATROL,
                                                  .class = STR("W06-042"),
                                                  .has_point = true,
                                                  .wgs84_lat = 312850000,
                                                  .wgs84_lon = 1214950000,
                                                  .text = STR("垃圾满溢"),
                                                  .address = STR("河沿路")});

    file_and_dispatch(l, id, "W06-042", STORY_TEAM, STORY_COMMITTEE);
    life_step(l, id, STORY_CAPTAIN, S(SIGN_FOR));
    life_step(l, id, STORY_ACCEPTOR, S(NOTE, .text = STR("已电话催办"), .is_public = true));
    life_step(l, id, STORY_CAPTAIN, S(BOUNCE, .reason = STR("不属本队")));
    life_step(l, id, STORY_DISPATCHER, S(NOTE, .text = STR("请领导定"), .ask_leader = true));
    life_step(l, id, STORY_LEADER, S(NOTE, .text = STR("由排水办"), .instruct = true));
    life_step(l, id, STORY_DISPATCHER,
              S(DISPATCH, .unit = STORY_DRAINAGE, .text = STR("按领导意见")));
    life_step(l, id, STORY_SHIFT_LEADER,
              S(SIGN_FOR, .person = STR("庚七"), .called_at = l->source->fixed_now_us));
    life_pass(l, 6 * 60);
    life_step(l, id, ACTOR_LINK, S(HANDLE, .text = STR("已清运"), .outcome = OUTCOME_EXPLAINED));
    life_step(l, id, STORY_GRID_WORKER, S(CHECK, .pass = false, .reason = STR("还有两袋")));
    life_step(l, id, STORY_SHIFT_LEADER,
              S(HANDLE, .text = STR("全部清完"), .outcome = OUTCOME_EXPLAINED,
                .person = STR("庚七"), .called_at = l->source->fixed_now_us));
    life_step(l, id, STORY_SHIFT_LEADER, S(CHECK, .pass = true, .text = STR("干净了")));
    life_step(l, id, STORY_ACCEPTOR,
              S(CLOSE, .answer = STR("已清运，每天增加一次"), .outcome = OUTCOME_SOLVED));
}

/* By a resident: looked at and not found; and one that was put right on the spot. */
static void found_nothing(struct life *l) {
    int64_t id = life_report(l, ACTOR_RESIDENT,
                             (struct case_report){.procedure = STR("city-matter"),
                                                  .channel = CHANNEL_WEB,
                                                  .class = STR("W06-013"),
                                                  .place = STORY_ESTATE,
                                                  .text = STR("道板松了"),
                                                  .name = STR("辛八"),
                                                  .telephone = STR("13800001234"),
                                                  .photo_owner = ACTOR_RESIDENT});

    life_step(l, id, STORY_GRID_WORKER, S(VERIFY, .found = false, .text = STR("没有看到")));
    life_step(l, id, STORY_ACCEPTOR,
              S(DECLINE, .reason = STR("现场未见"), .text = STR("未见此情况")));
    id = life_report(l, STORY_ACCEPTOR,
                     (struct case_report){.procedure = STR("request"),
                                          .channel = CHANNEL_WINDOW,
                                          .class = STR("R01-03"),
                                          .place = STORY_GRID,
                                          .text = STR("楼道没人扫"),
                                          .fixed_on_spot = true,
                                          .fixed_text = STR("当场请保洁员扫了")});
    life_step(l, id, STORY_ACCEPTOR,
              S(CLOSE, .answer = STR("当场已清"), .outcome = OUTCOME_ON_SPOT));
}

/* An order of the hotline: called twice, copied above, rated badly, done again. */
static void order(struct life *l) {
    int64_t id =
        life_report(l, STORY_ACCEPTOR,
                    (struct case_report){.procedure = STR("order"),
                                         .channel = CHANNEL_HOTLINE,
                                         .class = STR("L-01"),
                                         .place = STORY_COMMUNITY,
                                         .text = STR("积水"),
                                         .confidential = true,
                                         .external_number = STR("20260302YP1"),
                                         .external_due_at = l->source->fixed_now_us + 3 * DAY_US,
                                         .name = STR("壬九"),
                                         .telephone = STR("13800005678")});

    life_step(l, id, STORY_GRID_WORKER, S(FIRST_CONTACT, .reached = false, .text = STR("未接")));
    file_and_dispatch(l, id, "L-01", STORY_FIRM, 0);
    life_step(l, id, STORY_GRID_WORKER, S(FIRST_CONTACT, .reached = true));
    for (int round = 0; round < 2; round++) {
        life_step(l, id, STORY_DISPATCHER,
                  S(SIGN_FOR, .person = STR("癸十"), .called_at = l->source->fixed_now_us));
        life_step(l, id, STORY_DISPATCHER,
                  S(HANDLE, .text = STR("已疏通"), .outcome = OUTCOME_EXPLAINED,
                    .person = STR("癸十"), .called_at = l->source->fixed_now_us));
        life_step(l, id, STORY_ACCEPTOR, S(CHECK, .pass = true));
        life_step(l, id, STORY_ACCEPTOR,
                  S(CLOSE, .answer = STR("已退水"), .outcome = OUTCOME_EXPLAINED));
        if (round == 0) {
            life_step(l, id, STORY_ACCEPTOR, S(NOTE, .text = STR("已抄回"), .filled_above = true));
            life_step(l, id, STORY_ACCEPTOR,
                      S(RATE, .solved = 2, .grade = 1, .text = STR("又积水了")));
            life_step(l, id, STORY_DISPATCHER, S(FOLLOW_UP, .redo = true, .text = STR("重办")));
            life_step(l, id, STORY_DISPATCHER, S(DISPATCH, .unit = STORY_FIRM));
        }
    }
}

/* A request at the window, still being worked on; one rated well; one that came from another
 * system. */
static void others(struct life *l) {
    struct case_foreign foreign = {.report = {.procedure = STR("request"),
                                              .channel = CHANNEL_IMPORT,
                                              .text = STR("旧系统的一件"),
                                              .external_number = STR("old-1")},
                                   .closed_at = l->source->fixed_now_us - 30 * DAY_US,
                                   .answer = STR("旧系统的答复")};
    int64_t id = life_report(l, STORY_ACCEPTOR,
                             (struct case_report){.procedure = STR("request"),
                                                  .channel = CHANNEL_WINDOW,
                                                  .place = STORY_ESTATE,
                                                  .text = STR("楼道堆物")});

    file_and_dispatch(l, id, "R01-02", STORY_FIRM, STORY_COMMITTEE);
    id = life_report(l, STORY_ACCEPTOR,
                     (struct case_report){.procedure = STR("request"),
                                          .channel = CHANNEL_COMMUNITY,
                                          .class = STR("R01-03"),
                                          .place = STORY_GRID,
                                          .text = STR("门口落叶"),
                                          .fixed_on_spot = true,
                                          .fixed_text = STR("当场扫净")});
    life_step(l, id, STORY_ACCEPTOR,
              S(CLOSE, .answer = STR("已清落水口"), .outcome = OUTCOME_ON_SPOT));
    life_step(l, id, ACTOR_RESIDENT, S(RATE, .solved = 1, .grade = 5, .text = STR("谢谢")));
    command(l, &case_import, STORY_OFFICE, ACTOR_PROGRAM, &foreign);
}

/* A second street comes, and a case turns out to be on its ground. */
static void hand_over(struct life *l) {
    static const struct office other = {
        OTHER, STR_INIT("HD"),           {STR_INIT("河东街道"), STR_INIT("East Bank Office")},
        480,   STR_INIT("021-00000002"), STR_INIT("000000002")};
    int64_t id = life_report(l, STORY_ACCEPTOR,
                             (struct case_report){.procedure = STR("city-matter"),
                                                  .channel = CHANNEL_TELEPHONE,
                                                  .class = STR("W06-042"),
                                                  .text = STR("河对岸垃圾满溢"),
                                                  .address = STR("东岸"),
                                                  .name = STR("辛八"),
                                                  .telephone = STR("13800000008")});
    struct case_file *c = arena_new(l->a, struct case_file);
    struct case_receive receive = {.from_office = STORY_OFFICE};
    bool found = false;

    command(l, &office_create, COMMON, ACTOR_SYSTEM, &other);
    life_step(l, id, STORY_DISPATCHER, S(HAND_OVER, .office = STR("HD"), .text = STR("河东的")));
    l->ok = l->ok && case_load(door_store(installation_door(l->i)), l->a, id, c, &found, l->err) &&
            found;
    receive.from_event = c->last_event;
    command(l, &case_receive, OTHER, ACTOR_SYSTEM, &receive);
}

/* Midnight passes, days that are over get their roots, the audit log goes on and is kept. */
static void night(struct life *l) {
    int64_t closed = 0;

    life_pass(l, 24 * 60);
    l->ok = l->ok && days_close(l->i, &closed, l->err) && closed >= 2 &&
            audit_write(l->i, STORY_LEADER, "sign_in", STORY_LEADER, STR(""), l->err);
    command(l, &audit_keep, COMMON, ACTOR_SYSTEM, NULL);
}

/* Who called first asks that it be forgotten. */
static void forget(struct life *l) {
    struct stmt *q = store_text(door_store(installation_door(l->i)),
                                STR("SELECT case_id, id FROM voices WHERE has_contact = 1 "
                                    "ORDER BY id LIMIT 1"));
    struct voice_erase erase = {.reason = STR("request")};

    if (stmt_next(q)) {
        erase.case_id = stmt_int(q, 0);
        erase.voice = stmt_int(q, 1);
    }
    l->ok = stmt_end(q, l->err) && l->ok;
    command(l, &voice_erase, STORY_OFFICE, STORY_SHIFT_LEADER, &erase);
}

static bool settle(struct life *l, const char *folder, const char *catalogue) {
    static const struct office office = {STORY_OFFICE,
                                         STR_INIT("QT"),
                                         {STR_INIT("桥头街道"), STR_INIT("Bridge Street Office")},
                                         480,
                                         STR_INIT("021-00000001"),
                                         STR_INIT("000000001")};

    l->i = installation_open(folder, INSTALLATION_CREATE, l->source, l->err);
    if (l->i == NULL) {
        return false;
    }
    command(l, &office_create, COMMON, ACTOR_SYSTEM, &office);
    publish(l, catalogue);
    make_places(l);
    make_units(l);
    make_accounts(l);
    return l->ok;
}

/* The installation, or nothing if an act was refused. */
static struct installation *as_it_ended(const struct life *l) {
    if (!l->ok) {
        installation_close(l->i);
    }
    return l->ok ? l->i : NULL;
}

struct installation *ledger_story_street(struct arena *a, const char *folder, const char *catalogue,
                                         struct source *source, struct err *err) {
    struct life l = {.a = a, .source = source, .err = err, .ok = true};

    settle(&l, folder, catalogue);
    return as_it_ended(&l);
}

struct installation *ledger_story_live(struct arena *a, const char *folder, const char *catalogue,
                                       struct source *source, struct err *err) {
    struct life l = {.a = a, .source = source, .err = err, .ok = true};

    if (settle(&l, folder, catalogue)) {
        patrol(&l);
        found_nothing(&l);
        order(&l);
        others(&l);
        hand_over(&l);
        life_merge(&l);
        night(&l);
        forget(&l);
    }
    return as_it_ended(&l);
}
