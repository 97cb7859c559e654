/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/open311.h - Open311 GeoReport v2 at /open311/v2: what services there are, a report by a
 * program with a key, and what became of it, in XML and JSON. What is taken and given stands in
 * docs/open311.md.
 *
 * service_code is a class that residents may report in a public procedure, service_request_id the
 * number of the case.
 *
 * Invariants  no answer holds a name, a telephone, an e-mail, an exact address, or words that staff
 *             did not write for everybody; only the key that posted a report reads its words back.
 *             Confidential cases, sensitive classes and procedures that are not public are shown to
 *             nobody else.
 * Failure     errors in the form of Open311: HTTP 400, 403 and 404 as specified, beside them 405,
 *             429 and 5xx.
 * Source      GeoReport v2; extensions: paging, media upload, extensions=true, updated_after and
 *             updated_before.
 */
#ifndef LINLI_GATE_WEB_OPEN311_H
#define LINLI_GATE_WEB_OPEN311_H

#include "gate/exchange/open311_write.h"
#include "gate/web/case_json.h"
#include "town/access/api_keys.h"

enum { OPEN311_MOST = 1000, OPEN311_DAYS = 90 }; /* requests of one answer; span of one question */

/* ---- answers and errors (open311.c) */

/* The document of this answer, in the form that the path asks for. */
struct open311_out open311_begin(struct request *rq);
bool open311_end(struct request *rq, struct open311_out *o, struct err *err);

/* Empty, our office's code, or its division code. E_JURISDICTION. */
bool open311_check_jurisdiction(struct request *rq, struct str given, struct err *err);

/* The key with this secret; key->id is 0 when it is none of ours. */
bool open311_find_key(struct request *rq, struct str secret, struct api_key *key, struct err *err);

/* ---- services (open311_services.c) */

/* Public, and takes what programs report. */
bool open311_is_open_to(const struct procedure *p);

/* The public procedure in which programs may report this class; NULL when they may not. */
const struct procedure *open311_procedure(const struct catalogue *c,
                                          const struct catalogue_class *class);

/* The class when it is offered. E_CLASS. */
bool open311_fetch_class(const struct catalogue *c, struct str code,
                         const struct catalogue_class **class, struct err *err);

/* Does the estate decide who handles it? Then its definition has the attribute `estate`. */
bool open311_asks_estate(const struct catalogue *c, const struct catalogue_class *class);

/* ---- one request (open311_case.c) */

/* What a caller may read of a case. */
enum open311_share {
    OPEN311_NOTHING,
    OPEN311_SUMMARY, /* what everybody may know */
    OPEN311_OWN,     /* also the words that this key posted, and the answer to them */
};

struct open311_reader {
    struct case_view view;
    struct api_key key;   /* id 0 = anybody */
    bool with_extensions; /* extended_attributes and notes too */
};

/* *own_event: the event of this key's report, for OPEN311_OWN. */
bool open311_share_of(struct open311_reader *r, const struct case_file *c,
                      enum open311_share *share, int64_t *own_event, struct err *err);

/* Writes the element `request` when the caller may see it. */
bool open311_write_case(struct open311_reader *r, struct open311_out *o, const struct case_file *c,
                        bool *written, struct err *err);

bool open311_is_closed(const struct case_file *c);
int64_t open311_updated_at(const struct case_file *c);

/* ---- which requests (open311_list.c) */

struct open311_question {
    int64_t start;         /* of the report, UTC microseconds */
    int64_t end;           /* first instant outside */
    int64_t updated_start; /* of the last change; 0 = not asked */
    int64_t updated_end;
    bool open; /* these states are wanted */
    bool closed;
    const struct str *codes; /* class codes; none = all */
    size_t code_count;
    int64_t page; /* from 1 */
    int64_t page_size;
};

bool open311_write_list(struct open311_reader *r, struct open311_out *o,
                        const struct open311_question *question, struct err *err);

/* ---- handlers */

bool open311_get_discovery(struct request *rq, struct err *err);
bool open311_get_services(struct request *rq, struct err *err);
bool open311_get_definition(struct request *rq, struct err *err);
bool open311_post_request(struct request *rq, struct err *err);
bool open311_get_token(struct request *rq, struct err *err);
bool open311_get_requests(struct request *rq, struct err *err);
bool open311_get_request(struct request *rq, struct err *err);

extern const struct field_row open311_report_input[];
extern const struct field_row open311_requests_query[];
extern const struct field_row open311_request_query[];

#endif
