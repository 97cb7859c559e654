/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_life.h"
#include "ledger_story.h"

static int64_t says(struct life *l, struct str text) {
    return life_report(l, STORY_ACCEPTOR,
                       (struct case_report){.procedure = STR("city-matter"),
                                            .channel = CHANNEL_TELEPHONE,
                                            .class = STR("W06-042"),
                                            .verified_on_spot = true,
                                            .text = text,
                                            .address = STR("河沿路"),
                                            .name = STR("壬九"),
                                            .telephone = STR("13800000009")});
}

static void handle(struct life *l, int64_t id) {
    life_step(l, id, STORY_CAPTAIN, S(SIGN_FOR));
    life_step(l, id, STORY_CAPTAIN, S(HANDLE, .text = STR("已清运"), .outcome = OUTCOME_EXPLAINED));
    life_step(l, id, STORY_SHIFT_LEADER, S(CHECK, .pass = true, .text = STR("干净了")));
    life_step(l, id, STORY_ACCEPTOR, S(CLOSE, .answer = STR("已清运"), .outcome = OUTCOME_SOLVED));
}

void life_merge(struct life *l) {
    int64_t main = says(l, STR("桥头垃圾没人收"));
    int64_t first = says(l, STR("桥头有垃圾"));
    int64_t second = says(l, STR("垃圾堵在桥头"));
    int64_t third = says(l, STR("桥那边也有垃圾"));

    life_step(l, third, STORY_SHIFT_LEADER, S(TELL_APART, .main = main));
    life_step(l, first, STORY_SHIFT_LEADER, S(FILE, .class = STR("W06-042"), .condition = 1));
    life_step(l, first, STORY_DISPATCHER, S(DISPATCH, .unit = STORY_TEAM));
    life_step(l, second, STORY_DISPATCHER, S(MERGE, .main = first, .same = SAME_PERSON));
    life_step(l, first, STORY_DISPATCHER,
              S(MERGE, .main = main, .same = SAME_PROBLEM, .text = STR("同一堆")));
    life_step(l, third, STORY_SHIFT_LEADER, S(MERGE, .main = first, .same = SAME_CAUSE));
    life_step(l, third, STORY_SHIFT_LEADER, S(UNMERGE, .reason = STR("并错了")));
    life_step(l, main, STORY_SHIFT_LEADER, S(FILE, .class = STR("W06-042"), .condition = 1));
    life_step(l, main, STORY_DISPATCHER, S(DISPATCH, .unit = STORY_TEAM));
    handle(l, main);
    life_step(l, second, ACTOR_RESIDENT, S(RATE, .solved = 1, .grade = 5));
    life_step(l, first, ACTOR_RESIDENT, S(RATE, .solved = 2, .grade = 1, .text = STR("还有味道")));
}
