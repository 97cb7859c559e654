/* SPDX-License-Identifier: Apache-2.0 */
/* engine/door/door.h - the one door: every change is a command, decided here, kept as events.
 *
 * A command is checked for shape and rights outside (any thread), then queued. The one writer takes
 * what has gathered, decides each command on the state before it, appends its events, applies them,
 * commits once with synchronous=FULL, and only then answers. `decide` may read anything and refuses
 * or emits events; `apply` changes rows from the event alone.
 *
 * Invariants  a refusal writes nothing; an acknowledged command is durable; a client id is accepted
 *             once: the same command again gets the same event, another body or the same about
 *             something else is E_REPEATED;
 *             accepted_at never goes back within an office; while the clock has been turned ahead
 *             by more than LIMIT_CLOCK_JUMP_US under a started door every command is E_CLOCK; what
 *             was said is in the search index two seconds after its commit
 *             (query/search_behind.h).
 * Memory      everything of a decision lives in the batch's arena; results are copied into the
 *             command.
 * Failure     each command has its own error. When apply or commit fails the batch is rolled back
 *             and its commands are repeated one by one. After a failed fsync (E_DISK) a process
 *             whose door is started stops: only recovery tells what is on the disk.
 * Limits      LIMIT_BATCH_COMMANDS, LIMIT_QUEUE_COMMANDS (E_BUSY).
 */
#ifndef LINLI_ENGINE_DOOR_H
#define LINLI_ENGINE_DOOR_H

#include "engine/query/search_behind.h"
#include "engine/query/search_cases.h"
#include "engine/words/words.h"

enum {
    DECIDE_EVENTS = 48, /* a merge takes along what was merged into the case */
    DECIDE_BESIDE = 80
}; /* of one command: six steps, each with four texts and eight photos */

enum { EXIT_DISK = 74 }; /* exit status of a process that ended itself: EX_IOERR of sysexits.h */

struct door;

/* Of a server a batch is taken this long behind the one before at the earliest, so that what comes
 * within it goes together: a transaction costs the server as much as two or three cases in it. Not
 * when many wait: then batches are large by themselves. */
enum { DOOR_REST_US = 4000, DOOR_REST_QUEUE = 64 };

struct actor {
    int64_t account;    /* > 0, or ACTOR_* */
    bool may_backdate;  /* `said_at` becomes the effective time: imports, the demonstration */
    const void *person; /* what the town knows of the actor (rights, scope); NULL for none */
    enum language language;
};

struct decide {
    struct arena *arena;
    struct store *store;
    struct source *source;
    const struct keys *keys;
    const void *town; /* the generation of definitions, places, accounts in force */
    struct actor actor;
    int64_t office;
    int64_t now;       /* the door's time */
    int64_t at;        /* the time that counts */
    int64_t said_at;   /* the actor's claim when it differs, else 0 */
    int64_t next_id;   /* first free number of the office's counter of ids, 0 = not looked up yet */
    int64_t ids_taken; /* from there on */
    struct event *events[DECIDE_EVENTS];
    size_t event_count;
    struct beside beside[DECIDE_BESIDE];
    size_t beside_of[DECIDE_BESIDE]; /* index of the event that each value belongs to */
    size_t beside_count;
    struct search_move move; /* a case whose texts go with it to another community */
    size_t move_of;          /* index of the event that moved it */
};

typedef bool (*decide_function)(struct decide *d, const void *input, struct err *err);
typedef bool (*apply_function)(struct store *s, struct arena *a, const struct event *e,
                               struct err *err);

struct command_row {
    const char *name; /* "case.report" */
    decide_function decide;
    int64_t (*names)(const void *input); /* the row that decide will load, 0 = none; may be NULL */
};

struct event_row {
    const char *name; /* "case.reported/1" */
    apply_function apply;
};

struct command {
    const struct command_row *row;
    struct actor actor;
    int64_t office;
    int64_t said_at;      /* 0 = now */
    struct str client_id; /* empty = the client gave none */
    struct str about;  /* what the body is about, e.g. method and path; empty = the body says it */
    struct str body;   /* bytes that the digest of an idempotent command covers, with `about` */
    const void *input; /* checked; its type is the row's */
    char own_id[40];   /* given by the door where the client gave none */
    bool has_own_id;
    bool is_again; /* its commit may have happened */
    /* the answer */
    bool ok;
    bool is_repeat;  /* this client id was accepted before */
    struct err err;  /* when not ok */
    int64_t event;   /* number of the last event; of the first one for a repeat */
    int64_t subject; /* its field `case` (or `id`) */
    int64_t voice;   /* its field `voice`, 0 when it has none */
    char number[40]; /* its field `number`, empty when it has none */
};

/* ---- for decide */

struct event *decide_emit(struct decide *d, const char *name);
bool decide_next_id(struct decide *d, int64_t *id, struct err *err); /* office << 37 | counter */
bool decide_counter(struct decide *d, const char *name, int64_t *next, struct err *err);
/* Asks ahead (store.h) for the counters of an office that were used lately. */
void decide_counters_ahead(struct store *s, int64_t office);
/* `community`: place id under which the text is found, 0 = unknown, WORDS_HIDDEN = it is not. */
enum { WORDS_HIDDEN = -1 };
void decide_words(struct decide *d, struct event *e, const char *field, int64_t subject,
                  struct str text, int64_t community);
void decide_vault(struct decide *d, struct event *e, const char *field, int64_t subject,
                  struct str value);
struct beside *decide_photo(struct decide *d, struct event *e, int64_t subject,
                            struct str digest); /* field photo_N */

/* The newest event takes the case to another community: so do its texts in the search index, those
 * before this event. Once a command. */
void decide_move(struct decide *d, int64_t case_id, int64_t from, int64_t to);

/* ---- for apply */

bool counter_set(struct store *s, int64_t office, const char *name, int64_t value, struct err *err);

/* Apply one event by the table; E_INTERNAL for a name that this program does not know. */
bool door_apply(const struct event_row *rows, struct store *s, struct arena *a,
                const struct event *e, struct err *err);

/* ---- the door itself */

struct door_setup {
    const char *path; /* of the database */
    const char *node; /* a word for this process among those that share it */
    struct source *source;
    const struct keys *keys;
    const struct event_row *events;     /* ended by a row without name */
    const void *(*town)(void *context); /* the generation in force */
    /* The rows of an office that a batch's commands name, asked of a server in one turn: they lie
     * beside the connection when each is decided. NULL: each is asked for. */
    bool (*load)(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                 struct err *err);
    void (*committed)(void *context,
                      const struct event *e); /* each event of a batch, after its commit */
    void (*settled)(void *context);           /* once behind each batch that wrote */
    void *context;
};

struct door *door_open(const struct door_setup *setup, struct err *err);
void door_close(struct door *d); /* finishes what is queued */

/* Starts the writer's thread; from then on door_submit may be called from any thread. */
bool door_start(struct door *d, struct err *err);

/* Queues a command and sleeps until it is committed or refused. Returns command->ok; err gets the
 * refusal. */
bool door_submit(struct door *d, struct command *c, struct err *err);

/* Runs commands in this thread, in one commit where possible: command line, tests, demonstration.
 * Not while started. Returns false when any was refused; each has its answer. */
bool door_run(struct door *d, struct command *commands, size_t count);

/* All or nothing over many door_run: what runs between the two is kept or taken back as one, and
 * door_run's first failure is to be answered with door_release(d, false). Those who listen are told
 * only that something was settled. Not while started. */
bool door_hold(struct door *d, struct err *err);
bool door_release(struct door *d, bool keep, struct err *err);

/* Behind many commands at once: the search index is up to date and of few pieces, and a server
 * knows what its tables are like. Not while started. */
void door_settle(struct door *d);

struct store *door_store(
    struct door *d); /* the writer's connection, for command-line programs while not started */

/* Commands waiting, batches and commands done, for /metrics. */
void door_numbers(struct door *d, int64_t *waiting, int64_t *batches, int64_t *commands);

#endif
