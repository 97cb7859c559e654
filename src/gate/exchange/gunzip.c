/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/gunzip.h"

#include <string.h>
#include <zlib.h>

enum { GZIP_ONLY = 16 + MAX_WBITS, FIRST_ROOM = 1 << 20 };

bool gunzip_is(struct str bytes) {
    return bytes.n > 2 && (unsigned char)bytes.p[0] == 0x1f && (unsigned char)bytes.p[1] == 0x8b;
}

static void close_stream(void *object) {
    inflateEnd(object);
}

/* Doubles the room; what was unpacked is copied once each time, so the whole costs no more than
 * twice its size. */
static char *more_room(struct arena *a, const char *have, size_t used, size_t room) {
    char *bigger = arena_bytes(a, room);

    if (used > 0) {
        memcpy(bigger, have, used);
    }
    return bigger;
}

bool gunzip_read(struct arena *a, const char *name, struct str packed, size_t ceiling,
                 struct str *out, struct err *err) {
    z_stream *z = arena_new(a, z_stream);
    size_t room = 0;
    size_t used = 0;
    char *bytes = NULL;
    int result = Z_OK;

    if (inflateInit2(z, GZIP_ONLY) != Z_OK) {
        return fail2(err, E_FILE, "", str_of(name), STR("gzip"));
    }
    arena_on_close(a, close_stream, z);
    z->next_in = (Bytef *)(uintptr_t)packed.p;
    z->avail_in = (uInt)packed.n;
    while (result == Z_OK && used < ceiling) {
        if (used == room) {
            room = room == 0 ? FIRST_ROOM : room * 2;
            bytes = more_room(a, bytes, used, room);
        }
        z->next_out = (Bytef *)bytes + used;
        z->avail_out = (uInt)(room - used);
        result = inflate(z, Z_NO_FLUSH);
        used = room - z->avail_out;
    }
    if (result != Z_STREAM_END) {
        return fail2(err, E_FILE, "", str_of(name), str_of(z->msg == NULL ? "gzip" : z->msg));
    }
    *out = (struct str){bytes, used};
    return true;
}
