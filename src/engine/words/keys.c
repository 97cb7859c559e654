/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/words/keys.h"

#include "base/file.h"

#include <string.h>

struct keys keys_make(struct source *source) {
    struct keys keys;

    source->fill(source, &keys, sizeof keys);
    return keys;
}

struct hash keys_roots(const struct keys *keys) {
    return hash_hmac(key_str(keys->command), STR("linli daily roots, salts 1"));
}

struct hash keys_seals(const struct keys *keys) {
    return hash_hmac(key_str(keys->command), STR("linli seals 1"));
}

static struct str path_of(struct arena *a, const char *folder) {
    return path_join(a, path_join(a, str_of(folder), STR("keys")), STR("linli.key"));
}

bool keys_load(const char *folder, struct keys *keys, struct err *err) {
    struct arena *a = arena_open();
    struct str path = path_of(a, folder);
    struct str bytes;
    bool ok = file_is_missing(path.p) ? fail1(err, E_KEYS, "", path)
                                      : file_read(a, path.p, sizeof *keys, &bytes, err);

    if (ok && bytes.n != sizeof *keys) {
        ok = fail2(err, E_FILE, "", path, STR("wrong size"));
    }
    if (ok) {
        memcpy(keys, bytes.p, sizeof *keys);
    }
    arena_close(a);
    return ok;
}

bool keys_create(const char *folder, struct source *source, struct keys *keys, struct err *err) {
    struct arena *a = arena_open();
    struct str path = path_of(a, folder);
    bool ok = true;

    if (!file_exists(path.p)) {
        *keys = keys_make(source);
        ok = folder_make(path_join(a, str_of(folder), STR("keys")).p, err) &&
             file_write(a, path.p, (struct str){(const char *)keys, sizeof *keys}, 0600, err);
    }
    arena_close(a);
    return ok && keys_load(folder, keys, err);
}
