/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/links.h"

#include "base/hash.h"

#include <string.h>

enum { ID_BYTES = 7, MAC_BYTES = 16, PIN_SPACE = 1000000 };

static struct hash keyed(const struct keys *keys, const char *purpose, int64_t id) {
    unsigned char message[24] = {0};
    size_t n = strlen(purpose);

    memcpy(message, purpose, n);
    for (size_t i = 0; i < 8; i++) {
        message[16 + i] = (unsigned char)((uint64_t)id >> (8 * i));
    }
    return hash_hmac(key_str(keys->links), (struct str){(const char *)message, sizeof message});
}

struct str link_token(struct arena *a, const struct keys *keys, enum link_kind kind, int64_t id) {
    char purpose[2] = {(char)kind, '\0'};
    struct hash mac = keyed(keys, purpose, id);
    char bytes[ID_BYTES + MAC_BYTES];

    for (size_t i = 0; i < ID_BYTES; i++) {
        bytes[i] = (char)((uint64_t)id >> (8 * i));
    }
    memcpy(bytes + ID_BYTES, mac.b, MAC_BYTES);
    return base64url_write(a, (struct str){bytes, sizeof bytes});
}

bool link_read(struct arena *a, const struct keys *keys, enum link_kind kind, struct str token,
               int64_t *id) {
    char purpose[2] = {(char)kind, '\0'};
    struct str bytes;
    struct hash mac;

    if (token.n > 64 || !base64url_read(a, token, &bytes) || bytes.n != ID_BYTES + MAC_BYTES) {
        return false;
    }
    *id = 0;
    for (size_t i = ID_BYTES; i-- > 0;) {
        *id = *id << 8 | (unsigned char)bytes.p[i];
    }
    mac = keyed(keys, purpose, *id);
    return hash_same(str_slice(hash_bytes(&mac), 0, MAC_BYTES),
                     str_slice(bytes, ID_BYTES, bytes.n));
}

struct str link_pin(struct arena *a, const struct keys *keys, int64_t task) {
    struct hash mac = keyed(keys, "pin", task);
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | mac.b[i];
    }
    return arena_format(a, "%06u", (unsigned)(value % PIN_SPACE));
}
