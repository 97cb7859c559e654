/* SPDX-License-Identifier: Apache-2.0 */
#include "town/access/sign_in.h"

#include "base/hash.h"
#include "town/access/seals.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    COOKIE_BYTES = 32,
    CSRF_BYTES = 18,
    PASSWORD_MIN = 8,
    PASSWORD_MAX_BYTES = 200,
    SEEN_EVERY_S = 60,
    RANDOM_CHARACTERS = 14 /* of a one-time password, besides its sign and digit */
};

static int64_t now_of(struct installation *i) {
    struct source *source = installation_source(i);

    return source->now_us(source);
}

/* ---- tries */

static bool tries_load(struct store *s, struct str name, int64_t now, int64_t *failures,
                       int64_t *last_at, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ATTEMPTS_FETCH);

    *failures = 0;
    *last_at = 0;
    stmt_bind_text(q, 1, name);
    if (stmt_next(q)) {
        *failures = stmt_int(q, 0);
        *last_at = stmt_int(q, 1);
    }
    if (*last_at + LOCK_MINUTES * MINUTE_US < now) {
        *failures = 0;
    }
    return stmt_end(q, err);
}

bool tries_check(struct installation *i, struct str name, struct err *err) {
    struct store *s = installation_side(i);
    int64_t now = now_of(i);
    int64_t failures;
    int64_t last_at;
    bool ok = tries_load(s, name, now, &failures, &last_at, err);

    installation_return_side(i);
    if (ok && failures >= TRIES_MOST) {
        char minutes[24];

        snprintf(minutes, sizeof minutes, "%" PRId64,
                 (int64_t)((last_at + LOCK_MINUTES * MINUTE_US - now) / MINUTE_US + 1));
        return fail1(err, E_LOCKED, "", str_of(minutes));
    }
    return ok;
}

bool tries_failed(struct installation *i, struct str name, int64_t *left, struct err *err) {
    struct store *s = installation_side(i);
    int64_t now = now_of(i);
    int64_t failures;
    int64_t last_at;
    bool ok = tries_load(s, name, now, &failures, &last_at, err);

    if (ok) {
        struct stmt *q = store_sql(s, SQL_ATTEMPTS_SET);

        stmt_bind_text(q, 1, name);
        stmt_bind_int(q, 2, failures + 1);
        stmt_bind_int(q, 3, now);
        ok = stmt_run(q, err);
        *left = failures + 1 >= TRIES_MOST ? 0 : TRIES_MOST - failures - 1;
    }
    installation_return_side(i);
    return ok;
}

bool tries_forget(struct installation *i, struct str name, struct err *err) {
    struct store *s = installation_side(i);
    struct stmt *q = store_sql(s, SQL_ATTEMPTS_DELETE);
    bool ok;

    stmt_bind_text(q, 1, name);
    ok = stmt_run(q, err);
    installation_return_side(i);
    return ok;
}

/* ---- passwords */

static bool is_strong(struct str login, struct str password) {
    bool kinds[4] = {false};

    if (str_characters(password) < PASSWORD_MIN || password.n > PASSWORD_MAX_BYTES ||
        !str_is_text(password) || (login.n > 0 && str_find(password, login) >= 0)) {
        return false;
    }
    for (size_t k = 0; k < password.n; k++) {
        unsigned char c = (unsigned char)password.p[k];

        kinds[islower(c) ? 0 : isupper(c) ? 1 : isdigit(c) ? 2 : 3] = true;
    }
    return kinds[0] + kinds[1] + kinds[2] + kinds[3] >= 3;
}

struct str password_random(struct arena *a, struct source *source) {
    static const char characters[] = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
    unsigned char bytes[RANDOM_CHARACTERS];
    char *out = arena_bytes(a, RANDOM_CHARACTERS + 3);

    source->fill(source, bytes, sizeof bytes);
    for (size_t k = 0; k < RANDOM_CHARACTERS; k++) {
        out[k] = characters[bytes[k] % (sizeof characters - 1)];
    }
    out[RANDOM_CHARACTERS] = '-';
    out[RANDOM_CHARACTERS + 1] = (char)('2' + bytes[0] % 8);
    return (struct str){out, RANDOM_CHARACTERS + 2};
}

static bool write_hash(struct store *s, int64_t account, struct str hash, bool must_change,
                       int64_t now, struct err *err) {
    struct stmt *q = store_sql(s, SQL_CREDENTIAL_SET);

    stmt_bind_int(q, 1, account);
    stmt_bind_text(q, 2, hash);
    stmt_bind_int(q, 3, must_change);
    stmt_bind_int(q, 4, now);
    return stmt_run_one(q, err);
}

static bool end_sessions(struct store *s, int64_t account, struct str keep, struct err *err) {
    struct stmt *q = store_sql(s, SQL_SESSION_DELETE_OTHERS);

    stmt_bind_int(q, 1, account);
    stmt_bind_bytes(q, 2, keep);
    return stmt_run(q, err);
}

/* A new password ends the sessions that the old one opened, but for the one that `keep` names. */
static bool set_hash(struct installation *i, int64_t account, struct str hash, bool must_change,
                     struct str keep, struct err *err) {
    struct store *s = installation_side(i);
    bool ok = store_begin(s, err) && store_lock(s, STORE_LOCK_AUDIT, 0, err) &&
              write_hash(s, account, hash, must_change, now_of(i), err) &&
              seals_put(i, s, SEAL_PASSWORD, account, err) && end_sessions(s, account, keep, err) &&
              store_commit(s, err);

    store_rollback(s);
    installation_return_side(i);
    return ok;
}

bool password_set_hash(struct installation *i, int64_t account, struct str hash, bool must_change,
                       struct err *err) {
    return set_hash(i, account, hash, must_change, (struct str){0}, err);
}

bool password_set(struct installation *i, int64_t account, struct str password, bool must_change,
                  struct err *err) {
    struct arena *a = arena_open();
    bool ok = password_set_hash(i, account, password_hash(a, password), must_change, err);

    arena_close(a);
    return ok;
}

bool password_give(struct installation *i, int64_t office, struct str password, bool must_change,
                   struct err *err) {
    struct arena *a = arena_open();
    struct str hash = password_hash(a, password);
    bool ok = true;

    for (int64_t account = 1; ok && account > 0;) {
        struct store *s = installation_side(i);
        struct stmt *q = store_sql(s, SQL_CREDENTIAL_LACKING);

        stmt_bind_int(q, 1, office);
        account = stmt_next(q) ? stmt_int(q, 0) : 0;
        ok = stmt_end(q, err);
        installation_return_side(i);
        ok = ok && (account == 0 || password_set_hash(i, account, hash, must_change, err));
    }
    arena_close(a);
    return ok;
}

static bool load_credential(struct installation *i, struct arena *a, int64_t account,
                            struct str *hash, bool *must_change, struct err *err) {
    struct store *s = installation_side(i);
    struct stmt *q = store_sql(s, SQL_CREDENTIAL_FETCH);
    bool ok;

    *hash = (struct str){0};
    *must_change = false;
    stmt_bind_int(q, 1, account);
    if (stmt_next(q)) {
        *hash = stmt_text(q, 0, a);
        *must_change = stmt_int(q, 1) != 0;
    }
    ok = stmt_end(q, err);
    installation_return_side(i);
    return ok;
}

/* Who sits at another's open desk has few tries at the old password, as at the door. */
bool password_change(struct installation *i, struct arena *a, const struct password_change *c,
                     struct err *err) {
    struct str tries = arena_format(a, "password:%" PRId64, c->account);
    struct hash keep = hash_sha256(c->cookie);
    struct str hash;
    bool must_change;
    int64_t left;

    if (!tries_check(i, tries, err) ||
        !load_credential(i, a, c->account, &hash, &must_change, err)) {
        return false;
    }
    if (!password_fits(hash, c->old)) {
        return tries_failed(i, tries, &left, err) &&
               fail2(err, E_OLD_PASSWORD, "old", STR("5"), STR("15"));
    }
    if (!is_strong(c->login, c->new_one)) {
        return fail(err, E_PASSWORD_WEAK, "new");
    }
    return tries_forget(i, tries, err) &&
           set_hash(i, c->account, password_hash(a, c->new_one), false, hash_bytes(&keep), err) &&
           audit_write(i, c->account, "password", c->account, (struct str){0}, err);
}

/* ---- sessions */

static bool open_session(struct installation *i, struct arena *a, int64_t account,
                         struct str *cookie, struct session *session, struct err *err) {
    struct source *source = installation_source(i);
    char *secret = arena_bytes(a, COOKIE_BYTES + CSRF_BYTES);
    struct hash token;
    struct store *s;
    struct stmt *q;
    bool ok;

    source->fill(source, secret, COOKIE_BYTES + CSRF_BYTES);
    *cookie = base64url_write(a, (struct str){secret, COOKIE_BYTES});
    session->account = account;
    session->csrf = base64url_write(a, (struct str){secret + COOKIE_BYTES, CSRF_BYTES});
    token = hash_sha256(*cookie);
    s = installation_side(i);
    q = store_sql(s, SQL_SESSION_INSERT);
    stmt_bind_bytes(q, 1, hash_bytes(&token));
    stmt_bind_int(q, 2, account);
    stmt_bind_text(q, 3, session->csrf);
    stmt_bind_int(q, 4, now_of(i));
    ok = stmt_run_one(q, err);
    installation_return_side(i);
    return ok;
}

static bool refuse(struct installation *i, struct str tries, int64_t account, struct err *err) {
    int64_t left;

    if (!tries_failed(i, tries, &left, err) ||
        !audit_write(i, account, "sign_in_failed", account, (struct str){0}, err)) {
        return false;
    }
    return fail2(err, E_PASSWORD, "", STR("5"), STR("15"));
}

bool sign_in(struct installation *i, struct arena *a, struct str login, struct str password,
             struct str *cookie, struct session *session, struct err *err) {
    struct str tries = arena_format(a, "login:%.*s", STR_ARG(str_first_characters(login, 60)));
    const struct town *t;
    const struct account *found;
    int64_t account;
    struct str hash = {0};

    if (!tries_check(i, tries, err)) {
        return false;
    }
    t = installation_town(i);
    found = town_account_by_login(t, login);
    account = found != NULL && found->active ? found->id : 0;
    installation_release(i, t);
    if (!load_credential(i, a, account, &hash, &session->must_change_password, err)) {
        return false;
    }
    if (hash.n == 0) {
        password_hash(a, password); /* as long as for a name that is known: time tells nobody */
        return refuse(i, tries, account, err);
    }
    if (!password_fits(hash, password)) {
        return refuse(i, tries, account, err);
    }
    return tries_forget(i, tries, err) && open_session(i, a, account, cookie, session, err) &&
           audit_write(i, account, "sign_in", account, (struct str){0}, err);
}

/* That it is in use is written down once in a while. Nobody waits for that, and who reads goes on
 * where it cannot be written: a long command, a full disk. The next request tries again. */
static void touch_session(struct installation *i, const struct hash *token, int64_t now) {
    struct store *s = installation_try_side(i);
    struct err ignored;
    struct stmt *q;

    if (s == NULL) {
        return;
    }
    q = store_sql(s, SQL_SESSION_SEEN);
    store_hurry(s, true);
    stmt_bind_bytes(q, 1, hash_bytes(token));
    stmt_bind_int(q, 2, now);
    stmt_run(q, &ignored);
    store_hurry(s, false);
    installation_return_side(i);
}

/* Read beside those who write to the same tables, so that a request never waits for a commit. */
bool sign_in_find(struct installation *i, struct arena *a, struct str cookie,
                  struct session *session, struct err *err) {
    struct hash token = hash_sha256(cookie);
    int64_t now = now_of(i);
    struct store *s = installation_reader(i);
    struct stmt *q = store_sql(s, SQL_SESSION_FETCH);
    int64_t started_at = 0;
    int64_t seen_at = 0;
    bool ok;

    stmt_bind_bytes(q, 1, hash_bytes(&token));
    if (stmt_next(q)) {
        session->account = stmt_int(q, 0);
        session->csrf = stmt_text(q, 1, a);
        started_at = stmt_int(q, 2);
        seen_at = stmt_int(q, 3);
        session->must_change_password = stmt_int(q, 4) != 0;
    }
    ok = stmt_end(q, err);
    installation_return_reader(i, s);
    if (!ok) {
        return false;
    }
    if (seen_at == 0 || now - seen_at > IDLE_MINUTES * MINUTE_US ||
        now - started_at > SESSION_HOURS * HOUR_US) {
        return fail(err, E_SIGN_IN, "");
    }
    if (now - seen_at > SEEN_EVERY_S * SECOND_US) {
        touch_session(i, &token, now);
    }
    return true;
}

bool sign_out(struct installation *i, struct str cookie, struct err *err) {
    struct hash token = hash_sha256(cookie);
    struct store *s = installation_side(i);
    struct stmt *q = store_sql(s, SQL_SESSION_DELETE);
    bool ok;

    stmt_bind_bytes(q, 1, hash_bytes(&token));
    ok = stmt_run(q, err);
    installation_return_side(i);
    return ok;
}

bool sign_out_account(struct installation *i, int64_t account, struct err *err) {
    struct store *s = installation_side(i);
    struct stmt *q = store_sql(s, SQL_SESSION_DELETE_OTHERS);
    bool ok;

    stmt_bind_int(q, 1, account);
    stmt_bind_bytes(q, 2, (struct str){0});
    ok = stmt_run(q, err);
    installation_return_side(i);
    return ok;
}
