/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/root_send.h"

#include "base/conf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mask.h"
#include "gate/exchange/post.h"

#include <inttypes.h>

enum { ROOTS_A_SENDING = 366, BODY_BYTES = 1 << 20, SECRET_BYTES = 4096 };

/* ---- settings */

static bool need(const struct conf *c, const char *key, const char *needed, struct err *err) {
    return conf_get(c, key).n == 0 || conf_get(c, needed).n > 0 ||
           fail2(err, E_CONF_NEEDS, "", str_of(key), str_of(needed));
}

/* The first line of the file that a setting names; empty when it names none. */
static bool read_secret(struct arena *a, const struct conf *c, const char *key, struct str *secret,
                        struct err *err) {
    struct str path = conf_get(c, key);
    struct str text;

    *secret = (struct str){0};
    if (path.n == 0) {
        return true;
    }
    if (!file_read(a, path.p, SECRET_BYTES, &text, err)) {
        return false;
    }
    *secret = str_trim(str_cut(&text, '\n'));
    return secret->n > 0 || fail2(err, E_CONF_VALUE, "", str_of(key), path);
}

/* One of the schemes, then a host. */
static bool is_url(struct str value, struct str scheme, struct str other) {
    struct str begin = str_starts(value, scheme) ? scheme : other;

    return str_starts(value, begin) && value.n > begin.n && value.p[begin.n] != '/';
}

static bool is_mailbox(struct str value) {
    ptrdiff_t at = str_find(value, STR("@"));

    return at > 0 && (size_t)at + 1 < value.n && str_find(value, STR(" ")) < 0;
}

/* A wrong one is told at the start, not in the night by a root that did not go out. */
static bool check_ways(struct arena *a, const struct conf *c, const struct root_ways *w,
                       struct err *err) {
    const char *wrong = NULL;

    if (w->webhook.n > 0 && !is_url(w->webhook, STR("https://"), STR("http://"))) {
        wrong = "root_webhook";
    } else if (w->smtp.n > 0 && !is_url(w->smtp, STR("smtps://"), STR("smtp://"))) {
        wrong = "smtp";
    } else if (w->mail_to.n > 0 && !is_mailbox(w->mail_to)) {
        wrong = "root_mail";
    } else if (w->mail_from.n > 0 && !is_mailbox(w->mail_from)) {
        wrong = "mail_from";
    }
    return wrong == NULL ||
           fail2(err, E_CONF_VALUE, "", str_of(wrong), mask_password(a, conf_get(c, wrong)));
}

bool root_ways_load(struct arena *a, const char *folder, struct root_ways *ways, struct err *err) {
    struct conf *c = arena_new(a, struct conf);

    if (!conf_load(a, folder, c, err) || !need(c, "root_webhook", "root_key", err) ||
        !need(c, "root_mail", "mail_from", err) || !need(c, "smtp_user", "smtp_key", err) ||
        !read_secret(a, c, "root_key", &ways->webhook_key, err) ||
        !read_secret(a, c, "smtp_key", &ways->smtp_password, err)) {
        return false;
    }
    ways->webhook = conf_get(c, "root_webhook");
    ways->mail_to = conf_get(c, "root_mail");
    ways->mail_from = conf_get(c, "mail_from");
    ways->smtp = conf_get(c, "smtp");
    ways->smtp_user = conf_get(c, "smtp_user");
    ways->outbox = path_join(a, str_of(folder), STR("outbox"));
    return check_ways(a, c, ways, err);
}

/* ---- one sending: the roots of one ledger that have not gone out by this way */

struct sending {
    const struct keeper_turn *turn;
    const struct root_ways *ways;
    struct str office; /* code; "0" = the common ledger */
    struct root_day *days;
    size_t count;
};

typedef bool (*send_function)(struct sending *s, struct err *err);

static bool is_ending(const void *turn) {
    return keeper_is_ending(turn);
}

static bool send_webhook(struct sending *s, struct err *err) {
    struct arena *a = s->turn->arena;
    struct buf b = buf_make(a, BODY_BYTES);
    struct json_out o = json_out(&b);
    struct post_http post = {.url = s->ways->webhook, .watch = {is_ending, s->turn}};
    int64_t seconds = s->turn->now / SECOND_US;
    struct hash mac;

    json_open(&o, NULL, '{');
    json_open(&o, "roots", '[');
    for (size_t i = 0; i < s->count; i++) {
        json_open(&o, NULL, '{');
        json_str(&o, "date", root_date(a, s->days[i].day));
        json_str(&o, "root", s->days[i].root);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_close(&o, '}');
    post.body = buf_str(&b);
    mac = hash_hmac(s->ways->webhook_key, arena_format(a, "%" PRId64 ".%.*s.%.*s", seconds,
                                                       STR_ARG(s->office), STR_ARG(post.body)));
    post.headers[0] = STR("Content-Type: application/json");
    post.headers[1] = arena_format(a, "Linli-Office: %.*s", STR_ARG(s->office));
    post.headers[2] = arena_format(a, "Linli-Signature: t=%" PRId64 ",v1=%.*s", seconds,
                                   STR_ARG(hex_write(a, hash_bytes(&mac))));
    return post_http(a, &post, err);
}

static bool send_mail(struct sending *s, struct err *err) {
    struct arena *a = s->turn->arena;
    const struct root_ways *w = s->ways;
    struct str newest = root_date(a, s->days[s->count - 1].day);
    struct str subject =
        arena_format(a, "Linli daily root %.*s %.*s", STR_ARG(s->office), STR_ARG(newest));
    struct buf text = buf_make(a, BODY_BYTES);
    struct post_mail mail = {.server = w->smtp,
                             .user = w->smtp_user,
                             .password = w->smtp_password,
                             .from = w->mail_from,
                             .to = w->mail_to,
                             .watch = {is_ending, s->turn}};

    for (size_t i = 0; i < s->count; i++) {
        buf_format(&text, "%.*s %.*s\n", STR_ARG(root_date(a, s->days[i].day)),
                   STR_ARG(s->days[i].root));
    }
    mail.message = post_message(a, w->mail_from, w->mail_to, subject, buf_str(&text), s->turn->now);
    if (w->smtp.n > 0) {
        return post_mail(a, &mail, err);
    }
    return folder_make(w->outbox.p, err) &&
           file_write(a,
                      arena_format(a, "%.*s/root-%.*s-%.*s.eml", STR_ARG(w->outbox),
                                   STR_ARG(s->office), STR_ARG(newest))
                          .p,
                      mail.message, 0600, err);
}

/* ---- all ledgers by one way */

struct way {
    const char *name;
    send_function send;
    const struct keeper_turn *turn;
    const struct root_ways *ways;
    bool only_ask; /* is there anything to send? */
    bool is_due;
};

static bool last_sent(const struct way *w, int64_t office, int64_t *day, struct err *err) {
    struct stmt *q = store_sql(w->turn->store, SQL_ROOT_SENDING);

    *day = 0;
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, str_of(w->name));
    if (stmt_next(q)) {
        *day = stmt_int(q, 0);
    }
    return stmt_end(q, err);
}

static bool note_sent(const struct way *w, int64_t office, int64_t day, struct err *err) {
    struct store *s = installation_side(w->turn->installation);
    struct stmt *q = store_sql(s, SQL_ROOT_SENDING_SET);
    bool ok;

    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, str_of(w->name));
    stmt_bind_int(q, 3, day);
    stmt_bind_int(q, 4, w->turn->now);
    ok = stmt_run(q, err);
    installation_return_side(w->turn->installation);
    return ok;
}

static bool send_ledger(void *context, int64_t office, int offset_minutes, struct err *err) {
    struct way *w = context;
    const struct office *o = town_office(w->turn->town, office);
    struct arena *a = w->turn->arena;
    struct sending s = {.turn = w->turn, .ways = w->ways, .office = o == NULL ? STR("0") : o->code};
    int64_t after;

    (void)offset_minutes;
    s.days = arena_array(a, struct root_day, ROOTS_A_SENDING);
    if (!last_sent(w, office, &after, err)) {
        return false;
    }
    do {
        if (!root_list(w->turn->store, a, office, after, ROOTS_A_SENDING, s.days, &s.count, err)) {
            return false;
        }
        if (s.count == 0 || w->only_ask) {
            w->is_due = w->is_due || s.count > 0;
            return true;
        }
        after = s.days[s.count - 1].day;
        if (!w->send(&s, err) || !note_sent(w, office, after, err)) {
            return false;
        }
    } while (s.count == ROOTS_A_SENDING);
    return true;
}

/* Every way that is set; the first failure is told when all were tried. */
static bool go(const struct keeper_turn *t, bool only_ask, bool *is_due, struct err *err) {
    const struct root_ways *ways = t->context;
    struct way all[] = {
        {.name = "webhook", .send = ways->webhook.n > 0 ? send_webhook : NULL},
        {.name = "mail", .send = ways->mail_to.n > 0 ? send_mail : NULL},
    };
    bool ok = true;

    *is_due = false;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct err failure;

        all[i].turn = t;
        all[i].ways = ways;
        all[i].only_ask = only_ask;
        if (all[i].send != NULL && !days_each_ledger(t->town, send_ledger, &all[i], &failure)) {
            *err = failure;
            ok = false;
        }
        *is_due = *is_due || all[i].is_due;
    }
    return ok;
}

static bool run(const struct keeper_turn *t, struct err *err) {
    bool ignored;

    return go(t, false, &ignored, err);
}

static bool next(const struct keeper_turn *t, int64_t *due_at, struct err *err) {
    bool is_due;

    if (!go(t, true, &is_due, err)) {
        return false;
    }
    *due_at = is_due ? 0 : INT64_MAX; /* the days wake it */
    return true;
}

struct keeper_job root_send_job(const struct root_ways *ways) {
    return (struct keeper_job){
        .name = ROOT_SEND_JOB, .next = next, .run = run, .context = (void *)(uintptr_t)ways};
}
