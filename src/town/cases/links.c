/* SPDX-License-Identifier: Apache-2.0 */
#include "town/cases/links.h"

#include "base/hash.h"

#include <string.h>

enum { ID_BYTES = 7, MAC_BYTES = 16, PIN_SPACE = 1000000 };

/* The message: purpose in 8 bytes, a second id or zeros, the id. */
static struct hash keyed(const struct keys *keys, const char *purpose, int64_t other, int64_t id) {
    unsigned char message[24] = {0};

    memcpy(message, purpose, strlen(purpose));
    for (size_t i = 0; i < 8; i++) {
        message[8 + i] = (unsigned char)((uint64_t)other >> (8 * i));
        message[16 + i] = (unsigned char)((uint64_t)id >> (8 * i));
    }
    return hash_hmac(key_str(keys->links), (struct str){(const char *)message, sizeof message});
}

static void put_id(char *bytes, int64_t id) {
    for (size_t i = 0; i < ID_BYTES; i++) {
        bytes[i] = (char)((uint64_t)id >> (8 * i));
    }
}

static int64_t get_id(const char *bytes) {
    int64_t id = 0;

    for (size_t i = ID_BYTES; i-- > 0;) {
        id = id << 8 | (unsigned char)bytes[i];
    }
    return id;
}

static bool is_signed(const struct hash *mac, struct str bytes, size_t from) {
    return hash_same(str_slice(hash_bytes(mac), 0, MAC_BYTES), str_slice(bytes, from, bytes.n));
}

struct str link_token(struct arena *a, const struct keys *keys, enum link_kind kind, int64_t id) {
    char purpose[2] = {(char)kind, '\0'};
    struct hash mac = keyed(keys, purpose, 0, id);
    char bytes[ID_BYTES + MAC_BYTES];

    put_id(bytes, id);
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
    *id = get_id(bytes.p);
    mac = keyed(keys, purpose, 0, *id);
    return is_signed(&mac, bytes, ID_BYTES);
}

struct str link_photo_token(struct arena *a, const struct keys *keys, int64_t task, int64_t photo) {
    struct hash mac = keyed(keys, "p", task, photo);
    char bytes[2 * ID_BYTES + MAC_BYTES];

    put_id(bytes, task);
    put_id(bytes + ID_BYTES, photo);
    memcpy(bytes + 2 * (size_t)ID_BYTES, mac.b, MAC_BYTES);
    return base64url_write(a, (struct str){bytes, sizeof bytes});
}

bool link_photo_read(struct arena *a, const struct keys *keys, struct str token, int64_t *task,
                     int64_t *photo) {
    struct str bytes;
    struct hash mac;

    if (token.n > 64 || !base64url_read(a, token, &bytes) || bytes.n != 2 * ID_BYTES + MAC_BYTES) {
        return false;
    }
    *task = get_id(bytes.p);
    *photo = get_id(bytes.p + ID_BYTES);
    mac = keyed(keys, "p", *task, *photo);
    return is_signed(&mac, bytes, 2 * (size_t)ID_BYTES);
}

struct str link_pin(struct arena *a, const struct keys *keys, int64_t task) {
    struct hash mac = keyed(keys, "pin", 0, task);
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | mac.b[i];
    }
    return arena_format(a, "%06u", (unsigned)(value % PIN_SPACE));
}
