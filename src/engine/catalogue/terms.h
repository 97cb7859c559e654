/* SPDX-License-Identifier: Apache-2.0 */
/* engine/catalogue/terms.h - the fixed words of the trade: steps, states, channels, roles,
 * outcomes, grades, units of time, kinds of class, clocks, fields, inputs that a step needs.
 *
 * Each is an enum here and a row {code, zh, en} in terms.c; definitions, commands, the database and
 * the API carry the code. 0 means none in every set. The numbers stand in databases and ledgers:
 * new ones are appended, none changes.
 *
 * Source  GB/T 30428.8-2020, CJ/T 315-2009 (stages); DOMAIN.md 1.6, 1.7 and part 14 (words).
 */
#ifndef LINLI_ENGINE_CATALOGUE_TERMS_H
#define LINLI_ENGINE_CATALOGUE_TERMS_H

#include "base/calendar/limit_unit.h"
#include "base/err.h"

enum step {
    STEP_NONE,
    STEP_REPORT,        /* 上报 */
    STEP_VERIFY,        /* 核实: is it real? before filing */
    STEP_DECLINE,       /* 不予受理 */
    STEP_FILE,          /* 立案 */
    STEP_DISPATCH,      /* 派遣 */
    STEP_BOUNCE,        /* 退单 */
    STEP_SIGN_FOR,      /* 签收 */
    STEP_HANDLE,        /* 处置 */
    STEP_CHECK,         /* 核查: is it done? after handling */
    STEP_CLOSE,         /* 结案 */
    STEP_RATE,          /* 评价 */
    STEP_FOLLOW_UP,     /* 回访整改 */
    STEP_NOTE,          /* 备注 */
    STEP_FIRST_CONTACT, /* 先行联系 */
    STEP_HAND_OVER,     /* 移交: to another office of the installation */
    STEP_MERGE,         /* 并案: it is the same problem as another case */
    STEP_UNMERGE,       /* 撤销并案 */
    STEP_TELL_APART,    /* 不是同一件: it is not */
    STEP_COUNT
};

enum state {
    STATE_NONE, /* before the report */
    STATE_REPORTED,
    STATE_VERIFYING,
    STATE_VERIFIED,
    STATE_TO_DISPATCH,
    STATE_TO_SIGN,
    STATE_HANDLING,
    STATE_TO_CHECK,
    STATE_TO_CLOSE,
    STATE_CLOSED,
    STATE_FOLLOW_UP,
    STATE_DECLINED,
    STATE_MERGED, /* goes on as part of another case (town/cases/merge.h) */
    STATE_COUNT
};

enum channel {
    CHANNEL_NONE,
    CHANNEL_WINDOW,
    CHANNEL_TELEPHONE,
    CHANNEL_WEB, /* a resident's phone, by code or address */
    CHANNEL_PATROL,
    CHANNEL_COMMUNITY, /* the community and its chat groups */
    CHANNEL_HOTLINE,   /* the city's 12345 */
    CHANNEL_POLICE,    /* handed over by 110 */
    CHANNEL_LEADER,
    CHANNEL_MEDIA,
    CHANNEL_OPEN311,
    CHANNEL_IMPORT,
    CHANNEL_COUNT
};

enum role {
    ROLE_NONE,
    ROLE_ACCEPTOR,
    ROLE_DISPATCHER,
    ROLE_SHIFT_LEADER,
    ROLE_GRID_WORKER,
    ROLE_HANDLER,
    ROLE_LEADER,
    ROLE_AUDITOR,
    ROLE_ADMINISTRATOR,
    ROLE_RESIDENT, /* no account: the public pages, tracking links, Open311; granted to nobody */
    ROLE_COUNT
};

enum outcome {
    OUTCOME_NONE,
    OUTCOME_SOLVED,
    OUTCOME_ON_SPOT,
    OUTCOME_EXPLAINED, /* cannot be solved, said why */
    OUTCOME_HANDED_OVER,
    OUTCOME_REFUSED,
    OUTCOME_COUNT
};

/* A grade is its number: 5 very satisfied ... 1 very dissatisfied. */
enum { GRADE_NONE, GRADE_WORST = 1, GRADE_BEST = 5, GRADE_COUNT };

enum class_kind {
    KIND_NONE,
    KIND_MATTER,    /* W: what somebody does or leaves lying, GB/T 47678.5 big classes 06-10 */
    KIND_COMPONENT, /* P: a component out of order, big classes 01-05 */
    KIND_REQUEST,   /* R: what residents ask for */
    KIND_LOCAL,     /* L: local extension */
    KIND_COUNT
};

enum clock_kind {
    CLOCK_NONE,
    CLOCK_ACCEPT,
    CLOCK_VERIFY,
    CLOCK_FILE,
    CLOCK_DISPATCH,
    CLOCK_SIGN_FOR,
    CLOCK_HANDLE,
    CLOCK_CHECK,
    CLOCK_CLOSE,
    CLOCK_FIRST_CONTACT,
    CLOCK_FOLLOW_UP,
    CLOCK_WHOLE,   /* from the report to the closing */
    CLOCK_PROMISE, /* what was promised to a resident whose case was merged into this one */
    CLOCK_COUNT
};

/* What a step asks of the person who does it; the name is that of the input in the API. */
enum need {
    NEED_NONE,
    NEED_FOUND,  /* verify: was it found on the spot? */
    NEED_REASON, /* a return, a refusal, a rework */
    NEED_TEXT,
    NEED_PHOTO,       /* always */
    NEED_CLASS_PHOTO, /* where the class says photo: yes */
    NEED_CLASS,
    NEED_CONDITION, /* row of the filing condition */
    NEED_PLACE,
    NEED_UNIT,
    NEED_OUTCOME,
    NEED_PASS,   /* check: is it done? */
    NEED_ANSWER, /* close: the answer to the people who raised it */
    NEED_SOLVED,
    NEED_GRADE,
    NEED_REDO,    /* follow_up: once more, or explained? */
    NEED_REACHED, /* first_contact: was the person reached? */
    NEED_OFFICE,  /* hand_over: to whom? */
    NEED_MAIN,    /* merge, tell_apart: with which case? */
    NEED_SAME,    /* merge: in what is it the same? */
    NEED_COUNT
};

/* In what two cases are the same. */
enum same {
    SAME_NONE,
    SAME_PROBLEM, /* several people raised it */
    SAME_PERSON,  /* one person raised it again */
    SAME_CAUSE,   /* different troubles of one cause: no water, a flooded road */
    SAME_COUNT
};

enum coordinates {
    COORDINATES_NONE,
    COORDINATES_EXACT,
    COORDINATES_ROUNDED,
    COORDINATES_HIDDEN,
    COORDINATES_COUNT
};

enum field_type {
    FORM_NONE,
    FORM_TEXT, /* several lines */
    FORM_LINE,
    FORM_NUMBER,
    FORM_DATE,
    FORM_TIME,
    FORM_CHOICE,
    FORM_YES_NO,
    FORM_PHOTOS,
    FORM_PLACE,
    FORM_POINT,
    FORM_CLASS,
    FORM_CONTACT, /* name and telephone: into the vault */
    FORM_COUNT
};

/* What a reply template may name in braces. */
enum placeholder {
    PLACEHOLDER_NONE,
    PLACEHOLDER_NUMBER, /* of the case */
    PLACEHOLDER_CLASS,
    PLACEHOLDER_WHERE,
    PLACEHOLDER_UNIT,
    PLACEHOLDER_DUE,
    PLACEHOLDER_OFFICE,
    PLACEHOLDER_TELEPHONE, /* of the office */
    PLACEHOLDER_COUNT
};

/* A set of terms: bit n stands for term n. */
#define TERM_BIT(n)      ((uint32_t)1 << (n))
#define TERM_HAS(set, n) (((set) >> (n)) & 1u)
#define TERM_ALL(count)  (TERM_BIT(count) - 2u) /* every term but NONE */

/* The states in which a case is open. */
#define STATES_ALL TERM_ALL(STATE_COUNT)
#define STATES_OPEN                                                                                \
    (STATES_ALL & ~(TERM_BIT(STATE_CLOSED) | TERM_BIT(STATE_DECLINED) | TERM_BIT(STATE_MERGED)))

/* The channels through which residents report what staff have not seen: what they say is looked at
 * first where the class asks for it (CJ/T 315-2009: public reports are verified; DOMAIN.md 1.7
 * counts the telephone among them). */
#define CHANNELS_OF_RESIDENTS                                                                      \
    (TERM_BIT(CHANNEL_WEB) | TERM_BIT(CHANNEL_OPEN311) | TERM_BIT(CHANNEL_TELEPHONE) |             \
     TERM_BIT(CHANNEL_WINDOW) | TERM_BIT(CHANNEL_COMMUNITY))

enum term_set {
    TERMS_STEP,
    TERMS_STATE,
    TERMS_CHANNEL,
    TERMS_ROLE,
    TERMS_OUTCOME,
    TERMS_GRADE,
    TERMS_LIMIT_UNIT,
    TERMS_CLASS_KIND,
    TERMS_CLOCK,
    TERMS_NEED,
    TERMS_COORDINATES,
    TERMS_FIELD,
    TERMS_PLACEHOLDER,
    TERMS_SAME,
    TERMS_COUNT
};

struct term {
    struct str code;    /* "to_dispatch"; ASCII */
    struct str name[2]; /* for people, by enum language */
};

/* Numbers 1..term_count-1 are terms. */
int term_count(enum term_set set);

/* The row of term `number`; number 0 gives empty texts. */
const struct term *term_row(enum term_set set, int number);
struct str term_code(enum term_set set, int number);
struct str term_name(enum term_set set, int number, enum language language);

/* The number of the term with this code; 0 when there is none. */
int term_find(enum term_set set, struct str code);

/* The same by code or by name in either language, upper and lower case alike: for filters and
 * spreadsheets. */
int term_find_word(enum term_set set, struct str word);

/* The codes of a set of terms, for a sentence: "reported, verified". */
struct str term_list(struct arena *a, enum term_set set, uint32_t terms);

/* Their names, for people. */
struct str term_names(struct arena *a, enum term_set set, uint32_t terms, enum language language);

/* "4 工作时", "4 working hours"; empty for UNIT_NONE. */
struct str limit_text(struct arena *a, int amount, enum limit_unit unit, enum language language);

#endif
