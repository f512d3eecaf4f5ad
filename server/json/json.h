/* Trees of JSON, of cJSON's nodes, in the arena that each call is given.
 *
 * cJSON's own functions that take memory are not used (tests/lint/test_layers.py): they would take
 * it from the process, and nobody would free it. Names and strings are not copied: they must
 * outlive the tree.
 */
#ifndef SERVER_JSON_JSON_H
#define SERVER_JSON_JSON_H

#include "server/json/parse.h"
#include "store/base/arena.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A node of this type of cJSON's, everything else zero: an empty array or object, null, true. A
 * number, a string. The same value once more, which costs one node however large it is. */
cJSON *json_node(struct arena *arena, int type);
cJSON *json_number(struct arena *arena, double number);
cJSON *json_string(struct arena *arena, const char *text);
cJSON *json_reference(struct arena *arena, const cJSON *value);

/* Adds a node to an object or, without a name, to an array, and returns it. */
cJSON *json_add(cJSON *around, const char *name, cJSON *node);

/* A tree as text without white space (print.h). */
char *json_print(struct arena *arena, const cJSON *tree);

/* The member of that name, or NULL; its text or NULL (also for a JSON null); its number or the
 * fallback. */
const cJSON *json_find(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name);
int64_t json_integer(const cJSON *object, const char *name, int64_t fallback);
bool json_true(const cJSON *object, const char *name);

/* Text that came from outside as valid UTF-8: what is none of it becomes U+FFFD. */
const char *json_safe(struct arena *arena, const char *text);

#endif
