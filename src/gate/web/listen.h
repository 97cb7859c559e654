/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/listen.h - listen addresses: `127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:80`.
 *
 * Numbers only: a name could mean another interface tomorrow. Failure: E_LISTEN with an example,
 * E_PORT (in use), E_ADDRESS.
 */
#ifndef LINLI_GATE_WEB_LISTEN_H
#define LINLI_GATE_WEB_LISTEN_H

#include <netinet/in.h>

#include "base/err.h"

struct listen_address {
    bool is_v6;         /* which of the two is used */
    struct in_addr v4;  /* network order */
    struct in6_addr v6; /* network order */
    uint16_t port;      /* host order; 0 = any free one */
};

bool listen_parse(struct str text, struct listen_address *out, struct err *err);
bool listen_is_loopback(const struct listen_address *address);
struct str listen_text(struct arena *a, const struct listen_address *address);

/* A listening socket that does not block. */
bool listen_open(const struct listen_address *address, int *out, struct err *err);
int listen_port(int socket);

/* How many connections the system lets us hold, at most `connections`; asks it for as many
 * descriptors. */
unsigned listen_allow(unsigned connections);

/* The other side of a connection as text, and whether it is this machine. */
struct str listen_peer(struct arena *a, const struct sockaddr *peer, bool *is_loopback);

#endif
