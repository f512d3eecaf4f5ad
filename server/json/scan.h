/* JSON as RFC 8259 has it, and nothing beside it: the check that stands before cJSON, which takes
 * much that is not JSON, and the finder of lines, which cJSON does not keep.
 */
#ifndef SERVER_JSON_SCAN_H
#define SERVER_JSON_SCAN_H

#include "store/base/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text may hold at most. */
struct json_bounds {
    int depth;      /* arrays and objects within each other */
    int64_t values; /* all in all */
};

/* Of what does not come by the network: a fixture file, what the store keeps. */
extern const struct json_bounds json_unbounded;

struct json_fault {
    size_t line;        /* counted from 1 */
    const char *reason; /* static, e.g. "a string is not closed" */
};

/* Whether the bytes are one JSON value of valid UTF-8 with white space around it, within the
 * bounds, without a NUL in a string, which C could not hold. */
bool json_scan(const char *text, size_t size, const struct json_bounds *bounds,
               struct json_fault *out);

/* The line on which the value of this JSON pointer (RFC 6901) starts, in text that json_scan()
 * accepted; the line of the nearest value around it when it is not there, or when its name
 * is written with escapes of JSON. */
size_t json_line(const char *text, size_t size, const char *pointer);

#endif
