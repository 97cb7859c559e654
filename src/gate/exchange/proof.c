/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/proof.h"

#include "base/time_text.h"
#include "engine/ledger/blocks.h"
#include "engine/ledger/event.h"
#include "engine/ledger/pack.h"

#include <string.h>

struct entry {
    int64_t number;
    int64_t accepted_at;
    struct hash hash;
};

struct proving {
    struct arena *arena;
    struct store *store;
    const struct hash *key;
    const struct proof_of *of;
    struct json_out *out;
    struct entry *entries;
    size_t count;
};

static void take_hash(struct hash *to, struct str bytes) {
    if (bytes.n == HASH_BYTES) {
        memcpy(to->b, bytes.p, HASH_BYTES);
    }
}

/* What somebody else said about the same matter is not his to see. */
static bool is_theirs(struct proving *p, struct stmt *q) {
    struct event *e = arena_new(p->arena, struct event);
    int64_t voice;

    if (p->of->voice == 0) {
        return false;
    }
    if (stmt_int(q, 1) == 0 || !pack_read(p->arena, stmt_text(q, 4, p->arena), e)) {
        return true;
    }
    voice = event_int(e, "voice", 0);
    return voice != 0 && voice != p->of->voice;
}

static bool read_entries(struct proving *p, struct err *err) {
    struct stmt *q = store_sql(p->store, SQL_NOTE_HASHES);

    p->entries = arena_array(p->arena, struct entry, PROOF_ENTRIES);
    stmt_bind_int(q, 1, p->of->case_id);
    stmt_bind_int(q, 2, p->of->office);
    while (p->count < PROOF_ENTRIES && stmt_next(q)) {
        struct entry *e = &p->entries[p->count];

        if (!is_theirs(p, q)) {
            e->number = stmt_int(q, 0);
            e->accepted_at = stmt_int(q, 2);
            take_hash(&e->hash, stmt_view(q, 3));
            p->count++;
        }
    }
    return stmt_end(q, err);
}

static void write_head(struct proving *p, const struct entry *e) {
    json_int(p->out, "number", e->number);
    json_str(p->out, "at", time_write(p->arena, e->accepted_at, p->of->offset_minutes));
    json_str(p->out, "hash", hex_write(p->arena, hash_bytes(&e->hash)));
}

static void write_entry(struct proving *p, const struct entry *e, const struct root_day *day,
                        const struct root_sum *sum, const struct tree_path *path) {
    struct hash salt = root_salt(p->key, p->of->office, e->number);

    json_open(p->out, NULL, '{');
    write_head(p, e);
    json_str(p->out, "salt", hex_write(p->arena, hash_bytes(&salt)));
    json_open(p->out, "path", '[');
    for (size_t i = 0; i < path->count; i++) {
        const struct tree_step *s = &path->steps[i];
        struct str hex = hex_write(p->arena, hash_bytes(&s->hash));

        json_str(p->out, NULL,
                 arena_format(p->arena, "%c%.*s", s->is_left ? 'L' : 'R', STR_ARG(hex)));
    }
    json_close(p->out, ']');
    json_str(p->out, "end", hex_write(p->arena, hash_bytes(&sum->end)));
    json_str(p->out, "date", root_date(p->arena, day->day));
    json_str(p->out, "root", hex_write(p->arena, hash_bytes(&sum->root)));
    json_close(p->out, '}');
}

/* The entries from `from` on that lie in one day. */
static bool write_day(struct proving *p, const struct root_day *day, size_t from, size_t *behind,
                      struct err *err) {
    struct tree_path *paths = arena_array(p->arena, struct tree_path, p->count - from);
    struct root_sum sum;
    size_t n = 0;

    while (from + n < p->count && p->entries[from + n].number <= day->last) {
        paths[n].leaf = (uint64_t)(p->entries[from + n].number - day->first);
        n++;
    }
    if (!blocks_climb(p->store, p->arena, p->key, day, paths, n, &sum, err)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        write_entry(p, &p->entries[from + i], day, &sum, &paths[i]);
    }
    *behind = from + n;
    return true;
}

static bool write_closed(struct proving *p, size_t *behind, struct err *err) {
    *behind = 0;
    while (*behind < p->count) {
        struct root_day day;

        if (!root_of_entry(p->store, p->arena, p->of->office, p->entries[*behind].number, &day,
                           err)) {
            return false;
        }
        if (day.day == 0) {
            return true;
        }
        if (!write_day(p, &day, *behind, behind, err)) {
            return false;
        }
    }
    return true;
}

bool proof_write(struct arena *a, struct store *s, const struct hash *key,
                 const struct proof_of *of, struct json_out *o, struct err *err) {
    struct proving p = {.arena = a, .store = s, .key = key, .of = of, .out = o};
    size_t open;
    bool ok;

    json_str(o, "format", STR("linli-proof/1"));
    json_str(o, "case", of->number);
    json_int(o, "office", of->office);
    json_open(o, "entries", '[');
    ok = read_entries(&p, err) && write_closed(&p, &open, err);
    json_close(o, ']');
    json_open(o, "open", '[');
    for (size_t i = ok ? open : p.count; i < p.count; i++) {
        json_open(o, NULL, '{');
        write_head(&p, &p.entries[i]);
        json_close(o, '}');
    }
    json_close(o, ']');
    return ok;
}

struct str proof_file_name(struct arena *a, struct str number) {
    return arena_format(a, "linli-proof-%.*s.json", STR_ARG(number));
}

bool proof_receipt(struct store *s, int64_t office, int64_t case_id, int64_t *number,
                   struct hash *hash, struct err *err) {
    struct stmt *q = store_sql(s, SQL_CASE_ENTRY);

    *number = 0;
    memset(hash, 0, sizeof *hash);
    stmt_bind_int(q, 1, case_id);
    stmt_bind_int(q, 2, office);
    if (stmt_next(q)) {
        *number = stmt_int(q, 0);
        take_hash(hash, stmt_view(q, 1));
    }
    return stmt_end(q, err);
}
