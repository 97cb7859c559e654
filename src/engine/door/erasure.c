/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/erasure.h"

#include "engine/ledger/ledger.h"
#include "engine/query/search_behind.h"

#include <inttypes.h>
#include <unistd.h>

/* Bytes of a list of names in an event, and erasures whose numbers are read at once. */
enum { LIST_BYTES = 64 << 10, ERASURES_AT_ONCE = 1000 };

static void bind_value(struct stmt *q, int64_t office, int64_t event, struct str field) {
    stmt_bind_int(q, 1, office);
    stmt_bind_int(q, 2, event);
    stmt_bind_text(q, 3, field);
}

static bool is_there(struct store *s, enum sql_id which, const struct event *of, struct str field,
                     bool *found, struct err *err) {
    struct stmt *q = store_sql(s, which);

    bind_value(q, of->office, of->number, field);
    *found = stmt_next(q) || *found;
    return stmt_end(q, err);
}

static void put_item(struct buf *list, struct str item) {
    buf_c(list, list->n > 0 ? "," : "");
    buf_put(list, item);
}

static bool name_file(struct store *s, const struct event *of, struct str field, struct buf *files,
                      bool *found, struct err *err) {
    struct stmt *q = store_sql(s, SQL_ATTACHMENTS_NAME);

    bind_value(q, of->office, of->number, field);
    if (stmt_next(q)) {
        put_item(files, stmt_view(q, 0));
        *found = true;
    }
    return stmt_end(q, err);
}

struct erasure erasure_make(struct arena *a) {
    return (struct erasure){.fields = buf_make(a, LIST_BYTES), .files = buf_make(a, LIST_BYTES)};
}

bool erasure_gather(struct store *s, const struct event *of, struct erasure *x, struct err *err) {
    for (size_t i = 0; i < of->count; i++) {
        struct str field = of->fields[i].key;
        bool is_photo = false;
        bool found = false;

        if (!str_ends(field, STR("_commit"))) {
            continue;
        }
        field.n -= sizeof "_commit" - 1;
        if (!is_there(s, SQL_BESIDE_HAS_WORDS, of, field, &found, err) ||
            !is_there(s, SQL_BESIDE_HAS_VAULT, of, field, &found, err) ||
            !name_file(s, of, field, &x->files, &is_photo, err)) {
            return false;
        }
        if (found || is_photo) {
            buf_format(&x->fields, "%s%" PRId64 ":%.*s", x->values > 0 ? "," : "", of->number,
                       STR_ARG(field));
            x->values++;
            x->photos += is_photo;
        }
    }
    return true;
}

void erasure_write(const struct erasure *x, struct event *e) {
    event_add_text(e, "fields", buf_str(&x->fields));
    if (x->photos > 0) {
        event_add_text(e, "files", buf_str(&x->files));
        event_add_int(e, "photos", -x->photos);
    }
}

bool erasure_next(struct str *rest, struct erasure_item *item) {
    struct str field = str_cut(rest, ',');
    struct str number = str_cut(&field, ':');

    item->field = field;
    return str_to_int(number, &item->event) && field.n > 0;
}

static bool erase_indexed(struct store *s, struct arena *a, const struct event *e,
                          const struct erasure_item *item, struct err *err) {
    struct stmt *q = store_sql(s, SQL_WORDS_OF);
    int64_t id = 0;
    struct str text = {0};

    bind_value(q, e->office, item->event, item->field);
    if (stmt_next(q)) {
        id = stmt_int(q, 0);
        text = stmt_text(q, 1, a);
    }
    return stmt_end(q, err) &&
           (id == 0 || !search_is_indexed(item->field) ||
            search_delete(s, a, e->office, id, text, event_int(e, "community", 0), err));
}

bool erasure_apply(struct store *s, struct arena *a, const struct event *e, bool has_index,
                   struct err *err) {
    static const enum sql_id tables[] = {SQL_WORDS_ERASE, SQL_VAULT_ERASE, SQL_ATTACHMENTS_ERASE};
    struct str rest = event_text(e, "fields");
    struct erasure_item item;

    while (erasure_next(&rest, &item)) {
        if (has_index && !erase_indexed(s, a, e, &item, err)) {
            return false;
        }
        for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
            struct stmt *q = store_sql(s, tables[i]);

            bind_value(q, e->office, item.event, item.field);
            if (!stmt_run(q, err)) {
                return false;
            }
        }
    }
    return true;
}

/* The numbers of the next erasures behind `after`. */
static bool list_numbers(struct store *s, const struct erasure_span *span, int64_t after,
                         int64_t *numbers, size_t *count, struct err *err) {
    struct stmt *q = store_sql(s, SQL_LEDGER_ERASURES);

    *count = 0;
    stmt_bind_int(q, 1, span->office);
    stmt_bind_int(q, 2, after);
    stmt_bind_int(q, 3, span->until);
    while (*count < ERASURES_AT_ONCE && stmt_next(q)) {
        numbers[(*count)++] = stmt_int(q, 0);
    }
    return stmt_end(q, err);
}

bool erasure_walk(struct store *s, const struct erasure_span *span, erasure_each each,
                  void *context, struct err *err) {
    struct arena *scratch = arena_open();
    int64_t numbers[ERASURES_AT_ONCE];
    int64_t after = span->after;
    size_t count = ERASURES_AT_ONCE;
    bool ok = true;

    while (ok && count == ERASURES_AT_ONCE) {
        ok = list_numbers(s, span, after, numbers, &count, err);
        for (size_t i = 0; ok && i < count; i++) {
            struct event *e = arena_new(scratch, struct event);

            ok =
                ledger_fetch(s, scratch, span->office, numbers[i], e, err) && each(context, e, err);
            after = numbers[i];
            arena_reset(scratch);
        }
    }
    arena_close(scratch);
    return ok;
}

static bool repeat_one(void *context, const struct event *e, struct err *err) {
    struct arena *a = arena_open();
    bool ok = erasure_apply(context, a, e, false, err);

    arena_close(a);
    return ok;
}

bool erasure_repeat(struct store *from, struct store *into, int64_t office, int64_t after,
                    struct err *err) {
    return erasure_walk(from, &(struct erasure_span){office, after, INT64_MAX}, repeat_one, into,
                        err);
}

void erasure_remove_files(const struct event *e, const char *folder) {
    struct arena *a = arena_open();
    struct str rest = event_text(e, "files");

    while (rest.n > 0) {
        struct str name = str_cut(&rest, ',');

        unlink(arena_format(a, "%s/%.*s.jpg", folder, STR_ARG(name)).p);
        unlink(arena_format(a, "%s/%.*s.thumb.jpg", folder, STR_ARG(name)).p);
    }
    arena_close(a);
}
