/* SPDX-License-Identifier: Apache-2.0 */
/* engine/ledger/event.h - what was decided, as plain values: a name with a version and a flat list
 * of fields.
 *
 * A field is an integer, a text, or a list of integers; nothing is nested, nothing is a fraction.
 * The body is one flat JSON object in the order in which the fields were added, and those bytes are
 * what the ledger hashes; pack.h says how it lies in the database. The meaning of a name
 * (`case.filed/1`) never changes; a new meaning is a new version.
 * Memory   in the arena that the event was made with.
 * Limits   EVENT_FIELDS; LIMIT_EVENT_BYTES.
 */
#ifndef LINLI_ENGINE_EVENT_H
#define LINLI_ENGINE_EVENT_H

#include "base/buf.h"
#include "base/err.h"

enum { EVENT_FIELDS = 144 }; /* the names and texts of a published catalogue */

enum event_kind { EVENT_INT, EVENT_TEXT, EVENT_LIST };

struct event_field {
    struct str key;
    enum event_kind kind;
    int64_t integer;
    struct str text;
    const int64_t *list;
    size_t count; /* items of the list */
};

struct event {
    struct arena *arena;
    struct str name;     /* "case.filed/1" */
    int64_t office;      /* whose ledger */
    int64_t number;      /* within the ledger; 0 until the door gave one */
    int64_t accepted_at; /* the door's time */
    int64_t at;          /* the time that counts */
    int64_t actor;       /* account id, or ACTOR_* below */
    struct event_field fields[EVENT_FIELDS];
    size_t count;
};

enum { ACTOR_SYSTEM = 0, ACTOR_RESIDENT = -1, ACTOR_LINK = -2, ACTOR_PROGRAM = -3 };

void event_add_int(struct event *e, const char *key, int64_t value);
void event_add_text(struct event *e, const char *key,
                    struct str value); /* codes and numbers only, never words of people */
void event_add_list(struct event *e, const char *key, const int64_t *values, size_t count);

const struct event_field *event_find(const struct event *e, const char *key); /* NULL when absent */
int64_t event_int(const struct event *e, const char *key, int64_t otherwise);
struct str event_text(const struct event *e, const char *key); /* empty when absent */
bool event_is(const struct event *e, const char *name);

/* The body's bytes, and back. false when the bytes are not a body that event_write makes. */
struct str event_write(const struct event *e);
bool event_read(struct arena *a, struct str body, struct event *e);

#endif
