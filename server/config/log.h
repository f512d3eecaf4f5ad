/* The log on stderr: one line for each request and for each attempt to deliver a callback, as text
 * or as JSON.
 *
 * Lines are buffered and written together at the end of each iteration of the loop, by one system
 * call. Writing never blocks: what nobody reads is lost. Callers never pass an API key.
 */
#ifndef SERVER_CONFIG_LOG_H
#define SERVER_CONFIG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of the words of --log-level. */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO };

/* In JSON: "key":"text" or "key":number. As text: the value alone, between label and unit. */
struct log_field {
    const char *key;  /* NULL: the field is left out */
    const char *text; /* NULL: the value is the number */
    int64_t number;
    const char *label, *unit; /* or NULL */
    bool keep_spaces;         /* spaces are shown as they are; for the last field */
    bool only_json;           /* left out of lines of text */
};

/* Lines up to this level are written from now on. Makes stderr nonblocking where it is a pipe or a
 * terminal that can be opened again (no /proc, another user's terminal: it cannot). Where it
 * cannot, log_flush() still does not block on a pipe. */
void log_start(enum log_level level, bool json);

/* Whether lines of a level are written. */
bool log_has(enum log_level level);

/* Buffers a line: the time, in JSON also level and msg, then the fields in order. A line of text
 * has msg only when there are no fields. Texts are shown as visible ASCII, the rest
 * percent-encoded, so that no client can forge a line; texts that are too long are cut. */
void log_line(enum log_level level, const char *msg, const struct log_field *fields, size_t count);

/* Writes the buffered lines. */
void log_flush(void);

#endif
