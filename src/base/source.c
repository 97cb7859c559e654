/* SPDX-License-Identifier: Apache-2.0 */
#include "base/source.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STOCK_BYTES = 1024 };

static int64_t system_now(struct source *s) {
    struct timespec t;

    (void)s;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

static int64_t system_steady(struct source *s) {
    struct timespec t;

    (void)s;
    clock_gettime(CLOCK_BOOTTIME, &t); /* also while the machine sleeps */
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

static void take_random(void *bytes, size_t n) {
    if (RAND_bytes(bytes, (int)n) != 1) {
        fputs("{\"level\":\"fatal\",\"code\":\"NO_RANDOM\"}\n", stderr);
        abort();
    }
}

/* Salts, nonces and keys are short, and asking the library costs far more than the bytes: each
 * thread keeps a stock, whose bytes are wiped when they are given away. The program does not fork
 * without starting another. */
static void system_fill(struct source *s, void *bytes, size_t n) {
    static _Thread_local unsigned char stock[STOCK_BYTES];
    static _Thread_local size_t left;

    (void)s;
    if (n > sizeof stock) {
        take_random(bytes, n);
        return;
    }
    if (n > left) {
        take_random(stock, sizeof stock);
        left = sizeof stock;
    }
    left -= n;
    memcpy(bytes, stock + left, n);
    explicit_bzero(stock + left, n);
}

static int64_t fixed_now(struct source *s) {
    return s->fixed_now_us;
}

/* splitmix64: small, seeded, the same on every machine. */
static uint64_t next_random(struct source *s) {
    uint64_t z = (s->seed += 0x9E3779B97F4A7C15ULL);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static void fixed_fill(struct source *s, void *bytes, size_t n) {
    unsigned char *p = bytes;

    while (n > 0) {
        uint64_t value = next_random(s);
        size_t part = n < sizeof value ? n : sizeof value;

        memcpy(p, &value, part);
        p += part;
        n -= part;
    }
}

struct source source_system(void) {
    return (struct source){.now_us = system_now, .steady_us = system_steady, .fill = system_fill};
}

struct source source_fixed(int64_t now_us, uint64_t seed) {
    return (struct source){
        .now_us = fixed_now, .fill = fixed_fill, .fixed_now_us = now_us, .seed = seed};
}
