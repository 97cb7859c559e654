/* SPDX-License-Identifier: Apache-2.0 */
/* How long a step through 8 MB of memory takes, in nanoseconds: what the third cache of a processor
 * holds while nobody else uses it. On a shared machine others do, which no load and no clock tells,
 * and questions may take twice as long and more. Said beside what is measured.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LINE = 64, LINES = (8 << 20) / LINE, STEPS = 2000000 };

struct line {
    struct line *next;
    char rest[LINE - sizeof(struct line *)];
};

static double seconds(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One circle through all lines, in an order that no processor foresees (Sattolo's shuffle). */
static void link_lines(struct line *lines, uint32_t *order) {
    uint64_t random = 88172645463325252;

    for (uint32_t i = 0; i < LINES; i++) {
        order[i] = i;
    }
    for (uint32_t i = LINES - 1; i > 0; i--) {
        random = random * 6364136223846793005 + 1442695040888963407;
        uint32_t k = (uint32_t)((random >> 33) % i);
        uint32_t kept = order[i];

        order[i] = order[k];
        order[k] = kept;
    }
    for (uint32_t i = 0; i < LINES; i++) {
        lines[i].next = &lines[order[i]];
    }
}

int main(void) {
    struct line *lines = aligned_alloc(LINE, (size_t)LINES * LINE);
    uint32_t *order = malloc(LINES * sizeof *order);
    struct line *at = lines;
    double began;

    if (lines == NULL || order == NULL) {
        fprintf(stderr, "no memory\n");
        return 1;
    }
    link_lines(lines, order);
    began = seconds();
    for (int i = 0; i < STEPS; i++) {
        at = at->next;
    }
    printf("%.0f\n", (seconds() - began) / STEPS * 1e9 + (at == NULL ? 1 : 0));
    free(order);
    free(lines);
    return 0;
}
