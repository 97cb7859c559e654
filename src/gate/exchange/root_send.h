/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/root_send.h - daily roots go out of the building: to a webhook, by mail, or both.
 *
 * What goes out is date and root, a line each or a JSON object each; which ledger they are of says
 * the header or the subject. Each root goes out at least once: what went out is noted behind the
 * answer, and what failed is tried again by the keeper. A way that fails does not hold up the
 * other, and none of them ever stops the server.
 *     DIR/linli.conf  root_webhook, root_key; root_mail, mail_from, smtp, smtp_user, smtp_key
 *     webhook         Linli-Signature: t=SECONDS,v1=HEX is HMAC-SHA-256(key, "t.office.body")
 *     mail            without `smtp` it is put into DIR/outbox
 * Failure  E_CONF_NEEDS when a setting lacks another one.
 */
#ifndef LINLI_GATE_EXCHANGE_ROOT_SEND_H
#define LINLI_GATE_EXCHANGE_ROOT_SEND_H

#include "town/days.h"

#define ROOT_SEND_JOB "root_send"

struct root_ways {
    struct str webhook; /* empty = none */
    struct str webhook_key;
    struct str mail_to; /* empty = none */
    struct str mail_from;
    struct str smtp; /* empty = DIR/outbox */
    struct str smtp_user;
    struct str smtp_password;
    struct str outbox; /* folder */
};

/* Reads the settings of a data folder; `ways` lives in the arena. */
bool root_ways_load(struct arena *a, const char *folder, struct root_ways *ways, struct err *err);

/* The job; `ways` must outlive the keeper. */
struct keeper_job root_send_job(const struct root_ways *ways);

#endif
