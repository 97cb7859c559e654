/* SPDX-License-Identifier: Apache-2.0 */
/* town/cases/links.h - addresses that are keys: the reporter's tracking link and the one-task link
 * of a unit without accounts. Nothing of them is stored: a token is the id and a 128-bit keyed hash
 * of it, base64url; the PIN of a task is six digits of another keyed hash, so that staff can show
 * it again and a stolen database gives neither.
 */
#ifndef LINLI_TOWN_LINKS_H
#define LINLI_TOWN_LINKS_H

#include "engine/words/keys.h"

/* LINK_MEDIA: a photo that is public, or goes back to the program that sent it (Open311). */
enum link_kind { LINK_TRACK = 't', LINK_TASK = 'l', LINK_MEDIA = 'm' };

struct str link_token(struct arena *a, const struct keys *keys, enum link_kind kind, int64_t id);

/* Of a photo that a one-task link shows: it is bound to the task. */
struct str link_photo_token(struct arena *a, const struct keys *keys, int64_t task, int64_t photo);
bool link_photo_read(struct arena *a, const struct keys *keys, struct str token, int64_t *task,
                     int64_t *photo);

/* The id behind a token; false when it is not one of ours. */
bool link_read(struct arena *a, const struct keys *keys, enum link_kind kind, struct str token,
               int64_t *id);

struct str link_pin(struct arena *a, const struct keys *keys, int64_t task);

#endif
