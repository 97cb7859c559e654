/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/batch.h - what happens behind the door: the batches of its one writer.
 *
 * A batch is a transaction: each command is decided on the state before it, its events are appended
 * and applied. With a server that other nodes share a batch is one office, whose ledger is locked
 * until the commit; when the server goes away, what was under way is repeated as soon as there is
 * one again, and the ledger tells whether the commit had happened.
 */
#ifndef LINLI_ENGINE_DOOR_BATCH_H
#define LINLI_ENGINE_DOOR_BATCH_H

#include "base/limits.h"
#include "engine/door/behind.h"
#include "engine/door/door.h"
#include "engine/ledger/ledger.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { HEADS = 64 };

struct waiting {
    struct command *command;
    struct waiting *next;
    sem_t is_done; /* its own, so that those who are woken together do not meet at one lock */
};

struct office_head {
    int64_t office;
    struct ledger_head head;
    bool is_known;
};

struct door {
    struct door_setup setup;
    struct store *store;
    struct arena *arena;             /* of the batch */
    struct office_head heads[HEADS]; /* read at the first command of an office in a batch */
    size_t head_count;
    struct event *written[LIMIT_BATCH_COMMANDS * DECIDE_EVENTS];
    size_t written_count;
    int64_t given_us; /* in the last id that the door gave a command */
    int64_t taken_us; /* when the last batch was taken, by behind_clock */
    pthread_t thread;
    bool is_started;
    bool is_held;         /* between door_hold and door_release */
    struct behind behind; /* the search index */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work;
    struct waiting *first;
    struct waiting *last;
    int64_t queued;
    bool is_closing;
    int64_t opened_at;     /* by the clock, for jumps of it ... */
    int64_t opened_steady; /* ... and by the one that nobody turns */
    atomic_llong batches;
    atomic_llong commands;
};

/* Runs the commands in one transaction, or each in its own where that fails; each has its answer.
 * While the door is held only inside the holder's. */
void batch_run(struct door *d, struct command **commands, size_t count);

#endif
