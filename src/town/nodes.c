/* SPDX-License-Identifier: Apache-2.0 */
#include "town/nodes.h"

#include "base/log.h"
#include "engine/door/erasure.h"
#include "engine/ledger/ledger.h"
#include "town/cases/erasures.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { WAIT_MS = 500, WORDS = 4, JOIN_TURNS = 10 };

struct nodes {
    struct installation *installation;
    struct store *store; /* its own connection, which listens */
    pthread_t thread;
    bool is_begun;
    atomic_bool is_ending;
    bool has_erased; /* another node has, since this one's list was completed */
};

static void rest(void) {
    nanosleep(&(struct timespec){.tv_nsec = WAIT_MS * 1000000L}, NULL);
}

/* Who keeps pictures in a folder of its own serves alone: the others would not find them. One that
 * has just ended is waited for. */
static bool join(struct nodes *n, int turns, struct err *err) {
    bool is_alone = !installation_shares_attachments(n->installation);
    bool is = false;

    for (int turn = 0; turn < turns && !is; turn++) {
        if (turn > 0) {
            rest();
        }
        if (!store_join(n->store, "pictures", is_alone, &is, err)) {
            return false;
        }
    }
    return is ||
           fail1(err, E_NODE_PICTURES, "attachments", installation_attachments(n->installation));
}

/* Every node's list of erasures is whole: a backup may be restored with any of them. */
static void settle_erasures(struct nodes *n) {
    struct err err = {0};

    n->has_erased = false;
    if (!erasures_settle(n->installation, n->store, NULL, &err)) {
        log_job("erasures", &err);
    }
}

/* What is served is not given up for the pictures. */
static bool connect_again(struct nodes *n, struct err *err) {
    struct err apart = {0};

    store_close(n->store);
    n->store = installation_connect(n->installation, err);
    if (n->store == NULL || !store_listen(n->store, err)) {
        return false;
    }
    if (!join(n, 1, &apart)) {
        log_job("nodes", &apart);
    }
    settle_erasures(n);
    return installation_reload(n->installation, n->store, err);
}

static bool take_in(void *context, const struct event *e, struct err *err) {
    struct nodes *n = context;

    n->has_erased = n->has_erased || event_is(e, ERASURE_EVENT);
    return installation_take_in(n->installation, n->store, e, err);
}

/* "NODE OFFICE FIRST LAST" */
static bool hear(struct nodes *n, struct str text, struct err *err) {
    struct str words[WORDS];
    int64_t numbers[WORDS] = {0};

    for (size_t i = 0; i < WORDS; i++) {
        words[i] = str_cut(&text, ' ');
        if (i > 0 && !str_to_int(words[i], &numbers[i])) {
            return true; /* not from us */
        }
    }
    if (!str_is(words[0], installation_node(n->installation)) &&
        !ledger_between(n->store, numbers[1], numbers[2], numbers[3], take_in, n, err)) {
        return false;
    }
    if (n->has_erased) {
        settle_erasures(n);
    }
    return true;
}

static void *listen_to_others(void *context) {
    struct nodes *n = context;
    struct arena *a = arena_open();
    bool is_well = true;

    settle_erasures(n); /* of while this node was down */
    while (!atomic_load(&n->is_ending)) {
        struct err err = {0};
        struct str text;

        if (!is_well) {
            rest();
            is_well = connect_again(n, &err);
            continue;
        }
        is_well =
            store_await(n->store, WAIT_MS, a, &text, &err) && (text.n == 0 || hear(n, text, &err));
        if (!is_well) {
            log_line(LOG_WARN, "NODES_UNHEARD", "detail", err.detail);
        }
        arena_reset(a);
    }
    arena_close(a);
    return NULL;
}

bool nodes_open(struct arena *a, struct installation *i, struct nodes **out, struct err *err) {
    struct nodes *n = arena_new(a, struct nodes);

    *out = NULL;
    n->installation = i;
    n->store = installation_connect(i, err);
    if (n->store == NULL) {
        return false;
    }
    if (!store_is_shared(n->store)) {
        store_close(n->store);
        return true;
    }
    if (!store_listen(n->store, err) || !join(n, JOIN_TURNS, err)) {
        store_close(n->store);
        return false;
    }
    *out = n;
    return true;
}

bool nodes_begin(struct nodes *n, struct err *err) {
    if (n == NULL) {
        return true;
    }
    n->is_begun = pthread_create(&n->thread, NULL, listen_to_others, n) == 0;
    return n->is_begun || fail(err, E_INTERNAL, "thread");
}

void nodes_close(struct nodes *n) {
    if (n == NULL) {
        return;
    }
    if (n->is_begun) {
        atomic_store(&n->is_ending, true);
        pthread_join(n->thread, NULL);
    }
    store_close(n->store);
}
