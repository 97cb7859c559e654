/* SPDX-License-Identifier: Apache-2.0 */
/* gate/web/uploads.h - what the server does with photos besides answering requests. */
#ifndef LINLI_GATE_WEB_UPLOADS_H
#define LINLI_GATE_WEB_UPLOADS_H

#include "gate/web/service.h"

/* A photo that waits for the command that takes it, for two hours. */
struct kept_photo {
    struct str token; /* its random name, for the photos of a command */
    int width;        /* pixels */
    int height;
};

/* Has the photo made safe and keeps it for `owner` (an account, or ACTOR_RESIDENT and its kind).
 * E_PHOTO, E_PHOTO_SIZE, E_PHOTO_PIXELS, E_FULL_DISK. */
bool upload_keep(struct request *rq, int64_t owner, struct str bytes, struct kept_photo *out,
                 struct err *err);

/* Answers with a photo of a case, of the size that the query asks for; that the reader may see it
 * is the caller's to know. `cache` = Cache-Control. */
bool upload_answer(struct request *rq, int64_t id, const char *cache, struct err *err);
extern const struct field_row upload_size_query[];

/* Photos that somebody without a session sent to the office whose pages are shown, to the office
 * that the request has turned to: behind a one-task link it may be another one. */
bool uploads_turn(struct request *rq, const struct str *tokens, size_t count, struct err *err);

/* Removes photos that no command took within two hours, at most a hundred at a time. */
bool uploads_sweep(struct service *s, struct err *err);

#endif
