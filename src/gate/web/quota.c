/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/quota.h"

#include "base/hash.h"
#include "base/source.h"

#include <arpa/inet.h>
#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { NETWORK_BYTES = 8 }; /* of an IPv6 address: what one household or firm is given */

struct bucket {
    int64_t id;      /* 0 = nobody's yet */
    int64_t full_at; /* when it will be full again, UTC microseconds */
};

struct quota {
    pthread_mutex_t lock;
    struct bucket buckets[QUOTA_NAMES];
};

struct quota *quota_make(struct arena *a) {
    struct quota *q = arena_new(a, struct quota);

    pthread_mutex_init(&q->lock, NULL);
    return q;
}

static struct bucket *bucket_of(struct quota *q, int64_t id) {
    struct bucket *idle = &q->buckets[0];

    for (size_t i = 0; i < QUOTA_NAMES; i++) {
        if (q->buckets[i].id == id) {
            return &q->buckets[i];
        }
        if (q->buckets[i].full_at < idle->full_at) {
            idle = &q->buckets[i];
        }
    }
    *idle = (struct bucket){.id = id};
    return idle;
}

bool quota_take(struct quota *q, int64_t id, int64_t per_minute, int64_t now_us, struct err *err) {
    int64_t drop_us = MINUTE_US / (per_minute > 0 ? per_minute : 1);
    struct bucket *b;
    int64_t full_at;
    int64_t wait_us;
    char seconds[24];

    assert(q != NULL && id > 0);
    pthread_mutex_lock(&q->lock);
    b = bucket_of(q, id);
    /* A clock that was turned back does not lock anybody out for longer than a minute. */
    full_at = b->full_at > now_us + MINUTE_US ? now_us + MINUTE_US
              : b->full_at < now_us           ? now_us
                                              : b->full_at;
    b->full_at = full_at;
    if (full_at + drop_us <= now_us + MINUTE_US) {
        b->full_at += drop_us;
        pthread_mutex_unlock(&q->lock);
        return true;
    }
    pthread_mutex_unlock(&q->lock);
    wait_us = full_at + drop_us - now_us - MINUTE_US;
    snprintf(seconds, sizeof seconds, "%" PRId64, (int64_t)((wait_us + SECOND_US - 1) / SECOND_US));
    return fail1(err, E_RATE_LIMIT, "", str_of(seconds));
}

void quota_give(struct quota *q, int64_t id, int64_t per_minute) {
    int64_t drop_us = MINUTE_US / (per_minute > 0 ? per_minute : 1);

    assert(q != NULL && id > 0);
    pthread_mutex_lock(&q->lock);
    for (size_t i = 0; i < QUOTA_NAMES; i++) {
        if (q->buckets[i].id == id) {
            q->buckets[i].full_at -= drop_us;
        }
    }
    pthread_mutex_unlock(&q->lock);
}

/* The bytes that tell one network from another; none for this machine. */
static struct str network_of(struct str client, struct in6_addr *v6, struct in_addr *v4) {
    char text[INET6_ADDRSTRLEN] = "";

    if (client.n < sizeof text) {
        memcpy(text, client.p, client.n);
    }
    if (inet_pton(AF_INET, text, v4) == 1) {
        bool is_here = (ntohl(v4->s_addr) >> 24) == IN_LOOPBACKNET;

        return is_here ? (struct str){0} : (struct str){(const char *)v4, sizeof *v4};
    }
    if (inet_pton(AF_INET6, text, v6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(v6) ? (struct str){0}
                                        : (struct str){(const char *)v6, NETWORK_BYTES};
    }
    return client;
}

int64_t quota_address(struct str client, int what) {
    struct in6_addr v6;
    struct in_addr v4;
    struct str network = network_of(client, &v6, &v4);
    struct str parts[2] = {network, {(const char *)&what, sizeof what}};
    struct hash hash;
    int64_t id;

    assert(what > 0);
    if (network.n == 0) {
        return 0;
    }
    hash = hash_sha256_parts(parts, 2);
    memcpy(&id, hash.b, sizeof id);
    return (int64_t)((uint64_t)id >> 1 | UINT64_C(1) << 62);
}
