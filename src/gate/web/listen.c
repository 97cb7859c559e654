/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BACKLOG = 511,
    SPARE_FILES = 256 /* descriptors for all that is not a connection */
};

static bool bad_address(struct str text, struct err *err) {
    return fail1(err, E_LISTEN, "listen", text);
}

bool listen_parse(struct str text, struct listen_address *out, struct err *err) {
    struct str rest = text;
    struct str host;
    char name[INET6_ADDRSTRLEN];
    int64_t port;

    *out = (struct listen_address){0};
    out->is_v6 = text.n > 0 && text.p[0] == '[';
    if (out->is_v6) {
        rest = str_slice(text, 1, text.n);
        host = str_cut(&rest, ']');
        if (rest.n == 0 || rest.p[0] != ':') {
            return bad_address(text, err);
        }
        rest = str_slice(rest, 1, rest.n);
    } else {
        host = str_cut(&rest, ':');
    }
    if (host.n == 0 || host.n >= sizeof name || rest.n > 5 || !str_to_int(rest, &port) ||
        port < 0 || port > 65535) {
        return bad_address(text, err);
    }
    memcpy(name, host.p, host.n);
    name[host.n] = '\0';
    out->port = (uint16_t)port;
    if (inet_pton(out->is_v6 ? AF_INET6 : AF_INET, name,
                  out->is_v6 ? (void *)&out->v6 : (void *)&out->v4) != 1) {
        return bad_address(text, err);
    }
    return true;
}

bool listen_is_loopback(const struct listen_address *address) {
    return address->is_v6 ? IN6_IS_ADDR_LOOPBACK(&address->v6)
                          : (ntohl(address->v4.s_addr) >> 24) == 127;
}

struct str listen_text(struct arena *a, const struct listen_address *address) {
    char name[INET6_ADDRSTRLEN];

    inet_ntop(address->is_v6 ? AF_INET6 : AF_INET,
              address->is_v6 ? (const void *)&address->v6 : (const void *)&address->v4, name,
              sizeof name);
    return arena_format(a, address->is_v6 ? "[%s]:%d" : "%s:%d", name, address->port);
}

static bool refuse_port(const struct listen_address *address, int socket, struct err *err) {
    struct arena *a = arena_open();
    const char *reason = strerrordesc_np(errno);
    enum err_code code = errno == EADDRINUSE ? E_PORT : E_ADDRESS;

    fail1(err, code, "listen", listen_text(a, address));
    err_detail(err, "%s", reason);
    arena_close(a);
    if (socket >= 0) {
        close(socket);
    }
    return false;
}

bool listen_open(const struct listen_address *address, int *out, struct err *err) {
    struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_addr = address->v4, .sin_port = htons(address->port)};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_addr = address->v6, .sin6_port = htons(address->port)};
    int s =
        socket(address->is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;

    if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        (address->is_v6 && setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) != 0)) {
        return refuse_port(address, s, err);
    }
    if (bind(s, address->is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4,
             address->is_v6 ? sizeof v6 : sizeof v4) != 0 ||
        listen(s, BACKLOG) != 0) {
        return refuse_port(address, s, err);
    }
    *out = s;
    return true;
}

int listen_port(int socket) {
    struct sockaddr_storage own = {0};
    socklen_t n = sizeof own;

    if (getsockname(socket, (struct sockaddr *)&own, &n) != 0) {
        return 0;
    }
    return own.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&own)->sin6_port)
                                     : ntohs(((struct sockaddr_in *)&own)->sin_port);
}

struct str listen_peer(struct arena *a, const struct sockaddr *peer, bool *is_loopback) {
    struct listen_address address = {0};
    char name[INET6_ADDRSTRLEN] = "";

    *is_loopback = false;
    if (peer == NULL || (peer->sa_family != AF_INET && peer->sa_family != AF_INET6)) {
        return STR("-");
    }
    address.is_v6 = peer->sa_family == AF_INET6;
    if (address.is_v6) {
        memcpy(&address.v6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr,
               sizeof address.v6);
    } else {
        memcpy(&address.v4, &((const struct sockaddr_in *)(const void *)peer)->sin_addr,
               sizeof address.v4);
    }
    *is_loopback = listen_is_loopback(&address);
    inet_ntop(peer->sa_family, address.is_v6 ? (void *)&address.v6 : (void *)&address.v4, name,
              sizeof name);
    return arena_str(a, str_of(name));
}

unsigned listen_allow(unsigned connections) {
    struct rlimit files;
    rlim_t wanted = connections + SPARE_FILES;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return SPARE_FILES;
    }
    if (files.rlim_cur < wanted) {
        files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= wanted) {
        return connections;
    }
    return files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES : SPARE_FILES;
}
