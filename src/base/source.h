/* SPDX-License-Identifier: Apache-2.0 */
/* base/source.h - where time and randomness come from, injected so that tests and the demonstration
 * can turn them.
 *
 * now_us is UTC microseconds since 1970. fill writes n random bytes. The system's source uses
 * clock_gettime and the operating system's generator; a fixed source counts up from a seed and is
 * for tests, golden ledgers and `demo`.
 */
#ifndef LINLI_BASE_SOURCE_H
#define LINLI_BASE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#define SECOND_US 1000000LL
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

struct source {
    int64_t (*now_us)(struct source *s);
    int64_t (*steady_us)(struct source *s); /* goes on however the clock is turned; NULL = none */
    void (*fill)(struct source *s, void *bytes, size_t n);
    int64_t fixed_now_us; /* fixed source: the time it tells; set it to turn the clock */
    uint64_t seed;        /* fixed source: state of the generator */
};

struct source source_system(void);
struct source source_fixed(int64_t now_us, uint64_t seed);

#endif
