/* SPDX-License-Identifier: Apache-2.0 */
/* base/limits.h - every bound of the program in one place, each with its unit and its reason.
 *
 * Inputs are bounded at the doors, so arenas are bounded. A limit that a person can meet has an
 * error in errors.csv.
 */
#ifndef LINLI_BASE_LIMITS_H
#define LINLI_BASE_LIMITS_H

#define LIMIT_TEXT_CHARACTERS  4000 /* free text of one field; Open311 GeoReport v2 names 4,000 */
#define LIMIT_SHORT_CHARACTERS 200  /* names, addresses, titles */
#define LIMIT_REQUEST_BYTES    (2u << 20)  /* a JSON or form body; 1,000 spreadsheet rows fit */
#define LIMIT_PHOTO_BYTES      (20u << 20) /* one uploaded photo */
#define LIMIT_PHOTO_PIXELS                                                                         \
    50000000 /* width x height of an uploaded photo; phones of 2026 make 50 million */
#define LIMIT_PHOTOS_PER_STEP   8   /* photos that one step may carry */
#define LIMIT_STEPS_PER_REQUEST 6   /* adjoining steps of one person in one click */
#define LIMIT_ASSISTS           8   /* assisting units of one dispatch */
#define LIMIT_CLOCKS_PER_CASE   64  /* clocks that one case may ever have had, rounds included */
#define LIMIT_TASKS_PER_CASE    64  /* tasks of one case, rounds included */
#define LIMIT_VOICES_PER_CASE   256 /* voices of one problem */
#define LIMIT_MERGED_ALONG      40  /* cases that a merged case takes along into its main case */
#define LIMIT_EVENT_BYTES       (1u << 20)  /* an event body; the largest: a definition */
#define LIMIT_ANSWER_BYTES      (32u << 20) /* one HTTP answer, exports included */
#define LIMIT_IMPORT_ROWS       1000        /* rows of one spreadsheet through the page */
#define LIMIT_PAGE_ITEMS        200         /* items of one list page */
#define LIMIT_BATCH_COMMANDS    256         /* commands in one commit of the writer */
#define LIMIT_CLOCK_JUMP_US     86400000000 /* a day; a clock put right moves by seconds */
#define LIMIT_QUEUE_COMMANDS    4096        /* commands waiting for the writer; more answer 503 */
#define LIMIT_DEFINITION_BYTES                                                                     \
    (512u << 10) /* one file of the catalogue; four times the largest that ships */
#define LIMIT_BUNDLE_BYTES                                                                         \
    (768u << 10)                  /* all published files; quoted as JSON they fit in one event */
#define LIMIT_DEFINITION_FILES 64 /* files of one bundle */
#define LIMIT_LINE_BYTES       (16u << 10) /* one line of a definition: 5,000 Chinese characters */
#define LIMIT_DEFINITION_ROWS  10000       /* rows of one table of the catalogue */
#define LIMIT_JSON_DEPTH       24          /* nesting of a JSON body */
#define LIMIT_POLYGON_POINTS                                                                       \
    20000 /* points of one polygon; a district's official border has a few thousand */
#define LIMIT_POLYGON_DEGREES                                                                      \
    20 /* width and height of one polygon; a province fits, and sums fit 64 bits */

/* What happened is written down that late at most: a year, for what lay in a drawer; older cases
 * come by import. */
#define LIMIT_LATE_ENTRY_DAYS 366

/* the web gate */
#define LIMIT_HEAD_BYTES (8u << 10) /* all headers of a request; a browser sends 1 to 2 KB */
#define LIMIT_HEADERS    64         /* headers of a request */
#define LIMIT_TARGET_BYTES                                                                         \
    (6u << 10) /* path and query; 600 Chinese characters of a filter, percent-encoded */
#define LIMIT_BODY_BYTES                                                                           \
    (256u << 10) /* a body unless its route is marked large; six steps with full texts fit */
#define LIMIT_FORM_BYTES                                                                           \
    (12u << 20) /* a multipart form with photos of another program: four of 3 MB, as phones make */
#define LIMIT_SURPLUS_BYTES                                                                        \
    (32u << 20) /* read and thrown away behind a limit, so that the refusal is read too */
#define LIMIT_BODIES_BYTES   (64u << 20) /* bodies of all requests under way; more answer 503 */
#define LIMIT_PAIRS          200         /* fields of a form or a query */
#define LIMIT_QUEUE_REQUESTS 1024        /* requests waiting for a worker; more answer 503 */
#define LIMIT_UPLOADS        64          /* photos coming in at once; more answer 503 */
#define LIMIT_CONNECTIONS    4096        /* open connections, event streams included */
#define LIMIT_STREAMS        2048        /* event streams: one for each browser at work */
#define LIMIT_STREAM_NEWS    64 /* news waiting for one slow stream; more tell it to load afresh */
#define LIMIT_HUB_NEWS       1024 /* news not yet told; more tell all to load afresh */

/* What residents may send from one address in a minute. A school, an office or a telephone company
 * puts hundreds of people behind one address, and a street of 100,000 has some 30 reports a day: so
 * the figures are far above what they do together, and stop a program that fills the desk. */
#define LIMIT_RESIDENT_REPORTS 30  /* reports; each is read by a person */
#define LIMIT_RESIDENT_UPLOADS 120 /* photos: four with each report */
#define LIMIT_RESIDENT_WORDS   60  /* ratings and further words, each by a link of its own */
#define LIMIT_RESIDENT_TRIES                                                                       \
    60 /* looking up by number, opening a task by its PIN; each of them locks after five as well */
#define LIMIT_RESIDENT_PROOFS 20 /* proofs: each reads a block of every day of the case */

/* Sign-ins from one address that fail, in a minute. A name is locked after five; this stops whoever
 * goes through the names. */
#define LIMIT_SIGN_IN_FAILURES 20

/* The filter language; E_FILTER_SIZE names these figures. */
#define LIMIT_FILTER_BYTES           4000  /* one filter, more than a person writes */
#define LIMIT_FILTER_TERMS           32    /* conditions of one filter */
#define LIMIT_FILTER_VALUES          64    /* values of one condition */
#define LIMIT_FILTER_WORD_CHARACTERS 64    /* one word to search for */
#define LIMIT_SCOPE_GRANTS           256   /* grants of one account */
#define LIMIT_COUNT_CASES            10000 /* counted exactly up to here, then "10,000+" */
#define LIMIT_COUNT_WORD_CASES       1000  /* the same with free words: slower */
#define LIMIT_SEARCH_CASES                                                                         \
    10000                      /* cases with free words in figures, exports and lists by deadline */
#define LIMIT_FIGURE_ROWS 5000 /* rows of one table of figures; days of 13 years fit */

#endif
