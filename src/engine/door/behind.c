/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/behind.h"

#include "base/log.h"
#include "base/source.h"
#include "engine/query/search_behind.h"

#include <time.h>

enum {
    STEP_TEXTS = 1000,  /* more than a batch of commands brings */
    TIDY_PAGES = 100,   /* some ten milliseconds */
    LATEST_US = 250000, /* a search looks itself through what was said since */
};

int64_t behind_clock(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

void behind_note(struct behind *b) {
    if (!b->is_open) {
        b->is_open = true;
        b->since_us = behind_clock();
    }
}

bool behind_is_late(const struct behind *b) {
    return b->is_open && behind_clock() - b->since_us > LATEST_US;
}

static void tidy(struct behind *b, struct store *s) {
    struct err err = {0};

    if (!search_tidy(s, TIDY_PAGES, &b->is_untidy, &err)) {
        log_line(LOG_ERROR, "INDEX_FAILED", "detail", err.detail);
        b->is_untidy = false;
    }
}

void behind_step(struct behind *b, struct store *s, struct arena *a) {
    struct err err = {0};
    size_t count;

    if (!b->is_open) {
        tidy(b, s);
        return;
    }
    if (!search_catch_up(s, a, STEP_TEXTS, &count, &err)) {
        log_line(LOG_ERROR, "INDEX_FAILED", "detail", err.detail);
        count = 0;
    }
    b->is_open = count == STEP_TEXTS;
    b->is_untidy = true;
}
