/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/door/day.h"
#include "town/access/accounts.h"
#include "town/access/audit.h"
#include "engine/door/erasure.h"
#include "town/cases/case_file.h"
#include "town/cases/erase.h"

const struct event_row town_events[] = {
    {"office.created/1", office_created_apply},
    {"place.created/1", place_created_apply},
    {"unit.created/1", unit_created_apply},
    {"account.created/1", account_created_apply},
    {"account.granted/1", account_granted_apply},
    {"account.ungranted/1", account_ungranted_apply},
    {"account.ended/1", account_ended_apply},
    {"account.reopened/1", account_reopened_apply},
    {"account.spoken_to/1", account_spoken_to_apply},
    {"catalogue.published/1", catalogue_text_apply},
    {"day.closed/1", day_closed_apply},
    {"audit.kept/1", audit_kept_apply},
    {"case.reported/1", case_event_apply},
    {"case.verified/1", case_event_apply},
    {"case.declined/1", case_event_apply},
    {"case.filed/1", case_event_apply},
    {"case.dispatched/1", case_event_apply},
    {"case.bounced/1", case_event_apply},
    {"case.signed/1", case_event_apply},
    {"case.handled/1", case_event_apply},
    {"case.checked/1", case_event_apply},
    {"case.closed/1", case_event_apply},
    {"case.rated/1", case_event_apply},
    {"case.followed_up/1", case_event_apply},
    {"case.noted/1", case_event_apply},
    {"case.contacted/1", case_event_apply},
    {"case.handed_over/1", case_event_apply},
    {"case.merged/1", case_event_apply},
    {"case.remerged/1", case_event_apply},
    {"case.unmerged/1", case_event_apply},
    {"case.joined/1", case_event_apply},
    {"case.parted/1", case_event_apply},
    {"case.doubted/1", case_event_apply},
    {"case.told_apart/1", case_event_apply},
    {ERASURE_EVENT, erase_erased_apply},
    {NULL, NULL},
};

bool town_load_named(struct store *s, struct arena *a, const int64_t *ids, size_t count,
                     struct err *err) {
    return case_load_many(s, a, ids, count, err);
}
