/* SPDX-License-Identifier: Apache-2.0 */
#include "town/access/api_keys.h"

#include "base/hash.h"
#include "base/limits.h"
#include "town/access/audit.h"
#include "town/access/seals.h"

#include <assert.h>

enum { SECRET_BYTES = 24 };

static int64_t now_of(struct installation *i) {
    struct source *source = installation_source(i);

    return source->now_us(source);
}

static struct hash digest_of(struct arena *a, const struct keys *keys, struct str secret) {
    return hash_hmac(key_str(keys->links), arena_format(a, "api key %.*s", STR_ARG(secret)));
}

struct str api_key_random(struct arena *a, struct source *source) {
    char bytes[SECRET_BYTES];

    source->fill(source, bytes, sizeof bytes);
    return base64url_write(a, (struct str){bytes, sizeof bytes});
}

static void read_key(struct stmt *q, struct arena *a, struct api_key *out) {
    *out = (struct api_key){
        .id = stmt_int(q, 0),
        .name = stmt_text(q, 1, a),
        .per_minute = stmt_int(q, 2),
        .made_at = stmt_int(q, 3),
        .ended_at = stmt_int(q, 4),
    };
}

static bool find_digest(struct store *s, struct arena *a, const struct keys *keys,
                        struct str secret, struct api_key *out, struct err *err) {
    struct hash digest = digest_of(a, keys, secret);
    struct stmt *q = store_sql(s, SQL_API_KEY_FIND);

    *out = (struct api_key){0};
    stmt_bind_bytes(q, 1, hash_bytes(&digest));
    if (stmt_next(q)) {
        read_key(q, a, out);
    }
    return stmt_end(q, err);
}

bool api_key_find(struct store *s, struct arena *a, const struct keys *keys, struct str secret,
                  struct api_key *out, bool *found, struct err *err) {
    assert(out != NULL && found != NULL);
    *found = false;
    *out = (struct api_key){0};
    if (secret.n < API_KEY_MIN || str_characters(secret) > API_KEY_MAX) {
        return true;
    }
    if (!find_digest(s, a, keys, secret, out, err)) {
        return false;
    }
    *found = out->id > 0 && out->ended_at == 0;
    return true;
}

static bool find_named(struct store *s, struct str name, int64_t *id, struct err *err) {
    struct stmt *q = store_sql(s, SQL_API_KEY_NAMED);

    stmt_bind_text(q, 1, name);
    *id = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err);
}

static bool check_new(struct store *s, struct arena *a, const struct keys *keys, struct str name,
                      struct str secret, struct err *err) {
    struct api_key same;
    int64_t id;

    if (name.n == 0 || str_characters(name) > LIMIT_SHORT_CHARACTERS) {
        return fail1(err, E_REQUIRED, "name", STR("NAME"));
    }
    if (secret.n < API_KEY_MIN || str_characters(secret) > API_KEY_MAX) {
        return fail(err, E_KEY_SECRET, "secret");
    }
    if (!find_named(s, name, &id, err) || !find_digest(s, a, keys, secret, &same, err)) {
        return false;
    }
    if (id > 0) {
        return fail1(err, E_KEY_NAME, "name", name);
    }
    return same.id == 0 || fail(err, E_KEY_SECRET, "secret");
}

static bool insert(struct store *s, struct hash digest, struct str name, int64_t per_minute,
                   int64_t now, struct err *err) {
    struct stmt *q = store_sql(s, SQL_API_KEY_INSERT);

    stmt_bind_bytes(q, 1, hash_bytes(&digest));
    stmt_bind_text(q, 2, name);
    stmt_bind_int(q, 3, per_minute > 0 ? per_minute : API_KEY_PER_MINUTE);
    stmt_bind_int(q, 4, now);
    return stmt_run_one(q, err);
}

/* A key's row and its seal are written together. */
static bool begin(struct store *s, struct err *err) {
    return store_begin(s, err) && store_lock(s, STORE_LOCK_AUDIT, 0, err);
}

bool api_key_add(struct installation *i, int64_t actor, struct str name, struct str secret,
                 int64_t per_minute, struct err *err) {
    const struct keys *keys = installation_keys(i);
    struct arena *a = arena_open();
    struct store *s = installation_side(i);
    int64_t id = 0;
    bool ok = begin(s, err) && check_new(s, a, keys, name, secret, err) &&
              insert(s, digest_of(a, keys, secret), name, per_minute, now_of(i), err) &&
              find_named(s, name, &id, err) && seals_put(i, s, SEAL_KEY, id, err) &&
              audit_add(s, now_of(i), actor, "api_key_add", id, name, err) && store_commit(s, err);

    store_rollback(s);
    installation_return_side(i);
    arena_close(a);
    return ok;
}

static bool end(struct store *s, int64_t id, int64_t now, struct err *err) {
    struct stmt *q = store_sql(s, SQL_API_KEY_END);

    stmt_bind_int(q, 1, id);
    stmt_bind_int(q, 2, now);
    return stmt_run_one(q, err);
}

bool api_key_end(struct installation *i, int64_t actor, struct str name, struct err *err) {
    struct store *s = installation_side(i);
    int64_t id = 0;
    bool ok = begin(s, err) && find_named(s, name, &id, err) &&
              (id > 0 || fail1(err, E_NOT_FOUND, "name", name)) && end(s, id, now_of(i), err) &&
              seals_put(i, s, SEAL_KEY, id, err) &&
              audit_add(s, now_of(i), actor, "api_key_end", id, name, err) && store_commit(s, err);

    store_rollback(s);
    installation_return_side(i);
    return ok;
}

bool api_key_list(struct store *s, struct arena *a, struct api_key **out, size_t *count,
                  struct err *err) {
    struct stmt *q = store_sql(s, SQL_API_KEY_LIST);
    size_t room = 0;

    *out = NULL;
    *count = 0;
    while (stmt_next(q)) {
        if (*count == room) {
            struct api_key *more = arena_array(a, struct api_key, room = room * 2 + 16);

            for (size_t k = 0; k < *count; k++) {
                more[k] = (*out)[k];
            }
            *out = more;
        }
        read_key(q, a, &(*out)[(*count)++]);
    }
    return stmt_end(q, err);
}
