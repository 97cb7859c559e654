/* SPDX-License-Identifier: Apache-2.0 */
/* Views of the database and the rests between them. SQLite's journal begins anew only in a moment
 * in which nobody has a view; of two halves that read side by side one waits for the other once in
 * a while, so that there is one. */
#include "engine/door/verify_walk.h"

#include <time.h>

enum { PAUSE_MS = 5, BETWEEN_MS = 20, PATIENCE_MS = 500 };

static int64_t now_ms(clockid_t clock) {
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void verify_turns_open(struct verify_turns *t) {
    pthread_rwlockattr_t attributes;

    *t = (struct verify_turns){.rested_at = 0};
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&t->views, &attributes);
    pthread_rwlockattr_destroy(&attributes);
}

void verify_turns_close(struct verify_turns *t) {
    pthread_rwlock_destroy(&t->views);
}

bool verify_begin(struct walk *w, struct err *err) {
    if (atomic_load(&w->turns->is_over)) {
        return fail(err, E_DRAINING, "");
    }
    pthread_rwlock_rdlock(&w->turns->views);
    w->has_view = true;
    return store_snapshot(w->setup->store, err);
}

bool verify_end(struct walk *w, bool ok, struct err *err) {
    ok = ok && store_release(w->setup->store, err);
    if (!ok) {
        store_rollback(w->setup->store);
    }
    if (w->has_view) {
        pthread_rwlock_unlock(&w->turns->views);
    }
    w->has_view = false;
    return ok;
}

/* While the file is checked, in one long view, nobody waits for a moment that does not come. */
void verify_rest(struct walk *w) {
    struct verify_turns *t = w->turns;
    int64_t now = now_ms(CLOCK_MONOTONIC);
    int64_t until = now_ms(CLOCK_REALTIME) + PATIENCE_MS;

    if (store_is_shared(w->setup->store) || atomic_load(&t->is_held) ||
        now - atomic_load(&t->rested_at) < BETWEEN_MS) {
        return;
    }
    if (pthread_rwlock_timedwrlock(&t->views,
                                   &(struct timespec){until / 1000, until % 1000 * 1000000}) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
        pthread_rwlock_unlock(&t->views);
        atomic_store(&t->rested_at, now_ms(CLOCK_MONOTONIC));
    } else { /* the other's view lasts: not again so soon */
        atomic_store(&t->rested_at, now_ms(CLOCK_MONOTONIC) + 10 * PATIENCE_MS);
    }
}
