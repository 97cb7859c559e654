/* SPDX-License-Identifier: Apache-2.0 */
/* base/err.h - the one error: what a function that can fail fills in and its callers pass up
 * untouched.
 *
 * A function that can fail returns bool and takes `struct err *` last. fail() fills it and returns
 * false, so refusals read `return fail(err, E_STEP, "state")`. Codes, HTTP status and the sentences
 * in both languages stand in errors.csv; {0} {1} {2} in a sentence are the arguments, the field is
 * named apart. Logged once, where it is answered.
 *
 * NEVER(x) marks a branch that cannot be taken: it aborts in tests and is answered as an internal
 * error in release.
 */
#ifndef LINLI_BASE_ERR_H
#define LINLI_BASE_ERR_H

#include <stdlib.h> /* abort, in NEVER */

#include "base/arena.h"
#include "error_codes.h" /* enum err_code, made from errors.csv */

enum language { LANGUAGE_ZH, LANGUAGE_EN };

enum { ERR_ARGS = 3, ERR_TEXT_BYTES = 240 };

struct err {
    enum err_code code;                  /* 0 = no error */
    char field[64];                      /* the input at fault, empty when none */
    char args[ERR_ARGS][ERR_TEXT_BYTES]; /* values for {0} {1} {2}, UTF-8, cut at a character */
    char detail[ERR_TEXT_BYTES];         /* for the log only, never answered */
    const char *file;                    /* where it was made */
    int line;
};

struct err_row {
    const char *name;    /* "E_STALE" */
    int status;          /* HTTP status */
    const char *text[2]; /* the sentence, by language */
    const char *hint[2]; /* what to do now, may be empty */
};
const struct err_row *err_row(enum err_code code);

/* Fill an error; the arguments are `const char *` or absent. Always returns false. */
bool err_set(struct err *err, enum err_code code, const char *field, const char *file, int line);
bool err_set_args(struct err *err, struct str a, struct str b, struct str c);
bool err_detail(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define fail(err, code, field) err_set((err), (code), (field), __FILE__, __LINE__)
#define fail1(err, code, field, a)                                                                 \
    (fail(err, code, field), err_set_args((err), (a), (struct str){0}, (struct str){0}))
#define fail2(err, code, field, a, b)                                                              \
    (fail(err, code, field), err_set_args((err), (a), (b), (struct str){0}))
#define fail3(err, code, field, a, b, c)                                                           \
    (fail(err, code, field), err_set_args((err), (a), (b), (c)))

#ifdef LINLI_TESTS
#define NEVER(x) (((x) ? abort() : (void)0), false)
#else
#define NEVER(x) (x)
#endif

/* The sentence and the hint with the arguments put in. */
struct str err_sentence(struct arena *a, const struct err *err, enum language language);
struct str err_hint(struct arena *a, const struct err *err, enum language language);

#endif
