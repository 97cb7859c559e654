/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ledger/pack.h"

#include "base/hash.h"
#include "base/limits.h"

#include <assert.h>
#include <pthread.h>

/* Keys and texts that stand in many bodies, numbered from 1. A word is never moved or taken away; a
 * new one goes to the end, and the version of the schema goes up with it: a program that does not
 * know the word cannot read what a newer one wrote. */
static const char *const words[] = {
    "case",
    "state",
    "stop",
    "public",
    "start",
    "text_commit",
    "task",
    "last_id",
    "solved",
    "day",
    "outcome",
    "class",
    "voice",
    "community",
    "due_at",
    "to_dispatch",
    "unit",
    "to_sign",
    "handling",
    "task_grid",
    "task_due_at",
    "number",
    "serial_name",
    "serial",
    "hour",
    "procedure",
    "version",
    "channel",
    "reported_at",
    "estate",
    "grid",
    "address_commit",
    "closed",
    "condition",
    "to_close",
    "answer_commit",
    "check_task",
    "to_check",
    "pass",
    "reported",
    "assists",
    "reached",
    "has_contact",
    "name_commit",
    "telephone_commit",
    "city-matter",
    "on_behalf",
    "called_at",
    "person_commit",
    "external_number",
    "external_due_at",
    "order",
    "hotline",
    "filled_above",
    "rating",
    "patrol",
    "wgs84_lat",
    "wgs84_lon",
    "cell",
    "outside",
    "on_spot",
    "request",
    "reason_commit",
    "explained",
    "found",
    "verify_task",
    "verifying",
    "verified",
    "follow_up",
    "redo",
    "lead",
    "web",
    "leader_waiting",
    "telephone",
    "police",
    "declined",
    "window",
    "ask_again",
    "handed_over",
    "confidential",
    "leader",
    "late",
    "media",
    "id",
    "office",
    "name_zh",
    "name_en",
    "language",
    "code",
    "account",
    "said_at",
    "role",
    "place",
    "photos",
    "parent",
    "login",
    "kind",
    "until_at",
    "root",
    "reason",
    "program",
    "polygon",
    "offset_minutes",
    "line",
    "level",
    "last",
    "has_accounts",
    "from_office",
    "from_number",
    "from_event",
    "first",
    "firm",
    "files",
    "fields",
    "division",
    "area",
};
enum { WORDS = sizeof words / sizeof words[0] };
static_assert(WORDS <= 255, "the number of a word is one byte");

enum { PACKED = 1, LONG = 31, KIND_SHIFT = 5, INTEGER_BYTES = 8, SEVENS_BYTES = 10, HEX_MOST = 32 };
enum kind { KIND_SMALL, KIND_INTEGER, KIND_TEXT, KIND_LIST, KIND_HEX, KIND_WORD };

/* ---- words: found by their hash, in a table that the first who asks fills */

enum { PLACES = 1024 };
static unsigned char places[PLACES]; /* numbers of words, 0 = free */
static pthread_once_t places_once = PTHREAD_ONCE_INIT;

static unsigned place_of(struct str s) {
    unsigned h = 0;

    for (size_t i = 0; i < s.n; i++) {
        h = h * 31 + (unsigned char)s.p[i];
    }
    return h % PLACES;
}

static void fill_places(void) {
    for (unsigned i = 0; i < WORDS; i++) {
        unsigned at = place_of(str_of(words[i]));

        while (places[at] != 0) {
            at = (at + 1) % PLACES;
        }
        places[at] = (unsigned char)(i + 1);
    }
}

/* 0 = not one of them. */
static unsigned word_number(struct str s) {
    unsigned at;

    pthread_once(&places_once, fill_places);
    at = place_of(s);
    while (places[at] != 0 && !str_is(s, words[places[at] - 1])) {
        at = (at + 1) % PLACES;
    }
    return places[at];
}

/* ---- writing */

static uint64_t zigzag(int64_t value) {
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t value) {
    return (int64_t)((value >> 1) ^ ((value & 1) != 0 ? UINT64_MAX : 0));
}

static void put_sevens(struct buf *b, uint64_t value) {
    while (value > 0x7f) {
        buf_byte(b, (char)((value & 0x7f) | 0x80));
        value >>= 7;
    }
    buf_byte(b, (char)value);
}

static void put_kind(struct buf *b, enum kind kind, size_t n) {
    buf_byte(b, (char)(((unsigned)kind << KIND_SHIFT) | (unsigned)n));
}

static void put_long_kind(struct buf *b, enum kind kind, size_t n) {
    put_kind(b, kind, n < LONG ? n : LONG);
    if (n >= LONG) {
        put_sevens(b, n);
    }
}

static void put_integer(struct buf *b, int64_t value) {
    uint64_t bits = zigzag(value);
    int bytes = 1;

    if (value >= 0 && value <= LONG) {
        put_kind(b, KIND_SMALL, (size_t)value);
        return;
    }
    while (bytes < INTEGER_BYTES && bits >> (8 * bytes) != 0) {
        bytes++;
    }
    put_kind(b, KIND_INTEGER, (size_t)bytes - 1);
    while (bytes-- > 0) {
        buf_byte(b, (char)(bits >> (8 * bytes)));
    }
}

/* Half a byte of lower case hexadecimal, -1 = it is none. */
static int nibble(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(struct str s) {
    if (s.n == 0 || s.n % 2 != 0 || s.n > 2 * HEX_MOST) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (nibble(s.p[i]) < 0) {
            return false;
        }
    }
    return true;
}

static void put_text(struct buf *b, struct str s) {
    unsigned word = word_number(s);

    if (word > 0) {
        put_kind(b, KIND_WORD, 0);
        buf_byte(b, (char)word);
    } else if (is_hex(s)) {
        put_kind(b, KIND_HEX, s.n / 2 - 1);
        for (size_t i = 0; i < s.n; i += 2) {
            buf_byte(b, (char)((nibble(s.p[i]) << 4) | nibble(s.p[i + 1])));
        }
    } else {
        put_long_kind(b, KIND_TEXT, s.n);
        buf_put(b, s);
    }
}

static void put_field(struct buf *b, const struct event_field *f) {
    unsigned word = word_number(f->key);

    buf_byte(b, (char)word);
    if (word == 0) {
        put_sevens(b, f->key.n);
        buf_put(b, f->key);
    }
    if (f->kind == EVENT_INT) {
        put_integer(b, f->integer);
    } else if (f->kind == EVENT_TEXT) {
        put_text(b, f->text);
    } else {
        put_long_kind(b, KIND_LIST, f->count);
        for (size_t i = 0; i < f->count; i++) {
            put_sevens(b, zigzag(f->list[i]));
        }
    }
}

struct str pack_write(const struct event *e) {
    struct buf b = buf_make(e->arena, LIMIT_EVENT_BYTES);

    buf_byte(&b, PACKED);
    for (size_t i = 0; i < e->count; i++) {
        put_field(&b, &e->fields[i]);
    }
    assert(!b.is_full);
    return buf_str(&b);
}

/* ---- reading: never beyond the end, whatever the bytes */

struct reader {
    struct arena *arena;
    const unsigned char *p;
    const unsigned char *end;
    bool ok;
};

static unsigned take_byte(struct reader *r) {
    r->ok = r->ok && r->p < r->end;
    return r->ok ? *r->p++ : 0;
}

static uint64_t take_sevens(struct reader *r) {
    uint64_t value = 0;

    for (int i = 0; i < SEVENS_BYTES; i++) {
        unsigned byte = take_byte(r);

        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            return value;
        }
    }
    r->ok = false;
    return 0;
}

static struct str take_bytes(struct reader *r, uint64_t n) {
    struct str s = {(const char *)r->p, (size_t)n};

    r->ok = r->ok && n <= (uint64_t)(r->end - r->p);
    if (!r->ok) {
        return (struct str){0};
    }
    r->p += n;
    return arena_str(r->arena, s);
}

static struct str take_word(struct reader *r, unsigned number) {
    r->ok = r->ok && number >= 1 && number <= WORDS;
    return r->ok ? str_of(words[number - 1]) : (struct str){0};
}

static int64_t take_integer(struct reader *r, unsigned bytes) {
    uint64_t bits = 0;

    r->ok = r->ok && bytes <= INTEGER_BYTES;
    for (unsigned i = 0; r->ok && i < bytes; i++) {
        bits = (bits << 8) | take_byte(r);
    }
    return unzigzag(bits);
}

static void take_list(struct reader *r, uint64_t count, struct event_field *f) {
    int64_t *list;

    f->kind = EVENT_LIST;
    r->ok = r->ok && count <= (uint64_t)(r->end - r->p);
    if (!r->ok) {
        return;
    }
    list = arena_array(r->arena, int64_t, (size_t)count + 1);
    for (uint64_t i = 0; r->ok && i < count; i++) {
        list[i] = unzigzag(take_sevens(r));
    }
    f->list = list;
    f->count = (size_t)count;
}

static void take_field(struct reader *r, struct event_field *f) {
    unsigned word = take_byte(r);
    unsigned n;
    enum kind kind;

    f->key = word > 0 ? take_word(r, word) : take_bytes(r, take_sevens(r));
    n = take_byte(r);
    kind = (enum kind)(n >> KIND_SHIFT);
    n &= LONG;
    f->kind = EVENT_TEXT;
    switch (kind) {
    case KIND_SMALL:
        f->kind = EVENT_INT;
        f->integer = n;
        break;
    case KIND_INTEGER:
        f->kind = EVENT_INT;
        f->integer = take_integer(r, n + 1);
        break;
    case KIND_TEXT:
        f->text = take_bytes(r, n < LONG ? n : take_sevens(r));
        break;
    case KIND_LIST:
        take_list(r, n < LONG ? n : take_sevens(r), f);
        break;
    case KIND_HEX:
        f->text = hex_write(r->arena, take_bytes(r, n + 1));
        break;
    case KIND_WORD:
        f->text = take_word(r, take_byte(r));
        break;
    default:
        r->ok = false;
    }
}

bool pack_read(struct arena *a, struct str stored, struct event *e) {
    struct reader r = {.arena = a,
                       .p = (const unsigned char *)stored.p,
                       .end = (const unsigned char *)stored.p + stored.n,
                       .ok = true};

    if (stored.n > 0 && stored.p[0] == '{') {
        return event_read(a, stored, e);
    }
    e->arena = a;
    e->count = 0;
    r.ok = take_byte(&r) == PACKED;
    while (r.ok && r.p < r.end) {
        if (e->count == EVENT_FIELDS) {
            return false;
        }
        e->fields[e->count] = (struct event_field){0};
        take_field(&r, &e->fields[e->count++]);
    }
    return r.ok;
}

bool pack_read_exact(struct arena *a, struct str stored, struct event *e, struct str *body) {
    if (!pack_read(a, stored, e)) {
        return false;
    }
    if (stored.p[0] == '{') {
        *body = stored;
        return true;
    }
    *body = event_write(e);
    return str_eq(pack_write(e), stored);
}
