/* Reads JSON as RFC 8259 has it, and nothing beside it, into a tree of cJSON's nodes.
 *
 * One pass over the text checks it and makes the nodes. cJSON's own parser is not used: it accepts
 * much that is not JSON, keeps no lines, and reads a number as a double alone.
 */
#ifndef SERVER_JSON_PARSE_H
#define SERVER_JSON_PARSE_H

#include "store/base/arena.h"
#include "store/base/limits.h"

#include <cjson/cJSON.h>
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

/* Reads one JSON value of valid UTF-8 with white space around it. It is within the bounds, has no
 * NUL in a string, which C could not hold, and no object that names a member twice. NULL, and the
 * fault, when it is not so.
 *
 * The tree is in the arena, and needs the text no more. A node's valueint is the line on which its
 * value starts. A number keeps the text it was written as, its valuestring, where the double would
 * not be printed so (print.h). */
cJSON *json_parse(struct arena *arena, const char *text, size_t size,
                  const struct json_bounds *bounds, struct json_fault *out);

#endif
