/* JSON in and out, by cJSON, in the memory of one request.
 *
 * cJSON's allocator is one for the whole process: json_use() says into which arena it goes from now
 * on. Nothing made here is freed by itself; names given to json_add_* must outlive the tree, and so
 * must the strings, which are not copied.
 */
#ifndef SERVER_JSON_JSON_H
#define SERVER_JSON_JSON_H

#include "server/json/parse.h"
#include "store/base/arena.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From now on cJSON takes its memory from this arena; returns the one before. */
struct arena *json_use(struct arena *arena);

/* A node of this type of cJSON's, everything else zero; a number. */
cJSON *json_node(struct arena *arena, int type);
cJSON *json_number(struct arena *arena, double number);

/* A tree as text without white space (json_print.h). */
char *json_print(const cJSON *tree);

/* The member of that name, or NULL; its text or NULL (also for a JSON null); its number or the
 * fallback. */
const cJSON *json_find(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name);
int64_t json_integer(const cJSON *object, const char *name, int64_t fallback);
bool json_true(const cJSON *object, const char *name);

/* Text that came from outside as valid UTF-8: what is none of it becomes U+FFFD. */
const char *json_safe(struct arena *arena, const char *text);

/* Adds a member: a string (null for NULL), an instant (null for INSTANT_NONE), an integer of at
 * most 2^53 (cJSON keeps it as a double), a boolean, any tree. */
void json_add_text(cJSON *object, const char *name, const char *text);
void json_add_time(cJSON *object, const char *name, int64_t instant);
void json_add_integer(cJSON *object, const char *name, int64_t number);
void json_add_bool(cJSON *object, const char *name, bool truth);
void json_add(cJSON *object, const char *name, cJSON *tree);

/* Adds an empty object and returns it. */
cJSON *json_add_object(cJSON *object, const char *name);

#endif
