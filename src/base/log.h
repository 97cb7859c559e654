/* SPDX-License-Identifier: Apache-2.0 */
/* base/log.h - JSON lines on stderr: time, level, code, request id, route template and small
 * numbers; never a query, a body, a token or a person. One line is one write, so lines of several
 * threads do not mix.
 */
#ifndef LINLI_BASE_LOG_H
#define LINLI_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

/* `what` and `value` are words of the program, e.g. log_line(LOG_INFO, "SERVE", "listening",
 * "127.0.0.1:8080"). */
void log_line(enum log_level level, const char *code, const char *what, const char *value);

/* A refused or failed request: the error with its place and detail. */
void log_error(const char *route, const char *request_id, const struct err *err);

/* A job that nobody waits for failed: always an error. */
void log_job(const char *job, const struct err *err);

void log_request(const char *method, const char *route, const char *request_id, int status,
                 int64_t micros);
void log_quiet(bool quiet); /* tests and the command line switch request lines off */

#endif
