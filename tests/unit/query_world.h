/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/query_world.h - a small street for the tests of engine/query: 4 communities, 8 grids,
 * 8 estates, 5 units, 6 classes, named as the caller of the filter language would name them. */
#ifndef LINLI_TESTS_QUERY_WORLD_H
#define LINLI_TESTS_QUERY_WORLD_H

#include "check.h"

#include <assert.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/source.h"
#include "base/time_text.h"
#include "engine/query/filter.h"

struct world_place {
    struct str name;
    struct str code;
    struct area area;
};

/* 鞍山四村 is a community and an estate, as in life: the name finds both, the codes tell them
 * apart. */
static const struct world_place world_places[] = {
    {STR_INIT("四平路街道"), STR_INIT("SP"), {1, AREA_OFFICE}},
    {STR_INIT("鞍山四村"), STR_INIT("C11"), {11, AREA_COMMUNITY}},
    {STR_INIT("清波"), STR_INIT("C12"), {12, AREA_COMMUNITY}},
    {STR_INIT("公交 新村"), STR_INIT("C13"), {13, AREA_COMMUNITY}},
    {STR_INIT("同济新村"), STR_INIT("C14"), {14, AREA_COMMUNITY}},
    {STR_INIT("一号网格"), STR_INIT("G21"), {21, AREA_GRID}},
    {STR_INIT("二号网格"), STR_INIT("G22"), {22, AREA_GRID}},
    {STR_INIT("三号网格"), STR_INIT("G23"), {23, AREA_GRID}},
    {STR_INIT("四号网格"), STR_INIT("G24"), {24, AREA_GRID}},
    {STR_INIT("鞍山四村"), STR_INIT("E31"), {31, AREA_ESTATE}},
    {STR_INIT("彰武小区"), STR_INIT("E32"), {32, AREA_ESTATE}},
    {STR_INIT("抚顺路363弄"), STR_INIT("E33"), {33, AREA_ESTATE}},
};

struct world_unit {
    struct str name;
    struct str code;
    int64_t id;
};
static const struct world_unit world_units[] = {
    {STR_INIT("环卫"), STR_INIT("HW"), 41},   {STR_INIT("执法队"), STR_INIT("ZF"), 42},
    {STR_INIT("管理办"), STR_INIT("GL"), 43}, {STR_INIT("安居物业"), STR_INIT("WY1"), 44},
    {STR_INIT("路灯"), STR_INIT("LD"), 45},
};

static const struct str world_classes[][2] = {
    {STR_INIT("W06-042"), STR_INIT("垃圾满溢")}, {STR_INIT("W06-013"), STR_INIT("道路破损")},
    {STR_INIT("W09-005"), STR_INIT("店外经营")}, {STR_INIT("P01-037"), STR_INIT("路灯异常")},
    {STR_INIT("R01-03"), STR_INIT("物业维修")},  {STR_INIT("L-01"), STR_INIT("积水")},
};
static const struct str world_categories[][2] = {
    {STR_INIT("W06"), STR_INIT("街面秩序")},
    {STR_INIT("R01"), STR_INIT("物业")},
};
static const struct str world_states[][2] = {
    {STR_INIT("reported"), STR_INIT("待受理")}, {STR_INIT("to_dispatch"), STR_INIT("待派遣")},
    {STR_INIT("handling"), STR_INIT("处置中")}, {STR_INIT("follow_up"), STR_INIT("回访整改")},
    {STR_INIT("closed"), STR_INIT("已结案")},   {STR_INIT("declined"), STR_INIT("不予受理")},
    {STR_INIT("merged"), STR_INIT("已并案")},
};
static const struct str world_channels[][2] = {
    {STR_INIT("hotline"), STR_INIT("12345热线")},
    {STR_INIT("patrol"), STR_INIT("巡查")},
    {STR_INIT("web"), STR_INIT("居民扫码")},
};
static const struct str world_procedures[][2] = {
    {STR_INIT("city-matter"), STR_INIT("城市管理事项")},
    {STR_INIT("request"), STR_INIT("居民诉求")},
};

#define WORLD_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static struct str world_pair(const struct str rows[][2], size_t count, struct str word) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(rows[i][0], word) || str_eq(rows[i][1], word)) {
            return rows[i][0];
        }
    }
    return (struct str){0};
}

static struct str world_code(void *ctx, enum filter_key key, struct str word) {
    (void)ctx;
    switch (key) {
    case FILTER_STATE:
        return world_pair(world_states, WORLD_COUNT(world_states), word);
    case FILTER_CHANNEL:
        return world_pair(world_channels, WORLD_COUNT(world_channels), word);
    default:
        return world_pair(world_procedures, WORLD_COUNT(world_procedures), word);
    }
}

static size_t world_find_places(void *ctx, struct str word, struct area *out, size_t max) {
    size_t n = 0;

    (void)ctx;
    for (size_t i = 0; i < WORLD_COUNT(world_places) && n < max; i++) {
        if (str_eq(world_places[i].name, word) || str_eq(world_places[i].code, word)) {
            out[n++] = world_places[i].area;
        }
    }
    return n;
}

static size_t world_find_units(void *ctx, struct str word, int64_t *out, size_t max) {
    size_t n = 0;

    (void)ctx;
    for (size_t i = 0; i < WORLD_COUNT(world_units) && n < max; i++) {
        if (str_eq(world_units[i].name, word) || str_eq(world_units[i].code, word)) {
            out[n++] = world_units[i].id;
        }
    }
    return n;
}

static size_t world_find_classes(void *ctx, struct str word, struct str *out, size_t max) {
    struct str code = world_pair(world_classes, WORLD_COUNT(world_classes), word);
    struct str category = world_pair(world_categories, WORLD_COUNT(world_categories), word);
    static char star[32];
    size_t n = 0;

    (void)ctx;
    if (code.n > 0 && n < max) {
        out[n++] = code;
    }
    if (category.n > 0 && n < max) {
        snprintf(star, sizeof star, "%.*s-*", STR_ARG(category));
        out[n++] = str_of(star);
    }
    return n;
}

static struct str world_place_word(void *ctx, int64_t id) {
    (void)ctx;
    for (size_t i = 0; i < WORLD_COUNT(world_places); i++) {
        if (world_places[i].area.id == id) {
            return id == 11 || id == 31 ? world_places[i].code : world_places[i].name;
        }
    }
    return (struct str){0};
}

static struct str world_unit_word(void *ctx, int64_t id) {
    (void)ctx;
    for (size_t i = 0; i < WORLD_COUNT(world_units); i++) {
        if (world_units[i].id == id) {
            return world_units[i].name;
        }
    }
    return (struct str){0};
}

static const struct filter_names world_names = {
    .find_code = world_code,
    .find_places = world_find_places,
    .find_units = world_find_units,
    .find_classes = world_find_classes,
    .place_word = world_place_word,
    .unit_word = world_unit_word,
};

/* Sunday 22 November 2026, 09:15:07.5 in Shanghai. */
#define WORLD_AS_OF 1795310107500000
static const struct filter_clock world_clock = {.as_of = WORLD_AS_OF,
                                                .offset_minutes = CHINA_OFFSET_MINUTES};

#endif
