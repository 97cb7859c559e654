/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/web/case_timeline.h"

#include "engine/ledger/pack.h"

bool case_entries(struct case_view *v, const struct case_file *c, const struct case_entry **first,
                  struct err *err) {
    const struct case_entry **end = first;
    struct stmt *q;
    bool ok = true;

    if (v->entries_of == c->id) {
        *first = v->entries;
        return true;
    }
    q = store_sql(v->store, SQL_NOTE_LIST);
    stmt_bind_int(q, 1, c->id);
    stmt_bind_int(q, 2, c->office);
    *first = NULL;
    while (ok && stmt_next(q)) {
        struct case_entry *entry = arena_new(v->rq->arena, struct case_entry);
        struct event *e = arena_new(v->rq->arena, struct event);

        e->office = c->office;
        e->number = stmt_int(q, 0);
        e->at = stmt_int(q, 3);
        e->accepted_at = stmt_int(q, 4);
        e->actor = stmt_int(q, 5);
        *entry = (struct case_entry){
            .event = e, .code = stmt_text(q, 1, v->rq->arena), .is_public = stmt_int(q, 2) != 0};
        ok = pack_read(v->rq->arena, stmt_text(q, 7, v->rq->arena), e) ||
             fail(err, E_INTERNAL, "event");
        *end = entry;
        end = &entry->next;
    }
    return stmt_end(q, ok ? err : &(struct err){0}) && ok;
}
