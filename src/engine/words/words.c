/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/words/words.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { KEY_VERSION = 1 };

struct str beside_commitment(struct arena *a, struct str salt, struct str value) {
    struct hash h = hash_hmac(salt, value);

    return hex_write(a, hash_bytes(&h));
}

void beside_commit(struct beside *b, struct source *source, struct event *e) {
    struct str key = arena_format(e->arena, "%.*s_commit", STR_ARG(b->field));
    struct str salt = {b->salt, SALT_BYTES};

    source->fill(source, b->salt, SALT_BYTES);
    event_add_text(e, key.p, beside_commitment(e->arena, salt, b->value));
}

static bool insert_words(struct store *s, const struct event *e, const struct beside *b,
                         struct err *err) {
    struct stmt *q = store_sql(s, SQL_WORDS_INSERT);
    int64_t id;

    stmt_bind_int(q, 1, e->office);
    stmt_bind_int(q, 2, e->number);
    stmt_bind_text(q, 3, b->field);
    stmt_bind_int(q, 4, b->subject);
    stmt_bind_bytes(q, 5, (struct str){b->salt, SALT_BYTES});
    stmt_bind_text(q, 6, b->value);
    if (!stmt_run_one(q, err)) {
        return false;
    }
    if (b->grams.n == 0) {
        return true;
    }
    id = store_last_id(s);
    q = store_sql(s, SQL_WORDS_INDEX);
    stmt_bind_int(q, 1, e->office);
    stmt_bind_int(q, 2, id);
    stmt_bind_int(q, 3, e->number);
    stmt_bind_text(q, 4, b->field);
    stmt_bind_text(q, 5, b->grams);
    return stmt_run(q, err);
}

static struct str associated(struct arena *a, int64_t office, int64_t subject, struct str field,
                             int64_t version) {
    return arena_format(a, "%" PRId64 " %" PRId64 " %.*s %" PRId64, office, subject, STR_ARG(field),
                        version);
}

static struct str seal(struct arena *a, struct source *source, struct str key, struct str with,
                       struct str plain) {
    char *nonce = arena_bytes(a, GCM_NONCE_BYTES);
    struct str sealed;
    char *out;

    source->fill(source, nonce, GCM_NONCE_BYTES);
    sealed = gcm_seal(a, key, (struct str){nonce, GCM_NONCE_BYTES}, with, plain);
    out = arena_bytes(a, GCM_NONCE_BYTES + sealed.n);
    memcpy(out, nonce, GCM_NONCE_BYTES);
    memcpy(out + GCM_NONCE_BYTES, sealed.p, sealed.n);
    return (struct str){out, GCM_NONCE_BYTES + sealed.n};
}

static bool unseal(struct arena *a, struct str key, struct str with, struct str sealed,
                   struct str *plain) {
    if (sealed.n < GCM_NONCE_BYTES) {
        return false;
    }
    return gcm_open(a, key, str_slice(sealed, 0, GCM_NONCE_BYTES), with,
                    str_slice(sealed, GCM_NONCE_BYTES, sealed.n), plain);
}

struct hash vault_equality(const struct keys *keys, struct str field, struct str value) {
    struct hash of_field = hash_hmac(key_str(keys->search), field);

    return hash_hmac(hash_bytes(&of_field), value);
}

static bool insert_vault(struct store *s, struct arena *a, const struct keys *keys,
                         struct source *source, const struct event *e, const struct beside *b,
                         struct err *err) {
    struct stmt *q = store_sql(s, SQL_VAULT_INSERT);
    struct str with = associated(a, e->office, b->subject, b->field, KEY_VERSION);
    struct hash equality = vault_equality(keys, b->field, b->value);
    char own[KEY_BYTES];
    char *plain = arena_bytes(a, SALT_BYTES + b->value.n);

    source->fill(source, own, sizeof own);
    memcpy(plain, b->salt, SALT_BYTES);
    memcpy(plain + SALT_BYTES, b->value.p, b->value.n);
    stmt_bind_int(q, 1, e->office);
    stmt_bind_int(q, 2, e->number);
    stmt_bind_text(q, 3, b->field);
    stmt_bind_int(q, 4, b->subject);
    stmt_bind_int(q, 5, KEY_VERSION);
    stmt_bind_bytes(q, 6, seal(a, source, key_str(keys->master), with, key_str(own)));
    stmt_bind_bytes(
        q, 7, seal(a, source, key_str(own), with, (struct str){plain, SALT_BYTES + b->value.n}));
    stmt_bind_bytes(q, 8, hash_bytes(&equality));
    return stmt_run_one(q, err);
}

static bool insert_photo(struct store *s, const struct event *e, const struct beside *b,
                         struct err *err) {
    struct stmt *q = store_sql(s, SQL_ATTACHMENTS_INSERT);

    stmt_bind_int(q, 1, e->office);
    stmt_bind_int(q, 2, e->number);
    stmt_bind_text(q, 3, b->field);
    stmt_bind_int(q, 4, b->subject);
    stmt_bind_text(q, 5, b->file);
    stmt_bind_bytes(q, 6, (struct str){b->salt, SALT_BYTES});
    stmt_bind_bytes(q, 7, b->value);
    stmt_bind_int(q, 8, b->size_bytes);
    stmt_bind_int(q, 9, b->width);
    stmt_bind_int(q, 10, b->height);
    return stmt_run_one(q, err);
}

bool beside_insert(struct store *s, struct arena *a, const struct keys *keys, struct source *source,
                   const struct event *e, const struct beside *list, size_t count,
                   struct err *err) {
    assert(e->number > 0);
    for (size_t i = 0; i < count; i++) {
        const struct beside *b = &list[i];
        bool ok = b->kind == BESIDE_WORDS   ? insert_words(s, e, b, err)
                  : b->kind == BESIDE_VAULT ? insert_vault(s, a, keys, source, e, b, err)
                                            : insert_photo(s, e, b, err);

        if (!ok) {
            return false;
        }
    }
    return true;
}

static struct stmt *ask_words(struct store *s, int64_t office, int64_t event, const char *field) {
    struct stmt *q = store_sql(s, SQL_WORDS_FETCH);

    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, event);
    stmt_bind_text(q, 3, str_of(field));
    return q;
}

void words_ahead(struct store *s, int64_t office, int64_t event, const char *field) {
    stmt_ahead(ask_words(s, office, event, field));
}

bool words_fetch(struct store *s, struct arena *a, int64_t office, int64_t event, const char *field,
                 struct str *text, struct err *err) {
    struct stmt *q = ask_words(s, office, event, field);

    *text = (struct str){0};
    if (stmt_next(q)) {
        *text = stmt_text(q, 0, a);
    }
    return stmt_end(q, err);
}

bool vault_open(struct arena *a, const struct keys *keys, int64_t office, int64_t subject,
                struct str field, int64_t key_version, struct str wrapped_key, struct str sealed,
                struct str *salt, struct str *value) {
    struct str with = associated(a, office, subject, field, key_version);
    struct str own;
    struct str plain;

    if (!unseal(a, key_str(keys->master), with, wrapped_key, &own) ||
        !unseal(a, own, with, sealed, &plain) || plain.n < SALT_BYTES) {
        return false;
    }
    *salt = str_slice(plain, 0, SALT_BYTES);
    *value = str_slice(plain, SALT_BYTES, plain.n);
    return true;
}

static struct stmt *ask_vault(struct store *s, int64_t subject, const char *field) {
    struct stmt *q = store_sql(s, SQL_VAULT_FETCH);

    stmt_bind_int(q, 1, subject);
    stmt_bind_text(q, 2, str_of(field));
    return q;
}

void vault_ahead(struct store *s, int64_t subject, const char *field) {
    stmt_ahead(ask_vault(s, subject, field));
}

bool vault_fetch(struct store *s, struct arena *a, const struct keys *keys, int64_t subject,
                 const char *field, struct str *value, bool *found, struct err *err) {
    struct stmt *q = ask_vault(s, subject, field);
    struct str salt;

    *found = false;
    *value = (struct str){0};
    if (stmt_next(q)) {
        *found = vault_open(a, keys, stmt_int(q, 0), subject, str_of(field), stmt_int(q, 2),
                            stmt_text(q, 3, a), stmt_text(q, 4, a), &salt, value);
    }
    return stmt_end(q, err);
}
