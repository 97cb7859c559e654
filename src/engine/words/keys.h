/* SPDX-License-Identifier: Apache-2.0 */
/* engine/words/keys.h - the secrets of an installation: DIR/keys/, mode 0600, never in a backup.
 *
 * master   wraps the keys of the vault            links    makes tracking links, one-task links and
 *          PINs
 * command  keyed digest of a command's body       search   keyed hash for equality inside the vault
 */
#ifndef LINLI_ENGINE_KEYS_H
#define LINLI_ENGINE_KEYS_H

#include "base/err.h"
#include "base/hash.h"
#include "base/source.h"

enum { KEY_BYTES = 32 };

struct keys {
    char master[KEY_BYTES];
    char links[KEY_BYTES];
    char command[KEY_BYTES];
    char search[KEY_BYTES];
};

#define key_str(key) ((struct str){(key), KEY_BYTES})

/* Reads the keys of a data folder. Errors: E_KEYS when there are none: new ones would open nothing
 * of what lies there. */
bool keys_load(const char *folder, struct keys *keys, struct err *err);

/* Makes them in a folder that holds no data yet; keys that are there stay. Errors: E_FILE. */
bool keys_create(const char *folder, struct source *source, struct keys *keys, struct err *err);
struct keys keys_make(struct source *source);

/* The key of the salts of daily roots (engine/ledger/roots.h), drawn from `command`, so that
 * folders made before there were roots have it as well. */
struct hash keys_roots(const struct keys *keys);

/* The key of the seals of passwords and programs' keys (town/access/seals.h), drawn likewise. */
struct hash keys_seals(const struct keys *keys);

#endif
