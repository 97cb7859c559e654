/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/public_json.h - a case as a resident reads it: public steps in plain words, the promise,
 * the answer. A case that was handed over is followed through the offices that went on with it, as
 * one matter.
 *
 * Never in it: other people's words, names of colleagues, internal notes, exact points. The poster
 * reads back the own words.
 */
#ifndef LINLI_GATE_WEB_PUBLIC_JSON_H
#define LINLI_GATE_WEB_PUBLIC_JSON_H

#include "gate/web/case_json.h"
#include "town/cases/hand_over.h"

struct public_voice {
    int64_t id;
    int64_t solved; /* 0 not said */
    int64_t rating; /* 0 = not rated */
    bool is_poster; /* came by the tracking link: may read the own words, rate, add */
};

/* What a tracking link leads to. */
struct tracked {
    int64_t voice;
    int64_t solved; /* as in public_voice */
    int64_t rating;
    int64_t event; /* that brought the voice */
    const struct case_file *c;
};

/* One case of the way: of another person's case only what is for all is read, the answer too. */
struct public_leg {
    const struct case_file *c;
    struct public_voice voice; /* of the person who follows it, in this case or, when it is another
                                  person's, in the last one of the own cases */
    int64_t after;             /* entry behind which it is the same matter, 0 = all of it */
    bool is_shared;            /* another person's, with which the own one was merged */
    bool is_received;          /* came from another office */
};

/* The cases as which a matter went on: the one that a link or number leads to first; merged into a
 * main case, handed over to another office, and on. Only who raised it first is known in the next
 * office, others read its public steps alone. */
enum { PUBLIC_WAY_MOST = 2 * HAND_OVER_MOST };
struct public_way {
    struct public_leg legs[PUBLIC_WAY_MOST];
    size_t count;
    size_t own;      /* index of the last leg that is the person's own case */
    int64_t awaited; /* office that has not received it yet, 0 = none */
};
bool public_follow(struct case_view *v, const struct case_file *c, const struct public_voice *voice,
                   struct public_way *way, struct err *err);

/* By the path's token; the request turns to the case's office. E_LINK. */
bool public_load_track(struct request *rq, struct tracked *t, struct err *err);

/* Member `entry`: number and hash of the entry that brought the case, for its receipt. */
bool public_write_entry(struct case_view *v, struct json_out *o, const struct case_file *c,
                        struct err *err);

/* Members `outside` and, when it is, `outside_words`: who is responsible instead, in a sentence. */
void public_write_outside(struct case_view *v, struct json_out *o, const struct case_file *c);

bool public_answer_track(struct case_view *v, const struct case_file *c,
                         const struct public_voice *voice, struct err *err);

/* Where it is, as far as the public may know: estate or community, without the address where the
 * class is sensitive. */
struct str public_where(const struct case_view *v, const struct case_file *c);

/* What a state is called to residents, in the words of the case's own procedure. */
struct str public_face(const struct case_view *v, const struct case_file *c, enum state state);

/* One public step. */
struct public_step {
    int64_t at; /* UTC microseconds */
    enum step step;
    struct str title; /* in plain words */
    struct str words; /* what was written with it, as far as the reader may know */
    int64_t unit;     /* that was told to handle it, 0 = none */
};

enum public_words {
    PUBLIC_NO_WORDS,  /* nobody's: for the public, and who knows no more than the number */
    PUBLIC_ALL_WORDS, /* the poster's own, and what staff wrote to him */
    PUBLIC_ANSWER,    /* of the main case of his: what is answered to all, nobody else's words */
};

/* Calls `each` for the public steps in their order, of a merged case those of its main case behind
 * them; what it fails with ends the walk. */
typedef bool public_step_function(void *ctx, const struct public_step *s, struct err *err);
bool public_each_step(struct case_view *v, const struct case_file *c, enum public_words words,
                      public_step_function *each, void *ctx, struct err *err);

/* Only the public steps, as member "steps" or "public_steps". */
bool public_write_steps(struct case_view *v, struct json_out *o, const char *name,
                        const struct case_file *c, bool is_poster, struct err *err);

#endif
