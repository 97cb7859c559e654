/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ARGON2_PASSES = 2, ARGON2_BYTES = 19 * 1024 * 1024 };

static void must(int ok) {
    if (ok <= 0) {
        abort();
    }
}

struct hash hash_sha256(struct str data) {
    return hash_sha256_parts(&data, 1);
}

/* What each thread looks up once, and gives back when it ends. */
struct tools {
    EVP_MD_CTX *context;
    EVP_MD *sha256;
    EVP_CIPHER *gcm;
};
static pthread_key_t tools_key;
static pthread_once_t tools_once = PTHREAD_ONCE_INIT;

static void close_tools(void *of_thread) {
    struct tools *t = of_thread;

    EVP_MD_CTX_free(t->context);
    EVP_MD_free(t->sha256);
    EVP_CIPHER_free(t->gcm);
    *t = (struct tools){0};
}

static void make_key(void) {
    must(pthread_key_create(&tools_key, close_tools) == 0);
}

static const struct tools *tools(void) {
    static _Thread_local struct tools mine;

    if (mine.context == NULL) {
        pthread_once(&tools_once, make_key);
        mine.context = EVP_MD_CTX_new();
        mine.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        mine.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        pthread_setspecific(tools_key, &mine);
    }
    return &mine;
}

struct hash hash_sha256_parts(const struct str *parts, size_t count) {
    const struct tools *t = tools();
    struct hash out;

    must(EVP_DigestInit_ex(t->context, t->sha256, NULL));
    for (size_t i = 0; i < count; i++) {
        must(EVP_DigestUpdate(t->context, parts[i].p, parts[i].n));
    }
    must(EVP_DigestFinal_ex(t->context, out.b, NULL));
    return out;
}

/* RFC 2104 over hash_sha256_parts: one fetched context, no allocation a call. */
struct hash hash_hmac(struct str key, struct str data) {
    unsigned char block[64] = {0};
    struct hash short_key;
    struct hash inner;
    struct str parts[2] = {{(char *)block, sizeof block}, data};

    if (key.n > sizeof block) {
        short_key = hash_sha256(key);
        key = hash_bytes(&short_key);
    }
    if (key.n > 0) {
        memcpy(block, key.p, key.n);
    }
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] ^= 0x36;
    }
    inner = hash_sha256_parts(parts, 2);
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] ^= 0x36 ^ 0x5c;
    }
    parts[1] = hash_bytes(&inner);
    return hash_sha256_parts(parts, 2);
}

bool hash_eq(const struct hash *a, const struct hash *b) {
    return CRYPTO_memcmp(a->b, b->b, HASH_BYTES) == 0;
}

bool hash_same(struct str a, struct str b) {
    return a.n == b.n && CRYPTO_memcmp(a.p, b.p, a.n) == 0;
}

struct str hash_bytes(const struct hash *h) {
    return (struct str){(const char *)h->b, HASH_BYTES};
}

struct str hex_write(struct arena *a, struct str bytes) {
    static const char digits[] = "0123456789abcdef";
    char *out = arena_bytes(a, bytes.n * 2 + 1);

    for (size_t i = 0; i < bytes.n; i++) {
        out[2 * i] = digits[(unsigned char)bytes.p[i] >> 4];
        out[2 * i + 1] = digits[(unsigned char)bytes.p[i] & 15];
    }
    return (struct str){out, bytes.n * 2};
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(struct arena *a, struct str hex, struct str *bytes) {
    char *out = arena_bytes(a, hex.n / 2 + 1);

    for (size_t i = 0; i + 1 < hex.n; i += 2) {
        int high = hex_digit(hex.p[i]);
        int low = hex_digit(hex.p[i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        out[i / 2] = (char)(high << 4 | low);
    }
    *bytes = (struct str){out, hex.n / 2};
    return hex.n % 2 == 0;
}

enum { BASE64_KIND = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

struct str base64url_write(struct arena *a, struct str bytes) {
    size_t room = sodium_base64_encoded_len(bytes.n, BASE64_KIND);
    char *out = arena_bytes(a, room);

    sodium_bin2base64(out, room, (const unsigned char *)bytes.p, bytes.n, BASE64_KIND);
    return str_of(out);
}

bool base64url_read(struct arena *a, struct str text, struct str *bytes) {
    size_t n = 0;
    unsigned char *out = arena_bytes(a, text.n + 1);

    if (sodium_base642bin(out, text.n + 1, text.p, text.n, NULL, &n, NULL, BASE64_KIND) != 0) {
        return false;
    }
    *bytes = (struct str){(char *)out, n};
    return true;
}

struct str gcm_seal(struct arena *a, struct str key, struct str nonce, struct str associated,
                    struct str plain) {
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    unsigned char *out = arena_bytes(a, plain.n + GCM_TAG_BYTES);
    int n = 0;

    assert(key.n == 32 && nonce.n == GCM_NONCE_BYTES);
    must(EVP_EncryptInit_ex(c, tools()->gcm, NULL, (const unsigned char *)key.p,
                            (const unsigned char *)nonce.p));
    must(EVP_EncryptUpdate(c, NULL, &n, (const unsigned char *)associated.p, (int)associated.n));
    must(EVP_EncryptUpdate(c, out, &n, (const unsigned char *)plain.p, (int)plain.n));
    must(EVP_EncryptFinal_ex(c, out + n, &n));
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, GCM_TAG_BYTES, out + plain.n));
    EVP_CIPHER_CTX_free(c);
    return (struct str){(char *)out, plain.n + GCM_TAG_BYTES};
}

bool gcm_open(struct arena *a, struct str key, struct str nonce, struct str associated,
              struct str sealed, struct str *plain) {
    EVP_CIPHER_CTX *c;
    unsigned char *out;
    size_t length;
    int n = 0;
    bool fits;

    if (key.n != 32 || nonce.n != GCM_NONCE_BYTES || sealed.n < GCM_TAG_BYTES) {
        return false;
    }
    length = sealed.n - GCM_TAG_BYTES;
    out = arena_bytes(a, length + 1);
    c = EVP_CIPHER_CTX_new();
    must(EVP_DecryptInit_ex(c, tools()->gcm, NULL, (const unsigned char *)key.p,
                            (const unsigned char *)nonce.p));
    must(EVP_DecryptUpdate(c, NULL, &n, (const unsigned char *)associated.p, (int)associated.n));
    must(EVP_DecryptUpdate(c, out, &n, (const unsigned char *)sealed.p, (int)length));
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, GCM_TAG_BYTES,
                             (void *)(uintptr_t)(sealed.p + length)));
    fits = EVP_DecryptFinal_ex(c, out + n, &n) == 1;
    EVP_CIPHER_CTX_free(c);
    *plain = (struct str){(char *)out, length};
    return fits;
}

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

struct str password_hash(struct arena *a, struct str password) {
    char *out = arena_bytes(a, crypto_pwhash_STRBYTES);

    pthread_mutex_lock(&one_at_a_time);
    if (crypto_pwhash_argon2id_str(out, password.p, password.n, ARGON2_PASSES, ARGON2_BYTES) != 0) {
        abort();
    }
    pthread_mutex_unlock(&one_at_a_time);
    return str_of(out);
}

bool password_fits(struct str hash, struct str password) {
    char text[crypto_pwhash_STRBYTES] = {0};
    bool fits;

    if (hash.n >= sizeof text) {
        return false;
    }
    memcpy(text, hash.p, hash.n);
    pthread_mutex_lock(&one_at_a_time);
    fits = crypto_pwhash_argon2id_str_verify(text, password.p, password.n) == 0;
    pthread_mutex_unlock(&one_at_a_time);
    return fits;
}
