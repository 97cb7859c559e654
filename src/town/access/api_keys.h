/* SPDX-License-Identifier: Apache-2.0 */
/* town/access/api_keys.h - the programs that may report through Open311, each by a key of its own.
 *
 * A key is a secret that its program sends with each report. Kept is a keyed hash of it
 * (keys->links), so neither the database nor a backup gives it away. The key's id stands as
 * `program` in the events of what it reported: that is how a program reads back its own words and
 * nobody else's. A key that ended keeps its row, so its id is never given again.
 *
 * Failure  E_KEY_NAME (the name is taken), E_KEY_SECRET (the secret is in use, too short or too
 *          long), E_NOT_FOUND (no key in force is called that), E_REQUIRED, E_DATABASE.
 */
#ifndef LINLI_TOWN_API_KEYS_H
#define LINLI_TOWN_API_KEYS_H

#include "town/installation.h"

enum { API_KEY_PER_MINUTE = 60, API_KEY_MIN = 4, API_KEY_MAX = 200 }; /* reports; characters */

struct api_key {
    int64_t id;
    struct str name;    /* who has it: "随申拍" */
    int64_t per_minute; /* reports that it may send in a minute */
    int64_t made_at;    /* UTC microseconds, here and below */
    int64_t ended_at;   /* 0 = in force */
};

/* A new secret, 32 characters. */
struct str api_key_random(struct arena *a, struct source *source);

/* per_minute 0 = API_KEY_PER_MINUTE. Written into the audit log. */
bool api_key_add(struct installation *i, int64_t actor, struct str name, struct str secret,
                 int64_t per_minute, struct err *err);
bool api_key_end(struct installation *i, int64_t actor, struct str name, struct err *err);

/* The key in force with this secret; *found false when there is none. */
bool api_key_find(struct store *s, struct arena *a, const struct keys *keys, struct str secret,
                  struct api_key *out, bool *found, struct err *err);

/* All of them, oldest first. */
bool api_key_list(struct store *s, struct arena *a, struct api_key **out, size_t *count,
                  struct err *err);

#endif
