/* JSON as trees of cJSON's nodes, in the arena that each call is given.
 *
 * cJSON's own functions that allocate are not used (tests/lint/test_layers.py): they take memory
 * from the process, and nobody would free it. Names and strings that are added to a tree are not
 * copied: they must outlive it.
 */
#ifndef SERVER_JSON_JSON_H
#define SERVER_JSON_JSON_H

#include "store/base/ctx.h"
#include "store/base/limits.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_INTEGER_MAX 9007199254740992.0 /* 2^53: a double holds every integer up to it */

/* What a text may hold at most. */
struct json_bounds {
    int depth;             /* arrays and objects within each other */
    int64_t values;        /* in all */
    const struct ctx *ctx; /* that pauses between values (ctx_pause()); NULL: none */
};

/* For text that does not come from the network: a fixture file, what the store keeps. */
extern const struct json_bounds json_unbounded;

/* The reason of a fault when a pause said so. */
extern const char json_given_up[];

struct json_fault {
    size_t line;        /* counted from 1 */
    bool is_json;       /* it may be valid, and is not taken: the reason is what it must NOT be */
    const char *reason; /* in the arena, or static: "a string is not closed" */
};

/* What goes before the reason in a sentence about the text. */
const char *json_fault_opening(const struct json_fault *fault);

/* Parses one JSON value (RFC 8259), with white space around it, into a tree in the arena; the text
 * is not needed afterwards. NULL, and the fault, for anything else: invalid UTF-8, a string with a
 * NUL, an object that names a member twice, more than the bounds allow; and when a pause says that
 * the work is to be given up. A byte order mark before it is skipped.
 *
 * A node's valueint is the line on which its value starts. A number keeps its text, as valuestring,
 * where printing the double could give other digits. cJSON's own parser is not used: it accepts
 * much that is not JSON, keeps no lines, and keeps only the double of a number. */
cJSON *json_parse(struct arena *arena, const char *text, size_t size,
                  const struct json_bounds *bounds, struct json_fault *out);

/* New nodes: of one of cJSON's types, everything else zero (an empty array or object, null, true);
 * a number; a string; a second node for the members of another, which costs one node whatever its
 * size. */
cJSON *json_node(struct arena *arena, int type);
cJSON *json_number(struct arena *arena, double number);
cJSON *json_string(struct arena *arena, const char *text);
cJSON *json_reference(struct arena *arena, const cJSON *value);

/* Adds a node to an object or, without a name, to an array, and returns it. */
cJSON *json_add(cJSON *around, const char *name, cJSON *node);

/* Whether an object in it has a member __proto__, or a member constructor with a member prototype:
 * Fastify takes no such body. */
bool json_has_prototype(const cJSON *tree);

/* A tree as text without white space (write.h). */
char *json_print(struct arena *arena, const cJSON *tree);

/* The member of that name, or NULL; its text, or NULL for any other value; its number, or the
 * fallback for any other value. A number beyond JSON_INTEGER_MAX is that. */
const cJSON *json_find(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name);
int64_t json_integer(const cJSON *object, const char *name, int64_t fallback);

/* The JSON pointer (RFC 6901) to a node, such as "/runs/0/status"; NULL when the tree does not have
 * it. */
const char *json_pointer(struct arena *arena, const cJSON *tree, const cJSON *node);

/* The value at the end of a path of names, such as "/workflow/uid", or NULL. */
const cJSON *json_at(const cJSON *tree, const char *path);

/* The line on which the value that a JSON pointer names starts, in a tree that json_parse()
 * returned; where there is no such value, the line of the nearest value around it. */
size_t json_line(const cJSON *tree, const char *pointer);

/* Text from outside as valid UTF-8: U+FFFD replaces each byte that is not. */
const char *json_safe(struct arena *arena, const char *text);

/* Text from outside for a line of a terminal: control characters are shown as JSON escapes them. */
const char *json_shown(struct arena *arena, const char *text);

#endif
