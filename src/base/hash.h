/* SPDX-License-Identifier: Apache-2.0 */
/* base/hash.h - SHA-256, HMAC-SHA-256, AES-256-GCM, Argon2id and the text forms of bytes. OpenSSL 3
 * and libsodium behind it.
 *
 * The functions abort when the library itself fails (it has no memory): there is nothing a caller
 * could do.
 */
#ifndef LINLI_BASE_HASH_H
#define LINLI_BASE_HASH_H

#include "base/arena.h"

enum { HASH_BYTES = 32, SALT_BYTES = 32, GCM_NONCE_BYTES = 12, GCM_TAG_BYTES = 16 };

struct hash {
    unsigned char b[HASH_BYTES];
};

struct hash hash_sha256(struct str data);
struct hash hash_sha256_parts(const struct str *parts, size_t count);
struct hash hash_hmac(struct str key, struct str data);
bool hash_eq(const struct hash *a, const struct hash *b); /* in constant time */
struct str hash_bytes(const struct hash *h);
bool hash_same(struct str a, struct str b); /* secrets of any length, in constant time */

struct str hex_write(struct arena *a, struct str bytes);
bool hex_read(struct arena *a, struct str hex, struct str *bytes);
struct str base64url_write(struct arena *a, struct str bytes); /* RFC 4648 part 5 without padding */
bool base64url_read(struct arena *a, struct str text, struct str *bytes);

/* AES-256-GCM: `out` gets ciphertext and tag behind it. false when the tag does not fit (wrong key,
 * altered data). */
struct str gcm_seal(struct arena *a, struct str key, struct str nonce, struct str associated,
                    struct str plain);
bool gcm_open(struct arena *a, struct str key, struct str nonce, struct str associated,
              struct str sealed, struct str *plain);

/* Argon2id, t=2, 19 MiB (OWASP); one at a time, about 15 ms. The text form carries its parameters.
 */
struct str password_hash(struct arena *a, struct str password);
bool password_fits(struct str hash, struct str password);

#endif
