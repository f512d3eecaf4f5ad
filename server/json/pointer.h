/* JSON pointers (RFC 6901): "/runs/0/status" names a value in a tree. */
#ifndef SERVER_JSON_POINTER_H
#define SERVER_JSON_POINTER_H

#include "store/base/arena.h"

#include <cjson/cJSON.h>

/* A member's name as it stands in a JSON pointer: ~ as ~0, / as ~1 (RFC 6901). */
const char *json_escape_pointer(struct arena *arena, const char *name);

/* The line on which the value of this JSON pointer (RFC 6901) starts, in a tree that json_parse()
 * returned; the line of the nearest value around it when it is not there, or was added since. */
size_t json_line(const cJSON *tree, const char *pointer);

#endif
