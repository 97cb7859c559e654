/* SPDX-License-Identifier: Apache-2.0 */
/* benchmarks/trace.h - what record.c writes and replay.c reads: the calls to SQLite of every
 * connection that may write, in their order.
 *
 * A file is records one after the other, each a struct trace and `bytes` bytes behind it.
 */
#ifndef LINLI_BENCHMARKS_TRACE_H
#define LINLI_BENCHMARKS_TRACE_H

#include <stdint.h>

enum trace_call {
    TRACE_EXECUTE = 1, /* object: connection; bytes: the SQL */
    TRACE_PREPARE,     /* object: statement; value: connection; bytes: the SQL */
    TRACE_INT,         /* object: statement; n; value */
    TRACE_TEXT,        /* object: statement; n; bytes */
    TRACE_BYTES,       /* as TRACE_TEXT */
    TRACE_NULL,        /* object: statement; n */
    TRACE_STEP,        /* object: statement */
    TRACE_RESET,
    TRACE_FINALIZE,
};

struct trace {
    uint64_t object; /* its address in the recorded process */
    int64_t value;
    uint32_t bytes;
    uint16_t n; /* of the bound value, from 1 */
    uint16_t call;
};

#endif
