/* SPDX-License-Identifier: Apache-2.0 */
/* gate/exchange/photo_worker.h - the process that reads photos: what it is told, what it answers,
 * what it may not do.
 *
 * It sits at one end of a socket pair: a struct photo_ask and the bytes come in, a struct
 * photo_told and two JPEGs go out, photo after photo until the other end closes. Before the first
 * it gives up what it does not need: 512 MB of memory at most, seconds of processor time for each
 * photo, no file, no socket, no other program. Numbers are in the machine's order: both ends are
 * the same program.
 */
#ifndef LINLI_GATE_EXCHANGE_PHOTO_WORKER_H
#define LINLI_GATE_EXCHANGE_PHOTO_WORKER_H

#include <stdint.h>

struct photo_ask {
    uint32_t bytes; /* of the photo that follows, at most LIMIT_PHOTO_BYTES */
};

struct photo_told {
    uint32_t fault;       /* enum photo_fault; the rest is 0 unless it is PHOTO_FINE */
    uint32_t width;       /* of the full picture, pixels */
    uint32_t height;      /* of the full picture, pixels */
    uint32_t full_bytes;  /* of the JPEG that follows */
    uint32_t thumb_bytes; /* of the JPEG behind it */
};

/* Serves the socket `fd` (standard input, by custom) until it closes; the exit status of the
 * process. */
int photo_worker_run(int fd);

#endif
