/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/service.h - what the handlers of the town's addresses stand on: the open installation,
 * who is asking, and the few ways in which every handler reads, commands and answers.
 *
 * rq->app is the struct service, rq->session the struct visitor once somebody signed in. A handler
 * borrows the town and one reader through `visit`, which gives them back when the request's arena
 * is reset.
 */
#ifndef LINLI_GATE_WEB_SERVICE_H
#define LINLI_GATE_WEB_SERVICE_H

#include "gate/web/answer.h"
#include "gate/web/route.h"
#include "town/access/sign_in.h"
#include "town/cases/case_commands.h"

struct keeper;
struct live;
struct quota;

struct service {
    struct installation *installation;
    int64_t office; /* whose pages those see who are not signed in */
    const char
        *public_url;      /* "http://127.0.0.1:8080", for links and QR codes; no slash at the end */
    struct live *live;    /* live updates, NULL = none */
    const char *map_file; /* GeoJSON of the base map, NULL = none */
    struct photo_desk *photos; /* where photos are made safe */
    struct keeper *keeper;     /* what is done by the clock, NULL = nothing */
    struct quota *quota;       /* of programs with keys and residents' addresses, NULL = no limit */
};

/* Who is asking. */
struct visitor {
    const struct account *account; /* of the town that this request holds */
    struct session session;
};

/* The town that this request holds, taken at the first call. */
const struct town *visit_town(struct request *rq);

/* A connection for reading, taken at the first call, given back with the request or by visit_done.
 */
struct store *visit_store(struct request *rq);

/* Gives the connection back early: before a command is submitted, so that sleeping requests hold
 * none. */
void visit_done(struct request *rq);

struct service *visit_service(const struct request *rq);
const struct account *visit_account(const struct request *rq); /* NULL = nobody signed in */
const struct session *visit_session(const struct request *rq); /* NULL = nobody signed in */
struct actor visit_actor(struct request *rq); /* of a command; a resident when nobody signed in */

/* The office that a request is about: that of whoever is signed in, else the one that the service
 * shows; a link to a case turns it to the case's own. */
int64_t visit_office(const struct request *rq);
void visit_turn_to(struct request *rq, int64_t office);

/* Submits a command for the request's office, with the request's Idempotency-Key, address and body;
 * answers in *c. */
bool visit_command(struct request *rq, const struct command_row *row, const struct actor *actor,
                   const void *input, struct command *c, struct err *err);

/* Is the case in the visitor's scope? E_NOT_FOUND when it is not: what one may not see is not
 * there. */
bool visit_may_see(struct request *rq, const struct case_file *c, struct err *err);

/* The gatekeeper of the server: session, rights, CSRF. */
bool service_gatekeeper(struct request *rq, const struct route *route, struct err *err);
const char *service_right_name(int right);

/* The tables of the town's addresses, one a file. */
extern const struct route_table session_routes;
extern const struct route_table office_routes;
extern const struct route_table case_routes;
extern const struct route_table twin_routes;
extern const struct route_table change_routes;
extern const struct route_table public_routes;
extern const struct route_table open311_routes;
extern const struct route_table desk_routes;
extern const struct route_table map_routes;
extern const struct route_table figures_routes;
extern const struct route_table task_routes;
extern const struct route_table link_routes;
extern const struct route_table proof_routes;
extern const struct schema proof_schemas[];
extern const struct route_table admin_routes;
extern const struct route_table admin_office_routes;
extern const struct schema admin_schemas[];
extern const struct route_table order_routes;
extern const struct route_table export_routes;
extern const struct route_table upload_routes;
extern const struct schema service_schemas[]; /* named shapes of answers, for the API document */

/* Live updates: the filter of the hub, and what the writer tells it of each event. */
struct live_news;
bool change_fits(const void *scope, const struct live_news *news);
bool change_load(void *context, struct arena *a, int64_t case_id, const void **about);
void change_tell(struct service *s, const struct event *e);
void change_end(struct service *s, int64_t account); /* signed out: its streams are asked anew */
void change_password(struct service *s, int64_t account);
void change_sealed(struct service *s); /* a password or a key: the ledger keeps the audit log */

/* The base map: for staff and for residents. */
bool office_answer_map(struct request *rq, struct err *err);

#endif
