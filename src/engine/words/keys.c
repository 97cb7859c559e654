/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/words/keys.h"

#include "base/file.h"

#include <string.h>

struct keys keys_make(struct source *source) {
    struct keys keys;

    source->fill(source, &keys, sizeof keys);
    return keys;
}

bool keys_load(const char *folder, struct source *source, struct keys *keys, struct err *err) {
    struct arena *a = arena_open();
    struct str dir = path_join(a, str_of(folder), STR("keys"));
    struct str path = path_join(a, dir, STR("linli.key"));
    struct str bytes;
    bool ok;

    if (file_exists(path.p)) {
        ok = file_read(a, path.p, sizeof *keys, &bytes, err);
        if (ok && bytes.n != sizeof *keys) {
            ok = fail2(err, E_FILE, "", path, STR("wrong size"));
        } else if (ok) {
            memcpy(keys, bytes.p, sizeof *keys);
        }
    } else {
        *keys = keys_make(source);
        bytes = (struct str){(const char *)keys, sizeof *keys};
        ok = folder_make(dir.p, err) && file_write(a, path.p, bytes, 0600, err);
    }
    arena_close(a);
    return ok;
}
