/* SPDX-License-Identifier: Apache-2.0 */
/* engine/query/filter.h - the filter language: one line of text that means the same in a list, a
 * count, a figure, an export and a saved view. Grammar on one page: docs/filter.md.
 *
 *     state:open late:yes place:鞍山四村 opened:2026-10 -channel:patrol 路灯
 *
 * A filter is a bounded row of terms, all of which hold; a term is a key with values of which one
 * holds, or what may not hold. Keys and values are written in Chinese or English. Names of places,
 * units, classes and the codes of states, channels and procedures are resolved by the caller, for
 * the engine knows no subject.
 *
 * Invariants  filter_write gives text that filter_parse reads into the same filter; equal filters
 *             have equal text.
 * Memory      everything lives in the arena that was given; the text need not outlive the call.
 * Failure     E_FILTER and its family (E_FILTER_KEY, _VALUE, _DATE, _NAME, _SIZE, _WORD) name the
 *             part at fault and the remedy; E_SENSITIVE for keys that would filter by personal
 *             data.
 * Limits      LIMIT_FILTER_BYTES, LIMIT_FILTER_TERMS, LIMIT_FILTER_VALUES (base/limits.h).
 */
#ifndef LINLI_ENGINE_QUERY_FILTER_H
#define LINLI_ENGINE_QUERY_FILTER_H

#include "base/err.h"

enum filter_key {
    FILTER_PROCEDURE,    /* 事项 */
    FILTER_STATE,        /* 状态: open, or a state */
    FILTER_LATE,         /* 超期: handled late, or not handled and due before as_of */
    FILTER_SHOULD_CLOSE, /* 应结案: closed, or open and late (the base of the on-time rate,
                            DOMAIN.md 1.8) */
    FILTER_PLACE,        /* 地点 */
    FILTER_CLASS,        /* 类别 */
    FILTER_UNIT,         /* 部门: the lead unit */
    FILTER_CHANNEL,      /* 来源 */
    FILTER_OPENED,       /* 上报: civil days of the report */
    FILTER_CLOSED,       /* 结案: civil days of closing or declining */
    FILTER_DUE,          /* 到期: when the next running deadline ends */
    FILTER_NUMBER,       /* 编号 */
    FILTER_EXTERNAL,     /* 外部编号 */
    FILTER_RATING,       /* 评分 */
    FILTER_SOLVED,       /* 解决: the resident's word */
    FILTER_CONTACTED,    /* 联系: first contact */
    FILTER_RETURNED,     /* 退回 */
    FILTER_REDO,         /* 返工 */
    FILTER_LEADER,       /* 待领导 */
    FILTER_NIGHT,        /* 夜间: reported from 20:00 to 08:00 */
    FILTER_CELL,         /* 方格: a square of the map, 17-7054353; of open cases alone */
    FILTER_WORDS,        /* free words, no key */
    FILTER_KEY_COUNT
};

enum filter_kind {
    FILTER_IS_CODE,    /* text: the column's word, or a free word */
    FILTER_IS_PREFIX,  /* text: what the column begins with */
    FILTER_IS_ID,      /* id of a place with its level, of a unit, or a grade */
    FILTER_IS_RANGE,   /* from <= x < to: instants, or cells */
    FILTER_IS_YES,     /* it is so, there is one */
    FILTER_IS_NO,      /* it is not so */
    FILTER_IS_NONE,    /* there is none (no class chosen, no unit yet) */
    FILTER_IS_OPEN,    /* state: neither closed nor declined */
    FILTER_IS_IN_TIME, /* contacted: before the deadline */
    FILTER_IS_LATE,    /* contacted: after the deadline, or not although it has passed */
};

enum area_level {
    AREA_OFFICE, /* the street or above: every case of the office */
    AREA_COMMUNITY,
    AREA_GRID,
    AREA_ESTATE,
};

struct area {
    int64_t id; /* places.id; not looked at for AREA_OFFICE */
    enum area_level level;
};

struct filter_value {
    enum filter_kind kind;
    enum area_level level; /* FILTER_IS_ID of a place */
    struct str text;       /* canonical word: code, prefix, name, or the date as said */
    struct str fixed;      /* dates: the same days as figures, 2026-10-01..2026-10-31; else empty */
    int64_t id;            /* FILTER_IS_ID: place, unit or grade */
    int64_t from;          /* FILTER_IS_RANGE: UTC microseconds, INT64_MIN = open; or a cell */
    int64_t to;            /* first one that is outside; INT64_MAX = open */
};

struct filter_term {
    enum filter_key key;
    bool is_not;                       /* written with a leading - */
    const struct filter_value *values; /* one of them holds; in order of their text, none twice */
    size_t value_count;                /* at least 1 */
};

struct filter {
    const struct filter_term *terms; /* all hold; in order of key and text, none twice */
    size_t count;                    /* 0 = every case */
    int64_t as_of; /* the instant that late, due and contacted are judged at, UTC microseconds */
};

/* How the caller knows the subject. Each function is given `ctx`; `out` has room for `max`, the
 * result is how many fit. A word that names nothing gives 0. What place_word and unit_word give
 * must name that one alone and hold no quotation mark: the name where it is unique, else the code.
 */
struct filter_names {
    void *ctx;
    /* FILTER_PROCEDURE, FILTER_STATE, FILTER_CHANNEL: the code of a word in either language; empty
     * = none. */
    struct str (*find_code)(void *ctx, enum filter_key key, struct str word);
    size_t (*find_places)(void *ctx, struct str word, struct area *out, size_t max);
    size_t (*find_units)(void *ctx, struct str word, int64_t *out, size_t max);
    /* Codes of classes; a category gives its prefix with a star, "W06-*". */
    size_t (*find_classes)(void *ctx, struct str word, struct str *out, size_t max);
    struct str (*place_word)(void *ctx, int64_t id);
    struct str (*unit_word)(void *ctx, int64_t id);
};

struct filter_clock {
    int64_t as_of;      /* now, UTC microseconds; what "today" is */
    int offset_minutes; /* of the office's civil time */
};

bool filter_parse(struct arena *a, struct str text, const struct filter_names *names,
                  struct filter_clock clock, struct filter *out, struct err *err);

enum filter_form {
    FILTER_AS_SAID, /* "this-month" stays: for saved views */
    FILTER_FIXED,   /* days in figures: for a figure that is opened later */
};

/* The canonical text, English keys; empty for the filter without terms. */
struct str filter_write(struct arena *a, const struct filter *f, enum filter_form form);

/* The terms of both, canonical again. E_FILTER_SIZE when it grows too long. */
bool filter_and(struct arena *a, const struct filter *f, const struct filter *more,
                struct filter *out, struct err *err);

/* What the terms on the state leave over; both FILTER_OPEN_ONLY and FILTER_ENDED_ONLY may be
 * answered by none. */
enum filter_openness { FILTER_ANY, FILTER_OPEN_ONLY, FILTER_ENDED_ONLY };
enum filter_openness filter_openness(const struct filter *f);
/* What fits was reported from this moment on, and before that one: since it is asked so, or since
 * it was closed before that and no case is closed before it is reported (on_closed in
 * town/cases/evolve.c, E_CLOSED_EARLY of an import); 0 and INT64_MAX when nothing is known. */
int64_t filter_reported_from(const struct filter *f);
int64_t filter_reported_before(const struct filter *f);
/* It asks for two or more of the four rare things of SQL_IS_MARKED (compile.h). */
bool filter_is_marked(const struct filter *f);
/* It asks for some states of an open case and not for others. */
bool filter_parts_open(const struct filter *f);

/* The key and its name in the other language, for pages that offer them: "state", "状态". */
struct str filter_key_name(enum filter_key key, enum language language);

#endif
