/* The log on stderr: one line for each exchange, as text or as JSON.
 *
 * Lines are gathered and written together at the end of a turn of the loop: one system call,
 * however many requests it answered. No line holds an API key. A log that nobody reads loses lines,
 * and stops nothing.
 */
#ifndef SERVER_CONFIG_LOG_H
#define SERVER_CONFIG_LOG_H

#include "server/request/request.h"
#include "store/callback/outbox.h"

/* In the order of the words of --log-level. */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO };

/* Sees to it that no write to stderr waits, by whomever: what a pipe or a terminal does not take at
 * once is lost. Where it cannot be had (no /proc, not our terminal), only log_flush() does not wait
 * for a pipe. */
void log_start(void);

/* Notes an exchange that was answered with this status: from level info, and a 5xx from level
 * error. */
void log_exchange(const struct request *rq, int status);

/* Notes a try to deliver a callback, from level info; error is NULL for one that went well. */
void log_callback(const struct settings *settings, const struct callback *callback, int64_t status,
                  const char *error);

/* Writes what was noted. */
void log_flush(void);

#endif
