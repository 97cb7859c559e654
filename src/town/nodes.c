/* SPDX-License-Identifier: Apache-2.0 */
#include "town/nodes.h"

#include "base/log.h"
#include "engine/ledger/ledger.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { WAIT_MS = 500, WORDS = 4 };

struct nodes {
    struct installation *installation;
    struct store *store; /* its own connection, which listens */
    pthread_t thread;
    atomic_bool is_ending;
};

static bool connect_again(struct nodes *n, struct err *err) {
    store_close(n->store);
    n->store = installation_connect(n->installation, err);
    return n->store != NULL && store_listen(n->store, err) &&
           installation_reload(n->installation, n->store, err);
}

static bool take_in(void *context, const struct event *e, struct err *err) {
    struct nodes *n = context;

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
    return str_is(words[0], installation_node(n->installation)) ||
           ledger_between(n->store, numbers[1], numbers[2], numbers[3], take_in, n, err);
}

static void rest(void) {
    nanosleep(&(struct timespec){.tv_nsec = WAIT_MS * 1000000L}, NULL);
}

static void *listen_to_others(void *context) {
    struct nodes *n = context;
    struct arena *a = arena_open();
    bool is_well = true;

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
    if (!store_listen(n->store, err) ||
        pthread_create(&n->thread, NULL, listen_to_others, n) != 0) {
        store_close(n->store);
        return fail(err, E_INTERNAL, "thread");
    }
    *out = n;
    return true;
}

void nodes_close(struct nodes *n) {
    if (n != NULL) {
        atomic_store(&n->is_ending, true);
        pthread_join(n->thread, NULL);
        store_close(n->store);
    }
}
